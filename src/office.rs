//! The electronic office: what citizens send, and what the city answers.

pub mod documents;
