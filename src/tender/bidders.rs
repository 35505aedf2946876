//! Bidders of a tender and their credentials.

use super::{Desk, Faults, NAME_CHARS_MAX, REASON_CHARS_MAX, not_now, tax};
use crate::error::Problem;
use crate::identity::Who;
use crate::identity::accounts::Issued;
use crate::limits::{BIDDERS_PER_TENDER_MAX, ONE_TIME_PASSWORD_MAX_MS};
use crate::store::bidders::{self, BidderRow, Source};
use crate::store::credentials::{self, InForce};
use crate::store::{WriteTx, audit, new_id, tenders};
use auction_rules::TermsFault;
use auction_rules::identity::Identity;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// The longest tax number as it is typed, in characters.
pub const TAX_ID_CHARS_MAX: usize = 30;
/// The longest e-mail address, in characters (RFC 5321).
pub const EMAIL_CHARS_MAX: usize = 254;

/// A bidder as an officer or the firm itself writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBidder {
    /// Who it is.
    pub identity: Identity,
    /// The country of its tax number, two letters of ISO 3166.
    #[serde(default = "poland")]
    pub country: String,
    /// Where to write.
    #[serde(default)]
    pub email: String,
    /// The person to talk to.
    #[serde(default)]
    pub contact: String,
}

/// How to reach a bidder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Where to write.
    #[serde(default)]
    pub email: String,
    /// The person to talk to.
    #[serde(default)]
    pub contact: String,
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
    /// Why, where an earlier credential loses its force.
    #[serde(default)]
    pub reason: String,
}

/// A bidder with what it logs in with.
#[derive(Debug, Clone, Serialize)]
pub struct BidderLine {
    /// The bidder.
    #[serde(flatten)]
    pub bidder: BidderRow,
    /// Its credential in force.
    pub credential: Option<InForce>,
    /// Its one-time password was not used in time: it needs a new one.
    pub expired: bool,
}

fn yes() -> bool {
    true
}

fn poland() -> String {
    "PL".to_owned()
}

