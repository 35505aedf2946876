//! Canonical JSON (RFC 8785) for what is hashed: keys sorted, no spaces, one spelling of each text.
//!
//! Amounts travel as strings, so the only numbers are integers, and RFC 8785's rule for floats is
//! never needed. Keys go by their UTF-16 units: a bidder may type any text as the name of a value.

use serde::Serialize;
use serde_json::Value;

/// The canonical bytes of `value`, as text.
#[must_use]
pub fn text(value: &impl Serialize) -> String {
    let mut out = String::with_capacity(512);
    // Our own types have string keys and no failing serialisers; `null` would fail the hash check.
    write(
        &serde_json::to_value(value).unwrap_or(Value::Null),
        &mut out,
    );
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            separated(out, '{', '}', sorted, |(key, value), out| {
                write_string(key, out);
                out.push(':');
                write(value, out);
            });
        }
        Value::Array(items) => separated(out, '[', ']', items, write),
        Value::String(text) => write_string(text, out),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn separated<T>(
    out: &mut String,
    open: char,
    close: char,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (index, each) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item(each, out);
    }
    out.push(close);
}

/// `serde_json` escapes exactly what RFC 8785 wants escaped, in the same spelling.
fn write_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        let value: Value = serde_json::from_str(json).expect("valid JSON");
        assert_eq!(text(&value), expected);
    }

    #[test]
    fn keys_are_sorted_at_every_depth() {
        check(
            r#"{"b": 1, "a": {"d": [2, {"z": null, "y": true}], "c": "x"}}"#,
            r#"{"a":{"c":"x","d":[2,{"y":true,"z":null}]},"b":1}"#,
        );
    }

    #[test]
    fn texts_have_one_spelling() {
        check(
            r#""\u017c\u00f3\u0142\u0107 \u0007\n\/ \"""#,
            "\"żółć \\u0007\\n/ \\\"\"",
        );
    }
}
