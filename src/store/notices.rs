//! The outbox of notices: written with the act that causes them, leased one at a time to be sent.

use super::{Store, StoreError, WriteTx};
use crate::limits::{NOTICES_PER_RECIPIENT, NOTICES_PER_RECIPIENT_MS};
use auction_rules::identity::Identity;
use auction_rules::{AuctionId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A notice to be written.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// The notice of this key is written once, whoever asks for it again.
    pub key: String,
    /// The e-mail address.
    pub recipient: String,
    /// Which notice, as in `schedule-set`.
    pub kind: String,
    /// Who looks after it.
    pub realm: Realm,
    /// `pl` or `en`.
    pub lang: String,
    /// What it says.
    pub data: Value,
}

/// Who looks after a notice, and may read to whom it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// The officers of tenders.
    Tender,
    /// The office of citizens' matters.
    Office,
}

impl Realm {
    fn as_str(self) -> &'static str {
        match self {
            Self::Tender => "tender",
            Self::Office => "office",
        }
    }
}

/// A notice as it is kept.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeRow {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// The e-mail address.
    pub recipient: String,
    /// Which notice.
    pub kind: String,
    /// `pl` or `en`.
    pub lang: String,
    /// What it says.
    pub data: Value,
    /// How often sending was begun.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_try_at: Option<Timestamp>,
    /// When a server took it.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// When an officer cancelled it.
    pub cancelled_at: Option<Timestamp>,
    /// What the last attempt came to; empty while none failed.
    pub last_error: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Which notices are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    /// To be sent.
    Waiting,
    /// Given up: somebody must look.
    Stuck,
    /// Taken by a server.
    Sent,
    /// Cancelled by an officer.
    Cancelled,
}

/// A bidder to be told something.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The bidder's id.
    pub bidder: String,
    /// Its e-mail address.
    pub email: String,
    /// Who it is.
    pub identity: Identity,
}

