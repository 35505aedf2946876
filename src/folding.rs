//! Words as they are compared: in small letters, Polish ones without their marks. Databases fold letters
//! each in their own way, so that what is sought in them is folded here.

/// A text in small letters, Polish ones without their marks.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

fn plain(letter: char) -> char {
    match letter {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_capitals_are_dropped() {
        assert_eq!(
            folded("Zażółć GĘŚLĄ Jaźń, RPW/7"),
            "zazolc gesla jazn, rpw/7"
        );
    }
}
