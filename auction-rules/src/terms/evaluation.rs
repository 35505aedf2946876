//! How the terms say that offers are compared.

use crate::ids::ValueId;
use crate::ratio::Rounding;
use crate::terms::{StepSize, Words};
use crate::time::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How offers are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Evaluation {
    /// The lowest value of the only auctioned value wins.
    LowestPrice,
    /// The most points over weighted criteria wins.
    Points {
        /// The criteria.
        criteria: Vec<Criterion>,
        /// What is rounded and how. The order of rounding alone can change the winner.
        rounding: PointsRounding,
    },
    /// The lowest price ÷ coefficient wins; the coefficient is 1 + Σ chosen ÷ (1 − Σ greatest) over
    /// features of the written offer (Prozorro).
    NormalisedPrice {
        /// The features.
        features: Vec<Feature>,
    },
    /// The lowest price + costs of the written offer wins (PZP art. 245).
    LifeCycleCost {
        /// What the use of the thing costs beside its price.
        costs: Vec<Written>,
    },
    /// The lowest price ÷ denominator + addition wins (Prozorro).
    Mixed {
        /// By what each written offer has its price divided; above zero.
        denominator: Written,
        /// What each written offer has added.
        addition: Written,
    },
    /// The highest net present value of the savings left to the buyer wins (energy services).
    NetPresentValue(NetPresentValue),
    /// The highest discount from the buyer's price list, in per cent, wins.
    Discount,
}

/// A number that each written offer gives, and whose name people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Its name in messages.
    pub id: ValueId,
    /// Its name for people.
    pub name: Words,
}

/// A feature of the written offer that makes its price count for less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Its name in messages.
    pub id: ValueId,
    /// Its name for people.
    pub name: Words,
    /// What a written offer may choose. The greatest fraction is the most the feature gives.
    pub choices: Vec<Choice>,
}

/// One thing that may be chosen of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it is, for people.
    pub name: Words,
    /// What it counts, as a fraction: 0.1 for a tenth.
    pub fraction: Decimal,
}

impl Feature {
    /// The most that the feature gives.
    #[must_use]
    pub fn greatest(&self) -> Decimal {
        let fractions = self.choices.iter().map(|choice| choice.fraction);
        fractions.max().unwrap_or_default()
    }
}

/// An auction of energy services: the bidder takes a share of the yearly savings for the length of
/// the contract, the buyer keeps the rest. Years have 365 days (Prozorro ESCO).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetPresentValue {
    /// The auctioned value that says the share of the savings paid to the bidder, in per cent.
    pub share: ValueId,
    /// The auctioned value that says the whole years of the contract.
    pub years: ValueId,
    /// The auctioned value that says the days of the contract beyond them, 0 to 364.
    pub days: ValueId,
    /// The longest contract, in years of 365 days.
    pub years_max: u16,
    /// The savings that each written offer promises: in the rest of the year of the notice, then
    /// in each year after it. The last year counts for as many days as the first one lacks.
    pub savings: Vec<Written>,
    /// The yearly discount rate, in per cent.
    pub rate_percent: Decimal,
    /// The day of the notice, from which the savings are counted.
    pub notice_on: Day,
    /// The least step of the net present value itself: an amount, or per cent of the own last one.
    pub least_step: StepSize,
    /// Digits after the point with which the net present value is shown, 0 to 4.
    pub decimals: u32,
    /// Features that multiply the net present value, as they divide a normalised price.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
}

impl NetPresentValue {
    /// The three auctioned values.
    #[must_use]
    pub fn entered(&self) -> [&ValueId; 3] {
        [&self.share, &self.years, &self.days]
    }
}

impl Evaluation {
    /// The criteria; none where it is not points that win.
    #[must_use]
    pub fn criteria(&self) -> &[Criterion] {
        match self {
            Self::Points { criteria, .. } => criteria,
            _ => &[],
        }
    }

    /// How energy services are compared; none where it is not the net present value that wins.
    #[must_use]
    pub fn net_present_value(&self) -> Option<&NetPresentValue> {
        match self {
            Self::NetPresentValue(energy) => Some(energy),
            _ => None,
        }
    }
}

/// One criterion of the evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its name in messages. Of an auctioned criterion: the id of the value.
    pub id: ValueId,
    /// Its name for people.
    pub name: Words,
    /// The most points it gives.
    pub weight: Decimal,
    /// How its points come about.
    pub method: Method,
    /// Whether its value comes from the bids or from the written offer.
    pub source: Source,
}

/// How the points of a criterion come about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Method {
    /// Lowest value ÷ own value × weight.
    LowestBest,
    /// Own value ÷ highest value × weight; of a value over `most`, `most` counts.
    HighestBest {
        /// The value from which on nothing more is gained; then it is also the divisor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Decimal>,
    },
    /// Points by a fixed table: those of the last row whose `from` is not above the value.
    Table {
        /// Rows by rising `from`.
        rows: Vec<TableRow>,
    },
}

/// One row of a fixed table of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// The least value it applies to.
    pub from: Decimal,
    /// The points it gives, at most the weight.
    pub points: Decimal,
}

/// Where the value of a criterion comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// From the bids.
    Auctioned,
    /// From the written offer, fixed at admission.
    Offer,
}

/// What is rounded in points, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsRounding {
    /// The ratio before weighting, or the points after it.
    pub of: Rounded,
    /// Digits after the point, 0 to 9.
    pub digits: u32,
    /// Which way a half goes: `half-up` or `half-even`.
    pub mode: Rounding,
}

/// What is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounded {
    /// The ratio before it is multiplied by the weight.
    Ratio,
    /// The points of each criterion.
    Points,
}
