//! A worked example in words.

use crate::tender::example::{Example, Line, Place};
use crate::web::format;
use crate::web::visit::Visit;
use auction_rules::{Terms, ValueId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A worked example as it is shown.
pub(in crate::web::pages::desk) struct Played {
    pub(in crate::web::pages::desk) lines: Vec<PlayedLine>,
    /// A late bid moved the end.
    pub(in crate::web::pages::desk) is_extended: bool,
}

/// One thing that happens.
pub(in crate::web::pages::desk) struct PlayedLine {
    /// Since the opening.
    pub(in crate::web::pages::desk) after: String,
    /// Who does it; the clock where nobody does.
    pub(in crate::web::pages::desk) who: String,
    pub(in crate::web::pages::desk) entered: String,
    pub(in crate::web::pages::desk) outcome: String,
    pub(in crate::web::pages::desk) standings: Vec<String>,
}

impl Played {
    pub(super) fn of(visit: &Visit, terms: &Terms, example: &Example) -> Self {
        let lines = example.lines.iter();
        Self {
            lines: lines.map(|one| line(visit, terms, one)).collect(),
            is_extended: example.extended,
        }
    }
}

fn line(visit: &Visit, terms: &Terms, line: &Line) -> PlayedLine {
    let who = line
        .who
        .map(|alias| visit.say_of("desk-alias", "number", &alias.to_string()));
    PlayedLine {
        after: format::duration(line.after_ms),
        who: who.unwrap_or_else(|| visit.say("desk-clock")),
        entered: values(visit, terms, &line.entered),
        outcome: visit.lang.of(&line.outcome),
        standings: line
            .standings
            .iter()
            .map(|one| place(visit, terms, one))
            .collect(),
    }
}

fn place(visit: &Visit, terms: &Terms, place: &Place) -> String {
    let said = [
        ("position", place.position.to_string()),
        ("number", place.alias.to_string()),
        ("values", values(visit, terms, &place.values)),
    ];
    let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
    let place_said = visit.lang.say_with("desk-place", &said);
    match place.points {
        None => place_said,
        Some(points) => {
            let points = format::decimal(&points.to_string(), visit.lang);
            let points = visit.say_of("desk-points", "points", &points);
            format!("{place_said}, {points}")
        }
    }
}

fn values(visit: &Visit, terms: &Terms, values: &BTreeMap<ValueId, Decimal>) -> String {
    let shown = values.iter().map(|(id, amount)| {
        let unit = terms.values.iter().find(|value| value.id == *id);
        let unit = unit.map_or("", |value| value.unit.as_str());
        format::amount(&amount.to_string(), unit, visit.lang)
    });
    shown.collect::<Vec<_>>().join(", ")
}
