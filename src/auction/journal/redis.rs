//! The journal of many nodes: a Redis stream per auction.
//!
//! One task owns the connection that writes. It sends everything queued as one pipeline of
//! compare-and-append scripts and waits for all replies, which Redis gives after one fdatasync;
//! meanwhile the next group gathers. Nothing is retried here: a lost link or a late reply
//! makes the outcome unknown, and only the caller may repeat the bytes. Where replicas are to have
//! a batch before it counts, the pipeline ends with `WAIT`: too few of them make the outcome
//! unknown too.
//!
//! Keys share a hash tag: `ebok:{tNN}:log:<auction>`, inbox and word beside it, and
//! `ebok:{tNN}:alive`, where NN is the first byte of SHA-256 of the auction's id modulo 32. Fields of
//! an entry: `p` prev_head, `h` head, `x` nonce, `s` first and last `seq`, `b` body, `o` openings.

mod inbox;
mod master;
mod settings;
mod tail;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use auction_rules::ids::AuctionId;
use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use master::Master;
use redis::{
    AsyncConnectionConfig, FromRedisValue, Pipeline, RedisError, RedisResult, Script,
    TlsCertificates, Value,
    aio::MultiplexedConnection,
    cmd,
    streams::{StreamId, StreamRangeReply},
};
use sha2::{Digest, Sha256};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use self::inbox::{PendingSend, SEND, inbox_key, word_key};
use self::tail::Tails;
use super::exchange::Exchange;
use super::{
    AppendError, Appended, BatchId, Journal, JournalError, Mark, PendingAppend, PendingMarks,
    Result, Source, StoredBatch, Tail, gather,
};
use crate::limits::{
    JOURNAL_MARKS_MAX, JOURNAL_QUEUE_MAX, JOURNAL_READ_MAX, REDIS_CHECK_EVERY, REDIS_CONNECT_MAX,
    REDIS_RECONNECT_FIRST, REDIS_RECONNECT_LAST, REDIS_RESPONSE_MAX, REDIS_SCAN_STEP,
    SETTLE_SHARED_MS,
};

/// Hash tags over which auctions are spread; each node tails one connection per tag.
const TAGS: u8 = 32;

static APPEND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/append.lua")));
static REMOVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/remove.lua")));
static ALIVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/alive.lua")));

/// How to treat a Redis.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// Work also on a Redis that may lose what it acknowledged; see [`Journal::weak_durability`].
    pub accept_weak_durability: bool,
    /// Replicas that must have a batch before it counts as durable.
    pub replicas: usize,
    /// For `rediss://`: the authority in place of the system's, and what this server shows of
    /// itself.
    pub certificates: Option<TlsCertificates>,
    /// A reply later than this makes the outcome unknown. Replicas have half of it.
    pub response_max: Duration,
    /// How often the settings are read again.
    pub check_every: Duration,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            accept_weak_durability: false,
            replicas: 0,
            certificates: None,
            response_max: REDIS_RESPONSE_MAX,
            check_every: REDIS_CHECK_EVERY,
        }
    }
}

/// A journal in Redis 7.0 or later. Its tasks end when it is dropped.
pub struct RedisJournal {
    queue: mpsc::Sender<Request>,
    /// Reads have a connection of their own: a long log must not delay a bid.
    reader: tokio::sync::Mutex<Link>,
    /// And so have those who follow streams.
    tails: Tails,
    /// Appends wait for replicas.
    waits: bool,
    response_max: Duration,
    shared: Arc<Shared>,
}

/// What the links of one journal know together.
#[derive(Default)]
struct Shared {
    weakness: Mutex<Option<String>>,
    /// Counts the times that the writer lost Redis: after a failover nobody may go on reading from
    /// what was the master.
    losses: AtomicU64,
}

enum Request {
    Append(Box<PendingAppend>),
    Mark(PendingMarks),
    Send(PendingSend),
}

