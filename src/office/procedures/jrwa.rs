//! The JRWA (jednolity rzeczowy wykaz akt): classes in which cases are kept, with their archival
//! category. `data/jrwa.csv` holds those that procedures name, each with its source; until a class
//! was read in the regulation's annex, its source is [`UNVERIFIED`]. An office brings a list of its own.

use super::UNVERIFIED;
use crate::limits::{JRWA_FAULTS_MAX, JRWA_ROWS_MAX};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its digits.
    pub class: String,
    /// What it holds.
    pub title: String,
    /// The archival category, as in A, B5 or BE10.
    pub retention: String,
    /// Where it was read.
    pub source: String,
}

impl Class {
    /// Whether class and category were read in their source. Cases of another class can only be
    /// shown.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.source != UNVERIFIED && self.retention != UNVERIFIED
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} – {}", self.class, self.title)
    }
}

/// What is wrong in a line of an office's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub sentence: String,
}

/// All that is wrong with an office's list, as far as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFaults(pub Vec<LineFault>);

impl fmt::Display for ListFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter();
        let lines = lines.map(|fault| format!("line {}: {}", fault.line, fault.sentence));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for ListFaults {}

/// An office's list.
pub(super) struct OfficeList {
    /// The classes, in the order of the file.
    pub(super) classes: Vec<Class>,
    /// The class in which the cases of a procedure are kept, by the procedure's id.
    pub(super) of_procedures: BTreeMap<String, String>,
}

/// A line of an office's list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    class: String,
    title: String,
    retention: String,
    source: String,
    #[serde(default)]
    procedures: String,
}

/// The classes of a file with the columns class, title, retention, source.
pub(super) fn read(text: &str) -> Result<Vec<Class>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect()
}

/// Reads an office's list: the same columns and, perhaps, the procedures whose cases are kept in the
/// class. `is_procedure` tells whether there is one of this id.
///
/// # Errors
/// All that is wrong, by lines.
pub(super) fn of_office(
    text: &[u8],
    is_procedure: impl Fn(&str) -> bool,
) -> Result<OfficeList, ListFaults> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let head = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if head.contains(&b';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text);
    let mut list = Reading {
        is_procedure,
        lines: BTreeMap::new(),
        list: OfficeList {
            classes: Vec::new(),
            of_procedures: BTreeMap::new(),
        },
        faults: Vec::new(),
    };
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return Err(ListFaults(vec![unreadable(&error)])),
    };
    for record in reader.records() {
        let read = record.and_then(|record| {
            let line = record.position().map_or(0, csv::Position::line);
            Ok((line, record.deserialize(Some(&headers))?))
        });
        match read {
            Ok((line, row)) => list.take(line, row),
            Err(error) => list.faults.push(unreadable(&error)),
        }
        if list.faults.len() >= JRWA_FAULTS_MAX || list.list.classes.len() > JRWA_ROWS_MAX {
            break;
        }
    }
    list.finish()
}

struct Reading<F> {
    is_procedure: F,
    /// In which line a class stands.
    lines: BTreeMap<String, u64>,
    list: OfficeList,
    faults: Vec<LineFault>,
}

impl<F: Fn(&str) -> bool> Reading<F> {
    fn take(&mut self, line: u64, row: Row) {
        let class = Class {
            class: row.class,
            title: row.title,
            retention: row.retention,
            source: row.source,
        };
        let mut wrong: Vec<String> = unfit(&class).into_iter().map(str::to_owned).collect();
        if let Some(before) = self.lines.insert(class.class.clone(), line) {
            wrong.push(format!("class {} stands in line {before} too", class.class));
        }
        for id in row.procedures.split_whitespace() {
            if !(self.is_procedure)(id) {
                wrong.push(format!("there is no procedure “{id}”"));
                continue;
            }
            let named = self
                .list
                .of_procedures
                .insert(id.to_owned(), class.class.clone());
            if named.is_some() {
                wrong.push(format!("procedure “{id}” stands in another line too"));
            }
        }
        self.list.classes.push(class);
        let faults = wrong
            .into_iter()
            .map(|sentence| LineFault { line, sentence });
        self.faults.extend(faults);
    }

