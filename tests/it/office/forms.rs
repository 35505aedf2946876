//! The check of answers and the JSON Schema that is derived from the same questions.

use super::procedures::{TODAY, example};
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use ebok::office::forms::{Answers, Fault, Form};
use ebok::office::procedures::Catalogue;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A schema that can be asked; formats count.
pub(super) struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub(super) fn of(schema: &Value) -> Self {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        compiler
            .add_resource("schema.json", schema.clone())
            .unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// What is wrong, by the schema.
    pub(super) fn wrong(&self, value: &Value) -> Option<String> {
        let valid = self.schemas.validate(value, self.index);
        valid.err().map(|error| error.to_string())
    }
}

/// What no schema can say.
fn is_beyond_a_schema(fault: &Fault) -> bool {
    ["check-digit", "not-past", "not-future"].contains(&fault.code)
}

fn agree(form: &Form, schema: &Schema, answers: &Answers) {
    let faults = form.check(answers, TODAY).err().unwrap_or_default();
    let told: Vec<_> = faults
        .iter()
        .filter(|fault| !is_beyond_a_schema(fault))
        .collect();
    let wrong = schema.wrong(&Value::Object(answers.clone()));
    assert_eq!(
        told.is_empty(),
        wrong.is_none(),
        "{told:#?}\n{wrong:?}\n{answers:#?}"
    );
}

#[test]
fn check_and_schema_agree_on_the_examples() {
    for procedure in Catalogue::embedded().all() {
        let form = &procedure.form;
        let schema = Schema::of(&form.schema(&procedure.title.pl));
        let example = example(&procedure.id.0);
        assert_eq!(
            schema.wrong(&Value::Object(example.passes.clone())),
            None,
            "{}",
            procedure.id
        );
        agree(form, &schema, &example.passes);
        agree(form, &schema, &example.fails.answers);
    }
}

/// A form with every kind of question, conditions on conditions, and a group.
#[expect(clippy::too_many_lines, reason = "a list")]
fn every_kind() -> Form {
    let words = |text: &str| json!({ "pl": text, "en": text });
    let question =
        |name: &str, kind: Value| json!({ "name": name, "label": words(name), "kind": kind });
    let optional = |mut question: Value| {
        question["optional"] = json!(true);
        question
    };
    let when = |mut question: Value, name: &str, is: Value| {
        question["when"] = json!({ "question": name, "is": is });
        question
    };
    let choices = json!([
        { "value": "a", "label": words("A") },
        { "value": "b", "label": words("B") },
    ]);
    let identifiers = [
        "pesel",
        "nip",
        "regon",
        "email",
        "phone",
        "postcode",
        "plot",
        "land-register",
        "bank-account",
        "ade",
        "case-sign",
        "id-card",
        "commune",
    ];
    let mut first = vec![
        question("line", json!("text")),
        optional(question("lines", json!("long-text"))),
        question("count", json!({ "number": { "min": 1, "max": 20 } })),
        question(
            "area",
            json!({ "decimal": { "places": 2, "unit": words("m²") } }),
        ),
        question("sum", json!("amount")),
        question("day", json!({ "date": "past" })),
        question("sure", json!("yes-no")),
        question("true", json!("declaration")),
        question("one", json!({ "choice": choices })),
        optional(question("some", json!({ "choices": choices }))),
        when(question("why", json!("text")), "sure", json!([false])),
        when(
            question("more", json!({ "choice": choices })),
            "some",
            json!(["b"]),
        ),
        when(question("most", json!("text")), "more", json!(["a"])),
    ];
    first.extend(identifiers.map(|one| optional(question(one, json!({ "identifier": one })))));
    let of_group = json!([
        question("who", json!({ "person": { "pesel": "optional" } })),
        question("kind", json!({ "choice": choices })),
        when(question("detail", json!("text")), "kind", json!(["b"])),
        question(
            "proof",
            json!({ "files": { "kinds": ["pdf"], "min": 1, "max": 2 } })
        ),
    ]);
    let group = |min: u32| json!({ "group": { "item": words("x"), "min": min, "max": 3, "questions": of_group } });
    let second = json!([
        question("home", json!("address")),
        question("members", group(1)),
        optional(question("guests", group(2))),
        optional(question(
            "files",
            json!({ "files": { "kinds": ["pdf", "png"], "min": 2, "max": 3 } })
        )),
    ]);
    let form = json!({ "pages": [
        { "id": "first", "title": words("1"), "questions": first },
        { "id": "second", "title": words("2"), "questions": second,
          "when": { "question": "one", "is": ["a"] } },
    ] });
    let form: Form = serde_json::from_value(form).unwrap();
    assert_eq!(form.unfit(), []);
    form
}

