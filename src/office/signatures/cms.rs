//! Signed messages (RFC 5652, EN 319 122): with their content inside, or beside them in the letter.
//! PDF keeps its signatures as such messages, too.

use super::asn1::{
    self, Fields, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, UTC_TIME, Value,
};
use super::certificate::Certificate;
use super::crypto::{Hash, Scheme};
use super::{Case, Coverage, Effort, Finding, Format, Level, Neighbour, Reason};
use crate::limits::{SIGNATURE_CERTIFICATES_MAX, SIGNATURES_MAX};
use auction_rules::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::{Decode, Encode};
use spki::AlgorithmIdentifierOwned;
use tsp_ltv::der_utils::encode_tlv;
use x509_cert::time::Time;

/// `[0]` and `[1]`, with values in them, and `[0]` as a plain string.
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_1: u8 = 0xa1;
const CONTEXT_0_PLAIN: u8 = 0x80;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
const TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";
const REVOCATION_VALUES: &str = "1.2.840.113549.1.9.16.2.24";
const ARCHIVE_TIME_STAMPS: [&str; 2] = ["1.2.840.113549.1.9.16.2.48", "0.4.0.1733.2.4"];

/// What a message that does not carry its content is about.
pub(super) enum Content<'a> {
    /// These bytes of the file around it.
    Pieces(&'a [&'a [u8]]),
    /// A file beside it, which goes by this name without its ending.
    Beside(&'a [Neighbour], &'a str),
}

/// Checks the signatures of a message in a file.
pub(super) fn check(
    name: &str,
    bytes: &[u8],
    case: &Case<'_>,
    effort: &mut Effort,
) -> Vec<Finding> {
    let unarmoured;
    let bytes = match bytes.starts_with(b"-----BEGIN ") {
        false => bytes,
        true => match from_text(bytes) {
            Some(der) => {
                unarmoured = der;
                &unarmoured
            }
            None => return vec![Finding::new(Format::Cms).because(Reason::FormatFailure)],
        },
    };
    let content = Content::Beside(case.beside, name);
    match checked(bytes, &content, case, effort) {
        Ok(found) => found,
        Err(reason) => vec![Finding::new(Format::Cms).because(reason)],
    }
}

fn from_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (_, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}

/// Checks the signatures of a message. What stands behind it may only be empty.
pub(super) fn checked(
    bytes: &[u8],
    content: &Content<'_>,
    case: &Case<'_>,
    effort: &mut Effort,
) -> Result<Vec<Finding>, Reason> {
    let (der, behind) = asn1::to_der(bytes)?;
    if behind.iter().any(|byte| *byte != 0) {
        return Err(Reason::FormatFailure);
    }
    let message = Message::read(&der)?;
    let mut signers = message.signers.fields();
    let mut found = Vec::new();
    while let Some(signer) = signers.read_if(SEQUENCE)? {
        if found.len() == SIGNATURES_MAX {
            return Err(Reason::LimitExceeded);
        }
        let begun = Finding::new(Format::Cms);
        found.push(message.check(signer, content, case, effort, begun));
    }
    match found.is_empty() {
        // A message that only carries certificates is no signature.
        true => Err(Reason::FormatFailure),
        false => Ok(found),
    }
}

/// What is read of a message.
struct Message<'a> {
    /// The object identifier of its content's type.
    content_type: &'a [u8],
    content: Option<&'a [u8]>,
    certificates: Vec<Certificate>,
    signers: Value<'a>,
}

