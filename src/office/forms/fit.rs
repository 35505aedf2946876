//! Whether a form can be asked at all: what a file's shape alone does not tell.

use super::{Choice, Condition, Form, Group, Kind, Page, Question};
use crate::limits::{
    FORM_CHOICES_MAX, FORM_FILES_MAX, FORM_PAGES_MAX, FORM_QUESTIONS_MAX, GROUP_ITEMS_MAX,
    GROUP_QUESTIONS_MAX,
};
use auction_rules::Words;
use serde_json::Value;

/// Names of questions and pages, in characters.
const NAME_CHARS_MAX: usize = 40;
/// Beside the pages of a draft.
const RESERVED: [&str; 4] = ["at-desk", "delete", "hand-over", "send"];

impl Form {
    /// What keeps the form from being asked: paths into its file, each with a sentence.
    #[must_use]
    pub fn unfit(&self) -> Vec<(String, String)> {
        let mut fit = Fit::default();
        fit.count("pages", self.pages.len(), FORM_PAGES_MAX);
        let mut before: Vec<&Question> = Vec::new();
        for (place, page) in self.pages.iter().enumerate() {
            fit.page(page, &format!("pages[{place}]"), &before);
            before.extend(&page.questions);
        }
        fit.unique("pages", self.pages.iter().map(|page| &page.id));
        fit.unique("pages", before.iter().map(|question| &question.name));
        fit.faults
    }

    /// Whether some question of its pages can be answered so.
    #[must_use]
    pub fn can_fulfil(&self, condition: &Condition) -> bool {
        let mut questions = self.pages.iter().flat_map(|page| &page.questions);
        let asked = questions.find(|question| question.name == condition.question);
        asked.is_some_and(|asked| condition.is.iter().all(|answer| asked.kind.can_be(answer)))
    }
}

#[derive(Default)]
struct Fit {
    faults: Vec<(String, String)>,
}

impl Fit {
    fn wrong(&mut self, path: &str, sentence: impl Into<String>) {
        self.faults.push((path.to_owned(), sentence.into()));
    }

    fn count(&mut self, path: &str, count: usize, most: usize) {
        if count == 0 || count > most {
            self.wrong(
                path,
                format!("holds {count}; from 1 to {most} can stand here"),
            );
        }
    }

    fn name(&mut self, path: &str, name: &str) {
        let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || name.len() > NAME_CHARS_MAX || !name.chars().all(is_sign) {
            self.wrong(
                path,
                format!("“{name}” is no name: small letters, digits, - and _, a letter first"),
            );
        }
    }

