//! Before the real auction: the check of the connection, and the practice auction.

use super::auction::AuctionPage;
use super::lot_line::{named, state as state_chip};
use crate::error::Problem;
use crate::limits::{PRACTICE_BOTS, PRACTICE_LENGTH_MS, PRACTICE_OPENS_AFTER_MS};
use crate::web::csrf::Posted;
use crate::web::practice::{address, begin, of};
use crate::web::visit::Visit;
use crate::web::{AppState, assets, format, problem};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "practice.html", config = "web-client/askama.toml")]
struct PracticePage<'a> {
    visit: &'a Visit,
    script: Option<String>,
    named: String,
    /// The real auction.
    auction: String,
    has_accepted: bool,
    /// One is under way.
    runs: bool,
    bots: String,
    opens_after: String,
    lasts: String,
    /// Why it did not start.
    refused: Option<String>,
}

/// Where the practice auction of a lot is prepared.
pub(super) fn href(lot: &str) -> String {
    format!("/practice/{lot}")
}

fn room(lot: &str) -> String {
    format!("/practice/{lot}/room")
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = page(&state, &visit, &lot, None).await;
    visit.finish(answer)
}

pub(in crate::web) async fn start(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let who = &visit.active()?.who;
        if posted?.checked().is_err() {
            return page(&state, &visit, &lot, None).await;
        }
        match begin(&state, who, &lot).await {
            Ok(_) => Ok(visit.go(&room(&lot))),
            Err(wrong @ Problem::NotNow(_)) => page(&state, &visit, &lot, Some(wrong)).await,
            Err(wrong) => Err(wrong),
        }
    };
    visit.finish(answer.await)
}

async fn page(
    state: &AppState,
    visit: &Visit,
    lot: &str,
    refused: Option<Problem>,
) -> Result<Response, Problem> {
    let who = &visit.active()?.who;
    let ready = state.desk().may_practise(who, lot).await?;
    let page = PracticePage {
        visit,
        script: assets::address("preflight.js"),
        named: named(visit, &ready.lot.number, &visit.lang.of(&ready.lot.title)),
        auction: ready.auction.to_string(),
        has_accepted: ready.has_accepted,
        runs: of(state, Some(who), lot).await.is_ok(),
        bots: PRACTICE_BOTS.to_string(),
        opens_after: format::duration(PRACTICE_OPENS_AFTER_MS),
        lasts: format::duration(PRACTICE_LENGTH_MS),
        refused: refused.as_ref().map(|wrong| visit.lang.of(&wrong.words())),
    };
    let status = refused.as_ref().map_or(StatusCode::OK, problem::status);
    Ok(visit.show(status, &page))
}

/// The room of the practice auction; its page where none is under way.
pub(in crate::web) async fn show_room(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = async {
        let who = &visit.active()?.who;
        let practice = match of(&state, Some(who), &lot).await {
            Ok(practice) => practice,
            Err(Problem::NotFound) => return Ok(visit.go(&href(&lot))),
            Err(wrong) => return Err(wrong),
        };
        let real = state.desk().lot(&lot).await?;
        let title = visit.lang.of(&real.title);
        let page = AuctionPage {
            visit: &visit,
            estimate: None,
            script: assets::address("live.js"),
            named: named(&visit, &real.number, &title),
            title: format!("{}: {title}", visit.say("practice-mark")),
            state: state_chip(&visit, "published"),
            auction: practice.auction.to_string(),
            live: address(&lot),
            practice: Some(href(&lot)),
            role: who.role(),
            lots: "[]".to_owned(),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}
