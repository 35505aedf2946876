//! People who log in by an identity that somebody else vouches for.

use crate::support::browser::{Browser, Page};
use crate::support::citizen::{PESEL, seen};
use crate::support::provider::{CLIENT, Mood, Provider, SECRET};
use crate::support::server::{PASSWORD, Server};
use ebok::config::Config;
use ebok::identity::accounts::block_account;
use ebok::identity::outside::oidc::{Oidc, Settings};
use ebok::store::accounts::StaffRole;
use ebok::store::citizens::Kind;
use openidconnect::{IssuerUrl, RedirectUrl};
use serde_json::{Value, json};
use std::sync::Arc;

const LOW: &str = "http://eidas.europa.eu/LoA/low";
const SUBSTANTIAL: &str = "http://eidas.europa.eu/LoA/substantial";
const HIGH: &str = "http://eidas.europa.eu/LoA/high";
/// Another person's.
const OTHER_PESEL: &str = "02070803628";
const NAME: &str = "Zofia Żak";
const EMAIL: &str = "zofia@example.pl";

fn person(subject: &str, acr: &str, pesel: &str) -> Value {
    json!({
        "sub": subject, "acr": acr, "pesel": pesel, "given_name": "Zofia", "family_name": "Żak",
        "email": EMAIL, "email_verified": true,
    })
}

/// An office that takes the word of this provider.
pub(crate) async fn office(provider: &Provider) -> Server {
    let settings = Settings {
        issuer: IssuerUrl::new(provider.url.clone()).unwrap(),
        client: CLIENT.to_owned(),
        secret: Some(SECRET.to_owned()),
        name: "Węzeł".to_owned(),
        back: RedirectUrl::new("http://ebok.example.pl/login/outside/back".to_owned()).unwrap(),
        scopes: vec!["profile".to_owned()],
        pesel_claim: "pesel".to_owned(),
        levels: [
            "low=email",
            "substantial=trusted-profile",
            "high=trusted-profile",
        ]
        .map(|level| {
            format!("http://eidas.europa.eu/LoA/{level}")
                .parse()
                .unwrap()
        })
        .to_vec(),
    };
    Server::with(Config {
        outside: Some(Arc::new(Oidc::new(settings).unwrap())),
        demo: true,
        ..Config::default()
    })
    .await
}

/// Where a page sends the browser to.
fn onward(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    let refresh = page.header("refresh");
    refresh.strip_prefix("0; url=").unwrap().to_owned()
}

/// Sets out from the log-in page; gives the provider's address.
async fn sets_out(browser: &mut Browser<'_>) -> String {
    browser.get("/login").await;
    onward(&browser.send("/login/outside", &[("next", "/drafts")]).await)
}

/// What the provider sends back by one of its links.
async fn answer(address: &str, link: &str) -> String {
    let page = reqwest::get(address).await.unwrap();
    assert_eq!(page.status(), 200, "{address}");
    let text = page.text().await.unwrap();
    let (_, rest) = text.split_once(&format!("id=\"{link}\" href=\"")).unwrap();
    let href = rest.split('"').next().unwrap().replace("&amp;", "&");
    href.strip_prefix("http://ebok.example.pl")
        .unwrap()
        .to_owned()
}

/// Logs in as the only person whom the provider knows.
async fn enters(browser: &mut Browser<'_>) -> Page {
    let address = sets_out(browser).await;
    let back = answer(&address, "person-0").await;
    browser.get(&back).await
}

/// Links the own account with the only person whom the provider knows.
async fn links(browser: &mut Browser<'_>) -> Page {
    browser.get("/account/outside").await;
    let wrong = browser.send("/account/outside", &[]).await;
    assert!(
        wrong.text.contains("id=\"password-error\""),
        "{}",
        wrong.text
    );
    let own = [("password", PASSWORD)];
    let address = onward(&browser.send("/account/outside", &own).await);
    assert!(address.contains("prompt=login"), "{address}");
    let back = answer(&address, "person-0").await;
    browser.get(&back).await
}

