//! A citizen's cases, and who of the office looked at them; and what clerks see of a case alike.

use super::lot_line::Chip;
use super::office::unit_name;
use crate::error::Problem;
use crate::identity::Assurance;
use crate::office::circulation::Circulation;
use crate::office::documents::Reader;
use crate::store::accesses::Access;
use crate::store::cases::{self, Case, CaseEvent, CaseState};
use crate::store::letters::Letter;
use crate::store::replies::Reply;
use crate::web::visit::Visit;
use crate::web::{AppState, attachment, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::Value;

/// Names in the address where a page of a list begins.
const AFTER: &str = "after";

/// A letter of a case.
pub(super) struct LetterLine {
    pub(super) href: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) when: String,
    /// A signature waits for a decision: clerks see that.
    pub(super) mark: Option<Chip>,
}

/// A reply that was sent.
pub(super) struct ReplyLine {
    pub(super) href: String,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) when: String,
}

/// Something that happened.
pub(super) struct Step {
    pub(super) when: String,
    pub(super) what: String,
    pub(super) text: Option<String>,
    pub(super) is_public: bool,
}

#[derive(Template)]
#[template(path = "cases/list.html", config = "web-client/askama.toml")]
struct CasesPage<'a> {
    visit: &'a Visit,
    lines: Vec<CaseLine>,
    first: Option<String>,
    next: Option<String>,
}

/// A case in the list.
struct CaseLine {
    href: String,
    sign: String,
    title: String,
    state: Chip,
    deadline: Option<String>,
}

#[derive(Template)]
#[template(path = "cases/case.html", config = "web-client/askama.toml")]
struct CasePage<'a> {
    visit: &'a Visit,
    case: &'a Case,
    state: Chip,
    unit: String,
    deadline: Option<String>,
    letters: Vec<LetterLine>,
    replies: Vec<ReplyLine>,
    steps: Vec<Step>,
}

#[derive(Template)]
#[template(path = "cases/access.html", config = "web-client/askama.toml")]
struct AccessPage<'a> {
    visit: &'a Visit,
    lines: Vec<(String, Access)>,
    first: Option<String>,
    next: Option<String>,
}

