//! Whether a draft is sound, whatever its regime.

use super::{Draft, Evaluation, Reference, Step, StepSize, TermsFault, Value, Words, value_ids};
use crate::ids::ValueId;
use crate::terms::Direction;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

mod evaluation;
mod items;
mod phases;

const VALUES_MAX: usize = 8;
const ROWS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 500;
const DECIMALS_MAX: u32 = 4;
const DIGITS_MAX: u32 = 9;
/// A thousand million million: with four decimals it still fits the 28 digits of a decimal.
const AMOUNT_MAX: i64 = 1_000_000_000_000_000;
const LENGTH_MAX_MS: u64 = 31 * 24 * 3_600 * 1_000;
const ATTEMPTS_MAX: u32 = 10_000;
const ATTEMPTS_PER_S_MAX: u32 = 100;

/// All faults of a draft.
pub(super) fn faults(draft: &Draft) -> Vec<TermsFault> {
    let mut found = Faults::default();
    found.words("title", &draft.title);
    values(draft, &mut found);
    phases::check(draft, &mut found);
    evaluation::check(draft, &mut found);
    items::check(draft, &mut found);
    improvement(draft, &mut found);
    pace(draft, &mut found);
    guards(draft, &mut found);
    conduct(draft, &mut found);
    found.0
}

#[derive(Default)]
struct Faults(Vec<TermsFault>);

impl Faults {
    fn unless(&mut self, sound: bool, path: &str, pl: &str, en: &str) {
        if !sound {
            self.0.push(TermsFault {
                path: path.to_owned(),
                text: Words::new(pl, en),
            });
        }
    }

    fn words(&mut self, path: &str, words: &Words) {
        for (lang, text) in [("pl", &words.pl), ("en", &words.en)] {
            let sound = !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX;
            let path = format!("{path}.{lang}");
            self.unless(
                sound,
                &path,
                "Podaj tekst do 500 znaków.",
                "Enter a text of at most 500 characters.",
            );
        }
    }

    fn length(&mut self, path: &str, ms: u64, least: u64) {
        let sound = (least..=LENGTH_MAX_MS).contains(&ms);
        self.unless(
            sound,
            path,
            "Czas poza dozwolonym zakresem (do 31 dni).",
            "The time is out of range (at most 31 days).",
        );
    }

    fn count(&mut self, path: &str, count: usize, most: usize) {
        let sound = (1..=most).contains(&count);
        let (pl, en) = (
            format!("Podaj od 1 do {most} pozycji."),
            format!("Enter 1 to {most} items."),
        );
        self.unless(sound, path, &pl, &en);
    }

    fn percent(&mut self, path: &str, percent: Option<Decimal>) {
        let sound = percent.is_none_or(|p| {
            p > Decimal::ZERO && p < Decimal::ONE_HUNDRED && p.normalize().scale() <= DECIMALS_MAX
        });
        self.unless(
            sound,
            path,
            "Podaj procent większy od 0 i mniejszy od 100, z najwyżej 4 miejscami po przecinku.",
            "Enter a percentage above 0 and below 100, with at most 4 decimals.",
        );
    }

    fn amount(&mut self, path: &str, amount: Decimal, decimals: u32, positive: bool) {
        let least = if positive {
            Decimal::from_i128_with_scale(1, decimals)
        } else {
            Decimal::ZERO
        };
        let sound = amount >= least
            && amount <= Decimal::from(AMOUNT_MAX)
            && amount.normalize().scale() <= decimals;
        let (pl, en) = (
            format!(
                "Podaj kwotę od {least} do biliarda, z najwyżej {decimals} miejscami po przecinku."
            ),
            format!(
                "Enter an amount from {least} to a thousand million million, with at most {decimals} decimals."
            ),
        );
        self.unless(sound, path, &pl, &en);
    }

    fn unique<'a>(&mut self, path: &str, ids: impl Iterator<Item = &'a ValueId>) {
        let mut seen = BTreeSet::new();
        let sound = ids.into_iter().all(|id| seen.insert(id));
        self.unless(
            sound,
            path,
            "Nazwy muszą być różne.",
            "The names must differ.",
        );
    }
}

fn values(draft: &Draft, found: &mut Faults) {
    found.count("values", value_ids(draft).len(), VALUES_MAX);
    found.unique("values", draft.values.iter().map(|value| &value.id));
    for (index, value) in draft.values.iter().enumerate() {
        // A price of zero would win everything and cannot be divided by; a unit price and what an
        // energy service takes may be nothing.
        let free = draft.is_item(&value.id) || draft.evaluation.net_present_value().is_some();
        let positive = value.direction == Direction::Lowest && !free;
        one_value(&format!("values[{index}]"), value, positive, found);
    }
}

fn one_value(path: &str, value: &Value, positive: bool, found: &mut Faults) {
    found.words(&format!("{path}.name"), &value.name);
    let unit = (1..=16).contains(&value.unit.chars().count());
    found.unless(
        unit,
        &format!("{path}.unit"),
        "Podaj jednostkę (do 16 znaków).",
        "Enter the unit (at most 16 characters).",
    );
    let decimals = value.decimals <= DECIMALS_MAX;
    found.unless(
        decimals,
        &format!("{path}.decimals"),
        "Od 0 do 4 miejsc po przecinku.",
        "0 to 4 decimals.",
    );
    found.amount(
        &format!("{path}.least"),
        value.least,
        value.decimals.min(DECIMALS_MAX),
        positive,
    );
    found.amount(
        &format!("{path}.most"),
        value.most,
        value.decimals.min(DECIMALS_MAX),
        true,
    );
    found.unless(
        value.least < value.most,
        &format!("{path}.most"),
        "Największa wartość musi przekraczać najmniejszą.",
        "The most must be above the least.",
    );
}

