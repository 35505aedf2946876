//! When a phase ends, and what a bid does to its end.

use crate::kit::*;
use auction_rules::event::Event;
use auction_rules::terms::{Anchor, Draft, Extension, OpeningOffer, Ties, Trigger};
use auction_rules::{Refusal, Timestamp};

fn with_phase(phase: auction_rules::terms::Phase) -> Draft {
    Draft {
        phases: vec![phase],
        ..lowest()
    }
}

fn extended(change: impl FnOnce(&mut Extension)) -> Draft {
    let mut with = extension(Anchor::FromBid, Trigger::AnyBid);
    change(&mut with);
    with_phase(set_time(10 * MINUTE, Some(with)))
}

/// Bids of bidder, moment and price, each accepted; then when the phase ends.
fn check(draft: Draft, bids: &[(usize, i64, &str)], expected: i64) {
    let mut room = Room::prices(draft, &["1000", "2000", "3000"]);
    for (number, moment, price) in bids {
        let told = room.bid(*number, *moment, price);
        assert!(accepted(&told), "{number} {moment} {price}: {told:?}");
    }
    assert_eq!(room.closes(), Some(expected), "{bids:?}");
}

#[test]
fn a_set_time_is_kept() {
    check(
        with_phase(set_time(10 * MINUTE, None)),
        &[(0, 10 * MINUTE - 1, "900")],
        10 * MINUTE,
    );
}

#[test]
fn nothing_is_accepted_at_the_close_or_after_it() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 10 * MINUTE - 1, "900")));
    let closed_at = at(10 * MINUTE);
    assert_eq!(
        room.bid(0, 10 * MINUTE, "800"),
        Err(Refusal::Closed { closed_at })
    );
    let received_at = Timestamp(closed_at.0 - 1);
    let late = Refusal::ArrivedTooLate {
        received_at,
        closed_at,
    };
    assert_eq!(room.late(1, 10 * MINUTE - 1, "700"), Err(late));
    assert_eq!(room.price_of(0), Some(dec("900")));
}

#[test]
fn a_deadline_that_nobody_decided_still_refuses() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    assert_eq!(code(&room.late(0, 10 * MINUTE, "800")), 104);
    let pause = auction_rules::Act::Pause {
        reason: "late".to_owned(),
    };
    assert_eq!(code(&room.decide(officer(), 10 * MINUTE, pause)), 502);
}

#[test]
fn idle_closes_after_silence() {
    let phase = || with_phase(idle(5 * MINUTE, 0, None));
    check(phase(), &[], 5 * MINUTE);
    check(phase(), &[(0, 3 * MINUTE, "900")], 8 * MINUTE);
    check(
        phase(),
        &[(0, 3 * MINUTE, "900"), (1, 8 * MINUTE - 1, "900")],
        13 * MINUTE - 1,
    );
}

#[test]
fn idle_not_before_and_latest() {
    let not_before = || with_phase(idle(2 * MINUTE, 10 * MINUTE, None));
    check(not_before(), &[], 10 * MINUTE);
    check(not_before(), &[(0, 7 * MINUTE, "900")], 10 * MINUTE);
    check(not_before(), &[(0, 9 * MINUTE, "900")], 11 * MINUTE);
    let latest = || with_phase(idle(2 * MINUTE, 0, Some(3 * MINUTE)));
    check(latest(), &[], 2 * MINUTE);
    check(latest(), &[(0, 90 * SECOND, "900")], 3 * MINUTE);
    let both = || with_phase(idle(2 * MINUTE, 4 * MINUTE, Some(5 * MINUTE)));
    check(both(), &[], 4 * MINUTE);
    check(both(), &[(0, 150 * SECOND, "900")], 270 * SECOND);
    check(both(), &[(0, 200 * SECOND, "900")], 5 * MINUTE);
}

/// The end is said anew only when it has moved.
#[test]
fn a_bid_that_moves_no_end_says_nothing_of_it() {
    let phase = || idle(2 * MINUTE, 10 * MINUTE, None);
    let mut room = Room::prices(with_phase(phase()), &["1000", "2000"]);
    let events = |told: Told| told.expect("legal").len();
    assert_eq!(events(room.bid(0, 8 * MINUTE, "900")), 1);
    assert_eq!(events(room.bid(0, 8 * MINUTE + 1, "800")), 2);
    assert_eq!(events(room.bid(1, 8 * MINUTE + 1, "700")), 1);
}

