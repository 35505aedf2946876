//! Who may send what: how well the office must know them, what the identity code leaves behind, and
//! what happens to a draft that cannot be sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::passing;
use crate::place;
use crate::support::browser::{Browser, Page};
use crate::support::citizen::PESEL;
use crate::support::server::{Answer, PASSWORD, Server, answer};
use ebok::error::Problem;
use ebok::identity::Assurance;
use ebok::office::drafts::Drafts;
use ebok::office::forms::Answers;
use ebok::office::procedures::{Catalogue, Channel};
use ebok::office::sending::{Confirming, confirming};
use ebok::store::citizens::Citizen;
use ebok::store::drafts::Draft;
use ebok::store::identity_codes::{self, Evidence};
use ebok::store::letters::{self, Letter};
use reqwest::Method;
use serde_json::json;

/// Asks for the identity code.
const TAX: &str = "podatek-od-nieruchomosci-deklaracja";
/// Asks for a log-in alone.
const LETTER: &str = "pismo-ogolne";

/// Zofia with her account, her code, a browser and a program that are logged in.
struct Desk<'a> {
    server: &'a Server,
    citizen: Citizen,
    code: String,
    browser: Browser<'a>,
    token: String,
}

impl<'a> Desk<'a> {
    async fn of(server: &'a Server) -> Self {
        let (citizen, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
        let token = server.enter_with(&slip).await;
        let mut browser = Browser::of(server);
        browser.get("/login").await;
        browser.enter(&slip.login, PASSWORD).await;
        let (code, _) = slip.code.unwrap();
        Self {
            server,
            citizen,
            code,
            browser,
            token,
        }
    }

    fn drafts(&self) -> Drafts {
        self.server.drafts(&self.citizen.id)
    }

    /// A draft that is filled in and waits to be sent.
    async fn draft(&self, procedure: &str) -> Draft {
        let known = Catalogue::embedded().find(procedure).unwrap();
        let draft = self.drafts().begin(known).await.unwrap();
        let filled = filled(procedure);
        let drafts = self.drafts();
        drafts
            .save(&draft.id, |answers| *answers = filled)
            .await
            .unwrap()
    }

    /// Sends a draft from its last page.
    async fn send(&mut self, draft: &Draft, code: &str) -> Page {
        let path = format!("/drafts/{}/send", draft.id);
        let page = self.browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let digest = page.attribute_of("name=\"digest\"", "value");
        let fields = [("digest", digest.as_str()), ("code", code)];
        self.browser.send(&path, &fields).await
    }

    /// Sends a letter as a program does.
    async fn post(&self, procedure: &str, key: &str, code: &str) -> Answer {
        let path = format!("/api/matters/{procedure}/letters");
        let request = self.server.request(Method::POST, &path);
        let body = json!({ "answers": filled(procedure), "code": code });
        let request = request.header("idempotency-key", key).json(&body);
        answer(request.bearer_auth(&self.token)).await
    }

    async fn letters(&self) -> Vec<Letter> {
        let store = &self.server.state.store;
        letters::of_account(store, &self.citizen.id, None)
            .await
            .unwrap()
    }

    /// Nothing was sent, and the draft is there as it was.
    async fn kept(&self, draft: &Draft) {
        assert_eq!(self.letters().await, []);
        assert_eq!(self.drafts().one(&draft.id).await.unwrap(), *draft);
    }

    /// The office knows the account less or better than before.
    async fn known_by(&mut self, assurance: Assurance) {
        let (level, id) = (assurance.as_str(), &self.citizen.id);
        let sql = format!("UPDATE citizen SET assurance = '{level}' WHERE id = '{id}'");
        place::change(&self.server.place, &sql).await;
        let login = self.citizen.login.as_deref().unwrap();
        let body = json!({ "login": login, "password": PASSWORD });
        let (_, entered) = self
            .server
            .send(Method::POST, "/api/login", None, &body)
            .await;
        entered["token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
        self.browser = Browser::of(self.server);
        self.browser.get("/login").await;
        self.browser.enter(login, PASSWORD).await;
    }

    /// The evidence that a letter names.
    async fn evidence(&self, letter: &Letter) -> Evidence {
        let confirmation = &letter.confirmation;
        assert_eq!(confirmation["by"], "identity-code");
        let id = confirmation["evidence"].as_str().unwrap();
        let found = identity_codes::evidence(&self.server.state.store, id).await;
        let evidence = found.unwrap().unwrap();
        assert_eq!(confirmation["at"], json!(evidence.at));
        evidence
    }
}

/// A filled form without documents.
fn filled(procedure: &str) -> Answers {
    let mut answers = passing(procedure);
    answers.remove("attachments");
    answers
}

#[test]
fn each_level_sends_what_it_may() {
    use Assurance::{Desk, Email, Qualified, TrustedProfile};
    let mut procedure = Catalogue::embedded().find(LETTER).unwrap().clone();
    let (log_in, code) = (Some(Confirming::LogIn), Some(Confirming::IdentityCode));
    for (asks, expected) in [
        (Email, [log_in, log_in, log_in, log_in]),
        (Desk, [None, code, log_in, log_in]),
        (TrustedProfile, [None, None, log_in, log_in]),
        (Qualified, [None, None, None, log_in]),
    ] {
        procedure.assurance = asks;
        for (own, expected) in [Email, Desk, TrustedProfile, Qualified]
            .into_iter()
            .zip(expected)
        {
            let found = confirming(&procedure, own);
            match expected {
                Some(expected) => assert_eq!(found.unwrap(), expected, "{asks:?} {own:?}"),
                None => assert!(
                    matches!(found, Err(Problem::NotAssured)),
                    "{asks:?} {own:?}"
                ),
            }
        }
    }
}

/// Whoever was at the desk once can send everything that is sent here.
#[test]
fn no_procedure_asks_for_more_than_a_visit() {
    for procedure in Catalogue::embedded().all() {
        let found = confirming(procedure, Assurance::Desk);
        assert!(
            found.is_ok() || !matches!(procedure.channel, Channel::Online),
            "{}",
            procedure.id
        );
    }
}

#[tokio::test]
async fn who_is_not_known_well_enough_sends_nothing_and_keeps_the_draft() {
    let server = Server::start().await;
    let mut desk = Desk::of(&server).await;
    desk.known_by(Assurance::Email).await;
    let draft = desk.draft(TAX).await;
    let summary = desk.browser.get(&format!("/drafts/{}", draft.id)).await;
    assert_eq!(summary.status, 200);
    assert!(
        summary.text.contains("onto potwierdzone w urzędzie"),
        "{}",
        summary.text
    );
    let path = format!("/drafts/{}/send", draft.id);
    let shown = desk.browser.get(&path).await;
    assert_eq!(shown.status, 403);
    assert!(
        shown
            .text
            .contains("wymaga konta potwierdzonego w urzędzie"),
        "{}",
        shown.text
    );
    let code = desk.code.clone();
    let sent = desk
        .browser
        .send(&path, &[("code", &code), ("digest", "")])
        .await;
    assert_eq!(sent.status, 403);
    assert!(sent.text.contains("wymaga konta potwierdzonego w urzędzie"));
    let (status, problem) = desk.post(TAX, "a", &code).await;
    assert_eq!(
        (status.as_u16(), &problem["name"]),
        (403, &json!("not-assured")),
        "{problem}"
    );
    desk.kept(&draft).await;

    // What asks for no more goes out all the same, without the code.
    let letter = desk.draft(LETTER).await;
    assert_eq!(desk.send(&letter, "").await.status, 303);
    let (status, problem) = desk.post(LETTER, "b", "").await;
    assert_eq!(status, 201, "{problem}");
    let sent = desk.letters().await;
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter()
            .all(|letter| letter.confirmation["by"] == "log-in")
    );
    desk.drafts().one(&draft.id).await.unwrap();
}

#[tokio::test]
async fn a_letter_says_which_code_confirmed_what_and_when() {
    let server = Server::start().await;
    let mut desk = Desk::of(&server).await;
    let (draft, code) = (desk.draft(TAX).await, desk.code.clone());
    let store = &server.state.store;
    let known = identity_codes::last(store, &desk.citizen.id)
        .await
        .unwrap()
        .unwrap();
    let before = (server.state.now)();
    assert_eq!(desk.send(&draft, &code).await.status, 303);
    let (status, answer) = desk.post(TAX, "program", &code).await;
    assert_eq!(status, 201, "{answer}");
    let letters = desk.letters().await;
    assert_eq!(letters.len(), 2);
    let mut evidence = Vec::new();
    for letter in &letters {
        let found = desk.evidence(letter).await;
        assert_eq!(found.document_hash, letter.content_sha256);
        assert_eq!((&found.code, &found.citizen), (&known.id, &desk.citizen.id));
        assert!(before <= found.at && found.at <= letter.received_at);
        evidence.push(found.id);
    }
    assert_ne!(evidence[0], evidence[1], "each letter has its own");
    assert_eq!(answer["content_sha256"], json!(letters[0].content_sha256));
    // Sent again under the same key it is the same letter, and needs no code.
    let (status, again) = desk.post(TAX, "program", "").await;
    assert_eq!((status.as_u16(), &again["id"]), (201, &answer["id"]));
    assert_eq!(desk.letters().await.len(), 2);
}

/// A code that is wrong, revoked or over confirms nothing: neither on the page nor for a program.
#[tokio::test]
async fn a_code_that_does_not_hold_sends_nothing_and_keeps_the_draft() {
    let server = Server::start().await;
    let mut desk = Desk::of(&server).await;
    let (mut draft, code) = (desk.draft(TAX).await, desk.code.clone());
    let wrong = desk.send(&draft, "aaaa-bbbb-cccc").await;
    assert_eq!(wrong.status, 422);
    let (status, problem) = desk.post(TAX, "a", "").await;
    assert_eq!(
        (status.as_u16(), &problem["name"]),
        (422, &json!("wrong-code")),
        "{problem}"
    );
    desk.kept(&draft).await;

    // Over: two years later, with a new log-in. The draft was saved a moment ago.
    let known = identity_codes::last(&server.state.store, &desk.citizen.id).await;
    server.later(known.unwrap().unwrap().expires_at.0 - server.now());
    desk.known_by(Assurance::Desk).await;
    draft = desk.draft(TAX).await;
    desk.refused(&draft, &code, "Twój kod tożsamości wygasł")
        .await;

    // Renewed, and revoked.
    let registrar = server.registrar().await;
    let seen = crate::support::citizen::seen(desk.citizen.kind, "");
    let slip = server
        .state
        .identity
        .renew(&registrar, &desk.citizen, seen)
        .await
        .unwrap();
    let (code, _) = slip.code.unwrap();
    server
        .state
        .identity
        .revoke_code(&registrar, &desk.citizen)
        .await
        .unwrap();
    desk.refused(&draft, &code, "Twój kod tożsamości unieważniono")
        .await;
}

impl Desk<'_> {
    async fn refused(&mut self, draft: &Draft, code: &str, why: &str) {
        let page = self.send(draft, code).await;
        assert_eq!(page.status, 409);
        assert!(page.text.contains(why), "{}", page.text);
        let (status, problem) = self.post(TAX, "a", code).await;
        assert_eq!(
            (status.as_u16(), &problem["name"]),
            (409, &json!("not-now")),
            "{problem}"
        );
        assert!(problem.to_string().contains(why), "{problem}");
        self.kept(draft).await;
    }
}
