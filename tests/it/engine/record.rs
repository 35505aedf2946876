//! The record against a log that a house really wrote: with refusals, a pause, an annulment, an
//! exclusion, questions, outages and another server that goes on.

use super::hall::{Hall, START, bidder, officer, pass, receipt, settle, terms};
use auction_rules::{Act, Viewer};
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::auction::record::Record;
use ebok::document::record::record_pdf;
use ebok::document::{Lang, Office};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

const BIDDERS: usize = 5;
/// What a record of 60,000 attempts may take in all, unoptimised; optimised it is a tenth.
const LONG_RECORD_MAX: Duration = Duration::from_secs(60);

fn journal() -> FaultyJournal {
    FaultyJournal::new(1, Faults::default())
}

/// What happened in the auction, as those who were there know it.
struct Known {
    hall: Hall,
    attempts: Vec<Value>,
    /// The alias whose bid was annulled and its number, and the alias that was excluded.
    annulled: (u64, u64),
    excluded: u64,
}

/// The first life of the house, up to its loss.
async fn first_life(journal: &FaultyJournal) -> Known {
    let hall = Hall::with(Arc::new(journal.clone()), terms(json!({})), BIDDERS).await;
    let mut all = hall.opened(BIDDERS).await;
    let auction = hall.auction.clone();
    let mut attempts = Vec::new();
    for (index, price) in [(0, "900"), (1, "880"), (2, "895"), (1, "875"), (3, "9,0,0")] {
        let id = format!("b-{index}-{price}");
        attempts.push(all[index].bids(&auction, &id, price).await);
    }
    let outcomes: Vec<_> = attempts.iter().map(|answer| &answer["code"]).collect();
    assert_eq!(
        outcomes,
        [
            &json!(null),
            &json!(null),
            &json!(null),
            &json!(302),
            &json!(307)
        ]
    );
    for (index, text) in [(0, "Czy podgląd liczy VAT?"), (1, "Słychać mnie?")] {
        let id = format!("q-{index}");
        let ask = json!({"type": "ask", "auction": auction, "id": id, "text": text});
        all[index].say(ask).await;
        assert_eq!(all[index].answer(&id).await["accepted"], true);
    }
    let answer = json!({"type": "answer", "question": 1, "asked": "Czy podgląd liczy VAT?",
        "text": "Tak, pokazuje cenę brutto."});
    hall.act(answer.clone()).await;
    let answer: Act = serde_json::from_value(answer).unwrap();
    hall.house
        .act(&auction, officer(), answer)
        .await
        .unwrap_err();
    hall.act(json!({"type": "announce", "text": "Dzień dobry Państwu."}))
        .await;
    all[2].send(Message::text("{")).await;
    pass(1_500).await;
    hall.act(json!({"type": "pause", "reason": "Awaria łącza w urzędzie"}))
        .await;
    attempts.push(all[0].bids(&auction, "b-paused", "850").await);
    assert_eq!(attempts[5]["code"], 102);
    pass(1_000).await;
    let resume = json!({"type": "resume", "notice_ms": 300_000, "reason": "Łącze działa"});
    hall.act(resume).await;
    pass(301_000).await;
    let alias = |index: usize| {
        let told = receipt(&attempts[index]).told().unwrap();
        u64::from(told.alias.unwrap().0)
    };
    let annulled = (alias(1), attempts[1]["n"].as_u64().unwrap());
    hall.act(
        json!({"type": "annul", "alias": annulled.0, "n": annulled.1,
        "reason": "Oczywista omyłka"}),
    )
    .await;
    let excluded = alias(2);
    hall.act(json!({"type": "exclude", "alias": excluded, "reason": "Odrzucona oferta"}))
        .await;
    all.truncate(2);
    pass(3_000).await;
    Known {
        hall,
        attempts,
        annulled,
        excluded,
    }
}

/// Another house goes on after `away_ms`; the one before writes no more.
async fn next_life(journal: &FaultyJournal, before: &Hall, away_ms: u64) -> Hall {
    let now = before.clock.now().plus(away_ms);
    let hall = Hall::open(Arc::new(journal.clone()), now).await;
    settle().await;
    hall
}

