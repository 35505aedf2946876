//! Whether the phases are sound, each by itself and one after another.

use super::{DECIMALS_MAX, Faults, LENGTH_MAX_MS};
use crate::terms::{
    Admission, Close, Direction, Draft, Evaluation, Extension, LEVELS_MAX, Levels, Open,
    OpeningOffer, Phase, PhaseKind, Ties,
};
use rust_decimal::Decimal;

const PHASES_MAX: usize = 10;
const LENGTH_MIN_MS: u64 = 1_000;

pub(super) fn check(draft: &Draft, found: &mut Faults) {
    found.count("phases", draft.phases.len(), PHASES_MAX);
    for (index, phase) in draft.phases.iter().enumerate() {
        let path = format!("phases[{index}]");
        found.length(&format!("{path}.pause_before_ms"), phase.pause_before_ms, 0);
        admission(&format!("{path}.admission"), index, phase, found);
        kind(draft, &format!("{path}.run"), index, phase, found);
    }
}

fn admission(path: &str, index: usize, phase: &Phase, found: &mut Faults) {
    found.unless(
        index > 0 || phase.admission == Admission::All,
        path,
        "Do pierwszego etapu dopuszcza się wszystkich.",
        "The first phase admits everyone.",
    );
    match phase.admission {
        Admission::All | Admission::WhoBid => {}
        Admission::Top { rank_max } => found.unless(
            rank_max > 0,
            &format!("{path}.rank_max"),
            "Dopuść co najmniej pierwsze miejsce.",
            "Admit at least the first position.",
        ),
        Admission::Within { percent, least } => {
            found.percent(&format!("{path}.percent"), Some(percent));
            found.unless(
                least > 0,
                &format!("{path}.least"),
                "Dopuść co najmniej jednego wykonawcę.",
                "Admit at least one bidder.",
            );
        }
    }
}

fn kind(draft: &Draft, path: &str, index: usize, phase: &Phase, found: &mut Faults) {
    match &phase.run {
        PhaseKind::Open(run) => open(path, run, found),
        PhaseKind::Turns(turns) => {
            found.length(&format!("{path}.slot_ms"), turns.slot_ms, LENGTH_MIN_MS);
            found.unless(
                draft.visibility.participant_count,
                "visibility.participant_count",
                "Kolejność postąpień zdradza liczbę wykonawców, więc trzeba ją pokazywać.",
                "Turns tell how many take part, so the number must be shown.",
            );
        }
        PhaseKind::SealedBid(sealed) => {
            found.length(
                &format!("{path}.length_ms"),
                sealed.length_ms,
                LENGTH_MIN_MS,
            );
        }
        PhaseKind::DescendingClock(run) => levels(draft, path, index, run, true, found),
        PhaseKind::AscendingClock(run) => levels(draft, path, index, run, false, found),
        PhaseKind::TieBreak(run) => {
            found.length(&format!("{path}.length_ms"), run.length_ms, LENGTH_MIN_MS);
            found.unless(
                index > 0,
                path,
                "Dogrywka następuje po innym etapie.",
                "A tie-break comes after another phase.",
            );
            found.unless(
                draft.ties != Ties::Earliest,
                "ties",
                "Dogrywka wymaga, by równe oferty zajmowały to samo miejsce.",
                "A tie-break needs equal offers to share a position.",
            );
        }
    }
}

fn open(path: &str, open: &Open, found: &mut Faults) {
    close(&format!("{path}.close"), &open.close, found);
    if let Some(with) = &open.extension {
        extension(&format!("{path}.extension"), &open.close, with, found);
    }
    if let Some(tail_ms) = open.random_tail_ms {
        found.length(&format!("{path}.random_tail_ms"), tail_ms, LENGTH_MIN_MS);
        let plain = matches!(open.close, Close::SetTime { .. }) && open.extension.is_none();
        found.unless(
            plain,
            &format!("{path}.random_tail_ms"),
            "Losowe zamknięcie wymaga ustalonego czasu bez przedłużeń.",
            "A random tail needs a set time without extensions.",
        );
    }
}

