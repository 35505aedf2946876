//! Every fault of a draft has a draft that has it, and nothing else wrong.

use crate::kit::*;
use auction_rules::ratio::Rounding;
use auction_rules::regime::Regime;
use auction_rules::terms::*;
use auction_rules::{Terms, Words};
use rust_decimal::Decimal;

fn check(draft: Draft, change: impl FnOnce(&mut Draft), expected: &[&str]) {
    let mut draft = draft;
    change(&mut draft);
    let paths: Vec<_> = match Terms::new(draft) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| fault.path).collect(),
    };
    assert_eq!(paths, expected);
}

fn lowest_has(change: impl FnOnce(&mut Draft), expected: &[&str]) {
    check(lowest(), change, expected);
}

fn points_has(change: impl FnOnce(&mut Draft), expected: &[&str]) {
    check(points(), change, expected);
}

fn criteria(draft: &mut Draft) -> (&mut Vec<Criterion>, &mut PointsRounding) {
    match &mut draft.evaluation {
        Evaluation::Points { criteria, rounding } => (criteria, rounding),
        other => panic!("no criteria: {other:?}"),
    }
}

fn step(draft: &mut Draft) -> &mut Step {
    draft
        .improvement
        .steps
        .get_mut(&id("price"))
        .expect("there")
}

fn open(draft: &mut Draft) -> &mut Open {
    match &mut draft.phases[0].run {
        PhaseKind::Open(open) => open,
        other => panic!("{other:?}"),
    }
}

fn extended(change: impl FnOnce(&mut Extension), expected: &[&str]) {
    let mut with = extension(Anchor::FromBid, Trigger::AnyBid);
    change(&mut with);
    lowest_has(
        |d| d.phases = vec![set_time(10 * MINUTE, Some(with))],
        expected,
    );
}

#[test]
fn the_drafts_of_the_tests_are_sound() {
    lowest_has(|_| (), &[]);
    points_has(|_| (), &[]);
}

#[test]
fn values() {
    lowest_has(|d| d.title.pl = " ".to_owned(), &["title.pl"]);
    lowest_has(|d| d.title.en = "x".repeat(501), &["title.en"]);
    lowest_has(
        |d| d.values[0].name = Words::default(),
        &["values[0].name.pl", "values[0].name.en"],
    );
    lowest_has(|d| d.values[0].unit = String::new(), &["values[0].unit"]);
    lowest_has(|d| d.values[0].decimals = 5, &["values[0].decimals"]);
    lowest_has(|d| d.values[0].least = Decimal::ZERO, &["values[0].least"]);
    lowest_has(|d| d.values[0].least = dec("0.001"), &["values[0].least"]);
    lowest_has(
        |d| d.values[0].most = dec("1000000000000001"),
        &["values[0].most"],
    );
    lowest_has(|d| d.values[0].most = dec("0.01"), &["values[0].most"]);
    lowest_has(
        |d| {
            d.values.clear();
            d.improvement.steps.clear();
        },
        &["values", "evaluation"],
    );
    lowest_has(|d| d.values.push(price_value()), &["values", "evaluation"]);
}

#[test]
fn phases() {
    lowest_has(|d| d.phases.clear(), &["phases"]);
    lowest_has(|d| d.phases = vec![set_time(MINUTE, None); 11], &["phases"]);
    lowest_has(
        |d| d.phases = vec![set_time(999, None)],
        &["phases[0].run.close.length_ms"],
    );
    lowest_has(
        |d| d.phases = vec![idle(999, 0, None)],
        &["phases[0].run.close.idle_ms"],
    );
    lowest_has(
        |d| d.phases = vec![idle(5 * MINUTE, 0, Some(4 * MINUTE))],
        &["phases[0].run.close.latest_ms"],
    );
    lowest_has(
        |d| d.phases = vec![idle(MINUTE, 32 * 24 * 60 * MINUTE, None)],
        &[
            "phases[0].run.close.not_before_ms",
            "phases[0].run.close.latest_ms",
        ],
    );
}

#[test]
fn extensions() {
    extended(|_| (), &[]);
    extended(|e| e.window_ms = 0, &["phases[0].run.extension.window_ms"]);
    extended(|e| e.length_ms = 0, &["phases[0].run.extension.length_ms"]);
    extended(
        |e| e.count_max = Some(0),
        &["phases[0].run.extension.count_max"],
    );
    extended(
        |e| e.end_max_ms = Some(1),
        &["phases[0].run.extension.end_max_ms"],
    );
    lowest_has(
        |d| {
            d.phases = vec![idle(MINUTE, 0, None)];
            open(d).extension = Some(extension(Anchor::Added, Trigger::AnyBid));
        },
        &["phases[0].run.extension"],
    );
}

