//! SIGKILL while citizens send letters: every receipt that was given stands after the restart, the
//! register has no gap and no twin, and who got no answer may send the same letter again.

use super::{MOMENT_MAX, number};
use crate::support::process::Server;
use crate::support::wait::pass;
use auction_rules::Timestamp;
use ebok::identity::{Assurance, secrets};
use ebok::store::citizens::{self, Citizen, Confirmed, Kind, State};
use ebok::store::sessions::{self, Holder, SessionRow};
use ebok::store::{Place, Store, new_id, passwords};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Citizens who send at once, each with one letter after another.
const SENDERS: usize = 8;
/// Kills of one run; each comes after at most so many more receipts.
const ROUNDS: usize = 5;
const LETTERS_MAX: usize = 30;
const LATER: Timestamp = Timestamp(4_000_000_000_000);

#[tokio::test(flavor = "multi_thread")]
async fn killed_server_keeps_every_receipt_for_a_letter() {
    let seed = number("EBOK_CRASH_SEED").unwrap_or_else(rand::random);
    println!("EBOK_CRASH_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut server = Server::with(&["--demo", "--clamd", "off"]).await;
    let token = citizen(&server).await;
    let given = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let url = server.url("/api/matters/pismo-ogolne/letters");
            let (given, stop) = (Arc::clone(&given), Arc::clone(&stop));
            tokio::spawn(send(sender, url, token.clone(), given, stop))
        })
        .collect();
    for _ in 0..ROUNDS {
        let enough = given.load(Ordering::SeqCst) + random.random_range(1..LETTERS_MAX);
        let got = async || (given.load(Ordering::SeqCst) >= enough).then_some(());
        crate::support::wait::wait_for("receipts", got).await;
        pass(random.random_range(Duration::ZERO..MOMENT_MAX)).await;
        server.kill();
        server.restart().await;
    }
    stop.store(1, Ordering::SeqCst);
    let mut receipts = BTreeMap::new();
    for sender in senders {
        for receipt in sender.await.unwrap() {
            let number = receipt["number"].as_str().unwrap().to_owned();
            assert!(receipts.insert(number, receipt).is_none(), "a twin");
        }
    }
    // All was sent until it was answered, so that the register holds nothing else.
    let expected = (1..=receipts.len()).map(|number| format!("RPW/{number:06}/"));
    for ((number, receipt), expected) in receipts.iter().zip(expected) {
        assert!(number.starts_with(&expected), "{number} {expected}");
        let id = receipt["id"].as_str().unwrap();
        let kept = server.get(&format!("/api/letters/{id}"), &token).await;
        assert_eq!(&kept, receipt);
    }
    println!("{} receipts, {ROUNDS} kills", receipts.len());
}

/// Sends one letter after another, each until it is answered, and gives the answers.
async fn send(
    sender: usize,
    url: String,
    token: String,
    given: Arc<AtomicUsize>,
    stop: Arc<AtomicUsize>,
) -> Vec<Value> {
    let client = Client::builder().no_proxy().build().unwrap();
    let mut receipts = Vec::new();
    while stop.load(Ordering::SeqCst) == 0 {
        let body = json!({ "answers": answers(receipts.len()) });
        let key = format!("{sender}-{}", receipts.len());
        let receipt = loop {
            let asked = client.post(&url).bearer_auth(&token).json(&body);
            match asked.header("idempotency-key", &key).send().await {
                Ok(answer) if answer.status().is_success() => match answer.json().await {
                    Ok(receipt) => break receipt,
                    Err(_) => pass(MOMENT_MAX).await,
                },
                Ok(answer) if !answer.status().is_server_error() => {
                    panic!("{}", answer.text().await.unwrap())
                }
                _ => pass(MOMENT_MAX).await,
            }
        };
        receipts.push(receipt);
        given.fetch_add(1, Ordering::SeqCst);
    }
    receipts
}

fn answers(number: usize) -> Value {
    json!({
        "topic": "roads", "in_case": false, "subject": format!("Chodnik {number}"),
        "body": "Proszę o naprawę chodnika.", "sender_kind": "self",
        "sender": { "given_names": "Anna", "family_name": "Żak" },
        "address": { "house": "5", "postcode": "85-102", "place": "Bydgoszcz" },
    })
}

/// A session of a citizen whose account was confirmed, written into the server's own store.
async fn citizen(server: &Server) -> String {
    let store = Store::open(&Place::Directory(server.data())).await.unwrap();
    let (id, token, at) = (new_id(), secrets::token(), Timestamp(1));
    let mut tx = store.write_tx().await.unwrap();
    let citizen = Citizen {
        id: id.clone(),
        reference: "1".to_owned(),
        kind: Kind::Person,
        name: "Anna Żak".to_owned(),
        email: "anna@example.pl".to_owned(),
        phone: String::new(),
        number: String::new(),
        number_index: String::new(),
        state: State::Pending,
        assurance: Assurance::Email,
        lang: "pl".to_owned(),
        login: None,
        password: String::new(),
        must_change: false,
        issued_at: at,
        blocked_at: None,
        asked_from: String::new(),
        created_at: at,
    };
    citizens::insert(&mut tx, &citizen).await.unwrap();
    let given = Confirmed {
        login: "anna",
        password: "one-time",
        assurance: Assurance::Desk,
        number: "",
        number_index: "",
    };
    assert!(
        citizens::set_confirmed(&mut tx, at, &id, &given)
            .await
            .unwrap()
    );
    let holder = Holder::Citizen(id);
    assert!(
        passwords::set(&mut tx, &holder, "one-time", "own", false)
            .await
            .unwrap()
    );
    let session = SessionRow {
        id: new_id(),
        token_hash: secrets::token_hash(&token),
        holder,
        address: String::new(),
        agent: String::new(),
        kiosk: false,
        awaits_factor: false,
        outside: None,
        created_at: at,
        seen_at: LATER,
        expires_at: LATER,
    };
    sessions::insert(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    token
}
