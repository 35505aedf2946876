//! Scripts, styles and fonts, as the client's build left them in `web-client/dist`.

use super::AppState;
use crate::error::Problem;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "web-client/dist"]
#[allow_missing = true]
#[exclude = "*.map"]
struct Dist;

/// Stands in for the arms of an office that has set none.
const ARMS: &str = include_str!("../../web-client/arms.svg");

/// Names carry the hash of the content, so a browser may keep a file for good.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Which file has the content of `live.js`, and so on.
static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let manifest = Dist::get("manifest.json");
    manifest
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
});

/// The address of a file by its name without the hash; none when the client was not built.
pub(super) fn address(name: &str) -> Option<String> {
    MANIFEST.get(name).map(|file| format!("/assets/{file}"))
}

/// The arms of the office: at the top of each page, and beside its title.
pub(super) async fn arms(State(state): State<AppState>) -> impl IntoResponse {
    let (kind, bytes) = match &state.config.office.arms {
        Some(arms) => (arms.content_type(), Bytes::from_owner(arms.bytes())),
        None => ("image/svg+xml", Bytes::from_static(ARMS.as_bytes())),
    };
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, bytes)
}

/// A file, by its own name for good, by its name without the hash for once.
pub(super) async fn asset(Path(name): Path<String>) -> Result<impl IntoResponse, Problem> {
    let (file, keep) = match (Dist::get(&name), MANIFEST.get(&name)) {
        (Some(file), _) if name != "manifest.json" => (file, FOR_GOOD),
        (Some(file), _) => (file, "no-cache"),
        (None, Some(hashed)) => (Dist::get(hashed).ok_or(Problem::NotFound)?, "no-cache"),
        (None, None) => return Err(Problem::NotFound),
    };
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, keep.to_owned()),
    ];
    Ok((headers, file.data))
}
