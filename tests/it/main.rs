//! Whole features against real files and real servers, in one binary.
#![allow(clippy::unwrap_used)]

mod accounts;
mod browser;
mod crash;
mod dependencies;
mod desk;
mod desk_pages;
mod documents;
mod durability;
mod engine;
mod fuzz;
mod http;
mod journal;
mod letters;
mod live;
mod look;
mod messages;
mod notices;
mod pages;
mod place;
mod postgres;
mod practice;
mod presets;
mod protocol_doc;
mod public;
mod python;
mod record;
mod routes;
mod simulate;
mod source;
mod stamps;
mod store;
mod support;
mod tidy;
mod verify;
mod words;
