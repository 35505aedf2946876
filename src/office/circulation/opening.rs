//! Opening a case from a letter, joining a letter to one, and handing a letter to another unit.

use super::{Circulation, Clerk, Told, not_now};
use crate::calendar::day_of;
use crate::error::Problem;
use crate::identifiers::case_sign::CaseSign;
use crate::office::procedures::Class;
use crate::store::cases::{self, Case, CaseState};
use crate::store::letters::{self, Letter};
use crate::store::positions;
use crate::store::{WriteTx, audit, new_id};
use auction_rules::Timestamp;
use jiff::civil::Date;
use serde_json::json;

/// A case as a clerk opens it.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// The class in which it is kept (JRWA): its number, perhaps with its title.
    pub jrwa: String,
    /// The id of the position that handles it.
    pub handler: String,
}

impl Circulation {
    /// Opens a case from a letter: it gets its sign at once, and its deadline from the procedure,
    /// counted from the day on which the letter was received. A letter of a unit in which nobody takes
    /// letters becomes a case of the chancellery.
    ///
    /// # Errors
    /// Not a clerk for whom this letter waits, a class or position that there is not, a letter
    /// that is in a case already, or the store is away.
    pub async fn open_case(
        &self,
        clerk: &Clerk,
        letter: &str,
        new: &NewCase,
    ) -> Result<Case, Problem> {
        let (letter, unit) = self.letter_for(clerk, letter).await?;
        let class = self.catalogue.typed_class(&new.jrwa)?;
        loop {
            let opened = self.try_to_open(clerk, (&letter, &unit), class, &new.handler);
            // None when the year ended while it waited for its number.
            if let Some(case) = opened.await? {
                return Ok(case);
            }
        }
    }

