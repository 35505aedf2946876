//! What each audience sees, by the switches of the terms.

use crate::kit::*;
use auction_rules::feed::{Audience, News};
use auction_rules::terms::{Draft, Levels, OpeningOffer, Phase, PhaseKind, Tax, Turns, Visibility};
use auction_rules::{Act, Viewer};
use serde_json::{Value as Json, json};

fn with(base: Draft, change: impl FnOnce(&mut Visibility)) -> Draft {
    let mut draft = base;
    change(&mut draft.visibility);
    draft
}

fn offers() -> [&'static [(&'static str, &'static str)]; 2] {
    [
        &[("price", "100"), ("warranty", "12")],
        &[("price", "110"), ("warranty", "24")],
    ]
}

fn best_news(room: &Room, audience: Audience) -> usize {
    let told = room.feed.iter().filter(|(to, _)| *to == audience);
    told.filter(|(_, item)| matches!(item.news, News::BestChanged { .. }))
        .count()
}

#[test]
fn a_hidden_best_price_is_hidden_everywhere() {
    let draft = with(lowest(), |v| v.best_value = false);
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(1, 1, "900")));
    for audience in [Audience::Bidders, Audience::Observers] {
        assert_eq!(room.auction.public(audience).best, None);
        assert_eq!(best_news(&room, audience), 0);
    }
    assert_eq!(
        room.auction.own_view(bidder(0)).expect("admitted").gap,
        None
    );
    assert_eq!(best_news(&room, Audience::Officers), 2);
    assert!(room.auction.public(Audience::Officers).best.is_some());
}

#[test]
fn best_points_are_always_shown_and_values_by_the_switch() {
    let hidden = Room::open(with(points(), |v| v.best_value = false), &offers());
    let best = hidden
        .auction
        .public(Audience::Bidders)
        .best
        .expect("shown");
    assert_eq!((best.values, best.points), (None, Some(dec("94.55"))));
    let own = hidden.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.gap, Some(dec("14.55")));
    let shown = Room::open(points(), &offers());
    let best = shown.auction.public(Audience::Bidders).best.expect("shown");
    assert_eq!(
        best.values,
        Some(values(&[("price", "110.00"), ("warranty", "24")]))
    );
}

#[test]
fn rivals_are_shown_only_under_their_aliases_and_only_by_the_switch() {
    let room = Room::open(points(), &offers());
    assert_eq!(room.auction.public(Audience::Bidders).rows, None);
    let shown = Room::open(with(points(), |v| v.all_values = true), &offers());
    let rows = shown.auction.public(Audience::Bidders).rows.expect("shown");
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.alias.map(|a| a.0), row.position))
        .collect();
    assert_eq!(seen, [(Some(2), Some(1)), (Some(1), Some(2))]);
    let text = serde_json::to_string(&shown.auction.public(Audience::Bidders)).expect("JSON");
    assert!(!text.contains(&bidder(0).to_string()), "no commitment");
    assert_eq!(shown.auction.public(Audience::Observers).rows, None);
}

/// The list of all values once held bidders without an offer, and so told how many take part.
#[test]
fn rows_do_not_tell_how_many_take_part() {
    let mut draft = with(lowest(), |v| {
        v.all_values = true;
        v.participant_count = false;
    });
    draft.opening = OpeningOffer::FirstBidFree;
    let mut room = Room::open(draft, &[&[], &[], &[]]);
    assert!(accepted(&room.bid(0, 1, "100")));
    let public = room.auction.public(Audience::Bidders);
    assert_eq!(
        (public.rows.map(|rows| rows.len()), public.participants),
        (Some(1), None)
    );
    let officers = room.auction.public(Audience::Officers);
    assert_eq!(
        (officers.rows.map(|rows| rows.len()), officers.participants),
        (Some(3), Some(3))
    );
}

