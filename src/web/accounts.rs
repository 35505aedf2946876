//! Logging in and out, the own password, the own sessions.

use super::AppState;
use super::body::JsonBody;
use super::session::{Active, Address, Caller, LoggedIn, set_cookie};
use crate::error::Problem;
use crate::identity::{self, LogIn, Who};
use crate::tender::gate::Overview;
use auction_rules::{Timestamp, Words};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogInBody {
    login: String,
    password: String,
    #[serde(default)]
    new_password: Option<String>,
}

#[derive(Serialize)]
struct LoggedInBody {
    token: String,
    role: &'static str,
    must_change_password: bool,
    awaits_second_factor: bool,
    expires_at: Timestamp,
}

pub(super) async fn log_in(
    State(state): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LogInBody>,
) -> Result<Response, Problem> {
    let request = LogIn {
        login: body.login,
        password: body.password,
        new_password: body.new_password,
        address,
        agent: agent(&headers),
        kiosk: false,
    };
    let logged_in = let_in(&state, request).await?;
    let cookie = set_cookie(&state.config, Some(&logged_in.token));
    let body = LoggedInBody {
        role: logged_in.session.who.role(),
        must_change_password: logged_in.session.must_change,
        awaits_second_factor: logged_in.session.awaits_factor,
        expires_at: logged_in.session.expires_at,
        token: logged_in.token,
    };
    Ok(([(header::SET_COOKIE, cookie)], Json(body)).into_response())
}

/// Logs somebody in and counts it.
pub(super) async fn let_in(
    state: &AppState,
    request: LogIn,
) -> Result<identity::LoggedIn, Problem> {
    let answer = state.identity.log_in(request).await.map_err(Problem::from);
    let outcome = answer
        .as_ref()
        .map_or_else(Problem::name, |_| "done".to_owned());
    metrics::counter!("ebok_logins_total", "outcome" => outcome).increment(1);
    answer
}

/// The program that asks, as it calls itself.
pub(super) fn agent(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

pub(super) async fn log_out(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Response, Problem> {
    let session = caller.session.ok_or(Problem::NotLoggedIn)?;
    state
        .identity
        .sessions()
        .end(&session.who, &session.id)
        .await?;
    let cookie = set_cookie(&state.config, None);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    password: String,
    new_password: String,
}

pub(super) async fn change_password(
    State(state): State<AppState>,
    Address(address): Address,
    LoggedIn(session): LoggedIn,
    JsonBody(body): JsonBody<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let PasswordBody {
        password,
        new_password,
    } = body;
    state
        .identity
        .change_password(&session, password, &new_password, address)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(super) struct Me {
    login: String,
    role: &'static str,
    must_change_password: bool,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bidder: Option<OwnBidder>,
    lots: Vec<Overview>,
}

#[derive(Serialize)]
struct OwnBidder {
    id: String,
    name: String,
    tender: String,
    tender_number: String,
    tender_title: Words,
}

/// Who one is, and the auctions one may see. With a one-time password there are none yet.
pub(super) async fn me(
    State(state): State<AppState>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<Me>, Problem> {
    let desk = state.desk();
    let lots = match session.must_change {
        true => Vec::new(),
        false => desk.overview(Some(&session.who)).await?,
    };
    let (account, bidder) = match &session.who {
        Who::Staff { account, .. } => (Some(account.clone()), None),
        Who::Bidder { bidder, tender, .. } => {
            let tender = desk.tender(tender).await?;
            let bidder = desk.bidder(&tender.id, bidder).await?;
            let own = OwnBidder {
                id: bidder.id,
                name: bidder.identity.name,
                tender: tender.id,
                tender_number: tender.number,
                tender_title: tender.title,
            };
            (None, Some(own))
        }
        Who::Citizen { account, .. } => (Some(account.clone()), None),
    };
    Ok(Json(Me {
        login: session.login.clone(),
        role: session.who.role(),
        must_change_password: session.must_change,
        expires_at: session.expires_at,
        account,
        bidder,
        lots,
    }))
}

#[derive(Serialize)]
pub(super) struct OwnSession {
    id: String,
    current: bool,
    address: String,
    agent: String,
    created_at: Timestamp,
    seen_at: Timestamp,
    expires_at: Timestamp,
}

pub(super) async fn sessions(
    State(state): State<AppState>,
    Active(session): Active,
) -> Result<Json<Vec<OwnSession>>, Problem> {
    let rows = state.identity.sessions().of(&session.who).await?;
    let own = rows.into_iter().map(|row| OwnSession {
        current: row.id == session.id,
        id: row.id,
        address: row.address,
        agent: row.agent,
        created_at: row.created_at,
        seen_at: row.seen_at,
        expires_at: row.expires_at,
    });
    Ok(Json(own.collect()))
}

pub(super) async fn end_session(
    State(state): State<AppState>,
    Active(session): Active,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if state.identity.sessions().end(&session.who, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NotFound)
    }
}