#[test]
fn evaluation() {
    points_has(|d| d.evaluation = Evaluation::LowestPrice, &["evaluation"]);
    points_has(|d| criteria(d).0.clear(), &["evaluation.criteria"; 3]);
    points_has(
        |d| criteria(d).0[1].id = id("colour"),
        &["evaluation.criteria"],
    );
    points_has(
        |d| criteria(d).0[0].weight = dec("61"),
        &["evaluation.criteria"],
    );
    points_has(
        |d| criteria(d).0[1].source = Source::Offer,
        &["evaluation.criteria"],
    );
    points_has(
        |d| criteria(d).0[0].name.en = String::new(),
        &["evaluation.criteria[0].name.en"],
    );
    points_has(
        |d| criteria(d).1.digits = 10,
        &["evaluation.rounding.digits"],
    );
    points_has(
        |d| criteria(d).0[0].method = Method::HighestBest { most: None },
        &["evaluation.criteria[0].method"],
    );
    points_has(
        |d| criteria(d).0[1].method = Method::LowestBest,
        &["evaluation.criteria[1].method"],
    );
    points_has(
        |d| {
            criteria(d).0[1].method = Method::HighestBest {
                most: Some(Decimal::ZERO),
            }
        },
        &["evaluation.criteria[1].method"],
    );
    points_has(
        |d| {
            criteria(d).0[0].weight = dec("0");
            criteria(d).0[1].weight = dec("100");
        },
        &["evaluation.criteria[0].weight"],
    );
}

#[test]
fn tables() {
    let row = |from, points| TableRow {
        from: dec(from),
        points: dec(points),
    };
    let with = |rows: Vec<TableRow>, expected: &[&str]| {
        points_has(
            |d| criteria(d).0[1].method = Method::Table { rows },
            expected,
        );
    };
    with(vec![row("0", "0"), row("24", "20"), row("36", "40")], &[]);
    with(vec![], &["evaluation.criteria[1].method.rows"]);
    with(
        vec![row("24", "0"), row("24", "1")],
        &["evaluation.criteria[1].method.rows"],
    );
    with(
        vec![row("0", "41")],
        &["evaluation.criteria[1].method.rows"],
    );
}

#[test]
fn points_never_exceed_the_weight_by_their_rounding() {
    points_has(
        |d| {
            criteria(d).0[0].weight = dec("59.5");
            criteria(d).0[1].weight = dec("40.5");
            criteria(d).1.digits = 0;
        },
        &["evaluation.rounding.digits"],
    );
    points_has(
        |d| {
            criteria(d).0[0].weight = dec("60.000");
            criteria(d).1.digits = 0;
        },
        &[],
    );
}

#[test]
fn points_are_rounded_half_up_or_half_even() {
    for mode in [Rounding::Down, Rounding::Up] {
        points_has(|d| criteria(d).1.mode = mode, &["evaluation.rounding.mode"]);
    }
}

#[test]
fn steps() {
    lowest_has(|d| d.improvement.steps.clear(), &["improvement.steps"]);
    lowest_has(
        |d| *step(d) = by_amount("0"),
        &["improvement.steps.price.least.amount"],
    );
    lowest_has(
        |d| *step(d) = by_amount("0.001"),
        &["improvement.steps.price.least.amount"],
    );
    lowest_has(
        |d| *step(d) = by_percent("100"),
        &["improvement.steps.price.least.percent"],
    );
    lowest_has(
        |d| step(d).tick = Some(dec("0")),
        &["improvement.steps.price.tick"],
    );
    let band = |from, amount| Band {
        from: dec(from),
        amount: dec(amount),
    };
    let with = |bands, expected: &[&str]| {
        lowest_has(|d| step(d).least = StepSize::Bands { bands }, expected);
    };
    with(vec![band("0", "1"), band("100", "10")], &[]);
    with(vec![], &["improvement.steps.price.least.bands"; 2]);
    with(
        vec![band("1", "1")],
        &["improvement.steps.price.least.bands"],
    );
    with(
        vec![band("0", "1"), band("0", "2")],
        &["improvement.steps.price.least.bands"],
    );
    with(
        vec![band("0", "0")],
        &["improvement.steps.price.least.bands[0].amount"],
    );
}

#[test]
fn a_step_from_the_leader_tells_the_leaders_value() {
    lowest_has(|d| d.improvement.from = Reference::Leader, &[]);
    points_has(
        |d| d.improvement.from = Reference::Leader,
        &["improvement.from"],
    );
    lowest_has(
        |d| {
            d.improvement.from = Reference::Leader;
            d.visibility.best_value = false;
        },
        &["visibility.best_value"],
    );
}

