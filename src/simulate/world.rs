//! The server of a scenario: what a room does, in virtual time.
//!
//! A deadline is a barrier as in a room: what was stamped before it is decided first, even when it
//! comes up to the settling time later; then the deadline; then what was stamped after it.

use super::Scenario;
use super::report::{Ending, FORMAT, Firm, Place, Report, Shown, Step};
use super::scenario::{Admitted, Deed, Order, Planned};
use crate::auction::openings::{self, Opening, Openings};
use crate::error::fault;
use crate::limits::{OUTAGE_ABOVE_MS, SETTLE_MS};
use auction_rules::auction::Row;
use auction_rules::feed::Audience;
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, CommandId, Deadline, Digest, Due, Entry,
    OfficerId, Outcome, Refusal, TermsFault, Timestamp, Writer,
};
use std::collections::{BTreeMap, VecDeque};

/// Bidders accept the terms so long after the publication, in milliseconds.
const ACCEPTED_AFTER_MS: u64 = 60_000;

/// What playing a scenario gives.
pub struct Played {
    /// What happened.
    pub report: Report,
    /// The log.
    pub entries: Vec<Entry>,
}

/// Plays a scenario to its end. `head` is asked once, for the head of a log of these entries, which
/// the seal names; `writer` is named by the founding entry and by those of restarts.
///
/// # Errors
/// A bidder whose written offer does not fit the terms.
pub fn play(
    scenario: &Scenario,
    writer: Writer,
    head: impl FnMut(&[Entry]) -> Digest,
) -> Result<Played, Vec<TermsFault>> {
    let mut world = World::founded(scenario, writer, head);
    world.admit()?;
    for (at, arrival) in arrivals(scenario) {
        world.until(at);
        world.arrive(at, arrival);
    }
    world.play_out();
    Ok(world.played())
}

/// Something that reaches the room.
enum Arrival {
    Back { from: Timestamp, restart: bool },
    Away,
    Command(Asked),
}

/// A stamped command on its way.
struct Asked {
    /// Its place in the file.
    index: usize,
    at: Timestamp,
    order: Order,
}

/// All that comes from outside, in the order in which it reaches the room: the end of an outage, then
/// the beginning of one, then commands in the order of the file.
fn arrivals(scenario: &Scenario) -> Vec<(Timestamp, Arrival)> {
    let mut arrivals = Vec::new();
    for (index, Planned { at, deed }) in scenario.commands.iter().enumerate() {
        match deed.clone() {
            Deed::Away { until, restart } => {
                let from = *at;
                arrivals.push((from, Arrival::Away));
                arrivals.push((until, Arrival::Back { from, restart }));
            }
            Deed::Asked(order) => {
                let delay_ms = match &order {
                    Order::Bidder { delay_ms, .. } => *delay_ms,
                    _ => 0,
                };
                let at = *at;
                let asked = Asked { index, at, order };
                arrivals.push((at.plus(delay_ms), Arrival::Command(asked)));
            }
        }
    }
    arrivals.sort_by_key(|(at, arrival)| {
        let turn = match arrival {
            Arrival::Back { .. } => 0,
            Arrival::Away => 1,
            Arrival::Command(_) => 2,
        };
        (*at, turn)
    });
    arrivals
}

struct World<'a, F> {
    scenario: &'a Scenario,
    head: F,
    auction: Auction,
    entries: Vec<Entry>,
    openings: Openings,
    /// Sealed values and random tails so far.
    sealed: usize,
    tails: usize,
    /// Stamped after a deadline that has not been decided yet.
    waiting: VecDeque<Asked>,
    /// Nobody reaches the server.
    away: bool,
    paces: BTreeMap<usize, Pace>,
    steps: Vec<Step>,
    /// What was shown last.
    shown: Shown,
    standings: Vec<Place<Row>>,
}

/// How many commands a bidder sent in its last second.
#[derive(Default)]
struct Pace {
    second: i64,
    count: u32,
}

