//! Inboxes: a stream beside each log, `ebok:{tNN}:inbox:<auction>`, with messages in field `m`; and
//! `ebok:{tNN}:word:<auction>`, which holds the owner's last word alone: `e` epoch, `d` durable up to
//! which entry, `i` inbox decided up to where.

use super::super::exchange::{Exchange, InboxId, Message, News, SendError, Word};
use super::super::{BatchId, Result};
use super::{RedisJournal, Request, ended, tag};
use auction_rules::AuctionId;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redis::{FromRedisValue, Pipeline, RedisError, Script, Value, cmd};
use std::sync::LazyLock;
use tokio::sync::{mpsc, oneshot};

pub(super) static SEND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("send.lua")));

type Sent = Result<Vec<InboxId>, SendError>;

/// Messages on their way to the writer: they go in the order in which they are queued.
pub(super) struct PendingSend {
    auction: AuctionId,
    messages: Vec<Bytes>,
    most: usize,
    reply: oneshot::Sender<Sent>,
}

impl PendingSend {
    pub(super) fn bytes(&self) -> usize {
        self.messages.iter().map(Bytes::len).sum()
    }

    pub(super) fn pack(&self, pipeline: &mut Pipeline) {
        let key = inbox_key(&self.auction);
        pipeline.cmd("EVALSHA").arg(SEND.get_hash()).arg(1).arg(key);
        pipeline.arg(self.most);
        for message in &self.messages {
            pipeline.arg(&message[..]);
        }
    }

    pub(super) fn answer(self, reply: Value) {
        let _ = self.reply.send(sent(reply));
    }

    pub(super) fn unknown(self, why: &str) {
        let _ = self.reply.send(Err(SendError::Unknown(why.into())));
    }
}

fn sent(reply: Value) -> Sent {
    let unknown = |error: RedisError| SendError::Unknown(error.into());
    let ids = match reply {
        Value::Nil => return Err(SendError::Full),
        Value::ServerError(error) => return Err(unknown(error.into())),
        reply => Vec::<String>::from_redis_value(reply),
    };
    let ids = ids.map_err(|error| SendError::Unknown(error.into()))?;
    let ids: Option<_> = ids.iter().map(|id| InboxId::parse(id)).collect();
    ids.ok_or_else(|| SendError::Unknown("Redis answered with no ids".into()))
}

impl Exchange for RedisJournal {
    fn send<'a>(
        &'a self,
        auction: &'a AuctionId,
        messages: Vec<Bytes>,
        most: usize,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let (reply, answer) = oneshot::channel();
            let auction = auction.clone();
            let send = PendingSend {
                auction,
                messages,
                most,
                reply,
            };
            let _ = self.queue.send(Request::Send(send)).await;
            answer
                .await
                .unwrap_or_else(|_| Err(SendError::Unknown(ended())))
        }
        .boxed()
    }

    fn receive(&self, auction: &AuctionId, after: Option<InboxId>) -> mpsc::Receiver<Message> {
        let after = after.map_or_else(|| "0".to_owned(), |id| id.to_string());
        self.tails.receive(auction, after)
    }

    fn follow(&self, auction: &AuctionId, after: BatchId) -> mpsc::Receiver<News> {
        self.tails.follow(auction, after)
    }

    fn announce<'a>(&'a self, auction: &'a AuctionId, word: Word) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut command = cmd("XADD");
            command.arg(word_key(auction)).arg("MAXLEN").arg(1).arg("*");
            command.arg("e").arg(word.epoch);
            command.arg("d").arg(word.durable_to);
            let inbox = word.inbox.map(|id| id.to_string());
            command.arg("i").arg(inbox.unwrap_or_default());
            self.ask::<String>(&command).await.map(drop)
        }
        .boxed()
    }

    fn trim<'a>(&'a self, auction: &'a AuctionId, to: InboxId) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut command = cmd("XTRIM");
            command.arg(inbox_key(auction));
            command.arg("MINID").arg(to.next().to_string());
            self.ask::<u64>(&command).await.map(drop)
        }
        .boxed()
    }

    fn forget<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut command = cmd("DEL");
            command.arg(inbox_key(auction));
            self.ask::<u64>(&command).await.map(drop)
        }
        .boxed()
    }
}

/// Reads a message of an inbox.
pub(super) fn message(entry: &redis::streams::StreamId) -> Option<Message> {
    Some(Message {
        id: InboxId::parse(&entry.id)?,
        body: Bytes::from(entry.get::<Vec<u8>>("m")?),
    })
}

/// Reads a word of an owner.
pub(super) fn word(entry: &redis::streams::StreamId) -> Option<Word> {
    let inbox = entry.get::<String>("i")?;
    Some(Word {
        epoch: entry.get("e")?,
        durable_to: entry.get("d")?,
        inbox: InboxId::parse(&inbox),
    })
}

pub(super) fn inbox_key(auction: &AuctionId) -> String {
    format!("ebok:{{{}}}:inbox:{auction}", tag(auction))
}

pub(super) fn word_key(auction: &AuctionId) -> String {
    format!("ebok:{{{}}}:word:{auction}", tag(auction))
}
