//! When the auctions of a whole tender open: a date and an hour in Warsaw time, with the lots
//! parallel, staggered or one after another.

use super::moment::{AHEAD_MAX_MS, Hour, Moment, warsaw};
use super::{Desk, Faults};
use crate::error::{Document, Problem};
use crate::identity::Who;
use crate::limits::{SCHEDULE_AHEAD_MIN_MS, SCHEDULE_GAP_MIN_MAX};
use crate::store::lots::{self, Lot};
use auction_rules::{Draft, Timestamp};
use serde::{Deserialize, Serialize};

const MINUTE_MS: u64 = 60_000;
/// A round of turns is planned with so many bidders, before it is known how many there are.
const PLANNED_TURNS: u16 = 5;

/// When the auctions of a tender are to open.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The day, as in `2026-11-30`.
    pub date: String,
    /// The hour in Warsaw, as in `10:00`.
    pub time: String,
    /// Which one, of an hour that the change of time repeats.
    #[serde(default)]
    pub hour: Option<Hour>,
    /// How the lots follow one another.
    pub order: Order,
    /// Which lots; where none is named, all whose auctions have not opened. They open in the
    /// officer's order.
    #[serde(default)]
    pub lots: Vec<String>,
}

/// How the lots follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    /// All at once.
    Parallel,
    /// Each so many minutes after the one before opened.
    Staggered {
        /// Minutes.
        gap_min: u64,
    },
    /// Each so many minutes after the one before ended.
    Serial {
        /// Minutes.
        gap_min: u64,
        /// After which end.
        after: End,
    },
}

/// An end of an auction that has not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Without any extension; of a close after silence, as if nobody bid.
    Planned,
    /// With all extensions that the terms allow.
    Latest,
}

/// When one lot opens and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedLot {
    /// The lot.
    pub lot: String,
    /// Its number.
    pub number: String,
    /// When its auction opens.
    pub opens_at: Timestamp,
    /// When it ends without any extension.
    pub ends_planned: Timestamp,
    /// When it ends at the latest; none where the terms set no bound.
    pub ends_latest: Option<Timestamp>,
}

/// What became of one lot's opening.
#[derive(Debug, Serialize)]
pub struct ScheduledLot {
    /// The lot as it was planned.
    #[serde(flatten)]
    pub planned: PlannedLot,
    /// Why it was not scheduled; none when it was. The same order can be given again.
    pub problem: Option<Document>,
}

impl Desk {
    /// Says when each lot would open and end, and checks that it can: nothing is written.
    ///
    /// # Errors
    /// Faults of `date`, `time`, `hour`, `order` and `lots`, no such tender, or the store is away.
    pub async fn plan_schedule(
        &self,
        tender: &str,
        plan: &Plan,
    ) -> Result<Vec<PlannedLot>, Problem> {
        let tender = self.tender(tender).await?;
        let start = warsaw(&plan.date, &plan.time, plan.hour)?;
        let lots = match plan.lots.is_empty() {
            true => self.lots_ahead(&tender.id).await?,
            false => lots::of_tender(&self.store, &tender.id).await?,
        };
        let lots = chosen(lots, &plan.lots)?;
        let planned = lay_out(start, plan.order, &lots)?;
        let now = (self.now)();
        let mut faults = Faults::default();
        if start < now.plus(SCHEDULE_AHEAD_MIN_MS) {
            faults.wrong(
                "time",
                "Ten czas już minął albo jest zbyt bliski: zostaw co najmniej minutę.",
                "This time is past or too near: leave at least a minute.",
            );
        }
        if planned
            .iter()
            .any(|lot| lot.opens_at > now.plus(AHEAD_MAX_MS))
        {
            faults.wrong(
                "date",
                "Otwarcie może leżeć najwyżej dwa lata naprzód.",
                "An opening may lie at most two years ahead.",
            );
        }
        for lot in &lots {
            if !self.is_ahead(lot).await {
                faults.wrong(
                    "lots",
                    &format!("Aukcja części {} już się otworzyła.", lot.number),
                    &format!("The auction of lot {} has opened already.", lot.number),
                );
            }
        }
        faults.none_or()?;
        Ok(planned)
    }

