//! Whether answers can stand.

use super::conditions::asked;
use super::fault::Fault;
use super::parts::Part;
use super::{
    Answers, Choice, Days, Decimal, FileKind, Files, Form, Group, Kind, Number, Posed, Question,
};
use crate::identifiers::Identifier;
use crate::limits::{FORM_FAULTS_MAX, LONG_TEXT_CHARS_MAX, TEXT_CHARS_MAX};
use crate::store::documents::Document;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Digits before the point of an amount or another number with decimals.
pub(super) const WHOLE_DIGITS_MAX: usize = 9;
/// Decimals of an amount.
pub(super) const GROSZ_PLACES: u8 = 2;

/// Answers that passed every check, without those to questions that are not asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The answers.
    pub answers: Answers,
    /// The files in them, each with its place, as in `members.0.proof`, in the order of the form.
    pub files: Vec<(String, GivenFile)>,
}

/// A file as it stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenFile {
    /// The id of its document.
    pub document: String,
    /// The name that it had.
    pub name: String,
    /// What it is by its content.
    pub kind: FileKind,
    /// Its length.
    pub bytes: u64,
    /// The digest of its content.
    pub sha256: String,
}

impl From<&Document> for GivenFile {
    fn from(document: &Document) -> Self {
        Self {
            document: document.id.clone(),
            name: document.name.clone(),
            kind: document.kind,
            bytes: document.bytes.unsigned_abs(),
            sha256: document.sha256.clone(),
        }
    }
}

impl GivenFile {
    fn has_digest(&self) -> bool {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        self.sha256.len() == 64 && self.sha256.bytes().all(is_digit)
    }
}

impl Form {
    /// Whether answers can be sent. `today` is the day in Warsaw, for dates in the past or future.
    ///
    /// Answers to questions that are not asked are left out of what passes.
    ///
    /// # Errors
    /// All that is wrong, at most [`FORM_FAULTS_MAX`] faults, in the order of the questions.
    pub fn check(&self, answers: &Answers, today: Date) -> Result<Checked, Vec<Fault>> {
        let questions = self.questions();
        let mut check = Check {
            today,
            faults: Vec::new(),
            files: Vec::new(),
        };
        let answers = check.scope(&questions, answers, "");
        check.faults.truncate(FORM_FAULTS_MAX);
        if check.faults.is_empty() {
            let files = check.files;
            Ok(Checked { answers, files })
        } else {
            Err(check.faults)
        }
    }
}

struct Check {
    today: Date,
    faults: Vec<Fault>,
    files: Vec<(String, GivenFile)>,
}

impl Check {
    fn wrong(&mut self, at: &str, code: &'static str, pl: &str, en: &str) {
        self.faults.push(Fault::new(at, code, pl, en));
    }

