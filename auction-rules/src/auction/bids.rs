//! Whether a bid counts: the heart of the rules.

use super::course::Course;
use super::ranking::Supposed;
use super::{Auction, Clock, Participant, Status};
use crate::amount::{self, AmountError};
use crate::command::Offer;
use crate::evaluation::{self, change_percent};
use crate::event::{Event, Outcome};
use crate::ids::ValueId;
use crate::improvement::{is_better, least_demanding, limit, limit_from, on_tick};
use crate::ratio::Ratio;
use crate::refusal::{Change, Limited, Refusal};
use crate::terms::{Anchor, Close, Extension, PhaseKind, Reference, Step, Trigger, Value};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

const NAME_CHARS_MAX: usize = 32;

impl Auction {
    pub(super) fn decide_bid(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
        offer: &Offer,
    ) -> Outcome {
        let sealed = matches!(self.course(), Some(Course::Sealed(_)));
        match self.check_bid(place, participant, received_at, offer) {
            Err(refusal) => Outcome::Refused(refusal),
            // The log holds no such value in plain words: the room seals it first.
            Ok(_) if sealed => Outcome::Refused(Refusal::OtherwiseInThisPhase),
            Ok(values) => Outcome::Events(self.accepted(place, received_at, &values)),
        }
    }

    /// The values of a bid that may be placed now, in the order of the terms.
    pub(super) fn check_bid(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
        offer: &Offer,
    ) -> Result<Vec<Decimal>, Refusal> {
        self.may_bid(place, participant, received_at)?;
        match self.course() {
            Some(Course::Turns(round)) => round.admits(place, received_at)?,
            Some(Course::Falling(_) | Course::Rising { .. }) => {
                return Err(Refusal::OtherwiseInThisPhase);
            }
            Some(Course::Sealed(_)) if self.has_sealed(place) => {
                return Err(Refusal::AlreadySealed);
            }
            _ => {}
        }
        self.keeps_pace(participant, received_at)?;
        self.legal(participant, offer)
    }

    pub(super) fn may_bid(
        &self,
        place: usize,
        participant: &Participant,
        received_at: Timestamp,
    ) -> Result<(), Refusal> {
        if let Some(refusal) = self.refusal_of_state(received_at) {
            return Err(refusal);
        }
        if participant.excluded {
            return Err(Refusal::Excluded);
        }
        if !participant.accepted_terms {
            return Err(Refusal::TermsNotAccepted {
                terms_hash: self.terms_hash,
            });
        }
        if self.is_barred(place) {
            return Err(Refusal::NotInThisPhase);
        }
        Ok(())
    }

    /// Whether the phase that started last does not admit a bidder.
    pub(super) fn is_barred(&self, place: usize) -> bool {
        let admitted = self.stage.admitted.as_ref();
        admitted.is_some_and(|admitted| !admitted.contains(&place))
    }

    pub(super) fn keeps_pace(
        &self,
        participant: &Participant,
        received_at: Timestamp,
    ) -> Result<(), Refusal> {
        let min_gap_ms = self.terms.pace.min_gap_ms;
        let soon = participant
            .last_attempt_at
            .is_some_and(|last| received_at < last.plus(min_gap_ms));
        if soon {
            Err(Refusal::MinGap { min_gap_ms })
        } else {
            Ok(())
        }
    }

    /// The values of a legal bid, in the order of the terms.
    pub(super) fn legal(
        &self,
        participant: &Participant,
        offer: &Offer,
    ) -> Result<Vec<Decimal>, Refusal> {
        let values = self.improvement(participant, offer)?;
        self.guarded(participant, &values, &offer.confirm)?;
        Ok(values)
    }

    /// The values of a bid that is an improvement, whatever the guards say of it.
    pub(super) fn improvement(
        &self,
        participant: &Participant,
        offer: &Offer,
    ) -> Result<Vec<Decimal>, Refusal> {
        let values = self.read(&offer.values)?;
        self.fit_together(&values)?;
        self.on_ticks(participant, &values)?;
        self.improves(participant, &values)?;
        Ok(values)
    }

    pub(super) fn read(&self, typed: &BTreeMap<String, String>) -> Result<Vec<Decimal>, Refusal> {
        let known = |name: &str| {
            self.terms
                .values
                .iter()
                .any(|value| value.id.as_str() == name)
        };
        if let Some(unknown) = typed.keys().find(|name| !known(name)) {
            let value = unknown.chars().take(NAME_CHARS_MAX).collect();
            return Err(Refusal::UnknownCriterion { value });
        }
        self.terms
            .values
            .iter()
            .map(|value| self.read_one(value, typed))
            .collect()
    }

