//! How long a bid takes: decide and apply, in an open phase with 100 bidders.
//!
//! `cargo bench -p auction-rules`. Bidders bid in turn; "behind" improves the own offer and moves no
//! yardstick, "leading" takes the lead each time, so that everyone's points change.
#![allow(missing_docs, clippy::unwrap_used)]

use auction_rules::ratio::Rounding;
use auction_rules::regime::Regime;
use auction_rules::terms::{
    Admission, Choice, Close, Conduct, Criterion, Direction, Draft, Evaluation, Feature, Guards,
    Improvement, Method, Open, OpeningOffer, Pace, Phase, PhaseKind, PointsRounding, Reference,
    Rounded, Signature, Source, Step, StepSize, Terms, Ties, Value, Visibility,
};
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, CommandId, Digest, Offer, OfficerId, Timestamp,
    ValueId, Words, Writer,
};
use criterion::{BatchSize, Criterion as Bench, criterion_group, criterion_main};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::hint::black_box;

const BIDDERS: usize = 100;
/// Bids from one clone of the open auction.
const BIDS: i64 = 200;
const OPENING: Timestamp = Timestamp(1_000_000);

fn id(text: &str) -> ValueId {
    ValueId::new(text).unwrap()
}

fn bidder(number: usize) -> Bidder {
    Digest([u8::try_from(number + 1).unwrap(); 32])
}

fn value(name: &str, decimals: u32, direction: Direction) -> Value {
    Value {
        id: id(name),
        name: Words::new(name, name),
        unit: "x".to_owned(),
        decimals,
        least: Decimal::ONE,
        most: Decimal::from(1_000_000),
        direction,
        tax: None,
    }
}

