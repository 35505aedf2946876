//! Points, with the rounding that the terms declare.

use crate::kit::*;
use auction_rules::ratio::Rounding;
use auction_rules::terms::{
    Criterion, Draft, Evaluation, Method, PointsRounding, Rounded, Source, TableRow,
};

fn with(criteria: Vec<Criterion>, rounding: PointsRounding) -> Draft {
    Draft {
        evaluation: Evaluation::Points { criteria, rounding },
        ..points()
    }
}

fn price_only(rounding: PointsRounding, weight: &str) -> Draft {
    let rest = Method::Table {
        rows: vec![TableRow {
            from: dec("0"),
            points: dec("0"),
        }],
    };
    let rest_weight = dec("100") - dec(weight);
    let criteria = vec![
        criterion("price", weight, Method::LowestBest, Source::Auctioned),
        criterion(
            "warranty",
            &rest_weight.to_string(),
            rest,
            Source::Auctioned,
        ),
    ];
    with(criteria, rounding)
}

/// Points by criterion and total of each bidder, as the log would print them.
fn check(draft: Draft, offers: &[&[(&str, &str)]], expected: &[(&str, &str, &str)]) {
    let room = Room::open(draft, offers);
    for (number, (criterion, points, total)) in (0..).zip(expected) {
        let own = room.auction.own_view(bidder(number)).expect("admitted");
        let got = own.points.expect("points");
        assert_eq!(
            got.by_criterion[&id(criterion)].to_string(),
            *points,
            "{number}"
        );
        assert_eq!(got.total.to_string(), *total, "{number}");
    }
}

#[test]
fn halves_go_where_the_terms_say() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "99.00"), ("warranty", "0")],
        &[("price", "160.00"), ("warranty", "0")],
    ];
    let case = |of, digits, mode, expected| {
        let draft = price_only(points_rounding(of, digits, mode), "60");
        check(
            draft,
            &offers[..],
            &[("price", "60.00", "60.00"), ("price", expected, expected)],
        );
    };
    case(Rounded::Points, 2, Rounding::HalfUp, "37.13");
    case(Rounded::Points, 2, Rounding::HalfEven, "37.12");
    // The ratio is 0.61875.
    case(Rounded::Ratio, 2, Rounding::HalfUp, "37.20");
}

#[test]
fn a_rounded_ratio_keeps_its_half_too() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "99.00"), ("warranty", "0")],
        &[("price", "160.00"), ("warranty", "0")],
    ];
    for (mode, expected) in [
        (Rounding::HalfUp, "37.1280"),
        (Rounding::HalfEven, "37.1280"),
    ] {
        let draft = price_only(points_rounding(Rounded::Ratio, 4, mode), "60");
        check(
            draft,
            &offers,
            &[
                ("price", "60.0000", "60.0000"),
                ("price", expected, expected),
            ],
        );
    }
}

/// Trailing zeros of a weight once pushed the points beyond 28 digits, and they came out as 0.
#[test]
fn trailing_zeros_of_a_weight_change_nothing() {
    let mut draft = price_only(points_rounding(Rounded::Ratio, 9, Rounding::HalfUp), "60");
    let Evaluation::Points { criteria, .. } = &mut draft.evaluation else {
        panic!("points")
    };
    criteria[0].weight = dec("60.00000000000000000000000");
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "99.00"), ("warranty", "0")],
        &[("price", "198.00"), ("warranty", "0")],
    ];
    let expected = [
        ("price", "60.000000000", "60.000000000"),
        ("price", "30.000000000", "30.000000000"),
    ];
    check(draft, &offers, &expected);
}

#[test]
fn the_most_of_a_criterion_is_its_divisor_and_nothing_more_is_gained() {
    let capped = Method::HighestBest {
        most: Some(dec("60")),
    };
    let criteria = vec![
        criterion("price", "60", Method::LowestBest, Source::Auctioned),
        criterion("warranty", "40", capped, Source::Auctioned),
    ];
    let rounding = points_rounding(Rounded::Points, 2, Rounding::HalfUp);
    let offers: [&[(&str, &str)]; 3] = [
        &[("price", "100"), ("warranty", "30")],
        &[("price", "100"), ("warranty", "60")],
        &[("price", "100"), ("warranty", "90")],
    ];
    let expected = [
        ("warranty", "20.00", "80.00"),
        ("warranty", "40.00", "100.00"),
        ("warranty", "40.00", "100.00"),
    ];
    check(with(criteria, rounding), &offers, &expected);
}

