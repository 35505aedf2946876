//! Who stands where. Every accepted bid ranks everyone anew; what it cannot have changed is kept.

use super::{Auction, Participant};
use crate::evaluation::{self, Candidate, Score};
use crate::event::{AuctionResult, Points, Standing};
use crate::terms::Ties;
use rust_decimal::Decimal;
use serde::Serialize;
use std::cmp::Ordering;

/// Everyone with an offer, best first.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Ranking {
    /// The value that earns all points, by criterion.
    yardsticks: Vec<Decimal>,
    order: Vec<Ranked>,
}

/// One place of the ranking.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Ranked {
    pub(super) place: usize,
    pub(super) position: u16,
    /// The entry that placed the offer: of two equal ones the earlier stands first.
    since: u64,
    pub(super) score: Score,
}

impl Ranked {
    fn standing_before(&self, other: &Self) -> Ordering {
        self.better(other)
            .then_with(|| self.since.cmp(&other.since))
    }

    /// By merit, then by the statutory order where the terms have it; `Less` stands better.
    fn better(&self, other: &Self) -> Ordering {
        let by_merit = other.score.merit.cmp(&self.score.merit);
        by_merit.then_with(|| other.score.order.cmp(&self.score.order))
    }
}

/// A bid that has not been accepted, put in the place of the bidder's own.
#[derive(Clone, Copy)]
pub(super) struct Supposed<'a> {
    pub(super) place: usize,
    pub(super) values: &'a [Decimal],
}

impl Ranking {
    pub(super) fn first(&self) -> Option<&Ranked> {
        self.order.first()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Ranked> {
        self.order.iter()
    }

    pub(super) fn of(&self, place: usize) -> Option<&Ranked> {
        self.order.iter().find(|ranked| ranked.place == place)
    }

    fn number(&mut self, ties: Ties) {
        let shares = ties != Ties::Earliest;
        let mut before: Option<&Ranked> = None;
        for (own, ranked) in (1_u16..).zip(&mut self.order) {
            let equal = before
                .filter(|before| shares && before.better(ranked) == Ordering::Equal)
                .map(|before| before.position);
            ranked.position = equal.unwrap_or(own);
            before = Some(ranked);
        }
    }
}

impl Auction {
    /// The ranking from nothing, with one bid supposed or none.
    pub(super) fn rank(&self, supposed: Option<Supposed<'_>>) -> Ranking {
        let offers: Vec<_> = (0..)
            .zip(&self.participants)
            .filter(|(_, participant)| !participant.excluded)
            .filter_map(|(place, participant)| {
                let (since, values) = match supposed {
                    Some(supposed) if supposed.place == place => (u64::MAX, supposed.values),
                    _ => participant
                        .current()
                        .map(|bid| (bid.seq, bid.values.as_slice()))?,
                };
                Some((place, since, participant.candidate(values)))
            })
            .collect();
        let candidates = || offers.iter().map(|(_, _, candidate)| *candidate);
        let yardsticks = evaluation::yardsticks(&self.terms, candidates());
        let scores = candidates().map(|offer| evaluation::score(&self.terms, &yardsticks, &offer));
        let mut order: Vec<_> = offers
            .iter()
            .zip(scores)
            .map(|((place, since, _), score)| Ranked {
                place: *place,
                position: 0,
                since: *since,
                score,
            })
            .collect();
        order.sort_by(Ranked::standing_before);
        let mut ranking = Ranking { yardsticks, order };
        ranking.number(self.terms.ties);
        ranking
    }

    /// The ranking after the bidder at `place` improved its offer: a value only ever gets better,
    /// so the yardsticks of the others move only where the new offer is the best.
    pub(super) fn rank_improved(&mut self, place: usize) {
        let improved = self.participants.get(place);
        let Some((participant, bid)) = improved.and_then(|one| Some((one, one.current()?))) else {
            return;
        };
        if self.ranking.order.is_empty() {
            self.ranking = self.rank(None);
            return;
        }
        let candidate = participant.candidate(&bid.values);
        let Ranking { yardsticks, order } = &mut self.ranking;
        let raised = evaluation::raised_yardsticks(&self.terms, yardsticks, &candidate);
        let ranked = Ranked {
            place,
            position: 0,
            since: bid.seq,
            score: evaluation::score(&self.terms, &raised, &candidate),
        };
        if let Some(index) = order.iter().position(|ranked| ranked.place == place) {
            order.remove(index);
        }
        if raised != *yardsticks {
            let others = order.iter_mut().filter_map(|ranked| {
                let other = self.participants.get(ranked.place)?;
                let values = &other.current()?.values;
                Some((other.candidate(values), &mut ranked.score))
            });
            evaluation::rescore(&self.terms, (yardsticks, &raised), others);
            order.sort_by(Ranked::standing_before);
            *yardsticks = raised;
        }
        let index = order.partition_point(|other| other.standing_before(&ranked) == Ordering::Less);
        order.insert(index, ranked);
        self.ranking.number(self.terms.ties);
    }

    /// How an offer of the bidder at `place` would stand now: nothing before the opening.
    pub(super) fn score_of(&self, place: usize, values: &[Decimal]) -> Option<Score> {
        if self.aliases.is_empty() {
            return None;
        }
        if self.terms.evaluation.criteria().is_empty() {
            let candidate = self.participants.get(place)?.candidate(values);
            return Some(evaluation::score(&self.terms, &[], &candidate));
        }
        let supposed = self.rank(Some(Supposed { place, values }));
        Some(supposed.of(place)?.score.clone())
    }

    /// Points with their names, in an auction of points.
    pub(super) fn named_points(&self, score: &Score) -> Option<Points> {
        let criteria = self.terms.evaluation.criteria();
        let ids = criteria.iter().map(|criterion| criterion.id.clone());
        (!criteria.is_empty()).then(|| Points {
            total: score.points.iter().sum(),
            by_criterion: ids.zip(score.points.iter().copied()).collect(),
        })
    }

    /// The number by which an offer is compared, where nobody enters it and it is no points.
    pub(super) fn compared(&self, score: &Score) -> Option<Decimal> {
        evaluation::shown(&self.terms, score).filter(|_| evaluation::is_derived(&self.terms))
    }

    pub(super) fn leader(&self) -> Option<&Participant> {
        self.participants.get(self.ranking.first()?.place)
    }

    /// The result as the ranking stands.
    pub(super) fn outcome(&self) -> AuctionResult {
        let standings: Vec<_> = self
            .ranking
            .iter()
            .filter_map(|ranked| self.standing(ranked))
            .collect();
        let first = standings.iter().filter(|standing| standing.position == 1);
        let mut tied: Vec<_> = first.map(|standing| standing.alias).collect();
        let winner = if tied.len() == 1 { tied.pop() } else { None };
        AuctionResult {
            standings,
            winner,
            tied,
        }
    }

    fn standing(&self, ranked: &Ranked) -> Option<Standing> {
        let participant = self.participants.get(ranked.place)?;
        Some(Standing {
            alias: participant.alias?,
            position: ranked.position,
            values: self.named(&participant.current()?.values),
            points: self.named_points(&ranked.score),
            compared: self.compared(&ranked.score),
        })
    }
}

impl Participant {
    pub(super) fn candidate<'a>(&'a self, values: &'a [Decimal]) -> Candidate<'a> {
        Candidate {
            values,
            offer: &self.offer,
        }
    }
}
