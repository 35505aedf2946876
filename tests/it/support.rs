//! Servers that tests start for themselves.

pub(crate) mod redis;
