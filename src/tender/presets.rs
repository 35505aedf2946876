//! Presets: ready terms in which an officer answers some questions. Each is a data file; its
//! schema stands in `docs/presets.md`.

use super::{Desk, Faults};
use crate::error::{Problem, fault};
use crate::limits::PRESET_ANSWERS_MAX;
use auction_rules::amount::{self, AmountError};
use auction_rules::regime::Regime;
use auction_rules::{Draft, Terms, Words};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The files, in the order in which they are offered.
const FILES: [&str; 17] = [
    include_str!("presets/podprogowe-lowest-price.json"),
    include_str!("presets/podprogowe-idle-close.json"),
    include_str!("presets/podprogowe-points.json"),
    include_str!("presets/pzp-set-time.json"),
    include_str!("presets/pzp-set-time-tie-break.json"),
    include_str!("presets/pzp-idle.json"),
    include_str!("presets/pzp-idle-tie-break.json"),
    include_str!("presets/pzp-stages.json"),
    include_str!("presets/pzp-stages-tie-break.json"),
    include_str!("presets/prozorro-three-rounds.json"),
    include_str!("presets/brazil-open.json"),
    include_str!("presets/brazil-open-closed.json"),
    include_str!("presets/japanese.json"),
    include_str!("presets/dutch.json"),
    include_str!("presets/sealed.json"),
    include_str!("presets/private-added-extension.json"),
    include_str!("presets/private-rank-only.json"),
];
/// Decimals of an amount or percentage in an answer: the most that terms know.
const DECIMALS_MAX: u32 = 4;
/// Digits of a number that can be calculated with.
const DIGITS_MAX: usize = 28;
/// The longest answer, in characters.
const ANSWER_CHARS_MAX: usize = 500;

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let read = |text: &&str| {
        serde_json::from_str(text)
            .map_err(|error| tracing::error!(%error, "a preset cannot be read"))
            .ok()
    };
    FILES.iter().filter_map(read).collect()
});

/// Ready terms with questions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in addresses.
    pub id: String,
    /// For which regime.
    pub regime: Regime,
    /// Its name for people.
    pub name: Words,
    /// How such an auction runs, in a few sentences.
    pub summary: Words,
    /// The questions, in the order in which they are asked.
    pub fields: Vec<Field>,
    /// The terms, with the usual answers in them: a [`Draft`].
    pub terms: Value,
}

/// One question of a preset.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in answers and faults.
    pub id: String,
    /// What an answer looks like.
    pub kind: Kind,
    /// Where the answer goes: JSON pointers (RFC 6901) into the terms.
    pub into: Vec<String>,
    /// The question.
    pub label: Words,
    /// What the answer does.
    pub hint: Words,
    /// The usual answer; empty where there is none.
    #[serde(default)]
    pub default: String,
    /// May be left empty.
    #[serde(default)]
    pub optional: bool,
    /// Of a choice: what can be chosen.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A line of text.
    Text,
    /// An amount with at most four decimals.
    Amount,
    /// A percentage with at most four decimals.
    Percent,
    /// A whole number.
    Integer,
    /// Whole minutes; the terms hold milliseconds.
    Minutes,
    /// One of the choices.
    Choice,
}

/// One possible answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: Words,
    /// What the terms hold; what is sent, where this is not given.
    #[serde(default = "same", skip_serializing)]
    json: Held,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Held {
    Json(Value),
    #[serde(skip)]
    Same,
}

fn same() -> Held {
    Held::Same
}

/// All presets, in the order in which they are offered.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// The terms that a preset gives with these answers. A question that is not answered gets its usual
/// answer; an English text that is empty is the Polish one.
///
/// # Errors
/// No such preset, or every fault found: `answers.<field>` where an answer is at fault, else
/// `terms.<path>`.
pub fn terms_from(preset: &str, answers: &BTreeMap<String, String>) -> Result<Terms, Problem> {
    let preset = presets()
        .iter()
        .find(|known| known.id == preset)
        .ok_or(Problem::NotFound)?;
    let mut faults = Faults::default();
    if answers.len() > PRESET_ANSWERS_MAX {
        faults.wrong("answers", "Za wiele odpowiedzi.", "Too many answers.");
        return faults.none_or().and(Err(Problem::NotFound));
    }
    for name in answers.keys() {
        if !preset.fields.iter().any(|field| field.id == *name) {
            let known: Vec<_> = preset.fields.iter().map(|field| &*field.id).collect();
            let known = known.join(", ");
            faults.wrong(
                &format!("answers.{name}"),
                &format!("Ten wzór nie ma takiego pola; ma: {known}."),
                &format!("This preset has no such field; it has: {known}."),
            );
        }
    }
    let mut terms = preset.terms.clone();
    for field in &preset.fields {
        let given = answers.get(&field.id).map(|given| given.trim());
        let answer = given.unwrap_or(&field.default);
        let stem = field.id.strip_suffix("_en").filter(|_| answer.is_empty());
        let polish = stem.and_then(|stem| answers.get(&format!("{stem}_pl")));
        match field.read(polish.map_or(answer, |polish| polish.trim())) {
            Ok(value) => {
                for pointer in &field.into {
                    put(&mut terms, pointer, value.clone());
                }
            }
            // The question for the Polish text says it.
            Err(_) if stem.is_some() => {}
            Err(text) => faults
                .0
                .push(fault(format!("answers.{}", field.id), text.pl, text.en)),
        }
    }
    faults.none_or()?;
    super::terms::read_terms("", terms).map_err(|problem| preset.blame(problem))
}

