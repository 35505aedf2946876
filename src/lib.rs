//! `ebok`: the online office of a city, built around a real-time reverse-auction server.
//!
//! [`web`] answers browsers and programs; [`identity`] knows who they are; [`tender`] is the
//! officer's paperwork around the auctions; [`store`] keeps it all in SQL; [`auction`] runs the
//! auctions themselves, each an ordered log. [`config`], [`error`] and [`telemetry`] serve them.

pub mod auction;
pub mod cli;
pub mod config;
pub mod error;
pub mod identity;
pub mod store;
pub mod telemetry;
pub mod tender;
pub mod web;
