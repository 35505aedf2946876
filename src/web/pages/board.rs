//! The tender board and the page of one tender, for everyone.

use super::lot_line::LotLine;
use crate::error::Problem;
use crate::store::tenders::Tender;
use crate::tender::listing::TenderPage;
use crate::web::AppState;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::Timestamp;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Names in the address where a page of a list begins.
const AFTER: &str = "after";

#[derive(Template)]
#[template(path = "board.html", config = "web-client/askama.toml")]
struct BoardPage<'a> {
    visit: &'a Visit,
    heading: String,
    empty: String,
    tenders: Vec<Entry>,
    /// The first page again, when this is another one.
    first: Option<String>,
    next: Option<String>,
    /// The first page that a guest sees: it says what else there is.
    is_start: bool,
}

/// A tender as it is shown.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) procedure: String,
    pub(super) threshold: String,
    pub(super) cpv: String,
    pub(super) notice_url: String,
    /// Since when it stands on the board, or that it is in preparation.
    pub(super) since: String,
    pub(super) lots: Vec<LotLine>,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = public(&state, &visit).await;
    visit.finish(answer)
}

/// The board as everyone sees it.
pub(super) async fn public(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let after = visit.asked(AFTER);
    let before = after.and_then(|ms| ms.parse().ok()).map(Timestamp);
    let page = state.desk().announced(visit.who()?, before).await?;
    let (heading, empty) = (visit.say("board"), visit.say("board-empty"));
    Ok(list(visit, page, heading, empty))
}

fn list(visit: &Visit, page: TenderPage, heading: String, empty: String) -> Response {
    let TenderPage { tenders, next } = page;
    let entries = tenders.into_iter().map(|(tender, lots)| {
        let lots = lots.into_iter().map(|lot| LotLine::of(visit, lot));
        entry(visit, tender, lots.collect())
    });
    let page = BoardPage {
        visit,
        heading,
        empty,
        tenders: entries.collect(),
        first: visit.asked(AFTER).map(|_| visit.here()),
        next: next.map(|last| visit.here_with(AFTER, &last)),
        is_start: visit.here() == "/" && visit.login().is_none(),
    };
    visit.show(StatusCode::OK, &page)
}

pub(super) fn entry(visit: &Visit, tender: Tender, lots: Vec<LotLine>) -> Entry {
    let threshold = match tender.above_threshold {
        true => "threshold-above",
        false => "threshold-below",
    };
    Entry {
        id: tender.id,
        number: tender.number,
        title: visit.lang.of(&tender.title),
        procedure: tender.procedure,
        threshold: visit.say(threshold),
        cpv: tender.cpv,
        notice_url: tender.notice_url,
        since: match tender.announced_at {
            Some(at) => format::date(at, visit.lang),
            None => visit.say("tender-unannounced"),
        },
        lots,
    }
}
