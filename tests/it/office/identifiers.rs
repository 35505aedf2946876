//! The vectors of `tests/vectors/identifiers.json`, collected from published numbers and worked out
//! from the rules that each module names.

use ebok::identifiers::case_sign::CaseSign;
use ebok::identifiers::pesel::{Pesel, Sex};
use ebok::identifiers::{Identifier, Wrong, ade, ksef, teryt};
use serde_json::Value;

const VECTORS: &str = include_str!("../../vectors/identifiers.json");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn texts(kind: &str, list: &str) -> Vec<String> {
    let vectors = vectors();
    let rows = vectors[kind][list].as_array().unwrap();
    assert!(!rows.is_empty(), "{kind} {list}");
    rows.iter()
        .map(|row| row.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn numbers_of_the_vectors() {
    for (kind, identifier) in [
        ("pesel", Identifier::Pesel),
        ("nip", Identifier::Nip),
        ("regon", Identifier::Regon),
        ("nrb", Identifier::BankAccount),
        ("id_card", Identifier::IdCard),
        ("znak_sprawy", Identifier::CaseSign),
    ] {
        for text in texts(kind, "valid") {
            assert_eq!(identifier.check(&text), Ok(()), "{kind} {text}");
        }
        for text in texts(kind, "invalid") {
            assert!(identifier.check(&text).is_err(), "{kind} {text}");
        }
    }
    for text in texts("ksef_number", "valid") {
        assert_eq!(ksef::check(&text), Ok(()), "{text}");
    }
    for text in texts("ksef_number", "invalid") {
        assert_eq!(ksef::check(&text), Err(Wrong::CheckDigit), "{text}");
    }
}

/// Every kind of the file is asked here, by `identity::codes` or by `office::deadlines`.
#[test]
fn no_vector_is_left_out() {
    let asked = [
        "ade",
        "deadline_days_kpa57",
        "deadline_months_kpa57",
        "id_card",
        "ksef_number",
        "nip",
        "nrb",
        "pesel",
        "regon",
        "two_year_code",
        "znak_sprawy",
    ];
    let vectors = vectors();
    let mut kinds: Vec<_> = vectors.as_object().unwrap().keys().collect();
    kinds.sort();
    assert_eq!(kinds, asked);
}

#[test]
fn a_pesel_tells_birth_and_sex() {
    let vectors = vectors();
    for (text, told) in vectors["pesel"]["decoded"].as_object().unwrap() {
        let pesel = Pesel::read(text).unwrap();
        assert_eq!(pesel.born.to_string(), told["born"], "{text}");
        let sex = if told["sex"] == "F" { Sex::F } else { Sex::M };
        assert_eq!(pesel.sex, sex, "{text}");
    }
    assert_eq!(Pesel::read("4405140135"), Err(Wrong::Shape));
    assert_eq!(Pesel::read("4405140135x"), Err(Wrong::Shape));
}

/// An address whose check digits are unusual may still exist.
#[test]
fn an_unusual_address_for_delivery_is_no_fault() {
    for text in texts("ade", "valid") {
        assert_eq!(ade::check(&text), Ok(()), "{text}");
        assert!(ade::has_usual_check(&text), "{text}");
    }
    for text in texts("ade", "warn") {
        assert_eq!(ade::check(&text), Ok(()), "{text}");
        assert!(!ade::has_usual_check(&text), "{text}");
    }
    assert_eq!(ade::check("AE:PL-1234-67890-ABCDE-12"), Err(Wrong::Shape));
}

#[test]
fn the_sign_of_a_case_is_read_from_the_right() {
    for text in texts("znak_sprawy", "valid") {
        let sign: CaseSign = text.parse().unwrap();
        assert_eq!(sign.to_string(), text);
    }
    let sign: CaseSign = "ABC-A.123.77.3.2011.JW".parse().unwrap();
    let parts = (
        sign.unit.as_str(),
        sign.class.as_str(),
        sign.number,
        sign.within,
        sign.year,
    );
    assert_eq!(parts, ("ABC-A", "123", 77, Some(3), 2011));
    assert_eq!(sign.initials, "JW");
    for text in [
        "",
        "ABC.123.77",
        "123.123.77.2011",
        "ABC.123.77.11",
        "ABC.12345.7.2011",
    ] {
        assert!(text.parse::<CaseSign>().is_err(), "{text}");
    }
}

/// The two registers stand in public lists; the others are one of them with a slip.
#[test]
fn land_and_its_registers() {
    for (text, expected) in [
        ("LU1B/00012345/8", Ok(())),
        ("GD1W/00090409/1", Ok(())),
        ("GD1W/00090409/2", Err(Wrong::CheckDigit)),
        ("GD1W/00090490/1", Err(Wrong::CheckDigit)),
        ("GD1W/90409/1", Err(Wrong::Shape)),
        ("GD1W-00090409-1", Err(Wrong::Shape)),
    ] {
        assert_eq!(Identifier::LandRegister.check(text), expected, "{text}");
    }
    for (text, is_one) in [
        ("123", true),
        ("123/4", true),
        ("046101_1.0001.123/4", true),
        ("046101_1.0001.AR_12.123/4", true),
        ("123/", false),
        ("012", false),
        ("1/2/3", false),
        ("046101_1.123/4", false),
        ("obręb 1 działka 2", false),
    ] {
        assert_eq!(Identifier::Plot.check(text).is_ok(), is_one, "{text}");
    }
}

#[test]
fn numbers_are_tidied_as_people_write_them() {
    for (identifier, typed, tidy) in [
        (Identifier::Pesel, " 440514 01359 ", "44051401359"),
        (Identifier::Nip, "526-587-76-35", "5265877635"),
        (
            Identifier::BankAccount,
            "PL61 1090 1014 0000 0712 1981 2874",
            "61109010140000071219812874",
        ),
        (Identifier::Postcode, "85102", "85-102"),
        (Identifier::Postcode, "85 - 102", "85-102"),
        (Identifier::Phone, "(52) 600-100-2", "526001002"),
        (Identifier::IdCard, "aba 300000", "ABA300000"),
        (
            Identifier::LandRegister,
            "lu1b / 00012345 / 8",
            "LU1B/00012345/8",
        ),
        (
            Identifier::Ade,
            "ae:pl-84192-40504-uiwtr-22",
            "AE:PL-84192-40504-UIWTR-22",
        ),
        (Identifier::Email, " jan@example.pl ", "jan@example.pl"),
    ] {
        assert_eq!(identifier.tidy(typed), tidy);
        assert_eq!(identifier.check(tidy), Ok(()), "{tidy}");
    }
}

#[test]
fn communes_places_and_streets() {
    assert_eq!(Identifier::Commune.check("0461011"), Ok(()));
    assert_eq!(Identifier::Commune.check("0461017"), Err(Wrong::Shape));
    assert_eq!(teryt::check_place("0928363"), Ok(()));
    assert_eq!(teryt::check_street("09876"), Ok(()));
    assert_eq!(teryt::check_street("9876"), Err(Wrong::Shape));
}
