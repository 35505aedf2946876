//! The demo's past: the same office under a clock that stands on an earlier day, so that what its people
//! did before today was done by the functions that a request calls, at that moment.

use crate::calendar::{day_of, is_working_day, start_of};
use crate::identity::{Effort, Identity, Now};
use crate::office::documents::Documents;
use crate::office::letters::Letters;
use crate::office::seal::Seal;
use crate::web::AppState;
use anyhow::Context;
use auction_rules::Timestamp;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const HOUR_MS: i64 = 3_600_000;

/// The office on an earlier day.
pub(super) struct Past {
    /// What a request may use, under the past's clock.
    pub(super) state: AppState,
    real: Now,
    back_ms: Arc<AtomicI64>,
}

impl Past {
    /// Beside the running server, on its store and its keys.
    pub(super) fn of(state: &AppState, data: &Path) -> anyhow::Result<Self> {
        let back_ms = Arc::new(AtomicI64::new(0));
        let (real, back) = (Arc::clone(&state.now), Arc::clone(&back_ms));
        let now: Now = Arc::new(move || Timestamp(real().0 - back.load(Ordering::SeqCst)));
        let vault = Arc::clone(state.identity.vault());
        let identity = Identity::start(
            state.store.clone(),
            Effort::OWASP,
            Arc::clone(&vault),
            Arc::clone(&now),
        )
        .context("starting the threads that check passwords")?;
        let documents = Documents {
            now: Arc::clone(&now),
            ..state.letters.documents().clone()
        };
        let seal = Seal::open(&data.join("keys"), &state.config.office.name, now())
            .context("opening the office's seal")?;
        let letters = Letters::new(documents, Arc::clone(&state.config), seal, vault);
        Ok(Self {
            real: Arc::clone(&state.now),
            state: AppState {
                identity: Arc::new(identity),
                letters: Arc::new(letters),
                now,
                ..state.clone()
            },
            back_ms,
        })
    }

    /// Puts the clock to an hour of a working day, so many of them before today.
    pub(super) fn working_days_ago(&self, days: u32, hour: i64) {
        self.stand_at(self.day_before(days), hour);
    }

    /// Puts the clock to an hour of a day long ago.
    pub(super) fn years_ago(&self, years: i16) {
        let today = day_of((self.real)());
        let day = Date::new(today.year() - years, today.month(), 1);
        self.stand_at(day.unwrap_or(today), 9);
    }

    /// Puts the clock to now.
    pub(super) fn ends(&self) {
        self.back_ms.store(0, Ordering::SeqCst);
    }

    fn stand_at(&self, day: Date, hour: i64) {
        let moment = start_of(day).0 + hour * HOUR_MS;
        let back = (self.real)().0 - moment;
        self.back_ms.store(back, Ordering::SeqCst);
    }

    fn day_before(&self, days: u32) -> Date {
        let mut day = day_of((self.real)());
        for _ in 0..days {
            day = day.yesterday().unwrap_or(day);
            while !is_working_day(day) {
                day = day.yesterday().unwrap_or(day);
            }
        }
        day
    }
}
