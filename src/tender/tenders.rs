//! Opening a tender.

use super::{Desk, Faults, NUMBER_CHARS_MAX, not_now};
use crate::error::Problem;
use crate::identity::Who;
use crate::office::circulation::tenders as office;
use crate::store::lots::{self, LotState};
use crate::store::tenders::Tender;
use crate::store::{audit, new_id, tenders};
use auction_rules::Words;
use serde::Deserialize;
use serde_json::json;

/// The longest name of a procedure, in characters.
pub const PROCEDURE_CHARS_MAX: usize = 60;
/// The longest address of a notice, in characters.
pub const URL_CHARS_MAX: usize = 500;

/// A tender as an officer writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTender {
    /// Its number, as the office writes it.
    pub number: String,
    /// What it is about.
    pub title: Words,
    /// The procedure, as in `podprogowe`.
    pub procedure: String,
    /// Its value is at or above the statutory threshold.
    #[serde(default)]
    pub above_threshold: bool,
    /// CPV code, as in `45000000-7`.
    #[serde(default)]
    pub cpv: String,
    /// Address of the notice.
    #[serde(default)]
    pub notice_url: String,
    /// Made by a load test.
    #[serde(default)]
    pub test: bool,
}

/// The switches of a tender.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// Firms may ask for the specification by themselves.
    pub self_service: bool,
    /// Publication of a lot needs a second officer's confirmation.
    pub two_officers: bool,
}

impl Desk {
    /// Opens a tender, and its case in the office: the sign stands in the papers from the first one on.
    /// A test has none.
    ///
    /// # Errors
    /// Faults of the fields, a number that is taken, or the store is away.
    pub async fn open_tender(&self, officer: &Who, new: NewTender) -> Result<Tender, Problem> {
        check(&new)?;
        if new.test && !self.config.allow_loadtest {
            return Err(Problem::field(
                "test",
                "Ten serwer nie pozwala na postępowania testowe.",
                "This server does not allow test tenders.",
            ));
        }
        let tender = Tender {
            id: new_id(),
            number: new.number,
            title: new.title,
            procedure: new.procedure,
            above_threshold: new.above_threshold,
            cpv: new.cpv,
            notice_url: new.notice_url,
            test: new.test,
            announced_at: None,
            self_service: true,
            two_officers: false,
            created_by: officer.id().to_owned(),
            created_at: (self.now)(),
        };
        let mut tx = self.store.write_tx().await?;
        if let Err(error) = tenders::insert(&mut tx, &tender).await {
            return Err(if error.is_taken() {
                taken()
            } else {
                error.into()
            });
        }
        office::opened(&mut tx, &self.now, officer.id(), &tender).await?;
        let details = json!({ "tender": tender.id });
        audit(
            &mut tx,
            tender.created_at,
            officer.id(),
            "tender.opened",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(tender)
    }

    /// Changes what an officer wrote of a tender. Whether it is a test stays.
    ///
    /// # Errors
    /// Faults of the fields, no such tender, a number that is taken, or the store is away.
    pub async fn edit_tender(
        &self,
        officer: &Who,
        tender: &str,
        new: NewTender,
    ) -> Result<Tender, Problem> {
        check(&new)?;
        self.change(officer, tender, "tender.changed", |tender| {
            tender.number = new.number;
            tender.title = new.title;
            tender.procedure = new.procedure;
            tender.above_threshold = new.above_threshold;
            tender.cpv = new.cpv;
            tender.notice_url = new.notice_url;
            Ok(())
        })
        .await
    }

    /// Sets the switches of a tender.
    ///
    /// # Errors
    /// No such tender, or the store is away.
    pub async fn set_switches(
        &self,
        officer: &Who,
        tender: &str,
        switches: Switches,
    ) -> Result<Tender, Problem> {
        self.change(officer, tender, "tender.switched", |tender| {
            tender.self_service = switches.self_service;
            tender.two_officers = switches.two_officers;
            Ok(())
        })
        .await
    }

    /// Announces a tender: from now on it stands on the board. Announced again, it keeps its
    /// moment.
    ///
    /// # Errors
    /// A load test, no such tender, or the store is away.
    pub async fn announce(&self, officer: &Who, tender: &str) -> Result<Tender, Problem> {
        let now = (self.now)();
        self.change(officer, tender, "tender.announced", |tender| {
            if tender.test {
                return Err(not_now(
                    "Postępowania testowego nie ogłasza się.",
                    "A test tender is not announced.",
                ));
            }
            tender.announced_at.get_or_insert(now);
            Ok(())
        })
        .await
    }

    /// Deletes a test tender with all that belongs to it, as long as none of its auctions is under
    /// way. The logs of auctions that are over stay in the journal, without names.
    ///
    /// # Errors
    /// No test tender, an auction that is not over, no such tender, or the store or the disk is
    /// away.
    pub async fn delete_test_tender(&self, officer: &Who, tender: &str) -> Result<(), Problem> {
        let found = self.tender(tender).await?;
        if !found.test {
            return Err(not_now(
                "Usunąć można tylko postępowanie testowe.",
                "Only a test tender can be deleted.",
            ));
        }
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        for lot in lots::of_tender(&self.store, tender).await? {
            let Some(auction) = lot.auction.filter(|_| lot.state != LotState::Draft) else {
                continue;
            };
            if !self.is_over(&auction).await {
                return Err(not_now(
                    "Aukcja tego postępowania jeszcze się nie skończyła.",
                    "An auction of this tender is not over yet.",
                ));
            }
        }
        tenders::remove(&mut tx, tender).await?;
        let details = json!({ "tender": tender });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "tender.deleted",
            &details,
        )
        .await?;
        tx.commit().await?;
        self.files.records.remove(tender).await?;
        self.files.specifications.remove(tender).await
    }

