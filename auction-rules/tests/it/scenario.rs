//! Random auctions: terms, written offers and moves, for the properties and the second model.

use crate::kit::*;
use auction_rules::feed::Audience;
use auction_rules::ratio::Rounding;
use auction_rules::terms::{
    Anchor, Draft, Evaluation, Extension, Method, Reference, Rounded, Source, Tax, Ties, Trigger,
    Visibility,
};
use auction_rules::{Act, By, Offer};
use proptest::prelude::*;

/// Prices are whole cents, the warranty whole months. A discount is told by the price that it leaves
/// of 100,000, so that fewer cents are better everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) cents: i64,
    pub(crate) months: i64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum StepBy {
    Cents(i64),
    /// Tenths of a per cent.
    Permille(i64),
}

/// How the offers of a scenario are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Compare {
    Price,
    /// With VAT of the rate in each written offer.
    Taxed,
    Points(Rounded, Rounding),
    Normalised,
    LifeCycle,
    Mixed,
    Discount,
}

/// What a written offer says beside the price: two small numbers, read as each evaluation needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    pub(crate) one: i64,
    pub(crate) other: i64,
}

/// As many written offers as the scenarios have bidders, a rival included.
const BESIDE: usize = 6;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// So many cents below and months above the own values.
    Better(i64, i64),
    /// Exactly these.
    At(Values),
}

#[derive(Clone, Debug)]
pub(crate) enum Move {
    Bid {
        who: usize,
        gap_ms: i64,
        aim: Aim,
    },
    /// Strike out the bid that stands.
    Annul {
        who: usize,
        gap_ms: i64,
    },
    Exclude {
        who: usize,
        gap_ms: i64,
    },
    Ask {
        who: usize,
        gap_ms: i64,
    },
    /// Answer the question of this number.
    Answer {
        question: u32,
        gap_ms: i64,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) compare: Compare,
    pub(crate) beside: Vec<Beside>,
    pub(crate) from: Reference,
    pub(crate) ties: Ties,
    pub(crate) step: StepBy,
    pub(crate) extension: Option<Extension>,
    pub(crate) visibility: Visibility,
    pub(crate) offers: Vec<Values>,
    pub(crate) moves: Vec<Move>,
}

pub(crate) const LENGTH_MS: i64 = 60 * SECOND;
/// Thousandths of a per cent: what a discount is taken from.
pub(crate) const DISCOUNT_OF: i64 = 100_000;

fn price(cents: i64) -> String {
    rust_decimal::Decimal::new(cents, 2).to_string()
}

impl Compare {
    fn draft(self) -> Draft {
        let evaluation = match self {
            Self::Price => return lowest(),
            Self::Taxed => {
                let mut draft = lowest();
                draft.values[0].tax = Some(Tax::ReverseCharge { rate: id("vat") });
                return draft;
            }
            Self::Discount => return discount(),
            Self::Points(of, mode) => {
                let digits = if of == Rounded::Ratio { 4 } else { 2 };
                let highest = Method::HighestBest { most: None };
                let evaluation = Evaluation::Points {
                    criteria: vec![
                        criterion("price", "60", Method::LowestBest, Source::Auctioned),
                        criterion("warranty", "40", highest, Source::Auctioned),
                    ],
                    rounding: points_rounding(of, digits, mode),
                };
                return Draft {
                    evaluation,
                    ..points()
                };
            }
            Self::Normalised => Evaluation::NormalisedPrice {
                features: vec![
                    feature("colour", &["0", "0.05", "0.1", "0.15"]),
                    feature("shape", &["0", "0.05", "0.1", "0.15"]),
                ],
            },
            Self::LifeCycle => Evaluation::LifeCycleCost {
                costs: vec![written("energy"), written("repair")],
            },
            Self::Mixed => Evaluation::Mixed {
                denominator: written("denominator"),
                addition: written("addition"),
            },
        };
        Draft {
            evaluation,
            ..lowest()
        }
    }

    /// What the written offer says beside the auctioned values.
    fn beside(self, beside: Beside) -> Vec<(&'static str, String)> {
        let Beside { one, other } = beside;
        let hundredths = |number| rust_decimal::Decimal::new(number, 2).to_string();
        match self {
            Self::Price | Self::Discount | Self::Points(..) => vec![],
            Self::Taxed => vec![("vat", VAT[usize::try_from(one).expect("small")].to_string())],
            Self::Normalised => vec![
                ("colour", hundredths(5 * one)),
                ("shape", hundredths(5 * other)),
            ],
            Self::LifeCycle => vec![
                ("energy", hundredths(700 * one)),
                ("repair", hundredths(11 * other)),
            ],
            Self::Mixed => vec![
                ("denominator", hundredths(100 + 7 * one)),
                ("addition", hundredths(350 * other)),
            ],
        }
    }
}