/// A browser that is logged in with the slip's log-in and an own password.
async fn inside<'a>(server: &'a Server, login: &str) -> Browser<'a> {
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    let page = browser.enter(login, PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.text);
    browser
}

async fn is_nobody(browser: &mut Browser<'_>) {
    let page = browser.get("/account").await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/login?next=%2Faccount")
    );
}

#[tokio::test]
async fn a_person_is_let_in_whose_pesel_the_office_checked() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    // The one-time password of the slip was never used: who comes without it need not change it.
    server.citizen(NAME, EMAIL, PESEL).await;
    for (acr, level) in [(SUBSTANTIAL, "profil zaufany"), (HIGH, "profil zaufany")] {
        provider.knows(&[person("z-1", acr, PESEL)]);
        let mut browser = Browser::of(&server);
        let page = enters(&mut browser).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/drafts"));
        let page = browser.get("/account").await;
        assert!(page.text.contains(NAME) && page.text.contains(level));
    }
    // The number counts whatever countries stand before it, and RSA signs as well.
    provider.signs_by_rsa();
    provider.knows(&[person("z-1", HIGH, &format!("PL/PL/{PESEL}"))]);
    let page = enters(&mut Browser::of(&server)).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/drafts"));
}

#[tokio::test]
async fn nobody_is_let_in_by_less() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    server.citizen(NAME, EMAIL, PESEL).await;
    let mut nameless = person("z-1", HIGH, OTHER_PESEL);
    for name in ["given_name", "family_name"] {
        nameless.as_object_mut().unwrap().remove(name);
    }
    let mut unmeasured = person("z-1", HIGH, PESEL);
    unmeasured["acr"] = Value::Null;
    for (what, stranger) in [
        ("an address", person("z-1", HIGH, "")),
        ("a low level", person("z-1", LOW, PESEL)),
        ("an unknown level", person("z-1", "gold", PESEL)),
        ("no level", unmeasured),
        ("no number that is one", person("z-1", HIGH, "44051401358")),
        ("no name", nameless),
    ] {
        provider.knows(&[stranger]);
        let mut browser = Browser::of(&server);
        let page = enters(&mut browser).await;
        assert_eq!(page.status, 403, "{what}");
        assert!(
            page.text.contains("nie jest połączone żadne konto"),
            "{what}"
        );
        is_nobody(&mut browser).await;
    }
}

#[tokio::test]
async fn an_answer_that_does_not_hold_lets_nobody_in() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let (_, slip) = server.citizen(NAME, EMAIL, PESEL).await;
    server.enter_with(&slip).await;
    let good = person("z-1", HIGH, PESEL);
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let soon = server.now() / 1_000 + 3_600;
    for (what, mood, claims) in [
        ("another nonce", Mood::Honest, with("nonce", json!("other"))),
        ("no nonce", Mood::Honest, with("nonce", Value::Null)),
        (
            "another audience",
            Mood::Honest,
            with("aud", json!("other")),
        ),
        (
            "two audiences",
            Mood::Honest,
            with("aud", json!([CLIENT, "other"])),
        ),
        (
            "another issuer",
            Mood::Honest,
            with("iss", json!("http://127.0.0.1:1")),
        ),
        ("no signature", Mood::Unsigned, good.clone()),
        ("the shared secret", Mood::SharedSecret, good.clone()),
        ("a forged signature", Mood::Forged, good.clone()),
        (
            "an expired token",
            Mood::Honest,
            with("exp", json!(1_794_000_000)),
        ),
    ] {
        provider.knows(&[claims]);
        provider.answers(mood);
        let mut browser = Browser::of(&server);
        let page = enters(&mut browser).await;
        assert_eq!(page.status, 403, "{what}: {}", page.text);
        assert!(page.text.contains("Nie udało się potwierdzić"), "{what}");
        is_nobody(&mut browser).await;
        // The own log-in stands on the very page.
        let page = browser.enter(&slip.login, PASSWORD).await;
        assert_eq!(page.status, 303, "{what}");
    }
    // By the server's clock, not by another.
    provider.answers(Mood::Honest);
    provider.knows(&[with("exp", json!(soon))]);
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 303);
    server.later(3_700_000);
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 403);
}

