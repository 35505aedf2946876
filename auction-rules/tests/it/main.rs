//! The rules of an auction, proven: tables per rule, vectors of other platforms, properties, a
//! second model, and what a viewer may not learn.

mod amounts;
mod bids;
mod close;
mod conduct;
mod energy;
mod evaluations;
mod formats;
mod fuzz;
mod items;
mod kit;
mod marks;
mod naive;
mod notes;
mod phases;
mod points;
mod proof;
mod properties;
mod published;
mod purity;
mod questions;
mod refusals;
mod regime;
mod rulebook;
mod scenario;
mod secrets;
mod tampering;
mod terms;
mod ties;
mod vectors;
mod visibility;