#[test]
fn tables_give_the_points_of_the_last_row_reached() {
    let rows = [("12", "0"), ("24", "20"), ("36", "40")]
        .map(|(from, points)| TableRow {
            from: dec(from),
            points: dec(points),
        })
        .to_vec();
    let criteria = vec![
        criterion("price", "60", Method::LowestBest, Source::Auctioned),
        criterion("warranty", "40", Method::Table { rows }, Source::Auctioned),
    ];
    let rounding = points_rounding(Rounded::Points, 2, Rounding::HalfUp);
    for (months, expected) in [
        ("0", "0"),
        ("12", "0"),
        ("23", "0"),
        ("24", "20"),
        ("120", "40"),
    ] {
        let offer: &[(&str, &str)] = &[("price", "100"), ("warranty", months)];
        let room = Room::open(with(criteria.clone(), rounding), &[offer, offer]);
        let own = room.auction.own_view(bidder(0)).expect("admitted");
        let got = own.points.expect("points").by_criterion[&id("warranty")];
        assert_eq!(got, dec(expected), "{months}");
    }
}

#[test]
fn a_criterion_of_the_written_offer_counts_and_stays() {
    let criteria = vec![
        criterion("price", "60", Method::LowestBest, Source::Auctioned),
        criterion(
            "warranty",
            "20",
            Method::HighestBest { most: None },
            Source::Auctioned,
        ),
        criterion("days", "20", Method::LowestBest, Source::Offer),
    ];
    let rounding = points_rounding(Rounded::Points, 2, Rounding::HalfUp);
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "10"), ("days", "7")],
        &[("price", "100"), ("warranty", "10"), ("days", "14")],
    ];
    let mut room = Room::open(with(criteria, rounding), &offers);
    let days = |room: &Room, number| {
        let own = room.auction.own_view(bidder(number)).expect("admitted");
        own.points.expect("points").by_criterion[&id("days")]
    };
    assert_eq!((days(&room, 0), days(&room, 1)), (dec("20"), dec("10")));
    assert!(accepted(&room.place(
        1,
        1,
        typed(&[("price", "50"), ("warranty", "10")])
    )));
    assert_eq!((days(&room, 0), days(&room, 1)), (dec("20"), dec("10")));
    let with_days = typed(&[("price", "40"), ("warranty", "10"), ("days", "1")]);
    assert_eq!(code(&room.place(1, 2, with_days)), 312);
}

#[test]
fn each_accepted_bid_ranks_everyone_anew() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "12")],
        &[("price", "110"), ("warranty", "24")],
    ];
    let mut room = Room::open(points(), &offers);
    let total = |room: &Room, number| {
        let own = room.auction.own_view(bidder(number)).expect("admitted");
        own.points.expect("points").total.to_string()
    };
    assert_eq!(
        (total(&room, 0), total(&room, 1)),
        ("80.00".to_owned(), "94.55".to_owned())
    );
    assert!(accepted(&room.place(
        0,
        1,
        typed(&[("price", "50"), ("warranty", "12")])
    )));
    assert_eq!(
        (total(&room, 0), total(&room, 1)),
        ("80.00".to_owned(), "67.27".to_owned())
    );
    assert!(accepted(&room.place(
        0,
        2,
        typed(&[("price", "50"), ("warranty", "48")])
    )));
    assert_eq!(
        (total(&room, 0), total(&room, 1)),
        ("100.00".to_owned(), "47.27".to_owned())
    );
    let own = room.auction.own_view(bidder(1)).expect("admitted");
    assert_eq!(own.gap, Some(dec("52.73")));
}

#[test]
fn nothing_out_of_nothing_is_nothing() {
    let offer: &[(&str, &str)] = &[("price", "100"), ("warranty", "0")];
    check(
        points(),
        &[offer, offer],
        &[("warranty", "0", "60.00"), ("warranty", "0", "60.00")],
    );
}

#[test]
fn a_preview_tells_the_points_that_the_bid_would_get() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "12")],
        &[("price", "110"), ("warranty", "24")],
    ];
    let mut room = Room::open(points(), &offers);
    let bid = typed(&[("price", "80"), ("warranty", "36")]);
    let preview = room.auction.preview(bidder(0), at(1), &bid);
    assert_eq!(preview.change_percent[&id("price")], dec("20.00"));
    assert!(accepted(&room.place(0, 1, bid)));
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(preview.points, own.points);
}