#[test]
fn the_count_is_shown_from_the_opening_on_where_the_terms_say_so() {
    let offers: [&[(&str, &str)]; 2] = [&[("price", "1")], &[("price", "2")]];
    let mut room = Room::admitted(lowest(), &offers);
    assert_eq!(room.auction.public(Audience::Bidders).participants, None);
    assert_eq!(room.auction.public(Audience::Bidders).best, None);
    room.run(0);
    assert_eq!(room.auction.public(Audience::Bidders).participants, Some(2));
    assert_eq!(room.auction.public(Audience::Observers).participants, None);
}

#[test]
fn bids_are_news_to_bidders_only_where_all_values_are_shown() {
    for shown in [false, true] {
        let draft = with(lowest(), |v| v.all_values = shown);
        let mut room = Room::prices(draft, &["1000", "2000"]);
        assert!(accepted(&room.bid(1, 1, "1900")));
        assert_eq!(code(&room.bid(1, 2, "1900")), 304);
        let told = |audience| {
            let of = room.feed.iter().filter(|(to, _)| *to == audience);
            of.filter(|(_, item)| matches!(item.news, News::BidAccepted { .. }))
                .count()
        };
        assert_eq!(
            (told(Audience::Bidders), told(Audience::Observers)),
            (usize::from(shown), 0)
        );
        let attempts = room.feed.iter().filter(|(to, item)| {
            *to == Audience::Officers && matches!(item.news, News::Attempted { .. })
        });
        assert_eq!(attempts.count(), 2);
    }
}

#[test]
fn an_equal_best_of_another_bidder_is_no_news() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    let before = best_news(&room, Audience::Bidders);
    assert!(accepted(&room.bid(1, 1, "1000")));
    assert_eq!(best_news(&room, Audience::Bidders), before);
    assert!(accepted(&room.bid(1, 2, "990")));
    assert_eq!(best_news(&room, Audience::Bidders), before + 1);
}

#[test]
fn items_are_numbered_without_gaps_in_each_audience() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    assert!(accepted(&room.bid(1, 1, "900")));
    room.closed();
    for audience in Audience::ALL {
        let told = room.feed.iter().filter(|(to, _)| *to == audience);
        let numbers: Vec<_> = told.map(|(_, item)| item.f).collect();
        let last = room.auction.feed_last(audience);
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    }
}

#[test]
fn officers_are_told_who_accepted_the_terms() {
    let room = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    let told: Vec<_> = room
        .feed
        .iter()
        .filter_map(|(to, item)| match item.news {
            News::TermsAccepted { bidder } => Some((*to, bidder)),
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            (Audience::Officers, bidder(0)),
            (Audience::Officers, bidder(1))
        ]
    );
}

#[test]
fn the_result_is_everyones_and_only_the_winner_is_revealed() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    room.closed();
    for viewer in [Viewer::Bidder(bidder(1)), Viewer::Observer, Viewer::Officer] {
        let result = room.auction.view(viewer).public.result.expect("shown");
        assert_eq!(result.winner, Some(alias(1)));
    }
    let revealed = auction_rules::Event::IdentitiesRevealed {
        aliases: vec![alias(1)],
    };
    let all = room.log.iter().filter_map(|entry| match &entry.outcome {
        auction_rules::Outcome::Events(events) => Some(events),
        auction_rules::Outcome::Refused(_) => None,
    });
    assert_eq!(all.flatten().filter(|event| **event == revealed).count(), 1);
}

#[test]
fn before_the_opening_nobody_sees_an_alias() {
    let room = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    let view = room.auction.view(Viewer::Bidder(bidder(0)));
    assert_eq!(view.own.expect("admitted").alias, None);
    assert_eq!(view.public.opens_at, Some(at(0)));
    assert_eq!(room.auction.view(Viewer::Bidder(bidder(9))).own, None);
    let rows = room.auction.public(Audience::Officers).rows.expect("shown");
    assert_eq!(rows.len(), 2);
}

