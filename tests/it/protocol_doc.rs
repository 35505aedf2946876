//! docs/protocol.md against the code that speaks the protocol.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::source::root;
use ebok::auction::outbox::End;
use ebok::auction::protocol::FromClient;
use serde_json::{Deserializer, Value};
use std::collections::BTreeSet;
use std::fs;

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// One part of the document, from its heading to the next.
fn part(heading: &str) -> String {
    let text = text("docs/protocol.md");
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let (part, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    part.to_owned()
}

/// The values of every block of JSON in a text.
fn examples(text: &str) -> Vec<Value> {
    let mut examples = Vec::new();
    for block in text.split("```json\n").skip(1) {
        let (block, _) = block.split_once("\n```").unwrap();
        for value in Deserializer::from_str(block).into_iter::<Value>() {
            examples.push(value.unwrap_or_else(|error| panic!("{error}: {block}")));
        }
    }
    examples
}

/// The cells of every row of every table in a text, without the backquotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter_map(|line| {
        let cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|');
        Some(cells.map(|cell| cell.trim().replace('`', "")).collect())
    });
    rows.collect()
}

/// The rows of a table whose first cell is a number.
fn coded(text: &str) -> Vec<(u16, Vec<String>)> {
    let rows = rows(text).into_iter();
    rows.filter_map(|row| Some((row.first()?.parse().ok()?, row)))
        .collect()
}

pub(crate) fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// The names of an enum's variants, as its source lists them.
pub(crate) fn variants(path: &str, name: &str) -> Vec<String> {
    let code = text(path);
    let (_, body) = code.split_once(&format!("pub enum {name} {{")).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let named = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    named
        .map(|line| line.split([' ', '{', ',', '(']).next().unwrap().to_owned())
        .collect()
}

/// The arms `Self::Name… => number` of a table in the code.
fn arms(source: &str) -> Vec<(u16, String)> {
    let arms = source.lines().filter_map(|line| {
        let (name, code) = line.trim().strip_prefix("Self::")?.split_once("=>")?;
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let code = code.trim().strip_suffix(',')?.parse().ok()?;
        Some((code, name.to_owned()))
    });
    arms.collect()
}

#[test]
fn every_example_is_json() {
    let all = examples(&text("docs/protocol.md"));
    assert!(all.len() > 15, "only {} examples", all.len());
}

#[test]
fn the_server_reads_every_example_of_a_client() {
    let part = part("What a client sends");
    let mut sent = BTreeSet::new();
    for example in examples(&part) {
        // Ids are cut short in examples, hashes as well.
        let whole = example
            .to_string()
            .replace("0199…", "0199")
            .replace("5f…", &"5f".repeat(32));
        let read = serde_json::from_str::<FromClient>(&whole);
        assert!(read.is_ok(), "{whole}: {read:?}");
        sent.insert(example["type"].as_str().unwrap().to_owned());
    }
    let table: BTreeSet<_> = rows(&part)
        .into_iter()
        .map(|mut row| row.remove(0))
        .filter(|name| !["type", "---"].contains(&name.as_str()))
        .collect();
    sent.insert("leave".to_owned());
    assert_eq!(sent, table);
}

#[test]
fn every_refusal_is_listed() {
    let code = text("auction-rules/src/refusal.rs");
    let known: Vec<_> = arms(&code)
        .into_iter()
        .map(|(code, name)| (code, kebab(&name)))
        .collect();
    let listed: Vec<_> = coded(&part("Refusals"))
        .into_iter()
        .map(|(code, row)| (code, row[1].clone()))
        .collect();
    assert!(known.len() > 25);
    assert_eq!(listed, known);
}

#[test]
fn every_problem_of_http_is_listed() {
    let code = text("src/error.rs");
    let mut known: Vec<(u16, String, String)> = Vec::new();
    for line in code.lines() {
        let tuple = line
            .split_once("=> (")
            .and_then(|(_, rest)| rest.strip_suffix("),"));
        let parts: Vec<_> = tuple.unwrap_or_default().split(", ").collect();
        if let [status, code, name] = parts[..]
            && let Ok(code) = code.parse()
        {
            known.push((code, name.replace('"', ""), status.to_owned()));
        }
    }
    let listed: Vec<_> = coded(&part("Problems of HTTP"))
        .into_iter()
        .map(|(code, row)| (code, row[1].clone(), row[2].clone()))
        .collect();
    assert!(known.len() > 15);
    assert_eq!(listed, known);
}

#[test]
fn every_close_code_is_listed() {
    let known: BTreeSet<u16> = arms(&text("src/auction/outbox.rs"))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    let listed: BTreeSet<u16> = coded(&part("The connection"))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert!(known.contains(&End::LoggedOut.code()));
    assert_eq!(listed, known);
}

/// All news that a feed may hold stand in the table.
#[test]
fn all_news_are_listed() {
    let news = variants("auction-rules/src/feed.rs", "News");
    let known: BTreeSet<_> = news.iter().map(|name| kebab(name)).collect();
    let listed: BTreeSet<_> = rows(&part("News"))
        .into_iter()
        .flat_map(|row| row[0].split(", ").map(str::to_owned).collect::<Vec<_>>())
        .filter(|name| !["news", "---"].contains(&name.as_str()))
        .collect();
    assert_eq!(listed, known);
}
