//! The public pages of a tender: its specification, the request for a log-in, the result.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::desk::{NIP, announced, file, put, upload};
use crate::support::browser::{Browser, Page};
use crate::support::server::{Server, short_terms};
use base64::prelude::{BASE64_STANDARD, Engine};
use ebok::limits::ASKED_PER_NETWORK_MAX;
use serde_json::{Value, json};

const LANGS: [&str; 2] = ["pl", "en"];

/// What a firm types; an entry of `changed` stands in for one of these.
fn typed<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("identity.name", "Zieleń \"Brda\" & Syn"),
        ("identity.seat", "Bydgoszcz"),
        ("country", "PL"),
        ("identity.tax_id", NIP),
        ("contact", "Jan Dąb"),
        ("email", "biuro@alfa.example"),
    ];
    let value = |name| changed.iter().find(|(field, _)| *field == name);
    usual
        .into_iter()
        .map(|(name, text)| value(name).copied().unwrap_or((name, text)))
        .collect()
}

/// What stands in the secrets of a page: log-in and password.
fn secrets(page: &Page) -> Vec<String> {
    let parts = page.text.split("<code class=\"secret\">").skip(1);
    parts
        .map(|part| part.split('<').next().unwrap().to_owned())
        .collect()
}

/// The text of a PDF as another program reads it.
fn pdf_text(pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let mut command = std::process::Command::new("pdftotext");
    let read = command.arg("-layout").arg(file.path()).arg("-").output();
    let read = read.expect("pdftotext of poppler-utils is needed: run `make setup`");
    String::from_utf8(read.stdout).unwrap()
}

async fn mails(server: &Server, officer: &str) -> Vec<Value> {
    let (_, found) = server.get("/api/notices", officer).await;
    found["notices"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_tender_shows_its_specification() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let mut browser = Browser::of(&server);
    let path = format!("/tenders/{tender}");
    for (lang, empty) in LANGS
        .into_iter()
        .zip(["nie zamieścił", "has not published"])
    {
        let page = browser.get(&format!("{path}?lang={lang}")).await;
        assert!(page.status == 200 && page.text.contains(empty), "{lang}");
    }
    let name = format!("Załącznik {}.pdf", "bardzo długi ".repeat(7).trim());
    let (_, added) = upload(&server, &officer, &tender, file(&name, &[b'%'; 12_345])).await;
    for (lang, size) in LANGS.into_iter().zip(["12,3\u{a0}kB", "12.3\u{a0}kB"]) {
        let page = browser.get(&format!("{path}?lang={lang}")).await;
        let sha256 = added["sha256"].as_str().unwrap();
        assert!(page.text.contains(&name) && page.text.contains(size));
        assert!(
            page.text
                .contains(&format!("<code class=\"hash\">{sha256}</code>"))
        );
        assert!(page.text.contains(&format!("{path}/specification\"")));
        let href = page.attribute_of(&format!("{path}/files/"), "href");
        assert_eq!(browser.get(&href).await.text.len(), 12_345);
    }
    let id = added["id"].as_str().unwrap();
    let page = browser.get(&format!("{path}/files/x{id}")).await;
    assert!(
        page.status == 404 && page.text.contains("<h1>"),
        "a page for people"
    );
    let reason = json!({ "reason": "pomyłka" });
    let withdraw = format!("/api/tenders/{tender}/files/{id}/withdraw");
    server.post(&withdraw, &officer, reason).await;
    browser.get("/login").await;
    browser
        .enter("officer", crate::support::server::PASSWORD)
        .await;
    let page = browser.get(&path).await;
    assert!(
        !page.text.contains(&name),
        "withdrawn, also for the buyer's people"
    );
}

#[tokio::test]
async fn a_firm_gets_its_log_in_once() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    upload(&server, &officer, &tender, file("SWZ.pdf", b"%PDF")).await;
    let path = format!("/tenders/{tender}/specification");
    let mut browser = Browser::of(&server);
    let page = browser.get(&path).await;
    assert_eq!(page.attribute_of("id=\"country\"", "value"), "PL");
    let page = browser.send(&path, &typed(&[])).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Zieleń &#34;Brda&#34; &#38; Syn") && page.text.contains("SWZ.pdf"));
    let fingerprint = server.state.house.signer().fingerprint();
    assert!(page.text.replace(' ', "").contains(&fingerprint));
    let [login, password] = secrets(&page).try_into().unwrap();
    let expires = jiff::Timestamp::from_millisecond(server.now() + 30 * 86_400_000).unwrap();
    let expires = expires
        .in_tz("Europe/Warsaw")
        .unwrap()
        .strftime("%-d grudnia %Y, ");
    assert!(
        page.text
            .contains(&format!("Hasło ważne do</dt><dd>{expires}"))
    );
    let letter = page.attribute_of("download=\"dane-do-logowania.pdf\"", "href");
    let letter = letter.strip_prefix("data:application/pdf;base64,").unwrap();
    let letter = pdf_text(&BASE64_STANDARD.decode(letter).unwrap());
    let close: String = letter.split_whitespace().collect();
    assert!(
        close.contains(&login) && close.contains(&password),
        "{letter}"
    );
    assert!(
        letter.contains("Zieleń \"Brda\" & Syn, Bydgoszcz"),
        "{letter}"
    );
    assert!(letter.contains("jest ważne do:"), "{letter}");

    let mails = mails(&server, &officer).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["recipient"], "biuro@alfa.example");
    assert!(
        !mails[0].to_string().contains(&password),
        "no password by mail"
    );

    for (lang, says) in LANGS.into_iter().zip(["już wcześniej", "issued before"]) {
        let path = format!("{path}?lang={lang}");
        let page = browser.send(&path, &typed(&[])).await;
        assert!(page.status == 200 && page.text.contains(says), "reloaded");
        assert!(secrets(&page).is_empty() && !page.text.contains(&login));
        assert!(!page.text.contains("data:application/pdf"));
    }
    browser.get("/login").await;
    assert_eq!(browser.enter(&login, &password).await.location, "/password");
}