impl RedisJournal {
    /// Connects and checks the settings; must run inside tokio. `url` is `redis://…`, `rediss://…`
    /// for TLS, or `redis+sentinel://host1:26379,host2:26379/name` (`rediss+sentinel://…`), where
    /// Sentinel is asked for the master at every connection.
    ///
    /// # Errors
    /// [`JournalError::Refused`] with the setting to change, or [`JournalError::Unavailable`].
    pub async fn connect(url: &str, options: RedisOptions) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let mut writer = Link::new(url, &options, &shared)?;
        writer.connection().await?;
        let reader = Link::new(url, &options, &shared)?.into();
        let spare = (0..TAGS).map(|_| Link::new(url, &options, &shared));
        let tails = Tails::new(spare.collect::<Result<_>>()?);
        let (queue, requests) = mpsc::channel(JOURNAL_QUEUE_MAX);
        tokio::spawn(Writer { link: writer }.run(requests, options.check_every));
        Ok(Self {
            queue,
            reader,
            tails,
            waits: options.replicas > 0,
            response_max: options.response_max,
            shared,
        })
    }

    async fn ask<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<T> {
        let mut connection = self.reader.lock().await.connection().await?;
        self.answer(command.query_async(&mut connection)).await
    }

    async fn ask_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T> {
        let mut connection = self.reader.lock().await.connection().await?;
        self.answer(commands.query_async(&mut connection)).await
    }

    async fn answer<T>(&self, asked: impl Future<Output = RedisResult<T>>) -> Result<T> {
        let answer = timeout(self.response_max, asked).await;
        let error = match answer {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) if !error.is_unrecoverable_error() => return Err(unavailable(error)),
            Ok(Err(error)) => unavailable(error),
            Err(_) => unavailable(late()),
        };
        self.reader.lock().await.lose();
        Err(error)
    }
}

