//! `ebok simulate`: the scenarios of `docs/scenarios`, their schema, wrong files, and the logs.

use crate::source::{root, sources};
use crate::support::program::ebok;
use auction_rules::Act;
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use ebok::document::Lang;
use ebok::limits::{SCENARIO_BYTES_MAX, SCENARIO_COMMANDS_MAX};
use ebok::simulate::{Report, Scenario, play, text};
use ebok::tender::presets::presets;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

mod mistakes;
mod vectors;
mod worst;

/// Each scenario of the documentation by its name, with its text.
fn examples() -> Vec<(String, String)> {
    let named = |source: crate::source::Source| {
        let name = source.path.rsplit('/').next().unwrap().to_owned();
        (name.strip_suffix(".json").unwrap().to_owned(), source.text)
    };
    let found: Vec<_> = sources("docs/scenarios", &[".json"])
        .into_iter()
        .map(named)
        .collect();
    assert!(found.len() >= 19, "{} scenarios", found.len());
    found
}

fn file(name: &str) -> PathBuf {
    root()
        .join("docs/scenarios")
        .join(name)
        .with_extension("json")
}

fn example(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file(name)).unwrap()).unwrap()
}

fn report(text: &str) -> Report {
    play(&Scenario::read(text).unwrap()).unwrap().report
}

/// Paths of the faults of a scenario; none of one that can be played.
fn faults(text: &str) -> Vec<String> {
    let played = Scenario::read(text).and_then(|one| play(&one).map(drop));
    let faults = played.err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.path).collect()
}

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = fs::read_to_string(root().join("docs/scenario.schema.json")).unwrap();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler
        .add_resource("scenario.json", serde_json::from_str(&text).unwrap())
        .unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("scenario.json", &mut schemas).unwrap();
    Schema { schemas, index }
});

fn fits_the_schema(scenario: &Value) -> Result<(), String> {
    let Schema { schemas, index } = &*SCHEMA;
    schemas
        .validate(scenario, *index)
        .map_err(|error| error.to_string())
}

/// `cargo insta accept`, or `INSTA_UPDATE=always`, takes new outputs for the expected ones.
#[test]
fn every_example_gives_what_it_gave() {
    for (name, scenario) in examples() {
        insta::assert_snapshot!(name.as_str(), text::write(&report(&scenario), Lang::En));
    }
    let points = fs::read_to_string(file("points")).unwrap();
    insta::assert_snapshot!("points-pl", text::write(&report(&points), Lang::Pl));
}

#[test]
fn the_json_stays_as_it_is_described() {
    let mut scenario = example("sealed-only");
    scenario["commands"].as_array_mut().unwrap().push(json!(
        {"at": "20:00", "do": "bid", "bidder": "beta", "values": {"price": "1"}}));
    let report = report(&scenario.to_string());
    let report = serde_json::to_value(&report).unwrap();
    insta::assert_json_snapshot!("sealed-only-json", report);
    let described = fs::read_to_string(root().join("docs/scenario.md")).unwrap();
    let members = report.as_object().unwrap().keys();
    let steps = report["steps"].as_array().unwrap();
    let of_steps = steps
        .iter()
        .flat_map(|step| step.as_object().unwrap().keys());
    for member in members.chain(of_steps) {
        assert!(described.contains(&format!("`{member}`")), "{member}");
    }
}

#[test]
fn the_same_file_gives_the_same_report() {
    for (name, scenario) in examples() {
        let [once, again] = [(); 2].map(|()| json!(report(&scenario)));
        assert_eq!(once, again, "{name}");
    }
}

