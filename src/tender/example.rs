//! A worked example: how an auction of exactly these terms runs, played through the real rules by
//! three bidders whose moves are made up. Nothing in it is random.

use crate::limits::EXAMPLE_BIDDERS;
use auction_rules::auction::Row;
use auction_rules::command::{Offer, REVEALED_MAX, Writer};
use auction_rules::improvement::{is_better, limit};
use auction_rules::ratio::{Ratio, Rounding};
use auction_rules::sealed::{BidOpening, RevealedBid, TailOpening};
use auction_rules::terms::{
    Bounds, Criterion, Direction, Method, OpeningOffer, Value, WrittenValue,
};
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, Deadline, Digest, Due, Event, OfficerId,
    Outcome, Terms, Timestamp, ValueId, Viewer, Words,
};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// When the example's auction opens; only the time since then is shown.
const OPENS_AT: Timestamp = Timestamp(1_000_000_000_000);
/// The most bidders that an auction takes: so many, at most, are made up.
const BIDDERS_MAX: usize = 10_000;
/// Nothing in an example is a secret.
const SALT: &str = "00000000000000000000000000000000";
/// How far apart the made-up opening offers lie, in per cent of what the terms allow.
const APART_PERCENT: i64 = 2;

/// A worked example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// What happens, in order.
    pub lines: Vec<Line>,
    /// A late bid moved the end.
    pub extended: bool,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Milliseconds since the opening.
    pub after_ms: u64,
    /// Who does it; nobody when the clock does.
    pub who: Option<Alias>,
    /// What is entered, by value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub entered: BTreeMap<ValueId, Decimal>,
    /// `opened`, `accepted`, `refused`, `phase-ended`, `phase-started`, `closed` or `not-opened`.
    pub kind: &'static str,
    /// What comes of it.
    pub outcome: Words,
    /// The end of the phase as it stands afterwards, in milliseconds since the opening.
    pub closes_after_ms: Option<u64>,
    /// Everyone in sight who has an offer, best first.
    pub standings: Vec<Place>,
}

/// Where an offer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Whose.
    pub alias: Alias,
    /// 1 is best.
    pub position: u16,
    /// The offer.
    pub values: BTreeMap<ValueId, Decimal>,
    /// Its points, in an auction of points.
    pub points: Option<Decimal>,
}

/// Plays an auction of these terms: bids, one of them below the step, a late one, and the close.
/// Works for any valid terms; where they leave no room for a bid, it is left out.
#[must_use]
pub fn worked_example(terms: &Terms) -> Example {
    let mut play = Play::found(terms);
    play.open();
    play.first_phase();
    play.play_out();
    Example {
        extended: play.extended,
        lines: play.lines,
    }
}

struct Play {
    auction: Auction,
    bidders: Vec<Bidder>,
    lines: Vec<Line>,
    last_bid_at: BTreeMap<usize, Timestamp>,
    bids: BTreeMap<usize, u32>,
    extended: bool,
    /// The random tail of the running phase.
    tail: Option<TailOpening>,
    /// What opens sealed values.
    sealed: BTreeMap<Digest, BidOpening>,
}

impl Play {
    fn found(terms: &Terms) -> Self {
        let count = usize::from(terms.conduct.bidders_min).max(EXAMPLE_BIDDERS);
        let bidders = (0..count.min(BIDDERS_MAX)).map(made_up).collect();
        let at = OPENS_AT.minus(1);
        let writer = Writer {
            node: String::new(),
            key: String::new(),
            epoch: 1,
        };
        let act = Act::Publish {
            terms: Box::new(terms.clone()),
            replaces: None,
            officer: officer(),
            writer,
        };
        let founding = Command {
            by: By::Server,
            id: None,
            received_at: at,
            act,
        };
        let (auction, _) = Auction::publish(example_id(), founding, terms);
        Self {
            auction,
            bidders,
            lines: Vec::new(),
            last_bid_at: BTreeMap::new(),
            bids: BTreeMap::new(),
            extended: false,
            tail: None,
            sealed: BTreeMap::new(),
        }
    }

