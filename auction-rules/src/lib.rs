//! The pure rules of an electronic reverse auction.
//!
//! An auction is an ordered log of entries. [`Auction::decide`] says what a command comes to,
//! [`Auction::apply`] makes it so, [`Auction::due`] tells the next deadline, [`Auction::view`] what
//! a viewer may see. The crate knows no clock, no IO, no async, no randomness, no float and no
//! hash-map order: moments and random values come in as parameters, so the same log gives the same
//! result everywhere.
//!
//! Reading order: [`terms`], [`command`], [`event`], [`auction`], then [`log`] and [`verify`] for
//! the proof.
#![deny(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::expect_used
)]
#![cfg_attr(
    test,
    allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)
)]

pub mod amount;
pub mod auction;
pub mod canonical;
pub mod command;
pub mod entry;
pub mod evaluation;
pub mod event;
pub mod feed;
pub mod hex;
pub mod identity;
pub mod ids;
pub mod improvement;
pub mod keys;
pub mod log;
pub mod ratio;
pub mod refusal;
pub mod regime;
pub mod sealed;
pub mod terms;
pub mod time;
pub mod verify;

pub use auction::{Auction, Deadline, Due, Misfit, Preview, Viewer};
pub use command::{Act, By, Command, Offer, OfficerAct, Writer};
pub use entry::Entry;
pub use event::{Event, Outcome};
pub use feed::Audience;
pub use ids::{Alias, AuctionId, Bidder, CommandId, Digest, OfficerId, ValueId};
pub use refusal::{Outside, Refusal};
pub use terms::{Draft, Terms, TermsFault, Words};
pub use time::Timestamp;