#[tokio::test]
async fn an_answer_counts_once_and_for_one_browser() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    server.citizen(NAME, EMAIL, PESEL).await;
    provider.knows(&[person("z-1", HIGH, PESEL)]);
    let (mut browser, mut other) = (Browser::of(&server), Browser::of(&server));
    let back = answer(&sets_out(&mut browser).await, "person-0").await;

    // Another browser, with an errand of its own or without, gets nothing by it and spoils nothing.
    assert_eq!(other.get(&back).await.status, 403);
    let others = answer(&sets_out(&mut other).await, "person-0").await;
    assert_eq!(other.get(&back).await.status, 403);
    is_nobody(&mut other).await;
    let (begin, _) = back.split_once("&state=").unwrap();
    assert_eq!(
        browser.get(&format!("{begin}&state=made-up")).await.status,
        403
    );
    assert_eq!(browser.get("/login/outside/back").await.status, 403);

    assert_eq!(browser.get(&back).await.status, 303);
    assert_eq!(browser.get(&back).await.status, 403, "again");

    // A code that was used, under a state that holds.
    let (_, state) = others.split_once("&state=").unwrap();
    let (begin, _) = back.split_once("&state=").unwrap();
    let mut other = Browser::of(&server);
    let fresh = answer(&sets_out(&mut other).await, "person-0").await;
    let (_, own) = fresh.split_once("&state=").unwrap();
    assert_ne!(own, state);
    let page = other.get(&format!("{begin}&state={own}")).await;
    assert_eq!(page.status, 403, "the code");
    is_nobody(&mut other).await;

    // The answer of another issuer (RFC 9207), one too late, and somebody who broke off.
    let fresh = answer(&sets_out(&mut other).await, "person-0").await;
    let page = other
        .get(&format!("{fresh}&iss=http%3A%2F%2Fother.example"))
        .await;
    assert_eq!(page.status, 403, "another issuer");
    let broken = answer(&sets_out(&mut other).await, "nobody").await;
    let page = other.get(&broken).await;
    assert!(page.status == 403 && page.text.contains("przerwano"));
    let late = answer(&sets_out(&mut other).await, "person-0").await;
    server.later(600_000);
    assert_eq!(other.get(&late).await.status, 403, "too late");
}

#[tokio::test]
async fn the_way_onward_stays_here() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    server.citizen(NAME, EMAIL, PESEL).await;
    provider.knows(&[person("z-1", HIGH, PESEL)]);
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let sent = [("next", "https://evil.example/"), ("kiosk", "yes")];
    let page = browser.send("/login/outside", &sent).await;
    let address = onward(&page);
    // Whoever used this computer before is not remembered there.
    assert!(
        address.contains("prompt=login") && address.contains("acr_values="),
        "{address}"
    );
    let page = browser.get(&answer(&address, "person-0").await).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/"));
    let page = browser.get("/account").await;
    assert!(
        page.header("refresh").contains("/login?kiosk=1"),
        "a session of such a computer"
    );
    assert_eq!(
        Browser::of(&server)
            .send("/login/outside", &[])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn keys_are_fetched_again_when_a_token_names_another() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    server.citizen(NAME, EMAIL, PESEL).await;
    provider.knows(&[person("z-1", HIGH, PESEL)]);
    for _ in 0..2 {
        assert_eq!(enters(&mut Browser::of(&server)).await.status, 303);
    }
    assert_eq!(provider.keys_asked(), 1, "kept");
    provider.rotates("second");
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 303);
    assert_eq!(provider.keys_asked(), 2);
    // Not again and again.
    for id in ["third", "fourth"] {
        provider.rotates(id);
        assert_eq!(enters(&mut Browser::of(&server)).await.status, 403, "{id}");
    }
    assert_eq!(provider.keys_asked(), 2);
}

