//! Tests of the whole server, in one program.

mod http;
mod store;
