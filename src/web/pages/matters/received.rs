//! A page of a form as it comes in: fields, and files that are taken as documents on their way.

use crate::error::Problem;
use crate::limits::FORM_FILES_MAX;
use crate::office::documents::{Documents, Refused};
use crate::office::forms::{Fault, GivenFile, Kind, Page};
use crate::web::AppState;
use crate::web::csrf;
use crate::web::files::{text, unreadable};
use crate::web::form::Fields;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartRejection};

/// The longest body: the files of one page, and what the other fields may add to them, in bytes.
pub(in crate::web) const PAGE_BYTES_MAX: usize =
    (crate::limits::DOCUMENT_BYTES_MAX as usize) * 3 + 1024 * 1024;

/// What a page sent.
#[derive(Default)]
pub(super) struct Received {
    pub(super) fields: Fields,
    /// Files that were taken, by the question.
    pub(super) files: Vec<(String, GivenFile)>,
    /// Files that were not.
    pub(super) refused: Vec<Fault>,
    /// The form was ours.
    pub(super) genuine: bool,
}

/// Who sends a page.
pub(super) struct Sender<'a> {
    /// The citizen.
    pub(super) citizen: &'a str,
    /// The token that their forms carry.
    pub(super) token: String,
}

/// Reads a page; the token comes first, so that nothing is taken of a form that is not ours.
pub(super) async fn receive(
    state: &AppState,
    sender: &Sender<'_>,
    page: &Page,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Received, Problem> {
    let mut body = body.map_err(|_| Problem::NotAForm)?;
    let mut received = Received::default();
    let documents = state.letters.documents();
    while let Some(field) = body.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == csrf::FIELD {
            received.genuine = text(field).await? == sender.token;
        } else if !received.genuine {
            return Ok(received);
        } else if field.file_name().is_some() {
            received.take(documents, sender, page, &name, field).await?;
        } else {
            received.fields.add(&name, &text(field).await?);
        }
    }
    Ok(received)
}

impl Received {
    /// Takes a file as a document.
    async fn take(
        &mut self,
        documents: &Documents,
        sender: &Sender<'_>,
        page: &Page,
        at: &str,
        mut field: Field<'_>,
    ) -> Result<(), Problem> {
        let name = field.file_name().unwrap_or_default().to_owned();
        // A browser sends the field also where no file was chosen.
        if name.is_empty() || !asks_for_files(page, at) || self.files.len() >= FORM_FILES_MAX {
            return Ok(());
        }
        let mut upload = documents.begin().await?;
        let mut written = Ok(());
        while let Some(bytes) = field.chunk().await.map_err(unreadable)? {
            // What is too long is read to its end: answers and other files may follow.
            if written.is_ok() {
                written = upload.write(&bytes).await;
            }
        }
        let kept = match written {
            Ok(()) => documents.keep(sender.citizen, &name, upload).await,
            Err(Problem::TooLarge) => Err(Refused::TooLong.into()),
            Err(other) => Err(other),
        };
        match kept {
            Ok(document) => self.files.push((at.to_owned(), GivenFile::from(&document))),
            Err(Problem::Faults(faults)) => {
                let refused = faults.into_iter().map(|fault| Fault {
                    at: at.to_owned(),
                    code: "refused",
                    text: fault.text,
                });
                self.refused.extend(refused);
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

/// Whether a question of the page, or of a group on it, is one of files.
fn asks_for_files(page: &Page, at: &str) -> bool {
    let mut parts = at.split('.');
    let first = parts.next().unwrap_or_default();
    let question = page
        .questions
        .iter()
        .find(|question| question.name == first);
    match (question.map(|question| &question.kind), parts.nth(1)) {
        (Some(Kind::Files(_)), None) => true,
        (Some(Kind::Group(group)), Some(name)) => {
            let mut questions = group.questions.iter();
            questions.any(|own| own.name == name && matches!(own.kind, Kind::Files(_)))
        }
        _ => false,
    }
}
