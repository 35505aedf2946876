//! Amounts as bidders type them, as far as the whole way to an accepted bid.

use crate::kit::{Room, code, dec, lowest};

fn check(text: &str, expected: Result<&str, u16>) {
    let mut room = Room::prices(lowest(), &["200000", "300000"]);
    let told = room.bid(0, 1, text);
    match expected {
        Ok(amount) => {
            assert_eq!(code(&told), 0, "{text:?}: {told:?}");
            assert_eq!(
                room.price_of(0).map(|price| price.to_string()).as_deref(),
                Some(amount)
            );
        }
        Err(refusal) => assert_eq!(code(&told), refusal, "{text:?}: {told:?}"),
    }
}

#[test]
fn typed_amounts_become_canonical() {
    check("118450", Ok("118450.00"));
    check("118 450,5", Ok("118450.50"));
    check("118\u{a0}450,50", Ok("118450.50"));
    check("118\u{202f}450.5000", Ok("118450.50"));
    check("  99,00 ", Ok("99.00"));
}

#[test]
fn what_is_no_amount_is_refused() {
    for text in [
        "",
        "-1",
        "+5",
        "1e5",
        "NaN",
        "inf",
        "true",
        "\"50\"",
        "1.2.3",
        "1,000,000",
        "٣",
    ] {
        check(text, Err(307));
    }
    check(&"1".repeat(41), Err(307));
    check("100.001", Err(308));
    check("0.00", Err(311));
    check("1000000.01", Err(311));
    check("1000000", Err(301));
}

#[test]
fn values_are_neither_missing_nor_unknown() {
    let mut room = Room::prices(lowest(), &["200", "300"]);
    let long = "x".repeat(100);
    let mut offer = |pairs: &[(&str, &str)]| code(&room.place(0, 1, crate::kit::typed(pairs)));
    assert_eq!(offer(&[]), 312);
    assert_eq!(offer(&[("price", "100"), ("colour", "1")]), 312);
    assert_eq!(offer(&[(long.as_str(), "1")]), 312);
    assert_eq!(offer(&[("price", "100")]), 0);
    assert_eq!(room.price_of(0), Some(dec("100.00")));
}
