//! The card of a procedure: what it needs, costs and takes, on which law it stands, and where it
//! begins.

use super::{assurance_key, citizen, draft_href, own_drafts};
use crate::error::Problem;
use crate::office::procedures::{Catalogue, Channel, LegalBasis, Procedure, Term, UNVERIFIED};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "matters/card.html", config = "web-client/askama.toml")]
struct CardPage<'a> {
    visit: &'a Visit,
    procedure: &'a Procedure,
    department: String,
    fee: String,
    deadline: String,
    assurance: &'static str,
    laws: Vec<Law>,
    retention: String,
    form: Filled,
    /// The words of the button.
    begin: &'static str,
    /// Whether who looks can begin at once.
    start: Start,
    office: &'a str,
}

/// What the button at the end does.
#[derive(PartialEq, Eq)]
enum Start {
    /// It begins a draft.
    Begin,
    /// It leads to the log-in first.
    LogIn,
    /// A member of the staff or a bidder has no matters of their own under this log-in.
    NotHere,
}

/// A rule of law and where it was read.
struct Law {
    text: String,
    source: Option<String>,
    read_on: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(procedure): Path<String>,
) -> Response {
    let catalogue = state.config.catalogue();
    let answer = catalogue
        .offered(&procedure, state.config.demo)
        .map(|found| page(&visit, catalogue, found, StatusCode::OK, Filled::default()));
    visit.finish(answer)
}

/// Begins a draft.
pub(in crate::web) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Path(procedure): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let catalogue = state.config.catalogue();
        let procedure = catalogue.offered(&procedure, state.config.demo)?;
        let drafts = own_drafts(&state, &visit)?;
        if posted?.checked().is_err() {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            return Ok(page(
                &visit,
                catalogue,
                procedure,
                StatusCode::FORBIDDEN,
                form,
            ));
        }
        let draft = drafts.begin(procedure).await?;
        let first = procedure.form.asked_pages(&draft.answers);
        let first = first.first().map_or("", |page| page.id.as_str());
        Ok(visit.go(&format!("{}/{first}", draft_href(&draft.id))))
    };
    visit.finish(answer.await)
}

fn page(
    visit: &Visit,
    catalogue: &Catalogue,
    procedure: &Procedure,
    status: StatusCode,
    form: Filled,
) -> Response {
    let department = catalogue.department(&procedure.department);
    let class = catalogue.class(procedure);
    let verified = class.filter(|class| class.is_verified());
    let start = match (visit.session(), citizen(visit)) {
        (_, Ok(_)) => Start::Begin,
        (Ok(Some(_)), Err(_)) => Start::NotHere,
        _ => Start::LogIn,
    };
    let page = CardPage {
        visit,
        procedure,
        department: department.map_or_else(String::new, |known| visit.lang.of(&known.name)),
        fee: fee(visit, procedure),
        deadline: deadline(visit, procedure.deadline.term),
        assurance: assurance_key(procedure.assurance),
        laws: procedure
            .legal_basis
            .iter()
            .map(|basis| law(visit, basis))
            .collect(),
        retention: verified.map_or_else(
            || visit.say("matter-kept-unknown"),
            |class| format!("{} ({})", class.retention, class.class),
        ),
        form,
        begin: match procedure.channel {
            Channel::Online => "matter-begin",
            Channel::Visit(_) => "matter-begin-visit",
            Channel::HandOver(_) => "matter-begin-hand-over",
        },
        start,
        office: visit.office(),
    };
    visit.show(status, &page)
}

/// The amount in front of what is said of it.
fn fee(visit: &Visit, procedure: &Procedure) -> String {
    match procedure.fee.amount.as_deref() {
        None => visit.say("matter-fee-depends"),
        Some("0.00") => visit.say("matter-free"),
        Some(amount) => format::amount(amount, "PLN", visit.lang),
    }
}

fn deadline(visit: &Visit, term: Term) -> String {
    match term {
        Term::AtOnce => visit.say("matter-at-once"),
        Term::Days(days) => visit.lang.count("matter-days", usize::from(days)),
        Term::Months(months) => visit.lang.count("matter-months", usize::from(months)),
        Term::None => visit.say("matter-no-deadline"),
    }
}

fn law(visit: &Visit, basis: &LegalBasis) -> Law {
    Law {
        text: visit.lang.of(&basis.text),
        source: (basis.source != UNVERIFIED).then(|| basis.source.clone()),
        read_on: match basis.read_on.as_deref().map(str::parse) {
            Some(Ok(day)) => format::day(day, visit.lang),
            _ => String::new(),
        },
    }
}