#[test]
fn a_refused_bid_does_not_break_the_silence() {
    let mut room = Room::prices(with_phase(idle(5 * MINUTE, 0, None)), &["1000", "2000"]);
    assert_eq!(code(&room.bid(0, 3 * MINUTE, "1000")), 304);
    assert_eq!(room.closes(), Some(5 * MINUTE));
}

#[test]
fn the_window_includes_its_boundary() {
    let end = 10 * MINUTE;
    check(extended(|_| ()), &[(0, end - 120_001, "900")], end);
    check(extended(|_| ()), &[(0, end - 120_000, "900")], end);
    check(extended(|_| ()), &[(0, end - 119_999, "900")], end + 1);
    let added = |window_ms| {
        extended(|e| {
            e.anchor = Anchor::Added;
            e.window_ms = window_ms;
            e.length_ms = 300_000;
        })
    };
    check(added(60_000), &[(0, end - 60_001, "900")], end);
    check(added(60_000), &[(0, end - 60_000, "900")], end + 5 * MINUTE);
}

#[test]
fn both_anchors() {
    let end = 10 * MINUTE;
    let bids = [(0, end - MINUTE, "900"), (1, end + 30 * SECOND, "900")];
    check(extended(|_| ()), &bids, end + 150 * SECOND);
    check(
        extended(|e| e.anchor = Anchor::Added),
        &bids,
        end + 4 * MINUTE,
    );
}

#[test]
fn both_caps() {
    let end = 10 * MINUTE;
    let bids = [
        (0, end - SECOND, "900"),
        (0, end + MINUTE, "800"),
        (0, end + 2 * MINUTE, "700"),
    ];
    check(
        extended(|e| e.count_max = Some(1)),
        &bids[..1],
        end + 119 * SECOND,
    );
    check(
        extended(|e| e.count_max = Some(1)),
        &bids[..2],
        end + 119 * SECOND,
    );
    check(extended(|e| e.count_max = Some(2)), &bids, end + 3 * MINUTE);
    let cap = end + 130 * SECOND;
    check(extended(|e| e.end_max_ms = Some(ms(cap))), &bids[..2], cap);
    let mut room = Room::prices(
        extended(|e| e.end_max_ms = Some(ms(cap))),
        &["1000", "2000"],
    );
    for (_, moment, price) in bids {
        let _ = room.bid(0, moment, price);
    }
    assert_eq!((room.closes(), room.extensions()), (Some(cap), 2));
}

#[test]
fn any_bid_extends_even_one_that_beats_nobody() {
    check(
        extended(|_| ()),
        &[(2, 10 * MINUTE - SECOND, "2500")],
        12 * MINUTE - SECOND,
    );
}

#[test]
fn beats_another() {
    let draft = || extended(|e| e.trigger = Trigger::BeatsAnother);
    let moment = 10 * MINUTE - SECOND;
    let moved = moment + 2 * MINUTE;
    check(draft(), &[(2, moment, "2500")], 10 * MINUTE);
    check(draft(), &[(2, moment, "2000")], 10 * MINUTE);
    check(draft(), &[(2, moment, "1999")], moved);
    check(draft(), &[(0, moment, "900")], moved);
    let mut free = draft();
    free.opening = OpeningOffer::FirstBidFree;
    let mut room = Room::open(free, &[&[], &[]]);
    assert!(accepted(&room.bid(0, moment, "500")));
    assert_eq!(room.closes(), Some(10 * MINUTE), "there is nobody to beat");
    assert!(accepted(&room.bid(1, moment, "400")));
    assert_eq!(room.closes(), Some(moved));
}

#[test]
fn changes_rank() {
    let draft = |rank_max, ties| Draft {
        ties,
        ..extended(|e| e.trigger = Trigger::ChangesRank { rank_max })
    };
    let moment = 10 * MINUTE - SECOND;
    let moved = moment + 2 * MINUTE;
    let earliest = Ties::Earliest;
    check(draft(1, earliest), &[(0, moment, "900")], 10 * MINUTE);
    check(draft(1, earliest), &[(2, moment, "1500")], 10 * MINUTE);
    check(draft(2, earliest), &[(2, moment, "1500")], moved);
    check(draft(2, earliest), &[(2, moment, "2000")], 10 * MINUTE);
    check(draft(2, Ties::EqualRank), &[(2, moment, "2000")], moved);
    check(draft(1, earliest), &[(2, moment, "500")], moved);
}

