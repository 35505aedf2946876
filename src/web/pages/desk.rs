//! The officer's desk: the paperwork around the auctions, by links and forms alone. Auditors read
//! what officers write.

use crate::error::Problem;
use crate::identity::Who;
use crate::web::visit::Visit;

use super::posting::{Answer, done, fresh, refused, sent, stale, typed};

pub(in crate::web) mod access;
pub(in crate::web) mod admission;
pub(in crate::web) mod bidder;
pub(in crate::web) mod bidders;
pub(in crate::web) mod deed;
pub(in crate::web) mod files;
pub(in crate::web) mod import;
pub(in crate::web) mod list;
pub(in crate::web) mod lot;
pub(in crate::web) mod lot_form;
pub(in crate::web) mod notices;
pub(in crate::web) mod order;
pub(in crate::web) mod overview;
pub(in crate::web) mod schedule;
pub(in crate::web) mod tender;

/// Where a tender's overview is.
fn href(tender: &str) -> String {
    format!("/desk/tenders/{tender}")
}

/// Where a tender's bidders are.
fn bidders_href(tender: &str) -> String {
    format!("/desk/tenders/{tender}/bidders")
}

/// An officer.
fn officer(visit: &Visit) -> Result<&Who, Problem> {
    let who = &visit.active()?.who;
    who.officer().map(|_| who).ok_or(Problem::NotAllowed)
}

/// An officer or auditor.
fn buyer(visit: &Visit) -> Result<&Who, Problem> {
    let who = &visit.active()?.who;
    who.sees_as_buyer()
        .then_some(who)
        .ok_or(Problem::NotAllowed)
}
