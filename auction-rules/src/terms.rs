//! The terms of an auction: frozen at publication and hashed into the log's first entry.
//!
//! What ends in `_ms` is a time in milliseconds, what ends in `percent` per cent of the number it is
//! compared with; every other amount is in the unit of its value. The sources of the rules stand with
//! them here, and in full in `docs/rulebook.md`.

use crate::ids::{Digest, ValueId};
use crate::{canonical, regime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

mod check;
mod evaluation;
mod items;
mod phases;
mod written;

pub use evaluation::{
    Choice, Criterion, Evaluation, Feature, Method, NetPresentValue, PointsRounding, Rounded,
    Source, TableRow, Written,
};
pub use items::LineItems;
pub use phases::{
    Admission, Anchor, Close, Extension, LEVELS_MAX, Levels, Open, Phase, PhaseKind, SealedBid,
    TieBreak, Trigger, Turns,
};
pub use written::{Bounds, WrittenValue};

/// Terms that passed every check. The only way to one is [`Terms::new`], so nobody checks twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct Terms(Draft);

impl Terms {
    /// Checks a draft: first that it is sound, then that its regime allows it.
    ///
    /// # Errors
    /// Every fault found, each with the path of the field, so that a form can show all at once.
    pub fn new(draft: Draft) -> Result<Self, Vec<TermsFault>> {
        let mut faults = check::faults(&draft);
        if faults.is_empty() {
            faults = regime::faults(&draft);
        }
        if faults.is_empty() {
            Ok(Self(draft))
        } else {
            Err(faults)
        }
    }

    /// The hash that bidders accept and that stands in the published record.
    #[must_use]
    pub fn hash(&self) -> Digest {
        Digest(Sha256::digest(canonical::text(self)).into())
    }

    /// The auctioned value of this name.
    #[must_use]
    pub fn value(&self, id: &ValueId) -> Option<&Value> {
        self.values.iter().find(|value| value.id == *id)
    }
}

impl Deref for Terms {
    type Target = Draft;
    fn deref(&self) -> &Draft {
        &self.0
    }
}

impl From<Terms> for Draft {
    fn from(terms: Terms) -> Self {
        terms.0
    }
}

impl TryFrom<Draft> for Terms {
    type Error = String;
    fn try_from(draft: Draft) -> Result<Self, String> {
        Self::new(draft).map_err(|faults| {
            let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
            texts.join("; ")
        })
    }
}

/// One thing wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermsFault {
    /// Path of the field, as in `phases[0].close.length_ms`.
    pub path: String,
    /// What is wrong, in Polish and English, with the article where a law asks for it.
    pub text: Words,
}

impl std::fmt::Display for TermsFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.text.en)
    }
}

/// A text for people, in both languages of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both languages at once.
    #[must_use]
    pub fn new(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            pl: pl.into(),
            en: en.into(),
        }
    }
}

/// Terms as an officer writes them. Times are milliseconds, amounts and percentages decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Which set of checks applies. There is no default: the officer decides.
    pub regime: regime::Regime,
    /// What is auctioned, in plain words.
    pub title: Words,
    /// What bidders enter.
    pub values: Vec<Value>,
    /// Which of the values are unit prices, and what they add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<LineItems>,
    /// Where the bidding starts.
    pub opening: OpeningOffer,
    /// What happens, in order.
    pub phases: Vec<Phase>,
    /// How offers are compared.
    pub evaluation: Evaluation,
    /// What makes a bid an improvement.
    pub improvement: Improvement,
    /// How fast a bidder may try.
    #[serde(default)]
    pub pace: Pace,
    /// What protects a bidder from a slip of the finger.
    #[serde(default)]
    pub guards: Guards,
    /// Who stands better of two equal offers.
    pub ties: Ties,
    /// Who sees what during the auction.
    #[serde(default)]
    pub visibility: Visibility,
    /// How a bid is signed.
    #[serde(default)]
    pub signature: Signature,
    /// What the officer may do, and what happens after an outage.
    #[serde(default)]
    pub conduct: Conduct,
}

/// One auctioned value: what a bidder enters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Its name in messages.
    pub id: ValueId,
    /// Its name for people.
    pub name: Words,
    /// Unit or currency, as in "PLN" or "dni".
    pub unit: String,
    /// Digits after the separator, 0 to 4.
    pub decimals: u32,
    /// The least value a bid may have.
    pub least: Decimal,
    /// The most a bid may have (of a price: the qualification ceiling).
    pub most: Decimal,
    /// Which way is better.
    pub direction: Direction,
    /// Whether a price holds VAT. Values that are no prices have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
}

/// Which way a value gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less is better, as with a price.
    Lowest,
    /// More is better, as with a warranty.
    Highest,
}

/// Whether a price is with VAT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tax {
    /// Without VAT.
    Net,
    /// With VAT.
    Gross,
    /// As the bidder would invoice it. Where the buyer would owe the VAT (reverse charge), the
    /// written offer says the rate, and the VAT is added for comparison only (PZP art. 225).
    ReverseCharge {
        /// The name under which each written offer gives that rate in per cent: 0 where the bidder
        /// charges the VAT itself.
        rate: ValueId,
    },
}

