//! A scenario that can be played: what [`Scenario::read`] makes of a file.

use super::chance::Chance;
use auction_rules::identity::Disclosure;
use auction_rules::{Act, Bidder, Terms, Timestamp, ValueId, Words};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The auction is published so long before its opening, in milliseconds, and nothing of a scenario
/// comes sooner.
pub(super) const PUBLISHED_BEFORE_MS: u64 = 3_600_000;

/// A scenario that passed every check of its file.
#[derive(Debug)]
pub struct Scenario {
    pub(super) about: Option<Words>,
    pub(super) terms: Terms,
    /// The opening that is set first.
    pub(super) opens_at: Timestamp,
    pub(super) bidders: Vec<Admitted>,
    /// In the order of the file.
    pub(super) commands: Vec<Planned>,
    pub(super) chance: Chance,
}

/// A bidder.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) id: String,
    pub(super) disclosure: Disclosure,
    /// What commits to the disclosure.
    pub(super) bidder: Bidder,
    pub(super) offer: BTreeMap<ValueId, Decimal>,
    pub(super) accepts_terms: bool,
}

/// Something that is done at a moment.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) at: Timestamp,
    pub(super) deed: Deed,
}

/// What is done.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Somebody asks something of the auction.
    Asked(Order),
    /// Nobody reaches the server until the moment given; then another process may go on.
    Away { until: Timestamp, restart: bool },
}

/// What is asked. Bidders by their place in the scenario.
#[derive(Debug, Clone)]
pub(super) enum Order {
    /// By a bidder; so long on its way to the room after it was stamped.
    Bidder {
        who: usize,
        act: Act,
        salt: Option<String>,
        delay_ms: u64,
    },
    /// By an officer.
    Officer(Act),
    /// By an officer: strike out an attempt, or else the bid that stands.
    Annul {
        who: usize,
        attempt: Option<u32>,
        reason: String,
    },
    /// By an officer: take a bidder out.
    Exclude { who: usize, reason: String },
}

impl Scenario {
    /// When the auction is published.
    #[must_use]
    pub fn published_at(&self) -> Timestamp {
        self.opens_at.minus(PUBLISHED_BEFORE_MS)
    }
}