    async fn change(
        &self,
        officer: &Who,
        tender: &str,
        what: &str,
        how: impl FnOnce(&mut Tender) -> Result<(), Problem>,
    ) -> Result<Tender, Problem> {
        let mut tx = self.store.write_tx().await?;
        let mut found = tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        let before = found.clone();
        how(&mut found)?;
        if let Err(error) = tenders::update(&mut tx, &found).await {
            return Err(if error.is_taken() {
                taken()
            } else {
                error.into()
            });
        }
        if before.title.pl != found.title.pl {
            office::retitled(&mut tx, &self.now, officer.id(), &found).await?;
        }
        if before.announced_at.is_none() && found.announced_at.is_some() {
            let told = (what, &json!({}));
            office::told(&mut tx, &self.now, officer.id(), tender, told).await?;
        }
        let details = json!({
            "tender": tender, "self_service": found.self_service,
            "two_officers": found.two_officers,
        });
        audit(&mut tx, (self.now)(), officer.id(), what, &details).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// The tender with this id.
    ///
    /// # Errors
    /// When there is none or the store is away.
    pub async fn tender(&self, id: &str) -> Result<Tender, Problem> {
        tenders::by_id(&self.store, id)
            .await?
            .ok_or(Problem::NotFound)
    }
}

fn check(new: &NewTender) -> Result<(), Problem> {
    let mut faults = Faults::default();
    faults.required("number", &new.number, NUMBER_CHARS_MAX);
    faults.title("title", &new.title);
    faults.required("procedure", &new.procedure, PROCEDURE_CHARS_MAX);
    if !new.cpv.is_empty() && !is_cpv(&new.cpv) {
        faults.wrong(
            "cpv",
            "Podaj kod w postaci 45000000-7.",
            "Give a code like 45000000-7.",
        );
    }
    faults.optional("notice_url", &new.notice_url, URL_CHARS_MAX);
    let address = url::Url::parse(&new.notice_url);
    let is_web = address.is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !new.notice_url.is_empty() && !is_web {
        faults.wrong(
            "notice_url",
            "Podaj adres https://…",
            "Give an address https://…",
        );
    }
    faults.none_or()
}

fn is_cpv(text: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        Some((code, check)) => digits(code, 8) && digits(check, 1),
        None => digits(text, 8),
    }
}

fn taken() -> Problem {
    Problem::exists(
        "number",
        "Postępowanie o tym numerze już istnieje.",
        "A tender of this number exists already.",
    )
}
