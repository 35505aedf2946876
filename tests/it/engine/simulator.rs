//! The seeded simulator: whole auctions of every format over the real house, room, gateway, replica
//! and sockets, in virtual time, on one node or several, on links that are slow, cut or lost, with
//! crashes, restarts, takeovers and a journal that fails. All that leaves the server is held against
//! what was durable at that moment.
//!
//! `EBOK_SEEDS=FROM..TO` plays other seeds than the usual ones, `EBOK_SEED` one alone. The same seed
//! gives the same log but for salts, nonces and keys, and for what these hash and sign.

mod ends;
mod finale;
mod formats;
mod link;
mod officer;
mod person;
mod story;
mod tactics;
mod witness;
mod world;

use self::story::Story;
use self::world::simulate;
use super::hall::without;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// Seeds of a usual run.
const SEEDS: Range<u64> = 0..500;
/// The tests that share them, to run side by side.
const SHARES: u64 = 4;
/// After so many failures a share looks no further.
const FAILURES_MAX: usize = 10;
/// A seed takes a fraction of a second of real time.
const STANDS_MAX: Duration = Duration::from_secs(120);

/// Which seeds are asked for.
fn seeds() -> Range<u64> {
    let number = |text: &str| -> u64 { text.parse().unwrap_or_else(|_| panic!("no seed: {text}")) };
    if let Ok(one) = std::env::var("EBOK_SEED") {
        let seed = number(&one);
        return seed..seed + 1;
    }
    let Ok(range) = std::env::var("EBOK_SEEDS") else {
        return SEEDS;
    };
    let (from, to) = range.split_once("..").expect("EBOK_SEEDS is FROM..TO");
    number(from)..number(to)
}

/// The seeds of one share: all of them have the same remainder.
fn share(share: u64) {
    let seeds = seeds();
    let is_long = seeds.end - seeds.start >= SEEDS.end - SEEDS.start;
    let mut tally = BTreeMap::new();
    let mut failed = Vec::new();
    for seed in seeds.filter(|seed| seed % SHARES == share) {
        if !play(seed, &mut tally) {
            failed.push(seed);
        }
        if failed.len() >= FAILURES_MAX {
            break;
        }
    }
    assert!(failed.is_empty(), "these seeds failed: {failed:?}");
    if is_long {
        reaches_everything(&tally);
    }
}

/// Plays one seed; where it fails, tells which, under which terms, and what happened last.
fn play(seed: u64, tally: &mut BTreeMap<String, u32>) -> bool {
    let story = Story::default();
    let watch = watch(seed, story.clone());
    let played = catch_unwind(AssertUnwindSafe(|| simulate(seed, &story)));
    drop(watch);
    for (kind, count) in story.tally() {
        *tally.entry(kind).or_default() += count;
    }
    if played.is_err() {
        tell(seed, &story);
    }
    played.is_ok()
}

fn tell(seed: u64, story: &Story) {
    let share = seed % SHARES;
    let test = format!("test(=engine::simulator::seeds_{share})");
    eprintln!("\n{story}\nagain: EBOK_SEED={seed} cargo nextest run --workspace -E '{test}'\n");
}

/// Ends a run in which virtual time stands still for good, unless this is dropped before.
fn watch(seed: u64, story: Story) -> SyncSender<()> {
    let (played, over) = sync_channel(1);
    std::thread::spawn(move || {
        if over.recv_timeout(STANDS_MAX) == Err(RecvTimeoutError::Timeout) {
            eprintln!("seed {seed}: something goes round and round");
            tell(seed, &story);
            std::process::exit(1);
        }
    });
    played
}

/// What a share must have met, or it proves less than it should.
fn reaches_everything(tally: &BTreeMap<String, u32>) {
    const PLACES: [&str; 47] = [
        "open",
        "turns",
        "sealed-bid",
        "descending-clock",
        "ascending-clock",
        "tie-break",
        "lowest-price",
        "points",
        "normalised-price",
        "life-cycle-cost",
        "mixed",
        "discount",
        "crashed",
        "crashed in an append",
        "journal failed",
        "closed",
        "taken over",
        "link cut",
        "link mended",
        "restarted",
        "interrupted",
        "paused",
        "resume-announced",
        "resumed",
        "extended",
        "bid-accepted",
        "bid-held",
        "bid-sealed",
        "bid-withdrawn",
        "bids-revealed",
        "bid-annulled",
        "bidder-excluded",
        "level-taken",
        "left",
        "question-asked",
        "question-answered",
        "opening-missed",
        "refused 101",
        "refused 103",
        "refused 104",
        "refused 106",
        "refused 305",
        "outside 404",
        "outside 405",
        "outside 406",
        "outside 104",
        "sealed",
    ];
    let missed: Vec<_> = PLACES
        .into_iter()
        .filter(|place| !tally.contains_key(*place))
        .collect();
    assert!(missed.is_empty(), "never met: {missed:?}");
}

#[test]
fn seeds_0() {
    share(0);
}

#[test]
fn seeds_1() {
    share(1);
}

#[test]
fn seeds_2() {
    share(2);
}

#[test]
fn seeds_3() {
    share(3);
}

#[test]
fn the_same_seed_gives_the_same_log() {
    let log = |seed| {
        let log = simulate(seed, &Story::default());
        let secret = ["commitment", "head", "tail", "salt"];
        let told = log.iter().map(|entry| without(entry, &secret));
        told.collect::<Vec<_>>()
    };
    for seed in 0..8 {
        assert_eq!(log(seed), log(seed), "seed {seed}");
    }
}
