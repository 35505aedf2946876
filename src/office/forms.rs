//! Forms as data: pages of questions, some of them asked only after certain answers, some in groups
//! that repeat. What a page asks, what [`check`] demands and the JSON Schema that [`schema`] derives
//! come from the same questions.
//!
//! Answers are a JSON object by the questions' names: text, dates and amounts as strings, whole
//! numbers as numbers, yes and no as `true` and `false`, several choices, files and groups as lists,
//! addresses and people as objects.

use crate::identifiers::Identifier;
use crate::store::documents::Kind as FileKind;
use auction_rules::Words;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

mod check;
mod conditions;
mod fault;
mod fit;
mod parts;
mod schema;

pub use check::{Checked, GivenFile};
pub use fault::Fault;
pub use parts::Part;

/// Answers by the names of the questions.
pub type Answers = Map<String, Value>;

/// What a procedure asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The pages in the order in which they are asked.
    pub pages: Vec<Page>,
}

/// One page of a form.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its name in addresses.
    pub id: String,
    /// What it is about.
    pub title: Words,
    /// What to know before answering.
    #[serde(default)]
    pub about: Option<Words>,
    /// The page is asked only then.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The questions in the order in which they are asked.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the answers.
    pub name: String,
    /// The question.
    pub label: Words,
    /// How to answer, and where to find what is asked for.
    #[serde(default)]
    pub hint: Option<Words>,
    /// May be left empty.
    #[serde(default)]
    pub optional: bool,
    /// The question is asked only then.
    #[serde(default)]
    pub when: Option<Condition>,
    /// What an answer looks like.
    pub kind: Kind,
}

/// When something is asked: an earlier question got one of these answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A question of yes and no, of one choice or of several; in a group, one of the same group.
    pub question: String,
    /// The answers, any of which will do.
    pub is: Vec<Value>,
}

/// What an answer looks like.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// A line of at most [`TEXT_CHARS_MAX`](crate::limits::TEXT_CHARS_MAX) characters.
    Text,
    /// Text of at most [`LONG_TEXT_CHARS_MAX`](crate::limits::LONG_TEXT_CHARS_MAX) characters.
    LongText,
    /// A whole number.
    Number(Number),
    /// A number with decimals, as a string.
    Decimal(Decimal),
    /// An amount of złoty with two decimals, as a string.
    Amount,
    /// A day, as in 2026-11-29.
    Date(Days),
    /// Yes or no.
    YesNo,
    /// A sentence that must be agreed to.
    Declaration,
    /// One of these.
    Choice(Vec<Choice>),
    /// Some of these, at least one where the question is not optional.
    Choices(Vec<Choice>),
    /// A number with a shape of its own.
    Identifier(Identifier),
    /// An address in Poland.
    Address,
    /// A person.
    Person(Person),
    /// Files.
    Files(Files),
    /// Questions that are asked for each of several things.
    Group(Group),
}

/// A whole number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The least.
    pub min: i64,
    /// The most.
    pub max: i64,
    /// What is counted, as it stands behind the number.
    #[serde(default)]
    pub unit: Option<Words>,
}

/// A number with decimals, not negative.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decimal {
    /// Decimals at most.
    pub places: u8,
    /// What is measured, as it stands behind the number.
    pub unit: Words,
}

/// Which days can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// Any.
    Any,
    /// Today and before.
    Past,
    /// Today and later.
    Future,
}

/// One possible answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What stands in the answers.
    pub value: String,
    /// What is shown.
    pub label: Words,
}

/// What is asked of a person: given names, family name, and perhaps the PESEL.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Whether the number is asked for.
    pub pesel: Asked,
}

/// Whether something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// It must be given.
    Required,
    /// It may be left empty, as by foreigners.
    Optional,
    /// It is not asked for.
    No,
}

/// What files can be given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Kinds by their content.
    pub kinds: Vec<FileKind>,
    /// The least; none at all may be given where the question is optional.
    pub min: usize,
    /// The most.
    pub max: usize,
}

/// Questions that are asked for each of several things.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What one of them is called, as in "Osoba".
    pub item: Words,
    /// The least; none at all may be given where the question is optional.
    pub min: usize,
    /// The most.
    pub max: usize,
    /// What is asked of each.
    pub questions: Vec<Question>,
}

impl Form {
    /// All questions with the conditions of their pages, in the order in which they are asked.
    fn questions(&self) -> Vec<Posed<'_>> {
        let pages = self.pages.iter();
        pages
            .flat_map(|page| {
                let posed = |question| Posed {
                    page: page.when.as_ref(),
                    question,
                };
                page.questions.iter().map(posed)
            })
            .collect()
    }
}

/// A question as its form poses it.
#[derive(Clone, Copy)]
struct Posed<'a> {
    /// The condition of its page.
    page: Option<&'a Condition>,
    question: &'a Question,
}

impl Posed<'_> {
    /// All of them must hold for the question to be asked.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.page.into_iter().chain(&self.question.when)
    }
}

impl Group {
    /// The questions of one of them.
    fn questions(&self) -> Vec<Posed<'_>> {
        let posed = |question| Posed {
            page: None,
            question,
        };
        self.questions.iter().map(posed).collect()
    }
}
