//! Following streams as they grow: one connection per hash tag waits for all of its streams at once.
//!
//! A stream whose follower is behind is left out until it has caught up, so that nobody waits for
//! another, and nothing queues up here.

use super::super::exchange::{Message, News};
use super::super::{BatchId, Result};
use super::inbox::{inbox_key, message, word, word_key};
use super::{Link, late, log_key, stored_batch, tag, unavailable};
use crate::limits::{
    FOLLOWED_QUEUE, REDIS_RECONNECT_FIRST, REDIS_RESPONSE_MAX, REDIS_TAIL_AGAIN, REDIS_TAIL_BLOCK,
};
use auction_rules::AuctionId;
use redis::cmd;
use redis::streams::{StreamId, StreamReadReply};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// All tails of a node.
pub(super) struct Tails {
    tags: Mutex<Tags>,
    over: CancellationToken,
    _guard: DropGuard,
}

/// The tags that are followed, and connections for the others.
struct Tags {
    followed: BTreeMap<String, Arc<Added>>,
    spare: Vec<Link>,
}

/// Streams that a tag's task is to follow from now on.
#[derive(Default)]
struct Added {
    streams: Mutex<Vec<Stream>>,
    some: Notify,
}

/// One stream, read up to `last`.
struct Stream {
    key: String,
    auction: AuctionId,
    last: String,
    reader: Reader,
}

/// Who follows a stream, and what it holds.
enum Reader {
    Log(mpsc::Sender<News>),
    Word(mpsc::Sender<News>),
    Inbox(mpsc::Sender<Message>),
}

impl Tails {
    /// `spare` holds a link for each tag.
    pub(super) fn new(spare: Vec<Link>) -> Self {
        let over = CancellationToken::new();
        let followed = BTreeMap::new();
        Self {
            tags: Mutex::new(Tags { followed, spare }),
            _guard: over.clone().drop_guard(),
            over,
        }
    }

    pub(super) fn follow(&self, auction: &AuctionId, after: BatchId) -> mpsc::Receiver<News> {
        let (news, receiver) = mpsc::channel(FOLLOWED_QUEUE);
        let stream = |key, last, reader| Stream {
            key,
            auction: auction.clone(),
            last,
            reader,
        };
        let word = Reader::Word(news.clone());
        self.add(auction, stream(word_key(auction), "0".to_owned(), word));
        let log = Reader::Log(news);
        self.add(auction, stream(log_key(auction), after.to_string(), log));
        receiver
    }

    pub(super) fn receive(&self, auction: &AuctionId, after: String) -> mpsc::Receiver<Message> {
        let (messages, receiver) = mpsc::channel(FOLLOWED_QUEUE);
        let stream = Stream {
            key: inbox_key(auction),
            auction: auction.clone(),
            last: after,
            reader: Reader::Inbox(messages),
        };
        self.add(auction, stream);
        receiver
    }

    fn add(&self, auction: &AuctionId, stream: Stream) {
        let mut tags = self.tags.lock().unwrap_or_else(PoisonError::into_inner);
        let Tags { followed, spare } = &mut *tags;
        let tag = tag(auction);
        if !followed.contains_key(&tag)
            && let Some(link) = spare.pop()
        {
            let added = Arc::new(Added::default());
            let task = Task {
                link,
                added: added.clone(),
                streams: Vec::new(),
            };
            let over = self.over.clone();
            tokio::spawn(async move { over.run_until_cancelled(task.run()).await });
            followed.insert(tag.clone(), added);
        }
        if let Some(added) = followed.get(&tag) {
            added.put(stream);
        }
    }
}

impl Added {
    fn put(&self, stream: Stream) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.push(stream);
        self.some.notify_one();
    }

    fn take(&self) -> Vec<Stream> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut streams)
    }
}

impl Stream {
    fn is_over(&self) -> bool {
        match &self.reader {
            Reader::Log(news) | Reader::Word(news) => news.is_closed(),
            Reader::Inbox(messages) => messages.is_closed(),
        }
    }

    /// How many more its follower takes.
    fn capacity(&self) -> usize {
        match &self.reader {
            Reader::Log(news) | Reader::Word(news) => news.capacity(),
            Reader::Inbox(messages) => messages.capacity(),
        }
    }

