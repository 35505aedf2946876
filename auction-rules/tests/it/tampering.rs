//! Ten kinds of tampering with the log of each kind of phase: each is named, at its entry.

use crate::kit::*;
use crate::published::{checked, of, published, sign_with, stranger};
use auction_rules::canonical;
use auction_rules::event::{Event, Outcome};
use auction_rules::terms::{
    Admission, Anchor, Draft, Levels, OpeningOffer, Phase, PhaseKind, SealedBid, TieBreak, Ties,
    Trigger, Turns,
};
use auction_rules::verify::{Expected, Place, PublishedLog, verify};
use auction_rules::{Act, By, Entry, Refusal};

pub(crate) const KINDS: [&str; 9] = [
    "set time",
    "idle",
    "extension",
    "random tail",
    "turns",
    "sealed bid",
    "descending clock",
    "ascending clock",
    "tie-break",
];

fn levels(start: &str, end: &str) -> Levels {
    Levels {
        start: dec(start),
        step: dec("10"),
        end: dec(end),
        interval_ms: 60_000,
    }
}

fn with(phases: Vec<Phase>) -> Draft {
    Draft {
        phases,
        ties: Ties::EqualRank,
        ..lowest()
    }
}

fn open(phase: Phase) -> Room {
    let mut room = Room::admitted(
        with(vec![phase]),
        &[&[("price", "1000")], &[("price", "2000")]],
    );
    room.tail_ms = 45_000;
    room.bid(0, MINUTE, "900").expect("legal");
    room.bid(1, 2 * MINUTE, "1999.99").expect_err("too little");
    room.bid(1, 10 * MINUTE - 1, "850").expect("legal");
    room
}

fn clocked(run: PhaseKind) -> Room {
    let draft = Draft {
        opening: OpeningOffer::FirstBidFree,
        ..with(vec![then(run)])
    };
    Room::open(draft, &[&[], &[]])
}

fn accept(room: &mut Room, who: usize, now: i64, level: &str) {
    let act = Act::AcceptLevel { level: dec(level) };
    room.send(By::Bidder(bidder(who)), now, act).expect("in");
}

/// A whole auction with a phase of this kind.
pub(crate) fn played(kind: &str) -> Room {
    let mut room = match kind {
        "set time" => open(set_time(10 * MINUTE, None)),
        "idle" => open(idle(9 * MINUTE, 0, None)),
        "extension" => open(set_time(
            10 * MINUTE,
            Some(extension(Anchor::FromBid, Trigger::AnyBid)),
        )),
        "random tail" => {
            let mut phase = set_time(10 * MINUTE, None);
            if let PhaseKind::Open(open) = &mut phase.run {
                open.random_tail_ms = Some(60_000);
            }
            open(phase)
        }
        "turns" => {
            let round = || then(PhaseKind::Turns(Turns { slot_ms: 120_000 }));
            let mut room = Room::prices(with(vec![round(), round()]), &["1000", "2000"]);
            room.bid(1, MINUTE, "950").expect("legal");
            room.send(By::Bidder(bidder(1)), MINUTE + 1, Act::Withdraw)
                .expect("taken back");
            room.bid(1, MINUTE + 2, "900").expect("legal");
            room
        }
        "sealed bid" => {
            let sealed = then(PhaseKind::SealedBid(SealedBid { length_ms: 300_000 }));
            let mut room = Room::prices(with(vec![sealed]), &["1000", "2000", "3000"]);
            room.bid(0, MINUTE, "999.99").expect_err("too little");
            room.bid(0, MINUTE + 1, "700").expect("legal");
            room.bid(2, 2 * MINUTE, "600").expect("legal");
            room
        }
        "descending clock" => {
            let mut room = clocked(PhaseKind::DescendingClock(levels("100", "50")));
            accept(&mut room, 0, SECOND, "100");
            accept(&mut room, 1, 2 * SECOND, "100");
            accept(&mut room, 1, MINUTE + 1, "90");
            room
        }
        "ascending clock" => {
            let mut room = clocked(PhaseKind::AscendingClock(levels("50", "150")));
            accept(&mut room, 1, MINUTE + 1, "60");
            room
        }
        "tie-break" => {
            let second = Phase {
                pause_before_ms: 30_000,
                admission: Admission::Top { rank_max: 1 },
                run: PhaseKind::TieBreak(TieBreak { length_ms: 60_000 }),
            };
            let phases = vec![set_time(10 * MINUTE, None), second];
            let mut room = Room::prices(with(phases), &["1000", "1000", "2000"]);
            room.bid(0, 11 * MINUTE, "900").expect("legal");
            room
        }
        other => panic!("{other}"),
    };
    room.run(400 * MINUTE);
    assert!(room.auction.is_sealed());
    room
}

