//! When the auctions of a tender open.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{paths, put};
use crate::support::server::{Server, terms};
use reqwest::StatusCode;
use serde_json::{Value, json};

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
