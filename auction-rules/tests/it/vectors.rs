//! Test vectors collected from documents, laws and open-source peers (`tests/vectors/*.json`, each
//! with its source). Fractions that a peer wrote as binary floats are read as the decimals they
//! stand for.

use crate::kit::*;
use auction_rules::ratio::{Ratio, Rounding};
use auction_rules::terms::{
    Anchor, Band, Draft, Evaluation, Method, Open, OpeningOffer, PhaseKind, Reference, Rounded,
    Source, Step, StepSize, TableRow, Ties, Trigger,
};
use auction_rules::{Offer, improvement};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeSet;

mod evaluation;
mod phases;

const LAW: &str = include_str!("../vectors/law.json");
const PROZORRO: &str = include_str!("../vectors/prozorro.json");

/// Vectors with a test below.
const TESTED: &[&str] = &[
    "S1", "S3", "S8", "S10", "S11", "M1", "M5", "M7", "T4a", "T4b", "T4d", "T4e", "T7", "T9",
    "T11", "ord-01", "ord-02", "val-01", "val-04", "val-07", "val-10", "esco-tie", "run-02",
    "run-03", "run-08", "texas-01", "ee-01",
];

/// Vectors that no test can play, and a table of the rulebook with the reason of each.
const ELSEWHERE: &[&str] = &[
    "T16", "time-08", "type-01", "url-01", "audit-01", "audit-02", "audit-03", "ee-03",
];

const RULEBOOK: &str = include_str!("../../../docs/rulebook.md");

fn tested() -> impl Iterator<Item = &'static str> {
    let lists = [TESTED, evaluation::TESTED, phases::TESTED];
    lists.into_iter().flatten().copied()
}

fn all() -> Vec<Json> {
    let law: Json = serde_json::from_str(LAW).expect("JSON");
    let peers: Json = serde_json::from_str(PROZORRO).expect("JSON");
    ["scoring", "legal_moves", "timing"]
        .iter()
        .map(|part| &law[*part])
        .chain([&peers["cases"]])
        .flat_map(|part| part.as_array().expect("a list").clone())
        .collect()
}

fn vector(name: &str) -> Json {
    assert!(
        tested().any(|listed| listed == name),
        "{name} is not listed as tested"
    );
    let found = all().into_iter().find(|vector| vector["id"] == name);
    found.expect("the vector exists")
}

/// A number of a vector as the decimal it stands for.
fn number(json: &Json) -> Decimal {
    let text = match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    Decimal::from_str_exact(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .expect("a number")
}

fn text(json: &Json) -> String {
    number(json).to_string()
}

fn list(json: &Json) -> &Vec<Json> {
    json.as_array().expect("a list")
}

/// Minutes or seconds from `start` to a moment of a day, in milliseconds.
fn clock(json: &Json, start: &Json) -> i64 {
    let of_day = |json: &Json| -> i64 {
        let parts = json.as_str().expect("a time").split(':');
        let seconds = [3_600, 60, 1].iter().zip(parts);
        seconds
            .map(|(unit, part)| unit * part.parse::<i64>().expect("a number"))
            .sum()
    };
    (of_day(json) - of_day(start)) * SECOND
}

#[test]
fn every_vector_is_tested_or_stands_in_the_rulebook_with_a_reason() {
    let ids: Vec<_> = all()
        .iter()
        .map(|vector| vector["id"].as_str().expect("an id").to_owned())
        .collect();
    let known: Vec<_> = tested().chain(ELSEWHERE.iter().copied()).collect();
    let unique: BTreeSet<_> = known.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(
        known.len(),
        unique.len(),
        "an id stands in both lists or twice in one"
    );
    assert_eq!(ids.len(), unique.len());
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), unique);
    let source = [
        include_str!("vectors.rs"),
        include_str!("vectors/evaluation.rs"),
        include_str!("vectors/phases.rs"),
    ]
    .concat();
    for id in tested() {
        let called = format!("\"{id}\"");
        assert!(
            source.matches(&called).count() > 1,
            "{id} is listed but not used"
        );
    }
}

