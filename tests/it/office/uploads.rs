//! Files that could harm, sent as a browser without JavaScript sends them and as a program does: each
//! is refused or locked, and what was typed and the other files stay.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::passing;
use crate::support::browser::{Browser, Page};
use crate::support::citizen::PESEL;
use crate::support::clamd::{Clamd, eicar};
use crate::support::server::{Answer, PASSWORD, Server, answer};
use ebok::config::Config;
use ebok::limits::{ARCHIVE_UNPACKED_MAX, DOCUMENT_BYTES_MAX};
use ebok::office::documents::scanning::Scanner;
use ebok::office::drafts::Drafts;
use ebok::office::forms::{Answers, GivenFile};
use ebok::office::procedures::Catalogue;
use ebok::store::documents::{Document, Scan};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LETTER: &str = "pismo-ogolne";
const QUESTION: &str = "attachments";
const GOOD: &[u8] = b"%PDF-1.7 good";

/// A citizen on the page of a form that takes files.
struct Sender<'a> {
    server: &'a Server,
    browser: Browser<'a>,
    token: String,
    drafts: Drafts,
    draft: String,
    page: String,
}

async fn server(scanner: Scanner) -> Server {
    Server::with(Config {
        demo: true,
        scanner,
        ..Config::default()
    })
    .await
}

impl<'a> Sender<'a> {
    async fn of(server: &'a Server) -> Self {
        let (citizen, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
        let token = server.enter_with(&slip).await;
        let mut browser = Browser::of(server);
        browser.get("/login").await;
        browser.enter(&slip.login, PASSWORD).await;
        let drafts = server.drafts(&citizen.id);
        let procedure = Catalogue::embedded().find(LETTER).unwrap();
        let draft = drafts.begin(procedure).await.unwrap().id;
        Self {
            server,
            browser,
            token,
            page: format!("/drafts/{draft}/letter"),
            drafts,
            draft,
        }
    }

    /// Goes on from the page with what is typed and these files.
    async fn go_on(&mut self, body: &str, files: &[(&str, &[u8])]) -> Page {
        self.browser.get(&self.page).await;
        let typed = [
            ("topic", "roads"),
            ("in_case", "no"),
            ("subject", "Chodnik"),
            ("body", body),
        ];
        let files: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (QUESTION, *name, *bytes))
            .collect();
        self.browser.attach(&self.page, &typed, &files).await
    }

    /// What the office was asked to take by a program.
    async fn add(&self, name: &str, bytes: &[u8]) -> Answer {
        let request = self.server.request(Method::POST, "/api/documents");
        let request = request.query(&[("name", name)]).body(bytes.to_vec());
        answer(request.bearer_auth(&self.token)).await
    }

    async fn post(&self, answers: &Answers) -> Answer {
        let path = format!("/api/matters/{LETTER}/letters");
        let request = self
            .server
            .request(Method::POST, &path)
            .header("idempotency-key", "a");
        let request = request.json(&json!({ "answers": answers }));
        answer(request.bearer_auth(&self.token)).await
    }

    async fn answers(&self) -> Answers {
        self.drafts.one(&self.draft).await.unwrap().answers
    }

    /// The names of the files in the draft.
    async fn files(&self) -> Vec<String> {
        let answers = self.answers().await;
        let files = answers.get(QUESTION).and_then(Value::as_array).cloned();
        let name = |file: Value| file["name"].as_str().unwrap().to_owned();
        files.unwrap_or_default().into_iter().map(name).collect()
    }

    /// How many files lie in the folder of documents.
    fn lying(&self) -> usize {
        let shelves = fs::read_dir(self.server.data().join("documents")).unwrap();
        let paths = shelves.map(|shelf| shelf.unwrap().path());
        paths
            .map(|path| {
                if path.is_dir() {
                    fs::read_dir(path).unwrap().count()
                } else {
                    1
                }
            })
            .sum()
    }
}

/// Name, bytes, and what is said of it.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let zeros = vec![0; usize::try_from(ARCHIVE_UNPACKED_MAX).unwrap() + 1];
    vec![
        (
            "program.exe",
            b"MZ\x90\0\x03".to_vec(),
            "Takiego pliku nie przyjmujemy",
        ),
        (
            "umowa.pdf",
            b"MZ\x90\0\x03".to_vec(),
            "Takiego pliku nie przyjmujemy",
        ),
        (
            "umowa.pdf",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "w środku jest obraz PNG",
        ),
        (
            "umowa.pdf",
            b"<!DOCTYPE html><script>alert(1)</script>".to_vec(),
            "To strona internetowa",
        ),
        ("strona.html", GOOD.to_vec(), "w środku jest dokument PDF"),
        ("../..", GOOD.to_vec(), "Plik nie ma nazwy"),
        ("puste.pdf", Vec::new(), "Plik jest pusty"),
        ("bomba.docx", docx(&zeros), "po rozpakowaniu byłoby za duże"),
    ]
}

