//! As it is done elsewhere: the rounds of Prozorro, and the two modes of Brazil.

use super::play::{ALFA, BETA, DELTA, GAMMA, MINUTE_MS, Play, bid, prices, withdrawal};
use serde_json::json;

/// Worst first, sorted anew before each round; what is entered shows when the turn is over.
pub(super) async fn prozorro(preset: &str) {
    let answers = [
        ("step", "100"),
        ("slot", "1"),
        ("first_pause", "1"),
        ("pause", "1"),
    ];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.waits_for(0, "turns").await;
    play.begins(0, "turns").await;
    play.turn_of(GAMMA).await;
    play.refused(ALFA, bid("99000"), 106).await;
    play.accepted(GAMMA, bid("98500")).await;
    play.accepted(GAMMA, bid("98000")).await;
    play.own(
        GAMMA,
        json!({ "position": 3, "held": { "price": "98000.00" } }),
    )
    .await;
    play.best("100000.00").await;
    play.turn_of(BETA).await;
    play.best("98000.00").await;
    play.accepted(BETA, bid("97000")).await;
    play.accepted(BETA, withdrawal()).await;
    play.refused(BETA, withdrawal(), 316).await;
    play.turn_of(ALFA).await;
    play.own(BETA, json!({ "values": { "price": "101000.00" } }))
        .await;

    play.waits_for(1, "turns").await;
    play.begins(1, "turns").await;
    play.turn_of(BETA).await;
    play.turn_of(ALFA).await;
    play.accepted(ALFA, bid("96000")).await;
    play.turn_of(GAMMA).await;
    play.best("96000.00").await;

    play.waits_for(2, "turns").await;
    play.begins(2, "turns").await;
    play.turn_of(BETA).await;
    play.accepted(BETA, bid("95000")).await;
    play.turn_of(GAMMA).await;
    play.turn_of(ALFA).await;
    play.best("95000.00").await;
    play.accepted(ALFA, bid("94900")).await;
    play.won_by(ALFA, "94900.00").await;
}

/// Each late bid sets the clock back, also one that beats nobody; all prices are seen, no names.
pub(super) async fn brazil_open(preset: &str) {
    let answers = [("length", "1"), ("window", "1")];
    let offers = prices(&["100000", "101000", "102000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    play.sees(BETA, json!({ "participants": 3 })).await;
    for (times, price) in [(1, "101800.00"), (2, "101600.00"), (3, "101400.00")] {
        play.accepted(GAMMA, bid(price)).await;
        play.told(json!({ "news": "extended", "extensions": times }))
            .await;
        play.own(GAMMA, json!({ "position": 3 })).await;
    }
    play.refused(BETA, bid("100899,01"), 302).await;
    play.accepted(BETA, bid("100899,00")).await;
    play.accepted(BETA, bid("99000")).await;
    play.best("99000.00").await;
    for price in ["101400.00", "99000.00"] {
        assert!(play.knows(ALFA, price), "{price}");
    }
    assert!(!play.knows(ALFA, "Beta"));
    play.won_by(BETA, "99000.00").await;
}

/// Nobody knows when the open phase ends; then those near the best, three at least, bid blind.
pub(super) async fn brazil_open_closed(preset: &str) {
    let answers = [("length", "1"), ("tail", "1"), ("sealed", "1")];
    let offers = prices(&["100000", "104000", "125000", "130000"]);
    let mut play = Play::set(preset, &answers, &offers).await;
    play.begins(0, "open").await;
    let closes_from = play.closes_at() - MINUTE_MS;
    play.shown(json!({ "phase": { "closes_from": closes_from } }))
        .await;
    play.refused(GAMMA, bid("124990"), 302).await;
    play.accepted(GAMMA, bid("120000")).await;
    play.own(GAMMA, json!({ "position": 3 })).await;

    play.begins(1, "sealed-bid").await;
    play.own(DELTA, json!({ "barred": true })).await;
    play.refused(DELTA, bid("90000"), 205).await;
    play.accepted(GAMMA, bid("99500")).await;
    play.own(
        GAMMA,
        json!({ "sealed": true, "values": { "price": "120000.00" } }),
    )
    .await;
    play.refused(GAMMA, bid("99400"), 314).await;
    play.refused(BETA, bid("104000"), 315).await;
    play.accepted(BETA, bid("99600")).await;
    play.own(BETA, json!({ "sealed": true })).await;
    play.best("100000.00").await;
    for blind in ["99500", "99600"] {
        assert!(!play.knows(ALFA, blind), "{blind}");
    }
    play.won_by(GAMMA, "99500.00").await;
}
