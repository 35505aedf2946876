//! Who stands better of two equal offers.

use crate::kit::*;
use auction_rules::terms::{Draft, Ties};

fn with(ties: Ties) -> Draft {
    Draft { ties, ..lowest() }
}

/// Positions by alias, best first, and the result's winner and tied ones.
fn check(ties: Ties, offers: &[&str], positions: &[(u16, u16)], winner: Option<u16>, tied: &[u16]) {
    let mut room = Room::prices(with(ties), offers);
    assert_eq!(room.positions(), positions);
    let result = room.closed();
    assert_eq!(result.winner.map(|alias| alias.0), winner);
    let names: Vec<_> = result.tied.iter().map(|alias| alias.0).collect();
    assert_eq!(names, tied);
}

#[test]
fn the_earlier_of_equals_stands_first() {
    let positions = [(2, 1), (3, 2), (1, 3), (4, 4)];
    check(
        Ties::Earliest,
        &["20", "10", "10", "30"],
        &positions,
        Some(2),
        &[],
    );
}

#[test]
fn equals_share_a_position_and_the_next_one_is_skipped() {
    let positions = [(2, 1), (3, 1), (1, 3), (4, 3), (5, 5)];
    check(
        Ties::EqualRank,
        &["20", "10", "10", "20", "30"],
        &positions,
        None,
        &[2, 3],
    );
    let positions = [(1, 1), (2, 2), (3, 2)];
    check(
        Ties::EqualRank,
        &["10", "20", "20"],
        &positions,
        Some(1),
        &[],
    );
}

#[test]
fn the_log_decides_the_order_not_the_stamp() {
    let mut room = Room::prices(with(Ties::Earliest), &["1000", "1000", "1000"]);
    assert!(accepted(&room.bid(2, 2_000, "500")));
    assert!(accepted(&room.late(1, 1_000, "500")));
    assert_eq!(room.positions(), [(3, 1), (2, 2), (1, 3)]);
}

#[test]
fn a_bid_that_only_equals_the_leader_does_not_take_the_lead() {
    let mut room = Room::prices(with(Ties::Earliest), &["1000", "1000", "990"]);
    assert!(accepted(&room.bid(1, 1, "990")));
    assert_eq!(room.positions(), [(3, 1), (2, 2), (1, 3)]);
}

#[test]
fn equal_points_are_a_tie_whatever_the_prices() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "12")],
        &[("price", "150"), ("warranty", "24")],
    ];
    let mut room = Room::open(points(), &offers);
    assert_eq!(room.positions(), [(1, 1), (2, 1)]);
    assert_eq!(room.closed().tied, [alias(1), alias(2)]);
}

#[test]
fn nobody_wins_an_auction_without_offers() {
    let mut draft = with(Ties::Earliest);
    draft.opening = auction_rules::terms::OpeningOffer::FirstBidFree;
    let mut room = Room::open(draft, &[&[], &[]]);
    let result = room.closed();
    assert_eq!(
        (result.winner, result.standings.len(), result.tied.len()),
        (None, 0, 0)
    );
}
