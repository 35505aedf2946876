//! The data files: each can be read, says who read what where, and passes and fails by its example.

use super::forms::Schema;
use crate::source::{root, sources};
use crate::support::program::ebok;
use crate::support::server::Server;
use ebok::config::Config;
use ebok::office::forms::Answers;
use ebok::office::procedures::{Catalogue, Procedure};
use jiff::civil::{Date, date};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often a search is timed.
const ROUNDS: usize = 31;
pub(super) const TODAY: Date = date(2026, 11, 29);

/// A filled form that passes, and one that fails with these faults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub(super) passes: Answers,
    pub(super) fails: Fails,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fails {
    pub(super) answers: Answers,
    faults: Vec<(String, String)>,
}

pub(super) fn example(id: &str) -> Example {
    let path = root().join(format!("data/procedures/examples/{id}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{id} has no example"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"))
}

/// The files under `data/`, as the program embeds them.
pub(super) fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = sources("data", &[".json"])
        .into_iter()
        .filter(|file| !file.path.contains("/examples/"))
        .map(|file| {
            (
                file.path.strip_prefix("data/").unwrap().to_owned(),
                file.text,
            )
        })
        .collect();
    let jrwa = fs::read_to_string(root().join("data/jrwa.csv")).unwrap();
    files.push(("jrwa.csv".to_owned(), jrwa));
    files
}

#[test]
fn every_file_can_be_offered() {
    let (catalogue, faults) = Catalogue::read(files());
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(catalogue.all().len(), Catalogue::embedded().all().len());
    assert!(catalogue.find("numer-porzadkowy-nieruchomosci").is_some());
}

#[test]
fn every_file_fits_the_schema() {
    let text = fs::read_to_string(root().join("docs/procedure.schema.json")).unwrap();
    let schema = Schema::of(&serde_json::from_str(&text).unwrap());
    let is_procedure = |path: &str| path.starts_with("procedures/");
    for (path, text) in files().iter().filter(|(path, _)| is_procedure(path)) {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(schema.wrong(&value), None, "{path}");
        let again: Procedure = serde_json::from_str(text).unwrap();
        assert_eq!(schema.wrong(&without_null(json!(again))), None, "{path}");
    }
}

/// Members that may be left out are written as null.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .into_iter()
                .filter(|(name, value)| !value.is_null() || name == "amount");
            Value::Object(
                kept.map(|(name, value)| (name, without_null(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        other => other,
    }
}

#[test]
fn every_example_passes_and_fails_as_it_says() {
    for procedure in Catalogue::embedded().all() {
        let id = &procedure.id.0;
        let example = example(id);
        let passed = procedure.form.check(&example.passes, TODAY);
        assert_eq!(
            passed.map(|checked| checked.answers),
            Ok(example.passes),
            "{id}"
        );
        let faults = procedure.form.check(&example.fails.answers, TODAY);
        let faults: Vec<_> = faults
            .unwrap_err()
            .into_iter()
            .map(|fault| (fault.at, fault.code.to_owned()))
            .collect();
        assert_eq!(faults, example.fails.faults, "{id}");
    }
}

#[test]
fn every_procedure_asks_questions_of_its_own() {
    let mut sets = BTreeMap::new();
    for procedure in Catalogue::embedded().all() {
        let questions = procedure.form.pages.iter().flat_map(|page| &page.questions);
        let mut asked: Vec<_> = questions.map(|question| &question.name).collect();
        asked.sort();
        let other = sets.insert(asked, &procedure.id);
        assert!(other.is_none(), "{} asks what {other:?} asks", procedure.id);
    }
}

/// A draft may be pinned to any version before.
#[test]
fn no_version_is_missing() {
    let catalogue = Catalogue::embedded();
    for procedure in catalogue.all() {
        for version in 1..=procedure.version {
            let found = catalogue.version(&procedure.id.0, version);
            assert!(found.is_some(), "{} {version}", procedure.id);
        }
    }
}

#[test]
fn a_letter_goes_to_the_first_department_that_fits() {
    let letter = Catalogue::embedded().find("pismo-ogolne").unwrap();
    for (topic, department) in [("roads", "WDT"), ("housing", "WSL"), ("other", "KA")] {
        let answers = json!({ "topic": topic });
        assert_eq!(letter.route(answers.as_object().unwrap()), department);
    }
}

#[test]
fn an_unverified_class_is_offered_in_a_demo_only() {
    let unverified = "class,title,retention,source\n6624,Numeracja,do ustalenia,do ustalenia\n";
    let verified = "class,title,retention,source\n6624,Numeracja,B10,https://example.pl/\n";
    for (jrwa, is_offered) in [(unverified, false), (verified, true)] {
        let (catalogue, _) = Catalogue::read(with_jrwa(jrwa));
        let procedure = catalogue.find("numer-porzadkowy-nieruchomosci").unwrap();
        assert_eq!(catalogue.is_published(procedure, false), is_offered);
        assert!(catalogue.is_published(procedure, true));
    }
}

fn with_jrwa(jrwa: &str) -> Vec<(String, String)> {
    let mut files = files();
    files.retain(|(path, _)| path != "jrwa.csv");
    files.push(("jrwa.csv".to_owned(), jrwa.to_owned()));
    files
}

/// One file with one thing changed, read with the rest: the faults.
fn faults_of(change: impl Fn(&mut Value)) -> Vec<String> {
    let mut files = files();
    let file = files
        .iter_mut()
        .find(|(path, _)| path == "procedures/numer-porzadkowy-nieruchomosci.json")
        .unwrap();
    let mut value: Value = serde_json::from_str(&file.1).unwrap();
    change(&mut value);
    file.1 = value.to_string();
    let (_, faults) = Catalogue::read(files);
    faults.iter().map(|fault| fault.path.clone()).collect()
}

#[test]
fn a_fault_names_its_place() {
    assert_eq!(faults_of(|_| {}), Vec::<String>::new());
    let page = "/form/pages/2/questions/2";
    let cases: [(&str, Value, &str); 14] = [
        ("/version", json!("1"), "version"),
        ("/version", json!(0), "version"),
        ("/life_event", json!("moon"), "life_event"),
        ("/department", json!("WX"), "department"),
        ("/jrwa", json!("9999"), "jrwa"),
        ("/title/en", json!(" "), "title.en"),
        ("/fee/amount", json!("17"), "fee.amount"),
        ("/channel", json!({"hand-over": {}}), "channel.hand-over"),
        (
            "/routing/0/when",
            json!({"question": "map", "is": ["x"]}),
            "routing[0]",
        ),
        (
            "/legal_basis/0/source",
            json!("art. 47a"),
            "legal_basis[0].source",
        ),
        (
            "/form/pages/1/when/question",
            json!("map"),
            "form.pages[1].when.question",
        ),
        (
            "/form/pages/1/when/is",
            json!(["tenant"]),
            "form.pages[1].when.is",
        ),
        (page, json!({"name": "plot"}), "form.pages[2].questions[2]"),
        (
            "/form/pages/2/questions/2/kind/identifier",
            json!("plto"),
            "form.pages[2].questions[2].kind.identifier",
        ),
    ];
    for (pointer, value, path) in cases {
        let faults = faults_of(|file| match file.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                file.pointer_mut(parent).unwrap()[name] = value.clone();
            }
        });
        assert_eq!(faults, [path], "{pointer} {value}");
    }
    let unknown = faults_of(|file| file["form"]["pages"][0]["colour"] = json!("red"));
    assert_eq!(unknown, ["form.pages[0].colour"]);
    let twice = faults_of(|file| {
        file["form"]["pages"][2]["questions"][1]["name"] = json!("plot");
    });
    assert_eq!(twice, ["form.pages"]);
}

#[test]
fn search_forgives_letters_endings_and_chatter() {
    let catalogue = Catalogue::embedded();
    for (words, first) in [
        ("numer porządkowy", "numer-porzadkowy-nieruchomosci"),
        ("numeru porzadkowego", "numer-porzadkowy-nieruchomosci"),
        ("poproszę o NUMER domu", "numer-porzadkowy-nieruchomosci"),
        ("tabliczke z numerem domu", "numer-porzadkowy-nieruchomosci"),
        ("house number", "numer-porzadkowy-nieruchomosci"),
        ("pisma ogólnego", "pismo-ogolne"),
    ] {
        let found = catalogue.search(words);
        assert_eq!(
            found.first().map(|one| one.id.0.as_str()),
            Some(first),
            "{words}"
        );
    }
    for words in ["", "  ", "o na w", "xyzzy"] {
        assert!(catalogue.search(words).is_empty(), "{words}");
    }
}

/// Four hundred procedures: even a long search costs less than reading all their words once.
#[test]
fn search_over_four_hundred_procedures() {
    let (catalogue, faults) = Catalogue::read(generated(400));
    assert_eq!(faults, []);
    assert_eq!(catalogue.all().len(), 400);
    let found = catalogue.search("rejestracji sprawy 217");
    assert_eq!(
        found.first().map(|one| one.id.0.as_str()),
        Some("sprawa-217")
    );
    let reading = median(|| {
        let texts = catalogue
            .all()
            .iter()
            .flat_map(|one| [&one.title, &one.known_as, &one.summary])
            .flat_map(|text| [&text.pl, &text.en]);
        let words = texts.flat_map(|text| text.split_whitespace());
        words.map(|word| black_box(word.to_lowercase()).len()).sum()
    });
    for words in [
        "rejestracji sprawy 217",
        "zaświadczenie",
        "proszę o wpis do rejestru i zezwolenie na zajęcie drogi oraz opłatę za odpis pisma ogólnego",
    ] {
        let search = median(|| catalogue.search(words).len());
        println!("{words}: {search:?}; all words read: {reading:?}");
        assert!(search < reading, "{words}: {search:?}, reading {reading:?}");
    }
}

/// How long something takes, in the middle of many times.
fn median(mut work: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

/// One file after the model of a real one, with words of its own.
fn generated(count: usize) -> Vec<(String, String)> {
    const WORDS: [&str; 8] = [
        "rejestracja",
        "zezwolenie",
        "zgłoszenie",
        "opłata",
        "zaświadczenie",
        "dodatek",
        "wpis",
        "odpis",
    ];
    let mut files = files();
    files.retain(|(path, _)| !path.starts_with("procedures/"));
    let model = fs::read_to_string(root().join("data/procedures/pismo-ogolne.json")).unwrap();
    let model: Value = serde_json::from_str(&model).unwrap();
    for number in 0..count {
        let mut value = model.clone();
        let word = WORDS[number % WORDS.len()];
        value["id"] = json!(format!("sprawa-{number}"));
        value["title"]["pl"] = json!(format!("Sprawa {number}: {word}"));
        files.push((
            format!("procedures/sprawa-{number}.json"),
            value.to_string(),
        ));
    }
    files
}

#[tokio::test]
async fn an_office_offers_what_its_own_list_verifies() {
    let list = "class;title;retention;source;procedures\n\
        6624;Numeracja porządkowa;B10;Zarządzenie 5/2026;\n\
        5532;Dowody osobiste;BE10;Zarządzenie 5/2026;pismo-ogolne\n\
        1510;Skargi i wnioski;do ustalenia;Zarządzenie 5/2026;\n";
    let catalogue = Catalogue::of_office(list.as_bytes()).unwrap();
    let letter = catalogue.find("pismo-ogolne").unwrap();
    assert_eq!(letter.jrwa, "5532");
    let offered = |id: &str| catalogue.offered(id, false).is_ok();
    assert!(offered("pismo-ogolne") && offered("numer-porzadkowy-nieruchomosci"));
    assert!(!offered("skarga"), "its class is not verified");
    assert!(!offered("petycja"), "its class is not in the list");
    assert!(
        catalogue.offered("petycja", true).is_ok(),
        "in the demo it is"
    );
    let typed = |text: &str| catalogue.typed_class(text).map(|one| one.class.clone());
    for text in ["5532", " 5532 – Dowody osobiste"] {
        assert_eq!(typed(text).unwrap(), "5532");
    }
    for (text, said) in [
        ("dowody OSOBISTE", "5532 – Dowody osobiste"),
        ("553", "Nie ma takiej klasy"),
        ("nieznane", "Nie ma takiej klasy"),
        ("", "Nie ma takiej klasy"),
        ("do ustalenia", "Nie ma takiej klasy"),
    ] {
        let wrong = serde_json::to_string(&typed(text).unwrap_err().document()).unwrap();
        assert!(wrong.contains(said), "{text}: {wrong}");
    }

    let server = Server::with(Config {
        own_catalogue: Some(Box::leak(Box::new(catalogue))),
        ..Config::default()
    })
    .await;
    let shown = async |path: &str| {
        let answer = server.request(Method::GET, path).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let (_, list) = shown("/matters").await;
    assert!(list.contains("/matters/pismo-ogolne") && !list.contains("/matters/skarga"));
    assert_eq!(shown("/matters/pismo-ogolne").await.0, StatusCode::OK);
    assert_eq!(shown("/matters/skarga").await.0, StatusCode::NOT_FOUND);
}

#[test]
fn a_server_with_a_wrong_list_does_not_start_and_names_the_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("jrwa.csv");
    fs::write(
        &file,
        "class,title,retention,source\n66245,Numeracja,B10,x\n",
    )
    .unwrap();
    let (data, list) = (directory.path().join("data"), file.display().to_string());
    let data = data.display().to_string();
    let place = ["--data-dir", &data, "--listen", "127.0.0.1:0"];
    let ran = ebok(["serve", "--jrwa", &list].iter().chain(&place));
    assert_ne!(ran.code, 0);
    assert!(
        ran.err.contains("line 2: class: one to four digits"),
        "{}",
        ran.err
    );
}