    /// Admits everyone with an opening offer, opens, and has everyone accept the terms.
    fn open(&mut self) {
        let at = OPENS_AT.minus(1);
        for (index, bidder) in self.bidders.clone().into_iter().enumerate() {
            let offer = written_offer(self.auction.terms(), index);
            self.enter(By::Officer(officer()), at, Act::Admit { bidder, offer });
        }
        let opens_at = OPENS_AT;
        self.enter(By::Officer(officer()), at, Act::Schedule { opens_at });
        let aliases = self.bidders.clone();
        let tail = self.draw_tail();
        let outcome = self.enter(By::Server, OPENS_AT, Act::Open { aliases, tail });
        let words = match events(&outcome).first() {
            Some(Event::Opened { .. }) => Words::new(
                "Aukcja otwiera się z ofertami pisemnymi, jeżeli zasady od nich zaczynają.",
                "The auction opens, from the written offers where the terms begin with them.",
            ),
            _ => Words::new(
                "Aukcja się nie otwiera: dopuszczonych jest za mało.",
                "The auction does not open: too few are admitted.",
            ),
        };
        let opened = self.closes_at().is_some();
        let kind = if opened { "opened" } else { "not-opened" };
        self.tell(OPENS_AT, None, BTreeMap::new(), kind, words);
        let terms_hash = self.auction.terms_hash();
        for bidder in self.bidders.clone() {
            self.enter(
                By::Bidder(bidder),
                OPENS_AT,
                Act::AcceptTerms { terms_hash },
            );
        }
    }

    /// Each bids once, one tries a step that is too small, and one bids late.
    fn first_phase(&mut self) {
        let Some(closes_at) = self.closes_at() else {
            return;
        };
        let tenth = closes_at.since(OPENS_AT) / 10;
        for (bidder, tenths) in [(1, 2), (2, 3), (0, 5)] {
            self.bid(bidder, OPENS_AT.plus(tenth * tenths), Aim::Step);
        }
        self.bid(2, OPENS_AT.plus(tenth * 6), Aim::TooLittle);
        let Some(closes_at) = self.closes_at() else {
            return;
        };
        let last = self.last_of_three();
        self.bid(last, closes_at.minus(self.late_ms(closes_at)), Aim::Lead);
    }

    /// One bid in each further phase, and every deadline, up to the close.
    fn play_out(&mut self) {
        while let Some(due) = self.due() {
            let act = match due.deadline {
                Deadline::StartPhase => Act::StartPhase {
                    tail: self.draw_tail(),
                },
                Deadline::EndTurn => Act::EndTurn,
                Deadline::EndLevel => Act::EndLevel,
                Deadline::Reveal => self.reveal(),
                Deadline::EndPhase => Act::EndPhase {
                    tail: self.tail.take(),
                },
                Deadline::Open | Deadline::Continue | Deadline::Seal => return,
            };
            let outcome = self.enter(By::Server, due.at, act);
            let (kind, words) = ending(&outcome);
            self.tell(due.at, None, BTreeMap::new(), kind, words);
            if due.deadline == Deadline::StartPhase
                && let Some(closes_at) = self.closes_at()
            {
                let middle = due.at.plus(closes_at.since(due.at) / 2);
                self.bid(self.last_of_three(), middle, Aim::Step);
            }
        }
    }

    /// The next deadline; of a random tail, the end that was drawn.
    fn due(&self) -> Option<Due> {
        let due = self.auction.due()?;
        let drawn = self.tail.as_ref().zip(self.auction.random_tail());
        let at = drawn.map_or(due.at, |(tail, (_, from))| from.plus(tail.tail_ms));
        Some(Due { at, ..due })
    }

    /// Half of the longest tail: an example is the same each time.
    fn draw_tail(&mut self) -> Option<Digest> {
        let tail = TailOpening {
            salt: SALT.to_owned(),
            tail_ms: self.auction.draws_tail_ms()? / 2,
        };
        let commitment = tail.commitment(self.auction.id(), self.auction.phase_index()?);
        self.tail = Some(tail);
        Some(commitment)
    }

    fn reveal(&self) -> Act {
        let next = self.auction.unopened().into_iter().take(REVEALED_MAX);
        let open = |(alias, commitment)| RevealedBid {
            alias,
            opening: self.sealed.get(&commitment).cloned(),
        };
        Act::Reveal {
            openings: next.map(open).collect(),
        }
    }

