//! What the office takes as a document and what not, whatever it is called; and the virus scanner, a
//! real clamd.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::citizen::PESEL;
use crate::support::clamd::{Clamd, eicar};
use crate::support::server::Server;
use auction_rules::{Timestamp, Words};
use ebok::config::Config;
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::limits::{
    ARCHIVE_UNPACKED_MAX, DOCUMENT_BYTES_MAX, UNSENT_BYTES_MAX, UNSENT_DOCUMENTS_MAX,
    UNSENT_KEPT_MS,
};
use ebok::office::documents::scanning::Scanner;
use ebok::office::documents::{Documents, Reader};
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::office::procedures::Catalogue;
use ebok::store::audit::{self, Chain};
use ebok::store::documents::{self as rows, Document, Kind, Scan};
use ebok::store::letters::{Enclosure, Letter};
use ebok::store::new_id;
use serde_json::json;
use std::fs;
use std::io::{Cursor, Write};
use tokio::io::AsyncReadExt;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ANNA: &str = "anna";

async fn server(scanner: Scanner) -> Server {
    Server::with(Config {
        scanner,
        ..Config::default()
    })
    .await
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What was said against a document; empty where it was taken.
async fn said(documents: &Documents, name: &str, bytes: &[u8]) -> String {
    match documents.put(ANNA, name, bytes).await {
        Ok(_) => String::new(),
        Err(problem) => serde_json::to_string(&problem.document()).unwrap(),
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case after another")]
async fn a_document_is_what_it_holds() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    let docx: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", b"<a/>"),
        ("word/document.xml", b"<a/>"),
    ];
    let odt: &[(&str, &[u8])] = &[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"<a/>"),
    ];
    let asic: &[(&str, &[u8])] = &[
        ("mimetype", b"application/vnd.etsi.asic-e+zip"),
        ("pismo.docx", b"PK"),
    ];
    let deep = [vec!["<b>"; 200_000], vec!["</b>"; 200_000]]
        .concat()
        .concat();
    let cms = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80";
    for (name, bytes, kept, kind) in [
        ("mapa.pdf", b"%PDF-1.7 ...".to_vec(), "mapa.pdf", Kind::Pdf),
        ("MAPA.PDF", b"%PDF-1.4".to_vec(), "MAPA.PDF", Kind::Pdf),
        ("mapa", b"%PDF-1.4".to_vec(), "mapa.pdf", Kind::Pdf),
        (
            "zdjęcie.jpeg",
            b"\xff\xd8\xff\xe0".to_vec(),
            "zdjęcie.jpeg",
            Kind::Jpeg,
        ),
        ("a.png", b"\x89PNG\r\n\x1a\n".to_vec(), "a.png", Kind::Png),
        ("skan.tif", b"II*\0....".to_vec(), "skan.tif", Kind::Tiff),
        ("pismo.docx", packed(docx), "pismo.docx", Kind::Docx),
        ("pismo.odt", packed(odt), "pismo.odt", Kind::Odt),
        (
            "podpisane.asice",
            packed(asic),
            "podpisane.asice",
            Kind::Asic,
        ),
        (
            "kilka.zip",
            packed(&[("a.pdf", b"%PDF-1.7")]),
            "kilka.zip",
            Kind::Zip,
        ),
        ("pismo.pdf.p7m", cms.to_vec(), "pismo.pdf.p7m", Kind::Cms),
        (
            "dane.xml",
            b"<?xml version=\"1.0\"?><dane/>".to_vec(),
            "dane.xml",
            Kind::Xml,
        ),
        (
            "uwagi.txt",
            "Zażółć gęślą jaźń\r\n".into(),
            "uwagi.txt",
            Kind::Text,
        ),
        ("głęboko.xml", deep.into_bytes(), "głęboko.xml", Kind::Xml),
        // The encoding of older Windows.
        (
            "stare.txt",
            b"Za\xbf\xf3\xb3\xe6".to_vec(),
            "stare.txt",
            Kind::Text,
        ),
    ] {
        let taken = documents.put(ANNA, name, &bytes).await.unwrap();
        assert_eq!((taken.name.as_str(), taken.kind), (kept, kind));
        let mut read = Vec::new();
        let mut file = documents.open(&taken, Reader::Sender).await.unwrap();
        file.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, bytes, "{name}: the very bytes");
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case after another")]
async fn what_could_harm_is_refused_and_leaves_nothing() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    let zeros = vec![0; usize::try_from(ARCHIVE_UNPACKED_MAX).unwrap() + 1];
    let bomb = packed(&[("zera.txt", &zeros)]);
    let macros: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", b"<a/>"),
        ("word/document.xml", b"<a/>"),
        ("word/vbaProject.bin", b"Sub AutoOpen"),
    ];
    let page = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let hidden = b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>".to_vec();
    let laughs = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_vec();
    let large = usize::try_from(DOCUMENT_BYTES_MAX).unwrap() + 1;
    for (name, bytes, why) in [
        ("umowa.pdf", page.clone(), "To strona internetowa"),
        (
            "umowa.pdf",
            [b"\xef\xbb\xbf <!-- x -->".to_vec(), page].concat(),
            "To strona internetowa",
        ),
        ("rysunek.png", svg, "To strona internetowa"),
        ("dane.xml", hidden, "To strona internetowa"),
        ("dane.xml", laughs, "Takiego pliku nie przyjmujemy"),
        ("dane.xml", b"<a>".to_vec(), "Takiego pliku nie przyjmujemy"),
        (
            "program.pdf",
            b"MZ\x90\0\x03".to_vec(),
            "Takiego pliku nie przyjmujemy",
        ),
        (
            "program.exe",
            b"MZ\x90\0\x03".to_vec(),
            "Takiego pliku nie przyjmujemy",
        ),
        (
            "run.sh",
            b"#!/bin/sh\nrm -rf /\n".to_vec(),
            "w środku jest zwykły tekst",
        ),
        (
            "strona.html",
            b"%PDF-1.7".to_vec(),
            "w środku jest dokument PDF",
        ),
        (
            "umowa.pdf",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "w środku jest obraz PNG",
        ),
        (
            "umowa.docx",
            packed(&[("a.exe", b"MZ")]),
            "w środku jest archiwum ZIP",
        ),
        ("umowa.docx", packed(macros), "W pliku są makra"),
        ("bomba.zip", bomb, "po rozpakowaniu byłoby za duże"),
        (
            "uszkodzone.zip",
            b"PK\x03\x04....".to_vec(),
            "jest uszkodzony",
        ),
        ("puste.pdf", Vec::new(), "Plik jest pusty"),
        ("../..", b"%PDF-1.7".to_vec(), "Plik nie ma nazwy"),
        (
            "wielki.pdf",
            [b"%PDF-1.7".to_vec(), vec![b' '; large]].concat(),
            "za długa",
        ),
    ] {
        let said = said(documents, name, &bytes).await;
        assert!(said.contains(why), "{name}: {said}");
    }
    let left = fs::read_dir(server.data().join("documents")).unwrap();
    assert_eq!(left.count(), 0, "nothing lies in the folder");
    assert!(matches!(
        audit::verify(&server.state.store).await.unwrap(),
        Chain::Whole(_)
    ));
}

