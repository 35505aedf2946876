//! What each audience is told, as it happens: derived from the log, so every node tells the same.

use crate::auction::Best;
use crate::event::PauseCause;
use crate::ids::{Alias, Bidder};
use crate::refusal::{Outside, Refusal};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who is told the same things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// All bidders of the auction.
    Bidders,
    /// The public, where the terms let it watch.
    Observers,
    /// The buyer's people and the auditor.
    Officers,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 3] = [Self::Bidders, Self::Observers, Self::Officers];
}

/// One item of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Counts the items of this audience from 1, without gaps.
    pub f: u64,
    /// When it happened: the moment the command was received, which no hidden attempt can move.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub news: News,
}

/// What happened, as an audience may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "kebab-case")]
pub enum News {
    /// The opening was set or changed.
    Scheduled {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// The opening fell into an outage.
    OpeningMissed,
    /// Too few bidders to open.
    OpeningFailed,
    /// A phase began.
    PhaseStarted {
        /// Which, from 0.
        phase: u16,
        /// When it ends.
        closes_at: Timestamp,
    },
    /// A tie-break was not needed.
    PhaseSkipped {
        /// Which, from 0.
        phase: u16,
    },
    /// A bidder's turn began.
    TurnStarted {
        /// Whose.
        alias: Alias,
        /// When it ends.
        closes_at: Timestamp,
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
        /// How many stayed, where the number of participants is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remaining: Option<u16>,
    },
    /// Somebody took the level of an ascending clock.
    LevelTaken,
    /// A bidder took back what it had entered in its turn (officers).
    BidWithdrawn {
        /// Who.
        alias: Alias,
    },
    /// A bidder left the clock (officers).
    Left {
        /// Who.
        alias: Alias,
    },
    /// The best offer is another one.
    BestChanged {
        /// The best now; none when no offer is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        best: Option<Best>,
    },
    /// Somebody's bid counts (where all values are shown).
    BidAccepted {
        /// Whose.
        alias: Alias,
        /// Its values.
        values: BTreeMap<crate::ids::ValueId, Decimal>,
    },
    /// A bidder tried (officers).
    Attempted {
        /// Who; before the opening there are no aliases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<Alias>,
        /// Which of its commands.
        n: u32,
        /// What was typed.
        values: BTreeMap<String, String>,
        /// Why it was refused, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refusal: Option<Refusal>,
    },
    /// A bidder was refused commands outside the log (officers).
    RefusedOutside {
        /// Who; before the opening there are no aliases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<Alias>,
        /// Its commitment.
        bidder: Bidder,
        /// How often, by the reason, since it was told last.
        counts: BTreeMap<Outside, u32>,
    },
    /// Half of the connected bidders, or more, dropped within ten seconds (officers).
    ConnectionsDropped {
        /// How many were connected before.
        before: u16,
        /// How many of them still are.
        now: u16,
    },
    /// A bidder accepted the terms (officers).
    TermsAccepted {
        /// Who.
        bidder: Bidder,
    },
    /// The end of the phase moved.
    Extended {
        /// The new end.
        closes_at: Timestamp,
        /// How many extensions this makes.
        extensions: u32,
    },
    /// The officer told everyone something.
    Announced {
        /// What.
        text: String,
    },
    /// A bidder asked something (officers).
    Asked {
        /// Counts the questions of the auction from 1, to name it in the answer.
        question: u32,
        /// Who; before the opening there are no aliases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<Alias>,
        /// Its commitment.
        bidder: Bidder,
        /// What.
        text: String,
    },
    /// A question was answered. Officers are told which.
    Answered {
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<u32>,
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
    /// A bid was struck out. Officers are told whose.
    BidAnnulled {
        /// Whose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<Alias>,
    },
    /// A bidder was taken out. Officers are told who.
    BidderExcluded {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<Alias>,
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
    /// The auction is over; the result stands in the state.
    Closed,
    /// The auction ended without a result.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// The log is complete and published.
    Sealed,
}

/// Items given so far, by audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    bidders: u64,
    observers: u64,
    officers: u64,
}

impl Counters {
    /// The number of the last item given to an audience.
    #[must_use]
    pub fn last(&self, audience: Audience) -> u64 {
        match audience {
            Audience::Bidders => self.bidders,
            Audience::Observers => self.observers,
            Audience::Officers => self.officers,
        }
    }

    fn next(&mut self, audience: Audience) -> u64 {
        let counter = match audience {
            Audience::Bidders => &mut self.bidders,
            Audience::Observers => &mut self.observers,
            Audience::Officers => &mut self.officers,
        };
        *counter = counter.saturating_add(1);
        *counter
    }
}

/// What one entry told each audience.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// Items by audience, oldest first.
    pub items: Vec<(Audience, Item)>,
}

impl Feed {
    pub(crate) fn tell(
        &mut self,
        counters: &mut Counters,
        audience: Audience,
        at: Timestamp,
        news: News,
    ) {
        self.items.push((
            audience,
            Item {
                f: counters.next(audience),
                at,
                news,
            },
        ));
    }
}
