//! The auctions: an ordered log of events for each, and what is derived from it.

pub mod journal;
