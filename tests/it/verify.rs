//! `ebok verify` on the log of a real auction: what holds passes, and whatever was altered,
//! removed, inserted, reordered or cut off is named.

use crate::support::bidder::Crowd;
use crate::support::process::Server;
use crate::support::program::{Ran, ebok};
use crate::support::stage::{Stage, terms};
use auction_rules::log::{self, GENESIS, Header, Leaf};
use auction_rules::verify::PublishedLog;
use auction_rules::{AuctionId, Digest, Timestamp, canonical};
use ebok::chain::Signer;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod kinds;

/// A real log with everything by which it is checked.
struct Evidence {
    log: PublishedLog,
    receipts: Vec<Value>,
    fingerprint: String,
    /// The server's own keys: who holds them can sign whatever they like.
    signer: Signer,
    folder: TempDir,
}

impl Evidence {
    /// From an auction that outlived a restart.
    async fn gather() -> Self {
        let mut server = Server::sqlite().await;
        let close = json!({"by": "idle", "idle_ms": 1_500});
        let conduct = json!({
            "outage_grace_ms": 60_000, "outage_left_ms": 1_500, "late_window_ms": 0,
        });
        let stage = Stage::set(&server, &terms(&close, &conduct), 3).await;
        let crowd = Crowd::enter(&server, &stage.auction, &stage.seats);
        crowd.wait_for(20).await;
        server.kill();
        server.restart().await;
        crowd.wait_for(20).await;
        let heard = crowd.leave().await;
        let log = serde_json::from_str(&stage.log(&server).await).unwrap();
        let keys = server.data().join("keys");
        let signer = Signer::open(&keys, "ebok-1", Timestamp(0)).unwrap();
        Self {
            log,
            receipts: heard.into_iter().flat_map(|heard| heard.receipts).collect(),
            fingerprint: server.fingerprint(),
            signer,
            folder: TempDir::new().unwrap(),
        }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    }

    fn written(&self, log: &PublishedLog) -> PathBuf {
        self.file("log.json", &serde_json::to_string(log).unwrap())
    }

    /// Runs the program on a log, with key, receipts and what else is asked for.
    fn check(&self, log: &PublishedLog, receipts: &[Value], more: &[&str]) -> Ran {
        let receipts = self.file("receipts.json", &serde_json::to_string(receipts).unwrap());
        let key = ["--key", &self.fingerprint];
        let more = more.iter().chain(&key).map(Path::new);
        let files = [&self.written(log), Path::new("--receipt"), &receipts];
        ebok([Path::new("verify")].into_iter().chain(files).chain(more))
    }

    /// The log with one thing done to it must fail, and the report must name it.
    fn names(&self, change: impl FnOnce(&mut PublishedLog), named: &str) {
        let mut log = self.log.clone();
        change(&mut log);
        assert_ne!(log, self.log, "nothing was changed: {named}");
        self.refuted(&self.check(&log, &self.receipts, &[]), named);
    }

    fn refuted(&self, ran: &Ran, named: &str) {
        assert_eq!(ran.code, 1, "{named}: {ran:?}");
        assert!(ran.out.contains("NOT VALID"), "{named}: {ran:?}");
        assert!(ran.out.contains(named), "{named}: {}", ran.out);
    }

    /// The number of the first entry whose told part holds this, and where it lies.
    fn find(&self, wanted: &str) -> (usize, usize, u64) {
        let batches = self.log.batches.iter().enumerate();
        let leaves = batches.flat_map(|(at, batch)| (0..batch.entries.len()).map(move |i| (at, i)));
        let found = leaves.zip(1..).find(|((batch, index), _)| {
            self.log.batches[*batch].entries[*index]
                .told
                .contains(wanted)
        });
        let ((batch, index), seq) = found.unwrap_or_else(|| panic!("no entry has {wanted}"));
        (batch, index, seq)
    }

