//! Lines and columns of a terminal.

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, WrapAlgorithm};

/// Least columns for text, however much stands before it.
const LEAST: usize = 30;

/// A cell of a table.
pub(super) struct Cell {
    text: String,
    right: bool,
}

impl Cell {
    /// A cell of text.
    pub(super) fn left(text: String) -> Self {
        Self { text, right: false }
    }

    /// A cell of numbers.
    pub(super) fn right(text: String) -> Self {
        Self { text, right: true }
    }
}

/// A text in lines of at most `width` columns, all of them indented; none for an empty text. A word
/// that is longer keeps its length.
pub(super) fn wrapped(text: &str, indent: &str, width: usize) -> Vec<String> {
    let lines = wrapped_to(text, width.saturating_sub(indent.len()).max(LEAST));
    lines.iter().map(|line| format!("{indent}{line}")).collect()
}

/// A table whose columns are as wide as what stands in them; heads are broken between words. Where
/// the lines would be too long, the cells of a row stand under one another, each with its head.
pub(super) fn aligned(
    heads: &[String],
    rows: &[Vec<Cell>],
    indent: &str,
    width: usize,
) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|cell| cell.text.as_str());
        let head = heads.get(column).map(String::as_str).unwrap_or_default();
        let words = head.split(' ');
        cells.chain(words).map(display_width).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(widest).collect();
    let between = 2 * columns.saturating_sub(1);
    let total = indent.len() + widths.iter().sum::<usize>() + between;
    // Without heads only the last column is long, and nothing stands behind it.
    if total > width && !heads.is_empty() {
        return stacked(heads, rows, indent);
    }
    let mut lines = head_lines(heads, &widths, indent);
    lines.extend(rows.iter().map(|row| line(row, &widths, indent)));
    lines
}

/// The heads over their columns, the last line of each right above it.
fn head_lines(heads: &[String], widths: &[usize], indent: &str) -> Vec<String> {
    let broken = |(head, width): (&String, &usize)| wrapped_to(head, *width);
    let heads: Vec<Vec<String>> = heads.iter().zip(widths).map(broken).collect();
    let height = heads.iter().map(Vec::len).max().unwrap_or(0);
    let row = |at: usize| {
        let cell = |head: &Vec<String>| {
            let part = (at + head.len()).checked_sub(height);
            let part = part.and_then(|part| head.get(part)).cloned();
            Cell::right(part.unwrap_or_default())
        };
        heads.iter().map(cell).collect::<Vec<_>>()
    };
    (0..height)
        .map(|at| line(&row(at), widths, indent))
        .collect()
}

fn wrapped_to(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .break_words(false)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation);
    match text {
        "" => Vec::new(),
        text => textwrap::wrap(text, options)
            .into_iter()
            .map(|line| line.into_owned())
            .collect(),
    }
}

fn line(row: &[Cell], widths: &[usize], indent: &str) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| {
        let pad = " ".repeat(width.saturating_sub(display_width(&cell.text)));
        match cell.right {
            true => format!("{pad}{}", cell.text),
            false => format!("{}{pad}", cell.text),
        }
    });
    let cells: Vec<_> = cells.collect();
    format!("{indent}{}", cells.join("  "))
        .trim_end()
        .to_owned()
}

/// Cells without a head go on one line, the others below it.
fn stacked(heads: &[String], rows: &[Vec<Cell>], indent: &str) -> Vec<String> {
    let widest = heads.iter().map(|head| display_width(head)).max();
    let mut lines = Vec::new();
    for row in rows {
        let mut named = Vec::new();
        let mut plain = Vec::new();
        for (cell, head) in row.iter().zip(heads) {
            if head.is_empty() {
                plain.push(cell.text.as_str());
            } else {
                let pad = " ".repeat(widest.unwrap_or(0).saturating_sub(display_width(head)));
                named.push(format!("{indent}    {head}{pad}  {}", cell.text));
            }
        }
        lines.push(format!("{indent}{}", plain.join("  ")));
        lines.extend(named);
    }
    lines
}
