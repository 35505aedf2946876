//! The questions of one page as its template shows them: fields with what was answered, what each is
//! called, and what is wrong.

use super::typed::{NO, YES, written};
use crate::identifiers::Identifier;
use crate::limits::{LONG_TEXT_CHARS_MAX, TEXT_CHARS_MAX};
use crate::office::documents::kind;
use crate::office::forms::{
    Answers, Choice, Fault, Files, Form, GivenFile, Group, Kind, Page, Question,
};
use crate::store::documents::Kind as FileKind;
use crate::web::form::{Fields, Filled};
use crate::web::format;
use crate::web::words::Lang;
use serde::Deserialize;
use serde_json::Value;

/// One question of a page.
pub(super) enum Asked {
    One(Block),
    Many(Many),
}

/// A question that is no group.
pub(super) enum Block {
    Field(Field),
    Parts(Parts),
    Files(Attached),
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) control: Control,
}

pub(super) enum Control {
    Line(Line),
    Email,
    Phone(Line),
    Day,
    Lines(usize),
    Radios(Vec<Pick>),
    Boxes(Vec<Pick>),
}

pub(super) struct Line {
    pub(super) autocomplete: &'static str,
    pub(super) chars: usize,
    pub(super) class: &'static str,
}

/// One of several choices.
pub(super) struct Pick {
    pub(super) value: String,
    pub(super) label: String,
}

/// An address or a person.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Attached {
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) files: Vec<FileLine>,
    pub(super) can_add: bool,
    pub(super) accept: String,
}

pub(super) struct FileLine {
    pub(super) document: String,
    pub(super) name: String,
    pub(super) size: String,
    pub(super) sha256: String,
}

/// A group.
pub(super) struct Many {
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) items: Vec<Item>,
    pub(super) can_add: bool,
    pub(super) add: String,
}

/// One thing of a group.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) place: usize,
    pub(super) can_remove: bool,
    pub(super) blocks: Vec<Block>,
}

/// The questions of a page, and what stands in them.
pub(super) struct Sheet {
    pub(super) asked: Vec<Asked>,
    pub(super) form: Filled,
    /// The names of all that stands on the page.
    pub(super) shown: Vec<String>,
}

impl Sheet {
    /// A page with these answers.
    pub(super) fn of(lang: Lang, form: &Form, page: &Page, answers: &Answers) -> Self {
        let mut writer = Writer {
            lang,
            fields: Fields::default(),
            labels: Vec::new(),
            shown: Vec::new(),
        };
        let asked = form
            .asked_of(page, answers)
            .into_iter()
            .map(|question| writer.question(question, answers))
            .collect();
        let filled = Filled::again(writer.fields);
        let form = writer.labels.into_iter().fold(filled, |form, label| {
            form.called_within(&label.name, label.text, label.whole)
        });
        Self {
            asked,
            form,
            shown: writer.shown,
        }
    }

    /// With what is wrong.
    pub(super) fn with_faults(mut self, lang: Lang, faults: &[Fault]) -> Self {
        for fault in faults {
            if self.form.error(&fault.at).is_none() {
                self.form = self.form.wrong(&fault.at, lang.of(&fault.text));
            }
        }
        self
    }
}

struct Writer {
    lang: Lang,
    fields: Fields,
    labels: Vec<Label>,
    shown: Vec<String>,
}

struct Label {
    name: String,
    text: String,
    whole: String,
}

impl Writer {
    fn question(&mut self, question: &Question, answers: &Answers) -> Asked {
        match &question.kind {
            Kind::Group(group) => Asked::Many(self.group(group, question, answers)),
            _ => Asked::One(self.block(question, answers, "", "")),
        }
    }

    /// Notes what stands on the page, and what it is called there and away from there.
    fn name(&mut self, name: &str, text: String, within: &str) {
        let whole = match within {
            "" => text.clone(),
            within => format!("{within} – {text}"),
        };
        self.shown.push(name.to_owned());
        self.labels.push(Label {
            name: name.to_owned(),
            text,
            whole,
        });
    }

