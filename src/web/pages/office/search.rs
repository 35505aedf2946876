//! Searching the cases of one's units.

use super::queue::deadline;
use super::{case_href, clerk, unit_name};
use crate::error::Problem;
use crate::store::cases::{self, CaseState};
use crate::web::AppState;
use crate::web::pages::cases::state_chip;
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// The longest words that are searched for, in characters.
const WORDS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "office/search.html", config = "web-client/askama.toml")]
struct SearchPage<'a> {
    visit: &'a Visit,
    words: String,
    lines: Vec<Line>,
    /// There were more than are listed: other words narrow it down.
    is_cut: bool,
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
    let (mut lines, mut is_cut) = (Vec::new(), false);
    for unit in clerk.units() {
        let found = cases::search(&circulation.store, unit, &words, None).await?;
        is_cut |= i64::try_from(found.len()).is_ok_and(|count| count >= crate::store::PAGE_MAX);
        lines.extend(found.iter().map(|case| Line {
            href: case_href(&case.id),
            sign: case.sign.clone(),
            title: case.title.clone(),
            unit: unit_name(&circulation, visit, &case.unit),
            state: state_chip(visit, case.state),
            deadline: deadline(visit, &clerk, case).filter(|_| case.state == CaseState::Open),
        }));
    }
    let page = SearchPage {
        visit,
        words,
        lines,
        is_cut,
    };
    Ok(visit.show(StatusCode::OK, &page))
}
