//! The result of an auction, for everyone: winner, standings, course, what proves them.

use super::lot_line::{Chip, Paper, log, named, record, state as state_chip};
use crate::error::Problem;
use crate::store::lots::Lot;
use crate::store::stamps::Stamp;
use crate::tender::gate::{PublicResult, Winner};
use crate::web::AppState;
use crate::web::auctions::read_id;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::event::Standing;
use auction_rules::{Alias, Timestamp};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "result.html", config = "web-client/askama.toml")]
struct ResultPage<'a> {
    visit: &'a Visit,
    tender: String,
    tender_number: String,
    tender_title: String,
    named: String,
    state: Chip,
    outcome: Outcome,
    /// What the winner offered: each value and the points.
    won: Vec<(String, String)>,
    standings: Standings,
    course: Course,
    /// Log and record; none before the seal.
    papers: Vec<Paper>,
    log_file: String,
    fingerprint: String,
    /// What there is to say of the time stamp; nothing where none is to come.
    stamp: Option<String>,
}

/// What it came to.
enum Outcome {
    Won(Winner),
    /// The best offers are equal.
    Tied(Vec<Alias>),
    NoOffer,
    /// It ended without a result; why, where it is known.
    Cancelled(String),
}

/// All offers, best first.
#[derive(Default)]
struct Standings {
    columns: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    position: u16,
    alias: Alias,
    /// The name, of the winner alone.
    name: Option<String>,
    cells: Vec<String>,
}

/// How it went.
#[derive(Default)]
struct Course {
    opened: Option<String>,
    closed: Option<String>,
    /// How often it was extended; none before the seal.
    extensions: Option<u32>,
    reason: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(auction): Path<String>,
) -> Response {
    let answer = async {
        let auction = read_id(&auction)?;
        let desk = state.desk();
        let lot = desk.lot_of(&auction).await?;
        let tender = desk.tender(&lot.tender).await?;
        let result = desk.result(&auction).await?;
        let course = course(&state, &visit, &result).await?;
        let is_sealed = result.state == "sealed";
        let papers = match is_sealed {
            true => vec![
                log(&visit, auction.as_str()),
                record(&visit, auction.as_str()),
            ],
            false => Vec::new(),
        };
        let shown = match &result.result {
            None => "cancelled",
            Some(_) => &result.state,
        };
        let standings = standings(&visit, &lot, &result);
        let page = ResultPage {
            visit: &visit,
            tender: tender.id,
            tender_number: tender.number,
            tender_title: visit.lang.of(&tender.title),
            named: named(&visit, &lot.number, &visit.lang.of(&lot.title)),
            state: state_chip(&visit, shown),
            won: won(&standings, &result),
            standings,
            outcome: outcome(result, &course),
            course,
            papers,
            log_file: format!("ebok-{auction}.json"),
            fingerprint: state.house.signer().fingerprint(),
            stamp: stamp(&state, &visit, desk.stamp_of(&auction).await?),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

fn stamp(state: &AppState, visit: &Visit, stamp: Option<Stamp>) -> Option<String> {
    let at = stamp.as_ref()?.stamped_at;
    match at.map(|at| format::date_time(at, visit.lang)) {
        Some(at) => Some(visit.say_of("stamp-at", "at", at.as_str())),
        None => state
            .config
            .authority
            .as_ref()
            .map(|_| visit.say("stamp-waits")),
    }
}

fn outcome(result: PublicResult, course: &Course) -> Outcome {
    let Some(found) = result.result else {
        return Outcome::Cancelled(course.reason.clone());
    };
    let unnamed = |alias| Winner {
        alias,
        name: String::new(),
        seat: String::new(),
    };
    match (result.winner, found.winner) {
        (Some(winner), _) => Outcome::Won(winner),
        (None, Some(alias)) => Outcome::Won(unnamed(alias)),
        (None, None) if found.tied.is_empty() => Outcome::NoOffer,
        (None, None) => Outcome::Tied(found.tied),
    }
}

/// Every offer under its alias, as the published log has it; with the winner's name.
fn standings(visit: &Visit, lot: &Lot, result: &PublicResult) -> Standings {
    let Some(found) = &result.result else {
        return Standings::default();
    };
    let values = &lot.terms.values;
    let has_points = found.standings.iter().any(|one| one.points.is_some());
    let mut columns: Vec<_> = values
        .iter()
        .map(|value| visit.lang.of(&value.name))
        .collect();
    if has_points {
        columns.push(visit.say("outcome-points"));
    }
    let row = |one: &Standing| {
        let value = |value: &auction_rules::terms::Value| match one.values.get(&value.id) {
            Some(number) => format::amount(&number.to_string(), &value.unit, visit.lang),
            None => "–".to_owned(),
        };
        let mut cells: Vec<_> = values.iter().map(value).collect();
        if has_points {
            let points = one.points.as_ref().map(|points| points.total.to_string());
            cells.push(format::decimal(&points.unwrap_or_default(), visit.lang));
        }
        let winner = result.winner.as_ref();
        Row {
            position: one.position,
            alias: one.alias,
            name: winner
                .filter(|winner| winner.alias == one.alias)
                .map(|winner| winner.name.clone()),
            cells,
        }
    };
    Standings {
        rows: found.standings.iter().map(row).collect(),
        columns,
    }
}

/// The winner's row of the standings, column by column.
fn won(standings: &Standings, result: &PublicResult) -> Vec<(String, String)> {
    let winner = result.result.as_ref().and_then(|found| found.winner);
    let mut rows = standings.rows.iter();
    let row = rows.find(|row| Some(row.alias) == winner);
    let cells = row.map(|row| row.cells.clone()).unwrap_or_default();
    standings.columns.iter().cloned().zip(cells).collect()
}

/// How it went, once the log is public; before it the close alone.
async fn course(state: &AppState, visit: &Visit, result: &PublicResult) -> Result<Course, Problem> {
    let time = |at: Timestamp| format::date_time(at, visit.lang);
    let closed = result.closed_at.map(time);
    if result.state != "sealed" {
        return Ok(Course {
            closed,
            ..Course::default()
        });
    }
    let course = state.house.course(&result.auction).await;
    let course = course.ok_or(Problem::Unavailable)?;
    Ok(Course {
        opened: course.opened_at.map(time),
        closed,
        extensions: Some(course.extensions),
        reason: course.cancelled.unwrap_or_default(),
    })
}
