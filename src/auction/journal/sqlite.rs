//! The journal of one machine: a SQLite file with a thread of its own.
//!
//! The thread takes everything queued, puts it into one transaction and commits once. While
//! that commit waits for the disk the next group gathers, so the disk sets the pace and no
//! timer is needed. Reads go through the same thread: its connection is the only one that the
//! exclusive lock admits, and rooms read only when they start.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use auction_rules::ids::AuctionId;
use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use tokio::sync::{mpsc, oneshot};

use super::{
    AppendError, Appended, BatchId, Journal, JournalError, Mark, PendingAppend, PendingMarks,
    Result, Source, StoredBatch, Tail, gather,
};
use crate::limits::{JOURNAL_QUEUE_MAX, JOURNAL_READ_MAX, SQLITE_WAL_BYTES_MAX};

const PAGE_BYTES: i64 = 4096;

/// Prepared statements kept; above the number of SQL texts in this file.
const STATEMENTS_KEPT: usize = 16;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS batch (
        auction TEXT NOT NULL, epoch INTEGER NOT NULL, batch INTEGER NOT NULL,
        first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
        prev_head BLOB NOT NULL, head BLOB NOT NULL, nonce BLOB NOT NULL,
        body BLOB NOT NULL, openings BLOB NOT NULL,
        PRIMARY KEY (auction, epoch, batch)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS alive (
        auction TEXT PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
        left INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;";

/// A journal in one file, which it locks for as long as it lives.
pub struct SqliteJournal {
    queue: Option<mpsc::Sender<Request>>,
    thread: Option<thread::JoinHandle<()>>,
}

enum Request {
    Append(Box<PendingAppend>),
    Mark(PendingMarks),
    /// A reader; `None` tells it that the journal has failed.
    Ask(Question),
}

/// Asks the connection and answers its caller.
type Question = Box<dyn FnOnce(Option<&Connection>) + Send>;

impl SqliteJournal {
    /// Opens the file, or makes it, and makes durable whatever a crash has left in it.
    ///
    /// # Errors
    /// [`JournalError::Refused`] if another server holds the file or SQLite keeps to weaker
    /// settings than asked; [`JournalError::Unavailable`] if the file cannot be used.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let connection = open(&path)?;
        let (queue, requests) = mpsc::channel(JOURNAL_QUEUE_MAX);
        let thread = thread::Builder::new()
            .name("journal".into())
            .spawn(move || Writer::new(connection).run(requests))
            .map_err(unavailable)?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    async fn send(&self, request: Request) {
        // A closed queue drops the request and its reply, which is what the caller then sees.
        if let Some(queue) = &self.queue {
            let _ = queue.send(request).await;
        }
    }

    fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T>> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Ask(Box::new(move |connection| {
            let _ = reply.send(connection.map_or_else(|| Err(unavailable(failed())), query));
        }));
        async move {
            self.send(request).await;
            answer.await.unwrap_or_else(|_| Err(unavailable(failed())))
        }
        .boxed()
    }
}

impl Drop for SqliteJournal {
    /// Waits for the thread, so that the file is free again afterwards.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Journal for SqliteJournal {
    fn append<'a>(
        &'a self,
        auction: &'a AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> BoxFuture<'a, Appended> {
        async move {
            batch.check(predecessor)?;
            let (append, answer) = PendingAppend::new(auction, predecessor, batch);
            self.send(Request::Append(append)).await;
            answer
                .await
                .unwrap_or_else(|_| Err(AppendError::Fatal(failed())))
        }
        .boxed()
    }

    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>> {
        let auction = auction.clone();
        self.ask(move |connection| stored_tail(connection, &auction).map_err(unavailable))
    }

    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>> {
        let auction = auction.clone();
        self.ask(move |connection| {
            batches(connection, &auction, after, limit.min(JOURNAL_READ_MAX)).map_err(unavailable)
        })
    }

    fn remove<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>> {
        let auction = auction.clone();
        self.ask(move |connection| remove(connection, &auction, tail).map_err(unavailable))
    }

    fn auctions(&self) -> BoxFuture<'_, Result<Vec<AuctionId>>> {
        self.ask(|connection| auctions(connection).map_err(unavailable))
    }

    fn mark_alive<'a>(
        &'a self,
        marks: &'a [(AuctionId, Mark)],
    ) -> BoxFuture<'a, Result<Vec<AuctionId>>> {
        let (mark, answer) = PendingMarks::new(marks);
        async move {
            self.send(Request::Mark(mark)).await;
            answer.await.unwrap_or_else(|_| Err(unavailable(failed())))
        }
        .boxed()
    }

    fn marks(&self) -> BoxFuture<'_, Result<BTreeMap<AuctionId, Mark>>> {
        self.ask(|connection| {
            let found = marks(connection).map_err(unavailable)?;
            let named =
                |(name, mark): (String, _)| Ok((AuctionId::new(&name).map_err(unavailable)?, mark));
            found.into_iter().map(named).collect()
        })
    }
}

