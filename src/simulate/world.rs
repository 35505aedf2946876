//! The server of a scenario: what a room does, in virtual time.
//!
//! A deadline is a barrier as in a room: what was stamped before it is decided first, even when it
//! comes up to the settling time later; then the deadline; then what was stamped after it.

use super::Scenario;
use super::arrivals::{Arrival, Asked, arrivals};
use super::chronicle::Chronicle;
use super::report::{Report, Step};
use super::scenario::Order;
use crate::auction::openings::{self, Opening, Openings};
use crate::error::fault;
use crate::limits::{OUTAGE_ABOVE_MS, SETTLE_MS};
use auction_rules::feed::Audience;
use auction_rules::log::GENESIS;
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
    /// What opens its commitments.
    pub openings: Openings,
}

/// Plays a scenario to its end.
///
/// # Errors
/// Bidders whose written offers do not fit the terms.
pub fn play(scenario: &Scenario) -> Result<Played, Vec<TermsFault>> {
    let nobody = Writer {
        node: String::new(),
        key: String::new(),
        epoch: 1,
    };
    play_recorded(scenario, nobody, |_| GENESIS)
}

/// Plays a scenario whose log is kept. `head` is asked once, for the head of a log of these entries,
/// which the seal names; `writer` is named by the founding entry and by those of restarts.
///
/// # Errors
/// As [`play`].
pub fn play_recorded(
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
    Ok(Played {
        report: world.chronicle.report(&world.auction),
        entries: world.entries,
        openings: world.openings,
    })
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
    chronicle: Chronicle<'a>,
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
            chronicle: Chronicle::new(scenario, &auction),
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
        };
        let step = world.chronicle.step(None, &entry.command);
        world.log(step, entry);
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
                let path = match &refusal {
                    Refusal::OutOfRange { value, .. } | Refusal::SumDiffers { value, .. } => {
                        format!("bidders[{place}].offer.{value}")
                    }
                    _ => format!("bidders[{place}].offer"),
                };
                let words = refusal.words();
                faults.push(fault(path, words.pl, words.en));
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
        let step = self.chronicle.step(asked.as_ref(), &command);
        let command = self.seal(asked.as_ref(), command);
        let entry = self.auction.enter(command);
        if let Err(misfit) = self.auction.apply(&entry) {
            // The entry was made from this very state: this cannot be.
            tracing::error!(%misfit, "the scenario's own entry does not fit");
        }
        let outcome = entry.outcome.clone();
        self.log(step, entry);
        outcome
    }

    fn log(&mut self, step: Step, entry: Entry) {
        self.chronicle.tell(&self.auction, step, entry.clone());
        self.entries.push(entry);
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
        let step = self.chronicle.step(Some(asked), &command);
        self.chronicle.tell_outside(step, command.act, refusal);
    }
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
