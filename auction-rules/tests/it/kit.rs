//! A small room: it plays commands and deadlines in virtual time and keeps the log.

use auction_rules::command::REVEALED_MAX;
use auction_rules::event::{AuctionResult, Event, Outcome};
use auction_rules::feed::{Audience, Item};
use auction_rules::sealed::{BidOpening, RevealedBid, TailOpening};
use auction_rules::terms::{
    Admission, Anchor, Choice, Close, Conduct, Criterion, Direction, Draft, Evaluation, Extension,
    Feature, Guards, Improvement, Method, NetPresentValue, Open, OpeningOffer, Pace, Phase,
    PhaseKind, PointsRounding, Reference, Rounded, Signature, Source, Step, StepSize, Terms, Ties,
    Trigger, Value, Visibility, Written,
};
use auction_rules::time::Day;
use auction_rules::{
    Act, Alias, Auction, AuctionId, Bidder, By, Command, Deadline, Digest, Due, Entry, Offer,
    OfficerId, Refusal, Timestamp, ValueId, Words, Writer, ratio::Rounding, regime::Regime,
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// When every auction of the tests opens. Times in the tests count from here, in milliseconds.
pub(crate) const OPENING: i64 = 1_000_000_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp(OPENING + ms)
}

pub(crate) fn ms(of: i64) -> u64 {
    u64::try_from(of).expect("not negative")
}

pub(crate) fn dec(text: &str) -> Decimal {
    Decimal::from_str_exact(text).expect("a decimal")
}

pub(crate) fn id(text: &str) -> ValueId {
    ValueId::new(text).expect("an id")
}

pub(crate) fn words(text: &str) -> Words {
    Words::new(text, text)
}

/// The bidder of this number, from 0.
pub(crate) fn bidder(number: usize) -> Bidder {
    Digest([u8::try_from(number + 1).expect("few bidders"); 32])
}

pub(crate) fn officer() -> By {
    By::Officer(OfficerId::new("officer-1").expect("an id"))
}

pub(crate) fn price_value() -> Value {
    Value {
        id: id("price"),
        name: words("price"),
        unit: "EUR".to_owned(),
        decimals: 2,
        least: dec("0.01"),
        most: dec("1000000"),
        direction: Direction::Lowest,
        tax: None,
    }
}

pub(crate) fn warranty_value() -> Value {
    Value {
        id: id("warranty"),
        name: words("warranty"),
        unit: "months".to_owned(),
        decimals: 0,
        least: dec("0"),
        most: dec("120"),
        direction: Direction::Highest,
        tax: None,
    }
}

pub(crate) fn by_amount(amount: &str) -> Step {
    Step {
        least: StepSize::Amount {
            amount: dec(amount),
        },
        tick: None,
    }
}

pub(crate) fn by_percent(percent: &str) -> Step {
    Step {
        least: StepSize::Percent {
            percent: dec(percent),
        },
        tick: None,
    }
}

pub(crate) fn set_time(length_ms: i64, extension: Option<Extension>) -> Phase {
    Phase {
        pause_before_ms: 0,
        run: PhaseKind::Open(Open {
            close: Close::SetTime {
                length_ms: ms(length_ms),
            },
            extension,
            random_tail_ms: None,
        }),
        admission: Admission::All,
    }
}

pub(crate) fn idle(idle_ms: i64, not_before_ms: i64, latest_ms: Option<i64>) -> Phase {
    Phase {
        pause_before_ms: 0,
        run: PhaseKind::Open(Open {
            close: Close::Idle {
                idle_ms: ms(idle_ms),
                not_before_ms: ms(not_before_ms),
                latest_ms: latest_ms.map(ms),
            },
            extension: None,
            random_tail_ms: None,
        }),
        admission: Admission::All,
    }
}

/// A phase after the one before, with everyone and no pause.
pub(crate) fn then(run: PhaseKind) -> Phase {
    Phase {
        pause_before_ms: 0,
        admission: Admission::All,
        run,
    }
}

