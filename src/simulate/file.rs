//! A scenario as its file writes it, before anything is checked but the shape. Amounts, moments and
//! lengths of time are texts still.

use auction_rules::Words;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "format")]
    _format: Format,
    pub(super) about: Option<Words>,
    pub(super) opens_at: Option<String>,
    #[serde(default)]
    pub(super) seed: u64,
    pub(super) terms: Option<Value>,
    pub(super) preset: Option<Preset>,
    pub(super) bidders: Vec<Bidder>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) tails: Vec<Tail>,
    #[serde(default)]
    pub(super) commands: Vec<Command>,
}

/// Another format has another name.
#[derive(Debug, Deserialize)]
pub(super) enum Format {
    #[serde(rename = "ebok-scenario-1")]
    One,
}

/// Terms by the name of a preset and the answers to its questions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preset {
    pub(super) id: String,
    #[serde(default)]
    pub(super) answers: BTreeMap<String, String>,
}

/// Who is admitted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bidder {
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) seat: String,
    #[serde(default)]
    pub(super) tax_id: String,
    #[serde(default)]
    pub(super) offer: BTreeMap<String, String>,
    #[serde(default = "yes")]
    pub(super) accepts_terms: bool,
    pub(super) salt: Option<String>,
}

fn yes() -> bool {
    true
}

/// The random tail of a phase.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tail {
    pub(super) length: String,
    pub(super) salt: Option<String>,
}

/// Something that is done at a moment. Which fields it has goes by what is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    pub(super) at: String,
    #[serde(rename = "do")]
    pub(super) what: What,
    pub(super) bidder: Option<String>,
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) confirm: Option<BTreeMap<String, String>>,
    pub(super) salt: Option<String>,
    pub(super) delay: Option<String>,
    pub(super) level: Option<String>,
    pub(super) text: Option<String>,
    pub(super) question: Option<u32>,
    pub(super) asked: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) notice: Option<String>,
    pub(super) attempt: Option<u32>,
    pub(super) opens: Option<String>,
    pub(super) length: Option<String>,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    Bid,
    Withdraw,
    AcceptLevel,
    Leave,
    AcceptTerms,
    Ask,
    Announce,
    Answer,
    Pause,
    Resume,
    Annul,
    Exclude,
    Cancel,
    Schedule,
    Outage,
    Restart,
}

impl What {
    /// The fields that it must have, and those that it may have beside them.
    pub(super) fn fields(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Bid => (&["bidder", "values"], &["confirm", "salt", "delay"]),
            Self::Withdraw | Self::Leave | Self::AcceptTerms => (&["bidder"], &["delay"]),
            Self::AcceptLevel => (&["bidder", "level"], &["delay"]),
            Self::Ask => (&["bidder", "text"], &["delay"]),
            Self::Announce => (&["text"], &[]),
            Self::Answer => (&["question", "asked", "text"], &[]),
            Self::Pause | Self::Cancel => (&["reason"], &[]),
            Self::Resume => (&["reason"], &["notice"]),
            Self::Annul => (&["bidder", "reason"], &["attempt"]),
            Self::Exclude => (&["bidder", "reason"], &[]),
            Self::Schedule => (&["opens"], &[]),
            Self::Outage | Self::Restart => (&["length"], &[]),
        }
    }

    /// As the file calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bid => "bid",
            Self::Withdraw => "withdraw",
            Self::AcceptLevel => "accept-level",
            Self::Leave => "leave",
            Self::AcceptTerms => "accept-terms",
            Self::Ask => "ask",
            Self::Announce => "announce",
            Self::Answer => "answer",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Annul => "annul",
            Self::Exclude => "exclude",
            Self::Cancel => "cancel",
            Self::Schedule => "schedule",
            Self::Outage => "outage",
            Self::Restart => "restart",
        }
    }
}

impl Command {
    /// The fields beside `at` and `do` that it has.
    pub(super) fn given(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("bidder", self.bidder.is_some()),
            ("values", self.values.is_some()),
            ("confirm", self.confirm.is_some()),
            ("salt", self.salt.is_some()),
            ("delay", self.delay.is_some()),
            ("level", self.level.is_some()),
            ("text", self.text.is_some()),
            ("question", self.question.is_some()),
            ("asked", self.asked.is_some()),
            ("reason", self.reason.is_some()),
            ("notice", self.notice.is_some()),
            ("attempt", self.attempt.is_some()),
            ("opens", self.opens.is_some()),
            ("length", self.length.is_some()),
        ];
        all.into_iter()
            .filter_map(|(name, is_given)| is_given.then_some(name))
    }
}
