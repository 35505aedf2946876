//! What may happen in an auction, and how it closes.

use super::Found;
use crate::terms::{Admission, Close, Draft, Open, PhaseKind};

pub(super) fn check(draft: &Draft, found: &mut Found) {
    let stages = draft.phases.iter();
    let stages = stages
        .filter(|phase| matches!(phase.run, PhaseKind::Open(_)))
        .count();
    for (index, phase) in draft.phases.iter().enumerate() {
        found.unless(
            phase.admission == Admission::All,
            format!("phases[{index}].admission"),
            "Zaprasza się jednocześnie wszystkich, których oferty nie podlegają odrzuceniu, i wszyscy licytują w każdym etapie (art. 232 ustawy Pzp).",
            "All whose offers are not to be rejected are invited at once, and all bid in each phase (PZP art. 232).",
        );
        let path = format!("phases[{index}].run");
        match &phase.run {
            PhaseKind::Open(run) => open(&path, run, stages > 1, found),
            PhaseKind::TieBreak(_) => {}
            other => {
                let (pl, en) = refused(other);
                found.unless(false, path, pl, en);
            }
        }
    }
}

/// Why a phase of this kind is none of an auction under the act.
fn refused(kind: &PhaseKind) -> (&'static str, &'static str) {
    match kind {
        PhaseKind::Turns(_) => (
            "Kolejki ukrywają postąpienie do końca kolejki, a wykonawca ma na bieżąco znać swoją pozycję i punkty (art. 233 ustawy Pzp).",
            "Turns hide a bid until the turn ends, but a bidder knows its position and points at all times (PZP art. 233).",
        ),
        PhaseKind::SealedBid(_) => (
            "Ofert w ciemno nie widać do końca etapu, a wykonawca ma na bieżąco znać swoją pozycję i punkty (art. 233 ustawy Pzp).",
            "Blind bids are not seen until the phase ends, but a bidder knows its position and points at all times (PZP art. 233).",
        ),
        _ => (
            "Wykonawcy sami składają kolejne, korzystniejsze postąpienia; zegar nie podaje im ceny (art. 234 ustawy Pzp).",
            "Bidders make ever better bids themselves; no clock names the price (PZP art. 234).",
        ),
    }
}

/// The three closings of art. 237: at the set time; after silence; after the last stage of a schedule
/// that was published.
fn open(path: &str, open: &Open, in_stages: bool, found: &mut Found) {
    found.unless(
        open.extension.is_none(),
        format!("{path}.extension"),
        "Aukcja zamyka się w ustalonym terminie bez przedłużeń albo po czasie bez postąpienia (art. 237 pkt 1 i 2 ustawy Pzp).",
        "An auction closes at the set time without extensions, or after a time without a bid (PZP art. 237(1) and (2)).",
    );
    found.unless(
        open.random_tail_ms.is_none(),
        format!("{path}.random_tail_ms"),
        "Losowe zamknięcie nie jest żadnym z trzech sposobów zamknięcia aukcji (art. 237 ustawy Pzp).",
        "A random close is none of the three ways to close an auction (PZP art. 237).",
    );
    found.unless(
        !in_stages || matches!(open.close, Close::SetTime { .. }),
        format!("{path}.close"),
        "Aukcja w etapach ma ogłoszony harmonogram: każdy etap kończy się w ustalonym terminie (art. 237 pkt 3 i art. 232 ustawy Pzp).",
        "An auction in stages has a published schedule: each stage ends at a set time (PZP art. 237(3) and art. 232).",
    );
}
