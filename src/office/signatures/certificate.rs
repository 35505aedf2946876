//! Certificates (X.509) as they come with a signature.

use super::Signer;
use super::asn1::{OID, SEQUENCE, SET, Value};
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use x509_cert::Certificate as X509;
use x509_cert::name::Name;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SURNAME: &[u8] = &[0x55, 0x04, 0x04];
const SERIAL_NUMBER: &[u8] = &[0x55, 0x04, 0x05];
const COUNTRY: &[u8] = &[0x55, 0x04, 0x06];
const PLACE: &[u8] = &[0x55, 0x04, 0x07];
const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];
const UNIT: &[u8] = &[0x55, 0x04, 0x0b];
const GIVEN_NAME: &[u8] = &[0x55, 0x04, 0x2a];
const ORGANISATION_ID: &[u8] = &[0x55, 0x04, 0x61];

/// What stays of a person's number.
const DIGITS_SHOWN: usize = 4;

/// A certificate with the bytes it came as: its hash is of those.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) x509: X509,
}

impl Certificate {
    /// Reads DER; none where it is no certificate.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        Some(Self {
            x509: X509::from_der(der).ok()?,
            der: der.to_vec(),
        })
    }

    /// SHA-256 of it, in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.der))
    }

    /// It is an organisation's and names no person: a seal.
    pub(super) fn is_seal(&self) -> bool {
        let parts = parts(&self.x509.tbs_certificate.subject);
        let has = |wanted: &[u8]| parts.iter().any(|(oid, _)| oid == wanted);
        has(ORGANISATION) && !has(SURNAME) && !has(GIVEN_NAME)
    }

    /// What people are told of it.
    pub(super) fn signer(&self) -> Signer {
        let tbs = &self.x509.tbs_certificate;
        Signer {
            name: called(&tbs.subject),
            subject: written(&tbs.subject),
            issuer: written(&tbs.issuer),
            serial: hex::encode(tbs.serial_number.as_bytes()),
            sha256: self.sha256(),
        }
    }
}

/// What somebody is called: the common name, or what stands for it.
fn called(name: &Name) -> String {
    let parts = parts(name);
    let of = |wanted: &[u8]| {
        let mut found = parts.iter().filter(|(oid, _)| oid == wanted);
        found.next().map(|(_, text)| text.clone())
    };
    let person = || Some(format!("{} {}", of(GIVEN_NAME)?, of(SURNAME)?));
    of(COMMON_NAME)
        .or_else(person)
        .or_else(|| of(ORGANISATION))
        .unwrap_or_else(|| written(name))
}

/// A name in one line. Numbers of persons (PESEL, ID cards) are cut to their last digits: evidence is
/// read by many, and the certificate itself has them.
fn written(name: &Name) -> String {
    let label = |oid: &[u8]| match oid {
        COMMON_NAME => "CN",
        SURNAME => "SN",
        SERIAL_NUMBER => "serialNumber",
        COUNTRY => "C",
        PLACE => "L",
        ORGANISATION => "O",
        UNIT => "OU",
        GIVEN_NAME => "GN",
        ORGANISATION_ID => "organizationIdentifier",
        _ => "",
    };
    let parts = parts(name).into_iter();
    let known = parts.filter(|(oid, _)| !label(oid).is_empty());
    let line = known.map(|(oid, text)| {
        let text = match oid.as_slice() {
            SERIAL_NUMBER => masked(&text),
            _ => text,
        };
        format!("{}={text}", label(&oid))
    });
    line.collect::<Vec<_>>().join(", ")
}

fn masked(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let mut left = digits.saturating_sub(DIGITS_SHOWN);
    let mask = |char: char| match char.is_ascii_digit() && left > 0 {
        true => {
            left -= 1;
            '*'
        }
        false => char,
    };
    number.chars().map(mask).collect()
}

/// The parts of a name in their order: object identifier and text.
fn parts(name: &Name) -> Vec<(Vec<u8>, String)> {
    let der = name.to_der().unwrap_or_default();
    let Ok(sequence) = Value::only(&der).and_then(|name| name.tagged(SEQUENCE)) else {
        return Vec::new();
    };
    let sets = sequence.fields().filter_map(Result::ok);
    let pairs = sets
        .filter(|one| one.tag == SET)
        .flat_map(|set| set.fields().filter_map(Result::ok));
    pairs
        .filter_map(|pair| {
            let mut fields = pair.fields();
            let oid = fields.read(OID).ok()?.inside.to_vec();
            Some((oid, text(fields.next()?.ok()?)))
        })
        .collect()
}

/// A string of a name, of whichever sort.
fn text(value: Value<'_>) -> String {
    const BMP_STRING: u8 = 0x1e;
    let text = match value.tag {
        BMP_STRING => {
            let pairs = value.inside.chunks_exact(2);
            let units: Vec<u16> = pairs
                .filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(value.inside).into_owned(),
    };
    text.chars().filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_number_keeps_its_last_digits() {
        for (number, expected) in [
            ("PNOPL-44051401359", "PNOPL-*******1359"),
            ("PASPL-AB1234567", "PASPL-AB***4567"),
            ("123", "123"),
            ("", ""),
        ] {
            assert_eq!(masked(number), expected);
        }
    }
}
