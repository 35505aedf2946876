//! Sets the stage: tender, lot, bidders, log-ins, publication.

use crate::api::{Api, id_of};
use crate::clock::Clock;
use crate::limits::CALLS_AT_ONCE;
use crate::progress::Progress;
use crate::scenario::{Size, Timing};
use crate::server::Account;
use crate::terms::terms;
use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

/// One bidder who may join: a session.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seat {
    /// Token of the bidder's session.
    pub(crate) token: String,
}

/// A lot whose bidders are admitted and logged in.
#[derive(Debug)]
pub(crate) struct Stage {
    lot: String,
    /// The bidders.
    pub(crate) seats: Vec<Seat>,
}

/// The officer's session. The one-time password gives way to one of the officer's own.
///
/// # Errors
/// What the server said.
pub(crate) async fn officer(api: &Api, account: &Account) -> Result<Api> {
    let own = format!("{}-of-the-load", account.password);
    let body = json!({"login": account.login, "password": account.password, "new_password": own});
    Ok(api.with_token(api.log_in(&body).await?))
}

/// Everything up to the publication.
///
/// # Errors
/// What the server said.
pub(crate) async fn stage(
    officer: &Api,
    size: &Size,
    timing: &Timing,
    clock: &Clock,
) -> Result<Stage> {
    let number = format!("LOAD/{}", clock.started_ms());
    let title = json!({"pl": "Próba obciążenia", "en": "Load test"});
    let tender = json!({"number": number, "title": title, "procedure": "podprogowe", "test": true});
    let tender = id_of(&officer.post("/api/tenders", &tender).await?, "tender")?;
    let lot = json!({"number": "1", "title": title, "terms": terms(timing)});
    let lot = id_of(
        &officer
            .post(&format!("/api/tenders/{tender}/lots"), &lot)
            .await?,
        "lot",
    )?;
    let seats = match at_once(officer, &tender, &lot, size.bidders).await? {
        Some(seats) => seats,
        None => one_by_one(officer, &tender, &lot, size.bidders).await?,
    };
    Ok(Stage { lot, seats })
}

/// All bidders in one call, where the server offers it to load generators: argon2 makes two
/// hundred log-ins slow.
async fn at_once(
    officer: &Api,
    tender: &str,
    lot: &str,
    count: usize,
) -> Result<Option<Vec<Seat>>> {
    let body = json!({"tender": tender, "lot": lot, "count": count});
    let Some(mut answer) = officer
        .post_if_offered("/api/loadtest/bidders", &body)
        .await?
    else {
        return Ok(None);
    };
    let seats: Vec<Seat> = serde_json::from_value(answer["bidders"].take())
        .context("the bidders made at once cannot be read")?;
    anyhow::ensure!(
        seats.len() == count,
        "{} of {count} bidders were made at once",
        seats.len()
    );
    Ok(Some(seats))
}

async fn one_by_one(officer: &Api, tender: &str, lot: &str, count: usize) -> Result<Vec<Seat>> {
    let bar = Progress::counted("logging in", count);
    let seats = stream::iter(0..count).map(|index| {
        let bar = &bar;
        async move {
            let seat = seat(officer, tender, lot, index).await;
            bar.step();
            seat.with_context(|| format!("bidder {}", index + 1))
        }
    });
    seats.buffered(CALLS_AT_ONCE).try_collect().await
}

async fn seat(officer: &Api, tender: &str, lot: &str, index: usize) -> Result<Seat> {
    let identity = json!({"identity": {
        "name": format!("Wykonawca próbny {}", index + 1),
        "seat": "Bydgoszcz",
        "tax_id": format!("{:010}", 5_540_000_000_u64 + index as u64),
    }});
    let bidder = officer
        .post(&format!("/api/tenders/{tender}/bidders"), &identity)
        .await?;
    let bidder = id_of(&bidder, "bidder")?;
    let credentials = json!({"bidder": bidder, "change_required": false});
    let credentials = officer
        .post(&format!("/api/tenders/{tender}/credentials"), &credentials)
        .await?;
    let account: Account = serde_json::from_value(credentials).context("credentials")?;
    // The first bid is free, so the terms ask for no value of the written offer.
    let admission = json!({"bidder": bidder, "offer": {}});
    officer
        .post(&format!("/api/lots/{lot}/admissions"), &admission)
        .await?;
    let body = json!({"login": account.login, "password": account.password});
    Ok(Seat {
        token: officer.log_in(&body).await?,
    })
}

/// Publishes the lot; answers with the id of its auction.
///
/// # Errors
/// What the server said.
pub(crate) async fn publish(officer: &Api, stage: &Stage, opens_at: i64) -> Result<String> {
    let path = format!("/api/lots/{}/publish", stage.lot);
    let answer: Value = officer.post(&path, &json!({"opens_at": opens_at})).await?;
    id_of(&answer, "auction")
}