/// Without lists of them, aliases, salts and random tails come from the seed.
#[test]
fn another_seed_draws_otherwise() {
    let drawn = |seed: u64| {
        let mut scenario = example("open-random-tail-sealed");
        scenario["seed"] = json!(seed);
        scenario.as_object_mut().unwrap().remove("tails");
        let report = report(&scenario.to_string());
        let aliases: Vec<_> = report.bidders.iter().map(|firm| firm.alias).collect();
        let salts: Vec<_> = report.bidders.iter().map(|firm| firm.bidder).collect();
        let tail = report
            .steps
            .iter()
            .find_map(|step| match &step.entry.as_ref()?.command.act {
                Act::EndPhase { tail: Some(tail) } => Some(tail.clone()),
                _ => None,
            });
        (aliases, salts, tail.unwrap())
    };
    let seeds: Vec<_> = (0..8).map(drawn).collect();
    assert_eq!(seeds[3], drawn(3));
    for other in &seeds[1..] {
        assert_ne!(seeds[0].1, other.1);
        assert_ne!(seeds[0].2, other.2);
        assert!(other.2.tail_ms <= 600_000);
    }
    assert!(seeds.iter().any(|other| other.0 != seeds[0].0));
}

#[test]
fn every_example_fits_the_schema_and_stands_in_the_documentation() {
    let described = fs::read_to_string(root().join("docs/scenario.md")).unwrap();
    for (name, scenario) in examples() {
        let fits = fits_the_schema(&serde_json::from_str(&scenario).unwrap());
        assert_eq!(fits, Ok(()), "{name}");
        assert!(
            described.contains(&format!("(scenarios/{name}.json)")),
            "{name}"
        );
    }
    for preset in presets() {
        let called = format!("`{}`", preset.id);
        assert!(described.contains(&called), "docs/scenario.md: {called}");
        for field in &preset.fields {
            let called = format!("`{}`", field.id);
            assert!(described.contains(&called), "docs/scenario.md: {called}");
        }
    }
}

