//! The store: what it promises on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::place;
use auction_rules::{Timestamp, Words};
use ebok::store::accounts::{self, Account, StaffRole};
use ebok::store::audit::Chain;
use ebok::store::tenders::{self, Tender};
use ebok::store::{Place, Store, audit, new_id};
use serde_json::json;

fn account(login: &str) -> Account {
    Account {
        id: new_id(),
        login: login.to_owned(),
        name: "Żaneta Ćwikła".to_owned(),
        role: StaffRole::Officer,
        password: "hash".to_owned(),
        must_change: true,
        blocked_at: None,
        created_at: Timestamp(1),
    }
}

fn tender(created_by: &str) -> Tender {
    Tender {
        id: new_id(),
        number: new_id(),
        title: Words::new("Remont \"mostu\"", ""),
        procedure: "podprogowe".to_owned(),
        above_threshold: false,
        cpv: String::new(),
        notice_url: String::new(),
        test: false,
        announced_at: None,
        self_service: true,
        two_officers: false,
        created_by: created_by.to_owned(),
        created_at: Timestamp(2),
    }
}

#[tokio::test]
async fn what_is_written_is_read_back() {
    let (place, _directory) = place::new().await;
    let store = Store::open(&place).await.unwrap();
    let (officer, login) = (account(&new_id()), String::new());
    assert!(accounts::by_login(&store, &login).await.unwrap().is_none());
    let written = tender(&officer.id);
    let mut tx = store.write_tx().await.unwrap();
    accounts::insert(&mut tx, &officer).await.unwrap();
    tenders::insert(&mut tx, &written).await.unwrap();
    tx.commit().await.unwrap();
    let read = tenders::by_id(&store, &written.id).await.unwrap().unwrap();
    assert_eq!(read.title, written.title);
    let read = accounts::by_login(&store, &officer.login)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (read.name, read.must_change, read.blocked_at),
        (officer.name, true, None)
    );
}

#[tokio::test]
async fn a_taken_name_is_told_from_a_store_that_is_away() {
    let (place, _directory) = place::new().await;
    let store = Store::open(&place).await.unwrap();
    let officer = account(&new_id());
    let mut tx = store.write_tx().await.unwrap();
    accounts::insert(&mut tx, &officer).await.unwrap();
    let twin = Account {
        id: new_id(),
        ..officer
    };
    assert!(
        accounts::insert(&mut tx, &twin)
            .await
            .unwrap_err()
            .is_taken()
    );
    drop(tx);
    store.close().await;
    assert!(!store.ping().await.unwrap_err().is_taken());
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let (place, _directory) = place::new().await;
    let store = Store::open(&place).await.unwrap();
    let officer = account(&new_id());
    let mut tx = store.write_tx().await.unwrap();
    accounts::insert(&mut tx, &officer).await.unwrap();
    drop(tx);
    assert!(
        accounts::by_id(&store, &officer.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn the_audit_log_counts_without_gaps_whoever_writes() {
    let (place, _directory) = place::new().await;
    let store = Store::open(&place).await.unwrap();
    let before = audit::page(&store, 0).await.unwrap().len();
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.write_tx().await.unwrap();
                let details = json!({ "number": number });
                audit(&mut tx, Timestamp(number), "test", "counted", &details)
                    .await
                    .unwrap();
                if number % 5 != 0 {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let log = audit::page(&store, 0).await.unwrap();
    assert_eq!(log.len(), before + 16);
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
}

#[tokio::test]
async fn a_second_start_finds_the_tables() {
    let directory = tempfile::tempdir().unwrap();
    let place = Place::Directory(directory.path().join("new").join("deep"));
    Store::open(&place).await.unwrap().close().await;
    Store::open(&place).await.unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn no_entry_of_the_audit_log_can_be_changed_unseen() {
    let (place, _directory) = place::new().await;
    let store = Store::open(&place).await.unwrap();
    assert_eq!(audit::verify(&store).await.unwrap(), Chain::Whole(None));
    for number in 1..=4 {
        let mut tx = store.write_tx().await.unwrap();
        let details = json!({ "number": number });
        audit(&mut tx, Timestamp(number), "anna", "counted", &details)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let whole = audit::verify(&store).await.unwrap();
    assert!(matches!(whole, Chain::Whole(Some((4, _)))), "{whole:?}");
    for (change, back, broken) in [
        (
            "UPDATE audit SET who = 'eve' WHERE seq = 2",
            "UPDATE audit SET who = 'anna' WHERE seq = 2",
            2,
        ),
        (
            "UPDATE audit SET at = 9 WHERE seq = 4",
            "UPDATE audit SET at = 4 WHERE seq = 4",
            4,
        ),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 3",
            "UPDATE audit SET seq = 3 WHERE seq = 9",
            3,
        ),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 9",
            4,
        ),
        (
            "UPDATE audit_head SET seq = 3 WHERE id = 1",
            "UPDATE audit_head SET seq = 4 WHERE id = 1",
            5,
        ),
    ] {
        place::change(&place, change).await;
        let found = audit::verify(&store).await.unwrap();
        assert_eq!(found, Chain::Broken(broken), "{change}");
        place::change(&place, back).await;
        assert_eq!(audit::verify(&store).await.unwrap(), whole, "{back}");
    }
}
