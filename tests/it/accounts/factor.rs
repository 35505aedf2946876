//! The second factor, by pages.

use crate::support::browser::Browser;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server};
use ebok::identity::attempts::PAIR_MAX;
use ebok::identity::visits::Slip;
use reqwest::Method;
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

const STEP_MS: i64 = 30_000;

/// The app on the phone.
fn app(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn code(app: &Totp, server: &Server) -> String {
    let seconds = u64::try_from(server.now() / 1_000).unwrap();
    app.generate(seconds).to_string()
}

/// A citizen who logged in and switched the factor on; gives the app and the recovery codes.
pub(super) async fn switched_on(server: &Server) -> (Slip, Totp, Vec<String>) {
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    server.enter_with(&slip).await;
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    browser.enter(&slip.login, PASSWORD).await;
    let page = browser.get("/account/factor").await;
    assert!(page.text.contains("<svg role=\"img\"") && !page.text.contains("style="));
    let (_, rest) = page.text.split_once("<code class=\"secret\">").unwrap();
    let app = app(rest.split('<').next().unwrap());
    let sealed = page.attribute_of("name=\"sealed\"", "value");
    let wrong = browser
        .send(
            "/account/factor",
            &[("sealed", &sealed), ("code", "000000")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains(&sealed),
        "the app may hold the secret already"
    );
    let now = code(&app, server);
    let page = browser
        .send("/account/factor", &[("sealed", &sealed), ("code", &now)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    let codes = page.text.split("<li><code>").skip(1);
    let codes: Vec<_> = codes
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 8);
    (slip, app, codes)
}

#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let server = Server::start().await;
    let (slip, app, codes) = switched_on(&server).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let page = browser.enter(&slip.login, PASSWORD).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/login/factor?next=%2F")
    );
    for path in ["/account", "/password", "/sessions", "/"] {
        assert_eq!(browser.get(path).await.location, "/login/factor", "{path}");
    }
    browser.get("/login/factor").await;
    let used = code(&app, &server);
    let again = browser.send("/login/factor", &[("code", &used)]).await;
    assert_eq!(again.status, 422, "a code works once");
    server.later(STEP_MS);
    let page = browser
        .send("/login/factor", &[("code", &code(&app, &server))])
        .await;
    assert_eq!((page.status, page.location.as_str()), (303, "/"));
    assert_eq!(browser.get("/account").await.status, 200);

    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter(&slip.login, PASSWORD).await;
    browser.get("/login/factor").await;
    let page = browser.send("/login/factor", &[("code", &codes[0])]).await;
    assert_eq!(page.status, 303);
    assert!(browser.get("/account").await.text.contains("<dd>7</dd>"));
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter(&slip.login, PASSWORD).await;
    browser.get("/login/factor").await;
    let spent = browser.send("/login/factor", &[("code", &codes[0])]).await;
    assert_eq!(spent.status, 422, "a recovery code works once");
}

#[tokio::test]
async fn wrong_codes_are_stopped_and_nothing_goes_around_them() {
    let server = Server::start().await;
    let (slip, app, _) = switched_on(&server).await;
    let body = json!({ "login": slip.login, "password": PASSWORD });
    let (_, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(answer["awaits_second_factor"], true);
    let token = answer["token"].as_str().unwrap();
    let (status, answer) = server.get("/api/me", token).await;
    assert_eq!(
        (status.as_u16(), &answer["name"]),
        (403, &json!("second-factor-needed"))
    );
    let new = json!({ "password": PASSWORD, "new_password": "zupełnie nowe hasło" });
    assert_eq!(server.post("/api/password", token, new).await.0, 403);
    let body = json!({
        "login": slip.login, "password": PASSWORD, "new_password": "zupełnie nowe hasło",
    });
    let (status, _) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(status, 403);

    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter(&slip.login, PASSWORD).await;
    browser.get("/login/factor").await;
    for _ in 0..PAIR_MAX {
        assert_eq!(
            browser
                .send("/login/factor", &[("code", "000000")])
                .await
                .status,
            422
        );
    }
    server.later(STEP_MS);
    let right = browser
        .send("/login/factor", &[("code", &code(&app, &server))])
        .await;
    assert_eq!(right.status, 429);
}

#[tokio::test]
async fn it_is_switched_off_with_the_password() {
    let server = Server::start().await;
    let (slip, app, _) = switched_on(&server).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter(&slip.login, PASSWORD).await;
    browser.get("/login/factor").await;
    server.later(STEP_MS);
    browser
        .send("/login/factor", &[("code", &code(&app, &server))])
        .await;
    browser.get("/account/factor/off").await;
    let wrong = browser
        .send("/account/factor/off", &[("password", "nie to hasło wcale")])
        .await;
    assert_eq!(wrong.status, 401);
    let off = browser
        .send("/account/factor/off", &[("password", PASSWORD)])
        .await;
    assert_eq!(off.location, "/account");
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    assert_eq!(browser.enter(&slip.login, PASSWORD).await.location, "/");
    assert_eq!(browser.get("/account/factor/off").await.status, 404);
}