    fn group(&mut self, group: &Group, question: &Question, answers: &Answers) -> Many {
        let name = question.name.clone();
        self.name(&name, self.lang.of(&question.label), "");
        let given = answers.get(&name).and_then(Value::as_array);
        let least = if question.optional { 0 } else { group.min };
        let count = given.map_or(0, Vec::len).clamp(least, group.max);
        let none = Answers::new();
        let items = (0..count).map(|place| {
            let item = given.and_then(|items| items.get(place)?.as_object());
            self.item(group, &name, place, item.unwrap_or(&none), count > least)
        });
        let items: Vec<_> = items.collect();
        let item = lower(&self.lang.of(&group.item));
        Many {
            name,
            hint: self.hint(question),
            can_add: items.len() < group.max,
            add: self.lang.say_with("form-add", &[("item", item.as_str())]),
            items,
        }
    }

    fn item(
        &mut self,
        group: &Group,
        of: &str,
        place: usize,
        answers: &Answers,
        can_remove: bool,
    ) -> Item {
        let name = format!("{of}.{place}");
        let title = format!("{} {}", self.lang.of(&group.item), place + 1);
        self.shown.push(name.clone());
        let under = format!("{name}.");
        let questions = group.asked(answers).into_iter();
        let blocks = questions.map(|question| self.block(question, answers, &under, &title));
        Item {
            blocks: blocks.collect(),
            name,
            title,
            place,
            can_remove,
        }
    }

    fn block(
        &mut self,
        question: &Question,
        answers: &Answers,
        under: &str,
        within: &str,
    ) -> Block {
        let name = format!("{under}{}", question.name);
        let answer = answers.get(&question.name);
        self.name(&name, self.label(question), within);
        match &question.kind {
            Kind::Files(files) => Block::Files(self.files(files, question, name, answer)),
            kind @ (Kind::Address | Kind::Person(_)) => {
                let label = self.lang.of(&question.label);
                let within = match within {
                    "" => label,
                    within => format!("{within} – {label}"),
                };
                let parts = self.parts(kind, &name, answer, &within, under.is_empty());
                Block::Parts(Parts {
                    hint: self.hint(question),
                    fields: parts,
                    name,
                })
            }
            kind => {
                self.fill(kind, &name, answer);
                let personal = under.is_empty();
                Block::Field(Field {
                    control: self.control(kind, personal),
                    hint: self.hint(question),
                    name,
                })
            }
        }
    }

    fn label(&self, question: &Question) -> String {
        let label = self.lang.of(&question.label);
        let unit = match &question.kind {
            Kind::Number(number) => number.unit.as_ref().map(|unit| self.lang.of(unit)),
            Kind::Decimal(decimal) => Some(self.lang.of(&decimal.unit)),
            Kind::Amount => Some("zł".to_owned()),
            _ => None,
        };
        let label = match unit {
            Some(unit) => format!("{label} ({unit})"),
            None => label,
        };
        self.optional(label, question.optional)
    }

    /// What may be left out says so.
    fn optional(&self, label: String, optional: bool) -> String {
        match optional {
            true => format!("{label} ({})", self.lang.say("form-optional")),
            false => label,
        }
    }

    fn hint(&self, question: &Question) -> String {
        let hint = question.hint.as_ref();
        hint.map_or_else(String::new, |hint| self.lang.of(hint))
    }

    fn fill(&mut self, kind: &Kind, name: &str, answer: Option<&Value>) {
        match (kind, answer) {
            (Kind::Choices(_), Some(Value::Array(chosen))) => {
                for one in chosen.iter().filter_map(Value::as_str) {
                    self.fields.add(name, one);
                }
            }
            (_, Some(answer)) => self.fields.add(name, &written(kind, answer, self.lang)),
            (_, None) => {}
        }
    }

    fn control(&self, kind: &Kind, personal: bool) -> Control {
        let line = |autocomplete, chars, class| Line {
            autocomplete: if personal { autocomplete } else { "off" },
            chars,
            class,
        };
        let picks = |choices: &[Choice]| {
            let pick = |choice: &Choice| Pick {
                value: choice.value.clone(),
                label: self.lang.of(&choice.label),
            };
            choices.iter().map(pick).collect()
        };
        let say = |value: &str, key| Pick {
            value: value.to_owned(),
            label: self.lang.say(key),
        };
        match kind {
            Kind::LongText => Control::Lines(LONG_TEXT_CHARS_MAX),
            Kind::Number(_) | Kind::Decimal(_) | Kind::Amount => {
                Control::Line(line("off", 20, "is-short"))
            }
            Kind::Date(_) => Control::Day,
            Kind::YesNo => Control::Radios(vec![say(YES, "form-yes"), say(NO, "form-no")]),
            Kind::Declaration => Control::Boxes(vec![say(YES, "form-declare")]),
            Kind::Choice(choices) => Control::Radios(picks(choices)),
            Kind::Choices(choices) => Control::Boxes(picks(choices)),
            Kind::Identifier(Identifier::Email) => Control::Email,
            Kind::Identifier(Identifier::Phone) => Control::Phone(line("tel", 30, "is-medium")),
            Kind::Identifier(Identifier::Postcode) => {
                Control::Line(line("postal-code", 10, "is-short"))
            }
            Kind::Identifier(_) => Control::Line(line("off", 60, "is-medium")),
            _ => Control::Line(line("off", TEXT_CHARS_MAX, "")),
        }
    }

