use std::{sync::Arc, time::Duration};

use auction_rules::ids::AuctionId;
use ebok::auction::journal::{
    AppendError, BatchId, Journal, JournalError, StoredBatch, append_until_known,
    redis::{RedisJournal, RedisOptions},
};
use tokio::sync::watch;

use super::exchange::shared_promises;
use super::{alive, assert_unbroken, batch_on, filled, promises, whole};
use crate::support::redis::RedisServer;
use crate::support::wait::wait_for;

async fn open() -> (RedisJournal, RedisServer) {
    let server = RedisServer::durable();
    (
        connect(&server, RedisOptions::default()).await.unwrap(),
        server,
    )
}

async fn connect(
    server: &RedisServer,
    options: RedisOptions,
) -> Result<RedisJournal, JournalError> {
    RedisJournal::connect(&server.url(), options).await
}

promises!(open);
shared_promises!(open);

fn a() -> AuctionId {
    AuctionId::new("a").unwrap()
}

fn accepting() -> RedisOptions {
    RedisOptions {
        accept_weak_durability: true,
        ..RedisOptions::default()
    }
}

#[tokio::test]
async fn a_weak_redis_is_refused_by_name_and_accepted_with_the_flag() {
    let weak = [
        ("--appendonly no", "appendonly is no"),
        ("--appendfsync everysec", "appendfsync is everysec"),
        (
            "--no-appendfsync-on-rewrite yes",
            "no-appendfsync-on-rewrite is yes",
        ),
        (
            "--maxmemory-policy allkeys-lru",
            "maxmemory-policy is allkeys-lru",
        ),
    ];
    for (setting, sentence) in weak {
        let server = RedisServer::with(&[setting]);
        let Err(JournalError::Refused(refusal)) = connect(&server, RedisOptions::default()).await
        else {
            panic!("{setting} was accepted");
        };
        assert!(refusal.contains(sentence), "{refusal}");
        let journal = connect(&server, accepting()).await.unwrap();
        assert!(journal.weak_durability().unwrap().contains(sentence));
        filled(&journal, &a(), 2).await;
    }
}

#[tokio::test]
async fn a_durable_redis_has_no_weakness() {
    let (journal, _server) = open().await;
    assert_eq!(journal.weak_durability(), None);
}

#[tokio::test]
async fn a_redis_that_hides_its_settings_is_refused_with_the_reason() {
    let server = RedisServer::with(&["--rename-command CONFIG hidden"]);
    let Err(JournalError::Refused(refusal)) = connect(&server, RedisOptions::default()).await
    else {
        panic!("accepted");
    };
    assert!(refusal.contains("CONFIG GET is forbidden"), "{refusal}");
    assert!(
        connect(&server, accepting())
            .await
            .unwrap()
            .weak_durability()
            .is_some()
    );
}

#[tokio::test]
async fn a_replica_is_refused_always() {
    let server = RedisServer::with(&["--replicaof 127.0.0.1 1"]);
    for options in [RedisOptions::default(), accepting()] {
        let Err(JournalError::Refused(refusal)) = connect(&server, options).await else {
            panic!("accepted");
        };
        assert!(refusal.contains("must be the master"), "{refusal}");
    }
}