#[test]
fn the_rulebook_says_why_a_vector_has_no_test() {
    let (_, table) = RULEBOOK
        .split_once("## Vectors without a test")
        .expect("the section");
    let table = table.split("\n## ").next().expect("a section");
    let reasons: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .collect();
    let ids: BTreeSet<_> = reasons.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, ELSEWHERE.iter().copied().collect());
    for (id, reason) in reasons {
        assert!(reason.len() > 20, "{id} has no reason");
    }
}

fn priced(step: &str) -> Draft {
    let mut draft = lowest();
    draft.values[0].most = dec("100000000");
    draft.improvement.steps.insert(id("price"), by_amount(step));
    draft
}

#[test]
fn s1_points_of_an_award_with_the_ratio_rounded_first() {
    let s1 = vector("S1");
    let names = ["km_PL", "km_abroad"];
    let ids = ["km-pl", "km-abroad"];
    let criteria = names
        .iter()
        .zip(ids)
        .map(|(name, id)| {
            let weight = text(&s1["input"]["weights"][name]);
            criterion(id, &weight, Method::LowestBest, Source::Auctioned)
        })
        .collect();
    let mut draft = points();
    draft.values = ids
        .iter()
        .map(|name| auction_rules::terms::Value {
            id: id(name),
            ..price_value()
        })
        .collect();
    draft.improvement.steps = ids
        .iter()
        .map(|name| (id(name), by_amount("0.01")))
        .collect();
    draft.evaluation = Evaluation::Points {
        criteria,
        rounding: points_rounding(Rounded::Ratio, 2, Rounding::HalfUp),
    };
    let offer = |who: &str| names.map(|name| text(&s1["input"]["offers"][who][name]));
    let offers = ["1", "2"].map(offer);
    let pairs = offers
        .each_ref()
        .map(|offer| [(ids[0], offer[0].as_str()), (ids[1], offer[1].as_str())]);
    let room = Room::open(draft, &[&pairs[0], &pairs[1]]);
    for (number_of, who) in ["1", "2"].iter().enumerate() {
        let own = room.auction.own_view(bidder(number_of)).expect("admitted");
        let got = own.points.expect("points");
        for (name, id_of) in names.iter().zip(ids) {
            let expected = number(&s1["expected"][who][name]);
            assert_eq!(got.by_criterion[&id(id_of)], expected, "{who} {name}");
        }
        assert_eq!(got.total, number(&s1["expected"][who]["total"]));
    }
    assert_eq!(room.positions(), [(1, 1), (2, 2)]);
}

#[test]
fn s3_gross_prices_round_half_up() {
    let s3 = vector("S3");
    for (net, gross) in list(&s3["input"]).iter().zip(list(&s3["expected"])) {
        let exact = Ratio::from(number(net)) * Ratio::from(dec("1.23"));
        assert_eq!(
            exact.to_decimal(2, Rounding::HalfUp),
            Some(number(gross)),
            "{net}"
        );
    }
}

/// Bids of the vector in the order of their times, which is the order of the log.
fn ordered(vector: &Json, bids: &Json, name: &str) -> (Vec<String>, Vec<String>) {
    let mut sorted: Vec<&Json> = list(bids).iter().collect();
    sorted.sort_by_key(|bid| (bid["time"].as_str(), bid["date"].as_str()));
    let names: Vec<_> = sorted
        .iter()
        .map(|bid| bid[name].as_str().expect("a name").to_owned())
        .collect();
    let amounts: Vec<_> = sorted
        .iter()
        .map(|bid| match &bid["amount"] {
            Json::Null => text(&bid["value"]["amountPerformance"]),
            amount => text(amount),
        })
        .collect();
    let amounts: Vec<_> = amounts.iter().map(String::as_str).collect();
    let room = Room::prices(
        Draft {
            ties: Ties::Earliest,
            ..priced("1")
        },
        &amounts,
    );
    let mut worst_first: Vec<_> = room
        .positions()
        .iter()
        .map(|(alias, _)| names[usize::from(*alias) - 1].clone())
        .collect();
    worst_first.reverse();
    let expected = match &vector["expected"] {
        Json::Array(order) => order,
        expected => list(&expected["order_worst_to_best"]),
    };
    let expected = expected
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned());
    (worst_first, expected.collect())
}

