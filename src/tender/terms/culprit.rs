//! Which part of written terms keeps them from being read.
//!
//! What a reader tells of a place ends at what it reads by a tag, as the kinds of phases and
//! evaluations are. So it is asked again with one part after another made unreadable: it reads in
//! order, so the last part that changes what it says is the one that it fell over.

use crate::limits::TERMS_SEARCHED_BYTES_MAX;
use auction_rules::Draft;
use serde::Deserialize;
use serde_json::{Value, json};

/// Names that say of which kind an object is: they are read before the rest of it.
const TAGS: [&str; 4] = ["by", "kind", "on", "who"];
/// Of an object or a list with more parts than any terms have, none is looked at.
const PARTS_MAX: usize = 100;

/// The path of the part that the reader complains of with these words; empty for the terms as a whole.
pub(super) fn path(terms: Value, said: &str) -> String {
    if terms.to_string().len() > TERMS_SEARCHED_BYTES_MAX {
        return String::new();
    }
    let mut search = Search { terms, said };
    let mut chain = vec![Part::default()];
    while let Some(inner) = chain.last().and_then(|part| search.last_read(part)) {
        chain.push(inner);
    }
    search.blamed(&chain).path
}

/// A part of the terms.
#[derive(Clone, Default)]
struct Part {
    /// As JSON pointers write it (RFC 6901).
    pointer: String,
    /// As faults write it.
    path: String,
}

impl Part {
    fn named(&self, name: &str) -> Self {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            pointer: format!("{}/{escaped}", self.pointer),
            path: format!("{}{dot}{name}", self.path),
        }
    }

    fn at(&self, index: usize) -> Self {
        Self {
            pointer: format!("{}/{index}", self.pointer),
            path: format!("{}[{index}]", self.path),
        }
    }
}

struct Search<'a> {
    terms: Value,
    said: &'a str,
}

impl<'a> Search<'a> {
    /// Of the parts of a part the last one that the reader came to.
    fn last_read(&mut self, part: &Part) -> Option<Part> {
        let parts: Vec<_> = match self.terms.pointer(&part.pointer)? {
            Value::Object(members) => {
                let names = members.keys().filter(|name| !TAGS.contains(&name.as_str()));
                names.map(|name| part.named(name)).collect()
            }
            Value::Array(items) => (0..items.len()).map(|index| part.at(index)).collect(),
            _ => return None,
        };
        if parts.len() > PARTS_MAX {
            return None;
        }
        let mut last_first = parts.into_iter().rev();
        last_first.find(|inner| self.comes_to(inner))
    }

    /// Whether the reader says something else where this part cannot be read, neither as a text nor as
    /// anything else.
    fn comes_to(&mut self, part: &Part) -> bool {
        let unreadable = [json!("\u{0}"), json!({ "\u{0}": null })];
        unreadable
            .into_iter()
            .any(|other| self.said_with(part, other).as_deref() != Some(self.said))
    }

    /// What the reader says of the terms with something else in place of a part.
    fn said_with(&mut self, part: &Part, other: Value) -> Option<String> {
        let kept = self.put(part, other);
        let said = Draft::deserialize(&self.terms).err();
        self.put(part, kept);
        said.map(|error| error.to_string())
    }

    fn put(&mut self, part: &Part, other: Value) -> Value {
        let place = self.terms.pointer_mut(&part.pointer);
        place.map_or(Value::Null, |place| std::mem::replace(place, other))
    }

    /// The part to be named: of these, each within the one before, the reader came to the last one.
    fn blamed(&mut self, chain: &[Part]) -> Part {
        let last = chain.last().cloned().unwrap_or_default();
        let inside_out = || chain.iter().rev();
        let found = if let Some(name) = self.quoted("unknown field `") {
            let has = |part: &&Part| self.member(part, name).is_some();
            inside_out().find(has).map(|part| part.named(name))
        } else if let Some(name) = self.quoted("missing field `") {
            inside_out().find(|part| self.needs(part, name)).cloned()
        } else if let Some(name) = self.quoted("unknown variant `") {
            let mut tags = TAGS.into_iter();
            let tag = tags.find(|tag| self.member(&last, tag).is_some_and(|value| value == name));
            tag.map(|tag| last.named(tag))
        } else {
            None
        };
        found.unwrap_or(last)
    }

    /// The name in the words of the reader after these.
    fn quoted(&self, words: &str) -> Option<&'a str> {
        let (name, _) = self.said.strip_prefix(words)?.split_once('`')?;
        Some(name)
    }

    fn member(&self, part: &Part, name: &str) -> Option<&Value> {
        self.terms.pointer(&part.pointer)?.get(name)
    }

    /// Whether it is this object that lacks the field: with it, the reader says something else than
    /// that it knows no such field.
    fn needs(&mut self, part: &Part, name: &str) -> bool {
        let Some(Value::Object(members)) = self.terms.pointer(&part.pointer) else {
            return false;
        };
        if members.contains_key(name) {
            return false;
        }
        let mut with = members.clone();
        with.insert(name.to_owned(), json!("\u{0}"));
        let said = self.said_with(part, Value::Object(with));
        said.is_none_or(|said| said != self.said && !said.starts_with("unknown field"))
    }
}
