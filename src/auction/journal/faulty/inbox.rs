//! Inboxes in memory, and the logs as other nodes follow them: late by chance, as everything here.

use super::super::exchange::{Exchange, InboxId, Message, News, SendError, Word};
use super::super::{BatchId, Result};
use super::{Fault, FaultyJournal, Store};
use crate::limits::FOLLOWED_QUEUE;
use auction_rules::AuctionId;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// The messages of one auction.
#[derive(Default)]
pub(super) struct Inbox {
    messages: VecDeque<Message>,
    last: Option<InboxId>,
}

impl Inbox {
    fn put(&mut self, at_ms: u64, body: Bytes) -> InboxId {
        let first = InboxId { at_ms, number: 0 };
        let id = self.last.map_or(first, |last| last.next().max(first));
        self.last = Some(id);
        self.messages.push_back(Message { id, body });
        id
    }

    fn after(&self, after: Option<InboxId>) -> Vec<Message> {
        let new = self.messages.iter();
        let new = new.filter(|message| after.is_none_or(|after| message.id > after));
        new.take(FOLLOWED_QUEUE).cloned().collect()
    }
}

impl Store {
    /// What becomes of messages: they are lost with appends, or their answer is.
    fn send(
        &mut self,
        auction: &AuctionId,
        messages: Vec<Bytes>,
        most: usize,
    ) -> Result<Vec<InboxId>, SendError> {
        let fault = if self.failed {
            Some(Fault::Lost)
        } else {
            self.chance()
        };
        if fault == Some(Fault::Lost) {
            return Err(unknown("the messages were lost"));
        }
        let now = self.clock.as_ref();
        let at_ms = now.map_or(0, |(clock, ahead_ms)| clock.now().0 + ahead_ms);
        let at_ms = u64::try_from(at_ms).unwrap_or(0);
        let inbox = self.inboxes.entry(auction.clone()).or_default();
        if inbox.messages.len() >= most {
            return Err(SendError::Full);
        }
        let ids = messages.into_iter().map(|body| inbox.put(at_ms, body));
        let ids = ids.collect();
        match fault {
            Some(_) => Err(unknown("the answer was lost")),
            None => Ok(ids),
        }
    }
}

impl FaultyJournal {
    /// Hands on what `look` finds, now and whenever something has changed, until nobody listens or
    /// `look` finds no more.
    fn hand_on<T: Send + 'static>(
        &self,
        mut look: impl FnMut(&Store) -> Vec<T> + Send + 'static,
    ) -> mpsc::Receiver<T> {
        let (hand, receiver) = mpsc::channel(FOLLOWED_QUEUE);
        let journal = self.clone();
        tokio::spawn(async move {
            loop {
                let mut changed = std::pin::pin!(journal.changes.notified());
                changed.as_mut().enable();
                let found = look(&journal.store());
                if found.is_empty() {
                    tokio::select! {
                        biased;
                        () = changed => {}
                        () = hand.closed() => return,
                    }
                    continue;
                }
                let crashes = journal.store().crashes;
                journal.delay(crashes).await;
                journal.linked().await;
                for one in found {
                    if hand.send(one).await.is_err() {
                        return;
                    }
                }
            }
        });
        receiver
    }
}

impl Exchange for FaultyJournal {
    fn send<'a>(
        &'a self,
        auction: &'a AuctionId,
        messages: Vec<Bytes>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<InboxId>, SendError>> {
        async move {
            let crashes = self.store().crashes;
            if !self.delay(crashes).await {
                return Err(unknown(
                    "the journal crashed before the messages reached it",
                ));
            }
            let sent = self.store().send(auction, messages, most);
            self.changed();
            if !self.delay(crashes).await {
                return Err(unknown("the journal crashed before it answered"));
            }
            sent
        }
        .boxed()
    }

    fn receive(&self, auction: &AuctionId, after: Option<InboxId>) -> mpsc::Receiver<Message> {
        let (auction, mut after) = (auction.clone(), after);
        self.hand_on(move |store| {
            let inbox = store.inboxes.get(&auction);
            let new = inbox.map_or_else(Vec::new, |inbox| inbox.after(after));
            after = new.last().map(|last| last.id).or(after);
            new
        })
    }

    fn follow(&self, auction: &AuctionId, after: BatchId) -> mpsc::Receiver<News> {
        let (auction, mut after, mut said) = (auction.clone(), after, None);
        self.hand_on(move |store| {
            let batches = store.synced(&auction).iter();
            let new = batches
                .filter(|batch| batch.id > after)
                .take(FOLLOWED_QUEUE);
            let mut news: Vec<_> = new.cloned().map(News::Batch).collect();
            if let Some(News::Batch(last)) = news.last() {
                after = last.id;
            }
            let word = store.words.get(&auction).copied();
            if word != said {
                said = word;
                news.extend(word.map(News::Word));
            }
            news
        })
    }

    fn announce<'a>(&'a self, auction: &'a AuctionId, word: Word) -> BoxFuture<'a, Result<()>> {
        async move {
            self.linked().await;
            self.store().words.insert(auction.clone(), word);
            self.changed();
            Ok(())
        }
        .boxed()
    }

    fn trim<'a>(&'a self, auction: &'a AuctionId, to: InboxId) -> BoxFuture<'a, Result<()>> {
        async move {
            self.linked().await;
            if let Some(inbox) = self.store().inboxes.get_mut(auction) {
                inbox.messages.retain(|message| message.id > to);
            }
            Ok(())
        }
        .boxed()
    }

    fn forget<'a>(&'a self, auction: &'a AuctionId) -> BoxFuture<'a, Result<()>> {
        let mut store = self.store();
        store.inboxes.remove(auction);
        store.words.remove(auction);
        future::ready(Ok(())).boxed()
    }
}

fn unknown(why: &str) -> SendError {
    SendError::Unknown(why.into())
}
