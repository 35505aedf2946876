//! What each phase of an auction does, in words.

use crate::web::format;
use crate::web::visit::Visit;
use auction_rules::Draft;
use auction_rules::terms::{
    Admission, Anchor, Close, Extension, Levels, Open, Phase, PhaseKind, Trigger,
};
use rust_decimal::Decimal;

/// One paragraph for each phase, in order.
pub(super) fn in_words(visit: &Visit, terms: &Draft) -> Vec<String> {
    let unit = terms.values.first().map_or("", |value| &value.unit);
    let words = Teller { visit, unit };
    terms
        .phases
        .iter()
        .map(|phase| words.phase(phase))
        .collect()
}

struct Teller<'a> {
    visit: &'a Visit,
    /// Of the value that a clock moves.
    unit: &'a str,
}

impl Teller<'_> {
    fn phase(&self, phase: &Phase) -> String {
        let pause = (phase.pause_before_ms > 0)
            .then(|| self.lasting("desk-phase-pause", "pause", phase.pause_before_ms));
        let mut said: Vec<String> = pause
            .into_iter()
            .chain(self.admission(phase.admission))
            .collect();
        match &phase.run {
            PhaseKind::Open(open) => said.extend(self.open(open)),
            PhaseKind::Turns(turns) => {
                said.push(self.lasting("desk-phase-turns", "slot", turns.slot_ms));
            }
            PhaseKind::SealedBid(sealed) => {
                said.push(self.lasting("desk-phase-sealed-bid", "length", sealed.length_ms));
            }
            PhaseKind::DescendingClock(levels) => {
                said.push(self.levels("desk-phase-descending-clock", levels));
            }
            PhaseKind::AscendingClock(levels) => {
                said.push(self.levels("desk-phase-ascending-clock", levels));
            }
            PhaseKind::TieBreak(tie_break) => {
                said.push(self.lasting("desk-phase-tie-break", "length", tie_break.length_ms));
            }
        }
        said.join(" ")
    }

    fn admission(&self, admission: Admission) -> Option<String> {
        Some(match admission {
            Admission::All => return None,
            Admission::WhoBid => self.visit.say("desk-phase-who-bid"),
            Admission::Top { rank_max } => {
                self.visit
                    .say_of("desk-phase-top", "rank", &rank_max.to_string())
            }
            Admission::Within { percent, least } => self.say(
                "desk-phase-within",
                &[
                    ("percent", &self.number(percent)),
                    ("least", &least.to_string()),
                ],
            ),
        })
    }

    fn open(&self, open: &Open) -> Vec<String> {
        let mut said = Vec::new();
        match open.close {
            Close::SetTime { length_ms } => {
                said.push(self.lasting("desk-phase-set-time", "length", length_ms));
            }
            Close::Idle {
                idle_ms,
                not_before_ms,
                latest_ms,
            } => {
                said.push(self.lasting("desk-phase-idle", "idle", idle_ms));
                if not_before_ms > 0 {
                    said.push(self.lasting("desk-phase-not-before", "length", not_before_ms));
                }
                let latest = latest_ms.map(|ms| self.lasting("desk-phase-latest", "length", ms));
                said.extend(latest);
            }
        }
        if let Some(extension) = &open.extension {
            said.extend(self.extension(extension));
        }
        let tail = open.random_tail_ms;
        said.extend(tail.map(|ms| self.lasting("desk-phase-tail", "length", ms)));
        said
    }

    fn extension(&self, extension: &Extension) -> Vec<String> {
        let key = match extension.anchor {
            Anchor::FromBid => "desk-phase-from-bid",
            Anchor::Added => "desk-phase-added",
        };
        let window = format::duration(extension.window_ms);
        let length = format::duration(extension.length_ms);
        let trigger = match extension.trigger {
            Trigger::AnyBid => None,
            Trigger::BeatsAnother => Some(self.visit.say("desk-phase-beats-another")),
            Trigger::ChangesRank { rank_max } => {
                let rank = rank_max.to_string();
                Some(self.visit.say_of("desk-phase-changes-rank", "rank", &rank))
            }
        };
        let count = extension.count_max.map(|count| {
            let count = count.to_string();
            self.visit.say_of("desk-phase-count-max", "count", &count)
        });
        let end = extension.end_max_ms;
        let end = end.map(|ms| self.lasting("desk-phase-end-max", "length", ms));
        let said = self.say(key, &[("window", &window), ("length", &length)]);
        [Some(said), trigger, count, end]
            .into_iter()
            .flatten()
            .collect()
    }

    fn levels(&self, key: &str, levels: &Levels) -> String {
        let amount =
            |amount: Decimal| format::amount(&amount.to_string(), self.unit, self.visit.lang);
        self.say(
            key,
            &[
                ("start", &amount(levels.start)),
                ("end", &amount(levels.end)),
                ("step", &amount(levels.step)),
                ("interval", &format::duration(levels.interval_ms)),
            ],
        )
    }

    fn lasting(&self, key: &str, name: &str, ms: u64) -> String {
        self.visit.say_of(key, name, &format::duration(ms))
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.visit.lang.say_with(key, values)
    }

    fn number(&self, number: Decimal) -> String {
        format::decimal(&number.to_string(), self.visit.lang)
    }
}