    /// One transaction; none where the number is of a year that is over. The clock is read while the
    /// number is held, so that later numbers have later moments.
    async fn try_to_open(
        &self,
        clerk: &Clerk,
        (letter, unit): (&Letter, &str),
        class: &Class,
        handler: &str,
    ) -> Result<Option<Case>, Problem> {
        let year = day_of((self.now)()).year();
        let mut tx = self.store.write_tx().await?;
        let number = cases::next_number(&mut tx, unit, &class.class, year).await?;
        let at = (self.now)();
        if day_of(at).year() != year {
            return Ok(None);
        }
        letters::hold(&mut tx, &letter.id).await?;
        // Held, so that it does not end meanwhile.
        let handler = positions::locked(&mut tx, handler).await?;
        let handler = handler.ok_or_else(no_position)?;
        if letter.unit != unit {
            self.move_letter(&mut tx, at, clerk, letter, unit).await?;
        }
        let case = Case {
            id: new_id(),
            sign: sign(unit, &class.class, number, year)?,
            unit: unit.to_owned(),
            title: letter.title.pl.clone(),
            account: letter.account.clone(),
            position: handler.id.clone(),
            deadline: self.deadline_of(letter),
            state: CaseState::Open,
            opened_at: at,
            answered_at: None,
            closed_at: None,
        };
        cases::insert(&mut tx, &case).await?;
        let told = Told {
            who: &clerk.account,
            what: "case.opened",
            is_public: true,
            details: json!({
                "unit": case.unit, "position": handler.title,
                "deadline": case.deadline.map(|day| day.to_string()),
            }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        self.put_in(&mut tx, at, clerk, &case, letter).await?;
        self.notify(&mut tx, at, &case, "opened").await?;
        tx.commit().await?;
        Ok(Some(case))
    }

    /// Puts a letter into a case that goes on.
    ///
    /// # Errors
    /// Not a clerk for whom this letter waits, no such case, one of somebody else or that is
    /// closed, a letter that is in a case already, or the store is away.
    pub async fn join_case(
        &self,
        clerk: &Clerk,
        letter: &str,
        sign: &str,
    ) -> Result<Case, Problem> {
        let (letter, _) = self.letter_for(clerk, letter).await?;
        let found = cases::by_sign(&self.store, sign.trim()).await?;
        let unknown = || Problem::field("sign", "Nie ma takiej sprawy.", "There is no such case.");
        let found = found.ok_or_else(unknown)?;
        let found = match self.case_for(clerk, &found.id).await {
            // Whether a case is there is told to nobody who may not read it.
            Err(Problem::NotFound) => Err(unknown()),
            known => known,
        }?;
        if found.account != letter.account {
            return Err(Problem::field(
                "sign",
                "To sprawa innej osoby.",
                "This is a case of somebody else.",
            ));
        }
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        letters::hold(&mut tx, &letter.id).await?;
        let case = self.going_on(&mut tx, &found.id).await?;
        self.put_in(&mut tx, at, clerk, &case, &letter).await?;
        tx.commit().await?;
        Ok(case)
    }

    /// Hands a letter to another unit, whose business it is.
    ///
    /// # Errors
    /// Not a clerk for whom this letter waits, no such unit, a letter that is in a case, or the
    /// store is away.
    pub async fn hand_over(
        &self,
        clerk: &Clerk,
        letter: &str,
        unit: &str,
    ) -> Result<Letter, Problem> {
        let (letter, _) = self.letter_for(clerk, letter).await?;
        if self.catalogue.department(unit).is_none() {
            return Err(Problem::field(
                "unit",
                "Wybierz wydział z listy.",
                "Choose a department from the list.",
            ));
        }
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        self.move_letter(&mut tx, at, clerk, &letter, unit).await?;
        tx.commit().await?;
        Ok(letter)
    }

    async fn move_letter(
        &self,
        tx: &mut WriteTx,
        at: Timestamp,
        clerk: &Clerk,
        letter: &Letter,
        unit: &str,
    ) -> Result<(), Problem> {
        if !letters::hand_over(tx, &letter.id, unit).await? {
            return Err(in_a_case());
        }
        let details = json!({ "letter": letter.id, "from": letter.unit, "to": unit });
        audit(tx, at, &clerk.account, "letter.handed-over", &details).await?;
        Ok(())
    }

    /// A letter that waits for this clerk, with the unit in which a case of it would be: one of a unit
    /// whose letters the clerk takes, or, for the chancellery, of one in which nobody takes them.
    ///
    /// # Errors
    /// There is none for this clerk, or the store is away.
    pub async fn letter_for(
        &self,
        clerk: &Clerk,
        letter: &str,
    ) -> Result<(Letter, String), Problem> {
        let found = letters::by_id(&self.store, letter).await?;
        let found = found.ok_or(Problem::NotFound)?;
        let taking = self.taking(clerk, &found.unit).await?;
        let taking = taking.ok_or(Problem::NotFound)?;
        Ok((found, taking.unit.clone()))
    }

    async fn put_in(
        &self,
        tx: &mut WriteTx,
        at: Timestamp,
        clerk: &Clerk,
        case: &Case,
        letter: &Letter,
    ) -> Result<(), Problem> {
        let joined = cases::join(tx, at, &case.id, &letter.id).await?;
        if !joined || !letters::take_up(tx, &letter.id).await? {
            return Err(in_a_case());
        }
        cases::index(tx, &case.id).await?;
        let told = Told {
            who: &clerk.account,
            what: "letter.joined",
            is_public: true,
            details: json!({ "letter": letter.id, "number": letter.number }),
        };
        self.tell(tx, at, case, told).await
    }

    /// The last day for the matter of a letter; none where its procedure names none.
    #[must_use]
    pub fn deadline_of(&self, letter: &Letter) -> Option<Date> {
        let received = day_of(letter.received_at);
        self.catalogue
            .last_day(&letter.procedure, letter.version, received)
    }
}

/// The sign of a case with this number in the list of its unit, class and year.
pub(super) fn sign(unit: &str, class: &str, number: i64, year: i16) -> Result<String, Problem> {
    let sign = CaseSign {
        unit: unit.to_owned(),
        class: class.to_owned(),
        number: u32::try_from(number).map_err(|_| Problem::Unavailable)?,
        within: None,
        year: u16::try_from(year).map_err(|_| Problem::Unavailable)?,
        initials: String::new(),
    };
    Ok(sign.to_string())
}

pub(super) fn no_position() -> Problem {
    Problem::field(
        "handler",
        "Wybierz stanowisko z listy.",
        "Choose a position from the list.",
    )
}

fn in_a_case() -> Problem {
    not_now(
        "To pismo jest już w sprawie.",
        "This letter is in a case already.",
    )
}