/// Where the bidding starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningOffer {
    /// From the written offer of each bidder, recorded at admission.
    WrittenOffer,
    /// From nothing: the first bid need not improve anything.
    FirstBidFree,
}

/// What makes a bid an improvement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Improvement {
    /// Whose value a bid must improve on.
    pub from: Reference,
    /// The least step of each auctioned value. Exactly at the limit is legal.
    pub steps: BTreeMap<ValueId, Step>,
}

/// Whose value a bid must improve on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// The bidder's own previous value.
    Own,
    /// The best value of all.
    Leader,
}

/// The least step of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How large the step is.
    pub least: StepSize,
    /// A bid must be a whole multiple of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tick: Option<Decimal>,
}

/// How large a step is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum StepSize {
    /// The same amount always.
    Amount {
        /// In the unit of the value.
        amount: Decimal,
    },
    /// A percentage of the reference value.
    Percent {
        /// Per cent.
        percent: Decimal,
    },
    /// An amount by the band in which the reference value lies.
    Bands {
        /// Bands by rising `from`; the first begins at 0.
        bands: Vec<Band>,
    },
}

/// One band of a table of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least reference value of the band.
    pub from: Decimal,
    /// The step in it.
    pub amount: Decimal,
}

/// How fast a bidder may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// Least time between two attempts of a bidder.
    pub min_gap_ms: u64,
    /// Attempts of a bidder in one second; more are answered `too-fast` outside the log.
    pub attempts_per_s: u32,
    /// Attempts of a bidder in all; more are answered `too-many-attempts` outside the log.
    pub attempts_max: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            min_gap_ms: 0,
            attempts_per_s: 20,
            attempts_max: 10_000,
        }
    }
}

/// What protects a bidder from a slip of the finger. Compared with the own last value; of a discount
/// the price that it leaves counts, of an energy service the net present value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guards {
    /// A change above this percentage must be confirmed by typing the value once more.
    pub confirm_above_percent: Option<Decimal>,
    /// A change above this percentage is refused.
    pub refuse_above_percent: Option<Decimal>,
    /// Flagged to the officer as possibly abnormally low: a value so many per cent below the mean
    /// of the opening offers (PZP art. 224(2) has 30). Never a refusal.
    pub flag_below_mean_percent: Option<Decimal>,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            confirm_above_percent: Some(Decimal::from(20)),
            refuse_above_percent: None,
            flag_below_mean_percent: None,
        }
    }
}

/// Who stands better of two equal offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// The one that stood first in the log.
    Earliest,
    /// Neither: they share the position, and a tie for the first place ends as `tied`.
    EqualRank,
    /// Of equal totals the one with more points in the criterion of the greatest weight, then the
    /// one with the lower price (PZP art. 248); of equal costs the one with the lower price
    /// (art. 250). What is still equal shares the position, as with `equal-rank`.
    Statutory,
}

/// Who sees what during the auction. Own value, points and position, and best points of a
/// points auction, are always shown to a bidder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Visibility {
    /// Bidders see the best value.
    pub best_value: bool,
    /// Bidders see every value under its alias.
    pub all_values: bool,
    /// Bidders see how many take part.
    pub participant_count: bool,
    /// Bidders see the weights of the criteria.
    pub weights: bool,
    /// Observers may watch, so much later; none at all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observers_delay_ms: Option<u64>,
    /// The officer sees names, not only aliases, during the auction.
    pub officer_names: bool,
}

impl Default for Visibility {
    fn default() -> Self {
        Self {
            best_value: true,
            all_values: false,
            participant_count: true,
            weights: true,
            observers_delay_ms: None,
            officer_names: false,
        }
    }
}

/// How a bid is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// By the bidder's log-in.
    #[default]
    Session,
}

/// What the officer may do, and what happens after an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conduct {
    /// The officer may pause and resume.
    pub pause: bool,
    /// The officer may annul a bid.
    pub annul: bool,
    /// The officer may exclude a bidder.
    pub exclude: bool,
    /// Fewer admitted bidders than this, and the auction does not open.
    pub bidders_min: u16,
    /// Least notice between the order to resume and resuming.
    pub resume_notice_ms: u64,
    /// Least time left after resuming.
    pub resume_left_ms: u64,
    /// An outage up to this long moves every deadline; a longer one pauses the auction.
    pub outage_grace_ms: u64,
    /// Least time left after an outage.
    pub outage_left_ms: u64,
    /// How long after the close late attempts are still recorded, before the log is sealed.
    pub late_window_ms: u64,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            pause: true,
            annul: true,
            exclude: true,
            bidders_min: 2,
            resume_notice_ms: 300_000,
            resume_left_ms: 120_000,
            outage_grace_ms: 10_000,
            outage_left_ms: 30_000,
            late_window_ms: 5_000,
        }
    }
}

/// The ids of the auctioned values that are no unit prices.
pub(crate) fn value_ids(draft: &Draft) -> BTreeSet<&ValueId> {
    let ids = draft.values.iter().map(|value| &value.id);
    ids.filter(|id| !draft.is_item(id)).collect()
}
