//! What holds in every auction.

use crate::kit::*;
use crate::scenario::{Compare, LENGTH_MS, Move, Scenario, scenario};
use auction_rules::terms::{Direction, Ties};
use auction_rules::{Auction, AuctionId, By, Entry, Event, Outcome};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Plays a scenario; `before` and `after` look at the room around each move.
fn play(
    scenario: &Scenario,
    mut before: impl FnMut(&Room, i64, &Move),
    mut after: impl FnMut(&Room, i64, &Move, &Told),
) -> Room {
    let mut room = scenario.open();
    let mut now = 0;
    for step in &scenario.moves {
        now += step.gap_ms();
        room.run(now);
        before(&room, now, step);
        let told = scenario.make(&mut room, now, step);
        after(&room, now, step, &told);
    }
    room.run(400 * MINUTE);
    room
}

fn own_values(room: &Room, who: usize) -> BTreeMap<auction_rules::ValueId, Decimal> {
    let own = room.auction.own_view(bidder(who)).expect("admitted");
    own.values.expect("an offer")
}

/// The same state, read from the entries alone.
fn replayed(log: &[Entry]) -> Auction {
    let id = AuctionId::new("a-1").expect("an id");
    let mut auction = Auction::founded(id, &log[0]).expect("founded");
    for entry in &log[1..] {
        let decided = auction.decide(entry.at, &entry.command);
        assert_eq!(decided, entry.outcome);
        auction.apply(entry).expect("it follows");
    }
    auction
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn own_values_never_get_worse_by_a_bid(scenario in scenario()) {
        let mut held = None;
        let held = std::cell::RefCell::new(&mut held);
        play(
            &scenario,
            |room, _, step| {
                if let Move::Bid { who, .. } = step {
                    **held.borrow_mut() = Some(own_values(room, *who));
                }
            },
            |room, _, step, told| {
                if let (Move::Bid { who, .. }, Ok(_)) = (step, told) {
                    let old = held.borrow_mut().take().expect("seen");
                    let new = own_values(room, *who);
                    assert_ne!(old, new);
                    for value in &room.auction.terms().values {
                        let (old, new) = (old[&value.id], new[&value.id]);
                        match value.direction {
                            Direction::Lowest => assert!(new <= old),
                            Direction::Highest => assert!(new >= old),
                        }
                    }
                }
            },
        );
    }

    #[test]
    fn no_bid_makes_the_own_offer_worse(scenario in scenario()) {
        let merit = |room: &Room, who: usize| {
            let own = room.auction.own_view(bidder(who)).expect("admitted");
            let entered = own.values.expect("an offer")[&id("price")];
            match (own.points, own.compared) {
                (Some(points), _) => points.total,
                (None, Some(compared)) => -compared,
                (None, None) if scenario.compare == Compare::Discount => entered,
                (None, None) => -entered,
            }
        };
        let before = std::cell::Cell::new(Decimal::ZERO);
        play(
            &scenario,
            |room, _, step| {
                if let Move::Bid { who, .. } = step {
                    before.set(merit(room, *who));
                }
            },
            |room, _, step, told| {
                if let (Move::Bid { who, .. }, Ok(_)) = (step, told) {
                    assert!(merit(room, *who) >= before.get());
                }
            },
        );
    }

    #[test]
    fn the_ranking_is_a_total_order_of_merit(scenario in scenario()) {
        play(&scenario, |_, _, _| (), |room, _, _, _| {
            let rows = room.auction.public(auction_rules::Audience::Officers).rows.expect("rows");
            let ranked: Vec<_> = rows
                .iter()
                .filter_map(|row| {
                    let entered = row.values.as_ref()?[&id("price")];
                    let merit = match (&row.points, row.compared) {
                        (Some(points), _) => points.total,
                        (None, Some(compared)) => -compared,
                        (None, None) if scenario.compare == Compare::Discount => entered,
                        (None, None) => -entered,
                    };
                    Some((row.position?, merit, row.compared.is_some()))
                })
                .collect();
            for (place, pair) in (1..).zip(ranked.windows(2)) {
                let ((better, a, rounded), (worse, b, _)) = (pair[0], pair[1]);
                assert!(a >= b);
                match scenario.ties {
                    Ties::Earliest => assert_eq!((better, worse), (place, place + 1)),
                    // What is compared is shown rounded, and the statutory order parts equals.
                    Ties::Statutory => assert!(a == b || better < worse),
                    Ties::EqualRank if rounded => assert!(a == b || better < worse),
                    Ties::EqualRank => assert_eq!(better == worse, a == b),
                }
            }
            assert!(ranked.first().is_none_or(|(first, ..)| *first == 1));
        });
    }

    #[test]
    fn nothing_is_accepted_at_the_close_or_after_it(scenario in scenario()) {
        let room = play(&scenario, |_, _, _| (), |_, _, _, _| ());
        let closed_at = room.auction.closed_at().expect("closed");
        let mut closed = false;
        for entry in &room.log {
            if let Outcome::Events(events) = &entry.outcome {
                let bid = events.iter().any(|event| matches!(event, Event::BidAccepted { .. }));
                assert!(!bid || (!closed && entry.command.received_at < closed_at));
                closed |= events.iter().any(|event| matches!(event, Event::Closed { .. }));
            }
        }
        assert!(closed);
    }

    #[test]
    fn no_extension_goes_beyond_the_caps(scenario in scenario()) {
        let room = play(&scenario, |_, _, _| (), |_, _, _, _| ());
        let mut count = 0;
        let mut end = LENGTH_MS;
        for entry in &room.log {
            let Outcome::Events(events) = &entry.outcome else { continue };
            for event in events {
                if let Event::Extended { closes_at, extensions } = event {
                    count += 1;
                    assert_eq!(*extensions, count);
                    assert!(closes_at.0 - OPENING > end, "an extension moves the end forward");
                    end = closes_at.0 - OPENING;
                }
            }
        }
        match &scenario.extension {
            None => assert_eq!(count, 0),
            Some(with) => {
                assert!(with.count_max.is_none_or(|most| count <= most));
                let cap = with.end_max_ms.map_or(i64::MAX, |cap| i64::try_from(cap).expect("small"));
                assert!(end <= cap.max(LENGTH_MS));
            }
        }
        assert_eq!(room.auction.closed_at(), Some(at(end)));
    }

    #[test]
    fn points_lie_between_nothing_and_the_weight(scenario in scenario()) {
        play(&scenario, |_, _, _| (), |room, _, _, _| {
            for who in 0..scenario.offers.len() {
                let own = room.auction.own_view(bidder(who)).expect("admitted");
                let Some(points) = own.points else { continue };
                let weights = [("price", dec("60")), ("warranty", dec("40"))];
                for (name, weight) in weights {
                    let got = points.by_criterion[&id(name)];
                    assert!(Decimal::ZERO <= got && got <= weight, "{name}: {got}");
                }
                assert_eq!(points.total, points.by_criterion.values().sum());
            }
        });
    }

    #[test]
    fn a_replay_of_the_entries_is_the_live_state(scenario in scenario()) {
        let room = play(&scenario, |_, _, _| (), |_, _, _, _| ());
        let json = serde_json::to_string(&room.log).expect("JSON");
        let log: Vec<Entry> = serde_json::from_str(&json).expect("read back");
        assert_eq!(log, room.log);
        assert_eq!(replayed(&log).state_hash(), room.auction.state_hash());
    }

    #[test]
    fn shown_limits_are_exactly_legal(scenario in scenario()) {
        play(&scenario, |room, now, step| {
            let Move::Bid { who, .. } = step else { return };
            let own = room.auction.own_view(bidder(*who)).expect("admitted");
            if room.state() != "open" || own.excluded {
                return;
            }
            let held = own.values.expect("an offer");
            for value in &room.auction.terms().values {
                let with = |amount: Decimal| {
                    let mut values = held.clone();
                    values.insert(value.id.clone(), amount);
                    let texts: Vec<_> =
                        values.iter().map(|(id, v)| (id.to_string(), v.to_string())).collect();
                    let pairs: Vec<_> =
                        texts.iter().map(|(id, v)| (id.as_str(), v.as_str())).collect();
                    code(&room.clone().place(*who, now, typed(&pairs)))
                };
                match own.limits[&value.id] {
                    Some(limit) => {
                        assert_eq!(with(limit), 0, "{} {limit}", value.id);
                        assert_ne!(with(one_worse(value, limit)), 0, "{} {limit}", value.id);
                    }
                    None => {
                        let end = match value.direction {
                            Direction::Lowest => value.least,
                            Direction::Highest => value.most,
                        };
                        assert_ne!(with(end), 0, "{}", value.id);
                    }
                }
            }
        }, |_, _, _, _| ());
    }

    #[test]
    fn a_preview_agrees_with_the_decision_and_deciding_changes_nothing(scenario in scenario()) {
        let seen = std::cell::RefCell::new(None);
        play(
            &scenario,
            |room, now, step| {
                let Move::Bid { who, aim, .. } = step else { return };
                let offer = scenario.typed(scenario.aimed(room, *who, *aim));
                let before = room.auction.state_hash();
                let preview = room.auction.preview(bidder(*who), at(now), &offer);
                let again = room.auction.preview(bidder(*who), at(now), &offer);
                assert_eq!(preview, again);
                assert_eq!(room.auction.state_hash(), before);
                *seen.borrow_mut() = Some(preview);
            },
            |room, _, step, told| {
                let Move::Bid { who, .. } = step else { return };
                let preview = seen.borrow_mut().take().expect("seen");
                assert_eq!(preview.refusal, told.clone().err());
                if told.is_ok() {
                    let own = room.auction.own_view(bidder(*who)).expect("admitted");
                    assert_eq!(preview.points, own.points);
                }
            },
        );
    }

    #[test]
    fn a_refusal_changes_only_the_counters_of_its_bidder(scenario in scenario()) {
        let before = std::cell::RefCell::new(None);
        let seen = |room: &Room| {
            let mut state = serde_json::to_value(&room.auction).expect("JSON");
            for counter in ["seq", "at"] {
                state[counter].take();
            }
            // What officers were told of the attempt.
            state["told"]["officers"].take();
            state
        };
        play(
            &scenario,
            |room, _, _| *before.borrow_mut() = Some(seen(room)),
            |room, _, step, told| {
                let mut before = before.borrow_mut().take().expect("seen");
                if told.is_ok() {
                    return;
                }
                let mut after = seen(room);
                if let Move::Bid { who, .. } | Move::Ask { who, .. } = step {
                    let counters = |state: &mut serde_json::Value| {
                        let n = state["participants"][*who]["n"].take();
                        state["participants"][*who]["last_attempt_at"].take();
                        n.as_u64()
                    };
                    if room.auction.is_sealed() {
                        counters(&mut before);
                        counters(&mut after);
                    } else {
                        let (before, after) = (counters(&mut before), counters(&mut after));
                        assert_eq!(before.map(|n| n + 1), after);
                    }
                }
                assert_eq!(before, after, "{step:?} {told:?}");
            },
        );
    }

    #[test]
    fn deciding_is_pure_and_every_bidders_command_is_counted(scenario in scenario()) {
        let room = play(&scenario, |_, _, _| (), |_, _, _, _| ());
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for (seq, entry) in (1..).zip(&room.log) {
            assert_eq!(entry.seq, seq);
            if let By::Bidder(bidder) = entry.command.by {
                let n = counts.entry(bidder).or_default();
                *n += 1;
                assert_eq!(entry.n, Some(*n));
            } else {
                assert_eq!((entry.n, entry.alias), (None, None));
            }
        }
        for (bidder, n) in counts {
            assert_eq!(room.auction.commands_of(bidder), n);
        }
    }
}

