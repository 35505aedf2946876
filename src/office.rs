//! The electronic office: what citizens ask for and send, and what the city answers.
//!
//! [`procedures`] are data: one versioned file each, with the [`forms`] that people fill in and keep as
//! [`drafts`]. [`identifiers`] checks the numbers that they write down, [`documents`] keeps the files
//! that they attach, [`signatures`] checks how those are signed, [`deadlines`] counts by the code of
//! administrative procedure.

mod canonical_xml;
pub mod circulation;
pub mod deadlines;
pub mod documents;
pub mod drafts;
pub mod forms;
pub mod letters;
pub mod positions;
pub mod prepared;
pub mod procedures;
pub mod receipt;
pub mod report;
pub mod seal;
pub mod sending;
pub mod signatures;
