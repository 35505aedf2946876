//! Electronic signatures in what people send: PAdES in PDF, XAdES in XML, CAdES in CMS.
//!
//! Each signature gets a verdict after EN 319 102-1: passed, failed, or indeterminate, which is for a
//! person to decide. What is checked is whether the signed bytes are unchanged ([`cms`], [`pdf`],
//! [`xml`]), whether all that is shown is signed, and who signed: a certificate that leads to an anchor
//! that the office trusts ([`trust`]) and was valid when the letter came in. Nobody is asked over the
//! network. [`checking`] does it for each letter in the background and keeps what it found.

use crate::limits::{SIGNATURE_BYTES_HASHED_MAX, SIGNATURES_MAX};
use crate::store::documents::Kind;
use auction_rules::Timestamp;
use serde::{Deserialize, Serialize};

mod asn1;
mod certificate;
pub mod checking;
mod cms;
mod crypto;
mod pdf;
pub mod reason;
pub mod trust;
mod xml;

pub use reason::{Reason, Verdict};
pub use trust::Trust;

/// Which rules a signature was checked by: raised whenever another verdict could come out.
pub const CHECKER: &str = "ebok-signatures-1";

/// A file that may carry signatures.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// All of it.
    pub bytes: &'a [u8],
}

/// A file beside it, which a signature in a file of its own may be for.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Its hashes.
    pub digests: Digests,
}

/// The hashes of a file by which signatures may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    sha256: Vec<u8>,
    sha384: Vec<u8>,
    sha512: Vec<u8>,
}

impl Digests {
    /// The hashes of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = |hash: crypto::Hash| hash.digest(&[bytes]);
        Self {
            sha256: digest(crypto::Hash::Sha256),
            sha384: digest(crypto::Hash::Sha384),
            sha512: digest(crypto::Hash::Sha512),
        }
    }

    fn by(&self, hash: crypto::Hash) -> &[u8] {
        match hash {
            crypto::Hash::Sha256 => &self.sha256,
            crypto::Hash::Sha384 => &self.sha384,
            crypto::Hash::Sha512 => &self.sha512,
        }
    }
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// In a PDF (EN 319 142).
    Pades,
    /// In a PDF, as it was done before PAdES (ISO 32000-1).
    Pdf,
    /// In XML (EN 319 132).
    Xades,
    /// In XML, without the properties of XAdES.
    XmlDsig,
    /// A signed message (EN 319 122).
    Cades,
    /// A signed message, without the attributes of CAdES.
    Cms,
    /// A container of signed files (EN 319 162).
    Asic,
}

impl Format {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pades => "PAdES",
            Self::Pdf => "PDF",
            Self::Xades => "XAdES",
            Self::XmlDsig => "XML-DSig",
            Self::Cades => "CAdES",
            Self::Cms => "CMS",
            Self::Asic => "ASiC",
        }
    }
}

/// What a signature carries to be checked later, told by what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// The signature alone.
    #[serde(rename = "B-B")]
    BB,
    /// With a time stamp.
    #[serde(rename = "B-T")]
    BT,
    /// With what was known of revocations.
    #[serde(rename = "B-LT")]
    BLt,
    /// With a time stamp over all that.
    #[serde(rename = "B-LTA")]
    BLta,
}

impl Level {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BB => "B-B",
            Self::BT => "B-T",
            Self::BLt => "B-LT",
            Self::BLta => "B-LTA",
        }
    }
}

/// What a signature covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Coverage {
    /// All of the file in which it stands.
    Whole,
    /// Only a part of it.
    Part,
    /// A PDF without what was added to it afterwards.
    Revision {
        /// Bytes from the beginning that are covered.
        signed: u64,
        /// Bytes that were added.
        added: u64,
    },
    /// Other files of the letter.
    Files {
        /// Their names.
        names: Vec<String>,
    },
    /// Nothing that is at hand.
    Nothing,
}

/// Whose certificate it was signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The name in it.
    pub name: String,
    /// The whole name; of numbers of persons the last four digits only.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Its serial number, in hexadecimal digits.
    pub serial: String,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub sha256: String,
}

/// What was found of one signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it came to.
    pub verdict: Verdict,
    /// Why, and what else is to be known; the gravest first.
    pub reasons: Vec<Reason>,
    /// How it is written.
    pub format: Format,
    /// What it carries.
    pub level: Level,
    /// What it covers.
    pub coverage: Coverage,
    /// Whose certificate; none where none was found.
    pub signer: Option<Signer>,
    /// The person who signed with the trusted profile: the certificate is a ministry's then.
    pub person: Option<String>,
    /// When it was signed, as the signer says.
    pub claimed_at: Option<Timestamp>,
}

impl Finding {
    fn new(format: Format) -> Self {
        Self {
            verdict: Verdict::TotalPassed,
            reasons: Vec::new(),
            format,
            level: Level::BB,
            coverage: Coverage::Nothing,
            signer: None,
            person: None,
            claimed_at: None,
        }
    }

    fn because(mut self, reason: Reason) -> Self {
        self.note(reason);
        self
    }

    fn note(&mut self, reason: Reason) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
        self.verdict = self.verdict.max(reason.verdict());
        self.reasons
            .sort_by_key(|one| std::cmp::Reverse(one.verdict()));
    }

    /// Nothing that was found breaks it.
    fn is_intact(&self) -> bool {
        self.verdict < Verdict::TotalFailed
    }
}

/// Bytes that may still be hashed for one file: whoever repeats references makes nobody wait.
struct Effort(usize);

impl Effort {
    fn take(&mut self, bytes: usize) -> Result<(), Reason> {
        self.0 = self.0.checked_sub(bytes).ok_or(Reason::LimitExceeded)?;
        Ok(())
    }
}

/// Checks every signature of a file that came in at a moment, with these files beside it. Empty where
/// it carries none.
#[must_use]
pub fn check(file: &File<'_>, beside: &[Neighbour], trust: &Trust, at: Timestamp) -> Vec<Finding> {
    let case = Case { beside, trust, at };
    let mut effort = Effort(SIGNATURE_BYTES_HASHED_MAX);
    let mut found = match file.kind {
        Kind::Pdf => pdf::check(file.bytes, &case, &mut effort),
        Kind::Xml => xml::check(file.bytes, &case, &mut effort),
        Kind::Cms => cms::check(file.name, file.bytes, &case, &mut effort),
        Kind::Asic => vec![Finding::new(Format::Asic).because(Reason::NotSupported)],
        _ => Vec::new(),
    };
    if let Some(format) = found.get(SIGNATURES_MAX).map(|one| one.format) {
        // What is not told of was not looked at, whatever it came to.
        found.truncate(SIGNATURES_MAX - 1);
        found.push(Finding::new(format).because(Reason::LimitExceeded));
    }
    found
}

/// The worst verdict of several signatures; none where there are none.
#[must_use]
pub fn worst(found: &[Finding]) -> Option<Verdict> {
    found.iter().map(|one| one.verdict).max()
}

/// What a signature is checked against.
struct Case<'a> {
    beside: &'a [Neighbour],
    trust: &'a Trust,
    at: Timestamp,
}