impl<'a> Message<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Reason> {
        let mut outer = Value::only(der)?.tagged(SEQUENCE)?.fields();
        if outer.read(OID)?.inside != oid(SIGNED_DATA) {
            return Err(Reason::FormatFailure);
        }
        let signed = Value::only(outer.read(CONTEXT_0)?.inside)?.tagged(SEQUENCE)?;
        let mut fields = signed.fields();
        fields.read(INTEGER)?;
        fields.read(SET)?;
        let mut encapsulated = fields.read(SEQUENCE)?.fields();
        let content_type = encapsulated.read(OID)?.inside;
        let content = match encapsulated.read_if(CONTEXT_0)? {
            Some(content) => Some(Value::only(content.inside)?.tagged(OCTET_STRING)?.inside),
            None => None,
        };
        let certificates = match fields.read_if(CONTEXT_0)? {
            Some(set) => certificates(set)?,
            None => Vec::new(),
        };
        fields.read_if(CONTEXT_1)?;
        Ok(Self {
            content_type,
            content,
            certificates,
            signers: fields.read(SET)?,
        })
    }

    fn check(
        &self,
        signer: Value<'_>,
        content: &Content<'_>,
        case: &Case<'_>,
        effort: &mut Effort,
        begun: Finding,
    ) -> Finding {
        let signer = match SignerInfo::read(signer) {
            Ok(signer) => signer,
            Err(reason) => return begun.because(reason),
        };
        let mut finding = begun;
        finding.claimed_at = signer.claimed_at();
        finding.level = signer.level();
        if signer.attribute(SIGNING_CERTIFICATE_V2).is_ok() {
            finding.format = Format::Cades;
        }
        if finding.level > Level::BB {
            finding.note(Reason::TimeStampNotChecked);
        }
        let Some(certificate) = signer.certificate(&self.certificates) else {
            return finding.because(Reason::NoSigningCertificateFound);
        };
        finding.signer = Some(certificate.signer());
        if let Err(reason) = self.is_intact(&signer, content, certificate, effort, &mut finding) {
            finding.note(reason);
        }
        if finding.is_intact() {
            if let Err(reason) = signer.names(certificate) {
                finding.note(reason);
            }
            let claimed = finding.claimed_at;
            for reason in case.reasons(certificate, &self.certificates, claimed) {
                finding.note(reason);
            }
        }
        finding
    }

    /// The content is what was signed, and the signature is the key's.
    fn is_intact(
        &self,
        signer: &SignerInfo<'_>,
        content: &Content<'_>,
        certificate: &Certificate,
        effort: &mut Effort,
        finding: &mut Finding,
    ) -> Result<(), Reason> {
        let key = &certificate.x509.tbs_certificate.subject_public_key_info;
        let hash = signer.hash?;
        let scheme = Scheme::Identified(signer.algorithm.clone(), hash);
        let Some(attributes) = signer.attributes else {
            // Nothing binds the certificate then; it may be intact all the same.
            finding.note(Reason::SigConstraintsFailure);
            let Some(inside) = self.content else {
                return Err(Reason::NotSupported);
            };
            effort.take(inside.len())?;
            finding.coverage = Coverage::Whole;
            return scheme.verify(key, inside, signer.signature);
        };
        let named = only_value(signer.attribute(CONTENT_TYPE)?)?.tagged(OID)?;
        if named.inside != self.content_type {
            return Err(Reason::FormatFailure);
        }
        let expected = only_value(signer.attribute(MESSAGE_DIGEST)?)?
            .tagged(OCTET_STRING)?
            .inside;
        // The attributes are signed as a set, whatever tag they are kept under.
        let signed = encode_tlv(SET, attributes.inside);
        scheme.verify(key, &signed, signer.signature)?;
        finding.coverage = match (self.content, content) {
            (Some(inside), Content::Beside(..)) => {
                effort.take(inside.len())?;
                is_same(&hash.digest(&[inside]), expected)?;
                Coverage::Whole
            }
            // A PDF's content is the PDF; what else is inside is not shown.
            (Some(_), Content::Pieces(_)) => return Err(Reason::FormatFailure),
            (None, Content::Pieces(pieces)) => {
                effort.take(pieces.iter().map(|piece| piece.len()).sum())?;
                is_same(&hash.digest(pieces), expected)?;
                Coverage::Whole
            }
            (None, Content::Beside(beside, name)) => Coverage::Files {
                names: vec![found_beside(beside, name, hash, expected)?],
            },
        };
        Ok(())
    }
}

fn is_same(found: &[u8], expected: &[u8]) -> Result<(), Reason> {
    match found == expected {
        true => Ok(()),
        false => Err(Reason::HashFailure),
    }
}

/// The name of the file beside a signature that it is for. Where none has its hash, one that goes by
/// its name was changed.
fn found_beside(
    beside: &[Neighbour],
    name: &str,
    hash: Hash,
    expected: &[u8],
) -> Result<String, Reason> {
    let signed = beside.iter().find(|one| one.digests.by(hash) == expected);
    if let Some(signed) = signed {
        return Ok(signed.name.clone());
    }
    let stem = |name: &str| name.rsplit_once('.').map(|(stem, _)| stem.to_lowercase());
    let own = stem(name);
    let goes_by = |one: &Neighbour| Some(one.name.to_lowercase()) == own || stem(&one.name) == own;
    match own.is_some() && beside.iter().any(goes_by) {
        true => Err(Reason::HashFailure),
        false => Err(Reason::SignedDataNotFound),
    }
}

/// The certificates of a message that can be read; the others cannot be the signer's.
fn certificates(set: Value<'_>) -> Result<Vec<Certificate>, Reason> {
    let mut found = Vec::new();
    for one in set.fields() {
        let one = one?;
        if found.len() == SIGNATURE_CERTIFICATES_MAX {
            return Err(Reason::LimitExceeded);
        }
        if one.tag == SEQUENCE {
            found.extend(Certificate::read(one.whole));
        }
    }
    Ok(found)
}

/// What is read of one signer.
struct SignerInfo<'a> {
    identifier: Value<'a>,
    hash: Result<Hash, Reason>,
    attributes: Option<Value<'a>>,
    algorithm: AlgorithmIdentifierOwned,
    signature: &'a [u8],
    unsigned: Option<Value<'a>>,
}

