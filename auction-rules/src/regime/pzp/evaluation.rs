//! How offers are compared.

use crate::terms::{Draft, Evaluation, Tax, TermsFault, Ties, Words};

/// What the act on public procurement (PZP) says of comparing offers, for the regime of auctions under
/// it (art. 227–238): the criteria are price or cost, alone or with weighted features, equal offers
/// stand in the order of the act, and prices are compared with VAT.
#[must_use]
pub fn pzp_evaluation(draft: &Draft) -> Vec<TermsFault> {
    let mut found = Vec::new();
    let mut fault = |path: String, pl: &str, en: &str| {
        found.push(TermsFault {
            path,
            text: Words::new(pl, en),
        });
    };
    match &draft.evaluation {
        Evaluation::LowestPrice | Evaluation::Points { .. } | Evaluation::LifeCycleCost { .. } => {}
        Evaluation::NormalisedPrice { .. } | Evaluation::Mixed { .. } => fault(
            "evaluation".to_owned(),
            "Każde kryterium musi mieć wagę; użyj punktów (art. 247 ust. 1 ustawy Pzp).",
            "Each criterion needs its weight; use points (PZP art. 247(1)).",
        ),
        Evaluation::NetPresentValue(_) | Evaluation::Discount => fault(
            "evaluation".to_owned(),
            "Kryterium musi być cena albo koszt, samo lub z innymi kryteriami (art. 242 ust. 1 ustawy Pzp).",
            "The criterion must be price or cost, alone or with others (PZP art. 242(1)).",
        ),
    }
    if draft.ties != Ties::Statutory {
        fault(
            "ties".to_owned(),
            "O kolejności równych ofert decydują art. 248 i 250 ustawy Pzp („statutory”).",
            "The order of equal offers is that of PZP art. 248 and 250 (“statutory”).",
        );
    }
    if let Some((index, value)) = draft.price()
        && !matches!(value.tax, Some(Tax::Gross | Tax::ReverseCharge { .. }))
    {
        fault(
            format!("values[{index}].tax"),
            "Ceny porównuje się z VAT: brutto albo z VAT doliczanym przez zamawiającego (art. 225 ustawy Pzp).",
            "Prices are compared with VAT: gross, or with the VAT that the buyer adds (PZP art. 225).",
        );
    }
    found
}
