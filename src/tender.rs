//! The officer's paperwork around the auctions: tenders, lots, bidders, written offers, opening.

use crate::auction::house::{Disclosures, House};
use crate::config::Config;
use crate::error::{Problem, fault};
use crate::folder::Folders;
use crate::identity::{Identity, Now};
use crate::store::{Store, admissions};
use auction_rules::{Bidder, TermsFault, Words};
use std::sync::Arc;

pub mod admission;
mod announcement;
pub mod archiving;
pub mod asking;
pub mod bidders;
pub mod board;
pub mod checklist;
pub mod example;
pub mod files;
pub mod filing;
pub mod gate;
pub mod import;
pub mod listing;
pub mod lots;
pub mod moment;
pub mod practice;
pub mod presets;
pub mod publication;
pub mod published;
pub mod record;
pub mod schedule;
pub mod tax;
pub mod tenders;
pub mod terms;
pub mod working_days;

/// The longest name or title, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// The longest number of a tender or lot, in characters.
pub const NUMBER_CHARS_MAX: usize = 50;
/// The longest reason of an officer's act, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// All that the paperwork needs: passed to its functions as one.
#[derive(Clone)]
pub struct Desk {
    /// The store.
    pub store: Store,
    /// The auctions.
    pub house: Arc<House>,
    /// Credentials and sessions.
    pub identity: Arc<Identity>,
    /// The bytes of files.
    pub files: Folders,
    /// The clock.
    pub now: Now,
    /// What the flags say.
    pub config: Arc<Config>,
}

/// Looks up in the store who hides behind a commitment.
#[must_use]
pub fn disclosures(store: Store) -> Disclosures {
    Arc::new(move |commitment: Bidder| {
        let store = store.clone();
        Box::pin(async move {
            match admissions::disclosure(&store, commitment).await {
                Ok(disclosure) => disclosure,
                Err(error) => {
                    tracing::error!(%error, "a bidder's identity cannot be looked up");
                    None
                }
            }
        })
    })
}

/// Collects wrong fields.
#[derive(Default)]
struct Faults(Vec<TermsFault>);

impl Faults {
    /// A text of one line that must be given.
    fn required(&mut self, path: &str, text: &str, chars_max: usize) {
        if text.trim().is_empty() {
            self.0
                .push(fault(path, "Uzupełnij to pole.", "Fill in this field."));
        }
        self.optional(path, text, chars_max);
    }

    /// A text of one line that may be empty.
    fn optional(&mut self, path: &str, text: &str, chars_max: usize) {
        if text.chars().count() > chars_max {
            self.0.push(fault(
                path,
                format!("Najwyżej {chars_max} znaków."),
                format!("At most {chars_max} characters."),
            ));
        }
        if text.chars().any(char::is_control) {
            self.0.push(fault(
                path,
                "Jedna linia, bez znaków sterujących.",
                "One line, without control characters.",
            ));
        }
    }

    /// A title: Polish must be given, English may be.
    fn title(&mut self, path: &str, title: &Words) {
        self.required(&format!("{path}.pl"), &title.pl, NAME_CHARS_MAX);
        self.optional(&format!("{path}.en"), &title.en, NAME_CHARS_MAX);
    }

    fn wrong(&mut self, path: &str, pl: &str, en: &str) {
        self.0.push(fault(path, pl, en));
    }

    fn none_or(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::Faults(self.0))
        }
    }
}

/// The rules' identity of a sentence in both languages, for acts that the state forbids.
fn not_now(pl: &str, en: &str) -> Problem {
    Problem::NotNow(Words::new(pl, en))
}