/// The preset that terms came from, and the answers that give exactly these terms; none where no
/// preset does.
#[must_use]
pub fn preset_of(terms: &Draft) -> Option<(&'static Preset, BTreeMap<String, String>)> {
    let held = serde_json::to_value(terms).ok()?;
    presets().iter().find_map(|preset| {
        let answer = |field: &Field| Some((field.id.clone(), field.answer(&held)?));
        let answers: BTreeMap<_, _> = preset.fields.iter().map(answer).collect::<Option<_>>()?;
        let same = terms_from(&preset.id, &answers).ok()?;
        (Draft::from(same) == *terms).then_some((preset, answers))
    })
}

impl Desk {
    /// The draft that a preset gives; see [`terms_from`].
    ///
    /// # Errors
    /// As [`terms_from`].
    pub fn draft_from(
        &self,
        preset: &str,
        answers: &BTreeMap<String, String>,
    ) -> Result<Draft, Problem> {
        terms_from(preset, answers).map(Draft::from)
    }
}

impl Preset {
    /// Names the answer that a fault of the terms comes from.
    fn blame(&self, problem: Problem) -> Problem {
        let Problem::Faults(mut faults) = problem else {
            return problem;
        };
        for fault in &mut faults {
            let asked = self.fields.iter().find(|field| field.is_at(&fault.path));
            fault.path = match asked {
                Some(field) => format!("answers.{}", field.id),
                None => format!("terms.{}", fault.path),
            };
        }
        // An answer that goes to several places is blamed once.
        let mut told = Vec::new();
        faults.retain(|fault| {
            let is_new = !told.contains(fault);
            told.push(fault.clone());
            is_new
        });
        Problem::Faults(faults)
    }
}

impl Field {
    fn read(&self, answer: &str) -> Result<Value, Words> {
        if answer.is_empty() && self.optional {
            return Ok(Value::Null);
        }
        if answer.is_empty() {
            return Err(Words::new("Uzupełnij to pole.", "Fill in this field."));
        }
        if answer.chars().count() > ANSWER_CHARS_MAX || answer.chars().any(char::is_control) {
            return Err(Words::new(
                format!("Jedna linia, najwyżej {ANSWER_CHARS_MAX} znaków."),
                format!("One line, at most {ANSWER_CHARS_MAX} characters."),
            ));
        }
        let whole = || {
            let plain = answer.bytes().all(|b| b.is_ascii_digit());
            answer
                .parse::<u32>()
                .ok()
                .filter(|_| plain)
                .ok_or_else(|| Words::new("Podaj liczbę całkowitą.", "Enter a whole number."))
        };
        match self.kind {
            Kind::Text => Ok(json!(answer)),
            Kind::Integer => whole().map(|number| self.number(number)),
            Kind::Minutes => whole().map(|minutes| json!(u64::from(minutes) * 60_000)),
            Kind::Amount | Kind::Percent => amount::parse(answer, DECIMALS_MAX)
                .map(|amount| json!(amount.normalize().to_string()))
                .map_err(|error| no_number(answer, error)),
            Kind::Choice => {
                let chosen = self.choices.iter().find(|choice| choice.value == answer);
                let chosen = chosen.ok_or_else(|| self.none_of_the_choices())?;
                Ok(match &chosen.json {
                    Held::Json(value) => value.clone(),
                    Held::Same => json!(chosen.value),
                })
            }
        }
    }

    fn none_of_the_choices(&self) -> Words {
        let choices: Vec<_> = self.choices.iter().map(|choice| &*choice.value).collect();
        let choices = choices.join(", ");
        Words::new(
            format!("Wybierz jedną z możliwości: {choices}."),
            format!("Choose one of these: {choices}."),
        )
    }

