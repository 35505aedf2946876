//! Forms that only our own page can have sent: each carries a token that is bound to the session, or
//! before the log-in to a cookie of the visitor. It stands beside the guard of [`super::origin`].

use super::AppState;
use super::body::is_form;
use super::form::Fields;
use super::session::{Caller, bearer, cookie, cookie_name, named_cookie};
use crate::config::Config;
use crate::error::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

/// The field of a form.
pub(super) const FIELD: &str = "csrf";
/// The cookie of somebody who is not logged in.
const VISITOR: &str = "ebok_visitor";
/// A visitor's secret: 64 hexadecimal digits.
const SECRET_CHARS: usize = 64;

/// What the tokens of a browser are made of.
pub(super) enum Secret {
    /// The cookie of the session or visitor.
    Kept(String),
    /// The browser has none yet: a page with a form gives it this one.
    New(String),
}

impl Secret {
    /// The secret of a request; `session` is the session's token where it holds.
    pub(super) fn of(config: &Config, headers: &HeaderMap, session: Option<&str>) -> Self {
        match session.or_else(|| visitor(config, headers)) {
            Some(kept) => Self::Kept(kept.to_owned()),
            None => Self::New(crate::identity::secrets::token()),
        }
    }

    /// The token of a form.
    pub(super) fn token(&self) -> String {
        let (Self::Kept(secret) | Self::New(secret)) = self;
        token(secret)
    }

    /// The header that makes the browser keep a new secret.
    pub(super) fn cookie(&self, config: &Config) -> Option<HeaderValue> {
        match self {
            Self::Kept(_) => None,
            Self::New(secret) => Some(named_cookie(config, VISITOR, Some(secret))),
        }
    }
}

/// The token of the forms of a session or visitor. It tells nothing of the secret, so a page that leaks
/// gives no session away.
pub(super) fn token(secret: &str) -> String {
    hex::encode(Sha256::digest(format!("ebok-form-1:{secret}")))
}

fn visitor<'a>(config: &Config, headers: &'a HeaderMap) -> Option<&'a str> {
    let secret = cookie(headers, &cookie_name(config, VISITOR))?;
    let fits = secret.len() == SECRET_CHARS && secret.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then_some(secret)
}

/// A form that was sent.
pub(super) struct Posted {
    fields: Fields,
    genuine: bool,
}

impl Posted {
    /// The fields.
    ///
    /// # Errors
    /// The fields all the same when the token is not the browser's: nothing may be done then but to
    /// show the form again with what was typed.
    pub(super) fn checked(self) -> Result<Fields, Fields> {
        if self.genuine {
            Ok(self.fields)
        } else {
            Err(self.fields)
        }
    }
}

impl FromRequest<AppState> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let headers = parts.headers.clone();
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await?;
        if !is_form(&headers) {
            return Err(Problem::NotAForm);
        }
        let fields = Fields::read(&body)?;
        let secret = caller
            .token
            .as_deref()
            .or_else(|| visitor(&state.config, &headers));
        let own = secret.is_some_and(|secret| token(secret) == fields.get(FIELD));
        // A program with a bearer token is nobody's browser: no site can make it send anything.
        let genuine = own || bearer(&headers).is_some();
        Ok(Self { fields, genuine })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn a_token_belongs_to_one_secret() {
        let config = Config::default();
        let mut headers = HeaderMap::new();
        let Secret::New(first) = Secret::of(&config, &headers, None) else {
            panic!("no cookie was sent")
        };
        let line = format!("ebok_visitor={first}");
        headers.insert(header::COOKIE, line.parse().unwrap());
        let kept = Secret::of(&config, &headers, None);
        assert_eq!(kept.token(), token(&first));
        assert!(kept.cookie(&config).is_none());
        assert_ne!(
            Secret::of(&config, &headers, Some("session")).token(),
            token(&first)
        );
        headers.insert(header::COOKIE, "ebok_visitor=short".parse().unwrap());
        assert!(
            Secret::of(&config, &headers, None)
                .cookie(&config)
                .is_some()
        );
    }
}
