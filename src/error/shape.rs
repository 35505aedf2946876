//! What serde says of a text that is no JSON, or not of the shape that is wanted, in plain words.

use auction_rules::Words;

/// Why a text could not be read, with line and column where it has them.
#[must_use]
pub fn unreadable(error: &serde_json::Error) -> Words {
    let said = error.to_string();
    let (line, column) = (error.line(), error.column());
    let place = format!(" at line {line} column {column}");
    let detail = said.strip_suffix(&place).unwrap_or(&said);
    let Words { pl, en } = sentence(detail);
    match line {
        0 => Words::new(format!("{pl}."), format!("{en}.")),
        _ => Words::new(
            format!("{pl} (wiersz {line}, kolumna {column})."),
            format!("{en} (line {line}, column {column})."),
        ),
    }
}

/// The detail of an error without its place, as a sentence without its full stop.
fn sentence(detail: &str) -> Words {
    // Names stand between backquotes: first the one that is wrong, then those that are known.
    let names: Vec<&str> = detail.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let known = names.get(1..).unwrap_or_default().join(", ");
    if detail.starts_with("missing field") {
        return Words::new(
            format!("Brakuje pola „{first}”"),
            format!("The field “{first}” is missing"),
        );
    }
    if detail.starts_with("duplicate field") {
        return Words::new(
            format!("Pole „{first}” jest podane dwa razy"),
            format!("The field “{first}” is given twice"),
        );
    }
    if detail.starts_with("unknown field") {
        return Words::new(
            format!("Nie ma tu pola „{first}”; są: {known}"),
            format!("There is no field “{first}” here; there are: {known}"),
        );
    }
    if detail.starts_with("unknown variant") {
        return Words::new(
            format!("„{first}” nie jest tu znane; możliwe: {known}"),
            format!("“{first}” is not known here; possible: {known}"),
        );
    }
    if let Some(rest) = detail.strip_prefix("expected `") {
        let wanted = rest.trim_end_matches('`');
        let [pl, en] = ["albo", "or"].map(|or| wanted.replace("` or `", &format!(" {or} ")));
        return Words::new(format!("Brakuje tu znaku {pl}"), format!("{en} is missing"));
    }
    let known = SYNTAX.iter().find(|(start, ..)| detail.starts_with(start));
    if let Some((_, pl, en)) = known {
        return Words::new(*pl, *en);
    }
    let wanted = ["invalid type", "invalid value", "invalid length"]
        .iter()
        .any(|start| detail.starts_with(start));
    let wanted = detail.rsplit_once(", expected ").filter(|_| wanted);
    wanted.map_or_else(
        || Words::new(format!("Nie da się odczytać: {detail}"), detail),
        |(_, wanted)| shape(wanted),
    )
}

/// What is no JSON, by how the parser's sentence begins.
const SYNTAX: &[(&str, &str, &str)] = &[
    (
        "EOF while parsing",
        "Tekst urywa się przed końcem",
        "The text breaks off",
    ),
    (
        "expected value",
        "To nie jest wartość JSON: tekst w cudzysłowie, liczba, true, false, null, [ albo {",
        "No value of JSON stands here: text in quotation marks, a number, true, false, null, [ or {",
    ),
    (
        "expected ident",
        "To nie jest wartość JSON",
        "No value of JSON stands here",
    ),
    (
        "trailing comma",
        "Po ostatnim elemencie stoi zbędny przecinek",
        "A comma stands after the last element",
    ),
    (
        "trailing characters",
        "Po końcu coś jeszcze stoi",
        "Something stands behind the end",
    ),
    (
        "key must be a string",
        "Tu ma stać nazwa w cudzysłowie",
        "A name in quotation marks must stand here",
    ),
    (
        "invalid number",
        "To nie jest liczba",
        "This is not a number",
    ),
    (
        "number out of range",
        "Liczba jest za duża",
        "The number is too large",
    ),
    (
        "control character",
        "Tekst w cudzysłowie nie może mieć końca wiersza ani innego znaku sterującego",
        "Text in quotation marks cannot hold a line break or another control character",
    ),
    (
        "invalid escape",
        "Po ukośniku \\ stoi znak, którego JSON nie zna",
        "A backslash stands before what JSON does not know",
    ),
    (
        "recursion limit exceeded",
        "Za dużo nawiasów w nawiasach",
        "Too many brackets within brackets",
    ),
];