impl<'a> SignerInfo<'a> {
    fn read(value: Value<'a>) -> Result<Self, Reason> {
        let mut fields = value.fields();
        fields.read(INTEGER)?;
        let identifier = match fields.read_if(SEQUENCE)? {
            Some(issuer_and_serial) => issuer_and_serial,
            None => fields.read(CONTEXT_0_PLAIN)?,
        };
        let hash = fields.read(SEQUENCE)?.fields().read(OID)?;
        let attributes = fields.read_if(CONTEXT_0)?;
        let algorithm = fields.read(SEQUENCE)?.whole;
        Ok(Self {
            identifier,
            hash: Hash::of_oid(hash.inside),
            attributes,
            algorithm: AlgorithmIdentifierOwned::from_der(algorithm)
                .map_err(|_| Reason::FormatFailure)?,
            signature: fields.read(OCTET_STRING)?.inside,
            unsigned: fields.read_if(CONTEXT_1)?,
        })
    }

    /// The certificate that the signer is named by.
    fn certificate<'c>(&self, all: &'c [Certificate]) -> Option<&'c Certificate> {
        all.iter().find(|one| {
            let tbs = &one.x509.tbs_certificate;
            if self.identifier.tag == CONTEXT_0_PLAIN {
                return key_identifier(one).as_deref() == Some(self.identifier.inside);
            }
            let parts = [tbs.issuer.to_der(), tbs.serial_number.to_der()];
            let [Ok(issuer), Ok(serial)] = parts else {
                return false;
            };
            self.identifier.inside == [issuer, serial].concat()
        })
    }

    /// The values of a signed attribute, which stands there once.
    fn attribute(&self, wanted: &str) -> Result<Value<'a>, Reason> {
        let mut found = None;
        for attribute in self.attributes.iter().flat_map(|set| set.fields()) {
            let mut fields = attribute?.tagged(SEQUENCE)?.fields();
            if fields.read(OID)?.inside == oid(wanted) && found.replace(fields.read(SET)?).is_some()
            {
                return Err(Reason::FormatFailure);
            }
        }
        found.ok_or(Reason::SigConstraintsFailure)
    }

    fn has_unsigned(&self, wanted: &[&str]) -> bool {
        let mut all = self.unsigned.iter().flat_map(|set| set.fields().flatten());
        all.any(|one| {
            let name = one.fields().read(OID);
            name.is_ok_and(|name| wanted.iter().any(|one| name.inside == oid(one)))
        })
    }

    fn level(&self) -> Level {
        if self.has_unsigned(&ARCHIVE_TIME_STAMPS) {
            Level::BLta
        } else if self.has_unsigned(&[REVOCATION_VALUES]) {
            Level::BLt
        } else if self.has_unsigned(&[TIME_STAMP]) {
            Level::BT
        } else {
            Level::BB
        }
    }

    fn claimed_at(&self) -> Option<Timestamp> {
        let value = only_value(self.attribute(SIGNING_TIME).ok()?).ok()?;
        if !matches!(value.tag, UTC_TIME | GENERALIZED_TIME) {
            return None;
        }
        let time = Time::from_der(value.whole).ok()?;
        let ms = i64::try_from(time.to_unix_duration().as_millis()).ok()?;
        Some(Timestamp(ms))
    }

    /// The signed attribute that names the certificate names this one (RFC 5035). The first version of
    /// it knows SHA-1 only.
    fn names(&self, certificate: &Certificate) -> Result<(), Reason> {
        let attribute = match self.attribute(SIGNING_CERTIFICATE_V2) {
            Ok(found) => found,
            Err(Reason::SigConstraintsFailure) if self.attribute(SIGNING_CERTIFICATE).is_ok() => {
                return Err(Reason::CryptoConstraintsFailure);
            }
            Err(reason) => return Err(reason),
        };
        let mut fields = only_value(attribute)?.tagged(SEQUENCE)?.fields();
        let first = first_of(&mut fields)?;
        let mut named = first.fields();
        let hash = match named.read_if(SEQUENCE)? {
            Some(algorithm) => Hash::of_oid(algorithm.fields().read(OID)?.inside)?,
            None => Hash::Sha256,
        };
        match named.read(OCTET_STRING)?.inside == hash.digest(&[&certificate.der]) {
            true => Ok(()),
            false => Err(Reason::NoSigningCertificateFound),
        }
    }
}

/// The first of a sequence that must have one: the signer's own certificate (RFC 5035, 4).
fn first_of<'a>(fields: &mut Fields<'a>) -> Result<Value<'a>, Reason> {
    fields.read(SEQUENCE)?.fields().read(SEQUENCE)
}

/// The one value of an attribute.
fn only_value(set: Value<'_>) -> Result<Value<'_>, Reason> {
    Value::only(set.inside)
}

fn key_identifier(certificate: &Certificate) -> Option<Vec<u8>> {
    let extensions = certificate.x509.tbs_certificate.extensions.as_ref()?;
    let found = extensions
        .iter()
        .find(|one| one.extn_id.to_string() == "2.5.29.14")?;
    let value = Value::only(found.extn_value.as_bytes()).ok()?;
    Some(value.tagged(OCTET_STRING).ok()?.inside.to_vec())
}

fn oid(text: &str) -> Vec<u8> {
    der::asn1::ObjectIdentifier::new_unwrap(text)
        .as_bytes()
        .to_vec()
}
