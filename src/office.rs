//! The electronic office: what citizens send, and what the city answers.

mod canonical_xml;
pub mod documents;
pub mod letters;
pub mod receipt;
pub mod seal;
