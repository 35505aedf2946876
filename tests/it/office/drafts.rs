//! Drafts: whose they are, how long they are kept, with which version of their form they stay, and what
//! two devices do to one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::passing;
use super::procedures::{TODAY, files};
use crate::support::browser::Browser;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server};
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::limits::{DRAFT_BYTES_MAX, DRAFT_KEPT_MS, DRAFTS_PER_CITIZEN_MAX};
use ebok::office::drafts::{Drafts, delete_expired};
use ebok::office::forms::Answers;
use ebok::office::letters::{Confirmation, Sender, Submission};
use ebok::office::procedures::{Catalogue, Procedure};
use ebok::office::sending::writing;
use ebok::store::drafts::Draft;
use serde_json::{Value, json};
use std::sync::Arc;

const LETTER: &str = "pismo-ogolne";
const TAX: &str = "podatek-od-nieruchomosci-deklaracja";

fn drafts_of(server: &Server, citizen: &str) -> Drafts {
    server.drafts(citizen)
}

/// The drafts of somebody else than Zofia.
async fn jan(server: &Server) -> Drafts {
    let (citizen, _) = server
        .citizen("Jan Obcy", "jan@example.pl", "02070803628")
        .await;
    drafts_of(server, &citizen.id)
}

async fn zofia(server: &Server) -> (Drafts, Browser<'_>) {
    let (citizen, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let browser = entered(server, &slip.login).await;
    (drafts_of(server, &citizen.id), browser)
}

async fn entered<'a>(server: &'a Server, login: &str) -> Browser<'a> {
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    browser.enter(login, PASSWORD).await;
    browser
}

fn procedure() -> &'static Procedure {
    Catalogue::embedded().find(LETTER).unwrap()
}

fn putting(name: &str, value: Value) -> impl FnOnce(&mut Answers) + use<> {
    let name = name.to_owned();
    move |answers| drop(answers.insert(name, value))
}

/// The catalogue as it was, and one in which a newer version of one procedure asks something else.
fn two_catalogues() -> (Catalogue, Catalogue) {
    let before = files();
    let path = format!("procedures/{TAX}.json");
    let mut after = before.clone();
    let file = after.iter_mut().find(|(known, _)| *known == path).unwrap();
    let first = file.1.clone();
    let mut newer: Value = serde_json::from_str(&first).unwrap();
    newer["version"] = json!(2);
    newer["title"]["pl"] = json!("Deklaracja, od nowa");
    let questions = newer["form"]["pages"][0]["questions"]
        .as_array_mut()
        .unwrap();
    questions.push(json!({
        "name": "height", "label": { "pl": "Wysokość", "en": "Height" }, "kind": "text",
    }));
    file.1 = newer.to_string();
    after.push((format!("procedures/earlier/{TAX}.1.json"), first));
    let read = |files| {
        let (catalogue, faults) = Catalogue::read(files);
        assert_eq!(faults, []);
        catalogue
    };
    (read(before), read(after))
}

#[tokio::test]
async fn a_draft_stays_with_the_version_it_began_with() {
    let server = Server::start().await;
    let (drafts, _) = zofia(&server).await;
    let (before, after) = two_catalogues();
    let draft = drafts.begin(before.find(TAX).unwrap()).await.unwrap();
    let filled = passing(TAX);
    drafts
        .save(&draft.id, |answers| *answers = filled)
        .await
        .unwrap();

    // The newer version is published; the draft is opened again, by another server's objects.
    let resumed = drafts_of(&server, &drafts.citizen)
        .one(&draft.id)
        .await
        .unwrap();
    let newer = after.find(TAX).unwrap();
    assert_eq!((resumed.version, newer.version), (1, 2));
    let pinned = after.version(&resumed.procedure, resumed.version).unwrap();
    let asks = |procedure: &Procedure| procedure.form.pages[0].questions.len();
    assert_eq!(asks(pinned), asks(before.find(TAX).unwrap()));
    assert_eq!(asks(newer), asks(pinned) + 1);
    let refused = newer.form.check(&resumed.answers, TODAY).unwrap_err();
    assert_eq!(
        (refused[0].at.as_str(), refused[0].code),
        ("height", "missing")
    );
    let checked = pinned.form.check(&resumed.answers, TODAY).unwrap();

    // What is sent is of the version that was filled in, and says so.
    let documents = server.state.letters.documents();
    let writing = writing(documents, &drafts.citizen, pinned, checked)
        .await
        .unwrap();
    let submission = Submission {
        key: resumed.id.clone(),
        sender: Sender {
            account: drafts.citizen.clone(),
            name: "Zofia Żak".to_owned(),
            email: String::new(),
            lang: Lang::Pl,
        },
        writing,
        confirmation: Confirmation::LogIn {
            at: (server.state.now)(),
        },
    };
    let letter = server.state.letters.submit(&submission).await.unwrap();
    assert_eq!(letter.version, 1);
    let content = letter.content(server.state.identity.vault()).unwrap();
    let content: Value = serde_json::from_str(&content).unwrap();
    assert_eq!(content["version"], 1);
    assert_eq!(letter.title, pinned.title);
    assert!(
        matches!(drafts.one(&draft.id).await, Err(Problem::NotFound)),
        "it became the letter"
    );
    assert_eq!(drafts.begin(newer).await.unwrap().version, 2);
}

