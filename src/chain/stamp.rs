//! Time stamps by RFC 3161: a third party's word for when the head of a log existed.
//!
//! What is stamped is the head itself: 32 bytes, the message imprint of the request as SHA-256, so
//! that `openssl ts -verify -digest HEAD` checks a token too.

use crate::limits::{STAMP_BYTES_MAX, STAMP_WAIT};
use auction_rules::{Digest, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use tsp_ltv::crypto::algorithm::DigestAlgorithm;
use tsp_ltv::error::{TrustError, TspError};
use tsp_ltv::trust::TrustStore;
use tsp_ltv::tsp::{
    build_timestamp_request, generate_nonce, parse_timestamp_response, validate_timestamp_response,
    verify_timestamp_token,
};
use url::Url;

const ALGORITHM: DigestAlgorithm = DigestAlgorithm::Sha256;

/// Why there is no stamp, or none to be believed.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// The authority does not answer, or with something else than a stamp.
    #[error("the time-stamping authority does not answer: {0}")]
    Away(String),
    /// What came is no stamp of this digest by this authority.
    #[error("the stamp does not hold: {0}")]
    Wrong(String),
}

impl From<TspError> for StampError {
    fn from(error: TspError) -> Self {
        Self::Wrong(error.to_string())
    }
}

/// Certificates that vouch for a time-stamping authority.
pub struct Anchors(TrustStore);

impl Anchors {
    /// Reads them from PEM text: one or more certificates.
    ///
    /// # Errors
    /// When there is none in it, or one that cannot be read.
    pub fn read(pem: &[u8]) -> Result<Self, TrustError> {
        let mut store = TrustStore::new();
        store.add_pem_data(pem)?;
        Ok(Self(store))
    }

    /// When the authority saw `digest`, by its token in DER: its signature holds, its certificate
    /// is for time stamps and was vouched for at that moment. Revocation is not asked for.
    ///
    /// # Errors
    /// Why the token proves nothing.
    pub fn check(&self, token: &[u8], digest: &Digest) -> Result<Timestamp, StampError> {
        let found =
            verify_timestamp_token(token, &digest.0, ALGORITHM, None, Some(&self.0), None, &[])?;
        moment(&found.gen_time_der)
            .ok_or_else(|| StampError::Wrong("the time in it cannot be read".to_owned()))
    }
}

/// A `GeneralizedTime` of DER, as in `20261121201530Z`.
fn moment(text: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(text).ok()?;
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    let time = Offset::UTC.to_timestamp(time).ok()?;
    Some(Timestamp(time.as_millisecond()))
}

/// A time-stamping authority that is asked over HTTP.
pub struct Authority {
    url: Url,
    http: reqwest::Client,
    anchors: Anchors,
}

impl Authority {
    /// An authority at `url`, whose stamps `anchors` vouch for.
    ///
    /// # Errors
    /// When no client can be made: the system has no certificates to check TLS with.
    pub fn new(url: Url, anchors: Anchors) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(STAMP_WAIT)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { url, http, anchors })
    }

    /// Has a digest stamped: the token in DER, checked, and its moment.
    ///
    /// # Errors
    /// When the authority is away, refuses, or its answer does not hold.
    pub async fn stamp(&self, digest: &Digest) -> Result<(Vec<u8>, Timestamp), StampError> {
        let nonce = generate_nonce().map_err(|error| StampError::Wrong(error.to_string()))?;
        let query = build_timestamp_request(ALGORITHM, &digest.0, None, Some(nonce), true)?;
        let reply = self.ask(query).await?;
        let reply = parse_timestamp_response(&reply)?;
        let token = validate_timestamp_response(&reply, &digest.0, Some(nonce), ALGORITHM, &[])?;
        let at = self.anchors.check(&token, digest)?;
        Ok((token, at))
    }

    async fn ask(&self, query: Vec<u8>) -> Result<Vec<u8>, StampError> {
        // The address may hold a password.
        let away = |error: reqwest::Error| StampError::Away(error.without_url().to_string());
        let asked = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/timestamp-query")
            .body(query);
        let mut answer = asked.send().await.map_err(away)?;
        if !answer.status().is_success() {
            return Err(StampError::Away(answer.status().to_string()));
        }
        let mut reply = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(away)? {
            reply.extend_from_slice(&chunk);
            if reply.len() > STAMP_BYTES_MAX {
                return Err(StampError::Wrong("the answer is too long".to_owned()));
            }
        }
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_utc() {
        for (text, expected) in [
            ("20261121201530Z", Some(1_795_292_130_000)),
            ("19700101000000Z", Some(0)),
            ("20261121201530", None),
            ("20261321201530Z", None),
            ("", None),
        ] {
            let found = moment(text.as_bytes()).map(|at| at.0);
            assert_eq!(found, expected, "{text}");
        }
    }
}
