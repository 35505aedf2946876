//! The phases of an auction: what happens in each, and when it ends.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The most levels that a clock can have.
pub const LEVELS_MAX: usize = 1_000;

/// One step of the auction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Pause before it starts; of the first, after the opening.
    #[serde(default)]
    pub pause_before_ms: u64,
    /// Who may bid in it, of those who could bid in the phase before.
    #[serde(default, skip_serializing_if = "Admission::is_all")]
    pub admission: Admission,
    /// What happens in it.
    pub run: PhaseKind,
}

/// Who may bid in a phase, of those who could bid in the phase before. The others keep their offers
/// and their places in the ranking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Admission {
    /// Everyone.
    #[default]
    All,
    /// Those who placed a bid in the phase before (2004 act: an announced dropping of the silent).
    WhoBid,
    /// The best: everyone at one of the first positions, so 1 admits all who share the first.
    Top {
        /// The last position that counts.
        rank_max: u16,
    },
    /// Those so close to the best, and at least so many of the best (Brazil, IN SEGES 73/2022
    /// art. 24: 10 per cent, three).
    Within {
        /// Distance from the best price or points, in per cent of them.
        percent: Decimal,
        /// At least so many, as far as there are.
        least: u16,
    },
}

impl Admission {
    fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What happens in a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PhaseKind {
    /// Everyone may improve at any time.
    Open(Open),
    /// One after another, worst first: one round (Prozorro).
    Turns(Turns),
    /// One blind value each, shown to all at the end (Brazil aberto-fechado, IN SEGES 73/2022 art. 24).
    SealedBid(SealedBid),
    /// Japanese: the level falls by intervals; stay or leave, the last one in wins at its level.
    DescendingClock(Levels),
    /// Dutch: the level rises by intervals to a reserve; the first to accept wins.
    AscendingClock(Levels),
    /// Dogrywka (the platform of the Polish procurement office): only if the first place is shared when
    /// the phase before it ends; bids in it do not extend it. It runs again when bids in it lead to a
    /// shared first place.
    TieBreak(TieBreak),
}

impl PhaseKind {
    /// Its name in messages and words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Turns(_) => "turns",
            Self::SealedBid(_) => "sealed-bid",
            Self::DescendingClock(_) => "descending-clock",
            Self::AscendingClock(_) => "ascending-clock",
            Self::TieBreak(_) => "tie-break",
        }
    }
}

/// Everyone may improve at any time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// When it ends.
    pub close: Close,
    /// What a late bid does to the end. Only with a set time: an idle close is its own extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// A secret time, drawn from 0 to this, is added to a set time (Brazil: ten minutes). It is
    /// committed to when the phase starts and shown when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_tail_ms: Option<u64>,
}

/// A round in which everyone has a turn. A bid can be changed or withdrawn within the turn and shows
/// when the turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turns {
    /// How long a turn is.
    pub slot_ms: u64,
}

/// One blind value each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedBid {
    /// How long it can be placed.
    pub length_ms: u64,
}

/// A level that the clock moves: of the only auctioned value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// The first level.
    pub start: Decimal,
    /// By how much the next level is lower (of an ascending clock: higher).
    pub step: Decimal,
    /// No level beyond this: the reserve.
    pub end: Decimal,
    /// How long a level stands.
    pub interval_ms: u64,
}

impl Levels {
    /// The level after this one, none beyond the reserve.
    #[must_use]
    pub fn after(&self, level: Decimal) -> Option<Decimal> {
        if self.start > self.end {
            level
                .checked_sub(self.step)
                .filter(|next| *next >= self.end)
        } else {
            level
                .checked_add(self.step)
                .filter(|next| *next <= self.end)
        }
    }

    /// How long all levels stand together.
    fn length_ms(&self) -> u64 {
        let count = u64::try_from(self.all().take(LEVELS_MAX).count()).unwrap_or(u64::MAX);
        self.interval_ms.saturating_mul(count)
    }

    /// Every level, the first one first.
    pub fn all(&self) -> impl Iterator<Item = Decimal> {
        std::iter::successors(Some(self.start), |level| self.after(*level))
    }
}

impl PhaseKind {
    /// What a late bid does to its end.
    #[must_use]
    pub fn extension(&self) -> Option<&Extension> {
        match self {
            Self::Open(open) => open.extension.as_ref(),
            _ => None,
        }
    }

