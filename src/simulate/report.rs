//! What came of a scenario: as text or, serialised, as the JSON that `docs/scenario.md` describes.

use crate::error::Problem;
use auction_rules::auction::Row;
use auction_rules::event::Standing;
use auction_rules::identity::Identity;
use auction_rules::{Act, Alias, Digest, Entry, Refusal, Terms, Timestamp, Words};
use serde::Serialize;
use std::collections::BTreeMap;

/// The format of the report; another one has another name.
pub(super) const FORMAT: &str = "ebok-simulation-1";

/// What came of a scenario. Moments are milliseconds since 1970 UTC; `after_ms` counts from the
/// opening that is set first, and is negative before it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// `ebok-simulation-1`.
    pub format: &'static str,
    /// What the file says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Words>,
    /// The terms, of a preset as its answers gave them.
    pub terms: Terms,
    /// Their hash.
    pub terms_hash: Digest,
    /// The opening that is set first.
    pub opens_at: Timestamp,
    /// Who was admitted, in the order of the file.
    pub bidders: Vec<Firm>,
    /// All that happened, in order.
    pub steps: Vec<Step>,
    /// How it ended.
    pub end: Ending,
    /// The log that was written of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Written>,
}

/// A log that was written.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// Where.
    pub file: String,
    /// The fingerprint of the key that was made for it, for `ebok verify --key`.
    pub key: String,
}

/// A bidder.
#[derive(Debug, Clone, Serialize)]
pub struct Firm {
    /// As the file calls it.
    pub id: String,
    /// From the opening on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// Who it is.
    pub identity: Identity,
    /// How the log knows it.
    pub bidder: Digest,
}

/// One thing that happened: an entry of the log, or a command that was refused outside it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Step {
    /// When it was read; of a deadline, when it fell due.
    pub after_ms: i64,
    /// When it reached the room, where that was later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived_after_ms: Option<i64>,
    /// Which command of the file it is, from 0; none of what the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<usize>,
    /// Whose command it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidder: Option<String>,
    /// What a bidder typed, also where the log holds it sealed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub typed: BTreeMap<String, String>,
    /// What it typed once more to confirm a large change.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub confirm: BTreeMap<String, String>,
    /// Whom an act of the buyer is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// What was asked outside the log: after the seal, beyond the pace, or while nobody could reach the
    /// server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Act>,
    /// The entry as it stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// State and clock, where this changed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// Everyone with an offer, best first, where this changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standings: Option<Vec<Place<Row>>>,
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The number in docs/protocol.md.
    pub code: u16,
    /// The name there.
    pub name: String,
    /// The sentence.
    pub text: Words,
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        let problem = Problem::Refused(refusal.clone());
        Self {
            code: problem.code(),
            name: problem.name(),
            text: problem.words(),
        }
    }
}

/// State and clock of the auction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// `published`, `between`, `open`, `paused`, `interrupted`, `closed`, `cancelled`, `sealed`.
    pub state: String,
    /// The phase that runs, waits or stands, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<u16>,
    /// When the auction or the next phase begins, or a pause ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_after_ms: Option<i64>,
    /// With a random tail: the phase ends at any moment from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_from_after_ms: Option<i64>,
    /// When the phase ends; of turns and levels, the one that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_after_ms: Option<i64>,
}

/// Where an offer stands, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place<T> {
    /// As the file calls the bidder.
    pub bidder: String,
    /// The line.
    #[serde(flatten)]
    pub row: T,
}

/// How it ended.
#[derive(Debug, Clone, Serialize)]
pub struct Ending {
    /// The last state: `sealed` of an auction that came to its end.
    pub state: String,
    /// When the bidding ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_after_ms: Option<i64>,
    /// The winner, when there is exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winner: Option<String>,
    /// Those who share the first place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// Everyone with an offer, best first, with points per criterion where there are any; none
    /// without a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standings: Option<Vec<Place<Standing>>>,
    /// Entries of the log.
    pub entries: u64,
}
