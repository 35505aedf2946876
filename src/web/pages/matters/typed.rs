//! What people type into the fields of a form, as answers, and answers as what stands in the fields.
//! What cannot be read stays as it was typed: the check of the answers then says what is wrong.

use crate::office::forms::{Answers, Choice, Group, Kind, Part, Question};
use crate::web::form::Fields;
use crate::web::words::Lang;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The hidden field that names what stood on the page: what did not is left as it was.
pub(super) const SHOWN: &str = "shown";
/// What is sent for yes and no.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

/// The answers of one page as they were typed.
pub(super) struct Typed<'a> {
    fields: &'a Fields,
    shown: BTreeSet<&'a str>,
}

impl<'a> Typed<'a> {
    /// The fields of a page that was sent.
    pub(super) fn of(fields: &'a Fields) -> Self {
        Self {
            fields,
            shown: fields.all(SHOWN).collect(),
        }
    }

    /// Whether a question stood on the page.
    pub(super) fn has(&self, name: &str) -> bool {
        self.shown.contains(name)
    }

    /// Puts the answers to these questions in the place of those before.
    pub(super) fn put_into(&self, answers: &mut Answers, questions: &[Question], under: &str) {
        for question in questions {
            let at = format!("{under}{}", question.name);
            if !self.has(&at) {
                continue;
            }
            let answer = match &question.kind {
                // Files come one by one.
                Kind::Files(_) => continue,
                Kind::Group(group) => Some(self.items(group, answers.get(&question.name), &at)),
                kind => self.answer(kind, question.optional, &at),
            };
            match answer {
                Some(answer) => answers.insert(question.name.clone(), answer),
                None => answers.remove(&question.name),
            };
        }
    }

    fn items(&self, group: &Group, before: Option<&Value>, at: &str) -> Value {
        let before = before.and_then(Value::as_array);
        let places = (0..group.max).take_while(|place| self.has(&format!("{at}.{place}")));
        let items = places.map(|place| {
            let before = before.and_then(|items| items.get(place)?.as_object());
            let mut item = before.cloned().unwrap_or_default();
            self.put_into(&mut item, &group.questions, &format!("{at}.{place}."));
            Value::Object(item)
        });
        Value::Array(items.collect())
    }

    fn answer(&self, kind: &Kind, optional: bool, at: &str) -> Option<Value> {
        let typed = self.fields.get(at).trim();
        match kind {
            Kind::Address | Kind::Person(_) => self.parts(&kind.parts(), optional, at),
            Kind::Choices(_) => {
                let chosen: Vec<_> = self.fields.all(at).collect();
                (!chosen.is_empty()).then(|| json!(chosen))
            }
            _ if typed.is_empty() => None,
            kind => Some(read(kind, typed)),
        }
    }

    /// An object of what was typed; none where nothing was and nothing must be.
    fn parts(&self, parts: &[Part], optional: bool, at: &str) -> Option<Value> {
        let mut answer = Answers::new();
        for part in parts {
            let typed = self.fields.get(&format!("{at}.{}", part.name)).trim();
            if !typed.is_empty() {
                answer.insert(part.name.to_owned(), read(&part.kind(), typed));
            }
        }
        (!optional || !answer.is_empty()).then_some(Value::Object(answer))
    }
}

/// One value as it was typed.
fn read(kind: &Kind, typed: &str) -> Value {
    match kind {
        Kind::Number(_) => match compact(typed).parse::<i64>() {
            Ok(number) => json!(number),
            Err(_) => json!(typed),
        },
        Kind::Decimal(_) => json!(compact(typed).replace(',', ".")),
        Kind::Amount => json!(with_grosze(&compact(typed).replace(',', "."))),
        Kind::YesNo | Kind::Declaration => match typed {
            YES => json!(true),
            NO => json!(false),
            other => json!(other),
        },
        Kind::Identifier(identifier) => json!(identifier.tidy(typed)),
        Kind::LongText => json!(typed.replace("\r\n", "\n")),
        _ => json!(typed),
    }
}

/// Without the spaces that group digits.
fn compact(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect()
}

/// "12" and "12.5" as złoty with two decimals.
fn with_grosze(typed: &str) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match typed.split_once('.') {
        None if is_number(typed) => format!("{typed}.00"),
        Some((_, decimal)) if is_number(decimal) && decimal.len() == 1 => format!("{typed}0"),
        _ => typed.to_owned(),
    }
}

/// What stands in the field of one value.
pub(super) fn written(kind: &Kind, answer: &Value, lang: Lang) -> String {
    match (kind, answer) {
        (Kind::YesNo | Kind::Declaration, Value::Bool(true)) => YES.to_owned(),
        (Kind::YesNo | Kind::Declaration, Value::Bool(false)) => NO.to_owned(),
        (Kind::Amount | Kind::Decimal(_), Value::String(text)) if lang == Lang::Pl => {
            text.replace('.', ",")
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The label of one of several choices.
pub(super) fn label_of(choices: &[Choice], value: &Value, lang: Lang) -> String {
    let found = choices.iter().find(|choice| *value == *choice.value);
    found.map_or_else(|| value.to_string(), |choice| lang.of(&choice.label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::forms::Form;

    fn form() -> Form {
        let both = |text: &str| json!({ "pl": text, "en": text });
        let question = |name: &str, kind: Value, optional: bool| json!({ "name": name, "label": both(name), "kind": kind, "optional": optional });
        let item = json!([
            question("name", json!("text"), false),
            question("income", json!("amount"), false),
        ]);
        let group =
            json!({ "group": { "item": both("x"), "min": 1, "max": 2, "questions": item } });
        serde_json::from_value(
            json!({ "pages": [{ "id": "a", "title": both("a"), "questions": [
            question("count", json!({ "number": { "min": 0, "max": 9 } }), false),
            question("nip", json!({ "identifier": "nip" }), false),
            question("sure", json!("yes-no"), false),
            question("home", json!("address"), true),
            question("members", group, false),
            question("hidden", json!("text"), false),
        ] }] }),
        )
        .unwrap()
    }

    fn typed(body: &str, before: &Value) -> Value {
        let fields = Fields::read(body.as_bytes()).unwrap();
        let mut answers = before.as_object().unwrap().clone();
        Typed::of(&fields).put_into(&mut answers, &form().pages[0].questions, "");
        Value::Object(answers)
    }

    #[test]
    fn what_was_typed_is_read_and_the_rest_stays() {
        let body = "shown=count&count=+1+000+&shown=nip&nip=526-587-76-35&shown=sure&sure=no&shown=home\
            &shown=members&shown=members.0&shown=members.0.name&shown=members.0.income\
            &members.0.name=+Jan+&members.0.income=1+250,5&shown=members.1&shown=members.1.name\
            &members.1.name=&hidden=lost";
        let before = json!({ "hidden": "kept", "sure": true, "home": { "house": "1" } });
        assert_eq!(
            typed(body, &before),
            json!({
                "count": 1000, "nip": "5265877635", "sure": false, "hidden": "kept",
                "members": [{ "name": "Jan", "income": "1250.50" }, {}],
            })
        );
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_was_typed() {
        let body = "shown=count&count=dwa&shown=home&home.house=1&shown=members&shown=members.0\
            &shown=members.0.income&members.0.income=dużo&shown=members.1&shown=members.2";
        assert_eq!(
            typed(body, &json!({})),
            json!({
                "count": "dwa", "home": { "house": "1" }, "members": [{ "income": "dużo" }, {}],
            })
        );
        assert_eq!(
            typed("shown=count&count=", &json!({ "count": 1 })),
            json!({})
        );
    }
}
