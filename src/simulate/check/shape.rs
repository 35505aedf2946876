//! From the text of a file to its shape, or to the fault that keeps it from one.

use crate::error::{fault, unreadable};
use crate::simulate::file::{File, What};
use auction_rules::TermsFault;
use serde_json::Value;

/// Reads a file. A byte order mark, as some editors write it, is skipped.
pub(super) fn shaped(text: &str) -> Result<File, TermsFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole = |pl: &str, en: &str| Err(fault("", pl, en));
    match text.trim_start().chars().next() {
        None => return whole("Plik jest pusty.", "The file is empty."),
        Some('{') => {}
        Some(_) => {
            return whole(
                "Scenariusz to obiekt JSON: { … }.",
                "A scenario is a JSON object: { … }.",
            );
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let file = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // A place without a name is one of a text that breaks off.
        let path = path.trim_end_matches(['.', '?']).to_owned();
        told(text, path, &error.into_inner())
    })?;
    json.end()
        .map_err(|error| told(text, String::new(), &error))?;
    Ok(file)
}

fn told(text: &str, path: String, error: &serde_json::Error) -> TermsFault {
    let unknown = error.to_string().starts_with("unknown field");
    if let Some(what) = command_at(text, &path).filter(|_| unknown) {
        return no_such_field(path, what);
    }
    let words = unreadable(error);
    fault(path, words.pl, words.en)
}

/// A command has a field that says nothing of it.
pub(super) fn no_such_field(path: String, what: What) -> TermsFault {
    let (needs, may) = what.fields();
    let known = ["at", "do"].iter().chain(needs).chain(may);
    let known: Vec<_> = known.copied().collect();
    let (name, known) = (what.name(), known.join(", "));
    fault(
        path,
        format!("Polecenie „{name}” nie ma takiego pola; ma: {known}."),
        format!("The command “{name}” has no such field; it has: {known}."),
    )
}

/// What the command does in which this path lies.
fn command_at(text: &str, path: &str) -> Option<What> {
    let (index, _) = path.strip_prefix("commands[")?.split_once(']')?;
    let index: usize = index.parse().ok()?;
    let file: Value = serde_json::from_str(text).ok()?;
    let done = file.get("commands")?.get(index)?.get("do")?;
    serde_json::from_value(done.clone()).ok()
}
