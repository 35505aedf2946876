//! What the made-up bidders do in each kind of phase.

use super::Play;
use super::attempts::Aim;
use crate::limits::EXAMPLE_BIDDERS;
use auction_rules::terms::{Levels, PhaseKind};
use auction_rules::{Alias, Event, Timestamp};
use rust_decimal::Decimal;

/// In this turn of those in sight, the bid is withdrawn.
const TURN_WITHDRAWN: u32 = 2;
/// This turn passes without a bid.
const TURN_PASSED: u32 = 5;
/// At this level somebody leaves.
const LEVEL_LEFT: u32 = 2;
/// At this level somebody does nothing.
const LEVEL_MISSED: u32 = 4;
/// This level of an ascending clock is taken, or the last one, if there are fewer.
const LEVEL_TAKEN: u32 = 3;

impl Play {
    /// After what the clock did: the bids that lie before its next deadline.
    pub(super) fn bidders_move(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::PhaseStarted { .. } => self.phase_started(),
                Event::TurnStarted { alias, .. } => self.turn(*alias),
                Event::LevelStarted { level, .. } => self.level_started(*level),
                _ => {}
            }
        }
    }

    fn phase_started(&mut self) {
        match self.running() {
            Some(PhaseKind::Open(_)) if self.attempts.is_empty() => self.first_open(),
            Some(PhaseKind::Open(_)) => self.later_open(),
            Some(PhaseKind::SealedBid(_)) => self.sealed_values(),
            Some(PhaseKind::TieBreak(_)) => self.tie_break(),
            _ => {}
        }
    }

    /// Each bids once, one tries a step that is too small, and one bids late.
    fn first_open(&mut self) {
        let (start, Some(end)) = (self.auction.at(), self.ends_at()) else {
            return;
        };
        let tenth = end.since(start) / 10;
        for (bidder, tenths) in [(1, 2), (2, 3), (0, 5)] {
            self.bid(bidder, start.plus(tenth * tenths), Aim::Step);
        }
        self.bid(2, start.plus(tenth * 6), Aim::TooLittle);
        let Some(end) = self.ends_at() else { return };
        let late = end.minus(self.late_ms(end));
        self.bid(self.last_of_three(), late, self.last_aim());
    }

    /// The one that stands last bids in the middle.
    fn later_open(&mut self) {
        if let Some(middle) = self.part_of_the_rest(2) {
            self.bid(self.last_of_three(), middle, self.last_aim());
        }
    }

    /// One value each, and one that changes its mind too late.
    fn sealed_values(&mut self) {
        let (start, Some(end)) = (self.auction.at(), self.ends_at()) else {
            return;
        };
        let fifth = end.since(start) / 5;
        for (bidder, fifths) in (0..EXAMPLE_BIDDERS).zip(1..) {
            self.bid(bidder, start.plus(fifth * fifths), Aim::Apart(bidder));
        }
        self.bid(0, start.plus(fifth * 4), Aim::OutOfPlace);
    }

    /// One of those who share the first place improves its offer.
    fn tie_break(&mut self) {
        let first = self
            .standings()
            .into_iter()
            .filter(|place| place.position == 1);
        let tied = first.map(|place| index(place.alias)).last();
        if let (Some(tied), Some(middle)) = (tied, self.part_of_the_rest(2)) {
            self.bid(tied, middle, Aim::Step);
        }
    }

    /// A bid in the own turn. In the first one another bidder tries too, in one the bid is taken back,
    /// one passes without any.
    fn turn(&mut self, alias: Alias) {
        let bidder = index(alias);
        if bidder >= EXAMPLE_BIDDERS {
            return;
        }
        self.turns += 1;
        let (start, Some(middle)) = (self.auction.at(), self.part_of_the_rest(2)) else {
            return;
        };
        let half = middle.since(start);
        if self.turns == 1 {
            let other = (bidder + 1) % EXAMPLE_BIDDERS;
            self.bid(other, start.plus(half / 2), Aim::OutOfPlace);
        }
        if self.turns != TURN_PASSED {
            self.bid(bidder, middle, Aim::Step);
        }
        if self.turns == TURN_WITHDRAWN {
            self.withdraw(bidder, middle.plus(half / 2));
        }
    }

    fn level_started(&mut self, level: Decimal) {
        self.levels += 1;
        match self.running().cloned() {
            Some(PhaseKind::DescendingClock(levels)) => self.falls(&levels, level),
            Some(PhaseKind::AscendingClock(levels)) => self.rises(&levels, level),
            _ => {}
        }
    }

    /// All stay at first; then one leaves and cannot come back, one forgets to stay, and the third is
    /// the last one in.
    fn falls(&mut self, levels: &Levels, level: Decimal) {
        let (start, quarter) = (self.auction.at(), levels.interval_ms / 4);
        for (bidder, quarters) in (0..EXAMPLE_BIDDERS).zip(1..) {
            let at = start.plus(quarter * quarters);
            match (bidder, self.levels) {
                (1, LEVEL_LEFT) => self.leave(bidder, at),
                (1, later) if later > LEVEL_LEFT + 1 => {}
                (0, later) if later >= LEVEL_MISSED => {}
                _ => self.accept_level(bidder, at, level),
            }
        }
    }

    /// One bidder asks for a price that has passed, another takes one that stands.
    fn rises(&mut self, levels: &Levels, level: Decimal) {
        let (start, half) = (self.auction.at(), levels.interval_ms / 2);
        if self.levels == 2 {
            self.accept_level(0, start.plus(half), levels.start);
        }
        if self.levels == LEVEL_TAKEN || levels.after(level).is_none() {
            self.accept_level(1, start.plus(half), level);
        }
    }

    /// What runs now.
    fn running(&self) -> Option<&PhaseKind> {
        let phase = usize::from(self.auction.phase_index()?);
        let phase = self.auction.terms().phases.get(phase)?;
        Some(&phase.run)
    }

    /// The last bid before a tie-break makes a tie; any other one takes the lead.
    fn last_aim(&self) -> Aim {
        let next = self
            .auction
            .phase_index()
            .map(|phase| usize::from(phase) + 1);
        let next = next.and_then(|next| self.auction.terms().phases.get(next));
        match next.map(|next| &next.run) {
            Some(PhaseKind::TieBreak(_)) => Aim::Equal,
            _ => Aim::Lead,
        }
    }

    /// When what runs now ends, as it stands; of a random tail, the end that was drawn.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        self.closes_at()?;
        self.due().map(|due| due.at)
    }

    /// The moment after one of so many equal parts of the time that is left.
    fn part_of_the_rest(&self, parts: u64) -> Option<Timestamp> {
        let start = self.auction.at();
        Some(start.plus(self.ends_at()?.since(start) / parts))
    }

    /// Of those in sight, the one that stands last: its late bid changes the ranking.
    fn last_of_three(&self) -> usize {
        let standings = self.standings();
        standings.last().map_or(0, |place| index(place.alias))
    }

    /// How long before the end the late bid comes: within the window of the extension, if there is
    /// one, and always after the others.
    fn late_ms(&self, end: Timestamp) -> u64 {
        let left_ms = end.since(self.auction.at());
        let extension = self.running().and_then(PhaseKind::extension);
        let window_ms = extension.map(|extension| extension.window_ms);
        (window_ms.unwrap_or(left_ms).min(left_ms) / 2).max(1)
    }
}

/// The place of a bidder among the made-up ones.
fn index(alias: Alias) -> usize {
    usize::from(alias.0).saturating_sub(1)
}
