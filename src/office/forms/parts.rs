//! Answers that have several parts: addresses and people.

use super::{Asked, Kind, Person};
use crate::identifiers::Identifier;

/// One part of an address or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its name in the answer.
    pub name: &'static str,
    /// May be left empty.
    pub optional: bool,
    /// The number that it is; none for a line of text.
    pub identifier: Option<Identifier>,
}

const fn text(name: &'static str, optional: bool) -> Part {
    Part {
        name,
        optional,
        identifier: None,
    }
}

/// Of an address in Poland. A village may have no streets.
const ADDRESS: [Part; 5] = [
    text("street", true),
    text("house", false),
    text("flat", true),
    Part {
        name: "postcode",
        optional: false,
        identifier: Some(Identifier::Postcode),
    },
    text("place", false),
];

impl Part {
    /// What an answer looks like.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.identifier.map_or(Kind::Text, Kind::Identifier)
    }
}

impl Kind {
    /// The parts of an answer that is an object; none of other answers.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        match self {
            Self::Address => ADDRESS.to_vec(),
            Self::Person(person) => person.parts(),
            _ => Vec::new(),
        }
    }
}

impl Person {
    fn parts(&self) -> Vec<Part> {
        let mut parts = vec![text("given_names", false), text("family_name", false)];
        if self.pesel != Asked::No {
            parts.push(Part {
                name: "pesel",
                optional: self.pesel == Asked::Optional,
                identifier: Some(Identifier::Pesel),
            });
        }
        parts
    }
}
