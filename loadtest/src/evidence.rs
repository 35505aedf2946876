//! Receipts on their way to be verified, off the tasks that measure.

use crate::checks::Check;
use crate::keys::Keys;
use crate::merkle::{self, Hash};
use crate::price::Price;
use crate::receipt::{Prover, Receipt, Told};
use std::thread::JoinHandle;
use tokio::sync::mpsc;

/// A receipt as a bidder got it.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// Whose, from 0.
    pub(crate) bidder: usize,
    /// Which of the bidder's commands, as the frame says.
    pub(crate) n: u64,
    /// The command's id.
    pub(crate) id: String,
    /// Which bid of the schedule it answers, and the price that was sent; none of other commands.
    pub(crate) bid: Option<(usize, Price)>,
    /// Whether it was accepted, as the frame says.
    pub(crate) accepted: bool,
    /// The receipt.
    pub(crate) receipt: Receipt,
}

/// What is kept of a receipt.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Whose, from 0.
    pub(crate) bidder: usize,
    /// Which of the bidder's commands.
    pub(crate) n: u64,
    /// SHA-256 of what was told.
    pub(crate) told: Hash,
    /// Of an accepted bid: its price.
    pub(crate) accepted: Option<Price>,
    /// The bidder's alias, from the opening on.
    pub(crate) alias: Option<u64>,
}

/// All receipts of a run.
pub(crate) struct Ledger {
    /// In the order in which they came.
    pub(crate) records: Vec<Record>,
    /// Whether each verifies.
    pub(crate) check: Check,
    /// From how many batches they came.
    pub(crate) batches: usize,
}

/// Starts the thread that verifies; it ends when no sender is left.
pub(crate) fn start(
    keys: Keys,
    auction: String,
    mut queue: mpsc::Receiver<Evidence>,
) -> std::io::Result<JoinHandle<Ledger>> {
    let work = move || {
        let mut prover = Prover::new(keys, auction);
        let mut ledger = Ledger {
            records: Vec::new(),
            check: Check::new(
                "receipts-verify",
                "path, signature, key set, and what was asked",
            ),
            batches: 0,
        };
        while let Some(evidence) = queue.blocking_recv() {
            ledger.enter(&mut prover, &evidence);
        }
        ledger.batches = prover.batches();
        ledger
    };
    std::thread::Builder::new()
        .name("evidence".to_owned())
        .spawn(work)
}

impl Ledger {
    fn enter(&mut self, prover: &mut Prover, evidence: &Evidence) {
        let proven = prover.prove(&evidence.receipt);
        let fault = match &proven {
            Ok(told) => fault(evidence, told),
            Err(fault) => Some(*fault),
        };
        self.check.holds(fault.is_none(), || {
            format!(
                "{} of bidder {}: {}",
                evidence.id,
                evidence.bidder,
                fault.unwrap_or_default()
            )
        });
        let told = proven.ok();
        let price = told
            .as_ref()
            .and_then(|told| told.accepted())
            .and_then(Price::read);
        self.records.push(Record {
            bidder: evidence.bidder,
            n: evidence.n,
            told: merkle::of_text(&evidence.receipt.told),
            accepted: price,
            alias: told.and_then(|told| told.alias),
        });
    }
}

/// What the receipt says otherwise than the frame around it, or than what was sent.
fn fault(evidence: &Evidence, told: &Told) -> Option<&'static str> {
    let sent = evidence.bid.map(|(_, price)| price.to_string());
    let accepted = told.accepted().map(str::to_owned);
    let faults = [
        (told.n != Some(evidence.n), "another n than the frame"),
        (
            told.id.as_deref() != Some(&evidence.id),
            "another id than the command",
        ),
        (
            sent.as_deref() != told.asked(),
            "another price than was sent",
        ),
        (
            told.refused().is_none() != evidence.accepted,
            "another outcome than the frame",
        ),
        (
            evidence.bid.is_some() && evidence.accepted && accepted != sent,
            "accepted at another price",
        ),
    ];
    faults
        .into_iter()
        .find_map(|(found, fault)| found.then_some(fault))
}
