//! Who asks: from the session's cookie or a bearer token.

use super::AppState;
use crate::config::Config;
use crate::error::Problem;
use crate::identity::{Session, Who};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The session's cookie.
const COOKIE: &str = "ebok_session";

/// Somebody, logged in or not.
pub(super) struct Caller {
    /// The token that was sent and holds.
    pub(super) token: Option<String>,
    /// Its session.
    pub(super) session: Option<Arc<Session>>,
}

impl Caller {
    /// Who it is; nobody while the second factor is to come or the one-time password to be changed.
    pub(super) fn who(&self) -> Option<&Who> {
        let session = self.session.as_deref().filter(|session| session.is_open());
        session.map(|session| &session.who)
    }
}

/// Somebody who is logged in, perhaps with a one-time password.
pub(super) struct LoggedIn(pub(super) Arc<Session>);

/// Somebody who is logged in with a password of their own.
pub(super) struct Active(pub(super) Arc<Session>);

/// An officer.
pub(super) struct Officer(pub(super) Who);

/// An officer or auditor: may read what the buyer may.
pub(super) struct Buyer;

/// From where a request comes.
pub(super) struct Address(pub(super) IpAddr);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    /// A bearer token that does not hold is refused: a program must know. A cookie that does not
    /// hold is as good as none.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let bearer = bearer(&parts.headers);
        let cookie = cookie_token(&state.config, &parts.headers);
        let Some(token) = bearer.or(cookie) else {
            return Ok(Self {
                token: None,
                session: None,
            });
        };
        let session = state.identity.sessions().authenticate(token).await?;
        if session.is_none() && bearer.is_some() {
            return Err(Problem::NotLoggedIn);
        }
        let token = session.is_some().then(|| token.to_owned());
        Ok(Self { token, session })
    }
}

impl FromRequestParts<AppState> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let session = caller.session.ok_or(Problem::NotLoggedIn)?;
        if session.awaits_factor {
            return Err(Problem::FactorNeeded);
        }
        Ok(Self(session))
    }
}

impl FromRequestParts<AppState> for Active {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let LoggedIn(session) = LoggedIn::from_request_parts(parts, state).await?;
        if session.must_change {
            return Err(Problem::MustChangePassword);
        }
        Ok(Self(session))
    }
}

impl FromRequestParts<AppState> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Active(session) = Active::from_request_parts(parts, state).await?;
        if session.who.officer().is_none() {
            return Err(Problem::NotAllowed);
        }
        Ok(Self(session.who.clone()))
    }
}

impl FromRequestParts<AppState> for Buyer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Active(session) = Active::from_request_parts(parts, state).await?;
        if session.who.sees_as_buyer() {
            Ok(Self)
        } else {
            Err(Problem::NotAllowed)
        }
    }
}

impl FromRequestParts<AppState> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
                peer.ip().to_canonical()
            });
        Ok(Self(client(&state.config, peer, &parts.headers)))
    }
}

/// The address of the client: behind a proxy that is believed, the last one that it names.
fn client(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !config.proxies.contains(&peer) {
        return peer;
    }
    let named = headers.get_all("x-forwarded-for").iter().next_back();
    named
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse().ok())
        .unwrap_or(peer)
}

/// The bearer token, if there is one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token in the session's cookie, if there is one.
pub(super) fn cookie_token<'a>(config: &Config, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, &cookie_name(config, COOKIE)).filter(|token| !token.is_empty())
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

/// The header that gives a browser its token, or takes it back when there is none.
pub(super) fn set_cookie(config: &Config, token: Option<&str>) -> HeaderValue {
    named_cookie(config, COOKIE, token)
}

/// The header that sets a cookie which no script reads, or takes it back.
pub(super) fn named_cookie(config: &Config, name: &str, token: Option<&str>) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let age = if token.is_some() { "" } else { "; Max-Age=0" };
    let (name, token) = (cookie_name(config, name), token.unwrap_or_default());
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    // A token has hexadecimal digits only.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A cookie's name: behind https browsers take it from this host over TLS only.
pub(super) fn cookie_name(config: &Config, name: &str) -> String {
    if config.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_proxy_is_believed() {
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let config = Config {
            proxies: vec![proxy],
            ..Config::default()
        };
        let headers = HeaderMap::from_iter([(
            "x-forwarded-for".parse().unwrap(),
            "1.1.1.1, 192.0.2.7".parse().unwrap(),
        )]);
        assert_eq!(
            client(&config, proxy, &headers),
            IpAddr::from([192, 0, 2, 7])
        );
        let other = IpAddr::from([10, 0, 0, 2]);
        assert_eq!(client(&config, other, &headers), other);
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_behind_https() {
        let http = Config::default();
        assert_eq!(
            set_cookie(&http, Some("ab")),
            "ebok_session=ab; Path=/; HttpOnly; SameSite=Lax"
        );
        let https = Config {
            public_origin: Some("https://a.pl".to_owned()),
            ..http
        };
        assert_eq!(
            set_cookie(&https, None),
            "__Host-ebok_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
        );
    }
}
