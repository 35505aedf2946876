//! Whom the office trusts: the certificates of issuers (anchors) and their lists of what was revoked,
//! from one PEM file. And whether a certificate leads there.

use super::certificate::Certificate;
use super::{Case, Reason, crypto};
use crate::limits::{SIGNATURE_CHAIN_MAX, SIGNATURE_CHAIN_TRIES_MAX};
use auction_rules::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::Encode;
use der::asn1::ObjectIdentifier;
use sha2::{Digest, Sha256};
use tsp_ltv::crypto::verify::verify_certificate_signature;
use tsp_ltv::error::TrustError;
use tsp_ltv::ltv::crl::{ParsedCrl, parse_crl, verify_crl_signature};
use tsp_ltv::ltv::name_constraints::NameConstraintState;
use tsp_ltv::ltv::{check_basic_constraints, check_key_usage};
use x509_cert::Certificate as X509;

/// How long a list of revocations counts that does not say when the next one comes.
const LIST_VALID_MS: u64 = 24 * 3_600_000;

/// Extensions that a certificate may mark as critical: those that are looked at here, and policies,
/// which Polish issuers mark so and which bind nobody who asks for none (RFC 5280, 6.1.1).
const CRITICAL: [&str; 6] = [
    "2.5.29.15", // keyUsage
    "2.5.29.17", // subjectAltName
    "2.5.29.19", // basicConstraints
    "2.5.29.30", // nameConstraints
    "2.5.29.32", // certificatePolicies
    "2.5.29.37", // extKeyUsage
];

/// Whom the office trusts.
#[derive(Default)]
pub struct Trust {
    anchors: Vec<Certificate>,
    lists: Vec<ParsedCrl>,
    sha256: String,
}

/// A file of anchors that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoTrust {
    /// It is no text.
    #[error("it is no PEM file")]
    NoText,
    /// It holds no certificate.
    #[error("it holds no certificate")]
    Empty,
    /// A block of it cannot be read.
    #[error("block {0} cannot be read")]
    Block(usize),
}

impl Trust {
    /// Reads a PEM file with certificates of issuers and, if there are any, their lists of
    /// revocations (`X509 CRL`).
    ///
    /// # Errors
    /// When it holds no certificate, or one or a list cannot be read.
    pub fn read(pem: &[u8]) -> Result<Self, NoTrust> {
        let text = str::from_utf8(pem).map_err(|_| NoTrust::NoText)?;
        let mut trust = Self {
            sha256: hex::encode(Sha256::digest(pem)),
            ..Self::default()
        };
        for (number, block) in (1..).zip(text.split("-----BEGIN ").skip(1)) {
            trust.add(block).ok_or(NoTrust::Block(number))?;
        }
        match trust.anchors.is_empty() {
            true => Err(NoTrust::Empty),
            false => Ok(trust),
        }
    }