#[test]
fn the_earlier_of_equal_bids_stands_better() {
    let s8 = vector("S8");
    let (got, expected) = ordered(&s8, &s8["input"], "id");
    assert_eq!(got, expected);
    for name in ["ord-01", "ord-02"] {
        let order = vector(name);
        let (got, expected) = ordered(&order, &order["input"]["bids"], "bidder");
        assert_eq!(got, expected, "{name}");
        assert_eq!(
            got.last().map(String::as_str),
            order["expected"]["leader"].as_str()
        );
    }
}

/// A defect of the peer: its room lets the later of equals lead, its award the earlier.
#[test]
fn esco_tie_has_one_order_in_the_room_and_in_the_award() {
    let mut tie = vector("esco-tie");
    assert_eq!(tie["defect"], true);
    tie["expected"]["order_worst_to_best"] = serde_json::json!(["late", "early"]);
    let (got, expected) = ordered(&tie, &tie["input"]["bids"], "id");
    assert_eq!(got, expected);
    assert_eq!(
        got.last().map(String::as_str),
        tie["expected"]["wanted_best"].as_str()
    );
}

#[test]
fn s10_the_order_of_rounding_alone_changes_the_winner() {
    let s10 = vector("S10");
    let offer = |who: &str| {
        let offer = &s10["input"][who];
        (text(&offer["price"]), text(&offer["warranty"]))
    };
    let (a, b) = (offer("A"), offer("B"));
    for (of, name) in [
        (Rounded::Points, "points_rounded"),
        (Rounded::Ratio, "ratio_rounded"),
    ] {
        let capped = Method::HighestBest {
            most: Some(dec("60")),
        };
        let draft = Draft {
            evaluation: Evaluation::Points {
                criteria: vec![
                    criterion("price", "60", Method::LowestBest, Source::Auctioned),
                    criterion("warranty", "40", capped, Source::Auctioned),
                ],
                rounding: points_rounding(of, 2, Rounding::HalfUp),
            },
            ..points()
        };
        let offers: [&[(&str, &str)]; 2] = [
            &[("price", &a.0), ("warranty", &a.1)],
            &[("price", &b.0), ("warranty", &b.1)],
        ];
        let mut room = Room::open(draft, &offers);
        let expected = &s10["expected"][name];
        for (index, who) in ["A", "B"].iter().enumerate() {
            let own = room.auction.own_view(bidder(index)).expect("admitted");
            assert_eq!(
                own.points.expect("points").total,
                number(&expected[who]),
                "{name} {who}"
            );
        }
        let winner = if expected["winner"] == "A" { 1 } else { 2 };
        assert_eq!(room.closed().winner, Some(alias(winner)));
    }
}

#[test]
fn s11_half_up_and_half_even() {
    let s11 = vector("S11");
    let (least, price) = (number(&s11["input"]["min"]), number(&s11["input"]["price"]));
    let ratio = Ratio::from(least)
        .over(&Ratio::from(price))
        .expect("not zero");
    let exact = ratio * Ratio::whole(60);
    assert_eq!(exact, Ratio::from(number(&s11["expected"]["exact"])));
    for (mode, name) in [
        (Rounding::HalfUp, "half_up"),
        (Rounding::HalfEven, "half_even"),
    ] {
        let rows = vec![TableRow {
            from: dec("0"),
            points: dec("0"),
        }];
        let draft = Draft {
            evaluation: Evaluation::Points {
                criteria: vec![
                    criterion("price", "60", Method::LowestBest, Source::Auctioned),
                    criterion("warranty", "40", Method::Table { rows }, Source::Auctioned),
                ],
                rounding: points_rounding(Rounded::Points, 2, mode),
            },
            ..points()
        };
        let (least, price) = (least.to_string(), price.to_string());
        let offers: [&[(&str, &str)]; 2] = [
            &[("price", &least), ("warranty", "0")],
            &[("price", &price), ("warranty", "0")],
        ];
        let room = Room::open(draft, &offers);
        let own = room.auction.own_view(bidder(1)).expect("admitted");
        assert_eq!(
            own.points.expect("points").total,
            number(&s11["expected"][name]),
            "{name}"
        );
    }
}