    /// Places a bid, not sooner than the terms let this bidder; left out where none is possible.
    fn bid(&mut self, index: usize, planned: Timestamp, aim: Aim) {
        let pace = self.auction.terms().pace;
        let ready = self.last_bid_at.get(&index);
        let ready = ready.map_or(planned, |last| planned.max(last.plus(pace.min_gap_ms)));
        let at = ready.max(self.auction.at());
        let tried = self.bids.get(&index).copied().unwrap_or(0);
        let in_time = self.closes_at().is_some_and(|closes_at| at < closes_at);
        let bidder = self.bidders.get(index).copied();
        let (Some(bidder), true) = (bidder, in_time && tried < pace.attempts_max) else {
            return;
        };
        let Some((offer, entered)) = self.offer(bidder, at, aim) else {
            return;
        };
        self.last_bid_at.insert(index, at);
        self.bids.insert(index, tried + 1);
        let outcome = self.enter(By::Bidder(bidder), at, Act::PlaceBid(offer));
        let (kind, words) = match &outcome {
            Outcome::Refused(refusal) => ("refused", refusal.words()),
            Outcome::Events(events) => ("accepted", self.accepted(events)),
        };
        let who = self.auction.alias(bidder);
        self.tell(at, who, entered, kind, words);
    }

    /// An offer with the aim, in its first value for which there is one: accepted by the rules, or
    /// for [`Aim::TooLittle`] refused by them.
    fn offer(
        &self,
        bidder: Bidder,
        at: Timestamp,
        aim: Aim,
    ) -> Option<(Offer, BTreeMap<ValueId, Decimal>)> {
        let own = self.auction.own_view(bidder)?;
        let best = self.best();
        let terms = self.auction.terms();
        let mut base = BTreeMap::new();
        for value in &terms.values {
            let limit = own.limits.get(&value.id).copied().flatten();
            let own = own.values.as_ref().and_then(|own| own.get(&value.id));
            let others = best.as_ref().and_then(|best| best.get(&value.id));
            let leads = terms.improvement.from == auction_rules::terms::Reference::Leader;
            let reference = match (own, others.filter(|_| leads)) {
                (Some(own), Some(best)) if is_better(value.direction, *best, *own) => Some(*best),
                (None, Some(best)) => Some(*best),
                (own, _) => own.copied(),
            };
            base.insert(value.id.clone(), reference.or(limit)?);
        }
        let fits = |candidate: &Offer| {
            let act = Act::PlaceBid(candidate.clone());
            let outcome = self.auction.decide(at, &asked(By::Bidder(bidder), at, act));
            matches!(outcome, Outcome::Events(_)) != (aim == Aim::TooLittle)
        };
        let first_bid = own.values.is_none();
        let moves = terms.values.iter().flat_map(|value| {
            let step = own.limits.get(&value.id).copied().flatten();
            let lead = best
                .as_ref()
                .and_then(|best| best.get(&value.id))
                .and_then(|best| {
                    let step = terms.improvement.steps.get(&value.id)?;
                    limit(value, step, *best)
                });
            let targets = match aim {
                Aim::Step => [step, None],
                Aim::Lead => [further(value, step, lead), step],
                Aim::TooLittle => [step.map(|step| one_unit_short(value, step)), None],
            };
            targets
                .into_iter()
                .flatten()
                .map(move |target| (value.id.clone(), target))
        });
        let mut moves: Vec<_> = moves.collect();
        if first_bid && aim == Aim::Step {
            moves.extend(
                base.iter()
                    .map(|(id, amount)| (id.clone(), *amount))
                    .take(1),
            );
        }
        moves.into_iter().find_map(|(id, target)| {
            let mut entered = base.clone();
            let typed = target.to_string();
            entered.insert(id.clone(), target);
            let values = entered
                .iter()
                .map(|(id, amount)| (id.to_string(), amount.to_string()));
            let offer = Offer {
                values: values.collect(),
                confirm: BTreeMap::from([(id.to_string(), typed)]),
            };
            fits(&offer).then_some((offer, entered))
        })
    }

