//! `ebok`: the online office of a city, built around a real-time reverse-auction server.
//!
//! [`auction`] runs the auctions, each an ordered log: rooms that decide, journals that keep,
//! replicas that show, sockets that carry; the rules themselves are the crate `auction_rules`.
//! [`tender`] is the officer's paperwork around them, [`identity`] knows who is who, [`store`] keeps
//! both in SQL, [`document`] writes them as PDF, [`notice`] tells people of them by mail, [`web`]
//! answers browsers and programs. [`office`] is the office of the citizens: what they send, and the
//! receipts. [`simulate`] plays
//! auctions from a file in virtual time. [`folder`] and [`file_name`] keep the
//! bytes of files. [`stamping`] has digests stamped.
//! [`chain`] holds the keys, [`clock`] the time, [`limits`] every
//! bound; [`config`], [`error`] and [`telemetry`] serve them all, [`cli`] starts them.

pub mod auction;
pub mod calendar;
pub mod chain;
pub mod cli;
pub mod clock;
pub mod config;
pub mod document;
pub mod error;
pub mod file_name;
pub mod folder;
pub mod folding;
pub mod identifiers;
pub mod identity;
pub mod limits;
pub mod notice;
pub mod office;
pub mod simulate;
pub mod stamping;
pub mod store;
pub mod telemetry;
pub mod tender;
pub mod web;