/// Two minutes from a bid with two minutes or less left.
pub(crate) fn extension(anchor: Anchor, trigger: Trigger) -> Extension {
    Extension {
        window_ms: 120_000,
        length_ms: 120_000,
        anchor,
        trigger,
        count_max: None,
        end_max_ms: None,
    }
}

/// Lowest price, own step of 10.00, ten minutes, from the written offer, no guards.
pub(crate) fn lowest() -> Draft {
    Draft {
        regime: Regime::Private,
        title: words("An auction"),
        values: vec![price_value()],
        items: None,
        opening: OpeningOffer::WrittenOffer,
        phases: vec![set_time(10 * MINUTE, None)],
        evaluation: Evaluation::LowestPrice,
        improvement: Improvement {
            from: Reference::Own,
            steps: BTreeMap::from([(id("price"), by_amount("10.00"))]),
        },
        pace: Pace::default(),
        guards: Guards {
            confirm_above_percent: None,
            refuse_above_percent: None,
            flag_below_mean_percent: None,
        },
        ties: Ties::Earliest,
        visibility: Visibility::default(),
        signature: Signature::Session,
        conduct: Conduct::default(),
    }
}

pub(crate) fn criterion(name: &str, weight: &str, method: Method, source: Source) -> Criterion {
    Criterion {
        id: id(name),
        name: words(name),
        weight: dec(weight),
        method,
        source,
    }
}

pub(crate) fn points_rounding(of: Rounded, digits: u32, mode: Rounding) -> PointsRounding {
    PointsRounding { of, digits, mode }
}

/// Price 60 and warranty 40, points rounded half up to two digits; equal points share a rank.
pub(crate) fn points() -> Draft {
    Draft {
        values: vec![price_value(), warranty_value()],
        evaluation: Evaluation::Points {
            criteria: vec![
                criterion("price", "60", Method::LowestBest, Source::Auctioned),
                criterion(
                    "warranty",
                    "40",
                    Method::HighestBest { most: None },
                    Source::Auctioned,
                ),
            ],
            rounding: points_rounding(Rounded::Points, 2, Rounding::HalfUp),
        },
        improvement: Improvement {
            from: Reference::Own,
            steps: BTreeMap::from([
                (id("price"), by_amount("10.00")),
                (id("warranty"), by_amount("1")),
            ]),
        },
        ties: Ties::EqualRank,
        ..lowest()
    }
}

/// A discount in per cent with three decimals, own step of 0.010.
pub(crate) fn discount() -> Draft {
    let mut draft = lowest();
    draft.values = vec![Value {
        unit: "%".to_owned(),
        decimals: 3,
        least: dec("0"),
        most: dec("99.999"),
        direction: Direction::Highest,
        ..price_value()
    }];
    draft.evaluation = Evaluation::Discount;
    draft.improvement.steps = BTreeMap::from([(id("price"), by_amount("0.010"))]);
    draft
}

fn energy_value(name: &str, decimals: u32, most: &str) -> Value {
    Value {
        id: id(name),
        name: words(name),
        unit: name.to_owned(),
        decimals,
        least: dec("0"),
        most: dec(most),
        ..price_value()
    }
}

/// An energy service as in Prozorro: savings over 20 years from 2017-08-18, 12.5 % a year, at most 15
/// years, own step of 1 %; names of savings are "saving-0" to "saving-20".
pub(crate) fn energy() -> Draft {
    let savings = (0..=20).map(|year| written(&format!("saving-{year}")));
    Draft {
        values: vec![
            energy_value("share", 2, "100"),
            energy_value("years", 0, "15"),
            energy_value("days", 0, "364"),
        ],
        evaluation: Evaluation::NetPresentValue(NetPresentValue {
            share: id("share"),
            years: id("years"),
            days: id("days"),
            years_max: 15,
            savings: savings.collect(),
            rate_percent: dec("12.5"),
            notice_on: Day::new("2017-08-18").expect("a day"),
            least_step: StepSize::Percent { percent: dec("1") },
            decimals: 2,
            features: vec![],
        }),
        improvement: Improvement {
            from: Reference::Own,
            steps: BTreeMap::new(),
        },
        ..lowest()
    }
}