fn step() -> Step {
    let amount = Decimal::ONE;
    Step {
        least: StepSize::Amount { amount },
        tick: None,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Compare {
    LowestPrice,
    Points,
    NormalisedPrice,
}

impl Compare {
    fn name(self) -> &'static str {
        match self {
            Self::LowestPrice => "lowest-price",
            Self::Points => "points",
            Self::NormalisedPrice => "normalised-price",
        }
    }
}

fn feature() -> Feature {
    let choice = |hundredths| Choice {
        name: Words::new("a", "a"),
        fraction: Decimal::new(hundredths, 2),
    };
    Feature {
        id: id("colour"),
        name: Words::new("colour", "colour"),
        choices: vec![choice(0), choice(15)],
    }
}

fn draft(compare: Compare) -> Draft {
    let mut values = vec![value("price", 2, Direction::Lowest)];
    let mut steps = BTreeMap::from([(id("price"), step())]);
    let mut evaluation = Evaluation::LowestPrice;
    if compare == Compare::NormalisedPrice {
        evaluation = Evaluation::NormalisedPrice {
            features: vec![feature()],
        };
    }
    if compare == Compare::Points {
        values.push(value("warranty", 0, Direction::Highest));
        steps.insert(id("warranty"), step());
        let criterion = |name, weight, method| Criterion {
            id: id(name),
            name: Words::new(name, name),
            weight: Decimal::from(weight),
            method,
            source: Source::Auctioned,
        };
        evaluation = Evaluation::Points {
            criteria: vec![
                criterion("price", 60, Method::LowestBest),
                criterion("warranty", 40, Method::HighestBest { most: None }),
            ],
            rounding: PointsRounding {
                of: Rounded::Points,
                digits: 2,
                mode: Rounding::HalfUp,
            },
        };
    }
    let close = Close::SetTime {
        length_ms: 3_600_000,
    };
    Draft {
        regime: Regime::Private,
        title: Words::new("a", "a"),
        values,
        items: None,
        opening: OpeningOffer::WrittenOffer,
        phases: vec![Phase {
            pause_before_ms: 0,
            admission: Admission::All,
            run: PhaseKind::Open(Open {
                close,
                extension: None,
                random_tail_ms: None,
            }),
        }],
        evaluation,
        improvement: Improvement {
            from: Reference::Own,
            steps,
        },
        pace: Pace::default(),
        guards: Guards::default(),
        ties: Ties::EqualRank,
        visibility: Visibility::default(),
        signature: Signature::Session,
        conduct: Conduct::default(),
    }
}

fn play(auction: &mut Auction, by: By, received_at: Timestamp, act: Act) {
    let entry = auction.enter(Command {
        by,
        id: None,
        received_at,
        act,
    });
    auction.apply(&entry).unwrap();
}

fn opened(compare: Compare) -> Auction {
    let terms = Terms::new(draft(compare)).unwrap();
    let officer = OfficerId::new("o").unwrap();
    let writer = Writer {
        node: "n".to_owned(),
        key: "k".to_owned(),
        epoch: 1,
    };
    let act = Act::Publish {
        terms: Box::new(terms.clone()),
        replaces: None,
        officer: officer.clone(),
        writer,
    };
    let command = Command {
        by: By::Server,
        id: None,
        received_at: Timestamp(0),
        act,
    };
    let (mut auction, _) = Auction::publish(AuctionId::new("a").unwrap(), command, &terms);
    let terms_hash = auction.terms_hash();
    for number in 0..BIDDERS {
        let price = Decimal::new(50_000_000 + 100_000 * i64::try_from(number).unwrap(), 2);
        let mut offer = BTreeMap::from([(id("price"), price)]);
        match compare {
            Compare::LowestPrice => None,
            Compare::Points => offer.insert(id("warranty"), Decimal::from(24)),
            Compare::NormalisedPrice => offer.insert(id("colour"), Decimal::new(15, 2)),
        };
        let bidder = bidder(number);
        play(
            &mut auction,
            By::Officer(officer.clone()),
            Timestamp(1),
            Act::Admit { bidder, offer },
        );
        play(
            &mut auction,
            By::Bidder(bidder),
            Timestamp(2),
            Act::AcceptTerms { terms_hash },
        );
    }
    play(
        &mut auction,
        By::Officer(officer),
        Timestamp(3),
        Act::Schedule { opens_at: OPENING },
    );
    let aliases = (0..BIDDERS).map(bidder).collect();
    play(
        &mut auction,
        By::Server,
        OPENING,
        Act::Open {
            aliases,
            tail: None,
        },
    );
    auction
}

/// Bids of all bidders in turn, cheaper each time.
fn bids(compare: Compare, leading: bool) -> Vec<Command> {
    (0..BIDS)
        .map(|number| {
            let who = 1 + usize::try_from(number).unwrap() % (BIDDERS - 1);
            let round = number / i64::try_from(BIDDERS - 1).unwrap();
            let cents = if leading {
                49_900_000 - 10_000 * number
            } else {
                50_000_000 + 100_000 * i64::try_from(who).unwrap() - 20_000 * (1 + round)
            };
            let mut values =
                BTreeMap::from([("price".to_owned(), Decimal::new(cents, 2).to_string())]);
            if compare == Compare::Points {
                values.insert("warranty".to_owned(), "24".to_owned());
            }
            let offer = Offer {
                values,
                confirm: BTreeMap::new(),
            };
            Command {
                by: By::Bidder(bidder(who)),
                id: Some(CommandId::new("0192f0c1-2d3e-7000-8000-000000000000").unwrap()),
                received_at: Timestamp(OPENING.0 + number),
                act: Act::PlaceBid(offer),
            }
        })
        .collect()
}

fn decide(bench: &mut Bench) {
    for compare in [
        Compare::LowestPrice,
        Compare::Points,
        Compare::NormalisedPrice,
    ] {
        let auction = opened(compare);
        for leading in [false, true] {
            let commands = bids(compare, leading);
            let evaluation = compare.name();
            let place = if leading { "leading" } else { "behind" };
            let mut group = bench.benchmark_group("decide+apply, 100 bidders");
            group.throughput(criterion::Throughput::Elements(commands.len() as u64));
            group.bench_function(format!("{evaluation}, {place}"), |bench| {
                bench.iter_batched(
                    || (auction.clone(), commands.clone()),
                    |(mut auction, commands)| {
                        for command in commands {
                            let entry = auction.enter(command);
                            debug_assert!(matches!(
                                entry.outcome,
                                auction_rules::Outcome::Events(_)
                            ));
                            let told = auction.apply(&entry).unwrap();
                            black_box(told);
                        }
                        auction
                    },
                    BatchSize::SmallInput,
                );
            });
            group.finish();
        }
    }
}

criterion_group!(benches, decide);
criterion_main!(benches);
