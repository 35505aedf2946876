//! What the act on public procurement (PZP) asks of the publication of an auction beside its terms.

use super::{Check, CheckState, Item, check};
use crate::clock::WARSAW;
use crate::tender::working_days::earliest_opening;
use auction_rules::Timestamp;
use jiff::tz::TimeZone;

/// Bids under the act are void without a qualified signature (art. 234), which this system cannot
/// take: such an auction runs only for practice.
pub(super) fn signature() -> Check {
    check(
        Item::Signature,
        CheckState::Blocking,
        "Postąpienia wymagają kwalifikowanego podpisu elektronicznego, którego ten system jeszcze \
         nie obsługuje. Aukcja według ustawy może się odbyć tylko na próbę, w postępowaniu próbnym.",
        "Bids need a qualified electronic signature, which this system does not take yet. An auction \
         under the act can run only for practice, in a test tender.",
    )
}

/// Two full working days lie between the invitations, which are sent with the publication, and the
/// opening (art. 232).
pub(super) fn working_days(opens_at: Option<Timestamp>, now: Timestamp) -> Check {
    let earliest = earliest_opening(now);
    let day = earliest.and_then(day).unwrap_or_default();
    let is_late_enough = opens_at
        .zip(earliest)
        .is_some_and(|(opens_at, earliest)| opens_at >= earliest);
    if is_late_enough {
        check(
            Item::WorkingDays,
            CheckState::Ok,
            "Między zaproszeniem a otwarciem są dwa pełne dni robocze.",
            "Two full working days lie between the invitation and the opening.",
        )
    } else {
        check(
            Item::WorkingDays,
            CheckState::Blocking,
            format!(
                "Między zaproszeniem a otwarciem muszą minąć dwa pełne dni robocze. Przy ogłoszeniu \
                 dzisiaj aukcja może się otworzyć najwcześniej {day}."
            ),
            format!(
                "Two full working days must lie between the invitation and the opening. Published \
                 today, the auction can open on {day} at the earliest."
            ),
        )
    }
}

/// The day in Warsaw, as in 2026-11-13.
fn day(at: Timestamp) -> Option<String> {
    let zone = TimeZone::get(WARSAW).ok()?;
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
    Some(at.to_zoned(zone).date().to_string())
}
