//! ebok: the online office of a city, built around a real-time reverse-auction server.
//!
//! [`auction`] runs auctions: rooms that decide, journals that keep, replicas that show, sockets
//! that carry. The rules themselves are the crate `auction_rules`. [`chain`] holds the keys,
//! [`clock`] the time, [`limits`] every bound.

pub mod auction;
pub mod chain;
pub mod clock;
pub mod limits;