    /// The answers to the questions of a form or of one thing of a group that are asked.
    fn scope(&mut self, questions: &[Posed<'_>], answers: &Answers, under: &str) -> Answers {
        let mut kept = Answers::new();
        for posed in asked(questions, answers) {
            let question = posed.question;
            let at = format!("{under}{}", question.name);
            match answers.get(&question.name) {
                Some(answer) => {
                    let answer = self.answer(question, answer, &at);
                    kept.insert(question.name.clone(), answer);
                }
                None if question.optional => {}
                None => self.faults.push(question.kind.missing(&at)),
            }
        }
        for name in answers.keys() {
            if !questions.iter().any(|posed| posed.question.name == *name) {
                let at = format!("{under}{name}");
                self.wrong(
                    &at,
                    "unknown",
                    "Ten formularz nie ma takiego pytania.",
                    "This form has no such question.",
                );
            }
        }
        kept
    }

    /// The answer as it is kept.
    fn answer(&mut self, question: &Question, answer: &Value, at: &str) -> Value {
        match &question.kind {
            Kind::Group(group) => return self.group(group, question.optional, answer, at),
            kind @ (Kind::Address | Kind::Person(_)) => self.parts(&kind.parts(), answer, at),
            Kind::Files(files) => self.files(files, question.optional, answer, at),
            kind => {
                if let Err(fault) = kind.simple(answer, at, self.today) {
                    self.faults.push(fault);
                }
            }
        }
        answer.clone()
    }

    fn group(&mut self, group: &Group, optional: bool, answer: &Value, at: &str) -> Value {
        let Value::Array(items) = answer else {
            self.wrong(at, "shape", "Tu ma stać lista.", "A list must stand here.");
            return answer.clone();
        };
        self.count(items.len(), group.min, group.max, optional, at);
        let questions = group.questions();
        let mut kept = Vec::new();
        for (place, item) in items.iter().enumerate().take(group.max) {
            let at = format!("{at}.{place}");
            match item {
                Value::Object(item) => {
                    kept.push(Value::Object(self.scope(
                        &questions,
                        item,
                        &format!("{at}."),
                    )));
                }
                _ => self.wrong(
                    &at,
                    "shape",
                    "Tu ma stać obiekt.",
                    "An object must stand here.",
                ),
            }
        }
        Value::Array(kept)
    }

    fn count(&mut self, count: usize, min: usize, max: usize, optional: bool, at: &str) {
        if count < min && !(optional && count == 0) {
            self.wrong(
                at,
                "too-few",
                &format!("Podaj co najmniej {min}."),
                &format!("Give at least {min}."),
            );
        }
        if count > max {
            self.wrong(
                at,
                "too-many",
                &format!("Podaj najwyżej {max}."),
                &format!("Give at most {max}."),
            );
        }
    }

    fn files(&mut self, wanted: &Files, optional: bool, answer: &Value, at: &str) {
        let given = Vec::<GivenFile>::deserialize(answer);
        let Ok(given) = given else {
            self.wrong(
                at,
                "shape",
                "Tu ma stać lista plików.",
                "A list of files must stand here.",
            );
            return;
        };
        self.count(given.len(), wanted.min, wanted.max, optional, at);
        for file in given {
            if !file.has_digest() {
                self.wrong(
                    at,
                    "shape",
                    "Skrót pliku to 64 cyfry szesnastkowe.",
                    "The digest of a file is 64 hexadecimal digits.",
                );
            }
            if !wanted.kinds.contains(&file.kind) {
                self.wrong(
                    at,
                    "file-kind",
                    &format!(
                        "Plik „{}” jest innego rodzaju, niż tu można dołączyć.",
                        file.name
                    ),
                    &format!(
                        "The file “{}” is of a kind that cannot be attached here.",
                        file.name
                    ),
                );
            }
            self.files.push((at.to_owned(), file));
        }
    }

    fn parts(&mut self, parts: &[Part], answer: &Value, at: &str) {
        let Value::Object(given) = answer else {
            self.wrong(
                at,
                "shape",
                "Tu ma stać obiekt.",
                "An object must stand here.",
            );
            return;
        };
        for part in parts {
            let kind = part.kind();
            let at = format!("{at}.{}", part.name);
            let fault = match given.get(part.name) {
                Some(answer) => kind.simple(answer, &at, self.today).err(),
                None if part.optional => None,
                None => Some(kind.missing(&at)),
            };
            self.faults.extend(fault);
        }
        for name in given.keys() {
            if !parts.iter().any(|part| part.name == *name) {
                let at = format!("{at}.{name}");
                self.wrong(
                    &at,
                    "unknown",
                    "Nie ma tu takiego pola.",
                    "There is no such field here.",
                );
            }
        }
    }
}

impl Kind {
    /// That there is no answer.
    fn missing(&self, at: &str) -> Fault {
        let (pl, en) = match self {
            Self::YesNo | Self::Choice(_) => ("Wybierz odpowiedź.", "Choose an answer."),
            Self::Choices(_) => (
                "Zaznacz co najmniej jedną odpowiedź.",
                "Tick at least one answer.",
            ),
            Self::Declaration => (
                "Zaznacz, aby złożyć to oświadczenie.",
                "Tick it to make this declaration.",
            ),
            Self::Date(_) => ("Podaj datę.", "Enter a date."),
            Self::Files(_) => ("Dołącz plik.", "Attach a file."),
            _ => ("Uzupełnij to pole.", "Fill in this field."),
        };
        Fault::new(at, "missing", pl, en)
    }

    /// Whether an answer of one value can stand.
    fn simple(&self, answer: &Value, at: &str, today: Date) -> Result<(), Fault> {
        match (self, answer) {
            (Self::Text, Value::String(text)) => line(text, at, TEXT_CHARS_MAX, false),
            (Self::LongText, Value::String(text)) => line(text, at, LONG_TEXT_CHARS_MAX, true),
            (Self::Number(wanted), answer) => whole(wanted, answer, at),
            (Self::Amount, Value::String(text)) => amount(text, at),
            (Self::Decimal(wanted), Value::String(text)) => decimal(wanted, text, at),
            (Self::Date(days), Value::String(text)) => date(*days, text, at, today),
            (Self::YesNo, Value::Bool(_)) | (Self::Declaration, Value::Bool(true)) => Ok(()),
            (Self::Declaration, Value::Bool(false)) => Err(self.missing(at)),
            (Self::Choice(known), Value::String(chosen)) if is_known(known, chosen) => Ok(()),
            (Self::Choices(known), Value::Array(chosen)) => several(known, chosen, at, self),
            (Self::Identifier(identifier), Value::String(text)) => number(*identifier, text, at),
            _ => Err(self.of_another_shape(at)),
        }
    }

