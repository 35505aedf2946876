//! Under the act on public procurement: three ways to close, each with and without dogrywka.

use super::play::{ALFA, BETA, GAMMA, Play, bid, prices};
use serde_json::json;

type Answers<'a> = &'a [(&'a str, &'a str)];

const SET_TIME: Answers = &[("step", "100"), ("length", "1")];
const SET_TIME_AND_TIE_BREAK: Answers = &[("step", "100"), ("length", "1"), ("tie_break", "1")];
const IDLE: Answers = &[
    ("step", "100"),
    ("idle", "1"),
    ("not_before", "1"),
    ("latest", "30"),
];
const IDLE_AND_TIE_BREAK: Answers = &[
    ("step", "100"),
    ("idle", "1"),
    ("not_before", "1"),
    ("latest", "30"),
    ("tie_break", "1"),
];
const STAGES: Answers = &[("step", "100"), ("length", "1"), ("pause", "1")];
const STAGES_AND_TIE_BREAK: Answers = &[
    ("step", "100"),
    ("length", "1"),
    ("pause", "1"),
    ("tie_break", "1"),
];

/// Alfa's offer is the best, and nobody's equals another.
async fn set(preset: &str, answers: Answers<'_>) -> Play {
    Play::set(preset, answers, &prices(&["100000", "101000", "102000"])).await
}

/// Nothing extends the announced time; a tie is left to additional offers.
pub(super) async fn set_time(preset: &str) {
    let won = async {
        let mut play = set(preset, SET_TIME).await;
        play.begins(0, "open").await;
        play.sees(ALFA, json!({ "participants": null, "rows": null }))
            .await;
        let planned = play.closes_at();
        play.refused(BETA, bid("100950"), 302).await;
        play.accepted(BETA, bid("99000")).await;
        play.own(ALFA, json!({ "position": 2, "gap": "1000.00" }))
            .await;
        play.best("99000.00").await;
        assert_eq!(play.closes_at(), planned);
        play.won_by(BETA, "99000.00").await;
    };
    let tied = async {
        let mut play = set(preset, SET_TIME).await;
        play.begins(0, "open").await;
        play.accepted(BETA, bid("100000")).await;
        play.own(BETA, json!({ "position": 1 })).await;
        play.own(GAMMA, json!({ "position": 3 })).await;
        play.tied_between(2).await;
    };
    tokio::join!(won, tied);
}

pub(super) async fn set_time_and_tie_break(preset: &str) {
    with_tie_break(preset, SET_TIME_AND_TIE_BREAK, 1).await;
}

/// Each bid starts the silence anew.
pub(super) async fn idle(preset: &str) {
    let mut play = set(preset, IDLE).await;
    play.begins(0, "open").await;
    let silent_at = play.closes_at();
    play.refused(GAMMA, bid("101950"), 302).await;
    play.accepted(GAMMA, bid("99000")).await;
    play.best("99000.00").await;
    assert!(play.closes_at() > silent_at);
    play.won_by(GAMMA, "99000.00").await;
}

pub(super) async fn idle_and_tie_break(preset: &str) {
    with_tie_break(preset, IDLE_AND_TIE_BREAK, 1).await;
}

/// Everyone bids in every stage, also who was silent in those before, and nobody in a pause.
pub(super) async fn stages(preset: &str) {
    let mut play = set(preset, STAGES).await;
    play.begins(0, "open").await;
    play.accepted(BETA, bid("99000")).await;
    play.best("99000.00").await;
    for (stage, who, price) in [(1, ALFA, "98000.00"), (2, GAMMA, "97000.00")] {
        play.waits_for(stage, "open").await;
        play.refused(who, bid(price), 101).await;
        play.begins(stage, "open").await;
        play.accepted(who, bid(price)).await;
        play.best(price).await;
    }
    play.own(BETA, json!({ "position": 3 })).await;
    play.won_by(GAMMA, "97000.00").await;
}

pub(super) async fn stages_and_tie_break(preset: &str) {
    with_tie_break(preset, STAGES_AND_TIE_BREAK, 3).await;
}

/// The dogrywka after so many stages is played where there is a tie, and left out where there is none.
async fn with_tie_break(preset: &str, answers: Answers<'_>, stages: u16) {
    tokio::join!(
        Box::pin(breaks_a_tie(preset, answers, stages)),
        Box::pin(needs_no_tie_break(preset, answers, stages))
    );
}

/// Two share the first place; in the dogrywka again, and so it comes again.
async fn breaks_a_tie(preset: &str, answers: Answers<'_>, stages: u16) {
    let mut play = set(preset, answers).await;
    for stage in 0..stages {
        play.begins(stage, "open").await;
    }
    play.accepted(ALFA, bid("99000")).await;
    play.accepted(BETA, bid("99000")).await;
    let leads = json!({ "position": 1, "gap": "0.00" });
    for who in [ALFA, BETA] {
        play.own(who, leads.clone()).await;
    }
    play.begins(stages, "tie-break").await;
    play.refused(BETA, bid("98950"), 302).await;
    let planned = play.closes_at();
    for who in [ALFA, BETA] {
        play.accepted(who, bid("98000")).await;
        play.own(
            who,
            json!({ "position": 1, "values": { "price": "98000.00" } }),
        )
        .await;
    }
    play.best("98000.00").await;
    assert_eq!(play.closes_at(), planned, "bids extend nothing");

    play.begins(stages, "tie-break").await;
    assert!(play.closes_at() > planned, "once more");
    play.accepted(BETA, bid("97000")).await;
    play.own(ALFA, json!({ "position": 2, "gap": "1000.00" }))
        .await;
    play.own(GAMMA, json!({ "position": 3 })).await;
    play.won_by(BETA, "97000.00").await;
}

async fn needs_no_tie_break(preset: &str, answers: Answers<'_>, stages: u16) {
    let mut play = set(preset, answers).await;
    for stage in 0..stages {
        play.begins(stage, "open").await;
    }
    play.accepted(BETA, bid("99000")).await;
    play.told(json!({ "news": "phase-skipped", "phase": stages }))
        .await;
    play.won_by(BETA, "99000.00").await;
}
