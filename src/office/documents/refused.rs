//! Why a document is not taken or not shown, in words.

use super::kind;
use crate::error::Problem;
use crate::limits::{
    ARCHIVE_FILES_MAX, ARCHIVE_UNPACKED_MAX, DOCUMENT_BYTES_MAX, UNSENT_BYTES_MAX,
    UNSENT_DOCUMENTS_MAX,
};
use crate::store::documents::Kind;
use auction_rules::Words;

/// Why a document is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Nothing is left of its name.
    NoName,
    /// It has no bytes.
    Empty,
    /// It is longer than a document may be.
    TooLong,
    /// It is a page or a script of a web browser.
    WebPage,
    /// It is nothing that the office takes.
    UnknownKind,
    /// The name says another kind than the content is.
    OtherKind {
        /// The name.
        name: String,
        /// What it is.
        kind: Kind,
    },
    /// It carries macros: programs that run when it is opened.
    Macros,
    /// It is an archive that cannot be read to its end.
    BrokenArchive,
    /// It is an archive that nobody can look into without a password.
    LockedArchive,
    /// It is an archive that would fill a computer when it is unpacked.
    Bomb,
    /// Its sender has too many that were never sent.
    NoRoom,
}

impl Refused {
    /// The sentence: what is wrong, and what to do.
    #[must_use]
    pub fn words(&self) -> Words {
        let (pl, en) = match self {
            Self::OtherKind { name, kind } => return other_kind(name, *kind),
            Self::Bomb => return bomb(),
            Self::UnknownKind => return unknown_kind(),
            Self::TooLong => return too_long(),
            Self::NoRoom => return no_room(),
            Self::NoName => (
                "Plik nie ma nazwy. Nadaj mu nazwę i dodaj go ponownie.",
                "The file has no name. Give it one and add it again.",
            ),
            Self::Empty => (
                "Plik jest pusty. Sprawdź, czy się zapisał, i dodaj go ponownie.",
                "The file is empty. Check that it was saved, and add it again.",
            ),
            Self::WebPage => (
                "To strona internetowa (HTML), a takich nie przyjmujemy. Zapisz ją jako PDF.",
                "This is a web page (HTML), which is not taken. Save it as a PDF.",
            ),
            Self::Macros => (
                "W pliku są makra, a takich nie przyjmujemy. Zapisz go bez makr albo jako PDF.",
                "The file holds macros, which are not taken. Save it without them, or as a PDF.",
            ),
            Self::BrokenArchive => (
                "Pliku nie da się odczytać do końca: jest uszkodzony. Zapisz go ponownie.",
                "The file cannot be read to its end: it is damaged. Save it again.",
            ),
            Self::LockedArchive => (
                "Archiwum jest zabezpieczone hasłem. Spakuj pliki bez hasła: łącze jest szyfrowane.",
                "The archive has a password. Pack the files without one: the connection is encrypted.",
            ),
        };
        Words::new(pl, en)
    }
}

fn other_kind(name: &str, kind: Kind) -> Words {
    let label = kind::label(kind);
    let ending = kind::endings(kind).first().copied().unwrap_or_default();
    Words::new(
        format!(
            "Plik nazywa się „{name}”, ale w środku jest {}. Zmień końcówkę nazwy na .{ending} albo \
             zapisz plik ponownie.",
            label.pl
        ),
        format!(
            "The file is called “{name}” but it holds {}. Change the ending of its name to .{ending}, \
             or save the file again.",
            label.en
        ),
    )
}

fn too_long() -> Words {
    let mib = DOCUMENT_BYTES_MAX >> 20;
    Words::new(
        format!("Plik jest za duży: najwyżej {mib} MB. Zmniejsz go albo podziel na części."),
        format!("The file is too large: at most {mib} MB. Make it smaller, or split it."),
    )
}

fn bomb() -> Words {
    let mib = ARCHIVE_UNPACKED_MAX >> 20;
    Words::new(
        format!(
            "Archiwum po rozpakowaniu byłoby za duże (najwyżej {mib} MB i {ARCHIVE_FILES_MAX} plików). \
             Dodaj pliki osobno."
        ),
        format!(
            "Unpacked, the archive would be too large (at most {mib} MB and {ARCHIVE_FILES_MAX} files). \
             Add the files one by one."
        ),
    )
}

fn no_room() -> Words {
    let mib = UNSENT_BYTES_MAX >> 20;
    Words::new(
        format!(
            "Masz już {UNSENT_DOCUMENTS_MAX} niewysłanych plików albo {mib} MB. Wyślij zaczęte pisma albo \
             usuń z nich pliki."
        ),
        format!(
            "You have {UNSENT_DOCUMENTS_MAX} files that were not sent, or {mib} MB. Send the letters \
             that you began, or remove files from them."
        ),
    )
}

fn unknown_kind() -> Words {
    let endings = kind::all_endings();
    Words::new(
        format!("Takiego pliku nie przyjmujemy. Zapisz go jako PDF. Przyjmujemy: {endings}."),
        format!("Files of this kind are not taken. Save it as a PDF. We take: {endings}."),
    )
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let words = refused.words();
        Self::field("file", words.pl, words.en)
    }
}

/// For everybody who asks for a document in which the scanner found something.
pub(super) fn infected() -> Problem {
    Problem::NotNow(Words::new(
        "Program antywirusowy znalazł w tym pliku zagrożenie. Plik jest zablokowany na stałe, pismo \
         pozostaje złożone.",
        "The virus scanner found a threat in this file. The file is locked for good; the letter stands \
         as it was submitted.",
    ))
}

/// For clerks who ask for a document before the scanner has seen it.
pub(super) fn not_scanned() -> Problem {
    Problem::NotNow(Words::new(
        "Ten plik czeka na program antywirusowy. Otworzysz go, gdy zostanie sprawdzony.",
        "This file waits for the virus scanner. You can open it once it was scanned.",
    ))
}
