//! A journal that fails as disks and links do, and houses that die at any moment.

use super::hall::{
    Client, Hall, LENGTH_MS, START, bidder, kind, log_of, officer, pass, receipt, replayed, terms,
};
use auction_rules::{Act, AuctionId, By, Entry, Timestamp, Viewer};
use ebok::auction::journal::Journal;
use ebok::auction::journal::faulty::{Fault, Faults, FaultyJournal};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

fn times(entries: &[Entry], id: &str, index: usize) -> usize {
    let named = |entry: &&Entry| {
        entry.command.by == By::Bidder(bidder(index))
            && entry
                .command
                .id
                .as_ref()
                .is_some_and(|known| known.as_str() == id)
    };
    entries.iter().filter(named).count()
}

#[tokio::test(start_paused = true)]
async fn an_append_of_unknown_outcome_counts_once() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let faults = [Fault::Lost, Fault::AnswerLost, Fault::Unsynced];
    for (index, fault) in faults.into_iter().enumerate() {
        for _ in 0..3 {
            journal.inject(fault);
        }
        let id = format!("b-{index}");
        let price = (900 - 20 * index).to_string();
        all[0].bid(&hall.auction, &id, &price).await;
        all[1].heard().await;
        pass(100).await;
        assert!(
            all[1].heard().await.is_empty() && all[0].heard().await.iter().all(|m| m["id"] != id),
            "nothing shows before it is durable"
        );
        receipt(&all[0].answer(&id).await);
        assert_eq!(times(&log_of(&journal, &hall.auction).await, &id, 0), 1);
    }
    hall.until(hall.closes_at().plus(6_000)).await;
    assert_eq!(hall.called().await, "sealed");
}

/// The journal answers only long after the deadline: that is an outage, the deadline moves before
/// it is decided, and who bid meanwhile is not late.
#[tokio::test(start_paused = true)]
async fn a_journal_that_hangs_over_the_deadline_moves_it() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let end = hall.closes_at();
    hall.until(end.minus(11_000)).await;
    // Repeats after 20, 40, 80 … 2,000 ms: some 12 s in all.
    for _ in 0..12 {
        journal.inject(Fault::Lost);
    }
    all[0].bid(&hall.auction, "b-1", "900").await;
    hall.until(end.plus(1)).await;
    all[1].bid(&hall.auction, "b-2", "880").await;
    assert_eq!(all[0].answer("b-1").await["accepted"], true);
    let interrupted = all[0].news("interrupted").await;
    let to = Timestamp(interrupted["to"].as_i64().unwrap());
    assert!(to > end, "{interrupted}");
    let entries = log_of(&journal, &hall.auction).await;
    let place =
        |wanted: fn(&Act) -> bool| entries.iter().position(|entry| wanted(&entry.command.act));
    assert!(place(|act| matches!(act, Act::Interrupt { .. })).is_some());
    assert!(place(|act| matches!(act, Act::EndPhase { .. })).is_none());
    let state = hall.state().await.view(Viewer::Observer).public;
    match state.state.as_str() {
        "open" => {
            let closes_at = state.phase.unwrap().closes_at.unwrap();
            assert!(closes_at >= to.plus(30_000), "at least 30 s are left");
            let answer = all[1].answer("b-2").await;
            assert_eq!(answer["accepted"], true, "{answer}");
        }
        "interrupted" => {
            assert!(to.since(Timestamp(interrupted["from"].as_i64().unwrap())) > 10_000);
            assert_eq!(all[1].answer("b-2").await["code"], 103);
        }
        other => panic!("{other}"),
    }
}