/// What must stand there, by the name that it has in the code.
fn shape(wanted: &str) -> Words {
    let whole = |most: &str| {
        Words::new(
            format!("Tu ma stać liczba całkowita od 0 do {most}, bez cudzysłowu"),
            format!("A whole number from 0 to {most} must stand here, without quotation marks"),
        )
    };
    match wanted {
        "a string" | "string or map" | "variant identifier" => Words::new(
            "Tu ma stać tekst w cudzysłowie",
            "Text in quotation marks must stand here",
        ),
        "u64" => whole("18446744073709551615"),
        "u32" => whole("4294967295"),
        "u16" => whole("65535"),
        "a boolean" => Words::new(
            "Tu ma stać true albo false, bez cudzysłowu",
            "true or false must stand here, without quotation marks",
        ),
        "a sequence" => Words::new("Tu ma stać lista: [ … ]", "A list must stand here: [ … ]"),
        _ if wanted.contains("Decimal") => Words::new(
            "Tu ma stać liczba w cudzysłowie, na przykład \"1250.50\"",
            "A number in quotation marks must stand here, as in \"1250.50\"",
        ),
        _ if wanted == "a map" || wanted.contains("struct ") || wanted.contains("enum ") => {
            Words::new(
                "Tu ma stać obiekt: { … }",
                "An object must stand here: { … }",
            )
        }
        _ => Words::new(
            format!("Tu ma stać co innego: {wanted}"),
            format!("Something else must stand here: {wanted}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[serde(rename = "count")]
        _count: u32,
        #[serde(rename = "kind")]
        _kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Open,
        Closed,
    }

    /// The sentence without its place, which must be there.
    fn said<T: DeserializeOwned>(text: &str) -> String {
        let said = unreadable(&serde_json::from_str::<T>(text).err().unwrap()).en;
        let (sentence, place) = said.rsplit_once(" (line 1, column ").unwrap();
        assert!(place.ends_with(")."), "{said}");
        sentence.to_owned()
    }

    #[test]
    fn a_wrong_shape_is_told_in_plain_words() {
        let thing = said::<Thing>;
        for (found, wanted) in [
            (thing("{\"count\": 1}"), "The field “kind” is missing"),
            (
                thing("{\"count\": 1, \"count\": 2}"),
                "The field “count” is given twice",
            ),
            (
                thing("{\"cuont\": 1}"),
                "There is no field “cuont” here; there are: count, kind",
            ),
            (
                thing("{\"kind\": \"opne\"}"),
                "“opne” is not known here; possible: open, closed",
            ),
            (
                thing("{\"count\": \"1\"}"),
                "A whole number from 0 to 4294967295 must stand here, without quotation marks",
            ),
            (thing("7"), "An object must stand here: { … }"),
            (thing("[]"), "An object must stand here: { … }"),
            (
                said::<Vec<String>>("[1]"),
                "Text in quotation marks must stand here",
            ),
            (said::<Vec<bool>>("{}"), "A list must stand here: [ … ]"),
            (
                said::<Decimal>("\"1,5\""),
                "A number in quotation marks must stand here, as in \"1250.50\"",
            ),
        ] {
            assert_eq!(found, wanted);
        }
        let wrong = serde_json::from_value::<Thing>(serde_json::json!({})).err();
        let words = unreadable(&wrong.unwrap());
        assert_eq!(words.pl, "Brakuje pola „count”.");
        assert_eq!(words.en, "The field “count” is missing.");
    }

    #[test]
    fn what_is_no_json_is_told_in_plain_words() {
        let map = said::<BTreeMap<String, u64>>;
        for (text, wanted) in [
            ("{\"a\": 1", "The text breaks off"),
            ("{\"a\" 1}", ": is missing"),
            ("{\"a\": 1 \"b\"}", ", or } is missing"),
            ("{\"a\": 1,}", "A comma stands after the last element"),
            ("{a: 1}", "A name in quotation marks must stand here"),
            ("{} x", "Something stands behind the end"),
        ] {
            assert_eq!(map(text), wanted, "{text}");
        }
    }
}