    fn finish(mut self) -> Result<OfficeList, ListFaults> {
        let count = self.list.classes.len();
        if self.faults.is_empty() && !(1..=JRWA_ROWS_MAX).contains(&count) {
            self.faults.push(LineFault {
                line: 1,
                sentence: format!("the file holds 1 to {JRWA_ROWS_MAX} classes"),
            });
        }
        match self.faults.is_empty() {
            true => Ok(self.list),
            false => Err(ListFaults(self.faults)),
        }
    }
}

/// What keeps a class of an office from being one.
fn unfit(class: &Class) -> Vec<&'static str> {
    let is_line = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
    let mut wrong = Vec::new();
    if !is_class(&class.class) {
        wrong.push("class: one to four digits");
    }
    if !is_line(&class.title) {
        wrong.push("title: is empty, or not one line");
    }
    if !is_line(&class.source) {
        wrong.push("source: is empty, or not one line");
    }
    if class.retention != UNVERIFIED && !is_category(&class.retention) {
        wrong.push("retention: A, B or BE with years, Bc, or “do ustalenia”; leave headings out");
    }
    wrong
}

/// As they stand in signs of cases.
fn is_class(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_category(text: &str) -> bool {
    let years = text.strip_prefix("BE").or_else(|| text.strip_prefix('B'));
    let are_years = |years: &str| {
        (1..=2).contains(&years.len()) && years.bytes().all(|byte| byte.is_ascii_digit())
    };
    text == "A" || text == "Bc" || years.is_some_and(are_years)
}

fn unreadable(error: &csv::Error) -> LineFault {
    LineFault {
        line: error.position().map_or(1, csv::Position::line),
        sentence: match error.kind() {
            csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                format!("{len} columns, and not {expected_len} as in the first line")
            }
            csv::ErrorKind::Utf8 { .. } => "is not UTF-8".to_owned(),
            _ => error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OfficeList, String> {
        of_office(text.as_bytes(), |id| id.starts_with("pismo"))
            .map_err(|faults| faults.to_string())
    }

    #[test]
    fn a_list_is_read_with_commas_or_semicolons() {
        let comma = "class,title,retention,source\n6624,Numeracja,B10,Zarządzenie 5/2026\n";
        let list = read(comma).ok().unwrap();
        assert!(list.classes[0].is_verified() && list.of_procedures.is_empty());
        let semicolon = "\u{feff}class;title;retention;source;procedures\r\n\
            0640;Pisma, różne;Bc;Zarządzenie;pismo-ogolne pismo-inne\r\n\
            1510;Skargi;A;do ustalenia;\r\n";
        let list = read(semicolon).ok().unwrap();
        assert_eq!(list.classes[0].title, "Pisma, różne");
        assert_eq!(list.of_procedures["pismo-inne"], "0640");
        assert!(!list.classes[1].is_verified());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let head = "class,title,retention,source,procedures\n";
        for (rows, said) in [
            ("", "line 1: the file holds 1 to"),
            (
                "6624,a,B10,x,\n66245,a,B10,x,",
                "line 3: class: one to four digits",
            ),
            ("a,a,B10,x,", "line 2: class: one to four digits"),
            ("6624,,B10,x,", "line 2: title: is empty"),
            ("6624,a,,x,", "line 2: retention: A, B or BE"),
            ("6624,a,B,x,", "line 2: retention: A, B or BE"),
            ("6624,a,B10,,", "line 2: source: is empty"),
            (
                "6624,a,B10,x,\n6624,b,A,x,",
                "line 3: class 6624 stands in line 2 too",
            ),
            (
                "6624,a,B10,x,dowod",
                "line 2: there is no procedure “dowod”",
            ),
            (
                "1,a,A,x,pismo\n2,b,A,x,pismo",
                "line 3: procedure “pismo” stands in another",
            ),
            ("6624,a,B10", "line 2: 3 columns, and not 5"),
        ] {
            let wrong = read(&format!("{head}{rows}\n")).err().unwrap();
            assert!(wrong.starts_with(said), "{rows}: {wrong}");
        }
        let wrong = read("class,title,retention\n1,a,A\n").err().unwrap();
        assert!(
            wrong.starts_with("line 2: missing field `source`"),
            "{wrong}"
        );
        let wrong = of_office(b"class,title,retention,source\n1,\xb3,A,x\n", |_| true);
        assert_eq!(wrong.err().unwrap().to_string(), "line 2: is not UTF-8");
    }
}
