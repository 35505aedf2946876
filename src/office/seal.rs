//! The office's electronic seal: XAdES (baseline B) inside the XML that it seals, with a key and a
//! certificate of the office.
//!
//! The XML is written in its canonical form, and so are the parts of the signature that are hashed;
//! any other program that checks XML signatures comes to the same bytes.

use super::canonical_xml::{element, text_element};
use crate::chain::{read_secret, write_secret};
use anyhow::{Context, Result, bail};
use auction_rules::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The private key in the folder of keys: PKCS#8 in PEM, on P-256.
const KEY: &str = "office-seal.key";
/// Its certificate: X.509 in PEM.
const CERTIFICATE: &str = "office-seal.pem";
/// How long a certificate that the office made itself is valid.
const VALID_YEARS: i32 = 11;
/// What the certificate calls an office that has not set its name.
const NAMELESS: &str = "ebok";

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

/// The key and its certificate.
pub struct Seal {
    key: EcdsaKeyPair,
    random: SystemRandom,
    /// DER.
    certificate: Vec<u8>,
}

impl Seal {
    /// Opens the seal in the folder of keys, making key and certificate where there are none. An office
    /// with a certificate of a trust service puts both files there.
    ///
    /// # Errors
    /// When a file cannot be read or written, is open to others, holds no key on P-256 or no
    /// certificate, or the certificate is another key's.
    pub fn open(keys: &Path, office: &str, now: Timestamp) -> Result<Self> {
        let (key_file, certificate_file) = (keys.join(KEY), keys.join(CERTIFICATE));
        if !key_file.exists() {
            make(&key_file, &certificate_file, office, now)?;
        }
        let key = KeyPair::from_pem(&read_secret(&key_file)?)
            .with_context(|| format!("{} holds no key", key_file.display()))?;
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            key.serialized_der(),
            &random,
        )
        .map_err(|_| anyhow::anyhow!("{} holds no key on P-256", key_file.display()))?;
        let certificate = fs::read_to_string(&certificate_file)
            .with_context(|| format!("cannot read {}", certificate_file.display()))?;
        let certificate = from_pem(&certificate)
            .with_context(|| format!("{} holds no certificate", certificate_file.display()))?;
        let point = key.public_key().as_ref();
        if !certificate.windows(point.len()).any(|part| part == point) {
            bail!(
                "{} is the certificate of another key",
                certificate_file.display()
            );
        }
        Ok(Self {
            key,
            random,
            certificate,
        })
    }

    /// Seals an element whose start tag, inside and end tag are written in canonical form: the
    /// signature becomes its last child. `at` is told as the time of sealing.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn seal(&self, start: &str, inside: &str, end: &str, at: Timestamp) -> Result<String> {
        let mut hash = Sha256::new();
        for part in [start, inside, end] {
            hash.update(part);
        }
        let properties = self.properties(at);
        let signed = signed_info(&STANDARD.encode(hash.finalize()), &digest(&properties));
        let value = self
            .key
            .sign(&self.random, signed.as_bytes())
            .map_err(|_| anyhow::anyhow!("no random numbers for a seal"))?;
        let signature = self.signature(&signed, value.as_ref(), &properties);
        Ok(format!("{start}{inside}{signature}{end}"))
    }

    fn signature(&self, signed: &str, value: &[u8], properties: &str) -> String {
        let certificate = text_element("ds:X509Certificate", &STANDARD.encode(&self.certificate));
        let data = element("ds:X509Data", &[], &certificate);
        let target = [("xmlns:xades", XADES), ("Target", "#seal")];
        let qualifying = element("xades:QualifyingProperties", &target, properties);
        let inside = [
            signed.to_owned(),
            text_element("ds:SignatureValue", &STANDARD.encode(value)),
            element("ds:KeyInfo", &[], &data),
            element("ds:Object", &[], &qualifying),
        ];
        let attributes = [("xmlns:ds", DS), ("Id", "seal")];
        element("ds:Signature", &attributes, &inside.concat())
    }

    /// When and with which certificate the seal is put (EN 319 132-1, 5.2).
    fn properties(&self, at: Timestamp) -> String {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        let hash = [
            algorithm("ds:DigestMethod", &[("xmlns:ds", DS)], SHA256),
            element(
                "ds:DigestValue",
                &[("xmlns:ds", DS)],
                &STANDARD.encode(Sha256::digest(&self.certificate)),
            ),
        ];
        let hash = element("xades:CertDigest", &[], &hash.concat());
        let certificate = element("xades:Cert", &[], &hash);
        let signature = [
            text_element(
                "xades:SigningTime",
                &moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            ),
            element("xades:SigningCertificateV2", &[], &certificate),
        ];
        let format = text_element("xades:MimeType", "application/xml");
        let object = [("ObjectReference", "#sealed")];
        let object = element("xades:DataObjectFormat", &object, &format);
        let inside = [
            element("xades:SignedSignatureProperties", &[], &signature.concat()),
            element("xades:SignedDataObjectProperties", &[], &object),
        ];
        let attributes = [("xmlns:xades", XADES), ("Id", "seal-properties")];
        element("xades:SignedProperties", &attributes, &inside.concat())
    }
}

