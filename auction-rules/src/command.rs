//! What is asked of an auction: by a bidder, by an officer, or by the server itself.

use crate::ids::{Alias, AuctionId, Bidder, CommandId, Digest, OfficerId, ValueId};
use crate::refusal::Outside;
use crate::sealed::{RevealedBid, TailOpening};
use crate::terms::Terms;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest text of an announcement or a reason, in characters.
pub const TEXT_CHARS_MAX: usize = 1_000;
/// The longest question of a bidder, in characters.
pub const QUESTION_CHARS_MAX: usize = 500;
/// Questions that one bidder may ask in an auction.
pub const QUESTIONS_MAX: u32 = 20;
/// Notes of what one bidder was refused outside the log, until the close. What comes after so many
/// is gathered in one more note, after the close: a flood must not fill the log.
pub const REFUSED_NOTES_MAX: u32 = 600;
/// Of fewer connected bidders it is not noted that half of them dropped: one or two firms that close
/// their pages are no sign of a failure.
pub const DROPPED_OF_MIN: u16 = 4;
/// Under this name an accepted level stands among what bidders typed.
pub const LEVEL: &str = "level";
/// Sealed values opened in one entry, so that it fits a batch.
pub const REVEALED_MAX: usize = 200;
/// Least time between two notes of dropped connections, in milliseconds.
pub const DROPPED_APART_MS: u64 = 60_000;

/// One thing asked of an auction, stamped when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Who asks.
    pub by: By,
    /// The client's own name for it. The server's acts have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CommandId>,
    /// When it was read; of a deadline, when it fell due. Decides deadlines and windows.
    pub received_at: Timestamp,
    /// What is asked.
    pub act: Act,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A bidder.
    Bidder(Bidder),
    /// Somebody who acts for the buyer.
    Officer(OfficerId),
    /// The server: deadlines, restarts, publication on an officer's behalf.
    Server,
}

/// What is asked. Imperative, as every command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Found the auction: always the first entry.
    Publish {
        /// The frozen terms.
        terms: Box<Terms>,
        /// The auction that this one replaces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<AuctionId>,
        /// Who published.
        officer: OfficerId,
        /// Which node writes, and its key.
        writer: Writer,
    },
    /// Go on writing the log after a restart or from another node.
    TakeOver {
        /// Which node writes, and its key.
        writer: Writer,
    },
    /// Record that nobody could bid in this time.
    Interrupt {
        /// The last moment at which the auction is known to have run.
        from: Timestamp,
        /// The moment at which it ran again.
        to: Timestamp,
    },
    /// Open: fixes the aliases, a random permutation of the admitted bidders.
    Open {
        /// Bidders by alias: the first is "1".
        aliases: Vec<Bidder>,
        /// Commits to the random tail of the phase that starts with the opening.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tail: Option<Digest>,
    },
    /// Start the next phase, after the pause before it.
    StartPhase {
        /// Commits to its random tail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tail: Option<Digest>,
    },
    /// Go on after a pause whose notice has run out.
    Continue,
    /// End a bidder's turn: what it entered shows now.
    EndTurn,
    /// End a level of a clock: who did not stay is out.
    EndLevel,
    /// Open sealed values, before their phase ends.
    Reveal {
        /// The next values that are still sealed, in the order of [`Auction::unopened`]; at most
        /// [`REVEALED_MAX`].
        ///
        /// [`Auction::unopened`]: crate::Auction::unopened
        openings: Vec<RevealedBid>,
    },
    /// End the phase.
    EndPhase {
        /// Opens its random tail. Without it the phase ends at the last moment that the tail allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tail: Option<TailOpening>,
    },
    /// Seal the log, after the late window.
    Seal {
        /// The head of the log before this entry's batch.
        head: Digest,
    },
    /// Note what a bidder was refused outside the log since the note before, so that the log tells of
    /// it at all.
    NoteRefused {
        /// Whom.
        bidder: Bidder,
        /// How often, by the reason.
        counts: BTreeMap<Outside, u32>,
    },
    /// Note that half of the connected bidders, or more, dropped within ten seconds.
    NoteDropped {
        /// How many were connected before.
        before: u16,
        /// Which of them are not any more, in ascending order.
        gone: Vec<Alias>,
    },
    /// Set or change the opening.
    Schedule {
        /// When the auction opens.
        opens_at: Timestamp,
    },
    /// Admit a bidder with its written offer.
    Admit {
        /// Who.
        bidder: Bidder,
        /// Values of the written offer: the auctioned ones where the bidding starts from it, and
        /// those that the evaluation takes from it.
        offer: BTreeMap<ValueId, Decimal>,
    },
    /// Tell everyone something.
    Announce {
        /// What.
        text: String,
    },
    /// Answer a bidder's question, to everyone.
    Answer {
        /// Which: counts the questions of the auction from 1.
        question: u32,
        /// The question, in words of the officer that do not show who asked.
        asked: String,
        /// The answer.
        text: String,
    },
    /// Stop the clock.
    Pause {
        /// Why.
        reason: String,
    },
    /// Start the clock again, after notice.
    Resume {
        /// How long from the order to resuming; at least what the terms say.
        notice_ms: u64,
        /// Why now.
        reason: String,
    },
    /// Strike out a bid: the bidder's bid before it stands again.
    Annul {
        /// Whose.
        alias: Alias,
        /// Which of its attempts.
        n: u32,
        /// Why.
        reason: String,
    },
    /// Take a bidder out of the ranking and the auction.
    Exclude {
        /// Whom.
        alias: Alias,
        /// Why.
        reason: String,
    },
    /// End the auction without a result.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Accept the terms, once, before bidding.
    AcceptTerms {
        /// The hash of the terms that were read.
        terms_hash: Digest,
    },
    /// Ask the buyer something about the technical side of the auction.
    Ask {
        /// What.
        text: String,
    },
    /// Improve the own offer (postąpienie).
    PlaceBid(Offer),
    /// A bid of a sealed phase, as the log holds it: [`Auction::seal`](crate::Auction::seal) makes it
    /// of a [`PlaceBid`](Self::PlaceBid).
    PlaceSealed {
        /// Commits to what was typed.
        commitment: Digest,
        /// The code of the refusal that the values came to, checked before they were sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<u16>,
    },
    /// Take back what was entered in the own turn.
    Withdraw,
    /// Stay at the level of a descending clock; take that of an ascending one.
    AcceptLevel {
        /// Which: a level that has passed is refused, however late the message came.
        level: Decimal,
    },
    /// Leave a descending clock: the last level that was accepted stands.
    Leave,
}