impl Journal for RedisJournal {
    fn append<'a>(
        &'a self,
        auction: &'a AuctionId,
        predecessor: Option<Tail>,
        batch: StoredBatch,
    ) -> BoxFuture<'a, Appended> {
        async move {
            batch.check(predecessor)?;
            let (append, answer) = PendingAppend::new(auction, predecessor, batch);
            let _ = self.queue.send(Request::Append(append)).await;
            answer
                .await
                .unwrap_or_else(|_| Err(AppendError::Fatal(ended())))
        }
        .boxed()
    }

    fn tail<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<Option<Tail>>> {
        async move {
            let mut command = cmd("XREVRANGE");
            command
                .arg(log_key(auction))
                .arg("+")
                .arg("-")
                .arg("COUNT")
                .arg(1);
            let found: StreamRangeReply = self.ask(&command).await?;
            let last = found
                .ids
                .first()
                .map(|entry| stored_batch(auction, entry))
                .transpose()?;
            Ok(last.map(|batch| batch.tail()))
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        auction: &'a AuctionId,
        after: Option<BatchId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<StoredBatch>>> {
        async move {
            // Redis takes COUNT 0 for none at all, as wanted.
            let from = after.map_or_else(|| "-".to_owned(), |id| format!("({id}"));
            let count = limit.min(JOURNAL_READ_MAX);
            let mut command = cmd("XRANGE");
            command
                .arg(log_key(auction))
                .arg(from)
                .arg("+")
                .arg("COUNT")
                .arg(count);
            let found: StreamRangeReply = self.ask(&command).await?;
            found
                .ids
                .iter()
                .map(|entry| stored_batch(auction, entry))
                .collect()
        }
        .boxed()
    }

    fn remove<'a>(&'a self, auction: &'a AuctionId, tail: Tail) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut command = cmd("EVALSHA");
            command
                .arg(REMOVE.get_hash())
                .arg(4)
                .arg(log_key(auction))
                .arg(alive_key(&tag(auction)))
                .arg(inbox_key(auction))
                .arg(word_key(auction));
            command.arg(tail.id.to_string()).arg(&tail.head[..]);
            self.ask::<()>(command.arg(auction.as_str())).await
        }
        .boxed()
    }

    /// Searches the keys: a set of auctions beside the logs would be a second truth to keep in
    /// step with them, for a question asked once per start.
    fn auctions(&self) -> BoxFuture<'_, Result<Vec<AuctionId>>> {
        async move {
            let mut found = BTreeSet::new();
            let mut cursor = 0_u64;
            loop {
                let mut command = cmd("SCAN");
                command.arg(cursor).arg("MATCH").arg("ebok:{t*}:log:*");
                command.arg("COUNT").arg(REDIS_SCAN_STEP);
                let (next, keys): (u64, Vec<String>) = self.ask(&command).await?;
                found.extend(keys.iter().filter_map(|key| auction_of(key)));
                if next == 0 {
                    return Ok(found.into_iter().collect());
                }
                cursor = next;
            }
        }
        .boxed()
    }

    fn mark_alive<'a>(
        &'a self,
        marks: &'a [(AuctionId, Mark)],
    ) -> BoxFuture<'a, Result<Vec<AuctionId>>> {
        async move {
            let (mark, answer) = PendingMarks::new(marks);
            let _ = self.queue.send(Request::Mark(mark)).await;
            answer.await.unwrap_or_else(|_| Err(unavailable(ended())))
        }
        .boxed()
    }

    fn marks(&self) -> BoxFuture<'_, Result<BTreeMap<AuctionId, Mark>>> {
        async move {
            let mut all = Pipeline::with_capacity(TAGS.into());
            for tag in 0..TAGS {
                all.cmd("HGETALL").arg(alive_key(&tag_of(tag)));
            }
            let found: Vec<BTreeMap<String, String>> = self.ask_all(&all).await?;
            let found = found.into_iter().flatten();
            found
                .map(|(name, text)| {
                    let auction = AuctionId::new(&name).map_err(unavailable)?;
                    let mark = mark(&text).ok_or_else(|| damaged(&auction, "its alive mark"))?;
                    Ok((auction, mark))
                })
                .collect()
        }
        .boxed()
    }

    fn clock_ms(&self) -> BoxFuture<'_, Result<Option<i64>>> {
        async move {
            let (seconds, micros): (i64, i64) = self.ask(&cmd("TIME")).await?;
            Ok(Some(seconds * 1_000 + micros / 1_000))
        }
        .boxed()
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        Some(self)
    }

    fn waits_for_replicas(&self) -> bool {
        self.waits
    }

    fn settle_ms(&self) -> u64 {
        SETTLE_SHARED_MS
    }

    fn weak_durability(&self) -> Option<String> {
        self.shared
            .weakness
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A connection that is made again when it was lost, not more often than the pauses allow.
struct Link {
    master: Master,
    options: RedisOptions,
    shared: Arc<Shared>,
    connection: Option<MultiplexedConnection>,
    /// [`Shared::losses`] when it was made.
    made_after: u64,
    pause: Duration,
    not_before: Instant,
}

impl Link {
    fn new(url: &str, options: &RedisOptions, shared: &Arc<Shared>) -> Result<Self> {
        Ok(Self {
            master: Master::new(url, options.certificates.as_ref())?,
            options: options.clone(),
            shared: Arc::clone(shared),
            connection: None,
            made_after: 0,
            pause: REDIS_RECONNECT_FIRST,
            not_before: Instant::now(),
        })
    }

    async fn connection(&mut self) -> Result<MultiplexedConnection> {
        let losses = self.shared.losses.load(Ordering::Acquire);
        if self.made_after != losses {
            self.connection = None;
            self.made_after = losses;
        }
        if let Some(connection) = &self.connection {
            return Ok(connection.clone());
        }
        if Instant::now() < self.not_before {
            return Err(unavailable(
                "waiting before the next attempt to reach Redis",
            ));
        }
        match timeout(REDIS_CONNECT_MAX, self.connect())
            .await
            .unwrap_or_else(|_| Err(unavailable(late())))
        {
            Ok(connection) => {
                self.pause = REDIS_RECONNECT_FIRST;
                Ok(self.connection.insert(connection).clone())
            }
            Err(error) => {
                self.not_before = Instant::now() + self.pause;
                self.pause = (self.pause * 2).min(REDIS_RECONNECT_LAST);
                Err(error)
            }
        }
    }

    async fn connect(&mut self) -> Result<MultiplexedConnection> {
        // The time limit on replies is ours, around each pipeline.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(REDIS_CONNECT_MAX))
            .set_response_timeout(None);
        let mut connection = self.master.connect(&config).await.map_err(unavailable)?;
        self.check(&mut connection).await?;
        for script in [&*APPEND, &*ALIVE, &*REMOVE, &*SEND] {
            script
                .prepare_invoke()
                .load_async(&mut connection)
                .await
                .map_err(unavailable)?;
        }
        Ok(connection)
    }

    async fn check(&self, connection: &mut MultiplexedConnection) -> Result<()> {
        let found = settings::check(connection, &self.master, &self.options).await?;
        let weakness = self.shared.weakness.lock();
        let mut weakness = weakness.unwrap_or_else(PoisonError::into_inner);
        if let Some(sentence) = found.as_ref().filter(|_| *weakness != found) {
            tracing::warn!(%sentence, "weak durability accepted");
        }
        *weakness = found;
        Ok(())
    }

    /// Reads the settings again; false for a Redis that has become too weak.
    async fn stands(&mut self) -> bool {
        let Some(mut connection) = self.connection.clone() else {
            return true;
        };
        let response_max = self.options.response_max;
        let checked = timeout(response_max, self.check(&mut connection)).await;
        let Err(error) = checked.unwrap_or_else(|_| Err(unavailable(late()))) else {
            return true;
        };
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "Redis is not used for now"
        );
        false
    }

    fn lose(&mut self) {
        self.connection = None;
    }
}

