//! Who bids what and when: made before the load from a seed, so that a run can be repeated.
//!
//! Open loop: the intended moments do not depend on the server's answers, and latency counts from
//! them, so a server that stalls cannot hide its stall (no coordinated omission).

use crate::price::Price;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use std::time::Duration;

/// One bid in so many is equal to the bid before it, of another bidder: ties must be ranked.
const TIE_EVERY: usize = 32;
/// One bid in so many repeats the bidder's own last price: refusals have receipts, too.
const REPEAT_EVERY: usize = 61;

/// One bid to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bid {
    /// When, after the opening.
    pub(crate) at: Duration,
    /// By whom, from 0.
    pub(crate) bidder: usize,
    /// At what price.
    pub(crate) price: Price,
}

/// How bids are spread over time and bidders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// How many bidders take turns.
    pub(crate) bidders: usize,
    /// Bids per second of all together.
    pub(crate) rate: f64,
    /// When they begin, after the opening.
    pub(crate) from: Duration,
    /// For how long.
    pub(crate) length: Duration,
    /// Of the jitter and of the order of bidders.
    pub(crate) seed: u64,
}

/// All bids of a load, by rising time.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    bids: Vec<Bid>,
    by_bidder: Vec<Vec<usize>>,
    /// Of each step of the price: when the bid that sets it is intended.
    steps: Vec<Duration>,
}

impl Schedule {
    /// Bids at a steady rate, each moved by a jitter of up to one interval. Bidders follow each
    /// other in rounds of changing order, and nobody bids twice in a row.
    pub(crate) fn new(spread: &Spread) -> Self {
        let mut random = StdRng::seed_from_u64(spread.seed);
        let mut round = Round::new(spread.bidders);
        let mut schedule = Self {
            by_bidder: vec![Vec::new(); spread.bidders],
            steps: vec![Duration::ZERO],
            ..Self::default()
        };
        for index in 0..count(spread) {
            let moment = (index as f64 + random.random::<f64>()) / spread.rate;
            let at = spread.from + Duration::from_secs_f64(moment);
            let bidder = round.next(&mut random);
            schedule.add(at, bidder);
        }
        schedule
    }

    fn add(&mut self, at: Duration, bidder: usize) {
        let index = self.bids.len();
        let price = self.price(index, bidder, at);
        self.by_bidder[bidder].push(index);
        self.bids.push(Bid { at, bidder, price });
    }

    fn price(&mut self, index: usize, bidder: usize, at: Duration) -> Price {
        let own = self.by_bidder[bidder]
            .last()
            .map(|own| self.bids[*own].price);
        let before = self.bids.last().filter(|bid| bid.bidder != bidder);
        match (own, before) {
            (Some(own), _) if index % REPEAT_EVERY == REPEAT_EVERY - 1 => own,
            (_, Some(before))
                if index % TIE_EVERY == TIE_EVERY - 1
                    && own.is_none_or(|own| before.price < own) =>
            {
                before.price
            }
            _ => {
                self.steps.push(at);
                Price::after(self.steps.len() - 1)
            }
        }
    }

    /// All bids, by rising time.
    pub(crate) fn bids(&self) -> &[Bid] {
        &self.bids
    }

    /// The `turn`-th bid of a bidder.
    pub(crate) fn turn(&self, bidder: usize, turn: usize) -> Option<(usize, Bid)> {
        let index = *self.by_bidder.get(bidder)?.get(turn)?;
        Some((index, *self.bids.get(index)?))
    }

    /// When the first bid of this price is intended, after the opening.
    pub(crate) fn intended(&self, price: Price) -> Option<Duration> {
        self.steps.get(price.steps()).copied()
    }
}

fn count(spread: &Spread) -> usize {
    (spread.rate * spread.length.as_secs_f64()).round() as usize
}

/// Bidders in changing order, each once per round.
struct Round {
    order: Vec<usize>,
    place: usize,
}

impl Round {
    fn new(bidders: usize) -> Self {
        Self {
            order: (0..bidders).collect(),
            place: bidders,
        }
    }

    fn next(&mut self, random: &mut StdRng) -> usize {
        if self.place == self.order.len() {
            let last = self.order.last().copied();
            self.order.shuffle(random);
            if self.order.len() > 1 && self.order.first().copied() == last {
                self.order.rotate_left(1);
            }
            self.place = 0;
        }
        self.place += 1;
        self.order[self.place - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(seed: u64) -> Spread {
        Spread {
            bidders: 7,
            rate: 500.0,
            from: Duration::from_secs(1),
            length: Duration::from_secs(2),
            seed,
        }
    }

    #[test]
    fn a_seed_gives_the_same_schedule_again() {
        let (one, other) = (Schedule::new(&spread(1)), Schedule::new(&spread(1)));
        assert_eq!(one.bids(), other.bids());
        assert_ne!(one.bids(), Schedule::new(&spread(2)).bids());
    }

    #[test]
    fn bids_keep_to_the_rate_and_to_their_time() {
        let schedule = Schedule::new(&spread(3));
        assert_eq!(schedule.bids().len(), 1000);
        assert!(schedule.bids().is_sorted_by_key(|bid| bid.at));
        let second = |bid: &&Bid| bid.at >= Duration::from_secs(2);
        assert_eq!(schedule.bids().iter().filter(second).count(), 500);
        let last = schedule.bids().last().expect("bids");
        assert!(last.at < Duration::from_secs(3));
    }

    #[test]
    fn every_bidder_takes_turns_and_none_twice_in_a_row() {
        let schedule = Schedule::new(&spread(4));
        let pairs = schedule.bids().windows(2);
        assert!(
            pairs
                .into_iter()
                .all(|pair| pair[0].bidder != pair[1].bidder)
        );
        let turns: Vec<_> = schedule.by_bidder.iter().map(Vec::len).collect();
        assert!(
            turns.iter().all(|turns| (142..=143).contains(turns)),
            "{turns:?}"
        );
    }

    #[test]
    fn a_bidder_never_bids_above_its_own_last_price() {
        let schedule = Schedule::new(&spread(5));
        let (mut equal, mut lower) = (0, 0);
        for own in &schedule.by_bidder {
            for pair in own.windows(2) {
                let (old, new) = (schedule.bids[pair[0]].price, schedule.bids[pair[1]].price);
                assert!(new <= old);
                equal += usize::from(new == old);
                lower += usize::from(new < old);
            }
        }
        assert!(equal > 10 && lower > 900, "{equal} {lower}");
    }

    #[test]
    fn a_price_leads_back_to_the_bid_that_set_it() {
        let schedule = Schedule::new(&spread(6));
        let mut seen = std::collections::HashSet::new();
        for bid in schedule.bids() {
            if seen.insert(bid.price) {
                assert_eq!(schedule.intended(bid.price), Some(bid.at));
            }
        }
        assert!(seen.len() < schedule.bids().len(), "some bids are equal");
    }
}