/// A written offer of an energy service that saves 92.47 in the first year and 250 in each other.
pub(crate) fn energy_offer(share: &str, years: &str, days: &str) -> Vec<(String, String)> {
    let entered = [("share", share), ("years", years), ("days", days)];
    let entered = entered.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let saved = |year| if year == 0 { "92.47" } else { "250" };
    let savings = (0..=20).map(|year| (format!("saving-{year}"), saved(year).to_owned()));
    entered.into_iter().chain(savings).collect()
}

pub(crate) fn written(name: &str) -> Written {
    Written {
        id: id(name),
        name: words(name),
    }
}

pub(crate) fn feature(name: &str, fractions: &[&str]) -> Feature {
    let choice = |fraction: &&str| Choice {
        name: words(fraction),
        fraction: dec(fraction),
    };
    Feature {
        id: id(name),
        name: words(name),
        choices: fractions.iter().map(choice).collect(),
    }
}

/// An offer of several values: `[("price", "100.00")]`.
pub(crate) fn values(pairs: &[(&str, &str)]) -> BTreeMap<ValueId, Decimal> {
    pairs
        .iter()
        .map(|(name, amount)| (id(name), dec(amount)))
        .collect()
}

pub(crate) fn typed(pairs: &[(&str, &str)]) -> Offer {
    let typed = |(name, amount): &(&str, &str)| ((*name).to_owned(), (*amount).to_owned());
    Offer {
        values: pairs.iter().map(typed).collect(),
        confirm: BTreeMap::new(),
    }
}

pub(crate) fn confirmed(mut offer: Offer, pairs: &[(&str, &str)]) -> Offer {
    offer.confirm = typed(pairs).values;
    offer
}

/// What a command came to, as most tests compare it.
pub(crate) type Told = Result<Vec<Event>, Refusal>;

#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) auction: Auction,
    pub(crate) log: Vec<Entry>,
    pub(crate) feed: Vec<(Audience, Item)>,
    /// What the next random tail is drawn as.
    pub(crate) tail_ms: u64,
    tail: Option<TailOpening>,
    sealed: BTreeMap<Digest, BidOpening>,
}

impl Room {
    pub(crate) fn published(draft: Draft) -> Self {
        let terms = Terms::new(draft).expect("sound terms");
        let writer = Writer {
            node: "node-1".to_owned(),
            key: "key-1".to_owned(),
            epoch: 1,
        };
        let act = Act::Publish {
            terms: Box::new(terms.clone()),
            replaces: None,
            officer: OfficerId::new("officer-1").expect("an id"),
            writer,
        };
        let command = Command {
            by: By::Server,
            id: None,
            received_at: at(-100 * MINUTE),
            act,
        };
        let (auction, entry) =
            Auction::publish(AuctionId::new("a-1").expect("an id"), command, &terms);
        Self {
            auction,
            log: vec![entry],
            feed: Vec::new(),
            tail_ms: 0,
            tail: None,
            sealed: BTreeMap::new(),
        }
    }

    /// Bidders with these written offers, terms accepted, opening set, not yet open.
    pub(crate) fn admitted(draft: Draft, offers: &[&[(&str, &str)]]) -> Self {
        let mut room = Self::published(draft);
        for (number, offer) in offers.iter().enumerate() {
            let act = Act::Admit {
                bidder: bidder(number),
                offer: values(offer),
            };
            room.officer(-90 * MINUTE, act).expect("admitted");
            let terms_hash = room.auction.terms_hash();
            room.send(
                By::Bidder(bidder(number)),
                -80 * MINUTE,
                Act::AcceptTerms { terms_hash },
            )
            .expect("accepted");
        }
        let opens_at = at(0);
        room.officer(-70 * MINUTE, Act::Schedule { opens_at })
            .expect("scheduled");
        room
    }

    pub(crate) fn open(draft: Draft, offers: &[&[(&str, &str)]]) -> Self {
        let mut room = Self::admitted(draft, offers);
        room.run(0);
        room
    }