    /// SHA-256 of the file, in hexadecimal digits; empty where the office has none.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    fn add(&mut self, block: &str) -> Option<()> {
        let (label, rest) = block.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).ok()?;
        match label {
            "CERTIFICATE" => self.anchors.push(Certificate::read(&der)?),
            "X509 CRL" => self.lists.push(parse_crl(&der).ok()?),
            _ => return None,
        }
        Some(())
    }

    /// Whether a certificate leads to an anchor and was valid at the moment: every reason against it.
    /// `claimed` is when it was signed, as the signer says.
    pub(super) fn reasons(
        &self,
        leaf: &Certificate,
        pool: &[Certificate],
        at: Timestamp,
        claimed: Option<Timestamp>,
    ) -> Vec<Reason> {
        let path = match self.path(leaf, pool) {
            Ok(path) => path,
            Err(reason) => return vec![reason],
        };
        let mut reasons = Vec::new();
        if let Err(reason) = is_fit(&path) {
            reasons.push(reason);
        }
        // The anchor is trusted as it stands: the file says so, not its dates or a list.
        for (index, pair) in path.windows(2).enumerate() {
            let [one, issuer] = pair else { continue };
            reasons.extend(out_of_bounds(&one.x509, at));
            let revoked = self.revoked(&one.x509, &issuer.x509, at);
            reasons.extend(match (revoked, index) {
                (Revocation::None, _) => None,
                (Revocation::Unknown, _) => Some(Reason::TryLater),
                (Revocation::At(since), 0) if claimed.is_some_and(|claimed| claimed >= since) => {
                    Some(Reason::Revoked)
                }
                (Revocation::At(_), 0) => Some(Reason::RevokedNoPoe),
                (Revocation::At(_), _) => Some(Reason::RevokedCaNoPoe),
            });
        }
        reasons
    }

    /// The certificates from one up to an anchor, each signed by the next.
    fn path<'a>(
        &'a self,
        leaf: &'a Certificate,
        pool: &'a [Certificate],
    ) -> Result<Vec<&'a Certificate>, Reason> {
        if self.anchors.iter().any(|anchor| anchor.der == leaf.der) {
            return Ok(vec![leaf]);
        }
        let mut search = Search {
            anchors: &self.anchors,
            pool,
            tries: SIGNATURE_CHAIN_TRIES_MAX,
            is_weak: false,
        };
        let mut path = vec![leaf];
        match search.complete(&mut path)? {
            true => Ok(path),
            false if search.is_weak => Err(Reason::CryptoConstraintsFailure),
            false => Err(Reason::NoCertificateChainFound),
        }
    }

    /// What the issuer's lists say of a certificate at a moment. A list counts that was due to be
    /// replaced at that moment or later, and was made while the certificate was still listed.
    fn revoked(&self, one: &X509, issuer: &X509, at: Timestamp) -> Revocation {
        let Ok(name) = issuer.tbs_certificate.subject.to_der() else {
            return Revocation::Unknown;
        };
        let (_, expires) = validity(one);
        let counts = |list: &&ParsedCrl| {
            list.issuer_der == name
                && until(list) >= at.0
                && list.this_update.timestamp_millis() <= expires
                && may_list(issuer)
                && verify_crl_signature(list, issuer).is_ok()
        };
        let newest = self
            .lists
            .iter()
            .filter(counts)
            .max_by_key(|list| list.this_update.timestamp_millis());
        let Some(list) = newest else {
            return Revocation::Unknown;
        };
        let serial = one.tbs_certificate.serial_number.as_bytes();
        let same = |other: &[u8]| tsp_ltv::der_utils::integer_bodies_equal(other, serial);
        let mut entries = list.revoked_entries.iter();
        let since = entries
            .find(|entry| same(&entry.serial_number))
            .map(|entry| entry.revocation_time.timestamp_millis());
        match since {
            Some(since) if since <= at.0 => Revocation::At(Timestamp(since)),
            _ => Revocation::None,
        }
    }
}

enum Revocation {
    /// It was not revoked then.
    None,
    /// It was, since that moment.
    At(Timestamp),
    /// No list says.
    Unknown,
}

/// Looks for a way to an anchor.
struct Search<'a> {
    anchors: &'a [Certificate],
    pool: &'a [Certificate],
    /// Signatures that may still be checked.
    tries: usize,
    /// A certificate on the way was signed too weakly.
    is_weak: bool,
}

impl<'a> Search<'a> {
    /// Goes on from the last certificate; anchors first.
    fn complete(&mut self, path: &mut Vec<&'a Certificate>) -> Result<bool, Reason> {
        let Some(last) = path.last().copied() else {
            return Ok(false);
        };
        let (anchors, pool) = (self.anchors, self.pool);
        for anchor in anchors {
            if self.issued(last, anchor)? {
                path.push(anchor);
                return Ok(true);
            }
        }
        if path.len() == SIGNATURE_CHAIN_MAX {
            return Ok(false);
        }
        for next in pool {
            let is_new = path.iter().all(|one| one.der != next.der);
            if is_new && self.issued(last, next)? {
                path.push(next);
                if self.complete(path)? {
                    return Ok(true);
                }
                path.pop();
            }
        }
        Ok(false)
    }

