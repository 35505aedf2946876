//! What a made-up bidder enters, and what comes of it.

use super::{Play, SALT, Values, asked, offers, words};
use auction_rules::command::Offer;
use auction_rules::improvement::{is_better, limit};
use auction_rules::terms::{Direction, Reference, Value};
use auction_rules::{Act, Bidder, By, Event, Outcome, Timestamp};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a made-up bid is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// The least legal step.
    Step,
    /// The first place, or else the least legal step.
    Lead,
    /// The same as the best, or else the first place.
    Equal,
    /// Unlike the values of the other bidders where there is no offer to improve, else the least step.
    Apart(usize),
    /// A step that is too small.
    TooLittle,
    /// Refused now, whatever it is.
    OutOfPlace,
}

impl Aim {
    fn is_refused(self) -> bool {
        matches!(self, Self::TooLittle | Self::OutOfPlace)
    }
}

impl Play {
    /// Places a bid, not sooner than the terms let this bidder; left out where none is possible.
    pub(super) fn bid(&mut self, index: usize, planned: Timestamp, aim: Aim) {
        let Some((bidder, at)) = self.ready(index, planned) else {
            return;
        };
        if let Some((offer, entered)) = self.offer(bidder, at, aim) {
            self.attempt((index, bidder), at, Act::PlaceBid(offer), entered);
        }
    }

    pub(super) fn accept_level(&mut self, index: usize, planned: Timestamp, level: Decimal) {
        let value = self.auction.terms().values.first();
        let entered = value.map(|value| (value.id.clone(), level));
        let entered = entered.into_iter().collect();
        if let Some((bidder, at)) = self.ready(index, planned) {
            self.attempt((index, bidder), at, Act::AcceptLevel { level }, entered);
        }
    }

    pub(super) fn leave(&mut self, index: usize, planned: Timestamp) {
        if let Some((bidder, at)) = self.ready(index, planned) {
            self.attempt((index, bidder), at, Act::Leave, Values::new());
        }
    }

    pub(super) fn withdraw(&mut self, index: usize, planned: Timestamp) {
        if let Some((bidder, at)) = self.ready(index, planned) {
            self.attempt((index, bidder), at, Act::Withdraw, Values::new());
        }
    }

    /// A bidder and the first moment from the planned one on at which the terms let it try, if that
    /// lies before the end.
    fn ready(&self, index: usize, planned: Timestamp) -> Option<(Bidder, Timestamp)> {
        let pace = self.auction.terms().pace;
        let last = self.last_bid_at.get(&index);
        let ready = last.map_or(planned, |last| planned.max(last.plus(pace.min_gap_ms)));
        let at = ready.max(self.auction.at());
        let tried = self.attempts.get(&index).copied().unwrap_or(0);
        let may_try = at < self.ends_at()? && tried < pace.attempts_max;
        let bidder = self.bidders.get(index).copied()?;
        may_try.then_some((bidder, at))
    }

    fn attempt(
        &mut self,
        (index, bidder): (usize, Bidder),
        at: Timestamp,
        act: Act,
        entered: Values,
    ) {
        self.last_bid_at.insert(index, at);
        *self.attempts.entry(index).or_default() += 1;
        let outcome = self.enter(By::Bidder(bidder), at, act);
        let (kind, words) = match &outcome {
            Outcome::Refused(refusal) => ("refused", refusal.words()),
            Outcome::Events(events) => {
                self.extended |= events.iter().any(is_extension);
                words::of_a_bidder(events)
            }
        };
        let who = self.auction.alias(bidder);
        self.tell(at, who, entered, kind, words);
    }

    /// An offer with the aim, in its first value for which there is one: accepted by the rules, or
    /// refused by them, as the aim wants it.
    fn offer(&self, bidder: Bidder, at: Timestamp, aim: Aim) -> Option<(Offer, Values)> {
        let base = self.base(bidder)?;
        self.moves(bidder, &base, aim)
            .into_iter()
            .map(|(value, target)| self.moved(&base, value, target))
            .find(|(offer, _)| self.is_refused(bidder, at, offer) == aim.is_refused())
    }

    fn is_refused(&self, bidder: Bidder, at: Timestamp, offer: &Offer) -> bool {
        let act = Act::PlaceBid(offer.clone());
        let command = asked(By::Bidder(bidder), at, act);
        let sealed = self.auction.seal(command.clone(), SALT.to_owned());
        let command = sealed.map_or(command, |(sealed, _)| sealed);
        matches!(self.auction.decide(at, &command), Outcome::Refused(_))
    }

