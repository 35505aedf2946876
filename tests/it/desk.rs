//! The officer's desk and the tender board, over HTTP against real servers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{Answer, Server, answer, terms};
use ebok::identity::accounts::Issued;
use ebok::limits::{ASKED_PER_NETWORK_MAX, ASKED_WINDOW_MS, ONE_TIME_PASSWORD_MAX_MS};
use ebok::store::accounts::StaffRole;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) const NIP: &str = "554-000-00-06";

/// A tender that is no load test.
async fn real_tender(server: &Server, officer: &str) -> String {
    let body = json!({
        "number": "ZP.271.2.2026", "title": { "pl": "Remont szkoły", "en": "" },
        "procedure": "podprogowe", "cpv": "45000000-7",
    });
    server.made("/api/tenders", officer, body).await
}

pub(crate) async fn announced(server: &Server, officer: &str) -> String {
    let tender = real_tender(server, officer).await;
    let path = format!("/api/tenders/{tender}/announce");
    let (status, answer) = server.post(&path, officer, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    tender
}

fn firm(name: &str, nip: &str) -> Value {
    json!({
        "identity": { "name": name, "seat": "Bydgoszcz", "tax_id": nip },
        "email": "biuro@alfa.example", "contact": "Jan Dąb",
    })
}

async fn ask(server: &Server, tender: &str, firm: &Value) -> Answer {
    let path = format!("/api/board/{tender}/specification");
    server.send(Method::POST, &path, None, firm).await
}

pub(crate) async fn put(server: &Server, path: &str, token: &str, body: &Value) -> Answer {
    server.send(Method::PUT, path, Some(token), body).await
}

pub(crate) async fn upload(server: &Server, officer: &str, tender: &str, form: Form) -> Answer {
    let request = server.request(Method::POST, &format!("/api/tenders/{tender}/files"));
    answer(request.bearer_auth(officer).multipart(form)).await
}

pub(crate) fn file(name: &str, bytes: &[u8]) -> Form {
    let part = Part::bytes(bytes.to_owned()).file_name(name.to_owned());
    // As browsers do, who send a name as it is.
    Form::new().percent_encode_noop().part("file", part)
}

/// The paths of the faults, in order.
fn paths(answer: &Value) -> Vec<&str> {
    let faults = answer["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| fault["path"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_board_shows_announced_tenders_alone() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let test = server.tender(&officer).await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let estimate = json!({ "net": "81300,81", "gross": "100000" });
    let path = format!("/api/lots/{lot}/estimate");
    let (status, kept) = put(&server, &path, &officer, &estimate).await;
    assert_eq!((status, &kept["net"]), (StatusCode::OK, &json!("81300.81")));
    assert_eq!(server.look("/api/board").await.1, json!([]));
    for id in [&tender, &test] {
        let (status, _) = server.look(&format!("/api/board/{id}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "a draft is nobody's to see");
    }
    for (id, expected) in [(&tender, StatusCode::OK), (&test, StatusCode::CONFLICT)] {
        let path = format!("/api/tenders/{id}/announce");
        let (status, _) = server.post(&path, &officer, Value::Null).await;
        assert_eq!(status, expected);
    }
    let (_, board) = server.look("/api/board").await;
    assert_eq!(board.as_array().unwrap().len(), 1);
    assert_eq!(board[0]["number"], "ZP.271.2.2026");
    let (_, page) = server.look(&format!("/api/board/{tender}")).await;
    assert_eq!(page["lots"][0]["number"], "1");
    assert!(
        !page.to_string().contains("81300"),
        "the estimate is secret"
    );
    let (_, seen) = server.get(&format!("/api/lots/{lot}"), &officer).await;
    assert!(!seen.to_string().contains("81300"));
    let before = board[0]["announced_at"].as_i64().unwrap();
    let (_, older) = server.look(&format!("/api/board?before={before}")).await;
    assert_eq!(older, json!([]));
}

#[tokio::test]
async fn a_firm_asks_for_the_specification_and_logs_in() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let (status, issued) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &issued["outcome"]),
        (StatusCode::OK, &json!("issued"))
    );
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    let issued = Issued {
        login: text("login"),
        password: text("password"),
    };
    let token = server.enter(&issued).await;
    let (_, me) = server.get("/api/me", &token).await;
    assert_eq!(me["bidder"]["name"], "Alfa");

    let (_, again) = ask(&server, &tender, &firm("Alfa bis", "PL5540000006")).await;
    assert_eq!(
        again,
        json!({ "outcome": "already" }),
        "nothing is told of who asked"
    );
    let mut rival = firm("Rival", NIP);
    rival["email"] = json!("biuro@rival.example");
    let (_, other) = ask(&server, &tender, &rival).await;
    assert_eq!(
        other["outcome"], "issued",
        "a rival learns nothing by another's number"
    );
    let path = format!("/api/tenders/{tender}/bidders");
    let (_, bidders) = server.get(&path, &officer).await;
    let bidders = bidders.as_array().unwrap();
    assert_eq!(bidders.len(), 2);
    assert!(bidders.iter().all(|bidder| bidder["source"] == "firm"));
    assert_eq!(bidders[0]["credential"]["must_change"], false);
    assert!(bidders[0].get("asked_from").is_none());
}

#[tokio::test]
async fn what_a_firm_writes_is_checked() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    let (status, wrong) = ask(
        &server,
        &tender,
        &json!({
            "identity": { "name": "", "seat": "a\nb", "tax_id": "554-000-00-07" },
            "country": "PL", "email": "nobody", "contact": "",
        }),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let expected = [
        "identity.name",
        "identity.seat",
        "contact",
        "email",
        "identity.tax_id",
    ];
    assert_eq!(paths(&wrong), expected);
    let mut foreign = firm("Gamma GmbH", "DE 123456789");
    foreign["country"] = json!("de");
    let (status, _) = ask(&server, &tender, &foreign).await;
    assert_eq!(status, StatusCode::OK);
    let draft = real_number(&server, &officer).await;
    for nowhere in ["none", draft.as_str()] {
        let (status, _) = ask(&server, nowhere, &firm("Alfa", NIP)).await;
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "only what stands on the board"
        );
    }
    let path = format!("/api/tenders/{tender}/switches");
    let off = json!({ "self_service": false, "two_officers": false });
    put(&server, &path, &officer, &off).await;
    let (status, answer) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &answer["name"]),
        (StatusCode::CONFLICT, &json!("not-now"))
    );
}

