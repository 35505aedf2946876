//! The office's people in the demo: every department with its positions and who holds them.

use super::logins::{Group, Login};
use super::past::Past;
use super::staff;
use crate::identity::Who;
use crate::office::circulation::Clerk;
use crate::office::circulation::substitutes::NewSubstitution;
use crate::office::positions::{self, NewPosition};
use crate::store::accounts::{StaffRole, by_login};
use anyhow::Context;
use jiff::ToSpan;
use std::collections::BTreeMap;

/// Somebody of the staff.
struct Person {
    role: StaffRole,
    login: &'static str,
    name: &'static str,
    group: Group,
    hint: &'static str,
}

/// Those who are not of a department alone, and the two departments that are told in full.
const STAFF: [Person; 12] = [
    Person {
        role: StaffRole::Officer,
        login: "urzednik",
        name: "Anna Wiśniewska",
        group: Group::Officer,
        hint: "the live auction's cockpit, the desk, and the tender's case in the queue",
    },
    Person {
        role: StaffRole::Auditor,
        login: "audytor",
        name: "Piotr Zieliński",
        group: Group::Officer,
        hint: "auditor: reads all that officers see and changes nothing",
    },
    Person {
        role: StaffRole::Registrar,
        login: "punkt",
        name: "Ewa Maj",
        group: Group::Office,
        hint: "registrar: confirms Jan's account by his reference number",
    },
    Person {
        role: StaffRole::Clerk,
        login: "sekretariat",
        name: "Maria Wrona",
        group: Group::Office,
        hint: "takes the letters of Environment: two wait for a case",
    },
    Person {
        role: StaffRole::Clerk,
        login: "referent",
        name: "Marek Lis",
        group: Group::Office,
        hint: "handles cases: one late, one reply sent back, a draft; stands in for Roman",
    },
    Person {
        role: StaffRole::Clerk,
        login: "kierownik",
        name: "Hanna Sowa",
        group: Group::Office,
        hint: "approves replies: one waits; says who stands in",
    },
    Person {
        role: StaffRole::Clerk,
        login: "odpady",
        name: "Roman Kos",
        group: Group::Office,
        hint: "on leave: Marek stands in",
    },
    Person {
        role: StaffRole::Clerk,
        login: "geodeta",
        name: "Jerzy Bury",
        group: Group::Office,
        hint: "Surveying: handles a house number, gave an opinion",
    },
    Person {
        role: StaffRole::Clerk,
        login: "geodezja",
        name: "Irena Cis",
        group: Group::Office,
        hint: "head of Surveying",
    },
    Person {
        role: StaffRole::Clerk,
        login: "drogi",
        name: "Paweł Grab",
        group: Group::Office,
        hint: "Roads: an opinion is asked for, a letter was handed over",
    },
    Person {
        role: StaffRole::Clerk,
        login: "kancelaria",
        name: "Zofia Buk",
        group: Group::Office,
        hint: "General Chancellery: a letter waits",
    },
    Person {
        role: StaffRole::Clerk,
        login: "zamowienia",
        name: "Krystyna Modrzew",
        group: Group::Office,
        hint: "head of Procurement: reads the tenders' cases",
    },
];

/// The department that is told in full.
const ENVIRONMENT: &str = "WOS";
/// The one of plots and house numbers.
const SURVEYING: &str = "WGiGN";
/// The one of roads.
pub(super) const ROADS: &str = "WDT";
/// Where all other letters come in.
const CHANCELLERY: &str = "KA";

/// Department, title and log-in of a position; whether it takes letters and approves.
const POSITIONS: [(&str, &str, &str, bool, bool); 10] = [
    ("BZP", "Specjalistka ds. zamówień", "urzednik", false, false),
    ("BZP", "Kierowniczka biura", "zamowienia", true, true),
    (ENVIRONMENT, "Sekretariat", "sekretariat", true, false),
    (
        ENVIRONMENT,
        "Inspektor ds. zieleni",
        "referent",
        false,
        false,
    ),
    (
        ENVIRONMENT,
        "Kierowniczka wydziału",
        "kierownik",
        false,
        true,
    ),
    (ENVIRONMENT, "Inspektor ds. odpadów", "odpady", false, false),
    (SURVEYING, "Geodeta miejski", "geodeta", true, false),
    (SURVEYING, "Kierowniczka wydziału", "geodezja", false, true),
    (ROADS, "Inspektor ds. dróg", "drogi", true, true),
    (CHANCELLERY, "Kancelaria", "kancelaria", true, true),
];

