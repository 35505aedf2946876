//! What is done after a question on a page of its own: each deed says what it asks and what it does.

use super::{Answer, fresh, officer, refused, stale, typed};
use crate::error::Problem;
use crate::identity::Who;
use crate::tender::Desk;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::de::DeserializeOwned;

/// Something that an officer does to one thing.
pub(in crate::web) trait Deed: Sized + Send + Sync {
    /// Names the thing in the address.
    type Path: DeserializeOwned + Send;

    /// What it is done to.
    async fn find(desk: &Desk, path: Self::Path) -> Result<Self, Problem>;

    /// What is asked before.
    fn question(&self, visit: &Visit) -> Question;

    /// Does it, and answers with what comes next.
    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem>;

    /// What is shown where it was refused: the question again.
    async fn again(
        &self,
        _desk: &Desk,
        visit: &Visit,
        answer: Answer,
    ) -> Result<Response, Problem> {
        Ok(asked(visit, self.question(visit), answer))
    }
}

/// A question before a deed.
pub(in crate::web) struct Question {
    /// Where one came from, and goes back to.
    pub(super) back: String,
    pub(super) heading: String,
    pub(super) about: String,
    pub(super) button: String,
    pub(super) asks_reason: bool,
    pub(super) is_dangerous: bool,
}

/// Who does it, with what was typed.
pub(in crate::web) struct Doer<'a> {
    pub(super) state: &'a AppState,
    pub(super) visit: &'a Visit,
    pub(super) desk: &'a Desk,
    pub(super) officer: &'a Who,
    pub(super) reason: String,
}

#[derive(Template)]
#[template(path = "desk/confirm.html", config = "web-client/askama.toml")]
struct Confirm<'a> {
    visit: &'a Visit,
    form: Filled,
    question: Question,
}

/// Asks whether it is to be done.
pub(in crate::web) async fn ask<D: Deed>(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<D::Path>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let deed = D::find(&state.desk(), path).await?;
        Ok(asked(
            &visit,
            deed.question(&visit),
            fresh(Filled::default()),
        ))
    };
    visit.finish(answer.await)
}

/// Does it.
pub(in crate::web) async fn act<D: Deed>(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<D::Path>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let posted = posted?;
        let deed = D::find(&desk, path).await?;
        let fields = match posted.checked() {
            Ok(fields) => fields,
            Err(fields) => return deed.again(&desk, &visit, stale(&visit, fields)).await,
        };
        let doer = Doer {
            state: &state,
            visit: &visit,
            desk: &desk,
            officer,
            reason: typed(&fields, "reason"),
        };
        match deed.act(&doer).await {
            Ok(response) => Ok(response),
            Err(wrong) => {
                let again = refused(&visit, fields, &wrong);
                deed.again(&desk, &visit, again).await
            }
        }
    };
    visit.finish(answer.await)
}

/// The page of a question.
pub(super) fn asked(visit: &Visit, question: Question, (status, form): Answer) -> Response {
    let form = match question.asks_reason {
        true => form.labelled(visit.lang, &[("reason", "desk-reason")]),
        false => form,
    };
    let page = Confirm {
        visit,
        form,
        question,
    };
    visit.show(status, &page)
}