impl Act {
    /// What a bidder typed in an attempt to bid, by value; nothing of a sealed one. None when it is no
    /// attempt.
    #[must_use]
    pub fn typed(&self) -> Option<BTreeMap<String, String>> {
        match self {
            Self::PlaceBid(offer) => Some(offer.values.clone()),
            Self::PlaceSealed { .. } => Some(BTreeMap::new()),
            Self::AcceptLevel { level } => {
                Some(BTreeMap::from([(LEVEL.to_owned(), level.to_string())]))
            }
            _ => None,
        }
    }
}

/// An act that an officer does while the auction lives, by socket or by HTTP. Founding, admission and
/// the opening are not among them: they go with the tender's paperwork.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerAct {
    act: Act,
    name: &'static str,
}

impl OfficerAct {
    /// What the audit log calls it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl AsRef<Act> for OfficerAct {
    fn as_ref(&self) -> &Act {
        &self.act
    }
}

impl TryFrom<Act> for OfficerAct {
    type Error = &'static str;

    fn try_from(act: Act) -> Result<Self, Self::Error> {
        let name = match &act {
            Act::Announce { .. } => "auction.announce",
            Act::Answer { .. } => "auction.answer",
            Act::Pause { .. } => "auction.pause",
            Act::Resume { .. } => "auction.resume",
            Act::Annul { .. } => "auction.annul",
            Act::Exclude { .. } => "auction.exclude",
            Act::Cancel { .. } => "auction.cancel",
            _ => return Err("no act of an officer in a running auction"),
        };
        Ok(Self { act, name })
    }
}

impl<'de> Deserialize<'de> for OfficerAct {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Act::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

impl From<OfficerAct> for Act {
    fn from(officer: OfficerAct) -> Self {
        officer.act
    }
}

/// What a bidder enters: amounts exactly as typed, at most 40 characters each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Every auctioned value by its name.
    pub values: BTreeMap<String, String>,
    /// The changed values typed once more, to confirm a large change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub confirm: BTreeMap<String, String>,
}

/// Which node writes the log from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// The node's name.
    pub node: String,
    /// The id of its signing key in the key set.
    pub key: String,
    /// Counts the writers of the log, from 1.
    pub epoch: u64,
}
