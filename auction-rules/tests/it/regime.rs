//! What the act on public procurement forbids: of each check a draft that it refuses, and nothing
//! else is wrong with it.

use crate::kit::*;
use auction_rules::Terms;
use auction_rules::regime::Regime;
use auction_rules::terms::*;

/// Ten minutes for the lowest price, as the act wants it.
fn lawful() -> Draft {
    let mut draft = under_the_act(lowest());
    draft.values[0].tax = Some(Tax::Gross);
    draft
}

fn under_the_act(mut draft: Draft) -> Draft {
    draft.regime = Regime::Pzp;
    draft.ties = Ties::Statutory;
    draft.conduct.pause = false;
    draft.conduct.annul = false;
    draft.conduct.exclude = false;
    draft.conduct.outage_grace_ms = 0;
    draft
}

/// The fault that a change of a lawful draft brings: its path, and the article that both languages
/// name.
fn check(change: impl FnOnce(&mut Draft), path: &str, article: &str) {
    let mut draft = lawful();
    change(&mut draft);
    let faults = Terms::new(draft).expect_err(path);
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, [path]);
    let words = &faults[0].text;
    let named = format!("art. {article}");
    assert!(
        words.pl.contains(&named) && words.pl.contains("Pzp"),
        "{words:?}"
    );
    assert!(
        words.en.contains(&named) && words.en.contains("PZP"),
        "{words:?}"
    );
}

fn open(draft: &mut Draft) -> &mut Open {
    match &mut draft.phases[0].run {
        PhaseKind::Open(open) => open,
        other => panic!("{other:?}"),
    }
}

fn turns() -> PhaseKind {
    PhaseKind::Turns(Turns { slot_ms: 60_000 })
}

fn sealed() -> PhaseKind {
    PhaseKind::SealedBid(SealedBid { length_ms: 60_000 })
}

fn tie_break() -> PhaseKind {
    PhaseKind::TieBreak(TieBreak { length_ms: 60_000 })
}

#[test]
fn the_three_closings_each_with_and_without_a_tie_break_are_lawful() {
    let stage = || set_time(10 * MINUTE, None);
    for closing in [
        vec![stage()],
        vec![idle(5 * MINUTE, 0, None)],
        vec![idle(5 * MINUTE, 10 * MINUTE, Some(60 * MINUTE))],
        vec![stage(), stage(), stage()],
    ] {
        for extra in [Vec::new(), vec![then(tie_break())]] {
            let mut draft = lawful();
            draft.phases = closing.iter().cloned().chain(extra).collect();
            assert_eq!(Terms::new(draft).err(), None);
        }
    }
}

#[test]
fn a_points_auction_shows_the_best_points_so_the_best_value_may_be_hidden() {
    let mut draft = under_the_act(points());
    draft.values[0].tax = Some(Tax::Gross);
    draft.visibility.best_value = false;
    assert_eq!(Terms::new(draft).err(), None);
}

#[test]
fn what_the_notice_decides_is_free() {
    let mut draft = lawful();
    draft.visibility.all_values = true;
    draft.visibility.participant_count = false;
    draft.visibility.observers_delay_ms = Some(60_000);
    draft.conduct.bidders_min = 3;
    assert_eq!(Terms::new(draft).err(), None);
}

#[test]
fn phases() {
    check(|d| d.phases.push(then(turns())), "phases[1].run", "233");
    check(|d| d.phases.push(then(sealed())), "phases[1].run", "233");
    for (path, admission) in [
        ("phases[1].admission", Admission::Top { rank_max: 3 }),
        ("phases[1].admission", Admission::WhoBid),
        (
            "phases[1].admission",
            Admission::Within {
                percent: dec("10"),
                least: 3,
            },
        ),
    ] {
        let stage = Phase {
            admission,
            ..set_time(MINUTE, None)
        };
        check(|d| d.phases.push(stage), path, "232");
    }
}

#[test]
fn clocks_are_no_bids_of_the_bidders_and_begin_without_offers() {
    let falling = Levels {
        start: dec("1000"),
        step: dec("10"),
        end: dec("500"),
        interval_ms: 60_000,
    };
    let rising = Levels {
        start: dec("500"),
        end: dec("1000"),
        ..falling
    };
    for run in [
        PhaseKind::DescendingClock(falling),
        PhaseKind::AscendingClock(rising),
    ] {
        let mut draft = lawful();
        draft.opening = OpeningOffer::FirstBidFree;
        draft.phases = vec![then(run)];
        let faults = Terms::new(draft).expect_err("a clock");
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.path.as_str(), fault.text.en.contains("art. 234")))
            .collect();
        assert_eq!(found, [("opening", false), ("phases[0].run", true)]);
    }
}

#[test]
fn closing() {
    let added = extension(Anchor::Added, Trigger::AnyBid);
    check(
        |d| open(d).extension = Some(added),
        "phases[0].run.extension",
        "237",
    );
    check(
        |d| open(d).random_tail_ms = Some(60_000),
        "phases[0].run.random_tail_ms",
        "237",
    );
    check(
        |d| d.phases.push(idle(MINUTE, 0, None)),
        "phases[1].run.close",
        "237",
    );
}

fn warranty() -> Feature {
    let choice = |name: &str, fraction: &str| Choice {
        name: words(name),
        fraction: dec(fraction),
    };
    Feature {
        id: id("warranty"),
        name: words("warranty"),
        choices: vec![choice("short", "0"), choice("long", "0.1")],
    }
}

#[test]
fn evaluation() {
    check(
        |d| {
            d.evaluation = Evaluation::NormalisedPrice {
                features: vec![warranty()],
            }
        },
        "evaluation",
        "247",
    );
    check(|d| d.ties = Ties::Earliest, "ties", "248");
    check(|d| d.ties = Ties::EqualRank, "ties", "248");
    check(|d| d.values[0].tax = Some(Tax::Net), "values[0].tax", "225");
}

#[test]
fn what_is_shown() {
    check(
        |d| d.visibility.best_value = false,
        "visibility.best_value",
        "233",
    );
    check(
        |d| d.visibility.weights = false,
        "visibility.weights",
        "232",
    );
    check(
        |d| d.visibility.officer_names = true,
        "visibility.officer_names",
        "233",
    );
}

#[test]
fn conduct() {
    check(|d| d.opening = OpeningOffer::FirstBidFree, "opening", "227");
    check(
        |d| d.guards.refuse_above_percent = Some(dec("30")),
        "guards.refuse_above_percent",
        "230",
    );
    check(|d| d.conduct.bidders_min = 1, "conduct.bidders_min", "227");
    check(|d| d.conduct.pause = true, "conduct.pause", "236");
    check(|d| d.conduct.annul = true, "conduct.annul", "235");
    check(|d| d.conduct.exclude = true, "conduct.exclude", "227");
    check(
        |d| d.conduct.outage_grace_ms = 10_000,
        "conduct.outage_grace_ms",
        "236",
    );
}
