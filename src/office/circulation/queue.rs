//! A clerk's queue: everything that waits for the positions of today, the most urgent first.

use super::duty::CHANCELLERY;
use super::{Circulation, Clerk};
use crate::calendar::after_working_days;
use crate::error::Problem;
use crate::limits::{DEADLINE_ALARM_DAYS, DEADLINE_SOON_DAYS};
use crate::store::cases::{self, Case};
use crate::store::letters::{self, Letter, LetterState};
use crate::store::opinions::{self, Opinion};
use crate::store::positions::{self, Position};
use crate::store::replies;
use crate::store::signatures;
use jiff::ToSpan;
use jiff::civil::Date;

/// How a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It passed.
    Late,
    /// It comes within [`DEADLINE_SOON_DAYS`].
    Soon,
    /// There is time.
    Calm,
    /// There is none.
    Open,
}

/// What waits.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// Letters without a case, in units whose letters the clerk takes; the oldest first.
    pub letters: Vec<Letter>,
    /// Letters of these units, in a case or not, with a signature on which the clerk decides.
    pub to_decide: Vec<Letter>,
    /// For the chancellery: letters without a case in units in which nobody takes letters; by unit, the
    /// oldest first.
    pub stray: Vec<Letter>,
    /// Replies of others that wait for the clerk's approval, by their cases.
    pub to_approve: Vec<Case>,
    /// Replies of the clerk that came back, by their cases.
    pub returned: Vec<Case>,
    /// Opinions that the clerk is asked for, with their cases.
    pub to_answer: Vec<(Opinion, Case)>,
    /// Cases that the clerk handles, the most urgent first.
    pub to_handle: Vec<Case>,
    /// For the head of a unit: cases of it that others handle, or nobody while the position is vacant,
    /// and that are late or due within [`DEADLINE_ALARM_DAYS`]; the most urgent first, each with the
    /// position that handles it.
    pub urgent: Vec<(Case, Position)>,
    /// For the head of a unit who does not take its letters: those of them of which the same is true.
    pub urgent_letters: Vec<Letter>,
}

impl Circulation {
    /// What waits for a clerk.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn queue(&self, clerk: &Clerk) -> Result<Queue, Problem> {
        let mut queue = Queue::default();
        for unit in clerk.units() {
            if clerk.taking_letters(unit).is_some() {
                let new = letters::of_unit(&self.store, unit, LetterState::Received, "").await?;
                queue.letters.extend(new);
                let open = signatures::undecided(&self.store, unit).await?;
                queue.to_decide.extend(open);
            }
        }
        for reply in self.to_judge(clerk).await? {
            queue.to_approve.extend(self.found(&reply.case).await?);
        }
        if clerk.taking_letters(CHANCELLERY).is_some() {
            for stray in self.stray(clerk.today).await? {
                let new = letters::of_unit(&self.store, &stray.unit, LetterState::Received, "");
                queue.stray.extend(new.await?);
            }
        }
        for position in &clerk.positions {
            for reply in replies::returned(&self.store, &position.id).await? {
                queue.returned.extend(self.found(&reply.case).await?);
            }
            for opinion in opinions::asked_of(&self.store, &position.id).await? {
                let case = self.found(&opinion.case).await?;
                queue.to_answer.extend(case.map(|case| (opinion, case)));
            }
            queue
                .to_handle
                .extend(cases::handled_by(&self.store, &position.id).await?);
        }
        self.add_urgent(clerk, &mut queue).await?;
        queue
            .to_handle
            .sort_by_key(|case| (case.deadline.is_none(), case.deadline, case.opened_at.0));
        Ok(queue)
    }

    async fn add_urgent(&self, clerk: &Clerk, queue: &mut Queue) -> Result<(), Problem> {
        let last = after_working_days(clerk.today, DEADLINE_ALARM_DAYS);
        let units = clerk.units().into_iter();
        for unit in units.filter(|unit| clerk.approving(unit).is_some()) {
            for case in cases::due(&self.store, unit, last).await? {
                if clerk.handling(&case).is_some() {
                    continue;
                }
                let position = positions::by_id(&self.store, &case.position).await?;
                queue
                    .urgent
                    .extend(position.map(|position| (case, position)));
            }
            if clerk.taking_letters(unit).is_none() {
                let new = letters::of_unit(&self.store, unit, LetterState::Received, "").await?;
                let is_due = |letter: &Letter| {
                    let deadline = self.deadline_of(letter);
                    deadline.is_some_and(|deadline| deadline <= last)
                };
                queue.urgent_letters.extend(new.into_iter().filter(is_due));
            }
        }
        queue.urgent.sort_by_key(|(case, _)| case.deadline);
        Ok(())
    }

    async fn found(&self, case: &str) -> Result<Option<Case>, Problem> {
        Ok(cases::by_id(&self.store, case).await?)
    }
}

/// How a case's deadline stands on a day.
#[must_use]
pub fn urgency(deadline: Option<Date>, today: Date) -> Urgency {
    let Some(deadline) = deadline else {
        return Urgency::Open;
    };
    let soon = today.saturating_add(DEADLINE_SOON_DAYS.days());
    match deadline {
        day if day < today => Urgency::Late,
        day if day <= soon => Urgency::Soon,
        _ => Urgency::Calm,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_deadline_is_late_from_the_day_after_it() {
        let today = date(2026, 11, 30);
        for (deadline, wanted) in [
            (Some(date(2026, 11, 29)), Urgency::Late),
            (Some(today), Urgency::Soon),
            (Some(date(2026, 12, 7)), Urgency::Soon),
            (Some(date(2026, 12, 8)), Urgency::Calm),
            (None, Urgency::Open),
        ] {
            assert_eq!(urgency(deadline, today), wanted, "{deadline:?}");
        }
    }
}
