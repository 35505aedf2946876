//! A firm asks for the specification and receives it with its log-in and one-time password.

use super::bidders::{NewBidder, checked};
use super::{Desk, not_now};
use crate::error::Problem;
use crate::identity::accounts::Issued;
use crate::identity::attempts::network;
use crate::limits::{
    ASKED_PER_NETWORK_MAX, ASKED_PER_TENDER_MAX, ASKED_WINDOW_MS, BIDDERS_PER_TENDER_MAX,
};
use crate::notice::Notice;
use crate::store::bidders::{self, BidderRow, Source};
use crate::store::lots::{self, LotState};
use crate::store::notices::{self, Recipient};
use crate::store::tenders::Tender;
use crate::store::{WriteTx, audit, new_id, tenders};
use serde::Serialize;
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

/// How the audit log calls somebody who is not logged in.
const PUBLIC: &str = "public";

/// What a firm gets that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Asked {
    /// It is registered: its log-in and one-time password, shown this once.
    Issued(Issued),
    /// It asked before, from the same e-mail address: the officer can issue the log-in again.
    Already,
}

/// Whether firms can ask for a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// On the tender's page.
    Open,
    /// The officer issues the log-ins.
    AtTheOfficer,
    /// All auctions have begun.
    Over,
}

impl Desk {
    /// Registers a firm that asks for the specification of a tender on the board, and issues its
    /// credential. It is admitted to a lot only when an officer records its written offer.
    ///
    /// A second request with the same tax number and e-mail address changes nothing and says so.
    /// With another address it is taken for another one: otherwise anybody could learn from the
    /// answer which rivals take part, or shut them out by asking first. The officer sees both.
    ///
    /// # Errors
    /// Faults of the fields (also of an e-mail address or tax number that is missing), no tender
    /// that the public sees, self-service that is off, auctions that have all begun, too many
    /// requests, or the store is away.
    pub async fn ask_for_specification(
        &self,
        tender: &str,
        firm: NewBidder,
        address: IpAddr,
    ) -> Result<Asked, Problem> {
        let firm = checked(firm, true)?;
        let row = BidderRow {
            id: new_id(),
            tender: tender.to_owned(),
            identity: firm.identity,
            email: firm.email,
            contact: firm.contact,
            country: firm.country,
            tax_key: firm.tax_key,
            source: Source::Firm,
            asked_from: network(address).to_string(),
            blocked_at: None,
            blocked_reason: String::new(),
            created_at: (self.now)(),
        };
        // Asked before the password is hashed, which costs more than all else, and again after.
        let mut tx = self.store.write_tx().await?;
        if self.asked_before(&mut tx, &row).await? {
            return Ok(Asked::Already);
        }
        drop(tx);
        if self.has_begun(tender).await? {
            return Err(not_now(
                "Aukcje w tym postępowaniu już się zaczęły: nie można do niego dołączyć.",
                "The auctions of this tender have begun: nobody can join it any more.",
            ));
        }
        let drawn = self.identity.draw_credential(&row.id).await?;
        let mut tx = self.store.write_tx().await?;
        if self.asked_before(&mut tx, &row).await? {
            return Ok(Asked::Already);
        }
        bidders::insert(&mut tx, &row).await?;
        let details = json!({ "bidder": row.id, "tender": row.tender });
        audit(
            &mut tx,
            row.created_at,
            PUBLIC,
            "specification.asked-for",
            &details,
        )
        .await?;
        self.identity
            .put_credential(&mut tx, PUBLIC, &drawn.new)
            .await?;
        self.confirm_by_mail(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(Asked::Issued(drawn.issued()))
    }

    /// Whether firms can ask now for the specification of a tender.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn asking(&self, tender: &Tender) -> Result<Asking, Problem> {
        Ok(if !tender.is_public() || !tender.self_service {
            Asking::AtTheOfficer
        } else if self.has_begun(&tender.id).await? {
            Asking::Over
        } else {
            Asking::Open
        })
    }

    /// Whether every lot's auction has begun or is over: nobody can be admitted any more.
    async fn has_begun(&self, tender: &str) -> Result<bool, Problem> {
        let lots = lots::of_tender(&self.store, tender).await?;
        for lot in &lots {
            let auction = lot
                .auction
                .as_ref()
                .filter(|_| lot.state == LotState::Published);
            match auction {
                Some(auction) if !self.has_not_opened(auction).await => {}
                _ => return Ok(false),
            }
        }
        Ok(!lots.is_empty())
    }

    /// Tells the address that was typed that a log-in was issued for it; never the log-in itself,
    /// and nothing else that a stranger could have typed.
    async fn confirm_by_mail(&self, tx: &mut WriteTx, row: &BidderRow) -> Result<(), Problem> {
        let Some(Tender { number, title, .. }) = tenders::by_id(&self.store, &row.tender).await?
        else {
            return Err(Problem::NotFound);
        };
        let notice = Notice::SpecificationAskedFor {
            tender: number,
            title,
            at: row.created_at,
            address: self.config.address(&format!("/tenders/{}", row.tender)),
        };
        let recipient = Recipient {
            bidder: row.id.clone(),
            email: row.email.clone(),
            identity: row.identity.clone(),
        };
        let new = notice.to(&recipient, &row.tender);
        notices::put(tx, row.created_at, &new).await?;
        Ok(())
    }

    /// Whether this firm asked before; if not, that it may ask now.
    async fn asked_before(&self, tx: &mut WriteTx, row: &BidderRow) -> Result<bool, Problem> {
        let tender = tenders::locked(tx, &row.tender).await?;
        let tender = tender
            .filter(|tender| tender.is_public())
            .ok_or(Problem::NotFound)?;
        if !tender.self_service {
            return Err(not_now(
                "W tym postępowaniu loginy wydaje prowadzący. Napisz do niego.",
                "In this tender the officer issues the log-ins. Write to them.",
            ));
        }
        let same = bidders::with_tax_key(tx, &tender.id, &row.tax_key).await?;
        let email = row.email.to_lowercase();
        if same
            .iter()
            .any(|other| other.source == Source::Firm && other.email.to_lowercase() == email)
        {
            return Ok(true);
        }
        let since = row.created_at.minus(ASKED_WINDOW_MS);
        let (here, all) = bidders::asked_since(tx, &tender.id, &row.asked_from, since).await?;
        if here >= ASKED_PER_NETWORK_MAX || all >= ASKED_PER_TENDER_MAX {
            return Err(Problem::TooManyRequests(Duration::from_millis(
                ASKED_WINDOW_MS,
            )));
        }
        if bidders::count(tx, &tender.id).await? >= BIDDERS_PER_TENDER_MAX {
            return Err(not_now("Za wielu wykonawców.", "Too many bidders."));
        }
        Ok(false)
    }
}
