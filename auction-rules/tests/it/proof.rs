//! What `verify` proves beside the chain: receipts, the winner's data, the keys; and how faults read.

use crate::kit::*;
use crate::published::{expected, of, published, sign_with, stranger};
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::log::Receipt;
use auction_rules::verify::{Expected, Fault, Place, PublishedLog, Report, verify};
use auction_rules::{Act, By};
use std::collections::BTreeMap;

fn played() -> Room {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    room.bid(1, MINUTE, "900").expect("legal");
    room.run(20 * MINUTE);
    room
}

/// The receipt of the entry of this number, from 1.
fn receipt(log: &PublishedLog, seq: usize) -> Receipt {
    let mut left = seq - 1;
    for batch in &log.batches {
        if left < batch.entries.len() {
            let tree = batch.tree().expect("a tree");
            return batch.receipt(&tree, left, "key-1").expect("an entry");
        }
        left -= batch.entries.len();
    }
    panic!("no such entry")
}

fn checked(log: &PublishedLog, expected: &Expected) -> Report {
    let text = serde_json::to_string(log).expect("JSON");
    verify(&text, expected).expect("a published log")
}

fn with_receipt(log: &PublishedLog, receipt: Receipt) -> Report {
    let receipts = vec![receipt];
    checked(
        log,
        &Expected {
            receipts,
            ..expected()
        },
    )
}

#[test]
fn receipts_of_the_log_are_found_and_others_are_named() {
    let log = of(&played());
    let whole = with_receipt(&log, receipt(&log, 3));
    assert_eq!((whole.receipts, whole.faults), (1, Vec::new()));
    let check = |log: &PublishedLog, receipt: Receipt, wanted: &str| {
        let report = with_receipt(log, receipt);
        let said: Vec<_> = report.faults.iter().map(Fault::to_string).collect();
        let named = said
            .iter()
            .any(|one| one.starts_with("receipt 1: ") && one.contains(wanted));
        assert!(named && report.receipts == 0, "{wanted}: {said:?}");
    };
    let good = || receipt(&log, 8);
    let altered = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = good();
        change(&mut receipt);
        receipt
    };
    let bad = "its path or signature does not fit";
    check(
        &log,
        altered(&|one| one.told = one.told.replace("900", "901")),
        bad,
    );
    check(&log, altered(&|one| one.told_salt = "00".repeat(16)), bad);
    check(&log, altered(&|one| one.told_salt = "salt".to_owned()), bad);
    check(&log, altered(&|one| one.path.truncate(7)), bad);
    check(&log, altered(&|one| one.key = "key-2".to_owned()), bad);
    check(&log, altered(&|one| one.signature = "00".repeat(64)), bad);
    check(
        &log,
        altered(&|one| one.told = "{}".to_owned()),
        "is no entry",
    );
    check(
        &log,
        altered(&|one| one.told = one.told.replace("a-1", "a-2")),
        "another auction",
    );
    // The key's holder wrote another log, in which the bid is missing.
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    room.run(20 * MINUTE);
    check(&of(&room), good(), "attempt 2 of bidder 2 is missing");
}

/// An auction whose winner is known by its data.
fn disclosed() -> (Room, Disclosure) {
    let identity = Identity {
        name: "Alfa sp. z o.o.".to_owned(),
        seat: "Bydgoszcz".to_owned(),
        tax_id: String::new(),
    };
    let disclosure = Disclosure::new([7; 16], identity);
    let bidder = disclosure.commitment().expect("a salt");
    let mut room = Room::published(lowest());
    let offer = |price| values(&[("price", price)]);
    for (who, price) in [(bidder, "1000"), (crate::kit::bidder(1), "2000")] {
        let offer = offer(price);
        room.officer(-20 * MINUTE, Act::Admit { bidder: who, offer })
            .expect("admitted");
        let terms_hash = room.auction.terms_hash();
        room.send(
            By::Bidder(who),
            -10 * MINUTE,
            Act::AcceptTerms { terms_hash },
        )
        .expect("accepted");
    }
    room.officer(-5 * MINUTE, Act::Schedule { opens_at: at(0) })
        .expect("scheduled");
    room.run(20 * MINUTE);
    (room, disclosure)
}

