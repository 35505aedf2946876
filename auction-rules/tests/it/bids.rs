//! What is an improvement, and what protects a bidder from a slip of the finger.

use crate::kit::*;
use auction_rules::refusal::{Change, Limited};
use auction_rules::terms::{
    Band, Direction, Draft, OpeningOffer, Reference, Step, StepSize, Value,
};
use auction_rules::{Refusal, improvement};

fn with_step(step: Step) -> Draft {
    let mut draft = lowest();
    draft.improvement.steps.insert(id("price"), step);
    draft
}

fn bands(rows: &[(&str, &str)]) -> Step {
    let bands = rows
        .iter()
        .map(|(from, amount)| Band {
            from: dec(from),
            amount: dec(amount),
        })
        .collect();
    Step {
        least: StepSize::Bands { bands },
        tick: None,
    }
}

fn ticked(mut step: Step, tick: &str) -> Step {
    step.tick = Some(dec(tick));
    step
}

/// The limit after `reference`, and what becomes of bids at it and one unit beside it.
fn check(value: &Value, step: Step, reference: &str, expected: Option<&str>) {
    let reached = improvement::limit(value, &step, dec(reference));
    let shown = reached.map(|limit| limit.to_string());
    assert_eq!(shown.as_deref(), expected, "{step:?} from {reference}");
}

#[test]
fn limits_by_amount_percent_and_band() {
    let price = price_value();
    check(&price, by_amount("10.20"), "100.10", Some("89.90"));
    check(
        &price,
        by_amount("23062.86"),
        "795153.97",
        Some("772091.11"),
    );
    check(&price, by_percent("0.5"), "1000.00", Some("995.00"));
    check(&price, by_percent("0.5"), "999.99", Some("994.99"));
    check(&price, by_percent("0.5"), "0.01", None);
    check(&price, by_percent("0.5"), "0.02", Some("0.01"));
    check(&price, by_amount("10"), "10.00", None);
    check(&price, by_amount("10"), "10.01", Some("0.01"));
    let table = || bands(&[("0", "1.00"), ("100", "5.00"), ("1000", "50.00")]);
    check(&price, table(), "99.99", Some("98.99"));
    check(&price, table(), "100.00", Some("95.00"));
    check(&price, table(), "999.99", Some("994.99"));
    check(&price, table(), "1000.00", Some("950.00"));
}

#[test]
fn limits_lie_on_the_tick() {
    let price = price_value();
    check(
        &price,
        ticked(by_amount("10"), "5.00"),
        "103.00",
        Some("90.00"),
    );
    check(
        &price,
        ticked(by_percent("1"), "0.05"),
        "100.00",
        Some("99.00"),
    );
    check(
        &price,
        ticked(by_percent("1"), "0.05"),
        "99.90",
        Some("98.90"),
    );
    check(&price, ticked(by_amount("1"), "5.00"), "5.50", None);
}

#[test]
fn limits_of_a_value_where_more_is_better() {
    let months = warranty_value();
    check(&months, by_amount("6"), "24", Some("30"));
    check(&months, by_percent("10"), "24", Some("27"));
    check(&months, ticked(by_amount("1"), "12"), "24", Some("36"));
    check(&months, by_amount("6"), "114", Some("120"));
    check(&months, by_amount("6"), "115", None);
}

/// A percentage of nothing is nothing: without a least unit an equal bid would have counted.
#[test]
fn a_percentage_of_zero_is_still_a_step() {
    check(&warranty_value(), by_percent("10"), "0", Some("1"));
    let mut draft = points();
    draft
        .improvement
        .steps
        .insert(id("warranty"), by_percent("10"));
    let offer: &[(&str, &str)] = &[("price", "100"), ("warranty", "0")];
    let mut room = Room::open(draft, &[offer, offer]);
    assert_eq!(code(&room.place(0, 1, typed(offer))), 304);
    assert!(accepted(&room.place(
        0,
        2,
        typed(&[("price", "100"), ("warranty", "1")])
    )));
}

#[test]
fn exactly_at_the_limit_is_legal_and_one_unit_worse_is_not() {
    let steps = [
        by_amount("10.00"),
        by_percent("0.7"),
        bands(&[("0", "0.50"), ("500", "20.00")]),
        ticked(by_amount("10.00"), "0.25"),
    ];
    for from in [Reference::Own, Reference::Leader] {
        for step in &steps {
            let mut draft = with_step(step.clone());
            draft.improvement.from = from;
            let mut room = Room::prices(draft, &["1000", "999.99"]);
            let limit = room.limit_of(0).expect("a limit");
            let worse = one_worse(&price_value(), limit);
            let refused = room.bid(0, 1, &worse.to_string());
            let expected = if step.tick.is_some() { 303 } else { 302 };
            assert_eq!(code(&refused), expected, "{from:?} {step:?}");
            assert!(
                accepted(&room.bid(0, 1, &limit.to_string())),
                "{from:?} {step:?}"
            );
        }
    }
}

