//! Searching the cases that one may read.

use super::queue::deadline;
use super::{case_href, clerk, unit_name};
use crate::error::Problem;
use crate::store::cases::{Case, CaseState};
use crate::web::AppState;
use crate::web::pages::cases::state_chip;
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use url::form_urlencoded;

/// Names in the address where a page of the list begins.
const AFTER: &str = "after";
/// The longest words that are searched for, in characters.
const WORDS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "office/search.html", config = "web-client/askama.toml")]
struct SearchPage<'a> {
    visit: &'a Visit,
    words: String,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// A case that was found.
struct Line {
    href: String,
    sign: String,
    title: String,
    unit: String,
    state: Chip,
    deadline: Option<Chip>,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit).await;
    visit.finish(answer)
}

async fn page(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let words: String = visit
        .asked("q")
        .unwrap_or_default()
        .chars()
        .take(WORDS_MAX)
        .collect();
    let words = words.trim().to_owned();
    let after = visit.asked(AFTER);
    let found = circulation.search(&clerk, &words, after.as_deref()).await?;
    let (first, next) = turns(&words, after.is_some(), &found);
    let line = |case: &Case| Line {
        href: case_href(&case.id),
        sign: case.sign.clone(),
        title: case.title.clone(),
        unit: unit_name(&circulation, visit, &case.unit),
        state: state_chip(visit, case.state),
        deadline: deadline(visit, &clerk, case).filter(|_| case.state == CaseState::Open),
    };
    let page = SearchPage {
        visit,
        lines: found.iter().map(line).collect(),
        words,
        first,
        next,
    };
    Ok(visit.show(StatusCode::OK, &page))
}

/// The first page of what was found, where this is a later one, and the next, where this one is full.
fn turns(words: &str, is_later: bool, found: &[Case]) -> (Option<String>, Option<String>) {
    let at = |after: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", words);
        if let Some(after) = after {
            query.append_pair(AFTER, after);
        }
        format!("/office/cases?{}", query.finish())
    };
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count >= crate::store::PAGE_MAX);
    let last = found.last().filter(|_| is_full);
    (
        is_later.then(|| at(None)),
        last.map(|last| at(Some(&last.id))),
    )
}
