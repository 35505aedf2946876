//! Whether a procedure can be offered at all: what the shape of its file alone does not tell.

use super::catalogue::Unreadable;
use super::{Channel, Class, Department, Link, Procedure, Route};
use crate::identifiers::case_sign::is_unit;
use crate::office::forms::Form;
use auction_rules::Words;
use jiff::civil::Date;

impl Procedure {
    /// What keeps it from being offered, by the paths in its file.
    pub(super) fn unfit(&self, departments: &[Department], classes: &[Class]) -> Vec<Unreadable> {
        let mut fit = Fit::default();
        fit.id(&self.id.0);
        if self.version == 0 {
            fit.wrong("version", "counts from 1");
        }
        fit.texts(self);
        fit.channel(&self.channel);
        fit.fee(self.fee.amount.as_deref());
        fit.department("department", &self.department, departments);
        if !classes.iter().any(|known| known.class == self.jrwa) {
            fit.wrong("jrwa", format!("“{}” is not in data/jrwa.csv", self.jrwa));
        }
        fit.legal_basis(self);
        fit.routing(&self.routing, &self.form, departments);
        for (path, sentence) in self.form.unfit() {
            fit.wrong(&format!("form.{path}"), sentence);
        }
        fit.0
    }
}

/// Whether departments can be: their codes, their names, and one at most that runs tenders.
pub(super) fn departments(all: &[Department], classes: &[Class]) -> Vec<Unreadable> {
    let mut fit = Fit::default();
    for (place, one) in all.iter().enumerate() {
        if !is_unit(&one.code) {
            fit.wrong(
                &format!("[{place}].code"),
                "letters and digits, at least one letter",
            );
        }
        fit.words(&format!("[{place}].name"), &one.name);
        if let Some(class) = &one.tenders {
            let path = format!("[{place}].tenders");
            if !classes.iter().any(|known| known.class == *class) {
                fit.wrong(&path, format!("“{class}” is not in data/jrwa.csv"));
            }
            let mut before = all.iter().take(place);
            if before.any(|other| other.tenders.is_some()) {
                fit.wrong(&path, "one department runs tenders");
            }
        }
    }
    fit.0
}

#[derive(Default)]
struct Fit(Vec<Unreadable>);

impl Fit {
    fn wrong(&mut self, path: &str, sentence: impl Into<String>) {
        self.0.push(Unreadable {
            file: String::new(),
            path: path.to_owned(),
            sentence: sentence.into(),
        });
    }

    fn id(&mut self, id: &str) {
        let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(is_sign) {
            self.wrong("id", "small letters, digits and hyphens");
        }
    }

    fn words(&mut self, path: &str, words: &Words) {
        for (lang, text) in [("pl", &words.pl), ("en", &words.en)] {
            if text.trim().is_empty() {
                self.wrong(&format!("{path}.{lang}"), "is empty");
            }
        }
    }

    fn list(&mut self, path: &str, list: &[Words]) {
        for (place, words) in list.iter().enumerate() {
            self.words(&format!("{path}[{place}]"), words);
        }
    }

    fn texts(&mut self, procedure: &Procedure) {
        for (path, words) in [
            ("title", &procedure.title),
            ("summary", &procedure.summary),
            ("known_as", &procedure.known_as),
            ("fee.about", &procedure.fee.about),
            ("deadline.about", &procedure.deadline.about),
            ("outcome", &procedure.outcome),
            ("privacy.purpose", &procedure.privacy.purpose),
            ("privacy.basis", &procedure.privacy.basis),
            ("privacy.recipients", &procedure.privacy.recipients),
            ("privacy.duty", &procedure.privacy.duty),
        ] {
            self.words(path, words);
        }
        if let Some(appeal) = &procedure.appeal {
            self.words("appeal", appeal);
        }
        self.list("needs", &procedure.needs);
        self.list("steps", &procedure.steps);
    }

    fn channel(&mut self, channel: &Channel) {
        match channel {
            Channel::Online => {}
            Channel::Visit(visit) => {
                self.words("channel.visit.why", &visit.why);
                self.list("channel.visit.bring", &visit.bring);
                if let Some(link) = &visit.link {
                    self.link("channel.visit.link", link);
                }
            }
            Channel::HandOver(over) => {
                self.words("channel.hand-over.why", &over.why);
                self.link("channel.hand-over.link", &over.link);
            }
        }
    }

    fn link(&mut self, path: &str, link: &Link) {
        self.words(&format!("{path}.name"), &link.name);
        if !is_https(&link.href) {
            self.wrong(&format!("{path}.href"), "begins with https://");
        }
    }

    fn fee(&mut self, amount: Option<&str>) {
        let is_amount = |amount: &str| {
            amount.split_once('.').is_some_and(|(whole, rest)| {
                let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
                !whole.is_empty() && digits(whole) && rest.len() == 2 && digits(rest)
            })
        };
        if !amount.is_none_or(is_amount) {
            self.wrong("fee.amount", "złoty with two decimals, as in \"17.00\"");
        }
    }

    fn department(&mut self, path: &str, code: &str, departments: &[Department]) {
        if !departments.iter().any(|known| known.code == code) {
            self.wrong(path, format!("“{code}” is not in data/departments.json"));
        }
    }

    fn legal_basis(&mut self, procedure: &Procedure) {
        if procedure.legal_basis.is_empty() {
            self.wrong("legal_basis", "holds none");
        }
        for (place, basis) in procedure.legal_basis.iter().enumerate() {
            let path = format!("legal_basis[{place}]");
            self.words(&format!("{path}.text"), &basis.text);
            let day = basis.read_on.as_ref();
            if day.is_some_and(|day| day.parse::<Date>().is_err()) {
                self.wrong(&format!("{path}.read_on"), "a day, as in 2026-11-29");
            }
            let is_read = day.is_some();
            let is_verified = basis.source != super::UNVERIFIED;
            if is_verified && !is_https(&basis.source) {
                self.wrong(&format!("{path}.source"), "an address, or “do ustalenia”");
            }
            if is_read != is_verified {
                self.wrong(
                    &format!("{path}.read_on"),
                    "stands where the source is known, and only there",
                );
            }
        }
    }

    fn routing(&mut self, routing: &[Route], form: &Form, departments: &[Department]) {
        for (place, route) in routing.iter().enumerate() {
            let path = format!("routing[{place}]");
            self.department(&format!("{path}.to"), &route.to, departments);
            let is_last = place + 1 == routing.len();
            match &route.when {
                Some(_) if is_last => self.wrong(&path, "the last route has no condition"),
                Some(when) if !form.can_fulfil(when) => {
                    self.wrong(&format!("{path}.when"), "no question can be answered so");
                }
                None if !is_last => self.wrong(&path, "only the last route has no condition"),
                _ => {}
            }
        }
        if routing.is_empty() {
            self.wrong("routing", "holds none");
        }
    }
}

fn is_https(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.scheme() == "https")
}