#[test]
fn own_reference_lets_a_bidder_stay_behind_the_leader() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    assert!(accepted(&room.bid(1, 1, "1990")));
    let limit = |text| Limited {
        value: id("price"),
        limit: Some(dec(text)),
    };
    let refused = |room: &mut Room, price| room.bid(1, 2, price).expect_err("refused");
    assert_eq!(
        refused(&mut room, "1980.01"),
        Refusal::BelowMinimumStep(limit("1980.00"))
    );
    assert_eq!(
        refused(&mut room, "1990"),
        Refusal::EqualToOwn(limit("1980.00"))
    );
    assert_eq!(
        refused(&mut room, "1990.01"),
        Refusal::NotAnImprovement(limit("1980.00"))
    );
}

#[test]
fn leader_reference_asks_to_beat_the_best() {
    let mut draft = lowest();
    draft.improvement.from = Reference::Leader;
    let mut room = Room::prices(draft, &["1000", "2000"]);
    let limit = || Limited {
        value: id("price"),
        limit: Some(dec("990.00")),
    };
    let refused = |room: &mut Room, price| room.bid(1, 2, price).expect_err("refused");
    assert_eq!(
        refused(&mut room, "1500"),
        Refusal::NotAnImprovement(limit())
    );
    assert_eq!(
        refused(&mut room, "1000"),
        Refusal::NotAnImprovement(limit())
    );
    assert_eq!(
        refused(&mut room, "990.01"),
        Refusal::BelowMinimumStep(limit())
    );
    assert!(accepted(&room.bid(1, 3, "990")));
    assert_eq!(code(&room.bid(1, 4, "990")), 304);
    assert_eq!(room.limit_of(0), Some(dec("980.00")));
}

#[test]
fn the_first_bid_is_free_where_the_terms_say_so() {
    for from in [Reference::Own, Reference::Leader] {
        let mut draft = with_step(by_percent("0.5"));
        draft.opening = OpeningOffer::FirstBidFree;
        draft.improvement.from = from;
        let mut room = Room::open(draft, &[&[], &[]]);
        assert_eq!(
            room.limit_of(0).map(|limit| limit.to_string()).as_deref(),
            Some("1000000.00")
        );
        assert!(accepted(&room.bid(0, 1, "1000")));
        let second = code(&room.bid(1, 2, "999.99"));
        assert_eq!(second, if from == Reference::Own { 0 } else { 302 });
        assert_eq!(code(&room.bid(0, 3, "995.01")), 302);
        assert!(accepted(&room.bid(0, 4, "995")));
    }
}

/// The ceiling of the terms need not lie on the tick; the limit that is shown must.
#[test]
fn the_limit_of_a_free_first_bid_is_legal() {
    let mut draft = with_step(ticked(by_amount("10"), "7.00"));
    draft.opening = OpeningOffer::FirstBidFree;
    draft.values[0].most = dec("100");
    let mut room = Room::open(draft, &[&[], &[]]);
    assert_eq!(room.limit_of(0), Some(dec("98.00")));
    assert!(accepted(&room.bid(0, 1, "98")));
}

#[test]
fn ticks() {
    let mut room = Room::prices(
        with_step(ticked(by_amount("10"), "0.25")),
        &["1000", "2000"],
    );
    let off = Refusal::OffTheTick {
        value: id("price"),
        tick: dec("0.25"),
    };
    assert_eq!(room.bid(0, 1, "900.10"), Err(off));
    assert!(accepted(&room.bid(0, 2, "900.75")));
}

/// A written offer knows no tick: what a bidder leaves as it was cannot be off it.
#[test]
fn a_value_that_stays_as_it_is_needs_no_tick() {
    let mut draft = points();
    draft
        .improvement
        .steps
        .insert(id("price"), ticked(by_amount("10"), "5"));
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "101.37"), ("warranty", "12")],
        &[("price", "200"), ("warranty", "12")],
    ];
    let mut room = Room::open(draft, &offers);
    assert!(accepted(&room.place(
        0,
        1,
        typed(&[("price", "101.37"), ("warranty", "24")])
    )));
    assert_eq!(
        code(&room.place(0, 2, typed(&[("price", "90.37"), ("warranty", "24")]))),
        303
    );
    assert!(accepted(&room.place(
        0,
        3,
        typed(&[("price", "90"), ("warranty", "24")])
    )));
}

#[test]
fn of_several_values_one_improves_by_its_step_and_none_gets_worse() {
    let start: &[(&str, &str)] = &[("price", "100.00"), ("warranty", "24")];
    let check = |price, warranty, expected| {
        let mut room = Room::open(points(), &[start, start]);
        let told = room.place(0, 1, typed(&[("price", price), ("warranty", warranty)]));
        assert_eq!(code(&told), expected, "{price} {warranty}: {told:?}");
    };
    check("90", "24", 0);
    check("100", "25", 0);
    check("90", "25", 0);
    check("99.99", "25", 0);
    check("99.99", "24", 302);
    check("100", "24", 304);
    check("80", "23", 301);
    check("100.01", "36", 301);
    let mut room = Room::open(points(), &[start, start]);
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.limits[&id("price")], Some(dec("90.00")));
    assert_eq!(own.limits[&id("warranty")], Some(dec("25")));
    assert_eq!(own.limits_next[&id("price")], dec("80.00"));
    assert_eq!(own.limits_next[&id("warranty")], dec("26"));
    let missing = room.place(0, 1, typed(&[("price", "90")]));
    assert_eq!(
        missing,
        Err(Refusal::UnknownCriterion {
            value: "warranty".to_owned()
        })
    );
}

