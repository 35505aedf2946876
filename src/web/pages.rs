//! Pages for people. All but the live auction work without JavaScript.

use super::visit::Visit;
use crate::error::Problem;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

pub(super) mod accessibility;
pub(super) mod account;
pub(super) mod auction;
pub(super) mod board;
pub(super) mod cases;
pub(super) mod desk;
pub(super) mod factor;
pub(super) mod home;
pub(super) mod log_in;
pub(super) mod matters;
pub(super) mod office;
pub(super) mod outside;
pub(super) mod password;
pub(super) mod practice;
pub(super) mod result;
pub(super) mod sessions;
pub(super) mod specification;
pub(super) mod style;
pub(super) mod tender;
pub(super) mod verify;

mod firm;
mod lot_line;
mod posting;
mod signatures;

/// There is nothing at this address: a page for people, a document for programs.
pub(super) async fn nothing(visit: Visit, headers: HeaderMap) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        visit.finish(Err(Problem::NotFound))
    } else {
        Problem::NotFound.into_response()
    }
}
