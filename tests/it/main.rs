//! Whole features against real files and real servers, in one binary.
#![allow(clippy::unwrap_used)]

mod dependencies;
mod look;
mod source;
mod tidy;
