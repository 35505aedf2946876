//! The outbox: what bidders are still to be told, and what could not be sent.

use super::{Answer, fresh, officer, sent};
use crate::error::Problem;
use crate::store::PAGE_MAX;
use crate::store::notices::{self, NoticeRow, NoticeState, Realm};
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
    /// The state of those that are listed.
    here: &'static str,
    heading: String,
    /// What can be done to a notice in this state.
    acts: Vec<Act>,
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
            Ok(back(&visit))
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
            Ok(back(&visit))
        };
        match sent(&visit, posted, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, again).await,
        }
    };
    visit.finish(answer.await)
}

/// The list from which the act was ordered.
fn back(visit: &Visit) -> String {
    let (_, here) = listed(visit);
    format!("/desk/notices?state={here}")
}

/// Which notices are listed.
fn listed(visit: &Visit) -> (NoticeState, &'static str) {
    match visit.asked("state").as_deref() {
        Some("stuck") => (NoticeState::Stuck, "stuck"),
        Some("sent") => (NoticeState::Sent, "sent"),
        Some("cancelled") => (NoticeState::Cancelled, "cancelled"),
        _ => (NoticeState::Waiting, "waiting"),
    }
}

async fn page(
    state: &AppState,
    visit: &Visit,
    (status, form): Answer,
) -> Result<Response, Problem> {
    officer(visit)?;
    let (which, here) = listed(visit);
    let after = visit.asked(AFTER);
    let rows = notices::page(&state.store, Realm::Tender, which, after.as_deref()).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE_MAX);
    let last = rows.last().filter(|_| is_full);
    let next = last.map(|last| format!("/desk/notices?state={here}&{AFTER}={}", last.id));
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
    let retry = ("retry", "desk-notice-retry");
    let cancel = ("cancel", "desk-notice-cancel");
    let acts = match which {
        NoticeState::Waiting => vec![cancel],
        NoticeState::Stuck => vec![retry, cancel],
        NoticeState::Cancelled => vec![retry],
        NoticeState::Sent => Vec::new(),
    };
    let page = NoticesPage {
        visit,
        form,
        has_mail: state.config.mailer.is_some(),
        heading: heading.unwrap_or_default(),
        tabs,
        acts: acts
            .into_iter()
            .map(|(path, key)| Act {
                path,
                label: visit.say(key),
            })
            .collect(),
        here,
        lines: rows.into_iter().map(|row| line(visit, row)).collect(),
        first: after.map(|_| format!("/desk/notices?state={here}")),
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
