//! Lots: terms, admissions, opening, publication.

use super::AppState;
use super::body::{JsonBody, MaybeJson};
use super::session::{Buyer, Officer};
use crate::error::Problem;
use crate::store::admissions::{self, Admission, WrittenOffer};
use crate::store::lots::Lot;
use crate::tender::admission::NewAdmission;
use crate::tender::lots::NewLot;
use crate::tender::moment::Moment;
use auction_rules::{AuctionId, Bidder, Timestamp};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) async fn add(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(new): JsonBody<NewLot>,
) -> Result<(StatusCode, Json<Lot>), Problem> {
    let lot = state.desk().add_lot(&officer, &tender, new).await?;
    Ok((StatusCode::CREATED, Json(lot)))
}

pub(super) async fn one(
    State(state): State<AppState>,
    _: Buyer,
    Path(lot): Path<String>,
) -> Result<Json<Lot>, Problem> {
    Ok(Json(state.desk().lot(&lot).await?))
}

pub(super) async fn change_terms(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(terms): JsonBody<Value>,
) -> Result<StatusCode, Problem> {
    state.desk().change_terms(&officer, &lot, terms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An admission without what opens its commitment.
#[derive(Serialize)]
pub(super) struct Admitted {
    lot: String,
    bidder: String,
    commitment: Bidder,
    offer: WrittenOffer,
    /// When the auction took it; none before the publication.
    passed_at: Option<Timestamp>,
}

impl From<Admission> for Admitted {
    fn from(admission: Admission) -> Self {
        let Admission {
            lot,
            bidder,
            commitment,
            offer,
            passed_at,
            ..
        } = admission;
        Self {
            lot,
            bidder,
            commitment,
            offer,
            passed_at,
        }
    }
}

pub(super) async fn admit(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(new): JsonBody<NewAdmission>,
) -> Result<(StatusCode, Json<Admitted>), Problem> {
    let admission = state.desk().admit(&officer, &lot, &new).await?;
    Ok((StatusCode::CREATED, Json(admission.into())))
}

pub(super) async fn admissions(
    State(state): State<AppState>,
    Officer(_): Officer,
    Path(lot): Path<String>,
) -> Result<Json<Vec<Admitted>>, Problem> {
    let lot = state.desk().lot(&lot).await?;
    let admissions = admissions::of_lot(&state.store, &lot.id).await?;
    Ok(Json(admissions.into_iter().map(Admitted::from).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleBody {
    opens_at: Moment,
}

#[derive(Serialize)]
pub(super) struct Scheduled {
    opens_at: Timestamp,
}

pub(super) async fn schedule(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(body): JsonBody<ScheduleBody>,
) -> Result<Json<Scheduled>, Problem> {
    let opens_at = state
        .desk()
        .schedule(&officer, &lot, &body.opens_at)
        .await?;
    Ok(Json(Scheduled { opens_at }))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishBody {
    #[serde(default)]
    opens_at: Option<Moment>,
}

#[derive(Serialize)]
pub(super) struct Published {
    auction: AuctionId,
}

pub(super) async fn publish(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    MaybeJson(body): MaybeJson<PublishBody>,
) -> Result<Json<Published>, Problem> {
    let auction = state
        .desk()
        .publish(&officer, &lot, body.opens_at.as_ref())
        .await?;
    Ok(Json(Published { auction }))
}
