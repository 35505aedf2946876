//! Codes are unique and stable, have words, and each occurs in a test.

use crate::kit::*;
use auction_rules::ids::Digest;
use auction_rules::refusal::{Change, Limited, Refusal};
use std::collections::BTreeSet;

/// One of each. A variant that is missing here does not compile in `known`.
#[allow(clippy::too_many_lines, reason = "a flat table")]
fn all() -> Vec<Refusal> {
    let value = || id("price");
    let limited = || Limited {
        value: value(),
        limit: Some(dec("90.00")),
    };
    let change = || Change {
        value: value(),
        from: dec("100.00"),
        to: dec("70.00"),
        percent: dec("30.00"),
    };
    vec![
        Refusal::NotOpen { opens_at: None },
        Refusal::Paused { resumes_at: None },
        Refusal::Interrupted { resumes_at: None },
        Refusal::Closed { closed_at: at(0) },
        Refusal::ArrivedTooLate {
            received_at: at(0),
            closed_at: at(1),
        },
        Refusal::NotYourTurn,
        Refusal::OtherwiseInThisPhase,
        Refusal::LevelPassed { level: None },
        Refusal::NotAdmitted,
        Refusal::Excluded,
        Refusal::TermsNotAccepted {
            terms_hash: Digest([0; 32]),
        },
        Refusal::TooManyQuestions { most: 20 },
        Refusal::NotInThisPhase,
        Refusal::NotAnImprovement(limited()),
        Refusal::BelowMinimumStep(limited()),
        Refusal::OffTheTick {
            value: value(),
            tick: dec("0.05"),
        },
        Refusal::EqualToOwn(Limited {
            limit: None,
            ..limited()
        }),
        Refusal::NeedsConfirmation(change()),
        Refusal::AboveHardLimit(change()),
        Refusal::MalformedAmount { value: value() },
        Refusal::TooManyDecimals {
            value: value(),
            decimals: 2,
        },
        Refusal::OutOfRange {
            value: value(),
            least: dec("1"),
            most: dec("2"),
        },
        Refusal::UnknownCriterion {
            value: "colour".to_owned(),
        },
        Refusal::MinGap { min_gap_ms: 1_000 },
        Refusal::AlreadySealed,
        Refusal::SealedRefused { refused: 301 },
        Refusal::NothingHeld,
        Refusal::SumDiffers {
            value: value(),
            sum: dec("99.00"),
        },
        Refusal::BadMessage {
            detail: "no JSON".to_owned(),
        },
        Refusal::NotLoggedIn,
        Refusal::TooFast { per_s: 20 },
        Refusal::TooManyAttempts { most: 10_000 },
        Refusal::CommandIdReused,
        Refusal::Unavailable,
        Refusal::NotAllowed,
        Refusal::NotNow,
        Refusal::NotFound,
        Refusal::BadRequest {
            detail: words("wrong"),
        },
        Refusal::UnknownQuestion { question: 1 },
        Refusal::AlreadyAnswered { question: 1 },
    ]
}

/// The stable codes, by name. Never change a line; add one.
const CODES: &[(&str, u16)] = &[
    ("not-open", 101),
    ("paused", 102),
    ("interrupted", 103),
    ("closed", 104),
    ("arrived-too-late", 105),
    ("not-your-turn", 106),
    ("otherwise-in-this-phase", 107),
    ("level-passed", 108),
    ("not-admitted", 201),
    ("excluded", 202),
    ("terms-not-accepted", 203),
    ("too-many-questions", 204),
    ("not-in-this-phase", 205),
    ("not-an-improvement", 301),
    ("below-minimum-step", 302),
    ("off-the-tick", 303),
    ("equal-to-own", 304),
    ("needs-confirmation", 305),
    ("above-hard-limit", 306),
    ("malformed-amount", 307),
    ("too-many-decimals", 308),
    ("out-of-range", 311),
    ("unknown-criterion", 312),
    ("min-gap", 313),
    ("already-sealed", 314),
    ("sealed-refused", 315),
    ("nothing-held", 316),
    ("sum-differs", 317),
    ("bad-message", 401),
    ("not-logged-in", 402),
    ("too-fast", 403),
    ("too-many-attempts", 404),
    ("command-id-reused", 405),
    ("unavailable", 406),
    ("not-allowed", 501),
    ("not-now", 502),
    ("not-found", 503),
    ("bad-request", 504),
    ("unknown-question", 505),
    ("already-answered", 506),
];

#[test]
fn codes_are_unique_and_stable() {
    let codes: Vec<_> = all()
        .iter()
        .map(|refusal| {
            let json = serde_json::to_value(refusal).expect("JSON");
            (
                json["name"].as_str().expect("a name").to_owned(),
                refusal.code(),
            )
        })
        .collect();
    let expected: Vec<_> = CODES
        .iter()
        .map(|(name, code)| ((*name).to_owned(), *code))
        .collect();
    assert_eq!(codes, expected);
    let unique: BTreeSet<_> = codes.iter().map(|(_, code)| code).collect();
    assert_eq!(unique.len(), codes.len());
    let in_source = include_str!("../../src/refusal.rs")
        .lines()
        .filter(|line| line.trim_start().starts_with("Self::") && line.contains("=> "))
        .filter(|line| {
            line.trim_end_matches(',')
                .ends_with(|c: char| c.is_ascii_digit())
        })
        .count();
    assert_eq!(
        in_source,
        CODES.len(),
        "a code that this test does not list"
    );
}

#[test]
fn every_refusal_has_words_in_both_languages_and_survives_json() {
    for refusal in all() {
        let words = refusal.words();
        assert!(!words.pl.is_empty() && !words.en.is_empty(), "{refusal:?}");
        let json = serde_json::to_string(&refusal).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Refusal>(&json).expect("read back"),
            refusal
        );
    }
}

/// The 400s are given by the server around the rules, outside the log; every other code is the
/// outcome of an entry in one of the tests beside this one.
#[test]
fn every_refusal_of_the_rules_occurs_in_a_test() {
    let tests = [
        include_str!("amounts.rs"),
        include_str!("bids.rs"),
        include_str!("close.rs"),
        include_str!("conduct.rs"),
        include_str!("phases.rs"),
        include_str!("questions.rs"),
        include_str!("items.rs"),
    ]
    .concat();
    let variant = |refusal: &Refusal| {
        let text = format!("{refusal:?}");
        let end = text.find([' ', '(']).unwrap_or(text.len());
        text[..end].to_owned()
    };
    for refusal in all().iter().filter(|refusal| refusal.code() / 100 != 4) {
        let by_name = format!("Refusal::{}", variant(refusal));
        let by_code = format!("{})", refusal.code());
        let by_code_first = format!("{},", refusal.code());
        let found = [by_name, by_code, by_code_first]
            .iter()
            .any(|text| tests.contains(text));
        assert!(found, "{refusal:?} occurs in no test");
    }
}
