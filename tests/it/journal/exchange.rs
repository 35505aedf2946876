//! What every journal of many nodes promises of inboxes and followed logs.

use super::{AnyJournal, auction, batch_at, batch_on, filled};
use auction_rules::ids::AuctionId;
use bytes::Bytes;
use ebok::auction::journal::exchange::{Exchange, InboxId, Message, News, SendError, Word};
use ebok::limits::FOLLOWED_QUEUE;
use tokio::sync::mpsc::Receiver;

/// More than an inbox of these tests ever holds.
const MANY: usize = 10_000;

/// As `promises`, of a journal that many nodes share.
macro_rules! shared_promises {
    ($open:ident: $($promise:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $promise() {
            let (journal, _keep) = $open().await;
            crate::journal::exchange::$promise(std::sync::Arc::new(journal)).await;
        }
    )*};
    ($open:ident) => {
        shared_promises!($open:
            brings_messages_once_and_in_order
            reads_an_inbox_on_from_any_place
            fills_no_inbox_beyond_its_bound
            trims_what_is_decided_alone
            follows_a_log_with_its_takeovers
            tells_the_last_word
            brings_more_than_a_follower_holds
            forgets_a_sealed_auction
        );
    };
}
pub(super) use shared_promises;

fn exchange(journal: &AnyJournal) -> &dyn Exchange {
    journal.exchange().expect("it is shared")
}

async fn send(journal: &AnyJournal, a: &AuctionId, texts: &[&str]) -> Vec<InboxId> {
    let texts = texts
        .iter()
        .map(|text| Bytes::from(text.as_bytes().to_vec()));
    let sent = exchange(journal).send(a, texts.collect(), MANY);
    sent.await.unwrap()
}

async fn texts(messages: &mut Receiver<Message>, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let body = messages.recv().await.unwrap().body;
        texts.push(String::from_utf8(body.to_vec()).unwrap());
    }
    texts
}

pub(super) async fn brings_messages_once_and_in_order(journal: AnyJournal) {
    let (a, b) = (auction("a"), auction("b"));
    let mut early = exchange(&journal).receive(&a, None);
    let mut ids = send(&journal, &a, &["one", "two"]).await;
    send(&journal, &b, &["another's"]).await;
    ids.extend(send(&journal, &a, &["three"]).await);
    assert!(ids.is_sorted() && ids.len() == 3, "{ids:?}");
    let mut late = exchange(&journal).receive(&a, None);
    for messages in [&mut early, &mut late] {
        assert_eq!(texts(messages, 3).await, ["one", "two", "three"]);
        assert!(messages.is_empty());
    }
}

pub(super) async fn reads_an_inbox_on_from_any_place(journal: AnyJournal) {
    let a = auction("a");
    let ids = send(&journal, &a, &["one", "two", "three"]).await;
    let mut after = exchange(&journal).receive(&a, Some(ids[1]));
    let mut end = exchange(&journal).receive(&a, Some(ids[2]));
    send(&journal, &a, &["four"]).await;
    assert_eq!(texts(&mut after, 2).await, ["three", "four"]);
    assert_eq!(texts(&mut end, 1).await, ["four"]);
}

pub(super) async fn fills_no_inbox_beyond_its_bound(journal: AnyJournal) {
    let a = auction("a");
    let one = || vec![Bytes::from_static(b"x")];
    for _ in 0..3 {
        exchange(&journal).send(&a, one(), 3).await.unwrap();
    }
    let full = exchange(&journal).send(&a, one(), 3).await;
    assert!(matches!(full, Err(SendError::Full)), "{full:?}");
    let marker = exchange(&journal).send(&a, one(), usize::MAX).await;
    assert_eq!(marker.unwrap().len(), 1);
}

pub(super) async fn trims_what_is_decided_alone(journal: AnyJournal) {
    let a = auction("a");
    let ids = send(&journal, &a, &["one", "two", "three"]).await;
    exchange(&journal).trim(&a, ids[1]).await.unwrap();
    let mut rest = exchange(&journal).receive(&a, None);
    assert_eq!(texts(&mut rest, 1).await, ["three"]);
    exchange(&journal).trim(&a, ids[2]).await.unwrap();
    let next = send(&journal, &a, &["four"]).await;
    assert!(next[0] > ids[2], "a place is never given twice");
    assert_eq!(texts(&mut rest, 1).await, ["four"]);
}

pub(super) async fn follows_a_log_with_its_takeovers(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 3).await;
    let mut news = exchange(&journal).follow(&a, log[0].id);
    let tail = log[2].tail();
    let takeover = batch_at(tail.id.takeover(), Some(tail), "takeover");
    journal
        .append(&a, Some(tail), takeover.clone())
        .await
        .unwrap();
    for expected in [&log[1], &log[2], &takeover] {
        assert_eq!(news.recv().await, Some(News::Batch(expected.clone())));
    }
}

pub(super) async fn tells_the_last_word(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 1).await;
    let word = |durable_to, inbox| Word {
        epoch: 1,
        durable_to,
        inbox,
    };
    let place = InboxId {
        at_ms: 1_795_000_000_000,
        number: 3,
    };
    let mut early = exchange(&journal).follow(&a, log[0].id);
    exchange(&journal)
        .announce(&a, word(7, None))
        .await
        .unwrap();
    assert_eq!(early.recv().await, Some(News::Word(word(7, None))));
    let last = word(9, Some(place));
    exchange(&journal).announce(&a, last).await.unwrap();
    let mut late = exchange(&journal).follow(&a, log[0].id);
    assert_eq!(early.recv().await, Some(News::Word(last)));
    assert_eq!(late.recv().await, Some(News::Word(last)), "the last alone");
}

/// A follower that is behind holds up nobody, and misses nothing.
pub(super) async fn brings_more_than_a_follower_holds(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 1).await;
    let mut news = exchange(&journal).follow(&a, log[0].id);
    let mut messages = exchange(&journal).receive(&a, None);
    let mut tail = log[0].tail();
    for index in 0..3 * FOLLOWED_QUEUE {
        let batch = batch_on(Some(tail), format!("{index}"));
        journal.append(&a, Some(tail), batch.clone()).await.unwrap();
        tail = batch.tail();
    }
    send(&journal, &a, &["not held up"]).await;
    assert_eq!(texts(&mut messages, 1).await, ["not held up"]);
    for index in 0..3 * FOLLOWED_QUEUE {
        let Some(News::Batch(batch)) = news.recv().await else {
            panic!("a batch");
        };
        assert_eq!(batch.body, format!("{index}"));
    }
}

pub(super) async fn forgets_a_sealed_auction(journal: AnyJournal) {
    let a = auction("a");
    send(&journal, &a, &["late"]).await;
    exchange(&journal).forget(&a).await.unwrap();
    let mut messages = exchange(&journal).receive(&a, None);
    send(&journal, &a, &["later"]).await;
    assert_eq!(texts(&mut messages, 1).await, ["later"]);
}
