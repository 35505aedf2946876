//! The office's own pages: the queue of a clerk, letters, cases, and who does what.

use crate::error::Problem;
use crate::office::circulation::{Circulation, Clerk};
use crate::store::positions::Position;
use crate::web::AppState;
use crate::web::visit::Visit;

pub(in crate::web) mod act;
pub(in crate::web) mod case;
pub(in crate::web) mod direction;
pub(in crate::web) mod letter;
pub(in crate::web) mod opinion;
pub(in crate::web) mod people;
pub(in crate::web) mod prepared;
pub(in crate::web) mod queue;
pub(in crate::web) mod records;
pub(in crate::web) mod reply;
pub(in crate::web) mod report;
pub(in crate::web) mod search;
pub(in crate::web) mod signatures;
pub(in crate::web) mod visits;

/// Where a case is, for the staff.
pub(in crate::web::pages) fn case_href(case: &str) -> String {
    format!("/office/cases/{case}")
}

/// Where a letter is, for clerks.
fn letter_href(letter: &str) -> String {
    format!("/office/letters/{letter}")
}

/// The clerk who looks.
async fn clerk(state: &AppState, visit: &Visit) -> Result<(Circulation, Clerk), Problem> {
    let circulation = state.circulation();
    let clerk = circulation.clerk(&visit.active()?.who).await?;
    Ok((circulation, clerk))
}

/// Whoever of the staff reads a case.
async fn reader(state: &AppState, visit: &Visit) -> Result<(Circulation, Clerk), Problem> {
    let circulation = state.circulation();
    let reader = circulation.reader(&visit.active()?.who).await?;
    Ok((circulation, reader))
}

/// A unit by its name; its code where the catalogue does not know it.
pub(super) fn unit_name(circulation: &Circulation, visit: &Visit, code: &str) -> String {
    let unit = circulation.catalogue.department(code);
    unit.map_or_else(|| code.to_owned(), |unit| visit.lang.of(&unit.name))
}

/// Something of a list that can be chosen.
struct Listed {
    /// What is sent.
    value: String,
    /// What people read.
    label: String,
}

/// Positions as choices, by unit and title.
fn listed(circulation: &Circulation, visit: &Visit, positions: &[Position]) -> Vec<Listed> {
    let one = |position: &Position| {
        let unit = unit_name(circulation, visit, &position.unit);
        Listed {
            value: position.id.clone(),
            label: format!("{unit} – {}", position.title),
        }
    };
    positions.iter().map(one).collect()
}
