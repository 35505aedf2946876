//! Letters to the office: taken with a number, a moment and a receipt, all in one transaction.
//!
//! What is sent is written as canonical JSON ([`Writing`]); its hash is what a sender confirms and what
//! the [`receipt`](super::receipt) names. Neither a scanner, an authority nor a mail server is waited
//! for: what they owe is fetched later.

use super::documents::Documents;
use super::receipt::{self, Facts};
use super::seal::Seal;
use crate::clock::WARSAW;
use crate::config::Config;
use crate::document::Lang;
use crate::error::Problem;
use crate::identity::{Now, secrets};
use crate::limits::{
    ENCLOSED_BYTES_MAX, ENCLOSURES_MAX, LETTER_BYTES_MAX, SUBMISSION_KEY_CHARS_MAX,
    SUBMISSIONS_AT_ONCE,
};
use crate::notice::Notice;
use crate::store::documents::Scan;
use crate::store::drafts;
use crate::store::letters::{self, Enclosure, Letter, LetterState};
use crate::store::notices::{self, NewNotice, Realm};
use crate::store::register::{self, INCOMING, RegisterNumber};
use crate::store::stamps::{self, Stamp};
use crate::store::{Store, StoreError, audit, new_id};
use auction_rules::{Digest, Timestamp, Words, canonical};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What takes letters. One for each server.
pub struct Letters {
    store: Store,
    documents: Documents,
    config: Arc<Config>,
    seal: Seal,
    now: Now,
    /// All submissions wait for the same row, so that more at once would only hold connections.
    turns: Semaphore,
}

/// Which matter a letter is about: the procedure as it stood when the form was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The procedure's id.
    pub procedure: String,
    /// The version of its form.
    pub version: i64,
    /// What it is called.
    pub title: Words,
    /// The unit that letters about it go to first.
    pub unit: String,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// What about.
    pub matter: Matter,
    /// The answers, checked by the procedure's form.
    pub answers: Value,
    /// The documents, in the order of the form.
    pub enclosures: Vec<Enclosure>,
}

impl Writing {
    /// Canonical JSON of all that is sent; documents stand in it by name, length and hash.
    #[must_use]
    pub fn content(&self) -> String {
        let enclosed = |enclosure: &Enclosure| {
            let document = &enclosure.document;
            json!({
                "question": enclosure.question, "name": document.name,
                "bytes": document.bytes, "sha256": document.sha256,
            })
        };
        let enclosures: Vec<_> = self.enclosures.iter().map(enclosed).collect();
        canonical::text(&json!({
            "procedure": self.matter.procedure, "version": self.matter.version,
            "answers": self.answers, "enclosures": enclosures,
        }))
    }

    /// SHA-256 of the content: what the sender confirms.
    #[must_use]
    pub fn digest(&self) -> Digest {
        hash(self.content().as_bytes())
    }
}

/// Who sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The account.
    pub account: String,
    /// The name, as it stands on the receipt.
    pub name: String,
    /// Where the notice goes; empty where no address is known.
    pub email: String,
    /// The language of the notice.
    pub lang: Lang,
}

/// A letter that is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The sender's own name of it: sent again under the same key, it is the same letter.
    pub key: String,
    /// Who.
    pub sender: Sender,
    /// What.
    pub writing: Writing,
    /// How the sender confirmed the writing's digest.
    pub confirmation: Confirmation,
}

/// How a sender confirmed a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Confirmation {
    /// By being logged in, where the procedure asks for no more.
    LogIn {
        /// When.
        at: Timestamp,
    },
    /// By typing the identity code.
    IdentityCode {
        /// The id of the evidence, which names code and digest.
        evidence: String,
        /// When.
        at: Timestamp,
    },
}

/// A letter with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    /// The letter.
    pub letter: Letter,
    /// Its documents.
    pub enclosures: Vec<Enclosure>,
    /// The time stamp of its receipt, or what waits for it.
    pub stamp: Option<Stamp>,
}

impl Letters {
    /// What takes letters for one server.
    #[must_use]
    pub fn new(documents: Documents, config: Arc<Config>, seal: Seal) -> Self {
        Self {
            store: documents.store.clone(),
            now: Arc::clone(&documents.now),
            documents,
            config,
            seal,
            turns: Semaphore::new(SUBMISSIONS_AT_ONCE),
        }
    }

