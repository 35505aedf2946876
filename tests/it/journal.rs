//! What every journal promises, on a real SQLite file, a real Redis and the fault-injecting one;
//! then what only one of them can do.

mod exchange;
mod failover;
mod faulty;
mod redis;
mod sqlite;

use std::collections::BTreeMap;
use std::sync::Arc;

use auction_rules::ids::AuctionId;
use bytes::Bytes;
use ebok::auction::journal::{
    AppendError, BatchId, Journal, Mark, NotAppended, Recent, StoredBatch, Tail,
};
use futures_util::future::join_all;
use sha2::{Digest, Sha256};

/// Runs each promise as a test of its own on the journal that `$open` gives; the second value it
/// gives is kept alive beside the journal.
macro_rules! promises {
    ($open:ident: $($promise:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $promise() {
            let (journal, _keep) = $open().await;
            crate::journal::$promise(std::sync::Arc::new(journal)).await;
        }
    )*};
    ($open:ident) => {
        promises!($open:
            founds_only_once
            fences_a_wrong_predecessor
            refuses_a_batch_that_does_not_follow
            takes_the_same_bytes_again
            reads_ranges
            keeps_auctions_apart
            gives_each_place_to_one_of_two_writers
            lets_a_takeover_fence_the_owner
            refuses_alive_marks_of_a_lower_epoch
            takes_large_bodies
            removes_a_log_that_ends_where_it_is_said
            lets_only_the_owner_mend_a_lost_log
            takes_a_thousand_auctions_at_once
        );
    };
}
use promises;

type AnyJournal = Arc<dyn Journal>;

/// What an owner of this epoch says while it lives.
fn alive(epoch: u64, at_ms: i64) -> Mark {
    Mark {
        epoch,
        at_ms,
        left: false,
    }
}

fn auction(name: &str) -> AuctionId {
    AuctionId::new(name).unwrap()
}

/// A batch of one entry on `predecessor`, its hash as real as a test needs.
fn batch_at(id: BatchId, predecessor: Option<Tail>, body: impl Into<Bytes>) -> StoredBatch {
    let body = body.into();
    let prev_head = predecessor.map_or([0; 32], |tail| tail.head);
    let head = Sha256::new()
        .chain_update(prev_head)
        .chain_update(&body)
        .finalize()
        .into();
    let seq = id.epoch * 1000 + id.batch;
    StoredBatch {
        id,
        first_seq: seq,
        last_seq: seq,
        prev_head,
        head,
        nonce: rand::random(),
        body,
        openings: Bytes::from_static(b"sealed"),
    }
}

/// The next batch of the same owner.
fn batch_on(predecessor: Option<Tail>, body: impl Into<Bytes>) -> StoredBatch {
    let id = predecessor.map_or(BatchId::FOUNDING, |tail| tail.id.next());
    batch_at(id, predecessor, body)
}

/// Appends `count` batches to a new log and gives them.
async fn filled(journal: &dyn Journal, auction: &AuctionId, count: usize) -> Vec<StoredBatch> {
    let mut log: Vec<StoredBatch> = Vec::new();
    for i in 0..count {
        let tail = log.last().map(StoredBatch::tail);
        let batch = batch_on(tail, format!("{auction} {i}"));
        journal.append(auction, tail, batch.clone()).await.unwrap();
        log.push(batch);
    }
    log
}

/// The whole log, read in small pieces.
async fn whole(journal: &dyn Journal, auction: &AuctionId) -> Vec<StoredBatch> {
    let mut log: Vec<StoredBatch> = Vec::new();
    loop {
        let after = log.last().map(|batch| batch.id);
        let more = journal.read(auction, after, 100).await.unwrap();
        if more.is_empty() {
            return log;
        }
        log.extend(more);
    }
}

fn assert_unbroken(log: &[StoredBatch]) {
    assert!(
        log.first()
            .is_none_or(|first| first.id == BatchId::FOUNDING)
    );
    for pair in log.windows(2) {
        let [before, after] = pair else {
            unreachable!()
        };
        assert_eq!(after.prev_head, before.head);
        assert!(after.id == before.id.next() || after.id == before.id.takeover());
    }
}