/// Rates of VAT in per cent.
pub(crate) const VAT: [i64; 4] = [0, 5, 8, 23];

impl Scenario {
    pub(crate) fn scored(&self) -> bool {
        matches!(self.compare, Compare::Points(..))
    }

    pub(crate) fn draft(&self) -> Draft {
        let mut draft = self.compare.draft();
        draft.ties = self.ties;
        draft.visibility = self.visibility;
        draft.improvement.from = self.from;
        let decimals = draft.values[0].decimals;
        let step = match self.step {
            StepBy::Cents(cents) => {
                by_amount(&rust_decimal::Decimal::new(cents, decimals).to_string())
            }
            StepBy::Permille(permille) => {
                by_percent(&rust_decimal::Decimal::new(permille, 1).to_string())
            }
        };
        draft.improvement.steps.insert(id("price"), step);
        draft.phases = vec![set_time(LENGTH_MS, self.extension.clone())];
        draft
    }

    pub(crate) fn open(&self) -> Room {
        let offers = self.offers.iter().zip(&self.beside);
        let offers: Vec<Vec<(&str, String)>> = offers
            .map(|(values, beside)| [self.entered(*values), self.compare.beside(*beside)].concat())
            .collect();
        let offers: Vec<Vec<(&str, &str)>> = offers
            .iter()
            .map(|offer| {
                offer
                    .iter()
                    .map(|(id, text)| (*id, text.as_str()))
                    .collect()
            })
            .collect();
        let offers: Vec<&[(&str, &str)]> = offers.iter().map(Vec::as_slice).collect();
        Room::open(self.draft(), &offers)
    }

    fn entered(&self, values: Values) -> Vec<(&'static str, String)> {
        let left = rust_decimal::Decimal::new(DISCOUNT_OF - values.cents, 3);
        match self.compare {
            Compare::Points(..) => vec![
                ("price", price(values.cents)),
                ("warranty", values.months.to_string()),
            ],
            Compare::Discount => vec![("price", left.to_string())],
            _ => vec![("price", price(values.cents))],
        }
    }

    pub(crate) fn typed(&self, values: Values) -> Offer {
        let entered = self.entered(values);
        let pairs: Vec<_> = entered
            .iter()
            .map(|(id, text)| (*id, text.as_str()))
            .collect();
        typed(&pairs)
    }

    /// What the bidder aims at, from where it stands.
    pub(crate) fn aimed(&self, room: &Room, who: usize, aim: Aim) -> Values {
        match aim {
            Aim::At(values) => values,
            Aim::Better(cents, months) => {
                let own = room.auction.own_view(bidder(who)).expect("admitted");
                let own = own.values.expect("an offer");
                let number = |name, digits: u32| {
                    let value = own.get(&id(name)).copied().unwrap_or_default();
                    let mut scaled = value;
                    scaled.rescale(digits);
                    i64::try_from(scaled.mantissa()).expect("small")
                };
                let left = match self.compare {
                    Compare::Discount => DISCOUNT_OF - number("price", 3),
                    _ => number("price", 2),
                };
                Values {
                    cents: (left - cents).max(1),
                    months: (number("warranty", 0) + months).min(120),
                }
            }
        }
    }

    /// Makes one move at `now` and says what came of it.
    pub(crate) fn make(&self, room: &mut Room, now: i64, step: &Move) -> Told {
        let reason = || "because".to_owned();
        match step {
            Move::Bid { who, aim, .. } => {
                let offer = self.typed(self.aimed(room, *who, *aim));
                room.place(*who, now, offer)
            }
            Move::Annul { who, .. } => {
                let alias = alias(u16::try_from(who + 1).expect("few"));
                let n = current_n(room, *who).unwrap_or(0);
                room.officer(
                    now,
                    Act::Annul {
                        alias,
                        n,
                        reason: reason(),
                    },
                )
            }
            Move::Exclude { who, .. } => {
                let alias = alias(u16::try_from(who + 1).expect("few"));
                room.officer(
                    now,
                    Act::Exclude {
                        alias,
                        reason: reason(),
                    },
                )
            }
            Move::Ask { who, .. } => {
                let text = format!("Why is that, at {now}?");
                room.send(By::Bidder(bidder(*who)), now, Act::Ask { text })
            }
            Move::Answer { question, .. } => {
                let act = Act::Answer {
                    question: *question,
                    asked: "Why?".to_owned(),
                    text: reason(),
                };
                room.officer(now, act)
            }
        }
    }
}

/// The attempt of this bidder that stands.
pub(crate) fn current_n(room: &Room, who: usize) -> Option<u32> {
    let rows = room.auction.public(Audience::Officers).rows.expect("rows");
    let officer = rows.into_iter().filter_map(|row| row.officer);
    officer
        .filter(|row| row.bidder == bidder(who))
        .find_map(|row| row.current_n)
}

