//! A file of rows and columns as spreadsheets write it: its encoding, its separator, its cells with
//! the lines on which they stand.

use crate::error::Problem;
use crate::limits::{IMPORT_BYTES_MAX, IMPORT_COLUMNS_MAX, IMPORT_ROWS_MAX};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1250};
use serde::Serialize;
use std::borrow::Cow;

/// What separates columns, in the order of preference where a header has as many of each.
const SEPARATORS: [u8; 3] = [b';', b'\t', b','];

/// A file that was read.
#[derive(Debug)]
pub(super) struct Table {
    /// How it was written.
    pub(super) format: Format,
    /// The names of the columns, as they stand in the file.
    pub(super) header: Vec<String>,
    /// The rows that hold anything.
    pub(super) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    cells: StringRecord,
}

impl Row {
    /// The cell in a column, without spaces around it; empty where the row is shorter.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }

    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }
}

/// How a file was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Format {
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1250`.
    pub encoding: &'static str,
    /// `;`, `,` or a tab.
    pub separator: char,
}

/// Reads a file.
///
/// # Errors
/// A fault of `file`: too long, too many rows or columns, unreadable, or empty.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Problem> {
    if bytes.len() > IMPORT_BYTES_MAX {
        return Err(Problem::TooLarge);
    }
    let (text, encoding) = decoded(bytes)?;
    let separator = separator(&text);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut header = None;
    let mut rows = Vec::new();
    let mut lines = Lines::of(&text);
    for record in reader.records() {
        let cells = record.map_err(|_| unreadable())?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if header.is_none() {
            header = Some(cells);
            continue;
        }
        let from = cells.position().map_or(0, csv::Position::byte);
        let line = lines.line_at(usize::try_from(from).unwrap_or_default());
        rows.push(Row { line, cells });
        if rows.len() > IMPORT_ROWS_MAX {
            return Err(of_file(
                &format!("Plik ma więcej niż {IMPORT_ROWS_MAX} wierszy. Podziel go."),
                &format!("The file has more than {IMPORT_ROWS_MAX} rows. Divide it."),
            ));
        }
    }
    let header: Vec<String> = header
        .iter()
        .flatten()
        .map(|cell| cell.trim().to_owned())
        .collect();
    if header.len() > IMPORT_COLUMNS_MAX {
        return Err(of_file(
            &format!("Plik ma więcej niż {IMPORT_COLUMNS_MAX} kolumn."),
            &format!("The file has more than {IMPORT_COLUMNS_MAX} columns."),
        ));
    }
    if rows.is_empty() {
        return Err(of_file(
            "Plik nie ma wierszy z wykonawcami.",
            "The file has no rows of bidders.",
        ));
    }
    Ok(Table {
        format: Format {
            encoding,
            separator: char::from(separator),
        },
        header,
        rows,
    })
}

/// Counts lines as a text is gone through. The reader's own count is that of the end of the row
/// before, which is another line after `\r\n` or an empty line.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// The line, from 1, on which the first character after `from` stands that ends no line.
    fn line_at(&mut self, from: usize) -> u64 {
        let rest = self.text.get(from..).unwrap_or_default();
        let start = self.text.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.counted = start;
        self.line
    }
}

/// The text of a file: by its byte order mark, else UTF-8 where it is that, else what Polish
/// spreadsheets write without asking.
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), Problem> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => return checked(Cow::Borrowed(text), encoding_rs::UTF_8.name()),
            Err(_) => WINDOWS_1250,
        },
    };
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        return Err(unreadable());
    }
    checked(text, encoding.name())
}

/// A spreadsheet's own file is no text: it holds zeros.
fn checked<'a>(
    text: Cow<'a, str>,
    encoding: &'static str,
) -> Result<(Cow<'a, str>, &'static str), Problem> {
    if text.contains('\0') {
        return Err(unreadable());
    }
    Ok((text, encoding))
}

/// What stands most often outside quotes in the first line that holds anything.
fn separator(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let outside: String = header.split('"').step_by(2).collect();
    let count = |separator: u8| outside.bytes().filter(|b| *b == separator).count();
    let mut best = SEPARATORS[0];
    for separator in SEPARATORS {
        if count(separator) > count(best) {
            best = separator;
        }
    }
    best
}

fn unreadable() -> Problem {
    of_file(
        "Pliku nie da się odczytać. Zapisz arkusz jako CSV (UTF-8).",
        "The file cannot be read. Save the sheet as CSV (UTF-8).",
    )
}

fn of_file(pl: &str, en: &str) -> Problem {
    Problem::field("file", pl, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_gives_the_same_cells() {
        let text = |separator: &str| {
            format!(
                "Nazwa{separator}Siedziba\r\n\"Żółć; \"\"Łąka\"\", sp.\tz o.o.\"{separator}Łódź\r\n"
            )
        };
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(text("\t").encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, encoding, separator) in [
            (text(";").into_bytes(), "UTF-8", ';'),
            (format!("\u{feff}{}", text(",")).into_bytes(), "UTF-8", ','),
            (utf16, "UTF-16LE", '\t'),
            (
                WINDOWS_1250.encode(&text(";")).0.into_owned(),
                "windows-1250",
                ';',
            ),
        ] {
            let table = read(&bytes).unwrap();
            assert_eq!(
                table.format,
                Format {
                    encoding,
                    separator
                }
            );
            assert_eq!(table.header, ["Nazwa", "Siedziba"]);
            assert_eq!(table.rows[0].cell(0), "Żółć; \"Łąka\", sp.\tz o.o.");
            assert_eq!((table.rows[0].line, table.rows[0].cell(1)), (2, "Łódź"));
            assert_eq!(table.rows[0].cell(7), "");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let table = read(b"\n\nname;seat\n\"a\nb\";c\n;\n\nd;e").unwrap();
        let lines: Vec<_> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [4, 8]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let long = format!("name\n{}", "a\n".repeat(IMPORT_ROWS_MAX + 1));
        for bytes in [
            b"".as_slice(),
            b"name;seat\n",
            b"PK\x03\x04\0\0",
            long.as_bytes(),
        ] {
            assert!(matches!(read(bytes), Err(Problem::Faults(_))));
        }
        let huge = vec![b'a'; IMPORT_BYTES_MAX + 1];
        assert!(matches!(read(&huge), Err(Problem::TooLarge)));
    }
}
