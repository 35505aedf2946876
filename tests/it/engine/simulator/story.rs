//! What happened last, for whoever has to understand a failure.

use super::super::hall::START;
use auction_rules::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many steps are told.
const STEPS: usize = 60;

/// The last steps of a simulation, and how often each kind of thing happened in it.
#[derive(Clone, Default)]
pub(super) struct Story(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    terms: String,
    steps: VecDeque<String>,
    tally: BTreeMap<String, u32>,
}

impl Story {
    /// Under which terms all of it happened.
    pub(super) fn under(&self, terms: String) {
        self.told().terms = terms;
    }

    /// One more step.
    pub(super) fn tell(&self, now: Timestamp, step: impl fmt::Display) {
        let ms = now.since(START);
        let mut told = self.told();
        if told.steps.len() == STEPS {
            told.steps.pop_front();
        }
        let step: String = step.to_string().chars().take(400).collect();
        told.steps
            .push_back(format!("{:>4}.{:03}  {step}", ms / 1_000, ms % 1_000));
    }

    /// One more thing of this kind.
    pub(super) fn count(&self, kind: impl Into<String>) {
        *self.told().tally.entry(kind.into()).or_default() += 1;
    }

    /// How often each kind of thing happened.
    pub(super) fn tally(&self) -> BTreeMap<String, u32> {
        self.told().tally.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.told();
        writeln!(f, "{}", told.terms)?;
        told.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}