#[test]
fn pace_guards_conduct() {
    lowest_has(|d| d.pace.attempts_per_s = 0, &["pace.attempts_per_s"]);
    lowest_has(|d| d.pace.attempts_max = 10_001, &["pace.attempts_max"]);
    lowest_has(|d| d.pace.min_gap_ms = u64::MAX, &["pace.min_gap_ms"]);
    let none = Some(Decimal::ZERO);
    lowest_has(
        |d| d.guards.confirm_above_percent = none,
        &["guards.confirm_above_percent"],
    );
    lowest_has(
        |d| d.guards.refuse_above_percent = none,
        &["guards.refuse_above_percent"],
    );
    lowest_has(
        |d| d.guards.flag_below_mean_percent = none,
        &["guards.flag_below_mean_percent"],
    );
    lowest_has(|d| d.conduct.bidders_min = 0, &["conduct.bidders_min"]);
    let ever = u64::MAX;
    lowest_has(
        |d| d.conduct.resume_notice_ms = ever,
        &["conduct.resume_notice_ms"],
    );
    lowest_has(
        |d| d.conduct.resume_left_ms = ever,
        &["conduct.resume_left_ms"],
    );
    lowest_has(
        |d| d.conduct.outage_grace_ms = ever,
        &["conduct.outage_grace_ms"],
    );
    lowest_has(
        |d| d.conduct.outage_left_ms = ever,
        &["conduct.outage_left_ms"],
    );
    lowest_has(
        |d| d.conduct.late_window_ms = ever,
        &["conduct.late_window_ms"],
    );
    lowest_has(
        |d| d.visibility.observers_delay_ms = Some(ever),
        &["visibility.observers_delay_ms"],
    );
}

#[test]
fn a_public_buyer_says_whether_a_price_has_vat() {
    let public = |d: &mut Draft| {
        d.regime = Regime::Podprogowe;
        d.values[0].unit = "PLN".to_owned();
    };
    lowest_has(public, &["values[0].tax"]);
    lowest_has(
        |d| {
            public(d);
            d.values[0].tax = Some(Tax::Gross);
        },
        &[],
    );
}

#[test]
fn terms_are_read_back_as_they_were_written_and_faulty_ones_are_not_read() {
    for draft in [lowest(), points()] {
        let terms = Terms::new(draft).expect("sound");
        let json = auction_rules::canonical::text(&terms);
        let again: Terms = serde_json::from_str(&json).expect("sound");
        assert_eq!((again.hash(), &again), (terms.hash(), &terms));
        let faulty = json.replace(r#""decimals":2"#, r#""decimals":5"#);
        assert!(serde_json::from_str::<Terms>(&faulty).is_err());
        let unknown = json.replacen('{', r#"{"colour":1,"#, 1);
        assert!(serde_json::from_str::<Terms>(&unknown).is_err());
    }
}

/// Terms of auctions that are in a log already: their hash is in it.
#[test]
fn what_is_added_to_the_terms_changes_no_hash_of_older_ones() {
    let check = |draft: Draft, expected: &str| {
        let terms = Terms::new(draft).expect("sound");
        assert_eq!(terms.hash().to_string(), expected);
    };
    check(
        lowest(),
        "e1457100d6166df0e0dc8a6bc5b2d8fbb39c9437aadb313ba3c9f6d14d9bedd0",
    );
    check(
        points(),
        "048cae0328d86c1c169d3f7ae0f44bc42b335bc387bb4a7f3a80e040e8db911f",
    );
}

/// As planned when nobody bids, and at most; with three bidders, in minutes.
#[test]
fn how_long_phases_last() {
    let check = |run: &PhaseKind, planned: u64, latest: Option<u64>| {
        let minutes = |count: u64| count * ms(MINUTE);
        let lasts = (run.planned_ms(3), run.latest_ms(3));
        assert_eq!(lasts, (minutes(planned), latest.map(minutes)), "{run:?}");
    };
    let extended = |count_max, end_max_ms| {
        let extension = Extension {
            count_max,
            end_max_ms,
            ..extension(Anchor::Added, Trigger::AnyBid)
        };
        set_time(10 * MINUTE, Some(extension)).run
    };
    check(&set_time(10 * MINUTE, None).run, 10, Some(10));
    check(&extended(None, None), 10, None);
    check(&extended(Some(5), None), 10, Some(20));
    check(&extended(None, Some(ms(13 * MINUTE))), 10, Some(13));
    check(&extended(Some(5), Some(ms(13 * MINUTE))), 10, Some(13));
    check(&extended(Some(1), Some(ms(13 * MINUTE))), 10, Some(12));
    let mut tailed = set_time(10 * MINUTE, None).run;
    if let PhaseKind::Open(open) = &mut tailed {
        open.random_tail_ms = Some(ms(5 * MINUTE));
    }
    check(&tailed, 10, Some(15));
    check(&idle(5 * MINUTE, 0, None).run, 5, None);
    check(&idle(5 * MINUTE, 8 * MINUTE, None).run, 8, None);
    check(&idle(5 * MINUTE, 0, Some(4 * MINUTE)).run, 4, Some(4));
    check(&PhaseKind::Turns(Turns { slot_ms: 120_000 }), 6, Some(6));
    let length_ms = 300_000;
    check(&PhaseKind::SealedBid(SealedBid { length_ms }), 5, Some(5));
    check(&PhaseKind::TieBreak(TieBreak { length_ms }), 0, None);
    let levels = |start, end| Levels {
        start: dec(start),
        step: dec("10"),
        end: dec(end),
        interval_ms: 60_000,
    };
    check(&PhaseKind::DescendingClock(levels("100", "80")), 1, Some(3));
    check(&PhaseKind::AscendingClock(levels("80", "100")), 3, Some(3));
}
