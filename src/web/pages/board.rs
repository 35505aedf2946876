//! The tender board and the page of one tender, for everyone.

use super::lot_line::LotLine;
use crate::store::tenders::Tender;
use crate::tender::listing::{LotSeen, TenderPage};
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

/// The board as everyone sees it.
pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let after = visit.asked(AFTER);
        let before = after.and_then(|ms| ms.parse().ok()).map(Timestamp);
        let TenderPage { tenders, next } = state.desk().announced(visit.who()?, before).await?;
        let page = BoardPage {
            visit: &visit,
            heading: visit.say("board"),
            empty: visit.say("board-empty"),
            tenders: entries(&visit, tenders),
            first: visit.asked(AFTER).map(|_| visit.here()),
            next: next.map(|last| visit.here_with(AFTER, &last)),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// Tenders with their lots as they are shown.
pub(super) fn entries(
    visit: &Visit,
    tenders: impl IntoIterator<Item = (Tender, Vec<LotSeen>)>,
) -> Vec<Entry> {
    let one = |(tender, lots): (Tender, Vec<LotSeen>)| {
        let lots = lots.into_iter().map(|lot| LotLine::of(visit, lot));
        entry(visit, tender, lots.collect())
    };
    tenders.into_iter().map(one).collect()
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
