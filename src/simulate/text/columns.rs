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
    if text.is_empty() {
        return Vec::new();
    }
    let options = Options::new(width.max(indent.len() + LEAST))
        .initial_indent(indent)
        .subsequent_indent(indent)
        .break_words(false)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(text, options);
    lines.into_iter().map(|line| line.into_owned()).collect()
}

/// A table whose columns are as wide as what stands in them. Where the lines would be too long, the
/// cells of a row stand under one another, each with its head.
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
        let head = heads.get(column).map(String::as_str);
        cells.chain(head).map(display_width).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(widest).collect();
    // The last column is not padded: only a table of many columns is too wide.
    let between = 2 * columns.saturating_sub(1);
    let total = indent.len() + widths.iter().sum::<usize>() + between;
    if total > width && !heads.is_empty() {
        return stacked(heads, rows, indent);
    }
    let mut lines = Vec::new();
    if heads.iter().any(|head| !head.is_empty()) {
        let heads = heads
            .iter()
            .map(|head| Cell::right(head.clone()))
            .collect::<Vec<_>>();
        lines.push(line(&heads, &widths, indent));
    }
    lines.extend(rows.iter().map(|row| line(row, &widths, indent)));
    lines
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
