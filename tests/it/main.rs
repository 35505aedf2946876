//! Whole features against real files and real servers, in one binary.
#![allow(clippy::unwrap_used)]

mod dependencies;
mod engine;
mod journal;
mod look;
mod source;
mod support;
mod tidy;
