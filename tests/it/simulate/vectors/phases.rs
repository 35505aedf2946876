//! The vectors of phases and their times.

use super::*;
use std::collections::BTreeMap;

pub(super) const PLAYS: &[(&[&str], Play)] = &[
    (&["T1"], the_turns_of_two),
    (&["T3", "time-09"], a_late_stage),
    (&["T4a", "T4b", "T4d", "T4e"], two_minutes_from_each_bid),
    (&["T5"], a_random_tail),
    (&["T7"], below_another),
    (&["T9"], five_minutes_more),
    (&["T11"], an_idle_period),
    (&["T12"], a_tie_break),
    (&["T14"], a_rising_level),
    (&["time-01"], the_plan_of_the_stages),
    (&["time-03"], stages_without_waiting),
    (&["time-04"], transitions_of_a_worker),
    (&["time-05"], the_round_of_a_stage),
    (&["time-06"], the_stages_of_a_round),
    (&["run-01", "run-02", "run-03", "run-08"], a_whole_auction),
    (&["dutch-01"], a_ladder_of_levels),
];

/// One stage as the peer counts them, and its second after the opening.
type Stage = (&'static str, i64);

fn stages(report: &Report) -> Vec<Stage> {
    let kinds = [
        ("phase-scheduled", "pause"),
        ("turn-started", "bids"),
        ("closed", "pre_announcement"),
        ("sealed", "announcement"),
    ];
    report
        .events()
        .filter_map(|(after, event)| {
            let (_, stage) = kinds.iter().find(|(kind, _)| event["type"] == *kind)?;
            Some((*stage, after / 1_000))
        })
        .collect()
}

/// Three rounds of so many bidders.
fn rounds(bidders: u64) -> Value {
    let offers: Vec<_> = (1..=bidders)
        .map(|number| {
            (
                format!("b{number}"),
                json!({"price": (1_000 * number).to_string()}),
            )
        })
        .collect();
    let mut scenario = auction(&offers);
    scenario["terms"]["phases"] = three_rounds();
    scenario
}

fn played(vector: &Value) -> Vec<Stage> {
    stages(&simulated(&rounds(
        vector["input"]["bidders"].as_u64().unwrap(),
    )))
}

fn of_kind(stages: &[Stage], kind: &str) -> Vec<i64> {
    let found = stages.iter().filter(|(of, _)| *of == kind);
    found.map(|(_, began)| *began).collect()
}

fn the_turns_of_two(vector: &Value) {
    let got = played(vector);
    let start = vector["input"]["start"].as_str().unwrap();
    for (kind, name) in [("bids", "turns"), ("pause", "pauses")] {
        let times = list(&vector["expected"][name]).iter();
        let expected: Vec<_> = times.map(|time| clock(time, start)).collect();
        assert_eq!(of_kind(&got, kind), expected, "{name}");
    }
    for kind in ["pre_announcement", "announcement"] {
        let expected = clock(&vector["expected"][kind], start);
        assert_eq!(of_kind(&got, kind), [expected]);
    }
}

fn the_plan_of_the_stages(vector: &Value) {
    let plan = list(&vector["expected"]["stages"]).iter();
    let expected: Vec<_> = plan
        .map(|stage| {
            (
                stage["type"].as_str().unwrap(),
                stage["offset_s"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(played(vector), expected);
}

/// The peer's stages may last no time; here a turn lasts a second at least.
fn stages_without_waiting(vector: &Value) {
    let mut scenario = rounds(vector["input"]["bidders"].as_u64().unwrap());
    scenario["terms"]["phases"] = json!([turns(0, 0)]);
    assert!(faults(&scenario).contains("terms.phases[0].run.slot_ms: "));
    scenario["terms"]["phases"] = json!([turns(0, 1), turns(0, 1), turns(0, 1)]);
    // The first round starts with the opening: without a pause before it none is announced.
    let mut got = vec!["pause"];
    got.extend(stages(&simulated(&scenario)).iter().map(|(kind, _)| *kind));
    assert_eq!(json!(got), vector["expected"]["stage_types"]);
}

fn transitions_of_a_worker(vector: &Value) {
    let got = played(vector);
    let start = vector["input"]["start"].as_str().unwrap();
    let transitions = list(&vector["expected"]["transitions"]);
    for ((_, began), transition) in got.iter().zip(transitions) {
        assert_eq!(*began, clock(&transition[1], start), "{transition}");
    }
    assert_eq!(transitions.len() + 1, got.len());
    assert_eq!(
        of_kind(&got, "pre_announcement"),
        [vector["expected"]["total_s"].as_i64().unwrap()]
    );
    for count in 1..6 {
        let report = simulated(&rounds(count));
        assert_eq!(report.closed_s(), 540 + 360 * i64::try_from(count).unwrap());
    }
}

/// The round of each stage: how many phases had begun by then.
fn round_of(vector: &Value) -> Vec<(Stage, usize)> {
    let report = simulated(&rounds(vector["input"]["bidders"].as_u64().unwrap()));
    let began = report.moments("phase-started");
    let round = |stage: Stage| began.iter().filter(|began| **began <= stage.1).count();
    stages(&report)
        .into_iter()
        .map(|stage| (stage, round(stage)))
        .collect()
}

fn bids_of(stages: &[(Stage, usize)], round: usize) -> Vec<usize> {
    let found = stages.iter().enumerate();
    let found = found.filter(|(_, ((kind, _), of))| *kind == "bids" && *of == round);
    found.map(|(index, _)| index).collect()
}

fn the_round_of_a_stage(vector: &Value) {
    let stages = round_of(vector);
    let asked = list(&vector["input"]["stages"]).iter();
    let got: Vec<_> = asked
        .map(|stage| {
            stage
                .as_u64()
                .map_or(0, |stage| stages[usize::try_from(stage).unwrap()].1)
        })
        .collect();
    assert_eq!(json!(got), vector["expected"]["rounds"]);
    let first: Vec<_> = (1..4).map(|round| bids_of(&stages, round)[0]).collect();
    assert_eq!(json!(first), vector["expected"]["rounds_stages"]);
}

/// The peer's round 0 is the time before the first stage.
fn the_stages_of_a_round(vector: &Value) {
    let stages = round_of(vector);
    assert!(bids_of(&stages, 0).is_empty());
    for (round, interval) in list(&vector["expected"]["intervals"])
        .iter()
        .enumerate()
        .skip(1)
    {
        let bids = bids_of(&stages, round);
        assert_eq!(
            json!([bids[0], bids.last().unwrap() + 1]),
            *interval,
            "{round}"
        );
    }
}

/// Nobody reaches the server from the last moment before a turn was due.
fn a_late_stage(vector: &Value) {
    let second_round = 660;
    let late: Vec<i64> = match &vector["input"]["late_by_s"] {
        Value::Array(seconds) => seconds.iter().filter_map(Value::as_i64).collect(),
        _ => {
            let due = vector["input"]["stage_due"].as_str().unwrap();
            assert_eq!(clock(&json!(due), "11:00:00"), second_round);
            vec![clock(&vector["input"]["clock"], due)]
        }
    };
    for late in late {
        let mut scenario = rounds(2);
        let from = moment(Decimal::from(second_round) - Decimal::new(1, 3));
        let length = moment(Decimal::from(late) + Decimal::new(1, 3));
        scenario["commands"] = json!([{"at": from, "do": "outage", "length": length}]);
        let report = simulated(&scenario);
        let runs = late <= 120;
        let ended = if runs { "sealed" } else { "interrupted" };
        assert_eq!(report.0["end"]["state"], ended, "{late}");
        assert_eq!(report.0["end"]["standings"].is_array(), runs);
        let resume = json!({"at": "1:00:00", "do": "resume", "reason": "a new date"});
        scenario["commands"].as_array_mut().unwrap().push(resume);
        let again = simulated(&scenario);
        assert_eq!(again.0["end"]["state"], "sealed");
        assert_eq!(again.moments("turn-started").len(), 6);
    }
}

fn extending(length_s: i64, extension: Value) -> Value {
    let mut scenario = priced("1", &[("leads", "1000"), ("follows", "2000")]);
    let terms = &mut scenario["terms"];
    terms["phases"] = json!([set_time(length_s)]);
    terms["phases"][0]["run"]["extension"] = extension;
    scenario
}

fn extension(window_s: i64, length_s: i64, anchor: &str, on: &str) -> Value {
    json!({"window_ms": window_s * 1_000, "length_ms": length_s * 1_000, "anchor": anchor,
        "trigger": {"on": on}})
}

fn two_minutes_from_each_bid(vector: &Value) {
    let input = &vector["input"];
    let now = input["started_ago_s"].as_i64().unwrap();
    let mut scenario = extending(600, extension(120, 120, "from-bid", "any-bid"));
    if let Some(ago) = input["last_bid_ago_s"].as_i64() {
        scenario["commands"] = json!([bids(at(now - ago), "leads", "500")]);
    }
    let report = simulated(&scenario);
    let (state, closes) = report.shown(now);
    let expected = &vector["expected"];
    assert_eq!(Some(closes - now), expected["left_s"].as_i64());
    assert_eq!(state, expected["phase"].as_str().unwrap_or("open"));
}

fn a_random_tail(vector: &Value) {
    let seconds = |name: &str| vector["input"][name].as_i64().unwrap();
    let mut scenario = priced("1", &[("leads", "1000"), ("follows", "2000")]);
    scenario["terms"]["phases"] = json!([set_time(900)]);
    scenario["terms"]["phases"][0]["run"]["random_tail_ms"] = json!(600_000);
    scenario["tails"] = json!([{"length": at(seconds("drawn_s"))}]);
    let now = 900 + seconds("tail_started_ago_s");
    let end = now + vector["expected"]["left_s"].as_i64().unwrap();
    let last = moment(Decimal::from(end) - Decimal::new(1, 3));
    scenario["commands"] = json!([bids(last, "leads", "900"), bids(at(end), "leads", "800")]);
    let report = simulated(&scenario);
    assert_eq!(report.codes()[0], 0, "the tail is not over");
    assert_ne!(report.codes()[1], 0, "it is over");
    assert_eq!(report.closed_s(), end);
}

fn below_another(vector: &Value) {
    let start = vector["input"]["start"].as_str().unwrap();
    let mut scenario = extending(900, extension(120, 120, "from-bid", "beats-another"));
    let bid = at(clock(&vector["input"]["bid"], start));
    scenario["commands"] = json!([bids(bid, "follows", "999")]);
    let expected = clock(&vector["expected"]["close"], start);
    assert_eq!(simulated(&scenario).closed_s(), expected);
    // One that beats nobody moves nothing.
    scenario["commands"][0]["values"]["price"] = json!("1001");
    assert_eq!(simulated(&scenario).closed_s(), 900);
}

fn five_minutes_more(vector: &Value) {
    let start = "14:30:00";
    let close = clock(&vector["input"]["close"], start);
    let mut with = extension(60, 300, "added", "any-bid");
    with["count_max"] = json!(5);
    let mut scenario = extending(close, with);
    let commands: Vec<_> = list(&vector["input"]["bids"])
        .iter()
        .zip(["900", "800"])
        .map(|(bid, price)| bids(at(clock(bid, start)), "leads", price))
        .collect();
    scenario["commands"] = json!(commands);
    let report = simulated(&scenario);
    assert_eq!(
        report.closed_s(),
        clock(&vector["expected"]["close"], start)
    );
    assert_eq!(
        json!(report.moments("extended").len()),
        vector["expected"]["extensions"]
    );
}

fn an_idle_period(vector: &Value) {
    let open = vector["input"]["open"].as_str().unwrap();
    let idle_ms = vector["input"]["idle_min"].as_i64().unwrap() * 60_000;
    let mut scenario = priced("1", &[("leads", "1000"), ("follows", "2000")]);
    let close = json!({"by": "idle", "idle_ms": idle_ms});
    scenario["terms"]["phases"] = json!([{"run": {"kind": "open", "close": close}}]);
    let commands: Vec<_> = list(&vector["input"]["bids"])
        .iter()
        .zip(["900", "800"])
        .map(|(bid, price)| bids(at(clock(bid, open)), "leads", price))
        .collect();
    scenario["commands"] = json!(commands);
    let expected = clock(&vector["expected"]["close"], open);
    assert_eq!(simulated(&scenario).closed_s(), expected);
}

fn a_tie_break(vector: &Value) {
    let input = &vector["input"];
    let length_ms = input["dogrywka_min"].as_i64().unwrap() * 60_000;
    let close = input["close"].as_str().unwrap();
    let seconds = |json: &Value| clock(json, close) + 600;
    let mut scenario = priced("1", &[("a", "1000"), ("b", "1000"), ("c", "2000")]);
    scenario["terms"]["ties"] = json!("equal-rank");
    scenario["terms"]["phases"] =
        json!([set_time(600), {"run": {"kind": "tie-break", "length_ms": length_ms}}]);
    scenario["commands"] = json!([bids(at(seconds(&input["bids"][0])), "a", "900")]);
    let report = simulated(&scenario);
    assert_eq!(report.winner(), "a");
    assert_eq!(report.closed_s(), seconds(&vector["expected"]["close"]));
}

fn clock_run(kind: &str, [start, step, end]: [&str; 3], interval_s: i64) -> Value {
    let offers = [("a", json!({})), ("b", json!({}))];
    let mut scenario = auction(&offers);
    scenario["terms"]["opening"] = json!("first-bid-free");
    scenario["terms"]["phases"] = json!([{"run": {"kind": kind, "start": start, "step": step,
        "end": end, "interval_ms": interval_s * 1_000}}]);
    scenario
}

fn a_rising_level(vector: &Value) {
    let input = &vector["input"];
    let [start, step, reserve] = ["start", "step", "reserve"].map(|name| text(&input[name]));
    let minutes = |name: &str| input[name].as_i64().unwrap() * 60;
    let interval = minutes("interval_min");
    let mut scenario = clock_run("ascending-clock", [&start, &step, &reserve], interval);
    let price = text(&vector["expected"]["price"]);
    let now = minutes("accept_at_min");
    scenario["commands"] = json!([takes(at(now), "b", &price)]);
    let report = simulated(&scenario);
    assert_eq!(
        (report.winner(), report.price("b").to_string()),
        ("b", price)
    );
    assert_eq!(report.closed_s(), now);
}

/// Each level that showed.
fn levels(report: &Report) -> Vec<Decimal> {
    let shown = report
        .events()
        .filter(|(_, event)| event["type"] == "level-started");
    shown.map(|(_, event)| number(&event["level"])).collect()
}

/// The peer sells, so its clock falls until somebody takes it; the ladder is the same.
fn a_ladder_of_levels(vector: &Value) {
    let next = list(&vector["expected"]["next"]);
    for (case, next) in list(&vector["input"]["cases"]).iter().zip(next) {
        let step = (number(&case[0]) / Decimal::ONE_HUNDRED).to_string();
        let level = text(&case[1]);
        let mut scenario = clock_run("descending-clock", [&level, &step, "1"], 60);
        scenario["commands"] = json!([takes("0:01", "a", &level), takes("0:02", "b", &level)]);
        assert_eq!(levels(&simulated(&scenario))[1], number(next), "{case}");
    }
    let durations = &vector["expected"]["durations"];
    let whole = |name: &str| durations[name].as_i64().unwrap();
    let (steps, interval) = (whole("steps"), whole("step_s"));
    let ends = ["500000", "5000", "100000"];
    let mut scenario = clock_run("descending-clock", ends, interval);
    let stays = (0..steps).flat_map(|step| {
        let level = (500_000 - 5_000 * step).to_string();
        let now = at(step * interval + 1);
        ["a", "b"].map(|who| takes(now.clone(), who, &level))
    });
    scenario["commands"] = json!(stays.collect::<Vec<_>>());
    let report = simulated(&scenario);
    assert!(report.codes().iter().all(|code| *code == 0));
    assert_eq!(i64::try_from(levels(&report).len()).unwrap(), steps);
    assert_eq!(report.closed_s(), whole("dutch_min") * 60);
}

/// Prozorro's own auctions, played by their code, from their files in the documentation.
fn a_whole_auction(vector: &Value) {
    let name = format!("prozorro-{}", vector["id"].as_str().unwrap());
    let scenario = fs::read_to_string(file(&name)).unwrap();
    let report = simulated(&serde_json::from_str(&scenario).unwrap());
    let expected = &vector["expected"];
    let log = list(&expected["bid_log"]);
    let asked: Vec<_> = report
        .steps()
        .filter(|step| step["command"].is_u64())
        .collect();
    assert_eq!(asked.len(), log.len());
    for (step, bid) in asked.iter().zip(log) {
        let code = match bid["result"].as_str().unwrap() {
            "accepted" | "cancelled" => &Value::Null,
            "Too high value" => &json!(302),
            other => panic!("{other}"),
        };
        assert_eq!(step["refused"]["code"], *code, "{name}: {bid}");
        assert_eq!(step["bidder"], bid["bidder"], "{name}: {bid}");
        let typed = step["typed"]
            .get("price")
            .map_or(Decimal::NEGATIVE_ONE, number);
        assert_eq!(typed, number(&bid["amount"]), "{name}: {bid}");
    }
    let rows = list(&expected["rounds"]).iter().flat_map(list);
    let rows: Vec<_> = rows
        .map(|row| {
            (
                row["bidder_id"].clone(),
                number(&row["amount"]),
                row["changed"] == true,
            )
        })
        .collect();
    assert_eq!(turns_of(&report), rows, "{name}");
    let results = list(&expected["results_worst_to_best"]);
    let order: Vec<_> = results.iter().map(|row| row["bidder_id"].clone()).collect();
    assert_eq!(report.worst_first(), order, "{name}");
    for row in results {
        let price = report.price(row["bidder_id"].as_str().unwrap());
        assert_eq!(price, number(&row["amount"]), "{name}");
    }
}

/// Whose turn ended, with the price that stood then, and whether that was new.
fn turns_of(report: &Report) -> Vec<(Value, Decimal, bool)> {
    let mut standing = BTreeMap::new();
    let mut turns = Vec::new();
    for step in report.steps() {
        for place in step["standings"].as_array().into_iter().flatten() {
            let price = number(&place["values"]["price"]);
            standing.insert(place["alias"].as_u64(), (place["bidder"].clone(), price));
        }
        let events = step["entry"]["outcome"]["events"].as_array();
        for event in events.into_iter().flatten() {
            if event["type"] == "turn-ended" {
                let (bidder, price) = standing[&event["alias"].as_u64()].clone();
                turns.push((bidder, price, event["values"].is_object()));
            }
        }
    }
    turns
}