    /// As [`Room::open`], with written offers as text of their own.
    pub(crate) fn open_with(draft: Draft, offers: &[Vec<(String, String)>]) -> Self {
        let offers: Vec<Vec<_>> = offers
            .iter()
            .map(|offer| {
                offer
                    .iter()
                    .map(|(id, text)| (id.as_str(), text.as_str()))
                    .collect()
            })
            .collect();
        let offers: Vec<_> = offers.iter().map(Vec::as_slice).collect();
        Self::open(draft, &offers)
    }

    /// An open auction of the lowest price with these written offers.
    pub(crate) fn prices(draft: Draft, offers: &[&str]) -> Self {
        let offers: Vec<_> = offers.iter().map(|price| [("price", *price)]).collect();
        let offers: Vec<&[(&str, &str)]> = offers.iter().map(|offer| offer.as_slice()).collect();
        Self::open(draft, &offers)
    }

    /// Lets every deadline up to and including `until` fall due.
    pub(crate) fn run(&mut self, until: i64) {
        while let Some(due) = self.due().filter(|due| due.at <= at(until)) {
            let act = match due.deadline {
                Deadline::Open => Act::Open {
                    aliases: self.auction.bidders().collect(),
                    tail: self.draw(),
                },
                Deadline::StartPhase => Act::StartPhase { tail: self.draw() },
                Deadline::EndTurn => Act::EndTurn,
                Deadline::EndLevel => Act::EndLevel,
                Deadline::Reveal => self.reveal(),
                Deadline::Continue => Act::Continue,
                Deadline::EndPhase => Act::EndPhase {
                    tail: self.tail.take(),
                },
                Deadline::Seal => Act::Seal {
                    head: Digest([0; 32]),
                },
            };
            let told = self.decide(By::Server, due.at.0 - OPENING, act);
            told.expect("a deadline is never refused");
        }
    }

    /// The next deadline as whoever drew the random tail knows it.
    fn due(&self) -> Option<Due> {
        let due = self.auction.due()?;
        let drawn = self.tail.as_ref().zip(self.auction.random_tail());
        let at = drawn.map_or(due.at, |(tail, (_, from))| from.plus(tail.tail_ms));
        Some(Due { at, ..due })
    }

    fn draw(&mut self) -> Option<Digest> {
        self.auction.draws_tail_ms()?;
        let opening = TailOpening {
            salt: "00".repeat(16),
            tail_ms: self.tail_ms,
        };
        let phase = self.auction.phase_index().expect("a phase");
        let commitment = opening.commitment(self.auction.id(), phase);
        self.tail = Some(opening);
        Some(commitment)
    }

    fn reveal(&self) -> Act {
        let open = |(alias, commitment)| RevealedBid {
            alias,
            opening: self.sealed.get(&commitment).cloned(),
        };
        let next = self.auction.unopened().into_iter().take(REVEALED_MAX);
        Act::Reveal {
            openings: next.map(open).collect(),
        }
    }

    /// Loses what opens the values that are sealed now.
    pub(crate) fn lose_openings(&mut self) {
        self.sealed.clear();
    }

    /// What opens a commitment.
    pub(crate) fn opening_of(&self, commitment: Digest) -> Option<BidOpening> {
        self.sealed.get(&commitment).cloned()
    }

    /// What refused sealed attempts committed to.
    pub(crate) fn refused_openings(&self) -> BTreeMap<Digest, BidOpening> {
        let refused = |entry: &Entry| match (&entry.command.act, &entry.outcome) {
            (Act::PlaceSealed { commitment, .. }, Outcome::Refused(_)) => {
                Some((*commitment, self.opening_of(*commitment)?))
            }
            _ => None,
        };
        self.log.iter().filter_map(refused).collect()
    }

    /// Plays the deadlines before the command, as the barrier does, then the command.
    pub(crate) fn send(&mut self, by: By, received_ms: i64, act: Act) -> Told {
        self.run(received_ms);
        self.decide(by, received_ms, act)
    }

