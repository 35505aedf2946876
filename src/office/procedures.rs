//! Procedures: what a citizen can ask the city for. Each is a data file under `data/procedures/`,
//! described in `docs/procedures.md`; the 401st needs no code.

use super::deadlines::{after_days, after_months};
use super::forms::{Answers, Condition, Form};
use crate::identity::Assurance;
use auction_rules::Words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

mod catalogue;
mod departments;
mod fit;
mod jrwa;
mod search;

pub use catalogue::{Catalogue, Unreadable};
pub use departments::Department;
pub use jrwa::{Class, LineFault, ListFaults};

/// Where a procedure or a class is not certain yet.
pub const UNVERIFIED: &str = "do ustalenia";

/// A procedure's name in addresses, as in `pismo-ogolne`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProcedureId(pub String);

impl fmt::Display for ProcedureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One version of a procedure.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Its name in addresses.
    pub id: ProcedureId,
    /// Counts from 1; a draft keeps the version with which it began.
    pub version: u32,
    /// What is asked for.
    pub title: Words,
    /// What it is for, in one or two sentences.
    pub summary: Words,
    /// Other words by which people look for it.
    pub known_as: Words,
    /// When in life it is needed.
    pub life_event: LifeEvent,
    /// The code of the department that deals with it.
    pub department: String,
    /// How it is asked for.
    pub channel: Channel,
    /// What it costs.
    pub fee: Fee,
    /// How long the office may take.
    pub deadline: Deadline,
    /// What to have at hand.
    pub needs: Vec<Words>,
    /// What happens, step by step.
    pub steps: Vec<Words>,
    /// What the person gets.
    pub outcome: Words,
    /// What to do against it; none where nothing is decided.
    #[serde(default)]
    pub appeal: Option<Words>,
    /// The law it stands on.
    pub legal_basis: Vec<LegalBasis>,
    /// What the person is told of their data (RODO art. 13).
    pub privacy: Privacy,
    /// The class of the JRWA in which its cases are kept.
    pub jrwa: String,
    /// How well the office must know who asks.
    pub assurance: Assurance,
    /// Who gets it: the first that fits.
    pub routing: Vec<Route>,
    /// What is asked.
    pub form: Form,
}

/// When in life a procedure is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifeEvent {
    /// A letter, complaint, petition or question to the city.
    Contact,
    /// Identity and residence.
    Documents,
    /// Births, marriages, deaths, children, help.
    Family,
    /// A flat, a house, land.
    Home,
    /// A car, a licence to drive.
    Vehicle,
    /// Taxes and fees.
    Taxes,
    /// A firm, a school, an organisation.
    Business,
    /// Streets, trees, events.
    City,
}

impl LifeEvent {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Contact,
        Self::Documents,
        Self::Family,
        Self::Home,
        Self::Vehicle,
        Self::Taxes,
        Self::Business,
        Self::City,
    ];

    /// Its name in data and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Documents => "documents",
            Self::Family => "family",
            Self::Home => "home",
            Self::Vehicle => "vehicle",
            Self::Taxes => "taxes",
            Self::Business => "business",
            Self::City => "city",
        }
    }
}

/// How something is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Channel {
    /// Here, from the form to the answer.
    Online,
    /// The form is prepared here; the person must come once.
    Visit(Visit),
    /// A central service takes it; the form prepares what to write there.
    HandOver(HandOver),
}

/// A visit that the law asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Why the person must come.
    pub why: Words,
    /// What to bring.
    pub bring: Vec<Words>,
    /// A central service that does the same, where there is one.
    #[serde(default)]
    pub link: Option<Link>,
}

/// A central service that took the matter over.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Why it is asked for there and not here.
    pub why: Words,
    /// Where.
    pub link: Link,
}

/// A page of somebody else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its name.
    pub name: Words,
    /// Its address: https.
    pub href: String,
}

/// What something costs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Złoty with two decimals, "0.00" where it is free; none where it depends.
    pub amount: Option<String>,
    /// For what, and how it is paid or worked out.
    pub about: Words,
}

/// How long the office may take.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The time.
    pub term: Term,
    /// From when it counts, and what makes it longer.
    pub about: Words,
}

/// A time within which the office must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// On the spot.
    AtOnce,
    /// Days.
    Days(u16),
    /// Months.
    Months(u16),
    /// The law sets none.
    None,
}

impl Term {
    /// The last day of a time that a letter begins on the day of its receipt; none where there is none.
    #[must_use]
    pub fn ends(self, received: Date) -> Option<Date> {
        match self {
            Self::AtOnce => after_days(received, 0),
            Self::Days(days) => after_days(received, days),
            Self::Months(months) => after_months(received, months),
            Self::None => None,
        }
    }
}

/// A rule of law.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// Act and article.
    pub text: Words,
    /// Where that was read: an address, or [`UNVERIFIED`].
    pub source: String,
    /// The day on which it was read, as in 2026-11-29; none where it was not.
    #[serde(default)]
    pub read_on: Option<String>,
}

/// What differs between procedures in what people are told of their data; the rest is the same for
/// the whole office.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// What the data are for (art. 13(1)(c)).
    pub purpose: Words,
    /// Why the office may use them (art. 13(1)(c)).
    pub basis: Words,
    /// Who else gets them (art. 13(1)(e)).
    pub recipients: Words,
    /// Whether they must be given, and what follows where they are not (art. 13(2)(e)).
    pub duty: Words,
}

/// Who gets a letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Only then; the last route has none.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The code of a department.
    pub to: String,
}

impl Procedure {
    /// A central service takes it.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.channel, Channel::HandOver(_))
    }

    /// The code of the department that gets a letter with these answers.
    #[must_use]
    pub fn route(&self, answers: &Answers) -> &str {
        let fits = |route: &&Route| route.when.as_ref().is_none_or(|when| when.holds(answers));
        let route = self.routing.iter().find(fits);
        route.map_or(&self.department, |route| &route.to)
    }
}