/// The one task that writes.
struct Writer {
    link: Link,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Request>, check_every: Duration) {
        let mut checks = interval(check_every);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        checks.tick().await;
        loop {
            tokio::select! {
                request = queue.recv() => match request {
                    Some(first) => self.write(gather(first, &mut queue, Request::bytes)).await,
                    None => return,
                },
                _ = checks.tick() => self.check_again().await,
            }
        }
    }

    /// A Redis that has become too weak is left until it is mended.
    async fn check_again(&mut self) {
        if !self.link.stands().await {
            self.lose();
        }
    }

    fn lose(&mut self) {
        self.link.lose();
        self.link.shared.losses.fetch_add(1, Ordering::AcqRel);
    }

    /// Sends the group in one go and answers each request.
    async fn write(&mut self, group: Vec<Request>) {
        let mut pipeline = Pipeline::with_capacity(group.len());
        let commands: Vec<usize> = group
            .iter()
            .map(|request| request.pack(&mut pipeline))
            .collect();
        match self.send(pipeline).await {
            Ok(replies) => {
                let mut replies = replies.into_iter();
                for (request, count) in group.into_iter().zip(commands) {
                    request.answer(replies.by_ref().take(count).collect());
                }
            }
            Err(error) => {
                let why = sentence(&error);
                group.into_iter().for_each(|request| request.unknown(&why));
            }
        }
    }

    /// Sends the commands, and answers once they are as durable as they must be.
    async fn send(&mut self, mut pipeline: Pipeline) -> Result<Vec<Value>> {
        if pipeline.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.link.connection().await?;
        let replicas = self.link.options.replicas;
        if replicas > 0 {
            let wait_ms = self.link.options.response_max.as_millis() / 2;
            let wait_ms = u64::try_from(wait_ms).unwrap_or(u64::MAX);
            pipeline.cmd("WAIT").arg(replicas).arg(wait_ms);
        }
        pipeline.ignore_errors();
        let sent = connection.send_packed_commands(&pipeline, 0, pipeline.len());
        let sent = timeout(self.link.options.response_max, sent).await;
        let replies = sent.unwrap_or_else(|_| Err(std::io::Error::other(late()).into()));
        let replies = replies.map_err(unavailable);
        let confirmed = replies.and_then(|replies| confirmed(replies, replicas));
        // Too late, scripts flushed, the role changed, a replica gone: connecting anew asks for the
        // master, loads and checks.
        let fails = |reply: &Value| matches!(reply, Value::ServerError(_));
        if confirmed.as_ref().map_or(true, |all| all.iter().any(fails)) {
            self.lose();
        }
        confirmed
    }
}

