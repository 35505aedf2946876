//! The officer's desk: the paperwork around the auctions, by links and forms alone. Auditors read
//! what officers write.

use crate::error::Problem;
use crate::identity::Who;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::problem;
use crate::web::visit::Visit;
use axum::http::StatusCode;
use axum::response::Response;

pub(in crate::web) mod access;
pub(in crate::web) mod admission;
pub(in crate::web) mod bidder;
pub(in crate::web) mod bidders;
pub(in crate::web) mod deed;
pub(in crate::web) mod files;
pub(in crate::web) mod import;
pub(in crate::web) mod list;
pub(in crate::web) mod lot;
pub(in crate::web) mod lot_form;
pub(in crate::web) mod notices;
pub(in crate::web) mod order;
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

/// A page of ours, which then says that something was done.
fn done(href: &str) -> String {
    format!("{href}?done=1")
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

/// Does what a form of ours asks and goes where `act` says.
///
/// # Errors
/// The form again, with what was typed and what is wrong.
async fn sent<Acting: Future<Output = Result<String, Problem>>>(
    visit: &Visit,
    posted: Posted,
    act: impl FnOnce(Fields) -> Acting,
) -> Result<Response, Answer> {
    let fields = posted.checked().map_err(|fields| stale(visit, fields))?;
    let done = act(fields.clone()).await;
    done.map(|to| visit.go(&to))
        .map_err(|wrong| refused(visit, fields, &wrong))
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