#[test]
fn officers_alone_see_the_written_offers() {
    let draft = with(lowest(), |v| v.all_values = true);
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(1, 1, "900")));
    let openings = |audience| -> Vec<_> {
        let rows = room.auction.public(audience).rows.expect("shown");
        let opening = |row: auction_rules::auction::Row| row.officer?.opening;
        rows.into_iter().filter_map(opening).collect()
    };
    let offer = |price| values(&[("price", price)]);
    assert_eq!(
        openings(Audience::Officers),
        [offer("2000.00"), offer("1000.00")]
    );
    assert_eq!(openings(Audience::Bidders), []);
    let mut draft = lowest();
    draft.opening = OpeningOffer::FirstBidFree;
    let mut room = Room::open(draft, &[&[], &[]]);
    assert!(accepted(&room.bid(1, 1, "900")));
    let rows = room.auction.public(Audience::Officers).rows.expect("shown");
    let officer = rows.into_iter().filter_map(|row| row.officer);
    assert!(officer.into_iter().all(|row| row.opening.is_none()));
}

#[test]
fn a_cancelled_auction_says_so_also_when_it_is_sealed() {
    for cancelled in [true, false] {
        let mut room = Room::prices(lowest(), &["1000", "2000"]);
        assert!(!room.auction.public(Audience::Bidders).cancelled);
        if cancelled {
            let reason = "because".to_owned();
            let act = auction_rules::Act::Cancel { reason };
            room.officer(MINUTE, act).expect("cancelled");
        } else {
            room.run(10 * MINUTE);
        }
        let state = if cancelled { "cancelled" } else { "closed" };
        for state in [state, "sealed"] {
            assert_eq!(room.state(), state);
            for audience in Audience::ALL {
                assert_eq!(room.auction.public(audience).cancelled, cancelled);
            }
            room.run(400 * MINUTE);
        }
    }
}

/// The clock as bidders see it, at a moment of an auction of these phases.
fn clock(room: &Room) -> Json {
    let phase = room.auction.public(Audience::Bidders).phase;
    serde_json::to_value(phase).expect("JSON")
}

fn levels(start: &str, end: &str) -> Levels {
    Levels {
        start: dec(start),
        step: dec("10"),
        end: dec(end),
        interval_ms: 60_000,
    }
}

#[test]
fn the_clock_of_each_kind_shows_what_is_its_own() {
    let room = |phase: Phase| {
        let mut room = Room::admitted(
            Draft {
                phases: vec![phase],
                ..lowest()
            },
            &[&[("price", "1000")], &[("price", "2000")]],
        );
        room.tail_ms = 30_000;
        room.run(0);
        room
    };
    let mut tailed = set_time(10 * MINUTE, None);
    if let PhaseKind::Open(open) = &mut tailed.run {
        open.random_tail_ms = Some(60_000);
    }
    let (from, to) = (at(10 * MINUTE), at(11 * MINUTE));
    assert_eq!(
        clock(&room(tailed)),
        json!({"index": 0, "of": 1, "kind": "open", "closes_from": from, "closes_at": to, "extensions": 0})
    );
    let mut turns = room(then(PhaseKind::Turns(Turns { slot_ms: 60_000 })));
    let turn = |alias: u16, turn: u16| {
        json!({
            "index": 0, "of": 1, "kind": "turns", "closes_at": at(i64::from(turn) * MINUTE),
            "turn": {"alias": alias, "turn": turn, "of": 2}, "extensions": 0,
        })
    };
    assert_eq!(clock(&turns), turn(2, 1));
    turns.run(MINUTE);
    assert_eq!(clock(&turns), turn(1, 2));
}

#[test]
fn a_level_shows_with_the_number_that_remains_where_numbers_show() {
    let room = |run: PhaseKind, count: bool| {
        let mut draft = with(lowest(), |v| v.participant_count = count);
        draft.opening = OpeningOffer::FirstBidFree;
        draft.phases = vec![then(run)];
        Room::open(draft, &[&[], &[]])
    };
    let level = |kind: &str, level: &str| {
        json!({
            "index": 0, "of": 1, "kind": kind, "closes_at": at(MINUTE), "level": level, "extensions": 0,
        })
    };
    let falling = || PhaseKind::DescendingClock(levels("100", "50"));
    let mut counted = level("descending-clock", "100");
    counted["remaining"] = json!(2);
    assert_eq!(clock(&room(falling(), true)), counted);
    assert_eq!(
        clock(&room(falling(), false)),
        level("descending-clock", "100")
    );
    let rising = PhaseKind::AscendingClock(levels("50", "100"));
    assert_eq!(clock(&room(rising, true)), level("ascending-clock", "50"));
}