/// The replies without that of the `WAIT` behind them.
fn confirmed(mut replies: Vec<Value>, replicas: usize) -> Result<Vec<Value>> {
    if replicas == 0 {
        return Ok(replies);
    }
    match replies.pop() {
        Some(Value::Int(count)) if usize::try_from(count).is_ok_and(|one| one >= replicas) => {
            Ok(replies)
        }
        Some(Value::Int(count)) => Err(unavailable(format!(
            "{count} of {replicas} replicas have confirmed the append"
        ))),
        other => Err(unavailable(format!("Redis answered WAIT with {other:?}"))),
    }
}

impl Request {
    fn bytes(&self) -> usize {
        match self {
            Self::Append(append) => append.batch.bytes(),
            Self::Mark(_) => 0,
            Self::Send(send) => send.bytes(),
        }
    }

    /// Adds the commands of this request, and tells how many.
    fn pack(&self, pipeline: &mut Pipeline) -> usize {
        match self {
            Self::Append(append) => {
                pack_append(append, pipeline);
                1
            }
            Self::Mark(mark) => pack_mark(mark, pipeline),
            Self::Send(send) => {
                send.pack(pipeline);
                1
            }
        }
    }

    fn answer(self, mut replies: Vec<Value>) {
        match self {
            Self::Append(append) => {
                let _ = append
                    .reply
                    .send(appended(replies.pop().unwrap_or_default()));
            }
            Self::Mark(mark) => {
                let refused = replies.into_iter().map(refused).collect::<Result<Vec<_>>>();
                let _ = mark.reply.send(refused.map(|lists| lists.concat()));
            }
            Self::Send(send) => send.answer(replies.pop().unwrap_or_default()),
        }
    }

    fn unknown(self, why: &str) {
        match self {
            Self::Append(append) => {
                let _ = append.reply.send(Err(AppendError::Unknown(why.into())));
            }
            Self::Mark(mark) => {
                let _ = mark.reply.send(Err(unavailable(why)));
            }
            Self::Send(send) => send.unknown(why),
        }
    }
}

fn pack_append(append: &PendingAppend, pipeline: &mut Pipeline) {
    let PendingAppend {
        auction,
        predecessor,
        batch,
        ..
    } = append;
    let before = predecessor
        .map(|tail| tail.id.to_string())
        .unwrap_or_default();
    pipeline
        .cmd("EVALSHA")
        .arg(APPEND.get_hash())
        .arg(1)
        .arg(log_key(auction));
    pipeline.arg(before).arg(batch.id.to_string());
    pipeline
        .arg(&batch.prev_head[..])
        .arg(&batch.head[..])
        .arg(&batch.nonce[..]);
    pipeline.arg(format!("{}-{}", batch.first_seq, batch.last_seq));
    pipeline.arg(&batch.body[..]).arg(&batch.openings[..]);
}

fn pack_mark(mark: &PendingMarks, pipeline: &mut Pipeline) -> usize {
    let mut by_tag = BTreeMap::<_, Vec<_>>::new();
    for (auction, mark) in &mark.marks {
        by_tag.entry(tag(auction)).or_default().push((
            auction.as_str(),
            mark.epoch,
            mark.at_ms,
            u8::from(mark.left),
        ));
    }
    let mut commands = 0;
    for (tag, marks) in &by_tag {
        for marks in marks.chunks(JOURNAL_MARKS_MAX) {
            pipeline
                .cmd("EVALSHA")
                .arg(ALIVE.get_hash())
                .arg(1)
                .arg(alive_key(tag));
            pipeline.arg(marks);
            commands += 1;
        }
    }
    commands
}

