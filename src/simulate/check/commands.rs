//! What is done in a scenario, checked.

use super::Reader;
use super::offers::{as_written, read_amount};
use super::shape::no_such_field;
use crate::simulate::file::{self, What};
use crate::simulate::scenario::{Deed, Order, PUBLISHED_BEFORE_MS, Planned};
use auction_rules::{Act, Offer, Terms, Timestamp, amount};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The most values of a bid: more than terms have.
const VALUES_MAX: usize = 64;

impl Reader<'_> {
    pub(super) fn planned(&mut self, index: usize, terms: &Terms) -> Option<Planned> {
        let command = self.file.commands.get(index)?;
        let path = format!("commands[{index}]");
        let at = self.after_publication(&format!("{path}.at"), &command.at);
        self.fields(&path, command)?;
        let who = match &command.bidder {
            Some(id) => Some(self.who(&path, id)?),
            None => None,
        };
        Some(Planned {
            deed: self.deed(&path, command, (at?, who), terms)?,
            at: at?,
        })
    }

    fn at(&self, since_ms: i64) -> Timestamp {
        Timestamp(self.opens_at.0.saturating_add(since_ms))
    }

    /// A moment after the auction is published.
    fn after_publication(&mut self, path: &str, text: &str) -> Option<Timestamp> {
        let since_ms = self.moment(path, text)?;
        let published = i64::try_from(PUBLISHED_BEFORE_MS).unwrap_or(i64::MAX);
        if since_ms <= -published {
            self.wrong(
                path,
                "Musi być później niż -1:00:00, kiedy aukcja jest ogłaszana.",
                "Must be later than -1:00:00, when the auction is published.",
            );
        }
        Some(self.at(since_ms))
    }

    /// A length of time; the usual one where it is left out.
    fn length_or(&mut self, path: &str, text: Option<&String>, usual: u64) -> Option<u64> {
        text.map_or(Some(usual), |text| self.length(path, text))
    }

    fn level(&mut self, path: &str, text: &str, terms: &Terms) -> Option<Decimal> {
        let read = read_amount(text, terms.values.first()?);
        read.map(|level| as_written(text, level))
            .map_err(|words| self.wrong(path, words.pl, words.en))
            .ok()
    }

    /// What is done has the fields that it needs, and none that say nothing of it.
    fn fields(&mut self, path: &str, command: &file::Command) -> Option<()> {
        let name = command.what.name();
        let (needs, may) = command.what.fields();
        let given: BTreeSet<_> = command.given().collect();
        let before = self.faults.len();
        for field in needs.iter().filter(|field| !given.contains(**field)) {
            self.wrong(
                format!("{path}.{field}"),
                format!("Polecenie „{name}” wymaga tego pola."),
                format!("The command “{name}” needs this field."),
            );
        }
        let known = |field: &&str| needs.contains(field) || may.contains(field);
        for field in given.iter().filter(|field| !known(field)) {
            self.faults
                .push(no_such_field(format!("{path}.{field}"), command.what));
        }
        (self.faults.len() == before).then_some(())
    }

    fn who(&mut self, path: &str, id: &str) -> Option<usize> {
        let who = self.bidders.get(id).copied();
        if who.is_none() {
            self.wrong(
                format!("{path}.bidder"),
                format!("Nie ma takiego wykonawcy: {id:?}."),
                format!("There is no such bidder: {id:?}."),
            );
        }
        who
    }

    /// The deed of a command whose fields are those that it needs.
    fn deed(
        &mut self,
        path: &str,
        command: &file::Command,
        (at, who): (Timestamp, Option<usize>),
        terms: &Terms,
    ) -> Option<Deed> {
        let reason = || command.reason.clone();
        let text = || command.text.clone();
        let act = match command.what {
            What::Bid => Act::PlaceBid(self.typed(path, command)?),
            What::Withdraw => Act::Withdraw,
            What::Leave => Act::Leave,
            What::AcceptTerms => Act::AcceptTerms {
                terms_hash: terms.hash(),
            },
            What::AcceptLevel => Act::AcceptLevel {
                level: self.level(&format!("{path}.level"), command.level.as_ref()?, terms)?,
            },
            What::Ask => Act::Ask { text: text()? },
            What::Announce => Act::Announce { text: text()? },
            What::Answer => Act::Answer {
                question: command.question?,
                asked: command.asked.clone()?,
                text: text()?,
            },
            What::Pause => Act::Pause { reason: reason()? },
            What::Resume => {
                let (notice, least) = (command.notice.as_ref(), terms.conduct.resume_notice_ms);
                let notice_ms = self.length_or(&format!("{path}.notice"), notice, least)?;
                let reason = reason()?;
                Act::Resume { notice_ms, reason }
            }
            What::Cancel => Act::Cancel { reason: reason()? },
            What::Schedule => {
                let opens = self.moment(&format!("{path}.opens"), command.opens.as_ref()?)?;
                let opens_at = self.at(opens);
                Act::Schedule { opens_at }
            }
            What::Annul => {
                return Some(Deed::Asked(Order::Annul {
                    who: who?,
                    attempt: command.attempt,
                    reason: reason()?,
                }));
            }
            What::Exclude => {
                let (who, reason) = (who?, reason()?);
                return Some(Deed::Asked(Order::Exclude { who, reason }));
            }
            What::Outage | What::Restart => {
                let length = self.length(&format!("{path}.length"), command.length.as_ref()?)?;
                return Some(Deed::Away {
                    until: at.plus(length),
                    restart: command.what == What::Restart,
                });
            }
        };
        let delay_ms = self.length_or(&format!("{path}.delay"), command.delay.as_ref(), 0)?;
        Some(Deed::Asked(match who {
            Some(who) => Order::Bidder {
                who,
                act,
                salt: command.salt.clone(),
                delay_ms,
            },
            None => Order::Officer(act),
        }))
    }

    /// What is typed reaches the rules only when a message of the live protocol could carry it.
    fn typed(&mut self, path: &str, command: &file::Command) -> Option<Offer> {
        self.salt(format!("{path}.salt"), command.salt.as_ref());
        let offer = Offer {
            values: command.values.clone()?,
            confirm: command.confirm.clone().unwrap_or_default(),
        };
        for (field, typed) in [("values", &offer.values), ("confirm", &offer.confirm)] {
            if typed.len() > VALUES_MAX {
                self.wrong(
                    format!("{path}.{field}"),
                    format!("Najwyżej {VALUES_MAX} wartości."),
                    format!("At most {VALUES_MAX} values."),
                );
            }
            for (name, text) in typed {
                let most = amount::AMOUNT_CHARS_MAX;
                if text.chars().count() > most || text.chars().any(char::is_control) {
                    self.wrong(
                        format!("{path}.{field}.{name}"),
                        format!("Najwyżej {most} znaków, bez znaków sterujących."),
                        format!("At most {most} characters, none of them a control character."),
                    );
                }
            }
        }
        Some(offer)
    }

    /// No outage begins within another: nobody would see where one ends.
    pub(super) fn outages(&mut self, planned: &[Option<Planned>]) {
        let mut away: Vec<_> = (0..)
            .zip(planned)
            .filter_map(|(index, planned)| match planned.as_ref()? {
                Planned {
                    at,
                    deed: Deed::Away { until, .. },
                } => Some((*at, *until, index)),
                _ => None,
            })
            .collect();
        away.sort_unstable();
        for pair in away.windows(2) {
            if let [(_, until, _), (at, _, index)] = pair
                && at <= until
            {
                let index: usize = *index;
                self.wrong(
                    format!("commands[{index}].at"),
                    "Przerwa zaczyna się, zanim skończyła się poprzednia.",
                    "The outage begins before the one before it has ended.",
                );
            }
        }
    }
}
