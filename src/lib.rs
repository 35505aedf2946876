//! ebok

pub mod auction;
pub mod limits;
