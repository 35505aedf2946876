//! The WebSocket's handshake (RFC 6455, 4.2). What travels on it afterwards is the auctions' matter.

use super::AppState;
use super::origin::{is_own, origin};
use super::session::{Caller, bearer};
use crate::auction::house::{Gate, House, Noted};
use crate::auction::socket;
use crate::error::Problem;
use crate::identity::Attached;
use crate::tender::gate::{gate, noted};
use auction_rules::OfficerId;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_util::sync::CancellationToken;

/// How often an open socket's session is looked at: it may have ended on another node.
const SESSION_RECHECK: Duration = Duration::from_secs(30);
/// The only version of the protocol.
const VERSION: &str = "13";
/// A key is 16 bytes in base64.
const KEY_CHARS: usize = 24;

/// One socket, before it is upgraded.
struct Guest {
    token: Option<String>,
    attached: Option<Attached>,
    officer: Option<(OfficerId, Noted)>,
}

/// Upgrades to a WebSocket. A browser must come from our own page; a program names no origin and
/// must show a bearer token. From our own page also those who are not logged in may come: what they
/// see is decided for each auction.
pub(super) async fn live(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let gate = gate(state.desk(), caller.token.clone());
    let place = Place {
        house: state.house.clone(),
        gate,
        seat: None,
    };
    upgraded(state, caller, request, place).await
}

/// Where a socket leads.
pub(super) struct Place {
    pub(super) house: Arc<House>,
    /// As whom the guest may see its auctions.
    pub(super) gate: Gate,
    /// A seat beside those that the house itself has.
    pub(super) seat: Option<OwnedSemaphorePermit>,
}

/// Upgrades to a WebSocket into a house.
pub(super) async fn upgraded(
    state: AppState,
    caller: Caller,
    mut request: Request,
    place: Place,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let allowed = match origin(headers) {
        Some(origin) => is_own(&state.config, headers, origin),
        None => bearer(headers).is_some(),
    };
    if !allowed {
        return Err(Problem::WrongOrigin);
    }
    if header_text(headers, header::SEC_WEBSOCKET_VERSION) != Some(VERSION) {
        let version = [(header::SEC_WEBSOCKET_VERSION, VERSION)];
        return Ok((StatusCode::UPGRADE_REQUIRED, version).into_response());
    }
    let key = handshake_key(headers)?;
    let guest = admit(&state, caller).await?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| Problem::BadRequest("Upgrade".to_owned()))?;
    tokio::spawn(serve(state, guest, upgrade, place));
    Ok(switching(&key))
}

/// Ties the socket to its session.
async fn admit(state: &AppState, caller: Caller) -> Result<Guest, Problem> {
    let (Some(token), Some(session)) = (caller.token, caller.session) else {
        return Ok(Guest {
            token: None,
            attached: None,
            officer: None,
        });
    };
    if session.must_change {
        return Err(Problem::MustChangePassword);
    }
    let sessions = state.identity.sessions();
    let attached = sessions.attach(&session.id);
    // An end before the tie was not felt by it: so ask once more.
    sessions
        .authenticate(&token)
        .await?
        .ok_or(Problem::NotLoggedIn)?;
    Ok(Guest {
        token: Some(token),
        attached: Some(attached),
        officer: session
            .who
            .officer()
            .map(|id| (id, noted(state.desk(), session.who.clone()))),
    })
}

async fn serve(state: AppState, guest: Guest, upgrade: OnUpgrade, place: Place) {
    let upgraded = match upgrade.await {
        Ok(upgraded) => upgraded,
        Err(error) => {
            tracing::debug!(%error, "a client left before the upgrade");
            return;
        }
    };
    let ended = match &guest.attached {
        Some(attached) => attached.ended.clone(),
        None => CancellationToken::new(),
    };
    let there = socket::Guest {
        gate: place.gate,
        officer: guest.officer,
        logged_out: ended.clone(),
    };
    let socket = served(upgraded, place.house, there);
    tokio::select! {
        () = socket => {}
        () = watch(&state, guest.token.as_deref(), &ended) => {}
    }
    drop((guest.attached, place.seat));
}

/// Plain TCP is split without a lock between its halves.
async fn served(upgraded: Upgraded, house: Arc<House>, guest: socket::Guest) {
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            let (read, write) = parts.io.into_inner().into_split();
            socket::serve(read, write, parts.read_buf, house, guest).await;
        }
        Err(upgraded) => {
            let (read, write) = tokio::io::split(TokioIo::new(upgraded));
            socket::serve(read, write, Bytes::new(), house, guest).await;
        }
    }
}

/// Says when the session has ended, and keeps it from becoming idle meanwhile. Never returns: the
/// socket ends by itself.
async fn watch(state: &AppState, token: Option<&str>, ended: &CancellationToken) {
    while let Some(token) = token {
        tokio::time::sleep(SESSION_RECHECK).await;
        match state.identity.sessions().authenticate(token).await {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => tracing::warn!(%error, "a socket's session cannot be looked up"),
        }
    }
    if token.is_some() {
        ended.cancel();
    }
    std::future::pending().await
}

fn handshake_key(headers: &HeaderMap) -> Result<String, Problem> {
    let lists = |name, wanted: &str| {
        header_text(headers, name).is_some_and(|text| {
            text.split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(wanted))
        })
    };
    let key = header_text(headers, header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == KEY_CHARS);
    match key {
        Some(key)
            if lists(header::CONNECTION, "upgrade") && lists(header::UPGRADE, "websocket") =>
        {
            Ok(key.to_owned())
        }
        _ => Err(Problem::BadRequest("WebSocket (RFC 6455)".to_owned())),
    }
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn switching(key: &str) -> Response {
    let headers = [
        (header::CONNECTION, "Upgrade".to_owned()),
        (header::UPGRADE, "websocket".to_owned()),
        (
            header::SEC_WEBSOCKET_ACCEPT,
            derive_accept_key(key.as_bytes()),
        ),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
}
