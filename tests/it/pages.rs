//! The pages as a browser without JavaScript uses them: by links, forms and cookies.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::accounts::outside::office;
use crate::desk::announced;
use crate::routes::forms;
use crate::support::browser::Browser;
use crate::support::provider::Provider;
use crate::support::server::{PASSWORD, Server, short_terms, terms};
use ebok::config::Config;
use ebok::document::Office;
use ebok::document::arms::Arms;
use ebok::identity::accounts::Issued;
use ebok::store::accounts::StaffRole;
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn from_the_one_time_password_to_the_own_auctions() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lots = [
        server.lot_of(&officer, &tender, "1", terms()).await,
        server.lot_of(&officer, &tender, "2", terms()).await,
    ];
    let bidder = server
        .bidder(&officer, &tender, "Zieleń \"Brda\" & Syn")
        .await;
    let issued = server.credential(&officer, &tender, &bidder).await;
    server.admit(&officer, &lots[0], &bidder, "100000").await;
    let auction = server.publish(&officer, &lots[0]).await;

    let mut browser = Browser::of(&server);
    let page = browser.get(&format!("/auctions/{auction}")).await;
    assert_eq!(
        page.location,
        format!("/login?next=%2Fauctions%2F{auction}")
    );
    browser.get(&page.location).await;
    let page = browser.enter(&issued.login, &issued.password).await;
    assert_eq!(page.location, "/password", "first an own password");
    assert_eq!(browser.get("/").await.location, "/password");
    let page = browser.get("/password").await;
    assert!(page.text.contains("hasło jednorazowe") && page.text.contains("od 12 do 128"));
    for (new, repeated, status, says) in [
        ("krótkie", "krótkie", 422, "co najmniej 12"),
        (
            PASSWORD,
            "inne hasło na pewno",
            422,
            "za drugim razem inaczej",
        ),
        (PASSWORD, PASSWORD, 303, ""),
    ] {
        let fields = [
            ("password", issued.password.as_str()),
            ("new_password", new),
            ("repeated", repeated),
        ];
        let page = browser.send("/password", &fields).await;
        assert_eq!(page.status, status, "{new}");
        assert!(page.text.contains(says) && !page.text.contains(&issued.password));
    }
    let page = browser.get("/").await;
    assert!(
        page.text.contains("Moje aukcje") && page.text.contains("Zieleń &#34;Brda&#34; &#38; Syn")
    );
    assert!(page.text.contains("dopuszczono") && page.text.contains("zarejestrowano"));
    assert!(page.text.contains(&format!("href=\"/auctions/{auction}\"")));
    let page = browser.get(&format!("/auctions/{auction}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("data-role-hint=\"bidder\""));
    let strip = page.attribute("data-lots");
    let strip: Value = serde_json::from_str(&strip).unwrap();
    assert_eq!(
        strip,
        json!([
            { "auction": auction, "number": "1", "title": { "pl": "Most", "en": "Bridge" },
              "practice": format!("/practice/{}", lots[0]) },
        ])
    );
}

#[tokio::test]
async fn every_page_carries_the_arms_and_name_of_the_office() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\"><path d=\"M0 0h4v4z\"/></svg>";
    let office = Office {
        name: "Urząd Miasta \"Żółw\"".to_owned(),
        arms: Some(Arms::read(svg.as_bytes()).unwrap()),
        ..Office::default()
    };
    let config = Config {
        office,
        ..Config::default()
    };
    let server = Server::with(config).await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/tenders").await;
    let shown = "<img src=\"/arms\" alt=\"Urząd Miasta &#34;Żółw&#34;\"";
    assert!(page.text.contains(shown), "{}", page.text);
    assert_eq!(page.text.matches("Urząd Miasta &#34;Żółw&#34;").count(), 2);
    assert_eq!(browser.get("/arms").await.text, svg);
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    assert!(
        browser.get("/arms").await.text.contains("eBOK"),
        "none was set"
    );
    let page = browser.get("/tenders").await;
    assert!(page.text.contains("<img src=\"/arms\" alt=\"\""));
}