fn oversized() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7".to_vec();
    bytes.resize(usize::try_from(DOCUMENT_BYTES_MAX).unwrap() + 1, b' ');
    bytes
}

#[tokio::test]
async fn the_page_refuses_what_could_harm_and_keeps_the_rest() {
    let server = server(Scanner::Off).await;
    let mut sender = Sender::of(&server).await;
    let page = sender.go_on("Pierwszy", &[("mapa.pdf", GOOD)]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let mut bad = hostile();
    bad.push((
        "wielki.pdf",
        oversized(),
        "Plik jest za duży: najwyżej 25 MB",
    ));
    for (number, (name, bytes, why)) in bad.iter().enumerate() {
        // The bad one stands between two good ones with the same bytes as the first.
        let (one, other) = (format!("{number}a.pdf"), format!("{number}b.pdf"));
        let body = format!("Treść {number}");
        let files = [
            (one.as_str(), GOOD),
            (*name, bytes.as_slice()),
            (other.as_str(), GOOD),
        ];
        let page = sender.go_on(&body, &files).await;
        assert_eq!(page.status, 422, "{name}");
        assert!(page.text.contains(why), "{name}: {}", page.text);
        assert!(
            page.text.contains(&body) && page.text.contains(&one),
            "{name}"
        );
        let answers = sender.answers().await;
        assert_eq!(
            (&answers["body"], &answers["subject"]),
            (&json!(body), &json!("Chodnik"))
        );
        assert_eq!(
            sender.files().await,
            ["mapa.pdf", one.as_str(), other.as_str()],
            "{name}"
        );
        assert_eq!(
            sender.lying(),
            1,
            "{name}: of equal bytes there is one file"
        );
        // They are taken out again, so that there is room.
        sender.empty().await;
    }
}

impl Sender<'_> {
    /// Takes all files out of the draft but the first.
    async fn empty(&self) {
        let first = |answers: &mut Answers| {
            let files = answers.get_mut(QUESTION).and_then(Value::as_array_mut);
            files.unwrap().truncate(1);
        };
        self.drafts.save(&self.draft, first).await.unwrap();
    }
}

#[tokio::test]
async fn the_api_refuses_what_could_harm_and_takes_nothing() {
    let server = server(Scanner::Off).await;
    let sender = Sender::of(&server).await;
    for (name, bytes, why) in hostile() {
        let (status, problem) = sender.add(name, &bytes).await;
        assert_eq!(status, 422, "{name}: {problem}");
        assert!(problem.to_string().contains(why), "{name}: {problem}");
    }
    let (status, problem) = sender.add("wielki.pdf", &oversized()).await;
    assert_eq!(
        (status.as_u16(), &problem["name"]),
        (413, &json!("too-large")),
        "{problem}"
    );
    assert_eq!(sender.lying(), 0);

    // A good one, as somebody else's, and under another name, hash or length than it has.
    let (status, added) = sender.add("mapa.pdf", GOOD).await;
    assert_eq!(status, 201, "{added}");
    let document = server
        .state
        .letters
        .documents()
        .find(added["id"].as_str().unwrap());
    let given = json!(GivenFile::from(&document.await.unwrap()));
    for (member, value) in [
        ("name", json!("inna.pdf")),
        ("sha256", json!("0".repeat(64))),
        ("bytes", json!(1)),
        ("document", json!("0190a2b4-0000-7000-8000-00000000dead")),
    ] {
        let mut answers = passing(LETTER);
        answers[QUESTION] = json!([given]);
        answers[QUESTION][0][member] = value;
        let (status, problem) = sender.post(&answers).await;
        assert_eq!(status, 404, "{member}: {problem}");
    }
    let stranger = server
        .citizen("Jan Obcy", "jan@example.pl", "02070803628")
        .await;
    let mut answers = passing(LETTER);
    answers[QUESTION] = json!([given]);
    let path = format!("/api/matters/{LETTER}/letters");
    let request = server
        .request(Method::POST, &path)
        .header("idempotency-key", "a");
    let request = request.bearer_auth(server.enter_with(&stranger.1).await);
    let (status, problem) = answer(request.json(&json!({ "answers": answers }))).await;
    assert_eq!(status, 404, "another's document: {problem}");
    let (status, sent) = sender.post(&answers).await;
    assert_eq!(status, 201, "{sent}");
}