    /// The answer that puts what these terms hold.
    fn answer(&self, terms: &Value) -> Option<String> {
        let held = terms.pointer(self.into.first()?).unwrap_or(&Value::Null);
        if self.kind == Kind::Choice {
            let is_held = |choice: &&Choice| match &choice.json {
                Held::Json(value) => value == held,
                Held::Same => *held == json!(choice.value),
            };
            return Some(self.choices.iter().find(is_held)?.value.clone());
        }
        match (held, self.kind) {
            (Value::Null, _) => Some(String::new()),
            (Value::Number(ms), Kind::Minutes) => {
                let ms = ms.as_u64().filter(|ms| ms.is_multiple_of(60_000))?;
                Some((ms / 60_000).to_string())
            }
            (Value::Number(number), _) => Some(number.to_string()),
            (Value::String(text), _) => Some(text.clone()),
            _ => None,
        }
    }

    /// Amounts are decimal texts in the terms, counts are numbers.
    fn number(&self, number: u32) -> Value {
        let is_count = self
            .into
            .iter()
            .all(|pointer| pointer.ends_with("_max") || pointer.ends_with("_min"));
        if is_count {
            json!(number)
        } else {
            json!(number.to_string())
        }
    }

    /// Whether a fault at this path of the terms is about the answer.
    fn is_at(&self, path: &str) -> bool {
        let pointer = path.replace('[', "/").replace(']', "").replace('.', "/");
        let pointer = format!("/{pointer}");
        self.into.iter().any(|into| {
            let below = into.strip_prefix(pointer.as_str());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Why an answer is no amount that terms can hold.
fn no_number(answer: &str, error: AmountError) -> Words {
    let digits = answer.bytes().filter(u8::is_ascii_digit).count();
    match error {
        AmountError::TooManyDecimals => Words::new(
            format!("Najwyżej {DECIMALS_MAX} miejsca po przecinku."),
            format!("At most {DECIMALS_MAX} decimals."),
        ),
        AmountError::Malformed if digits > DIGITS_MAX => Words::new(
            format!("Liczba jest za długa: najwyżej {DIGITS_MAX} cyfr."),
            format!("The number is too long: at most {DIGITS_MAX} digits."),
        ),
        AmountError::Malformed => Words::new(
            "Podaj liczbę, na przykład 1250,50.",
            "Enter a number, for example 1250.50.",
        ),
    }
}

/// Puts a value where the pointer shows; the last part may be new.
fn put(terms: &mut Value, pointer: &str, value: Value) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    match terms.pointer_mut(parent) {
        Some(Value::Object(parent)) => {
            parent.insert(name.to_owned(), value);
        }
        _ => tracing::error!(pointer, "a preset points nowhere"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tender::example::worked_example;
    use auction_rules::terms::{Close, PhaseKind};

    const LOWEST_PRICE: &str = "podprogowe-lowest-price";

    fn answers(preset: &Preset) -> BTreeMap<String, String> {
        let given = [
            ("title_pl", "Remont mostu"),
            ("most", "500 000,00"),
            ("step", "2"),
            ("start_price", "400000"),
            ("end_price", "450000"),
            ("level_step", "5000"),
        ];
        let asked = |id: &str| preset.fields.iter().any(|field| field.id == id);
        given
            .into_iter()
            .filter(|(id, _)| asked(id))
            .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
            .collect()
    }

    fn terms_of(preset: &Preset) -> Terms {
        let terms = terms_from(&preset.id, &answers(preset));
        terms.unwrap_or_else(|problem| panic!("{}: {problem:?}", preset.id))
    }

    #[test]
    fn every_preset_gives_valid_terms_and_a_telling_example() {
        assert_eq!(presets().len(), FILES.len(), "each file can be read");
        for preset in presets() {
            let terms = terms_of(preset);
            assert_eq!(terms.regime, preset.regime);
            assert_eq!(terms.title.en, "Remont mostu");
            let example = worked_example(&terms);
            let outcomes: Vec<_> = example.lines.iter().map(|line| line.kind).collect();
            for kind in ["opened", "refused", "accepted", "closed"] {
                assert!(outcomes.contains(&kind), "{} {kind}", preset.id);
            }
            let extends = terms.phases.iter().any(|phase| match &phase.run {
                PhaseKind::Open(open) => {
                    open.extension.is_some() || matches!(open.close, Close::Idle { .. })
                }
                _ => false,
            });
            assert_eq!(example.extended, extends, "{}", preset.id);
            assert_eq!(example.lines, worked_example(&terms).lines);
        }
    }

    #[test]
    fn an_example_plays_each_kind_of_phase() {
        for (id, kind, times) in [
            ("prozorro-three-rounds", "turn-ended", 9),
            ("prozorro-three-rounds", "withdrawn", 1),
            ("prozorro-three-rounds", "phase-started", 3),
            ("brazil-open-closed", "phase-started", 1),
            ("brazil-open-closed", "revealed", 1),
            ("japanese", "left", 1),
            ("japanese", "level", 3),
            ("dutch", "level", 2),
            ("dutch", "accepted", 1),
            ("sealed", "revealed", 1),
            ("sealed", "accepted", 3),
            ("pzp-set-time-tie-break", "phase-started", 1),
            ("pzp-idle-tie-break", "phase-started", 1),
            ("pzp-stages-tie-break", "phase-started", 3),
        ] {
            let preset = presets().iter().find(|preset| preset.id == id).unwrap();
            let example = worked_example(&terms_of(preset));
            let found = example.lines.iter().filter(|line| line.kind == kind);
            assert_eq!(found.count(), times, "{id} {kind}: {:#?}", example.lines);
        }
    }

    #[test]
    fn the_schema_holds_every_file_and_refuses_what_the_reader_refuses() {
        let schema = include_str!("../../docs/preset.schema.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("preset", schema).unwrap();
        let mut schemas = boon::Schemas::new();
        let schema = compiler.compile("preset", &mut schemas).unwrap();
        let holds = |preset: &Value| schemas.validate(preset, schema).is_ok();
        for file in FILES {
            let preset: Value = serde_json::from_str(file).unwrap();
            assert!(holds(&preset), "{}", preset["id"]);
            for (pointer, wrong) in [
                ("/regime", json!("other")),
                ("/name", json!({ "pl": "tylko po polsku" })),
                ("/fields/0/kind", json!("date")),
                ("/fields/0/into", json!([])),
                ("/fields/0/hint", json!({ "pl": "", "en": "" })),
                ("/terms", json!([])),
                ("/id", json!("Nie tak")),
            ] {
                let mut preset = preset.clone();
                *preset.pointer_mut(pointer).unwrap() = wrong;
                assert!(!holds(&preset), "{pointer}");
            }
            let mut preset = preset.clone();
            preset["colour"] = json!("red");
            assert!(!holds(&preset));
        }
    }

    #[test]
    fn terms_give_their_preset_and_answers_back() {
        for preset in presets() {
            let terms = Draft::from(terms_of(preset));
            let (found, given) = preset_of(&terms).unwrap_or_else(|| panic!("{}", preset.id));
            assert_eq!(found.id, preset.id);
            assert_eq!(Draft::from(terms_from(&found.id, &given).unwrap()), terms);
        }
        let preset = &presets()[0];
        let mut other = Draft::from(terms_of(preset));
        other.conduct.bidders_min += 1_000;
        other.values.clear();
        assert!(preset_of(&other).is_none(), "terms of no preset");
    }

    #[test]
    fn every_answer_reaches_the_terms_and_every_fault_its_answer() {
        for preset in presets() {
            for field in &preset.fields {
                for pointer in &field.into {
                    let (parent, _) = pointer.rsplit_once('/').unwrap();
                    let parent = preset.terms.pointer(parent);
                    assert!(
                        parent.is_some_and(Value::is_object),
                        "{} {pointer}",
                        preset.id
                    );
                }
                assert!(!field.hint.pl.is_empty() && !field.hint.en.is_empty());
            }
        }
        for (field, answer) in [
            ("most", "dużo"),
            ("most", "0,50"),
            ("step", "0"),
            ("length", "1.5"),
            ("length", "0"),
            ("length", "4294967295"),
            ("count_max", "0"),
            ("tax", "half"),
            ("title_pl", ""),
            ("confirm", "100"),
        ] {
            let mut wrong = answers(&presets()[0]);
            wrong.insert(field.to_owned(), answer.to_owned());
            let Err(Problem::Faults(faults)) = terms_from(LOWEST_PRICE, &wrong) else {
                panic!("{field} {answer}");
            };
            let path = format!("answers.{field}");
            assert!(
                faults.iter().any(|fault| fault.path == path),
                "{field}: {faults:?}"
            );
        }
        let unknown = BTreeMap::from([("other".to_owned(), String::new())]);
        assert!(terms_from(LOWEST_PRICE, &unknown).is_err());
        assert!(matches!(
            terms_from("none", &unknown),
            Err(Problem::NotFound)
        ));
    }
}
