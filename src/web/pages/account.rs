//! The account of a citizen or firm: registering, and what its owner sees and switches.

pub(in crate::web) mod confirm;
pub(in crate::web) mod factor;
pub(in crate::web) mod own;
pub(in crate::web) mod register;
