//! The vectors of phases: rounds of turns and their times, withdrawals, late starts, the random tail,
//! the tie-break and the clocks. The peer's three rounds are three phases of turns.

use super::{clock, list, number, text, vector};
use crate::kit::*;
use auction_rules::event::Event;
use auction_rules::terms::{Draft, Levels, OpeningOffer, Phase, PhaseKind, TieBreak, Ties, Turns};
use auction_rules::{Act, By, Offer, Outcome};
use serde_json::Value as Json;

/// Vectors with a test below.
pub(super) const TESTED: &[&str] = &[
    "M6", "T1", "T3", "T5", "T12", "T14", "time-01", "time-03", "time-04", "time-05", "time-06",
    "time-09", "val-11", "run-01", "dutch-01",
];

const SLOT: i64 = 120 * SECOND;

/// Three rounds: five minutes before the first, two before each other, two for each bidder; late by up
/// to two minutes is still in time.
pub(super) fn rounds(draft: Draft) -> Draft {
    let round = |pause_before_ms| Phase {
        pause_before_ms,
        ..then(PhaseKind::Turns(Turns { slot_ms: ms(SLOT) }))
    };
    let mut draft = Draft {
        phases: [300_000, 120_000, 120_000].map(round).to_vec(),
        ..draft
    };
    draft.conduct.bidders_min = 1;
    draft.conduct.outage_grace_ms = 120_000;
    draft.conduct.late_window_ms = 120_000;
    draft
}

fn priced(step: &str, amounts: &[&str]) -> Room {
    Room::prices(rounds(super::priced(step)), amounts)
}

fn of_bidders(count: usize) -> Room {
    let amounts: Vec<_> = (1..=count)
        .map(|number| (1000 * number).to_string())
        .collect();
    let amounts: Vec<_> = amounts.iter().map(String::as_str).collect();
    priced("1", &amounts)
}

