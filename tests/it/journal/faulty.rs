use std::time::Duration;

use auction_rules::ids::AuctionId;
use ebok::auction::journal::{
    AppendError, Journal, NotAppended, StoredBatch, append_until_known,
    faulty::{Fault, Faults, FaultyJournal, Stage},
};

use super::exchange::shared_promises;
use super::{assert_unbroken, batch_on, filled, promises, whole};

async fn open() -> (FaultyJournal, ()) {
    (FaultyJournal::new(1, Faults::default()), ())
}

promises!(open);
shared_promises!(open);

fn a() -> AuctionId {
    AuctionId::new("a").unwrap()
}

#[tokio::test]
async fn unsynced_writes_vanish_in_a_crash_and_acknowledged_ones_stay() {
    let (journal, ()) = open().await;
    let log = filled(&journal, &a(), 3).await;
    let tail = log[2].tail();
    let batch = batch_on(Some(tail), "not synced");
    journal.inject(Fault::Unsynced);
    let answer = journal.append(&a(), Some(tail), batch.clone()).await;
    assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
    assert_eq!(
        whole(&journal, &a()).await.len(),
        4,
        "seen before the crash"
    );
    assert_eq!(journal.synced(&a(), None), log);
    assert_eq!(journal.synced(&a(), Some(log[0].id)), log[1..]);
    assert_eq!(journal.synced_to(&a()), log[2].last_seq);
    journal.crash_losing_all();
    assert_eq!(whole(&journal, &a()).await, log);
    append_until_known(&journal, &a(), Some(tail), batch.clone())
        .await
        .unwrap();
    journal.crash_losing_all();
    assert_eq!(whole(&journal, &a()).await, [log, vec![batch]].concat());
}

#[tokio::test]
async fn a_failed_sync_stops_everything_until_the_restart() {
    let (journal, ()) = open().await;
    let log = filled(&journal, &a(), 2).await;
    let tail = log[1].tail();
    journal.inject(Fault::SyncFails);
    for _ in 0..2 {
        let answer =
            append_until_known(&journal, &a(), Some(tail), batch_on(Some(tail), "x")).await;
        assert!(matches!(answer, Err(NotAppended::Fatal(_))), "{answer:?}");
    }
    assert!(journal.read(&a(), None, 1).await.is_err());
    journal.crash_losing_all();
    assert_eq!(whole(&journal, &a()).await, log);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_resolved_once_whatever_happened() {
    let (journal, ()) = open().await;
    let mut tail = None;
    for fault in [Fault::Lost, Fault::AnswerLost, Fault::Unsynced] {
        for repeats in 1..5 {
            (0..repeats).for_each(|_| journal.inject(fault));
            let batch = batch_on(tail, format!("{fault:?}"));
            append_until_known(&journal, &a(), tail, batch.clone())
                .await
                .unwrap();
            tail = Some(batch.tail());
        }
    }
    let log = whole(&journal, &a()).await;
    assert_eq!(log.len(), 12);
    assert_unbroken(&log);
}

#[tokio::test(start_paused = true)]
async fn a_crash_on_the_way_leaves_the_outcome_unknown() {
    let faults = Faults {
        delay_max: Duration::from_secs(60),
        ..Faults::default()
    };
    let journal = FaultyJournal::new(3, faults);
    let name = a();
    let append = journal.append(&name, None, batch_on(None, "first"));
    let crash = async { journal.crash() };
    let (answer, ()) = tokio::join!(append, crash);
    assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn an_append_is_seen_when_it_begins_and_before_it_is_answered() {
    let faults = Faults {
        hang_permille: 1_000,
        hang_max: Duration::from_secs(60),
        ..Faults::default()
    };
    let journal = FaultyJournal::new(3, faults);
    let name = a();
    let append = async {
        let answer = journal.append(&name, None, batch_on(None, "first")).await;
        answer.unwrap();
        panic!("it is answered only later");
    };
    let stages = async {
        journal.reached(Stage::Begun).await;
        assert_eq!(journal.synced(&name, None), []);
        journal.reached(Stage::Decided).await;
        assert_eq!(journal.synced(&name, None).len(), 1);
    };
    tokio::select! {
        biased;
        () = stages => {}
        () = append => {}
    }
}

#[tokio::test(start_paused = true)]
async fn acknowledged_batches_survive_random_faults_and_the_same_seed_repeats() {
    for seed in 0..50 {
        let first = survive(seed).await;
        assert_eq!(first, survive(seed).await, "seed {seed}");
    }
}

/// Appends under faults with crashes between; gives the number of batches in the end.
async fn survive(seed: u64) -> usize {
    let faults = Faults {
        lost_permille: 100,
        answer_lost_permille: 100,
        unsynced_permille: 200,
        sync_fails_permille: 50,
        delay_max: Duration::from_millis(5),
        ..Faults::default()
    };
    let journal = FaultyJournal::new(seed, faults);
    let mut acknowledged: Vec<StoredBatch> = Vec::new();
    for round in 0..40 {
        let tail = journal.tail(&a()).await.ok().flatten();
        let batch = batch_on(tail, format!("{round}"));
        let answer = journal.append(&a(), tail, batch.clone()).await;
        if answer.is_ok() {
            acknowledged.push(batch);
        }
        if matches!(answer, Err(AppendError::Fatal(_))) || round % 7 == 0 {
            journal.crash();
        }
        if let Ok(log) = journal.read(&a(), None, 100).await {
            assert_unbroken(&log);
            assert!(acknowledged.iter().all(|batch| log.contains(batch)));
        }
    }
    journal.crash();
    whole(&journal, &a()).await.len()
}