/// A hang of a few seconds moves the deadline; one above the grace pauses.
#[tokio::test(start_paused = true)]
async fn a_short_hang_moves_the_deadline_and_a_long_one_pauses() {
    for (losses, state) in [(9, "open"), (20, "interrupted")] {
        let journal = journal();
        let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
        let mut all = hall.opened(2).await;
        hall.until(hall.closes_at().minus(1_000)).await;
        for _ in 0..losses {
            journal.inject(Fault::Lost);
        }
        all[0].bid(&hall.auction, "b-1", "900").await;
        all[0].answer("b-1").await;
        pass(100).await;
        assert_eq!(hall.called().await, state, "{losses}");
        let entries = log_of(&journal, &hall.auction).await;
        replayed(&hall.auction, &entries);
        let ends = |entry: &&Entry| entry.command.act == Act::EndPhase { tail: None };
        assert_eq!(entries.iter().filter(ends).count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_ends_the_house_and_shows_nothing() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    let mut officer = hall.joined(Viewer::Officer).await;
    pass(2_000).await;
    officer.heard().await;
    all[0].heard().await;
    journal.inject(Fault::SyncFails);
    all[0].bid(&hall.auction, "b-1", "900").await;
    officer
        .say(json!({"type": "act", "auction": hall.auction, "id": "o-1",
            "act": {"type": "announce", "text": "x"}}))
        .await;
    for client in all.iter_mut().chain([&mut officer]) {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1012);
        let told = |message: &&Value| ["receipt", "state", "own", "done"].contains(&kind(message));
        assert_eq!(heard.iter().filter(told).count(), 0, "{heard:?}");
    }
    assert_eq!(hall.fatal.load(Ordering::Relaxed), 1);
    let mut back = hall.client(Viewer::Bidder(bidder(0))).await;
    back.say(json!({"type": "join", "auction": hall.auction}))
        .await;
    assert_eq!(back.until("refused").await["code"], 503);
}

#[tokio::test(start_paused = true)]
async fn a_house_that_closes_finishes_what_it_has_in_hand() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut all = hall.opened(2).await;
    journal.set_faults(Faults {
        delay_max: Duration::from_millis(800),
        ..Faults::default()
    });
    all[0].bid(&hall.auction, "b-1", "900").await;
    all[1].bid(&hall.auction, "b-1", "890").await;
    pass(1).await;
    hall.house.close().await;
    for client in &mut all {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1001);
        assert_eq!(heard.iter().filter(|m| m["id"] == "b-1").count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_missed_opening_takes_place_only_within_the_grace() {
    for (away_ms, state, opens) in [(9_000, "open", true), (30_000, "published", false)] {
        let journal = journal();
        let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
        let now = hall.opens_at().minus(500).plus(away_ms);
        let hall = Hall::open(Arc::new(journal), now).await;
        pass(100).await;
        assert_eq!(hall.called().await, state, "{away_ms}");
        let mut viewer = hall.client(Viewer::Officer).await;
        let joined = viewer.join(&hall.auction, 0, 0).await;
        let feed = joined["feed"].as_array().unwrap();
        let missed = feed.iter().any(|item| item["news"] == "opening-missed");
        assert_eq!(missed, !opens);
        let opens_at = hall.clock.now().plus(5_000);
        let again = Act::Schedule { opens_at };
        let told = hall.house.act(&hall.auction, officer(), again).await;
        assert_eq!(told.is_err(), opens);
    }
}

/// Another house takes over: the first can write no more, and sends everyone away.
#[tokio::test(start_paused = true)]
async fn a_takeover_fences_the_house_before() {
    let journal = journal();
    let first = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let mut old = first.opened(2).await;
    pass(2_000).await;
    old[1].heard().await;
    let second = Hall::open(Arc::new(journal.clone()), first.clock.now()).await;
    old[0].bid(&first.auction, "b-1", "900").await;
    for client in &mut old {
        let (heard, code) = client.last_words().await;
        assert_eq!(code, 1012);
        assert!(heard.iter().all(|message| message["id"] != "b-1"));
    }
    assert_eq!(first.fatal.load(Ordering::Relaxed), 0, "others go on");
    let mut new = second.joined(Viewer::Bidder(bidder(0))).await;
    let answer = new.bids(&second.auction, "b-1", "900").await;
    assert_eq!(answer["accepted"], true, "{answer}");
    let entries = log_of(&journal, &second.auction).await;
    assert_eq!(times(&entries, "b-1", 0), 1);
}

/// What a crash must not take: the receipts that were given.
#[derive(Default)]
struct Given {
    /// By bidder and command id: the receipt's answer.
    answers: BTreeMap<(usize, String), Value>,
}

impl Given {
    fn note(&mut self, index: usize, heard: Vec<Value>) {
        for message in heard {
            if kind(&message) == "receipt" {
                receipt(&message);
                let id = message["id"].as_str().unwrap().to_owned();
                let before = self.answers.insert((index, id), message.clone());
                assert!(
                    before.is_none_or(|before| before == message),
                    "one receipt for one command"
                );
            }
        }
    }
}

const BIDDERS: usize = 3;

fn in_virtual_time<T>(life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    // Dropping the runtime is the crash: every task stops where it stands.
    runtime.block_on(life)
}

/// One life of a house: bidders bid at random until the power goes.
async fn lives(journal: FaultyJournal, random: &mut StdRng, given: &mut Given) -> Timestamp {
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), BIDDERS).await;
    let mut all: Vec<Client> = Vec::new();
    for index in 0..BIDDERS {
        all.push(hall.bidder(index).await);
    }
    journal.set_faults(Faults {
        lost_permille: 30,
        answer_lost_permille: 30,
        unsynced_permille: 100,
        sync_fails_permille: 10,
        delay_max: Duration::from_millis(random.random_range(0..50)),
    });
    let dies_at = START.plus(random.random_range(0..OPENING_AND_PHASE_MS));
    let from = hall.clock.now().max(dies_at.minus(3_000));
    hall.until(from).await;
    let mut price = 1_000;
    let mut ids = [0; BIDDERS];
    while hall.clock.now() < dies_at {
        let index = random.random_range(0..BIDDERS);
        price -= random.random_range(0..25);
        // Now and then the same id once more.
        ids[index] += u32::from(random.random_bool(0.9));
        let bid = (&hall.auction, format!("b-{}", ids[index]), price);
        all[index].bid(bid.0, &bid.1, &bid.2.to_string()).await;
        pass(random.random_range(0..200)).await;
    }
    for (index, client) in all.iter_mut().enumerate() {
        given.note(index, client.drain());
    }
    hall.clock.now()
}

