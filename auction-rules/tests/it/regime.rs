//! What the act on public procurement allows, and the ways to write a forbidden thing. Each check stands
//! in the rulebook with a draft that it refuses.

use crate::kit::*;
use auction_rules::Terms;
use auction_rules::regime::Regime;
use auction_rules::terms::*;

/// Ten minutes for the lowest price, as the act wants it.
pub(crate) fn lawful() -> Draft {
    let mut draft = under_the_act(lowest());
    draft.values[0].tax = Some(Tax::Gross);
    draft
}

pub(crate) fn under_the_act(mut draft: Draft) -> Draft {
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
fn nobody_is_dropped_by_any_measure() {
    for admission in [
        Admission::Top { rank_max: 3 },
        Admission::WhoBid,
        Admission::Within {
            percent: dec("10"),
            least: 3,
        },
    ] {
        let stage = Phase {
            admission,
            ..set_time(MINUTE, None)
        };
        check(|d| d.phases.push(stage), "phases[1].admission", "232");
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
fn sharing_a_position_or_saying_nothing_of_vat_is_refused() {
    check(|d| d.ties = Ties::EqualRank, "ties", "248");
    check(|d| d.values[0].tax = None, "values[0].tax", "225");
}
