//! Somebody registers and confirms the e-mail address.

use crate::support::browser::Browser;
use crate::support::citizen::{HERE, person};
use crate::support::server::Server;
use ebok::config::Config;
use ebok::error::Problem;
use ebok::limits::{ADDRESS_TOKEN_MS, REGISTERED_PER_EMAIL_MAX, REGISTERED_PER_NETWORK_MAX};
use ebok::notice::mail::Mailer;
use ebok::store::citizens::{self, State};
use ebok::store::notices::{self, NoticeState, Realm};

const EMAIL: &str = "zofia@example.pl";

/// A server that can send the mails that registrations need; nothing is sent in these tests.
async fn open() -> Server {
    let mailer = Mailer::new("smtp://127.0.0.1:9", "Urząd <ebok@example.pl>", None);
    Server::with(Config {
        public_origin: None,
        mailer: Some(mailer.unwrap()),
        ..Config::default()
    })
    .await
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_the_address_is_known() {
    let server = Server::start().await;
    let identity = &server.state.identity;
    server.pending(person("Zofia Żak", EMAIL)).await;
    for email in [EMAIL, "nowy@example.pl", " ZOFIA@example.pl "] {
        identity
            .register(person("Zofia Żak", email), HERE)
            .await
            .unwrap();
    }
    let mails = server.mails_to(EMAIL).await;
    let told: Vec<_> = mails
        .iter()
        .filter(|mail| mail.contains("masz je już"))
        .collect();
    assert_eq!(told.len(), 1, "once a day: {mails:?}");
    assert!(!told[0].contains("/account/confirm/"));
    assert!(server.token_for("nowy@example.pl").await.len() == 64);
}

#[tokio::test]
async fn a_link_works_once_and_for_two_days() {
    let server = Server::start().await;
    let identity = &server.state.identity;
    identity
        .register(person("Zofia Żak", EMAIL), HERE)
        .await
        .unwrap();
    let token = server.token_for(EMAIL).await;
    assert!(identity.is_token(&token).await.unwrap());
    let citizen = identity.confirm_address(&token).await.unwrap().unwrap();
    assert_eq!(citizen.state, State::Pending);
    assert!(identity.confirm_address(&token).await.unwrap().is_none());
    let mails = server.mails_to(EMAIL).await;
    assert!(mails.iter().any(|mail| mail.contains(&citizen.reference)));

    let late = "late@example.pl";
    identity.register(person("Late", late), HERE).await.unwrap();
    let token = server.token_for(late).await;
    server.later(i64::try_from(ADDRESS_TOKEN_MS).unwrap());
    assert!(identity.confirm_address(&token).await.unwrap().is_none());
    identity.keep_up_once().await.unwrap();
    let mut tx = server.state.store.write_tx().await.unwrap();
    let since = auction_rules::Timestamp(0);
    let left = citizens::count_with_email(&mut tx, late, since)
        .await
        .unwrap();
    assert_eq!(left, 0, "what nobody confirmed is forgotten");
}

#[tokio::test]
async fn of_two_registrations_with_one_address_one_can_be_confirmed() {
    let server = Server::start().await;
    let identity = &server.state.identity;
    identity
        .register(person("Zofia Żak", EMAIL), HERE)
        .await
        .unwrap();
    let first = server.token_for(EMAIL).await;
    identity
        .register(person("Ktoś Inny", EMAIL), HERE)
        .await
        .unwrap();
    let second = server.token_for(EMAIL).await;
    assert!(identity.confirm_address(&first).await.unwrap().is_some());
    assert!(identity.confirm_address(&second).await.unwrap().is_none());
}

#[tokio::test]
async fn neither_store_nor_outbox_holds_a_token_or_a_number() {
    let server = Server::start().await;
    let new = ebok::identity::registration::NewCitizen {
        number: "440-514-01359".to_owned(),
        ..person("Zofia Żak", EMAIL)
    };
    let citizen = server.pending(new).await;
    assert_eq!(server.state.identity.number_of(&citizen), "44051401359");
    assert!(!format!("{citizen:?}").contains("44051401359"));
    server
        .state
        .identity
        .register(person("A", "a@example.pl"), HERE)
        .await
        .unwrap();
    let token = server.token_for("a@example.pl").await;
    let rows = notices::page(
        &server.state.store,
        Realm::Office,
        NoticeState::Waiting,
        None,
    );
    for row in rows.await.unwrap() {
        assert!(!row.data.to_string().contains(&token), "{}", row.data);
    }
}

#[tokio::test]
async fn officers_do_not_see_citizens_mail() {
    let server = Server::start().await;
    let officer = server.officer().await;
    server.pending(person("Zofia Żak", EMAIL)).await;
    let (_, answer) = server.get("/api/notices", &officer).await;
    assert_eq!(answer["notices"], serde_json::json!([]));
    let rows = notices::page(
        &server.state.store,
        Realm::Office,
        NoticeState::Waiting,
        None,
    );
    let id = &rows.await.unwrap()[0].id;
    let path = format!("/api/notices/{id}/cancel");
    let (status, _) = server.post(&path, &officer, serde_json::Value::Null).await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn registrations_have_bounds() {
    let server = Server::start().await;
    let identity = &server.state.identity;
    for _ in 0..=REGISTERED_PER_EMAIL_MAX {
        identity
            .register(person("Zofia Żak", EMAIL), HERE)
            .await
            .unwrap();
    }
    let mails = server.mails_to(EMAIL).await.len();
    assert_eq!(mails, usize::try_from(REGISTERED_PER_EMAIL_MAX).unwrap());
    for number in REGISTERED_PER_EMAIL_MAX + 1..REGISTERED_PER_NETWORK_MAX {
        let email = format!("a{number}@example.pl");
        identity.register(person("A", &email), HERE).await.unwrap();
    }
    let refused = identity.register(person("B", "b@example.pl"), HERE).await;
    assert!(matches!(refused, Err(Problem::TooManyRequests(_))));
    let elsewhere = "192.0.2.7".parse().unwrap();
    identity
        .register(person("B", "b@example.pl"), elsewhere)
        .await
        .unwrap();
}

/// Without a site's address there is no link, so that nobody can register.
#[tokio::test]
async fn an_office_without_mail_takes_no_registrations() {
    let server = open().await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/account/register").await;
    assert!(page.text.contains("Konta nie można teraz założyć"));
    assert!(!page.text.contains("name=\"email\""));
}