#[test]
fn decimals_lose_no_cent() {
    let m1 = vector("M1");
    let val_04 = vector("val-04");
    for (input, bid) in [
        (&m1["input"], &m1["input"]["bid"]),
        (&val_04["input"], &val_04["input"]["bids"][0]),
    ] {
        let own = text(&input["own_previous"]);
        let mut room = Room::prices(priced(&text(&input["step"])), &[&own, "99999999"]);
        assert_eq!(room.limit_of(0), Some(number(bid)));
        assert!(accepted(&room.bid(0, 1, &text(bid))), "{own}");
    }
}

#[test]
fn signs_and_zero() {
    let m5 = vector("M5");
    let mut room = Room::prices(priced("1"), &["100", "200"]);
    assert_eq!(code(&room.bid(0, 1, &text(&m5["input"]["bid"]))), 311);
    let val_01 = vector("val-01");
    let results = list(&val_01["expected"]["results"]);
    for (bid, result) in list(&val_01["input"]["bids"]).iter().zip(results) {
        let mut room = Room::prices(priced("1"), &["100", "200"]);
        let plain = match bid.to_string().as_str() {
            "-0.0" => "-0.0".to_owned(),
            _ => text(bid),
        };
        let got = code(&room.bid(0, 1, &plain));
        // The peer takes six decimals; terms have at most four and say so.
        let expected = if result == "accept" { 308 } else { 307 };
        assert_eq!(got, expected, "{bid}");
    }
}

#[test]
fn val_07_what_is_refused_before_the_amount() {
    let val_07 = vector("val-07");
    let results = list(&val_07["expected"]["results"]);
    let cases = list(&val_07["input"]["cases"]);
    let fresh = || Room::prices(priced("1"), &["100", "200"]);
    let mut tried = 0;
    for (case, result) in cases.iter().zip(results) {
        let got = match case.as_str().expect("a case") {
            "hash mismatch" => code(&fresh().bid(9, 1, "50")),
            "stage type != bids" => code(&fresh().late(0, -1, "50")),
            "amount missing" => code(&fresh().place(
                0,
                1,
                Offer {
                    values: Default::default(),
                    confirm: Default::default(),
                },
            )),
            "amount 0.0" => code(&fresh().bid(0, 1, "0.0")),
            "stage.bidder != bidder" => {
                let mut turns = Room::prices(phases::rounds(priced("1")), &["100", "200"]);
                code(&turns.bid(0, 5 * MINUTE, "50"))
            }
            "amount -1" => {
                let mut turns = Room::prices(phases::rounds(priced("1")), &["100", "200"]);
                phases::withdrawn(&mut turns, 5 * MINUTE, typed(&[("price", "50")]));
                0
            }
            other => panic!("{other}"),
        };
        tried += 1;
        let expected = match result.as_str().expect("a result") {
            "401 Invalid hash" => 201,
            "400 Stage not for bidding" => 101,
            "400 Not valid bidder" => 106,
            "cancelled" => 0,
            "400 Bid amount is required" => 312,
            "400 Too low value" => 311,
            other => panic!("{other}"),
        };
        assert_eq!(got, expected, "{case}");
    }
    assert_eq!(tried, 6);
}

/// A defect of the peer: what is no amount passed its comparisons.
#[test]
fn val_10_what_is_no_amount_is_refused() {
    let val_10 = vector("val-10");
    assert_eq!(val_10["defect"], true);
    let wanted = list(&val_10["expected"]["wanted"]);
    for (bid, wanted) in list(&val_10["input"]["bids"]).iter().zip(wanted) {
        assert_eq!(wanted, "refuse 400");
        let typed = bid.as_str().expect("a text");
        let mut room = Room::prices(priced("10"), &["100", "200"]);
        assert_eq!(code(&room.bid(0, 1, typed)), 307, "{typed}");
    }
    for json in [r#"{"values":{"price":50}}"#, r#"{"values":{"price":true}}"#] {
        assert!(serde_json::from_str::<Offer>(json).is_err(), "{json}");
    }
}