#[tokio::test]
async fn a_draft_goes_on_where_it_was_left_after_another_log_in() {
    let server = Server::start().await;
    let (drafts, mut browser) = zofia(&server).await;
    browser.get(&format!("/matters/{LETTER}")).await;
    let begun = browser.send(&format!("/matters/{LETTER}"), &[]).await;
    assert_eq!(begun.status, 303);
    let page = begun.location.clone();
    browser.get(&page).await;
    let typed = [
        ("subject", "Chodnik <b>"),
        ("body", "Jest dziura."),
        ("act", "later"),
    ];
    let saved = browser.attach(&page, &typed, &[]).await;
    assert_eq!(saved.location, "/drafts?done=saved");
    let draft = drafts.all().await.unwrap().remove(0);

    browser.get("/drafts").await;
    browser.send("/logout", &[]).await;
    assert_eq!(
        browser.get(&page).await.status,
        303,
        "nobody reads it logged out"
    );
    let citizen = server
        .state
        .identity
        .citizen(&drafts.citizen)
        .await
        .unwrap();
    let mut again = entered(&server, citizen.login.as_deref().unwrap()).await;
    let list = again.get("/drafts").await;
    assert!(
        list.text.contains(&format!("/drafts/{}", draft.id)),
        "{}",
        list.text
    );
    let form = again.get(&page).await;
    assert_eq!(form.status, 200);
    for text in ["Chodnik &#60;b&#62;", "Jest dziura."] {
        assert!(form.text.contains(text), "{text}: {}", form.text);
    }
    let summary = again.get(&format!("/drafts/{}", draft.id)).await;
    assert!(summary.text.contains("Jest dziura."));
}

#[tokio::test]
async fn a_draft_expires_unless_it_is_saved_again() {
    let server = Server::start().await;
    let (drafts, mut browser) = zofia(&server).await;
    let (kept, left) = (
        drafts.begin(procedure()).await.unwrap(),
        drafts.begin(procedure()).await.unwrap(),
    );
    server.later(DRAFT_KEPT_MS - 10_000);
    let saved = drafts
        .save(&kept.id, putting("body", json!("a")))
        .await
        .unwrap();
    assert!(saved.expires_at > kept.expires_at);
    drafts.one(&left.id).await.unwrap();
    server.later(10_000);
    let gone = drafts.one(&left.id).await;
    assert!(
        matches!(gone, Err(Problem::NotFound)),
        "even before it is swept"
    );
    let gone = drafts.save(&left.id, putting("body", json!("b"))).await;
    assert!(matches!(gone, Err(Problem::NotFound)));
    let ids = |all: Vec<Draft>| all.into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(drafts.all().await.unwrap()), [kept.id.as_str()]);
    let store = &server.state.store;
    let now = || (server.state.now)();
    assert_eq!(delete_expired(store, now()).await.unwrap(), 1);
    assert_eq!(delete_expired(store, now()).await.unwrap(), 0);
    drafts.one(&kept.id).await.unwrap();
    // The session ended long ago, and a new one finds nothing.
    let citizen = server
        .state
        .identity
        .citizen(&drafts.citizen)
        .await
        .unwrap();
    browser.get("/login").await;
    browser
        .enter(citizen.login.as_deref().unwrap(), PASSWORD)
        .await;
    assert_eq!(
        browser.get(&format!("/drafts/{}", left.id)).await.status,
        404
    );
    assert_eq!(
        browser.get(&format!("/drafts/{}", kept.id)).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_more_than_fifty() {
    let server = Server::start().await;
    let (drafts, mut browser) = zofia(&server).await;
    let drafts = Arc::new(drafts);
    let most = usize::try_from(DRAFTS_PER_CITIZEN_MAX).unwrap();
    let beginning: Vec<_> = (0..most + 10)
        .map(|_| {
            let drafts = Arc::clone(&drafts);
            tokio::spawn(async move { drafts.begin(procedure()).await })
        })
        .collect();
    let mut begun = 0;
    for one in beginning {
        match one.await.unwrap() {
            Ok(_) => begun += 1,
            Err(problem) => assert!(matches!(problem, Problem::NotNow(_)), "{problem:?}"),
        }
    }
    assert_eq!(begun, most, "begun at once");
    assert_eq!(drafts.all().await.unwrap().len(), most);
    browser.get(&format!("/matters/{LETTER}")).await;
    let refused = browser.send(&format!("/matters/{LETTER}"), &[]).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("Masz już 50 wersji roboczych"),
        "{}",
        refused.text
    );
    // Another person may, and so may this one when there is room.
    jan(&server).await.begin(procedure()).await.unwrap();
    let first = drafts.all().await.unwrap().remove(0);
    drafts.delete(&first.id).await.unwrap();
    drafts.begin(procedure()).await.unwrap();
}

