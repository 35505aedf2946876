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

impl Bounds<'_> {
    /// Whether a number lies within them.
    #[must_use]
    pub fn hold(&self, number: Decimal) -> bool {
        match self {
            Self::NotNegative => number >= Decimal::ZERO,
            Self::Positive => number > Decimal::ZERO,
            Self::Percent => (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&number),
            Self::OneOf(feature) => feature
                .choices
                .iter()
                .any(|choice| choice.fraction == number),
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