#[tokio::test]
async fn a_provider_that_fails_leaves_the_own_log_in() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let (_, slip) = server.citizen(NAME, EMAIL, PESEL).await;
    server.enter_with(&slip).await;
    provider.knows(&[person("z-1", HIGH, PESEL)]);
    for mood in [Mood::Endless, Mood::Slow] {
        provider.answers(mood);
        let mut browser = Browser::of(&server);
        let page = enters(&mut browser).await;
        assert_eq!(page.status, 503);
        assert!(page.text.contains("nie odpowiada"));
        assert_eq!(browser.enter(&slip.login, PASSWORD).await.status, 303);
    }
    // Away from the beginning: not even what it publishes is known.
    provider.goes();
    let server = office(&provider).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let page = browser.send("/login/outside", &[]).await;
    assert!(page.status == 503 && page.text.contains("name=\"password\""));
}

#[tokio::test]
async fn an_owner_links_an_identity_and_unlinks_it() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let (citizen, slip) = server.citizen(NAME, EMAIL, PESEL).await;
    server.enter_with(&slip).await;
    let mut owner = inside(&server, &slip.login).await;
    provider.knows(&[person("z-1", LOW, "")]);
    let page = links(&mut owner).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/account/outside")
    );
    assert!(
        owner
            .get("/account/outside")
            .await
            .text
            .contains("jest połączone")
    );
    let mails = server.mails_to(EMAIL).await;
    assert!(
        mails.last().unwrap().contains("połączono z tożsamością"),
        "{mails:?}"
    );

    // A low level opens the account, and no matter that asks for more.
    let mut browser = Browser::of(&server);
    assert_eq!(enters(&mut browser).await.status, 303);
    let page = browser.get("/account").await;
    assert!(page.text.contains("Poziom tego logowania") && page.text.contains(NAME));

    // Somebody else can neither link the same identity nor one of another person.
    let (_, other) = server
        .citizen("Jan Lis", "jan@example.pl", OTHER_PESEL)
        .await;
    server.enter_with(&other).await;
    let mut other = inside(&server, &other.login).await;
    let page = links(&mut other).await;
    assert!(
        page.status == 409 && page.text.contains("połączona"),
        "{}",
        page.text
    );
    for level in [LOW, HIGH] {
        provider.knows(&[person("z-2", level, PESEL)]);
        let page = links(&mut other).await;
        assert!(
            page.status == 409 && page.text.contains("innej osoby"),
            "{level}: {}",
            page.text
        );
    }

    // Nobody finishes what another session began.
    other.get("/account/outside").await;
    let own = [("password", PASSWORD)];
    let address = onward(&other.send("/account/outside", &own).await);
    let back = answer(&address, "person-0").await;
    assert_eq!(owner.get(&back).await.status, 403);

    provider.knows(&[person("z-1", LOW, "")]);
    owner.get("/account/outside").await;
    let page = owner.send("/account/outside/off", &[]).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/account/outside")
    );
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 403);

    // The desk unlinks it for who lost everything.
    let page = links(&mut owner).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let registrar = server.registrar().await;
    let seen = seen(Kind::Person, PESEL);
    let recovered = server.state.identity.recover(&registrar, &citizen, seen);
    recovered.await.unwrap();
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 403);
}

/// What was linked while nobody knew whose it is lends no level, and opens nothing for another person.
#[tokio::test]
async fn a_link_lends_no_level_to_whom_nobody_compared() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let (_, slip) = server.citizen(NAME, EMAIL, PESEL).await;
    server.enter_with(&slip).await;
    let mut owner = inside(&server, &slip.login).await;
    provider.knows(&[person("z-1", LOW, "")]);
    assert_eq!(links(&mut owner).await.status, 303);
    provider.knows(&[person("z-1", HIGH, "")]);
    let mut again = Browser::of(&server);
    assert_eq!(enters(&mut again).await.status, 303);
    let page = again.get("/account").await;
    assert!(
        page.text.contains("tożsamość sprawdzona w urzędzie"),
        "{}",
        page.text
    );
    provider.knows(&[person("z-1", HIGH, OTHER_PESEL)]);
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 403);
}

