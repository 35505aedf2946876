//! Procedures for programs: the schema of a form's answers, and their check.

use super::AppState;
use super::body::JsonBody;
use crate::calendar::day_of;
use crate::error::Problem;
use crate::office::forms::{Answers, Fault};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What a check came to.
#[derive(Serialize)]
pub(super) struct Verdict {
    /// The version of the form that was asked.
    version: u32,
    /// All that is wrong, in the order of the questions.
    faults: Vec<Fault>,
    /// What would be sent: the answers without those to questions that are not asked. None while
    /// something is wrong.
    answers: Option<Answers>,
}

/// The JSON Schema of the answers to the form in force.
pub(super) async fn schema(
    State(state): State<AppState>,
    Path(procedure): Path<String>,
) -> Result<Response, Problem> {
    let procedure = state
        .config
        .catalogue()
        .offered(&procedure, state.config.demo)?;
    let schema = procedure.form.schema(&procedure.title.pl).to_string();
    let kind = HeaderValue::from_static("application/schema+json");
    Ok(([(header::CONTENT_TYPE, kind)], schema).into_response())
}

/// Checks answers; nothing is kept.
pub(super) async fn check(
    State(state): State<AppState>,
    Path(procedure): Path<String>,
    JsonBody(answers): JsonBody<Answers>,
) -> Result<Json<Verdict>, Problem> {
    let procedure = state
        .config
        .catalogue()
        .offered(&procedure, state.config.demo)?;
    let checked = procedure.form.check(&answers, day_of((state.now)()));
    let version = procedure.version;
    Ok(Json(match checked {
        Ok(checked) => Verdict {
            version,
            faults: Vec::new(),
            answers: Some(checked.answers),
        },
        Err(faults) => Verdict {
            version,
            faults,
            answers: None,
        },
    }))
}
