//! A second model of the rules, written apart from the first: plain fractions, lists, and everything
//! calculated anew each time. On the same random auctions both must say the same.

use crate::kit::*;
use crate::scenario::{
    Beside, Compare, DISCOUNT_OF, LENGTH_MS, Move, Scenario, StepBy, VAT, Values, scenario,
};
use auction_rules::ratio::Rounding;
use auction_rules::terms::{Anchor, Reference, Rounded, Ties, Trigger};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

#[derive(Clone)]
struct Offer {
    values: Values,
    /// Counts accepted offers: of two equal ones the lower stands better.
    order: usize,
}

struct Model<'a> {
    scenario: &'a Scenario,
    /// The offers of each bidder, the standing one last.
    offers: Vec<Vec<Offer>>,
    excluded: Vec<bool>,
    /// Whether each question has its answer.
    questions: Vec<bool>,
    orders: usize,
    ends_at: i64,
    extensions: u32,
}

/// An exact fraction, of cents or of points.
type Exact = BigRational;

fn exact(of: i64) -> Exact {
    Exact::from_integer(BigInt::from(of))
}

fn part(of: i64, whole: i64) -> Exact {
    Exact::new(BigInt::from(of), BigInt::from(whole))
}

fn to_i64(whole: &Exact) -> i64 {
    i64::try_from(whole.to_integer()).expect("small")
}

/// A rank, the merit and whose it is, best first.
type Table = Vec<(usize, Exact, usize)>;

