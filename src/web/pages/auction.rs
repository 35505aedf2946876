//! The shell of the live auction: script and socket do the rest.

use super::lot_line::{Chip, named, state as state_chip};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::lots::{self, Lot};
use crate::tender::Desk;
use crate::web::auctions::read_id;
use crate::web::visit::Visit;
use crate::web::{AppState, assets};
use askama::Template;
use auction_rules::terms::Tax;
use auction_rules::{AuctionId, Viewer, Words};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

#[derive(Template)]
#[template(path = "auction.html", config = "web-client/askama.toml")]
pub(super) struct AuctionPage<'a> {
    pub(super) visit: &'a Visit,
    pub(super) script: Option<String>,
    pub(super) title: String,
    pub(super) named: String,
    pub(super) state: Chip,
    pub(super) auction: String,
    /// Where the socket is.
    pub(super) live: String,
    /// The page of the practice auction that this is the room of.
    pub(super) practice: Option<String>,
    pub(super) role: &'static str,
    /// The strip of lots, JSON text.
    pub(super) lots: String,
    /// What an officer expects the lot to cost, in the form in which it is auctioned.
    pub(super) estimate: Option<String>,
}

/// Where the socket of all real auctions is.
const LIVE: &str = "/api/live";

/// An auction in the strip of lots.
#[derive(Serialize)]
struct StripLot {
    auction: AuctionId,
    number: String,
    title: Words,
    /// Where its bidder may practise.
    #[serde(skip_serializing_if = "Option::is_none")]
    practice: Option<String>,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(auction): Path<String>,
) -> Response {
    let answer = async {
        let who = visit.who()?;
        let desk = state.desk();
        let (lot, view) = desk.view(who, &read_id(&auction)?).await?;
        let lots = strip(&desk, &visit, &lot.tender).await?;
        let estimate = estimate(&desk, &visit, &lot).await?;
        let page = AuctionPage {
            visit: &visit,
            estimate,
            script: assets::address("live.js"),
            named: named(&visit, &lot.number, &visit.lang.of(&lot.title)),
            title: visit.lang.of(&lot.title),
            state: state_chip(&visit, &view.public.state),
            auction,
            live: LIVE.to_owned(),
            practice: None,
            role: who.map_or("observer", |who| who.role()),
            lots: serde_json::to_string(&lots).map_err(|_| Problem::Unavailable)?,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// The estimate is the officers' secret.
async fn estimate(desk: &Desk, visit: &Visit, lot: &Lot) -> Result<Option<String>, Problem> {
    if visit.who()?.and_then(Who::officer).is_none() {
        return Ok(None);
    }
    let price = lot.terms.values.iter().find_map(|value| value.tax.as_ref());
    let estimate = desk.estimate(&lot.id).await?;
    let fitting = estimate.map(|known| match price {
        Some(Tax::Net) => known.net,
        _ => known.gross,
    });
    Ok(fitting.filter(|amount| !amount.is_empty()))
}

/// All auctions of the tender that who looks may open.
async fn strip(desk: &Desk, visit: &Visit, tender: &str) -> Result<Vec<StripLot>, Problem> {
    let mut strip = Vec::new();
    for lot in lots::of_tender(&desk.store, tender).await? {
        let Some(auction) = lot.auction else { continue };
        match desk.viewer(visit.who()?, &auction).await {
            Ok(Some(viewer)) => strip.push(StripLot {
                practice: matches!(viewer, Viewer::Bidder(_))
                    .then(|| super::practice::href(&lot.id)),
                auction,
                number: lot.number,
                title: lot.title,
            }),
            Ok(None) | Err(Problem::NotFound) => {}
            Err(wrong) => return Err(wrong),
        }
    }
    Ok(strip)
}