#[tokio::test]
async fn the_log_in_goes_on_to_our_own_pages_alone() {
    let server = Server::start().await;
    server.officer().await;
    for (next, expected) in [
        ("/tenders", "/tenders"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
    ] {
        let mut browser = Browser::of(&server);
        let page = browser.get(&format!("/login?next={next}")).await;
        assert_eq!(page.attribute_of("name=\"next\"", "value"), expected);
        let fields = [("login", "officer"), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.send("/login", &fields).await.location, expected);
    }
}

#[tokio::test]
async fn a_form_of_an_ended_session_leads_to_the_log_in_that_says_so() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let gone = browser
        .send("/desk/tenders/new", &[("number", "ZP.1")])
        .await;
    assert_eq!(
        gone.location,
        "/login?next=%2Fdesk%2Ftenders%2Fnew&unsent=1"
    );
    let page = browser.get(&gone.location).await;
    assert!(page.text.contains("niczego nie zapisano"), "{}", page.text);
    let asked = browser.get("/desk/tenders/new").await;
    assert_eq!(asked.location, "/login?next=%2Fdesk%2Ftenders%2Fnew");
}

#[tokio::test]
async fn what_was_typed_comes_back_with_the_error() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    browser.get("/login?lang=en").await;
    let page = browser.enter("<script>\"&", "x").await;
    assert_eq!(page.status, 401);
    assert!(page.text.contains("<title>Error: Log in"));
    assert!(
        page.text.contains("value=\"&#60;script&#62;&#34;&#38;\"")
            && !page.text.contains("<script>")
    );
    let page = browser.enter("", "").await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("href=\"#login\"") && page.text.contains("href=\"#password\""));
    assert!(
        page.text.contains("id=\"login-error\"") && page.text.contains("aria-invalid=\"true\"")
    );
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let provider = Provider::open().await;
    let server = office(&provider).await;
    let issued = server.staff("officer", StaffRole::Officer).await;
    let officer = server.enter(&issued).await;
    let tender = announced(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let file = file_of(&server, &tender).await;
    for form in forms() {
        for token in [None, Some("0".repeat(64))] {
            let mut browser = Browser::of(&server);
            browser.get("/login").await;
            browser.enter("officer", PASSWORD).await;
            browser.get("/sessions").await;
            let path = form
                .replace("{session}", "nobodys")
                .replace("{tender}", &tender)
                .replace("{lot}", &lot)
                .replace("{bidder}", &bidder)
                .replace("{file}", &file)
                .replace("{procedure}", "pismo-ogolne");
            browser.token = token.unwrap_or_default();
            let page = browser.send(&path, &[("login", "typed before")]).await;
            assert_eq!(page.status, 403, "{form}");
            assert!(
                page.text.contains("name=\"csrf\""),
                "{form}: the form again"
            );
            assert_eq!(
                browser.get("/sessions").await.status,
                200,
                "{form}: nothing was done"
            );
        }
    }
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.token = String::new();
    let page = browser.enter("typed before", "x").await;
    assert!(
        page.text.contains("value=\"typed before\""),
        "nothing is lost"
    );
    assert!(page.text.contains("zbyt długo"));
}

/// A file of a tender's specification.
async fn file_of(server: &Server, tender: &str) -> String {
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    browser.enter("officer", PASSWORD).await;
    let path = format!("/desk/tenders/{tender}/files");
    browser.get(&path).await;
    let page = browser.upload(&path, &[], Some(("swz.pdf", b"%PDF"))).await;
    assert_eq!(page.status, 303);
    let link = browser
        .get(&path)
        .await
        .attribute_of("/api/tenders/", "href");
    link.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_of_before_the_log_in_does_not_outlive_it() {
    let server = Server::start().await;
    server.officer().await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let before = browser.token.clone();
    browser.enter("officer", PASSWORD).await;
    browser.token = before;
    assert_eq!(browser.send("/logout", &[]).await.status, 403);
    browser.get("/sessions").await;
    assert_eq!(browser.send("/logout", &[]).await.location, "/login");
    assert_eq!(
        browser.get("/sessions").await.location,
        "/login?next=%2Fsessions"
    );
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended() {
    let server = Server::start().await;
    server.officer().await;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        let mut browser = Browser::of(&server);
        browser.get("/login").await;
        browser.enter("officer", PASSWORD).await;
        browsers.push(browser);
    }
    let page = browsers[0].get("/sessions").await;
    let ends: Vec<_> = page.text.match_indices("/end\"").collect();
    assert_eq!(ends.len(), 4, "the first log-in, two more, and all at once");
    let path = page.attribute_of("action=\"/sessions/", "action");
    assert_eq!(browsers[0].send(&path, &[]).await.location, "/sessions");
    let alive = async |browsers: &mut Vec<Browser>| {
        let mut alive = 0;
        for browser in browsers {
            alive += u32::from(browser.get("/sessions").await.status == 200);
        }
        alive
    };
    assert_eq!(alive(&mut browsers).await, 2);
    let page = browsers[0].send("/sessions/others/end", &[]).await;
    assert_eq!(page.location, "/sessions");
    assert_eq!(alive(&mut browsers).await, 1);
}

#[tokio::test]
async fn the_board_shows_what_is_announced() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/tenders").await;
    assert!(page.text.contains("Nie ma teraz ogłoszonych postępowań."));
    assert!(page.cookies.is_empty(), "who only reads needs no cookie");

    let officer = server.officer().await;
    let draft = server.tender(&officer).await;
    let draft = format!("/tenders/{draft}");
    assert_eq!(browser.get(&draft).await.status, 404, "in preparation");
    assert!(!browser.get("/tenders").await.text.contains("Remont mostu"));
    let tender = server.announced_tender(&officer).await;
    let lot = server
        .lot_of(&officer, &tender, "1", short_terms(2_000))
        .await;
    for (name, offer) in [("Alfa", "100000"), ("Beta", "110000")] {
        let bidder = server.bidder(&officer, &tender, name).await;
        server.credential(&officer, &tender, &bidder).await;
        server.admit(&officer, &lot, &bidder, offer).await;
    }
    let path = format!("/tenders/{tender}");
    let auction = server.publish(&officer, &lot).await;
    let page = browser.get("/tenders").await;
    assert!(page.text.contains("Remont mostu") && page.text.contains("poniżej progów unijnych"));
    let page = browser.get(&path).await;
    assert!(page.text.contains("otwarcie ") && !page.text.contains("Alfa"));
    assert!(
        !page.text.contains(&format!("/auctions/{auction}")),
        "observers may not watch"
    );
    server.reaches(&auction, "sealed", &officer).await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("Alfa, Olsztyn") && !page.text.contains("Beta"));
    assert!(
        page.text.contains(&format!("href=\"/auctions/{auction}\"")),
        "it is over"
    );
}

