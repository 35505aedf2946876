//! Energy services: the net present value is compared, and every value may change either way while it
//! rises. A second model with plain fractions says the same of random auctions.

use crate::kit::*;
use auction_rules::terms::{
    Choice, Draft, Evaluation, Feature, NetPresentValue, Reference, StepSize,
};
use auction_rules::{Offer, Refusal};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn offer(share: &str, years: &str, days: &str) -> Offer {
    typed(&[("share", share), ("years", years), ("days", days)])
}

fn room() -> Room {
    let own = energy_offer("70", "2", "10");
    Room::open_with(energy(), &[own.clone(), own])
}

fn terms(draft: &mut Draft) -> &mut NetPresentValue {
    let Evaluation::NetPresentValue(energy) = &mut draft.evaluation else {
        panic!("an energy service");
    };
    energy
}

#[test]
fn the_higher_net_present_value_wins() {
    let offers = [
        energy_offer("70", "2", "10"),
        energy_offer("70", "1", "0"),
        energy_offer("90", "1", "0"),
    ];
    let mut room = Room::open_with(energy(), &offers);
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.compared, Some(dec("1513.50")));
    assert_eq!(own.gap, Some(dec("141.90")));
    assert_eq!(room.positions(), [(2, 1), (3, 2), (1, 3)]);
    let result = room.closed();
    assert_eq!(result.winner, Some(alias(2)));
    assert_eq!(result.standings[0].compared, Some(dec("1655.40")));
    assert_eq!(
        result.standings[2].values,
        values(&[("share", "70.00"), ("years", "2"), ("days", "10")])
    );
}

#[test]
fn any_value_may_change_while_the_net_present_value_rises_by_its_step() {
    let check = |share, years, days, expected| {
        let told = room().place(0, 1, offer(share, years, days));
        assert_eq!(code(&told), expected, "{share} {years} {days}: {told:?}");
    };
    // 1 % of 1513.50 is 15.135, and each per cent of share 4.2493: at most 66.438.
    check("66.43", "2", "10", 0);
    check("66.44", "2", "10", 302);
    check("69.99", "2", "10", 302);
    check("70", "2", "10", 304);
    check("70.01", "2", "10", 301);
    check("70", "2", "11", 301);
    // A higher share for a shorter time, and a lower one for a longer.
    check("90", "1", "0", 0);
    check("20", "5", "0", 0);
    check("0", "15", "0", 0);
    check("0", "15", "1", 311);
    check("0", "0", "0", 311);
    check("0", "0", "1", 0);
}

#[test]
fn a_refusal_says_the_highest_share_for_the_length_entered() {
    let Err(Refusal::NotAnImprovement(limited)) = room().place(0, 1, offer("99", "2", "10")) else {
        panic!("worse");
    };
    assert_eq!(
        (limited.value, limited.limit),
        (id("share"), Some(dec("66.43")))
    );
    let Err(Refusal::NotAnImprovement(limited)) = room().place(0, 1, offer("99", "15", "0")) else {
        panic!("worse");
    };
    let limit = limited.limit.expect("a share").to_string();
    assert!(
        accepted(&room().place(0, 1, offer(&limit, "15", "0"))),
        "{limit}"
    );
}

#[test]
fn with_nothing_entered_yet_the_first_bid_is_free() {
    let mut draft = energy();
    draft.opening = auction_rules::terms::OpeningOffer::FirstBidFree;
    let written: Vec<_> = energy_offer("0", "0", "0").split_off(3);
    let mut room = Room::open_with(draft, &[written.clone(), written]);
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    let most = [("share", "100"), ("years", "15"), ("days", "364")];
    assert_eq!(
        own.limits,
        most.map(|(name, most)| (id(name), Some(dec(most)))).into()
    );
    assert_eq!(code(&room.place(0, 1, offer("100", "15", "364"))), 311);
    assert!(accepted(&room.place(0, 2, offer("100", "15", "0"))));
}

#[test]
fn the_guard_looks_at_the_net_present_value() {
    let mut draft = energy();
    draft.guards.confirm_above_percent = Some(dec("10"));
    let own = energy_offer("70", "2", "10");
    let mut room = Room::open_with(draft, &[own.clone(), own]);
    // A share a seventh lower leaves 2.8 % more.
    assert!(accepted(&room.place(0, 1, offer("60", "2", "10"))));
    let slipped = offer("6", "2", "10");
    let Err(Refusal::NeedsConfirmation(change)) = room.place(0, 2, slipped.clone()) else {
        panic!("a confirmation is needed");
    };
    assert_eq!(
        (change.value, change.from, change.to),
        (id("share"), dec("60.00"), dec("6.00"))
    );
    let preview = room.auction.preview(bidder(0), at(3), &slipped);
    assert_eq!(preview.change_percent[&id("share")], change.percent);
    assert_eq!(preview.change_percent[&id("years")], dec("0"));
    assert!(accepted(&room.place(
        0,
        3,
        confirmed(slipped, &[("share", "6")])
    )));
}

