//! Bidders from a file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{paths, real_tender};
use crate::support::server::{Answer, Server, answer};
use reqwest::{Method, StatusCode};
use serde_json::json;

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
