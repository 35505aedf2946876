//! Opening a tender.

use super::{Desk, Faults, NUMBER_CHARS_MAX};
use crate::error::Problem;
use crate::identity::Who;
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

impl Desk {
    /// Opens a tender.
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
        faults.wrong("cpv", "Kod CPV: 45000000-7.", "A CPV code: 45000000-7.");
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
    Problem::Exists(Words::new(
        "Postępowanie o tym numerze już istnieje.",
        "A tender of this number exists already.",
    ))
}
