//! Below the limit of the act: the city's own rules.

use super::play::{ALFA, BETA, GAMMA, Play, bid, confirmed, offer, prices};
use serde_json::json;

/// Every bid is a late one here, and only two of them extend.
pub(super) async fn lowest_price(preset: &str) {
    let answers = [
        ("step", "100"),
        ("length", "1"),
        ("window", "1"),
        ("extension", "1"),
        ("count_max", "2"),
        ("observers", "live"),
    ];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    play.best("100000.00").await;
    let planned = play.closes_at();

    play.refused(BETA, bid("100900,01"), 302).await;
    play.accepted(BETA, bid("99000")).await;
    play.told(json!({ "news": "extended", "extensions": 1 }))
        .await;
    play.best("99000.00").await;
    play.own(ALFA, json!({ "position": 2, "gap": "1000.00" }))
        .await;
    play.refused(ALFA, bid("70000"), 305).await;
    play.accepted(ALFA, confirmed("70000")).await;
    play.told(json!({ "news": "extended", "extensions": 2 }))
        .await;
    assert!(play.closes_at() > planned);
    let extended = play.closes_at();

    play.accepted(GAMMA, bid("90000")).await;
    play.own(BETA, json!({ "position": 3 })).await;
    play.shown(json!({ "phase": { "extensions": 2, "closes_at": extended } }))
        .await;
    play.won_by(ALFA, "70000.00").await;
}

/// Each bid starts the silence anew.
pub(super) async fn idle_close(preset: &str) {
    let answers = [
        ("step", "100"),
        ("idle", "1"),
        ("not_before", "1"),
        ("latest", "30"),
        ("observers", "live"),
    ];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    let mut closes_at = play.closes_at();
    for (who, price) in [(BETA, "99000.00"), (GAMMA, "98000.00")] {
        play.accepted(who, bid(price)).await;
        play.best(price).await;
        assert!(play.closes_at() > closes_at);
        closes_at = play.closes_at();
    }
    play.refused(ALFA, bid("100000"), 304).await;
    play.refused(ALFA, bid("100001"), 301).await;
    play.shown(json!({ "phase": { "closes_at": closes_at } }))
        .await;
    play.won_by(GAMMA, "98000.00").await;
}

/// The dearer offer wins by its time and its warranty.
pub(super) async fn points(preset: &str) {
    let answers = [
        ("step", "100"),
        ("length", "1"),
        ("window", "1"),
        ("extension", "1"),
        ("observers", "live"),
    ];
    let offers = [
        json!({ "price": "100000", "days": "30", "warranty": "24" }),
        json!({ "price": "105000", "days": "20", "warranty": "60" }),
        json!({ "price": "110000", "days": "30", "warranty": "36" }),
    ];
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    let of = |price: &str, days: &str| offer(json!({ "price": price, "days": days }));
    play.accepted(ALFA, of("99000", "30")).await;
    play.refused(BETA, of("105100", "16"), 301).await;
    play.refused(BETA, bid("104000"), 312).await;
    play.accepted(BETA, of("104000", "16")).await;
    play.told(json!({ "news": "extended", "extensions": 2 }))
        .await;
    // 99000/104000 × 60 + 20 + 20, and 60 + 16/30 × 20 + 24/60 × 20.
    play.shown(json!({ "best": { "points": "97.12" } })).await;
    play.own(
        BETA,
        json!({ "position": 1, "points": { "total": "97.12" } }),
    )
    .await;
    play.own(
        ALFA,
        json!({ "position": 2, "points": { "total": "78.67" } }),
    )
    .await;
    play.won_by(BETA, "104000.00").await;
}