    /// The fields of an address or a person.
    fn parts(
        &mut self,
        kind: &Kind,
        name: &str,
        answer: Option<&Value>,
        within: &str,
        personal: bool,
    ) -> Vec<Field> {
        let fields = kind.parts().into_iter().map(|part| {
            let at = format!("{name}.{}", part.name);
            let label = self.optional(self.lang.say(part_key(part.name)), part.optional);
            self.name(&at, label, within);
            self.fill(
                &part.kind(),
                &at,
                answer.and_then(|answer| answer.get(part.name)),
            );
            Field {
                control: Control::Line(part_line(part.name, personal)),
                hint: String::new(),
                name: at,
            }
        });
        fields.collect()
    }

    fn files(
        &mut self,
        wanted: &Files,
        question: &Question,
        name: String,
        answer: Option<&Value>,
    ) -> Attached {
        let given = answer.and_then(|answer| Vec::<GivenFile>::deserialize(answer).ok());
        let given = given.unwrap_or_default();
        let line = |file: GivenFile| FileLine {
            size: format::size(i64::try_from(file.bytes).unwrap_or(i64::MAX), self.lang),
            document: file.document,
            name: file.name,
            sha256: file.sha256,
        };
        Attached {
            can_add: given.len() < wanted.max,
            files: given.into_iter().map(line).collect(),
            hint: self.files_hint(wanted, question),
            accept: accepted(wanted),
            name,
        }
    }

    /// The hint of the question, then what can be attached.
    fn files_hint(&self, wanted: &Files, question: &Question) -> String {
        let kinds: Vec<_> = wanted.kinds.iter().copied().map(kind_name).collect();
        let most = wanted.max.to_string();
        let said = [("kinds", kinds.join(", ")), ("most", most)];
        let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
        let bounds = self.lang.say_with("form-files-bounds", &said);
        format!("{} {bounds}", self.hint(question))
            .trim()
            .to_owned()
    }
}

/// The words of a part of an address or a person.
pub(super) fn part_key(part: &str) -> &'static str {
    match part {
        "street" => "form-street",
        "house" => "form-house",
        "flat" => "form-flat",
        "postcode" => "form-postcode",
        "place" => "form-place",
        "given_names" => "form-given-names",
        "family_name" => "form-family-name",
        _ => "form-pesel",
    }
}

/// `personal` of who fills in the form: the browser may know it.
fn part_line(part: &str, personal: bool) -> Line {
    let (autocomplete, chars, class) = match part {
        "house" | "flat" => ("off", TEXT_CHARS_MAX, "is-short"),
        "postcode" => ("postal-code", 10, "is-short"),
        "place" => ("address-level2", TEXT_CHARS_MAX, ""),
        "given_names" => ("given-name", TEXT_CHARS_MAX, ""),
        "family_name" => ("family-name", TEXT_CHARS_MAX, ""),
        "pesel" => ("off", 20, "is-medium"),
        _ => ("off", TEXT_CHARS_MAX, ""),
    };
    Line {
        autocomplete: if personal { autocomplete } else { "off" },
        chars,
        class,
    }
}

/// A title in the middle of a sentence.
fn lower(title: &str) -> String {
    let mut rest = title.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    first.chain(rest).collect()
}

/// The usual ending of a kind's files is what people call it.
fn kind_name(kind: FileKind) -> String {
    let usual = kind::endings(kind).first();
    usual.copied().unwrap_or_default().to_uppercase()
}

/// The endings, as a browser's choice of files wants them.
fn accepted(wanted: &Files) -> String {
    let endings = wanted.kinds.iter().flat_map(|kind| kind::endings(*kind));
    let endings: Vec<_> = endings.map(|ending| format!(".{ending}")).collect();
    endings.join(",")
}
