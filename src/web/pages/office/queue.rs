//! A clerk's queue.

use super::{clerk, letter_href, unit_name};
use crate::error::Problem;
use crate::office::circulation::queue::{Urgency, urgency};
use crate::office::circulation::{Circulation, Clerk};
use crate::store::cases::Case;
use crate::store::letters::Letter;
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Letters of departments in which nobody takes letters.
const STRAY: &str = "queue-stray";

#[derive(Template)]
#[template(path = "office/queue.html", config = "web-client/askama.toml")]
struct QueuePage<'a> {
    visit: &'a Visit,
    /// The positions that are held or stood in for today.
    positions: Vec<String>,
    late: usize,
    parts: Vec<Part>,
}

/// Things of one kind that wait.
struct Part {
    heading: String,
    /// Why they are here; empty where that goes without saying.
    about: String,
    lines: Vec<Line>,
}

/// One thing that waits.
struct Line {
    href: String,
    /// Its number or sign.
    number: String,
    title: String,
    /// What else is to be known of it; mostly nothing.
    note: String,
    since: String,
    deadline: Option<Chip>,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit).await;
    visit.finish(answer)
}

/// The queue of who looks.
pub(in crate::web) async fn page(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let queue = circulation.queue(&clerk).await?;
    let is_late = |case: &&Case| urgency(case.deadline, clerk.today) == Urgency::Late;
    let late = queue.to_handle.iter().filter(is_late).count();
    let case = |case: &Case, path: &str| line(visit, &clerk, case, path);
    let letter = |letter: &Letter, note: String| Line {
        href: letter_href(&letter.id),
        number: letter.number.to_string(),
        title: visit.lang.of(&letter.title),
        note,
        since: format::date_minute(letter.received_at, visit.lang),
        deadline: None,
    };
    let letters = queue.letters.iter().map(|one| letter(one, String::new()));
    let stray = queue.stray.iter().map(|one| {
        letter(one, unit_name(&circulation, visit, &one.unit))
    });
    let asked = queue.to_answer.iter();
    let parts = [
        (
            "queue-approve",
            queue
                .to_approve
                .iter()
                .map(|one| case(one, "/approve"))
                .collect(),
        ),
        (
            "queue-returned",
            queue
                .returned
                .iter()
                .map(|one| case(one, "/reply"))
                .collect(),
        ),
        ("queue-letters", letters.collect()),
        (STRAY, stray.collect()),
        (
            "queue-opinions",
            asked
                .map(|(opinion, one)| case(one, &format!("/opinions/{}", opinion.id)))
                .collect(),
        ),
        (
            "queue-cases",
            queue.to_handle.iter().map(|one| case(one, "")).collect(),
        ),
    ];
    let parts = parts
        .into_iter()
        .filter(|(_, lines): &(_, Vec<Line>)| !lines.is_empty());
    let page = QueuePage {
        visit,
        positions: held(&circulation, visit, &clerk),
        late,
        parts: parts
            .map(|(key, lines)| Part {
                heading: visit.lang.count(key, lines.len()),
                about: match key {
                    STRAY => visit.say("queue-stray-about"),
                    _ => String::new(),
                },
                lines,
            })
            .collect(),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

fn held(circulation: &Circulation, visit: &Visit, clerk: &Clerk) -> Vec<String> {
    let one = |position: &crate::store::positions::Position| {
        let unit = unit_name(circulation, visit, &position.unit);
        let place = format!("{} – {unit}", position.title);
        match position.account.as_deref() == Some(clerk.account.as_str()) {
            true => place,
            false => visit.say_of("queue-stands-in", "position", &place),
        }
    };
    clerk.positions.iter().map(one).collect()
}

fn line(visit: &Visit, clerk: &Clerk, case: &Case, path: &str) -> Line {
    Line {
        href: format!("{}{path}", super::case_href(&case.id)),
        number: case.sign.clone(),
        title: case.title.clone(),
        note: String::new(),
        since: format::date(case.opened_at, visit.lang),
        deadline: deadline(visit, clerk, case),
    }
}

/// The deadline of a case that goes on, with how it stands.
pub(super) fn deadline(visit: &Visit, clerk: &Clerk, case: &Case) -> Option<Chip> {
    let day = format::day(case.deadline?, visit.lang);
    let (key, icon, tone) = match urgency(case.deadline, clerk.today) {
        Urgency::Late => ("deadline-late", "cross", "is-refused"),
        Urgency::Soon => ("deadline-soon", "clock", "is-extended"),
        Urgency::Calm | Urgency::Open => ("deadline-calm", "clock", ""),
    };
    Some(Chip {
        icon,
        word: visit.say_of(key, "day", &day),
        tone,
    })
}