#[tokio::test]
async fn a_long_board_has_pages() {
    let server = Server::start().await;
    let officer = server.officer().await;
    for number in 0..23 {
        let body = json!({
            "number": format!("ZP.{number}"), "title": { "pl": format!("Zakup {number}"), "en": "" },
            "procedure": "podprogowe",
        });
        server.made("/api/tenders", &officer, body).await;
    }
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("officer", PASSWORD).await;
    let page = browser.get("/").await;
    assert!(page.text.contains("Zakup 22") && !page.text.contains("Zakup 2<"));
    let next = page.attribute_of("rel=\"next\"", "href");
    let page = browser.get(&next).await;
    assert!(
        page.text.contains("Zakup 2<")
            && page.text.contains("Zakup 0")
            && !page.text.contains("rel=\"next\"")
    );
}

#[tokio::test]
async fn language_and_contrast_are_kept() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/tenders?after=x&lang=en&contrast=high").await;
    assert!(
        page.text
            .contains("<html lang=\"en\" data-contrast=\"high\">")
    );
    assert!(page.text.contains("href=\"/tenders?after=x&#38;lang=pl\""));
    let page = browser.get("/accessibility").await;
    assert!(page.text.contains("Accessibility statement") && page.text.contains("data-contrast"));
    let page = browser.get("/login?contrast=usual&lang=xx").await;
    assert!(page.text.contains("<html lang=\"en\">"));
}

/// Every page in both languages, without script or style in the page itself, and named.
#[tokio::test]
async fn pages_have_no_inline_script_or_style() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server.lot_of(&officer, &tender, "1", terms()).await;
    let auction = server.publish(&officer, &lot).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser.enter("officer", PASSWORD).await;
    let paths = [
        "/",
        "/tenders",
        "/sessions",
        "/password",
        "/login",
        "/style",
        "/accessibility",
        "/nowhere",
    ];
    let mut paths: Vec<_> = paths.map(str::to_owned).into();
    paths.extend([format!("/tenders/{tender}"), format!("/auctions/{auction}")]);
    for path in paths {
        for lang in ["pl", "en"] {
            let page = browser.get(&format!("{path}?lang={lang}")).await;
            let policy = &page.policy;
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe"),
                "{path}"
            );
            for inline in ["<style", " style=", "<script>", " onclick=", "javascript:"] {
                assert!(!page.text.contains(inline), "{path}: {inline}");
            }
        }
    }
}

#[tokio::test]
async fn replaced_credentials_let_nobody_in() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let Issued { login, password } = server.credential(&officer, &tender, &bidder).await;
    server.credential(&officer, &tender, &bidder).await;
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    let page = browser.enter(&login, &password).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}
