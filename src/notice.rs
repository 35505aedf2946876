//! Notices: what the office tells bidders and citizens by mail.
//!
//! A [`Notice`] is written into the store's outbox with the act that causes it. [`outbox`] sends what
//! is due, through [`mail`]; [`text`] has the words.

use crate::document::Lang;
use crate::store::notices::{NewNotice, Realm, Recipient};
use auction_rules::{Alias, Timestamp, Words};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub mod account;
pub mod mail;
pub mod outbox;
pub mod text;

/// Which lot a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Number of the tender.
    pub tender: String,
    /// What the tender is about.
    pub title: Words,
    /// Number of the lot.
    pub lot: String,
    /// What is bought in it.
    pub lot_title: Words,
    /// Address of the auction's page; empty where the office has not set its address.
    pub address: String,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// A log-in was issued to a firm that asked for the specification.
    SpecificationAskedFor {
        /// Number of the tender.
        tender: String,
        /// What the tender is about.
        title: Words,
        /// When it asked.
        at: Timestamp,
        /// Address of the tender's page; empty where the office has not set its address.
        address: String,
    },
    /// The opening is set.
    ScheduleSet {
        /// Of which lot.
        about: About,
        /// When the auction opens.
        opens_at: Timestamp,
        /// The admin key's fingerprint.
        fingerprint: String,
    },
    /// The opening is another one.
    ScheduleChanged {
        /// Of which lot.
        about: About,
        /// When the auction was to open.
        before: Timestamp,
        /// When the auction opens.
        opens_at: Timestamp,
    },
    /// The auction ended without a result.
    Cancelled {
        /// Of which lot.
        about: About,
        /// Why, where it is known.
        reason: String,
    },
    /// A letter to the office was received.
    LetterReceived {
        /// Its number in the register.
        number: String,
        /// When.
        at: Timestamp,
        /// Address of the letter's page; empty where the office has not set its address.
        address: String,
    },
    /// Something happened in a case.
    CaseNews {
        /// Its sign.
        sign: String,
        /// When.
        at: Timestamp,
        /// Address of the case's page; empty where the office has not set its address.
        address: String,
    },
    /// The auction is over.
    Result {
        /// Of which lot.
        about: About,
        /// The winner, where there is exactly one.
        winner: Option<Winner>,
        /// Its values, in the order of the terms.
        values: Vec<Final>,
        /// Its points, in an auction of points.
        points: Option<Decimal>,
    },
    /// Something happened to the account of a citizen or firm.
    Account(account::AccountNotice),
}

/// A value of the winner's last offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Final {
    /// Its name for people.
    pub name: Words,
    /// How much.
    pub value: Decimal,
    /// Its unit.
    pub unit: String,
}

/// The winner as everyone may know it (PZP art. 253(1)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// Its alias in the standings.
    pub alias: Alias,
    /// Its name; empty where it cannot be looked up.
    pub name: String,
    /// Its seat.
    pub seat: String,
}

impl Notice {
    /// Its name, as it stands in lists.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SpecificationAskedFor { .. } => "specification-asked-for",
            Self::ScheduleSet { .. } => "schedule-set",
            Self::ScheduleChanged { .. } => "schedule-changed",
            Self::Cancelled { .. } => "cancelled",
            Self::LetterReceived { .. } => "letter-received",
            Self::CaseNews { .. } => "case-news",
            Self::Result { .. } => "result",
            Self::Account(_) => "account",
        }
    }

    /// The notice to one recipient. `cause` names the act: for one cause everyone is told once.
    #[must_use]
    pub fn to(&self, recipient: &Recipient, cause: &str) -> NewNotice {
        NewNotice {
            key: format!("{}:{cause}:{}", self.kind(), recipient.bidder),
            recipient: recipient.email.clone(),
            kind: self.kind().to_owned(),
            realm: Realm::Tender,
            lang: Lang::Pl.tag().to_owned(),
            data: serde_json::to_value(self).unwrap_or_default(),
        }
    }
}