    /// Plays the command with no deadline before it, as one that arrives too late.
    pub(crate) fn decide(&mut self, by: By, received_ms: i64, act: Act) -> Told {
        let mut command = Command {
            by,
            id: None,
            received_at: at(received_ms),
            act,
        };
        let salt = format!("{:032}", self.log.len());
        if let Some((sealed, opening)) = self.auction.seal(command.clone(), salt) {
            if let Act::PlaceSealed { commitment, .. } = &sealed.act {
                self.sealed.insert(*commitment, opening);
            }
            command = sealed;
        }
        let entry = self.auction.enter(command);
        let feed = self.auction.apply(&entry).expect("the entry follows");
        self.feed.extend(feed.items);
        self.log.push(entry.clone());
        match entry.outcome {
            Outcome::Events(events) => Ok(events),
            Outcome::Refused(refusal) => Err(refusal),
        }
    }

    pub(crate) fn officer(&mut self, received_ms: i64, act: Act) -> Told {
        self.send(officer(), received_ms, act)
    }

    pub(crate) fn interrupt(&mut self, from: i64, to: i64) -> Told {
        let act = Act::Interrupt {
            from: at(from),
            to: at(to),
        };
        self.decide(By::Server, to, act)
    }

    pub(crate) fn place(&mut self, number: usize, received_ms: i64, offer: Offer) -> Told {
        let by = By::Bidder(bidder(number));
        self.send(by, received_ms, Act::PlaceBid(offer))
    }

    /// A bid of a price.
    pub(crate) fn bid(&mut self, number: usize, received_ms: i64, price: &str) -> Told {
        self.place(number, received_ms, typed(&[("price", price)]))
    }

    pub(crate) fn late(&mut self, number: usize, received_ms: i64, price: &str) -> Told {
        let act = Act::PlaceBid(typed(&[("price", price)]));
        self.decide(By::Bidder(bidder(number)), received_ms, act)
    }

    /// When the phase ends, counted from the opening.
    pub(crate) fn closes(&self) -> Option<i64> {
        let phase = self.auction.public(Audience::Officers).phase?;
        Some(phase.closes_at?.0 - OPENING)
    }

    pub(crate) fn extensions(&self) -> u32 {
        let phase = self.auction.public(Audience::Officers).phase;
        phase.expect("a phase").extensions
    }

    pub(crate) fn state(&self) -> String {
        self.auction.public(Audience::Officers).state
    }

    pub(crate) fn closed(&mut self) -> &AuctionResult {
        self.run(400 * MINUTE);
        self.auction.result().expect("a result")
    }

    /// Aliases from best to worst, with their positions.
    pub(crate) fn positions(&self) -> Vec<(u16, u16)> {
        let rows = self.auction.public(Audience::Officers).rows;
        rows.expect("officers see rows")
            .iter()
            .filter_map(|row| Some((row.alias?.0, row.position?)))
            .collect()
    }

    pub(crate) fn price_of(&self, number: usize) -> Option<Decimal> {
        let own = self.auction.own_view(bidder(number)).expect("admitted");
        own.values?.get(&id("price")).copied()
    }

    /// The limit of the price that the bidder is shown.
    pub(crate) fn limit_of(&self, number: usize) -> Option<Decimal> {
        let own = self.auction.own_view(bidder(number)).expect("admitted");
        own.limits.get(&id("price")).copied().flatten()
    }
}

pub(crate) fn alias(number: u16) -> Alias {
    Alias(number)
}

/// One unit of the last decimal worse.
pub(crate) fn one_worse(value: &Value, amount: Decimal) -> Decimal {
    let unit = Decimal::new(1, value.decimals);
    match value.direction {
        Direction::Lowest => amount + unit,
        Direction::Highest => amount - unit,
    }
}

pub(crate) fn accepted(told: &Told) -> bool {
    matches!(told, Ok(events) if matches!(events.first(), Some(Event::BidAccepted { .. })))
}

pub(crate) fn code(told: &Told) -> u16 {
    match told {
        Ok(_) => 0,
        Err(refusal) => refusal.code(),
    }
}