    fn of_another_shape(&self, at: &str) -> Fault {
        match self {
            Self::Choice(_) | Self::YesNo | Self::Choices(_) => Fault::new(
                at,
                "not-a-choice",
                "Wybierz jedną z podanych odpowiedzi.",
                "Choose one of the answers given.",
            ),
            _ => Fault::new(
                at,
                "shape",
                "To nie jest odpowiedź na to pytanie.",
                "This is no answer to this question.",
            ),
        }
    }
}

fn is_known(known: &[Choice], chosen: &str) -> bool {
    known.iter().any(|choice| choice.value == chosen)
}

/// Text with something in it, without control characters but, where it may, ends of lines.
fn line(text: &str, at: &str, chars_max: usize, may_break: bool) -> Result<(), Fault> {
    if text.chars().count() > chars_max {
        return Err(Fault::new(
            at,
            "too-long",
            format!("Skróć tekst do {chars_max} znaków."),
            format!("Shorten the text to {chars_max} characters."),
        ));
    }
    let is_fine = |c: char| !c.is_control() || may_break && matches!(c, '\n' | '\r' | '\t');
    if !text.chars().all(is_fine) {
        return Err(Fault::new(
            at,
            "control-character",
            "Tekst zawiera niewidoczny znak sterujący. Usuń go.",
            "The text holds an unseen control character. Remove it.",
        ));
    }
    if text.trim().is_empty() {
        return Err(Kind::Text.missing(at));
    }
    Ok(())
}

fn whole(wanted: &Number, answer: &Value, at: &str) -> Result<(), Fault> {
    let Some(number) = answer.as_i64() else {
        return Err(Fault::new(
            at,
            "not-a-number",
            "Podaj liczbę całkowitą.",
            "Enter a whole number.",
        ));
    };
    if (wanted.min..=wanted.max).contains(&number) {
        return Ok(());
    }
    let (min, max) = (wanted.min, wanted.max);
    Err(Fault::new(
        at,
        "out-of-range",
        format!("Podaj liczbę od {min} do {max}."),
        format!("Enter a number from {min} to {max}."),
    ))
}

fn amount(text: &str, at: &str) -> Result<(), Fault> {
    if is_decimal(text, GROSZ_PLACES..=GROSZ_PLACES) {
        return Ok(());
    }
    Err(Fault::new(
        at,
        "not-an-amount",
        "Podaj kwotę w złotych, na przykład 1250,00.",
        "Enter an amount in złoty, as in 1250.00.",
    ))
}

fn decimal(wanted: &Decimal, text: &str, at: &str) -> Result<(), Fault> {
    if is_decimal(text, 0..=wanted.places) {
        return Ok(());
    }
    let places = wanted.places;
    Err(Fault::new(
        at,
        "not-a-number",
        format!("Podaj liczbę, po przecinku najwyżej {places} cyfry."),
        format!("Enter a number with at most {places} decimals."),
    ))
}

/// A number that is not negative, without zeros before it, with so many decimals.
fn is_decimal(text: &str, places: std::ops::RangeInclusive<u8>) -> bool {
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return false,
        Some(parts) => parts,
        None => (text, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_whole = (1..=WHOLE_DIGITS_MAX).contains(&whole.len())
        && is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'));
    let count = u8::try_from(decimals.len());
    is_whole && is_digits(decimals) && count.is_ok_and(|count| places.contains(&count))
}

fn date(days: Days, text: &str, at: &str, today: Date) -> Result<(), Fault> {
    let day = Date::strptime("%Y-%m-%d", text).ok();
    let Some(day) = day.filter(|day| day.to_string() == text) else {
        return Err(Fault::new(
            at,
            "not-a-date",
            "Podaj datę, która jest w kalendarzu.",
            "Enter a date that is in the calendar.",
        ));
    };
    match days {
        Days::Past if day > today => Err(Fault::new(
            at,
            "not-past",
            "Ta data nie może być w przyszłości.",
            "This date cannot lie in the future.",
        )),
        Days::Future if day < today => Err(Fault::new(
            at,
            "not-future",
            "Ta data nie może być w przeszłości.",
            "This date cannot lie in the past.",
        )),
        _ => Ok(()),
    }
}

fn several(known: &[Choice], chosen: &[Value], at: &str, kind: &Kind) -> Result<(), Fault> {
    if chosen.is_empty() {
        return Err(kind.missing(at));
    }
    let is_one = |one: &Value| one.as_str().is_some_and(|one| is_known(known, one));
    let mut seen = Vec::new();
    let is_new = |one: &Value| {
        let is_new = !seen.contains(one);
        seen.push(one.clone());
        is_new
    };
    if chosen.iter().all(is_one) && chosen.iter().all(is_new) {
        Ok(())
    } else {
        Err(kind.of_another_shape(at))
    }
}

fn number(identifier: Identifier, text: &str, at: &str) -> Result<(), Fault> {
    use crate::identifiers::Wrong;
    identifier.check(text).map_err(|wrong| Fault {
        at: at.to_owned(),
        code: match wrong {
            Wrong::Shape => "not-an-identifier",
            Wrong::CheckDigit => "check-digit",
        },
        text: identifier.sentence(wrong),
    })
}
