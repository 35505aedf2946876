//! Files that a browser keeps and never shows: what people sent may be anything under a harmless name.

use super::files::{READ_BYTES, encoded};
use crate::office::documents::kind;
use crate::store::documents::Document;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

/// Should a browser show a file all the same, then without scripts, forms and an origin.
const POLICY: &str = "default-src 'none'; sandbox";

/// A document on its way to who asked for it.
pub(super) fn document(document: &Document, bytes: tokio::fs::File) -> Response {
    let length = HeaderValue::from(document.bytes);
    let mut headers = headers(&document.name, kind::content_type(document.kind));
    headers.insert(header::CONTENT_LENGTH, length);
    let bytes = ReaderStream::with_capacity(bytes, READ_BYTES);
    (headers, Body::from_stream(bytes)).into_response()
}

/// Bytes that are at hand, as a file of this name and type.
pub(super) fn bytes(name: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    (headers(name, content_type), bytes).into_response()
}

fn headers(name: &str, content_type: &'static str) -> HeaderMap {
    let named = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // ASCII without control characters.
    if let Ok(named) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    headers
}
