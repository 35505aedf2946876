//! Redis as docs/operations.md recommends it: TLS, passwords, replicas that are waited for, and
//! Sentinel that makes one of them the master.

use std::{sync::Arc, time::Duration};

use auction_rules::ids::AuctionId;
use ebok::auction::journal::{
    AppendError, BatchId, Journal, JournalError, NotAppended, Recent, StoredBatch, Tail,
    redis::{RedisJournal, RedisOptions},
};
use tokio::sync::watch;

use super::{assert_unbroken, batch_at, batch_on, filled, whole};
use crate::support::certificates::Certificates;
use crate::support::redis::RedisServer;
use crate::support::sentinels::Group;
use crate::support::wait::wait_for;

fn a() -> AuctionId {
    AuctionId::new("a").unwrap()
}

fn trusting(certificates: &Certificates) -> RedisOptions {
    RedisOptions {
        certificates: Some(certificates.authority()),
        ..RedisOptions::default()
    }
}

/// Waits for so many replicas.
fn waiting(group: &Group, replicas: usize) -> RedisOptions {
    RedisOptions {
        replicas,
        ..trusting(group.certificates())
    }
}

async fn refusal(url: &str, options: RedisOptions) -> String {
    match RedisJournal::connect(url, options).await {
        Err(JournalError::Refused(sentence)) => sentence,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was accepted"),
    }
}

