//! A clerk's queue.

use super::{clerk, letter_href, unit_name};
use crate::error::Problem;
use crate::office::circulation::queue::{Queue, Urgency, urgency};
use crate::office::circulation::{Circulation, Clerk};
use crate::store::cases::Case;
use crate::store::letters::{Letter, LetterState};
use crate::store::positions::Position;
use crate::web::pages::lot_line::Chip;
use crate::web::pages::signatures::mark;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;

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
    /// A signature waits for a decision.
    mark: Option<Chip>,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit).await;
    visit.finish(answer)
}

/// The queue of who looks.
pub(in crate::web) async fn page(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let queue = circulation.queue(&clerk).await?;
    let page = QueuePage {
        visit,
        positions: held(&circulation, visit, &clerk),
        late: late(&circulation, &clerk, &queue),
        parts: parts(visit, &circulation, &clerk, &queue),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

/// How many deadlines of what waits have passed.
fn late(circulation: &Circulation, clerk: &Clerk, queue: &Queue) -> usize {
    let urgent = queue.urgent.iter().map(|(case, _)| case);
    let cases = queue.to_handle.iter().chain(urgent);
    let letters = queue.letters.iter().chain(&queue.stray);
    let letters = letters.chain(&queue.urgent_letters);
    cases
        .map(|case| case.deadline)
        .chain(letters.map(|letter| circulation.deadline_of(letter)))
        .filter(|last| urgency(*last, clerk.today) == Urgency::Late)
        .count()
}

/// What waits, in the order in which it is shown.
fn parts(visit: &Visit, circulation: &Circulation, clerk: &Clerk, queue: &Queue) -> Vec<Part> {
    let case = |case: &Case, path: &str| line(visit, clerk, case, path);
    let letter = |letter: &Letter, note: String| Line {
        note,
        mark: queue.to_decide.contains(letter).then(|| mark(visit)),
        ..letter_line(visit, circulation, clerk, letter)
    };
    let not_taken_up = visit.say("queue-not-taken-up");
    let of_letters = queue.urgent_letters.iter();
    let of_letters = of_letters.map(|one| letter(one, not_taken_up.clone()));
    let of_cases = queue.urgent.iter().map(|(one, position)| Line {
        note: handled_by(visit, position),
        ..case(one, "")
    });
    let to_approve = queue.to_approve.iter().map(|one| case(one, "/approve"));
    let returned = queue.returned.iter().map(|one| case(one, "/reply"));
    let letters = queue.letters.iter().map(|one| letter(one, String::new()));
    let stray = queue.stray.iter();
    let stray = stray.map(|one| letter(one, unit_name(circulation, visit, &one.unit)));
    let opinions = queue.to_answer.iter();
    let opinions = opinions.map(|(opinion, one)| case(one, &format!("/opinions/{}", opinion.id)));
    let cases = queue.to_handle.iter().map(|one| case(one, ""));
    let is_in_case = |one: &&Letter| one.state == LetterState::InCase;
    let signed = queue.to_decide.iter().filter(is_in_case);
    let signed = signed.map(|one| letter(one, String::new()));
    let all: [(_, _, Vec<Line>); 8] = [
        (
            "queue-urgent",
            visit.say("queue-urgent-about"),
            of_letters.chain(of_cases).collect(),
        ),
        ("queue-approve", String::new(), to_approve.collect()),
        ("queue-returned", String::new(), returned.collect()),
        ("queue-letters", String::new(), letters.collect()),
        (
            "queue-stray",
            visit.say("queue-stray-about"),
            stray.collect(),
        ),
        ("queue-signatures", String::new(), signed.collect()),
        ("queue-opinions", String::new(), opinions.collect()),
        ("queue-cases", String::new(), cases.collect()),
    ];
    let parts = all.into_iter().filter(|(_, _, lines)| !lines.is_empty());
    parts
        .map(|(key, about, lines)| Part {
            heading: visit.lang.count(key, lines.len()),
            about,
            lines,
        })
        .collect()
}

fn letter_line(visit: &Visit, circulation: &Circulation, clerk: &Clerk, letter: &Letter) -> Line {
    Line {
        href: letter_href(&letter.id),
        number: letter.number.to_string(),
        title: visit.lang.of(&letter.title),
        note: String::new(),
        mark: None,
        since: format::date_minute(letter.received_at, visit.lang),
        deadline: day_chip(visit, clerk.today, circulation.deadline_of(letter)),
    }
}

fn held(circulation: &Circulation, visit: &Visit, clerk: &Clerk) -> Vec<String> {
    let one = |position: &Position| {
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
        mark: None,
    }
}

/// Who handles a case of one's unit.
fn handled_by(visit: &Visit, position: &Position) -> String {
    let key = match position.account {
        Some(_) => "queue-handled-by",
        None => "queue-handled-by-nobody",
    };
    visit.say_of(key, "position", &position.title)
}

/// The deadline of a case that goes on, with how it stands.
pub(super) fn deadline(visit: &Visit, clerk: &Clerk, case: &Case) -> Option<Chip> {
    day_chip(visit, clerk.today, case.deadline)
}

/// A last day, with how it stands.
fn day_chip(visit: &Visit, today: Date, last: Option<Date>) -> Option<Chip> {
    let day = format::day(last?, visit.lang);
    let (key, icon, tone) = match urgency(last, today) {
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