    fn accepted(&mut self, events: &[Event]) -> Words {
        let extended = events
            .iter()
            .any(|event| matches!(event, Event::Extended { .. }));
        let silent = events
            .iter()
            .any(|event| matches!(event, Event::SilenceRestarted { .. }));
        self.extended |= extended || silent;
        if extended {
            Words::new(
                "Przyjęte. Do końca zostało mało czasu, więc aukcja się przedłuża.",
                "Accepted. Little time was left, so the auction is extended.",
            )
        } else if silent {
            Words::new(
                "Przyjęte. Czas ciszy liczy się od nowa.",
                "Accepted. The time of silence starts anew.",
            )
        } else {
            Words::new("Przyjęte.", "Accepted.")
        }
    }

    fn enter(&mut self, by: By, at: Timestamp, act: Act) -> Outcome {
        let mut command = asked(by, at, act);
        if let Some((sealed, opening)) = self.auction.seal(command.clone(), SALT.to_owned()) {
            if let Act::PlaceSealed { commitment, .. } = sealed.act {
                self.sealed.insert(commitment, opening);
            }
            command = sealed;
        }
        let entry = self.auction.enter(command);
        let outcome = entry.outcome.clone();
        if let Err(error) = self.auction.apply(&entry) {
            tracing::error!(%error, "the worked example does not follow the rules");
        }
        outcome
    }

    fn tell(
        &mut self,
        at: Timestamp,
        who: Option<Alias>,
        entered: BTreeMap<ValueId, Decimal>,
        kind: &'static str,
        outcome: Words,
    ) {
        let line = Line {
            after_ms: at.since(OPENS_AT),
            who,
            entered,
            kind,
            outcome,
            closes_after_ms: self.closes_at().map(|closes_at| closes_at.since(OPENS_AT)),
            standings: self.standings(),
        };
        self.lines.push(line);
    }

    fn closes_at(&self) -> Option<Timestamp> {
        let public = self.auction.view(Viewer::Officer).public;
        public.phase?.closes_at
    }

    fn rows(&self) -> Vec<Row> {
        let public = self.auction.view(Viewer::Officer).public;
        public.rows.unwrap_or_default()
    }

    fn best(&self) -> Option<BTreeMap<ValueId, Decimal>> {
        let first = self.rows().into_iter().find(|row| row.position == Some(1));
        first.and_then(|row| row.values)
    }

    fn standings(&self) -> Vec<Place> {
        let place = |row: Row| {
            Some(Place {
                alias: row.alias?,
                position: row.position?,
                values: row.values?,
                points: row.points.map(|points| points.total),
            })
        };
        let in_sight = |place: &Place| usize::from(place.alias.0) <= EXAMPLE_BIDDERS;
        self.rows()
            .into_iter()
            .filter_map(place)
            .filter(in_sight)
            .collect()
    }

    /// Of those in sight, the one that stands last: its late bid changes the ranking.
    fn last_of_three(&self) -> usize {
        let standings = self.standings();
        let last = standings
            .last()
            .map_or(1, |place| usize::from(place.alias.0));
        last.saturating_sub(1)
    }

    /// How long before the end the late bid comes: within the window of the extension, if there is
    /// one, and always after the others.
    fn late_ms(&self, closes_at: Timestamp) -> u64 {
        let left_ms = closes_at.since(self.auction.at());
        let phase = self.auction.terms().phases.first();
        let extension = phase.and_then(|phase| phase.run.extension());
        let window_ms = extension.map(|extension| extension.window_ms);
        (window_ms.unwrap_or(left_ms).min(left_ms) / 2).max(1)
    }
}

/// What a made-up bid is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// The least legal step.
    Step,
    /// The first place, or else the least legal step.
    Lead,
    /// A step that is too small.
    TooLittle,
}

fn asked(by: By, received_at: Timestamp, act: Act) -> Command {
    Command {
        by,
        id: None,
        received_at,
        act,
    }
}

fn events(outcome: &Outcome) -> &[Event] {
    match outcome {
        Outcome::Events(events) => events,
        Outcome::Refused(_) => &[],
    }
}

