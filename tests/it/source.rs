//! The project's own files, read as text by the tests that judge them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the tree; `path` is relative to its root, with `/`.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The Rust text with comments and the contents of literals blanked, line by line as before.
    pub(crate) fn code(&self) -> String {
        code_of(&self.text)
    }
}

/// The top of the tree.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files under `folder` ("" for the tree) whose name ends in one of `endings`; what is built,
/// downloaded or hidden is left out.
pub(crate) fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    paths.into_iter().filter(wanted).map(read).collect()
}

fn read(path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let path = path
        .strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/");
    Source { path, text }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') && name != ".ci";
        let made = ["target", "node_modules", "dist", "__pycache__"].contains(&name.as_str())
            || entry.path() == root().join("data");
        if hidden || made {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

/// Blanks comments and the contents of string and character literals; lines keep their length.
pub(crate) fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(
                chars[at..end]
                    .iter()
                    .map(|&c| if c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// The end of the comment or literal that starts at `at`; `at` itself if none does.
fn blank_end(chars: &[char], at: usize) -> usize {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let in_word = at > 0 && is_word(chars[at - 1]);
    match chars[at] {
        '/' if next(1) == '/' => find(chars, at, |rest| rest[0] == '\n'),
        '/' if next(1) == '*' => block_comment_end(chars, at),
        '"' => string_end(chars, at),
        'r' if (!in_word || chars[at - 1] == 'b') && (next(1) == '"' || next(1) == '#') => {
            raw_string_end(chars, at)
        }
        // 'a' and '\n' are characters, 'a without an end is a lifetime.
        '\'' if next(1) == '\\' => find(chars, at + 3, |rest| rest[0] == '\'') + 1,
        '\'' if next(2) == '\'' => at + 3,
        _ => at,
    }
    .min(chars.len())
}

fn find(chars: &[char], from: usize, is_end: impl Fn(&[char]) -> bool) -> usize {
    (from..chars.len())
        .find(|&i| is_end(&chars[i..]))
        .unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i < chars.len() {
        match chars[i..] {
            ['/', '*', ..] => (depth, i) = (depth + 1, i + 2),
            ['*', '/', ..] => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// `r#name` is a raw identifier, no string.
fn raw_string_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    if chars.get(at + 1 + hashes) != Some(&'"') {
        return at;
    }
    let closes = |rest: &[char]| {
        rest[0] == '"' && rest[1..].iter().take_while(|&&c| c == '#').count() >= hashes
    };
    find(chars, at + 2 + hashes, closes) + 1 + hashes
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The module of a file of `src/`: `src/auction/room.rs` is `crate::auction::room`.
pub(crate) fn module_of(path: &str) -> String {
    let inner = path
        .split_once("src/")
        .unwrap()
        .1
        .strip_suffix(".rs")
        .unwrap();
    match inner {
        "lib" | "main" => "crate".to_owned(),
        _ => format!("crate::{}", inner.replace('/', "::")),
    }
}

/// Every path that the code of `module` names, in full as far as its own `use` lines tell:
/// groups are spread out, `self`, `super` and imported names resolved.
pub(crate) fn paths_in(code: &str, module: &str) -> Vec<String> {
    let mut reader = Reader {
        tokens: tokens(code),
        at: 0,
        found: Vec::new(),
    };
    reader.read();
    let resolve = |path: &str| absolute(path, module);
    let imports: BTreeMap<String, String> = reader
        .found
        .iter()
        .filter_map(|(path, name)| Some((name.clone()?, resolve(path))))
        .collect();
    let in_full = |(path, name): &(String, Option<String>)| {
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        match imports.get(first) {
            Some(import) if name.is_none() && !rest.is_empty() => format!("{import}::{rest}"),
            _ => resolve(path),
        }
    };
    reader.found.iter().map(in_full).collect()
}

fn absolute(path: &str, module: &str) -> String {
    let mut base: Vec<&str> = module.split("::").collect();
    let mut rest: Vec<&str> = path.split("::").collect();
    match rest[0] {
        "ebok" => rest[0] = "crate",
        "self" => drop(rest.splice(0..1, base)),
        "super" => {
            let up = rest
                .iter()
                .take_while(|&&segment| segment == "super")
                .count();
            base.truncate(base.len().saturating_sub(up).max(1));
            drop(rest.splice(0..up, base));
        }
        _ => {}
    }
    rest.join("::")
}

fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in code.chars() {
        match tokens.last_mut() {
            Some(word) if is_word(c) && is_word(previous) => word.push(c),
            Some(colon) if c == ':' && previous == ':' && colon == ":" => colon.push(c),
            _ if !c.is_whitespace() => tokens.push(c.to_string()),
            _ => {}
        }
        previous = c;
    }
    tokens
}

/// Collects paths, each with the name that it binds if it stands in a `use`.
struct Reader {
    tokens: Vec<String>,
    at: usize,
    found: Vec<(String, Option<String>)>,
}

impl Reader {
    fn read(&mut self) {
        while self.at < self.tokens.len() {
            let is_use = self.peek() == "use";
            if is_use {
                self.at += 1;
            }
            if self.peek() == "::" {
                self.at += 1;
            }
            if self.peek().starts_with(is_word) {
                self.path(String::new(), is_use);
            } else {
                self.at += 1;
            }
        }
    }

    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    /// One path from `prefix` on; in a `use`, also its groups.
    fn path(&mut self, prefix: String, is_use: bool) {
        let mut path = prefix;
        loop {
            if self.peek() == "{" && is_use {
                return self.group(&path);
            }
            let segment = self.peek().to_owned();
            self.at += 1;
            if segment != "self" || path.is_empty() {
                path = if path.is_empty() {
                    segment
                } else {
                    format!("{path}::{segment}")
                };
            }
            let goes_on = self.tokens.get(self.at + 1).is_some_and(|next| {
                next.starts_with(is_word) || (is_use && (next == "{" || next == "*"))
            });
            if self.peek() != "::" || !goes_on {
                break;
            }
            self.at += 1;
        }
        let mut name = path.rsplit("::").next().map(str::to_owned);
        if is_use && self.peek() == "as" {
            name = self.tokens.get(self.at + 1).cloned();
            self.at += 2;
        }
        self.found.push((path, name.filter(|_| is_use)));
    }

    fn group(&mut self, prefix: &str) {
        self.at += 1;
        while !["}", ""].contains(&self.peek()) {
            if self.peek() == "," {
                self.at += 1;
            } else {
                self.path(prefix.to_owned(), true);
            }
        }
        self.at += 1;
    }
}

#[test]
fn reads_code_without_comments_and_literals() {
    let check = |text: &str, expected: &str| assert_eq!(code_of(text), expected);
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ d */ e", "a                   e");
    check(r#"f("x \" // y", 'z')"#, "f(           ,    )");
    check(r##"f(r#"a " b"#, 'static)"##, "f(          , 'static)");
    check(r"let a: &'a str; '\n'; '\''", "let a: &'a str;     ;     ");
    check("r#type br\"x\"", "r#type b    ");
}

#[test]
fn reads_paths_in_full() {
    let check = |code: &str, expected: &[&str]| {
        let paths = paths_in(code, "crate::web::board");
        let named: Vec<_> = paths.iter().filter(|path| path.contains("::")).collect();
        assert_eq!(named, expected, "{code}");
    };
    check(
        "use crate::{auction::{self, room}, office};",
        &["crate::auction", "crate::auction::room", "crate::office"],
    );
    check(
        "let a = super::super::store::open();",
        &["crate::store::open"],
    );
    check(
        "self::list(axum::Router::new())",
        &["crate::web::board::list", "axum::Router::new"],
    );
    check(
        "use crate::auction as a; a::journal::open()",
        &["crate::auction", "crate::auction::journal::open"],
    );
    check("use ebok::auction::*;", &["crate::auction::*"]);
    check(
        "select! { x = crate::office::f::<u8>() => {} }",
        &["crate::office::f"],
    );
    check("if let Some(x) = y { ::axum::serve(x) }", &["axum::serve"]);
}
