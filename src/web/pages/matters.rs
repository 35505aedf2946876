//! What a citizen can ask for: the catalogue with its search, the card of each procedure, and the
//! forms, saved at each page; sending them or preparing them for the desk, and the letters that were
//! sent.

use super::super::{AppState, visit::Visit};
use crate::error::Problem;
use crate::identity::Assurance;
use crate::office::drafts::Drafts;
use crate::office::procedures::LifeEvent;
use std::sync::Arc;

pub(in crate::web) mod at_desk;
pub(in crate::web) mod card;
pub(in crate::web) mod catalogue;
pub(in crate::web) mod drafts;
pub(in crate::web) mod letters;
pub(in crate::web) mod page;
pub(in crate::web) mod send;
pub(in crate::web) mod summary;

mod ask;
mod received;
pub(super) mod told;
mod typed;

pub(in crate::web) use received::PAGE_BYTES_MAX;

/// The citizen who looks, and how well the office knows them.
fn citizen(visit: &Visit) -> Result<(&str, Assurance), Problem> {
    let who = &visit.active()?.who;
    who.citizen().ok_or(Problem::NotAllowed)
}

/// The drafts of the citizen who looks.
fn own_drafts(state: &AppState, visit: &Visit) -> Result<Drafts, Problem> {
    let (citizen, _) = citizen(visit)?;
    Ok(drafts_of(state, citizen))
}

fn drafts_of(state: &AppState, citizen: &str) -> Drafts {
    Drafts {
        store: state.store.clone(),
        vault: Arc::clone(state.identity.vault()),
        now: Arc::clone(&state.now),
        citizen: citizen.to_owned(),
    }
}

/// Where a draft is.
fn draft_href(draft: &str) -> String {
    format!("/drafts/{draft}")
}

/// The words of an event in life.
fn event_key(event: LifeEvent) -> &'static str {
    match event {
        LifeEvent::Contact => "life-contact",
        LifeEvent::Documents => "life-documents",
        LifeEvent::Family => "life-family",
        LifeEvent::Home => "life-home",
        LifeEvent::Vehicle => "life-vehicle",
        LifeEvent::Taxes => "life-taxes",
        LifeEvent::Business => "life-business",
        LifeEvent::City => "life-city",
    }
}

/// The words of how well the office must know somebody.
fn assurance_key(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Email => "matter-assurance-email",
        Assurance::Desk => "matter-assurance-desk",
        Assurance::TrustedProfile => "matter-assurance-trusted-profile",
        Assurance::Qualified => "matter-assurance-qualified",
    }
}
