//! What people type into forms, kept until it can stand.

use super::words::Lang;
use crate::error::Problem;
use auction_rules::TermsFault;

/// Fields of one form; a body of its longest size could hold thousands.
const FIELDS_MAX: usize = 2_000;

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

    /// Everything that was sent under a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.as_str())
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What each field is called, in the order in which they stand on the page.
    labels: Vec<Label>,
}

/// What a field is called.
#[derive(Debug, Clone)]
struct Label {
    name: String,
    /// At the field.
    text: String,
    /// In the summary of what is wrong, away from what stands around the field.
    whole: String,
}

/// An entry of the summary of what is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// The place on the page; none where the whole form is meant.
    pub(super) place: Option<String>,
    /// The field's name and what is wrong with it.
    pub(super) text: String,
}

impl Filled {
    /// With what was typed.
    pub(super) fn again(fields: Fields) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// With what the next fields are called, each by its words.
    #[must_use]
    pub(super) fn labelled(self, lang: Lang, labels: &[(&str, &str)]) -> Self {
        let labels = labels.iter();
        labels.fold(self, |form, (name, key)| form.called(name, lang.say(key)))
    }

    /// With what the next field is called.
    #[must_use]
    pub(super) fn called(self, name: &str, label: String) -> Self {
        let whole = label.clone();
        self.called_within(name, label, whole)
    }

    /// With what the next field is called at its place, and as a whole in the summary of what is
    /// wrong: "Kod pocztowy", and "Adres do korespondencji – Kod pocztowy".
    #[must_use]
    pub(super) fn called_within(mut self, name: &str, text: String, whole: String) -> Self {
        let name = name.to_owned();
        self.labels.push(Label { name, text, whole });
        self
    }

    /// With one more error.
    #[must_use]
    pub(super) fn wrong(mut self, name: &str, sentence: String) -> Self {
        let name = name.to_owned();
        self.errors.push(FieldError { name, sentence });
        self
    }

    /// With what a problem says: at its fields, one error at each, or about the whole form.
    #[must_use]
    pub(super) fn refused(self, problem: &Problem, lang: Lang) -> Self {
        let faults = match problem {
            Problem::Faults(faults) => faults.as_slice(),
            Problem::Exists(fault) => std::slice::from_ref(fault),
            other => return self.wrong("", lang.of(&other.words())),
        };
        let faults = faults.iter();
        faults.fold(self, |form, TermsFault { path, text }| {
            match form.error(path) {
                Some(_) if !path.is_empty() => form,
                _ => form.wrong(path, lang.of(text)),
            }
        })
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

    /// All that is wrong, in the order of the page, each with the name of its field.
    pub(super) fn mentions(&self) -> Vec<Mention> {
        let place = |name: &str| self.labels.iter().position(|known| known.name == name);
        let mut errors: Vec<_> = self.errors.iter().collect();
        errors.sort_by_key(|error| place(&error.name));
        let mention = |error: &FieldError| match place(&error.name) {
            Some(at) => Mention {
                place: Some(error.name.clone()),
                text: mentioned(&self.labels[at].whole, &error.sentence),
            },
            None => Mention {
                place: None,
                text: error.sentence.clone(),
            },
        };
        errors.into_iter().map(mention).collect()
    }

    /// What a field is called. One that is called nothing is a mistake of ours: tests stop at it.
    pub(super) fn label(&self, name: &str) -> String {
        let found = self.labels.iter().find(|known| known.name == name);
        debug_assert!(found.is_some(), "{name} has no label");
        found.map_or_else(|| name.to_owned(), |label| label.text.clone())
    }

    /// Whether this one of several choices was taken.
    pub(super) fn is_chosen(&self, name: &str, value: &str) -> bool {
        self.fields.has(name, value)
    }
}

/// A sentence behind the name of its field: "Numer: uzupełnij to pole." A name that is a sentence
/// stays one, and so does a sentence that begins with an abbreviation.
fn mentioned(label: &str, sentence: &str) -> String {
    if label.ends_with(['.', '?', '!']) {
        return format!("{label} {sentence}");
    }
    let mut rest = sentence.chars();
    let first = rest.next().into_iter();
    let is_word = rest
        .clone()
        .next()
        .is_none_or(|second| !second.is_uppercase());
    let first: String = match is_word {
        true => first.flat_map(char::to_lowercase).collect(),
        false => first.collect(),
    };
    format!("{label}: {first}{}", rest.as_str())
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
        let filled = filled.refused(&faults, Lang::En);
        assert_eq!(filled.errors().len(), 2, "one error at one field");
    }

    #[test]
    fn the_summary_names_the_fields_in_the_order_of_the_page() {
        let form = Filled::default()
            .wrong("b", "Uzupełnij to pole.".to_owned())
            .wrong("a", "NIP ma 10 cyfr.".to_owned())
            .wrong("", "Spróbuj później.".to_owned())
            .wrong("c", "Żółty.".to_owned())
            .called("a", "NIP".to_owned())
            .called("b", "Numer".to_owned())
            .called("c", "Który?".to_owned());
        let said: Vec<_> = form
            .mentions()
            .into_iter()
            .map(|one| (one.place, one.text))
            .collect();
        let said: Vec<_> = said
            .iter()
            .map(|(place, text)| (place.as_deref(), text.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (None, "Spróbuj później."),
                (Some("a"), "NIP: NIP ma 10 cyfr."),
                (Some("b"), "Numer: uzupełnij to pole."),
                (Some("c"), "Który? Żółty."),
            ]
        );
    }
}
