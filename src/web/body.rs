//! JSON bodies: read with a bound, and refused with the path of the field that is wrong.

use crate::error::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

/// The longest body of a request, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest body that holds terms, in bytes.
pub(super) const TERMS_BYTES_MAX: usize = 256 * 1024;

/// The longest body that holds a list of admissions, in bytes: ten thousand of them.
pub(super) const LIST_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A body that is a JSON document.
pub(super) struct JsonBody<T>(pub(super) T);

/// A body that is a JSON document or nothing at all.
pub(super) struct MaybeJson<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let body = Bytes::from_request(request, state).await?;
        if !is_json {
            return Err(Problem::NotJson);
        }
        read(&body).map(Self)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for MaybeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let body = Bytes::from_request(request, state).await?;
        match (body.is_empty(), is_json) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => read(&body).map(Self),
            (false, false) => Err(Problem::NotJson),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    is_of(headers, "application/json")
}

/// Whether the body is a form's, by its content type.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    is_of(headers, "application/x-www-form-urlencoded")
}

fn is_of(headers: &HeaderMap, expected: &str) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let detail = error.into_inner();
        if detail.is_data() {
            let detail = detail.to_string();
            Problem::field(path, format!("Nie da się odczytać: {detail}"), detail)
        } else {
            Problem::BadRequest(detail.to_string())
        }
    })?;
    json.end()
        .map_err(|error| Problem::BadRequest(error.to_string()))?;
    Ok(value)
}
