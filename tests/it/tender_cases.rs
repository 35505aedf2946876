//! The case of a tender: opened once with it, told of what happens, given each record once, and read by
//! nobody else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::place;
use crate::source::root;
use crate::support::citizen::PESEL;
use crate::support::server::{Server, short_terms, terms};
use crate::support::wait::pass;
use auction_rules::{AuctionId, Timestamp};
use ebok::config::Config;
use ebok::folder::Folders;
use ebok::identity::Now;
use ebok::office::circulation::Circulation;
use ebok::office::circulation::direction::Direction;
use ebok::office::documents::Documents;
use ebok::office::documents::scanning::Scanner;
use ebok::office::positions::{self, NewPosition};
use ebok::office::procedures::Catalogue;
use ebok::store::accounts::StaffRole;
use ebok::store::cases::{self, Case, CaseEvent};
use ebok::store::filings;
use ebok::store::{Store, audit, positions as stored, tender_cases};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::migrate::Migrator;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The department that runs tenders.
const UNIT: &str = "BZP";

async fn case_of(server: &Server, tender: &str) -> Option<Case> {
    tender_cases::of_tender(&server.state.store, tender)
        .await
        .unwrap()
}

async fn events(server: &Server, case: &Case) -> Vec<CaseEvent> {
    cases::events(&server.state.store, &case.id, 0)
        .await
        .unwrap()
}

async fn told(server: &Server, case: &Case) -> Vec<String> {
    let all = events(server, case).await.into_iter();
    all.map(|event| event.what).collect()
}

/// A position in a department, held by who has a log-in.
async fn position(server: &Server, unit: &str, title: &str, login: Option<&str>) -> String {
    let new = NewPosition {
        unit: unit.to_owned(),
        title: title.to_owned(),
        login: login.map(str::to_owned),
        takes_letters: false,
        approves: false,
    };
    let (store, now) = (&server.state.store, &server.state.now);
    positions::add(store, now, new).await.unwrap().id
}

/// Publishes a lot of a tender on the board with two firms; gives the auction.
async fn published(server: &Server, officer: &str, tender: &str, terms: Value) -> AuctionId {
    let lot = server.lot_of(officer, tender, "1", terms).await;
    for (name, price) in [("Alfa", "100000"), ("Żółć", "90000")] {
        let bidder = server.bidder(officer, tender, name).await;
        server.credential(officer, tender, &bidder).await;
        server.admit(officer, &lot, &bidder, price).await;
    }
    AuctionId::new(&server.publish(officer, &lot).await).unwrap()
}

/// A tender whose auction is over and whose record was filed, and is in no case yet.
async fn filed(server: &Server, officer: &str) -> (String, AuctionId) {
    let tender = server.announced_tender(officer).await;
    let auction = published(server, officer, &tender, short_terms(1_000)).await;
    server.reaches(auction.as_str(), "sealed", officer).await;
    let desk = server.state.desk();
    assert_eq!(desk.announce_ended().await.unwrap(), 1);
    assert_eq!(desk.file_due().await.unwrap(), 1);
    (tender, auction)
}

fn year(server: &Server) -> i16 {
    ebok::calendar::day_of((server.state.now)()).year()
}

#[tokio::test]
async fn a_tender_opens_its_case_and_a_test_opens_none() {
    let server = Server::start().await;
    let officer = server.officer().await;
    assert!(
        case_of(&server, &server.tender(&officer).await)
            .await
            .is_none()
    );
    let tender = server.announced_tender(&officer).await;
    let case = case_of(&server, &tender).await.unwrap();
    assert_eq!(case.sign, format!("{UNIT}.271.1.{}", year(&server)));
    assert_eq!(
        (case.title.as_str(), case.account.as_str(), case.deadline),
        ("Remont mostu", "", None)
    );
    // Nobody works there yet: a vacant position waits for somebody.
    let all = stored::all(&server.state.store).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0].id, &all[0].account), (&case.position, &None));
    let path = format!("/api/tenders/{tender}");
    let body = json!({
        "number": "ZP.271.2.2026", "title": { "pl": "Budowa mostu", "en": "" },
        "procedure": "podprogowe",
    });
    let (status, _) = server.send(Method::PUT, &path, Some(&officer), &body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        case_of(&server, &tender).await.unwrap().title,
        "Budowa mostu"
    );
    let again = format!("{path}/announce");
    server.post(&again, &officer, Value::Null).await;
    assert_eq!(
        told(&server, &case).await,
        ["case.opened", "tender.announced"]
    );
}

