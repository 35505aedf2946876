//! Replies of the office in a case, from the draft to the letter that was sent.

use super::{Store, StoreError, WriteTx};
use auction_rules::{Digest, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Where a reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyState {
    /// It is being written.
    Draft,
    /// It waits for approval.
    Waiting,
    /// It came back with a remark.
    Returned,
    /// It was approved and sent.
    Sent,
}

impl ReplyState {
    const ALL: [Self; 4] = [Self::Draft, Self::Waiting, Self::Returned, Self::Sent];

    fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Returned => "returned",
            Self::Sent => "sent",
        }
    }
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its id.
    pub id: String,
    /// In which case.
    pub case: String,
    /// The position that writes it.
    pub author: String,
    /// What it is about.
    pub subject: String,
    /// Its paragraphs, an empty line between two.
    pub body: String,
    /// Where it stands.
    pub state: ReplyState,
    /// Why it was returned; empty where it was not.
    pub remark: String,
    /// Its number in the register of letters that go out, and the document that was sent.
    pub sent: Option<(String, String)>,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

impl Reply {
    /// The hash of what it says: names the text that somebody read.
    #[must_use]
    pub fn text_sha256(&self) -> Digest {
        Digest(Sha256::digest(format!("{}\n{}", self.subject, self.body)).into())
    }
}

/// Writes a reply: a new one, or what was changed of it.
///
/// # Errors
/// A second reply under way in one case ([`StoreError::is_taken`]), or the store is away.
pub async fn write(tx: &mut WriteTx, reply: &Reply) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reply (id, case_id, author_id, subject, body, state, remark, number, \
         document_id, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET author_id = excluded.author_id, \
         subject = excluded.subject, body = excluded.body, state = excluded.state, \
         remark = excluded.remark, number = excluded.number, document_id = excluded.document_id, changed_at = excluded.changed_at",
    )
    .bind(&reply.id)
    .bind(&reply.case)
    .bind(&reply.author)
    .bind(&reply.subject)
    .bind(&reply.body)
    .bind(reply.state.as_str())
    .bind(&reply.remark)
    .bind(reply.sent.as_ref().map(|(number, _)| number))
    .bind(reply.sent.as_ref().map(|(_, document)| document))
    .bind(reply.changed_at.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that an account had a hand in a reply.
///
/// # Errors
/// When the store is away.
pub async fn add_writer(tx: &mut WriteTx, reply: &str, account: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reply_writer (reply_id, account_id) VALUES ($1, $2) \
         ON CONFLICT (reply_id, account_id) DO NOTHING",
    )
    .bind(reply)
    .bind(account)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The accounts that had a hand in a reply.
///
/// # Errors
/// When the store is away.
pub async fn writers(store: &Store, reply: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT account_id FROM reply_writer WHERE reply_id = $1")
        .bind(reply)
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Whether an account had a hand in a reply, inside a transaction that holds the case.
///
/// # Errors
/// When the store is away.
pub async fn is_writer(tx: &mut WriteTx, reply: &str, account: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM reply_writer WHERE reply_id = $1 AND account_id = $2")
        .bind(reply)
        .bind(account)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// The units in whose cases replies wait for approval.
///
/// # Errors
/// When the store is away.
pub async fn waiting_units(store: &Store) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT DISTINCT case_file.unit FROM reply JOIN case_file ON case_file.id = reply.case_id \
         WHERE reply.state = 'waiting' ORDER BY case_file.unit",
    )
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The reply under way in a case.
///
/// # Errors
/// When the store is away.
pub async fn under_way(store: &Store, case: &str) -> Result<Option<Reply>, StoreError> {
    let row = sqlx::query("SELECT * FROM reply WHERE case_id = $1 AND state <> 'sent'")
        .bind(case)
        .fetch_optional(&store.pool)
        .await?;
    row.as_ref().map(reply).transpose()
}

/// The same, inside a transaction that holds the case.
///
/// # Errors
/// When the store is away.
pub async fn held(tx: &mut WriteTx, case: &str) -> Result<Option<Reply>, StoreError> {
    let row = sqlx::query("SELECT * FROM reply WHERE case_id = $1 AND state <> 'sent'")
        .bind(case)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(reply).transpose()
}

/// Deletes the draft of a case; false where there is none that does not wait for approval.
///
/// # Errors
/// When the store is away.
pub async fn discard(tx: &mut WriteTx, case: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM reply WHERE case_id = $1 AND state IN ('draft', 'returned')")
            .bind(case)
            .execute(tx.connection())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The replies of a unit that wait for approval, the oldest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn waiting(store: &Store, unit: &str) -> Result<Vec<Reply>, StoreError> {
    let rows = sqlx::query(
        "SELECT reply.* FROM reply JOIN case_file ON case_file.id = reply.case_id \
         WHERE case_file.unit = $1 AND reply.state = 'waiting' \
         ORDER BY reply.changed_at, reply.id LIMIT $2",
    )
    .bind(unit)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(reply).collect()
}

/// The replies that came back to their author, the oldest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn returned(store: &Store, author: &str) -> Result<Vec<Reply>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM reply WHERE author_id = $1 AND state = 'returned' \
         ORDER BY changed_at, id LIMIT $2",
    )
    .bind(author)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(reply).collect()
}

/// The replies that were sent in a case, the oldest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn sent(store: &Store, case: &str) -> Result<Vec<Reply>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM reply WHERE case_id = $1 AND state = 'sent' ORDER BY changed_at, id LIMIT $2",
    )
    .bind(case)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(reply).collect()
}

fn reply(row: &AnyRow) -> Result<Reply, StoreError> {
    let number = row.try_get::<Option<String>, _>("number")?;
    let document = row.try_get::<Option<String>, _>("document_id")?;
    let state = row.try_get::<String, _>("state")?;
    let state = ReplyState::ALL
        .into_iter()
        .find(|one| one.as_str() == state);
    Ok(Reply {
        id: row.try_get("id")?,
        case: row.try_get("case_id")?,
        author: row.try_get("author_id")?,
        subject: row.try_get("subject")?,
        body: row.try_get("body")?,
        state: state.ok_or_else(|| StoreError::Row("no state of a reply".into()))?,
        remark: row.try_get("remark")?,
        sent: number.zip(document),
        changed_at: Timestamp(row.try_get("changed_at")?),
    })
}
