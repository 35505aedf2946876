//! Tests of the whole server, in one program.

mod http;
mod place;
mod store;
