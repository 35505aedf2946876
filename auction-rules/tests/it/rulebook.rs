//! The rulebook names tests that exist, and each check of terms with an example that fails it.

use crate::items::items;
use crate::kit::*;
use crate::regime::{lawful, under_the_act};
use auction_rules::terms::Draft;
use auction_rules::{Terms, TermsFault, Words};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const RULEBOOK: &str = include_str!("../../../docs/rulebook.md");

const CHECKS: [&str; 8] = [
    include_str!("../../src/regime.rs"),
    include_str!("../../src/regime/pzp.rs"),
    include_str!("../../src/regime/pzp/evaluation.rs"),
    include_str!("../../src/regime/pzp/phases.rs"),
    include_str!("../../src/terms/check.rs"),
    include_str!("../../src/terms/check/evaluation.rs"),
    include_str!("../../src/terms/check/items.rs"),
    include_str!("../../src/terms/check/phases.rs"),
];

#[test]
fn every_test_that_the_rulebook_names_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let named: Vec<_> = RULEBOOK
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split_once("::"))
        .filter(|(file, _)| *file != "file")
        .collect();
    assert!(named.len() > 60, "{}", named.len());
    for (file, test) in named {
        let source =
            fs::read_to_string(folder.join(format!("{file}.rs"))).expect("a file of tests");
        assert!(source.contains(&format!("fn {test}(")), "{file}::{test}");
    }
}

/// One row of a table: base, change, path and sentence.
fn rows() -> Vec<[&'static str; 4]> {
    let (_, checks) = RULEBOOK
        .split_once("## Checks of terms")
        .expect("the section");
    let (checks, _) = checks.split_once("\n## ").expect("a section after it");
    let rows = checks.lines().filter(|line| line.contains("`{"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let cells: [&str; 4] = cells.try_into().expect("four cells");
        cells.map(|cell| cell.trim_matches('`'))
    })
    .collect()
}

fn put(json: &mut Json, pointer: &str, value: Json) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match json.pointer_mut(parent).expect("there") {
        Json::Array(list) => list[name.parse::<usize>().expect("a number")] = value,
        Json::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        other => panic!("{pointer} leads into {other}"),
    }
}

/// The faults of an example: the base with the change made.
fn faults(base: &str, change: &str) -> Vec<TermsFault> {
    let draft = match base {
        "lowest" => lowest(),
        "points" => points(),
        "discount" => discount(),
        "energy" => energy(),
        "items" => items(),
        "pzp" => lawful(),
        "pzp discount" => under_the_act(discount()),
        other => panic!("{other}"),
    };
    let mut json = serde_json::to_value(draft).expect("JSON");
    let changes: serde_json::Map<String, Json> = serde_json::from_str(change).expect("JSON");
    for (pointer, value) in changes {
        put(&mut json, &pointer, value);
    }
    let draft: Draft = serde_json::from_value(json).expect(change);
    Terms::new(draft).expect_err(change)
}

#[test]
fn every_example_of_a_check_fails_it() {
    for [base, change, path, said] in rows() {
        let faults = faults(base, change);
        let made = faults
            .iter()
            .any(|fault| fault.path == path && fault.text.en == said);
        assert!(made, "{change}: {faults:?}");
    }
}

/// Nothing else is wrong with it; only a clock, which starts without written offers, is so twice.
#[test]
fn every_example_of_the_act_fails_one_check_and_names_its_article() {
    let rows = rows();
    let of_the_act = rows.iter().filter(|[base, ..]| base.starts_with("pzp"));
    let mut count = 0;
    for [base, change, path, _] in of_the_act {
        count += 1;
        let faults = faults(base, change);
        let paths: BTreeSet<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        let mut expected = BTreeSet::from([*path]);
        if change.contains("/opening") {
            expected.insert("opening");
        }
        assert_eq!((paths, faults.len()), (expected.clone(), expected.len()));
        for Words { pl, en } in faults.iter().map(|fault| &fault.text) {
            let (_, article) = en.split_once("PZP art. ").expect(en);
            let number: String = article.chars().take_while(char::is_ascii_digit).collect();
            assert!(pl.contains(&format!("art. {number}")), "{pl}");
            assert!(pl.contains("ustawy Pzp"), "{pl}");
        }
    }
    assert!(count > 20, "{count}");
}

/// Sentences stand in pairs in the source, the English one second.
fn sentences() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for source in CHECKS {
        let lines = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n");
        let literals = code.split('"').skip(1).step_by(2);
        let literals: Vec<_> = literals.filter(|literal| literal.ends_with('.')).collect();
        assert_eq!(literals.len() % 2, 0);
        all.extend(
            literals
                .iter()
                .skip(1)
                .step_by(2)
                .map(|one| (*one).to_owned()),
        );
    }
    all
}

#[test]
fn every_check_of_terms_stands_in_the_rulebook() {
    let said: Vec<_> = rows().into_iter().map(|row| row[3]).collect();
    let sentences = sentences();
    assert!(sentences.len() > 50, "{}", sentences.len());
    for sentence in sentences {
        // Numbers take the place of what stands in braces.
        let (before, after) = match (sentence.split_once('{'), sentence.rsplit_once('}')) {
            (Some((before, _)), Some((_, after))) => (before, after),
            _ => (sentence.as_str(), ""),
        };
        let there = said
            .iter()
            .any(|said| said.starts_with(before) && said.ends_with(after));
        assert!(there, "{sentence}");
    }
}
