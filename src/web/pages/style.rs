//! The style guide: every component in every state.

use super::lot_line::{Chip, state};
use crate::web::colours;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

/// The states of a lot, in the order of its life.
const STATES: [&str; 10] = [
    "draft",
    "publishing",
    "published",
    "between",
    "open",
    "paused",
    "interrupted",
    "closed",
    "cancelled",
    "sealed",
];

/// Fields as they are at first.
const BLANK: [(&str, &str); 9] = [
    ("blank-text", "style-field-text"),
    ("blank-hint", "style-field-hint"),
    ("blank-amount", "style-field-amount"),
    ("blank-area", "style-field-area"),
    ("blank-radio", "style-field-radio"),
    ("blank-check", "style-field-check"),
    ("blank-select", "style-field-select"),
    ("blank-file", "style-field-file"),
    ("blank-when", "style-field-when"),
];
/// Fields after something was wrong.
const WRONG: [(&str, &str); 6] = [
    ("wrong-text", "style-field-text"),
    ("wrong-area", "style-field-area"),
    ("wrong-choice", "style-field-radio"),
    ("wrong-select", "style-field-select"),
    ("wrong-file", "style-field-file"),
    ("wrong-when", "style-field-when"),
];

#[derive(Template)]
#[template(path = "style.html", config = "web-client/askama.toml")]
struct StylePage<'a> {
    visit: &'a Visit,
    pairs: Vec<PairLine>,
    /// Fields as they are at first.
    blank: Filled,
    /// Fields after something was wrong.
    wrong: Filled,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    amount: String,
    more: Option<String>,
}

/// A pair of colours with its contrast.
struct PairLine {
    text: &'static str,
    ground: &'static str,
    text_hex: String,
    ground_hex: String,
    ratio: String,
    least: String,
}

pub(in crate::web) async fn show(visit: Visit) -> Response {
    let lang = visit.lang;
    let pairs = colours::pairs(visit.is_high_contrast()).into_iter();
    let page = StylePage {
        visit: &visit,
        pairs: pairs
            .map(|pair| PairLine {
                text: pair.text,
                ground: pair.ground,
                text_hex: pair.text_hex,
                ground_hex: pair.ground_hex,
                ratio: format::decimal(&format!("{:.1}", pair.ratio), lang),
                least: format::decimal(&format!("{:.1}", pair.least), lang),
            })
            .collect(),
        blank: Filled::default().labelled(lang, &BLANK),
        wrong: wrong(&visit).labelled(lang, &WRONG),
        choices: vec![
            Choice {
                value: "below",
                label: visit.say("threshold-below"),
            },
            Choice {
                value: "above",
                label: visit.say("threshold-above"),
            },
        ],
        chips: STATES.iter().map(|name| state(&visit, name)).collect(),
        amount: format::amount("118450.00", "PLN", lang),
        more: Some("/style".to_owned()),
    };
    visit.show(StatusCode::OK, &page)
}

/// A form that came back, with all that had been typed.
fn wrong(visit: &Visit) -> Filled {
    let typed = "wrong-text=Przyk%C5%82ad&wrong-area=Zielona+Gmina&wrong-choice=below\
                 &wrong-select=above&wrong-when-day=2027-03-28&wrong-when-hour=02%3A30";
    let fields = Fields::read(typed.as_bytes()).unwrap_or_default();
    let names = WRONG.iter();
    names.fold(Filled::again(fields), |form, (name, _)| {
        form.wrong(name, visit.say("style-sample-error"))
    })
}