/// The last entry of a bid that counts, or will.
fn the_bid(log: &[Entry]) -> usize {
    let bid = |entry: &Entry| match &entry.outcome {
        Outcome::Events(events) => events.iter().any(|event| {
            matches!(
                event,
                Event::BidAccepted { .. } | Event::BidHeld { .. } | Event::BidSealed { .. }
            )
        }),
        Outcome::Refused(_) => false,
    };
    log.iter().rposition(bid).expect("a bid")
}

fn the_close(log: &[Entry]) -> usize {
    let closes = |entry: &Entry| match &entry.outcome {
        Outcome::Events(events) => events
            .iter()
            .any(|event| matches!(event, Event::Closed { .. })),
        Outcome::Refused(_) => false,
    };
    log.iter().position(closes).expect("closed")
}

/// Where the entry of this index lies: its batch and its place in it.
fn lies(log: &PublishedLog, index: usize) -> (usize, usize) {
    let mut left = index;
    for (number, batch) in log.batches.iter().enumerate() {
        if left < batch.entries.len() {
            return (number, left);
        }
        left -= batch.entries.len();
    }
    panic!("no such entry")
}

fn entry(index: usize) -> Place {
    Place::Entry(u64::try_from(index + 1).expect("few"))
}

fn names(what: &str, log: &PublishedLog, place: Place) {
    let report = checked(log);
    let named = report.faults.iter().any(|fault| fault.place == place);
    assert!(named, "{what}: {place:?} is not in {:?}", report.faults);
    let first = report.faults[0].place;
    let before = |other: Place, than: Place| match (other, than) {
        (Place::Entry(one), Place::Entry(other)) => one < other,
        _ => false,
    };
    assert!(!before(first, place), "{what}: {:?}", report.faults);
}

/// By somebody who holds no key: leaves are changed, nothing is signed anew.
fn altered(room: &Room, index: usize, change: impl Fn(&mut Entry)) -> PublishedLog {
    let mut log = of(room);
    let (batch, place) = lies(&log, index);
    let mut changed = room.log.clone();
    change(&mut changed[index]);
    assert_ne!(changed[index], room.log[index]);
    let anew = published(&changed, room.refused_openings());
    let leaf = &mut log.batches[batch].entries[place];
    let other = &anew.batches[batch].entries[place];
    (leaf.told, leaf.kept) = (other.told.clone(), other.kept.clone());
    log
}

/// By somebody who holds the node's key: the whole chain is made anew.
fn signed(room: &Room, index: usize, change: impl Fn(&mut Entry)) -> PublishedLog {
    let mut changed = room.log.clone();
    change(&mut changed[index]);
    assert_ne!(changed[index], room.log[index]);
    published(&changed, room.refused_openings())
}

/// Another value than was bid; of a sealed bid, another commitment.
fn another_value(entry: &mut Entry) {
    match &mut entry.command.act {
        Act::PlaceBid(offer) => {
            offer.values.insert("price".to_owned(), "123.45".to_owned());
        }
        Act::AcceptLevel { level } => *level += dec("1"),
        Act::PlaceSealed { commitment, .. } => commitment.0[0] ^= 1,
        other => panic!("{other:?}"),
    }
}

/// Received before the auction opened, or (of a clock) before its level stood.
fn another_time(entry: &mut Entry) {
    entry.command.received_at = at(-MINUTE);
}

fn another_outcome(entry: &mut Entry) {
    entry.outcome = Outcome::Refused(Refusal::NotNow);
}

fn another_winner(entry: &mut Entry) {
    let Outcome::Events(events) = &mut entry.outcome else {
        panic!("a close")
    };
    for event in events {
        if let Event::Closed { result } = event {
            result.winner = match result.winner {
                Some(winner) => Some(alias(3 - winner.0.min(2))),
                None => Some(alias(1)),
            };
        }
    }
}

/// What opens the auction: who hides behind which alias.
fn other_aliases(entry: &mut Entry) {
    let Act::Open { aliases, .. } = &mut entry.command.act else {
        panic!("the opening")
    };
    aliases.reverse();
}