/// One stage as the peer counts them, and when it began after the opening.
type Stage = (&'static str, i64);

/// The stages that an auction went through.
fn stages(room: &Room) -> Vec<Stage> {
    let mut stages = Vec::new();
    for entry in &room.log {
        let Outcome::Events(events) = &entry.outcome else {
            continue;
        };
        let kinds = events.iter().filter_map(|event| match event {
            Event::PhaseScheduled { .. } => Some("pause"),
            Event::TurnStarted { .. } => Some("bids"),
            Event::Closed { .. } => Some("pre_announcement"),
            Event::Sealed { .. } => Some("announcement"),
            _ => None,
        });
        let began = entry.command.received_at.0 - OPENING;
        stages.extend(kinds.map(|kind| (kind, began)));
    }
    stages
}

fn played(count: usize) -> Vec<Stage> {
    let mut room = of_bidders(count);
    room.closed();
    stages(&room)
}

fn bidders(vector: &Json) -> usize {
    let count = vector["input"]["bidders"].as_u64().expect("a number");
    usize::try_from(count).expect("few")
}

/// Which bidder, counted from 0, may bid now.
fn turn_of(room: &Room) -> usize {
    let phase = room.auction.public(auction_rules::Audience::Bidders).phase;
    let turn = phase.expect("a phase").turn.expect("a turn");
    usize::from(turn.alias.0) - 1
}

/// A bid of whoever's turn it is, taken back in the same turn, leaves the offer as it was.
pub(super) fn withdrawn(room: &mut Room, now: i64, offer: Offer) {
    room.run(now);
    let who = turn_of(room);
    let own = |room: &Room| {
        let own = room.auction.own_view(bidder(who)).expect("admitted");
        (own.values, own.held.is_some())
    };
    let (before, _) = own(room);
    let held = room.place(who, now, offer);
    assert!(matches!(held.as_deref(), Ok([Event::BidHeld { .. }])));
    assert!(own(room).1);
    let told = room.send(By::Bidder(bidder(who)), now + 1, Act::Withdraw);
    assert_eq!(told, Ok(vec![Event::BidWithdrawn]));
    room.run(now + SLOT);
    assert_eq!(own(room), (before, false));
}

#[test]
fn t1_three_rounds_of_two_bidders() {
    let t1 = vector("T1");
    let got = played(bidders(&t1));
    let start = &t1["input"]["start"];
    let expected = &t1["expected"];
    let of = |kind: &str| -> Vec<i64> {
        let stages = got.iter().filter(|(got, _)| *got == kind);
        stages.map(|(_, began)| *began).collect()
    };
    let minutes = |json: &Json| clock(json, start);
    for (kind, name) in [("bids", "turns"), ("pause", "pauses")] {
        let expected: Vec<_> = list(&expected[name]).iter().map(minutes).collect();
        assert_eq!(of(kind), expected, "{name}");
    }
    for kind in ["pre_announcement", "announcement"] {
        assert_eq!(of(kind), [minutes(&expected[kind])], "{kind}");
    }
}

#[test]
fn time_01_the_plan_of_the_stages() {
    let plan = vector("time-01");
    let got = played(bidders(&plan));
    let expected: Vec<_> = list(&plan["expected"]["stages"])
        .iter()
        .map(|stage| {
            let offset = stage["offset_s"].as_i64().expect("seconds") * SECOND;
            (stage["type"].as_str().expect("a type"), offset)
        })
        .collect();
    assert_eq!(got, expected);
}

/// The peer's sandbox lets every stage last no time; here a turn lasts a second at least.
#[test]
fn time_03_the_order_of_the_stages_without_waiting() {
    let plan = vector("time-03");
    let mut draft = rounds(super::priced("1"));
    draft.conduct.late_window_ms = 0;
    for phase in &mut draft.phases {
        phase.pause_before_ms = 0;
        phase.run = PhaseKind::Turns(Turns { slot_ms: 0 });
    }
    let faults = auction_rules::Terms::new(draft.clone()).expect_err("no turn lasts no time");
    assert_eq!(faults[0].path, "phases[0].run.slot_ms");
    for phase in &mut draft.phases {
        phase.run = PhaseKind::Turns(Turns { slot_ms: 1_000 });
    }
    let mut room = Room::prices(draft, &["1000", "2000"]);
    room.closed();
    // The first round starts with the opening: without a pause before it none is announced.
    let mut got: Vec<_> = stages(&room).iter().map(|(kind, _)| *kind).collect();
    got.insert(0, "pause");
    let expected = list(&plan["expected"]["stage_types"]);
    let expected: Vec<_> = expected.iter().filter_map(Json::as_str).collect();
    assert_eq!(got, expected);
}

#[test]
fn time_04_the_transitions_that_a_worker_logged() {
    let logged = vector("time-04");
    let got = played(bidders(&logged));
    let start = &logged["input"]["start"];
    let transitions = list(&logged["expected"]["transitions"]);
    for (stage, transition) in got.iter().zip(transitions) {
        assert_eq!(stage.1, clock(&transition[1], start), "{transition}");
    }
    assert_eq!(transitions.len(), got.len() - 1);
    let total = logged["expected"]["total_s"].as_i64().expect("seconds");
    assert_eq!(got[transitions.len() - 1].1, total * SECOND);
    for count in 1..6_i64 {
        let stages = played(usize::try_from(count).expect("few"));
        let closed = stages[stages.len() - 2].1;
        assert_eq!(closed, (540 + 360 * count) * SECOND, "{count}");
    }
}

#[test]
fn the_round_of_a_stage_and_the_stages_of_a_round() {
    let rounds = vector("time-05");
    let intervals = vector("time-06");
    let mut room = of_bidders(bidders(&rounds));
    let plan = played(bidders(&rounds));
    // The round of each stage: the phase of turns that began last when it did.
    let mut round_of = Vec::new();
    for (_, began) in &plan {
        room.run(*began);
        let begun = room.log.iter().filter_map(|entry| match &entry.outcome {
            Outcome::Events(events) => Some(events),
            Outcome::Refused(_) => None,
        });
        let begun = begun.flatten();
        let begun = begun.filter(|event| matches!(event, Event::PhaseStarted { .. }));
        round_of.push(begun.count());
    }
    let stages = list(&rounds["input"]["stages"]);
    for (stage, round) in stages.iter().zip(list(&rounds["expected"]["rounds"])) {
        let stage = stage.as_i64().expect("a number");
        let got = usize::try_from(stage).map_or(0, |stage| round_of[stage]);
        assert_eq!(u64::try_from(got).ok(), round.as_u64(), "stage {stage}");
    }
    let bids_of = |round: usize| -> Vec<usize> {
        let stages = plan.iter().zip(&round_of).enumerate();
        let stages = stages.filter(|(_, ((kind, _), of))| *kind == "bids" && **of == round);
        stages.map(|(stage, _)| stage).collect()
    };
    let first: Vec<_> = (1..4).map(|round| bids_of(round)[0]).collect();
    assert_eq!(Json::from(first), rounds["expected"]["rounds_stages"]);
    let expected = list(&intervals["expected"]["intervals"]);
    // Round 0 is the time before the first stage.
    assert!(bids_of(0).is_empty());
    for (round, interval) in expected.iter().enumerate().skip(1) {
        let stages = bids_of(round);
        let got = [stages[0], stages[stages.len() - 1] + 1];
        assert_eq!(Json::from(got.to_vec()), *interval, "round {round}");
    }
}

/// A failure that the server was away from its last moment before the stage was due until `now`.
fn late(due: i64, now: i64) -> Room {
    let mut room = of_bidders(2);
    room.run(due - 1);
    room.interrupt(due - 1, now).expect("an outage");
    room
}

#[test]
fn a_stage_that_would_start_too_late_is_scheduled_anew() {
    let t3 = vector("T3");
    let start = Json::from("11:00:00");
    let due = clock(&t3["input"]["stage_due"], &start);
    let now = clock(&t3["input"]["clock"], &start);
    let time = vector("time-09");
    let late_by = list(&time["input"]["late_by_s"]);
    let by = |index: usize| due + late_by[index].as_i64().expect("seconds") * SECOND;
    let mut in_time = late(due, by(0));
    in_time.run(by(0) + 1);
    assert_eq!(in_time.state(), "open", "the stage runs");
    for mut room in [late(due, by(1)), late(due, now)] {
        room.run(400 * MINUTE);
        assert_eq!(room.state(), "interrupted");
        assert_eq!(room.auction.result(), None);
        let act = Act::Resume {
            notice_ms: 300_000,
            reason: "a new date".to_owned(),
        };
        room.officer(401 * MINUTE, act).expect("scheduled anew");
        room.run(406 * MINUTE);
        assert_eq!(turn_of(&room), 1, "the round begins with the worst offer");
    }
}

#[test]
fn a_bid_withdrawn_in_its_turn_leaves_the_bid_before() {
    let m6 = vector("M6");
    assert_eq!(m6["input"]["bid"], -1);
    let mut room = priced("1", &["1000", "2000"]);
    let before = 5 * MINUTE;
    room.bid(1, before, "900").expect("legal");
    // Round 2 begins with the bidder of 1000; then it is the other one's turn again.
    withdrawn(&mut room, before + 4 * SLOT, typed(&[("price", "800")]));
    assert_eq!(room.price_of(1), Some(dec("900.00")));
    let val = vector("val-11");
    let mut room = priced("1", &["480000", "490000"]);
    let turns = list(&val["input"]["turns"]);
    let plan = played(2);
    for (turn, changed) in turns.iter().zip(list(&val["expected"]["changed"])) {
        let stage = usize::try_from(turn["stage"].as_u64().expect("a stage")).expect("few");
        let now = plan[stage].1;
        room.run(now);
        let who = turn_of(&room);
        let before = room.price_of(who);
        match turn["posted"][0]
            .as_f64()
            .is_some_and(|posted| posted < 0.0)
        {
            true => withdrawn(&mut room, now, typed(&[("price", "470000")])),
            false => {
                room.bid(who, now, &text(&turn["posted"][0]))
                    .expect("legal");
                room.run(now + SLOT);
            }
        }
        assert_eq!(Json::from(room.price_of(who) != before), *changed, "{turn}");
    }
}

#[test]
fn run_01_bids_withdrawals_and_refusals_of_three_rounds() {
    let run = vector("run-01");
    let bids = list(&run["input"]["bids"]);
    let names: Vec<_> = bids.iter().map(|bid| &bid["id"]).collect();
    let amounts: Vec<_> = bids
        .iter()
        .map(|bid| text(&bid["value"]["amount"]))
        .collect();
    let amounts: Vec<_> = amounts.iter().map(String::as_str).collect();
    let mut room = priced(&text(&run["input"]["step"]), &amounts);
    let plan = played(names.len());
    let mut within = 0;
    for bid in list(&run["expected"]["bid_log"]) {
        let stage = usize::try_from(bid["stage"].as_u64().expect("a stage")).expect("few");
        within += 1;
        let now = plan[stage].1 + within;
        room.run(now);
        let who = turn_of(&room);
        assert_eq!(bid["bidder"], *names[who]);
        let told = if bid["amount"] == -1 {
            room.send(By::Bidder(bidder(who)), now, Act::Withdraw)
        } else {
            room.bid(who, now, &text(&bid["amount"]))
        };
        let expected = match bid["result"].as_str().expect("a result") {
            "accepted" | "cancelled" => 0,
            "Too high value" => 302,
            other => panic!("{other}"),
        };
        assert_eq!(code(&told), expected, "{bid}");
    }
    let rounds = list(&run["expected"]["rounds"]);
    let shown: Vec<_> = room_turns(&mut room);
    let expected = rounds.iter().flat_map(list).map(|turn| {
        assert_eq!(turn["changed"], true);
        (turn["bidder_id"].clone(), number(&turn["amount"]))
    });
    let got = shown
        .iter()
        .map(|(who, price)| (names[*who].clone(), *price));
    assert!(got.eq(expected));
    let mut standings: Vec<_> = room
        .closed()
        .standings
        .iter()
        .map(|one| {
            (
                names[usize::from(one.alias.0) - 1].clone(),
                one.values[&id("price")],
            )
        })
        .collect();
    standings.reverse();
    let expected: Vec<_> = list(&run["expected"]["results_worst_to_best"])
        .iter()
        .map(|row| (row["bidder_id"].clone(), number(&row["amount"])))
        .collect();
    assert_eq!(standings, expected);
}

/// What each turn showed when it ended.
fn room_turns(room: &mut Room) -> Vec<(usize, rust_decimal::Decimal)> {
    room.closed();
    let events = room.log.iter().filter_map(|entry| match &entry.outcome {
        Outcome::Events(events) => Some(events),
        Outcome::Refused(_) => None,
    });
    events
        .flatten()
        .filter_map(|event| match event {
            Event::TurnEnded { alias, values } => {
                let values = values.as_ref()?;
                Some((usize::from(alias.0) - 1, values[&id("price")]))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn t5_a_random_tail_that_was_drawn_as_five_minutes() {
    let t5 = vector("T5");
    let seconds = |json: &Json| json.as_i64().expect("seconds") * SECOND;
    let drawn = seconds(&t5["input"]["drawn_s"]);
    let mut phase = set_time(15 * MINUTE, None);
    if let PhaseKind::Open(open) = &mut phase.run {
        open.random_tail_ms = Some(ms(10 * MINUTE));
    }
    let draft = Draft {
        phases: vec![phase],
        ..super::priced("1")
    };
    let mut room = Room::admitted(draft, &[&[("price", "1000")], &[("price", "2000")]]);
    room.tail_ms = ms(drawn);
    let now = 15 * MINUTE + seconds(&t5["input"]["tail_started_ago_s"]);
    let end = now + seconds(&t5["expected"]["left_s"]);
    assert!(
        accepted(&room.bid(0, end - 1, "900")),
        "the tail is not over"
    );
    room.run(end);
    assert_eq!(room.auction.closed_at(), Some(at(end)));
}

#[test]
fn t12_a_tie_for_the_top_adds_one_fixed_period() {
    let t12 = vector("T12");
    let input = &t12["input"];
    let length = input["dogrywka_min"].as_i64().expect("minutes") * MINUTE;
    let close = &input["close"];
    let seconds = |json: &Json| clock(json, close) + 10 * MINUTE;
    let draft = Draft {
        phases: vec![
            set_time(10 * MINUTE, None),
            then(PhaseKind::TieBreak(TieBreak {
                length_ms: ms(length),
            })),
        ],
        ties: Ties::EqualRank,
        ..super::priced("1")
    };
    let mut room = Room::prices(draft, &["1000", "1000", "2000"]);
    for bid in list(&input["bids"]) {
        assert!(accepted(&room.bid(0, seconds(bid), "900")));
    }
    assert_eq!(room.closed().winner, Some(alias(1)));
    let expected = seconds(&t12["expected"]["close"]);
    assert_eq!(room.auction.closed_at(), Some(at(expected)));
}

fn levels(start: &str, step: &str, end: &str, interval_ms: i64) -> Levels {
    Levels {
        start: dec(start),
        step: dec(step),
        end: dec(end),
        interval_ms: ms(interval_ms),
    }
}

#[test]
fn t14_the_first_to_take_a_rising_level() {
    let t14 = vector("T14");
    let input = &t14["input"];
    let minutes = |name: &str| input[name].as_i64().expect("minutes") * MINUTE;
    let run = PhaseKind::AscendingClock(levels(
        &text(&input["start"]),
        &text(&input["step"]),
        &text(&input["reserve"]),
        minutes("interval_min"),
    ));
    let draft = Draft {
        opening: OpeningOffer::FirstBidFree,
        phases: vec![then(run)],
        ..super::priced("1")
    };
    let mut room = Room::open(draft, &[&[], &[]]);
    let level = number(&t14["expected"]["price"]);
    let now = minutes("accept_at_min");
    let told = room.send(By::Bidder(bidder(1)), now, Act::AcceptLevel { level });
    assert!(accepted(&told));
    assert_eq!(room.closed().winner, Some(alias(2)));
    assert_eq!(room.price_of(1).map(|price| price.normalize()), Some(level));
    assert_eq!(room.auction.closed_at(), Some(at(now)));
}

/// The peer sells, so its clock falls until somebody takes it; the ladder is the same.
#[test]
fn dutch_01_levels_fall_by_a_share_of_the_first() {
    let dutch = vector("dutch-01");
    let next = list(&dutch["expected"]["next"]);
    for (case, next) in list(&dutch["input"]["cases"]).iter().zip(next) {
        let (initial, level) = (number(&case[0]), number(&case[1]));
        let step = (initial / dec("100")).to_string();
        let ladder = levels(&text(&case[0]), &step, "1", MINUTE);
        assert_eq!(ladder.after(level), Some(number(next)), "{case}");
    }
    let durations = &dutch["expected"]["durations"];
    let interval = durations["step_s"].as_i64().expect("seconds") * SECOND;
    let ladder = levels("500000", "5000", "100000", interval);
    let steps = durations["steps"].as_u64().expect("steps");
    assert_eq!(u64::try_from(ladder.all().count()).ok(), Some(steps));
    let minutes = durations["dutch_min"].as_i64().expect("minutes");
    let length = PhaseKind::DescendingClock(ladder).latest_ms(2);
    assert_eq!(length, Some(ms(minutes * MINUTE)));
}
