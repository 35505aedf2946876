//! What the server notes by itself: for officers alone, bounded, and not in every state.

use crate::kit::*;
use auction_rules::command::{DROPPED_APART_MS, REFUSED_NOTES_MAX};
use auction_rules::event::Event;
use auction_rules::feed::{Audience, Item, News};
use auction_rules::{Act, Alias, By, Digest, Outside, Refusal};
use std::collections::BTreeMap;

fn refused(number: usize, counts: &[(Outside, u32)]) -> Act {
    Act::NoteRefused {
        bidder: bidder(number),
        counts: BTreeMap::from_iter(counts.iter().copied()),
    }
}

fn some(number: usize) -> Act {
    refused(number, &[(Outside::TooFast, 1)])
}

fn note(room: &mut Room, now: i64, act: Act) -> Told {
    room.send(By::Server, now, act)
}

fn room() -> Room {
    Room::prices(lowest(), &["1000", "2000"])
}

fn items(room: &Room, from: usize) -> Vec<&(Audience, Item)> {
    room.feed[from..].iter().collect()
}

#[test]
fn officers_alone_are_told_what_was_refused_outside_the_log() {
    let counts = [(Outside::BadMessage, 2), (Outside::CommandIdReused, 7)];
    let mut before = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    for (room, now, known) in [
        (&mut before, -MINUTE, None),
        (&mut room(), 5, Some(alias(2))),
    ] {
        let from = room.feed.len();
        let own = room.auction.own_view(bidder(1));
        let told = note(room, now, refused(1, &counts));
        assert_eq!(told, Ok(vec![Event::RefusedOutside]));
        let [(Audience::Officers, item)] = items(room, from)[..] else {
            panic!("{:?}", items(room, from))
        };
        let expected = News::RefusedOutside {
            alias: known,
            bidder: bidder(1),
            counts: BTreeMap::from(counts),
        };
        assert_eq!((item.at, &item.news), (at(now), &expected));
        assert_eq!(room.auction.own_view(bidder(1)), own);
    }
}

#[test]
fn a_note_says_something_of_an_admitted_bidder() {
    let mut room = room();
    let stranger = Act::NoteRefused {
        bidder: Digest([77; 32]),
        counts: BTreeMap::from([(Outside::TooFast, 1)]),
    };
    for wrong in [
        stranger,
        refused(0, &[]),
        refused(0, &[(Outside::TooFast, 3), (Outside::BadMessage, 0)]),
    ] {
        assert_eq!(note(&mut room, 5, wrong), Err(Refusal::NotNow));
    }
    for by in [officer(), By::Bidder(bidder(0))] {
        assert_eq!(room.send(by, 5, some(0)), Err(Refusal::NotAllowed));
    }
}

#[test]
fn notes_of_a_bidder_are_bounded_and_the_rest_is_one_more_after_the_close() {
    let mut room = room();
    for now in 0..i64::from(REFUSED_NOTES_MAX) {
        assert!(note(&mut room, now, some(0)).is_ok(), "{now}");
    }
    assert!(!room.auction.may_note_refused(bidder(0)));
    assert_eq!(note(&mut room, SECOND, some(0)), Err(Refusal::NotNow));
    assert!(note(&mut room, SECOND, some(1)).is_ok(), "another's");
    room.run(10 * MINUTE);
    assert_eq!(room.state(), "closed");
    for number in [0, 1] {
        assert!(note(&mut room, 10 * MINUTE + 1, some(number)).is_ok());
        assert!(note(&mut room, 10 * MINUTE + 2, some(number)).is_err());
    }
    room.closed();
    assert!(!room.auction.may_note_refused(bidder(1)));
    assert!(note(&mut room, 11 * MINUTE, some(1)).is_err(), "sealed");
}

