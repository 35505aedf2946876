//! Who may know whom: the dependency directions of docs/ARCHITECTURE.md, proven on the manifests
//! and on the text of the sources.

use crate::source::{Source, is_word, module_of, paths_in, root, sources};
use serde_json::Value;
use std::process::Command;

/// What the pure crate may stand on. A new name here needs a decision record.
const RULES_MAY_USE: [&str; 7] = [
    "ed25519-dalek",
    "num-bigint",
    "num-rational",
    "rust_decimal",
    "serde",
    "serde_json",
    "sha2",
];

/// A module, and what neither it nor anything inside it may reach.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    // An auction emits records to be filed and knows nothing of those who file or show them.
    (
        "crate::auction",
        &[
            "crate::office",
            "crate::web",
            "crate::tender",
            "crate::identity",
            "crate::store",
        ],
    ),
    // A tender tells the office of its case; the office knows what the store says of tenders.
    ("crate::office", &["crate::auction", "crate::tender"]),
    // What a viewer sees comes from a replica, never from the journal.
    (
        "crate::auction::socket",
        &["crate::auction::journal", "rusqlite", "redis"],
    ),
    (
        "crate::web",
        &["crate::auction::journal", "rusqlite", "redis"],
    ),
    // The store answers any caller; it knows no HTTP.
    (
        "crate::store",
        &[
            "axum",
            "hyper",
            "tower_http",
            "crate::web",
            "crate::auction",
        ],
    ),
    // Everything stands on these three.
    (
        "crate::chain",
        &[
            "crate::auction",
            "crate::office",
            "crate::store",
            "crate::web",
        ],
    ),
    (
        "crate::clock",
        &[
            "crate::auction",
            "crate::office",
            "crate::store",
            "crate::web",
        ],
    ),
    (
        "crate::limits",
        &[
            "crate::auction",
            "crate::office",
            "crate::store",
            "crate::web",
        ],
    ),
];

/// The rules are told the time and return values; the rest of the world is not theirs.
const RULES_NEVER_REACH: [&str; 14] = [
    "std::collections::hash_map",
    "std::collections::hash_set",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::process",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::sync::atomic",
    "std::sync::mpsc",
    "std::thread",
    "std::time",
];

#[test]
fn modules_reach_only_what_they_may() {
    let wrong: Vec<String> = sources("src", &[".rs"])
        .iter()
        .flat_map(forbidden_paths)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn forbidden_paths(source: &Source) -> Vec<String> {
    let module = module_of(&source.path);
    let paths = paths_in(&source.code(), &module);
    let bans = FORBIDDEN
        .iter()
        .filter(|(who, _)| is_inside(&module, who))
        .flat_map(|(_, what)| *what);
    bans.flat_map(|ban| paths.iter().filter(move |path| is_inside(path, ban)))
        .map(|path| format!("{}: {module} must not reach {path}", source.path))
        .collect()
}

fn is_inside(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn rules_reach_no_world() {
    for source in sources("auction-rules/src", &[".rs"]) {
        let paths = paths_in(&source.code(), &module_of(&source.path));
        let reached = paths
            .iter()
            .find(|path| RULES_NEVER_REACH.iter().any(|no| is_inside(path, no)));
        assert_eq!(reached, None, "{}", source.path);
    }
}

/// 100.1 − 10.2 must equal 89.9. Clippy cannot tell: serde's derives name both types.
#[test]
fn rules_write_no_float() {
    for source in sources("auction-rules/src", &[".rs"]) {
        for (number, line) in source.code().lines().enumerate() {
            assert!(!has_float(line), "{}:{}: {line}", source.path, number + 1);
        }
    }
    assert!(has_float("a < 1.5") && has_float("1.0e3") && has_float("2e9") && has_float("1f64"));
    assert!(has_float("fn f(x: f64)") && has_float("u32 as f32") && !has_float("buf64"));
    assert!(has_float("x * 2.") && !has_float("0..9") && !has_float("pair.0.1"));
    assert!(
        !has_float("0xe1")
            && !has_float("b1e5")
            && !has_float("7.max(8)")
            && !has_float("1usize + 0xff")
    );
}

/// A float's type, or a number with a point, an exponent or a float's suffix; a range or a field of
/// a tuple is none.
fn has_float(line: &str) -> bool {
    if line
        .split(|c| !is_word(c))
        .any(|word| word == "f32" || word == "f64")
    {
        return true;
    }
    let chars: Vec<char> = line.chars().collect();
    (0..chars.len()).any(|start| {
        let is_field = chars[..start].ends_with(&['.']) && !chars[..start].ends_with(&['.', '.']);
        let is_start = start == 0 || !is_word(chars[start - 1]);
        if !chars[start].is_ascii_digit() || !is_start || is_field {
            return false;
        }
        let number: String = chars[start..].iter().take_while(|c| is_word(**c)).collect();
        let suffix = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        let point = match chars[start + number.len()..] {
            ['.', next, ..] => next != '.' && next != '_' && !next.is_alphabetic(),
            ['.'] => true,
            _ => false,
        };
        point || suffix.starts_with(['e', 'E', 'f'])
    })
}

#[test]
fn rules_stand_on_the_allow_list() {
    assert_eq!(
        dependencies_of("auction-rules", &["normal", "build"]),
        RULES_MAY_USE
    );
}

#[test]
fn load_tester_sees_only_the_public_protocol() {
    let all = dependencies_of("loadtest", &["normal", "build", "dev"]);
    assert!(
        !all.iter()
            .any(|name| name == "ebok" || name == "auction-rules"),
        "{all:?}"
    );
}

/// Names of the direct dependencies of these kinds, in order.
fn dependencies_of(package: &str, kinds: &[&str]) -> Vec<String> {
    let metadata = metadata();
    let package = list(&metadata["packages"])
        .iter()
        .find(|one| one["name"] == package)
        .unwrap();
    let mut names: Vec<String> = list(&package["dependencies"])
        .iter()
        .filter(|one| kinds.contains(&one["kind"].as_str().unwrap_or("normal")))
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