#[tokio::test(start_paused = true)]
async fn the_record_tells_what_happened() {
    let journal = journal();
    let mut known = first_life(&journal).await;
    let hall = next_life(&journal, &known.hall, 5_000).await;
    assert_eq!(hall.called().await, "open", "forgiven");
    let mut client = hall.joined(Viewer::Bidder(bidder(0))).await;
    let answer = client.bids(&hall.auction, "b-after", "870").await;
    assert_eq!(answer["accepted"], true, "{answer}");
    known.attempts.push(answer);
    let hall = next_life(&journal, &hall, 60_000).await;
    assert_eq!(hall.called().await, "interrupted", "not forgiven");
    let resume = json!({"type": "resume", "notice_ms": 300_000, "reason": "Serwer działa"});
    hall.act(resume).await;
    pass(302_000).await;
    assert_eq!(hall.called().await, "open");
    pass(200_000).await;
    assert_eq!(hall.called().await, "sealed");

    let record = hall.house.record(&hall.auction).await.unwrap();
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["final"], true);
    attempts_are(&json, &known);
    acts_are(&json);
    questions_and_notes_are(&json, &known);
    course_is(&json);
    let text = on_paper(&record, Lang::Pl, "real-pl.pdf");
    for said in [
        "Wstrzymano: Awaria łącza w urzędzie",
        "Wstrzymano z powodu przerwy w działaniu",
        "Dziennik prowadzi dalej inny lub ponownie uruchomiony serwer",
        "przyjęte, potem unieważnione",
        "Odpowiedź na pytanie nr 1 – odmowa",
        "Czy podgląd liczy VAT? – Tak, pokazuje cenę brutto.",
        "bez odpowiedzi",
        "nieczytelne 1",
        "Nagłe rozłączenia: z 5 połączonych wykonawców zostało 2",
        "wykluczony",
    ] {
        assert!(text.contains(said), "{said:?} is missing in:\n{text}");
    }
    on_paper(&record, Lang::En, "real-en.pdf");
}

fn attempts_are(record: &Value, known: &Known) {
    let listed = record["attempts"].as_array().unwrap();
    assert_eq!(listed.len(), known.attempts.len());
    for (listed, answer) in listed.iter().zip(&known.attempts) {
        let told = receipt(answer).told().unwrap();
        assert_eq!(
            (&listed["n"], &listed["alias"]),
            (&json!(told.n), &json!(told.alias))
        );
        assert_eq!(listed["received_at"], json!(told.received_at));
        let (alias, n) = known.annulled;
        let outcome = match (listed["alias"] == alias, listed["n"] == n) {
            (true, true) => "annulled",
            _ if answer["accepted"] == true => "accepted",
            _ => "refused",
        };
        assert_eq!(listed["outcome"], outcome, "{listed}");
        if outcome == "refused" {
            assert_eq!(listed["code"], answer["code"]);
        }
    }
    let excluded = record["participants"].as_array().unwrap().iter();
    let excluded: Vec<_> = excluded
        .filter(|found| found["excluded_at"].is_i64())
        .collect();
    assert_eq!(excluded.len(), 1);
    assert_eq!(excluded[0]["alias"], known.excluded);
    let result = &record["result"];
    assert_eq!(result["standings"][0]["values"]["price"], "870.00");
    assert_eq!(result["winner"], result["standings"][0]["alias"]);
}

fn acts_are(record: &Value) {
    let acts = record["acts"].as_array().unwrap().iter();
    let acts: Vec<_> = acts
        .map(|act| {
            (
                act["act"]["type"].as_str().unwrap(),
                act["refused"].is_null(),
            )
        })
        .collect();
    let admitted = [("admit", true); BIDDERS];
    assert_eq!(acts[0], ("publish", true));
    assert_eq!(acts[1..=BIDDERS], admitted);
    assert_eq!(
        acts[BIDDERS + 1..],
        [
            ("schedule", true),
            ("answer", true),
            ("answer", false),
            ("announce", true),
            ("pause", true),
            ("resume", true),
            ("annul", true),
            ("exclude", true),
            ("resume", true),
        ]
    );
}

