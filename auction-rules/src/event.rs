//! What happened. An outcome is what an entry of the log says of its command.

use crate::ids::{Alias, Digest, ValueId};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done, and this happened.
    Events(Vec<Event>),
    /// It was refused, and why.
    Refused(Refusal),
}

/// One thing that happened. Past tense, as every event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    /// The auction was founded.
    Published {
        /// Hash of the frozen terms.
        terms_hash: Digest,
    },
    /// Another writer goes on with the log.
    TookOver,
    /// The opening was set.
    Scheduled {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// A bidder was admitted.
    Admitted,
    /// The opening fell into an outage: the officer sets another.
    OpeningMissed,
    /// Too few bidders to open: the officer sets another opening or cancels.
    OpeningFailed {
        /// How many were admitted.
        admitted: u16,
        /// How many the terms ask for.
        bidders_min: u16,
    },
    /// The auction opened and the aliases are fixed.
    Opened {
        /// How many take part.
        bidders: u16,
    },
    /// A phase began.
    PhaseStarted {
        /// Which, from 0.
        phase: u16,
        /// When it ends unless something moves the end; of a random tail, the last possible end.
        closes_at: Timestamp,
        /// Who may bid in it, where not everyone may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admitted: Option<Vec<Alias>>,
    },
    /// A bidder's turn began.
    TurnStarted {
        /// Whose.
        alias: Alias,
        /// Which of the round, from 1.
        turn: u16,
        /// When it ends.
        closes_at: Timestamp,
    },
    /// A bidder's turn ended, and what it entered counts.
    TurnEnded {
        /// Whose.
        alias: Alias,
        /// What it entered; none when it left its offer as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<BTreeMap<ValueId, Decimal>>,
    },
    /// The clock shows a level.
    LevelStarted {
        /// Which.
        level: Decimal,
        /// When the next one comes.
        closes_at: Timestamp,
    },
    /// A level of a descending clock ended.
    LevelEnded {
        /// How many stayed at it.
        remaining: u16,
    },
    /// The bid is legal and counts when the turn or the level ends.
    BidHeld {
        /// Its canonical values.
        values: BTreeMap<ValueId, Decimal>,
    },
    /// What was entered in the turn is taken back.
    BidWithdrawn,
    /// A value is sealed until its phase ends.
    BidSealed {
        /// Commits to it.
        commitment: Digest,
    },
    /// Sealed values were opened, and those that could be opened and are improvements count.
    BidsRevealed {
        /// In the order of the act.
        bids: Vec<Revealed>,
    },
    /// Somebody took the level of an ascending clock, which ends the phase.
    LevelTaken {
        /// When it ends.
        closes_at: Timestamp,
    },
    /// The bidder left the clock.
    Left,
    /// A tie-break was not needed.
    PhaseSkipped {
        /// Which, from 0.
        phase: u16,
    },
    /// The bidder accepted the terms.
    TermsAccepted,
    /// The bid counts.
    BidAccepted {
        /// Its canonical values.
        values: BTreeMap<ValueId, Decimal>,
    },
    /// The bid moved the end of the phase.
    Extended {
        /// The new end.
        closes_at: Timestamp,
        /// How many extensions this makes.
        extensions: u32,
    },
    /// The bid started the silence anew (idle close).
    SilenceRestarted {
        /// The new end.
        closes_at: Timestamp,
    },
    /// The officer told everyone something.
    Announced {
        /// What.
        text: String,
    },
    /// A bidder asked something. Its number would tell the bidder how many questions others asked.
    QuestionAsked,
    /// A question was answered, for everyone.
    QuestionAnswered {
        /// The question, in the officer's words.
        asked: String,
        /// The answer.
        text: String,
    },
    /// The clock stands.
    Paused {
        /// Why.
        cause: PauseCause,
    },
    /// The clock will run again.
    ResumeAnnounced {
        /// When.
        resumes_at: Timestamp,
        /// When the phase will end then.
        closes_at: Timestamp,
    },
    /// The clock runs again.
    Resumed {
        /// When the phase ends.
        closes_at: Timestamp,
    },
    /// Nobody could bid for a while, and every deadline moved.
    Interrupted {
        /// From when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
    },
    /// A bid was struck out.
    BidAnnulled {
        /// Whose.
        alias: Alias,
        /// Which attempt.
        n: u32,
    },
    /// A bidder was taken out.
    BidderExcluded {
        /// Who.
        alias: Alias,
    },
    /// What a bidder was refused outside the log is noted; the act says what.
    RefusedOutside,
    /// Half of the connected bidders, or more, dropped at once; the act says which.
    ConnectionsDropped {
        /// How many were connected before.
        before: u16,
        /// How many of them still are.
        now: u16,
    },
    /// A phase ended.
    PhaseEnded {
        /// Which, from 0.
        phase: u16,
    },
    /// The next phase comes after a pause.
    PhaseScheduled {
        /// Which, from 0.
        phase: u16,
        /// When it starts.
        starts_at: Timestamp,
    },
    /// The auction is over and this is its result.
    Closed {
        /// The result.
        result: AuctionResult,
    },
    /// The auction ended without a result.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// From here on these may be named.
    IdentitiesRevealed {
        /// Who.
        aliases: Vec<Alias>,
    },
    /// Nothing more is bid: the log is complete.
    Sealed {
        /// The head of the log before this entry's batch.
        head: Digest,
    },
}

/// A sealed value after its phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    /// Whose.
    pub alias: Alias,
    /// Which of its attempts.
    pub n: u32,
    /// Its canonical values, where it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<ValueId, Decimal>>,
}

/// Why the clock stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseCause {
    /// The officer ordered it, with this reason.
    Officer(String),
    /// The system was away for longer than the terms forgive.
    Outage,
}

/// How the auction ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionResult {
    /// Everyone with an offer, best first.
    pub standings: Vec<Standing>,
    /// The winner, when there is exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<Alias>,
    /// Those who share the first place: the officer calls them for additional offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<Alias>,
}

/// Where one offer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whose.
    pub alias: Alias,
    /// 1 is best. Equal offers share a position where the terms say so.
    pub position: u16,
    /// The offer.
    pub values: BTreeMap<ValueId, Decimal>,
    /// Its points, in an auction of points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// The number by which it was compared, where nobody enters it and it is no points: a price
    /// with VAT or normalised, a cost, a net present value. Rounded half up for people; the ranking
    /// is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Decimal>,
}

/// Points of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// Over all criteria.
    pub total: Decimal,
    /// By criterion.
    pub by_criterion: BTreeMap<ValueId, Decimal>,
}
