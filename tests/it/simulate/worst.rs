//! The worst that buyers, bidders and servers do in each kind of phase: an auction comes to its end, and
//! who was taken out is in no result.

use super::report;
use ebok::simulate::Report;
use serde_json::{Value, json};

/// Each kind of phase, and the level that can be taken at once in a clock.
fn kinds() -> [(&'static str, Value, Option<&'static str>); 8] {
    let open = |close: Value| json!({"kind": "open", "close": close});
    let minute = json!({"by": "set-time", "length_ms": 60_000});
    let clock = |kind: &str, start: &str, end: &str| {
        json!([{"run": {"kind": kind, "start": start, "step": "10", "end": end,
            "interval_ms": 20_000}}])
    };
    let mut tail = open(json!({"by": "set-time", "length_ms": 30_000}));
    tail["random_tail_ms"] = json!(30_000);
    let second = json!({"by": "set-time", "length_ms": 1_000});
    let tie_break = json!({"kind": "tie-break", "length_ms": 60_000});
    [
        ("set time", json!([{"run": open(minute)}]), None),
        (
            "idle",
            json!([{"run": open(json!({"by": "idle", "idle_ms": 30_000}))}]),
            None,
        ),
        ("random tail", json!([{"run": tail}]), None),
        (
            "turns",
            json!([{"run": {"kind": "turns", "slot_ms": 20_000}}]),
            None,
        ),
        (
            "sealed bid",
            json!([{"run": {"kind": "sealed-bid", "length_ms": 60_000}}]),
            None,
        ),
        (
            "descending clock",
            clock("descending-clock", "100", "10"),
            Some("100"),
        ),
        (
            "ascending clock",
            clock("ascending-clock", "10", "100"),
            Some("10"),
        ),
        (
            "tie-break",
            json!([{"run": open(second)}, {"run": tie_break}]),
            None,
        ),
    ]
}

/// Three bidders, of whom two are equal and the third has the first turn; it acts after two seconds.
fn played(phases: &Value, level: Option<&str>, more: &[Value]) -> Report {
    let offers = [("a", "1000"), ("b", "1000"), ("c", "2000")];
    let bidders = offers.map(|(id, price)| match level {
        Some(_) => json!({"id": id}),
        None => json!({"id": id, "offer": {"price": price}}),
    });
    let act = match level {
        Some(level) => json!({"at": "0:02", "do": "accept-level", "bidder": "c", "level": level}),
        None => json!({"at": "0:02", "do": "bid", "bidder": "c", "values": {"price": "500"}}),
    };
    let opening = if level.is_some() {
        "first-bid-free"
    } else {
        "written-offer"
    };
    let commands: Vec<_> = std::iter::once(&act).chain(more).collect();
    let scenario = json!({
        "format": "ebok-scenario-1",
        "bidders": bidders,
        "commands": commands,
        "terms": {
            "regime": "private",
            "title": {"pl": "x", "en": "x"},
            "values": [{"id": "price", "name": {"pl": "x", "en": "x"}, "unit": "PLN", "decimals": 2,
                "least": "0.01", "most": "1000000", "direction": "lowest"}],
            "opening": opening,
            "phases": phases,
            "evaluation": {"by": "lowest-price"},
            "improvement": {"from": "own",
                "steps": {"price": {"least": {"by": "amount", "amount": "0.01"}}}},
            "ties": "equal-rank",
            "guards": {"confirm_above_percent": null},
        },
    });
    report(&scenario.to_string())
}

fn of_buyer(at: &str, what: &str, bidder: &str) -> Value {
    let mut act = json!({"at": at, "do": what, "reason": "x"});
    if !bidder.is_empty() {
        act["bidder"] = json!(bidder);
    }
    act
}

fn away(at: &str, what: &str, length: &str) -> Value {
    json!({"at": at, "do": what, "length": length})
}

#[test]
fn whatever_is_done_the_auction_comes_to_its_end() {
    let excluded = ["a", "b", "c"]
        .map(|who| of_buyer("0:03", "exclude", who))
        .to_vec();
    let done: [(&str, Vec<Value>); 8] = [
        ("one is excluded", vec![of_buyer("0:03", "exclude", "c")]),
        ("all are excluded", excluded),
        ("a bid is annulled", vec![of_buyer("0:03", "annul", "c")]),
        ("a short outage", vec![away("0:05", "outage", "0:08")]),
        (
            "an outage over the end",
            vec![away("0:59", "restart", "0:03")],
        ),
        (
            "a long outage",
            vec![
                away("0:05", "restart", "5:00"),
                of_buyer("6:00", "resume", ""),
            ],
        ),
        (
            "an outage in a resumption",
            vec![
                of_buyer("0:05", "pause", ""),
                of_buyer("1:00", "resume", ""),
                away("2:00", "outage", "0:05"),
                away("3:00", "restart", "1:00"),
                of_buyer("5:00", "resume", ""),
            ],
        ),
        (
            "an exclusion in a pause",
            vec![
                of_buyer("0:05", "pause", ""),
                of_buyer("0:06", "exclude", "c"),
                of_buyer("1:00", "resume", ""),
            ],
        ),
    ];
    for (kind, phases, level) in kinds() {
        for (what, more) in &done {
            let report = played(&phases, level, more);
            assert_eq!(report.end.state, "sealed", "{kind}: {what}");
            let excluded: Vec<_> = report
                .steps
                .iter()
                .filter(|step| step.refused.is_none())
                .filter_map(|step| step.whom.clone())
                .filter(|_| what.contains("exclu"))
                .collect();
            let standings = report.end.standings.unwrap();
            let stands = standings.iter().find(|one| excluded.contains(&one.bidder));
            assert!(stands.is_none(), "{kind}: {what}: {stands:?}");
        }
    }
}

#[test]
fn without_a_resumption_it_waits_and_names_nobody() {
    for (kind, phases, level) in kinds() {
        let report = played(&phases, level, &[away("0:05", "restart", "5:00")]);
        // Whoever took the level of an ascending clock has ended it.
        let waits = kind != "ascending clock";
        assert_eq!(report.end.state == "interrupted", waits, "{kind}");
        assert_eq!(report.end.winner.is_none(), waits, "{kind}");
    }
}

#[test]
fn what_is_no_amount_of_the_terms_is_refused_for_what_it_is() {
    let (_, phases, _) = &kinds()[0];
    for (code, typed) in [
        (311, "79228162514264337593543950335"),
        (308, "0.0000000000000000000000000001"),
        (311, "0"),
        (301, "1000000"),
        (0, "12 34,50"),
        (307, "1e2"),
        (307, "NaN"),
        (307, "Infinity"),
        (307, "-1"),
        (307, "+1"),
        (307, "٣"),
        (307, "１２"),
        (307, "1,000,000"),
        (307, "1_000"),
        (307, "0x10"),
        (307, ".5"),
        (307, "5."),
        (307, ""),
        (307, " "),
        (307, "9999999999999999999999999999999999999999"),
        (307, "\u{202e}12"),
    ] {
        let bid = json!({"at": "0:01", "do": "bid", "bidder": "c", "values": {"price": typed}});
        let report = played(phases, None, &[bid]);
        let mut asked = report.steps.iter().filter(|step| step.command == Some(1));
        let refused = asked.next().and_then(|step| step.refused.clone());
        assert_eq!(refused.map_or(0, |refused| refused.code), code, "{typed:?}");
    }
}