#[test]
fn phases_follow_with_their_pauses_and_count_anew() {
    let mut second = set_time(4 * MINUTE, Some(extension(Anchor::Added, Trigger::AnyBid)));
    second.pause_before_ms = 60_000;
    let first = set_time(5 * MINUTE, Some(extension(Anchor::Added, Trigger::AnyBid)));
    let draft = Draft {
        phases: vec![first, second],
        ..lowest()
    };
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 4 * MINUTE, "900")));
    assert_eq!((room.closes(), room.extensions()), (Some(7 * MINUTE), 1));
    let opens_at = Some(at(8 * MINUTE));
    assert_eq!(
        room.bid(0, 7 * MINUTE, "800"),
        Err(Refusal::NotOpen { opens_at })
    );
    assert_eq!(room.state(), "between");
    let ended = Refusal::ArrivedTooLate {
        received_at: at(7 * MINUTE - 1),
        closed_at: at(7 * MINUTE),
    };
    assert_eq!(room.late(0, 7 * MINUTE - 1, "800"), Err(ended));
    assert!(accepted(&room.bid(0, 8 * MINUTE, "800")));
    assert_eq!((room.closes(), room.extensions()), (Some(12 * MINUTE), 0));
    assert_eq!(code(&room.late(1, 8 * MINUTE - 1, "100")), 101);
    let result = room.closed();
    assert_eq!(result.winner, Some(alias(1)));
    assert_eq!(room.auction.closed_at(), Some(at(12 * MINUTE)));
}

#[test]
fn what_was_read_before_the_opening_is_not_accepted_after_it() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    let opens_at = Some(at(0));
    assert_eq!(room.late(0, -1, "900"), Err(Refusal::NotOpen { opens_at }));
    assert!(accepted(&room.late(0, 0, "900")));
}

#[test]
fn too_few_bidders_do_not_open() {
    let room = Room::prices(lowest(), &["1000"]);
    assert_eq!(room.state(), "published");
    let failed = Event::OpeningFailed {
        admitted: 1,
        bidders_min: 2,
    };
    let last = room.log.last().expect("an entry").outcome.clone();
    assert_eq!(last, auction_rules::Outcome::Events(vec![failed]));
    assert_eq!(room.auction.due(), None);
    let mut again = room;
    let act = auction_rules::Act::Admit {
        bidder: bidder(1),
        offer: values(&[("price", "2000")]),
    };
    again.officer(MINUTE, act).expect("admitted");
    let opens_at = at(2 * MINUTE);
    again
        .officer(MINUTE, auction_rules::Act::Schedule { opens_at })
        .expect("scheduled");
    again.run(2 * MINUTE);
    assert_eq!(again.state(), "open");
}

#[test]
fn one_bidder_is_enough_where_the_terms_say_so() {
    let mut draft = lowest();
    draft.conduct.bidders_min = 1;
    let mut room = Room::prices(draft, &["1000"]);
    assert!(accepted(&room.bid(0, MINUTE, "500")));
    assert_eq!(room.closed().winner, Some(alias(1)));
}

#[test]
fn sealing_follows_the_late_window_and_ends_everything() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    room.run(10 * MINUTE);
    assert!(!room.auction.is_sealed());
    assert_eq!(
        room.auction.due().map(|due| due.at),
        Some(at(10 * MINUTE + 5_000))
    );
    room.run(10 * MINUTE + 5_000);
    assert!(room.auction.is_sealed());
    assert_eq!(room.auction.due(), None);
    assert_eq!(code(&room.late(0, 10 * MINUTE - 1, "1")), 105);
    assert_eq!(code(&room.late(0, 10 * MINUTE, "1")), 104);
    let announce = auction_rules::Act::Announce {
        text: "hello".to_owned(),
    };
    assert_eq!(code(&room.decide(officer(), 11 * MINUTE, announce)), 104);
}