    /// Schedules the lots of a tender. All is checked before the first is written; what then fails
    /// is named lot by lot, and the same order can be given again. The opening of a published
    /// auction becomes a new entry of its log.
    ///
    /// # Errors
    /// As [`Self::plan_schedule`].
    pub async fn schedule_tender(
        &self,
        officer: &Who,
        tender: &str,
        plan: &Plan,
    ) -> Result<Vec<ScheduledLot>, Problem> {
        officer.officer().ok_or(Problem::NotAllowed)?;
        let mut scheduled = Vec::new();
        for planned in self.plan_schedule(tender, plan).await? {
            let opens_at = Moment::Ms(planned.opens_at.0);
            let answer = self.schedule(officer, &planned.lot, &opens_at).await;
            scheduled.push(ScheduledLot {
                problem: answer.err().map(|problem| problem.document()),
                planned,
            });
        }
        Ok(scheduled)
    }

    /// The lots of a tender whose auctions have not opened, in the officer's order.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn lots_ahead(&self, tender: &str) -> Result<Vec<Lot>, Problem> {
        let mut ahead = Vec::new();
        for lot in lots::of_tender(&self.store, tender).await? {
            if self.is_ahead(&lot).await {
                ahead.push(lot);
            }
        }
        Ok(ahead)
    }
}

/// The lots that are meant, in the officer's order.
fn chosen(all: Vec<Lot>, wanted: &[String]) -> Result<Vec<Lot>, Problem> {
    let known = wanted.iter().all(|id| all.iter().any(|lot| lot.id == *id));
    let chosen: Vec<Lot> = all
        .into_iter()
        .filter(|lot| wanted.is_empty() || wanted.contains(&lot.id))
        .collect();
    if !known || chosen.is_empty() {
        return Err(Problem::field(
            "lots",
            "Wybierz części tego postępowania.",
            "Choose lots of this tender.",
        ));
    }
    Ok(chosen)
}

fn lay_out(start: Timestamp, order: Order, lots: &[Lot]) -> Result<Vec<PlannedLot>, Problem> {
    let gap_min = match order {
        Order::Parallel => 0,
        Order::Staggered { gap_min } | Order::Serial { gap_min, .. } => gap_min,
    };
    if gap_min > SCHEDULE_GAP_MIN_MAX {
        return Err(Problem::field(
            "order.gap_min",
            "Odstęp może mieć najwyżej tydzień.",
            "The gap may be at most a week.",
        ));
    }
    let gap_ms = gap_min * MINUTE_MS;
    let mut planned = Vec::with_capacity(lots.len());
    let mut opens_at = start;
    for lot in lots {
        let lasts_at_most = latest_ms(&lot.terms);
        let one = PlannedLot {
            lot: lot.id.clone(),
            number: lot.number.clone(),
            opens_at,
            ends_planned: opens_at.plus(planned_ms(&lot.terms)),
            ends_latest: lasts_at_most.map(|ms| opens_at.plus(ms)),
        };
        opens_at = match order {
            Order::Parallel => start,
            Order::Staggered { .. } => opens_at.plus(gap_ms),
            Order::Serial {
                after: End::Planned,
                ..
            } => one.ends_planned.plus(gap_ms),
            Order::Serial {
                after: End::Latest, ..
            } => one
                .ends_latest
                .or((planned.len() + 1 == lots.len()).then_some(opens_at))
                .ok_or_else(|| unbounded(lot))?
                .plus(gap_ms),
        };
        planned.push(one);
    }
    Ok(planned)
}

fn unbounded(lot: &Lot) -> Problem {
    Problem::field(
        "order.after",
        format!(
            "Zasady części {} nie ograniczają przedłużeń, więc nie wiadomo, kiedy skończy się \
             najpóźniej. Ogranicz przedłużenia albo licz od planowanego końca.",
            lot.number
        ),
        format!(
            "The terms of lot {} do not bound the extensions, so its latest end is not known. \
             Bound the extensions, or count from the planned end.",
            lot.number
        ),
    )
}

/// How long the auction lasts if nobody bids.
#[must_use]
pub fn planned_ms(terms: &Draft) -> u64 {
    let phases = terms.phases.iter().map(|phase| {
        let runs_ms = phase.run.planned_ms(bidders(terms));
        phase.pause_before_ms.saturating_add(runs_ms)
    });
    phases.fold(0, u64::saturating_add)
}

/// How long the auction lasts at most, pauses and outages apart; none where the terms set no bound.
#[must_use]
pub fn latest_ms(terms: &Draft) -> Option<u64> {
    terms.phases.iter().try_fold(0_u64, |sum, phase| {
        let runs_ms = phase.run.latest_ms(bidders(terms))?;
        Some(
            sum.saturating_add(phase.pause_before_ms)
                .saturating_add(runs_ms),
        )
    })
}

/// How many turns a round is planned with: the schedule is made before the offers are known.
fn bidders(terms: &Draft) -> u64 {
    u64::from(terms.conduct.bidders_min.max(PLANNED_TURNS))
}