impl<'a> Model<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let offers: Vec<_> = (0..)
            .zip(&scenario.offers)
            .map(|(order, values)| {
                vec![Offer {
                    values: *values,
                    order,
                }]
            })
            .collect();
        Self {
            scenario,
            excluded: vec![false; offers.len()],
            questions: Vec::new(),
            orders: offers.len(),
            offers,
            ends_at: LENGTH_MS,
            extensions: 0,
        }
    }

    fn standing(&self) -> Vec<(usize, Offer)> {
        (0..self.offers.len())
            .filter(|who| !self.excluded[*who])
            .map(|who| (who, self.offers[who].last().expect("an offer").clone()))
            .collect()
    }

    /// Ten-thousandths of points, of the price and of the warranty.
    fn points(&self, values: Values, all: &[(usize, Offer)]) -> (i64, i64) {
        let Compare::Points(of, mode) = self.scenario.compare else {
            panic!("no points");
        };
        let every = |number: fn(Values) -> i64| all.iter().map(move |(_, one)| number(one.values));
        let cheapest = every(|values| values.cents).min().expect("one");
        let longest = every(|values| values.months).max().expect("one");
        let part = |part: i64, whole: i64, weight: i64| {
            if whole == 0 {
                return 0;
            }
            match of {
                Rounded::Points => 100 * rounded(part * weight * 100, whole, mode),
                Rounded::Ratio => weight * rounded(part * 10_000, whole, mode),
            }
        };
        let of_price = part(cheapest, values.cents, 60);
        (of_price, part(values.months, longest, 40))
    }

    /// What stands beside the price in the written offer, as (divisor, cents added).
    fn beside(&self, who: usize) -> (Exact, Exact) {
        let Beside { one, other } = self.scenario.beside[who];
        match self.scenario.compare {
            // Twentieths chosen, of 6 twentieths at most: 1 + (n ÷ 20) ÷ (14 ÷ 20).
            Compare::Normalised => (part(14 + one + other, 14), exact(0)),
            Compare::LifeCycle => (exact(1), exact(700 * one + 11 * other)),
            Compare::Mixed => (part(100 + 7 * one, 100), exact(350 * other)),
            _ => (exact(1), exact(0)),
        }
    }

    fn vat(&self, who: usize) -> i64 {
        match self.scenario.compare {
            Compare::Taxed => VAT[usize::try_from(self.scenario.beside[who].one).expect("small")],
            _ => 0,
        }
    }

    fn gross(&self, who: usize, cents: i64) -> i64 {
        rounded(cents * (100 + self.vat(who)), 100, Rounding::HalfUp)
    }

    /// The more, the better.
    fn merit(&self, who: usize, values: Values, all: &[(usize, Offer)]) -> Exact {
        if self.scenario.scored() {
            let (price, warranty) = self.points(values, all);
            return exact(price + warranty);
        }
        let (divisor, added) = self.beside(who);
        -(exact(self.gross(who, values.cents)) / divisor + added)
    }

    /// What decides between equals by the statutory order, the more the better.
    fn order(&self, who: usize, values: Values, all: &[(usize, Offer)]) -> (i64, i64) {
        let cheaper = -self.gross(who, values.cents);
        match (self.scenario.ties, self.scenario.compare) {
            (Ties::Earliest | Ties::EqualRank, _) => (0, 0),
            (Ties::Statutory, Compare::Points(..)) => (self.points(values, all).0, cheaper),
            (Ties::Statutory, Compare::Normalised | Compare::LifeCycle | Compare::Mixed) => {
                (0, cheaper)
            }
            (Ties::Statutory, Compare::Price | Compare::Taxed | Compare::Discount) => (0, 0),
        }
    }

    fn table(&self, all: &[(usize, Offer)]) -> Table {
        let mut rows: Vec<_> = all
            .iter()
            .map(|(who, offer)| {
                let merit = self.merit(*who, offer.values, all);
                let order = self.order(*who, offer.values, all);
                ((merit, order), offer.order, *who)
            })
            .collect();
        rows.sort_by(|(a, a_since, _), (b, b_since, _)| b.cmp(a).then(a_since.cmp(b_since)));
        let mut table: Table = Vec::new();
        for (place, (merit, _, who)) in rows.iter().enumerate() {
            let equal = place > 0 && rows[place - 1].0 == *merit;
            let shares = equal && self.scenario.ties != Ties::Earliest;
            let rank = if shares {
                table[place - 1].0
            } else {
                place + 1
            };
            table.push((rank, merit.0.clone(), *who));
        }
        table
    }

    /// The cents by which this bidder would be exactly as good as the best.
    fn as_good_as_best(&self, who: usize, all: &[(usize, Offer)]) -> Exact {
        let merit = self.table(all)[0].1.clone();
        let (divisor, added) = self.beside(who);
        (-merit - added) * divisor * part(100, 100 + self.vat(who))
    }

    /// The most cents that are a whole step below these.
    fn limit(&self, cents: &Exact) -> i64 {
        if self.scenario.compare == Compare::Discount {
            // A step up from the discount, rounded up.
            let discount = DISCOUNT_OF - to_i64(cents);
            let step = match self.scenario.step {
                StepBy::Cents(step) => exact(step),
                StepBy::Permille(permille) => part(discount * permille, 1_000).max(exact(1)),
            };
            return DISCOUNT_OF - to_i64(&(exact(discount) + step).ceil());
        }
        let step = match self.scenario.step {
            StepBy::Cents(step) => exact(step),
            StepBy::Permille(permille) => (cents * part(permille, 1_000)).max(exact(1)),
        };
        to_i64(&(cents - step).floor())
    }

    /// 0 for an accepted bid, else the code of the refusal.
    fn bid(&mut self, who: usize, now: i64, values: Values) -> u16 {
        if now >= self.ends_at {
            return 104;
        }
        if self.excluded[who] {
            return 202;
        }
        let scored = self.scenario.scored();
        if scored && values.months < 0 {
            return 307;
        }
        let all = self.standing();
        let own = self.offers[who].last().expect("an offer").values;
        let reference = match self.scenario.from {
            Reference::Own => exact(own.cents),
            Reference::Leader => self.as_good_as_best(who, &all),
        };
        let cents = exact(values.cents);
        if cents > reference || (scored && values.months < own.months) {
            return 301;
        }
        let limit = self.limit(&reference);
        let cheaper = values.cents <= limit && limit >= 1;
        let longer = scored && values.months > own.months;
        if !cheaper && !longer {
            let own_same = own.cents == values.cents && (!scored || own.months == values.months);
            return match (cents == reference, own_same) {
                (false, _) => 302,
                (true, true) => 304,
                (true, false) => 301,
            };
        }
        let before = self.table(&all);
        self.offers[who].push(Offer {
            values,
            order: self.orders,
        });
        self.orders += 1;
        let after = self.table(&self.standing());
        self.extend(who, now, &before, &after);
        0
    }

    fn extend(&mut self, who: usize, now: i64, before: &Table, after: &Table) {
        let Some(with) = &self.scenario.extension else {
            return;
        };
        let left = self.ends_at - now;
        if left > i64::try_from(with.window_ms).expect("small") {
            return;
        }
        if with.count_max.is_some_and(|most| self.extensions == most) {
            return;
        }
        let find = |table: &Table| table.iter().find(|row| row.2 == who).cloned();
        let (rank, merit, _) = find(after).expect("ranked");
        let triggered = match with.trigger {
            Trigger::AnyBid => true,
            Trigger::BeatsAnother => after.iter().any(|(_, other, _)| *other < merit),
            Trigger::ChangesRank { rank_max } => {
                rank <= usize::from(rank_max) && find(before).map(|row| row.0) != Some(rank)
            }
        };
        let anchor = if with.anchor == Anchor::Added {
            self.ends_at
        } else {
            now
        };
        let mut end = anchor + i64::try_from(with.length_ms).expect("small");
        if let Some(cap) = with.end_max_ms {
            end = end.min(i64::try_from(cap).expect("small"));
        }
        if triggered && end > self.ends_at {
            self.ends_at = end;
            self.extensions += 1;
        }
    }

    fn annul(&mut self, who: usize, now: i64) -> u16 {
        if now >= self.ends_at {
            502
        } else if self.offers[who].len() == 1 {
            503
        } else {
            self.offers[who].pop();
            0
        }
    }

    fn exclude(&mut self, who: usize, now: i64) -> u16 {
        if now >= self.ends_at {
            502
        } else if self.excluded[who] {
            503
        } else {
            self.excluded[who] = true;
            0
        }
    }

    /// So few moves never use up the questions of a bidder.
    fn ask(&mut self, who: usize, now: i64) -> u16 {
        if now >= self.ends_at {
            104
        } else if self.excluded[who] {
            202
        } else {
            self.questions.push(false);
            0
        }
    }

    fn answer(&mut self, question: u32) -> u16 {
        let index = usize::try_from(question).expect("small").checked_sub(1);
        match index.and_then(|index| self.questions.get_mut(index)) {
            None => 505,
            Some(true) => 506,
            Some(answered) => {
                *answered = true;
                0
            }
        }
    }
}

