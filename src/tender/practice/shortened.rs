//! The terms of a practice auction: the same rules in a shortened time.

use crate::limits::{
    PRACTICE_BOTS, PRACTICE_LENGTH_MS, PRACTICE_LEVEL_MIN_MS, PRACTICE_LEVELS_MAX,
    PRACTICE_PHASE_MIN_MS, PRACTICE_TURN_MIN_MS,
};
use auction_rules::regime::Regime;
use auction_rules::terms::{
    Close, Extension, LEVELS_MAX, Levels, Open, Phase, PhaseKind, TermsFault,
};
use auction_rules::{Draft, Terms};

/// Who takes part: the bots and the one who practises.
const BIDDERS: u32 = PRACTICE_BOTS + 1;
/// No time is scaled to less, so that none is nothing.
const LEAST_MS: u64 = 1_000;

/// The same rules, with all times of the phases shortened alike, so that the whole takes minutes; only
/// what a person must act in keeps a length in which that can be done, and a clock of many levels
/// takes larger steps. What a law asks of real times cannot hold then, so no regime checks them.
///
/// # Errors
/// Every fault of the shortened terms: none is known.
pub(super) fn shortened(terms: &Draft) -> Result<Terms, Vec<TermsFault>> {
    let mut draft = terms.clone();
    let scale = Scale {
        planned_ms: planned_ms(terms),
    };
    for phase in &mut draft.phases {
        scale.phase(phase);
    }
    draft.regime = Regime::Private;
    let most = u16::try_from(BIDDERS).unwrap_or(u16::MAX);
    draft.conduct.bidders_min = draft.conduct.bidders_min.min(most);
    for (title, word) in [
        (&mut draft.title.pl, "PRÓBA"),
        (&mut draft.title.en, "PRACTICE"),
    ] {
        *title = format!("{word}: {title}");
    }
    Terms::new(draft)
}

/// How long the auction lasts with the bidders of a practice if nobody bids; of a clock, all its
/// levels.
fn planned_ms(terms: &Draft) -> u64 {
    let bidders = u64::from(BIDDERS);
    let phases = terms.phases.iter().map(|phase| {
        let runs_ms = match &phase.run {
            run @ PhaseKind::DescendingClock(_) => run.latest_ms(bidders).unwrap_or_default(),
            run => run.planned_ms(bidders),
        };
        phase.pause_before_ms.saturating_add(runs_ms)
    });
    phases.fold(0, u64::saturating_add)
}

/// By how much times are shortened: from what is planned to what a practice lasts.
struct Scale {
    planned_ms: u64,
}

impl Scale {
    fn phase(&self, phase: &mut Phase) {
        self.shorten(&mut phase.pause_before_ms, LEAST_MS);
        match &mut phase.run {
            PhaseKind::Open(open) => self.open(open),
            PhaseKind::Turns(turns) => self.shorten(&mut turns.slot_ms, PRACTICE_TURN_MIN_MS),
            PhaseKind::SealedBid(sealed) => {
                self.shorten(&mut sealed.length_ms, PRACTICE_PHASE_MIN_MS);
            }
            PhaseKind::TieBreak(tie_break) => {
                self.shorten(&mut tie_break.length_ms, PRACTICE_PHASE_MIN_MS);
            }
            PhaseKind::DescendingClock(levels) | PhaseKind::AscendingClock(levels) => {
                self.levels(levels);
            }
        }
    }

    fn open(&self, open: &mut Open) {
        if let Some(tail_ms) = &mut open.random_tail_ms {
            self.shorten(tail_ms, LEAST_MS);
        }
        match &mut open.close {
            Close::SetTime { length_ms } => {
                self.shorten(length_ms, PRACTICE_PHASE_MIN_MS);
                if let Some(extension) = &mut open.extension {
                    self.extension(extension, *length_ms);
                }
            }
            Close::Idle {
                idle_ms,
                not_before_ms,
                latest_ms,
            } => {
                self.shorten(idle_ms, PRACTICE_PHASE_MIN_MS);
                self.shorten(not_before_ms, LEAST_MS);
                if let Some(latest_ms) = latest_ms {
                    self.shorten(latest_ms, (*idle_ms).max(*not_before_ms));
                }
            }
        }
    }