#[test]
fn the_winners_data_open_its_commitment_or_are_named() {
    let (room, disclosure) = disclosed();
    let result = room.auction.result().expect("closed");
    let winner = result.winner.expect("won");
    let with = |alias, disclosure: &Disclosure| {
        let disclosures = BTreeMap::from([(alias, disclosure.clone())]);
        let log = PublishedLog {
            disclosures,
            ..of(&room)
        };
        checked(&log, &expected())
    };
    let report = with(winner, &disclosure);
    assert_eq!(
        (report.winner, report.faults),
        (Some(disclosure.clone()), vec![])
    );
    let mut renamed = disclosure.clone();
    renamed.identity.name = "Beta S.A.".to_owned();
    let mut unsalted = disclosure.clone();
    unsalted.salt = "none".to_owned();
    let other = alias(if winner == alias(1) { 2 } else { 1 });
    for (alias, data) in [
        (winner, &renamed),
        (winner, &unsalted),
        (other, &disclosure),
        (crate::kit::alias(9), &disclosure),
    ] {
        let report = with(alias, data);
        let said: Vec<_> = report.faults.iter().map(Fault::to_string).collect();
        let wanted =
            format!("log: the data disclosed for bidder {alias} do not open its commitment");
        assert_eq!((report.winner, said), (None, vec![wanted]));
    }
}

#[test]
fn keys_that_nobody_vouches_for_are_named() {
    let log = of(&played());
    let check = |log: &PublishedLog, expected: &Expected, wanted: &str| {
        let said: Vec<_> = checked(log, expected)
            .faults
            .iter()
            .map(Fault::to_string)
            .collect();
        assert!(said.iter().any(|one| one.contains(wanted)), "{said:?}");
    };
    check(&log, &Expected::default(), "no trusted key was given");
    let another = Expected {
        fingerprint: Some(bidder(0)),
        ..Expected::default()
    };
    check(&log, &another, "another admin key than the trusted one");
    let mut added = log.clone();
    added.key_set.keys[0].node = "node-2".to_owned();
    check(&added, &expected(), "did not sign this key set");
    let mut strange = log.clone();
    sign_with(&mut strange, 1, &stranger());
    check(
        &strange,
        &expected(),
        "entries 5–8: the signature does not fit",
    );
    let mut unreadable = log.clone();
    unreadable.batches[1].header.kept = "{}".to_owned();
    check(&unreadable, &expected(), "the header cannot be read");
    let mut short = log.clone();
    short.batches[1].siblings.pop();
    check(&short, &expected(), "a sibling is missing");
    let mut long = log.clone();
    long.batches[1].siblings.push(bidder(0));
    check(&long, &expected(), "no full tree");
    let mut empty = log;
    empty.batches[1].entries.clear();
    check(&empty, &expected(), "too few or too many entries");
}

#[test]
fn a_command_counts_once_in_the_log() {
    let mut room = played();
    let id = auction_rules::CommandId::new("c-1").expect("an id");
    let bids = room
        .log
        .iter_mut()
        .filter(|entry| matches!(entry.command.by, By::Bidder(_)));
    for entry in bids {
        entry.command.id = Some(id.clone());
    }
    let report = checked(&published(&room.log, BTreeMap::new()), &expected());
    let wanted = "its command id was used before";
    let named = report.faults.iter().filter(|fault| fault.what == wanted);
    // Each bidder accepted the terms under that name; the second bid once more.
    assert_eq!(named.count(), 1, "{:?}", report.faults);
}

#[test]
fn what_is_no_log_is_said_in_words() {
    let log = of(&played());
    let mut other = log.clone();
    other.format = "ebok-log-2".to_owned();
    let text = serde_json::to_string(&other).expect("JSON");
    let said = verify(&text, &expected()).expect_err("another format");
    assert_eq!(said, r#"the format is "ebok-log-2", not "ebok-log-1""#);
    let said = verify("{}", &expected()).expect_err("no log");
    assert!(said.starts_with("this is no published log: "), "{said}");
    let place = Place::Receipt(usize::MAX);
    let fault = Fault {
        place,
        what: "x".to_owned(),
    };
    assert_eq!(fault.to_string(), format!("receipt {}: x", usize::MAX));
}
