//! Whole features against real files and real servers, in one binary.
#![allow(clippy::unwrap_used)]

mod crash;
mod dependencies;
mod durability;
mod journal;
mod look;
mod place;
mod python;
mod source;
mod store;
mod support;
mod tidy;
mod verify;