    fn read_one(
        &self,
        value: &Value,
        typed: &BTreeMap<String, String>,
    ) -> Result<Decimal, Refusal> {
        let id = || value.id.clone();
        let Some(text) = typed.get(value.id.as_str()) else {
            return Err(Refusal::UnknownCriterion {
                value: value.id.to_string(),
            });
        };
        let amount = amount::parse(text, value.decimals).map_err(|error| match error {
            AmountError::Malformed => Refusal::MalformedAmount { value: id() },
            AmountError::TooManyDecimals => Refusal::TooManyDecimals {
                value: id(),
                decimals: value.decimals,
            },
        })?;
        if !(value.least..=value.most).contains(&amount) {
            return Err(Refusal::OutOfRange {
                value: id(),
                least: value.least,
                most: value.most,
            });
        }
        Ok(amount)
    }

    /// Every value that the bid changes lies on its tick. One that stays as it is may not: a written
    /// offer knows no tick.
    fn on_ticks(&self, participant: &Participant, values: &[Decimal]) -> Result<(), Refusal> {
        let own = participant.current().map(|bid| bid.values.as_slice());
        for (column, value, step) in self.stepped_values() {
            let Some(new) = values.get(column) else {
                continue;
            };
            let kept = own.and_then(|own| own.get(column)) == Some(new);
            if !kept && !on_tick(step, *new) {
                let (value, tick) = (value.id.clone(), step.tick.unwrap_or_default());
                return Err(Refusal::OffTheTick { value, tick });
            }
        }
        Ok(())
    }

    /// At least one value improves by its step, and none gets worse. Exactly at the limit is legal.
    /// Unit prices are free within their total; net present values have their own rule.
    fn improves(&self, participant: &Participant, values: &[Decimal]) -> Result<(), Refusal> {
        if let Some(energy) = self.terms.evaluation.net_present_value() {
            return self.raises_worth(energy, participant, values);
        }
        let own = participant.current().map(|bid| bid.values.as_slice());
        let Some(reference) = self.reference(participant) else {
            return Ok(());
        };
        let mut stepped = false;
        let mut better_than_own = None;
        for ((column, value, step), old) in self.stepped_values().zip(&reference) {
            let entered = values.get(column).copied().unwrap_or_default();
            let new = Ratio::from(entered);
            if is_better(value.direction, old, &new) {
                return Err(Refusal::NotAnImprovement(limited(value, step, old)));
            }
            if new != *old {
                better_than_own.get_or_insert_with(|| limited(value, step, old));
            }
            stepped |= reaches(value, step, old, entered);
        }
        if stepped {
            return Ok(());
        }
        let first = self.stepped_values().zip(&reference).next();
        let limit_of_first = first.map(|((_, value, step), old)| limited(value, step, old));
        Err(match (better_than_own, limit_of_first) {
            (Some(short), _) => Refusal::BelowMinimumStep(short),
            (None, Some(limit)) if own == Some(values) => Refusal::EqualToOwn(limit),
            (None, Some(limit)) => Refusal::NotAnImprovement(limit),
            (None, None) => Refusal::NotNow,
        })
    }

    /// What each value with a step is to improve on: none when the bidder has no offer yet, or nobody
    /// has. From the leader it is the entry by which the bidder would be exactly as good.
    fn reference(&self, participant: &Participant) -> Option<Vec<Ratio>> {
        match self.terms.improvement.from {
            Reference::Own => {
                let own = &participant.current()?.values;
                let columns = self.stepped_values().map(|(column, ..)| column);
                let values = columns.map(|column| own.get(column).copied().unwrap_or_default());
                Some(values.map(Ratio::from).collect())
            }
            Reference::Leader => {
                let best = &self.ranking.first()?.score.merit;
                let entry = evaluation::entry_of_merit(&self.terms, &participant.offer, best)?;
                Some(vec![entry])
            }
        }
    }

    /// The values with a step, and where each stands among all.
    fn stepped_values(&self) -> impl Iterator<Item = (usize, &Value, &Step)> {
        let steps = &self.terms.improvement.steps;
        let values = self.terms.values.iter().enumerate();
        values.filter_map(|(column, value)| Some((column, value, steps.get(&value.id)?)))
    }

    /// For each auctioned value that may be compared, the highest amount (of a value where more is
    /// better: the lowest) that is legal now. The most that the terms allow where nothing is to be
    /// improved on.
    pub(super) fn limits(&self, participant: &Participant) -> BTreeMap<ValueId, Option<Decimal>> {
        if let Some(energy) = self.terms.evaluation.net_present_value() {
            return self.limits_of_worth(energy, participant);
        }
        let reference = self.reference(participant).unwrap_or_default();
        let mut old = reference.iter();
        let limits = self.stepped_values().map(|(_, value, step)| {
            let reached = match old.next() {
                Some(old) => limit_from(value, step, old),
                None => least_demanding(value, step),
            };
            (value.id.clone(), reached)
        });
        limits.collect()
    }