async fn real_number(server: &Server, officer: &str) -> String {
    let body = json!({
        "number": "draft", "title": { "pl": "Szkic", "en": "" }, "procedure": "podprogowe",
    });
    server.made("/api/tenders", officer, body).await
}

#[tokio::test]
async fn requests_for_a_specification_are_bounded_by_network_and_time() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = announced(&server, &officer).await;
    for number in 0..ASKED_PER_NETWORK_MAX {
        let mut one = firm("Firma", &format!("DE{number:09}"));
        one["country"] = json!("DE");
        assert_eq!(
            ask(&server, &tender, &one).await.0,
            StatusCode::OK,
            "{number}"
        );
    }
    let (status, refused) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(
        (status, &refused["name"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("too-many-requests"))
    );
    server.later(i64::try_from(ASKED_WINDOW_MS).unwrap());
    let (status, _) = ask(&server, &tender, &firm("Alfa", NIP)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_one_time_password_expires() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let issued = server.credential(&officer, &tender, &bidder).await;
    server.later(i64::try_from(ONE_TIME_PASSWORD_MAX_MS).unwrap());
    let body = json!({ "login": issued.login, "password": issued.password });
    let (status, answer) = server.send(Method::POST, "/api/login", None, &body).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::FORBIDDEN, &json!(708))
    );
    let wrong = json!({ "login": issued.login, "password": "wrong" });
    let (status, _) = server.send(Method::POST, "/api/login", None, &wrong).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "only its owner learns that it expired"
    );
    let officer = json!({ "login": "officer", "password": crate::support::server::PASSWORD });
    let (_, entered) = server
        .send(Method::POST, "/api/login", None, &officer)
        .await;
    let officer = entered["token"].as_str().unwrap();
    let path = format!("/api/tenders/{tender}/bidders");
    assert_eq!(server.get(&path, officer).await.1[0]["expired"], true);
    let path = format!("/api/tenders/{tender}/credentials");
    let order = json!({ "bidder": bidder });
    let (_, unexplained) = server.post(&path, officer, order).await;
    assert_eq!(
        paths(&unexplained),
        ["reason"],
        "issuing again needs a reason"
    );
    let again = server.credential(officer, &tender, &bidder).await;
    server.enter(&again).await;
}