    fn issued(&mut self, one: &Certificate, issuer: &Certificate) -> Result<bool, Reason> {
        if one.x509.tbs_certificate.issuer != issuer.x509.tbs_certificate.subject {
            return Ok(false);
        }
        self.tries = self.tries.checked_sub(1).ok_or(Reason::LimitExceeded)?;
        let key = &issuer.x509.tbs_certificate.subject_public_key_info;
        let is_strong = crypto::is_strong(key).is_ok();
        let verified = match is_strong {
            true => verify_certificate_signature(&one.x509, &issuer.x509),
            false => Err(TrustError::WeakAlgorithm(String::new())),
        };
        self.is_weak |= matches!(verified, Err(TrustError::WeakAlgorithm(_)));
        Ok(verified.is_ok())
    }
}

/// Whether the certificates of a path may be used so (RFC 5280, 6.1.4).
fn is_fit(path: &[&Certificate]) -> Result<(), Reason> {
    let unfit = Reason::ChainConstraintsFailure;
    let mut names = NameConstraintState::default();
    for (index, one) in path.iter().enumerate().rev() {
        let x509 = &one.x509;
        let is_anchor = index > 0 && index + 1 == path.len();
        names.check_cert(x509).map_err(|_| unfit)?;
        knows_critical(x509)?;
        let usage = check_key_usage(x509).map_err(|_| unfit)?;
        let may = |bits: &tsp_ltv::ltv::KeyUsageBits| match index {
            0 => bits.digital_signature || bits.content_commitment,
            _ => bits.key_cert_sign,
        };
        if usage.as_ref().is_some_and(|bits| !may(bits)) {
            return Err(unfit);
        }
        if index > 0 {
            let (is_issuer, below_max) = check_basic_constraints(x509).map_err(|_| unfit)?;
            // Below an issuer stand the person and the issuers between.
            let below = u32::try_from(index - 1).map_err(|_| unfit)?;
            let is_short = below_max.is_none_or(|most| below <= most);
            // An anchor of version 1 has no extensions to say so.
            if !is_short || !(is_issuer || is_anchor && x509.tbs_certificate.extensions.is_none()) {
                return Err(unfit);
            }
            names.add_from_cert(x509).map_err(|_| unfit)?;
        }
    }
    Ok(())
}

fn knows_critical(x509: &X509) -> Result<(), Reason> {
    let extensions = x509.tbs_certificate.extensions.iter().flatten();
    let mut critical = extensions.filter(|one| one.critical);
    let is_known = |oid: ObjectIdentifier| {
        CRITICAL
            .iter()
            .any(|known| ObjectIdentifier::new_unwrap(known) == oid)
    };
    match critical.all(|one| is_known(one.extn_id)) {
        true => Ok(()),
        false => Err(Reason::ChainConstraintsFailure),
    }
}

fn may_list(issuer: &X509) -> bool {
    let usage = check_key_usage(issuer).ok().flatten();
    usage.is_none_or(|bits| bits.crl_sign)
}

/// The moment until which a list counts, in milliseconds.
fn until(list: &ParsedCrl) -> i64 {
    match &list.next_update {
        Some(next) => next.timestamp_millis(),
        None => {
            Timestamp(list.this_update.timestamp_millis())
                .plus(LIST_VALID_MS)
                .0
        }
    }
}

/// From when to when a certificate is valid, in milliseconds.
fn validity(x509: &X509) -> (i64, i64) {
    let validity = &x509.tbs_certificate.validity;
    let ms = |time: x509_cert::time::Time| {
        i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX)
    };
    (ms(validity.not_before), ms(validity.not_after))
}

fn out_of_bounds(x509: &X509, at: Timestamp) -> Option<Reason> {
    let (begins, ends) = validity(x509);
    // The last second counts whole.
    match at.0 {
        at if at < begins => Some(Reason::NotYetValid),
        at if at > ends.saturating_add(999) => Some(Reason::OutOfBoundsNoPoe),
        _ => None,
    }
}

impl Case<'_> {
    /// What speaks against the signer's certificate.
    pub(super) fn reasons(
        &self,
        leaf: &Certificate,
        pool: &[Certificate],
        claimed: Option<Timestamp>,
    ) -> Vec<Reason> {
        let own = crypto::is_strong(&leaf.x509.tbs_certificate.subject_public_key_info);
        let mut reasons: Vec<_> = own.err().into_iter().collect();
        reasons.extend(self.trust.reasons(leaf, pool, self.at, claimed));
        reasons
    }
}
