//! Accounts of citizens and firms, from the registration to the identity code, on the store that the
//! tests run on.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod codes;
mod factor;
mod kiosk;
mod late;
pub(crate) mod outside;
mod registration;
mod visits;
