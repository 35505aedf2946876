//! The own sessions: which are open, and how to end them.

use crate::error::Problem;
use crate::identity::sessions::IDLE_MS;
use crate::store::sessions::SessionRow;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sessions.html", config = "web-client/askama.toml")]
struct SessionsPage<'a> {
    visit: &'a Visit,
    form: Filled,
    lines: Vec<Line>,
    /// How long a session lives without being used.
    idle: String,
}

/// One open session.
struct Line {
    id: String,
    is_this: bool,
    agent: String,
    address: String,
    begun: String,
    seen: String,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit, StatusCode::OK, Filled::default()).await;
    visit.finish(answer)
}

pub(in crate::web) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.active()?;
        if posted?.checked().is_err() {
            return stale(&state, &visit).await;
        }
        if !state.identity.sessions().end(&session.who, &id).await? {
            return Err(Problem::NotFound);
        }
        if id != session.id {
            return Ok(visit.go("/sessions"));
        }
        Ok(visit.leave())
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn end_others(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.active()?;
        if posted?.checked().is_err() {
            return stale(&state, &visit).await;
        }
        let sessions = state.identity.sessions();
        sessions.end_others(&session.who, &session.id).await?;
        Ok(visit.go("/sessions"))
    };
    visit.finish(answer.await)
}

async fn stale(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let form = Filled::default().wrong("", visit.say("form-stale"));
    page(state, visit, StatusCode::FORBIDDEN, form).await
}

async fn page(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let session = visit.active()?;
    let rows = state.identity.sessions().of(&session.who).await?;
    let lines = rows
        .into_iter()
        .map(|row| line(visit, row, &session.id))
        .collect();
    let idle = format::duration(IDLE_MS);
    let page = SessionsPage {
        visit,
        form,
        lines,
        idle,
    };
    Ok(visit.show(status, &page))
}

fn line(visit: &Visit, row: SessionRow, this: &str) -> Line {
    let agent = match row.agent.is_empty() {
        true => visit.say("session-unnamed"),
        false => row.agent,
    };
    Line {
        is_this: row.id == this,
        id: row.id,
        agent,
        address: row.address,
        begun: format::date_minute(row.created_at, visit.lang),
        seen: format::date_minute(row.seen_at, visit.lang),
    }
}
