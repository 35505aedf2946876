//! What a buyer may do outside the act.

use super::play::{ALFA, BETA, GAMMA, MINUTE_MS, Play, bid, prices};
use serde_json::json;

/// One price each, which nobody reads before the end.
pub(super) async fn sealed(preset: &str) {
    let none = vec![json!({}); 3];
    let mut play = Play::set(preset, &[("length", "1")], &none).await;
    play.begins(0, "sealed-bid").await;
    play.refused(ALFA, bid("600000"), 315).await;
    for (who, price) in [(ALFA, "91000"), (BETA, "90000"), (GAMMA, "92000")] {
        play.accepted(who, bid(price)).await;
        play.own(
            who,
            json!({ "sealed": true, "values": null, "position": null }),
        )
        .await;
    }
    play.refused(ALFA, bid("89000"), 314).await;
    play.shown(json!({ "best": null })).await;
    for blind in ["90000", "92000"] {
        assert!(!play.knows(ALFA, blind), "{blind}");
    }
    play.won_by(BETA, "90000.00").await;
}

/// Only a bid that overtakes adds time, to the end as it stood.
pub(super) async fn added_extension(preset: &str) {
    let answers = [
        ("step", "100"),
        ("length", "1"),
        ("window", "10"),
        ("extension", "1"),
        ("observers", "live"),
    ];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    let planned = play.closes_at();
    play.refused(GAMMA, bid("101950"), 302).await;
    play.accepted(GAMMA, bid("101500")).await;
    play.own(
        GAMMA,
        json!({ "position": 3, "values": { "price": "101500.00" } }),
    )
    .await;
    for (times, price) in [(1, "100500"), (2, "99000")] {
        play.accepted(GAMMA, bid(price)).await;
        play.shown(
            json!({ "phase": { "extensions": times, "closes_at": planned + times * MINUTE_MS } }),
        )
        .await;
    }
    play.own(ALFA, json!({ "position": 2 })).await;
    play.won_by(GAMMA, "99000.00").await;
}

/// The own position, and nothing of the others.
pub(super) async fn rank_only(preset: &str) {
    let answers = [
        ("length", "1"),
        ("window", "1"),
        ("extension", "1"),
        ("count_max", "1"),
    ];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    play.refused(BETA, bid("100000"), 302).await;
    play.accepted(BETA, bid("98000")).await;
    play.told(json!({ "news": "extended", "extensions": 1 }))
        .await;
    play.own(BETA, json!({ "position": 1 })).await;
    play.own(ALFA, json!({ "position": 2, "gap": null })).await;
    play.sees(
        ALFA,
        json!({ "best": null, "rows": null, "participants": null }),
    )
    .await;
    for others in ["98000", "101000", "102000"] {
        assert!(!play.knows(ALFA, others), "{others}");
    }
    play.won_by(BETA, "98000.00").await;
}