/// One person for each department that is left, who takes its letters and approves its replies.
const OTHERS: [(&str, &str, &str); 11] = [
    ("USC", "usc", "Teresa Jodła"),
    ("WAiPP", "waipp", "Adam Wiąz"),
    ("WK", "wk", "Beata Olcha"),
    ("WSL", "wsl", "Cezary Jesion"),
    ("WSO", "wso", "Danuta Lipa"),
    ("WPiO", "wpio", "Edward Brzoza"),
    ("WE", "we", "Felicja Kalina"),
    ("WSS", "wss", "Grażyna Jarzębska"),
    ("WHP", "whp", "Henryk Świerk"),
    ("WBZK", "wbzk", "Jolanta Topola"),
    ("BP", "bp", "Leon Klon"),
];

/// Who works in the demo's office.
pub(super) struct People {
    past: Past,
    whos: BTreeMap<&'static str, Who>,
    positions: BTreeMap<&'static str, String>,
}

impl People {
    /// Adds them and their log-ins.
    pub(super) async fn add(past: Past, logins: &mut Vec<Login>) -> anyhow::Result<Self> {
        let mut people = Self {
            past,
            whos: BTreeMap::new(),
            positions: BTreeMap::new(),
        };
        for person in STAFF {
            people.person(person, logins).await?;
        }
        for (unit, title, login, takes, approves) in POSITIONS {
            people
                .position(unit, title, login, (takes, approves))
                .await?;
        }
        for (unit, login, name) in OTHERS {
            let person = Person {
                role: StaffRole::Clerk,
                login,
                name,
                group: Group::Others,
                hint: unit,
            };
            people.person(person, logins).await?;
            people
                .position(unit, "Obsługa pism i spraw", login, (true, true))
                .await?;
        }
        Ok(people)
    }

    async fn person(&mut self, person: Person, logins: &mut Vec<Login>) -> anyhow::Result<()> {
        let state = &self.past.state;
        let Person {
            role,
            login,
            name,
            group,
            hint,
        } = person;
        let password = staff(state, role, login, name).await?;
        let account = by_login(&state.store, login).await?;
        let account = account.with_context(|| format!("no account {login}"))?;
        self.whos.insert(login, Who::from(&account));
        logins.push(Login {
            group,
            role: role.as_str(),
            who: name.to_owned(),
            login: login.to_owned(),
            password,
            hint: hint.to_owned(),
        });
        Ok(())
    }

    async fn position(
        &mut self,
        unit: &str,
        title: &str,
        login: &'static str,
        (takes_letters, approves): (bool, bool),
    ) -> anyhow::Result<()> {
        let new = NewPosition {
            unit: unit.to_owned(),
            title: title.to_owned(),
            login: Some(login.to_owned()),
            takes_letters,
            approves,
        };
        let state = &self.past.state;
        let position = positions::add(&state.store, &state.now, new).await?;
        self.positions.insert(login, position.id);
        Ok(())
    }

    /// The office on the day where the demo's past stands.
    pub(super) fn past(&self) -> &Past {
        &self.past
    }

    /// Somebody, by log-in.
    pub(super) fn who(&self, login: &str) -> anyhow::Result<&Who> {
        let who = self.whos.get(login);
        who.with_context(|| format!("nobody is called {login}"))
    }

    /// The position of somebody.
    pub(super) fn position_of(&self, login: &str) -> anyhow::Result<String> {
        let position = self.positions.get(login).cloned();
        position.with_context(|| format!("no position of {login}"))
    }

    /// Somebody as the clerk of the day.
    pub(super) async fn clerk(&self, login: &str) -> anyhow::Result<Clerk> {
        Ok(self
            .past
            .state
            .circulation()
            .clerk(self.who(login)?)
            .await?)
    }

    /// Roman is on leave for two weeks from today.
    pub(super) async fn leave(&self) -> anyhow::Result<()> {
        let head = self.clerk("kierownik").await?;
        let new = NewSubstitution {
            position: self.position_of("odpady")?,
            substitute: self.position_of("referent")?,
            first_day: Some(head.today),
            last_day: Some(head.today.saturating_add(14.days())),
        };
        self.past
            .state
            .circulation()
            .substitute(&head, &new)
            .await?;
        Ok(())
    }
}