#[test]
fn m7_a_percentage_under_the_existing_best() {
    let m7 = vector("M7");
    let mut draft = priced("1");
    let percent = text(&m7["input"]["decrement_pct"]);
    draft
        .improvement
        .steps
        .insert(id("price"), by_percent(&percent));
    draft.improvement.from = Reference::Leader;
    draft.opening = OpeningOffer::FirstBidFree;
    let mut room = Room::open(draft, &[&[], &[]]);
    assert!(
        accepted(&room.bid(0, 1, &text(&m7["input"]["best"]))),
        "the first bid is free"
    );
    let highest = number(&m7["expected"]["highest_legal"]);
    assert_eq!(room.limit_of(1), Some(highest));
    let above = one_worse(&price_value(), highest).to_string();
    assert_eq!(code(&room.bid(1, 2, &above)), 302);
    assert!(accepted(&room.bid(1, 3, &highest.to_string())));
}

fn extended(length: i64, window: i64, by: i64, anchor: Anchor, trigger: Trigger) -> Draft {
    let mut with = extension(anchor, trigger);
    with.window_ms = ms(window);
    with.length_ms = ms(by);
    let mut draft = priced("1");
    draft.phases = vec![set_time(length, Some(with))];
    draft.conduct.late_window_ms = 60_000;
    draft
}

#[test]
fn t4_ten_minutes_then_two_from_each_bid() {
    for name in ["T4a", "T4b", "T4d", "T4e"] {
        let t4 = vector(name);
        let seconds = |json: &Json| json.as_i64().map(|seconds| seconds * SECOND);
        let two = 2 * MINUTE;
        let draft = extended(10 * MINUTE, two, two, Anchor::FromBid, Trigger::AnyBid);
        let mut room = Room::prices(draft, &["1000", "2000"]);
        let now = seconds(&t4["input"]["started_ago_s"]).expect("a time");
        if let Some(ago) = seconds(&t4["input"]["last_bid_ago_s"]) {
            assert!(accepted(&room.bid(0, now - ago, "500")));
        }
        room.run(now);
        let left = room.closes().map_or(0, |closes| closes - now);
        assert_eq!(Some(left), seconds(&t4["expected"]["left_s"]), "{name}");
        if let Some(phase) = t4["expected"]["phase"].as_str() {
            assert_eq!(room.state(), phase, "{name}");
        }
    }
}

#[test]
fn t7_a_bid_lower_than_anothers_returns_the_clock_to_two_minutes() {
    let t7 = vector("T7");
    let two = 2 * MINUTE;
    let draft = extended(
        15 * MINUTE,
        two,
        two,
        Anchor::FromBid,
        Trigger::BeatsAnother,
    );
    let mut room = Room::prices(draft, &["1000", "2000"]);
    let start = &t7["input"]["start"];
    let bid = clock(&t7["input"]["bid"], start);
    assert!(accepted(&room.bid(1, bid, "999")));
    assert_eq!(room.closes(), Some(clock(&t7["expected"]["close"], start)));
}

#[test]
fn t9_a_bid_in_the_last_minute_adds_five() {
    let t9 = vector("T9");
    let start = Json::String("14:30:00".to_owned());
    let close = clock(&t9["input"]["close"], &start);
    let mut draft = extended(close, MINUTE, 5 * MINUTE, Anchor::Added, Trigger::AnyBid);
    let PhaseKind::Open(Open {
        extension: Some(with),
        ..
    }) = &mut draft.phases[0].run
    else {
        panic!("an extension");
    };
    with.count_max = Some(5);
    let mut room = Room::prices(draft, &["1000", "2000"]);
    for (bid, price) in list(&t9["input"]["bids"]).iter().zip(["900", "800"]) {
        assert!(accepted(&room.bid(0, clock(bid, &start), price)));
    }
    assert_eq!(room.closes(), Some(clock(&t9["expected"]["close"], &start)));
    assert_eq!(u64::from(room.extensions()), t9["expected"]["extensions"]);
}

#[test]
fn t11_the_idle_period() {
    let t11 = vector("T11");
    let open = &t11["input"]["open"];
    let phase = idle(
        t11["input"]["idle_min"].as_i64().expect("minutes") * MINUTE,
        0,
        None,
    );
    let mut room = Room::prices(
        Draft {
            phases: vec![phase],
            ..priced("1")
        },
        &["1000", "2000"],
    );
    for (bid, price) in list(&t11["input"]["bids"]).iter().zip(["900", "800"]) {
        assert!(accepted(&room.bid(0, clock(bid, open), price)));
    }
    assert_eq!(room.closes(), Some(clock(&t11["expected"]["close"], open)));
}