/// The thread's state. After the first failed commit it writes nothing more: what such a commit
/// left on the disk shows only when the file is opened again.
struct Writer {
    connection: Connection,
    failed: bool,
}

/// What the transaction did for each request, told only after its commit.
enum Outcome {
    Append(Appended),
    Mark(Vec<AuctionId>),
}

impl Writer {
    fn new(connection: Connection) -> Self {
        Self {
            connection,
            failed: false,
        }
    }

    fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        while let Some(first) = queue.blocking_recv() {
            let group = gather(first, &mut queue, Request::bytes);
            let (questions, writes): (Vec<_>, Vec<_>) = group
                .into_iter()
                .partition(|request| matches!(request, Request::Ask(_)));
            self.write(writes);
            for question in questions {
                let Request::Ask(answer) = question else {
                    continue;
                };
                answer((!self.failed).then_some(&self.connection));
            }
        }
    }

    /// One transaction, one commit, then the answers.
    fn write(&mut self, group: Vec<Request>) {
        if group.is_empty() {
            return;
        }
        if self.failed {
            return group
                .into_iter()
                .for_each(|request| request.refuse(&failed().to_string()));
        }
        match self.commit(&group) {
            Ok(outcomes) => {
                group
                    .into_iter()
                    .zip(outcomes)
                    .for_each(|(request, outcome)| request.answer(outcome));
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the journal has failed"
                );
                self.failed = true;
                group
                    .into_iter()
                    .for_each(|request| request.refuse(&error.to_string()));
            }
        }
    }

    fn commit(&self, group: &[Request]) -> rusqlite::Result<Vec<Outcome>> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let outcomes = group
            .iter()
            .filter_map(|request| self.apply(request).transpose());
        let outcomes = outcomes.collect::<rusqlite::Result<_>>()?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(outcomes)
    }

    fn apply(&self, request: &Request) -> rusqlite::Result<Option<Outcome>> {
        Ok(match request {
            Request::Append(append) => Some(Outcome::Append(self.append(append)?)),
            Request::Mark(mark) => Some(Outcome::Mark(self.mark(mark)?)),
            Request::Ask(_) => None,
        })
    }

    /// The compare-and-append. A fenced one leaves the others of its group alone.
    fn append(&self, append: &PendingAppend) -> rusqlite::Result<Appended> {
        let PendingAppend {
            auction,
            predecessor,
            batch,
            ..
        } = append;
        if stored_tail(&self.connection, auction)? != *predecessor {
            let durable = stored_nonce(&self.connection, auction, batch.id)? == Some(batch.nonce);
            return Ok(if durable {
                Ok(())
            } else {
                Err(AppendError::Fenced)
            });
        }
        insert(&self.connection, auction, batch)?;
        Ok(Ok(()))
    }

    fn mark(&self, mark: &PendingMarks) -> rusqlite::Result<Vec<AuctionId>> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO alive (auction, epoch, at, left) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (auction) DO UPDATE SET epoch = excluded.epoch,
                 at = CASE WHEN excluded.epoch > epoch THEN excluded.at ELSE MAX(at, excluded.at) END,
                 left = CASE WHEN excluded.epoch > epoch THEN excluded.left
                     ELSE MAX(left, excluded.left) END
             WHERE excluded.epoch >= epoch",
        )?;
        let mut refused = Vec::new();
        for (auction, mark) in &mark.marks {
            let epoch = integer(mark.epoch)?;
            if statement.execute(params![auction.as_str(), epoch, mark.at_ms, mark.left])? == 0 {
                refused.push(auction.clone());
            }
        }
        Ok(refused)
    }
}