/// `part ÷ whole`, neither negative, to a whole number.
fn rounded(part: i64, whole: i64, mode: Rounding) -> i64 {
    let (down, rest) = (part / whole, part % whole);
    let up = match (2 * rest).cmp(&whole) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => mode == Rounding::HalfUp || down % 2 == 1,
    };
    down + i64::from(up)
}

fn agree(scenario: &Scenario) {
    let mut room = scenario.open();
    let mut model = Model::new(scenario);
    let mut now = 0;
    for step in &scenario.moves {
        now += step.gap_ms();
        room.run(now);
        if room.auction.is_sealed() {
            break;
        }
        let expected = match step {
            Move::Bid { who, aim, .. } => {
                let values = scenario.aimed(&room, *who, *aim);
                model.bid(*who, now, values)
            }
            Move::Annul { who, .. } => model.annul(*who, now),
            Move::Exclude { who, .. } => model.exclude(*who, now),
            Move::Ask { who, .. } => model.ask(*who, now),
            Move::Answer { question, .. } => model.answer(*question),
        };
        let told = scenario.make(&mut room, now, step);
        assert_eq!(code(&told), expected, "{step:?} at {now}: {told:?}");
        if let Some(closes) = room.closes() {
            assert_eq!(
                (closes, room.extensions()),
                (model.ends_at, model.extensions)
            );
        }
        let table = model.table(&model.standing());
        let positions: Vec<_> = table
            .iter()
            .map(|(rank, _, who)| (who + 1, *rank))
            .collect();
        let got: Vec<_> = room
            .positions()
            .iter()
            .map(|(alias, rank)| (usize::from(*alias), usize::from(*rank)))
            .collect();
        assert_eq!(got, positions, "after {step:?} at {now}");
        if scenario.scored() {
            for (_, merit, who) in &table {
                let own = room.auction.own_view(bidder(*who)).expect("admitted");
                let total = own.points.expect("points").total;
                assert_eq!(
                    total,
                    rust_decimal::Decimal::new(to_i64(merit), 4),
                    "points of {who}"
                );
            }
        }
    }
    let table = model.table(&model.standing());
    let first: Vec<_> = table
        .iter()
        .filter(|row| row.0 == 1)
        .map(|row| alias(u16::try_from(row.2 + 1).expect("few")))
        .collect();
    let result = room.closed();
    match first.as_slice() {
        [winner] => assert_eq!((result.winner, result.tied.len()), (Some(*winner), 0)),
        tied => assert_eq!((result.winner, result.tied.as_slice()), (None, tied)),
    }
    assert_eq!(room.auction.closed_at(), Some(at(model.ends_at)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn both_models_agree(scenario in scenario()) {
        agree(&scenario);
    }
}