/// What the append script answered.
///
/// An error of Redis itself (loading, read-only, out of memory) passes, so the outcome counts as
/// unknown and the bytes are sent again; one about this command would come back for ever.
fn appended(reply: Value) -> Appended {
    match reply {
        Value::Int(1 | 2) => Ok(()),
        Value::Int(0) => Err(AppendError::Fenced),
        Value::ServerError(error) => match error.code() {
            "ERR" | "WRONGTYPE" | "NOPERM" => {
                Err(AppendError::Fatal(RedisError::from(error).into()))
            }
            _ => Err(AppendError::Unknown(RedisError::from(error).into())),
        },
        other => Err(AppendError::Unknown(
            format!("Redis answered {other:?}").into(),
        )),
    }
}

/// Reads what the alive script writes.
fn mark(text: &str) -> Option<Mark> {
    let mut words = text.split(' ');
    let mark = Mark {
        epoch: words.next()?.parse().ok()?,
        at_ms: words.next()?.parse().ok()?,
        left: words.next() == Some("left"),
    };
    words.next().is_none().then_some(mark)
}

fn refused(reply: Value) -> Result<Vec<AuctionId>> {
    let names = Vec::<String>::from_redis_value(reply).map_err(unavailable)?;
    names
        .iter()
        .map(|name| AuctionId::new(name).map_err(unavailable))
        .collect()
}

fn stored_batch(auction: &AuctionId, entry: &StreamId) -> Result<StoredBatch> {
    let field = |name: &str| {
        entry
            .get::<Vec<u8>>(name)
            .ok_or_else(|| damaged(auction, &format!("{} lacks {name}", entry.id)))
    };
    let unfit = |_| {
        damaged(
            auction,
            &format!("a field of {} has another length", entry.id),
        )
    };
    let seqs = entry.get::<String>("s").unwrap_or_default();
    let seqs = BatchId::parse(&seqs).ok_or_else(|| damaged(auction, "seq numbers"))?;
    Ok(StoredBatch {
        id: BatchId::parse(&entry.id).ok_or_else(|| damaged(auction, "an id"))?,
        first_seq: seqs.epoch,
        last_seq: seqs.batch,
        prev_head: field("p")?.try_into().map_err(unfit)?,
        head: field("h")?.try_into().map_err(unfit)?,
        nonce: field("x")?.try_into().map_err(unfit)?,
        body: Bytes::from(field("b")?),
        openings: Bytes::from(field("o")?),
    })
}

/// The hash tag of an auction, `tNN`: what belongs together lies in one slot of a cluster.
fn tag(auction: &AuctionId) -> String {
    let digest: [u8; 32] = Sha256::digest(auction.as_str()).into();
    tag_of(digest[0])
}

fn tag_of(number: u8) -> String {
    format!("t{:02}", number % TAGS)
}

fn log_key(auction: &AuctionId) -> String {
    format!("ebok:{{{}}}:log:{auction}", tag(auction))
}

fn alive_key(tag: &str) -> String {
    format!("ebok:{{{tag}}}:alive")
}

/// The auction whose log lies under `key`.
fn auction_of(key: &str) -> Option<AuctionId> {
    let (_, name) = key.split_once(":log:")?;
    AuctionId::new(name)
        .ok()
        .filter(|auction| log_key(auction) == key)
}

fn damaged(auction: &AuctionId, what: &str) -> JournalError {
    JournalError::Damaged {
        auction: auction.clone(),
        what: what.to_owned(),
    }
}

fn unavailable(error: impl Into<Source>) -> JournalError {
    JournalError::Unavailable(error.into())
}

fn late() -> Source {
    "Redis has not answered in time".into()
}

fn ended() -> Source {
    "the journal's task has ended".into()
}

/// An error with what lies behind it, for the many requests that share it.
fn sentence(error: &JournalError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