impl Request {
    fn bytes(&self) -> usize {
        match self {
            Self::Append(append) => append.batch.bytes(),
            Self::Mark(_) | Self::Ask(_) => 0,
        }
    }

    fn answer(self, outcome: Outcome) {
        match (self, outcome) {
            (Self::Append(append), Outcome::Append(appended)) => {
                let _ = append.reply.send(appended);
            }
            (Self::Mark(mark), Outcome::Mark(refused)) => {
                let _ = mark.reply.send(Ok(refused));
            }
            _ => unreachable!("outcomes come in the order of the requests"),
        }
    }

    fn refuse(self, why: &str) {
        match self {
            Self::Append(append) => {
                let _ = append.reply.send(Err(AppendError::Fatal(why.into())));
            }
            Self::Mark(mark) => {
                let _ = mark.reply.send(Err(JournalError::Unavailable(why.into())));
            }
            Self::Ask(answer) => answer(None),
        }
    }
}

fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(unavailable)?;
    prepare(&connection).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => in_use(path.to_owned()),
        _ => unavailable(error),
    })?;
    check_settings(&connection)?;
    Ok(connection)
}

fn in_use(path: PathBuf) -> JournalError {
    JournalError::Refused(format!(
        "The journal {} is in use by another server. Stop that server first, or give this one \
         another data directory.",
        path.display()
    ))
}

/// Takes the lock, then brings what a crashed predecessor wrote but may not have synced safely
/// to the disk: its last batches would otherwise be reported durable too early.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(
        None,
        "wal_autocheckpoint",
        SQLITE_WAL_BYTES_MAX / PAGE_BYTES,
    )?;
    connection.execute_batch(&format!("BEGIN EXCLUSIVE; {TABLES} COMMIT;"))?;
    // Files of the first version.
    if !connection.column_exists(None, "alive", "left")? {
        connection.execute_batch("ALTER TABLE alive ADD COLUMN left INTEGER NOT NULL DEFAULT 0")?;
    }
    connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))
}

fn check_settings(connection: &Connection) -> Result<()> {
    let text = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let journal_mode = text("journal_mode").map_err(unavailable)?;
    let synchronous = number("synchronous").map_err(unavailable)?;
    if journal_mode == "wal" && synchronous == 2 {
        return Ok(());
    }
    Err(JournalError::Refused(format!(
        "SQLite keeps the journal with journal_mode={journal_mode} and synchronous={synchronous}; \
         it must be wal and 2. Put the data directory on a local disk."
    )))
}

fn insert(
    connection: &Connection,
    auction: &AuctionId,
    batch: &StoredBatch,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO batch (auction, epoch, batch, first_seq, last_seq, prev_head, head, nonce,
             body, openings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        auction.as_str(),
        integer(batch.id.epoch)?,
        integer(batch.id.batch)?,
        integer(batch.first_seq)?,
        integer(batch.last_seq)?,
        batch.prev_head,
        batch.head,
        batch.nonce,
        &batch.body[..],
        &batch.openings[..],
    ])?;
    Ok(())
}

fn remove(connection: &Connection, auction: &AuctionId, tail: Tail) -> rusqlite::Result<()> {
    let change = connection.unchecked_transaction()?;
    if stored_tail(&change, auction)? != Some(tail) {
        return Ok(());
    }
    for text in [
        "DELETE FROM batch WHERE auction = ?1",
        "DELETE FROM alive WHERE auction = ?1",
    ] {
        change.execute(text, [auction.as_str()])?;
    }
    change.commit()
}

fn stored_tail(connection: &Connection, auction: &AuctionId) -> rusqlite::Result<Option<Tail>> {
    connection
        .prepare_cached(
            "SELECT epoch, batch, head FROM batch WHERE auction = ?1
             ORDER BY epoch DESC, batch DESC LIMIT 1",
        )?
        .query_row([auction.as_str()], |row| {
            Ok(Tail {
                id: batch_id(row)?,
                head: row.get(2)?,
            })
        })
        .optional()
}

fn stored_nonce(
    connection: &Connection,
    auction: &AuctionId,
    id: BatchId,
) -> rusqlite::Result<Option<[u8; 16]>> {
    connection
        .prepare_cached("SELECT nonce FROM batch WHERE auction = ?1 AND epoch = ?2 AND batch = ?3")?
        .query_row(
            params![auction.as_str(), integer(id.epoch)?, integer(id.batch)?],
            |row| row.get(0),
        )
        .optional()
}

