//! Hashes and signatures that count: SHA-2, RSA from 2048 bits (PKCS #1 v1.5 and PSS), ECDSA on P-256
//! and P-384. Anything else is too weak or not known.

use super::Reason;
use super::asn1::{INTEGER, SEQUENCE, Value};
use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Encode};
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use tsp_ltv::crypto::verify::verify_signature_by_algid;
use tsp_ltv::error::TrustError;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// RSA keys that count. Longer ones take long and nobody has them.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A hash that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The hash of an object identifier.
    pub(super) fn of_oid(oid: &[u8]) -> Result<Self, Reason> {
        let found = Self::ALL
            .into_iter()
            .find(|one| one.oid().as_bytes() == oid);
        found.ok_or(Reason::CryptoConstraintsFailure)
    }

    /// The hash that XML names so.
    pub(super) fn of_uri(uri: &str) -> Result<Self, Reason> {
        match uri {
            "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(Self::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(Self::Sha384),
            "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(Self::Sha512),
            _ => Err(Reason::CryptoConstraintsFailure),
        }
    }

    /// The hash of these pieces, one after the other.
    pub(super) fn digest(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            pieces.iter().for_each(|piece| hash.update(piece));
            hash.finalize().to_vec()
        }
        match self {
            Self::Sha256 => of::<Sha256>(pieces),
            Self::Sha384 => of::<Sha384>(pieces),
            Self::Sha512 => of::<Sha512>(pieces),
        }
    }

    fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        })
    }

    fn bytes(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// How a signature was made.
#[derive(Debug, Clone)]
pub(super) enum Scheme {
    /// As an algorithm identifier says (CMS).
    Identified(AlgorithmIdentifierOwned, Hash),
    /// RSA with PKCS #1 v1.5.
    RsaPkcs1(Hash),
    /// RSA with PSS, the salt as long as the hash.
    RsaPss(Hash),
    /// ECDSA, both numbers one after the other (XML).
    EcdsaPlain(Hash),
}

impl Scheme {
    /// The scheme that XML names so (RFC 9231).
    pub(super) fn of_uri(uri: &str) -> Result<Self, Reason> {
        let more = |name: &str| uri == format!("http://www.w3.org/2001/04/xmldsig-more#{name}");
        let newer = |name: &str| uri == format!("http://www.w3.org/2007/05/xmldsig-more#{name}");
        for (hash, name) in [
            (Hash::Sha256, "sha256"),
            (Hash::Sha384, "sha384"),
            (Hash::Sha512, "sha512"),
        ] {
            if more(&format!("rsa-{name}")) {
                return Ok(Self::RsaPkcs1(hash));
            }
            if newer(&format!("{name}-rsa-MGF1")) {
                return Ok(Self::RsaPss(hash));
            }
            if more(&format!("ecdsa-{name}")) {
                return Ok(Self::EcdsaPlain(hash));
            }
        }
        Err(Reason::CryptoConstraintsFailure)
    }

    /// Checks a signature over a message by a key.
    ///
    /// # Errors
    /// Key or algorithm do not count, or the signature is another's.
    pub(super) fn verify(
        &self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Reason> {
        is_strong(key)?;
        let mut key = key.clone();
        if key.algorithm.oid == RSA_PSS {
            // A key that is for PSS alone is an RSA key like any other.
            key.algorithm = AlgorithmIdentifierOwned {
                oid: RSA,
                parameters: Some(Any::null()),
            };
        }
        let key = key.to_der().map_err(|_| Reason::FormatFailure)?;
        let algorithm = self.identifier()?;
        let plain;
        let signature = match self {
            Self::EcdsaPlain(_) => {
                plain = ecdsa_in_der(signature).ok_or(Reason::SigCryptoFailure)?;
                &plain
            }
            _ => signature,
        };
        let verified = verify_signature_by_algid(message, signature, &key, &algorithm);
        verified.map_err(|error| match error {
            TrustError::UnsupportedAlgorithm(_) | TrustError::WeakAlgorithm(_) => {
                Reason::CryptoConstraintsFailure
            }
            _ => Reason::SigCryptoFailure,
        })
    }

    fn identifier(&self) -> Result<AlgorithmIdentifierOwned, Reason> {
        let plain = |oid| AlgorithmIdentifierOwned {
            oid,
            parameters: None,
        };
        match self {
            // In CMS, the key's identifier may stand for the algorithm, with the hash beside it.
            Self::Identified(identifier, hash) if identifier.oid == RSA => {
                Ok(plain(rsa_with(*hash)))
            }
            Self::Identified(identifier, hash) if identifier.oid == EC => {
                Ok(plain(ecdsa_with(*hash)))
            }
            Self::Identified(identifier, _) => Ok(identifier.clone()),
            Self::RsaPkcs1(hash) => Ok(plain(rsa_with(*hash))),
            Self::EcdsaPlain(hash) => Ok(plain(ecdsa_with(*hash))),
            Self::RsaPss(hash) => pss(*hash).ok_or(Reason::CryptoConstraintsFailure),
        }
    }
}

fn rsa_with(hash: Hash) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(match hash {
        Hash::Sha256 => "1.2.840.113549.1.1.11",
        Hash::Sha384 => "1.2.840.113549.1.1.12",
        Hash::Sha512 => "1.2.840.113549.1.1.13",
    })
}

fn ecdsa_with(hash: Hash) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(match hash {
        Hash::Sha256 => "1.2.840.10045.4.3.2",
        Hash::Sha384 => "1.2.840.10045.4.3.3",
        Hash::Sha512 => "1.2.840.10045.4.3.4",
    })
}