#[tokio::test]
async fn files_are_kept_replaced_and_withdrawn_with_a_trace() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let bytes = vec![7; 300_000];
    let (status, first) = upload(
        &server,
        &officer,
        &tender,
        file("../SWZ część 1.pdf", &bytes),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert_eq!(first["name"], "SWZ część 1.pdf");
    assert_eq!(first["sha256"], hex::encode(Sha256::digest(&bytes)));
    let one = format!(
        "/api/tenders/{tender}/files/{}",
        first["id"].as_str().unwrap()
    );
    assert_eq!(
        server.look(&one).await.0,
        StatusCode::NOT_FOUND,
        "a draft's"
    );
    server
        .post(
            &format!("/api/tenders/{tender}/announce"),
            &officer,
            Value::Null,
        )
        .await;
    let response = server.request(Method::GET, &one).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-length"), "300000");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename*=UTF-8''SWZ%20cz%C4%99%C5%9B%C4%87%201.pdf"
    );
    assert_eq!(response.bytes().await.unwrap(), bytes);

    let (status, _) = upload(&server, &officer, &tender, file("swz CZĘŚĆ 1.PDF", b"new")).await;
    assert_eq!(status, StatusCode::CONFLICT, "the name is taken");
    let replacing = file("SWZ część 1.pdf", b"new")
        .text("replaces", first["id"].as_str().unwrap().to_owned())
        .text("reason", "poprawiony przedmiar");
    let (status, second) = upload(&server, &officer, &tender, replacing).await;
    assert_eq!(status, StatusCode::CREATED, "{second}");
    assert_eq!(server.look(&one).await.0, StatusCode::NOT_FOUND, "replaced");
    let request = server.request(Method::GET, &one).bearer_auth(&officer);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let list = format!("/api/tenders/{tender}/files");
    let (_, public) = server.look(&list).await;
    assert_eq!(public.as_array().unwrap().len(), 1);
    let (_, all) = server.get(&list, &officer).await;
    assert_eq!(all[0]["withdrawn"]["replaced_by"], second["id"]);
    let withdraw = format!("{list}/{}/withdraw", second["id"].as_str().unwrap());
    let (status, _) = server
        .post(&withdraw, &officer, json!({ "reason": " " }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let body = json!({ "reason": "omyłka" });
        assert_eq!(server.post(&withdraw, &officer, body).await.0, expected);
    }
    assert_eq!(server.look(&list).await.1, json!([]));
}

