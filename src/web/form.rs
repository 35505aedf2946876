//! What people type into forms, kept until it can stand.

use super::words::Lang;
use crate::error::Problem;
use auction_rules::TermsFault;

/// Fields of one form; a body of its longest size could hold thousands.
const FIELDS_MAX: usize = 1_000;

/// The fields of a form in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads an urlencoded body.
    ///
    /// # Errors
    /// When it has more fields than any of our forms.
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        let pairs = url::form_urlencoded::parse(body).into_owned();
        let fields: Vec<_> = pairs.take(FIELDS_MAX + 1).collect();
        if fields.len() > FIELDS_MAX {
            return Err(Problem::TooLarge);
        }
        Ok(Self(fields))
    }

    /// What was typed into a field; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// Fields with these values, as if they were typed.
    pub(super) fn of<const N: usize>(values: [(&str, &str); N]) -> Self {
        let mut fields = Self::default();
        for (name, value) in values {
            fields.add(name, value);
        }
        fields
    }

    /// Adds a field.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The fields whose names begin so, without that beginning.
    pub(super) fn under(&self, beginning: &str) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.iter();
        fields
            .filter_map(move |(name, value)| Some((name.strip_prefix(beginning)?, value.as_str())))
    }

    /// Whether this one of several choices was taken.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        let mut fields = self.0.iter();
        fields.any(|(field, chosen)| field == name && chosen == value)
    }

    /// The same as an owned text.
    pub(super) fn owned(&self, name: &str) -> String {
        self.get(name).to_owned()
    }
}

/// One field that cannot stand.
#[derive(Debug, Clone)]
pub(super) struct FieldError {
    /// The field; empty when it is about the whole form.
    pub(super) name: String,
    /// What is wrong and how to put it right.
    pub(super) sentence: String,
}

/// A form as it is shown: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Filled {
    fields: Fields,
    errors: Vec<FieldError>,
}

impl Filled {
    /// With what was typed.
    pub(super) fn again(fields: Fields) -> Self {
        Self {
            fields,
            errors: Vec::new(),
        }
    }

    /// With one more error.
    #[must_use]
    pub(super) fn wrong(mut self, name: &str, sentence: String) -> Self {
        let name = name.to_owned();
        self.errors.push(FieldError { name, sentence });
        self
    }

    /// With what a problem says: at its fields, or about the whole form.
    #[must_use]
    pub(super) fn refused(mut self, problem: &Problem, lang: Lang) -> Self {
        let Problem::Faults(faults) = problem else {
            return self.wrong("", lang.of(&problem.words()));
        };
        let errors = faults.iter().map(|TermsFault { path, text }| FieldError {
            name: path.clone(),
            sentence: lang.of(text),
        });
        self.errors.extend(errors);
        self
    }

    /// What stands in a field.
    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// What stands in a part of a field: its day or hour.
    pub(super) fn part(&self, name: &str, part: &str) -> &str {
        self.fields.get(&format!("{name}-{part}"))
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        let found = self.errors.iter().find(|error| error.name == name);
        found.map(|error| error.sentence.as_str())
    }

    /// All that is wrong, in the order of the checks.
    pub(super) fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether this one of several choices was taken.
    pub(super) fn is_chosen(&self, name: &str, value: &str) -> bool {
        self.fields.has(name, value)
    }
}

/// One of several choices.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: &'static str,
    /// What people read.
    pub(super) label: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_bounded() {
        let fields = Fields::read("a=1&b=%C5%82+x&a=2&c".as_bytes()).unwrap();
        assert_eq!(
            (
                fields.get("a"),
                fields.get("b"),
                fields.get("c"),
                fields.get("d")
            ),
            ("1", "ł x", "", "")
        );
        let filled = Filled::again(fields);
        assert!(filled.is_chosen("a", "2") && !filled.is_chosen("b", "2"));
        let many = "a=1&".repeat(FIELDS_MAX + 1);
        assert!(matches!(
            Fields::read(many.as_bytes()),
            Err(Problem::TooLarge)
        ));
    }

    #[test]
    fn faults_stand_at_their_fields() {
        let faults = Problem::field("email", "Źle.", "Wrong.");
        let filled = Filled::default().refused(&faults, Lang::En);
        assert_eq!(filled.error("email"), Some("Wrong."));
        let filled = filled.refused(&Problem::NotFound, Lang::En);
        assert_eq!(
            (filled.errors().len(), filled.errors()[1].name.as_str()),
            (2, "")
        );
    }
}
