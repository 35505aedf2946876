//! Whole features against real files and real servers, in one binary.
#![allow(clippy::unwrap_used)]

mod dependencies;
mod engine;
mod http;
mod journal;
mod live;
mod look;
mod place;
mod protocol_doc;
mod routes;
mod source;
mod store;
mod support;
mod tidy;
