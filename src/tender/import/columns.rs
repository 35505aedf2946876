//! What the columns of an import mean, by their names in Polish or English.

use super::is_open_for_import;
use crate::error::fault;
use crate::store::lots::Lot;
use auction_rules::{TermsFault, ValueId, Words};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// The bidder's name.
    Name,
    /// Its seat.
    Seat,
    /// Its tax number.
    TaxId,
    /// The country of the tax number.
    Country,
    /// Where to write.
    Email,
    /// The person to talk to.
    Contact,
    /// Whether it is admitted to a lot, by the lot's place.
    Admit {
        /// Which lot.
        lot: usize,
    },
    /// A value of its written offer for a lot.
    Value {
        /// Which lot.
        lot: usize,
        /// Which value.
        value: ValueId,
    },
}

/// The names that a column of a bidder's data may have, without accents and punctuation.
const NAMES: [(&str, Column); 22] = [
    ("nazwa", Column::Name),
    ("nazwa wykonawcy", Column::Name),
    ("wykonawca", Column::Name),
    ("firma", Column::Name),
    ("name", Column::Name),
    ("bidder", Column::Name),
    ("siedziba", Column::Seat),
    ("adres", Column::Seat),
    ("miejscowosc", Column::Seat),
    ("seat", Column::Seat),
    ("nip", Column::TaxId),
    ("numer podatkowy", Column::TaxId),
    ("tax id", Column::TaxId),
    ("tax number", Column::TaxId),
    ("kraj", Column::Country),
    ("country", Column::Country),
    ("e mail", Column::Email),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("kontakt", Column::Contact),
    ("osoba do kontaktu", Column::Contact),
    ("contact", Column::Contact),
];

impl Column {
    /// The place of the lot that it is about.
    pub(super) fn lot(&self) -> Option<usize> {
        match self {
            Self::Admit { lot } | Self::Value { lot, .. } => Some(*lot),
            _ => None,
        }
    }
}

/// Reads the names of all columns; the faults name what is not understood, stands twice or lacks.
pub(super) fn columns(header: &[String], lots: &[Lot]) -> (Vec<Column>, Vec<TermsFault>) {
    let mut columns: Vec<Column> = Vec::with_capacity(header.len());
    let mut faults = Vec::new();
    for name in header {
        match column(name, lots) {
            Ok(column) if columns.contains(&column) => faults.push(fault(
                format!("header.{name}"),
                "Ta kolumna jest dwa razy.",
                "This column stands twice.",
            )),
            Ok(column) => columns.push(column),
            Err(text) => faults.push(fault(format!("header.{name}"), text.pl, text.en)),
        }
    }
    for (column, name) in [(Column::Name, "nazwa"), (Column::Seat, "siedziba")] {
        if !columns.contains(&column) {
            faults.push(fault(
                format!("header.{name}"),
                format!("Brakuje kolumny „{name}”."),
                format!("The column “{name}” is missing."),
            ));
        }
    }
    (columns, faults)
}

fn column(name: &str, lots: &[Lot]) -> Result<Column, Words> {
    let plain = plain(name);
    if let Some((_, column)) = NAMES.iter().find(|(known, _)| *known == plain) {
        return Ok(column.clone());
    }
    let of_lot = of_lot(name).ok_or_else(|| {
        Words::new(
            "Nieznana kolumna. Dozwolone: nazwa, siedziba, NIP, kraj, e-mail, kontakt, „część 1”, \
             „część 1: cena”.",
            "Unknown column. Allowed: name, seat, tax id, country, e-mail, contact, “lot 1”, \
             “lot 1: price”.",
        )
    })?;
    let (number, value) = match of_lot.split_once(':') {
        Some((number, value)) => (number.trim(), Some(value.trim())),
        None => (of_lot.trim(), None),
    };
    let number = number.to_lowercase();
    let place = lots
        .iter()
        .position(|lot| lot.number.to_lowercase() == number);
    let place = place.ok_or_else(|| {
        Words::new(
            "W tym postępowaniu nie ma takiej części.",
            "The tender has no such lot.",
        )
    })?;
    let lot = &lots[place];
    if !is_open_for_import(lot) {
        return Err(Words::new(
            "Aukcję tej części już ogłoszono.",
            "The auction of this lot is published already.",
        ));
    }
    let Some(value) = value else {
        return Ok(Column::Admit { lot: place });
    };
    let wanted = self::plain(value);
    let mut known = written(lot);
    let value = known.find(|(id, name)| {
        [id.as_str(), name.pl.as_str(), name.en.as_str()]
            .iter()
            .any(|one| self::plain(one) == wanted)
    });
    value
        .map(|(value, _)| Column::Value { lot: place, value })
        .ok_or_else(|| {
            Words::new(
                "Zasady tej części nie mają takiej wartości.",
                "The terms of this lot have no such value.",
            )
        })
}

/// What stands behind `część` or `lot`.
fn of_lot(name: &str) -> Option<&str> {
    let (word, rest) = name.trim().split_once(char::is_whitespace)?;
    matches!(plain(word).as_str(), "czesc" | "lot").then_some(rest)
}

/// The values that a written offer for a lot may give, with their names.
fn written(lot: &Lot) -> impl Iterator<Item = (ValueId, Words)> {
    let auctioned = lot.terms.values.iter();
    let auctioned = auctioned.map(|value| (value.id.clone(), value.name.clone()));
    let written = lot.terms.written_values().into_iter();
    auctioned.chain(written.map(|one| (one.id.clone(), one.name)))
}

/// Small letters without Polish accents, words parted by one space.
fn plain(name: &str) -> String {
    let letters: String = name
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}
