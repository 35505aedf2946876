//! Faults of real processes and real links under load. After each: every receipt that was given
//! stands in the published log, once and in order; nothing else does; every command was answered;
//! the log verifies with all receipts; and all who watched saw one feed and one result.
//!
//! `EBOK_CHAOS_ROUNDS` sets how often each fault strikes, `EBOK_CHAOS_SEED` repeats a run's random
//! choices, `EBOK_CHAOS_REPORT` names the file for the figures.

use crate::support::setting::number;
use arena::{Arena, Plan};

mod arena;
mod clients;
mod clocks;
mod failover;
mod kills;
mod links;
mod redis;
mod report;

/// Faults that one auction lives through.
const ROUNDS_PER_AUCTION: u64 = 20;

/// Two or three nodes live through a fault, again and again.
async fn survive(fault: &str, plan: &Plan, strike: impl AsyncFn(&mut Arena)) {
    let (mut left, seed) = rounds(fault);
    while left > 0 {
        let rounds = left.min(ROUNDS_PER_AUCTION);
        left -= rounds;
        let mut arena = Arena::open(plan, seed.wrapping_add(left)).await;
        for _ in 0..rounds {
            arena.somewhen().await;
            strike(&mut arena).await;
            arena.goes_on().await;
        }
        arena.close(fault).await;
    }
}

/// How often a fault strikes, and the seed of its random choices.
fn rounds(fault: &str) -> (u64, u64) {
    let rounds = number("EBOK_CHAOS_ROUNDS").unwrap_or(1);
    let seed = number("EBOK_CHAOS_SEED").unwrap_or_else(rand::random);
    println!("EBOK_CHAOS_SEED={seed} EBOK_CHAOS_ROUNDS={rounds}: {fault}");
    (rounds, seed)
}