#[tokio::test]
async fn a_name_leads_nowhere() {
    let server = server(Scanner::Off).await;
    let mut sender = Sender::of(&server).await;
    let names = [
        ("../../etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\Windows\\win.pdf", "win.pdf"),
        ("umowa\u{202e}fdp.pdf", "umowafdp.pdf"),
        ("<b>&\".pdf", "<b>&_.pdf"),
    ];
    let files: Vec<_> = names.iter().map(|(sent, _)| (*sent, GOOD)).collect();
    let page = sender.go_on("Treść", &files).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let kept = sender.files().await;
    assert_eq!(
        kept[..3],
        names[..3]
            .iter()
            .map(|(_, kept)| (*kept).to_owned())
            .collect::<Vec<_>>()
    );
    let shown = sender.browser.get(&sender.page.clone()).await;
    assert!(!shown.text.contains("<b>&"), "it is shown as text");
    for (sent, kept) in &names[..3] {
        let (status, added) = sender.add(sent, GOOD).await;
        assert_eq!(
            (status.as_u16(), &added["name"]),
            (201, &json!(kept)),
            "{added}"
        );
    }
    assert_eq!(sender.lying(), 1, "in the folder of documents alone");
}

/// The scanner finds it later: who enclosed it cannot send it, and where it was sent before nobody can
/// open it; the other files and the answers stay.
#[tokio::test]
async fn a_virus_is_locked_and_takes_nothing_with_it() {
    let mut clamd = Clamd::new();
    let server = server(clamd.scanner()).await;
    let mut sender = Sender::of(&server).await;
    let taken = async |name: &str, bytes: &[u8]| -> Document {
        let (status, added) = sender.add(name, bytes).await;
        assert_eq!(status, 201, "{added}");
        let documents = server.state.letters.documents();
        documents.find(added["id"].as_str().unwrap()).await.unwrap()
    };
    // By a program: sent before the scanner came.
    let (bad, good) = (
        taken("umowa.docx", &docx(&eicar())).await,
        taken("mapa.pdf", GOOD).await,
    );
    let mut answers = passing(LETTER);
    answers[QUESTION] = json!([GivenFile::from(&bad), GivenFile::from(&good)]);
    let (status, sent) = sender.post(&answers).await;
    assert_eq!(status, 201, "{sent}");
    let letter = sent["id"].as_str().unwrap().to_owned();
    // By the page: still a draft.
    let page = sender
        .go_on(
            "Treść",
            &[("wirus.docx", &docx(&eicar())), ("plan.pdf", GOOD)],
        )
        .await;
    assert_eq!(page.status, 303, "{}", page.text);
    let before = sender.answers().await;

    clamd.start().await;
    server.later(3_600_000);
    assert_eq!(
        server.state.letters.documents().scan_due().await.unwrap(),
        4
    );
    let found = server
        .state
        .letters
        .documents()
        .find(&bad.id)
        .await
        .unwrap();
    assert!(matches!(found.scan, Scan::Infected { .. }));
    let at = |document: &Document| format!("/letters/{letter}/files/{}", document.id);
    let locked = sender.browser.get(&at(&bad)).await;
    assert_eq!(locked.status, 409);
    assert!(
        locked.text.contains("zablokowany na stałe"),
        "{}",
        locked.text
    );
    assert_eq!(
        sender.browser.get(&at(&good)).await.status,
        200,
        "the other one opens"
    );
    let shown = sender.browser.get(&format!("/letters/{letter}")).await;
    assert_eq!(shown.status, 200, "the letter stands");

    neither_page_nor_program_sends(&mut sender, &before[QUESTION]).await;
}

/// A draft with these files, of which one is infected.
async fn neither_page_nor_program_sends(sender: &mut Sender<'_>, files: &Value) {
    let server = sender.server;
    let mut again = passing(LETTER);
    again[QUESTION] = files.clone();
    let request = server.request(Method::POST, &format!("/api/matters/{LETTER}/letters"));
    let request = request
        .header("idempotency-key", "b")
        .bearer_auth(&sender.token);
    let (status, problem) = answer(request.json(&json!({ "answers": again }))).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("wirus.docx"), "{problem}");
    let rest = again.clone();
    let fill = |answers: &mut Answers| *answers = rest;
    let draft = sender.drafts.save(&sender.draft, fill).await.unwrap();
    let path = format!("/drafts/{}/send", sender.draft);
    let page = sender.browser.get(&path).await;
    let digest = page.attribute_of("name=\"digest\"", "value");
    let page = sender.browser.send(&path, &[("digest", &digest)]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("wirus.docx"), "{}", page.text);
    assert_eq!(sender.drafts.one(&sender.draft).await.unwrap(), draft);
    assert_eq!(sender.files().await, ["wirus.docx", "plan.pdf"]);
}

/// A document of Word that holds these bytes.
fn docx(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("[Content_Types].xml", b"<a/>".as_slice()),
        ("word/document.xml", bytes),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
