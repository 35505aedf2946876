//! Terms before they are a lot's: presets and worked examples.

use super::AppState;
use super::body::JsonBody;
use super::session::{Buyer, Officer};
use crate::error::Problem;
use crate::tender::example::{Example, worked_example};
use crate::tender::presets::{Preset, presets, terms_from};
use crate::tender::terms::read_terms;
use auction_rules::Terms;
use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) async fn list(_: Buyer) -> Json<&'static [Preset]> {
    Json(presets())
}

pub(super) async fn from_preset(
    State(_): State<AppState>,
    Officer(_): Officer,
    Path(preset): Path<String>,
    JsonBody(answers): JsonBody<BTreeMap<String, String>>,
) -> Result<Json<Terms>, Problem> {
    Ok(Json(terms_from(&preset, &answers)?))
}

pub(super) async fn example(
    State(_): State<AppState>,
    Officer(_): Officer,
    JsonBody(terms): JsonBody<Value>,
) -> Result<Json<Example>, Problem> {
    Ok(Json(worked_example(&read_terms("", terms)?)))
}
