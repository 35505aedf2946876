//! For those who run the server: alive, ready, metrics, audit log.

use super::AppState;
use super::session::{Active, bearer};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::accounts::StaffRole;
use crate::store::audit::{self, AuditEntry};
use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long store and journal may take to answer.
const READY_WAIT: Duration = Duration::from_secs(2);

pub(super) async fn health() -> &'static str {
    "ok\n"
}

#[derive(Serialize)]
pub(super) struct Readiness {
    store: bool,
    journal: bool,
}

pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let within = |answer| tokio::time::timeout(READY_WAIT, answer);
    let (store, journal) = tokio::join!(
        tokio::time::timeout(READY_WAIT, state.store.ping()),
        within((state.journal_ready)()),
    );
    let readiness = Readiness {
        store: matches!(store, Ok(Ok(()))),
        journal: journal.unwrap_or(false),
    };
    let ready = readiness.store && readiness.journal;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}

pub(super) async fn metrics(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    if let Some(expected) = &state.config.metrics_token
        && !bearer(&headers).is_some_and(|token| equal(token, expected))
    {
        return Err(Problem::NotLoggedIn);
    }
    let text = state.metrics.as_ref().ok_or(Problem::NotFound)?.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

/// Compared by their hashes, so that the time tells nothing of the expected one.
fn equal(token: &str, expected: &str) -> bool {
    Sha256::digest(token) == Sha256::digest(expected)
}

/// Where a page of the audit log begins.
#[derive(Deserialize, FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

/// The audit log, oldest first, one page: for auditors and admins.
pub(super) async fn audit_log(
    State(state): State<AppState>,
    Active(session): Active,
    page: After,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    let Who::Staff {
        role: StaffRole::Auditor | StaffRole::Admin,
        ..
    } = session.who
    else {
        return Err(Problem::NotAllowed);
    };
    Ok(Json(audit::page(&state.store, page.after).await?))
}