#[tokio::test]
async fn a_name_cannot_lead_anywhere() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    for (sent, kept) in [
        ("../../etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\Windows\\win.pdf", "win.pdf"),
        ("umowa\u{202e}fdp.pdf", "umowafdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("NUL.pdf", "_NUL.pdf"),
    ] {
        let taken = documents.put(ANNA, sent, b"%PDF-1.7").await.unwrap();
        assert_eq!(taken.name, kept);
        let lies = documents.folder.by_hash(&taken.sha256);
        assert!(lies.starts_with(server.data().join("documents")) && lies.exists());
    }
}

#[tokio::test]
async fn an_infected_document_is_locked_for_good_and_nothing_waits_for_the_scanner() {
    let mut clamd = Clamd::new();
    let server = server(clamd.scanner()).await;
    let documents = server.state.letters.documents();
    let clean = documents.put(ANNA, "mapa.pdf", b"%PDF-1.7").await.unwrap();
    let virus = documents.put(ANNA, "eicar.txt", &eicar()).await.unwrap();
    let packed = packed(&[("eicar.txt", &eicar())]);
    let packed = documents.put(ANNA, "paczka.zip", &packed).await.unwrap();

    // The scanner is away: clerks wait, the sender need not.
    assert_eq!(documents.scan_due().await.unwrap(), 0);
    assert_eq!(
        documents.scan_due().await.unwrap(),
        0,
        "not due again at once"
    );
    let waits = documents.find(&clean.id).await.unwrap();
    assert_eq!(waits.scan, Scan::Waiting);
    assert!(documents.open(&waits, Reader::Sender).await.is_ok());
    let locked = documents.open(&waits, Reader::Clerk).await.unwrap_err();
    assert!(
        matches!(locked, Problem::NotNow(words) if words.en.contains("waits for the virus scanner"))
    );

    clamd.start().await;
    server.later(3_600_000);
    assert_eq!(documents.scan_due().await.unwrap(), 3);
    let clean = documents.find(&clean.id).await.unwrap();
    assert_eq!(clean.scan, Scan::Clean);
    assert!(documents.open(&clean, Reader::Clerk).await.is_ok());
    for id in [&virus.id, &packed.id] {
        let found = documents.find(id).await.unwrap();
        assert!(
            matches!(&found.scan, Scan::Infected { infection } if infection.starts_with("Eicar-Test")),
            "{found:?}"
        );
        for reader in [Reader::Sender, Reader::Clerk] {
            let locked = documents.open(&found, reader).await.unwrap_err();
            assert!(
                matches!(locked, Problem::NotNow(words) if words.pl.contains("zablokowany na stałe"))
            );
        }
    }
    server.later(3_600_000);
    assert_eq!(
        documents.scan_due().await.unwrap(),
        0,
        "each is scanned once"
    );
}