/// Each way of comparing offers, as its own document shows it.
#[test]
fn every_evaluation_fits_the_schema() {
    let described = fs::read_to_string(root().join("docs/evaluation.md")).unwrap();
    let blocks = described.split("```json\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let mut count = 0;
    for block in blocks {
        let shown: Value = serde_json::from_str(block).unwrap();
        let mut scenario = example("georgia");
        let member = if shown.get("by").is_some() {
            "evaluation"
        } else {
            "items"
        };
        scenario["terms"][member] = shown;
        assert_eq!(fits_the_schema(&scenario), Ok(()), "{block}");
        count += 1;
    }
    assert!(count >= 7, "{count}");
}

/// What is done to a good scenario, and the path that must be blamed.
type Wrong = (&'static str, Value, &'static str);

/// The example with one value put where a JSON pointer shows; null takes it away.
fn with(pointer: &str, value: &Value) -> Value {
    let mut scenario = example("conduct");
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (scenario.pointer_mut(parent).unwrap(), value) {
        (Value::Object(parent), Value::Null) => drop(parent.remove(name)),
        (Value::Object(parent), value) => drop(parent.insert(name.to_owned(), value.clone())),
        (Value::Array(parent), value) => parent[name.parse::<usize>().unwrap()] = value.clone(),
        _ => panic!("{pointer}"),
    }
    scenario
}

/// Wrong by their shape: the schema and the program refuse them alike.
#[test]
#[allow(clippy::too_many_lines, reason = "a flat table")]
fn what_is_shaped_wrong_is_refused_by_schema_and_program() {
    let terms = example("georgia")["terms"].clone();
    let many: Vec<_> = (0..=SCENARIO_COMMANDS_MAX)
        .map(|_| json!({"at": "1:00", "do": "pause", "reason": "x"}))
        .collect();
    let wrong: Vec<Wrong> = vec![
        ("/format", json!("ebok-scenario-2"), "format"),
        ("/format", Value::Null, ""),
        ("/surprise", json!(1), "surprise"),
        ("/seed", json!(-1), "seed"),
        ("/seed", json!("7"), "seed"),
        ("/opens_at", json!("tomorrow"), "opens_at"),
        ("/about", json!({"pl": "x"}), "about"),
        ("/preset", Value::Null, "terms"),
        ("/terms", terms, "terms"),
        ("/preset/id", json!(7), "preset.id"),
        ("/preset/answers/most", json!(90000), "preset.answers.most"),
        ("/bidders", json!([]), "bidders"),
        ("/bidders", Value::Null, ""),
        ("/bidders/0/id", json!("Ąlfa"), "bidders[0].id"),
        (
            "/bidders/0/offer/price",
            json!(70000),
            "bidders[0].offer.price",
        ),
        ("/bidders/1/salt", json!("abc"), "bidders[1].salt"),
        (
            "/bidders/1/accepts_terms",
            json!("yes"),
            "bidders[1].accepts_terms",
        ),
        ("/aliases", json!("alfa"), "aliases"),
        (
            "/tails",
            json!([{"length": "1:00", "salt": "00"}]),
            "tails[0].salt",
        ),
        ("/commands", json!(many), "commands"),
        ("/commands/3/at", json!("soon"), "commands[3].at"),
        ("/commands/3/at", json!("1:60"), "commands[3].at"),
        ("/commands/3/at", json!(240_000), "commands[3].at"),
        ("/commands/3/at", Value::Null, "commands[3]"),
        ("/commands/3/do", json!("outbid"), "commands[3].do"),
        ("/commands/3/bidder", Value::Null, "commands[3].bidder"),
        ("/commands/3/values", Value::Null, "commands[3].values"),
        (
            "/commands/3/values",
            json!({"price": 60000}),
            "commands[3].values.price",
        ),
        (
            "/commands/3/values",
            json!({"price": "9".repeat(41)}),
            "commands[3].values.price",
        ),
        ("/commands/3/level", json!("1.00"), "commands[3].level"),
        ("/commands/3/delay", json!("-0:01"), "commands[3].delay"),
        ("/commands/3/price", json!("1"), "commands[3].price"),
        ("/commands/4/attempt", json!(-2), "commands[4].attempt"),
        ("/commands/8/reason", Value::Null, "commands[8].reason"),
        ("/commands/10/notice", json!("5 min"), "commands[10].notice"),
        (
            "/commands/0",
            json!({"at": "1:00", "do": "outage"}),
            "commands[0].length",
        ),
        (
            "/commands/0",
            json!({"at": "1:00", "do": "accept-level", "bidder": "alfa", "level": "x"}),
            "commands[0].level",
        ),
    ];
    for (pointer, value, path) in &wrong {
        let scenario = with(pointer, value);
        assert!(fits_the_schema(&scenario).is_err(), "{pointer} {value}");
        let found = faults(&scenario.to_string());
        assert_eq!(
            found.first().map(String::as_str),
            Some(*path),
            "{pointer} {value}: {found:?}"
        );
    }
}

/// Wrong by what it means: the program alone can tell.
#[test]
fn what_means_nothing_is_refused_with_its_path() {
    let outage = |at: &str| json!({"at": at, "do": "outage", "length": "1:00"});
    let wrong: Vec<Wrong> = vec![
        ("/preset/id", json!("no-such"), "preset.id"),
        ("/preset/answers/step", json!("0"), "preset.answers.step"),
        (
            "/preset/answers/colour",
            json!("red"),
            "preset.answers.colour",
        ),
        ("/opens_at", json!("2026-03-29T02:30"), "opens_at"),
        ("/bidders/1/id", json!("alfa"), "bidders[1].id"),
        ("/bidders/1/name", json!("a\nb"), "bidders[1].name"),
        (
            "/bidders/1/offer/price",
            json!("95000.00"),
            "bidders[1].offer.price",
        ),
        (
            "/bidders/1/offer/Price",
            json!("95000.00"),
            "bidders[1].offer.Price",
        ),
        ("/bidders/1/offer", Value::Null, "bidders[1].offer"),
        ("/aliases", json!(["alfa", "beta"]), "aliases"),
        (
            "/aliases",
            json!(["alfa", "beta", "gamma", "other"]),
            "aliases",
        ),
        ("/tails", json!([{"length": "1:00"}]), "tails[0].length"),
        ("/commands/3/at", json!("-1:00:00"), "commands[3].at"),
        ("/commands/3/bidder", json!("omega"), "commands[3].bidder"),
        (
            "/commands/3/values",
            json!({"price": "1\u{7}"}),
            "commands[3].values.price",
        ),
    ];
    for (pointer, value, path) in &wrong {
        let scenario = with(pointer, value);
        let found = faults(&scenario.to_string());
        assert_eq!(
            found.first().map(String::as_str),
            Some(*path),
            "{pointer} {value}: {found:?}"
        );
    }
    let mut twice = with("/commands/1", &outage("2:00"));
    twice["commands"][0] = outage("2:30");
    assert_eq!(faults(&twice.to_string()), ["commands[0].at"]);
    let mut phases = example("georgia");
    phases["terms"]["phases"][0]["run"]["close"]["length_ms"] = json!(0);
    assert_eq!(
        faults(&phases.to_string()),
        ["terms.phases[0].run.close.length_ms"]
    );
    phases["terms"]["phases"][0]["run"]["close"] = json!({"by": "set-time"});
    assert_eq!(faults(&phases.to_string()), ["terms.phases[0].run.close"]);
    for broken in ["", "{", "[]", "null", "{\"format\": \"ebok-scenario-1\"} x"] {
        assert_eq!(faults(broken), [""], "{broken}");
    }
}

/// Every fault of a scenario, as the program says it.
fn told(text: &str, lang: Lang) -> Vec<String> {
    let faults = Scenario::read(text).err().unwrap_or_default();
    let said = faults
        .iter()
        .map(|fault| format!("{}: {}", fault.path, lang.of(&fault.text)));
    said.collect()
}

/// No word of the code, and what to write instead.
#[test]
#[allow(clippy::too_many_lines, reason = "a flat table")]
fn faults_say_what_to_write_instead() {
    for (pointer, value, wanted) in [
        (
            "/commands/3/price",
            json!("1"),
            "commands[3].price: The command “bid” has no such field; it has: at, do, bidder, values, confirm, salt, delay.",
        ),
        (
            "/preset/id",
            json!("dutsch"),
            "preset.id: There is no such preset: \"dutsch\"; there are: podprogowe-lowest-price, ",
        ),
        (
            "/preset/answers/stepp",
            json!("1"),
            "preset.answers.stepp: This preset has no such field; it has: title_pl, title_en, ",
        ),
        (
            "/preset/answers/tax",
            json!("vat"),
            "preset.answers.tax: Choose one of these: gross, net.",
        ),
        (
            "/preset/answers/most",
            json!("9".repeat(29)),
            "preset.answers.most: The number is too long: at most 28 digits.",
        ),
        (
            "/bidders/0/offer/price",
            json!("90 000,123"),
            "bidders[0].offer.price: At most 2 decimals.",
        ),
        (
            "/bidders/0/offer/price",
            json!("a lot"),
            "bidders[0].offer.price: Give a number, as in \"1250.50\", of at most 28 digits.",
        ),
        (
            "/bidders/0/offer/prize",
            json!("1"),
            "bidders[0].offer.prize: The terms do not ask for this value; an offer gives: price.",
        ),
        (
            "/bidders/0/offer",
            json!({}),
            "bidders[0].offer: The terms ask for the value “price” too.",
        ),
        (
            "/opens_at",
            json!("2026-03-29T02:30"),
            "opens_at: The change of time skips or repeats this hour in Warsaw; add the offset, as in +01:00.",
        ),
        (
            "/opens_at",
            json!("1900-01-01T10:00"),
            "opens_at: Give a year from 1971 to 9998.",
        ),
        (
            "/opens_at",
            json!("9999-12-31T22:00:00+00:00"),
            "opens_at: Give a year from 1971 to 9998.",
        ),
        (
            "/tails",
            json!([{"length": "1:00"}]),
            "tails[0].length: This auction has no random tail.",
        ),
        (
            "/commands/3/at",
            json!("-1:00:00"),
            "commands[3].at: Must be later than -1:00:00, when the auction is published.",
        ),
    ] {
        let found = told(&with(pointer, &value).to_string(), Lang::En);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(wanted), "{}", found[0]);
    }
    let answers = json!({"most": "90000", "step": "200"});
    let untitled = with("/preset/answers", &answers).to_string();
    let wanted = "preset.answers.title_pl: Uzupełnij to pole.";
    assert_eq!(told(&untitled, Lang::Pl), [wanted]);
    for (text, wanted) in [
        ("", ": Plik jest pusty."),
        ("[]", ": Scenariusz to obiekt JSON: { … }."),
        (
            "{\"seed\": \"1\"}",
            "seed: Tu ma stać liczba całkowita od 0 do 18446744073709551615, bez cudzysłowu (wiersz 1, kolumna 12).",
        ),
    ] {
        assert_eq!(told(text, Lang::Pl), [wanted], "{text}");
    }
    let marked = format!("\u{feff}{}", example("conduct"));
    assert!(Scenario::read(&marked).is_ok());
}