#[tokio::test]
async fn what_a_firm_typed_comes_back_with_the_errors() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let path = format!("/tenders/{tender}/specification");
    let mut browser = Browser::of(&server);
    for (lang, says) in LANGS.into_iter().zip(["To nie jest NIP", "This is no NIP"]) {
        browser.get(&format!("{path}?lang={lang}")).await;
        let long = "ż".repeat(201);
        let wrong = [
            ("identity.name", long.as_str()),
            ("identity.tax_id", "5540000007"),
            ("email", ""),
        ];
        let page = browser.send(&path, &typed(&wrong)).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains(says) && page.text.contains(&long));
        assert!(page.text.contains("value=\"5540000007\"") && page.text.contains("Jan Dąb"));
        for name in ["identity.name", "identity.tax_id", "email"] {
            assert!(page.text.contains(&format!("href=\"#{name}\"")), "{name}");
            assert!(
                page.text.contains(&format!("id=\"{name}-error\"")),
                "{name}"
            );
        }
        assert!(page.text.contains("<title>Błąd:") || page.text.contains("<title>Error:"));
    }
    assert!(
        mails(&server, &officer).await.is_empty(),
        "nobody was registered"
    );
}

#[tokio::test]
async fn too_many_requests_lose_nothing() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let path = format!("/tenders/{tender}/specification");
    let mut browser = Browser::of(&server);
    browser.get(&path).await;
    for number in 0..=ASKED_PER_NETWORK_MAX {
        let tax_id = format!("{number:09}");
        let fields = typed(&[("country", "DE"), ("identity.tax_id", &tax_id)]);
        let page = browser.send(&path, &fields).await;
        if number < ASKED_PER_NETWORK_MAX {
            assert_eq!(page.status, 200, "{number}");
        } else {
            assert!(page.status == 429 && page.text.contains(&tax_id));
            assert!(page.text.contains("error-summary"));
        }
    }
}

#[tokio::test]
async fn who_cannot_ask_is_told_why() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let path = format!("/tenders/{tender}/specification");
    let mut browser = Browser::of(&server);
    browser.get(&path).await;
    let off = json!({ "self_service": false, "two_officers": false });
    let switches = format!("/api/tenders/{tender}/switches");
    put(&server, &switches, &officer, &off).await;
    for (lang, says) in LANGS
        .into_iter()
        .zip(["loginy wydaje zamawiający", "buyer issues"])
    {
        for path in [&path, &format!("/tenders/{tender}")] {
            let page = browser.get(&format!("{path}?lang={lang}")).await;
            assert!(page.status == 200 && page.text.contains(says), "{path}");
            assert!(!page.text.contains("name=\"email\""));
        }
        let page = browser.send(&path, &typed(&[])).await;
        assert!(page.status == 409 && page.text.contains(says));
    }
    assert_eq!(browser.get("/tenders/none/specification").await.status, 404);
}