/// Documents of an account that were never sent, of so many bytes each.
async fn unsent(documents: &Documents, by: &str, count: i64, bytes: i64) {
    let mut tx = documents.store.write_tx().await.unwrap();
    for _ in 0..count {
        let document = Document {
            id: new_id(),
            sha256: "0".repeat(64),
            name: "mapa.pdf".to_owned(),
            kind: Kind::Pdf,
            bytes,
            added_by: by.to_owned(),
            added_at: (documents.now)(),
            scan: Scan::Clean,
        };
        rows::insert(&mut tx, &document).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn unsent_documents_are_bounded_by_number_and_bytes() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    unsent(documents, ANNA, UNSENT_DOCUMENTS_MAX - 1, 7).await;
    let last = documents.put(ANNA, "a.pdf", b"%PDF-1.7 a").await.unwrap();
    let said = said(documents, "b.pdf", b"%PDF-1.7 b").await;
    assert!(
        said.contains("\"code\":602") && said.contains("niewysłanych"),
        "{said}"
    );
    assert_eq!(files_in(&server), 1, "nothing of it stays");
    // Another account has its own room, and one that takes a file out has room again.
    documents.put("jan", "b.pdf", b"%PDF-1.7 b").await.unwrap();
    documents.discard("jan", &last.id).await.unwrap();
    assert!(documents.find(&last.id).await.is_ok(), "not jan's");
    documents.discard(ANNA, &last.id).await.unwrap();
    assert!(documents.find(&last.id).await.is_err());
    assert_eq!(files_in(&server), 1);
    documents.put(ANNA, "b.pdf", b"%PDF-1.7 b").await.unwrap();

    unsent(documents, "ewa", 1, UNSENT_BYTES_MAX).await;
    let full = documents.put("ewa", "b.pdf", b"%PDF-1.7 b").await;
    assert!(matches!(full, Err(Problem::Faults(_))));
}

#[tokio::test]
async fn unsent_documents_are_forgotten_and_others_are_not() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    let (citizen, _) = server.citizen("Anna Żółć", "anna@example.pl", PESEL).await;
    let anna = citizen.id.as_str();
    let put = async |bytes: &[u8]| documents.put(anna, "a.pdf", bytes).await.unwrap();
    let forgotten = put(b"%PDF-1.7 forgotten").await;
    let same_bytes = put(b"%PDF-1.7 forgotten").await;
    let sent = put(b"%PDF-1.7 sent").await;
    let letter = letter_with(&server, &sent).await;
    server.later(1);
    // A draft that was begun before the document was added, and saved after.
    let drafts = server.drafts(anna);
    let procedure = Catalogue::embedded().find("pismo-ogolne").unwrap();
    let draft = drafts.begin(procedure).await.unwrap();
    server.later(1);
    let in_draft = put(b"%PDF-1.7 in a draft").await;
    server.later(1);
    drafts.save(&draft.id, |_| {}).await.unwrap();

    server.later(UNSENT_KEPT_MS - 60_000);
    assert_eq!(documents.remove_forgotten().await.unwrap(), 0);
    server.later(120_000);
    assert_eq!(documents.remove_forgotten().await.unwrap(), 2);
    for gone in [&forgotten, &same_bytes] {
        assert!(documents.find(&gone.id).await.is_err());
    }
    for kept in [&sent, &in_draft] {
        let found = documents.find(&kept.id).await.unwrap();
        assert!(documents.open(&found, Reader::Sender).await.is_ok());
    }
    assert_eq!(files_in(&server), 2);
    documents.discard(anna, &sent.id).await.unwrap();
    assert!(documents.find(&sent.id).await.is_ok(), "{}", letter.number);
    // Nothing names it any more.
    drafts.delete(&draft.id).await.unwrap();
    assert_eq!(documents.remove_forgotten().await.unwrap(), 1);
    assert_eq!(files_in(&server), 1);
    let chain = audit::verify(&documents.store).await.unwrap();
    assert!(matches!(chain, Chain::Whole(Some(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_bytes_that_come_again_while_they_are_removed_are_there_or_refused() {
    let server = server(Scanner::Off).await;
    let documents = server.state.letters.documents();
    for _ in 0..20 {
        let first = documents
            .put(ANNA, "a.pdf", b"%PDF-1.7 same")
            .await
            .unwrap();
        let (removed, again) = tokio::join!(
            documents.discard(ANNA, &first.id),
            documents.put("jan", "a.pdf", b"%PDF-1.7 same"),
        );
        removed.unwrap();
        match again {
            Ok(again) => {
                assert!(documents.open(&again, Reader::Sender).await.is_ok());
                documents.discard("jan", &again.id).await.unwrap();
            }
            Err(wrong) => assert!(matches!(wrong, Problem::Unavailable), "{wrong:?}"),
        }
        assert_eq!(files_in(&server), 0);
    }
}

/// A letter of the sender of a document that encloses it.
async fn letter_with(server: &Server, document: &Document) -> Letter {
    let submission = Submission {
        key: new_id(),
        sender: Sender {
            account: document.added_by.clone(),
            name: "Anna".to_owned(),
            email: String::new(),
            lang: Lang::Pl,
        },
        writing: Writing {
            matter: Matter {
                procedure: "pismo-ogolne".to_owned(),
                version: 1,
                title: Words::new("Pismo", "Letter"),
                unit: "KA".to_owned(),
            },
            answers: json!({}),
            enclosures: vec![Enclosure {
                question: "files".to_owned(),
                document: document.clone(),
            }],
        },
        confirmation: Confirmation::LogIn { at: Timestamp(1) },
    };
    server.state.letters.submit(&submission).await.unwrap()
}

/// How many files lie in the folder of documents.
fn files_in(server: &Server) -> usize {
    let shelves = fs::read_dir(server.data().join("documents")).unwrap();
    let shelves = shelves.filter_map(|shelf| fs::read_dir(shelf.unwrap().path()).ok());
    shelves.map(Iterator::count).sum()
}