#[test]
fn an_entry_that_does_not_follow_is_refused_and_changes_nothing() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 5, "900")));
    let last = room.log.last().expect("an entry").clone();
    let before = room.auction.state_hash();
    let next = Entry {
        seq: last.seq + 1,
        ..last.clone()
    };
    for wrong in [
        last.clone(),
        Entry {
            seq: last.seq + 2,
            ..last.clone()
        },
        Entry {
            at: at(6),
            ..next.clone()
        },
        Entry { at: at(4), ..next },
    ] {
        assert!(room.auction.apply(&wrong).is_err());
        assert_eq!(room.auction.state_hash(), before);
    }
}

#[test]
fn only_a_publication_founds_an_auction() {
    let room = Room::prices(lowest(), &["1000", "2000"]);
    let founded = |entry: &Entry| Auction::founded(AuctionId::new("a-1").expect("an id"), entry);
    assert!(founded(&room.log[0]).is_ok());
    assert!(founded(&room.log[1]).is_err());
    let renumbered = Entry {
        seq: 1,
        ..room.log[1].clone()
    };
    assert!(founded(&renumbered).is_err());
    let altered = Entry {
        n: Some(1),
        ..room.log[0].clone()
    };
    assert!(founded(&altered).is_err());
}

/// The scenarios must reach what they are for.
#[test]
fn random_auctions_reach_the_interesting_places() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..300 {
        let scenario = scenario()
            .new_tree(&mut runner)
            .expect("a scenario")
            .current();
        let room = play(
            &scenario,
            |_, _, _| (),
            |_, _, _, told| {
                let outcome = match told {
                    Ok(events) if events.len() > 1 => "extended".to_owned(),
                    other => code(other).to_string(),
                };
                *seen.entry(outcome).or_default() += 1;
            },
        );
        let tied = room
            .auction
            .result()
            .is_some_and(|result| !result.tied.is_empty());
        *seen.entry(format!("tied {tied}")).or_default() += 1;
    }
    for place in [
        "0",
        "extended",
        "104",
        "202",
        "301",
        "302",
        "304",
        "503",
        "505",
        "506",
        "tied true",
    ] {
        assert!(
            seen.get(place).is_some_and(|times| *times > 0),
            "{place} in {seen:?}"
        );
    }
}