/// A clock stands first and starts from nothing: then every bid in it is the first of its bidder, and
/// the level alone decides.
fn levels(
    draft: &Draft,
    path: &str,
    index: usize,
    levels: &Levels,
    falls: bool,
    found: &mut Faults,
) {
    found.length(
        &format!("{path}.interval_ms"),
        levels.interval_ms,
        LENGTH_MIN_MS,
    );
    let alone = draft.evaluation == Evaluation::LowestPrice && draft.values.len() == 1;
    let lowest = draft
        .values
        .iter()
        .all(|one| one.direction == Direction::Lowest);
    found.unless(
        alone && lowest,
        path,
        "Zegar wymaga oceny „najniższa cena”.",
        "A clock needs the lowest-price evaluation.",
    );
    found.unless(
        index == 0 && draft.opening == OpeningOffer::FirstBidFree,
        path,
        "Zegar jest pierwszym etapem i zaczyna bez ofert pisemnych.",
        "A clock comes first and starts without written offers.",
    );
    let decimals = draft
        .values
        .first()
        .map_or(0, |value| value.decimals.min(DECIMALS_MAX));
    for (name, amount) in [
        ("start", levels.start),
        ("step", levels.step),
        ("end", levels.end),
    ] {
        found.amount(&format!("{path}.{name}"), amount, decimals, true);
    }
    let heads = if falls {
        levels.end < levels.start
    } else {
        levels.end > levels.start
    };
    found.unless(
        heads,
        &format!("{path}.end"),
        "Poziom końcowy leży po niewłaściwej stronie początkowego.",
        "The last level lies on the wrong side of the first.",
    );
    let within = |level: Decimal| {
        draft
            .values
            .iter()
            .all(|value| (value.least..=value.most).contains(&level))
    };
    found.unless(
        within(levels.start) && within(levels.end),
        &format!("{path}.start"),
        "Poziomy muszą leżeć w granicach wartości.",
        "The levels must lie within the limits of the value.",
    );
    let few = levels.step > Decimal::ZERO && levels.all().take(LEVELS_MAX).count() < LEVELS_MAX;
    found.unless(
        few,
        &format!("{path}.step"),
        "Najwyżej 999 poziomów.",
        "At most 999 levels.",
    );
}

fn close(path: &str, close: &Close, found: &mut Faults) {
    match *close {
        Close::SetTime { length_ms } => {
            found.length(&format!("{path}.length_ms"), length_ms, LENGTH_MIN_MS);
        }
        Close::Idle {
            idle_ms,
            not_before_ms,
            latest_ms,
        } => {
            found.length(&format!("{path}.idle_ms"), idle_ms, LENGTH_MIN_MS);
            found.length(&format!("{path}.not_before_ms"), not_before_ms, 0);
            let latest = latest_ms.unwrap_or(LENGTH_MAX_MS);
            found.length(
                &format!("{path}.latest_ms"),
                latest,
                idle_ms.max(not_before_ms),
            );
        }
    }
}

fn extension(path: &str, close: &Close, extension: &Extension, found: &mut Faults) {
    found.length(
        &format!("{path}.window_ms"),
        extension.window_ms,
        LENGTH_MIN_MS,
    );
    found.length(
        &format!("{path}.length_ms"),
        extension.length_ms,
        LENGTH_MIN_MS,
    );
    let set_time = matches!(close, Close::SetTime { .. });
    found.unless(
        set_time,
        path,
        "Przedłużenie wymaga zamknięcia o ustalonym czasie.",
        "An extension needs a close at a set time.",
    );
    if let (Close::SetTime { length_ms }, Some(end)) = (close, extension.end_max_ms) {
        found.length(&format!("{path}.end_max_ms"), end, *length_ms);
    }
    let some = extension.count_max != Some(0);
    found.unless(
        some,
        &format!("{path}.count_max"),
        "Najmniej jedno przedłużenie.",
        "At least one extension.",
    );
}