#[tokio::test]
async fn the_officer_who_holds_a_position_handles_the_case() {
    let server = Server::start().await;
    let officer = server.officer().await;
    position(&server, UNIT, "Kierownik", None).await;
    let own = position(&server, UNIT, "Inspektor", Some("officer")).await;
    let tender = server.announced_tender(&officer).await;
    assert_eq!(case_of(&server, &tender).await.unwrap().position, own);
}

#[tokio::test(flavor = "multi_thread")]
async fn tenders_opened_at_once_are_numbered_without_gap_or_twin() {
    let server = Arc::new(Server::start().await);
    let officer = server.officer().await;
    // Each number twice: the second one is taken, and gives the case's number back.
    let opening: Vec<_> = (0..40)
        .map(|place| {
            let (server, officer) = (Arc::clone(&server), officer.clone());
            let body = json!({
                "number": format!("P/{}", place % 20), "title": { "pl": "Most", "en": "" },
                "procedure": "podprogowe",
            });
            tokio::spawn(async move { server.post("/api/tenders", &officer, body).await })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for opened in opening {
        let (status, tender) = opened.await.unwrap();
        if status != StatusCode::CREATED {
            assert_eq!(status, StatusCode::CONFLICT, "{tender}");
            continue;
        }
        let case = case_of(&server, tender["id"].as_str().unwrap()).await;
        let sign = case.unwrap().sign;
        let number: i64 = sign.split('.').nth(2).unwrap().parse().unwrap();
        assert!(numbers.insert(number), "{sign} twice");
    }
    assert_eq!(numbers, (1..=20).collect());
    assert_eq!(stored::all(&server.state.store).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_comes_to_its_case_once_whoever_looks_and_whatever_breaks_off() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let (tender, auction) = filed(&server, &officer).await;
    let case = case_of(&server, &tender).await.unwrap();
    // Looks that are broken off at any point, as by a crash, and many at once.
    for micros in (0..3_000).step_by(150) {
        let circulation = server.state.circulation();
        let look = tokio::spawn(async move { circulation.tend().await });
        pass(Duration::from_micros(micros)).await;
        look.abort();
    }
    let looks: Vec<_> = (0..8)
        .map(|_| {
            let circulation = server.state.circulation();
            tokio::spawn(async move { circulation.tend().await })
        })
        .collect();
    for look in looks {
        look.await.unwrap().unwrap();
    }
    assert_eq!(server.state.circulation().tend().await.unwrap(), 0);
    assert_eq!(
        told(&server, &case).await,
        [
            "case.opened",
            "tender.announced",
            "lot.published",
            "auction.closed",
            "record.joined"
        ]
    );
    let all = events(&server, &case).await;
    assert_eq!(all[3].details["winner"], "Żółć");
    assert_eq!(all[4].details["auction"], auction.as_str());
    let found = server.state.circulation().tender_of(&case).await.unwrap();
    let found = found.unwrap();
    assert_eq!((found.records.len(), found.records[0].papers.len()), (1, 6));
    let log = audit::page(&server.state.store, 0).await.unwrap();
    let joined = log.iter().filter(|entry| entry.what == "record.joined");
    assert_eq!(joined.count(), 1);
}

#[tokio::test]
async fn a_cancelled_auction_is_told_with_its_reason() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.announced_tender(&officer).await;
    let auction = published(&server, &officer, &tender, terms()).await;
    let act = json!({ "type": "cancel", "reason": "Brak środków" });
    let path = format!("/api/auctions/{auction}/acts");
    let (status, answer) = server.post(&path, &officer, act).await;
    assert!(status.is_success(), "{answer}");
    server.reaches(auction.as_str(), "sealed", &officer).await;
    server.state.desk().announce_ended().await.unwrap();
    let case = case_of(&server, &tender).await.unwrap();
    let all = events(&server, &case).await;
    let last = all.last().unwrap();
    assert_eq!(
        (last.what.as_str(), &last.details["reason"]),
        ("auction.cancelled", &json!("Brak środków"))
    );
    assert_eq!(all.len(), 4, "told once");
}

#[tokio::test]
async fn a_tenders_case_is_read_by_buyers_and_its_department_alone() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let mut staff = Vec::new();
    for (login, role) in [
        ("auditor", StaffRole::Auditor),
        ("admin", StaffRole::Admin),
        ("registrar", StaffRole::Registrar),
        ("near", StaffRole::Clerk),
        ("far", StaffRole::Clerk),
    ] {
        let issued = server.staff(login, role).await;
        staff.push(server.enter(&issued).await);
    }
    let [auditor, admin, registrar, near, far] = staff.as_slice() else {
        panic!("five");
    };
    position(&server, UNIT, "Inspektor", Some("near")).await;
    position(&server, "WOS", "Inspektor", Some("far")).await;
    let (tender, _) = filed(&server, &officer).await;
    let bidder = server.bidder(&officer, &tender, "Delta").await;
    let bidder = server.credential(&officer, &tender, &bidder).await;
    let bidder = server.enter(&bidder).await;
    let (_, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    let citizen = server.enter_with(&slip).await;
    server.state.circulation().tend().await.unwrap();
    let case = case_of(&server, &tender).await.unwrap();
    let found = server.state.circulation().tender_of(&case).await.unwrap();
    let record = &found.unwrap().records[0];
    let own = format!("/office/cases/{}", case.id);
    let paper = format!("{own}/records/{}", record.filing.id);
    for (who, page, acts) in [
        (None, 303, 303),
        (Some(&bidder), 403, 403),
        (Some(&officer), 200, 403),
        (Some(auditor), 200, 403),
        (Some(admin), 403, 403),
        (Some(registrar), 403, 403),
        (Some(near), 200, 200),
        (Some(far), 404, 404),
        (Some(&citizen), 403, 403),
    ] {
        for (path, expected) in [
            (own.clone(), page),
            (format!("{paper}/buyer-pdf-pl"), page),
            (format!("{paper}/public-json"), page),
            (format!("{own}/close"), acts),
        ] {
            let mut request = server.request(Method::GET, &path);
            if let Some(token) = who {
                request = request.bearer_auth(token);
            }
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status, expected, "{path} {who:?}");
        }
    }
    for paper in &record.papers {
        let path = format!("{own}/records/{}/{}", record.filing.id, paper.name());
        let request = server.request(Method::GET, &path).bearer_auth(near);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["etag"], format!("\"{}\"", paper.sha256));
    }
    let nothing = [
        format!("{paper}/buyer-pdf-de"),
        format!("{own}/records/none/buyer-json"),
    ];
    for path in nothing {
        let request = server.request(Method::GET, &path).bearer_auth(near);
        assert_eq!(request.send().await.unwrap().status(), 404, "{path}");
    }
}

