//! Line items: unit prices that add up to the total.

use crate::kit::*;
use auction_rules::terms::{Direction, Draft, Evaluation, LineItems, Method, Source, Value};
use auction_rules::{Act, Refusal};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn unit_price(name: &str) -> Value {
    Value {
        id: id(name),
        name: words(name),
        decimals: 4,
        least: dec("0"),
        ..price_value()
    }
}

/// 3 desks and 2.5 m of cable, for a total with two decimals.
pub(crate) fn items() -> Draft {
    let mut draft = lowest();
    draft.values = vec![price_value(), unit_price("desk"), unit_price("cable")];
    draft.items = Some(LineItems {
        total: id("price"),
        quantities: values(&[("desk", "3"), ("cable", "2.5")]),
    });
    draft
}

fn bid(price: &str, desk: &str, cable: &str) -> auction_rules::Offer {
    typed(&[("price", price), ("desk", desk), ("cable", cable)])
}

fn room() -> Room {
    let first: &[(&str, &str)] = &[("price", "350"), ("desk", "100"), ("cable", "20")];
    let second: &[(&str, &str)] = &[("price", "400"), ("desk", "100"), ("cable", "40")];
    Room::open(items(), &[first, second])
}

#[test]
fn unit_prices_times_quantities_are_the_total() {
    let check = |price, desk, cable, expected: Result<(), &str>| {
        let told = room().place(0, 1, bid(price, desk, cable));
        match expected {
            Ok(()) => assert!(accepted(&told), "{price} {desk} {cable}: {told:?}"),
            Err(sum) => {
                let differs = Refusal::SumDiffers {
                    value: id("price"),
                    sum: dec(sum),
                };
                assert_eq!(told, Err(differs), "{price} {desk} {cable}");
            }
        }
    };
    check("300", "90", "12", Ok(()));
    check("300.01", "90", "12", Err("300.00"));
    check("299.99", "90", "12", Err("300.00"));
    // One unit price may rise while the total falls.
    check("340", "10", "124", Ok(()));
    // 3 × 10.0017 + 2.5 × 0.0019 = 30.00985, and 2.5 × 0.002 = 0.005 goes up.
    check("30.01", "10.0017", "0.0019", Ok(()));
    check("30.01", "10", "0.002", Ok(()));
    check("30.00", "10", "0.002", Err("30.01"));
    check("30.00", "10", "0.0019", Ok(()));
}

#[test]
fn only_the_total_is_stepped_compared_and_limited() {
    let mut room = room();
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.limits, [(id("price"), Some(dec("340.00")))].into());
    assert_eq!(own.limits_next, values(&[("price", "330.00")]));
    assert_eq!(code(&room.place(0, 1, bid("341", "97", "20"))), 302);
    assert_eq!(code(&room.place(0, 2, bid("350", "100", "20"))), 304);
    // The same total by other unit prices improves nothing.
    assert_eq!(code(&room.place(0, 3, bid("350", "50", "80"))), 301);
    assert!(accepted(&room.place(1, 4, bid("320", "90", "20"))));
    assert_eq!(room.positions(), [(2, 1), (1, 2)]);
    let result = room.closed();
    let expected = values(&[
        ("price", "320.00"),
        ("desk", "90.0000"),
        ("cable", "20.0000"),
    ]);
    assert_eq!(result.standings[0].values, expected);
}

#[test]
fn a_bid_needs_every_unit_price() {
    let told = room().place(0, 1, typed(&[("price", "300"), ("desk", "100")]));
    assert_eq!(code(&told), 312);
}

#[test]
fn a_slip_in_a_unit_price_needs_confirmation() {
    let mut draft = items();
    draft.guards.confirm_above_percent = Some(dec("20"));
    let offer: &[(&str, &str)] = &[("price", "350"), ("desk", "100"), ("cable", "20")];
    let mut room = Room::open(draft, &[offer, offer]);
    let slipped = bid("328.70", "108.9", "0.80");
    let Err(Refusal::NeedsConfirmation(change)) = room.place(0, 1, slipped.clone()) else {
        panic!("a confirmation is needed");
    };
    assert_eq!((change.value, change.percent), (id("cable"), dec("96.00")));
    let again = confirmed(slipped, &[("cable", "0.80")]);
    assert!(accepted(&room.place(0, 2, again)));
}