#[test]
fn features_multiply_the_net_present_value() {
    let mut draft = energy();
    let choice = |fraction| Choice {
        name: words(fraction),
        fraction: dec(fraction),
    };
    terms(&mut draft).features = vec![Feature {
        id: id("colour"),
        name: words("colour"),
        choices: vec![choice("0"), choice("0.2")],
    }];
    let mut plain = energy_offer("70", "2", "10");
    let mut better = plain.clone();
    plain.push(("colour".to_owned(), "0".to_owned()));
    better.push(("colour".to_owned(), "0.2".to_owned()));
    let room = Room::open_with(draft, &[plain, better]);
    let own = room.auction.own_view(bidder(1)).expect("admitted");
    // 1513.50349196203 × 1.25.
    assert_eq!(own.compared, Some(dec("1891.88")));
}

#[test]
fn faults_of_energy_services() {
    let check = |change: &dyn Fn(&mut Draft), expected: &[&str]| {
        let mut draft = energy();
        change(&mut draft);
        let paths: Vec<_> = match auction_rules::Terms::new(draft) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.path).collect(),
        };
        assert_eq!(paths, expected);
    };
    check(&|_| (), &[]);
    check(&|d| terms(d).years_max = 0, &["evaluation.years_max"]);
    check(&|d| terms(d).years_max = 21, &["evaluation.years_max"]);
    check(
        &|d| terms(d).savings.truncate(15),
        &["evaluation.years_max"],
    );
    check(
        &|d| terms(d).savings.clear(),
        &["evaluation.years_max", "evaluation.savings"],
    );
    check(&|d| terms(d).savings[3].id = id("share"), &["evaluation"]);
    check(
        &|d| terms(d).savings[3].name.en.clear(),
        &["evaluation.savings[3].name.en"],
    );
    check(
        &|d| terms(d).rate_percent = dec("100.01"),
        &["evaluation.rate_percent"],
    );
    check(
        &|d| terms(d).rate_percent = dec("-1"),
        &["evaluation.rate_percent"],
    );
    check(&|d| terms(d).decimals = 5, &["evaluation.decimals"]);
    let zero = StepSize::Amount { amount: dec("0") };
    check(
        &|d| terms(d).least_step = zero.clone(),
        &["evaluation.least_step.amount"],
    );
    check(&|d| terms(d).share = id("years"), &["evaluation"]);
    check(&|d| d.values[0].most = dec("101"), &["values[0].most"]);
    check(&|d| d.values[2].most = dec("365"), &["values[2].most"]);
    check(&|d| d.values[1].decimals = 1, &["values[1].most"]);
    check(
        &|d| d.improvement.from = Reference::Leader,
        &["improvement.from"],
    );
    check(
        &|d| {
            d.improvement.steps.insert(id("share"), by_amount("1"));
        },
        &["improvement.steps"],
    );
}

type Exact = BigRational;

fn exact(whole: i64) -> Exact {
    Exact::from_integer(BigInt::from(whole))
}

/// Hundredths of a per cent, years and days.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bid {
    share: i64,
    years: i64,
    days: i64,
}

/// The terms and offers of a random auction, in whole numbers.
#[derive(Clone, Debug)]
struct Service {
    /// Days of the first year after the notice.
    first: i64,
    /// Hundredths of a per cent.
    rate: i64,
    /// Hundredths of a per cent.
    step: i64,
    savings: Vec<i64>,
    offers: Vec<Bid>,
    bids: Vec<(usize, Bid)>,
}

impl Service {
    /// What the buyer keeps, day by day of each year: savings and payments are spread evenly.
    fn worth(&self, bid: Bid) -> Exact {
        let mut left = bid.years * 365 + bid.days;
        let mut discount = exact(1);
        let mut worth = exact(0);
        let last = self.savings.len() - 1;
        for (year, saving) in self.savings.iter().enumerate() {
            let days = match year {
                0 => self.first,
                _ if year == last => 365 - self.first,
                _ => 365,
            };
            discount /=
                exact(1) + Exact::new(BigInt::from(self.rate * days), BigInt::from(10_000 * 365));
            let mut saved = exact(*saving);
            if year == last {
                saved *= Exact::new(BigInt::from(days), BigInt::from(365));
            }
            let paid_days = left.min(days);
            left -= paid_days;
            let mut kept = saved.clone();
            if days > 0 {
                kept -= saved
                    * Exact::new(
                        BigInt::from(bid.share * paid_days),
                        BigInt::from(10_000 * days),
                    );
            }
            worth += kept * discount.clone();
        }
        worth
    }

