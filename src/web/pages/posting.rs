//! Forms that people send: what they asked is done, or the form is shown again with what was typed and
//! what is wrong.

use crate::error::Problem;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::problem;
use crate::web::visit::Visit;
use axum::http::StatusCode;
use axum::response::Response;

/// A form as it is answered: the status, and what stands in it.
pub(in crate::web) type Answer = (StatusCode, Filled);

/// A form that nobody sent yet.
pub(in crate::web) fn fresh(form: Filled) -> Answer {
    (StatusCode::OK, form)
}

/// A page of ours, which then says that something was done.
pub(in crate::web) fn done(href: &str) -> String {
    format!("{href}?done=1")
}

/// Does what a form of ours asks and goes where `act` says.
///
/// # Errors
/// The form again, with what was typed and what is wrong.
pub(in crate::web) async fn sent<Acting: Future<Output = Result<String, Problem>>>(
    visit: &Visit,
    posted: Posted,
    act: impl FnOnce(Fields) -> Acting,
) -> Result<Response, Answer> {
    let fields = posted.checked().map_err(|fields| stale(visit, fields))?;
    let done = act(fields.clone()).await;
    done.map(|to| visit.go(&to))
        .map_err(|wrong| refused(visit, fields, &wrong))
}

pub(in crate::web) fn stale(visit: &Visit, fields: Fields) -> Answer {
    let form = Filled::again(fields).wrong("", visit.say("form-stale"));
    (StatusCode::FORBIDDEN, form)
}

/// The form again, with what is wrong.
pub(in crate::web) fn refused(visit: &Visit, fields: Fields, wrong: &Problem) -> Answer {
    let form = Filled::again(fields).refused(wrong, visit.lang);
    (problem::status(wrong), form)
}

/// What was typed into a line, without spaces around it.
pub(in crate::web) fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).trim().to_owned()
}
