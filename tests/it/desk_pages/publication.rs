//! From a new tender to the published auction.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::browser::Browser;
use crate::support::server::PASSWORD;
use crate::support::server::Server;
use ebok::store::accounts::StaffRole;

/// From a new tender to the published auction by forms alone.
#[tokio::test]
async fn a_tender_is_published_by_forms_alone() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let (tender, lot) = opened(&mut browser).await;
    browser.send(&format!("{tender}/announce"), &[]).await;
    let page = browser.get(&tender).await;
    assert!(page.text.contains("Dodaj wykonawców i dopuść ich"));
    for (name, price) in [("Alfa", "490 000,00"), ("Beta & Syn", "480 000,00")] {
        admitted(&mut browser, &tender, &lot, name, price).await;
    }
    let page = browser.get(&format!("{lot}/publish")).await;
    assert_eq!(page.status, 200);
    let page = browser.send(&format!("{lot}/publish"), &[]).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("Ustal termin otwarcia aukcji."),
        "the check list blocks"
    );
    let day = day_after(server.now(), 2);
    scheduled(&mut browser, &tender, &day).await;
    let page = browser.get(&tender).await;
    assert!(page.text.contains("Wszystko gotowe"), "{}", page.text);
    assert_eq!(
        browser.send(&format!("{lot}/publish"), &[]).await.status,
        303
    );
    let page = browser.get(&lot).await;
    let auction = page.attribute_of("href=\"/auctions/", "href");
    let page = browser.get(&auction).await;
    assert_eq!(page.attribute("data-estimate"), "450000.00");
    assert_eq!(
        browser.send(&format!("{lot}/delete"), &[]).await.status,
        409,
        "it stands"
    );
}

/// A tender with a file and a lot; gives the addresses of both.
async fn opened(browser: &mut Browser<'_>) -> (String, String) {
    browser.get("/desk/tenders/new").await;
    let fields = [
        ("number", "ZP/7"),
        ("title.pl", "Most"),
        ("procedure", "podprogowe"),
    ];
    let page = browser.send("/desk/tenders/new", &fields).await;
    let tender = page.location.split('?').next().unwrap().to_owned();
    let files = format!("{tender}/files");
    browser.get(&files).await;
    browser
        .upload(&files, &[], Some(("swz.pdf", b"%PDF-1")))
        .await;
    let fields = [
        ("preset", "podprogowe-lowest-price"),
        ("number", "1"),
        ("title.pl", "Most"),
        ("gross", "450 000,00"),
        ("answers.most", "500 000,00"),
        ("answers.step", "2"),
        ("act", "save"),
    ];
    let page = browser.send(&format!("{tender}/lots/new"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let lot = page.location.split('?').next().unwrap().to_owned();
    (tender, lot)
}

/// Adds a bidder, admits it, and issues its log-in.
async fn admitted(browser: &mut Browser<'_>, tender: &str, lot: &str, name: &str, price: &str) {
    let new = format!("{tender}/bidders/new");
    let page = browser
        .send(&new, &[("identity.name", name), ("email", "zły")])
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("id=\"identity.seat-error\"") && page.text.contains("value=\"zły\"")
    );
    let fields = [
        ("identity.name", name),
        ("identity.seat", "Olsztyn"),
        ("country", "PL"),
    ];
    let page = browser.send(&new, &fields).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let bidder = page.location.split('?').next().unwrap().to_owned();
    let id = bidder.rsplit('/').next().unwrap();
    let admission = format!("{lot}/admissions/{id}");
    browser.get(&admission).await;
    let page = browser.send(&admission, &[("offer.price", "dużo")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"offer.price-error\"") && page.text.contains("value=\"dużo\""));
    let page = browser.send(&admission, &[("offer.price", price)]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = browser.send(&format!("{bidder}/letter"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.starts_with("%PDF"));
    let page = browser
        .send(&format!("{bidder}/letter"), &[("reason", "")])
        .await;
    assert_eq!(page.status, 422, "issued again only with a reason");
}

/// Plans the opening and saves it.
async fn scheduled(browser: &mut Browser<'_>, tender: &str, day: &str) {
    let schedule = format!("{tender}/schedule");
    browser.get(&schedule).await;
    let mut plan = vec![
        ("date", "wczoraj"),
        ("time", "10:00"),
        ("order", "serial"),
        ("order.gap_min", "5"),
    ];
    let page = browser.send(&schedule, &plan).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"date-error\"") && page.text.contains("value=\"wczoraj\""));
    plan[0].1 = day;
    let page = browser.send(&schedule, &plan).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Jeszcze niczego nie zapisano"));
    plan.push(("act", "save"));
    assert_eq!(browser.send(&schedule, &plan).await.status, 303);
}

/// The day so many days after a moment.
fn day_after(now: i64, days: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(now + days * 86_400_000).unwrap();
    at.strftime("%Y-%m-%d").to_string()
}

#[tokio::test]
async fn a_refused_publication_leads_to_what_is_missing() {
    let server = Server::start().await;
    let (mut browser, _) = officer(&server).await;
    let (tender, lot) = opened(&mut browser).await;
    for (lang, reason, article) in [
        ("pl", "Termin otwarcia: ustal termin", "art. 232 Pzp"),
        ("en", "Opening: set when the auction", "PZP art. 232"),
    ] {
        browser.get(&format!("{lot}/publish?lang={lang}")).await;
        let page = browser.send(&format!("{lot}/publish"), &[]).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains(reason), "{}", page.text);
        assert!(page.text.contains(article), "{}", page.text);
        let mut links = 0;
        for link in page.text.split("href=\"#checklist.").skip(1) {
            let item = link.split('"').next().unwrap();
            let row = format!("id=\"checklist.{item}\"");
            assert_eq!(page.text.matches(&row).count(), 1, "{item}");
            let row = page.text.split(&row).nth(1).unwrap().split("</tr>").next();
            let mend = row
                .unwrap()
                .split("href=\"")
                .nth(1)
                .expect("a link to mend it");
            let mend = mend.split('"').next().unwrap().to_owned();
            assert!(
                mend.starts_with(&tender) || mend.starts_with(&lot),
                "{mend}"
            );
            assert_eq!(browser.get(&mend).await.status, 200, "{mend}");
            links += 1;
        }
        assert_eq!(links, 2, "bidders and schedule");
    }
}