    fn expected(&self, own: Bid, bid: Bid) -> u16 {
        let length = bid.years * 365 + bid.days;
        if !(1..=15 * 365).contains(&length) {
            return 311;
        }
        let (before, after) = (self.worth(own), self.worth(bid));
        let wanted = &before + &before * Exact::new(BigInt::from(self.step), BigInt::from(10_000));
        if after > before && after >= wanted {
            0
        } else if own == bid {
            304
        } else if after > before {
            302
        } else {
            301
        }
    }

    fn draft(&self) -> Draft {
        let mut draft = energy();
        let notice_on = if self.first == 135 {
            "2017-08-18"
        } else {
            "2017-12-31"
        };
        let energy = terms(&mut draft);
        energy.notice_on = auction_rules::time::Day::new(notice_on).expect("a day");
        energy.rate_percent = Decimal::new(self.rate, 2);
        energy.least_step = StepSize::Percent {
            percent: Decimal::new(self.step, 2),
        };
        draft
    }

    fn written(&self, bid: Bid) -> Vec<(String, String)> {
        let texts = texts(bid);
        let entered = texts.map(|(name, text)| (name.to_owned(), text));
        let savings = self.savings.iter().enumerate();
        let savings = savings.map(|(year, saving)| (format!("saving-{year}"), saving.to_string()));
        entered.into_iter().chain(savings).collect()
    }
}

fn texts(bid: Bid) -> [(&'static str, String); 3] {
    [
        ("share", Decimal::new(bid.share, 2).to_string()),
        ("years", bid.years.to_string()),
        ("days", bid.days.to_string()),
    ]
}

fn placed(bid: Bid) -> Offer {
    let texts = texts(bid);
    let pairs: Vec<_> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    typed(&pairs)
}

fn a_bid() -> impl Strategy<Value = Bid> {
    (0..=10_000_i64, 0..=15_i64, 0..=364_i64).prop_map(|(share, years, days)| Bid {
        share,
        years,
        days,
    })
}

fn an_offer() -> impl Strategy<Value = Bid> {
    a_bid().prop_map(|bid| Bid {
        years: bid.years.min(14),
        days: bid.days.max(1),
        ..bid
    })
}

fn service() -> impl Strategy<Value = Service> {
    (
        prop_oneof![Just(135_i64), Just(0)],
        0..=5_000_i64,
        1..=500_i64,
        proptest::collection::vec(1..100_000_i64, 21),
        proptest::collection::vec(an_offer(), 2..4),
        proptest::collection::vec((0..2_usize, a_bid()), 1..8),
    )
        .prop_map(|(first, rate, step, savings, offers, bids)| Service {
            first,
            rate,
            step,
            savings,
            offers,
            bids,
        })
}

/// The bid with one of its values exchanged.
type With = fn(Bid, i64) -> Bid;

/// The limit of each value is legal and one unit more is not, while the other two stay.
fn limits_are_exactly_legal(room: &Room, service: &Service, own: Bid) {
    let limits = room.auction.own_view(bidder(0)).expect("admitted").limits;
    let parts: [(&str, u32, With); 3] = [
        ("share", 2, |bid, share| Bid { share, ..bid }),
        ("years", 0, |bid, years| Bid { years, ..bid }),
        ("days", 0, |bid, days| Bid { days, ..bid }),
    ];
    for (name, decimals, with) in parts {
        let legal = |units| service.expected(own, with(own, units)) == 0;
        match limits[&id(name)] {
            Some(mut limit) => {
                limit.rescale(decimals);
                let units = i64::try_from(limit.mantissa()).expect("small");
                assert!(legal(units) && !legal(units + 1), "{name} {limit}");
            }
            None => assert!(!legal(0) && !legal(1), "{name}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn both_models_of_energy_services_agree(service in service()) {
        let written: Vec<_> = service.offers.iter().map(|bid| service.written(*bid)).collect();
        let mut room = Room::open_with(service.draft(), &written);
        let mut standing = service.offers.clone();
        for (now, (who, bid)) in (1..).zip(&service.bids) {
            limits_are_exactly_legal(&room, &service, standing[0]);
            let expected = service.expected(standing[*who], *bid);
            let told = room.place(*who, now, placed(*bid));
            assert_eq!(code(&told), expected, "{who} {bid:?}: {told:?}");
            if expected == 0 {
                standing[*who] = *bid;
            }
        }
        let worth: Vec<_> = standing.iter().map(|bid| service.worth(*bid)).collect();
        let positions = room.positions();
        for pair in positions.windows(2) {
            let [better, worse] = [pair[0], pair[1]].map(|(alias, _)| &worth[usize::from(alias) - 1]);
            assert!(better >= worse);
        }
    }
}