impl Desk {
    /// Adds a bidder to a tender.
    ///
    /// # Errors
    /// Faults of the fields, a tax number that another bidder of the tender has, no such tender,
    /// too many bidders, or the store is away.
    pub async fn add_bidder(
        &self,
        officer: &Who,
        tender: &str,
        new: NewBidder,
    ) -> Result<BidderRow, Problem> {
        let is_test = self.tender(tender).await?.test;
        let bidder = self.row(tender, checked_for(new, is_test)?, Source::Officer);
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        if bidders::count(&mut tx, tender).await? >= BIDDERS_PER_TENDER_MAX {
            return Err(not_now("Za wielu wykonawców.", "Too many bidders."));
        }
        if !is_test {
            no_twin(&mut tx, &bidder).await?;
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

    /// Changes who a bidder is. Once it is admitted to a lot its identity is committed to, and only
    /// [`Self::change_contact`] is left.
    ///
    /// # Errors
    /// Faults of the fields, a tax number that another bidder has, one that is admitted already, no
    /// such bidder, or the store is away.
    pub async fn edit_bidder(
        &self,
        officer: &Who,
        tender: &str,
        bidder: &str,
        new: NewBidder,
    ) -> Result<BidderRow, Problem> {
        let is_test = self.tender(tender).await?.test;
        let new = checked_for(new, is_test)?;
        let mut row = self.bidder(tender, bidder).await?;
        row.identity = new.identity;
        row.email = new.email;
        row.contact = new.contact;
        row.country = new.country;
        row.tax_key = new.tax_key;
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        if bidders::is_admitted(&mut tx, bidder).await? {
            return Err(not_now(
                "Wykonawca jest już dopuszczony: jego danych nie można zmienić. Możesz zmienić \
                 osobę do kontaktu.",
                "The bidder is admitted already: its data cannot change. You can change the \
                 contact.",
            ));
        }
        if !is_test {
            no_twin(&mut tx, &row).await?;
        }
        bidders::update(&mut tx, &row).await?;
        let details = json!({ "bidder": bidder, "tender": tender });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "bidder.changed",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Replaces the person to talk to and where to write. The log-in stays; to take it from the
    /// person before, issue a new credential.
    ///
    /// # Errors
    /// Faults of the fields, no such bidder, or the store is away.
    pub async fn change_contact(
        &self,
        officer: &Who,
        tender: &str,
        bidder: &str,
        new: Contact,
    ) -> Result<BidderRow, Problem> {
        let mut faults = Faults::default();
        check_contact(&mut faults, &new.email, &new.contact);
        faults.none_or()?;
        let mut row = self.bidder(tender, bidder).await?;
        row.email = new.email.trim().to_owned();
        row.contact = new.contact.trim().to_owned();
        let mut tx = self.store.write_tx().await?;
        bidders::update(&mut tx, &row).await?;
        let details = json!({ "bidder": bidder, "tender": tender });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "bidder.contact-changed",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Issues log-in and one-time password of a bidder, shown once. An earlier one no longer holds.
    ///
    /// # Errors
    /// No such bidder, a blocked one, no reason to issue again, too many passwords waiting, or the
    /// store is away.
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
        let mut faults = Faults::default();
        if credentials::is_issued(&self.store, &bidder.id).await? {
            faults.required("reason", &order.reason, REASON_CHARS_MAX);
        } else {
            faults.optional("reason", &order.reason, REASON_CHARS_MAX);
        }
        faults.none_or()?;
        let must_change = order.change_required;
        Ok(self
            .identity
            .issue_credential(officer, &bidder.id, must_change, &order.reason)
            .await?)
    }

    /// Blocks a bidder's log-in with a reason. The auction goes on without asking: taking a bidder
    /// out of it is an act of its own.
    ///
    /// # Errors
    /// A fault of `reason`, no such bidder, or the store is away.
    pub async fn block(
        &self,
        officer: &Who,
        tender: &str,
        bidder: &str,
        reason: &str,
    ) -> Result<(), Problem> {
        let mut faults = Faults::default();
        faults.required("reason", reason, REASON_CHARS_MAX);
        faults.none_or()?;
        let bidder = self.bidder(tender, bidder).await?;
        Ok(self
            .identity
            .set_bidder_blocked(officer, &bidder.id, Some(reason.trim()))
            .await?)
    }

    /// Lets a bidder in again.
    ///
    /// # Errors
    /// No such bidder, or the store is away.
    pub async fn unblock(&self, officer: &Who, tender: &str, bidder: &str) -> Result<(), Problem> {
        let bidder = self.bidder(tender, bidder).await?;
        Ok(self
            .identity
            .set_bidder_blocked(officer, &bidder.id, None)
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

    /// The bidders of a tender with their credentials, in the order in which they were added, one
    /// page of those after `after`.
    ///
    /// # Errors
    /// No such tender, or the store is away.
    pub async fn bidders(
        &self,
        tender: &str,
        after: Option<&str>,
    ) -> Result<Vec<BidderLine>, Problem> {
        let tender = self.tender(tender).await?;
        let rows = bidders::of_tender(&self.store, &tender.id, after).await?;
        let issued = credentials::of_tender(&self.store, &tender.id, after).await?;
        let mut issued: BTreeMap<String, InForce> = issued
            .into_iter()
            .map(|found| (found.bidder.clone(), found))
            .collect();
        let line = |bidder: BidderRow| {
            let credential = issued.remove(&bidder.id);
            self.line(bidder, credential)
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// One bidder with its credential.
    ///
    /// # Errors
    /// No such bidder, or the store is away.
    pub async fn bidder_line(&self, tender: &str, id: &str) -> Result<BidderLine, Problem> {
        let bidder = self.bidder(tender, id).await?;
        let credential = credentials::of_bidder(&self.store, id).await?;
        Ok(self.line(bidder, credential))
    }

    fn line(&self, bidder: BidderRow, credential: Option<InForce>) -> BidderLine {
        let now = (self.now)();
        let expired = credential.as_ref().is_some_and(|found| {
            found.must_change && now.since(found.created_at) >= ONE_TIME_PASSWORD_MAX_MS
        });
        BidderLine {
            bidder,
            credential,
            expired,
        }
    }

    pub(super) fn row(&self, tender: &str, new: Checked, source: Source) -> BidderRow {
        BidderRow {
            id: new_id(),
            tender: tender.to_owned(),
            identity: new.identity,
            email: new.email,
            contact: new.contact,
            country: new.country,
            tax_key: new.tax_key,
            source,
            asked_from: String::new(),
            blocked_at: None,
            blocked_reason: String::new(),
            created_at: (self.now)(),
        }
    }
}

/// A bidder whose fields are sound, without spaces around them.
pub(super) struct Checked {
    pub(super) identity: Identity,
    pub(super) email: String,
    pub(super) contact: String,
    pub(super) country: String,
    pub(super) tax_key: String,
}

/// A bidder of a load test has whatever tax number the test counts up to.
fn checked_for(new: NewBidder, is_test: bool) -> Result<Checked, Problem> {
    match is_test {
        false => checked(new, false),
        true => {
            let tax_id = new.identity.tax_id.clone();
            let mut nameless = new;
            nameless.identity.tax_id.clear();
            let mut checked = checked(nameless, false)?;
            checked.identity.tax_id = tax_id.chars().take(TAX_ID_CHARS_MAX).collect();
            Ok(checked)
        }
    }
}

/// Checks the fields of a bidder, all faults at once. A firm that writes itself must also say its
/// tax number and how to reach it.
pub(super) fn checked(new: NewBidder, by_itself: bool) -> Result<Checked, Problem> {
    let mut faults = Faults::default();
    let (identity, country) = (&new.identity, new.country.trim().to_uppercase());
    faults.required("identity.name", &identity.name, NAME_CHARS_MAX);
    faults.required("identity.seat", &identity.seat, NAME_CHARS_MAX);
    faults.optional("identity.tax_id", &identity.tax_id, TAX_ID_CHARS_MAX);
    if by_itself {
        faults.required("identity.tax_id", &identity.tax_id, TAX_ID_CHARS_MAX);
        faults.required("email", &new.email, EMAIL_CHARS_MAX);
        faults.required("contact", &new.contact, NAME_CHARS_MAX);
    }
    check_contact(&mut faults, &new.email, &new.contact);
    let mut tax_key = String::new();
    if !tax::is_country(&country) {
        faults.wrong(
            "country",
            "Podaj kod kraju: dwie litery, na przykład PL.",
            "Give the country's code: two letters, for example PL.",
        );
    } else if !identity.tax_id.trim().is_empty() {
        match tax::key(&country, &identity.tax_id) {
            Ok(key) => tax_key = key,
            Err(text) => faults.0.push(TermsFault {
                path: "identity.tax_id".to_owned(),
                text,
            }),
        }
    }
    faults.0.dedup();
    faults.none_or()?;
    Ok(Checked {
        identity: Identity {
            name: new.identity.name.trim().to_owned(),
            seat: new.identity.seat.trim().to_owned(),
            tax_id: new.identity.tax_id.trim().to_owned(),
        },
        email: new.email.trim().to_owned(),
        contact: new.contact.trim().to_owned(),
        country,
        tax_key,
    })
}

fn check_contact(faults: &mut Faults, email: &str, contact: &str) {
    faults.optional("contact", contact, NAME_CHARS_MAX);
    faults.optional("email", email, EMAIL_CHARS_MAX);
    if !email.is_empty() && !is_email(email.trim()) {
        faults.wrong(
            "email",
            "To nie jest adres e-mail.",
            "This is not an e-mail address.",
        );
    }
}

/// Refuses a tax number that another bidder of the tender has.
async fn no_twin(tx: &mut WriteTx, bidder: &BidderRow) -> Result<(), Problem> {
    if bidder.tax_key.is_empty() {
        return Ok(());
    }
    let same = bidders::with_tax_key(tx, &bidder.tender, &bidder.tax_key).await?;
    if same.iter().any(|other| other.id != bidder.id) {
        return Err(Problem::exists(
            "identity.tax_id",
            "Wykonawca o tym numerze podatkowym już jest w tym postępowaniu.",
            "The tender has a bidder of this tax number already.",
        ));
    }
    Ok(())
}

/// Only what no mail server would take is refused: the rest shows when a letter is sent.
fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    !text.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains(',')
        })
}