impl<'a, F: FnMut(&[Entry]) -> Digest> World<'a, F> {
    fn founded(scenario: &'a Scenario, writer: Writer, head: F) -> Self {
        let act = Act::Publish {
            terms: Box::new(scenario.terms.clone()),
            replaces: None,
            officer: officer(),
            writer,
        };
        let founding = command(By::Server, scenario.published_at(), act);
        let (auction, entry) = Auction::publish(auction_id(), founding, &scenario.terms);
        let mut world = Self {
            shown: shown(&auction, scenario.opens_at),
            scenario,
            head,
            auction,
            entries: Vec::new(),
            openings: Openings::new(),
            sealed: 0,
            tails: 0,
            waiting: VecDeque::new(),
            away: false,
            paces: BTreeMap::new(),
            steps: Vec::new(),
            standings: Vec::new(),
        };
        let step = world.step(None, entry.command.received_at);
        world.tell(step, Some(entry));
        world
    }

    /// Everyone is admitted with a written offer, the opening is set, and the terms are accepted.
    fn admit(&mut self) -> Result<(), Vec<TermsFault>> {
        let scenario = self.scenario;
        let at = scenario.published_at();
        let mut faults = Vec::new();
        for (place, admitted) in scenario.bidders.iter().enumerate() {
            let act = Act::Admit {
                bidder: admitted.bidder,
                offer: admitted.offer.clone(),
            };
            let outcome = self.enter(None, command(By::Officer(officer()), at, act));
            if let Outcome::Refused(refusal) = outcome {
                let words = refusal.words();
                faults.push(fault(format!("bidders[{place}].offer"), words.pl, words.en));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let opens_at = scenario.opens_at;
        let act = Act::Schedule { opens_at };
        self.enter(None, command(By::Officer(officer()), at, act));
        let terms_hash = self.auction.terms_hash();
        let accept = scenario.bidders.iter().filter(|one| one.accepts_terms);
        for admitted in accept {
            let act = Act::AcceptTerms { terms_hash };
            let by = By::Bidder(admitted.bidder);
            self.enter(None, command(by, at.plus(ACCEPTED_AFTER_MS), act));
        }
        Ok(())
    }

    /// Decides the deadlines whose settling time ends before this moment.
    fn until(&mut self, moment: Timestamp) {
        while !self.away
            && let Some(due) = self.due()
            && due.at.plus(SETTLE_MS) < moment
        {
            self.fall_due(due);
        }
    }

    fn play_out(&mut self) {
        while let Some(due) = self.due() {
            self.fall_due(due);
        }
        // No deadline comes any more: what waited for one is decided as it stands.
        self.release();
    }

    fn arrive(&mut self, now: Timestamp, arrival: Arrival) {
        match arrival {
            Arrival::Away => self.away = true,
            Arrival::Back { from, restart } => self.come_back(from, now, restart),
            Arrival::Command(asked) if self.away => self.outside(&asked, &Refusal::Unavailable),
            Arrival::Command(asked) => self.take(asked),
        }
    }

    /// After a restart another writer goes on, and it says how long nobody could bid; a room that
    /// hung says so when it was for long.
    fn come_back(&mut self, from: Timestamp, now: Timestamp, restart: bool) {
        self.away = false;
        if restart {
            let before = self.auction.writer();
            let writer = Writer {
                epoch: before.epoch.saturating_add(1),
                ..before.clone()
            };
            self.enter(None, command(By::Server, now, Act::TakeOver { writer }));
        }
        let ended = self.auction.closed_at().is_some();
        if restart || (now.since(from) > OUTAGE_ABOVE_MS && !ended) {
            let act = Act::Interrupt { from, to: now };
            self.enter(None, command(By::Server, now, act));
        }
        self.release();
    }

    /// Decides a command, or keeps it until the deadline before it is decided.
    fn take(&mut self, asked: Asked) {
        if self.is_behind(&asked) {
            self.waiting.push_back(asked);
            return;
        }
        let due = self.due();
        self.decide(asked);
        if self.due() != due {
            self.release();
        }
    }

    /// A deadline that was decided, or that moved, lets those pass who waited behind it.
    fn release(&mut self) {
        while let Some(place) = self.waiting.iter().position(|asked| !self.is_behind(asked)) {
            if let Some(asked) = self.waiting.remove(place) {
                self.decide(asked);
            }
        }
    }

    fn is_behind(&self, asked: &Asked) -> bool {
        self.due().is_some_and(|due| asked.at >= due.at)
    }

    fn due(&self) -> Option<Due> {
        openings::due(&self.auction, &self.openings)
    }

    fn decide(&mut self, asked: Asked) {
        let command = self.command(&asked);
        if let Some(refusal) = self.refused_outside(&asked, &command) {
            self.outside(&asked, &refusal);
            return;
        }
        self.enter(Some(asked), command);
    }

    /// What is no entry of a log: a command after the seal, and a bidder's beyond the pace.
    fn refused_outside(&mut self, asked: &Asked, command: &Command) -> Option<Refusal> {
        let pace = self.auction.terms().pace;
        if let Order::Bidder { who, .. } = &asked.order {
            if self.is_too_fast(*who, asked.at, pace.attempts_per_s) {
                let per_s = pace.attempts_per_s;
                return Some(Refusal::TooFast { per_s });
            }
            let bidder = self.scenario.bidders.get(*who).map(|one| one.bidder);
            let commands = bidder.map_or(0, |bidder| self.auction.commands_of(bidder));
            let most = pace.attempts_max;
            if commands >= most && !self.auction.is_sealed() {
                return Some(Refusal::TooManyAttempts { most });
            }
        }
        if !self.auction.is_sealed() {
            return None;
        }
        match self.auction.decide(self.auction.at(), command) {
            Outcome::Refused(refusal) => Some(refusal),
            Outcome::Events(_) => None,
        }
    }

    fn is_too_fast(&mut self, who: usize, at: Timestamp, most: u32) -> bool {
        let pace = self.paces.entry(who).or_default();
        let second = at.0.div_euclid(1_000);
        if pace.second != second {
            (pace.second, pace.count) = (second, 0);
        }
        pace.count = pace.count.saturating_add(1);
        pace.count > most
    }

    fn command(&self, asked: &Asked) -> Command {
        let (by, act) = match &asked.order {
            Order::Bidder { who, act, .. } => (By::Bidder(self.bidder(*who)), act.clone()),
            Order::Officer(act) => (By::Officer(officer()), act.clone()),
            Order::Annul {
                who,
                attempt,
                reason,
            } => {
                let alias = self.alias(*who);
                let n = attempt.unwrap_or_else(|| self.standing_attempt(alias));
                let reason = reason.clone();
                (By::Officer(officer()), Act::Annul { alias, n, reason })
            }
            Order::Exclude { who, reason } => {
                let (alias, reason) = (self.alias(*who), reason.clone());
                (By::Officer(officer()), Act::Exclude { alias, reason })
            }
        };
        Command {
            // Each place in the file is a name of its own, so no command counts as repeated.
            id: CommandId::new(&format!("commands[{}]", asked.index)).ok(),
            ..command(by, asked.at, act)
        }
    }

    fn bidder(&self, who: usize) -> Bidder {
        let found = self.scenario.bidders.get(who);
        found.map_or(Digest([0; 32]), |one| one.bidder)
    }

    /// Before the opening there are no aliases, and nobody has this one.
    fn alias(&self, who: usize) -> Alias {
        self.auction.alias(self.bidder(who)).unwrap_or(Alias(0))
    }

    fn standing_attempt(&self, alias: Alias) -> u32 {
        let rows = self.auction.public(Audience::Officers).rows;
        let rows = rows.unwrap_or_default();
        let row = rows.into_iter().find(|row| row.alias == Some(alias));
        row.and_then(|row| row.officer?.current_n).unwrap_or(0)
    }

    fn fall_due(&mut self, due: Due) {
        let act = match due.deadline {
            Deadline::Open => {
                let order = self.scenario.chance.order(self.scenario.bidders.len());
                Act::Open {
                    aliases: order.into_iter().map(|who| self.bidder(who)).collect(),
                    tail: self.draw_tail(),
                }
            }
            Deadline::StartPhase => Act::StartPhase {
                tail: self.draw_tail(),
            },
            Deadline::EndTurn => Act::EndTurn,
            Deadline::EndLevel => Act::EndLevel,
            Deadline::Reveal => openings::reveal(&self.auction, &self.openings),
            Deadline::Continue => Act::Continue,
            Deadline::EndPhase => Act::EndPhase {
                tail: openings::drawn_tail(&self.auction, &self.openings).cloned(),
            },
            Deadline::Seal => Act::Seal {
                head: (self.head)(&self.entries),
            },
        };
        self.enter(None, command(By::Server, due.at, act));
        self.release();
    }

    /// Draws the random tail of the phase that is about to start, if it has one.
    fn draw_tail(&mut self) -> Option<Digest> {
        let most_ms = self.auction.draws_tail_ms()?;
        let tail = self.scenario.chance.tail(self.tails, most_ms);
        self.tails += 1;
        let (commitment, opening) = openings::committed_tail(&self.auction, tail)?;
        self.openings.insert(commitment, opening);
        Some(commitment)
    }

    /// Decides a command and makes it so.
    fn enter(&mut self, asked: Option<Asked>, command: Command) -> Outcome {
        let mut step = self.step(asked.as_ref().map(|asked| asked.index), command.received_at);
        step.bidder = self.called(&command.by);
        step.typed = command.act.typed().unwrap_or_default();
        let command = self.seal(asked.as_ref(), command);
        let entry = self.auction.enter(command);
        if let Err(misfit) = self.auction.apply(&entry) {
            // The entry was made from this very state: this cannot be.
            tracing::error!(%misfit, "the scenario's own entry does not fit");
        }
        let outcome = entry.outcome.clone();
        self.tell(step, Some(entry));
        outcome
    }

    /// A bid of a sealed phase as the log holds it; any other command as it is.
    fn seal(&mut self, asked: Option<&Asked>, command: Command) -> Command {
        let given = asked.and_then(|asked| match &asked.order {
            Order::Bidder { salt, .. } => salt.clone(),
            _ => None,
        });
        let salt = given.unwrap_or_else(|| self.scenario.chance.salt("bid", self.sealed));
        let Some((command, opening)) = self.auction.seal(command.clone(), salt) else {
            return command;
        };
        self.sealed += 1;
        if let Act::PlaceSealed { commitment, .. } = &command.act {
            self.openings.insert(*commitment, Opening::Bid(opening));
        }
        command
    }

    fn outside(&mut self, asked: &Asked, refusal: &Refusal) {
        let command = self.command(asked);
        let step = self.step(Some(asked), asked.at);
        let step = Step {
            bidder: self.called(&command.by),
            typed: command.act.typed().unwrap_or_default(),
            refused: Some(refusal.into()),
            asked: Some(command.act),
            ..step
        };
        self.tell(step, None);
    }

    fn called(&self, by: &By) -> Option<String> {
        match by {
            By::Bidder(bidder) => Some(self.id_of(*bidder)),
            By::Officer(_) | By::Server => None,
        }
    }

    fn id_of(&self, bidder: Bidder) -> String {
        let mut bidders = self.scenario.bidders.iter();
        let found = bidders.find(|one| one.bidder == bidder);
        found.map(|one| one.id.clone()).unwrap_or_default()
    }

    fn id_of_alias(&self, alias: Alias) -> String {
        let bidder = self.auction.bidder(alias);
        bidder.map_or_else(String::new, |bidder| self.id_of(bidder))
    }

    fn after_ms(&self, at: Timestamp) -> i64 {
        after_ms(at, self.scenario.opens_at)
    }

    fn step(&self, asked: Option<&Asked>, at: Timestamp) -> Step {
        let delay_ms = match asked.map(|asked| &asked.order) {
            Some(Order::Bidder { delay_ms, .. }) => *delay_ms,
            _ => 0,
        };
        let arrived_at = (delay_ms > 0).then(|| at.plus(delay_ms));
        Step {
            after_ms: self.after_ms(at),
            arrived_after_ms: arrived_at.map(|at| self.after_ms(at)),
            command: asked.map(|asked| asked.index),
            bidder: None,
            typed: BTreeMap::new(),
            asked: None,
            entry: None,
            refused: None,
            shown: None,
            standings: None,
        }
    }

    /// Tells a step, with what it changed.
    fn tell(&mut self, mut step: Step, entry: Option<Entry>) {
        if let Some(entry) = entry {
            if let Outcome::Refused(refusal) = &entry.outcome {
                step.refused = Some(refusal.into());
            }
            step.entry = Some(entry.clone());
            self.entries.push(entry);
            let shown = shown(&self.auction, self.scenario.opens_at);
            if shown != self.shown {
                self.shown = shown.clone();
                step.shown = Some(shown);
            }
            let standings = self.standings();
            if standings != self.standings {
                self.standings.clone_from(&standings);
                step.standings = Some(standings);
            }
        }
        self.steps.push(step);
    }

    /// Everyone with an offer, best first; from the opening on.
    fn standings(&self) -> Vec<Place<Row>> {
        let rows = self.auction.public(Audience::Officers).rows;
        let ranked = rows
            .into_iter()
            .flatten()
            .filter(|row| row.position.is_some());
        let place = |row: Row| {
            Some(Place {
                bidder: self.id_of_alias(row.alias?),
                row: Row {
                    officer: None,
                    ..row
                },
            })
        };
        ranked.filter_map(place).collect()
    }

    fn played(self) -> Played {
        let firm = |one: &Admitted| Firm {
            id: one.id.clone(),
            alias: self.auction.alias(one.bidder),
            identity: one.disclosure.identity.clone(),
            bidder: one.bidder,
        };
        let report = Report {
            format: FORMAT,
            about: self.scenario.about.clone(),
            terms: self.scenario.terms.clone(),
            terms_hash: self.auction.terms_hash(),
            opens_at: self.scenario.opens_at,
            bidders: self.scenario.bidders.iter().map(firm).collect(),
            end: self.ending(),
            steps: self.steps,
            log: None,
        };
        Played {
            report,
            entries: self.entries,
        }
    }

    fn ending(&self) -> Ending {
        let result = self.auction.result();
        let standings = result.map(|result| {
            let places = result.standings.iter().map(|standing| Place {
                bidder: self.id_of_alias(standing.alias),
                row: standing.clone(),
            });
            places.collect()
        });
        let tied = result.map(|result| result.tied.as_slice());
        Ending {
            state: self.shown.state.clone(),
            closed_after_ms: self.auction.closed_at().map(|at| self.after_ms(at)),
            winner: result
                .and_then(|result| result.winner)
                .map(|winner| self.id_of_alias(winner)),
            tied: tied
                .unwrap_or_default()
                .iter()
                .map(|alias| self.id_of_alias(*alias))
                .collect(),
            standings,
            entries: self.auction.seq(),
        }
    }
}

fn shown(auction: &Auction, opens_at: Timestamp) -> Shown {
    let public = auction.public(Audience::Officers);
    let phase = public.phase;
    let after = |at: Timestamp| after_ms(at, opens_at);
    let phase = phase.as_ref();
    let starts_at = phase.and_then(|phase| phase.starts_at);
    Shown {
        state: public.state,
        phase: phase.map(|phase| phase.index),
        starts_after_ms: public
            .opens_at
            .or(starts_at)
            .or(public.resumes_at)
            .map(after),
        closes_from_after_ms: phase.and_then(|phase| phase.closes_from).map(after),
        closes_after_ms: phase.and_then(|phase| phase.closes_at).map(after),
    }
}

fn after_ms(at: Timestamp, opens_at: Timestamp) -> i64 {
    at.0.saturating_sub(opens_at.0)
}

fn command(by: By, received_at: Timestamp, act: Act) -> Command {
    Command {
        by,
        id: None,
        received_at,
        act,
    }
}

pub(super) fn auction_id() -> AuctionId {
    AuctionId::new("simulation").expect("letters are an id")
}

fn officer() -> OfficerId {
    OfficerId::new("officer").expect("letters are an id")
}
