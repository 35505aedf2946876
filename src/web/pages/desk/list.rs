//! All tenders, those in preparation too.

use super::super::lot_line::Chip;
use super::buyer;
use crate::error::Problem;
use crate::store::tenders::Tender;
use crate::web::AppState;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Names in the address where a page of the list begins.
const AFTER: &str = "after";

#[derive(Template)]
#[template(path = "desk/list.html", config = "web-client/askama.toml")]
struct ListPage<'a> {
    visit: &'a Visit,
    is_officer: bool,
    lines: Vec<Line>,
    /// The first page again, when this is another one.
    first: Option<String>,
    next: Option<String>,
}

struct Line {
    id: String,
    number: String,
    title: String,
    state: Chip,
    lots: usize,
    published: usize,
    since: String,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = tenders(&state, &visit).await;
    visit.finish(answer)
}

/// The list, which is also the home of the buyer's people.
pub(in crate::web::pages) async fn tenders(
    state: &AppState,
    visit: &Visit,
) -> Result<Response, Problem> {
    let who = buyer(visit)?;
    let after = visit.asked(AFTER);
    let page = state.desk().own_tenders(who, after.as_deref()).await?;
    let lines = page.tenders.into_iter().map(|(tender, lots)| Line {
        state: standing(visit, &tender),
        lots: lots.len(),
        published: lots
            .iter()
            .filter(|lot| lot.overview.state != "draft")
            .count(),
        number: tender.number,
        title: visit.lang.of(&tender.title),
        since: format::date(tender.created_at, visit.lang),
        id: tender.id,
    });
    let page = ListPage {
        visit,
        is_officer: who.officer().is_some(),
        lines: lines.collect(),
        first: visit.asked(AFTER).map(|_| visit.here()),
        next: page.next.map(|last| visit.here_with(AFTER, &last)),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

/// How far a tender is.
pub(super) fn standing(visit: &Visit, tender: &Tender) -> Chip {
    let (icon, tone, key) = match (tender.test, tender.announced_at) {
        (true, _) => ("clock", "", "desk-test"),
        (false, Some(_)) => ("check", "is-accepted", "desk-announced"),
        (false, None) => ("clock", "", "desk-preparing"),
    };
    let word = visit.say(key);
    Chip { icon, tone, word }
}
