//! Who a firm is, as it says itself and as an officer writes it.

use crate::tender::bidders::NewBidder;
use crate::web::form::Fields;
use auction_rules::identity::Identity;

/// What the fields are called.
pub(super) const LABELS: [(&str, &str); 6] = [
    ("identity.name", "firm-name"),
    ("identity.seat", "firm-seat"),
    ("country", "firm-country"),
    ("identity.tax_id", "firm-tax-id"),
    ("contact", "firm-contact"),
    ("email", "firm-email"),
];

/// What was typed into them.
pub(super) fn read(fields: &Fields) -> NewBidder {
    let typed = |name: &str| fields.get(name).trim().to_owned();
    NewBidder {
        identity: Identity {
            name: typed("identity.name"),
            seat: typed("identity.seat"),
            tax_id: typed("identity.tax_id"),
        },
        country: typed("country"),
        email: typed("email"),
        contact: typed("contact"),
    }
}