const OPENING_AND_PHASE_MS: u64 = super::hall::OPENS_AFTER_MS + LENGTH_MS + 8_000;

/// The next life: everything that was given is still there, and the auction goes on as its terms
/// say for an outage of this length.
async fn comes_back(journal: FaultyJournal, now: Timestamp, given: &Given, seed: u64) {
    let auction = AuctionId::new("a-1").unwrap();
    let before = log_of(&journal, &auction).await;
    let state = replayed(&auction, &before);
    let alive_at = alive_at(&journal, &auction).await.max(state.at());
    let was = state.view(Viewer::Observer).public;
    for (index, id) in given.answers.keys() {
        assert_eq!(
            times(&before, id, *index),
            1,
            "seed {seed}: {id} of {index}"
        );
    }
    let hall = Hall::open(Arc::new(journal.clone()), now).await;
    let entries = log_of(&journal, &auction).await;
    let recovered = hall.state().await;
    assert_eq!(
        recovered.state_hash(),
        replayed(&auction, &entries).state_hash(),
        "seed {seed}"
    );
    let is = recovered.view(Viewer::Observer).public;
    let gap_ms = now.since(alive_at);
    let deadline = state.due().map(|due| due.at);
    let missed = deadline.is_some_and(|due| now.since(due) > 10_000);
    let expected = match was.state.as_str() {
        "open" if gap_ms > 10_000 => "interrupted",
        other => other,
    };
    // A deadline that had passed already, and was about to be decided, stays where it was.
    if deadline.is_none_or(|due| due > alive_at) {
        assert_eq!(is.state, expected, "seed {seed}, gap {gap_ms} ms");
    }
    if was.state == "published" && missed {
        assert_eq!(is.opens_at, None, "seed {seed}: a missed opening");
    }
    if let ("open", Some(phase)) = (is.state.as_str(), is.phase) {
        let left_ms = phase.closes_at.unwrap().since(now);
        assert!(
            left_ms >= 30_000 || deadline <= Some(alive_at),
            "seed {seed}: {left_ms} ms left"
        );
    }
    goes_on(&hall, given, seed).await;
    let entries = log_of(&journal, &auction).await;
    for (index, id) in given.answers.keys() {
        assert_eq!(times(&entries, id, *index), 1, "seed {seed}: {id} twice");
    }
}

