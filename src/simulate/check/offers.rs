//! The written offers of a scenario, held against what the terms ask for.

use super::Reader;
use auction_rules::amount::{self, AmountError};
use auction_rules::terms::{Bounds, OpeningOffer, Value, WrittenValue};
use auction_rules::{Refusal, Terms, ValueId, Words};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Decimals of a number that is not auctioned: the most that terms know.
const DECIMALS_MAX: u32 = 9;

/// A value that the terms ask for.
enum Asked<'a> {
    Auctioned(&'a Value),
    Beside(WrittenValue<'a>),
}

impl Asked<'_> {
    fn id(&self) -> &ValueId {
        match self {
            Self::Auctioned(value) => &value.id,
            Self::Beside(written) => written.id,
        }
    }

    fn read(&self, text: &str) -> Result<Decimal, Words> {
        match self {
            Self::Auctioned(value) => {
                let amount = read_amount(text, value)?;
                if (value.least..=value.most).contains(&amount) {
                    return Ok(amount);
                }
                let (value, least, most) = (value.id.clone(), value.least, value.most);
                Err(Refusal::OutOfRange { value, least, most }.words())
            }
            Self::Beside(written) => {
                let number = amount::parse(text, DECIMALS_MAX).map_err(|error| match error {
                    AmountError::Malformed => no_number(),
                    AmountError::TooManyDecimals => bounds(&written.bounds),
                })?;
                let fits = written.bounds.hold(number);
                fits.then(|| as_written(text, number.normalize()))
                    .ok_or_else(|| bounds(&written.bounds))
            }
        }
    }
}

/// An amount of a value, as people type it.
pub(super) fn read_amount(text: &str, value: &Value) -> Result<Decimal, Words> {
    amount::parse(text, value.decimals).map_err(|error| match error {
        AmountError::Malformed => no_number(),
        AmountError::TooManyDecimals => {
            let (value, decimals) = (value.id.clone(), value.decimals);
            Refusal::TooManyDecimals { value, decimals }.words()
        }
    })
}

/// A number as the file spells it where that is a plain decimal, else in its usual spelling.
pub(super) fn as_written(text: &str, usual: Decimal) -> Decimal {
    text.parse().unwrap_or(usual)
}

fn no_number() -> Words {
    Words::new(
        "Podaj liczbę, na przykład \"1250.50\", najwyżej 28 cyfr.",
        "Give a number, as in \"1250.50\", of at most 28 digits.",
    )
}

fn bounds(bounds: &Bounds<'_>) -> Words {
    let Words { pl, en } = bounds.words();
    let sentence = |text: &str| {
        let mut letters = text.chars();
        let first = letters.next().map(char::to_uppercase);
        let first: String = first.into_iter().flatten().collect();
        format!("{first}{}.", letters.as_str())
    };
    Words::new(sentence(&pl), sentence(&en))
}

fn asked(terms: &Terms) -> Vec<Asked<'_>> {
    let starts_there = terms.opening == OpeningOffer::WrittenOffer;
    let auctioned = terms.values.iter().filter(|_| starts_there);
    let beside = terms.written_values().into_iter().map(Asked::Beside);
    auctioned.map(Asked::Auctioned).chain(beside).collect()
}

impl Reader<'_> {
    /// The written offer of a bidder: exactly the values that the terms ask for.
    pub(super) fn offer(
        &mut self,
        path: &str,
        offer: &BTreeMap<String, String>,
        terms: &Terms,
    ) -> BTreeMap<ValueId, Decimal> {
        let asked = asked(terms);
        let names: Vec<_> = asked.iter().map(|one| one.id().as_str()).collect();
        for name in offer.keys().filter(|name| !names.contains(&name.as_str())) {
            let at = format!("{path}.{name}");
            let names = names.join(", ");
            match asked.is_empty() {
                true => self.wrong(
                    at,
                    "Te zasady nie przewidują oferty pisemnej; pomiń ją.",
                    "These terms ask for no written offer; leave it out.",
                ),
                false => self.wrong(
                    at,
                    format!("Zasady nie wymagają tej wartości; oferta podaje: {names}."),
                    format!("The terms do not ask for this value; an offer gives: {names}."),
                ),
            }
        }
        let mut read = BTreeMap::new();
        for one in &asked {
            let id = one.id();
            let Some(text) = offer.get(id.as_str()) else {
                self.wrong(
                    path,
                    format!("Zasady wymagają też wartości „{id}”."),
                    format!("The terms ask for the value “{id}” too."),
                );
                continue;
            };
            match one.read(text) {
                Ok(amount) => drop(read.insert(id.clone(), amount)),
                Err(words) => self.wrong(format!("{path}.{id}"), words.pl, words.en),
            }
        }
        read
    }
}
