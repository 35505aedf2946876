//! Auctions: what one may see, the officer's acts, result, log and keys.

use super::AppState;
use super::body::JsonBody;
use super::session::{Buyer, Caller, Officer};
use crate::error::Problem;
use crate::tender::gate::{Named, Overview, PublicResult};
use auction_rules::auction::{OwnView, PublicView};
use auction_rules::{AuctionId, Digest, Draft, OfficerAct, Words};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

const JSON: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<Overview>>, Problem> {
    Ok(Json(state.desk().overview(caller.who()).await?))
}

#[derive(Serialize)]
pub(super) struct AuctionBody {
    auction: AuctionId,
    lot: String,
    tender: String,
    number: String,
    title: Words,
    terms: Draft,
    terms_hash: Option<Digest>,
    public: PublicView,
    own: Option<OwnView>,
}

pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(auction): Path<String>,
) -> Result<Json<AuctionBody>, Problem> {
    let auction = read_id(&auction)?;
    let (lot, view) = state.desk().view(caller.who(), &auction).await?;
    let terms_hash = auction_rules::Terms::new(lot.terms.clone())
        .ok()
        .map(|terms| terms.hash());
    Ok(Json(AuctionBody {
        auction,
        lot: lot.id,
        tender: lot.tender,
        number: lot.number,
        title: lot.title,
        terms: lot.terms,
        terms_hash,
        public: view.public,
        own: view.own,
    }))
}

pub(super) async fn act(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(auction): Path<String>,
    JsonBody(act): JsonBody<OfficerAct>,
) -> Result<StatusCode, Problem> {
    state.desk().act(&officer, &read_id(&auction)?, act).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn names(
    State(state): State<AppState>,
    _: Buyer,
    Path(auction): Path<String>,
) -> Result<Json<Vec<Named>>, Problem> {
    Ok(Json(state.desk().names(&read_id(&auction)?).await?))
}

pub(super) async fn result(
    State(state): State<AppState>,
    Path(auction): Path<String>,
) -> Result<Json<PublicResult>, Problem> {
    Ok(Json(state.desk().result(&read_id(&auction)?).await?))
}

/// The published log, public from the seal on.
pub(super) async fn log(
    State(state): State<AppState>,
    Path(auction): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let log = state.desk().published_log(&read_id(&auction)?).await?;
    Ok((JSON, Body::from_stream(log)))
}

pub(super) async fn keys(State(state): State<AppState>) -> impl IntoResponse {
    let keys = state.house.signer().newest_key_set();
    (JSON, serde_json::to_string(&keys).unwrap_or_default())
}

/// What is no id names nothing.
pub(super) fn read_id(text: &str) -> Result<AuctionId, Problem> {
    AuctionId::new(text).map_err(|_| Problem::NotFound)
}
