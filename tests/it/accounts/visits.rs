//! The one visit, and what follows from it.

use crate::support::browser::Browser;
use crate::support::citizen::{PESEL, person, seen};
use crate::support::server::{PASSWORD, Server};
use ebok::error::Problem;
use ebok::identity::Assurance;
use ebok::identity::visits::Seen;
use ebok::store::accounts::StaffRole;
use ebok::store::citizens::{Kind, State};
use ebok::store::visits;
use reqwest::Method;
use serde_json::json;

const EMAIL: &str = "zofia@example.pl";

#[tokio::test]
async fn who_was_seen_logs_in_and_is_known_as_a_citizen() {
    let server = Server::start().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    assert_eq!(
        (citizen.state, citizen.assurance),
        (State::Confirmed, Assurance::Desk)
    );
    let (one_time, _) = slip.password.clone().unwrap();
    let body = json!({ "login": slip.login, "password": one_time });
    let (_, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(answer["must_change_password"], true);
    let token = server.enter_with(&slip).await;
    let (_, me) = server.get("/api/me", &token).await;
    assert_eq!(
        (&me["role"], &me["account"]),
        (&json!("citizen"), &json!(citizen.id))
    );
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(status, 401, "the one-time password is spent");
    let past = visits::of_citizen(&server.state.store, &citizen.id)
        .await
        .unwrap();
    assert_eq!((past.len(), past[0].last_chars.as_str()), (1, "4567"));
    let numbered = server.state.identity.number_of(&citizen);
    assert_eq!(numbered, PESEL);
}

#[tokio::test]
async fn what_does_not_match_is_not_confirmed() {
    let server = Server::start().await;
    let registrar = server.registrar().await;
    let identity = &server.state.identity;
    let citizen = server.pending(person("Zofia Żak", EMAIL)).await;
    let right = seen(Kind::Person, PESEL);
    let mut unlike = right.clone();
    unlike.matched.pop();
    let faults = async |seen: Seen| match identity.admit(&registrar, &citizen, seen).await {
        Err(Problem::Faults(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
        other => panic!("{other:?}"),
    };
    let found: Vec<String> = faults(unlike).await;
    assert_eq!(found, ["matched"]);
    let found: Vec<String> = faults(Seen::default()).await;
    assert_eq!(found, ["document", "last_chars", "number", "matched"]);
    assert!(matches!(
        identity.reject(&registrar, &citizen, " ").await,
        Err(Problem::Faults(_))
    ));
    identity
        .reject(&registrar, &citizen, "Inna data urodzenia")
        .await
        .unwrap();
    let mails = server.mails_to(EMAIL).await;
    assert!(mails.last().unwrap().contains("Inna data urodzenia"));
    let again = identity.admit(&registrar, &citizen, right).await;
    assert!(matches!(again, Err(Problem::NotNow(_))));
    server.pending(person("Zofia Żak", EMAIL)).await;
}

#[tokio::test]
async fn a_person_has_one_account() {
    let server = Server::start().await;
    let registrar = server.registrar().await;
    let identity = &server.state.identity;
    let (first, _) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let second = server
        .pending(person("Zofia Żak", "druga@example.pl"))
        .await;
    let refused = identity
        .admit(&registrar, &second, seen(Kind::Person, PESEL))
        .await;
    assert!(matches!(refused, Err(Problem::NotNow(_))));
    for named in [
        PESEL,
        "440-514-01359",
        first.login.as_deref().unwrap(),
        &first.reference,
    ] {
        let found = identity.find_at_desk(&registrar, named).await.unwrap();
        assert_eq!(found.id, first.id, "{named}");
    }
    assert!(identity.find_at_desk(&registrar, "nikt").await.is_err());
}

#[tokio::test]
async fn who_lost_the_password_comes_again() {
    let server = Server::start().await;
    let registrar = server.registrar().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let token = server.enter_with(&slip).await;
    let again = seen(Kind::Person, "");
    let recovered = server
        .state
        .identity
        .recover(&registrar, &citizen, again)
        .await
        .unwrap();
    assert_eq!(recovered.login, slip.login);
    assert_eq!(
        server.get("/api/me", &token).await.0,
        401,
        "its sessions have ended"
    );
    let body = json!({ "login": slip.login, "password": PASSWORD });
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(status, 401);
    server.enter_with(&recovered).await;
    let mails = server.mails_to(EMAIL).await;
    assert!(mails.last().unwrap().contains("nowe hasło jednorazowe"));
}

#[tokio::test]
async fn the_desk_is_a_registrars_and_works_by_forms() {
    let server = Server::start().await;
    server.registrar().await;
    let clerk = server.staff("clerk", StaffRole::Clerk).await;
    server.enter(&clerk).await;
    let citizen = server.pending(person("Zofia <b>Żak</b>", EMAIL)).await;
    let place = format!("/office/visits/{}", citizen.id);
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("clerk", PASSWORD).await;
    assert_eq!(browser.get("/office/visits").await.status, 403);
    assert_eq!(browser.get(&place).await.status, 403);

    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("registrar", PASSWORD).await;
    let list = browser.get("/office/visits").await;
    assert!(list.text.contains(&citizen.reference) && !list.text.contains("<b>Żak"));
    let found = browser
        .send("/office/visits", &[("named", &citizen.reference)])
        .await;
    assert_eq!(
        (found.status, found.location.as_str()),
        (303, place.as_str())
    );
    browser.get(&place).await;
    let wrong = browser
        .send(&place, &[("act", "confirm"), ("document", "passport")])
        .await;
    assert!(wrong.status == 422 && wrong.text.contains("Wpisz cztery ostatnie znaki"));
    let right = [
        ("act", "confirm"),
        ("document", "passport"),
        ("last_chars", "ab12"),
        ("number", PESEL),
        ("matched", "photo"),
        ("matched", "name"),
        ("matched", "number"),
        ("matched", "valid"),
    ];
    let slip = browser.send(&place, &right).await;
    assert!(
        slip.status == 200 && slip.text.starts_with("%PDF-"),
        "{}",
        slip.text
    );
    let page = browser.get(&place).await;
    assert!(page.text.contains("paszport …AB12"), "{}", page.text);
}

#[tokio::test]
async fn a_one_time_password_may_be_pasted_with_spaces_around() {
    let server = Server::start().await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    let (password, _) = slip.password.clone().unwrap();
    let enters = async |password: &str, new: Option<&str>| {
        let body = json!({ "login": slip.login, "password": password, "new_password": new });
        let entered = server.send(Method::POST, "/api/login", None, &body).await;
        entered.0.as_u16()
    };
    let pasted = format!(" {password}\t ");
    assert_eq!(enters(&pasted, None).await, 200);
    assert_eq!(
        enters(&pasted, Some(&password)).await,
        422,
        "it is no new one"
    );
    assert_eq!(enters(&pasted, Some(PASSWORD)).await, 200);
    // One's own is taken to the letter.
    assert_eq!(enters(&format!("{PASSWORD} "), None).await, 401);
    assert_eq!(enters(PASSWORD, None).await, 200);
}

#[tokio::test]
async fn a_citizen_sees_who_opened_the_account() {
    let server = Server::start().await;
    server.registrar().await;
    let (citizen, _) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("registrar", PASSWORD).await;
    let place = format!("/office/visits/{}", citizen.id);
    assert!(browser.get(&place).await.text.contains(PESEL));
    assert!(browser.get(&place).await.text.contains(PESEL));
    let circulation = server.state.circulation();
    let looks = circulation.looked_at(&citizen.id, None).await.unwrap();
    let looks: Vec<_> = looks
        .iter()
        .map(|one| (one.name.as_str(), one.what.as_str(), one.thing.as_str()))
        .collect();
    assert_eq!(
        looks,
        [("registrar", "account", citizen.reference.as_str())]
    );
}