/// The cases of who looks, the newest first.
pub(in crate::web) async fn list(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let account = visit.citizen(Assurance::Email)?;
        let circulation = state.circulation();
        let after = visit.asked(AFTER);
        let found = cases::of_account(&circulation.store, account, after.as_deref()).await?;
        let (first, next) = turns(
            &visit,
            after.is_some(),
            found.last().map(|one| &one.id),
            found.len(),
        );
        let line = |case: Case| CaseLine {
            href: format!("/cases/{}", case.id),
            deadline: open_deadline(&visit, &case),
            state: state_chip(&visit, case.state),
            sign: case.sign,
            title: case.title,
        };
        let page = CasesPage {
            visit: &visit,
            lines: found.into_iter().map(line).collect(),
            first,
            next,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// A case of who looks.
pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(case): Path<String>,
) -> Response {
    let answer = async {
        let circulation = state.circulation();
        let followed = circulation
            .own_case(visit.citizen(Assurance::Email)?, &case)
            .await?;
        let page = CasePage {
            visit: &visit,
            state: state_chip(&visit, followed.case.state),
            unit: unit_name(&circulation, &visit, &followed.case.unit),
            deadline: open_deadline(&visit, &followed.case),
            letters: letter_lines(&visit, &followed.letters, |letter| {
                format!("/letters/{letter}")
            }),
            replies: reply_lines(&visit, &followed.replies, |case, reply| {
                format!("/cases/{case}/replies/{reply}")
            }),
            steps: steps(&visit, &circulation, &followed.events),
            case: &followed.case,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// A reply of the office to who looks, as PDF.
pub(in crate::web) async fn reply(
    State(state): State<AppState>,
    visit: Visit,
    Path((case, reply)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let circulation = state.circulation();
        let followed = circulation
            .own_case(visit.citizen(Assurance::Email)?, &case)
            .await?;
        download(&circulation, &followed.replies, &reply).await
    };
    visit.finish(answer.await)
}

/// Who of the staff looked at what.
pub(in crate::web) async fn access(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let account = visit.citizen(Assurance::Email)?;
        let circulation = state.circulation();
        let after = visit.asked(AFTER);
        let found = circulation.looked_at(account, after.as_deref()).await?;
        let (first, next) = turns(
            &visit,
            after.is_some(),
            found.last().map(|one| &one.id),
            found.len(),
        );
        let line = |one: Access| (format::date_minute(one.at, visit.lang), one);
        let page = AccessPage {
            visit: &visit,
            lines: found.into_iter().map(line).collect(),
            first,
            next,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// One of the replies, as a download.
pub(super) async fn download(
    circulation: &Circulation,
    replies: &[Reply],
    reply: &str,
) -> Result<Response, Problem> {
    let found = replies.iter().find(|one| one.id == reply);
    let (_, document) = found
        .and_then(|one| one.sent.as_ref())
        .ok_or(Problem::NotFound)?;
    let document = circulation.documents.find(document).await?;
    let bytes = circulation
        .documents
        .open(&document, Reader::Sender)
        .await?;
    Ok(attachment::document(&document, bytes))
}

/// The first page of a list, where this is a later one, and the next, where this one is full.
pub(super) fn turns(
    visit: &Visit,
    is_later: bool,
    last: Option<&String>,
    count: usize,
) -> (Option<String>, Option<String>) {
    let is_full = i64::try_from(count).is_ok_and(|count| count >= crate::store::PAGE_MAX);
    let next = last.filter(|_| is_full);
    (
        is_later.then(|| visit.here()),
        next.map(|id| visit.here_with(AFTER, id)),
    )
}

fn open_deadline(visit: &Visit, case: &Case) -> Option<String> {
    let day = case.deadline.filter(|_| case.state == CaseState::Open)?;
    Some(format::day(day, visit.lang))
}

/// Where a case stands.
pub(super) fn state_chip(visit: &Visit, state: CaseState) -> Chip {
    let (key, icon, tone) = match state {
        CaseState::Open => ("case-state-open", "play", "is-live"),
        CaseState::Answered => ("case-state-answered", "check", "is-accepted"),
        CaseState::Closed => ("case-state-closed", "check", ""),
    };
    Chip {
        icon,
        word: visit.say(key),
        tone,
    }
}

/// The letters of a case.
pub(super) fn letter_lines(
    visit: &Visit,
    letters: &[Letter],
    href: impl Fn(&str) -> String,
) -> Vec<LetterLine> {
    let line = |letter: &Letter| LetterLine {
        href: href(&letter.id),
        number: letter.number.to_string(),
        title: visit.lang.of(&letter.title),
        when: format::date_minute(letter.received_at, visit.lang),
        mark: None,
    };
    letters.iter().map(line).collect()
}

/// The replies of a case that were sent.
pub(super) fn reply_lines(
    visit: &Visit,
    replies: &[Reply],
    href: impl Fn(&str, &str) -> String,
) -> Vec<ReplyLine> {
    let line = |reply: &Reply| {
        let (number, _) = reply.sent.as_ref()?;
        Some(ReplyLine {
            href: href(&reply.case, &reply.id),
            number: number.clone(),
            subject: reply.subject.clone(),
            when: format::date_minute(reply.changed_at, visit.lang),
        })
    };
    replies.iter().filter_map(line).collect()
}

/// What happened, in words.
pub(super) fn steps(visit: &Visit, circulation: &Circulation, events: &[CaseEvent]) -> Vec<Step> {
    let step = |event: &CaseEvent| {
        let (what, text) = told(visit, circulation, event);
        Step {
            when: format::date_minute(event.at, visit.lang),
            what,
            text,
            is_public: event.is_public,
        }
    };
    events.iter().map(step).collect()
}

/// What an event says, and what somebody wrote in it.
fn told(visit: &Visit, circulation: &Circulation, event: &CaseEvent) -> (String, Option<String>) {
    let text = |name: &str| {
        event
            .details
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let unit = text("unit")
        .map(|code| unit_name(circulation, visit, &code))
        .unwrap_or_default();
    let position = text("position").unwrap_or_default();
    let place = format!("{unit}, {position}");
    let number = text("number").unwrap_or_default();
    let lot = text("lot").unwrap_or_default();
    let day = |name| {
        let day: Option<Date> = text(name).and_then(|text| text.parse().ok());
        day.map(|day| format::day(day, visit.lang))
            .unwrap_or_default()
    };
    match event.what.as_str() {
        "case.opened" => (visit.say_of("event-opened", "place", &place), None),
        "letter.joined" => (visit.say_of("event-letter", "number", &number), None),
        "case.directed" => (visit.say_of("event-directed", "place", &place), None),
        "case.given-back" => (
            visit.say_of("event-given-back", "position", &position),
            text("reason"),
        ),
        "opinion.asked" => (visit.say_of("event-opinion-asked", "place", &place), None),
        "opinion.given" => (visit.say_of("event-opinion-given", "place", &place), None),
        "deadline.moved" => (
            visit.say_of("event-deadline", "day", &day("deadline")),
            text("reason"),
        ),
        "reply.submitted" => (visit.say("event-reply-submitted"), None),
        "reply.returned" => (visit.say("event-reply-returned"), text("remark")),
        "reply.sent" => (
            visit.say_of("event-reply-sent", "number", &number),
            text("subject"),
        ),
        "signature.accepted" => (
            visit.say_of("event-signature-accepted", "number", &number),
            text("reason"),
        ),
        "signature.refused" => (
            visit.say_of("event-signature-refused", "number", &number),
            text("reason"),
        ),
        "case.closed" => (visit.say("event-closed"), text("outcome")),
        "tender.announced" => (visit.say("event-tender-announced"), None),
        "lot.published" => (visit.say_of("event-lot-published", "lot", &lot), None),
        "auction.closed" => match text("winner") {
            Some(winner) => (visit.say_of("event-auction-won", "lot", &lot), Some(winner)),
            None => (visit.say_of("event-auction-unwon", "lot", &lot), None),
        },
        "auction.cancelled" => (
            visit.say_of("event-auction-cancelled", "lot", &lot),
            text("reason"),
        ),
        "record.joined" => (visit.say_of("event-record", "lot", &lot), None),
        // Written by a newer version of this program.
        other => (other.to_owned(), None),
    }
}