async fn founds_only_once(journal: AnyJournal) {
    let a = auction("a");
    assert_eq!(journal.tail(&a).await.unwrap(), None);
    let first = batch_on(None, "first");
    journal.append(&a, None, first.clone()).await.unwrap();
    let again = journal.append(&a, None, batch_on(None, "second")).await;
    assert!(matches!(again, Err(AppendError::Fenced)), "{again:?}");
    assert_eq!(whole(&*journal, &a).await, [first]);
}

async fn fences_a_wrong_predecessor(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 3).await;
    let tail = log[2].tail();
    let wrong = [
        Tail {
            head: [7; 32],
            ..tail
        },
        Tail {
            id: BatchId { epoch: 2, batch: 2 },
            ..tail
        },
        log[1].tail(),
        Tail {
            id: tail.id.next(),
            ..tail
        },
    ];
    for predecessor in wrong {
        let batch = batch_on(Some(predecessor), "other");
        let answer = journal.append(&a, Some(predecessor), batch).await;
        assert!(
            matches!(answer, Err(AppendError::Fenced)),
            "{predecessor:?}: {answer:?}"
        );
    }
    let nowhere = journal
        .append(&auction("b"), Some(tail), batch_on(Some(tail), "other"))
        .await;
    assert!(matches!(nowhere, Err(AppendError::Fenced)), "{nowhere:?}");
    assert_eq!(whole(&*journal, &a).await, log);
    assert_eq!(whole(&*journal, &auction("b")).await, []);
}

async fn refuses_a_batch_that_does_not_follow(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 2).await;
    let tail = Some(log[1].tail());
    let hole = batch_at(BatchId { epoch: 1, batch: 3 }, tail, "hole");
    let backwards = batch_at(BatchId { epoch: 1, batch: 1 }, tail, "backwards");
    let late_start = batch_at(BatchId { epoch: 2, batch: 1 }, tail, "late start");
    let torn = StoredBatch {
        prev_head: [9; 32],
        ..batch_on(tail, "torn")
    };
    for batch in [hole, backwards, late_start, torn] {
        let answer = journal.append(&a, tail, batch).await;
        assert!(matches!(answer, Err(AppendError::Fatal(_))), "{answer:?}");
    }
    assert_eq!(whole(&*journal, &a).await, log);
}

async fn takes_the_same_bytes_again(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 2).await;
    let tail = log[1].tail();
    let batch = batch_on(Some(tail), "again");
    for _ in 0..3 {
        journal.append(&a, Some(tail), batch.clone()).await.unwrap();
    }
    journal.append(&a, None, log[0].clone()).await.unwrap();
    let later = batch_on(Some(batch.tail()), "later");
    journal
        .append(&a, Some(batch.tail()), later.clone())
        .await
        .unwrap();
    journal.append(&a, Some(tail), batch.clone()).await.unwrap();
    let rival = StoredBatch {
        nonce: [1; 16],
        ..batch.clone()
    };
    let answer = journal.append(&a, Some(tail), rival).await;
    assert!(matches!(answer, Err(AppendError::Fenced)), "{answer:?}");
    assert_eq!(
        whole(&*journal, &a).await,
        [log, vec![batch, later]].concat()
    );
}

async fn reads_ranges(journal: AnyJournal) {
    let a = auction("a");
    let mut log = filled(&*journal, &a, 12).await;
    let tail = log[11].tail();
    let takeover = batch_at(tail.id.takeover(), Some(tail), "takeover");
    journal
        .append(&a, Some(tail), takeover.clone())
        .await
        .unwrap();
    log.push(takeover);
    let id = |epoch, batch| Some(BatchId { epoch, batch });
    let cases = [
        (None, 100, 0..13),
        (None, 1, 0..1),
        (None, 0, 0..0),
        (id(1, 0), 3, 1..4),
        (id(1, 8), 3, 9..12),
        (id(1, 11), 5, 12..13),
        (id(1, 500), 5, 12..13),
        (id(2, 0), 5, 13..13),
        (id(9, 9), 5, 13..13),
    ];
    for (after, limit, expected) in cases {
        let read = journal.read(&a, after, limit).await.unwrap();
        assert_eq!(read, log[expected], "after {after:?}, {limit}");
    }
    assert_eq!(journal.tail(&a).await.unwrap(), Some(log[12].tail()));
}