/// Whoever comes back gets each receipt again, byte for byte, by joining and by repeating.
async fn goes_on(hall: &Hall, given: &Given, seed: u64) {
    for index in 0..BIDDERS {
        let mut client = hall.joined(Viewer::Bidder(bidder(index))).await;
        let mut again = client.heard().await;
        let own = given
            .answers
            .iter()
            .filter(|((whose, _), _)| *whose == index);
        for ((_, id), answer) in own {
            let found = again.iter().position(|message| message["id"] == **id);
            let found = again.remove(found.unwrap_or_else(|| panic!("seed {seed}: {id}")));
            assert_eq!(found, *answer, "seed {seed}");
        }
        let own = given
            .answers
            .iter()
            .rfind(|((whose, _), _)| *whose == index);
        if let Some(((_, id), answer)) = own
            && let Ok(told) = receipt(answer).told()
            && let Act::PlaceBid(offer) = told.act
        {
            let price = &offer.values["price"];
            assert_eq!(client.bids(&hall.auction, id, price).await, *answer);
        }
        // A deadline that was missed by little falls due at once: look when it has.
        pass(50).await;
        let state = hall.called().await;
        let answer = client.bids(&hall.auction, "new", "5,00").await;
        let code = match state.as_str() {
            "published" | "between" => 101,
            "open" => 305,
            "interrupted" => 103,
            _ => 104,
        };
        assert_eq!(answer["code"], code, "seed {seed}, {state}: {answer}");
    }
}

/// One crash at a random moment, with everything random from the seed.
fn crash(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let journal = FaultyJournal::new(seed, Faults::default());
    let mut given = Given::default();
    let died_at = in_virtual_time(lives(journal.clone(), &mut random, &mut given));
    journal.crash();
    journal.set_faults(Faults::default());
    let away_ms = if random.random_bool(0.5) {
        random.random_range(0..9_000)
    } else {
        random.random_range(12_000..100_000)
    };
    in_virtual_time(comes_back(journal, died_at.plus(away_ms), &given, seed));
}

fn crashes(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        crash(seed);
    }
}

#[test]
fn no_receipt_is_lost_in_a_crash_1() {
    crashes(0..500);
}

#[test]
fn no_receipt_is_lost_in_a_crash_2() {
    crashes(500..1_000);
}

/// While the journal hangs its auction is not marked alive: a crash then counts from the hang on.
#[tokio::test(start_paused = true)]
async fn a_room_that_hangs_is_not_marked_alive() {
    let journal = journal();
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), 2).await;
    let all = hall.opened(2).await;
    pass(5_000).await;
    let hung_at = hall.clock.now();
    // Repeats after 20, 40, 80 … 2,000 ms: some 12 s in all.
    for _ in 0..12 {
        journal.inject(Fault::Lost);
    }
    all[0].bid(&hall.auction, "b-1", "900").await;
    pass(8_000).await;
    let after_ms = alive_at(&journal, &hall.auction).await.since(hung_at);
    assert!(after_ms <= 3_000, "marked {after_ms} ms after");
    pass(10_000).await;
    let ago_ms = hall
        .clock
        .now()
        .since(alive_at(&journal, &hall.auction).await);
    assert!(ago_ms <= 2_000, "marked {ago_ms} ms ago");
}

/// When the owner of an auction said last that it was alive.
async fn alive_at(journal: &FaultyJournal, auction: &AuctionId) -> Timestamp {
    let marks = journal.marks().await.unwrap();
    marks
        .get(auction)
        .map_or(Timestamp(0), |mark| Timestamp(mark.at_ms))
}
