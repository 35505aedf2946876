//! Scenarios for `ebok simulate`: each is played to its end or refused with the faults of its fields.

use super::edit::{Edit, edited};
use auction_rules::TermsFault;
use ebok::document::Lang;
use ebok::limits::SCENARIO_FAULTS_MAX;
use ebok::simulate::{Scenario, play, text};

/// Every kind of phase and what officers do.
pub(crate) const GOOD: [&str; 7] = [
    include_str!("../../docs/scenarios/ascending-clock.json"),
    include_str!("../../docs/scenarios/conduct.json"),
    include_str!("../../docs/scenarios/descending-clock.json"),
    include_str!("../../docs/scenarios/open-random-tail-sealed.json"),
    include_str!("../../docs/scenarios/points.json"),
    include_str!("../../docs/scenarios/prozorro-run-01.json"),
    include_str!("../../docs/scenarios/tie-break.json"),
];

/// Any bytes.
pub(crate) fn any(bytes: &[u8]) {
    let Ok(file) = str::from_utf8(bytes) else {
        return;
    };
    match Scenario::read(file).and_then(|scenario| play(&scenario)) {
        Err(faults) => named(&faults),
        Ok(played) => {
            for lang in [Lang::Pl, Lang::En] {
                assert!(!text::write(&played.report, lang).is_empty());
            }
        }
    }
}

/// A good scenario, by its place among them, with bytes changed.
pub(crate) fn changed(which: usize, edits: &[Edit]) {
    any(&edited(GOOD[which % GOOD.len()].as_bytes(), edits));
}

fn named(faults: &[TermsFault]) {
    assert!((1..=SCENARIO_FAULTS_MAX).contains(&faults.len()));
    for fault in faults {
        assert!(!fault.text.pl.is_empty() && !fault.text.en.is_empty());
    }
}