    fn unique<'a>(&mut self, path: &str, names: impl Iterator<Item = &'a String>) {
        let mut seen = Vec::new();
        for name in names {
            if seen.contains(&name) {
                self.wrong(path, format!("“{name}” stands twice"));
            }
            seen.push(name);
        }
    }

    fn words(&mut self, path: &str, words: &Words) {
        for (lang, text) in [("pl", &words.pl), ("en", &words.en)] {
            if text.trim().is_empty() {
                self.wrong(&format!("{path}.{lang}"), "is empty");
            }
        }
    }

    fn page(&mut self, page: &Page, path: &str, before: &[&Question]) {
        self.name(&format!("{path}.id"), &page.id);
        if RESERVED.contains(&page.id.as_str()) {
            self.wrong(
                &format!("{path}.id"),
                format!("“{}” is an address of its own", page.id),
            );
        }
        self.words(&format!("{path}.title"), &page.title);
        if let Some(about) = &page.about {
            self.words(&format!("{path}.about"), about);
        }
        if let Some(condition) = &page.when {
            self.condition(&format!("{path}.when"), condition, before);
        }
        self.questions(&page.questions, &format!("{path}.questions"), before);
    }

    fn questions(&mut self, questions: &[Question], path: &str, before: &[&Question]) {
        self.count(path, questions.len(), FORM_QUESTIONS_MAX);
        let mut before = before.to_vec();
        for (place, question) in questions.iter().enumerate() {
            self.question(question, &format!("{path}[{place}]"), &before);
            before.push(question);
        }
    }

    fn question(&mut self, question: &Question, path: &str, before: &[&Question]) {
        self.name(&format!("{path}.name"), &question.name);
        self.words(&format!("{path}.label"), &question.label);
        if let Some(hint) = &question.hint {
            self.words(&format!("{path}.hint"), hint);
        }
        if let Some(condition) = &question.when {
            self.condition(&format!("{path}.when"), condition, before);
        }
        if question.optional && matches!(question.kind, Kind::Declaration) {
            self.wrong(
                &format!("{path}.optional"),
                "a declaration cannot be optional; ask yes or no",
            );
        }
        self.kind(&question.kind, &format!("{path}.kind"));
    }

    fn kind(&mut self, kind: &Kind, path: &str) {
        match kind {
            Kind::Choice(choices) => self.choices(choices, &format!("{path}.choice")),
            Kind::Choices(choices) => self.choices(choices, &format!("{path}.choices")),
            Kind::Number(number) if number.min > number.max => {
                self.wrong(&format!("{path}.number"), "min is above max");
            }
            Kind::Decimal(decimal) if !(1..=6).contains(&decimal.places) => {
                self.wrong(
                    &format!("{path}.decimal.places"),
                    "from 1 to 6 can stand here",
                );
            }
            Kind::Files(files) => {
                let path = format!("{path}.files");
                self.count(&format!("{path}.kinds"), files.kinds.len(), usize::MAX);
                self.range(&path, files.min, files.max, FORM_FILES_MAX);
            }
            Kind::Group(group) => self.group(group, &format!("{path}.group")),
            _ => {}
        }
    }

    fn range(&mut self, path: &str, min: usize, max: usize, most: usize) {
        self.count(&format!("{path}.max"), max, most);
        if min == 0 || min > max {
            let sentence = "from 1 to max can stand here; optional lets it be empty";
            self.wrong(&format!("{path}.min"), sentence);
        }
    }

    fn group(&mut self, group: &Group, path: &str) {
        self.words(&format!("{path}.item"), &group.item);
        self.range(path, group.min, group.max, GROUP_ITEMS_MAX);
        if group.max * group.questions.len() > GROUP_QUESTIONS_MAX {
            let sentence = format!("max times questions is above {GROUP_QUESTIONS_MAX}");
            self.wrong(&format!("{path}.max"), sentence);
        }
        let path = format!("{path}.questions");
        self.questions(&group.questions, &path, &[]);
        self.unique(&path, group.questions.iter().map(|question| &question.name));
        for (place, question) in group.questions.iter().enumerate() {
            if matches!(question.kind, Kind::Group(_)) {
                self.wrong(&format!("{path}[{place}].kind"), "a group holds no group");
            }
        }
    }

    fn choices(&mut self, choices: &[Choice], path: &str) {
        self.count(path, choices.len(), FORM_CHOICES_MAX);
        for (place, choice) in choices.iter().enumerate() {
            self.name(&format!("{path}[{place}].value"), &choice.value);
            self.words(&format!("{path}[{place}].label"), &choice.label);
        }
        self.unique(path, choices.iter().map(|choice| &choice.value));
    }

    /// It names a question that is asked before, and answers that it can get.
    fn condition(&mut self, path: &str, condition: &Condition, before: &[&Question]) {
        let asked = before
            .iter()
            .find(|question| question.name == condition.question);
        let Some(asked) = asked else {
            let name = &condition.question;
            self.wrong(
                &format!("{path}.question"),
                format!("“{name}” is not asked before"),
            );
            return;
        };
        self.count(&format!("{path}.is"), condition.is.len(), FORM_CHOICES_MAX);
        for answer in &condition.is {
            if !asked.kind.can_be(answer) {
                self.wrong(
                    &format!("{path}.is"),
                    format!("{answer} is no answer to “{}”", asked.name),
                );
            }
        }
    }
}

impl Kind {
    /// Whether it is one of the answers that a condition can wait for.
    fn can_be(&self, answer: &Value) -> bool {
        match self {
            Self::YesNo => answer.is_boolean(),
            Self::Choice(choices) | Self::Choices(choices) => {
                choices.iter().any(|choice| *answer == *choice.value)
            }
            _ => false,
        }
    }
}