fn guarded() -> Draft {
    let mut draft = lowest();
    draft.guards.confirm_above_percent = Some(dec("20"));
    draft.guards.refuse_above_percent = Some(dec("50"));
    draft
}

#[test]
fn a_large_drop_is_confirmed_by_typing_the_value_once_more() {
    let mut room = Room::prices(guarded(), &["1000", "2000"]);
    let change = |to, percent| Change {
        value: id("price"),
        from: dec("1000"),
        to: dec(to),
        percent: dec(percent),
    };
    let ask = Err(Refusal::NeedsConfirmation(change("799.99", "20.00")));
    let bid = |confirm: &[(&str, &str)]| confirmed(typed(&[("price", "799.99")]), confirm);
    assert_eq!(room.place(0, 1, bid(&[])), ask);
    assert_eq!(room.place(0, 2, bid(&[("price", "800")])), ask);
    assert_eq!(room.place(0, 3, bid(&[("price", "x")])), ask);
    assert_eq!(room.place(0, 4, bid(&[("colour", "799.99")])), ask);
    assert!(accepted(&room.place(0, 5, bid(&[("price", "799,990")]))));
}

#[test]
fn exactly_at_the_guards_passes() {
    let mut room = Room::prices(guarded(), &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 1, "800")));
    let half = confirmed(typed(&[("price", "400")]), &[("price", "400")]);
    assert!(accepted(&room.place(0, 2, half)));
    let less = confirmed(typed(&[("price", "199.99")]), &[("price", "199.99")]);
    assert_eq!(code(&room.place(0, 3, less)), 306);
}

#[test]
fn guards_compare_with_the_own_last_value_and_a_first_bid_has_none() {
    let mut draft = guarded();
    draft.opening = OpeningOffer::FirstBidFree;
    let mut room = Room::open(draft, &[&[], &[]]);
    assert!(accepted(&room.bid(0, 1, "100000")));
    assert!(accepted(&room.bid(1, 2, "10")));
}

#[test]
fn a_rise_is_guarded_where_more_is_better() {
    let mut draft = points();
    draft.guards.confirm_above_percent = Some(dec("20"));
    let start: &[(&str, &str)] = &[("price", "100.00"), ("warranty", "20")];
    let mut room = Room::open(draft, &[start, start]);
    assert!(accepted(&room.place(
        0,
        1,
        typed(&[("price", "100"), ("warranty", "24")])
    )));
    assert_eq!(
        code(&room.place(0, 2, typed(&[("price", "100"), ("warranty", "29")]))),
        305
    );
}

#[test]
fn the_least_gap_counts_from_the_last_attempt_whatever_became_of_it() {
    let mut draft = lowest();
    draft.pace.min_gap_ms = 1_000;
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 0, "900")));
    assert_eq!(
        room.bid(0, 999, "800"),
        Err(Refusal::MinGap { min_gap_ms: 1_000 })
    );
    assert_eq!(code(&room.bid(0, 1_998, "800")), 313);
    assert!(accepted(&room.bid(0, 2_998, "800")));
    assert!(
        accepted(&room.bid(1, 2_999, "1500")),
        "each bidder has its own gap"
    );
}

#[test]
fn bids_need_admission_and_accepted_terms() {
    let mut room = Room::admitted(lowest(), &[&[("price", "1000")], &[("price", "2000")]]);
    let newcomer = auction_rules::Act::Admit {
        bidder: bidder(2),
        offer: values(&[("price", "3000")]),
    };
    room.officer(-MINUTE, newcomer).expect("admitted");
    room.run(0);
    let terms_hash = room.auction.terms_hash();
    assert_eq!(
        room.bid(2, 1, "10"),
        Err(Refusal::TermsNotAccepted { terms_hash })
    );
    let by = || auction_rules::By::Bidder(bidder(2));
    let wrong = auction_rules::Act::AcceptTerms {
        terms_hash: auction_rules::Digest([9; 32]),
    };
    assert_eq!(code(&room.send(by(), 2, wrong)), 203);
    let right = auction_rules::Act::AcceptTerms { terms_hash };
    room.send(by(), 3, right).expect("accepted");
    assert!(accepted(&room.bid(2, 4, "10")));
    assert_eq!(room.bid(7, 5, "10"), Err(Refusal::NotAdmitted));
    assert_eq!(room.log.last().and_then(|entry| entry.n), None);
}

#[test]
fn value_of_highest_direction_keeps_its_range() {
    let mut value = warranty_value();
    value.direction = Direction::Highest;
    value.least = dec("6");
    let step = ticked(by_amount("1"), "4");
    assert_eq!(improvement::least_demanding(&value, &step), Some(dec("8")));
}
