//! Answers as they are read back: by pages, each with the place where it can be changed.

use super::ask::part_key;
use super::typed::label_of;
use crate::office::forms::{Answers, Fault, Form, GivenFile, Group, Kind, Page, Question};
use crate::office::procedures::Catalogue;
use crate::store::letters::Letter;
use crate::web::format;
use crate::web::words::Lang;
use serde::Deserialize;
use serde_json::Value;

/// A page that was asked.
pub(in crate::web::pages) struct Chapter {
    pub(in crate::web::pages) id: String,
    pub(in crate::web::pages) title: String,
    /// Its answers; those to a group stand under headings of their own.
    pub(in crate::web::pages) parts: Vec<Part>,
}

/// Some answers under a heading; empty for those of the page itself.
pub(in crate::web::pages) struct Part {
    pub(in crate::web::pages) heading: String,
    pub(in crate::web::pages) rows: Vec<Row>,
}

/// A question and its answer.
pub(in crate::web::pages) struct Row {
    pub(in crate::web::pages) label: String,
    /// The lines of the answer; none where there is none.
    pub(in crate::web::pages) lines: Vec<String>,
    /// The place on its page.
    pub(in crate::web::pages) at: String,
    /// What is wrong with it.
    pub(in crate::web::pages) wrong: String,
}

/// All that these answers lead to.
pub(in crate::web::pages) fn told(
    lang: Lang,
    form: &Form,
    answers: &Answers,
    faults: &[Fault],
) -> Vec<Chapter> {
    let teller = Teller { lang, faults };
    let pages = form.asked_pages(answers).into_iter();
    pages.map(|page| teller.page(form, page, answers)).collect()
}

/// What a letter says, by the form as it was when it was sent; nothing where that form is gone.
pub(in crate::web::pages) fn of_letter(lang: Lang, letter: &Letter, content: &str) -> Vec<Chapter> {
    let version = u32::try_from(letter.version).unwrap_or_default();
    let procedure = Catalogue::embedded().version(&letter.procedure, version);
    let content: Value = serde_json::from_str(content).unwrap_or_default();
    match (procedure, content.get("answers").and_then(Value::as_object)) {
        (Some(procedure), Some(answers)) => told(lang, &procedure.form, answers, &[]),
        _ => Vec::new(),
    }
}

struct Teller<'a> {
    lang: Lang,
    faults: &'a [Fault],
}

impl Teller<'_> {
    fn page(&self, form: &Form, page: &Page, answers: &Answers) -> Chapter {
        let mut parts = vec![Part {
            heading: String::new(),
            rows: Vec::new(),
        }];
        for question in form.asked_of(page, answers) {
            let answer = answers.get(&question.name);
            match &question.kind {
                Kind::Group(group) => parts.extend(self.group(group, question, answer)),
                _ => parts[0].rows.push(self.row(question, answer, "")),
            }
        }
        parts.retain(|part| !part.rows.is_empty());
        Chapter {
            id: page.id.clone(),
            title: self.lang.of(&page.title),
            parts,
        }
    }

    /// One part for each thing, or one row that says what is wrong with their number.
    fn group(&self, group: &Group, question: &Question, answer: Option<&Value>) -> Vec<Part> {
        let none = Vec::new();
        let items = answer.and_then(Value::as_array).unwrap_or(&none);
        let empty = Answers::new();
        let parts = items.iter().enumerate().map(|(place, item)| {
            let item = item.as_object().unwrap_or(&empty);
            let under = format!("{}.{place}.", question.name);
            let asked = group.asked(item).into_iter();
            let rows = asked.map(|one| self.row(one, item.get(&one.name), &under));
            Part {
                heading: format!("{} {}", self.lang.of(&group.item), place + 1),
                rows: rows.collect(),
            }
        });
        let mut parts: Vec<_> = parts.collect();
        let is_wrong = self.faults.iter().any(|fault| fault.at == question.name);
        if parts.is_empty() || is_wrong {
            let row = Row {
                label: self.lang.of(&question.label),
                lines: Vec::new(),
                wrong: self.wrong(&question.name),
                at: question.name.clone(),
            };
            parts.push(Part {
                heading: String::new(),
                rows: vec![row],
            });
        }
        parts
    }

    fn row(&self, question: &Question, answer: Option<&Value>, under: &str) -> Row {
        let at = format!("{under}{}", question.name);
        Row {
            label: self.lang.of(&question.label),
            lines: answer.map_or_else(Vec::new, |answer| self.lines(&question.kind, answer)),
            wrong: self.wrong(&at),
            at,
        }
    }

    /// The first thing that is wrong at a place or within it.
    fn wrong(&self, at: &str) -> String {
        let within = format!("{at}.");
        let mut faults = self.faults.iter();
        let found = faults.find(|fault| fault.at == at || fault.at.starts_with(&within));
        found.map_or_else(String::new, |fault| self.lang.of(&fault.text))
    }

    fn lines(&self, kind: &Kind, answer: &Value) -> Vec<String> {
        let lang = self.lang;
        match (kind, answer) {
            (Kind::Address | Kind::Person(_), Value::Object(parts)) => self.parts(kind, parts),
            (Kind::Files(_), answer) => self.files(answer),
            (Kind::Choices(choices), Value::Array(chosen)) => chosen
                .iter()
                .map(|one| label_of(choices, one, lang))
                .collect(),
            (Kind::Choice(choices), one) => vec![label_of(choices, one, lang)],
            (Kind::YesNo, Value::Bool(yes)) => {
                vec![lang.say(if *yes { "form-yes" } else { "form-no" })]
            }
            (Kind::Declaration, Value::Bool(true)) => vec![lang.say("form-declared")],
            (Kind::Amount, Value::String(text)) => vec![format::amount(text, "PLN", lang)],
            (Kind::Decimal(decimal), Value::String(text)) => {
                vec![format::amount(text, &lang.of(&decimal.unit), lang)]
            }
            (Kind::Number(number), Value::Number(count)) => {
                let unit = number
                    .unit
                    .as_ref()
                    .map_or_else(String::new, |unit| lang.of(unit));
                vec![format!("{count} {unit}").trim_end().to_owned()]
            }
            (Kind::Date(_), Value::String(text)) => vec![match text.parse() {
                Ok(day) => format::day(day, lang),
                Err(_) => text.clone(),
            }],
            (_, Value::String(text)) => text.lines().map(str::to_owned).collect(),
            (_, other) => vec![other.to_string()],
        }
    }

    /// Name and number of a person; street, place.
    fn parts(&self, kind: &Kind, parts: &Answers) -> Vec<String> {
        let get = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
        let lines = match kind {
            Kind::Person(_) => {
                let pesel = match get("pesel") {
                    "" => String::new(),
                    number => format!("{} {number}", self.lang.say(part_key("pesel"))),
                };
                [
                    format!("{} {}", get("given_names"), get("family_name")),
                    pesel,
                ]
            }
            _ => {
                let flat = match get("flat") {
                    "" => String::new(),
                    flat => format!("/{flat}"),
                };
                let street = match get("street") {
                    "" => get("place"),
                    street => street,
                };
                let first = format!("{street} {}{flat}", get("house"));
                [first, format!("{} {}", get("postcode"), get("place"))]
            }
        };
        let lines = lines.map(|line| line.trim().to_owned());
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    }

    fn files(&self, answer: &Value) -> Vec<String> {
        let files = Vec::<GivenFile>::deserialize(answer).unwrap_or_default();
        let line = |file: GivenFile| {
            let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
            format!("{} ({})", file.name, format::size(bytes, self.lang))
        };
        files.into_iter().map(line).collect()
    }
}
