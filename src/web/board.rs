//! The tender board: what anybody may read and ask.

use super::AppState;
use super::body::JsonBody;
use super::session::Address;
use crate::error::Problem;
use crate::tender::asking::Asked;
use crate::tender::bidders::NewBidder;
use crate::tender::board::{Notice, NoticePage};
use auction_rules::Timestamp;
use axum::Json;
use axum::extract::{FromRequestParts, Path, Query, State};
use serde::Deserialize;

/// Where a page of the board begins.
#[derive(Deserialize, FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct BoardPage {
    before: Option<i64>,
}

/// Newest first, one page; the next one is asked for before the last one's `announced_at`.
pub(super) async fn list(
    State(state): State<AppState>,
    page: BoardPage,
) -> Result<Json<Vec<Notice>>, Problem> {
    let before = page.before.map(Timestamp);
    Ok(Json(state.desk().board(before).await?))
}

pub(super) async fn one(
    State(state): State<AppState>,
    Path(tender): Path<String>,
) -> Result<Json<NoticePage>, Problem> {
    Ok(Json(state.desk().notice(&tender).await?))
}

pub(super) async fn ask(
    State(state): State<AppState>,
    Address(address): Address,
    Path(tender): Path<String>,
    JsonBody(firm): JsonBody<NewBidder>,
) -> Result<Json<Asked>, Problem> {
    let desk = state.desk();
    Ok(Json(
        desk.ask_for_specification(&tender, firm, address).await?,
    ))
}
