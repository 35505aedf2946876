//! Regimes: sets of checks on terms, chosen by the officer. Not legal advice: each check names its
//! source, so that a lawyer can read it.

use crate::terms::{Draft, TermsFault, Words};
use serde::{Deserialize, Serialize};

mod pzp;

pub use pzp::pzp_evaluation;

/// Which set of checks applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// A public buyer below the statutory value limit, under its own rules.
    Podprogowe,
    /// An electronic auction under the act on public procurement (PZP art. 227–238).
    Pzp,
    /// Whatever the terms say.
    Private,
}

/// What the regime forbids in a draft that is otherwise sound.
pub(crate) fn faults(draft: &Draft) -> Vec<TermsFault> {
    match draft.regime {
        Regime::Podprogowe => podprogowe(draft),
        Regime::Pzp => pzp::faults(draft),
        Regime::Private => Vec::new(),
    }
}

/// A public buyer compares prices with VAT, so each price must say whether it has VAT
/// (reverse charge: PZP art. 225).
fn podprogowe(draft: &Draft) -> Vec<TermsFault> {
    let unsaid =
        |(_, value): &(usize, &crate::terms::Value)| value.unit == "PLN" && value.tax.is_none();
    let fault = |(index, _)| TermsFault {
        path: format!("values[{index}].tax"),
        text: Words::new(
            "Podaj, czy cena jest netto, czy brutto.",
            "Say whether the price is net or gross.",
        ),
    };
    draft
        .values
        .iter()
        .enumerate()
        .filter(unsaid)
        .map(fault)
        .collect()
}