/// Whole auctions of a peer without withdrawals: its turns are our moments.
#[test]
fn the_peers_auctions_end_with_the_same_order() {
    for name in ["run-02", "run-03", "run-08"] {
        let run = vector(name);
        let bids = list(&run["input"]["bids"]);
        let names: Vec<_> = bids
            .iter()
            .map(|bid| bid["id"].as_str().expect("a name"))
            .collect();
        let amounts: Vec<_> = bids
            .iter()
            .map(|bid| text(&bid["value"]["amount"]))
            .collect();
        let amounts: Vec<_> = amounts.iter().map(String::as_str).collect();
        let mut draft = priced(&text(&run["input"]["step"]));
        draft.conduct.bidders_min = 1;
        let mut room = Room::prices(draft, &amounts);
        for (moment, bid) in (1..).zip(list(&run["expected"]["bid_log"])) {
            let who = names
                .iter()
                .position(|name| bid["bidder"] == *name)
                .expect("known");
            let told = room.bid(who, moment, &text(&bid["amount"]));
            assert_eq!(
                accepted(&told),
                bid["result"] == "accepted",
                "{name}: {bid}"
            );
        }
        let mut got: Vec<_> = room
            .closed()
            .standings
            .iter()
            .map(|standing| {
                let who = names[usize::from(standing.alias.0) - 1].to_owned();
                (who, standing.values[&id("price")])
            })
            .collect();
        got.reverse();
        let expected: Vec<_> = list(&run["expected"]["results_worst_to_best"])
            .iter()
            .map(|row| {
                (
                    row["bidder_id"].as_str().expect("a name").to_owned(),
                    number(&row["amount"]),
                )
            })
            .collect();
        assert_eq!(got, expected, "{name}");
    }
}

/// A forward auction: more is better, in whole steps.
#[test]
fn texas_01_a_multiple_of_the_step() {
    let texas = vector("texas-01");
    let step = number(&texas["input"]["step"]);
    let mut value = warranty_value();
    value.most = dec("1000");
    let mut draft = points();
    draft.values = vec![value];
    let all = Method::HighestBest { most: None };
    draft.evaluation = Evaluation::Points {
        criteria: vec![criterion("warranty", "100", all, Source::Auctioned)],
        rounding: points_rounding(Rounded::Points, 2, Rounding::HalfUp),
    };
    let with_tick = Step {
        least: StepSize::Amount { amount: step },
        tick: Some(step),
    };
    draft.improvement.steps = [(id("warranty"), with_tick)].into();
    let stage = text(&texas["input"]["stage_amount"]);
    let offer: &[(&str, &str)] = &[("warranty", &stage)];
    let mut room = Room::open(draft, &[offer, offer]);
    let results = list(&texas["expected"]["results"]);
    for (bid, result) in list(&texas["input"]["bids"]).iter().zip(results) {
        let told = room.place(0, 1, typed(&[("warranty", &text(bid))]));
        let expected = match result.as_str().expect("a result") {
            "accept" => 0,
            "Too low value" => 301,
            _ => 303,
        };
        assert_eq!(code(&told), expected, "{bid}");
    }
    let pause = auction_rules::Act::Pause {
        reason: "a pause".to_owned(),
    };
    room.officer(2, pause).expect("paused");
    let in_pause = text(&texas["input"]["pause"][0]);
    assert_eq!(
        code(&room.place(1, 3, typed(&[("warranty", &in_pause)]))),
        102
    );
}

#[test]
fn ee_01_a_ladder_of_steps() {
    let ladder = vector("ee-01");
    let bands = [("0", "0.01"), ("1", "0.1"), ("10", "1"), ("100", "10")]
        .map(|(from, amount)| Band {
            from: dec(from),
            amount: dec(amount),
        })
        .to_vec();
    let step = Step {
        least: StepSize::Bands { bands },
        tick: None,
    };
    let mut value = warranty_value();
    value.decimals = 2;
    let next = list(&ladder["expected"]["next_min"]);
    for (bid, next) in list(&ladder["input"]["bids"]).iter().zip(next) {
        assert_eq!(
            improvement::limit(&value, &step, number(bid)),
            Some(number(next))
        );
    }
}
