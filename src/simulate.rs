//! An auction played from a scenario file: the same rules as in a room, in virtual time.
//!
//! [`Scenario::read`] checks a file, [`play`] plays it into a [`Report`], [`write`](text::write) says
//! it in words, and [`log::Scribe`] makes of it a log for `ebok verify`. Nothing in here reads a
//! clock or draws a number: the same file gives the same report. The format stands in
//! `docs/scenario.md`.

mod arrivals;
mod chance;
mod check;
mod chronicle;
mod file;
pub mod log;
mod report;
mod scenario;
pub mod text;
pub mod time;
mod world;

pub use report::{Ending, Firm, Place, Refused, Report, Shown, Step, Written};
pub use scenario::Scenario;
pub use world::{Played, play, play_recorded};