/// Answers that may stand somewhere, and others that stand nowhere.
#[expect(clippy::too_many_lines, reason = "a list")]
fn pool() -> Vec<Value> {
    let file = |kind: &str, sha256: &str| json!({ "document": "1", "name": "x.pdf", "kind": kind, "bytes": 1, "sha256": sha256 });
    let digest = "0".repeat(64);
    let files = |count: usize| Value::Array(vec![file("pdf", &digest); count]);
    let mut pool = vec![
        json!("Żółta łódź"),
        json!(""),
        json!("  \u{a0}"),
        json!("a\nb"),
        json!("a\u{7}b"),
        json!("x".repeat(200)),
        json!("ż".repeat(201)),
        json!("x".repeat(4001)),
        json!(true),
        json!(false),
        json!(null),
        json!({}),
        json!([]),
        json!(1),
        json!(20),
        json!(21),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1u64 << 63),
        json!("1.50"),
        json!("0.00"),
        json!("01.50"),
        json!("1.5"),
        json!("1."),
        json!("1234567890.00"),
        json!("2026-11-29"),
        json!("2026-11-30"),
        json!("2026-02-30"),
        json!("26-11-29"),
        json!("2024-02-29"),
        json!("a"),
        json!("b"),
        json!("c"),
        json!(["a"]),
        json!(["a", "b"]),
        json!(["b", "b"]),
        json!(["c"]),
        json!([1]),
        files(1),
        files(2),
        files(3),
        files(4),
        json!([file("exe", &digest)]),
        json!([file("png", &digest)]),
        json!([file("pdf", "0")]),
        json!({ "house": "1", "postcode": "85-102", "place": "Bydgoszcz" }),
        json!({ "house": "1", "postcode": "85102", "place": "Bydgoszcz", "street": "" }),
        json!({ "house": "1", "place": "Bydgoszcz", "planet": "Mars" }),
        json!({ "given_names": "Jan", "family_name": "Nowak" }),
        json!({ "given_names": "Jan", "family_name": "Nowak", "pesel": "44051401359" }),
        json!({ "given_names": "Jan", "family_name": "Nowak", "pesel": "44051401358" }),
        json!({ "given_names": "Jan", "family_name": "Nowak", "pesel": "4405140135" }),
        json!({ "given_names": 7, "family_name": "Nowak" }),
    ];
    let numbers = [
        "44051401359",
        "44051401358",
        "5265877635",
        "1234567890",
        "123456785",
        "12345678512347",
        "jan@example.pl",
        "jan@",
        "a b@c.pl",
        "jan@a..pl",
        "jan@c.pl.",
        "+48600100200",
        "600100200",
        "60010020",
        "85-102",
        "123/4",
        "0",
        "046101_1.0001.AR_2.123/4",
        "LU1B/00012345/8",
        "LU1B/00012345/7",
        "LU1B/0001234/8",
        "61109010140000071219812874",
        "AE:PL-84192-40504-UIWTR-22",
        "AE:PL-84192-40504-UIWTR-2",
        "ABC-A.123.77.3.2011.JW",
        "ABC.123.077.2011",
        "ABC.1.1.2011.1.JW",
        "ABA300000",
        "ABA300001",
        "aba300000",
        "0461011",
        "0461017",
        "٣٣٣٣٣٣٣٣٣",
    ];
    pool.extend(numbers.map(|number| json!(number)));
    pool
}

/// Draws answers: most questions get one that fits, some another one or none.
struct Dice<'a>(std::slice::Iter<'a, u8>);