    /// The documents that letters enclose.
    #[must_use]
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Takes a letter: its number, its moment, its receipt, the notice and the wish for a stamp stand
    /// together or not at all. What was sent before under the same key is given back as it stands.
    ///
    /// # Errors
    /// Faults of `key` or `enclosures`; another letter stands under the key; or the store is away, and
    /// nothing was taken.
    pub async fn submit(&self, submission: &Submission) -> Result<Letter, Problem> {
        check(submission)?;
        if let Some(known) = self.known(submission).await? {
            return Ok(known);
        }
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await.ok();
        loop {
            match self.attempt(submission).await {
                Ok(Some(letter)) => return Ok(letter),
                // The year ended while it waited for its number.
                Ok(None) => {}
                Err(error) if error.is_taken() => {
                    let known = self.known(submission).await?;
                    return known.ok_or_else(|| error.into());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The letter that an account sent under a key.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn sent(&self, account: &str, key: &str) -> Result<Option<Letter>, Problem> {
        Ok(letters::by_key(&self.store, account, key).await?)
    }

    /// The letter that stands under the submission's key.
    async fn known(&self, submission: &Submission) -> Result<Option<Letter>, Problem> {
        let account = &submission.sender.account;
        match self.sent(account, &submission.key).await? {
            Some(known) if known.content_sha256 != submission.writing.digest() => Err(reused()),
            known => Ok(known),
        }
    }

    /// One transaction; none where the number is of a year that is over.
    async fn attempt(&self, submission: &Submission) -> Result<Option<Letter>, StoreError> {
        let year = warsaw_year((self.now)());
        let mut tx = self.store.write_tx().await?;
        let number = register::next(&mut tx, INCOMING, year).await?;
        let at = (self.now)();
        if warsaw_year(at) != year {
            return Ok(None);
        }
        let letter = self.written(submission, number, at)?;
        letters::insert(&mut tx, &letter).await?;
        letters::enclose(&mut tx, &letter.id, &submission.writing.enclosures).await?;
        // A draft that becomes a letter is its key.
        drafts::delete(&mut tx, &letter.account, &letter.key).await?;
        stamps::want(&mut tx, at, &letter.receipt_sha256).await?;
        if let Some(notice) = self.notice(&submission.sender, &letter) {
            notices::put(&mut tx, at, &notice).await?;
        }
        let details = json!({
            "letter": letter.id, "number": letter.number, "receipt": letter.receipt_sha256,
        });
        audit(&mut tx, at, &letter.account, "letter.received", &details).await?;
        tx.commit().await?;
        Ok(Some(letter))
    }

    fn written(
        &self,
        submission: &Submission,
        number: RegisterNumber,
        at: Timestamp,
    ) -> Result<Letter, StoreError> {
        let Submission {
            sender, writing, ..
        } = submission;
        let mut letter = Letter {
            id: new_id(),
            number,
            account: sender.account.clone(),
            key: submission.key.clone(),
            sender: sender.name.clone(),
            procedure: writing.matter.procedure.clone(),
            version: writing.matter.version,
            title: writing.matter.title.clone(),
            unit: writing.matter.unit.clone(),
            state: LetterState::Received,
            received_at: at,
            content: writing.content(),
            content_sha256: writing.digest(),
            confirmation: serde_json::to_value(&submission.confirmation).unwrap_or_default(),
            check_code: secrets::check_code(),
            receipt: String::new(),
            receipt_sha256: hash(b""),
        };
        let facts = Facts {
            letter: &letter,
            enclosures: &writing.enclosures,
            office: &self.config.office.name,
            site: self.config.public_origin.as_deref().unwrap_or_default(),
        };
        let sealed = receipt::sealed(&facts, &self.seal, at);
        // The system gives no random numbers: nothing can be taken.
        letter.receipt = sealed.map_err(|error| StoreError::Row(error.to_string()))?;
        letter.receipt_sha256 = hash(letter.receipt.as_bytes());
        Ok(letter)
    }

    fn notice(&self, sender: &Sender, letter: &Letter) -> Option<NewNotice> {
        if sender.email.is_empty() {
            return None;
        }
        let notice = Notice::LetterReceived {
            number: letter.number.to_string(),
            at: letter.received_at,
            address: self.config.address(&format!("/letters/{}", letter.id)),
        };
        Some(NewNotice {
            key: format!("{}:{}", notice.kind(), letter.id),
            recipient: sender.email.clone(),
            kind: notice.kind().to_owned(),
            realm: Realm::Office,
            lang: sender.lang.tag().to_owned(),
            data: serde_json::to_value(&notice).unwrap_or_default(),
        })
    }

    /// A letter for who sent it.
    ///
    /// # Errors
    /// No such letter of this account, or the store is away.
    pub async fn own(&self, account: &str, id: &str) -> Result<Filed, Problem> {
        let letter = letters::by_id(&self.store, id).await?;
        let own = letter.filter(|letter| letter.account == account);
        self.filed(own.ok_or(Problem::NotFound)?).await
    }

    /// The letters of an account, newest first, one page of those before `before`.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn list(&self, account: &str, before: Option<&str>) -> Result<Vec<Letter>, Problem> {
        Ok(letters::of_account(&self.store, account, before).await?)
    }

    /// The letter of a number, for who has its check code: without it, nobody learns which numbers there
    /// are.
    ///
    /// # Errors
    /// No such letter or another code, or the store is away.
    pub async fn verified(&self, number: &str, code: &str) -> Result<Filed, Problem> {
        let number = number.parse().map_err(|_| Problem::NotFound)?;
        let letter = letters::by_number(&self.store, &number).await?;
        let typed = secrets::tidy(code);
        // By their hashes, so that the time it takes tells nothing of the code.
        let is_right = |letter: &Letter| {
            let known = secrets::tidy(&letter.check_code);
            hash(known.as_bytes()) == hash(typed.as_bytes())
        };
        let found = letter.filter(is_right);
        self.filed(found.ok_or(Problem::NotFound)?).await
    }

    async fn filed(&self, letter: Letter) -> Result<Filed, Problem> {
        Ok(Filed {
            enclosures: letters::enclosures(&self.store, &letter.id).await?,
            stamp: stamps::of(&self.store, &letter.receipt_sha256).await?,
            letter,
        })
    }
}

/// The year in Warsaw.
#[must_use]
pub fn warsaw_year(at: Timestamp) -> i64 {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    i64::from(moment.to_zoned(zone).year())
}

/// What the form of the procedure does not check.
fn check(submission: &Submission) -> Result<(), Problem> {
    let Submission {
        key,
        sender,
        writing,
        ..
    } = submission;
    let length = key.chars().count();
    if length == 0 || length > SUBMISSION_KEY_CHARS_MAX || key.chars().any(char::is_control) {
        return Err(Problem::field(
            "key",
            format!("Podaj klucz wysłania, najwyżej {SUBMISSION_KEY_CHARS_MAX} znaków."),
            format!("Give the submission's key, at most {SUBMISSION_KEY_CHARS_MAX} characters."),
        ));
    }
    let documents = || {
        writing
            .enclosures
            .iter()
            .map(|enclosure| &enclosure.document)
    };
    if documents().any(|document| document.added_by != sender.account) {
        return Err(Problem::NotFound);
    }
    if let Some(infected) = documents().find(|one| matches!(one.scan, Scan::Infected { .. })) {
        let name = &infected.name;
        return Err(Problem::field(
            "enclosures",
            format!("W pliku „{name}” program antywirusowy znalazł zagrożenie. Usuń ten plik."),
            format!("The virus scanner found a threat in “{name}”. Remove this file."),
        ));
    }
    let bytes: i64 = documents().map(|document| document.bytes).sum();
    if writing.enclosures.len() > ENCLOSURES_MAX || bytes > ENCLOSED_BYTES_MAX {
        let mib = ENCLOSED_BYTES_MAX >> 20;
        return Err(Problem::field(
            "enclosures",
            format!(
                "Najwyżej {ENCLOSURES_MAX} plików, razem {mib} MB. Resztę wyślij drugim pismem."
            ),
            format!(
                "At most {ENCLOSURES_MAX} files, {mib} MB in all. Send the rest in a second letter."
            ),
        ));
    }
    if writing.content().len() > LETTER_BYTES_MAX {
        return Err(Problem::TooLarge);
    }
    Ok(())
}

fn reused() -> Problem {
    Problem::exists(
        "key",
        "Pod tym kluczem wysłano już inne pismo.",
        "Another letter was sent under this key.",
    )
}

fn hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_warsaws() {
        // 2026-12-31 22:59:59.999 and 23:00 UTC.
        for (at, year) in [(1_798_757_999_999, 2026), (1_798_758_000_000, 2027)] {
            assert_eq!(warsaw_year(Timestamp(at)), year, "{at}");
        }
    }
}
