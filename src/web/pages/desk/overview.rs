//! One tender: how far it is, and what comes next.

use super::super::lot_line::{Chip, state as state_chip, when};
use super::super::office::case_href;
use super::buyer;
use super::list::standing;
use crate::error::Problem;
use crate::store::tenders::Tender;
use crate::store::{admissions, tender_cases};
use crate::tender::Desk;
use crate::tender::checklist::{CheckState, Item};
use crate::tender::listing::LotSeen;
use crate::web::AppState;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "desk/overview.html", config = "web-client/askama.toml")]
struct OverviewPage<'a> {
    visit: &'a Visit,
    tender: &'a Tender,
    /// The sign of its case, and where that is.
    case: Option<(String, String)>,
    title: String,
    state: Chip,
    since: String,
    is_officer: bool,
    next: Option<Step>,
    files: String,
    lots: Vec<Line>,
}

/// A lot, with what holds up its publication.
struct Line {
    id: String,
    number: String,
    title: String,
    state: Chip,
    when: String,
    admitted: usize,
    is_draft: bool,
    blocking: Vec<Item>,
}

/// What comes next, and where it is done.
struct Step {
    href: String,
    sentence: String,
    button: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        let who = buyer(&visit)?;
        let desk = state.desk();
        let (tender, seen) = desk.tender_seen(Some(who), &tender).await?;
        let files = desk.files(Some(who), &tender.id).await?;
        let files = files.iter().filter(|file| file.withdrawn.is_none()).count();
        let mut lots = Vec::with_capacity(seen.len());
        for lot in seen {
            lots.push(line(&desk, &visit, lot).await?);
        }
        let case = tender_cases::of_tender(&desk.store, &tender.id).await?;
        let page = OverviewPage {
            visit: &visit,
            case: case.map(|case| (case_href(&case.id), case.sign)),
            title: visit.lang.of(&tender.title),
            state: standing(&visit, &tender),
            since: format::date(tender.created_at, visit.lang),
            is_officer: who.officer().is_some(),
            next: who
                .officer()
                .and_then(|_| next(&visit, &tender, files, &lots)),
            tender: &tender,
            files: visit.lang.count("desk-files-count", files),
            lots,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

async fn line(desk: &Desk, visit: &Visit, seen: LotSeen) -> Result<Line, Problem> {
    let when = when(visit, &seen.overview, seen.closed_at);
    let lot = seen.overview;
    let is_draft = lot.state == "draft";
    let checks = if is_draft {
        desk.checklist(&lot.lot, Some(buyer(visit)?), None).await?
    } else {
        Vec::new()
    };
    let blocking = checks
        .iter()
        .filter(|check| check.state == CheckState::Blocking);
    Ok(Line {
        admitted: admissions::of_lot(&desk.store, &lot.lot).await?.len(),
        blocking: blocking.map(|check| check.item).collect(),
        state: state_chip(visit, &lot.state),
        when,
        title: visit.lang.of(&lot.title),
        number: lot.number,
        id: lot.lot,
        is_draft,
    })
}

/// The first thing that is missing, in the order in which an officer would do it.
fn next(visit: &Visit, tender: &Tender, files: usize, lots: &[Line]) -> Option<Step> {
    let own = |rest: &str| format!("/desk/tenders/{}{rest}", tender.id);
    let step = |href, sentence, button| {
        let (sentence, button) = (visit.say(sentence), visit.say(button));
        Some(Step {
            href,
            sentence,
            button,
        })
    };
    if files == 0 {
        return step(own("/files"), "desk-next-files", "desk-files-add");
    }
    if lots.is_empty() {
        return step(own("/lots/new"), "desk-next-lots", "desk-lot-add");
    }
    if tender.announced_at.is_none() && !tender.test {
        return step(own("/announce"), "desk-next-announce", "desk-announce");
    }
    let draft = lots.iter().find(|lot| lot.is_draft)?;
    let lot = format!("/desk/lots/{}", draft.id);
    match draft.blocking.first() {
        None => step(lot, "desk-next-publish", "desk-next-publish-button"),
        Some(Item::Schedule) => step(own("/schedule"), "desk-next-schedule", "desk-schedule"),
        Some(Item::Bidders) => step(own("/bidders"), "desk-next-admit", "desk-bidders"),
        Some(Item::Credentials) => step(own("/bidders"), "desk-next-credentials", "desk-bidders"),
        Some(_) => step(lot, "desk-next-check", "desk-next-check-button"),
    }
}
