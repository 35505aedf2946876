//! The officer's desk: the paperwork around the auctions, by links and forms alone. Auditors read
//! what officers write.

use crate::error::Problem;
use crate::identity::Who;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::problem;
use crate::web::visit::Visit;
use askama::Template;
use axum::http::StatusCode;

pub(in crate::web) mod admission;
pub(in crate::web) mod bidders;
pub(in crate::web) mod files;
pub(in crate::web) mod import;
pub(in crate::web) mod list;
pub(in crate::web) mod lot;
pub(in crate::web) mod lot_form;
pub(in crate::web) mod notices;
pub(in crate::web) mod overview;
pub(in crate::web) mod schedule;
pub(in crate::web) mod tender;

/// A form as it is answered: the status, and what stands in it.
type Answer = (StatusCode, Filled);

/// A form that nobody sent yet.
fn fresh(form: Filled) -> Answer {
    (StatusCode::OK, form)
}

/// Where a tender's overview is.
fn href(tender: &str) -> String {
    format!("/desk/tenders/{tender}")
}

/// Where a tender's bidders are.
fn bidders_href(tender: &str) -> String {
    format!("/desk/tenders/{tender}/bidders")
}

/// An officer.
fn officer(visit: &Visit) -> Result<&Who, Problem> {
    let who = &visit.active()?.who;
    who.officer().map(|_| who).ok_or(Problem::NotAllowed)
}

/// An officer or auditor.
fn buyer(visit: &Visit) -> Result<&Who, Problem> {
    let who = &visit.active()?.who;
    who.sees_as_buyer()
        .then_some(who)
        .ok_or(Problem::NotAllowed)
}

/// The fields of a form that our page sent, or the form again with what was typed.
fn genuine(
    visit: &Visit,
    posted: Result<Posted, Problem>,
) -> Result<Result<Fields, Answer>, Problem> {
    Ok(posted?.checked().map_err(|fields| stale(visit, fields)))
}

fn stale(visit: &Visit, fields: Fields) -> Answer {
    let form = Filled::again(fields).wrong("", visit.say("form-stale"));
    (StatusCode::FORBIDDEN, form)
}

/// The form again, with what is wrong.
fn refused(visit: &Visit, fields: Fields, wrong: &Problem) -> Answer {
    let form = Filled::again(fields).refused(wrong, visit.lang);
    (problem::status(wrong), form)
}

/// What was typed into a line, without spaces around it.
fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).trim().to_owned()
}

/// A question before an act, asked on a page of its own.
#[derive(Template)]
#[template(path = "desk/confirm.html", config = "web-client/askama.toml")]
struct Confirm<'a> {
    visit: &'a Visit,
    form: Filled,
    /// Where one came from, and goes back to.
    back: String,
    heading: String,
    about: String,
    asks_reason: bool,
    button: String,
    is_dangerous: bool,
}
