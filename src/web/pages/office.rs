//! The office's desks, for its staff.

pub(in crate::web) mod visits;
