//! Forms that are not sent from the pages: prepared for the desk and taken there, or handed over to a
//! central service.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::source::root;
use crate::support::browser::Browser;
use crate::support::citizen::{PESEL, seen};
use crate::support::server::{PASSWORD, Server};
use ebok::config::Config;
use ebok::error::Problem;
use ebok::identity::Assurance;
use ebok::office::drafts::Drafts;
use ebok::office::forms::Answers;
use ebok::office::procedures::{Catalogue, Procedure};
use ebok::office::sending::confirming;
use ebok::store::citizens::{Citizen, Kind};
use ebok::store::{audit, letters, visits};
use serde_json::{Value, json};
use std::fs;

const CARD: &str = "dowod-osobisty";
const BUSINESS: &str = "wpis-do-ewidencji-dzialalnosci";

struct Scene {
    server: Server,
    citizen: Citizen,
    login: String,
}

impl Scene {
    /// A citizen with an account, and a registrar.
    async fn new() -> Self {
        let server = Server::with(Config {
            demo: true,
            ..Config::default()
        })
        .await;
        let (citizen, slip) = server
            .citizen("Maria Łęcka", "maria@example.pl", PESEL)
            .await;
        server.enter_with(&slip).await;
        Self {
            server,
            citizen,
            login: slip.login,
        }
    }

    fn drafts(&self) -> Drafts {
        self.server.drafts(&self.citizen.id)
    }

    /// A draft of a procedure that is filled in.
    async fn filled(&self, procedure: &str) -> String {
        let drafts = self.drafts();
        let draft = drafts.begin(found(procedure)).await.unwrap();
        let mut answers = example(procedure);
        // Its document is nobody's.
        answers.remove("id_photo");
        drafts.save(&draft.id, |all| *all = answers).await.unwrap();
        draft.id
    }

    async fn noted(&self, what: &str) -> usize {
        let entries = audit::page(&self.server.state.store, 0).await.unwrap();
        entries.iter().filter(|entry| entry.what == what).count()
    }

    async fn browser(&self, login: &str) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        browser.get("/login").await;
        browser.enter(login, PASSWORD).await;
        browser
    }
}

fn found(procedure: &str) -> &'static Procedure {
    Catalogue::embedded().find(procedure).unwrap()
}

fn example(procedure: &str) -> Answers {
    let file = root().join(format!("data/procedures/examples/{procedure}.json"));
    let mut example: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    serde_json::from_value(example["passes"].take()).unwrap()
}

#[tokio::test]
async fn a_form_keeps_the_number_by_which_the_desk_finds_it() {
    let scene = Scene::new().await;
    let (drafts, letters) = (scene.drafts(), &scene.server.state.letters);
    let begun = drafts.begin(found(CARD)).await.unwrap();
    let refused = drafts.prepare(&begun.id).await;
    assert!(
        matches!(refused, Err(Problem::NotNow(_))),
        "nothing is answered"
    );
    assert_eq!(scene.noted("form.prepared").await, 0);

    let draft = scene.filled(CARD).await;
    assert!(letters.prepared(&draft).await.unwrap().is_none(), "not yet");
    let number = drafts.prepare(&draft).await.unwrap().visit_code.unwrap();
    assert_eq!(
        drafts.prepare(&draft).await.unwrap().visit_code,
        Some(number.clone())
    );
    let reason = |answers: &mut Answers| drop(answers.insert("reason".to_owned(), json!("data")));
    let changed = drafts.save(&draft, reason).await.unwrap();
    assert_eq!(changed.visit_code, Some(number.clone()));
    let named = format!(" {} ", number.to_uppercase());
    assert_eq!(letters.prepared(&named).await.unwrap().unwrap().id, draft);
    assert!(letters.prepared("").await.unwrap().is_none());
    let elsewhere = drafts.hand_over(&draft).await;
    assert!(
        matches!(elsewhere, Err(Problem::NotFound)),
        "no central service takes it"
    );
}