fn improvement(draft: &Draft, found: &mut Faults) {
    let steps = &draft.improvement.steps;
    steps_of_each(draft, found);
    let leader = draft.improvement.from == Reference::Leader;
    // With several values "better than the leader" is no matter of one of them.
    let several = matches!(
        draft.evaluation,
        Evaluation::Points { .. } | Evaluation::NetPresentValue(_)
    );
    found.unless(
        !leader || !several,
        "improvement.from",
        "Krok od lidera wymaga oceny według jednej wartości (nie punktów ani wartości bieżącej netto).",
        "A step from the leader needs an evaluation of one value (no points, no net present value).",
    );
    // The limit that a bidder is shown would tell the leader's value.
    found.unless(
        !leader || draft.visibility.best_value,
        "visibility.best_value",
        "Krok od lidera wymaga pokazywania najlepszej wartości.",
        "A step from the leader needs the best value to be shown.",
    );
    for value in &draft.values {
        if let Some(step) = steps.get(&value.id) {
            self::step(
                &format!("improvement.steps.{}", value.id),
                value,
                step,
                found,
            );
        }
    }
}

fn steps_of_each(draft: &Draft, found: &mut Faults) {
    let named: BTreeSet<_> = draft.improvement.steps.keys().collect();
    if draft.evaluation.net_present_value().is_some() {
        found.unless(
            named.is_empty(),
            "improvement.steps",
            "Krok ma tylko sama wartość bieżąca netto (evaluation.least_step).",
            "Only the net present value itself has a step (evaluation.least_step).",
        );
        return;
    }
    found.unless(
        named == value_ids(draft),
        "improvement.steps",
        "Podaj krok każdej licytowanej wartości poza cenami jednostkowymi.",
        "Give the step of each auctioned value but the unit prices.",
    );
}

fn step(path: &str, value: &Value, step: &Step, found: &mut Faults) {
    let decimals = value.decimals.min(DECIMALS_MAX);
    step_size(&format!("{path}.least"), &step.least, decimals, found);
    if let Some(tick) = step.tick {
        found.amount(&format!("{path}.tick"), tick, decimals, true);
    }
}

fn step_size(path: &str, least: &StepSize, decimals: u32, found: &mut Faults) {
    match least {
        StepSize::Amount { amount } => {
            found.amount(&format!("{path}.amount"), *amount, decimals, true)
        }
        StepSize::Percent { percent } => found.percent(&format!("{path}.percent"), Some(*percent)),
        StepSize::Bands { bands } => {
            found.count(&format!("{path}.bands"), bands.len(), ROWS_MAX);
            let rising = bands.is_sorted_by(|a, b| a.from < b.from)
                && bands.first().is_some_and(|band| band.from == Decimal::ZERO);
            found.unless(
                rising,
                &format!("{path}.bands"),
                "Progi muszą rosnąć od 0.",
                "The bands must rise from 0.",
            );
            for (index, band) in bands.iter().enumerate() {
                found.amount(
                    &format!("{path}.bands[{index}].amount"),
                    band.amount,
                    decimals,
                    true,
                );
            }
        }
    }
}

fn pace(draft: &Draft, found: &mut Faults) {
    found.length("pace.min_gap_ms", draft.pace.min_gap_ms, 0);
    let per_s = (1..=ATTEMPTS_PER_S_MAX).contains(&draft.pace.attempts_per_s);
    found.unless(
        per_s,
        "pace.attempts_per_s",
        "Od 1 do 100 prób na sekundę.",
        "1 to 100 attempts a second.",
    );
    let in_all = (1..=ATTEMPTS_MAX).contains(&draft.pace.attempts_max);
    found.unless(
        in_all,
        "pace.attempts_max",
        "Od 1 do 10 000 prób.",
        "1 to 10,000 attempts.",
    );
}

fn guards(draft: &Draft, found: &mut Faults) {
    found.percent(
        "guards.confirm_above_percent",
        draft.guards.confirm_above_percent,
    );
    found.percent(
        "guards.refuse_above_percent",
        draft.guards.refuse_above_percent,
    );
    found.percent(
        "guards.flag_below_mean_percent",
        draft.guards.flag_below_mean_percent,
    );
}

fn conduct(draft: &Draft, found: &mut Faults) {
    let conduct = &draft.conduct;
    found.unless(
        conduct.bidders_min >= 1,
        "conduct.bidders_min",
        "Najmniej jeden wykonawca.",
        "At least one bidder.",
    );
    let times = [
        ("resume_notice_ms", conduct.resume_notice_ms),
        ("resume_left_ms", conduct.resume_left_ms),
        ("outage_grace_ms", conduct.outage_grace_ms),
        ("outage_left_ms", conduct.outage_left_ms),
        ("late_window_ms", conduct.late_window_ms),
    ];
    for (name, ms) in times {
        found.length(&format!("conduct.{name}"), ms, 0);
    }
    let observers = draft.visibility.observers_delay_ms.unwrap_or(0);
    found.length("visibility.observers_delay_ms", observers, 0);
}