async fn removes_a_log_that_ends_where_it_is_said(journal: AnyJournal) {
    let (a, b) = (auction("a"), auction("b"));
    let log = filled(&*journal, &a, 3).await;
    let other = filled(&*journal, &b, 2).await;
    let marks = [&a, &b].map(|one| (one.clone(), alive(1, 1_000)));
    journal.mark_alive(&marks).await.unwrap();
    let ends = [
        log[1].tail(),
        Tail {
            head: [7; 32],
            ..log[2].tail()
        },
    ];
    for tail in ends {
        journal.remove(&a, tail).await.unwrap();
        assert_eq!(whole(&*journal, &a).await, log);
    }
    for _ in 0..2 {
        journal.remove(&a, log[2].tail()).await.unwrap();
    }
    assert_eq!(journal.tail(&a).await.unwrap(), None);
    assert_eq!(journal.auctions().await.unwrap(), std::slice::from_ref(&b));
    let left: Vec<_> = journal.marks().await.unwrap().into_keys().collect();
    assert_eq!(left, std::slice::from_ref(&b));
    assert_eq!(whole(&*journal, &b).await, other);
}

/// What the journal loses is here the whole log.
async fn lets_only_the_owner_mend_a_lost_log(journal: AnyJournal) {
    for (name, is_taken) in [("a", false), ("b", true)] {
        let a = auction(name);
        let mut recent = Recent::default();
        let mut log: Vec<StoredBatch> = Vec::new();
        for i in 0..3 {
            let tail = log.last().map(StoredBatch::tail);
            let batch = batch_on(tail, format!("{i}"));
            let appended = recent.append(&*journal, &a, tail, batch.clone()).await;
            appended.unwrap();
            log.push(batch);
        }
        let tail = log[2].tail();
        journal.remove(&a, tail).await.unwrap();
        let other = batch_on(None, "another's");
        if is_taken {
            journal.append(&a, None, other.clone()).await.unwrap();
        }
        let next = batch_on(Some(tail), "next");
        let appended = recent.append(&*journal, &a, Some(tail), next.clone()).await;
        let found = whole(&*journal, &a).await;
        if is_taken {
            assert!(matches!(appended, Err(NotAppended::Fenced)), "{appended:?}");
            assert_eq!(found, [other]);
        } else {
            appended.unwrap();
            assert_eq!(found, [log, vec![next]].concat());
        }
    }
}

async fn keeps_auctions_apart(journal: AnyJournal) {
    assert_eq!(journal.auctions().await.unwrap(), []);
    let names = ["018f-b", "a", "B", "018f-b-2"].map(auction);
    for name in &names {
        filled(&*journal, name, 3).await;
    }
    let mut expected = names.to_vec();
    expected.sort();
    assert_eq!(journal.auctions().await.unwrap(), expected);
    for name in &names {
        let log = whole(&*journal, name).await;
        assert_eq!(log.len(), 3);
        assert!(
            log.iter()
                .all(|batch| batch.body.starts_with(name.as_str().as_bytes()))
        );
    }
}

async fn gives_each_place_to_one_of_two_writers(journal: AnyJournal) {
    const LENGTH: usize = 60;
    let a = auction("a");
    filled(&*journal, &a, 1).await;
    let writers =
        ["one", "two"].map(|name| tokio::spawn(rival(journal.clone(), a.clone(), name, LENGTH)));
    let [one, two] = writers;
    let won = [one.await.unwrap(), two.await.unwrap()].concat();
    let log = whole(&*journal, &a).await;
    assert_unbroken(&log);
    assert_eq!(
        won.len(),
        log.len() - 1,
        "each place was acknowledged to one writer"
    );
    assert!(won.iter().all(|batch| log.contains(batch)));
}