#[tokio::test]
async fn the_desk_takes_a_form_once_it_saw_the_document() {
    let scene = Scene::new().await;
    let draft = scene.filled(CARD).await;
    let number = scene
        .drafts()
        .prepare(&draft)
        .await
        .unwrap()
        .visit_code
        .unwrap();
    let mut browser = scene.browser("registrar").await;
    let list = browser.get("/office/visits").await;
    assert!(list.text.contains(&number) && list.text.contains("Dowód osobisty"));
    let place = format!("/office/prepared/{draft}");
    let gone = browser.send("/office/visits", &[("named", &number)]).await;
    assert_eq!((gone.status, &gone.location), (303, &place));
    let page = browser.get(&place).await;
    assert!(page.text.contains("Łęcka-Wokulska") && page.text.contains(PESEL));
    let digest = page.attribute_of("name=\"digest\"", "value");
    let right = [
        ("account", scene.citizen.id.as_str()),
        ("digest", &digest),
        ("document", "passport"),
        ("last_chars", "ab12"),
        ("matched", "photo"),
        ("matched", "name"),
        ("matched", "number"),
        ("matched", "valid"),
    ];
    let half = browser.send(&place, &right[..7]).await;
    assert!(half.status == 422 && half.text.contains("Zaznacz wszystko"));

    // Changed at another device meanwhile.
    let reason = |answers: &mut Answers| drop(answers.insert("reason".to_owned(), json!("data")));
    scene.drafts().save(&draft, reason).await.unwrap();
    let changed = browser.send(&place, &right).await;
    assert!(changed.status == 409 && changed.text.contains("Odpowiedzi zmieniły się"));
    let digest = changed.attribute_of("name=\"digest\"", "value");
    let mut right = right;
    right[1].1 = &digest;
    let taken = browser.send(&place, &right).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let again = browser.send(&place, &right).await;
    assert_eq!(again.location, taken.location, "a second click");
    let page = browser.get(&taken.location).await;
    assert!(page.text.contains("Wniosek przyjęto") && page.text.contains("sprawdzono tożsamość"));

    let store = &scene.server.state.store;
    let sent = letters::of_account(store, &scene.citizen.id, None)
        .await
        .unwrap();
    let past = visits::of_citizen(store, &scene.citizen.id).await.unwrap();
    assert_eq!((sent.len(), sent[0].unit.as_str()), (1, "WSO"));
    assert_eq!(sent[0].confirmation["by"], "desk");
    assert_eq!(sent[0].confirmation["visit"], past[0].id.as_str());
    assert_eq!(
        (past[0].purpose, past[0].last_chars.as_str()),
        (visits::Purpose::Application, "AB12")
    );
    assert_eq!(browser.get(&place).await.status, 404, "it is a letter now");
    let mut browser = scene.browser(&scene.login).await;
    let page = browser.get("/account/access").await;
    assert!(
        page.text.contains(&number),
        "the citizen sees who opened it"
    );
}

#[tokio::test]
async fn a_form_that_is_not_complete_any_more_is_not_taken() {
    let scene = Scene::new().await;
    let draft = scene.filled(CARD).await;
    scene.drafts().prepare(&draft).await.unwrap();
    let surname = |answers: &mut Answers| drop(answers.remove("family_surname"));
    scene.drafts().save(&draft, surname).await.unwrap();
    let mut browser = scene.browser("registrar").await;
    let page = browser.get(&format!("/office/prepared/{draft}")).await;
    assert!(page.text.contains("brakuje odpowiedzi") && !page.text.contains("name=\"digest\""));
    let state = &scene.server.state;
    let registrar = scene.server.registrar().await;
    let opened = state
        .letters
        .open_prepared(&registrar, &draft)
        .await
        .unwrap();
    let seen = seen(Kind::Person, "");
    let taking = state
        .letters
        .take_prepared(&state.identity, &registrar, &opened, "", &seen);
    assert!(matches!(taking.await, Err(Problem::NotNow(_))));
    assert_eq!(scene.noted("letter.received").await, 0);
}

#[tokio::test]
async fn a_form_for_a_central_service_is_noted_and_not_sent() {
    let scene = Scene::new().await;
    let draft = scene.filled(BUSINESS).await;
    let place = format!("/drafts/{draft}");
    let mut browser = scene.browser(&scene.login).await;
    let page = browser.get(&place).await;
    assert!(!page.text.contains("biznes.gov.pl"), "after it was noted");
    let done = browser.send(&format!("{place}/hand-over"), &[]).await;
    assert_eq!((done.status, done.location), (303, format!("{place}#next")));
    let page = browser.get(&place).await;
    assert!(page.text.contains("biznes.gov.pl") && page.text.contains("47.72.Z"));
    assert_eq!(scene.noted("form.handed-over").await, 1);
    assert_eq!(browser.get(&format!("{place}/send")).await.status, 409);
    let at_desk = browser.send(&format!("{place}/at-desk"), &[]).await;
    assert_eq!(at_desk.status, 404);

    let code = |answers: &mut Answers| drop(answers.insert("pkd".to_owned(), json!("81.30.Z")));
    let changed = scene.drafts().save(&draft, code).await.unwrap();
    assert_eq!(changed.handed_over_at, None, "other data were handed over");
}

#[test]
fn only_what_is_settled_online_is_sent_from_the_pages() {
    for (procedure, is_sent) in [(CARD, false), (BUSINESS, false), ("pismo-ogolne", true)] {
        let confirmed = confirming(found(procedure), Assurance::Qualified);
        assert_eq!(confirmed.is_ok(), is_sent, "{procedure}");
    }
}
