//! Tenders, their bidders and credentials.

use super::AppState;
use super::body::JsonBody;
use super::session::{Buyer, Officer};
use crate::error::Problem;
use crate::identity::accounts::Issued;
use crate::store::bidders::BidderRow;
use crate::store::lots::{self, Lot};
use crate::store::tenders::{self, Tender};
use crate::tender::bidders::{BidderLine, Contact, Issue, NewBidder};
use crate::tender::import::{Imported, Preview};
use crate::tender::schedule::{Plan, PlannedLot, ScheduledLot};
use crate::tender::tenders::{NewTender, Switches};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Where a page of a list begins.
#[derive(Deserialize, FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct Page {
    after: Option<String>,
}

pub(super) async fn open(
    State(state): State<AppState>,
    Officer(officer): Officer,
    JsonBody(new): JsonBody<NewTender>,
) -> Result<(StatusCode, Json<Tender>), Problem> {
    let tender = state.desk().open_tender(&officer, new).await?;
    Ok((StatusCode::CREATED, Json(tender)))
}

/// Newest first, one page; the next one is asked for after the last id.
pub(super) async fn list(
    State(state): State<AppState>,
    _: Buyer,
    page: Page,
) -> Result<Json<Vec<Tender>>, Problem> {
    Ok(Json(
        tenders::page(&state.store, page.after.as_deref()).await?,
    ))
}

#[derive(Serialize)]
pub(super) struct WithLots {
    #[serde(flatten)]
    tender: Tender,
    lots: Vec<Lot>,
}

pub(super) async fn one(
    State(state): State<AppState>,
    _: Buyer,
    Path(tender): Path<String>,
) -> Result<Json<WithLots>, Problem> {
    let tender = state.desk().tender(&tender).await?;
    let lots = lots::of_tender(&state.store, &tender.id).await?;
    Ok(Json(WithLots { tender, lots }))
}

pub(super) async fn add_bidder(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(new): JsonBody<NewBidder>,
) -> Result<(StatusCode, Json<BidderRow>), Problem> {
    let bidder = state.desk().add_bidder(&officer, &tender, new).await?;
    Ok((StatusCode::CREATED, Json(bidder)))
}

/// In the order in which they were added, one page; the next one is asked for after the last id.
pub(super) async fn bidders(
    State(state): State<AppState>,
    Officer(_): Officer,
    Path(tender): Path<String>,
    page: Page,
) -> Result<Json<Vec<BidderLine>>, Problem> {
    let after = page.after.as_deref();
    Ok(Json(state.desk().bidders(&tender, after).await?))
}

pub(super) async fn issue(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(order): JsonBody<Issue>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let issued = state.desk().issue(&officer, &tender, &order).await?;
    Ok((StatusCode::CREATED, Json(issued)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    pub(super) reason: String,
}

pub(super) async fn block(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((tender, bidder)): Path<(String, String)>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    state
        .desk()
        .block(&officer, &tender, &bidder, &body.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn unblock(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((tender, bidder)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state.desk().unblock(&officer, &tender, &bidder).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn edit(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(new): JsonBody<NewTender>,
) -> Result<Json<Tender>, Problem> {
    Ok(Json(
        state.desk().edit_tender(&officer, &tender, new).await?,
    ))
}

pub(super) async fn delete_test(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
) -> Result<StatusCode, Problem> {
    state.desk().delete_test_tender(&officer, &tender).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn announce(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
) -> Result<Json<Tender>, Problem> {
    Ok(Json(state.desk().announce(&officer, &tender).await?))
}

pub(super) async fn switches(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(switches): JsonBody<Switches>,
) -> Result<Json<Tender>, Problem> {
    let desk = state.desk();
    Ok(Json(desk.set_switches(&officer, &tender, switches).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderBody {
    lots: Vec<String>,
}

pub(super) async fn order_lots(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(body): JsonBody<OrderBody>,
) -> Result<StatusCode, Problem> {
    let desk = state.desk();
    desk.order_lots(&officer, &tender, &body.lots).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn plan_schedule(
    State(state): State<AppState>,
    Officer(_): Officer,
    Path(tender): Path<String>,
    JsonBody(plan): JsonBody<Plan>,
) -> Result<Json<Vec<PlannedLot>>, Problem> {
    Ok(Json(state.desk().plan_schedule(&tender, &plan).await?))
}

pub(super) async fn schedule(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(plan): JsonBody<Plan>,
) -> Result<Json<Vec<ScheduledLot>>, Problem> {
    let desk = state.desk();
    Ok(Json(desk.schedule_tender(&officer, &tender, &plan).await?))
}

pub(super) async fn edit_bidder(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((tender, bidder)): Path<(String, String)>,
    JsonBody(new): JsonBody<NewBidder>,
) -> Result<Json<BidderRow>, Problem> {
    let desk = state.desk();
    Ok(Json(
        desk.edit_bidder(&officer, &tender, &bidder, new).await?,
    ))
}

pub(super) async fn change_contact(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path((tender, bidder)): Path<(String, String)>,
    JsonBody(new): JsonBody<Contact>,
) -> Result<Json<BidderRow>, Problem> {
    let desk = state.desk();
    Ok(Json(
        desk.change_contact(&officer, &tender, &bidder, new).await?,
    ))
}

pub(super) async fn preview_import(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<Preview>, Problem> {
    let (desk, file) = (state.desk(), file?.to_vec());
    Ok(Json(desk.preview_import(&officer, &tender, file).await?))
}

pub(super) async fn import(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    file: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Imported>), Problem> {
    let (desk, file) = (state.desk(), file?.to_vec());
    let imported = desk.import_bidders(&officer, &tender, file).await?;
    Ok((StatusCode::CREATED, Json(imported)))
}
