//! Servers that tests start for themselves, and those who talk to them.

pub(crate) mod bidder;
pub(crate) mod program;
pub(crate) mod redis;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod trace;
pub(crate) mod wait;
