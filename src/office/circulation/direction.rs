//! Saying who handles a case (dekretacja), moving its deadline, closing it.

use super::opening::no_position;
use super::{Circulation, Clerk, Told, not_now, written};
use crate::error::Problem;
use crate::limits::OPINIONS_PER_DIRECTION;
use crate::store::cases::{self, Case, CaseState};
use crate::store::opinions::{self, Opinion};
use crate::store::positions::{self, Position};
use crate::store::{WriteTx, new_id, replies};
use jiff::civil::Date;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Who is to do what with a case.
#[derive(Debug, Clone, Default)]
pub struct Direction {
    /// The id of the position that handles it from now on.
    pub handler: String,
    /// The ids of the positions that are asked for an opinion.
    pub opinions: Vec<String>,
    /// What is to be done, or asked; may be empty where nobody is asked.
    pub note: String,
}

impl Circulation {
    /// Directs a case to a position, and asks others for their opinion.
    ///
    /// # Errors
    /// Not who may direct it, positions that there are not, a question that is missing, a closed
    /// case, or the store is away.
    pub async fn direct(
        &self,
        clerk: &Clerk,
        case: &str,
        direction: &Direction,
    ) -> Result<Case, Problem> {
        let found = self.case_for(clerk, case).await?;
        let from = clerk.directing(&found).ok_or(Problem::NotAllowed)?;
        if direction.opinions.len() > OPINIONS_PER_DIRECTION {
            return Err(Problem::field(
                "opinions",
                format!("Najwyżej {OPINIONS_PER_DIRECTION} stanowisk naraz."),
                format!("At most {OPINIONS_PER_DIRECTION} positions at a time."),
            ));
        }
        let note = match direction.opinions.is_empty() && direction.note.trim().is_empty() {
            true => String::new(),
            false => written("note", &direction.note)?,
        };
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let (handler, asked) = chosen(&mut tx, direction).await?;
        let mut case = self.going_on(&mut tx, &found.id).await?;
        if handler.id != case.position {
            case.position.clone_from(&handler.id);
            cases::update(&mut tx, &case).await?;
            let told = Told {
                who: &clerk.account,
                what: "case.directed",
                is_public: true,
                details: json!({ "unit": handler.unit, "position": handler.title }),
            };
            self.tell(&mut tx, at, &case, told).await?;
        }
        for position in &asked {
            let opinion = Opinion {
                id: new_id(),
                case: case.id.clone(),
                asked_by: from.id.clone(),
                asked_of: position.id.clone(),
                question: note.clone(),
                answer: String::new(),
                asked_at: at,
                answered_at: None,
            };
            opinions::insert(&mut tx, &opinion).await?;
            let told = Told {
                who: &clerk.account,
                what: "opinion.asked",
                is_public: false,
                details: json!({ "unit": position.unit, "position": position.title }),
            };
            self.tell(&mut tx, at, &case, told).await?;
        }
        tx.commit().await?;
        Ok(case)
    }

    /// Gives a case back to the position of its unit that takes letters, with a reason.
    ///
    /// # Errors
    /// Not who handles it, no reason, nobody who takes letters there, a closed case, or the store is
    /// away.
    pub async fn give_back(
        &self,
        clerk: &Clerk,
        case: &str,
        reason: &str,
    ) -> Result<Case, Problem> {
        let found = self.case_for(clerk, case).await?;
        clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        let reason = written("reason", reason)?;
        let all = positions::all(&self.store).await?;
        let taking = all
            .into_iter()
            .find(|one| one.unit == found.unit && one.takes_letters && one.id != found.position);
        let taking = taking.ok_or_else(|| {
            not_now(
                "Nikt inny w tym wydziale nie przyjmuje pism.",
                "Nobody else in this department takes letters.",
            )
        })?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let taking = positions::locked(&mut tx, &taking.id).await?;
        let taking = taking.ok_or_else(no_position)?;
        let mut case = self.going_on(&mut tx, &found.id).await?;
        case.position.clone_from(&taking.id);
        cases::update(&mut tx, &case).await?;
        let told = Told {
            who: &clerk.account,
            what: "case.given-back",
            is_public: false,
            details: json!({ "position": taking.title, "reason": reason }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        tx.commit().await?;
        Ok(case)
    }

    /// Sets a new deadline and tells the party why (KPA art. 36).
    ///
    /// # Errors
    /// Not who handles it, no later working day, no reason, a closed case, or the store is away.
    pub async fn move_deadline(
        &self,
        clerk: &Clerk,
        case: &str,
        day: Option<Date>,
        reason: &str,
    ) -> Result<Case, Problem> {
        let found = self.case_for(clerk, case).await?;
        clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        let reason = written("reason", reason)?;
        let is_later = day.is_some_and(|day| day > clerk.today && Some(day) > found.deadline);
        let Some(day) = day.filter(|_| is_later) else {
            return Err(Problem::field(
                "day",
                "Podaj dzień późniejszy niż dziś i niż dotychczasowy termin.",
                "Give a day after today and after the deadline so far.",
            ));
        };
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let mut case = self.going_on(&mut tx, &found.id).await?;
        let before = case.deadline.replace(day);
        cases::update(&mut tx, &case).await?;
        let told = Told {
            who: &clerk.account,
            what: "deadline.moved",
            is_public: true,
            details: json!({
                "before": before.map(|day| day.to_string()), "deadline": day.to_string(),
                "reason": reason,
            }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        self.notify(&mut tx, at, &case, "deadline").await?;
        tx.commit().await?;
        Ok(case)
    }

    /// Closes a case, with what it came to.
    ///
    /// # Errors
    /// Not who handles it, no outcome, a reply that is not sent yet, a closed case, or the store is
    /// away.
    pub async fn close_case(
        &self,
        clerk: &Clerk,
        case: &str,
        outcome: &str,
    ) -> Result<Case, Problem> {
        let found = self.case_for(clerk, case).await?;
        clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        let outcome = written("outcome", outcome)?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let mut case = self.going_on(&mut tx, &found.id).await?;
        if replies::held(&mut tx, &case.id).await?.is_some() {
            return Err(not_now(
                "Odpowiedź w tej sprawie nie została jeszcze wysłana. Wyślij ją albo usuń.",
                "A reply in this case is not sent yet. Send or delete it.",
            ));
        }
        case.state = CaseState::Closed;
        case.closed_at = Some(at);
        cases::update(&mut tx, &case).await?;
        let told = Told {
            who: &clerk.account,
            what: "case.closed",
            is_public: true,
            details: json!({ "outcome": outcome }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        self.notify(&mut tx, at, &case, "closed").await?;
        tx.commit().await?;
        Ok(case)
    }
}

/// Who is to handle the case, and who is asked; all held, so that none ends meanwhile, and in the order of
/// their ids, so that no two transactions wait for each other.
async fn chosen(
    tx: &mut WriteTx,
    direction: &Direction,
) -> Result<(Position, Vec<Position>), Problem> {
    let ids: BTreeSet<_> = direction
        .opinions
        .iter()
        .chain([&direction.handler])
        .collect();
    let mut held = BTreeMap::new();
    for id in ids {
        let position = positions::locked(tx, id).await?;
        held.insert(id, position.ok_or_else(no_position)?);
    }
    let asked = direction.opinions.iter();
    let asked = asked.filter_map(|id| held.get(id).cloned()).collect();
    let handler = held.remove(&direction.handler).ok_or_else(no_position)?;
    Ok((handler, asked))
}