impl Move {
    pub(crate) fn gap_ms(&self) -> i64 {
        match self {
            Self::Bid { gap_ms, .. }
            | Self::Annul { gap_ms, .. }
            | Self::Exclude { gap_ms, .. }
            | Self::Ask { gap_ms, .. }
            | Self::Answer { gap_ms, .. } => *gap_ms,
        }
    }
}

fn values() -> impl Strategy<Value = Values> {
    (1..20_000_i64, 0..60_i64).prop_map(|(cents, months)| Values { cents, months })
}

fn aim() -> impl Strategy<Value = Aim> {
    prop_oneof![
        6 => (-50..2_000_i64, -1..3_i64).prop_map(|(cents, months)| Aim::Better(cents, months)),
        2 => values().prop_map(Aim::At),
    ]
}

fn a_move(bidders: usize) -> impl Strategy<Value = Move> {
    let gap = 0..6_000_i64;
    prop_oneof![
        30 => (0..bidders, gap.clone(), aim())
            .prop_map(|(who, gap_ms, aim)| Move::Bid { who, gap_ms, aim }),
        2 => (0..bidders, gap.clone()).prop_map(|(who, gap_ms)| Move::Annul { who, gap_ms }),
        1 => (0..bidders, gap.clone()).prop_map(|(who, gap_ms)| Move::Exclude { who, gap_ms }),
        3 => (0..bidders, gap.clone()).prop_map(|(who, gap_ms)| Move::Ask { who, gap_ms }),
        2 => (0..4_u32, gap).prop_map(|(question, gap_ms)| Move::Answer { question, gap_ms }),
    ]
}

fn an_extension() -> impl Strategy<Value = Extension> {
    let trigger = prop_oneof![
        Just(Trigger::AnyBid),
        Just(Trigger::BeatsAnother),
        (1..4_u16).prop_map(|rank_max| Trigger::ChangesRank { rank_max }),
    ];
    (
        1_000..30_000_u64,
        1_000..30_000_u64,
        any::<bool>(),
        trigger,
        proptest::option::of(1..4_u32),
        proptest::option::of(60_000..90_000_u64),
    )
        .prop_map(
            |(window_ms, length_ms, added, trigger, count_max, end_max_ms)| Extension {
                window_ms,
                length_ms,
                anchor: if added {
                    Anchor::Added
                } else {
                    Anchor::FromBid
                },
                trigger,
                count_max,
                end_max_ms,
            },
        )
}

fn visibility() -> impl Strategy<Value = Visibility> {
    any::<[bool; 4]>().prop_map(
        |[best_value, all_values, participant_count, weights]| Visibility {
            best_value,
            all_values,
            participant_count,
            weights,
            observers_delay_ms: Some(0),
            officer_names: false,
        },
    )
}

pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let rounded = prop_oneof![Just(Rounded::Ratio), Just(Rounded::Points)];
    let mode = prop_oneof![Just(Rounding::HalfUp), Just(Rounding::HalfEven)];
    let step = prop_oneof![
        (1..1_000_i64).prop_map(StepBy::Cents),
        (1..100_i64).prop_map(StepBy::Permille),
    ];
    let compare = prop_oneof![
        4 => Just(Compare::Price),
        8 => (rounded, mode).prop_map(|(of, mode)| Compare::Points(of, mode)),
        2 => Just(Compare::Taxed),
        2 => Just(Compare::Normalised),
        2 => Just(Compare::LifeCycle),
        2 => Just(Compare::Mixed),
        2 => Just(Compare::Discount),
    ];
    let beside = (0..4_i64, 0..4_i64).prop_map(|(one, other)| Beside { one, other });
    let terms = (
        (compare, proptest::collection::vec(beside, BESIDE)),
        any::<bool>(),
        prop_oneof![
            Just(Ties::Earliest),
            Just(Ties::EqualRank),
            Just(Ties::Statutory)
        ],
        step,
        proptest::option::of(an_extension()),
        visibility(),
    );
    (terms, 2..6_usize).prop_flat_map(|(terms, bidders)| {
        let offers = proptest::collection::vec(values(), bidders);
        let moves = proptest::collection::vec(a_move(bidders), 1..40);
        (Just(terms), offers, moves).prop_map(|(terms, offers, moves)| {
            let ((compare, beside), leader, ties, step, extension, mut visibility) = terms;
            let leader = leader && !matches!(compare, Compare::Points(..));
            visibility.best_value |= leader;
            Scenario {
                compare,
                beside,
                from: if leader {
                    Reference::Leader
                } else {
                    Reference::Own
                },
                ties,
                step,
                extension,
                visibility,
                offers,
                moves,
            }
        })
    })
}