fn batches(
    connection: &Connection,
    auction: &AuctionId,
    after: Option<BatchId>,
    limit: usize,
) -> rusqlite::Result<Vec<StoredBatch>> {
    let after = after.unwrap_or(BatchId { epoch: 0, batch: 0 });
    connection
        .prepare_cached(
            "SELECT epoch, batch, first_seq, last_seq, prev_head, head, nonce, body, openings
             FROM batch WHERE auction = ?1 AND (epoch, batch) > (?2, ?3)
             ORDER BY epoch, batch LIMIT ?4",
        )?
        .query_map(
            params![
                auction.as_str(),
                integer(after.epoch)?,
                integer(after.batch)?,
                integer(limit as u64)?
            ],
            stored_batch,
        )?
        .collect()
}

fn stored_batch(row: &Row<'_>) -> rusqlite::Result<StoredBatch> {
    Ok(StoredBatch {
        id: batch_id(row)?,
        first_seq: count(row, 2)?,
        last_seq: count(row, 3)?,
        prev_head: row.get(4)?,
        head: row.get(5)?,
        nonce: row.get(6)?,
        body: Bytes::from(row.get::<_, Vec<u8>>(7)?),
        openings: Bytes::from(row.get::<_, Vec<u8>>(8)?),
    })
}

/// The id in the row's first two columns.
fn batch_id(row: &Row<'_>) -> rusqlite::Result<BatchId> {
    Ok(BatchId {
        epoch: count(row, 0)?,
        batch: count(row, 1)?,
    })
}

fn auctions(connection: &Connection) -> rusqlite::Result<Vec<AuctionId>> {
    connection
        .prepare_cached("SELECT DISTINCT auction FROM batch ORDER BY auction")?
        .query_map([], |row| {
            AuctionId::new(&row.get::<_, String>(0)?).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(
                    0,
                    rusqlite::types::Type::Text,
                    error.into(),
                )
            })
        })?
        .collect()
}

fn marks(connection: &Connection) -> rusqlite::Result<Vec<(String, Mark)>> {
    let mut statement = connection.prepare_cached("SELECT auction, epoch, at, left FROM alive")?;
    let rows = statement.query_map([], |row| {
        let mark = Mark {
            epoch: count(row, 1)?,
            at_ms: row.get(2)?,
            left: row.get(3)?,
        };
        Ok((row.get(0)?, mark))
    })?;
    rows.collect()
}

/// SQLite's integers are signed.
fn integer(count: u64) -> rusqlite::Result<i64> {
    i64::try_from(count).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let stored: i64 = row.get(column)?;
    u64::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, stored))
}

fn unavailable(error: impl Into<Source>) -> JournalError {
    JournalError::Unavailable(error.into())
}

fn failed() -> Source {
    "an earlier write to the journal failed; restart the server".into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A full disk, as SQLite sees it.
    #[tokio::test]
    async fn a_failed_write_stops_the_journal_for_good() {
        let dir = tempfile::TempDir::new().unwrap();
        let connection = open(&dir.path().join("journal.db")).unwrap();
        connection
            .pragma_update(None, "max_page_count", 10)
            .unwrap();
        let (queue, requests) = mpsc::channel(1);
        let thread = thread::spawn(move || Writer::new(connection).run(requests));
        let journal = SqliteJournal {
            queue: Some(queue),
            thread: Some(thread),
        };
        let auction = AuctionId::new("a").unwrap();
        for body_bytes in [1 << 20, 1] {
            let answer = journal.append(&auction, None, founding(body_bytes)).await;
            assert!(matches!(answer, Err(AppendError::Fatal(_))), "{answer:?}");
        }
        assert!(journal.tail(&auction).await.is_err());
        let mark = Mark {
            epoch: 1,
            at_ms: 1,
            left: false,
        };
        assert!(journal.mark_alive(&[(auction, mark)]).await.is_err());
    }

    fn founding(body_bytes: usize) -> StoredBatch {
        StoredBatch {
            id: BatchId::FOUNDING,
            first_seq: 0,
            last_seq: 0,
            prev_head: [0; 32],
            head: [1; 32],
            nonce: [2; 16],
            body: vec![0; body_bytes].into(),
            openings: Bytes::new(),
        }
    }
}