fn ending(outcome: &Outcome) -> (&'static str, Words) {
    let events = events(outcome);
    let result = events.iter().find_map(|event| match event {
        Event::Closed { result } => Some(result),
        _ => None,
    });
    let started = events
        .iter()
        .any(|event| matches!(event, Event::PhaseStarted { .. }));
    match result.map(|result| result.winner) {
        Some(Some(winner)) => (
            "closed",
            Words::new(
                format!("Koniec. Wygrywa Wykonawca {winner}."),
                format!("The end. Bidder {winner} wins."),
            ),
        ),
        Some(None) => (
            "closed",
            Words::new(
                "Koniec bez jednego zwycięzcy.",
                "The end, without a single winner.",
            ),
        ),
        None if started => (
            "phase-started",
            Words::new("Zaczyna się następny etap.", "The next phase begins."),
        ),
        None => (
            "phase-ended",
            Words::new("Etap się kończy.", "The phase ends."),
        ),
    }
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

/// What the terms want to see written: the auctioned values near the worst that they allow, and
/// the criteria that only the evaluation uses.
fn written_offer(terms: &Terms, index: usize) -> BTreeMap<ValueId, Decimal> {
    let rank = i64::try_from(index % EXAMPLE_BIDDERS).unwrap_or(0);
    let mut offer = BTreeMap::new();
    if terms.opening == OpeningOffer::WrittenOffer {
        for value in &terms.values {
            offer.insert(value.id.clone(), opening_value(value, rank));
        }
    }
    for written in terms.written_values() {
        offer.insert(written.id.clone(), written_value(terms, &written, rank));
    }
    offer
}

/// A little better than the worst: each bidder by some per cent of what the terms allow.
fn opening_value(value: &Value, rank: i64) -> Decimal {
    let share = Ratio::from(value.most - value.least).percent(Decimal::from(APART_PERCENT * rank));
    let (worst, rounding) = match value.direction {
        Direction::Lowest => (Ratio::from(value.most) - share, Rounding::Up),
        Direction::Highest => (Ratio::from(value.least) + share, Rounding::Down),
    };
    let rounded = worst.to_decimal(value.decimals, rounding);
    rounded.map_or(value.most, |amount| amount.clamp(value.least, value.most))
}

/// A number that the evaluation takes from the offer: within its bounds, and not the same for
/// everyone.
fn written_value(terms: &Terms, written: &WrittenValue, rank: i64) -> Decimal {
    let criteria = terms.evaluation.criteria();
    if let Some(criterion) = criteria.iter().find(|one| one.id == *written.id) {
        return criterion_value(criterion, rank);
    }
    match written.bounds {
        Bounds::Percent => Decimal::ZERO,
        Bounds::NotNegative | Bounds::Positive => Decimal::from(10 + 2 * rank),
        Bounds::OneOf(feature) => {
            let index = usize::try_from(rank).unwrap_or(0);
            let chosen = feature.choices.get(index).or(feature.choices.first());
            chosen.map_or(Decimal::ZERO, |choice| choice.fraction)
        }
    }
}

/// A criterion of the written offer: positive.
fn criterion_value(criterion: &Criterion, rank: i64) -> Decimal {
    match &criterion.method {
        Method::HighestBest { most: Some(most) } => Ratio::from(*most)
            .percent(Decimal::from(100 - 20 * rank))
            .to_decimal(0, Rounding::Up)
            .unwrap_or(*most)
            .max(Decimal::ONE),
        Method::HighestBest { most: None } | Method::LowestBest => Decimal::from(10 + 2 * rank),
        Method::Table { rows } => {
            let row = usize::try_from(rank).unwrap_or(0);
            let row = rows.iter().rev().nth(row).or_else(|| rows.first());
            row.map_or(Decimal::ONE, |row| row.from)
        }
    }
}

fn made_up(index: usize) -> Bidder {
    let mut bytes = [0; 32];
    let index = (index as u64).to_be_bytes();
    bytes[..index.len()].copy_from_slice(&index);
    Digest(bytes)
}

fn example_id() -> AuctionId {
    AuctionId::new("example").expect("seven letters are an id")
}

fn officer() -> OfficerId {
    OfficerId::new("example").expect("seven letters are an id")
}