#[test]
fn a_true_log_of_each_kind_of_phase_passes() {
    for kind in KINDS {
        let room = played(kind);
        let report = checked(&of(&room));
        assert_eq!(report.faults, [], "{kind}");
        assert_eq!(report.result.as_ref(), room.auction.result(), "{kind}");
        assert_eq!(report.unopened, 0, "{kind}");
        assert!(report.result.expect("a result").winner.is_some(), "{kind}");
    }
}

/// What somebody does to an entry.
type Change = fn(&mut Entry);

#[test]
fn altered_entries_are_named_in_each_kind_of_phase() {
    for kind in KINDS {
        let room = played(kind);
        let (bid, close) = (the_bid(&room.log), the_close(&room.log));
        let opening = |entry: &Entry| matches!(entry.command.act, Act::Open { .. });
        let opening = room.log.iter().position(opening).expect("opened");
        let changes: [(&str, usize, Change); 5] = [
            ("altered value", bid, another_value),
            ("altered time", bid, another_time),
            ("altered opening", opening, other_aliases),
            ("altered outcome", bid, another_outcome),
            ("altered result", close, another_winner),
        ];
        for (what, index, change) in changes {
            let what = format!("{kind}: {what}");
            names(&what, &altered(&room, index, change), entry(index));
            if index == opening {
                // Whoever holds the key could open under other names, but everything after it fits no
                // longer: the first of it is named.
                let next = |one: &Entry| one.seq > room.log[opening].seq && one.alias.is_some();
                let next = room.log.iter().position(next).expect("a bid");
                let report = checked(&signed(&room, index, change));
                let places: Vec<_> = report.faults.iter().map(|fault| fault.place).collect();
                assert!(
                    places
                        .iter()
                        .any(|place| (opening..=next).any(|at| *place == entry(at))),
                    "{what}: {places:?}"
                );
                continue;
            }
            let what = format!("{what}, signed");
            names(&what, &signed(&room, index, change), entry(index));
        }
    }
}

#[test]
fn moved_and_missing_entries_are_named_in_each_kind_of_phase() {
    for kind in KINDS {
        let room = played(kind);
        let whole = of(&room);
        let bid = the_bid(&room.log);
        let (batch, place) = lies(&whole, bid);
        let change = |change: &dyn Fn(&mut PublishedLog)| {
            let mut log = whole.clone();
            change(&mut log);
            log
        };
        let removed = change(&|log| {
            log.batches[batch].entries.remove(place);
        });
        names(&format!("{kind}: removed"), &removed, entry(bid));
        // With the entry after it, of whichever batch.
        let (next, beside) = lies(&whole, bid + 1);
        let swapped = change(&|log| {
            let one = log.batches[batch].entries[place].clone();
            let other = std::mem::replace(&mut log.batches[next].entries[beside], one);
            log.batches[batch].entries[place] = other;
        });
        names(&format!("{kind}: swapped"), &swapped, entry(bid));
        let inserted = change(&|log| {
            let twin = log.batches[batch].entries[place].clone();
            log.batches[batch].entries.insert(place, twin);
        });
        names(&format!("{kind}: inserted"), &inserted, entry(bid + 1));
        let last = whole.batches.len() - 1;
        let cut = change(&|log| log.batches.truncate(last));
        names(&format!("{kind}: truncated"), &cut, Place::Log);
        let told = |faults: Vec<auction_rules::verify::Fault>, wanted: &str| {
            let said = faults
                .iter()
                .any(|fault| fault.to_string().contains(wanted));
            assert!(said, "{kind}: {faults:?}");
        };
        told(
            checked(&cut).faults,
            &format!("entry {}", room.log.len() - 1),
        );
        let expected = Expected {
            head: Some(checked(&whole).head),
            ..Expected::default()
        };
        let text = canonical::text(&cut);
        told(verify(&text, &expected).expect("a log").faults, "cut off");
        let strange = change(&|log| sign_with(log, batch, &stranger()));
        let entries = whole.batches[batch].entries.len();
        let first = bid - place;
        let [first, last] =
            [first + 1, first + entries].map(|seq| u64::try_from(seq).expect("few"));
        let here = Place::Entries(first, last);
        names(&format!("{kind}: another key"), &strange, here);
        // Removed, and made anew with the key: the numbers or the rules tell.
        let mut fewer = room.log.clone();
        fewer.remove(bid);
        names(
            &format!("{kind}: removed, signed"),
            &published(&fewer, room.refused_openings()),
            entry(bid),
        );
    }
}

