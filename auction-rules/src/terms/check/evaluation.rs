//! Whether the evaluation fits what is auctioned, and says all that comparing needs.

use super::{DECIMALS_MAX, DIGITS_MAX, Faults, ROWS_MAX, step_size};
use crate::ids::ValueId;
use crate::ratio::{Ratio, Rounding};
use crate::terms::{
    Criterion, Direction, Draft, Evaluation, Feature, Method, NetPresentValue, PointsRounding,
    Rounded, Source, StepSize, TableRow, Tax, Value, Written, value_ids,
};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

const CRITERIA_MAX: usize = 16;
const COSTS_MAX: usize = 16;
const FEATURES_MAX: usize = 16;
const CHOICES_MAX: usize = 20;
/// Longer energy contracts, and savings promised for longer, are unknown to the field (Prozorro: 15
/// and 20 years).
const YEARS_MAX: u16 = 30;
const DAYS_BEYOND_YEARS: i64 = 364;

pub(super) fn check(draft: &Draft, found: &mut Faults) {
    match &draft.evaluation {
        Evaluation::LowestPrice => one_price(draft, found),
        Evaluation::Points { criteria, rounding } => points(draft, criteria, *rounding, found),
        Evaluation::NormalisedPrice { features } => {
            one_price(draft, found);
            found.count("evaluation.features", features.len(), FEATURES_MAX);
            self::features(features, found);
        }
        Evaluation::LifeCycleCost { costs } => {
            one_price(draft, found);
            found.count("evaluation.costs", costs.len(), COSTS_MAX);
            for (index, cost) in costs.iter().enumerate() {
                written(&format!("evaluation.costs[{index}]"), cost, found);
            }
        }
        Evaluation::Mixed {
            denominator,
            addition,
        } => {
            one_price(draft, found);
            written("evaluation.denominator", denominator, found);
            written("evaluation.addition", addition, found);
        }
        Evaluation::NetPresentValue(energy) => net_present_value(draft, energy, found),
        Evaluation::Discount => discount(draft, found),
    }
    names_differ(draft, found);
    tax(draft, found);
}

/// The values that are compared: unit prices only add up to one of them.
fn compared(draft: &Draft) -> impl Iterator<Item = &Value> {
    let values = draft.values.iter();
    values.filter(|value| !draft.is_item(&value.id))
}

fn one_price(draft: &Draft, found: &mut Faults) {
    let one = compared(draft).count() == 1
        && compared(draft).all(|value| value.direction == Direction::Lowest);
    found.unless(
        one,
        "evaluation",
        "Ta ocena wymaga jednej wartości, im mniej, tym lepiej.",
        "This evaluation needs exactly one value, the lower the better.",
    );
}

fn discount(draft: &Draft, found: &mut Faults) {
    let one = compared(draft).count() == 1
        && compared(draft).all(|value| {
            value.direction == Direction::Highest && value.most < Decimal::ONE_HUNDRED
        });
    found.unless(
        one,
        "evaluation",
        "Upust wymaga jednej wartości w procentach, im więcej, tym lepiej, poniżej 100.",
        "A discount needs exactly one value in per cent, the higher the better, below 100.",
    );
}

fn written(path: &str, written: &Written, found: &mut Faults) {
    found.words(&format!("{path}.name"), &written.name);
}

fn features(features: &[Feature], found: &mut Faults) {
    for (index, feature) in features.iter().enumerate() {
        let path = format!("evaluation.features[{index}]");
        found.words(&format!("{path}.name"), &feature.name);
        let choices = &feature.choices;
        found.count(&format!("{path}.choices"), choices.len(), CHOICES_MAX);
        let rising = choices.is_sorted_by(|a, b| a.fraction < b.fraction);
        found.unless(
            rising,
            &format!("{path}.choices"),
            "Ułamki muszą rosnąć.",
            "The fractions must rise.",
        );
        for (index, choice) in choices.iter().enumerate() {
            let path = format!("{path}.choices[{index}]");
            found.words(&format!("{path}.name"), &choice.name);
            found.amount(
                &format!("{path}.fraction"),
                choice.fraction,
                DECIMALS_MAX,
                false,
            );
        }
    }
    let greatest = features
        .iter()
        .map(|feature| Ratio::from(feature.greatest()));
    found.unless(
        greatest.sum::<Ratio>() < Ratio::whole(1),
        "evaluation.features",
        "Największe ułamki muszą dać razem mniej niż 1.",
        "The greatest fractions must add up to less than 1.",
    );
}