    /// An entry's told part with one text put for another.
    fn names_told(&self, wanted: &str, from: &str, to: &str) {
        let (batch, index, seq) = self.find(wanted);
        let change =
            |log: &mut PublishedLog| replace(&mut log.batches[batch].entries[index], from, to);
        self.names(change, &format!("entry {seq}: altered"));
    }

    /// As [`Self::names`], by somebody who holds the node's key and makes the chain anew.
    fn names_though_signed(&self, change: impl FnOnce(&mut PublishedLog), named: &str) {
        self.names(
            |log| {
                change(log);
                sign_anew(log, &self.signer);
            },
            named,
        );
    }
}

fn replace(leaf: &mut Leaf, from: &str, to: &str) {
    leaf.told = leaf.told.replacen(from, to, 1);
}

/// Hashes, heads, the seal and signatures as they would be had it been so from the start.
fn sign_anew(log: &mut PublishedLog, signer: &Signer) {
    let mut head = GENESIS;
    for batch in &mut log.batches {
        let header = Header {
            prev_head: head,
            ..batch.header().unwrap()
        };
        batch.header.kept = canonical::text(&header);
        for leaf in &mut batch.entries {
            if let Some((before, after)) = leaf.told.split_once("\"head\":\"") {
                let (_, after) = after.split_at(64);
                let (middle, after) = after.split_once("\"head\":\"").expect("act and event");
                let (_, after) = after.split_at(64);
                leaf.told = format!("{before}\"head\":\"{head}{middle}\"head\":\"{head}{after}");
            }
        }
        for leaf in std::iter::once(&mut batch.header).chain(&mut batch.entries) {
            leaf.hash = leaf.computed().unwrap();
        }
        let root = batch.tree().unwrap().root();
        batch.signature = signer.sign(&log::signed_message(&log.auction, &root));
        head = log::head(&head, &root);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_names_what_was_done_to_a_log() {
    let evidence = Evidence::gather().await;
    a_true_log_passes(&evidence);
    altered_entries_are_named(&evidence);
    moved_and_missing_parts_are_named(&evidence);
    altered_ends_are_named(&evidence);
    altered_keys_and_names_are_named(&evidence);
    false_receipts_are_named(&evidence);
    whoever_holds_the_key_is_found_too(&evidence);
    what_is_no_log_is_said_plainly(&evidence);
}

fn a_true_log_passes(evidence: &Evidence) {
    let ran = evidence.check(&evidence.log, &evidence.receipts, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let receipts = format!("receipts {} proven and found", evidence.receipts.len());
    assert!(ran.out.contains(&receipts), "{}", ran.out);
    assert!(ran.out.contains("\nvalid "), "{}", ran.out);
    assert!(ran.out.contains("winner   bidder"), "{}", ran.out);

    let log = evidence.written(&evidence.log);
    let ran = ebok([Path::new("verify"), &log]);
    evidence.refuted(&ran, "origin is not proven");
}

fn altered_entries_are_named(evidence: &Evidence) {
    let accepted = "bid-accepted";
    evidence.names_told(accepted, "\"price\":\"8", "\"price\":\"7");
    evidence.names_told(
        accepted,
        "{\"events\":[",
        "{\"events\":[{\"type\":\"took-over\"},",
    );
    evidence.names_told("equal-to-own", "equal-to-own", "below-minimum-step");
    evidence.names_told(accepted, "\"received_at\":1", "\"received_at\":2");
    let (batch, index, seq) = evidence.find(accepted);
    let kept = |log: &mut PublishedLog| {
        let leaf = &mut log.batches[batch].entries[index];
        leaf.kept = leaf.kept.replacen("\"at\":1", "\"at\":2", 1);
    };
    evidence.names(kept, &format!("entry {seq}: altered"));
}

fn moved_and_missing_parts_are_named(evidence: &Evidence) {
    let batches = &evidence.log.batches;
    let several = batches.iter().position(|batch| batch.entries.len() > 1);
    let several = several.expect("a batch of several entries");
    let first = |at: usize| 1 + batches[..at].iter().map(|b| b.entries.len()).sum::<usize>();
    let one = first(several);

    let removed = |log: &mut PublishedLog| drop(log.batches[several].entries.remove(0));
    evidence.names(removed, &format!("entry {one}: it is numbered {}", one + 1));
    let swapped = |log: &mut PublishedLog| log.batches[several].entries.swap(0, 1);
    evidence.names(swapped, &format!("entry {one}: it is numbered {}", one + 1));

    let middle = batches.len() / 2;
    let (this, next) = (first(middle), first(middle + 1));
    let gone =
        format!("entry {this}: missing or out of order: the next batch begins with entry {next}");
    evidence.names(|log| drop(log.batches.remove(middle)), &gone);
    let back =
        format!("entry {next}: missing or out of order: the next batch begins with entry {this}");
    evidence.names(
        |log| {
            let twice = log.batches[middle].clone();
            log.batches.insert(middle + 1, twice);
        },
        &back,
    );
    evidence.names(|log| log.batches.swap(middle, middle + 1), &gone);
}

fn altered_ends_are_named(evidence: &Evidence) {
    let batches = &evidence.log.batches;
    let last = batches[..batches.len() - 1].iter();
    let last: usize = last.map(|batch| batch.entries.len()).sum();
    let cut = |log: &mut PublishedLog| drop(log.batches.pop());
    evidence.names(cut, &format!("unfinished: it ends with entry {last}"));

    // An earlier head than the one that was seen.
    let report = evidence.check(&evidence.log, &[], &["--json"]);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    let head = report["head"].as_str().unwrap();
    let ran = evidence.check(&evidence.log, &[], &["--head", head]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut short = evidence.log.clone();
    cut(&mut short);
    let ran = evidence.check(&short, &[], &["--head", head]);
    let named = format!("cut off after entry {last}: it does not reach the head that was seen");
    evidence.refuted(&ran, &named);

    let seal = "\"type\":\"seal\"";
    let (_, _, seq) = evidence.find(seal);
    let (batch, index, _) = evidence.find(seal);
    let another = |log: &mut PublishedLog| {
        let leaf = &mut log.batches[batch].entries[index];
        let (before, after) = leaf.told.split_once("\"head\":\"").unwrap();
        leaf.told = format!("{before}\"head\":\"{}{}", "0".repeat(64), &after[64..]);
    };
    evidence.names(
        another,
        &format!("entry {seq}: the seal does not carry the head before it"),
    );
}

fn altered_keys_and_names_are_named(evidence: &Evidence) {
    let (batch, _, _) = evidence.find("bid-accepted");
    evidence.names(
        |log| {
            let signature = &mut log.batches[batch].signature;
            let other = if signature.starts_with('0') { "1" } else { "0" };
            signature.replace_range(..1, other);
        },
        "the signature does not fit: the batch was altered",
    );
    let folder = TempDir::new().unwrap();
    let stranger = Signer::open(folder.path(), "ebok-1", Timestamp(0)).unwrap();
    evidence.names(
        |log| log.key_set = stranger.key_set().clone(),
        "another admin key than the trusted one",
    );
    evidence.names(
        |log| log.key_set.keys = stranger.key_set().keys.clone(),
        "the admin key did not sign this key set",
    );
    evidence.names(
        |log| {
            let (alias, mut disclosure) = log.disclosures.pop_first().expect("the winner's");
            disclosure.identity.name.push('!');
            log.disclosures.insert(alias, disclosure);
        },
        "do not open its commitment",
    );
    // A firm's data may be deleted later: the chain does not rest on them.
    let mut nameless = evidence.log.clone();
    nameless.disclosures.clear();
    let ran = evidence.check(&nameless, &evidence.receipts, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn false_receipts_are_named(evidence: &Evidence) {
    let given = |change: &dyn Fn(&mut Value), named: &str| {
        let mut receipts = evidence.receipts.clone();
        change(&mut receipts[3]["receipt"]);
        assert_ne!(receipts, evidence.receipts, "{named}");
        evidence.refuted(&evidence.check(&evidence.log, &receipts, &[]), named);
    };
    let told = |from: &'static str, to: &'static str| {
        move |receipt: &mut Value| {
            let told = receipt["told"].as_str().unwrap();
            receipt["told"] = told.replace(from, to).into();
        }
    };
    let broken = "receipt 4: its path or signature does not fit";
    given(&told("\"received_at\":1", "\"received_at\":2"), broken);
    given(
        &|receipt| receipt["path"][0] = "0".repeat(64).into(),
        broken,
    );
    given(
        &|receipt| receipt["signature"] = "0".repeat(128).into(),
        broken,
    );
    given(
        &|receipt| receipt["told"] = "{}".into(),
        "receipt 4: the told part is no entry",
    );

    let id = evidence.log.auction.to_string();
    let other = |receipt: &mut Value| {
        let told = receipt["told"].as_str().unwrap();
        receipt["told"] = told.replace(&id, &"0".repeat(id.len())).into();
    };
    given(&other, "receipt 4: it belongs to another auction");
}

/// Hashes and signatures prove nothing against the one who makes them: then it is the rules, and
/// the receipts in others' hands, that do.
fn whoever_holds_the_key_is_found_too(evidence: &Evidence) {
    let mut same = evidence.log.clone();
    sign_anew(&mut same, &evidence.signer);
    assert_eq!(same, evidence.log, "signing anew changes nothing by itself");

    let (batch, index, seq) = evidence.find("bid-accepted");
    let both = |log: &mut PublishedLog| {
        let leaf = &mut log.batches[batch].entries[index];
        leaf.told = leaf.told.replace("\"price\":\"8", "\"price\":\"7");
    };
    evidence.names_though_signed(both, "is missing from the log");
    let outcome = |log: &mut PublishedLog| {
        let leaf = &mut log.batches[batch].entries[index];
        let (before, after) = leaf.told.split_once("\"outcome\":").unwrap();
        let after = after.replace("\"price\":\"8", "\"price\":\"7");
        leaf.told = format!("{before}\"outcome\":{after}");
    };
    evidence.names_though_signed(
        outcome,
        &format!("entry {seq}: the rules decide it otherwise"),
    );
    let (_, _, seq) = evidence.find("equal-to-own");
    let (batch, index, _) = evidence.find("equal-to-own");
    let refusal = |log: &mut PublishedLog| {
        replace(
            &mut log.batches[batch].entries[index],
            "equal-to-own",
            "below-minimum-step",
        );
    };
    evidence.names_though_signed(
        refusal,
        &format!("entry {seq}: the rules decide it otherwise"),
    );
    let elsewhere = |log: &mut PublishedLog| {
        log.auction = AuctionId::new("another").unwrap();
    };
    evidence.names_though_signed(elsewhere, "entry 1: it belongs to another auction");
}

fn what_is_no_log_is_said_plainly(evidence: &Evidence) {
    let key = Digest([0; 32]).to_string();
    let check = |file: &Path, named: &str| {
        let key = ["--key", &key].map(Path::new);
        let ran = ebok([Path::new("verify"), file].into_iter().chain(key));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.starts_with("ebok: ") && ran.err.contains(named),
            "{ran:?}"
        );
        assert!(
            ran.err.lines().count() == 1 && ran.out.is_empty(),
            "{ran:?}"
        );
    };
    check(&evidence.file("empty", ""), "this is no published log");
    check(
        &evidence.file("garbage", "\u{1}\u{2} garbage"),
        "this is no published log",
    );
    check(
        &evidence.file("other.json", "{\"format\":1}"),
        "this is no published log",
    );
    let newer = PublishedLog {
        format: "ebok-log-2".to_owned(),
        ..evidence.log.clone()
    };
    check(&evidence.written(&newer), "the format is \"ebok-log-2\"");
    check(&evidence.folder.path().join("absent"), "cannot read");
    let file = evidence.folder.path().join("bytes");
    fs::write(&file, [0xff, 0xfe, 0]).unwrap();
    check(&file, "cannot read");
}