fn questions_and_notes_are(record: &Value, known: &Known) {
    let questions = record["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 2);
    assert_eq!(
        questions[0]["answered"]["text"],
        "Tak, pokazuje cenę brutto."
    );
    assert_eq!(
        (&questions[1]["question"], &questions[1]["answered"]),
        (&json!(2), &Value::Null)
    );
    for participant in record["participants"].as_array().unwrap() {
        let expected = match participant["alias"] == known.excluded {
            true => json!({"bad-message": 1}),
            false => json!({}),
        };
        assert_eq!(participant["refused_outside"], expected);
    }
}

fn course_is(record: &Value) {
    let course = record["course"].as_array().unwrap().iter();
    let course: Vec<_> = course
        .map(|happening| happening["event"]["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        course,
        [
            "scheduled",
            "opened",
            "phase-started",
            "paused",
            "resume-announced",
            "resumed",
            "connections-dropped",
            "took-over",
            "interrupted",
            "took-over",
            "interrupted",
            "paused",
            "resume-announced",
            "resumed",
            "phase-ended",
            "closed",
            "sealed",
        ]
    );
    let outages = record["clock"]["outages"].as_array().unwrap();
    let lasted = |outage: &Value| outage["to"].as_i64().unwrap() - outage["from"].as_i64().unwrap();
    let lasted: Vec<_> = outages.iter().map(lasted).collect();
    assert_eq!(lasted.len(), 2);
    assert!((5_000..=6_100).contains(&lasted[0]), "{lasted:?}");
    assert!((60_000..=61_100).contains(&lasted[1]), "{lasted:?}");
    let writers = record["proof"]["writers"].as_array().unwrap();
    assert_eq!(writers.len(), 3);
}

/// The text of the record on paper, which is kept where `EBOK_KEEP_PDF` says.
fn on_paper(record: &Record, lang: Lang, name: &str) -> String {
    let office = Office {
        name: "Urząd Miasta Olsztyna".to_owned(),
        address: "pl. Jana Pawła II 1, 10-101 Olsztyn".to_owned(),
        arms: None,
    };
    let pdf = record_pdf(record, office, lang).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("EBOK_KEEP_PDF").map(Into::into);
    let file = kept.unwrap_or_else(|| folder.path().to_owned()).join(name);
    std::fs::write(&file, pdf).unwrap();
    let mut reader = Command::new("pdftotext");
    reader.args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-");
    let read = reader
        .output()
        .expect("pdftotext of poppler-utils is needed: run `make setup`");
    let text = String::from_utf8(read.stdout)
        .unwrap()
        .replace('\u{a0}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every attempt of a rush is in the record, and writing it takes no minute.
#[tokio::test(start_paused = true)]
async fn a_record_of_60_000_attempts_is_made_in_time() {
    const RUSH: usize = 15;
    const ATTEMPTS: usize = 60_000;
    let journal = journal();
    let pace = json!({"pace": {"attempts_per_s": 50},
        "phases": [{"run": {"kind": "open", "close": {"by": "set-time", "length_ms": 300_000}}}]});
    let hall = Hall::with(Arc::new(journal), terms(pace), RUSH).await;
    drop(hall.opened(RUSH).await);
    for number in 0..ATTEMPTS / RUSH {
        // Of four attempts one is better than the one before.
        let price = format!("{}.{:02}", 999 - number / 40, number % 4);
        for index in 0..RUSH {
            let id = format!("r-{number}");
            let now = hall.clock.now();
            hall.arrive(index, &id, &price, now).unwrap();
        }
        pass(21).await;
    }
    hall.until(START.plus(320_000)).await;
    assert_eq!(hall.called().await, "sealed");
    let begun = Instant::now();
    let record = hall.house.record(&hall.auction).await.unwrap();
    let read = begun.elapsed();
    assert_eq!(record.attempts.len(), ATTEMPTS);
    let json = serde_json::to_vec(&record).unwrap();
    let written = begun.elapsed();
    on_paper(&record, Lang::Pl, "rush-pl.pdf");
    let printed = begun.elapsed();
    let bytes = json.len();
    println!("read {read:?}, as JSON {written:?}, on paper {printed:?}; {bytes} bytes of JSON");
    assert!(
        printed < LONG_RECORD_MAX,
        "{read:?} {written:?} {printed:?}"
    );
}
