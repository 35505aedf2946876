//! Clocks that move the price.

use super::play::{ALFA, BETA, GAMMA, Play, bid, departure, level};
use serde_json::json;

async fn set(preset: &str, answers: &[(&str, &str)]) -> Play {
    let none = vec![json!({}); 3];
    Play::set(preset, answers, &none).await
}

/// This level stands, for everyone.
async fn stands(play: &mut Play, level: &str) {
    play.shown(json!({ "phase": { "level": level } })).await;
}

/// Stay or leave; who does nothing is out, and the last one in wins.
pub(super) async fn japanese(preset: &str) {
    let answers = [
        ("end_price", "400000"),
        ("level_step", "25000"),
        ("interval", "1"),
    ];
    let mut play = set(preset, &answers).await;
    play.begins(0, "descending-clock").await;
    stands(&mut play, "500000").await;
    play.sees(ALFA, json!({ "phase": { "remaining": 3 } }))
        .await;
    play.refused(ALFA, bid("490000"), 107).await;
    for who in [ALFA, BETA, GAMMA] {
        play.accepted(who, level("500000")).await;
        play.own(who, json!({ "held": { "price": "500000.00" } }))
            .await;
    }
    stands(&mut play, "475000").await;
    play.refused(ALFA, level("500000"), 108).await;
    play.accepted(GAMMA, departure()).await;
    play.own(GAMMA, json!({ "barred": true })).await;
    play.refused(GAMMA, level("475000"), 205).await;
    for who in [ALFA, BETA] {
        play.accepted(who, level("475000")).await;
    }
    stands(&mut play, "450000").await;
    play.sees(ALFA, json!({ "phase": { "remaining": 2 } }))
        .await;
    play.accepted(BETA, level("450000")).await;
    play.won_by(BETA, "450000.00").await;
}

/// The first to take a level wins at it, and at once.
pub(super) async fn dutch(preset: &str) {
    let answers = [
        ("start_price", "400000"),
        ("level_step", "25000"),
        ("interval", "1"),
    ];
    let mut play = set(preset, &answers).await;
    play.begins(0, "ascending-clock").await;
    stands(&mut play, "400000").await;
    play.refused(ALFA, bid("400000"), 107).await;
    play.refused(ALFA, departure(), 107).await;
    stands(&mut play, "425000").await;
    play.refused(BETA, level("400000"), 108).await;
    play.accepted(GAMMA, level("425000")).await;
    play.told(json!({ "news": "level-taken" })).await;
    play.won_by(GAMMA, "425000.00").await;
}