    /// Hands on what was read; what its follower does not take is read again. What nobody of ours has
    /// written is passed over, but in a log.
    fn hand_on(&mut self, entries: &[StreamId]) -> Result<()> {
        let last = place(&self.last);
        for entry in entries.iter().filter(|entry| place(&entry.id) > last) {
            let taken = match &self.reader {
                Reader::Log(news) => {
                    let batch = stored_batch(&self.auction, entry)?;
                    news.try_send(News::Batch(batch)).is_ok()
                }
                Reader::Word(news) => {
                    word(entry).is_none_or(|word| news.try_send(News::Word(word)).is_ok())
                }
                Reader::Inbox(messages) => {
                    message(entry).is_none_or(|message| messages.try_send(message).is_ok())
                }
            };
            if !taken {
                break;
            }
            self.last.clone_from(&entry.id);
        }
        Ok(())
    }

    /// Whether it is handed on to the same follower of a log.
    fn is_for(&self, follower: &mpsc::Sender<News>) -> bool {
        match &self.reader {
            Reader::Log(news) | Reader::Word(news) => news.same_channel(follower),
            Reader::Inbox(_) => false,
        }
    }
}

/// The task of one tag.
struct Task {
    link: Link,
    added: Arc<Added>,
    streams: Vec<Stream>,
}

impl Task {
    async fn run(mut self) {
        loop {
            self.streams.extend(self.added.take());
            self.streams.retain(|stream| !stream.is_over());
            if self.streams.is_empty() {
                self.added.some.notified().await;
                continue;
            }
            if self.streams.iter().all(|stream| stream.capacity() == 0) {
                tokio::time::sleep(REDIS_TAIL_AGAIN).await;
                continue;
            }
            if let Err(error) = self.read().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot follow Redis"
                );
                self.link.lose();
                tokio::time::sleep(REDIS_RECONNECT_FIRST).await;
            }
        }
    }

    /// Waits for something new in any stream, for a moment.
    async fn read(&mut self) -> Result<()> {
        let mut connection = self.link.connection().await?;
        let ready = self.streams.iter().filter(|stream| stream.capacity() > 0);
        let mut places = BTreeMap::<&str, &str>::new();
        let mut most = FOLLOWED_QUEUE;
        for stream in ready {
            most = most.min(stream.capacity());
            // Several may follow one stream, from different places.
            let last = places.entry(&stream.key).or_insert(&stream.last);
            if place(&stream.last) < place(last) {
                *last = &stream.last;
            }
        }
        let mut command = cmd("XREAD");
        command.arg("COUNT").arg(most).arg("BLOCK");
        command.arg(REDIS_TAIL_BLOCK.as_millis() as u64);
        command.arg("STREAMS");
        command.arg(places.keys().collect::<Vec<_>>());
        command.arg(places.values().collect::<Vec<_>>());
        let most = REDIS_TAIL_BLOCK + REDIS_RESPONSE_MAX;
        let found = timeout(most, command.query_async(&mut connection)).await;
        let found: Option<StreamReadReply> = found
            .map_err(|_| unavailable(late()))?
            .map_err(unavailable)?;
        for found in found.into_iter().flat_map(|found| found.keys) {
            self.hand_on(&found.key, &found.ids);
        }
        Ok(())
    }

    fn hand_on(&mut self, key: &str, entries: &[StreamId]) {
        let mut broken = Vec::new();
        for stream in self.streams.iter_mut().filter(|stream| stream.key == key) {
            if let (Err(error), Reader::Log(news)) = (stream.hand_on(entries), &stream.reader) {
                let error = &error as &dyn std::error::Error;
                tracing::error!(key, error, "cannot be followed any more");
                broken.push(news.clone());
            }
        }
        self.streams
            .retain(|stream| !broken.iter().any(|news| stream.is_for(news)));
    }
}

/// The two numbers of an id, in their order.
fn place(id: &str) -> (u64, u64) {
    let (first, second) = id.split_once('-').unwrap_or((id, "0"));
    (first.parse().unwrap_or(0), second.parse().unwrap_or(0))
}
