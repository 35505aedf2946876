//! Lots: terms, admissions, opening, publication.

use super::AppState;
use super::body::{JsonBody, MaybeJson};
use super::session::{Buyer, Caller, Officer};
use crate::error::Problem;
use crate::store::admissions::{self, Admission, WrittenOffer};
use crate::store::confirmations::Confirmation;
use crate::store::estimates::Estimate;
use crate::store::lots::Lot;
use crate::tender::admission::NewAdmission;
use crate::tender::checklist::Check;
use crate::tender::lots::{LotName, NewEstimate, NewLot};
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

pub(super) async fn rename(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(new): JsonBody<LotName>,
) -> Result<StatusCode, Problem> {
    state.desk().rename_lot(&officer, &lot, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
) -> Result<StatusCode, Problem> {
    state.desk().delete_lot(&officer, &lot).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set_estimate(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(new): JsonBody<NewEstimate>,
) -> Result<Json<Estimate>, Problem> {
    let desk = state.desk();
    Ok(Json(desk.set_estimate(&officer, &lot, &new).await?))
}

/// Null where none is recorded.
pub(super) async fn estimate(
    State(state): State<AppState>,
    Officer(_): Officer,
    Path(lot): Path<String>,
) -> Result<Json<Option<Estimate>>, Problem> {
    Ok(Json(state.desk().estimate(&lot).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdmissionsBody {
    admissions: Vec<NewAdmission>,
}

#[derive(Serialize)]
pub(super) struct AdmittedCount {
    admitted: usize,
}

pub(super) async fn admit_many(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
    JsonBody(body): JsonBody<AdmissionsBody>,
) -> Result<(StatusCode, Json<AdmittedCount>), Problem> {
    let desk = state.desk();
    let admitted = desk.admit_many(&officer, &lot, &body.admissions).await?;
    Ok((StatusCode::CREATED, Json(AdmittedCount { admitted })))
}

pub(super) async fn withdraw_admission(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((lot, bidder)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let desk = state.desk();
    desk.withdraw_admission(&officer, &lot, &bidder).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Of an officer: the list as it stands if they publish.
pub(super) async fn checklist(
    State(state): State<AppState>,
    _: Buyer,
    caller: Caller,
    Path(lot): Path<String>,
) -> Result<Json<Vec<Check>>, Problem> {
    let officer = caller.who().filter(|who| who.officer().is_some());
    Ok(Json(state.desk().checklist(&lot, officer, None).await?))
}

pub(super) async fn confirm(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(lot): Path<String>,
) -> Result<Json<Confirmation>, Problem> {
    let desk = state.desk();
    Ok(Json(desk.confirm_publication(&officer, &lot).await?))
}