/// RSASSA-PSS with its parameters (RFC 4055).
fn pss(hash: Hash) -> Option<AlgorithmIdentifierOwned> {
    const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
    let sequence = |parts: &[&[u8]]| written(SEQUENCE, &parts.concat());
    let hash_algorithm = sequence(&[&hash.oid().to_der().ok()?]);
    let mask = sequence(&[&MGF1.to_der().ok()?, &hash_algorithm]);
    let parameters = sequence(&[
        &written(0xa0, &hash_algorithm),
        &written(0xa1, &mask),
        &written(0xa2, &written(INTEGER, &[hash.bytes()])),
    ]);
    Some(AlgorithmIdentifierOwned {
        oid: RSA_PSS,
        parameters: Some(Any::from_der(&parameters).ok()?),
    })
}

fn written(tag: u8, inside: &[u8]) -> Vec<u8> {
    tsp_ltv::der_utils::encode_tlv(tag, inside)
}

/// A key that counts.
pub(super) fn is_strong(key: &SubjectPublicKeyInfoOwned) -> Result<(), Reason> {
    let algorithm = key.algorithm.oid;
    if algorithm == RSA || algorithm == RSA_PSS {
        let bits = rsa_bits(key.subject_public_key.raw_bytes())?;
        return match RSA_BITS.contains(&bits) {
            true => Ok(()),
            false => Err(Reason::CryptoConstraintsFailure),
        };
    }
    let curve = key.algorithm.parameters.as_ref();
    let curve = curve.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    match (algorithm, curve) {
        (EC, Some(P256 | P384)) => Ok(()),
        _ => Err(Reason::CryptoConstraintsFailure),
    }
}

fn rsa_bits(key: &[u8]) -> Result<usize, Reason> {
    let mut fields = Value::only(key)?.tagged(SEQUENCE)?.fields();
    let modulus = fields.read(INTEGER)?.inside;
    let begin = modulus.iter().position(|byte| *byte != 0);
    let modulus = begin
        .and_then(|begin| modulus.get(begin..))
        .unwrap_or_default();
    let empty = modulus.first().map_or(0, |first| first.leading_zeros());
    Ok(modulus.len() * 8 - usize::try_from(empty).unwrap_or_default())
}

/// ECDSA's two numbers, one after the other, as CMS writes them.
fn ecdsa_in_der(plain: &[u8]) -> Option<Vec<u8>> {
    if !matches!(plain.len(), 64 | 96) {
        return None;
    }
    let (r, s) = plain.split_at(plain.len() / 2);
    let number = |bytes: &[u8]| {
        let begin = bytes.iter().position(|byte| *byte != 0)?;
        let bytes = bytes.get(begin..)?;
        // A leading bit would make it negative.
        let sign: &[u8] = if bytes.first()? & 0x80 == 0 {
            &[]
        } else {
            &[0]
        };
        Some(written(INTEGER, &[sign, bytes].concat()))
    };
    Some(written(SEQUENCE, &[number(r)?, number(s)?].concat()))
}