#[tokio::test]
async fn a_file_that_cannot_be_taken_leaves_nothing() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    for (name, bytes) in [
        ("a.html", &b"<script>"[..]),
        ("a.pdf", &b""[..]),
        ("", &b"x"[..]),
    ] {
        let (status, answer) = upload(&server, &officer, &tender, file(name, bytes)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {answer}");
        assert_eq!(paths(&answer), ["file"]);
    }
    let (status, _) = upload(&server, &officer, &tender, Form::new().text("other", "x")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let list = format!("/api/tenders/{tender}/files");
    assert_eq!(server.get(&list, &officer).await.1, json!([]));
}

#[tokio::test]
async fn a_test_tender_is_deleted_with_all_that_is_its_own() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    upload(&server, &officer, &tender, file("a.txt", b"a")).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidder = server.bidder(&officer, &tender, "Alfa").await;
    let issued = server.credential(&officer, &tender, &bidder).await;
    let token = server.enter(&issued).await;
    server.admit(&officer, &lot, &bidder, "100000").await;
    let real = real_tender(&server, &officer).await;
    let delete = async |tender: &str| {
        let path = format!("/api/tenders/{tender}");
        server
            .send(Method::DELETE, &path, Some(&officer), &Value::Null)
            .await
            .0
    };
    assert_eq!(delete(&real).await, StatusCode::CONFLICT);
    assert_eq!(delete(&tender).await, StatusCode::NO_CONTENT);
    for path in [format!("/api/tenders/{tender}"), format!("/api/lots/{lot}")] {
        assert_eq!(server.get(&path, &officer).await.0, StatusCode::NOT_FOUND);
    }
    server.later(60_000);
    assert_eq!(
        server.get("/api/me", &token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(delete(&tender).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn drafts_of_lots_are_renamed_ordered_and_deleted() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let first = server.lot(&officer, &tender, "1").await;
    let second = server.lot(&officer, &tender, "2").await;
    let name = json!({ "number": "2", "title": { "pl": "Most", "en": "" } });
    let path = format!("/api/lots/{first}");
    assert_eq!(
        put(&server, &path, &officer, &name).await.0,
        StatusCode::CONFLICT
    );
    let name = json!({ "number": "1a", "title": { "pl": "Most", "en": "" } });
    assert_eq!(
        put(&server, &path, &officer, &name).await.0,
        StatusCode::NO_CONTENT
    );
    let order = format!("/api/tenders/{tender}/lots/order");
    for (lots, expected) in [
        (json!([second]), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!([second, first, first]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!([second, first]), StatusCode::NO_CONTENT),
    ] {
        let body = json!({ "lots": lots });
        assert_eq!(put(&server, &order, &officer, &body).await.0, expected);
    }
    let (_, seen) = server
        .get(&format!("/api/tenders/{tender}"), &officer)
        .await;
    assert_eq!(
        (&seen["lots"][0]["id"], &seen["lots"][1]["number"]),
        (&json!(second), &json!("1a"))
    );
    let deleted = server
        .send(Method::DELETE, &path, Some(&officer), &Value::Null)
        .await;
    assert_eq!(deleted.0, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path, &officer).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_identity_changes_until_it_is_committed_to() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let bidders = format!("/api/tenders/{tender}/bidders");
    let alfa = server.made(&bidders, &officer, firm("Alfa", NIP)).await;
    let (status, _) = server
        .post(&bidders, &officer, firm("Twin", "5540000006"))
        .await;
    assert_eq!(
        status,
        StatusCode::CONFLICT,
        "one bidder for each tax number"
    );
    let path = format!("{bidders}/{alfa}");
    let (status, row) = put(&server, &path, &officer, &firm("Alfa sp. z o.o.", NIP)).await;
    assert_eq!(
        (status, &row["identity"]["name"]),
        (StatusCode::OK, &json!("Alfa sp. z o.o."))
    );
    let body = json!({ "admissions": [
        { "bidder": alfa, "offer": { "price": "100000" } },
        { "bidder": "nobody", "offer": { "price": "1" } },
        { "bidder": alfa, "offer": { "price": "-1" } },
    ] });
    let batch = format!("/api/lots/{lot}/admissions/batch");
    let (_, wrong) = server.post(&batch, &officer, body).await;
    assert_eq!(
        paths(&wrong),
        ["admissions[1].bidder", "admissions[2].offer.price"]
    );
    let list = format!("/api/lots/{lot}/admissions");
    assert_eq!(
        server.get(&list, &officer).await.1,
        json!([]),
        "none of them"
    );
    let body = json!({ "admissions": [{ "bidder": alfa, "offer": { "price": "100000" } }] });
    assert_eq!(
        server.post(&batch, &officer, body).await.0,
        StatusCode::CREATED
    );
    let (status, _) = put(&server, &path, &officer, &firm("Beta", NIP)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let contact = json!({ "email": "nowa@alfa.example", "contact": "Anna Lis" });
    let (status, row) = put(&server, &format!("{path}/contact"), &officer, &contact).await;
    assert_eq!(
        (status, &row["contact"]),
        (StatusCode::OK, &json!("Anna Lis"))
    );
    let admission = format!("{list}/{alfa}");
    for expected in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let done = server
            .send(Method::DELETE, &admission, Some(&officer), &Value::Null)
            .await;
        assert_eq!(done.0, expected);
    }
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
async fn nothing_is_published_that_the_check_list_blocks() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let publish = format!("/api/lots/{lot}/publish");
    let (status, answer) = server.post(&publish, &officer, Value::Null).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let blocking = [
        "checklist.bidders",
        "checklist.schedule",
        "checklist.specification",
    ];
    assert_eq!(paths(&answer), blocking);
    let mut bidders = Vec::new();
    for name in ["Alfa", "Beta"] {
        let bidder = server.bidder(&officer, &tender, name).await;
        server.admit(&officer, &lot, &bidder, "100000").await;
        bidders.push(bidder);
    }
    upload(&server, &officer, &tender, file("SWZ.pdf", b"swz")).await;
    let switches = json!({ "self_service": true, "two_officers": true });
    put(
        &server,
        &format!("/api/tenders/{tender}/switches"),
        &officer,
        &switches,
    )
    .await;
    let body = json!({ "opens_at": server.now() + 600_000 });
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.credentials", "checklist.second-officer"]
    );
    for bidder in &bidders {
        server.credential(&officer, &tender, bidder).await;
    }
    let confirm = format!("/api/lots/{lot}/confirm");
    server.post(&confirm, &officer, Value::Null).await;
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.second-officer"],
        "the same person twice"
    );
    let second = server.staff("second", StaffRole::Officer).await;
    let second = server.enter(&second).await;
    server.post(&confirm, &second, Value::Null).await;
    let mut changed = terms();
    changed["values"][0]["most"] = json!("900000");
    put(
        &server,
        &format!("/api/lots/{lot}/terms"),
        &officer,
        &changed,
    )
    .await;
    let (_, answer) = server.post(&publish, &officer, body.clone()).await;
    assert_eq!(
        paths(&answer),
        ["checklist.second-officer"],
        "the terms changed since"
    );
    server.post(&confirm, &second, Value::Null).await;
    let (status, answer) = server.post(&publish, &officer, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (_, list) = server
        .get(&format!("/api/lots/{lot}/checklist"), &officer)
        .await;
    let warnings = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["state"] == "warning");
    let warnings: Vec<_> = warnings.map(|one| one["item"].as_str().unwrap()).collect();
    assert_eq!(warnings, ["announcement", "estimate"]);
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
async fn a_whole_tender_is_scheduled_in_warsaw_time() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = server.tender(&officer).await;
    let mut lots = Vec::new();
    for number in ["1", "2", "3"] {
        lots.push(server.lot(&officer, &tender, number).await);
    }
    let path = format!("/api/tenders/{tender}/schedule");
    // 30 November 2026, 10:00 in Warsaw; each auction lasts ten minutes.
    let start = 1_796_029_200_000_i64;
    for (order, gaps_min) in [
        (json!({ "by": "parallel" }), [0, 0, 0]),
        (json!({ "by": "staggered", "gap_min": 5 }), [0, 5, 10]),
        (
            json!({ "by": "serial", "gap_min": 5, "after": "latest" }),
            [0, 15, 30],
        ),
    ] {
        let plan = json!({ "date": "2026-11-30", "time": "10:00", "order": order });
        let (status, seen) = server.post(&path, &officer, plan.clone()).await;
        assert_eq!(status, StatusCode::OK, "{seen}");
        let (_, done) = put(&server, &path, &officer, &plan).await;
        for ((seen, done), gap_min) in seen
            .as_array()
            .unwrap()
            .iter()
            .zip(done.as_array().unwrap())
            .zip(gaps_min)
        {
            assert_eq!(seen["opens_at"], json!(start + gap_min * 60_000));
            assert_eq!(
                (&done["opens_at"], &done["problem"]),
                (&seen["opens_at"], &Value::Null)
            );
        }
    }
    let (_, lot) = server
        .get(&format!("/api/lots/{}", lots[2]), &officer)
        .await;
    assert_eq!(lot["opens_at"], json!(start + 30 * 60_000));
    for (date, time, order, fault) in [
        ("2026-11-01", "10:00", json!({ "by": "parallel" }), "time"),
        ("2027-03-28", "02:30", json!({ "by": "parallel" }), "time"),
        ("2027-10-31", "02:30", json!({ "by": "parallel" }), "hour"),
        ("2030-01-01", "10:00", json!({ "by": "parallel" }), "date"),
        (
            "2026-11-30",
            "10:00",
            json!({ "by": "staggered", "gap_min": 99_999 }),
            "order.gap_min",
        ),
    ] {
        let plan = json!({ "date": date, "time": time, "order": order });
        let (status, answer) = put(&server, &path, &officer, &plan).await;
        assert_eq!(
            (status, paths(&answer)),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![fault])
        );
    }
    let mut unbounded = terms();
    unbounded["phases"][0]["run"]["extension"] = json!({
        "window_ms": 60_000, "length_ms": 60_000, "anchor": "from-bid", "trigger": { "on": "any-bid" },
    });
    put(
        &server,
        &format!("/api/lots/{}/terms", lots[0]),
        &officer,
        &unbounded,
    )
    .await;
    let serial = json!({ "by": "serial", "gap_min": 5, "after": "latest" });
    let plan = json!({ "date": "2026-11-30", "time": "10:00", "order": serial });
    let (_, answer) = put(&server, &path, &officer, &plan).await;
    assert_eq!(paths(&answer), ["order.after"]);
    let (_, lot) = server
        .get(&format!("/api/lots/{}", lots[2]), &officer)
        .await;
    assert_eq!(
        lot["opens_at"],
        json!(start + 30 * 60_000),
        "nothing was changed"
    );
}

#[tokio::test]
async fn terms_come_from_a_preset_with_a_worked_example() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let (_, presets) = server.get("/api/presets", &officer).await;
    let preset = presets[0]["id"].as_str().unwrap();
    let path = format!("/api/presets/{preset}/terms");
    let answers = json!({ "title_pl": "Most", "most": "500000", "step": "100" });
    let (status, made) = server.post(&path, &officer, answers).await;
    assert_eq!(
        (status, &made["title"]["en"]),
        (StatusCode::OK, &json!("Most"))
    );
    let (status, example) = server.post("/api/worked-example", &officer, made).await;
    assert_eq!(
        (status, &example["extended"]),
        (StatusCode::OK, &json!(true))
    );
    let (_, wrong) = server.post(&path, &officer, json!({ "most": "x" })).await;
    let expected = [
        "answers.title_pl",
        "answers.title_en",
        "answers.most",
        "answers.step",
    ];
    assert_eq!(paths(&wrong), expected);
}

