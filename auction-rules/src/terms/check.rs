//! Whether a draft is sound, whatever its regime.

use super::{
    Criterion, Draft, Evaluation, Method, PointsRounding, Reference, Rounded, Source, Step,
    StepSize, TermsFault, Value, Words, value_ids,
};
use crate::ids::ValueId;
use crate::ratio::Rounding;
use crate::terms::Direction;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

mod phases;

const VALUES_MAX: usize = 8;
const CRITERIA_MAX: usize = 16;
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
    evaluation(draft, &mut found);
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
            p > Decimal::ZERO && p < Decimal::ONE_HUNDRED && p.scale() <= DECIMALS_MAX
        });
        self.unless(
            sound,
            path,
            "Podaj procent większy od 0 i mniejszy od 100.",
            "Enter a percentage above 0 and below 100.",
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
            format!("Podaj kwotę z najwyżej {decimals} miejscami po przecinku."),
            format!("Enter an amount with at most {decimals} decimals."),
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
    found.count("values", draft.values.len(), VALUES_MAX);
    found.unique("values", draft.values.iter().map(|value| &value.id));
    for (index, value) in draft.values.iter().enumerate() {
        one_value(&format!("values[{index}]"), value, found);
    }
}

fn one_value(path: &str, value: &Value, found: &mut Faults) {
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
    // A price of zero would win everything and cannot be divided by.
    let positive = value.direction == Direction::Lowest;
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

fn evaluation(draft: &Draft, found: &mut Faults) {
    match &draft.evaluation {
        Evaluation::LowestPrice => {
            let one = draft.values.len() == 1
                && draft
                    .values
                    .iter()
                    .all(|value| value.direction == Direction::Lowest);
            found.unless(
                one,
                "evaluation",
                "Najniższa cena wymaga jednej wartości, im mniej, tym lepiej.",
                "Lowest price needs exactly one value, the lower the better.",
            );
        }
        Evaluation::Points { criteria, rounding } => {
            found.count("evaluation.criteria", criteria.len(), CRITERIA_MAX);
            found.unique(
                "evaluation.criteria",
                criteria.iter().map(|criterion| &criterion.id),
            );
            let digits = rounding.digits <= DIGITS_MAX;
            found.unless(
                digits,
                "evaluation.rounding.digits",
                "Od 0 do 9 cyfr.",
                "0 to 9 digits.",
            );
            found.unless(
                matches!(rounding.mode, Rounding::HalfUp | Rounding::HalfEven),
                "evaluation.rounding.mode",
                "Zaokrąglaj „half-up” albo „half-even”.",
                "Round half-up or half-even.",
            );
            whole_weights(criteria, *rounding, found);
            for (index, criterion) in criteria.iter().enumerate() {
                self::criterion(
                    draft,
                    &format!("evaluation.criteria[{index}]"),
                    criterion,
                    found,
                );
            }
            every_value_counts(draft, criteria, found);
        }
    }
}

/// Points rounded to fewer digits than the weight has could exceed the weight.
fn whole_weights(criteria: &[Criterion], rounding: PointsRounding, found: &mut Faults) {
    let fits = |criterion: &Criterion| criterion.weight.normalize().scale() <= rounding.digits;
    found.unless(
        rounding.of == Rounded::Ratio || criteria.iter().all(fits),
        "evaluation.rounding.digits",
        "Punkty nie mogą mieć mniej cyfr po przecinku niż wagi.",
        "Points need as many digits as the weights have.",
    );
}

fn every_value_counts(draft: &Draft, criteria: &[Criterion], found: &mut Faults) {
    let auctioned = criteria
        .iter()
        .filter(|criterion| criterion.source == Source::Auctioned);
    let counted: BTreeSet<_> = auctioned.map(|criterion| &criterion.id).collect();
    found.unless(
        counted == value_ids(draft),
        "evaluation.criteria",
        "Każda licytowana wartość musi być kryterium i odwrotnie.",
        "Each auctioned value must be a criterion, and the reverse.",
    );
    let total: Decimal = criteria.iter().map(|criterion| criterion.weight).sum();
    found.unless(
        total == Decimal::ONE_HUNDRED,
        "evaluation.criteria",
        "Wagi muszą dać razem 100.",
        "The weights must add up to 100.",
    );
}

fn criterion(draft: &Draft, path: &str, criterion: &Criterion, found: &mut Faults) {
    found.words(&format!("{path}.name"), &criterion.name);
    found.amount(
        &format!("{path}.weight"),
        criterion.weight,
        DECIMALS_MAX,
        true,
    );
    let value = draft.values.iter().find(|value| value.id == criterion.id);
    let direction = value.map(|value| value.direction);
    match &criterion.method {
        Method::LowestBest => {
            let sound = direction != Some(Direction::Highest);
            found.unless(
                sound,
                &format!("{path}.method"),
                "Tu lepsza jest wartość wyższa.",
                "Of this value more is better.",
            );
        }
        Method::HighestBest { most } => {
            let sound = direction != Some(Direction::Lowest)
                && most.is_none_or(|most| most > Decimal::ZERO);
            found.unless(
                sound,
                &format!("{path}.method"),
                "Tu lepsza jest wartość niższa albo największa wartość nie jest dodatnia.",
                "Of this value less is better, or its most is not positive.",
            );
        }
        Method::Table { rows } => {
            found.count(&format!("{path}.method.rows"), rows.len(), ROWS_MAX);
            let rising = rows.is_sorted_by(|a, b| a.from < b.from);
            found.unless(
                rising,
                &format!("{path}.method.rows"),
                "Wiersze muszą rosnąć.",
                "The rows must rise.",
            );
            let within = rows.iter().all(|row| {
                row.points >= Decimal::ZERO
                    && row.points <= criterion.weight
                    && row.points.scale() <= DIGITS_MAX
            });
            found.unless(
                within,
                &format!("{path}.method.rows"),
                "Punkty od 0 do wagi.",
                "Points from 0 to the weight.",
            );
        }
    }
}

fn improvement(draft: &Draft, found: &mut Faults) {
    let steps = &draft.improvement.steps;
    let named: BTreeSet<_> = steps.keys().collect();
    found.unless(
        named == value_ids(draft),
        "improvement.steps",
        "Podaj krok każdej licytowanej wartości.",
        "Give the step of each auctioned value.",
    );
    let leader = draft.improvement.from == Reference::Leader;
    // With several criteria "better than the leader" is a matter of points, not of one value.
    let sound = !leader || draft.evaluation == Evaluation::LowestPrice;
    found.unless(
        sound,
        "improvement.from",
        "Krok od lidera wymaga oceny „najniższa cena”.",
        "A step from the leader needs the lowest-price evaluation.",
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

fn step(path: &str, value: &Value, step: &Step, found: &mut Faults) {
    let decimals = value.decimals.min(DECIMALS_MAX);
    match &step.least {
        StepSize::Amount { amount } => {
            found.amount(&format!("{path}.least.amount"), *amount, decimals, true)
        }
        StepSize::Percent { percent } => {
            found.percent(&format!("{path}.least.percent"), Some(*percent))
        }
        StepSize::Bands { bands } => {
            found.count(&format!("{path}.least.bands"), bands.len(), ROWS_MAX);
            let rising = bands.is_sorted_by(|a, b| a.from < b.from)
                && bands.first().is_some_and(|band| band.from == Decimal::ZERO);
            found.unless(
                rising,
                &format!("{path}.least.bands"),
                "Progi muszą rosnąć od 0.",
                "The bands must rise from 0.",
            );
            for (index, band) in bands.iter().enumerate() {
                found.amount(
                    &format!("{path}.least.bands[{index}].amount"),
                    band.amount,
                    decimals,
                    true,
                );
            }
        }
    }
    if let Some(tick) = step.tick {
        found.amount(&format!("{path}.tick"), tick, decimals, true);
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
