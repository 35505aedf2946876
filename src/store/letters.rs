//! Letters to the office, with their documents.

use super::documents::{self, Document};
use super::register::RegisterNumber;
use super::{PAGE_MAX, Store, StoreError, WriteTx, json, opened, to_json};
use crate::identity::Vault;
use auction_rules::{Digest, Timestamp, Words};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

/// How far the office is with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterState {
    /// It has its number; nobody has taken it up yet.
    Received,
    /// It is in a case.
    InCase,
}

/// A letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Its id.
    pub id: String,
    /// Its number in the register.
    pub number: RegisterNumber,
    /// The account that sent it.
    pub account: String,
    /// The sender's own name of it: a draft's id, or what a program chose.
    pub key: String,
    /// The sender's name at that moment.
    pub sender: String,
    /// The procedure's id.
    pub procedure: String,
    /// The version of its form.
    pub version: i64,
    /// What it is about.
    pub title: Words,
    /// The unit that it goes to first.
    pub unit: String,
    /// How far the office is with it.
    pub state: LetterState,
    /// When it was received.
    pub received_at: Timestamp,
    /// What was sent: canonical JSON, encrypted; [`Letter::content`] opens it.
    pub sealed_content: String,
    /// The hash of what was sent.
    pub content_sha256: Digest,
    /// The evidence of who sent it.
    pub confirmation: Value,
    /// Who has it may ask for the letter's facts.
    pub check_code: String,
    /// The receipt: sealed XML.
    pub receipt: String,
    /// Its hash, which is stamped.
    pub receipt_sha256: Digest,
}

impl Letter {
    /// What was sent: canonical JSON.
    ///
    /// # Errors
    /// When another key encrypted it.
    pub fn content(&self, vault: &Vault) -> Result<String, StoreError> {
        opened(vault, &self.sealed_content, &place(&self.id))
    }

    /// The content of a letter, encrypted as it is kept.
    #[must_use]
    pub fn seal(vault: &Vault, letter: &str, content: &str) -> String {
        vault.seal(content, &place(letter))
    }
}

/// The place for which a letter's content is encrypted.
pub(super) fn place(letter: &str) -> String {
    format!("letter:{letter}")
}

/// A document of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// The question that it answers.
    pub question: String,
    /// The document.
    pub document: Document,
}

/// A letter of the office to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id.
    pub id: String,
    /// Its number in the register.
    pub number: RegisterNumber,
    /// The account that it is for.
    pub account: String,
    /// The unit that writes.
    pub unit: String,
    /// What it is about.
    pub title: Words,
    /// The id of its document.
    pub document: String,
    /// When it went out.
    pub sent_at: Timestamp,
}

/// Adds a letter. Its documents are added by [`enclose`].
///
/// # Errors
/// When the sender used its key before ([`StoreError::is_taken`]), or the store is away.
pub async fn insert(tx: &mut WriteTx, letter: &Letter) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO letter (id, series, year, number, account_id, key, sender, procedure, version, \
         title, unit, state, received_at, content, content_sha256, confirmation, check_code, \
         receipt, receipt_sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, $19)",
    )
    .bind(&letter.id)
    .bind(&letter.number.series)
    .bind(letter.number.year)
    .bind(letter.number.number)
    .bind(&letter.account)
    .bind(&letter.key)
    .bind(&letter.sender)
    .bind(&letter.procedure)
    .bind(letter.version)
    .bind(to_json(&letter.title))
    .bind(&letter.unit)
    .bind(to_json(&letter.state))
    .bind(letter.received_at.0)
    .bind(&letter.sealed_content)
    .bind(letter.content_sha256.to_string())
    .bind(letter.confirmation.to_string())
    .bind(&letter.check_code)
    .bind(&letter.receipt)
    .bind(letter.receipt_sha256.to_string())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Adds the documents of a letter, in their order.
///
/// # Errors
/// When the store is away.
pub async fn enclose(
    tx: &mut WriteTx,
    letter: &str,
    enclosures: &[Enclosure],
) -> Result<(), StoreError> {
    for (enclosure, position) in enclosures.iter().zip(1_i64..) {
        sqlx::query(
            "INSERT INTO enclosure (letter_id, position, question, document_id) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(letter)
        .bind(position)
        .bind(&enclosure.question)
        .bind(&enclosure.document.id)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// The letter of an id.
///
/// # Errors
/// When the store is away.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Letter>, StoreError> {
    let row = sqlx::query("SELECT * FROM letter WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(letter).transpose()
}

/// The letter that an account sent under a key.
///
/// # Errors
/// When the store is away.
pub async fn by_key(store: &Store, account: &str, key: &str) -> Result<Option<Letter>, StoreError> {
    let row = sqlx::query("SELECT * FROM letter WHERE account_id = $1 AND key = $2")
        .bind(account)
        .bind(key)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(letter).transpose()
}

/// The letter of a number.
///
/// # Errors
/// When the store is away.
pub async fn by_number(
    store: &Store,
    number: &RegisterNumber,
) -> Result<Option<Letter>, StoreError> {
    let row = sqlx::query("SELECT * FROM letter WHERE series = $1 AND year = $2 AND number = $3")
        .bind(&number.series)
        .bind(number.year)
        .bind(number.number)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(letter).transpose()
}

/// The letters of an account, newest first, one page of those before `before`.
///
/// # Errors
/// When the store is away.
pub async fn of_account(
    store: &Store,
    account: &str,
    before: Option<&str>,
) -> Result<Vec<Letter>, StoreError> {
    // "~" sorts after every id.
    let rows = sqlx::query(
        "SELECT * FROM letter WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(account)
    .bind(before.unwrap_or("~"))
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(letter).collect()
}

/// The letters of a unit in a state, oldest first, one page of those after `after`.
///
/// # Errors
/// When the store is away.
pub async fn of_unit(
    store: &Store,
    unit: &str,
    state: LetterState,
    after: &str,
) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM letter WHERE unit = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4",
    )
    .bind(unit)
    .bind(to_json(&state))
    .bind(after)
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(letter).collect()
}

/// The units in which letters wait that nobody has taken up, and how many, by unit.
///
/// # Errors
/// When the store is away.
pub async fn waiting_units(store: &Store) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT unit, COUNT(*) AS many FROM letter WHERE state = $1 GROUP BY unit ORDER BY unit",
    )
    .bind(to_json(&LetterState::Received))
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("unit")?, row.try_get("many")?)))
        .collect()
}