/// What bidders see of the course of an auction, but for its clock and its offers.
#[test]
fn the_course_of_an_auction_shows_at_each_moment() {
    let second = Phase {
        pause_before_ms: 60_000,
        ..set_time(10 * MINUTE, None)
    };
    let draft = Draft {
        phases: vec![set_time(10 * MINUTE, None), second],
        ..lowest()
    };
    let mut room = Room::admitted(draft, &[&[("price", "1000")], &[("price", "2000")]]);
    let course = |room: &Room| {
        let view = room.auction.public(Audience::Bidders);
        let moments = [view.opens_at, view.resumes_at, view.closed_at];
        (view.state, moments, view.cancelled, view.result.is_some())
    };
    let is =
        |state: &str, moments, cancelled, result| (state.to_owned(), moments, cancelled, result);
    assert_eq!(
        course(&room),
        is("published", [Some(at(0)), None, None], false, false)
    );
    room.run(10 * MINUTE);
    assert_eq!(course(&room), is("between", [None; 3], false, false));
    let waits = json!({
        "index": 1, "of": 2, "kind": "open", "starts_at": at(11 * MINUTE), "extensions": 0,
    });
    assert_eq!(clock(&room), waits);
    let because = || "because".to_owned();
    let pause = || Act::Pause { reason: because() };
    room.officer(12 * MINUTE, pause()).expect("paused");
    assert_eq!(course(&room), is("paused", [None; 3], false, false));
    let stands = json!({"index": 1, "of": 2, "kind": "open", "extensions": 0});
    assert_eq!(clock(&room), stands);
    let notice_ms = ms(5 * MINUTE);
    let resume = Act::Resume {
        notice_ms,
        reason: because(),
    };
    room.officer(13 * MINUTE, resume).expect("announced");
    let resumes_at = Some(at(18 * MINUTE));
    assert_eq!(
        course(&room),
        is("paused", [None, resumes_at, None], false, false)
    );
    let mut cancelled = room.clone();
    let cancel = Act::Cancel { reason: because() };
    cancelled.officer(14 * MINUTE, cancel).expect("cancelled");
    let ended = [None, None, Some(at(14 * MINUTE))];
    assert_eq!(course(&cancelled), is("cancelled", ended, true, false));
    // One of ten minutes had run.
    room.run(27 * MINUTE);
    let ended = [None, None, Some(at(27 * MINUTE))];
    assert_eq!(course(&room), is("closed", ended, false, true));
    room.run(40 * MINUTE);
    assert_eq!(course(&room), is("sealed", ended, false, true));
}

#[test]
fn a_preview_says_the_change_and_what_is_compared_or_why_not() {
    let mut draft = lowest();
    draft.values[0].tax = Some(Tax::ReverseCharge { rate: id("vat") });
    let offer: &[(&str, &str)] = &[("price", "1000"), ("vat", "23")];
    let room = Room::open(draft, &[offer, offer]);
    let preview = |who, price| {
        let typed = typed(&[("price", price)]);
        let preview = room.auction.preview(bidder(who), at(MINUTE), &typed);
        serde_json::to_value(preview).expect("JSON")
    };
    let good = json!({"change_percent": {"price": "10.00"}, "compared": "1107.00"});
    assert_eq!(preview(0, "900"), good);
    let names = |preview: Json| {
        (
            preview["refusal"]["name"].clone(),
            preview.get("compared").is_some(),
        )
    };
    assert_eq!(
        names(preview(0, "999")),
        (json!("below-minimum-step"), true)
    );
    assert_eq!(names(preview(0, "x")), (json!("malformed-amount"), false));
    assert_eq!(names(preview(7, "900")), (json!("not-admitted"), false));
}