#[tokio::test]
async fn a_second_officer_confirms_before_the_first_publishes() {
    let server = Server::start().await;
    let (mut first, _) = officer(&server).await;
    let issued = server.staff("second", StaffRole::Officer).await;
    server.enter(&issued).await;
    let mut second = Browser::of(&server);
    second.get("/login").await;
    second.enter("second", PASSWORD).await;
    let (tender, lot) = opened(&mut first).await;
    for (name, price) in [("Alfa", "490 000,00"), ("Beta", "480 000,00")] {
        admitted(&mut first, &tender, &lot, name, price).await;
    }
    scheduled(&mut first, &tender, &day_after(server.now(), 2)).await;
    let edit = format!("{tender}/edit");
    first.get(&edit).await;
    let fields = [
        ("number", "ZP/7"),
        ("title.pl", "Most"),
        ("procedure", "podprogowe"),
        ("switches", "two_officers"),
    ];
    assert_eq!(first.send(&edit, &fields).await.status, 303);
    let (publish, confirm) = (format!("{lot}/publish"), format!("{lot}/confirm"));
    first.get(&confirm).await;
    assert_eq!(first.send(&confirm, &[]).await.status, 303);
    let page = first.send(&publish, &[]).await;
    assert_eq!(page.status, 422, "the same person twice");
    assert!(page.text.contains("href=\"#checklist.second-officer\""));
    let page = second.get(&lot).await;
    assert!(page.text.contains(&format!("href=\"{confirm}\"")));
    let page = second.get(&confirm).await;
    assert!(page.text.contains("Potwierdzić zasady części 1?"));
    assert_eq!(second.send(&confirm, &[]).await.status, 303);
    let page = first.get(&lot).await;
    assert!(page.text.contains("Druga osoba potwierdziła te zasady."));
    assert_eq!(first.send(&publish, &[]).await.status, 303);
    let page = first.get(&lot).await;
    for expected in ["Zawiadom pismem", "<li>Alfa</li>", "<li>Beta</li>"] {
        assert!(
            page.text.contains(expected),
            "{expected}: they gave no address"
        );
    }
}
