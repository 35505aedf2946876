//! Lots: terms from a preset, the estimate, the order.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::server::Server;
use ebok::store::accounts::StaffRole;

#[tokio::test]
async fn a_lot_gets_terms_from_a_preset_and_shows_its_example_first() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let path = format!("/desk/tenders/{tender}/lots/new");
    let page = browser.get(&path).await;
    assert!(page.text.contains("?preset=podprogowe-lowest-price"));
    let page = browser
        .get(&format!("{path}?preset=podprogowe-lowest-price"))
        .await;
    assert_eq!(page.status, 200);
    let mut fields = vec![
        ("preset", "podprogowe-lowest-price"),
        ("number", "1"),
        ("title.pl", ""),
        ("net", "dużo"),
        ("answers.most", "500 000,00"),
        ("answers.step", "nic"),
    ];
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 422);
    for at in ["title.pl", "answers.step"] {
        assert!(page.text.contains(&format!("href=\"#{at}\"")), "{at}");
    }
    assert!(page.text.contains("value=\"dużo\"") && page.text.contains("value=\"500 000,00\""));
    fields[2].1 = "Most <drogowy>";
    fields[3].1 = "";
    fields[5].1 = "2";
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(
        page.text.contains("Przykład na tych zasadach") && page.text.contains("Wygrywa Wykonawca")
    );
    assert!(
        page.text.contains("value=\"Most &#60;drogowy&#62;\""),
        "kept for the next step"
    );
    fields.push(("act", "edit"));
    let page = browser.send(&path, &fields).await;
    assert!(
        page.text.contains("name=\"answers.most\"") && page.text.contains("value=\"500 000,00\"")
    );
    fields.last_mut().unwrap().1 = "save";
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let lot = page.location.split('?').next().unwrap().to_owned();
    let page = browser.get(&lot).await;
    assert!(
        page.text.contains("Most &#60;drogowy&#62;") && page.text.contains("Ustal termin otwarcia")
    );
    let page = browser.get(&format!("{lot}/edit")).await;
    assert!(page.text.contains("value=\"500000\"") || page.text.contains("value=\"500000.00\""));
    fields[4].1 = "400 000";
    fields[3].1 = "300 000,00";
    assert_eq!(
        browser.send(&format!("{lot}/edit"), &fields).await.status,
        303
    );
    assert!(browser.get(&lot).await.text.contains("300\u{a0}000"));
    browser.get(&format!("{lot}/delete")).await;
    assert_eq!(
        browser.send(&format!("{lot}/delete"), &[]).await.status,
        303
    );
    assert_eq!(browser.get(&lot).await.status, 404);
}

#[tokio::test]
async fn lots_are_put_into_an_order() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let path = format!("/desk/tenders/{tender}/lots/order");
    assert!(
        browser
            .get(&path)
            .await
            .text
            .contains("nie ma jeszcze części")
    );
    let mut lots = Vec::new();
    for number in ["1", "2", "3"] {
        lots.push(server.lot(&token, &tender, number).await);
    }
    let overview = browser.get(&format!("/desk/tenders/{tender}")).await;
    assert!(overview.text.contains(&format!("href=\"{path}\"")));
    let page = browser.get(&path).await;
    let names: Vec<_> = lots.iter().map(|lot| format!("place.{lot}")).collect();
    assert_eq!(
        page.attribute_of(&format!("id=\"{}\"", names[2]), "value"),
        "3"
    );
    for (places, wrong) in [
        (["1", "x", "3"], Some("2. Most: podaj liczbę")),
        (["1", "2", "1"], Some("3. Most: to miejsce ma już część 1.")),
        (["1", "", "-1"], Some("3. Most: podaj liczbę")),
        (["2", "10", "1"], None),
    ] {
        let fields: Vec<_> = names.iter().map(String::as_str).zip(places).collect();
        let page = browser.send(&path, &fields).await;
        match wrong {
            Some(wrong) => {
                assert!(
                    page.status == 422 && page.text.contains(wrong),
                    "{}",
                    page.text
                );
                assert!(page.text.contains(&format!("value=\"{}\"", places[2])));
            }
            None => assert_eq!(page.status, 303, "{}", page.text),
        }
    }
    let overview = browser.get(&format!("/desk/tenders/{tender}")).await.text;
    let at = |lot: &String| overview.find(&format!("/desk/lots/{lot}\"")).unwrap();
    assert!(at(&lots[2]) < at(&lots[0]) && at(&lots[0]) < at(&lots[1]));
}

#[tokio::test]
async fn an_estimate_is_cleared_by_typing_nothing() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    let path = format!("/desk/tenders/{tender}/lots/new");
    browser.get(&path).await;
    let mut fields = vec![
        ("preset", "podprogowe-lowest-price"),
        ("number", "1"),
        ("title.pl", "Most"),
        ("answers.most", "500 000,00"),
        ("answers.step", "2"),
        ("act", "save"),
        ("net", "300 000,00"),
    ];
    let page = browser.send(&path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let lot = page.location.split('?').next().unwrap().to_owned();
    assert!(browser.get(&lot).await.text.contains("300\u{a0}000"));
    let page = browser.get(&format!("{lot}/edit")).await;
    assert_eq!(page.attribute_of("id=\"net\"", "value"), "300000,00");
    fields.pop();
    for _ in 0..2 {
        let page = browser.send(&format!("{lot}/edit"), &fields).await;
        assert_eq!(page.status, 303, "{}", page.text);
    }
    let page = browser.get(&lot).await;
    assert!(!page.text.contains("300\u{a0}000") && page.text.contains("Nie zapisano wartości"));
    let lot = lot.rsplit('/').next().unwrap();
    let (_, estimate) = server
        .get(&format!("/api/lots/{lot}/estimate"), &token)
        .await;
    assert!(estimate.is_null(), "{estimate}");
    let auditor = server.staff("auditor", StaffRole::Auditor).await;
    let auditor = server.enter(&auditor).await;
    let (_, log) = server.get("/api/audit", &auditor).await;
    assert_eq!(log.to_string().matches("lot.estimate-cleared").count(), 1);
}