#[tokio::test]
async fn the_result_is_public_without_a_script() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server
        .lot_of(&officer, &tender, "1", short_terms(3_000))
        .await;
    let name = format!("Przedsiębiorstwo {}", "Wielobranżowe ".repeat(10).trim());
    let mut first = String::new();
    for (name, price) in [("Beta", "110000"), (name.as_str(), "100000")] {
        first = server.bidder(&officer, &tender, name).await;
        server.admit(&officer, &lot, &first, price).await;
    }
    let mut browser = Browser::of(&server);
    browser.get("/login").await;
    browser
        .enter("officer", crate::support::server::PASSWORD)
        .await;
    let bidder = format!("/desk/tenders/{tender}/bidders/{first}");
    assert!(browser.get(&bidder).await.text.contains("/admissions/"));
    let auction = server.publish(&officer, &lot).await;
    let path = format!("/auctions/{auction}/result");
    let page = browser.get(&path).await;
    assert!(
        page.status == 409 && page.text.contains("<h1>"),
        "not over yet"
    );
    server.reaches(&auction, "open", &officer).await;
    assert!(!browser.get(&bidder).await.text.contains("/admissions/"));
    let page = browser
        .get(&format!("/desk/tenders/{tender}/schedule"))
        .await;
    assert!(
        !page.text.contains("<form method=\"post\" action=\"/desk"),
        "no lot is ahead"
    );
    for (lang, says) in LANGS.into_iter().zip(["zamknięcie ", "closes "]) {
        let page = browser.get(&format!("/tenders/{tender}?lang={lang}")).await;
        assert!(page.text.contains(says), "{}", page.text);
    }
    server.reaches(&auction, "sealed", &officer).await;
    let fingerprint = server.state.house.signer().fingerprint();
    let mut public = Browser::of(&server);
    for (lang, best) in LANGS
        .into_iter()
        .zip(["100\u{a0}000,00\u{a0}zł", "100\u{a0}000.00\u{a0}PLN"])
    {
        let page = public.get(&format!("{path}?lang={lang}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&name) && page.text.contains("Olsztyn"));
        assert!(!page.text.contains("Beta"), "only the winner is named");
        assert_eq!(
            page.text.matches(best).count(),
            2,
            "with the winner and in the table"
        );
        let command = format!("ebok verify ebok-{auction}.json --key {fingerprint}");
        assert!(page.text.contains(&command) && !page.text.contains("<script"));
        let tag = format!("download=\"ebok-{auction}.json\"");
        let log = public.get(&page.attribute_of(&tag, "href")).await;
        assert!(log.status == 200 && log.text.contains("ebok-log-1"));
        let record = page.attribute_of(&format!("download=\"raport-{auction}.pdf\""), "href");
        assert_eq!(
            record,
            format!("/auctions/{auction}/record.pdf?lang={lang}")
        );
    }
    let page = browser.get(&format!("/tenders/{tender}")).await;
    for paper in [&path, "/log\" download", "/record.pdf?lang=en\" download"] {
        assert!(page.text.contains(paper), "{paper}");
    }
}

#[tokio::test]
async fn a_cancelled_auction_has_a_page_of_its_end() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let lot = server
        .lot_of(&officer, &tender, "1", short_terms(60_000))
        .await;
    let auction = server.publish(&officer, &lot).await;
    let act = json!({ "type": "cancel", "reason": "brak środków" });
    let (status, answer) = server
        .post(&format!("/api/auctions/{auction}/acts"), &officer, act)
        .await;
    assert!(status.is_success(), "{answer}");
    server.reaches(&auction, "sealed", &officer).await;
    let mut browser = Browser::of(&server);
    for (lang, says) in LANGS.into_iter().zip(["Aukcję odwołano", "was cancelled"]) {
        let page = browser
            .get(&format!("/auctions/{auction}/result?lang={lang}"))
            .await;
        assert!(page.text.contains(says) && page.text.contains("brak środków"));
    }
}