async fn import(server: &Server, officer: &str, tender: &str, what: &str, text: Vec<u8>) -> Answer {
    let path = format!("/api/tenders/{tender}/bidders/{what}");
    let request = server.request(Method::POST, &path);
    answer(request.bearer_auth(officer).body(text)).await
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
async fn bidders_are_imported_all_or_none() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let lot = server.lot(&officer, &tender, "1").await;
    let wrong = "Nazwa;Siedziba;NIP;E-mail;Część 1: cena\n\
                 Żółw sp. z o.o.;Łódź;5540000006;a@b.pl;100 000,00\n\
                 ;Łódź;5540000007;a@b.pl;\n\
                 \"Lis; Wilk\";Gdańsk;554-000-00-06;nikt;-1\n";
    let encoded = encoding_rs::WINDOWS_1250.encode(wrong).0.into_owned();
    let (status, seen) = import(
        &server,
        &officer,
        &tender,
        "import/preview",
        encoded.clone(),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert_eq!(
        (&seen["format"]["encoding"], &seen["rows"]),
        (&json!("windows-1250"), &json!(3))
    );
    assert_eq!(seen["first"][0]["identity"]["name"], "Żółw sp. z o.o.");
    let expected = [
        "lines[3].identity.name",
        "lines[3].identity.tax_id",
        "lines[4].email",
        "lines[4].lots[1].offer.price",
    ];
    assert_eq!(paths(&seen), expected);
    let (status, refused) = import(&server, &officer, &tender, "import", encoded).await;
    assert_eq!(
        (status, paths(&refused)),
        (StatusCode::UNPROCESSABLE_ENTITY, expected.to_vec())
    );
    let bidders = format!("/api/tenders/{tender}/bidders");
    assert_eq!(server.get(&bidders, &officer).await.1, json!([]));

    let right = "name,seat,tax id,country,lot 1: price\n\
                 Alfa,Olsztyn,5540000006,,100000\n\
                 Beta GmbH,Berlin,DE123456789,DE,\n";
    let (status, done) = import(&server, &officer, &tender, "import", right.into()).await;
    let counts = json!({ "bidders": 2, "admissions": 1 });
    assert_eq!((status, done), (StatusCode::CREATED, counts));
    let (_, again) = import(&server, &officer, &tender, "import", right.into()).await;
    assert_eq!(
        paths(&again),
        ["lines[2].identity.tax_id", "lines[3].identity.tax_id"]
    );
    let twice = "name,seat,tax id\nGama,Ełk,5540000012\nDelta,Ełk,PL 554-000-00-12\n";
    let (_, again) = import(&server, &officer, &tender, "import", twice.into()).await;
    assert_eq!(paths(&again), ["lines[3].identity.tax_id"]);
    let (_, header) = import(
        &server,
        &officer,
        &tender,
        "import",
        "nazwa;wzrost;część 9\na;b;c".into(),
    )
    .await;
    assert_eq!(
        paths(&header),
        ["header.wzrost", "header.część 9", "header.siedziba"]
    );
    let (_, rows) = server.get(&bidders, &officer).await;
    assert!(
        rows.as_array()
            .unwrap()
            .iter()
            .all(|row| row["source"] == "import")
    );
    let (_, admitted) = server
        .get(&format!("/api/lots/{lot}/admissions"), &officer)
        .await;
    assert_eq!(admitted[0]["offer"]["price"], "100000.00");
}

#[tokio::test]
async fn ten_thousand_bidders_are_imported_at_once() {
    let server = Server::start().await;
    let officer = server.officer().await;
    let tender = real_tender(&server, &officer).await;
    let row = |number: usize| format!("Firma {number};Łódź;DE{number:09};DE\n");
    let rows: String = (0..10_000).map(row).collect();
    let text = format!("nazwa;siedziba;nip;kraj\n{rows}");
    let (status, done) = import(&server, &officer, &tender, "import", text.into_bytes()).await;
    let counts = json!({ "bidders": 10_000, "admissions": 0 });
    assert_eq!((status, done), (StatusCode::CREATED, counts));
    let one = "nazwa;siedziba\nJeszcze jedna;Łódź\n";
    let (status, full) = import(&server, &officer, &tender, "import", one.into()).await;
    assert_eq!(
        (status, &full["name"]),
        (StatusCode::CONFLICT, &json!("not-now"))
    );
}