impl Dice<'_> {
    fn roll(&mut self, sides: usize) -> usize {
        self.0.next().map_or(0, |&roll| usize::from(roll)) % sides
    }

    fn answers(&mut self, fitting: &Value, pool: &[Value]) -> Answers {
        let mut answers = Answers::new();
        for (name, fits) in fitting.as_object().unwrap() {
            match self.roll(16) {
                0 => {}
                1 | 2 => {
                    answers.insert(name.clone(), pool[self.roll(pool.len())].clone());
                }
                3 if fits
                    .as_array()
                    .is_some_and(|all| all[0].get("proof").is_some()) =>
                {
                    let item = Value::Object(self.answers(&fits[0], pool));
                    let count = self.roll(5);
                    answers.insert(name.clone(), Value::Array(vec![item; count]));
                }
                _ => {
                    answers.insert(name.clone(), fits.clone());
                }
            }
        }
        if self.roll(40) == 1 {
            answers.insert("nonsense".to_owned(), json!("x"));
        }
        answers
    }
}

/// All questions of [`every_kind`] answered.
fn fitting() -> Value {
    let file = json!({
        "document": "1", "name": "x.pdf", "kind": "pdf", "bytes": 1, "sha256": "a".repeat(64),
    });
    let member = json!({
        "who": { "given_names": "Jan", "family_name": "Nowak" },
        "kind": "b", "detail": "x", "proof": [file],
    });
    json!({
        "line": "x", "lines": "x\ny", "count": 2, "area": "12.5", "sum": "1250.00", "day": "2026-01-02",
        "sure": false, "true": true, "one": "a", "some": ["a", "b"], "why": "x", "more": "a", "most": "x",
        "pesel": "44051401359", "nip": "5265877635", "regon": "123456785", "email": "jan@example.pl",
        "phone": "600100200", "postcode": "85-102", "plot": "123/4", "land-register": "LU1B/00012345/8",
        "bank-account": "61109010140000071219812874", "ade": "AE:PL-84192-40504-UIWTR-22",
        "case-sign": "ABC.123.77.2011", "id-card": "ABA300000", "commune": "0461011",
        "home": { "house": "1", "postcode": "85-102", "place": "Bydgoszcz" },
        "members": [member], "guests": [member, member], "files": [file, file],
    })
}

#[test]
fn every_kind_of_question_can_be_answered() {
    let (form, fitting) = (every_kind(), fitting());
    let answers = fitting.as_object().unwrap();
    assert_eq!(
        form.check(answers, TODAY).map(|checked| checked.answers),
        Ok(answers.clone())
    );
}

/// What a condition rules out is left out, and so is what stands on it.
#[test]
fn what_is_not_asked_is_left_out() {
    let form = every_kind();
    let mut answers = fitting().as_object().unwrap().clone();
    for (name, answer) in [
        ("sure", json!(true)),
        ("some", json!(["a"])),
        ("one", json!("b")),
    ] {
        answers.insert(name.to_owned(), answer);
    }
    let kept = form.check(&answers, TODAY).unwrap().answers;
    let left_out: Vec<_> = answers
        .keys()
        .filter(|name| !kept.contains_key(*name))
        .collect();
    assert_eq!(
        left_out,
        ["files", "guests", "home", "members", "more", "most", "why"]
    );
    // What stood there does not matter.
    answers.insert("why".to_owned(), json!(7));
    assert!(form.check(&answers, TODAY).is_ok());
    agree(&form, &Schema::of(&form.schema("")), &answers);
}

#[test]
fn faults_are_told_in_the_order_of_the_questions_in_both_languages() {
    let faults = every_kind().check(&Answers::new(), TODAY).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.at.as_str()).collect();
    assert_eq!(
        places,
        ["line", "count", "area", "sum", "day", "sure", "true", "one"]
    );
    for fault in faults {
        assert_eq!(fault.code, "missing");
        assert!(
            fault.text.pl.ends_with('.') && fault.text.en.ends_with('.'),
            "{fault:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn check_and_schema_agree_on_random_answers(rolls in prop::collection::vec(any::<u8>(), 200)) {
        thread_local! {
            static FORM: (Form, Schema, Vec<Value>) = {
                let form = every_kind();
                let schema = Schema::of(&form.schema(""));
                (form, schema, pool())
            };
        }
        FORM.with(|(form, schema, pool)| {
            let answers = Dice(rolls.iter()).answers(&fitting(), pool);
            agree(form, schema, &answers);
        });
    }
}
