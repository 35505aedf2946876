//! Practice auctions: started by a bidder of the lot, and the socket into them.

use super::AppState;
use super::live::{Place, upgraded};
use super::session::Caller;
use crate::auction::house::Gate;
use crate::auction::practice::{NotStarted, Practice};
use crate::error::Problem;
use crate::identity::Who;
use auction_rules::{AuctionId, Timestamp, Viewer, Words};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use serde::Serialize;
use std::sync::Arc;

/// A practice auction that was started.
#[derive(Serialize)]
struct Started {
    auction: AuctionId,
    /// Where its socket is.
    live: String,
    opens_at: Timestamp,
}

pub(super) async fn start(
    State(state): State<AppState>,
    caller: Caller,
    Path(lot): Path<String>,
) -> Result<Response, Problem> {
    let practice = begin(&state, caller.who().ok_or(Problem::NotLoggedIn)?, &lot).await?;
    let started = Started {
        auction: practice.auction.clone(),
        live: address(&lot),
        opens_at: practice.opens_at,
    };
    Ok((StatusCode::CREATED, Json(started)).into_response())
}

/// Where the socket of a lot's practice auction is.
pub(super) fn address(lot: &str) -> String {
    format!("/api/lots/{lot}/practice/live")
}

/// Starts the practice auction of a bidder.
///
/// # Errors
/// As [`crate::tender::Desk::practice_plan`], or when too many are under way.
pub(super) async fn begin(
    state: &AppState,
    who: &Who,
    lot: &str,
) -> Result<Arc<Practice>, Problem> {
    let plan = state.desk().practice_plan(who, lot).await?;
    let started = state.practices.start(owner(who)?, plan).await;
    started.map_err(|not| match not {
        NotStarted::Full => Problem::NotNow(Words::new(
            "Trwa teraz zbyt wiele aukcji próbnych. Spróbuj ponownie za kilka minut.",
            "Too many practice auctions are under way. Try again in a few minutes.",
        )),
        NotStarted::Act(_) | NotStarted::House(_) => {
            tracing::error!(error = %not, "a practice auction did not start");
            Problem::Unavailable
        }
    })
}

/// The practice auction that a bidder has for a lot.
///
/// # Errors
/// When nobody is logged in, or there is none.
pub(super) async fn of(
    state: &AppState,
    who: Option<&Who>,
    lot: &str,
) -> Result<Arc<Practice>, Problem> {
    let who = who.ok_or(Problem::NotLoggedIn)?;
    let own = state.practices.of(owner(who)?, lot).await;
    own.ok_or(Problem::NotFound)
}

/// A bidder has one practice auction, with whatever log-in.
fn owner(who: &Who) -> Result<&str, Problem> {
    match who {
        Who::Bidder { bidder, .. } => Ok(bidder),
        Who::Staff { .. } | Who::Citizen { .. } => Err(Problem::NotAllowed),
    }
}

/// The socket into a bidder's practice auction.
pub(super) async fn live(
    State(state): State<AppState>,
    caller: Caller,
    Path(lot): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let practice = of(&state, caller.who(), &lot).await?;
    let seat = state.house.seat().ok_or(Problem::Unavailable)?;
    let viewer = Viewer::Bidder(practice.bidder);
    let gate: Gate = Arc::new(move |_| std::future::ready(Ok(viewer)).boxed());
    let place = Place {
        house: Arc::clone(&practice.house),
        gate,
        seat: Some(seat),
    };
    upgraded(state, caller, request, place).await
}