fn net_present_value(draft: &Draft, energy: &NetPresentValue, found: &mut Faults) {
    entered(draft, energy, found);
    let years = (1..=YEARS_MAX).contains(&energy.years_max)
        && usize::from(energy.years_max) < energy.savings.len();
    found.unless(
        years,
        "evaluation.years_max",
        "Umowa od 1 do 30 lat, najwyżej tylu, ile lat mają oszczędności.",
        "A contract of 1 to 30 years, at most as many as the savings have.",
    );
    found.count(
        "evaluation.savings",
        energy.savings.len(),
        usize::from(YEARS_MAX).saturating_add(1),
    );
    for (index, saving) in energy.savings.iter().enumerate() {
        written(&format!("evaluation.savings[{index}]"), saving, found);
    }
    let rate = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&energy.rate_percent)
        && energy.rate_percent.scale() <= DECIMALS_MAX;
    found.unless(
        rate,
        "evaluation.rate_percent",
        "Stopa dyskontowa od 0 do 100 procent.",
        "A discount rate from 0 to 100 per cent.",
    );
    found.unless(
        energy.decimals <= DECIMALS_MAX,
        "evaluation.decimals",
        "Od 0 do 4 miejsc po przecinku.",
        "0 to 4 decimals.",
    );
    let banded = matches!(energy.least_step, StepSize::Bands { .. });
    found.unless(
        !banded,
        "evaluation.least_step",
        "Krok wartości bieżącej netto to kwota albo procent.",
        "The step of a net present value is an amount or a percentage.",
    );
    step_size(
        "evaluation.least_step",
        &energy.least_step,
        DECIMALS_MAX,
        found,
    );
    found.unless(
        energy.features.len() <= FEATURES_MAX,
        "evaluation.features",
        "Najwyżej 16 cech.",
        "At most 16 features.",
    );
    features(&energy.features, found);
}

/// The share, the years and the days are what is auctioned, and nothing else is.
fn entered(draft: &Draft, energy: &NetPresentValue, found: &mut Faults) {
    let ids: BTreeSet<_> = energy.entered().into_iter().collect();
    let lower = compared(draft).all(|value| value.direction == Direction::Lowest);
    found.unless(
        ids.len() == 3 && ids == value_ids(draft) && lower,
        "evaluation",
        "Licytowane są tylko udział, lata i dni umowy, im mniej, tym lepiej.",
        "Only the share, the years and the days of the contract are auctioned, the lower the better.",
    );
    let most = [
        (&energy.share, Decimal::ONE_HUNDRED, DECIMALS_MAX),
        (&energy.years, Decimal::from(YEARS_MAX), 0),
        (&energy.days, Decimal::from(DAYS_BEYOND_YEARS), 0),
    ];
    for (index, value) in draft.values.iter().enumerate() {
        let limit = most.iter().find(|(id, ..)| **id == value.id);
        let sound = limit
            .is_none_or(|(_, most, decimals)| value.most <= *most && value.decimals <= *decimals);
        found.unless(
            sound,
            &format!("values[{index}].most"),
            "Udział do 100 procent, lata do 30 i dni do 364 bez miejsc po przecinku.",
            "A share of at most 100 per cent, at most 30 years and 364 days without decimals.",
        );
    }
}

/// One name, one number: what the written offer gives beside the auctioned values. The names of
/// criteria have a check of their own.
fn names_differ(draft: &Draft, found: &mut Faults) {
    let written = draft.evaluation.written();
    if matches!(draft.evaluation, Evaluation::Points { .. }) || written.is_empty() {
        return;
    }
    let ids = written.iter().map(|written| written.id);
    found.unique(
        "evaluation",
        draft.values.iter().map(|value| &value.id).chain(ids),
    );
}

/// Reverse charge is a matter of the price that is compared, and its rate has a name of its own.
fn tax(draft: &Draft, found: &mut Faults) {
    let price = draft.price().map(|(index, _)| index);
    let taken: BTreeSet<&ValueId> = draft
        .evaluation
        .written()
        .iter()
        .map(|written| written.id)
        .chain(draft.values.iter().map(|value| &value.id))
        .collect();
    for (index, value) in draft.values.iter().enumerate() {
        let Some(Tax::ReverseCharge { rate }) = &value.tax else {
            continue;
        };
        found.unless(
            price == Some(index),
            &format!("values[{index}].tax"),
            "Odwrotne obciążenie dotyczy tylko ceny, która jest porównywana (art. 225 ustawy Pzp).",
            "Reverse charge is only for the price that is compared (PZP art. 225).",
        );
        found.unless(
            !taken.contains(rate),
            &format!("values[{index}].tax.reverse-charge.rate"),
            "Nazwy muszą być różne.",
            "The names must differ.",
        );
    }
}

fn points(draft: &Draft, criteria: &[Criterion], rounding: PointsRounding, found: &mut Faults) {
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
    whole_weights(criteria, rounding, found);
    for (index, criterion) in criteria.iter().enumerate() {
        let path = format!("evaluation.criteria[{index}]");
        self::criterion(draft, &path, criterion, found);
    }
    every_value_counts(draft, criteria, found);
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
            found.unless(
                draft.rows_reward(criterion, rows),
                &format!("{path}.method.rows"),
                "Lepsza wartość licytowana nie może dawać mniej punktów.",
                "A better auctioned value must not give fewer points.",
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

impl Draft {
    /// Whether a table never takes points for a better auctioned value. What the written offer says
    /// is fixed, so its table may be anything.
    fn rows_reward(&self, criterion: &Criterion, rows: &[TableRow]) -> bool {
        let auctioned = criterion.source == Source::Auctioned;
        let mut values = self.values.iter();
        match values.find(|value| auctioned && value.id == criterion.id) {
            None => true,
            Some(value) => match value.direction {
                Direction::Highest => rows.is_sorted_by(|a, b| a.points <= b.points),
                // Below its first row a table gives nothing.
                Direction::Lowest => {
                    rows.is_sorted_by(|a, b| a.points >= b.points)
                        && rows.first().is_none_or(|first| first.from <= value.least)
                }
            },
        }
    }
}
