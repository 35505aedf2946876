use auction_rules::ids::AuctionId;
use ebok::auction::journal::{AppendError, Journal, JournalError, sqlite::SqliteJournal};
use tempfile::TempDir;

use super::{alive, batch_on, filled, promises, whole};

async fn open() -> (SqliteJournal, TempDir) {
    let dir = TempDir::new().unwrap();
    (
        SqliteJournal::open(dir.path().join("journal.db")).unwrap(),
        dir,
    )
}

promises!(open);

#[tokio::test]
async fn a_second_server_is_refused_with_a_sentence() {
    let (journal, dir) = open().await;
    let path = dir.path().join("journal.db");
    let Err(JournalError::Refused(sentence)) = SqliteJournal::open(&path) else {
        panic!("opened twice");
    };
    assert!(sentence.contains("in use by another server"), "{sentence}");
    assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
    drop(journal);
    SqliteJournal::open(&path).unwrap();
}

#[tokio::test]
async fn everything_is_there_when_opened_again() {
    let (journal, dir) = open().await;
    let a = AuctionId::new("a").unwrap();
    let log = filled(&journal, &a, 20).await;
    journal
        .mark_alive(&[(a.clone(), alive(1, 7))])
        .await
        .unwrap();
    drop(journal);
    let journal = SqliteJournal::open(dir.path().join("journal.db")).unwrap();
    assert_eq!(whole(&journal, &a).await, log);
    assert_eq!(
        journal.marks().await.unwrap(),
        [(a.clone(), alive(1, 7))].into()
    );
    let tail = log.last().unwrap().tail();
    journal
        .append(&a, Some(tail), batch_on(Some(tail), "goes on"))
        .await
        .unwrap();
}

/// A copy of the files while the journal is open is what a crash leaves behind.
#[tokio::test]
async fn everything_acknowledged_is_there_after_a_crash() {
    let (journal, dir) = open().await;
    let a = AuctionId::new("a").unwrap();
    let log = filled(&journal, &a, 20).await;
    let crashed = TempDir::new().unwrap();
    for file in ["journal.db", "journal.db-wal"] {
        std::fs::copy(dir.path().join(file), crashed.path().join(file)).unwrap();
    }
    let journal = SqliteJournal::open(crashed.path().join("journal.db")).unwrap();
    assert_eq!(whole(&journal, &a).await, log);
}

#[tokio::test]
async fn a_fenced_append_leaves_its_group_alone() {
    let (journal, _dir) = open().await;
    let names = ["a", "b", "c"].map(|name| AuctionId::new(name).unwrap());
    filled(&journal, &names[1], 1).await;
    let answers = futures_util::future::join_all(
        names
            .iter()
            .map(|name| journal.append(name, None, batch_on(None, "founding"))),
    )
    .await;
    assert!(
        matches!(answers[..], [Ok(()), Err(AppendError::Fenced), Ok(())]),
        "{answers:?}"
    );
}
