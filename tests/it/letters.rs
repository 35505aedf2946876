//! Letters to the office: gapless numbers under load, one letter for one key, sealed and stamped
//! receipts that other programs check.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::authority::{Mood, StampAuthority, openssl};
use crate::support::clamd::eicar;
use crate::support::program::{Ran, run};
use crate::support::server::Server;
use auction_rules::{Timestamp, Words};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ebok::chain::stamp::{Anchors, Authority};
use ebok::config::Config;
use ebok::document::{Lang, Office};
use ebok::error::Problem;
use ebok::office::documents::scanning::Scanner;
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::store::audit::{self, Chain};
use ebok::store::documents::Document;
use ebok::store::letters::{self, Enclosure, Letter, LetterState};
use ebok::store::notices::{self, NoticeState, Realm};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// Submissions at once: as many as the issue asks for.
const MANY: usize = 1_000;
const ANNA: &str = "anna";

async fn server() -> Server {
    with(None).await
}

async fn with(authority: Option<&StampAuthority>) -> Server {
    let authority = authority.map(|authority| {
        let anchors = Anchors::read(&fs::read(&authority.anchor).unwrap()).unwrap();
        Arc::new(Authority::new(authority.url.parse().unwrap(), anchors).unwrap())
    });
    Server::with(Config {
        public_origin: Some("https://ebok.example.pl".to_owned()),
        office: Office {
            name: "Urząd Miasta <Olsztyna> & Żółć".to_owned(),
            ..Office::default()
        },
        scanner: Scanner::Off,
        authority,
        ..Config::default()
    })
    .await
}

