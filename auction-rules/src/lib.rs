//! rules

pub mod ids;
