//! What happened in a scenario, told step by step with what each changed.

use super::Scenario;
use super::arrivals::Asked;
use super::report::{Ending, FORMAT, Firm, Place, Report, Shown, Step};
use super::scenario::{Admitted, Order};
use auction_rules::auction::Row;
use auction_rules::event::{AuctionResult, Standing};
use auction_rules::feed::Audience;
use auction_rules::{Act, Alias, Auction, Bidder, By, Command, Entry, Outcome, Refusal, Timestamp};
use std::collections::BTreeMap;

/// Tells what happens.
pub(super) struct Chronicle<'a> {
    scenario: &'a Scenario,
    steps: Vec<Step>,
    /// What was shown last.
    shown: Shown,
    standings: Vec<Place<Row>>,
}

impl<'a> Chronicle<'a> {
    pub(super) fn new(scenario: &'a Scenario, auction: &Auction) -> Self {
        let mut chronicle = Self {
            scenario,
            steps: Vec::new(),
            shown: Shown::default(),
            standings: Vec::new(),
        };
        chronicle.shown = chronicle.shown(auction);
        chronicle
    }

    /// A step of a command, before it is decided.
    pub(super) fn step(&self, asked: Option<&Asked>, command: &Command) -> Step {
        let arrived = asked.map(Asked::arrives_at);
        let arrived = arrived.filter(|at| *at > command.received_at);
        Step {
            after_ms: self.after_ms(command.received_at),
            arrived_after_ms: arrived.map(|at| self.after_ms(at)),
            command: asked.map(|asked| asked.index),
            bidder: match &command.by {
                By::Bidder(bidder) => Some(self.id_of(*bidder)),
                By::Officer(_) | By::Server => None,
            },
            typed: command.act.typed().unwrap_or_default(),
            confirm: match &command.act {
                Act::PlaceBid(offer) => offer.confirm.clone(),
                _ => BTreeMap::new(),
            },
            whom: asked.and_then(|asked| self.whom(asked)),
            ..Step::default()
        }
    }

    /// By the file: before the opening nobody has an alias.
    fn whom(&self, asked: &Asked) -> Option<String> {
        let (Order::Annul { who, .. } | Order::Exclude { who, .. }) = &asked.order else {
            return None;
        };
        let found = self.scenario.bidders.get(*who);
        found.map(|one| one.id.clone())
    }

    /// Tells a step that became an entry, with what it changed.
    pub(super) fn tell(&mut self, auction: &Auction, step: Step, entry: Entry) {
        let refused = match &entry.outcome {
            Outcome::Refused(refusal) => Some(refusal.into()),
            Outcome::Events(_) => None,
        };
        let shown = self.shown(auction);
        let shows = (shown != self.shown).then(|| shown.clone());
        let standings = self.standings(auction);
        let stands = (standings != self.standings).then(|| standings.clone());
        (self.shown, self.standings) = (shown, standings);
        self.steps.push(Step {
            entry: Some(entry),
            refused,
            shown: shows,
            standings: stands,
            ..step
        });
    }

    /// Tells a step that became none.
    pub(super) fn tell_outside(&mut self, step: Step, act: Act, refusal: &Refusal) {
        self.steps.push(Step {
            asked: Some(act),
            refused: Some(refusal.into()),
            ..step
        });
    }

    /// All of it, at the end.
    pub(super) fn report(self, auction: &Auction) -> Report {
        let scenario = self.scenario;
        let firm = |one: &Admitted| Firm {
            id: one.id.clone(),
            alias: auction.alias(one.bidder),
            identity: one.disclosure.identity.clone(),
            bidder: one.bidder,
        };
        Report {
            format: FORMAT,
            about: scenario.about.clone(),
            terms: scenario.terms.clone(),
            terms_hash: auction.terms_hash(),
            opens_at: scenario.opens_at,
            bidders: scenario.bidders.iter().map(firm).collect(),
            end: self.ending(auction),
            steps: self.steps,
            log: None,
        }
    }

    fn ending(&self, auction: &Auction) -> Ending {
        let named = |alias: &Alias| self.id_of_alias(auction, *alias);
        let result = auction.result();
        let place = |standing: &Standing| Place {
            bidder: named(&standing.alias),
            row: standing.clone(),
        };
        let all = |result: &AuctionResult| result.standings.iter().map(place).collect();
        let tied = result.map_or(&[][..], |result| &result.tied);
        Ending {
            state: self.shown.state.clone(),
            closed_after_ms: auction.closed_at().map(|at| self.after_ms(at)),
            winner: result.and_then(|result| result.winner.as_ref()).map(named),
            tied: tied.iter().map(named).collect(),
            standings: result.map(all),
            entries: auction.seq(),
        }
    }

    fn shown(&self, auction: &Auction) -> Shown {
        let public = auction.public(Audience::Officers);
        let phase = public.phase.as_ref();
        let after = |at: Timestamp| self.after_ms(at);
        let starts_at = phase.and_then(|phase| phase.starts_at);
        let starts_at = public.opens_at.or(starts_at).or(public.resumes_at);
        Shown {
            phase: phase.map(|phase| phase.index),
            starts_after_ms: starts_at.map(after),
            closes_from_after_ms: phase.and_then(|phase| phase.closes_from).map(after),
            closes_after_ms: phase.and_then(|phase| phase.closes_at).map(after),
            state: public.state,
        }
    }

    /// Everyone with an offer, best first; from the opening on.
    fn standings(&self, auction: &Auction) -> Vec<Place<Row>> {
        let rows = auction.public(Audience::Officers).rows.unwrap_or_default();
        let ranked = rows.into_iter().filter(|row| row.position.is_some());
        let place = |row: Row| {
            Some(Place {
                bidder: self.id_of_alias(auction, row.alias?),
                row: Row {
                    officer: None,
                    ..row
                },
            })
        };
        ranked.filter_map(place).collect()
    }

    fn id_of(&self, bidder: Bidder) -> String {
        let mut bidders = self.scenario.bidders.iter();
        let found = bidders.find(|one| one.bidder == bidder);
        found.map(|one| one.id.clone()).unwrap_or_default()
    }

    fn id_of_alias(&self, auction: &Auction, alias: Alias) -> String {
        let bidder = auction.bidder(alias);
        bidder.map_or_else(String::new, |bidder| self.id_of(bidder))
    }

    fn after_ms(&self, at: Timestamp) -> i64 {
        at.0.saturating_sub(self.scenario.opens_at.0)
    }
}
