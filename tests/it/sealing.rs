//! What people answer is encrypted at rest, in rows of earlier versions too.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::place;
use crate::support::citizen::PESEL;
use auction_rules::{Digest, Timestamp, Words};
use ebok::identity::{Assurance, Vault};
use ebok::store::citizens::{self, Citizen, Kind, State};
use ebok::store::drafts::{self, Draft};
use ebok::store::letters::{self, Letter, LetterState};
use ebok::store::register::RegisterNumber;
use ebok::store::sealing::seal_answers;
use ebok::store::{Place, Store, StoreError};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

const CITIZEN: &str = "citizen";

fn answers() -> Map<String, Value> {
    let answers = json!({ "applicant": { "pesel": PESEL } });
    answers.as_object().unwrap().clone()
}

fn citizen() -> Citizen {
    Citizen {
        id: CITIZEN.to_owned(),
        reference: "kfmw-3tzr".to_owned(),
        kind: Kind::Person,
        name: "Zofia Żak".to_owned(),
        email: "zofia@example.pl".to_owned(),
        phone: String::new(),
        number: String::new(),
        number_index: String::new(),
        state: State::Confirmed,
        assurance: Assurance::Desk,
        lang: "pl".to_owned(),
        login: None,
        password: String::new(),
        must_change: true,
        issued_at: Timestamp(0),
        blocked_at: None,
        asked_from: "127.0.0.1".to_owned(),
        created_at: Timestamp(0),
    }
}

fn draft(id: &str) -> Draft {
    Draft {
        id: id.to_owned(),
        citizen: CITIZEN.to_owned(),
        procedure: "pismo-ogolne".to_owned(),
        version: 1,
        answers: answers(),
        created_at: Timestamp(1),
        saved_at: Timestamp(1),
        expires_at: Timestamp(i64::MAX),
        visit_code: None,
        handed_over_at: None,
    }
}

fn letter(id: &str, number: i64, vault: &Vault) -> Letter {
    Letter {
        id: id.to_owned(),
        number: RegisterNumber {
            series: "RPW".to_owned(),
            year: 2026,
            number,
        },
        account: CITIZEN.to_owned(),
        key: id.to_owned(),
        sender: "Zofia Żak".to_owned(),
        procedure: "pismo-ogolne".to_owned(),
        version: 1,
        title: Words::new("Pismo", "Letter"),
        unit: "KA".to_owned(),
        state: LetterState::Received,
        received_at: Timestamp(1),
        sealed_content: Letter::seal(vault, id, &content()),
        content_sha256: Digest([7; 32]),
        confirmation: json!({}),
        check_code: "kfmw-3tzr-aq6n".to_owned(),
        receipt: "<Dokument/>".to_owned(),
        receipt_sha256: Digest([8; 32]),
    }
}

fn content() -> String {
    format!(r#"{{"answers":{{"pesel":"{PESEL}"}}}}"#)
}

/// A store with two drafts and two letters.
async fn filled(place: &Place, vault: &Vault) -> Result<Store, StoreError> {
    let store = Store::open(place).await?;
    let mut tx = store.write_tx().await?;
    citizens::insert(&mut tx, &citizen()).await?;
    for (id, number) in [("one", 1), ("two", 2)] {
        drafts::insert(&mut tx, vault, &draft(id)).await?;
        letters::insert(&mut tx, &letter(id, number, vault)).await?;
    }
    let mut second = draft("two");
    second.saved_at = Timestamp(2);
    drafts::save(&mut tx, vault, &second).await?;
    tx.commit().await?;
    Ok(store)
}

/// Whether the bytes of a text stand in any file of a folder.
fn holds(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = fs::read(path).unwrap();
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

async fn all_reads(store: &Store, vault: &Vault) {
    for id in ["one", "two"] {
        let draft = drafts::by_id(store, vault, CITIZEN, id).await.unwrap();
        assert_eq!(draft.unwrap().answers, answers(), "{id}");
        let letter = letters::by_id(store, id).await.unwrap().unwrap();
        assert_eq!(letter.content(vault).unwrap(), content(), "{id}");
        assert_eq!(letter.content_sha256, Digest([7; 32]), "the receipt's hash");
    }
}

#[tokio::test]
async fn no_file_of_the_store_holds_a_pesel() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = Vault::open(keys.path()).unwrap();
    let place = Place::Directory(folder.path().to_owned());
    let store = filled(&place, &vault).await.unwrap();
    all_reads(&store, &vault).await;
    assert!(!holds(folder.path(), PESEL));
    let mut tx = store.write_tx().await.unwrap();
    let locked = drafts::lock(&mut tx, &vault, CITIZEN, "one").await.unwrap();
    assert_eq!(locked.unwrap().answers, answers());
    drop(tx);
    let all = drafts::of_citizen(&store, &vault, CITIZEN).await.unwrap();
    assert_eq!(all.len(), 2);

    // Another key opens nothing, and says so.
    let others = tempfile::tempdir().unwrap();
    let other = Vault::open(others.path()).unwrap();
    assert!(drafts::by_id(&store, &other, CITIZEN, "one").await.is_err());
    let letter = letters::by_id(&store, "one").await.unwrap().unwrap();
    assert!(letter.content(&other).is_err());

    // What was encrypted for one row opens in no other.
    let swap =
        "UPDATE draft SET answers = (SELECT answers FROM draft WHERE id = 'one') WHERE id = 'two'";
    place::change(&place, swap).await;
    assert!(drafts::by_id(&store, &vault, CITIZEN, "two").await.is_err());
}

/// Puts the rows back as an earlier version wrote them.
async fn in_clear_text(place: &Place, which: &str) {
    let clear = Value::Object(answers()).to_string();
    for sql in [
        format!("UPDATE draft SET answers = '{clear}' WHERE id IN ({which})"),
        format!(
            "UPDATE letter SET content = '{}' WHERE id IN ({which})",
            content()
        ),
    ] {
        place::change(place, &sql).await;
    }
}

#[tokio::test]
async fn clear_text_of_earlier_versions_is_encrypted_and_forgotten() {
    let (place, folder) = place::new().await;
    let keys = tempfile::tempdir().unwrap();
    let vault = Vault::open(keys.path()).unwrap();
    let store = filled(&place, &vault).await.unwrap();
    in_clear_text(&place, "'one', 'two'").await;
    let has_file = matches!(place, Place::Directory(_));
    assert_eq!(holds(folder.path(), PESEL), has_file, "it was there");
    assert_eq!(seal_answers(&store, &vault).await.unwrap(), 4);
    all_reads(&store, &vault).await;
    assert!(
        !holds(folder.path(), PESEL),
        "not even in free pages or in the log"
    );

    // Done once: a start after it looks at nothing.
    in_clear_text(&place, "'one'").await;
    assert_eq!(seal_answers(&store, &vault).await.unwrap(), 0);
    // Killed in between: some rows were encrypted, others not.
    place::change(&place, "INSERT INTO clear_answers (id) VALUES (1)").await;
    assert_eq!(seal_answers(&store, &vault).await.unwrap(), 2);
    all_reads(&store, &vault).await;
    assert!(!holds(folder.path(), PESEL));
    // Killed after the last row, before the file was cleaned.
    place::change(&place, "INSERT INTO clear_answers (id) VALUES (1)").await;
    assert_eq!(seal_answers(&store, &vault).await.unwrap(), 0);
    all_reads(&store, &vault).await;
}
