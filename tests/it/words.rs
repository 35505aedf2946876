//! The words of `web-client/locales`: the same in both languages, all of them used, none missing.

use crate::source::{is_word, root, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The same files, keys and variables in Polish and English.
#[test]
fn words_exist_in_both_languages() {
    let pl = words("pl");
    assert!(!pl.is_empty());
    let en = words("en");
    let missing = |a: &Words, b: &Words| -> Vec<String> {
        a.iter()
            .filter(|(key, variables)| b.get(*key) != Some(variables))
            .map(|w| format!("{w:?}"))
            .collect()
    };
    assert_eq!(
        missing(&pl, &en),
        Vec::<String>::new(),
        "in Polish, not so in English"
    );
    assert_eq!(
        missing(&en, &pl),
        Vec::<String>::new(),
        "in English, not so in Polish"
    );
}

/// `file.ftl: key` or `file.ftl: key.attribute`, with the variables it uses.
type Words = BTreeMap<String, BTreeSet<String>>;

fn words(language: &str) -> Words {
    let mut words = Words::new();
    for source in sources(&format!("web-client/locales/{language}"), &[".ftl"]) {
        let file = source.path.rsplit('/').next().unwrap();
        for (key, variables) in messages(&source.text) {
            let before = words.insert(format!("{file}: {key}"), variables);
            assert!(before.is_none(), "{}: {key} stands twice", source.path);
        }
    }
    words
}

fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    let mut message = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let start = line
            .split_once('=')
            .map_or("", |(start, _)| start.trim_end());
        if is_key(start) {
            message = start;
            found.push((start.to_owned(), BTreeSet::new()));
        } else if start.trim_start().strip_prefix('.').is_some_and(is_key) {
            found.push((format!("{message}{}", start.trim_start()), BTreeSet::new()));
        }
        if let Some((_, variables)) = found.last_mut() {
            variables.extend(line.split('$').skip(1).map(|rest| {
                rest.chars()
                    .take_while(|&c| is_word(c) || c == '-')
                    .collect::<String>()
            }));
        }
    }
    found
}

fn is_key(start: &str) -> bool {
    let name = start.strip_prefix('-').unwrap_or(start);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| is_word(c) || c == '-')
}

#[test]
fn reads_messages_with_attributes_and_variants() {
    let text = "# a\nbids = { $count ->\n    [one] bid\n   *[other] { $count } bids of { $all }\n  }\n    .title = { $who }\n-brand = eBOK\n";
    let found = messages(text);
    let shown: Vec<String> = found
        .iter()
        .map(|(key, vars)| format!("{key} {vars:?}"))
        .collect();
    assert_eq!(
        shown,
        [
            r#"bids {"all", "count"}"#,
            r#"bids.title {"who"}"#,
            "-brand {}"
        ]
    );
}

/// Files whose literals name keys, and the calls that look one up.
const CALLS: [&str; 5] = ["words(", ".say(", ".say_of(", ".say_with(", ".count("];

/// Every key that the pages, the server or the browser's programs look up exists.
#[test]
fn no_word_is_missing() {
    let known = keys();
    let mut looked_up = 0;
    for (path, text) in users() {
        for call in CALLS {
            for (_, rest) in text
                .match_indices(call)
                .map(|(at, _)| text[at..].split_at(call.len()))
            {
                let Some(key) = literal(rest) else { continue };
                looked_up += 1;
                assert!(known.contains(key), "{path}: no words for {key}");
            }
        }
    }
    assert!(looked_up > 200, "{looked_up} look-ups found");
}

/// Every key is named somewhere: as a literal, or by the beginning that a program completes.
#[test]
fn no_word_is_left_over() {
    let users = users();
    let beginnings: BTreeSet<&str> = users
        .iter()
        .flat_map(|(_, text)| beginnings(text))
        .collect();
    let is_used = |key: &str| {
        let quoted = [format!("\"{key}\""), format!("`{key}`")];
        let named = users
            .iter()
            .any(|(_, text)| quoted.iter().any(|name| text.contains(name)));
        named
            || beginnings
                .iter()
                .any(|beginning| key.starts_with(beginning))
    };
    let unused: Vec<_> = keys().into_iter().filter(|key| !is_used(key)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// The browser loads no words of the server's pages: the room has a budget.
#[test]
fn the_browser_loads_its_own_words_alone() {
    let client = fs::read_to_string(root().join("web-client/src/words.ts")).unwrap();
    for file in ["pages.ftl", "desk.ftl", "tenders.ftl", "account.ftl"] {
        assert!(!client.contains(file), "{file} is the server's");
    }
}

fn keys() -> BTreeSet<String> {
    let keys = words("pl").into_keys();
    keys.map(|key| key.split(": ").nth(1).unwrap().to_owned())
        .collect()
}

/// Whatever looks words up: pages, the server's own code, the browser's programs.
fn users() -> Vec<(String, String)> {
    let mut users = sources("web-client/templates", &[".html"]);
    users.extend(sources("src/web", &[".rs"]));
    users.extend(sources("web-client/src", &[".ts", ".tsx"]));
    users
        .into_iter()
        .map(|source| (source.path, source.text))
        .collect()
}

/// The quoted key at the beginning of a call's arguments.
fn literal(arguments: &str) -> Option<&str> {
    let inner = arguments.trim_start().strip_prefix('"')?;
    inner.split('"').next().filter(|key| is_key(key))
}

/// What stands before `${` or `{` where a program completes a key: `state-${name}`.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').filter_map(|part| {
        let (beginning, _) = part.split_once("${")?;
        (beginning.ends_with('-') && is_key(beginning)).then_some(beginning)
    })
}

#[test]
fn finds_keys_in_calls() {
    assert_eq!(literal("\"log-in\", x)"), Some("log-in"));
    assert_eq!(literal(" key)"), None);
    let found: Vec<_> = beginnings("words(`news-${item}`) + `${a}-b`").collect();
    assert_eq!(found, ["news-"]);
}