#[tokio::test]
async fn tls_holds_out_for_the_right_authority_and_certificate() {
    let (ours, foreign) = (Certificates::new(), Certificates::new());
    let server = RedisServer::over_tls(&ours, &["--tls-auth-clients yes"]);
    let url = format!("rediss://127.0.0.1:{}/", server.port());
    let with = |certificates| RedisOptions {
        certificates,
        ..RedisOptions::default()
    };
    let wrong = [None, Some(foreign.client()), Some(ours.authority())];
    for certificates in wrong {
        let refused = RedisJournal::connect(&url, with(certificates)).await;
        assert!(matches!(refused, Err(JournalError::Unavailable(_))));
    }
    let plain = RedisJournal::connect(&server.url(), with(None)).await;
    assert!(matches!(plain, Err(JournalError::Unavailable(_))));
    let journal = RedisJournal::connect(&url, with(Some(ours.client())));
    let journal = journal.await.unwrap();
    let log = filled(&journal, &a(), 3).await;
    assert_eq!(whole(&journal, &a()).await, log);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_group_are_refused_by_name() {
    let group = Group::start(1, 0).await;
    let unwaited = refusal(&group.url(), waiting(&group, 0)).await;
    assert!(
        unwaited.contains("an append waits for 0 of the 1 replicas"),
        "{unwaited}"
    );
    let unheld = refusal(&group.url(), waiting(&group, 1)).await;
    assert!(unheld.contains("min-replicas-to-write is 0"), "{unheld}");
    let accepting = RedisOptions {
        accept_weak_durability: true,
        ..waiting(&group, 0)
    };
    let journal = RedisJournal::connect(&group.url(), accepting)
        .await
        .unwrap();
    let weakness = journal.weak_durability().unwrap();
    assert!(weakness.contains("an append waits for 0 of"), "{weakness}");
    filled(&journal, &a(), 2).await;
}

#[tokio::test]
async fn an_append_without_its_replica_is_unknown_and_lands_once_when_it_is_back() {
    let master = RedisServer::with(&["--min-replicas-to-write 1", "--repl-diskless-sync-delay 0"]);
    let follow = format!("--replicaof 127.0.0.1 {}", master.port());
    let replica = RedisServer::with(&[&follow]);
    let options = RedisOptions {
        replicas: 1,
        response_max: Duration::from_millis(400),
        ..RedisOptions::default()
    };
    let journal = RedisJournal::connect(&master.url(), options).await.unwrap();
    let mut recent = Recent::default();
    let first = batch_on(None, "first");
    recent
        .append(&journal, &a(), None, first.clone())
        .await
        .unwrap();
    replica.freeze();
    let tail = Some(first.tail());
    let second = batch_on(tail, "second");
    let answer = journal.append(&a(), tail, second.clone()).await;
    assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
    replica.thaw();
    recent
        .append(&journal, &a(), tail, second.clone())
        .await
        .unwrap();
    let mut follower = replica.connection().await;
    let length: usize = redis::cmd("XLEN")
        .arg(key(&mut follower).await)
        .query_async(&mut follower)
        .await
        .unwrap();
    assert_eq!(length, 2, "the replica has what was acknowledged");
    assert_eq!(whole(&journal, &a()).await, [first, second]);
}

/// The only log.
async fn key(connection: &mut redis::aio::MultiplexedConnection) -> String {
    let mut keys: Vec<String> = redis::cmd("KEYS")
        .arg("ebok:*:log:*")
        .query_async(connection)
        .await
        .unwrap();
    keys.pop().expect("a log")
}

/// Everything acknowledged is there after each of two masters was killed, with every replica waited
/// for; what was killed comes back as a replica.
#[tokio::test(flavor = "multi_thread")]
async fn everything_acknowledged_survives_a_failover() {
    const AUCTIONS: usize = 4;
    const ACKNOWLEDGED: usize = 40;
    let mut group = Group::start(1, 1).await;
    let journal = RedisJournal::connect(&group.url(), waiting(&group, 1)).await;
    let journal = Arc::new(journal.unwrap());
    let acknowledged = watch::Sender::new(0);
    let (stop, _) = watch::channel(false);
    let writers = (0..AUCTIONS).map(|i| {
        let name = AuctionId::new(&format!("auction-{i}")).unwrap();
        let writer = write(
            journal.clone(),
            name,
            acknowledged.clone(),
            stop.subscribe(),
        );
        tokio::spawn(writer)
    });
    let writers: Vec<_> = writers.collect();
    let mut progress = acknowledged.subscribe();
    let enough = |count: &usize| *count >= ACKNOWLEDGED;
    progress.wait_for(enough).await.unwrap();
    group.servers[0].kill();
    let master = group.failed_over(0).await;
    assert_eq!(master, 1);
    group.restart_behind(0, master);
    let so_far = *progress.borrow_and_update();
    let enough = |count: &usize| *count >= so_far + ACKNOWLEDGED;
    progress.wait_for(enough).await.unwrap();
    stop.send_replace(true);
    for writer in writers {
        let (name, expected) = writer.await.unwrap();
        let log = read(&journal, &name).await;
        assert_unbroken(&log);
        assert!(
            log == expected,
            "{name} holds what was acknowledged and nothing else"
        );
    }
}

/// Appends until told to stop; gives what was acknowledged.
async fn write(
    journal: Arc<RedisJournal>,
    name: AuctionId,
    acknowledged: watch::Sender<usize>,
    stop: watch::Receiver<bool>,
) -> (AuctionId, Vec<StoredBatch>) {
    let mut recent = Recent::default();
    let mut log: Vec<StoredBatch> = Vec::new();
    while !*stop.borrow() {
        let tail = log.last().map(StoredBatch::tail);
        let batch = batch_on(tail, format!("{name} {}", log.len()));
        let appended = recent.append(&*journal, &name, tail, batch.clone()).await;
        appended.unwrap();
        log.push(batch);
        acknowledged.send_modify(|count| *count += 1);
    }
    (name, log)
}

/// The whole log, once the reader has its connection back.
async fn read(journal: &RedisJournal, auction: &AuctionId) -> Vec<StoredBatch> {
    wait_for("the reader", async || journal.tail(auction).await.ok()).await;
    whole(journal, auction).await
}

/// What a failover loses that no append waited for: the log of a Redis that comes back as it was.
struct Earlier {
    server: RedisServer,
    journal: RedisJournal,
    recent: Recent,
    log: Vec<StoredBatch>,
}

impl Earlier {
    /// The owner knows `before` and `lost`; Redis only `before`.
    async fn begin(before: usize, lost: usize) -> Self {
        let mut server = RedisServer::durable();
        let journal = RedisJournal::connect(&server.url(), RedisOptions::default()).await;
        let journal = journal.unwrap();
        let mut owner = (Recent::default(), Vec::new());
        extend(&journal, &mut owner, before).await;
        let kept = tempfile::TempDir::new().unwrap();
        let (files, copy) = (server.dir().join("appendonlydir"), kept.path().join("copy"));
        if before > 0 {
            copy_all(&files, &copy);
        }
        extend(&journal, &mut owner, lost).await;
        server.kill();
        std::fs::remove_dir_all(&files).unwrap();
        if before > 0 {
            copy_all(&copy, &files);
        }
        server.restart();
        let (recent, log) = owner;
        Self {
            server,
            journal,
            recent,
            log,
        }
    }

    fn tail(&self) -> Tail {
        self.log.last().expect("a batch").tail()
    }

    /// The owner goes on.
    async fn next(&mut self) -> Result<StoredBatch, NotAppended> {
        let tail = self.tail();
        let next = batch_on(Some(tail), "next");
        self.recent
            .append(&self.journal, &a(), Some(tail), next.clone())
            .await
            .map(|()| next)
    }
}

async fn extend(journal: &RedisJournal, owner: &mut (Recent, Vec<StoredBatch>), count: usize) {
    let (recent, log) = owner;
    for i in 0..count {
        let tail = log.last().map(StoredBatch::tail);
        let batch = batch_on(tail, format!("batch {i}"));
        recent
            .append(journal, &a(), tail, batch.clone())
            .await
            .unwrap();
        log.push(batch);
    }
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[tokio::test]
async fn an_owner_appends_again_what_a_failover_lost() {
    for (before, lost) in [(3, 2), (1, 4), (0, 3)] {
        let mut earlier = Earlier::begin(before, lost).await;
        let next = earlier.next().await.unwrap();
        let log = read(&earlier.journal, &a()).await;
        assert_eq!(
            log,
            [&earlier.log[..], &[next]].concat(),
            "{before} kept, {lost} lost"
        );
    }
}

#[tokio::test]
async fn an_owner_is_fenced_where_somebody_took_over_after_the_failover() {
    let mut earlier = Earlier::begin(3, 2).await;
    let tail = earlier.log[2].tail();
    let takeover = batch_at(tail.id.takeover(), Some(tail), "takeover");
    let other = RedisJournal::connect(&earlier.server.url(), RedisOptions::default()).await;
    let other = other.unwrap();
    other
        .append(&a(), Some(tail), takeover.clone())
        .await
        .unwrap();
    let fenced = earlier.next().await;
    assert!(matches!(fenced, Err(NotAppended::Fenced)), "{fenced:?}");
    assert_eq!(
        read(&other, &a()).await,
        [&earlier.log[..3], &[takeover]].concat()
    );
    assert_eq!(earlier.tail().id, BatchId { epoch: 1, batch: 4 });
}
