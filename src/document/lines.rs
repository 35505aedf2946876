//! Text broken into lines.

use super::fonts::{Face, Shaped};

/// Breaks a text into lines of at most `width`, in parts of the type size. A space stays at the end
/// of its line, so that the words stay apart for those who copy or listen.
pub(super) fn broken(text: &str, face: Face, width: f32) -> Vec<Shaped> {
    let text = bound(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for word in text.split_inclusive(is_break) {
        for part in parts(word, face, width) {
            let wide = face.shape(part.trim_end()).width;
            if used + wide > width && !line.is_empty() {
                lines.push(face.shape(&line));
                line.clear();
                used = 0.0;
            }
            line.push_str(part);
            used += face.shape(part).width;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(face.shape(&line));
    }
    lines
}

fn is_break(char: char) -> bool {
    matches!(char, ' ' | '\n' | '\t' | '/' | '-')
}

/// A word that is wider than a line, cut into parts that are not.
fn parts(word: &str, face: Face, width: f32) -> Vec<&str> {
    if face.shape(word.trim_end()).width <= width {
        return vec![word];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    let mut used = 0.0;
    for (at, char) in word.char_indices() {
        let wide = face.shape(char.encode_utf8(&mut [0; 4])).width;
        if used + wide > width && at > start {
            parts.push(&word[start..at]);
            (start, used) = (at, 0.0);
        }
        used += wide;
    }
    parts.push(&word[start..]);
    parts
}

/// A word of one letter ("w", "z", "i") does not stand at the end of a Polish line.
fn bound(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        out.push(char);
        let single = char.is_alphabetic() && matches!(before, ' ' | '\u{a0}' | '(');
        if single && chars.peek() == Some(&' ') {
            chars.next();
            out.push('\u{a0}');
            before = '\u{a0}';
        } else {
            before = char;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_no_line_is_too_wide() {
        let long = "x".repeat(300);
        for text in [
            "Zażółć gęślą jaźń w wielu słowach i w niejednym wierszu.",
            &long,
            "",
            "https://aukcje.example.pl/auctions/0198c0de-0000-7000-8000-000000000000",
        ] {
            let lines = broken(text, Face::Regular, 10.0);
            let joined: String = lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(joined.replace('\u{a0}', " "), text);
            for line in &lines {
                let seen = Face::Regular.shape(line.text.trim_end()).width;
                assert!(seen <= 10.2, "{:?} is {seen} wide", line.text);
            }
        }
    }

    #[test]
    fn a_single_letter_goes_with_the_word_after_it() {
        assert_eq!(
            bound("dom w lesie i z polem"),
            "dom w\u{a0}lesie i\u{a0}z\u{a0}polem"
        );
        assert_eq!(bound("Etap 1 z 2"), "Etap 1 z\u{a0}2");
    }
}
