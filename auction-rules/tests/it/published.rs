//! A published log of a played auction, signed by a key of the tests, and made anew after a change.

use crate::kit::*;
use auction_rules::event::{Event, Outcome};
use auction_rules::hex;
use auction_rules::keys::{KeySet, SigningKey as Listed};
use auction_rules::log::{self, Batch, GENESIS, Header};
use auction_rules::sealed::BidOpening;
use auction_rules::verify::{Expected, FORMAT, PublishedLog, Report, verify};
use auction_rules::{Act, AuctionId, Digest, Entry, Timestamp};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;

const ENTRIES_OF_A_BATCH: usize = 4;
/// The kit's auctions name this key.
const KEY: &str = "key-1";

pub(crate) fn node() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

pub(crate) fn stranger() -> SigningKey {
    SigningKey::from_bytes(&[2; 32])
}

fn admin() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn key_set() -> KeySet {
    let keys = vec![Listed {
        id: KEY.to_owned(),
        node: "node-1".to_owned(),
        public: hex::encode(node().verifying_key().as_bytes()),
        valid_from: Timestamp(0),
        valid_until: Timestamp(i64::MAX),
    }];
    KeySet {
        admin: hex::encode(admin().verifying_key().as_bytes()),
        signature: hex::encode(&admin().sign(&KeySet::message(&keys)).to_bytes()),
        keys,
    }
}

fn sign(batch: &mut Batch, key: &SigningKey) {
    let root = batch.tree().expect("a tree").root();
    let message = log::signed_message(&batch.auction, &root);
    batch.signature = hex::encode(&key.sign(&message).to_bytes());
}

/// The log of these entries: batches of a few, the seal alone in the last one, with the head before it.
pub(crate) fn published(entries: &[Entry], openings: BTreeMap<Digest, BidOpening>) -> PublishedLog {
    let auction = AuctionId::new("a-1").expect("an id");
    let (last, others) = entries.split_last().expect("entries");
    let mut counter = 0_u64;
    let mut random = |bytes: &mut [u8]| {
        counter += 1;
        for (byte, number) in bytes.iter_mut().zip(counter.to_be_bytes().iter().cycle()) {
            *byte = *number;
        }
    };
    let mut head = GENESIS;
    let mut batches = Vec::new();
    let mut first_seq = 1;
    let mut add = |entries: &[Entry], head: &mut Digest| {
        let count = u64::try_from(entries.len()).expect("few");
        let header = Header {
            epoch: 1,
            batch: u64::try_from(batches.len()).expect("few"),
            first_seq,
            last_seq: first_seq + count - 1,
            prev_head: *head,
            inbox: None,
            durable_to: None,
            nonce: "00".repeat(16),
            key: KEY.to_owned(),
        };
        first_seq += count;
        let mut batch = Batch::new(&auction, &header, entries, &mut random);
        sign(&mut batch, &node());
        *head = log::head(head, &batch.tree().expect("a tree").root());
        batches.push(batch);
    };
    for entries in others.chunks(ENTRIES_OF_A_BATCH) {
        add(entries, &mut head);
    }
    let mut seal = last.clone();
    if let Act::Seal { head: named } = &mut seal.command.act {
        *named = head;
        seal.outcome = Outcome::Events(vec![Event::Sealed { head }]);
    }
    add(&[seal], &mut head);
    PublishedLog {
        stamp: None,
        format: FORMAT.to_owned(),
        auction,
        key_set: key_set(),
        disclosures: BTreeMap::new(),
        openings,
        batches,
    }
}

/// What refused sealed attempts of the room committed to, as they are published.
pub(crate) fn of(room: &Room) -> PublishedLog {
    published(&room.log, room.refused_openings())
}

/// Signs a batch that was changed, with another key than the set's.
pub(crate) fn sign_with(log: &mut PublishedLog, batch: usize, key: &SigningKey) {
    sign(&mut log.batches[batch], key);
}

/// What the logs of the tests are held against: their admin key.
pub(crate) fn expected() -> Expected {
    Expected {
        fingerprint: key_set().fingerprint(),
        ..Expected::default()
    }
}

pub(crate) fn checked(log: &PublishedLog) -> Report {
    let text = serde_json::to_string(log).expect("JSON");
    verify(&text, &expected()).expect("a published log")
}