    /// What a bid starts from: the own offer, or the best one where bids must beat it; at first the
    /// worst that the terms allow.
    fn base(&self, bidder: Bidder) -> Option<Values> {
        let own = self.auction.own_view(bidder)?;
        let best = self.best();
        let terms = self.auction.terms();
        let leads = terms.improvement.from == Reference::Leader;
        let start = |value: &Value| {
            let own_amount = own.values.as_ref().and_then(|own| own.get(&value.id));
            let others = best.as_ref().and_then(|best| best.get(&value.id));
            let start = match (own_amount, others.filter(|_| leads)) {
                (Some(own), Some(best)) if is_better(value.direction, *best, *own) => *best,
                (Some(own), _) => *own,
                (None, Some(best)) => *best,
                (None, None) => {
                    let limit = own.limits.get(&value.id).copied().flatten();
                    limit.unwrap_or_else(|| worst(value))
                }
            };
            (value.id.clone(), start)
        };
        let base: Values = terms.values.iter().map(start).collect();
        Some(match own.values {
            Some(_) => base,
            None => offers::added_up(terms, base, None),
        })
    }

    /// Values that could be moved, and where to, most wanted first.
    fn moves(&self, bidder: Bidder, base: &Values, aim: Aim) -> Vec<(&Value, Decimal)> {
        let (Some(own), terms) = (self.auction.own_view(bidder), self.auction.terms()) else {
            return Vec::new();
        };
        let best = self.best();
        let targets = |value: &Value| {
            let step = own.limits.get(&value.id).copied().flatten();
            let of_best = best.as_ref().and_then(|best| best.get(&value.id)).copied();
            let lead = of_best.and_then(|best| {
                let step = terms.improvement.steps.get(&value.id)?;
                limit(value, step, best)
            });
            let lead = further(value, step, lead);
            match aim {
                Aim::Step => [step, None, None],
                Aim::Lead => [lead, step, None],
                Aim::Equal => [of_best, lead, step],
                Aim::Apart(index) if own.values.is_none() => [apart(value, index), step, None],
                Aim::Apart(_) => [step, None, None],
                Aim::TooLittle => [step.map(|step| one_unit_short(value, step)), None, None],
                Aim::OutOfPlace => [step.or_else(|| base.get(&value.id).copied()), None, None],
            }
        };
        let values = terms.values.iter();
        values
            .flat_map(|value| {
                targets(value)
                    .into_iter()
                    .flatten()
                    .map(move |to| (value, to))
            })
            .collect()
    }

    /// The offer with one value moved, and its line items with their total.
    fn moved(&self, base: &Values, value: &Value, target: Decimal) -> (Offer, Values) {
        let terms = self.auction.terms();
        let mut entered = base.clone();
        entered.insert(value.id.clone(), target);
        let is_total = terms
            .items
            .as_ref()
            .is_some_and(|items| items.total == value.id);
        let entered = offers::added_up(terms, entered, is_total.then_some(target));
        let typed = |values: &Values| -> BTreeMap<String, String> {
            let values = values.iter();
            values
                .map(|(id, amount)| (id.to_string(), amount.to_string()))
                .collect()
        };
        let changed = entered
            .iter()
            .filter(|(id, amount)| base.get(*id) != Some(*amount));
        let changed: Values = changed.map(|(id, amount)| (id.clone(), *amount)).collect();
        let offer = Offer {
            values: typed(&entered),
            confirm: typed(&changed),
        };
        (offer, entered)
    }

    fn best(&self) -> Option<Values> {
        let first = self.rows().into_iter().find(|row| row.position == Some(1));
        first.and_then(|row| row.values)
    }
}

fn is_extension(event: &Event) -> bool {
    matches!(
        event,
        Event::Extended { .. } | Event::SilenceRestarted { .. }
    )
}

fn worst(value: &Value) -> Decimal {
    match value.direction {
        Direction::Lowest => value.most,
        Direction::Highest => value.least,
    }
}

/// A value that no other bidder in sight enters.
fn apart(value: &Value, index: usize) -> Option<Decimal> {
    let rank = i64::try_from(index).ok()?;
    Some(offers::opening_value(value, rank + 1))
}

/// The more demanding one of two amounts.
fn further(value: &Value, one: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
    match (one, other) {
        (Some(one), Some(other)) if is_better(value.direction, one, other) => Some(one),
        (_, Some(other)) => Some(other),
        (one, None) => one,
    }
}

/// One unit of the last decimal less than a whole step.
fn one_unit_short(value: &Value, limit: Decimal) -> Decimal {
    let unit = Decimal::new(1, value.decimals);
    match value.direction {
        Direction::Lowest => limit + unit,
        Direction::Highest => limit - unit,
    }
}
