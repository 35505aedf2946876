//! When the auctions open.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::officer;
use crate::support::server::Server;

#[tokio::test]
async fn an_hour_that_comes_twice_is_asked_about() {
    let server = Server::start().await;
    let (mut browser, token) = officer(&server).await;
    let tender = server.tender(&token).await;
    server.lot(&token, &tender, "1").await;
    let path = format!("/desk/tenders/{tender}/schedule");
    browser.get(&path).await;
    let (gap, fold) = changes_of_time(server.now());
    let page = browser
        .send(&path, &[("date", &gap), ("time", "02:30")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"time-error\"") && page.text.contains("Wpisz 03:30"));
    let page = browser
        .send(&path, &[("date", &fold), ("time", "02:30")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("value=\"earlier\"") && page.text.contains("value=\"later\""));
    let fields = [
        ("date", fold.as_str()),
        ("time", "02:30"),
        ("hour", "later"),
    ];
    assert_eq!(browser.send(&path, &fields).await.status, 200);
}

/// The next days on which clocks in Warsaw go forward and back.
fn changes_of_time(now: i64) -> (String, String) {
    let zone = jiff::tz::TimeZone::get("Europe/Warsaw").unwrap();
    let now = jiff::Timestamp::from_millisecond(now).unwrap();
    let changes: Vec<_> = zone.following(now).take(2).collect();
    let day = |forward: bool| {
        let change = changes
            .iter()
            .find(|change| change.dst().is_dst() == forward);
        let at = change.unwrap().timestamp().to_zoned(zone.clone());
        at.strftime("%Y-%m-%d").to_string()
    };
    (day(true), day(false))
}
