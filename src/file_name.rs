//! Names of files that people send: kept as they look, without what some system would take for a
//! folder, a device or a command.

/// Names that Windows takes for devices, whatever their ending.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];
/// Devices that carry a digit.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// The name without folders, control characters and invisible ones, at most so many characters long
/// with its ending; none where nothing is left before the ending.
#[must_use]
pub fn harmless(sent: &str, chars_max: usize) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (clean, String::new()),
    };
    let room = chars_max.saturating_sub(ending.chars().count());
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_end();
    if stem.is_empty() {
        return None;
    }
    let mark = if is_device(stem) { "_" } else { "" };
    Some(format!("{mark}{stem}{ending}"))
}

/// What stands after the last dot, in small letters; empty where there is no dot.
#[must_use]
pub fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.unwrap_or_default().to_lowercase()
}

/// Characters that show nothing, or turn the direction of what follows: a name must be what it
/// looks like.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    let first = first.to_lowercase();
    let numbered = NUMBERED_DEVICES.iter().any(|device| {
        let digit = first.strip_prefix(device);
        digit.is_some_and(|digit| digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit()))
    });
    numbered || DEVICES.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHARS_MAX: usize = 120;

    #[test]
    fn names_are_made_harmless() {
        for (sent, expected) in [
            ("SWZ.pdf", Some("SWZ.pdf")),
            (
                "C:\\Umowy\\Załącznik nr 1.DOCX",
                Some("Załącznik nr 1.DOCX"),
            ),
            ("../../etc/passwd.txt", Some("passwd.txt")),
            ("..\\..\\boot.ini", Some("boot.ini")),
            ("a<b>:c?.pdf", Some("a_b__c_.pdf")),
            ("umowa\u{202e}fdp.zip", Some("umowafdp.zip")),
            ("u\u{200b}mowa\u{ad}.pdf", Some("umowa.pdf")),
            ("nowa\r\nlinia.pdf", Some("nowalinia.pdf")),
            ("zero\0.pdf", Some("zero.pdf")),
            (" . ukryty.pdf . ", Some("ukryty.pdf")),
            ("skan", Some("skan")),
            ("CON.pdf", Some("_CON.pdf")),
            ("nul.tar.pdf", Some("_nul.tar.pdf")),
            ("Lpt1 .pdf", Some("_Lpt1.pdf")),
            ("console.pdf", Some("console.pdf")),
            ("com10.pdf", Some("com10.pdf")),
            (".pdf", Some("pdf")),
            ("..", None),
            ("/", None),
            ("", None),
        ] {
            let found = harmless(sent, CHARS_MAX);
            assert_eq!(found.as_deref(), expected, "{sent:?}");
        }
        let long = format!("{}.pdf", "ż".repeat(500));
        let kept = harmless(&long, CHARS_MAX).unwrap();
        assert_eq!(kept.chars().count(), CHARS_MAX);
        assert!(kept.ends_with("ż.pdf"));
    }

    #[test]
    fn an_ending_is_told_in_small_letters() {
        assert_eq!(ending("Mapa.ROZB.PDF"), "pdf");
        assert_eq!(ending("mapa"), "");
    }
}
