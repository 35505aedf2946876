//! The e-office: procedures as data, their forms, and the numbers that people write into them.

use ebok::office::forms::Answers;

mod drafts;
mod forms;
mod identifiers;
mod procedures;
mod sending;
mod uploads;

/// A form that is filled in well: the example of a procedure.
pub(crate) fn passing(procedure: &str) -> Answers {
    procedures::example(procedure).passes
}
