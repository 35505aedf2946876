//! A worked example: how an auction of exactly these terms runs, played through the real rules by
//! three bidders whose moves are made up. Nothing in it is random.

use crate::limits::EXAMPLE_BIDDERS;
use auction_rules::auction::Row;
use auction_rules::command::{REVEALED_MAX, Writer};
use auction_rules::sealed::{BidOpening, RevealedBid, TailOpening};
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, Deadline, Digest, Due, Event, OfficerId,
    Outcome, Terms, Timestamp, ValueId, Viewer, Words,
};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

mod attempts;
mod moves;
mod offers;
mod words;

/// When the example's auction opens; only the time since then is shown.
const OPENS_AT: Timestamp = Timestamp(1_000_000_000_000);
/// The most bidders that an auction takes: so many, at most, are made up.
const BIDDERS_MAX: usize = 10_000;
/// Nothing in an example is a secret.
const SALT: &str = "00000000000000000000000000000000";

/// Amounts by value.
type Values = BTreeMap<ValueId, Decimal>;

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
    /// What is entered, by value; of a clock, the level that it shows.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub entered: Values,
    /// Of the clock `opened`, `not-opened`, `phase-started`, `phase-ended`, `turn-ended`, `level`,
    /// `revealed` or `closed`; of a bidder `accepted`, `withdrawn`, `left` or `refused`.
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
    pub values: Values,
    /// Its points, in an auction of points.
    pub points: Option<Decimal>,
}

/// Plays an auction of these terms, each phase as it runs, with attempts that are refused. Works for
/// any valid terms; where they leave no room for a bid, it is left out.
#[must_use]
pub fn worked_example(terms: &Terms) -> Example {
    let mut play = Play::found(terms);
    play.open();
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
    attempts: BTreeMap<usize, u32>,
    /// Turns so far of bidders in sight.
    turns: u32,
    /// Levels that the clock has shown so far.
    levels: u32,
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
            attempts: BTreeMap::new(),
            turns: 0,
            levels: 0,
            extended: false,
            tail: None,
            sealed: BTreeMap::new(),
        }
    }

    /// Admits everyone with an opening offer, opens, has everyone accept the terms, and lets them make
    /// their first moves.
    fn open(&mut self) {
        let at = OPENS_AT.minus(1);
        for (index, bidder) in self.bidders.clone().into_iter().enumerate() {
            let offer = offers::written_offer(self.auction.terms(), index);
            self.enter(By::Officer(officer()), at, Act::Admit { bidder, offer });
        }
        let opens_at = OPENS_AT;
        self.enter(By::Officer(officer()), at, Act::Schedule { opens_at });
        let aliases = self.bidders.clone();
        let tail = self.draw_tail();
        let outcome = self.enter(By::Server, OPENS_AT, Act::Open { aliases, tail });
        let events = events(&outcome);
        let (kind, words) = words::of_the_opening(events);
        self.tell(OPENS_AT, None, self.level(events), kind, words);
        let terms_hash = self.auction.terms_hash();
        for bidder in self.bidders.clone() {
            self.enter(
                By::Bidder(bidder),
                OPENS_AT,
                Act::AcceptTerms { terms_hash },
            );
        }
        self.bidders_move(events);
    }

    /// Every deadline up to the close, and after each what the bidders do.
    fn play_out(&mut self) {
        while let Some(due) = self.due() {
            let ends_by_lot = due.deadline == Deadline::EndPhase && self.tail.is_some();
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
            let events = events(&outcome);
            if words::is_in_sight(events) {
                let (kind, words) = words::of_the_clock(events, ends_by_lot);
                self.tell(due.at, None, self.level(events), kind, words);
            }
            self.bidders_move(events);
        }
    }

    /// The level that the clock shows now, as if it were entered.
    fn level(&self, events: &[Event]) -> Values {
        let level = events.iter().find_map(|event| match event {
            Event::LevelStarted { level, .. } => Some(*level),
            _ => None,
        });
        let value = self.auction.terms().values.first();
        let shown = value
            .zip(level)
            .map(|(value, level)| (value.id.clone(), level));
        shown.into_iter().collect()
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
        entered: Values,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn line_items_add_up_in_every_offer() {
        let value = |id: &str, most: &str| {
            json!({ "id": id, "name": { "pl": id, "en": id }, "unit": "PLN", "decimals": 2,
                    "least": "0.01", "most": most, "direction": "lowest" })
        };
        let terms = json!({
            "regime": "private",
            "title": { "pl": "Drewno", "en": "Timber" },
            "values": [value("beam", "7000"), value("nail", "700"), value("total", "100000")],
            "items": { "total": "total", "quantities": { "beam": "10", "nail": "100.5" } },
            "opening": "written-offer",
            "phases": [{ "run": {
                "kind": "open", "close": { "by": "set-time", "length_ms": 600_000 },
            } }],
            "evaluation": { "by": "lowest-price" },
            "improvement": {
                "from": "own",
                "steps": { "total": { "least": { "by": "percent", "percent": "1" } } },
            },
            "ties": "earliest",
        });
        let terms: Terms = serde_json::from_value(terms).unwrap();
        let example = worked_example(&terms);
        let entered = example.lines.iter().map(|line| &line.entered);
        let standing = example.lines.iter().flat_map(|line| &line.standings);
        let offers = entered
            .filter(|entered| !entered.is_empty())
            .chain(standing.map(|place| &place.values));
        let id = |text: &str| ValueId::new(text).unwrap();
        for offer in offers {
            let [beam, nail, total] = ["beam", "nail", "total"].map(|name| offer[&id(name)]);
            let sum = beam * Decimal::from(10) + nail * Decimal::new(1_005, 1);
            assert!((sum - total).abs() <= Decimal::new(5, 3), "{offer:?}");
        }
        let kinds = example.lines.iter().map(|line| line.kind);
        assert_eq!(kinds.filter(|kind| *kind == "accepted").count(), 4);
    }
}