    /// How long it lasts when nobody bids, in milliseconds; of turns, with so many bidders.
    #[must_use]
    pub fn planned_ms(&self, bidders: u64) -> u64 {
        match self {
            Self::Open(open) => match open.close {
                Close::SetTime { length_ms } => length_ms,
                Close::Idle {
                    idle_ms,
                    not_before_ms,
                    latest_ms,
                } => idle_ms
                    .max(not_before_ms)
                    .min(latest_ms.unwrap_or(u64::MAX)),
            },
            Self::Turns(turns) => turns.slot_ms.saturating_mul(bidders),
            Self::SealedBid(sealed) => sealed.length_ms,
            // Nobody stays at the first level; nobody takes any level.
            Self::DescendingClock(levels) => levels.interval_ms,
            Self::AscendingClock(levels) => levels.length_ms(),
            // Without bids there is a tie only if the written offers are equal.
            Self::TieBreak(_) => 0,
        }
    }

    /// How long it lasts at most, pauses and outages apart; none where the terms set no bound.
    #[must_use]
    pub fn latest_ms(&self, bidders: u64) -> Option<u64> {
        match self {
            Self::Open(open) => open.latest_ms(),
            Self::DescendingClock(levels) => Some(levels.length_ms()),
            // It comes again as long as bids lead to a tie.
            Self::TieBreak(_) => None,
            Self::Turns(_) | Self::SealedBid(_) | Self::AscendingClock(_) => {
                Some(self.planned_ms(bidders))
            }
        }
    }
}

impl Open {
    fn latest_ms(&self) -> Option<u64> {
        let runs_ms = match self.close {
            Close::SetTime { length_ms } => match &self.extension {
                None => length_ms,
                Some(extension) => length_ms.saturating_add(extension.most_ms(length_ms)?),
            },
            Close::Idle { latest_ms, .. } => latest_ms?,
        };
        Some(runs_ms.saturating_add(self.random_tail_ms.unwrap_or(0)))
    }
}

impl Extension {
    /// How much the extensions of a phase of this length add at most. From the bid, an extension sets
    /// the clock to its length again: at most its whole length is won, when the bid came at the very
    /// end.
    fn most_ms(&self, length_ms: u64) -> Option<u64> {
        let by_end = self.end_max_ms.map(|end| end.saturating_sub(length_ms));
        let by_count = self
            .count_max
            .map(|count| u64::from(count).saturating_mul(self.length_ms));
        match (by_end, by_count) {
            (Some(end), Some(count)) => Some(end.min(count)),
            (end, count) => end.or(count),
        }
    }
}

/// Additional time for a shared first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieBreak {
    /// How long it is.
    pub length_ms: u64,
}

/// When an open phase ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Close {
    /// After a set time (PZP art. 237 pkt 1).
    SetTime {
        /// From the start of the phase to its end.
        length_ms: u64,
    },
    /// After a time without a valid bid (PZP art. 237 pkt 2); with `latest_ms`, both closings.
    Idle {
        /// How long without a valid bid.
        idle_ms: u64,
        /// Not before so long after the start.
        #[serde(default)]
        not_before_ms: u64,
        /// At the latest so long after the start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        latest_ms: Option<u64>,
    },
}

/// What a bid near the end does to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// A bid with this much or less left extends.
    pub window_ms: u64,
    /// By how much.
    pub length_ms: u64,
    /// Counted from where.
    pub anchor: Anchor,
    /// Which bids extend.
    pub trigger: Trigger,
    /// At most so many extensions in the phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_max: Option<u32>,
    /// Never beyond so long after the start of the phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_max_ms: Option<u64>,
}

/// Where an extension is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// From the moment the bid was received: the clock returns to `length_ms` (Georgia, Brazil).
    FromBid,
    /// From the end as it stood: `length_ms` is added to it (Indian Railways).
    Added,
}

/// Which bids extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trigger {
    /// Every accepted bid (Brazil: intermediate bids count).
    AnyBid,
    /// A bid that stands better than at least one other bidder's (Georgia).
    BeatsAnother,
    /// A bid that brings its bidder to another position, among the first `rank_max` ones.
    ChangesRank {
        /// The last position that counts.
        rank_max: u16,
    },
}