#[tokio::test]
async fn a_person_without_an_account_gets_one() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    // The address is somebody's who waits for the desk: it stays theirs.
    let pending = ebok::identity::registration::NewCitizen {
        kind: Kind::Person,
        name: "Ktoś Inny".to_owned(),
        email: EMAIL.to_owned(),
        phone: String::new(),
        number: String::new(),
        lang: "pl".to_owned(),
    };
    server.pending(pending).await;
    provider.knows(&[person("z-1", SUBSTANTIAL, PESEL)]);
    let mut browser = Browser::of(&server);
    assert_eq!(enters(&mut browser).await.status, 303);
    let page = browser.get("/account").await;
    assert!(
        page.text.contains(NAME) && page.text.contains("1359"),
        "{}",
        page.text
    );
    assert!(!page.text.contains(EMAIL), "somebody else's");
    assert!(
        browser
            .get("/account/outside")
            .await
            .text
            .contains("jest połączone")
    );

    // The same account next time, and at the desk; it has no password until the desk gives one.
    let page = enters(&mut Browser::of(&server)).await;
    assert_eq!(page.status, 303);
    let registrar = server.registrar().await;
    let identity = &server.state.identity;
    let founded = identity.find_at_desk(&registrar, PESEL).await.unwrap();
    let login = founded.login.clone().unwrap();
    for password in ["", " ", "coś"] {
        let mut stranger = Browser::of(&server);
        stranger.get("/login").await;
        let page = stranger.enter(&login, password).await;
        assert!([401, 422].contains(&page.status), "{password:?}");
    }
    let page = browser.get("/password").await;
    assert!(page.text.contains("nie ma hasła"), "{}", page.text);
    let slip = identity.recover(&registrar, &founded, seen(Kind::Person, PESEL));
    let slip = slip.await.unwrap();
    server.enter_with(&slip).await;
    let page = inside(&server, &login).await.get("/account").await;
    assert!(
        page.text.contains("tożsamość sprawdzona w urzędzie"),
        "by password no more than the desk"
    );

    // A second person without an address.
    let mut other = person("o-1", HIGH, OTHER_PESEL);
    other["email_verified"] = json!(false);
    provider.knows(&[other.clone()]);
    assert_eq!(enters(&mut Browser::of(&server)).await.status, 303);
}

#[tokio::test]
async fn the_staff_come_by_what_they_linked() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let issued = server.staff("clerk", StaffRole::Clerk).await;
    server.enter(&issued).await;
    provider.knows(&[person("k-1", LOW, "")]);
    assert_eq!(
        enters(&mut Browser::of(&server)).await.status,
        403,
        "not linked"
    );
    let mut clerk = inside(&server, "clerk").await;
    assert_eq!(links(&mut clerk).await.status, 409, "too weak");
    provider.knows(&[person("k-1", HIGH, "")]);
    assert_eq!(links(&mut clerk).await.status, 303);
    let mut browser = Browser::of(&server);
    assert_eq!(enters(&mut browser).await.status, 303);
    assert_eq!(browser.get("/office").await.status, 200);
    block_account(&server.state.store, &server.state.now, "clerk")
        .await
        .unwrap();
    assert_eq!(
        enters(&mut Browser::of(&server)).await.status,
        403,
        "blocked"
    );
}

#[tokio::test]
async fn the_second_factor_is_asked_for_all_the_same() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    super::factor::switched_on(&server).await;
    provider.knows(&[person("z-1", HIGH, PESEL)]);
    let mut browser = Browser::of(&server);
    let page = enters(&mut browser).await;
    assert_eq!(page.location, "/login/factor?next=%2Fdrafts");
    assert_eq!(browser.get("/account").await.location, "/login/factor");
}
