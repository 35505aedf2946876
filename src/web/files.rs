//! Files of a tender's specification: upload as `multipart/form-data`, list, download.

use super::AppState;
use super::body::JsonBody;
use super::session::{Caller, Officer};
use super::tenders::ReasonBody;
use crate::error::Problem;
use crate::folder::Upload;
use crate::identity::Who;
use crate::store::swz_files::SwzFile;
use crate::tender::Desk;
use crate::tender::files::{Download, Replaces};
use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use tokio_util::io::ReaderStream;

/// The longest form: a file and what the other fields may add to it, in bytes.
pub(super) const UPLOAD_BYTES_MAX: usize = (crate::limits::SWZ_FILE_BYTES_MAX as usize) + 64 * 1024;
/// Bytes read from the disk at once.
pub(super) const READ_BYTES: usize = 64 * 1024;
/// Longest text field of a form, in bytes.
const TEXT_BYTES_MAX: usize = 32 * 1024;

/// What a form held.
#[derive(Default)]
pub(super) struct Form {
    file: Option<(String, Upload)>,
    /// Which file the new one stands in for; empty where it is one more.
    pub(super) replaces: String,
    /// Why.
    pub(super) reason: String,
}

pub(super) async fn add(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<SwzFile>), Problem> {
    let mut body = body.map_err(|rejection| Problem::BadRequest(rejection.body_text()))?;
    let desk = state.desk();
    let mut form = Form::default();
    form.read(&desk, &officer, &tender, &mut body).await?;
    let added = form.take(&desk, &officer, &tender).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

impl Form {
    /// Reads the fields up to the last one, or the first that is wrong.
    ///
    /// # Errors
    /// A field that is unknown or too long, or what stops the file.
    pub(super) async fn read(
        &mut self,
        desk: &Desk,
        officer: &Who,
        tender: &str,
        body: &mut Multipart,
    ) -> Result<(), Problem> {
        while let Some(field) = body.next_field().await.map_err(unreadable)? {
            match field.name().unwrap_or_default() {
                // A browser sends the field also where no file was chosen.
                "file" if field.file_name().unwrap_or_default().is_empty() => {}
                "file" if self.file.is_none() => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    let upload = desk.begin_file(officer, tender).await?;
                    self.file = Some((name, received(field, upload).await?));
                }
                "replaces" => self.replaces = text(field).await?,
                "reason" => self.reason = text(field).await?,
                _ => {
                    return Err(Problem::BadRequest(
                        "fields are file (once), replaces, reason".to_owned(),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Takes the file into the specification.
    ///
    /// # Errors
    /// As [`Desk::add_file`], and where there is none.
    pub(super) async fn take(
        self,
        desk: &Desk,
        officer: &Who,
        tender: &str,
    ) -> Result<SwzFile, Problem> {
        let (name, upload) = self
            .file
            .ok_or_else(|| Problem::field("file", "Wybierz plik.", "Choose a file."))?;
        let replaces = (!self.replaces.is_empty()).then_some(Replaces {
            file: self.replaces,
            reason: self.reason,
        });
        desk.add_file(officer, tender, &name, upload, replaces.as_ref())
            .await
    }
}

async fn received(mut field: Field<'_>, mut upload: Upload) -> Result<Upload, Problem> {
    while let Some(bytes) = field.chunk().await.map_err(unreadable)? {
        upload.write(&bytes).await?;
    }
    Ok(upload)
}

pub(super) async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&more);
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(Problem::TooLarge);
        }
    }
    String::from_utf8(bytes).map_err(|error| Problem::BadRequest(error.to_string()))
}

pub(super) fn unreadable(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge
    } else {
        Problem::BadRequest(error.body_text())
    }
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<Vec<SwzFile>>, Problem> {
    Ok(Json(state.desk().files(caller.who(), &tender).await?))
}

pub(super) async fn withdraw(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((tender, file)): Path<(String, String)>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    let desk = state.desk();
    desk.withdraw_file(&officer, &tender, &file, &body.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn download(
    State(state): State<AppState>,
    caller: Caller,
    Path((tender, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = state.desk();
    Ok(sent(desk.download(caller.who(), &tender, &file).await?))
}

/// A file on its way to who asked for it.
pub(super) fn sent(download: Download) -> Response {
    let headers = headers(&download);
    let bytes = ReaderStream::with_capacity(download.bytes, READ_BYTES);
    (headers, Body::from_stream(bytes)).into_response()
}

/// A browser keeps the file and never shows it: it may be anything under a harmless ending.
fn headers(download: &Download) -> HeaderMap {
    let file = &download.file;
    let named = format!("attachment; filename*=UTF-8''{}", encoded(&file.name));
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(download.content_type),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.bytes));
    for (name, value) in [
        (header::CONTENT_DISPOSITION, named),
        (header::ETAG, format!("\"{}\"", file.sha256)),
    ] {
        // Both are ASCII without control characters.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// A name as RFC 8187 wants it in a header.
pub(super) fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a text does not fail.
            write!(out, "%{byte:02X}").ok();
        }
    }
    out
}
