//! Which site a request comes from: only our own pages may change anything with a cookie.

use super::AppState;
use super::session::{bearer, cookie_token};
use crate::config::Config;
use crate::error::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Stops a request that changes something and was sent by another site's page. Browsers name the
/// origin with every such request; programs that name none are let through, unless they carry a
/// cookie.
pub(super) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let harmless = request.method().is_safe() || bearer(headers).is_some();
    let own = match origin(headers) {
        Some(origin) => is_own(&state.config, headers, origin),
        None => cookie_token(&state.config, headers).is_none(),
    };
    if harmless || own {
        next.run(request).await
    } else {
        Problem::WrongOrigin.into_response()
    }
}

/// The origin that a browser names.
pub(super) fn origin(headers: &HeaderMap) -> Option<&str> {
    // A name that is no text is somebody's, but not ours.
    headers
        .get(header::ORIGIN)
        .map(|value| value.to_str().unwrap_or("null"))
}

/// Whether an origin is this server's: the public one, or where none is configured, whatever host
/// the request was sent to.
pub(super) fn is_own(config: &Config, headers: &HeaderMap, origin: &str) -> bool {
    match &config.public_origin {
        Some(public) => origin == public,
        None => {
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let named = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            host.is_some() && host == named
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_origin() {
        let headers = HeaderMap::from_iter([(header::HOST, "localhost:8080".parse().unwrap())]);
        let open = Config::default();
        let public = Config {
            public_origin: Some("https://a.pl".to_owned()),
            ..Config::default()
        };
        for (config, origin, expected) in [
            (&open, "http://localhost:8080", true),
            (&open, "http://localhost:8081", false),
            (&open, "http://evil.example", false),
            (&open, "null", false),
            (&public, "https://a.pl", true),
            (&public, "http://a.pl", false),
            (&public, "https://a.pl.evil.example", false),
            (&public, "http://localhost:8080", false),
        ] {
            assert_eq!(is_own(config, &headers, origin), expected, "{origin}");
        }
    }
}