#[tokio::test]
async fn a_redis_weakened_later_is_left_until_it_is_mended() {
    let server = RedisServer::durable();
    let check_every = Duration::from_millis(10);
    let journal = connect(
        &server,
        RedisOptions {
            check_every,
            ..RedisOptions::default()
        },
    );
    let journal = journal.await.unwrap();
    let mut tail = None;
    let mut connection = server.connection().await;
    set(&mut connection, "everysec").await;
    let refusal = loop {
        let batch = batch_on(tail, "while it weakens");
        match journal.append(&a(), tail, batch.clone()).await {
            Ok(()) => tail = Some(batch.tail()),
            Err(AppendError::Unknown(source)) => break source.to_string(),
            Err(error) => panic!("{error:?}"),
        }
    };
    assert!(
        refusal.contains("appendfsync is everysec") || refusal.contains("waiting"),
        "{refusal}"
    );
    set(&mut connection, "always").await;
    append_until_known(&journal, &a(), tail, batch_on(tail, "mended"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_master_that_becomes_a_replica_is_left_until_it_is_the_master_again() {
    let (journal, server) = open().await;
    let log = filled(&journal, &a(), 2).await;
    let mut connection = server.connection().await;
    let mut follow = async |host: &str, port: &str| {
        let mut command = redis::cmd("REPLICAOF");
        command.arg(host).arg(port);
        command.exec_async(&mut connection).await.unwrap();
    };
    follow("127.0.0.1", "1").await;
    let tail = Some(log[1].tail());
    let next = batch_on(tail, "next");
    for _ in 0..2 {
        let answer = journal.append(&a(), tail, next.clone()).await;
        assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
    }
    follow("NO", "ONE").await;
    append_until_known(&journal, &a(), tail, next.clone())
        .await
        .unwrap();
    assert_eq!(
        whole_patiently(&journal, &a()).await,
        [log, vec![next]].concat()
    );
}

async fn set(connection: &mut redis::aio::MultiplexedConnection, appendfsync: &str) {
    let mut command = redis::cmd("CONFIG");
    command.arg("SET").arg("appendfsync").arg(appendfsync);
    command.exec_async(connection).await.unwrap();
}

#[tokio::test]
async fn flushed_scripts_and_lost_links_only_delay() {
    let (journal, server) = open().await;
    let mut connection = server.connection().await;
    let mut tail = None;
    for command in ["SCRIPT FLUSH", "CLIENT KILL TYPE normal SKIPME yes"] {
        let mut words = command.split(' ');
        let mut command = redis::cmd(words.next().unwrap());
        words.for_each(|word| {
            command.arg(word);
        });
        command.exec_async(&mut connection).await.unwrap();
        let batch = batch_on(tail, "after");
        append_until_known(&journal, &a(), tail, batch.clone())
            .await
            .unwrap();
        tail = Some(batch.tail());
    }
    assert_unbroken(&whole_patiently(&journal, &a()).await);
}

/// Reads once the journal's reader has its connection back.
async fn whole_patiently(journal: &RedisJournal, auction: &AuctionId) -> Vec<StoredBatch> {
    while journal.tail(auction).await.is_err() {
        tokio::task::yield_now().await;
    }
    whole(journal, auction).await
}

#[tokio::test]
async fn a_frozen_redis_leaves_the_outcome_unknown_and_one_batch_in_the_end() {
    let server = RedisServer::durable();
    let response_max = Duration::from_millis(50);
    let options = RedisOptions {
        response_max,
        ..RedisOptions::default()
    };
    let journal = Arc::new(connect(&server, options).await.unwrap());
    let log = filled(&*journal, &a(), 2).await;
    let tail = log[1].tail();
    let batch = batch_on(Some(tail), "frozen");
    server.freeze();
    let answer = journal.append(&a(), Some(tail), batch.clone()).await;
    assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
    let known = tokio::spawn({
        let (journal, batch) = (journal.clone(), batch.clone());
        async move { append_until_known(&*journal, &a(), Some(tail), batch).await }
    });
    server.thaw();
    known.await.unwrap().unwrap();
    assert_eq!(
        whole_patiently(&journal, &a()).await,
        [log, vec![batch]].concat()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_acknowledged_survives_a_killed_redis() {
    const ROUNDS: usize = 5;
    const AUCTIONS: usize = 8;
    const ACKNOWLEDGED_PER_ROUND: usize = 200;
    let (journal, mut server) = open().await;
    let journal = Arc::new(journal);
    let acknowledged = watch::Sender::new(0);
    let (stop, _) = watch::channel(false);
    let writers: Vec<_> = (0..AUCTIONS)
        .map(|i| {
            let name = AuctionId::new(&format!("auction-{i}")).unwrap();
            tokio::spawn(write(
                journal.clone(),
                name,
                acknowledged.clone(),
                stop.subscribe(),
            ))
        })
        .collect();
    let mut progress = acknowledged.subscribe();
    for round in 1..=ROUNDS {
        progress
            .wait_for(|count| *count >= round * ACKNOWLEDGED_PER_ROUND)
            .await
            .unwrap();
        server.kill();
        server.restart();
    }
    let so_far = *progress.borrow();
    progress.wait_for(|count| *count > so_far).await.unwrap();
    stop.send_replace(true);
    for (i, writer) in writers.into_iter().enumerate() {
        let expected = writer.await.unwrap();
        let name = AuctionId::new(&format!("auction-{i}")).unwrap();
        let log = whole_patiently(&journal, &name).await;
        assert_unbroken(&log);
        assert_eq!(log, expected);
    }
}

/// Appends until told to stop; gives what was acknowledged.
async fn write(
    journal: Arc<RedisJournal>,
    name: AuctionId,
    acknowledged: watch::Sender<usize>,
    stop: watch::Receiver<bool>,
) -> Vec<StoredBatch> {
    let mut log: Vec<StoredBatch> = Vec::new();
    while !*stop.borrow() {
        let tail = log.last().map(StoredBatch::tail);
        let batch = batch_on(tail, format!("{name} {}", log.len()));
        append_until_known(&*journal, &name, tail, batch.clone())
            .await
            .unwrap();
        log.push(batch);
        acknowledged.send_modify(|count| *count += 1);
    }
    log
}

/// Every write passes through the keys and fields that operators and other nodes know.
#[tokio::test]
async fn keys_and_fields_are_as_documented() {
    let (journal, server) = open().await;
    let name = AuctionId::new("0198a1b2-0000-7000-8000-000000000000").unwrap();
    let log = filled(&journal, &name, 2).await;
    journal
        .mark_alive(&[(name.clone(), alive(1, 1000))])
        .await
        .unwrap();
    let mut connection = server.connection().await;
    let mut keys: Vec<String> = redis::cmd("KEYS")
        .arg("*")
        .query_async(&mut connection)
        .await
        .unwrap();
    keys.sort();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(name.as_str());
    let tag = format!("t{:02}", digest[0] % 32);
    assert_eq!(
        keys,
        [
            format!("ebok:{{{tag}}}:alive"),
            format!("ebok:{{{tag}}}:log:{name}")
        ]
    );
    let entries: redis::streams::StreamRangeReply = redis::cmd("XRANGE")
        .arg(&keys[1])
        .arg("1-1")
        .arg("1-1")
        .query_async(&mut connection)
        .await
        .unwrap();
    let entry = &entries.ids[0];
    assert_eq!(entry.get::<Vec<u8>>("b").unwrap(), log[1].body);
    assert_eq!(entry.get::<Vec<u8>>("p").unwrap(), log[0].head);
    assert_eq!(entry.get::<Vec<u8>>("h").unwrap(), log[1].head);
    assert_eq!(entry.get::<Vec<u8>>("x").unwrap(), log[1].nonce);
    assert_eq!(entry.get::<Vec<u8>>("o").unwrap(), log[1].openings);
    assert_eq!(entry.get::<String>("s").unwrap(), "1001-1001");
}

/// One connection for each tag follows all its logs and inboxes, however many auctions there are.
#[tokio::test]
async fn many_auctions_are_followed_by_few_connections() {
    const TAGS: usize = 32;
    /// Those that write, and this test's own.
    const OTHERS: usize = 8;
    let (journal, server) = open().await;
    let exchange = journal.exchange().unwrap();
    let founding = BatchId::FOUNDING;
    let mut followed = Vec::new();
    for number in 0..10 * TAGS {
        let name = AuctionId::new(&format!("auction-{number}")).unwrap();
        followed.push((
            exchange.follow(&name, founding),
            exchange.receive(&name, None),
        ));
    }
    wait_for("every tag is read", async || {
        let reading = server.told("CLIENT LIST").await;
        let reading = reading.matches("cmd=xread ").count();
        (reading == TAGS).then_some(())
    })
    .await;
    let clients = server.told("CLIENT LIST").await.lines().count();
    assert!(clients <= TAGS + OTHERS, "{clients}");
}
