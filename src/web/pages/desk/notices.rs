//! The outbox: what bidders are still to be told, and what could not be sent.

use super::{Answer, fresh, officer, sent};
use crate::error::Problem;
use crate::store::PAGE_MAX;
use crate::store::notices::{self, NoticeRow, NoticeState};
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

/// Names in the address where a page of the list begins.
const AFTER: &str = "after";

#[derive(Template)]
#[template(path = "desk/notices.html", config = "web-client/askama.toml")]
struct NoticesPage<'a> {
    visit: &'a Visit,
    form: Filled,
    has_mail: bool,
    tabs: Vec<Tab>,
    heading: String,
    /// What can be done to a notice in this state.
    act: Option<Act>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

struct Tab {
    state: &'static str,
    label: String,
    is_here: bool,
}

struct Act {
    path: &'static str,
    label: String,
}

struct Line {
    id: String,
    to: String,
    kind: String,
    written: String,
    attempts: i64,
    last_error: String,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit, fresh(Filled::default())).await;
    visit.finish(answer)
}

pub(in crate::web) async fn retry(
    State(state): State<AppState>,
    visit: Visit,
    Path(notice): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let act = async |_| {
            desk.retry_notice(officer, &notice).await?;
            Ok("/desk/notices?state=stuck".to_owned())
        };
        match sent(&visit, posted, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, again).await,
        }
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn cancel(
    State(state): State<AppState>,
    visit: Visit,
    Path(notice): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let act = async |_| {
            desk.cancel_notice(officer, &notice).await?;
            Ok("/desk/notices".to_owned())
        };
        match sent(&visit, posted, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, again).await,
        }
    };
    visit.finish(answer.await)
}

async fn page(
    state: &AppState,
    visit: &Visit,
    (status, form): Answer,
) -> Result<Response, Problem> {
    officer(visit)?;
    let asked = visit.asked("state").unwrap_or_default();
    let (which, here) = match asked.as_str() {
        "stuck" => (NoticeState::Stuck, "stuck"),
        "sent" => (NoticeState::Sent, "sent"),
        "cancelled" => (NoticeState::Cancelled, "cancelled"),
        _ => (NoticeState::Waiting, "waiting"),
    };
    let after = visit.asked(AFTER);
    let rows = notices::page(&state.store, which, after.as_deref()).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE_MAX);
    let last = rows.last().filter(|_| is_full);
    let next = last.map(|last| visit.here_with(AFTER, &last.id));
    let tab = |state, key| Tab {
        state,
        label: visit.say(key),
        is_here: state == here,
    };
    let tabs = vec![
        tab("waiting", "desk-notices-waiting"),
        tab("stuck", "desk-notices-stuck"),
        tab("sent", "desk-notices-sent"),
        tab("cancelled", "desk-notices-cancelled"),
    ];
    let heading = tabs
        .iter()
        .find(|tab| tab.is_here)
        .map(|tab| tab.label.clone());
    let act = match which {
        NoticeState::Waiting => Some(("cancel", "desk-notice-cancel")),
        NoticeState::Stuck | NoticeState::Cancelled => Some(("retry", "desk-notice-retry")),
        NoticeState::Sent => None,
    };
    let page = NoticesPage {
        visit,
        form,
        has_mail: state.config.mailer.is_some(),
        heading: heading.unwrap_or_default(),
        tabs,
        act: act.map(|(path, key)| Act {
            path,
            label: visit.say(key),
        }),
        lines: rows.into_iter().map(|row| line(visit, row)).collect(),
        first: after.map(|_| visit.here_with("state", here)),
        next,
    };
    Ok(visit.show(status, &page))
}

fn line(visit: &Visit, row: NoticeRow) -> Line {
    let kind = match row.kind.as_str() {
        "schedule-set" => visit.say("desk-kind-scheduled"),
        "schedule-changed" => visit.say("desk-kind-rescheduled"),
        "cancelled" => visit.say("desk-kind-cancelled"),
        "result" => visit.say("desk-kind-result"),
        "specification-asked-for" => visit.say("desk-kind-asked"),
        _ => row.kind,
    };
    Line {
        id: row.id,
        to: row.recipient,
        kind,
        written: format::date_minute(row.created_at, visit.lang),
        attempts: row.attempts,
        last_error: row.last_error,
    }
}
