//! The JSON Schema (draft 2020-12) of a form's answers. It says all that [`super::Form::check`]
//! demands but check digits, days that a calendar lacks, and what depends on the day of today.

use super::check::{GROSZ_PLACES, WHOLE_DIGITS_MAX};
use super::parts::Part;
use super::{Choice, Condition, Files, Form, Group, Kind, Posed, Question};
use crate::identifiers::Identifier;
use crate::identifiers::contact::EMAIL_CHARS_MAX;
use crate::limits::{LONG_TEXT_CHARS_MAX, TEXT_CHARS_MAX};
use serde_json::{Map, Value, json};

/// A line: something besides white space, no control characters.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";
/// The same with ends of lines and tabs.
const LINES: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const SHA256: &str = "^[0-9a-f]{64}$";

impl Form {
    /// The schema of the answers.
    #[must_use]
    pub fn schema(&self, title: &str) -> Value {
        let mut schema = Map::new();
        schema.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        schema.insert("title".to_owned(), json!(title));
        schema.extend(scope(&self.questions()));
        Value::Object(schema)
    }
}

/// An object with the answers to these questions. What is asked always stands in `properties` and
/// `required`; what is asked sometimes stands behind its conditions.
fn scope(questions: &[Posed<'_>]) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut sometimes = Vec::new();
    for posed in questions {
        let question = posed.question;
        let conditions = all_conditions(posed, questions);
        if conditions.is_empty() {
            properties.insert(question.name.clone(), answer(question));
            required.extend((!question.optional).then_some(&question.name));
        } else {
            properties.insert(question.name.clone(), json!(true));
            sometimes.push(behind(&conditions, question, questions));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !sometimes.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(sometimes));
    }
    schema
}

/// The conditions of a question, and those of the questions that they name.
fn all_conditions<'a>(posed: &Posed<'a>, questions: &[Posed<'a>]) -> Vec<&'a Condition> {
    let own = posed.page.into_iter().chain(&posed.question.when);
    let mut all = Vec::new();
    for condition in own {
        let named = questions
            .iter()
            .find(|other| other.question.name == condition.question);
        all.extend(
            named
                .map(|named| all_conditions(named, questions))
                .unwrap_or_default(),
        );
        all.push(condition);
    }
    all
}

fn behind(conditions: &[&Condition], question: &Question, questions: &[Posed<'_>]) -> Value {
    let holds = conditions.iter().map(|condition| {
        let named = questions
            .iter()
            .find(|other| other.question.name == condition.question);
        let several = named.is_some_and(|named| matches!(named.question.kind, Kind::Choices(_)));
        let is = json!({ "enum": condition.is });
        let is = if several {
            json!({ "type": "array", "contains": is })
        } else {
            is
        };
        json!({ "properties": { &condition.question: is }, "required": [condition.question] })
    });
    let mut then = json!({ "properties": { &question.name: answer(question) } });
    if !question.optional {
        then["required"] = json!([question.name]);
    }
    json!({ "if": { "allOf": holds.collect::<Vec<_>>() }, "then": then })
}

/// An answer to a question, with the question as its title.
fn answer(question: &Question) -> Value {
    let mut schema = shape(&question.kind, question.optional);
    schema["title"] = json!(question.label.pl);
    schema
}

fn shape(kind: &Kind, optional: bool) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string", "maxLength": TEXT_CHARS_MAX, "pattern": LINE }),
        Kind::LongText => {
            json!({ "type": "string", "maxLength": LONG_TEXT_CHARS_MAX, "pattern": LINES })
        }
        Kind::Number(number) => {
            json!({ "type": "integer", "minimum": number.min, "maximum": number.max })
        }
        Kind::Amount => {
            let pattern = format!(r"^{}\.[0-9]{{{GROSZ_PLACES}}}$", whole());
            json!({ "type": "string", "pattern": pattern })
        }
        Kind::Decimal(decimal) => {
            let pattern = format!(r"^{}(\.[0-9]{{1,{}}})?$", whole(), decimal.places);
            json!({ "type": "string", "pattern": pattern })
        }
        Kind::Date(_) => json!({ "type": "string", "format": "date", "pattern": DAY }),
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Declaration => json!({ "const": true }),
        Kind::Choice(choices) => json!({ "enum": values(choices) }),
        Kind::Choices(choices) => json!({
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": { "enum": values(choices) },
        }),
        Kind::Identifier(identifier) => number(*identifier),
        Kind::Address | Kind::Person(_) => parts(&kind.parts()),
        Kind::Files(wanted) => files(wanted, optional),
        Kind::Group(group) => self::group(group, optional),
    }
}

/// The digits before a point.
fn whole() -> String {
    format!("(0|[1-9][0-9]{{0,{}}})", WHOLE_DIGITS_MAX - 1)
}

fn values(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.value.as_str()).collect()
}

fn number(identifier: Identifier) -> Value {
    match identifier {
        Identifier::Email => json!({
            "type": "string", "maxLength": EMAIL_CHARS_MAX, "pattern": identifier.pattern(),
        }),
        _ => json!({ "type": "string", "pattern": identifier.pattern() }),
    }
}

fn parts(parts: &[Part]) -> Value {
    let properties: Map<_, _> = parts
        .iter()
        .map(|part| (part.name.to_owned(), shape(&part.kind(), false)))
        .collect();
    let required = parts.iter().filter(|part| !part.optional);
    let required: Vec<_> = required.map(|part| part.name).collect();
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// So many, or none at all where the question is optional.
fn counted(min: usize, max: usize, optional: bool, items: Value) -> Value {
    let mut list = json!({ "type": "array", "maxItems": max, "items": items });
    match (min, optional) {
        (0..=1, true) => {}
        (_, true) => list["anyOf"] = json!([{ "maxItems": 0 }, { "minItems": min }]),
        (_, false) => list["minItems"] = json!(min),
    }
    list
}

fn files(files: &Files, optional: bool) -> Value {
    let file = json!({
        "type": "object",
        "properties": {
            "document": { "type": "string" },
            "name": { "type": "string" },
            "kind": { "enum": files.kinds },
            "bytes": { "type": "integer", "minimum": 0 },
            "sha256": { "type": "string", "pattern": SHA256 },
        },
        "required": ["document", "name", "kind", "bytes", "sha256"],
        "additionalProperties": false,
    });
    counted(files.min, files.max, optional, file)
}

fn group(group: &Group, optional: bool) -> Value {
    let item = Value::Object(scope(&group.questions()));
    counted(group.min, group.max, optional, item)
}
