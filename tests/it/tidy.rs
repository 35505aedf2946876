//! Habits of the tree that no compiler checks.

use crate::source::{Source, is_word, root, sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

const CODE: [&str; 4] = [".rs", ".ts", ".tsx", ".mjs"];

const TEXT: [&str; 16] = [
    ".rs", ".ts", ".tsx", ".mjs", ".css", ".html", ".md", ".toml", ".json", ".ftl", ".lua", ".sql",
    ".sh", ".py", "Makefile", "run",
];

/// Characters of a line of Rust.
const LINE_MAX: usize = 120;

#[test]
fn files_are_named_after_what_they_hold() {
    const SAY_NOTHING: [&str; 5] = ["mod", "utils", "helpers", "manager", "common"];
    for source in sources("", &CODE) {
        let parts: Vec<&str> = source.path.split(['/', '.']).collect();
        let found = parts.iter().find(|part| SAY_NOTHING.contains(part));
        assert_eq!(found, None, "{}: name it after what it holds", source.path);
    }
}

/// A line may be as long as the words of its literals; code and comments stay short.
#[test]
fn lines_are_short() {
    for source in sources("", &[".rs"]) {
        let code = source.code();
        for (number, (line, code)) in source.text.lines().zip(code.lines()).enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            let code: String = code.split_whitespace().collect();
            let length = if is_comment {
                line.chars().count()
            } else {
                code.chars().count()
            };
            assert!(
                length <= LINE_MAX,
                "{}:{}: {length} characters",
                source.path,
                number + 1
            );
        }
    }
}

#[test]
fn nothing_is_left_to_do_later() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    for source in sources("", &TEXT) {
        let found = marks.iter().find(|mark| has_word(&source.text, mark));
        assert_eq!(found, None, "{}: do it, or write an issue", source.path);
    }
}

/// Libraries return values and trace; only the program, its subcommands and the tests print.
#[test]
fn libraries_do_not_print() {
    let programs = |source: &Source| {
        let inner = source
            .path
            .split_once("src/")
            .map_or("", |(_, inner)| inner);
        inner == "main.rs" || inner.starts_with("cli/") || inner.starts_with("bin/")
    };
    let mut libraries = sources("src", &[".rs"]);
    libraries.extend(sources("auction-rules/src", &[".rs"]));
    for source in libraries.iter().filter(|source| !programs(source)) {
        let code = source.code();
        for name in ["println", "print", "eprintln", "eprint", "dbg"] {
            let call = format!("{name}!");
            assert!(!has_word(&code, &call), "{}: {call}", source.path);
        }
    }
}

/// A test that sleeps is slow, or fails by chance: it waits for a condition, or time is virtual.
#[test]
fn tests_do_not_sleep() {
    let mut tests = sources("tests", &[".rs"]);
    tests.extend(sources("auction-rules/tests", &[".rs"]));
    for source in tests
        .iter()
        .filter(|source| !source.text.contains("start_paused"))
    {
        let sleeps = source.code().contains("time::sleep(") || source.code().contains(" sleep(");
        assert!(!sleeps, "{}: wait for a condition", source.path);
    }
}

#[test]
fn typescript_has_no_any() {
    for source in sources("web-client", &[".ts", ".tsx"]) {
        for mark in [
            ": any",
            "as any",
            "<any",
            "any[]",
            "console.log(",
            "@ts-ignore",
        ] {
            assert!(!has_word(&source.text, mark), "{}: {mark}", source.path);
        }
    }
}

/// `docs/decisions/0007-short-name.md`, each number once, starting with its title.
#[test]
fn decisions_are_numbered_and_titled() {
    let mut numbers = BTreeSet::new();
    for source in sources("docs/decisions", &[".md"]) {
        let name = source.path.rsplit('/').next().unwrap();
        let (number, rest) = name.split_once('-').unwrap_or((name, ""));
        let is_numbered = number.len() == 4 && number.chars().all(|c| c.is_ascii_digit());
        assert!(
            is_numbered && rest.len() > ".md".len(),
            "{}: NNNN-name.md",
            source.path
        );
        assert!(
            numbers.insert(number.to_owned()),
            "{}: the number is taken",
            source.path
        );
        let title = source
            .text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "));
        assert!(
            title.is_some_and(|t| !t.trim().is_empty()),
            "{}: no title",
            source.path
        );
    }
}

/// The tree stands alone: no path of somebody's machine, no link or included file outside.
#[test]
fn nothing_points_outside_the_tree() {
    for source in sources("", &TEXT) {
        assert_eq!(machine_path(&source.text), None, "{}", source.path);
    }
    for source in sources("", &[".rs", ".md"]) {
        let folder = root().join(&source.path).parent().unwrap().to_path_buf();
        for target in targets(&source) {
            let path = normal(&folder.join(target));
            assert!(
                path.starts_with(root()) && path.exists(),
                "{}: {target}",
                source.path
            );
        }
    }
}

/// An absolute path below one of the folders where people keep their own things.
fn machine_path(text: &str) -> Option<String> {
    ["home", "root", "Users", "mnt", "work", "workspace"]
        .map(|folder| format!("/{folder}/"))
        .into_iter()
        .find(|path| {
            let starts_there = |(at, _)| {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                before.is_whitespace() || "\"'`(=:[<".contains(before)
            };
            text.match_indices(path).any(starts_there)
        })
}

/// Relative targets of Markdown links, and of `include_str!` and its kin.
fn targets(source: &Source) -> Vec<&str> {
    let (opening, closing) = if source.path.ends_with(".md") {
        ("](", ')')
    } else {
        ("include_str!(\"", '"')
    };
    let found = source
        .text
        .split(opening)
        .skip(1)
        .filter_map(|rest| rest.split(closing).next());
    found
        .map(|target| target.split(['#', ' ']).next().unwrap())
        .filter(|target| {
            !target.is_empty() && !target.contains(':') && !target.contains(['{', '\\'])
        })
        .collect()
}

/// The path with `..` taken away, without asking the disk.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// What the locks bring in comes from the public registries, whoever wrote the lock.
#[test]
fn locks_name_no_other_host() {
    let npm = fs::read_to_string(root().join("web-client/package-lock.json")).unwrap();
    let resolved = npm.lines().filter(|line| line.contains("\"resolved\""));
    let foreign: Vec<_> = resolved
        .filter(|l| !l.contains("https://registry.npmjs.org/"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    let cargo = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let crates_io = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let foreign = cargo
        .lines()
        .find(|line| line.starts_with("source = ") && *line != crates_io);
    assert_eq!(foreign, None);
}

/// Is `word` in `text`, not as part of a longer word?
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(is_word);
        let after = text[at + word.len()..].chars().next().is_some_and(is_word);
        let longer = before && word.starts_with(is_word) || after && word.ends_with(is_word);
        !longer
    })
}

#[test]
fn finds_whole_words() {
    assert!(has_word("a: any = 1", ": any") && has_word("x as any)", "as any"));
    assert!(!has_word("a: anyone", ": any") && !has_word("has any", "as any"));
    assert!(has_word("print!(1)", "print!") && !has_word("eprint!(1)", "print!"));
}