/// Appends wherever the log seems to end until it has `length` batches; gives those it won.
async fn rival(journal: AnyJournal, a: AuctionId, name: &str, length: usize) -> Vec<StoredBatch> {
    let mut won = Vec::new();
    loop {
        let tail = journal.tail(&a).await.unwrap().unwrap();
        if tail.id.batch + 1 >= length as u64 {
            return won;
        }
        let batch = batch_on(Some(tail), name.to_owned());
        match journal.append(&a, Some(tail), batch.clone()).await {
            Ok(()) => won.push(batch),
            Err(AppendError::Fenced) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn lets_a_takeover_fence_the_owner(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 3).await;
    let tail = log[2].tail();
    let ours = batch_on(Some(tail), "the old owner goes on");
    let theirs = batch_at(tail.id.takeover(), Some(tail), "the new owner");
    assert_eq!(theirs.id, BatchId { epoch: 2, batch: 0 });
    journal
        .append(&a, Some(tail), theirs.clone())
        .await
        .unwrap();
    let answer = journal.append(&a, Some(tail), ours).await;
    assert!(matches!(answer, Err(AppendError::Fenced)), "{answer:?}");
    let next = batch_on(Some(theirs.tail()), "goes on");
    journal
        .append(&a, Some(theirs.tail()), next.clone())
        .await
        .unwrap();
    assert_eq!(next.id, BatchId { epoch: 2, batch: 1 });
    assert_eq!(
        whole(&*journal, &a).await,
        [log, vec![theirs, next]].concat()
    );
}

async fn refuses_alive_marks_of_a_lower_epoch(journal: AnyJournal) {
    const AT: i64 = 1_795_000_000_123;
    let (a, b) = (auction("a"), auction("b"));
    assert_eq!(journal.marks().await.unwrap(), BTreeMap::new());
    let says = async |marks: &[(&AuctionId, Mark)]| {
        let marks: Vec<_> = marks
            .iter()
            .map(|(a, mark)| ((*a).clone(), *mark))
            .collect();
        journal.mark_alive(&marks).await.unwrap()
    };
    let known = async |auction| journal.marks().await.unwrap().get(auction).copied();
    let none: [AuctionId; 0] = [];
    assert_eq!(says(&[(&a, alive(2, AT)), (&b, alive(1, AT))]).await, none);
    let refused = says(&[(&a, alive(1, AT + 1000)), (&b, alive(1, AT + 1000))]).await;
    assert_eq!(refused, std::slice::from_ref(&a));
    assert_eq!(known(&a).await, Some(alive(2, AT)));
    assert_eq!(known(&b).await, Some(alive(1, AT + 1000)));
    assert_eq!(says(&[(&a, alive(2, AT - 5))]).await, none);
    assert_eq!(
        known(&a).await,
        Some(alive(2, AT)),
        "a mark never goes back"
    );
    assert_eq!(says(&[(&a, alive(3, AT - 5))]).await, none);
    let third = alive(3, AT - 5);
    assert_eq!(known(&a).await, Some(third), "but each epoch has its own");
    // Who left does not come back in its epoch; the next owner has not left.
    let left = Mark {
        left: true,
        ..third
    };
    assert_eq!(says(&[(&a, left)]).await, none);
    assert_eq!(says(&[(&a, alive(3, AT))]).await, none);
    assert_eq!(known(&a).await, Some(Mark { at_ms: AT, ..left }));
    assert_eq!(says(&[(&a, alive(4, AT))]).await, none);
    assert_eq!(known(&a).await, Some(alive(4, AT)));
    assert_eq!(says(&[]).await, none);
}

async fn takes_large_bodies(journal: AnyJournal) {
    let a = auction("a");
    let log = filled(&*journal, &a, 1).await;
    let body: Vec<u8> = (0..512_u32 << 10)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let large = StoredBatch {
        openings: body.clone().into(),
        ..batch_on(Some(log[0].tail()), body)
    };
    journal
        .append(&a, Some(log[0].tail()), large.clone())
        .await
        .unwrap();
    assert_eq!(journal.tail(&a).await.unwrap(), Some(large.tail()));
    assert_eq!(whole(&*journal, &a).await, [log[0].clone(), large.clone()]);
    let too_large = batch_on(Some(large.tail()), vec![0; (1 << 20) + 1]);
    let answer = journal.append(&a, Some(large.tail()), too_large).await;
    assert!(matches!(answer, Err(AppendError::Fatal(_))), "{answer:?}");
}

async fn takes_a_thousand_auctions_at_once(journal: AnyJournal) {
    let names: Vec<_> = (0..1000)
        .map(|i| auction(&format!("auction-{i:04}")))
        .collect();
    let logs = join_all(names.iter().map(|name| filled(&*journal, name, 3))).await;
    assert_eq!(journal.auctions().await.unwrap(), names);
    for (name, log) in names.iter().zip(logs) {
        assert_eq!(whole(&*journal, name).await, log);
    }
    let marks: Vec<_> = names
        .iter()
        .map(|name| (name.clone(), alive(1, 5)))
        .collect();
    assert_eq!(journal.mark_alive(&marks).await.unwrap(), []);
    let found = journal.marks().await.unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), marks);
}
