//! The official receipt for a letter on paper: what its XML says, for people. The sealed XML counts; the
//! paper is made from the same row whenever it is asked for.

use super::words::{group, second};
use super::{Block, Column, Document, Lang, Office, PdfError, Table};
use crate::office::letters::Filed;
use crate::store::letters::Enclosure;

/// The receipt as PDF. `address` is the page on which everybody who has the code can check it, empty
/// where the office has not set its address.
///
/// # Errors
/// When it cannot be written, which would be a fault of ours.
pub fn receipt_pdf(filed: &Filed, office: Office, address: &str) -> Result<Vec<u8>, PdfError> {
    let letter = &filed.letter;
    let mut blocks = told(filed, &office.name, address, Lang::Pl);
    blocks.push(Block::Part(Lang::En, english(filed, &office.name, address)));
    let document = Document {
        title: "Urzędowe poświadczenie przedłożenia".to_owned(),
        lang: Lang::Pl,
        office,
        made_at: letter.received_at,
        footer: format!("UPP {}", letter.number),
        blocks,
    };
    document.pdf()
}

fn english(filed: &Filed, office: &str, address: &str) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(
        "Official receipt for a letter (in English)".to_owned(),
    )];
    blocks.extend(told(filed, office, address, Lang::En));
    blocks
}

fn told(filed: &Filed, office: &str, address: &str, lang: Lang) -> Vec<Block> {
    let letter = &filed.letter;
    let pair = |pl: &str, en: &str, value: String| (lang.either(pl, en).to_owned(), value);
    let mut blocks = vec![
        Block::Codes(vec![
            pair("Numer pisma", "Number", letter.number.to_string()),
            pair("Kod kontrolny", "Check code", letter.check_code.clone()),
        ]),
        Block::Summary(vec![
            pair("Adresat", "To", office.to_owned()),
            pair("Nadawca", "From", letter.sender.clone()),
            pair("Sprawa", "Matter", lang.of(&letter.title).to_owned()),
            pair("Data doręczenia", "Received", second(letter.received_at)),
            pair(
                "Data wytworzenia",
                "Receipt made",
                second(letter.received_at),
            ),
            pair("Znacznik czasu", "Time stamp", stamp(filed, lang)),
        ]),
        Block::Heading(lang.either("Skróty SHA-256", "SHA-256 digests").to_owned()),
        digests(filed, lang),
    ];
    blocks.push(Block::Heading(
        lang.either("Jak to sprawdzić", "How to check it")
            .to_owned(),
    ));
    blocks.push(Block::Paragraph(how(address, lang)));
    blocks
}

fn stamp(filed: &Filed, lang: Lang) -> String {
    let stamped = filed.stamp.as_ref().and_then(|stamp| stamp.stamped_at);
    match stamped {
        Some(at) => second(at),
        None => lang
            .either("jeszcze nie nadany", "not there yet")
            .to_owned(),
    }
}

fn digests(filed: &Filed, lang: Lang) -> Block {
    let letter = &filed.letter;
    let content = lang.either("Treść pisma", "The letter itself").to_owned();
    let mut rows = vec![vec![content, group(&letter.content_sha256.to_string())]];
    let enclosed = |enclosure: &Enclosure| {
        let document = &enclosure.document;
        vec![document.name.clone(), group(&document.sha256)]
    };
    rows.extend(filed.enclosures.iter().map(enclosed));
    Block::Table(Table {
        columns: vec![
            Column::text(lang.either("Co", "What"), 2.0),
            Column::text("SHA-256", 5.0),
        ],
        rows,
    })
}

fn how(address: &str, lang: Lang) -> String {
    let place = match address {
        "" => lang.either(
            "na stronie urzędu, w części „Sprawdź pismo”".to_owned(),
            "on the office's site, under “Check a letter”".to_owned(),
        ),
        address => lang.either(format!("na stronie {address}"), format!("at {address}")),
    };
    lang.either(
        format!(
            "Każdy, kto ma numer i kod kontrolny, sprawdzi pismo {place}. Poświadczeniem w rozumieniu \
             przepisów jest plik XML z pieczęcią urzędu; pobierzesz go razem ze znacznikiem czasu ze \
             strony pisma. Ten wydruk mówi to samo."
        ),
        format!(
            "Whoever has the number and the check code can check the letter {place}. The receipt \
             in the sense of the law is the XML file with the office's seal; it can be saved with its \
             time stamp from the page of the letter. This paper says the same."
        ),
    )
}

/// The name under which the receipt of a number is saved.
#[must_use]
pub fn file_name(number: &str, ending: &str) -> String {
    format!("UPP-{number}.{ending}")
}