fn submission(account: &str, key: &str, documents: &[Document]) -> Submission {
    let enclosed = |document: &Document| Enclosure {
        question: "mapa".to_owned(),
        document: document.clone(),
    };
    Submission {
        key: key.to_owned(),
        sender: Sender {
            account: account.to_owned(),
            name: "Anna <b>Nowak</b>".to_owned(),
            email: "anna@example.pl".to_owned(),
            lang: Lang::Pl,
        },
        writing: Writing {
            matter: Matter {
                procedure: "pismo-ogolne".to_owned(),
                version: 1,
                title: Words::new("Pismo ogólne", "General letter"),
                unit: "OR".to_owned(),
            },
            answers: json!({ "treść": "Proszę o \"numer\".", "a": 1 }),
            enclosures: documents.iter().map(enclosed).collect(),
        },
        confirmation: Confirmation::LogIn { at: Timestamp(1) },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_leave_no_gap_and_no_twin() {
    let server = server().await;
    let sending: Vec<_> = (0..MANY)
        .map(|index| {
            let desk = Arc::clone(&server.state.letters);
            let account = format!("citizen-{}", index % 50);
            let submission = submission(&account, &index.to_string(), &[]);
            tokio::spawn(async move { desk.submit(&submission).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for letter in sending {
        taken.push(letter.await.unwrap());
    }
    taken.sort_by_key(|letter| letter.number.number);
    let numbers: Vec<_> = taken.iter().map(|letter| letter.number.number).collect();
    let expected: Vec<_> = (1..=i64::try_from(MANY).unwrap()).collect();
    assert_eq!(numbers, expected);
    assert!(
        taken.is_sorted_by_key(|letter| letter.received_at),
        "in the order of the numbers"
    );
    let codes: BTreeSet<_> = taken.iter().map(|letter| &letter.check_code).collect();
    assert_eq!(codes.len(), MANY);
    for letter in &taken {
        holds(&server, letter).await;
    }
    let mut told = BTreeSet::new();
    let mut before = None;
    loop {
        let page = notices::page(
            &server.state.store,
            Realm::Office,
            NoticeState::Waiting,
            before.as_deref(),
        )
        .await
        .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id.clone());
        told.extend(page.into_iter().map(|notice| notice.key));
    }
    assert_eq!(told.len(), MANY, "each sender is told");
    assert!(matches!(
        audit::verify(&server.state.store).await.unwrap(),
        Chain::Whole(Some(_))
    ));
}

/// The letter stands as it was given, with its receipt and the wish for a stamp.
async fn holds(server: &Server, letter: &Letter) {
    let filed = server
        .state
        .letters
        .own(&letter.account, &letter.id)
        .await
        .unwrap();
    assert_eq!(&filed.letter, letter);
    let number = letter.number.to_string();
    assert!(
        letter
            .receipt
            .contains(&format!("<IdentyfikatorDokumentu>{number}<"))
    );
    let hash = hex::encode(Sha256::digest(&letter.receipt));
    assert_eq!(letter.receipt_sha256.to_string(), hash);
    assert_eq!(filed.stamp.unwrap().digest, letter.receipt_sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_sent_again_is_the_same() {
    let server = server().await;
    let desk = &server.state.letters;
    let first = submission(ANNA, "jeden", &[]);
    let sending: Vec<_> = (0..20)
        .map(|_| {
            let (desk, first) = (Arc::clone(desk), first.clone());
            tokio::spawn(async move { desk.submit(&first).await.unwrap() })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for letter in sending {
        ids.insert(letter.await.unwrap().id);
    }
    assert_eq!(ids.len(), 1);

    // The key is the sender's own, and of this one letter.
    let mut other = first.clone();
    other.writing.answers = json!({ "treść": "inna" });
    assert!(matches!(desk.submit(&other).await, Err(Problem::Exists(_))));
    let elsewhere = desk.submit(&submission("jan", "jeden", &[])).await.unwrap();
    assert_eq!(elsewhere.number.number, 2, "no number was lost");
    assert!(matches!(
        desk.submit(&submission(ANNA, "", &[])).await,
        Err(Problem::Faults(_))
    ));
}

#[tokio::test]
async fn only_own_documents_are_enclosed_and_only_own_letters_seen() {
    let server = server().await;
    let desk = &server.state.letters;
    let documents = desk.documents();
    let map = documents.put("jan", "mapa.pdf", b"%PDF-1.7").await.unwrap();
    let stolen = desk
        .submit(&submission(ANNA, "a", std::slice::from_ref(&map)))
        .await;
    assert!(matches!(stolen, Err(Problem::NotFound)));
    let letter = desk.submit(&submission("jan", "a", &[map])).await.unwrap();
    assert!(matches!(
        desk.own(ANNA, &letter.id).await,
        Err(Problem::NotFound)
    ));
    assert_eq!(
        desk.list("jan", None).await.unwrap(),
        std::slice::from_ref(&letter)
    );
    let waiting = letters::of_unit(&server.state.store, "OR", LetterState::Received, "").await;
    assert_eq!(waiting.unwrap(), [letter]);

    let mut infected = documents.put("jan", "eicar.txt", &eicar()).await.unwrap();
    infected.scan = ebok::store::documents::Scan::Infected {
        infection: "Eicar-Test".to_owned(),
    };
    let refused = desk.submit(&submission("jan", "b", &[infected])).await;
    assert!(matches!(refused, Err(Problem::Faults(_))));
}

#[tokio::test]
async fn numbers_begin_anew_with_the_year_of_warsaw() {
    let server = server().await;
    let desk = &server.state.letters;
    let new_year = 1_798_758_000_000;
    for (key, ahead, expected) in [
        ("a", 60_000, "RPW/000001/2026"),
        ("b", 60_000, "RPW/000002/2026"),
        ("c", 0, "RPW/000001/2027"),
    ] {
        server.later(new_year - ahead - server.now());
        let letter = desk.submit(&submission(ANNA, key, &[])).await.unwrap();
        assert_eq!(letter.number.to_string(), expected);
    }
}

/// What xmlsec1 says of a receipt, with the office's certificate.
fn checked(folder: &Path, receipt: &str) -> Ran {
    fs::write(folder.join("receipt.xml"), receipt).unwrap();
    run(Command::new("xmlsec1")
        .args([
            "--verify",
            "--id-attr:Id",
            "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
        ])
        .args(["--pubkey-cert-pem", "office.pem", "receipt.xml"])
        .current_dir(folder))
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case after another")]
async fn a_receipt_is_sealed_and_stamped_and_others_can_check_it() {
    let authority = StampAuthority::open().await;
    let server = with(Some(&authority)).await;
    let desk = &server.state.letters;
    let map = desk
        .documents()
        .put(ANNA, "mapa \"1\" & <2>.pdf", b"%PDF-1.7")
        .await
        .unwrap();
    authority.is(Mood::Away);
    let letter = desk
        .submit(&submission(ANNA, "a", std::slice::from_ref(&map)))
        .await
        .unwrap();
    let stamping = server.state.stamping();
    assert_eq!(stamping.stamp_due().await.unwrap(), 0);
    let filed = desk.own(ANNA, &letter.id).await.unwrap();
    assert_eq!(
        filed.stamp.unwrap().stamped_at,
        None,
        "nothing waited for the authority"
    );
    authority.is(Mood::Honest);
    server.later(3_600_000);
    assert_eq!(stamping.stamp_due().await.unwrap(), 1);

    // What it says, read by somebody else's parser.
    let receipt = roxmltree::Document::parse(&letter.receipt).unwrap();
    let text = |name: &str| {
        let found = receipt.descendants().find(|node| node.has_tag_name(name));
        found
            .and_then(|node| node.text())
            .unwrap_or_default()
            .to_owned()
    };
    let space = "http://crd.gov.pl/xml/schematy/UPO/2008/05/09/";
    assert!(receipt.root_element().has_tag_name((space, "Dokument")));
    assert_eq!(text("IdentyfikatorPoswiadczenia"), "UPP/RPW/000001/2026");
    assert_eq!(text("Nazwa"), "Urząd Miasta <Olsztyna> & Żółć");
    assert!(letter.receipt.contains("Anna &lt;b&gt;Nowak"));
    assert_eq!(text("DataDoreczenia"), text("DataWytworzeniaPoswiadczenia"));
    assert!(
        text("DataDoreczenia").ends_with("+01:00"),
        "Warsaw in November"
    );
    let details: Vec<_> = receipt
        .descendants()
        .filter(|node| node.has_tag_name("InformacjaUzupelniajaca"))
        .filter_map(|node| node.text())
        .collect();
    let content = hex::encode(Sha256::digest(&letter.content));
    assert!(details.contains(&content.as_str()), "{details:?}");
    let enclosed = format!("{}  {}", map.sha256, map.name);
    assert!(details.contains(&enclosed.as_str()), "{details:?}");

    // The seal.
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::copy(
        server.data().join("keys/office-seal.pem"),
        folder.join("office.pem"),
    )
    .unwrap();
    let ran = checked(folder, &letter.receipt);
    assert_eq!(ran.code, 0, "{ran:?}");
    for (old, new) in [
        ("RPW/000001/2026", "RPW/000002/2026"),
        ("Nowak", "Kowalski"),
        ("<xades:SigningTime>2", "<xades:SigningTime>3"),
        ("<ds:DigestValue>", "<ds:DigestValue>A"),
    ] {
        assert!(letter.receipt.contains(old), "{old}");
        assert_ne!(
            checked(folder, &letter.receipt.replacen(old, new, 1)).code,
            0,
            "{old}"
        );
    }

    // The stamp.
    let stamp = desk.own(ANNA, &letter.id).await.unwrap().stamp.unwrap();
    let token = STANDARD.decode(stamp.token.unwrap()).unwrap();
    fs::write(folder.join("receipt.xml"), &letter.receipt).unwrap();
    fs::write(folder.join("token"), token).unwrap();
    fs::copy(&authority.anchor, folder.join("root.pem")).unwrap();
    let asked = "ts -verify -data receipt.xml -in token -token_in -CAfile root.pem";
    assert!(openssl(folder, asked).contains("Verification: OK"));
}

#[tokio::test]
async fn who_has_the_code_can_look_a_letter_up_and_nobody_else() {
    let server = server().await;
    let desk = &server.state.letters;
    let letter = desk.submit(&submission(ANNA, "a", &[])).await.unwrap();
    let code = letter.check_code.clone();
    let spaced = code.to_uppercase().replace('-', " ");
    for (number, code) in [("RPW/000001/2026", &code), ("rpw-1-2026", &spaced)] {
        assert_eq!(desk.verified(number, code).await.unwrap().letter, letter);
    }
    for (number, code) in [
        ("RPW/000001/2026", ""),
        ("RPW/000001/2026", "aaaa-bbbb-cccc"),
        ("RPW/000002/2026", code.as_str()),
        ("nonsense", code.as_str()),
    ] {
        let found = desk.verified(number, code).await;
        assert!(matches!(found, Err(Problem::NotFound)), "{number} {code}");
    }
}

#[tokio::test]
async fn each_day_a_head_of_the_audit_log_is_stamped() {
    let authority = StampAuthority::open().await;
    let server = with(Some(&authority)).await;
    let (store, stamping) = (&server.state.store, server.state.stamping());
    for key in ["a", "b"] {
        server
            .state
            .letters
            .submit(&submission(ANNA, key, &[]))
            .await
            .unwrap();
    }
    for days in [0, 0, 1] {
        server.later(days * 86_400_000);
        stamping.want_head_of_day().await.unwrap();
    }
    // Two receipts, and one head: on the second day the log stands where it did on the first.
    assert_eq!(stamping.stamp_due().await.unwrap(), 3);
    let stamped = audit::page(store, 0).await.unwrap();
    let stamped = stamped
        .iter()
        .filter(|entry| entry.what == "digest.stamped");
    assert_eq!(stamped.count(), 3);
}