/// What is signed: the hashes of the document without its signature, and of the properties.
fn signed_info(document: &str, properties: &str) -> String {
    let whole = [("Id", "sealed"), ("URI", "")];
    let part = [("Type", SIGNED_PROPERTIES), ("URI", "#seal-properties")];
    let inside = [
        algorithm("ds:CanonicalizationMethod", &[], EXCLUSIVE),
        algorithm("ds:SignatureMethod", &[], ECDSA_SHA256),
        reference(&whole, &[ENVELOPED, EXCLUSIVE], document),
        reference(&part, &[EXCLUSIVE], properties),
    ];
    element("ds:SignedInfo", &[("xmlns:ds", DS)], &inside.concat())
}

fn reference(attributes: &[(&str, &str)], transforms: &[&str], digest: &str) -> String {
    let transforms = transforms
        .iter()
        .map(|way| algorithm("ds:Transform", &[], way));
    let inside = [
        element("ds:Transforms", &[], &transforms.collect::<String>()),
        algorithm("ds:DigestMethod", &[], SHA256),
        text_element("ds:DigestValue", digest),
    ];
    element("ds:Reference", attributes, &inside.concat())
}

fn algorithm(name: &str, attributes: &[(&str, &str)], way: &str) -> String {
    let attributes = [attributes, &[("Algorithm", way)]].concat();
    element(name, &attributes, "")
}

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// A key with a certificate that the office signed itself: it shows that a receipt was not changed, and
/// whose it is to everybody who has the certificate from the office.
fn make(key_file: &Path, certificate_file: &Path, office: &str, now: Timestamp) -> Result<()> {
    let key = KeyPair::generate()?;
    let name = if office.is_empty() { NAMELESS } else { office };
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "PL");
    subject.push(DnType::OrganizationName, name);
    subject.push(DnType::CommonName, name);
    let mut wanted = CertificateParams::default();
    wanted.distinguished_name = subject;
    wanted.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
    ];
    let moment = jiff::Timestamp::from_millisecond(now.0)?;
    let year = moment.to_zoned(jiff::tz::TimeZone::UTC).year();
    wanted.not_before = rcgen::date_time_ymd(year.into(), 1, 1);
    wanted.not_after = rcgen::date_time_ymd(i32::from(year) + VALID_YEARS, 1, 1);
    let certificate = wanted.self_signed(&key)?;
    fs::write(certificate_file, certificate.pem())
        .with_context(|| format!("cannot write {}", certificate_file.display()))?;
    write_secret(key_file, key.serialize_pem().as_bytes())
}

/// The first certificate of PEM text.
fn from_pem(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
