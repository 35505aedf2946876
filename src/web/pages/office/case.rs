//! A case as clerks read it.

use super::queue::deadline;
use super::records::{self, TenderPart};
use super::{letter_href, reader, unit_name};
use crate::error::Problem;
use crate::office::circulation::following::Followed;
use crate::office::circulation::{Circulation, Clerk, templates};
use crate::store::cases::{Case, CaseState};
use crate::store::opinions::Opinion;
use crate::store::positions::{self, OnDuty, Position};
use crate::store::replies::{self, Reply, ReplyState};
use crate::store::signatures::Evidence;
use crate::web::pages::cases::{
    LetterLine, ReplyLine, Step, download, letter_lines, reply_lines, state_chip, steps,
};
use crate::web::pages::lot_line::Chip;
use crate::web::pages::signatures::mark;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "office/case.html", config = "web-client/askama.toml")]
struct CasePage<'a> {
    visit: &'a Visit,
    /// Where one came from, and what that is called.
    up: (String, String),
    case: &'a Case,
    state: Chip,
    deadline: Option<Chip>,
    unit: String,
    handler: String,
    opened: String,
    letters: Vec<LetterLine>,
    /// The tender whose case this is.
    tender: Option<TenderPart>,
    replies: Vec<ReplyLine>,
    reply: Option<Reply>,
    /// It waits for approval.
    waits: bool,
    /// Who may approve it then.
    approvers: Vec<String>,
    opinions: Vec<OpinionLine>,
    steps: Vec<Step>,
    acts: Acts,
    templates: Vec<(&'static str, String)>,
}

/// What this clerk may do.
struct Acts {
    directs: bool,
    handles: bool,
    /// There is a party to be replied to.
    replies: bool,
    approves: bool,
}

/// An opinion that was asked for.
struct OpinionLine {
    of: String,
    question: String,
    answer: Option<String>,
    when: String,
    /// Where this clerk answers.
    href: Option<String>,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(case): Path<String>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = reader(&state, &visit).await?;
        let followed = circulation.read_case(&clerk, &case).await?;
        page(&visit, &circulation, &clerk, followed).await
    };
    visit.finish(answer.await)
}

/// A reply that was sent, as PDF.
pub(in crate::web) async fn reply(
    State(state): State<AppState>,
    visit: Visit,
    Path((case, reply)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = reader(&state, &visit).await?;
        let followed = circulation.read_case(&clerk, &case).await?;
        download(&circulation, &followed.replies, &reply).await
    };
    visit.finish(answer.await)
}

async fn page(
    visit: &Visit,
    circulation: &Circulation,
    clerk: &Clerk,
    followed: Followed,
) -> Result<Response, Problem> {
    let case = &followed.case;
    let handler = positions::ever(&circulation.store, &case.position).await?;
    let goes_on = case.state != CaseState::Closed;
    let reply = replies::under_way(&circulation.store, &case.id).await?;
    let waiting = reply
        .as_ref()
        .filter(|one| one.state == ReplyState::Waiting);
    let able = match waiting {
        Some(reply) => circulation.approvers(case, reply, clerk.today).await?,
        None => Vec::new(),
    };
    let acts = Acts {
        directs: goes_on && clerk.directing(case).is_some(),
        handles: goes_on && clerk.handling(case).is_some(),
        replies: goes_on && clerk.handling(case).is_some() && !case.account.is_empty(),
        approves: able.iter().any(|one| one.account == clerk.account),
    };
    let approver = |one: OnDuty| {
        let unit = unit_name(circulation, visit, &one.position.unit);
        format!("{} ({}, {unit})", one.name, one.position.title)
    };
    let tender = records::of(visit, circulation, clerk, case).await?;
    let mut opinions = Vec::new();
    for opinion in circulation.opinions(clerk, &case.id).await? {
        let of = positions::ever(&circulation.store, &opinion.asked_of).await?;
        opinions.push(opinion_line(visit, circulation, clerk, of, opinion));
    }
    let mut letters = letter_lines(visit, &followed.letters, letter_href);
    for (line, letter) in letters.iter_mut().zip(&followed.letters) {
        let checked = circulation.checked(&letter.id).await?;
        let waits = checked.evidence.iter().any(Evidence::waits);
        line.mark = waits.then(|| mark(visit));
    }
    let page = CasePage {
        visit,
        up: up(visit, clerk, tender.as_ref()),
        case,
        state: state_chip(visit, case.state),
        deadline: deadline(visit, clerk, case).filter(|_| case.state == CaseState::Open),
        unit: unit_name(circulation, visit, &case.unit),
        handler: handler.map(|one| one.title.clone()).unwrap_or_default(),
        opened: format::date(case.opened_at, visit.lang),
        letters,
        replies: reply_lines(visit, &followed.replies, |case, reply| {
            format!("/office/cases/{case}/replies/{reply}")
        }),
        opinions,
        tender,
        steps: steps(visit, circulation, &followed.events),
        waits: waiting.is_some(),
        approvers: able.into_iter().map(approver).collect(),
        reply,
        acts,
        templates: templates::all()
            .iter()
            .map(|one| (one.id.as_str(), visit.lang.of(&one.name)))
            .collect(),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

/// Back to the queue; who has none goes back to the tender.
fn up(visit: &Visit, clerk: &Clerk, tender: Option<&TenderPart>) -> (String, String) {
    match tender.filter(|_| clerk.positions.is_empty()) {
        Some(tender) => (
            tender.href.clone().unwrap_or_default(),
            tender.number.clone(),
        ),
        None => ("/office".to_owned(), visit.say("queue")),
    }
}

fn opinion_line(
    visit: &Visit,
    circulation: &Circulation,
    clerk: &Clerk,
    of: Option<Position>,
    opinion: Opinion,
) -> OpinionLine {
    let of = of.map(|one| {
        format!(
            "{}, {}",
            one.title,
            unit_name(circulation, visit, &one.unit)
        )
    });
    let own = clerk.positions.iter().any(|one| one.id == opinion.asked_of);
    let is_open = opinion.answered_at.is_none();
    let href = format!("/office/cases/{}/opinions/{}", opinion.case, opinion.id);
    OpinionLine {
        of: of.unwrap_or_default(),
        question: opinion.question,
        when: format::date_minute(opinion.answered_at.unwrap_or(opinion.asked_at), visit.lang),
        answer: Some(opinion.answer).filter(|_| !is_open),
        href: (own && is_open).then_some(href),
    }
}
