//! Documents on paper: letters and records as tagged PDF that can be kept (PDF/A-2a) and read aloud
//! (PDF/UA-1). Equal documents give equal bytes.
//!
//! A [`Document`] says what stands in it, in reading order; [`Document::pdf`] lays it out on A4 and
//! writes it. [`letter`] makes the one that a bidder gets with its log-in, [`record`] the record of
//! an auction, [`receipt`] what a citizen gets for a letter.

use auction_rules::{Timestamp, Words};

pub mod arms;
mod draw;
mod fonts;
mod layout;
pub mod letter;
mod lines;
pub mod receipt;
pub mod record;
pub mod slip;
pub mod terms;
pub mod words;

/// A language of a document or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// Polish.
    Pl,
    /// English.
    En,
}

impl Lang {
    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
        }
    }

    /// The sentence in this language; Polish where the English one is missing.
    #[must_use]
    pub fn of(self, words: &Words) -> &str {
        match self {
            Self::En if !words.en.is_empty() => &words.en,
            _ => &words.pl,
        }
    }

    /// Either of two texts.
    #[must_use]
    pub fn either<T>(self, pl: T, en: T) -> T {
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }
}

/// Whose document it is: stands at the top of the first page.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// Name, as in "Urząd Miasta Olsztyna".
    pub name: String,
    /// Address in one line.
    pub address: String,
    /// Its arms, where it has set them.
    pub arms: Option<arms::Arms>,
}

/// What stands in a document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The title: its first heading, and what a reader's window shows.
    pub title: String,
    /// The language of all that is in no part of another language.
    pub lang: Lang,
    /// Whose it is.
    pub office: Office,
    /// When it was made.
    pub made_at: Timestamp,
    /// One line at the foot of each page.
    pub footer: String,
    /// The text, in reading order.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading of the second level: the title is the only one of the first.
    Heading(String),
    /// A heading of the third level.
    Subheading(String),
    /// A paragraph.
    Paragraph(String),
    /// A paragraph in small type.
    Note(String),
    /// Steps to do one after another, numbered.
    Steps(Vec<String>),
    /// Labels with their values.
    Summary(Vec<(String, String)>),
    /// Labels with codes that are to be typed: large, each character in a place of its own.
    Codes(Vec<(String, String)>),
    /// A table. Its header stands on each page that it reaches.
    Table(Table),
    /// A part in another language.
    Part(Lang, Vec<Block>),
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The cells, row by row, as many as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its header.
    pub head: String,
    /// How wide it is beside the others.
    pub share: f32,
    /// Amounts stand at the right.
    pub right: bool,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(head: impl Into<String>, share: f32) -> Self {
        let head = head.into();
        Self {
            head,
            share,
            right: false,
        }
    }

    /// A column of amounts.
    #[must_use]
    pub fn amount(head: impl Into<String>, share: f32) -> Self {
        let right = true;
        Self {
            right,
            ..Self::text(head, share)
        }
    }
}

/// Why no PDF came about: a fault of ours, since every text can be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be written: {0}")]
pub struct PdfError(String);

impl Document {
    /// The document as PDF.
    ///
    /// # Errors
    /// When the result would not be PDF/A-2a and PDF/UA-1.
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        draw::pdf(self, &layout::Layout::of(self))
    }
}

#[cfg(test)]
mod tests;
