//! The engine of one node: rooms, replicas, viewers and sockets together, on journals that fail and
//! in virtual time, seen by clients as docs/protocol.md lets them see it.

mod barrier;
mod bidding;
mod faults;
mod gateways;
mod hall;
mod manners;
mod notes;
mod onlookers;
mod ownership;
mod phases;
mod practice;
mod record;
mod scenarios;
mod simulator;
mod size;
mod transcripts;
