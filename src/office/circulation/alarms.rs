//! What the office's own people do not see in time: counted for the metrics, and told in the log.

use super::Circulation;
use super::duty::CHANCELLERY;
use crate::calendar::day_of;
use crate::error::Problem;
use crate::limits::ALARMS_EVERY;
use crate::office::report;
use crate::store::cases;
use jiff::civil::Date;

/// What is to be alarmed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Letters in units in which nobody takes them: they wait in the chancellery.
    pub stray: i64,
    /// Those of them, and of the chancellery's own, that nobody can see, for nobody takes letters there.
    pub unseen: i64,
    /// Open cases whose last day has passed.
    pub late_cases: i64,
    /// Letters in no case whose last day has passed.
    pub late_letters: i64,
}

impl Circulation {
    /// Counts for one server, until it is dropped. At its start cases from before there was an index of
    /// them get into it.
    pub async fn watch(self) {
        if let Err(error) = self.index_cases().await {
            tracing::error!(%error, "cases from before are not all found by a search");
        }
        let mut before = Alarms::default();
        loop {
            // Problems of the store were logged where they became one.
            if let Ok(alarms) = self.alarms().await {
                alarms.tell(before);
                before = alarms;
            }
            tokio::time::sleep(ALARMS_EVERY).await;
        }
    }

    /// Counts what is to be alarmed on now.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn alarms(&self) -> Result<Alarms, Problem> {
        let today = day_of((self.now)());
        let stray = self.stray(today).await?.iter().map(|one| one.letters).sum();
        let is_seen = self.taken_units(today).await?.contains(CHANCELLERY);
        Ok(Alarms {
            stray,
            unseen: if is_seen { 0 } else { stray },
            late_cases: cases::count_late(&self.store, today).await?,
            late_letters: self.late_letters(today).await?,
        })
    }

    async fn late_letters(&self, today: Date) -> Result<i64, Problem> {
        let waiting = report::waiting(&self.store, self.catalogue).await?;
        let late = waiting.iter().filter(|one| one.last_day < today);
        Ok(i64::try_from(late.count()).unwrap_or(i64::MAX))
    }
}

impl Alarms {
    fn tell(self, before: Self) {
        metrics::gauge!("ebok_letters_stray").set(self.stray as f64);
        metrics::gauge!("ebok_cases_late").set(self.late_cases as f64);
        metrics::gauge!("ebok_letters_late").set(self.late_letters as f64);
        metrics::gauge!("ebok_letters_unseen").set(self.unseen as f64);
        // Once for each change: the metric goes on telling it.
        if self.unseen > 0 && self.unseen != before.unseen {
            tracing::warn!(
                letters = self.unseen,
                "letters wait in nobody's queue: nobody takes letters in their departments nor in the chancellery"
            );
        }
    }
}