#[test]
fn a_written_offer_that_does_not_add_up_is_not_admitted() {
    let mut room = Room::published(items());
    let act = |price| Act::Admit {
        bidder: bidder(0),
        offer: values(&[("price", price), ("desk", "100"), ("cable", "20")]),
    };
    assert_eq!(code(&room.officer(-90 * MINUTE, act("350.01"))), 317);
    assert_eq!(code(&room.officer(-90 * MINUTE, act("350"))), 0);
}

#[test]
fn a_total_may_be_one_criterion_among_others() {
    let mut draft = items();
    draft.values.push(warranty_value());
    let highest = Method::HighestBest { most: None };
    let Evaluation::Points { rounding, .. } = points().evaluation else {
        panic!("points");
    };
    draft.evaluation = Evaluation::Points {
        criteria: vec![
            criterion("price", "60", Method::LowestBest, Source::Auctioned),
            criterion("warranty", "40", highest, Source::Auctioned),
        ],
        rounding,
    };
    draft
        .improvement
        .steps
        .insert(id("warranty"), by_amount("1"));
    let offer: &[(&str, &str)] = &[
        ("price", "350"),
        ("desk", "100"),
        ("cable", "20"),
        ("warranty", "12"),
    ];
    let mut room = Room::open(draft, &[offer, offer]);
    let longer = [
        ("price", "350"),
        ("desk", "100"),
        ("cable", "20"),
        ("warranty", "24"),
    ];
    assert!(accepted(&room.place(1, 1, typed(&longer))));
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.points.expect("points").total, dec("80.00"));
    assert_eq!(own.limits.len(), 2);
}

#[test]
fn faults_of_items() {
    let check = |change: &dyn Fn(&mut Draft), expected: &[&str]| {
        let mut draft = items();
        change(&mut draft);
        let paths: Vec<_> = match auction_rules::Terms::new(draft) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.path).collect(),
        };
        assert_eq!(paths, expected);
    };
    let of = |draft: &mut Draft| draft.items.take().expect("items");
    check(&|_| (), &[]);
    check(
        &|d| {
            d.items = Some(LineItems {
                total: id("desks"),
                ..of(d)
            })
        },
        &["items.total"],
    );
    check(
        &|d| {
            let mut items = of(d);
            items.quantities.insert(id("cable"), dec("0"));
            d.items = Some(items);
        },
        &["items.quantities.cable"],
    );
    check(
        &|d| {
            let mut items = of(d);
            items.quantities.insert(id("chair"), dec("1"));
            d.items = Some(items);
        },
        &["items.quantities.chair"],
    );
    check(
        &|d| d.values[1].direction = Direction::Highest,
        &["items.quantities.desk"],
    );
    check(
        &|d| {
            d.improvement.steps.insert(id("desk"), by_amount("1"));
        },
        &["improvement.steps"],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Units of a ten-thousandth times tenths are millionths of a tenth: whole numbers say the same.
    #[test]
    fn sums_agree_with_whole_numbers(desk in 0..2_000_000_i64, cable in 0..2_000_000_i64, off in -1..2_i64) {
        let exact = 30 * desk + 25 * cable;
        let cents = (exact + 500).div_euclid(1_000) + off;
        prop_assume!((1..=34_000).contains(&cents));
        let texts = [
            Decimal::new(cents, 2).to_string(),
            Decimal::new(desk, 4).to_string(),
            Decimal::new(cable, 4).to_string(),
        ];
        let told = room().place(0, 1, bid(&texts[0], &texts[1], &texts[2]));
        assert_eq!(code(&told), if off == 0 { 0 } else { 317 }, "{texts:?}");
    }
}