/// A letter that nobody has taken up, as far as its deadline goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLetter {
    /// Its id.
    pub id: String,
    /// The unit in which it waits.
    pub unit: String,
    /// The procedure's id.
    pub procedure: String,
    /// The version of its form.
    pub version: i64,
    /// When it was received.
    pub received_at: Timestamp,
}

/// The letters that nobody has taken up, in any unit, oldest first, one page of those after `after`.
///
/// # Errors
/// When the store is away.
pub async fn waiting(store: &Store, after: &str) -> Result<Vec<WaitingLetter>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, unit, procedure, version, received_at FROM letter \
         WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3",
    )
    .bind(to_json(&LetterState::Received))
    .bind(after)
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(WaitingLetter {
                id: row.try_get("id")?,
                unit: row.try_get("unit")?,
                procedure: row.try_get("procedure")?,
                version: row.try_get("version")?,
                received_at: Timestamp(row.try_get("received_at")?),
            })
        })
        .collect()
}

/// Notes that a letter that nobody has taken up is in a case from now on; false for any other.
///
/// # Errors
/// When the store is away.
pub async fn take_up(tx: &mut WriteTx, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE letter SET state = $2 WHERE id = $1 AND state = $3")
        .bind(id)
        .bind(to_json(&LetterState::InCase))
        .bind(to_json(&LetterState::Received))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Holds a letter for the transaction. Whoever opens, joins or hands over takes it before anything else
/// that two of them could wait for crosswise.
///
/// # Errors
/// When the store is away.
pub async fn hold(tx: &mut WriteTx, id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE letter SET state = state WHERE id = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Hands a letter that nobody has taken up to another unit; false for any other.
///
/// # Errors
/// When the store is away.
pub async fn hand_over(tx: &mut WriteTx, id: &str, unit: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE letter SET unit = $2 WHERE id = $1 AND state = $3")
        .bind(id)
        .bind(unit)
        .bind(to_json(&LetterState::Received))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The documents of a letter, in their order; there are no more than a letter may have.
///
/// # Errors
/// When the store is away.
pub async fn enclosures(store: &Store, letter: &str) -> Result<Vec<Enclosure>, StoreError> {
    let rows = sqlx::query(
        "SELECT enclosure.question, document.* FROM enclosure \
         JOIN document ON document.id = enclosure.document_id \
         WHERE enclosure.letter_id = $1 ORDER BY enclosure.position",
    )
    .bind(letter)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Enclosure {
                question: row.try_get("question")?,
                document: documents::document(row)?,
            })
        })
        .collect()
}

/// Adds a letter of the office under the number that [`super::register::next`] gave in this transaction.
///
/// # Errors
/// When the store is away.
pub async fn insert_outgoing(tx: &mut WriteTx, letter: &Outgoing) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outgoing (id, series, year, number, account_id, unit, title, document_id, \
         sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&letter.id)
    .bind(&letter.number.series)
    .bind(letter.number.year)
    .bind(letter.number.number)
    .bind(&letter.account)
    .bind(&letter.unit)
    .bind(to_json(&letter.title))
    .bind(&letter.document)
    .bind(letter.sent_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn number(row: &AnyRow) -> Result<RegisterNumber, StoreError> {
    Ok(RegisterNumber {
        series: row.try_get("series")?,
        year: row.try_get("year")?,
        number: row.try_get("number")?,
    })
}

pub(super) fn letter(row: &AnyRow) -> Result<Letter, StoreError> {
    let text = |name| row.try_get::<String, _>(name);
    Ok(Letter {
        id: text("id")?,
        number: number(row)?,
        account: text("account_id")?,
        key: text("key")?,
        sender: text("sender")?,
        procedure: text("procedure")?,
        version: row.try_get("version")?,
        title: json(&text("title")?)?,
        unit: text("unit")?,
        state: json(&text("state")?)?,
        received_at: Timestamp(row.try_get("received_at")?),
        sealed_content: text("content")?,
        content_sha256: digest(&text("content_sha256")?)?,
        confirmation: json(&text("confirmation")?)?,
        check_code: text("check_code")?,
        receipt: text("receipt")?,
        receipt_sha256: digest(&text("receipt_sha256")?)?,
    })
}

fn digest(text: &str) -> Result<Digest, StoreError> {
    let digest = text.parse();
    digest.map_err(|_| StoreError::Row("a digest cannot be read".to_owned()))
}
