//! Bidders of a tender and their credentials.

use super::{Desk, Faults, NAME_CHARS_MAX, not_now};
use crate::error::Problem;
use crate::identity::Who;
use crate::identity::accounts::Issued;
use crate::store::bidders::{self, BidderRow};
use crate::store::{audit, new_id};
use auction_rules::identity::Identity;
use serde::Deserialize;
use serde_json::json;

/// The longest tax number, in characters.
pub const TAX_ID_CHARS_MAX: usize = 20;
/// The longest e-mail address, in characters (RFC 5321).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Bidders of one tender: as many as one auction takes.
pub const PER_TENDER_MAX: i64 = 10_000;

/// A bidder as an officer writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBidder {
    /// Who it is.
    pub identity: Identity,
    /// Where to write.
    #[serde(default)]
    pub email: String,
}

/// An order to issue a credential.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// For which bidder.
    pub bidder: String,
    /// The one-time password must be changed; only a server that allows load tests takes `false`.
    #[serde(default = "yes")]
    pub change_required: bool,
}

fn yes() -> bool {
    true
}

impl Desk {
    /// Adds a bidder to a tender.
    ///
    /// # Errors
    /// Faults of the fields, no such tender, too many bidders, or the store is away.
    pub async fn add_bidder(
        &self,
        officer: &Who,
        tender: &str,
        new: NewBidder,
    ) -> Result<BidderRow, Problem> {
        check(&new)?;
        let bidder = BidderRow {
            id: new_id(),
            tender: self.tender(tender).await?.id,
            identity: new.identity,
            email: new.email,
            blocked_at: None,
            created_at: (self.now)(),
        };
        let mut tx = self.store.write_tx().await?;
        if bidders::count(&mut tx, tender).await? >= PER_TENDER_MAX {
            return Err(not_now("Za wielu wykonawców.", "Too many bidders."));
        }
        bidders::insert(&mut tx, &bidder).await?;
        let details = json!({ "bidder": bidder.id, "tender": tender });
        audit(
            &mut tx,
            bidder.created_at,
            officer.id(),
            "bidder.added",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(bidder)
    }

    /// Issues log-in and one-time password of a bidder, shown once. An earlier one no longer holds.
    ///
    /// # Errors
    /// No such bidder, a blocked one, too many passwords waiting, or the store is away.
    pub async fn issue(
        &self,
        officer: &Who,
        tender: &str,
        order: &Issue,
    ) -> Result<Issued, Problem> {
        if !order.change_required && !self.config.allow_loadtest {
            return Err(Problem::field(
                "change_required",
                "Na tym serwerze hasło jednorazowe zawsze trzeba zmienić.",
                "On this server a one-time password must always be changed.",
            ));
        }
        let bidder = self.bidder(tender, &order.bidder).await?;
        if bidder.blocked_at.is_some() {
            return Err(not_now(
                "Wykonawca jest zablokowany.",
                "The bidder is blocked.",
            ));
        }
        let must_change = order.change_required;
        Ok(self
            .identity
            .issue_credential(officer, &bidder.id, must_change)
            .await?)
    }

    /// Blocks a bidder's log-in, or lets it in again. The auction goes on without asking: taking a
    /// bidder out of it is an act of its own.
    ///
    /// # Errors
    /// No such bidder, or the store is away.
    pub async fn set_blocked(
        &self,
        officer: &Who,
        tender: &str,
        bidder: &str,
        blocked: bool,
    ) -> Result<(), Problem> {
        let bidder = self.bidder(tender, bidder).await?;
        Ok(self
            .identity
            .set_bidder_blocked(officer, &bidder.id, blocked)
            .await?)
    }

    /// The bidder with this id, in this tender.
    ///
    /// # Errors
    /// When there is none or the store is away.
    pub async fn bidder(&self, tender: &str, id: &str) -> Result<BidderRow, Problem> {
        bidders::by_id(&self.store, tender, id)
            .await?
            .ok_or(Problem::NotFound)
    }
}

fn check(new: &NewBidder) -> Result<(), Problem> {
    let mut faults = Faults::default();
    faults.required("identity.name", &new.identity.name, NAME_CHARS_MAX);
    faults.required("identity.seat", &new.identity.seat, NAME_CHARS_MAX);
    faults.optional("identity.tax_id", &new.identity.tax_id, TAX_ID_CHARS_MAX);
    faults.optional("email", &new.email, EMAIL_CHARS_MAX);
    if !new.email.is_empty() && !is_email(&new.email) {
        faults.wrong(
            "email",
            "To nie jest adres e-mail.",
            "This is not an e-mail address.",
        );
    }
    faults.none_or()
}

/// Only what no mail server would take is refused: the rest shows when a letter is sent.
fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    !text.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains(',')
        })
}
