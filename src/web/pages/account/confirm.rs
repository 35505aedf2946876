//! The link in the mail: a button confirms the address, so that a program which looks at links does
//! not use it up.

use crate::error::Problem;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "account/confirm.html", config = "web-client/askama.toml")]
struct ConfirmPage<'a> {
    visit: &'a Visit,
    stage: Stage,
}

/// How far the confirmation has come.
enum Stage {
    /// The button is to be pressed.
    Asked,
    /// It is done: the reference number to bring along.
    Done(String),
    /// The link does not hold.
    Gone,
}

pub(in crate::web) async fn ask(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Response {
    let answer = async {
        let stage = match state.identity.is_token(&token).await? {
            true => Stage::Asked,
            false => Stage::Gone,
        };
        Ok(page(&visit, StatusCode::OK, stage))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn confirm(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        if posted?.checked().is_err() {
            return Ok(page(&visit, StatusCode::FORBIDDEN, Stage::Asked));
        }
        let confirmed = state.identity.confirm_address(&token).await?;
        let stage = confirmed.map_or(Stage::Gone, |citizen| Stage::Done(citizen.reference));
        Ok(page(&visit, StatusCode::OK, stage))
    };
    visit.finish(answer.await)
}

fn page(visit: &Visit, status: StatusCode, stage: Stage) -> Response {
    let status = match stage {
        Stage::Gone => StatusCode::NOT_FOUND,
        Stage::Asked | Stage::Done(_) => status,
    };
    visit.show(status, &ConfirmPage { visit, stage })
}