/// The example with these commands, in words.
fn course(name: &str, commands: Value) -> String {
    let mut scenario = example(name);
    scenario["commands"] = commands;
    text::write(&report(&scenario.to_string()), Lang::En)
}

#[test]
fn the_report_says_what_moved_who_is_meant_and_what_was_typed_twice() {
    let bid = |at: &str, confirm: Option<&str>| {
        let values = json!({"price": "50000"});
        let mut bid = json!({"at": at, "do": "bid", "bidder": "alfa", "values": values});
        if let Some(confirm) = confirm {
            bid["confirm"] = json!({"price": confirm});
        }
        bid
    };
    let before = |what: &str| json!({"at": "-0:10", "do": what, "bidder": "beta", "reason": "x"});
    let said = course(
        "conduct",
        json!([
            before("exclude"),
            before("annul"),
            bid("1:00", None),
            bid("1:10", Some("5000")),
            bid("1:20", Some("50000")),
            {"at": "2:00", "do": "annul", "bidder": "beta", "reason": "none stands"},
            {"at": "3:00", "do": "outage", "length": "0:05"},
            {"at": "4:00", "do": "pause", "reason": "lunch"},
        ]),
    );
    for line in [
        "excludes beta: x",
        "annuls a bid of beta: x",
        "bids 50000\n",
        "bids 50000 (once more: 5000)\n",
        "bids 50000 (once more: 50000) –\u{a0}accepted\n",
        "annuls a bid of beta: none stands",
        "the end moves to ",
        "Add the command `resume`.",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let drawn = course("open-random-tail-sealed", json!([]));
    let until = "phase 1 (open), ends between 15:00 and 25:00";
    assert!(drawn.contains(until), "{drawn}");
}

/// Nothing but a log is written over, and the command that checks one can be copied.
#[test]
fn a_log_is_written_over_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("scenario.json");
    fs::copy(file("conduct"), &scenario).unwrap();
    let run = |out: &std::ffi::OsStr| {
        let arguments = [
            "simulate".as_ref(),
            scenario.as_os_str(),
            "--log".as_ref(),
            out,
        ];
        ebok(arguments)
    };
    let ran = run(scenario.as_os_str());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("is no log"), "{}", ran.err);
    assert_eq!(
        fs::read(&scenario).unwrap(),
        fs::read(file("conduct")).unwrap()
    );
    let ran = run("-".as_ref());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("the name of a file"), "{}", ran.err);
    let log = folder.path().join("it's a log");
    for _ in 0..2 {
        let ran = run(log.as_os_str());
        assert_eq!(ran.code, 0, "{ran:?}");
        let quoted = format!(
            "verify '{}",
            log.display().to_string().replace('\'', "'\\''")
        );
        assert!(ran.out.contains(&quoted), "{}", ran.out);
    }
}