    /// One whole step beyond each limit, where the range of the value leaves it.
    pub(super) fn beyond(
        &self,
        limits: &BTreeMap<ValueId, Option<Decimal>>,
    ) -> BTreeMap<ValueId, Decimal> {
        let next = |(_, value, step): (usize, &Value, &Step)| {
            let reached = (*limits.get(&value.id)?)?;
            Some((value.id.clone(), limit(value, step, reached)?))
        };
        self.stepped_values().filter_map(next).collect()
    }

    /// Protection from a slip of the finger, against the own last value of the same name.
    fn guarded(
        &self,
        participant: &Participant,
        values: &[Decimal],
        confirm: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let Some(own) = participant.current() else {
            return Ok(());
        };
        let guards = &self.terms.guards;
        let [before, after] = [&own.values, values].map(|values| participant.candidate(values));
        let percents = evaluation::changes(&self.terms, &before, &after);
        let pairs = own.values.iter().zip(values).zip(&percents);
        for (value, ((from, to), percent)) in self.terms.values.iter().zip(pairs) {
            let above =
                |limit: Option<Decimal>| limit.is_some_and(|limit| *percent > Ratio::from(limit));
            let change = || Change {
                value: value.id.clone(),
                from: *from,
                to: *to,
                percent: change_percent(percent),
            };
            if above(guards.refuse_above_percent) {
                return Err(Refusal::AboveHardLimit(change()));
            }
            if above(guards.confirm_above_percent) && !confirmed(value, *to, confirm) {
                return Err(Refusal::NeedsConfirmation(change()));
            }
        }
        Ok(())
    }

    fn accepted(&self, place: usize, received_at: Timestamp, values: &[Decimal]) -> Vec<Event> {
        let named = self.named(values);
        let Status::Open(clock) = &self.status else {
            return vec![Event::BidAccepted { values: named }];
        };
        if matches!(clock.course, Course::Turns(_)) {
            return vec![Event::BidHeld { values: named }];
        }
        let moved = self.moved_end(clock, place, received_at, values);
        [Event::BidAccepted { values: named }]
            .into_iter()
            .chain(moved)
            .collect()
    }

    /// What the bid does to the end of the phase.
    fn moved_end(
        &self,
        clock: &Clock,
        place: usize,
        received_at: Timestamp,
        values: &[Decimal],
    ) -> Option<Event> {
        let PhaseKind::Open(open) = &self.phase(clock.phase)?.run else {
            return None;
        };
        if let Close::Idle { idle_ms, .. } = open.close {
            let silent = received_at.plus(idle_ms).max(clock.not_before);
            let closes_at = clock.latest.map_or(silent, |latest| silent.min(latest));
            return (closes_at > clock.closes_at).then_some(Event::SilenceRestarted { closes_at });
        }
        let extension = open.extension.as_ref()?;
        let extensions = clock.extensions.saturating_add(1);
        let within = clock.closes_at.since(received_at) <= extension.window_ms;
        let capped = extension.count_max.is_some_and(|most| extensions > most);
        if !within || capped || !self.triggers(extension, place, values) {
            return None;
        }
        let anchor = match extension.anchor {
            Anchor::FromBid => received_at,
            Anchor::Added => clock.closes_at,
        };
        let wanted = anchor.plus(extension.length_ms);
        let closes_at = clock.latest.map_or(wanted, |latest| wanted.min(latest));
        (closes_at > clock.closes_at).then_some(Event::Extended {
            closes_at,
            extensions,
        })
    }

    fn triggers(&self, extension: &Extension, place: usize, values: &[Decimal]) -> bool {
        if extension.trigger == Trigger::AnyBid {
            return true;
        }
        let after = self.rank(Some(Supposed { place, values }));
        let Some(own) = after.of(place) else {
            return false;
        };
        match extension.trigger {
            Trigger::AnyBid => true,
            Trigger::BeatsAnother => after
                .iter()
                .any(|other| other.score.merit < own.score.merit),
            Trigger::ChangesRank { rank_max } => {
                let before = self.ranking.of(place).map(|ranked| ranked.position);
                own.position <= rank_max && before != Some(own.position)
            }
        }
    }
}

fn reaches(value: &Value, step: &Step, old: &Ratio, new: Decimal) -> bool {
    limit_from(value, step, old).is_some_and(|limit| !is_better(value.direction, limit, new))
}

fn limited(value: &Value, step: &Step, reference: &Ratio) -> Limited {
    Limited {
        value: value.id.clone(),
        limit: limit_from(value, step, reference),
    }
}

fn confirmed(value: &Value, to: Decimal, confirm: &BTreeMap<String, String>) -> bool {
    confirm
        .get(value.id.as_str())
        .is_some_and(|typed| amount::parse(typed, value.decimals) == Ok(to))
}
