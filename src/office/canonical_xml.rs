//! XML that is written in its canonical form (Exclusive XML Canonicalization 1.0): what is written is
//! what is hashed, so nobody needs to read it back to sign it.

use std::fmt::Write;

/// An element with text.
#[must_use]
pub(super) fn text_element(name: &str, text: &str) -> String {
    element(name, &[], &escaped(text))
}

/// An element with attributes, in the order given, and what stands inside, written already. The order
/// must be canonical: namespaces first, then attributes by their names.
#[must_use]
pub(super) fn element(name: &str, attributes: &[(&str, &str)], inside: &str) -> String {
    let mut out = format!("<{name}");
    for (attribute, value) in attributes {
        // Writing into a text does not fail.
        write!(out, " {attribute}=\"{}\"", attribute_escaped(value)).ok();
    }
    write!(out, ">{inside}</{name}>").ok();
    out
}

/// Text as it stands in an element.
#[must_use]
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            char if is_of_xml(char) => out.push(char),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

fn attribute_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            char if is_of_xml(char) => out.push(char),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

/// The characters of XML 1.0.
fn is_of_xml(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        assert_eq!(
            text_element("a", "<b> & \"c\"\r\u{0}ż"),
            "<a>&lt;b&gt; &amp; \"c\"&#xD;\u{fffd}ż</a>"
        );
        assert_eq!(
            element("a", &[("b", "<\">&\n")], ""),
            "<a b=\"&lt;&quot;>&amp;&#xA;\"></a>"
        );
    }
}
