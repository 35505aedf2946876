//! The first page: what its reader has to do comes first.

use super::board::{Entry, entries, entry};
use super::desk;
use super::lot_line::LotLine;
use super::matters::catalogue;
use crate::error::Problem;
use crate::identity::Who;
use crate::store::accounts::StaffRole;
use crate::tender::listing::LotSeen;
use crate::web::AppState;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// The newest tenders that the first page shows.
const TENDERS_SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "start.html", config = "web-client/askama.toml")]
struct StartPage<'a> {
    visit: &'a Visit,
    /// Where each event in life stands in the catalogue, and its name.
    events: Vec<(String, String)>,
    tenders: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "own.html", config = "web-client/askama.toml")]
struct OwnPage<'a> {
    visit: &'a Visit,
    firm: String,
    tender: Entry,
    next: Next,
}

/// What a bidder has to do next.
enum Next {
    /// Its written offer is to be recorded.
    Offer,
    /// One of its auctions runs.
    Bid,
    /// Before its auctions.
    Auction,
    /// All is over: what can be read and checked.
    Result,
}

impl Next {
    fn of(lots: &[LotSeen]) -> Self {
        let is_admitted = lots.iter().any(|lot| lot.is_admitted);
        let is_ahead = |lot: &LotSeen| lot.closed_at.is_none() && lot.is_admitted == is_admitted;
        let runs = |lot: &LotSeen| lot.is_admitted && lot.overview.phase.is_some();
        if lots.iter().any(runs) {
            return Self::Bid;
        }
        match (is_admitted, lots.iter().any(is_ahead)) {
            (true, true) => Self::Auction,
            (false, true) => Self::Offer,
            (false, false) if lots.is_empty() => Self::Offer,
            (_, false) => Self::Result,
        }
    }
}

/// A bidder's own auctions, the desk's tenders, a clerk's queue, else all that the office offers.
pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        match visit.who()? {
            Some(Who::Bidder { bidder, tender, .. }) => own(&state, &visit, tender, bidder).await,
            Some(Who::Citizen { .. }) => Ok(visit.go("/account")),
            Some(Who::Staff {
                role: StaffRole::Registrar,
                ..
            }) => Ok(visit.go("/office/visits")),
            Some(Who::Staff {
                role: StaffRole::Clerk,
                ..
            }) => Ok(visit.go("/office")),
            Some(who) if who.sees_as_buyer() => desk::list::tenders(&state, &visit).await,
            _ => start(&state, &visit).await,
        }
    };
    visit.finish(answer.await)
}

async fn start(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let mut tenders = state.desk().announced(visit.who()?, None).await?.tenders;
    tenders.truncate(TENDERS_SHOWN);
    let page = StartPage {
        visit,
        events: catalogue::events(visit, state.config.demo),
        tenders: entries(visit, tenders),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

async fn own(
    state: &AppState,
    visit: &Visit,
    tender: &str,
    bidder: &str,
) -> Result<Response, Problem> {
    let desk = state.desk();
    let firm = desk.bidder(tender, bidder).await?.identity.name;
    let (tender, lots) = desk.tender_seen(visit.who()?, tender).await?;
    let next = Next::of(&lots);
    let lots = lots.into_iter().map(|lot| LotLine::of(visit, lot));
    let tender = entry(visit, tender, lots.collect());
    let page = OwnPage {
        visit,
        firm,
        tender,
        next,
    };
    Ok(visit.show(StatusCode::OK, &page))
}