#[tokio::test]
async fn a_draft_is_nobody_elses() {
    let server = Server::start().await;
    let (own, other) = (zofia(&server).await.0, jan(&server).await);
    let draft = own.begin(procedure()).await.unwrap();
    let filled = own
        .save(&draft.id, putting("body", json!("moje")))
        .await
        .unwrap();
    assert!(matches!(other.one(&draft.id).await, Err(Problem::NotFound)));
    let saved = other.save(&draft.id, putting("body", json!("obce"))).await;
    assert!(matches!(saved, Err(Problem::NotFound)));
    assert!(matches!(
        other.delete(&draft.id).await,
        Err(Problem::NotFound)
    ));
    assert!(other.all().await.unwrap().is_empty());
    assert_eq!(own.one(&draft.id).await.unwrap(), filled);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_that_save_at_once_lose_nothing() {
    let server = Server::start().await;
    let drafts = Arc::new(zofia(&server).await.0);
    let draft = drafts.begin(procedure()).await.unwrap();
    let saving: Vec<_> = (0..40)
        .map(|number| {
            let (drafts, id) = (Arc::clone(&drafts), draft.id.clone());
            let change = putting(&format!("answer-{number}"), json!(number));
            tokio::spawn(async move { drafts.save(&id, change).await.unwrap() })
        })
        .collect();
    for one in saving {
        one.await.unwrap();
    }
    let saved = drafts.one(&draft.id).await.unwrap();
    assert_eq!(saved.answers.len(), 40);
}

/// The same by the pages: each device shows one page of the form and saves it.
#[tokio::test]
async fn the_pages_of_two_devices_stand_side_by_side() {
    let server = Server::start().await;
    let (drafts, mut desktop) = zofia(&server).await;
    let citizen = server
        .state
        .identity
        .citizen(&drafts.citizen)
        .await
        .unwrap();
    let mut phone = entered(&server, citizen.login.as_deref().unwrap()).await;
    let draft = drafts.begin(procedure()).await.unwrap();
    let page = |name: &str| format!("/drafts/{}/{name}", draft.id);
    let (letter, sender) = (page("letter"), page("sender"));
    desktop.get(&letter).await;
    phone.get(&sender).await;
    let written = [
        ("subject", "Chodnik"),
        ("body", "Jest dziura."),
        ("act", "later"),
    ];
    let address = [
        ("sender_kind", "self"),
        ("phone", "600100200"),
        ("act", "later"),
    ];
    let (one, other) = tokio::join!(
        desktop.attach(&letter, &written, &[]),
        phone.attach(&sender, &address, &[])
    );
    assert_eq!((one.status, other.status), (303, 303));
    let saved = drafts.one(&draft.id).await.unwrap().answers;
    assert_eq!(saved["subject"], "Chodnik");
    assert_eq!(saved["sender_kind"], "self");
}

#[tokio::test]
async fn answers_that_are_too_long_leave_the_draft_as_it_was() {
    let server = Server::start().await;
    let (drafts, _) = zofia(&server).await;
    let draft = drafts.begin(procedure()).await.unwrap();
    let saved = drafts
        .save(&draft.id, putting("body", json!("a")))
        .await
        .unwrap();
    let long = "a".repeat(DRAFT_BYTES_MAX);
    let refused = drafts.save(&draft.id, putting("body", json!(long))).await;
    assert!(matches!(refused, Err(Problem::TooLarge)));
    assert_eq!(drafts.one(&draft.id).await.unwrap(), saved);
}
