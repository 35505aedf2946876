//! The log-ins that the demo prints, by what their owners do.

use serde::Serialize;

/// What people do, in the order in which it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Group {
    /// Runs auctions, or looks on.
    Officer,
    /// Bids.
    Bidder,
    /// Works in the office.
    Office,
    /// Works in another department.
    Others,
    /// Has matters with the city.
    Citizen,
}

impl Group {
    const ALL: [Self; 5] = [
        Self::Officer,
        Self::Bidder,
        Self::Office,
        Self::Others,
        Self::Citizen,
    ];

    fn heading(self) -> &'static str {
        match self {
            Self::Officer => "Tenders and auctions",
            Self::Bidder => "Bidders in the live auction",
            Self::Office => "The office",
            Self::Others => "One person in each other department, who takes letters and approves",
            Self::Citizen => "Citizens and firms",
        }
    }
}

/// What the demo prints of somebody.
#[derive(Serialize)]
pub(super) struct Login {
    pub(super) group: Group,
    pub(super) role: &'static str,
    pub(super) who: String,
    pub(super) login: String,
    pub(super) password: String,
    /// What to try.
    pub(super) hint: String,
}

/// Prints them in groups.
pub(super) fn print(logins: &[Login]) {
    for group in Group::ALL {
        println!("  {}", group.heading());
        for one in logins.iter().filter(|login| login.group == group) {
            println!(
                "    {:<12} {:<24} {}: {}",
                one.login, one.password, one.who, one.hint
            );
        }
        println!();
    }
}