#[test]
fn the_program_names_every_fault_and_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.json");
    let mut wrong = with("/commands/3/bidder", &json!("omega"));
    wrong["commands"][8]["reason"] = Value::Null;
    fs::write(&path, wrong.to_string()).unwrap();
    let ran = ebok(["simulate".as_ref(), path.as_os_str()]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.err
            .contains("commands[3].bidder: There is no such bidder: \"omega\"."),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("commands[8].reason: The command “pause” needs this field."),
        "{}",
        ran.err
    );
    let polish = ebok([
        "simulate".as_ref(),
        path.as_os_str(),
        "--lang".as_ref(),
        "pl".as_ref(),
    ]);
    assert!(
        polish
            .err
            .contains("commands[3].bidder: Nie ma takiego wykonawcy"),
        "{}",
        polish.err
    );
    fs::write(
        &path,
        " ".repeat(usize::try_from(SCENARIO_BYTES_MAX).unwrap() + 1),
    )
    .unwrap();
    let ran = ebok(["simulate".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("at most 4 MiB"), "{}", ran.err);
    let ran = ebok(["simulate", "nowhere.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot read nowhere.json"), "{}", ran.err);
}

#[test]
fn every_log_is_one_that_verify_takes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in examples() {
        let (scenario, log) = (file(&name), folder.path().join(&name));
        let said = ebok([
            "simulate".as_ref(),
            scenario.as_os_str(),
            "--json".as_ref(),
            "--log".as_ref(),
            log.as_os_str(),
        ]);
        assert_eq!(said.code, 0, "{name}: {said:?}");
        let report: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(report["log"]["file"], log.to_str().unwrap());
        let key = report["log"]["key"].as_str().unwrap();
        let verified = ebok([
            "verify".as_ref(),
            log.as_os_str(),
            "--json".as_ref(),
            "--key".as_ref(),
            key.as_ref(),
        ]);
        assert_eq!(verified.code, 0, "{name}: {verified:?}");
        let verified: Value = serde_json::from_str(&verified.out).unwrap();
        assert_eq!(verified["entries"], report["end"]["entries"], "{name}");
        assert_eq!(
            verified["result"]["winner"].is_u64(),
            report["end"]["winner"].is_string(),
            "{name}"
        );
        let winner = &verified["winner"]["identity"]["name"];
        let firms = report["bidders"].as_array().unwrap();
        let firm = firms
            .iter()
            .find(|firm| firm["id"] == report["end"]["winner"]);
        assert_eq!(
            *winner,
            firm.map_or(Value::Null, |firm| firm["identity"]["name"].clone()),
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// One value of an example is put for another: it is refused with a path, or played to an end.
    #[test]
    fn whatever_is_changed_is_refused_or_played(
        which in 0_usize..19,
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(odd_values()),
    ) {
        let (_, text) = &examples()[which];
        let mut scenario: Value = serde_json::from_str(text).unwrap();
        let mut pointers = Vec::new();
        walk(&scenario, String::new(), &mut pointers);
        let pointer = place.get(&pointers);
        *scenario.pointer_mut(pointer).unwrap() = value;
        let found = faults(&scenario.to_string());
        prop_assert!(found.len() <= ebok::limits::SCENARIO_FAULTS_MAX);
    }
}

/// The worst of each type.
fn odd_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("0"),
        json!("-0:00.001"),
        json!("744:00:00"),
        json!("79228162514264337593543950335"),
        json!("0.0000000000000000000000000001"),
        json!("9999-12-31T23:59"),
        json!("outage"),
        json!("alfa"),
        json!("x".repeat(5_000)),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"kind": "turns", "slot_ms": 1}),
        json!({"by": "idle", "idle_ms": 1_000}),
    ]
}

/// JSON pointers to every value below the top.
fn walk(value: &Value, at: String, pointers: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(all) => all
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (name, value) in below {
        let pointer = format!("{at}/{name}");
        pointers.push(pointer.clone());
        walk(value, pointer, pointers);
    }
}
