//! The letter that brings a bidder its log-in and one-time password. It is made in the answer to
//! the order that issues them: the password is kept nowhere, so no second copy can be printed.

use super::words::{day, group, hour};
use super::{Block, Column, Document, Lang, Office, PdfError, Table};
use crate::identity::accounts::Issued;
use auction_rules::identity::Identity;
use auction_rules::{Timestamp, Words};

/// All that stands in the letter.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Who writes.
    pub office: Office,
    /// Number of the tender.
    pub tender: String,
    /// What the tender is about.
    pub title: Words,
    /// To whom.
    pub bidder: Identity,
    /// The lots that go to auction.
    pub lots: Vec<LetterLot>,
    /// Log-in and one-time password.
    pub issued: Issued,
    /// The address at which the server is reached; empty where the office has not set it.
    pub address: String,
    /// Until when the one-time password holds; none where it need not be changed.
    pub expires_at: Option<Timestamp>,
    /// SHA-256 of the admin key, in hexadecimal digits.
    pub fingerprint: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// A lot as the letter names it.
#[derive(Debug, Clone)]
pub struct LetterLot {
    /// Its number.
    pub number: String,
    /// What is bought.
    pub title: Words,
    /// When its auction opens, where that is set.
    pub opens_at: Option<Timestamp>,
}

/// The letter as PDF.
///
/// # Errors
/// When it cannot be written, which would be a fault of ours.
pub fn credentials_letter(letter: &Letter) -> Result<Vec<u8>, PdfError> {
    let mut blocks = addressed(letter, Lang::Pl);
    blocks.extend(polish(letter));
    blocks.push(Block::Part(Lang::En, english(letter)));
    let document = Document {
        title: "Dane do logowania na aukcję elektroniczną".to_owned(),
        lang: Lang::Pl,
        office: letter.office.clone(),
        made_at: letter.made_at,
        footer: format!("Postępowanie {}", letter.tender),
        blocks,
    };
    document.pdf()
}

fn addressed(letter: &Letter, lang: Lang) -> Vec<Block> {
    let bidder = &letter.bidder;
    let mut rows = vec![
        (
            "Wykonawca".to_owned(),
            format!("{}, {}", bidder.name, bidder.seat),
        ),
        (
            "Postępowanie".to_owned(),
            format!("{} – {}", letter.tender, lang.of(&letter.title)),
        ),
        ("Data pisma".to_owned(), day(letter.made_at, lang)),
    ];
    if !bidder.tax_id.is_empty() {
        rows.insert(1, ("NIP".to_owned(), bidder.tax_id.clone()));
    }
    vec![Block::Summary(rows)]
}

fn polish(letter: &Letter) -> Vec<Block> {
    let address = address(letter, "podaną w ogłoszeniu");
    vec![
        Block::Codes(vec![
            ("Login".to_owned(), letter.issued.login.clone()),
            ("Hasło jednorazowe".to_owned(), letter.issued.password.clone()),
        ]),
        Block::Note(
            "W loginie i haśle są tylko małe litery i cyfry 2–8. Nie ma w nich liter i, l, o, u, v \
             ani cyfr 0, 1, 9. Kreski przepisz tak, jak stoją."
                .to_owned(),
        ),
        Block::Heading("Co zrobić".to_owned()),
        Block::Steps(vec![
            format!("Otwórz stronę {address}"),
            "Zaloguj się loginem i hasłem jednorazowym z tego pisma.".to_owned(),
            "Ustaw własne hasło, co najmniej 12 znaków. Od tej chwili hasło z pisma nie działa.".to_owned(),
            "Sprawdź, czy widzisz swoje części postępowania i godziny otwarcia.".to_owned(),
            "Przed otwarciem aukcji wejdź na jej stronę i poczekaj, aż pojawi się „połączono”.".to_owned(),
        ]),
        Block::Heading("Części i godziny otwarcia".to_owned()),
        lots(letter, Lang::Pl),
        Block::Note(
            "Godziny są czasem warszawskim. Zmianę terminu ogłosimy osobno; zawsze obowiązuje \
             godzina widoczna po zalogowaniu."
                .to_owned(),
        ),
        Block::Heading("Jak długo to działa".to_owned()),
        Block::Paragraph(holds_until(letter, Lang::Pl)),
        Block::Paragraph(
            "Hasło jednorazowe przestaje działać także wtedy, gdy ustawisz własne albo gdy wydamy \
             następne pismo: nowe dane unieważniają te. Nikt z urzędu nie zna twojego hasła i \
             nigdy o nie nie zapyta. Jeśli ktoś inny mógł przeczytać to pismo, poproś o nowe dane."
                .to_owned(),
        ),
        Block::Heading("Odcisk klucza urzędu".to_owned()),
        Block::Paragraph(
            "Tym kluczem urząd poświadcza przebieg aukcji. Zachowaj odcisk: po aukcji sprawdzisz \
             nim opublikowany dziennik i swoje potwierdzenia."
                .to_owned(),
        ),
        Block::Paragraph(group(&letter.fingerprint)),
    ]
}

fn english(letter: &Letter) -> Vec<Block> {
    let address = address(letter, "the address in the notice");
    vec![
        Block::Heading("In English".to_owned()),
        Block::Paragraph(format!(
            "These are your log-in and one-time password for the electronic auction of tender {}. \
             Open {address}, log in, and set a password of your own (at least 12 characters); the \
             one-time password then no longer works. {} Hours are Warsaw time. The last lines of the \
             Polish part are the fingerprint of the office's key: keep it to verify the published \
             log and your receipts.",
            letter.tender,
            holds_until(letter, Lang::En)
        )),
        lots(letter, Lang::En),
    ]
}

/// Until when the one-time password holds, and what to do after.
fn holds_until(letter: &Letter, lang: Lang) -> String {
    match letter.expires_at.map(|at| hour(at, lang)) {
        Some(at) => lang.either(
            format!(
                "Hasło jednorazowe jest ważne do: {at}. Zaloguj się przed tym terminem; po nim \
                 poproś prowadzącego postępowanie o nowe."
            ),
            format!(
                "The one-time password holds until {at}; after that, ask the officer of the \
                 tender for a new one."
            ),
        ),
        None => lang
            .either(
                "Hasło z tego pisma nie ma terminu ważności.",
                "The password of this letter does not expire.",
            )
            .to_owned(),
    }
}

fn address(letter: &Letter, otherwise: &str) -> String {
    match letter.address.as_str() {
        "" => otherwise.to_owned(),
        address => address.to_owned(),
    }
}

fn lots(letter: &Letter, lang: Lang) -> Block {
    if letter.lots.is_empty() {
        return Block::Paragraph(
            lang.either(
                "Postępowanie nie ma jeszcze części.",
                "The tender has no lots yet.",
            )
            .to_owned(),
        );
    }
    let opens = |lot: &LetterLot| match lot.opens_at {
        Some(at) => hour(at, lang),
        None => lang
            .either("jeszcze nie ustalono", "not set yet")
            .to_owned(),
    };
    let row = |lot: &LetterLot| {
        vec![
            lot.number.clone(),
            lang.of(&lot.title).to_owned(),
            opens(lot),
        ]
    };
    Block::Table(Table {
        columns: vec![
            Column::text(lang.either("Część", "Lot"), 1.0),
            Column::text(lang.either("Przedmiot", "Subject"), 4.0),
            Column::text(lang.either("Otwarcie aukcji", "Opening"), 2.2),
        ],
        rows: letter.lots.iter().map(row).collect(),
    })
}