async fn page(server: &Server, path: &str, token: &str) -> String {
    let request = server.request(Method::GET, path).bearer_auth(token);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn desk_and_case_lead_to_each_other() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.announced_tender(&officer).await;
    let auction = published(&server, &officer, &tender, terms()).await;
    let case = case_of(&server, &tender).await.unwrap();
    let own = format!("/office/cases/{}", case.id);
    let desk = page(&server, &format!("/desk/tenders/{tender}"), &officer).await;
    assert!(desk.contains(&own) && desk.contains(&case.sign));
    assert!(
        !desk.contains("href=\"/office\""),
        "no queue without a position"
    );
    let shown = page(&server, &own, &officer).await;
    assert!(shown.contains(&format!("/desk/tenders/{tender}")));
    assert!(shown.contains(&format!("/auctions/{auction}")));
    // A clerk of the department is led to the page that everyone sees.
    let clerk = server.staff("clerk", StaffRole::Clerk).await;
    let clerk = server.enter(&clerk).await;
    position(&server, UNIT, "Inspektor", Some("clerk")).await;
    let shown = page(&server, &own, &clerk).await;
    assert!(shown.contains(&format!("\"/tenders/{tender}\"")) && !shown.contains("/desk/"));
    // With a position, an officer has the queue as well; a clerk never has the desk.
    position(&server, UNIT, "Kierownik", Some("officer")).await;
    let desk = page(&server, "/desk", &officer).await;
    assert!(desk.contains("href=\"/office\"") && desk.contains("href=\"/office/cases\""));
    let queue = page(&server, "/office", &officer).await;
    assert!(queue.contains("Kierownik"));
    let refused = server.request(Method::GET, "/desk").bearer_auth(&clerk);
    assert_eq!(refused.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn the_case_is_directed_and_closed_but_has_nobody_to_reply_to() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let own = position(&server, UNIT, "Inspektor", Some("officer")).await;
    let other = position(&server, UNIT, "Kierownik", None).await;
    let tender = server.announced_tender(&officer).await;
    let case = case_of(&server, &tender).await.unwrap();
    assert_eq!(case.position, own);
    let path = format!("/office/cases/{}", case.id);
    let shown = page(&server, &path, &officer).await;
    assert!(shown.contains(&format!("{path}/close")));
    assert!(!shown.contains(&format!("{path}/reply")), "no party");
    let account = ebok::store::accounts::by_login(&server.state.store, "officer").await;
    let who = ebok::identity::Who::from(&account.unwrap().unwrap());
    let circulation = server.state.circulation();
    let clerk = circulation.clerk(&who).await.unwrap();
    let draft = ebok::office::circulation::replies::Draft {
        subject: "Odpowiedź".to_owned(),
        body: "Treść".to_owned(),
    };
    let refused = circulation.write_reply(&clerk, &case.id, &draft).await;
    assert!(matches!(refused, Err(ebok::error::Problem::NotNow(_))));
    let direction = Direction {
        handler: own,
        opinions: vec![other],
        note: "Czy umowa jest podpisana?".to_owned(),
    };
    circulation
        .direct(&clerk, &case.id, &direction)
        .await
        .unwrap();
    circulation
        .close_case(&clerk, &case.id, "Zawarto umowę.")
        .await
        .unwrap();
}

/// A store as the version before left it: its tables, a tender with a filed record, and a test.
async fn earlier(place: &ebok::store::Place) {
    let migrations = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(root().join("src/store/migrations")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.as_str() < "0012" {
            std::fs::copy(entry.path(), migrations.path().join(name)).unwrap();
        }
    }
    let pool = place::pool(place).await;
    let migrator = Migrator::new(migrations.path()).await.unwrap();
    migrator.run(&pool).await.unwrap();
    pool.close().await;
    for sql in [
        "INSERT INTO account (id, login, name, role, password, must_change, created_at) \
         VALUES ('a', 'anna', 'Anna', 'officer', 'hash', 0, 1)",
        "INSERT INTO tender (id, number, title, procedure, above_threshold, cpv, notice_url, test, \
         announced_at, self_service, two_officers, created_by, created_at) VALUES \
         ('t1', 'P/1', '{\"pl\":\"Most\",\"en\":\"\"}', 'podprogowe', 0, '', '', 0, 5, 1, 0, 'a', 4), \
         ('t2', 'P/2', '{\"pl\":\"Próba\",\"en\":\"\"}', 'podprogowe', 0, '', '', 1, NULL, 1, 0, 'a', 4)",
    ] {
        place::change(place, sql).await;
    }
    let terms = terms().to_string();
    for (lot, tender, auction) in [("l1", "t1", "au1"), ("l2", "t2", "au2")] {
        let sql = format!(
            "INSERT INTO lot (id, tender_id, number, title, terms, state, auction_id, created_at, \
             position) VALUES ('{lot}', '{tender}', '1', '{{\"pl\":\"Przęsło\",\"en\":\"\"}}', \
             '{terms}', 'published', '{auction}', 6, 1)"
        );
        place::change(place, &sql).await;
        let sql = format!(
            "INSERT INTO filing (id, auction_id, head, lot_id, emitted_at, attempts, filed_at, \
             last_error) VALUES ('f{lot}', '{auction}', 'head', '{lot}', 7, 1, 8, '')"
        );
        place::change(place, &sql).await;
        let sql = format!(
            "INSERT INTO paper (filing_id, edition, format, bytes, sha256) \
             VALUES ('f{lot}', 'buyer', 'json', 2, 'abc')"
        );
        place::change(place, &sql).await;
    }
}

#[tokio::test]
async fn tenders_from_before_there_were_cases_get_theirs_with_their_records() {
    let (place, directory) = place::new().await;
    earlier(&place).await;
    let store = Store::open(&place).await.unwrap();
    let now: Now = Arc::new(|| Timestamp(1_795_000_000_000));
    let folders = Folders::open(directory.path()).unwrap();
    let circulation = Circulation {
        store: store.clone(),
        documents: Documents {
            store: store.clone(),
            folder: folders.documents,
            now: Arc::clone(&now),
            scanner: Scanner::Off,
        },
        catalogue: Catalogue::embedded(),
        now,
        config: Arc::new(Config::default()),
    };
    assert_eq!(circulation.tend().await.unwrap(), 1);
    assert_eq!(circulation.tend().await.unwrap(), 0);
    let of = async |tender| tender_cases::of_tender(&store, tender).await.unwrap();
    assert!(of("t2").await.is_none());
    let case = of("t1").await.unwrap();
    assert_eq!(case.sign, "BZP.271.1.2026");
    let found = circulation.tender_of(&case).await.unwrap().unwrap();
    assert_eq!(found.records[0].filing.id, "fl1");
    let papers = filings::papers(&store, "fl1").await.unwrap();
    assert_eq!(found.records[0].papers, papers);
    let events = cases::events(&store, &case.id, 0).await.unwrap();
    let what: Vec<_> = events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(what, ["case.opened", "record.joined"]);
}
