//! Auctions, live: rooms that decide, journals that keep, replicas that show.

pub mod aside;
pub mod bot;
pub mod chance;
pub mod crowd;
pub mod frame;
pub mod history;
pub mod house;
pub mod journal;
pub mod openings;
pub mod outbox;
mod ownership;
pub mod practice;
pub mod protocol;
pub mod record;
pub mod replica;
pub mod room;
pub mod socket;
pub mod viewers;