/// Writes a notice; false when one with its key stands already.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, at: Timestamp, new: &NewNotice) -> Result<bool, StoreError> {
    // An account that was founded by a provider's word may have no address.
    if new.recipient.is_empty() {
        return Ok(false);
    }
    let done = sqlx::query(
        "INSERT INTO notice (id, key, recipient, kind, lang, data, attempts, next_try_at, \
         last_error, created_at, realm) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, '', $7, $8) \
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(super::new_id())
    .bind(&new.key)
    .bind(&new.recipient)
    .bind(&new.kind)
    .bind(&new.lang)
    .bind(new.data.to_string())
    .bind(at.0)
    .bind(new.realm.as_str())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the notice that is due first, until `until`: nobody else gets it before. Recipients who
/// had their share of the last hour wait.
///
/// # Errors
/// When the store is away.
pub async fn lease(
    tx: &mut WriteTx,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<NoticeRow>, StoreError> {
    // The condition stands outside once more: on PostgreSQL the loser of a race sees it anew.
    let row = sqlx::query(
        "UPDATE notice SET leased_until = $2, attempts = attempts + 1 WHERE id = ( \
         SELECT due.id FROM notice due WHERE due.next_try_at <= $1 \
         AND (due.leased_until IS NULL OR due.leased_until <= $1) \
         AND (SELECT COUNT(*) FROM notice sent WHERE sent.recipient = due.recipient \
         AND sent.sent_at > $3) < $4 ORDER BY due.next_try_at, due.id LIMIT 1) \
         AND next_try_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) RETURNING *",
    )
    .bind(now.0)
    .bind(until.0)
    .bind(now.minus(NOTICES_PER_RECIPIENT_MS).0)
    .bind(NOTICES_PER_RECIPIENT)
    .fetch_optional(tx.connection())
    .await?;
    row.as_ref().map(notice).transpose()
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// A server took it.
    Sent,
    /// It is tried again then.
    Later(Timestamp, String),
    /// It is given up.
    Failed(String),
}

/// Notes what came of an attempt; false when the lease ended meanwhile and another one counts.
///
/// # Errors
/// When the store is away.
pub async fn settle(
    tx: &mut WriteTx,
    now: Timestamp,
    id: &str,
    lease: Timestamp,
    attempt: &Attempt,
) -> Result<bool, StoreError> {
    let (next, sent, failed, error) = match attempt {
        Attempt::Sent => (None, Some(now.0), None, ""),
        Attempt::Later(next, error) => (Some(next.0), None, None, error.as_str()),
        Attempt::Failed(error) => (None, None, Some(now.0), error.as_str()),
    };
    let done = sqlx::query(
        "UPDATE notice SET leased_until = NULL, next_try_at = $3, sent_at = $4, failed_at = $5, \
         last_error = $6 WHERE id = $1 AND leased_until = $2",
    )
    .bind(id)
    .bind(lease.0)
    .bind(next)
    .bind(sent)
    .bind(failed)
    .bind(error)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Brings a notice that was given up or cancelled back to those that wait; false when it is neither.
///
/// # Errors
/// When the store is away.
pub async fn retry(
    tx: &mut WriteTx,
    realm: Realm,
    now: Timestamp,
    id: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE notice SET next_try_at = $2, attempts = 0, failed_at = NULL, cancelled_at = NULL \
         WHERE id = $1 AND realm = $3 AND (failed_at IS NOT NULL OR cancelled_at IS NOT NULL)",
    )
    .bind(id)
    .bind(now.0)
    .bind(realm.as_str())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Cancels a notice that waits or was given up; false when it is neither, or is being sent now.
///
/// # Errors
/// When the store is away.
pub async fn cancel(
    tx: &mut WriteTx,
    realm: Realm,
    now: Timestamp,
    id: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE notice SET next_try_at = NULL, failed_at = NULL, cancelled_at = $2 WHERE id = $1 \
         AND realm = $3 AND sent_at IS NULL AND cancelled_at IS NULL \
         AND (leased_until IS NULL OR leased_until <= $2)",
    )
    .bind(id)
    .bind(now.0)
    .bind(realm.as_str())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notices of a realm in a state, newest first, one page of those older than `before`.
///
/// # Errors
/// When the store is away.
pub async fn page(
    store: &Store,
    realm: Realm,
    state: NoticeState,
    before: Option<&str>,
) -> Result<Vec<NoticeRow>, StoreError> {
    let (waiting, stuck, sent) = match state {
        NoticeState::Waiting => (1, 0, 0),
        NoticeState::Stuck => (0, 1, 0),
        NoticeState::Sent => (0, 0, 1),
        NoticeState::Cancelled => (0, 0, 0),
    };
    // "~" sorts after every id.
    let rows = sqlx::query(
        "SELECT * FROM notice WHERE id < $1 \
         AND (CASE WHEN next_try_at IS NULL THEN 0 ELSE 1 END) = $2 \
         AND (CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END) = $3 \
         AND (CASE WHEN sent_at IS NULL THEN 0 ELSE 1 END) = $4 AND realm = $5 \
         ORDER BY id DESC LIMIT $6",
    )
    .bind(before.unwrap_or("~"))
    .bind(waiting)
    .bind(stuck)
    .bind(sent)
    .bind(realm.as_str())
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(notice).collect()
}

/// The bidders admitted to a lot who gave an address; a lot has no more than its tender has bidders.
///
/// # Errors
/// When the store is away.
pub async fn recipients(tx: &mut WriteTx, lot: &str) -> Result<Vec<Recipient>, StoreError> {
    let rows = sqlx::query(
        "SELECT bidder.id, bidder.email, bidder.identity FROM admission \
         JOIN bidder ON bidder.id = admission.bidder_id \
         WHERE admission.lot_id = $1 AND bidder.email <> '' ORDER BY bidder.id",
    )
    .bind(lot)
    .fetch_all(tx.connection())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Recipient {
                bidder: row.try_get("id")?,
                email: row.try_get("email")?,
                identity: super::json(&row.try_get::<String, _>("identity")?)?,
            })
        })
        .collect()
}

/// Notes that the end of an auction was told; false when it was before.
///
/// # Errors
/// When the store is away.
pub async fn set_announced(
    tx: &mut WriteTx,
    at: Timestamp,
    auction: &AuctionId,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO announced (auction_id, at) VALUES ($1, $2) ON CONFLICT (auction_id) DO NOTHING",
    )
    .bind(auction.as_str())
    .bind(at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lots whose auction stands and whose end was not told yet, by id, one page after `after`.
///
/// # Errors
/// When the store is away.
pub async fn unannounced(
    store: &Store,
    after: &str,
) -> Result<Vec<(String, AuctionId)>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, auction_id FROM lot WHERE state = 'published' AND id > $1 \
         AND auction_id NOT IN (SELECT auction_id FROM announced) ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(super::PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter()
        .map(|row| {
            let auction = AuctionId::new(&row.try_get::<String, _>("auction_id")?);
            let auction = auction.map_err(|error| StoreError::Row(error.to_string()))?;
            Ok((row.try_get("id")?, auction))
        })
        .collect()
}

fn notice(row: &AnyRow) -> Result<NoticeRow, StoreError> {
    let moment = |name| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(name)?.map(Timestamp));
    Ok(NoticeRow {
        id: row.try_get("id")?,
        key: row.try_get("key")?,
        recipient: row.try_get("recipient")?,
        kind: row.try_get("kind")?,
        lang: row.try_get("lang")?,
        data: super::json(&row.try_get::<String, _>("data")?)?,
        attempts: row.try_get("attempts")?,
        next_try_at: moment("next_try_at")?,
        sent_at: moment("sent_at")?,
        failed_at: moment("failed_at")?,
        cancelled_at: moment("cancelled_at")?,
        last_error: row.try_get("last_error")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
