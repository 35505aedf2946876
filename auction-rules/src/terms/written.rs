//! What each written offer must give beside the auctioned values.

use super::{Draft, Evaluation, Feature, Method, Source, Tax, Words, Written};
use crate::ids::ValueId;
use rust_decimal::Decimal;

/// A number that each written offer must give beside the auctioned values.
#[derive(Clone, Debug)]
pub struct WrittenValue<'a> {
    /// Its name in messages.
    pub id: &'a ValueId,
    /// Its name for people.
    pub name: Words,
    /// What it may be.
    pub bounds: Bounds<'a>,
}

/// What a number of a written offer may be.
#[derive(Clone, Copy, Debug)]
pub enum Bounds<'a> {
    /// Zero or more.
    NotNegative,
    /// More than zero: others are divided by it, or it would win everything.
    Positive,
    /// From 0 to 100.
    Percent,
    /// The fraction of one of the choices of this feature.
    OneOf(&'a Feature),
}

/// The most that a number of a written offer may be: a thousand million million, as for a value.
const NUMBER_MAX: i64 = 1_000_000_000_000_000;
/// Digits after the point of a number of a written offer.
const NUMBER_DIGITS_MAX: u32 = 9;

impl Bounds<'_> {
    /// Whether a number lies within them and is short enough to be calculated with.
    #[must_use]
    pub fn hold(&self, number: Decimal) -> bool {
        let short =
            number <= Decimal::from(NUMBER_MAX) && number.normalize().scale() <= NUMBER_DIGITS_MAX;
        match self {
            Self::NotNegative => short && number >= Decimal::ZERO,
            Self::Positive => short && number > Decimal::ZERO,
            Self::Percent => (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&number),
            Self::OneOf(feature) => feature
                .choices
                .iter()
                .any(|choice| choice.fraction == number),
        }
    }

    /// What they ask for, in both languages, without a full stop.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::NotNegative => Words::new(
                "podaj liczbę od 0 do biliarda z najwyżej 9 miejscami po przecinku",
                "give a number from 0 to a thousand million million, with at most 9 decimals",
            ),
            Self::Positive => Words::new(
                "podaj liczbę większą od 0, najwyżej biliard, z najwyżej 9 miejscami po przecinku",
                "give a number above 0, at most a thousand million million, with at most 9 decimals",
            ),
            Self::Percent => Words::new(
                "podaj procent od 0 do 100",
                "give a percentage from 0 to 100",
            ),
            Self::OneOf(feature) => {
                let fractions = feature.choices.iter().map(|choice| choice.fraction);
                let fractions: Vec<_> = fractions.map(|fraction| fraction.to_string()).collect();
                let fractions = fractions.join(", ");
                Words::new(
                    format!("podaj jeden z ułamków {fractions}"),
                    format!("give one of the fractions {fractions}"),
                )
            }
        }
    }
}

impl Draft {
    /// What each written offer must give beside the auctioned values, in the order of the terms.
    #[must_use]
    pub fn written_values(&self) -> Vec<WrittenValue<'_>> {
        let taxes = self.values.iter().filter_map(|value| match &value.tax {
            Some(Tax::ReverseCharge { rate }) => Some(WrittenValue {
                id: rate,
                name: Words::new(
                    "Stawka VAT, który odprowadziłby zamawiający (%)",
                    "Rate of the VAT that the buyer would owe (%)",
                ),
                bounds: Bounds::Percent,
            }),
            Some(Tax::Net | Tax::Gross) | None => None,
        });
        self.evaluation.written().into_iter().chain(taxes).collect()
    }
}

impl Evaluation {
    /// As [`Draft::written_values`], without the rates of VAT.
    pub(super) fn written(&self) -> Vec<WrittenValue<'_>> {
        match self {
            Self::LowestPrice | Self::Discount => Vec::new(),
            Self::Points { criteria, .. } => criteria
                .iter()
                .filter(|criterion| criterion.source == Source::Offer)
                .map(|criterion| WrittenValue {
                    id: &criterion.id,
                    name: criterion.name.clone(),
                    bounds: match criterion.method {
                        Method::LowestBest => Bounds::Positive,
                        Method::HighestBest { .. } | Method::Table { .. } => Bounds::NotNegative,
                    },
                })
                .collect(),
            Self::NormalisedPrice { features } => features.iter().map(chosen).collect(),
            Self::LifeCycleCost { costs } => costs.iter().map(not_negative).collect(),
            Self::Mixed {
                denominator,
                addition,
            } => vec![
                WrittenValue {
                    bounds: Bounds::Positive,
                    ..not_negative(denominator)
                },
                not_negative(addition),
            ],
            Self::NetPresentValue(energy) => {
                let savings = energy.savings.iter().map(not_negative);
                savings.chain(energy.features.iter().map(chosen)).collect()
            }
        }
    }
}

fn not_negative(written: &Written) -> WrittenValue<'_> {
    WrittenValue {
        id: &written.id,
        name: written.name.clone(),
        bounds: Bounds::NotNegative,
    }
}

fn chosen(feature: &Feature) -> WrittenValue<'_> {
    WrittenValue {
        id: &feature.id,
        name: feature.name.clone(),
        bounds: Bounds::OneOf(feature),
    }
}