    fn extension(&self, extension: &mut Extension, length_ms: u64) {
        self.shorten(&mut extension.window_ms, LEAST_MS);
        self.shorten(&mut extension.length_ms, LEAST_MS);
        if let Some(end_ms) = &mut extension.end_max_ms {
            self.shorten(end_ms, length_ms);
        }
    }

    /// Many levels become few that lie further apart.
    fn levels(&self, levels: &mut Levels) {
        let count = levels.all().take(LEVELS_MAX).count();
        let together = count.div_ceil(PRACTICE_LEVELS_MAX);
        let next = levels.all().nth(together);
        if let Some(next) = next {
            levels.step = (levels.start - next).abs();
        }
        self.shorten(&mut levels.interval_ms, PRACTICE_LEVEL_MIN_MS);
    }

    /// To whole seconds, but not below the least, and never longer than it was.
    fn shorten(&self, ms: &mut u64, least_ms: u64) {
        if self.planned_ms <= PRACTICE_LENGTH_MS {
            return;
        }
        let scaled = u128::from(*ms) * u128::from(PRACTICE_LENGTH_MS);
        let seconds = scaled / u128::from(self.planned_ms) / 1_000;
        let scaled = u64::try_from(seconds * 1_000).unwrap_or(u64::MAX);
        *ms = scaled.max(least_ms).min(*ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::PRACTICE_MAX;
    use crate::tender::presets;
    use std::collections::BTreeMap;

    fn terms_of(preset: &presets::Preset) -> Draft {
        let given = [
            ("title_pl", "Most"),
            ("most", "500000"),
            ("step", "2"),
            ("start_price", "1000"),
            ("end_price", "1000"),
            ("level_step", "500"),
        ];
        let asked = |id: &str| preset.fields.iter().any(|field| field.id == id);
        let answers: BTreeMap<_, _> = given
            .into_iter()
            .filter(|(id, _)| asked(id))
            .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
            .collect();
        Draft::from(presets::terms_from(&preset.id, &answers).unwrap())
    }

    #[test]
    fn every_preset_can_be_practised() {
        for preset in presets::presets() {
            let terms = shortened(&terms_of(preset)).unwrap();
            let lasts = u128::from(planned_ms(&terms));
            assert!(
                lasts <= PRACTICE_MAX.as_millis() / 3,
                "{}: {lasts}",
                preset.id
            );
            assert!(terms.title.pl.starts_with("PRÓBA: "));
            assert_eq!(terms.phases.len(), terms_of(preset).phases.len());
            for phase in &terms.phases {
                let acts_ms = match &phase.run {
                    PhaseKind::Turns(turns) => turns.slot_ms,
                    PhaseKind::DescendingClock(levels) | PhaseKind::AscendingClock(levels) => {
                        assert!((2..=PRACTICE_LEVELS_MAX).contains(&levels.all().count()));
                        levels.interval_ms
                    }
                    PhaseKind::TieBreak(tie_break) => tie_break.length_ms,
                    run => run.planned_ms(1),
                };
                assert!(acts_ms >= PRACTICE_LEVEL_MIN_MS, "{}: {acts_ms}", preset.id);
            }
        }
    }

    #[test]
    fn a_practice_needs_no_more_bidders_than_it_has_and_a_short_auction_stays_as_it_is() {
        let preset = &presets::presets()[0];
        let mut draft = terms_of(preset);
        draft.conduct.bidders_min = 50;
        assert_eq!(shortened(&draft).unwrap().conduct.bidders_min, 4);
        let PhaseKind::Open(open) = &mut draft.phases[0].run else {
            panic!("an open phase");
        };
        open.close = Close::SetTime { length_ms: 20_000 };
        assert_eq!(shortened(&draft).unwrap().phases, draft.phases);
    }
}