#[test]
fn what_is_no_entry_is_told_from_what_is() {
    for (refusal, expected) in [
        (Refusal::TooFast { per_s: 1 }, Some(Outside::TooFast)),
        (Refusal::Unavailable, Some(Outside::Unavailable)),
        (
            Refusal::TooManyAttempts { most: 1 },
            Some(Outside::TooManyAttempts),
        ),
        (Refusal::CommandIdReused, Some(Outside::CommandIdReused)),
        (
            Refusal::BadMessage {
                detail: String::new(),
            },
            Some(Outside::BadMessage),
        ),
        (Refusal::NotLoggedIn, None),
        (Refusal::NotAdmitted, None),
        (Refusal::Excluded, None),
    ] {
        assert_eq!(Outside::of(&refusal), expected);
        if let Some(outside) = expected {
            let name = serde_json::to_value(outside).expect("JSON");
            let whole = serde_json::to_value(&refusal).expect("JSON");
            assert_eq!(whole["name"], name, "one name for both");
        }
    }
}

fn dropped(before: u16, gone: &[u16]) -> Act {
    Act::NoteDropped {
        before,
        gone: gone.iter().map(|number| Alias(*number)).collect(),
    }
}

fn six() -> Room {
    Room::prices(lowest(), &["1000", "1001", "1002", "1003", "1004", "1005"])
}

#[test]
fn half_of_those_connected_or_more_is_noted() {
    let cases: &[(u16, &[u16], Option<u16>)] = &[
        (4, &[1, 2], Some(2)),
        (4, &[1, 2, 6], Some(1)),
        (4, &[1, 2, 3, 4], Some(0)),
        (5, &[1, 2, 3], Some(2)),
        (6, &[2, 4, 6], Some(3)),
        // Too few.
        (3, &[1, 2], None),
        (0, &[], None),
        // Less than half.
        (4, &[1], None),
        (5, &[1, 2], None),
        (6, &[], None),
        // Not as it can be: too many, unknown, twice, out of order.
        (7, &[1, 2, 3, 4], None),
        (4, &[1, 2, 3, 4, 5], None),
        (4, &[0, 1], None),
        (4, &[1, 7], None),
        (4, &[2, 2], None),
        (4, &[2, 1], None),
    ];
    for (before, gone, now) in cases {
        let (mut room, before) = (six(), *before);
        let told = note(&mut room, 5, dropped(before, gone));
        let expected = now
            .map(|now| vec![Event::ConnectionsDropped { before, now }])
            .ok_or(Refusal::NotNow);
        assert_eq!(told, expected, "{before} {gone:?}");
    }
}

#[test]
fn officers_alone_are_told_that_connections_dropped() {
    let mut room = six();
    let from = room.feed.len();
    note(&mut room, 5, dropped(5, &[1, 3, 5])).expect("noted");
    let [(Audience::Officers, item)] = items(&room, from)[..] else {
        panic!("{:?}", items(&room, from))
    };
    let expected = News::ConnectionsDropped { before: 5, now: 2 };
    assert_eq!((item.at, &item.news), (at(5), &expected));
}

#[test]
fn drops_are_noted_while_bids_may_come_and_once_a_minute() {
    let act = || dropped(4, &[1, 2]);
    let offers: [&[(&str, &str)]; 4] = [&[("price", "9")]; 4];
    let mut room = Room::admitted(lowest(), &offers);
    assert!(note(&mut room, -1, act()).is_err(), "not open yet");
    assert!(note(&mut room, SECOND, act()).is_ok());
    let again = SECOND + i64::try_from(DROPPED_APART_MS).expect("small");
    assert!(note(&mut room, again - 1, act()).is_err(), "too soon");
    assert!(note(&mut room, again, act()).is_ok());
    let reason = "because".to_owned();
    room.officer(2 * MINUTE, Act::Pause { reason })
        .expect("paused");
    assert!(note(&mut room, 4 * MINUTE, act()).is_ok(), "paused");
    let reason = "because".to_owned();
    room.officer(5 * MINUTE, Act::Cancel { reason })
        .expect("cancelled");
    assert!(note(&mut room, 6 * MINUTE, act()).is_err(), "over");
    let mut room = six();
    for by in [officer(), By::Bidder(bidder(0))] {
        assert_eq!(room.send(by, 5, act()), Err(Refusal::NotAllowed));
    }
}
