//! What the rules let grow fits into what the journal takes.

use super::hall::{Hall, START, signer, terms};
use auction_rules::event::{AuctionResult, Points, Standing};
use auction_rules::log::{GENESIS, Header};
use auction_rules::terms::Evaluation;
use auction_rules::{Act, Alias, Auction, By, Command, Entry, Event, Outcome, Terms};
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::auction::room::Sealed;
use ebok::limits::JOURNAL_BODY_BYTES_MAX;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::sync::Arc;

/// As many and as long values and criteria as the terms allow.
fn wide() -> Terms {
    let name = json!({"pl": "x", "en": "x"});
    let id = |number: usize| format!("{number:032}");
    let value = |number| {
        json!({"id": id(number), "name": name, "unit": "PLN", "decimals": 4,
        "least": "1", "most": "1000000000000000", "direction": "lowest"})
    };
    let criterion = |number| {
        json!({"id": id(number), "name": name,
        "weight": if number == 0 { "85" } else { "1" },
        "method": {"by": "lowest-best"}, "source": if number < 8 { "auctioned" } else { "offer" }})
    };
    let step = |number| {
        (
            id(number),
            json!({"least": {"by": "amount", "amount": "1"}}),
        )
    };
    let mut changes = json!({
        "values": (0..8).map(value).collect::<Vec<_>>(),
        "evaluation": {"by": "points", "rounding": {"of": "points", "digits": 9, "mode": "half-up"},
            "criteria": (0..16).map(criterion).collect::<Vec<_>>()},
        "ties": "equal-rank",
    });
    let mut plain = serde_json::to_value(terms(json!({}))).unwrap();
    plain["improvement"]["steps"] = Value::Object((0..8).map(step).collect());
    for (key, change) in changes.as_object_mut().unwrap() {
        plain[key] = change.take();
    }
    serde_json::from_value(plain).unwrap()
}

/// The longest result that the auction can come to.
fn longest(auction: &Auction, bidders: usize) -> AuctionResult {
    let terms = auction.terms();
    let values = terms.values.iter();
    let values = values.map(|value| {
        let zero = Decimal::new(0, value.decimals);
        (value.id.clone(), value.most + zero)
    });
    let standing = Standing {
        alias: Alias(u16::MAX),
        position: u16::MAX,
        values: values.collect(),
        points: match &terms.evaluation {
            Evaluation::Points { criteria, .. } => Some(Points {
                total: Decimal::new(100_000_000_000, 9),
                by_criterion: criteria
                    .iter()
                    .map(|criterion| (criterion.id.clone(), Decimal::new(99_999_999_999, 9)))
                    .collect(),
            }),
            _ => None,
        },
        compared: None,
    };
    AuctionResult {
        standings: vec![standing; bidders],
        winner: None,
        tied: vec![Alias(u16::MAX); bidders],
    }
}

#[tokio::test(start_paused = true)]
async fn the_result_of_the_largest_auction_fits_into_a_batch() {
    for terms in [terms(json!({})), wide()] {
        let journal = FaultyJournal::new(1, Faults::default());
        let hall = Hall::with(Arc::new(journal), terms, 0).await;
        let auction = hall.state().await;
        let bidders = auction.bidders_max();
        assert!(bidders >= 250, "{bidders}");
        let result = longest(&auction, bidders);
        let entry = Entry {
            seq: u64::MAX,
            at: START,
            alias: None,
            n: None,
            command: Command {
                by: By::Server,
                id: None,
                received_at: START,
                act: Act::EndPhase { tail: None },
            },
            outcome: Outcome::Events(vec![
                Event::PhaseEnded { phase: 9 },
                Event::Closed { result },
            ]),
        };
        let header = Header {
            epoch: 1,
            batch: 1,
            first_seq: 1,
            last_seq: 1,
            prev_head: GENESIS,
            inbox: None,
            durable_to: None,
            nonce: "0".repeat(32),
            key: signer().key_id().to_owned(),
        };
        let sealed = Sealed::new(auction.id(), &header, vec![entry], [0; 16], &signer()).unwrap();
        let bytes = sealed.stored.body.len();
        assert!(bytes <= JOURNAL_BODY_BYTES_MAX, "{bidders}: {bytes}");
        // No fewer than need be.
        assert!(bytes > JOURNAL_BODY_BYTES_MAX / 2, "{bidders}: {bytes}");
    }
}