#[test]
fn altered_openings_of_sealed_values_and_tails_are_named() {
    let room = played("sealed bid");
    let reveals = |entry: &Entry| matches!(entry.command.act, Act::Reveal { .. });
    let reveal = room.log.iter().position(reveals).expect("opened");
    let forged = |entry: &mut Entry| {
        if let Act::Reveal { openings } = &mut entry.command.act {
            let opening = openings[0].opening.as_mut().expect("an opening");
            opening.offer = typed(&[("price", "1.00")]);
        }
    };
    names("a value", &altered(&room, reveal, forged), entry(reveal));
    names("a value", &signed(&room, reveal, forged), entry(reveal));
    let withheld = |entry: &mut Entry| {
        if let Act::Reveal { openings } = &mut entry.command.act {
            openings[0].opening = None;
        }
    };
    names("withheld", &signed(&room, reveal, withheld), entry(reveal));
    let room = played("random tail");
    let ends = |entry: &Entry| matches!(entry.command.act, Act::EndPhase { .. });
    let end = room.log.iter().position(ends).expect("ended");
    let forged = |entry: &mut Entry| {
        if let Act::EndPhase { tail: Some(tail) } = &mut entry.command.act {
            tail.tail_ms = 1;
        }
    };
    names("a tail", &altered(&room, end, forged), entry(end));
    names("a tail", &signed(&room, end, forged), entry(end));
}

/// A refused sealed attempt stands in the log as a commitment and a code: what it committed to lies
/// beside the log, and the rules must refuse it with that code.
#[test]
fn what_a_refused_sealed_attempt_committed_to_is_held_against_the_log() {
    let room = played("sealed bid");
    let refused = |entry: &Entry| {
        matches!(
            entry.outcome,
            Outcome::Refused(Refusal::SealedRefused { .. })
        )
    };
    let index = room.log.iter().position(refused).expect("a refusal");
    let whole = of(&room);
    assert_eq!(whole.openings.len(), 1);
    let mut forged = whole.clone();
    for opening in forged.openings.values_mut() {
        opening.offer = typed(&[("price", "700")]);
    }
    names("another value", &forged, entry(index));
    let another_code = |entry: &mut Entry| {
        if let Act::PlaceSealed { refused, .. } = &mut entry.command.act {
            *refused = Some(301);
            entry.outcome = Outcome::Refused(Refusal::SealedRefused { refused: 301 });
        }
    };
    names(
        "another code",
        &signed(&room, index, another_code),
        entry(index),
    );
    let mut missing = whole.clone();
    missing.openings.clear();
    let report = checked(&missing);
    assert_eq!((report.faults, report.unopened), (vec![], 1));
    let mut strange = whole.clone();
    let opening = strange.openings.values().next().expect("one").clone();
    strange
        .openings
        .insert(auction_rules::Digest([9; 32]), opening);
    names("nobody's", &strange, Place::Log);
}

/// A legal bid that the writer claims to be refused.
#[test]
fn a_sealed_attempt_refused_for_nothing_is_named() {
    let mut room = played("sealed bid");
    let bid = the_bid(&room.log);
    let Act::PlaceSealed { commitment, .. } = room.log[bid].command.act else {
        panic!("a sealed bid")
    };
    let opening = room.opening_of(commitment).expect("known");
    let refused = |entry: &mut Entry| {
        if let Act::PlaceSealed { refused, .. } = &mut entry.command.act {
            *refused = Some(302);
        }
        entry.outcome = Outcome::Refused(Refusal::SealedRefused { refused: 302 });
    };
    refused(&mut room.log[bid]);
    let mut openings = room.refused_openings();
    openings.insert(commitment, opening);
    names("refused", &published(&room.log, openings), entry(bid));
}

#[test]
fn what_nothing_opens_is_counted() {
    let sealed = then(PhaseKind::SealedBid(SealedBid { length_ms: 300_000 }));
    let mut room = Room::prices(with(vec![sealed]), &["1000", "2000"]);
    room.bid(0, MINUTE, "700").expect("legal");
    room.lose_openings();
    room.run(400 * MINUTE);
    let report = checked(&of(&room));
    assert_eq!((report.faults, report.unopened), (vec![], 1));
}
