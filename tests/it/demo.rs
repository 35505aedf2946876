//! The demo: who is printed can log in, and every state of letters and cases is really there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::demo::Demo;
use crate::support::wait::wait_for;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_an_office_at_work() {
    let demo = Demo::start().await;
    the_queues(&demo).await;
    the_cases(&demo).await;
    the_citizens(&demo).await;
    the_tender(&demo).await;
    // Receipts are stamped where openssl is installed.
    if demo.printed["stamps"] == true {
        let zofia = demo.login_of("Zofia Wzorcowa").to_owned();
        let letters = demo.page(&zofia, "/letters").await;
        let (_, letter) = letters.split_once("href=\"/letters/").unwrap();
        let (letter, _) = letter.split_once('"').unwrap();
        wait_for("a stamp", async || {
            let path = format!("/api/letters/{letter}");
            let letter: Value = serde_json::from_str(&demo.page(&zofia, &path).await).unwrap();
            letter["stamped_at"].is_i64().then_some(())
        })
        .await;
    }
}

async fn the_queues(demo: &Demo) {
    demo.has("sekretariat", "/office", &["RPW/", "Sekretariat"])
        .await;
    let late = ["po terminie", "zastępstwo"];
    demo.has("referent", "/office", &late).await;
    demo.has("kierownik", "/office", &["/approve"]).await;
    demo.has("referent", "/office", &["/reply\""]).await;
    demo.has("drogi", "/office", &["/opinions/", "/office/letters/"])
        .await;
    demo.has("kancelaria", "/office", &["/office/letters/"])
        .await;
    demo.has("urzednik", "/office", &["BZP.271."]).await;
    demo.has("zamowienia", "/office/cases", &["BZP.271."]).await;
    demo.has("punkt", "/office/visits", &["Stanowisko obsługi"])
        .await;
    demo.has("audytor", "/desk", &["PZ/12/2026", "PZ/14/2026"])
        .await;
    demo.has("usc", "/office", &["Urząd Stanu Cywilnego"]).await;
}

async fn the_cases(demo: &Demo) {
    let mut pages = demo.cases("referent").await;
    pages.extend(demo.cases("geodeta").await);
    for state in [
        "w toku",
        "odpowiedziano",
        "zakończona",
        "Otwarto sprawę",
        "Do sprawy dołączono pismo",
        "Sprawę prowadzi",
        "Poproszono o opinię",
        "Wydano opinię",
        "Nowy termin",
        "Odpowiedź przekazano do akceptacji",
        "Odpowiedź zwrócono do poprawienia",
        "Wysłano odpowiedź RPWY/",
        "Zakończono sprawę",
        // A reply that waits, and one that was begun or sent back.
        "Odpowiedź czeka na akceptację",
        "Pisz dalej odpowiedź",
    ] {
        let found = pages.iter().any(|page| page.contains(state));
        assert!(found, "no case says “{state}”");
    }
    // Two letters in one case.
    let joined = pages
        .iter()
        .any(|page| page.matches("href=\"/office/letters/").count() == 2);
    assert!(joined, "no letter was joined");
}

async fn the_citizens(demo: &Demo) {
    let zofia = demo.login_of("Zofia Wzorcowa").to_owned();
    let states = ["w toku", "odpowiedziano", "zakończona"];
    demo.has(&zofia, "/cases", &states).await;
    demo.has(&zofia, "/account/access", &["Marek Lis", "Maria Wrona"])
        .await;
    let nina = demo.login_of("Nina Nowa").to_owned();
    let drafts = demo.page(&nina, "/drafts").await;
    assert_eq!(drafts.matches("/delete\"").count(), 2, "{drafts}");
    let adam = demo.login_of("Adam Dawny").to_owned();
    demo.has(&adam, "/account", &["Adam Dawny"]).await;
    let all = demo.printed["logins"].as_array().unwrap();
    assert!(all.iter().any(|login| login["role"] == "pending"));
}

/// The tender whose auction is over: its case gets the record by itself.
async fn the_tender(demo: &Demo) {
    let case = wait_for("the record in the case", async || {
        let cases = demo.cases("zamowienia").await;
        cases
            .into_iter()
            .find(|page| page.contains("Do sprawy dołączono raport"))
    })
    .await;
    for word in [
        "Ogłoszono postępowanie",
        "Opublikowano aukcję części 1",
        "Zakończono aukcję części 1",
        "Do sprawy dołączono raport",
        "/buyer-pdf-pl",
        "/public-json",
    ] {
        assert!(case.contains(word), "no “{word}”:\n{case}");
    }
}
