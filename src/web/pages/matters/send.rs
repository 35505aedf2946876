//! The last page of a form: the sender confirms the letter, and it is sent.

use super::letters::href_of_new;
use super::{citizen, draft_href, own_drafts};
use crate::calendar::day_of;
use crate::error::Problem;
use crate::office::drafts::procedure_of;
use crate::office::letters::Writing;
use crate::office::procedures::{Catalogue, Procedure};
use crate::office::sending::{Confirming, confirming, writing};
use crate::store::citizens::{self, Citizen};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::letters::{Order, submit};
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "matters/send.html", config = "web-client/askama.toml")]
struct SendPage<'a> {
    visit: &'a Visit,
    form: Filled,
    title: String,
    draft: String,
    sender: String,
    department: String,
    enclosures: String,
    digest: String,
    needs_code: bool,
}

/// A letter that is ready to be sent.
struct Ready {
    draft: String,
    procedure: &'static Procedure,
    sender: Citizen,
    writing: Writing,
    confirming: Confirming,
}

/// What a draft comes to; none where its answers cannot be sent yet.
async fn ready(state: &AppState, visit: &Visit, draft: &str) -> Result<Option<Ready>, Problem> {
    let (account, assurance) = citizen(visit)?;
    let draft = own_drafts(state, visit)?.one(draft).await?;
    let procedure = procedure_of(&draft)?;
    let Ok(checked) = procedure.form.check(&draft.answers, day_of((state.now)())) else {
        return Ok(None);
    };
    let sender = citizens::by_id(&state.store, account).await?;
    Ok(Some(Ready {
        sender: sender.ok_or(Problem::NotAllowed)?,
        writing: writing(state.letters.documents(), account, procedure, checked).await?,
        confirming: confirming(procedure, assurance)?,
        draft: draft.id,
        procedure,
    }))
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
) -> Response {
    let answer = async {
        Ok(match ready(&state, &visit, &draft).await? {
            Some(ready) => page(&visit, &ready, StatusCode::OK, Filled::default()),
            // The summary says what is missing.
            None => visit.go(&draft_href(&draft)),
        })
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn send(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    Path(draft): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (account, _) = citizen(&visit)?;
        // Sent twice, as by a second click: the letter stands, the draft is gone.
        if let Some(letter) = state.letters.sent(account, &draft).await? {
            return Ok(visit.go(&href_of_new(&letter)));
        }
        let Some(ready) = ready(&state, &visit, &draft).await? else {
            return Ok(visit.go(&draft_href(&draft)));
        };
        let again = |status, form| Ok(page(&visit, &ready, status, form));
        let Ok(fields) = posted?.checked() else {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            return again(StatusCode::FORBIDDEN, form);
        };
        if fields.get("digest") != ready.writing.digest().to_string() {
            let form = Filled::default().wrong("", visit.say("send-changed"));
            return again(StatusCode::CONFLICT, form);
        }
        match submit(&state, order(&visit, &ready, &fields, address)).await {
            Ok(letter) => Ok(visit.go(&href_of_new(&letter))),
            Err(wrong) => {
                let form = Filled::default();
                let form = match &wrong {
                    Problem::WrongCode => form.wrong("code", visit.lang.of(&wrong.words())),
                    other => form.refused(other, visit.lang),
                };
                again(problem::status(&wrong), form)
            }
        }
    };
    visit.finish(answer.await)
}

fn order<'a>(
    visit: &Visit,
    ready: &'a Ready,
    fields: &'a Fields,
    address: std::net::IpAddr,
) -> Order<'a> {
    Order {
        key: &ready.draft,
        sender: &ready.sender,
        lang: visit.lang.on_paper(),
        writing: &ready.writing,
        confirming: ready.confirming,
        code: fields.get("code"),
        address,
    }
}

fn page(visit: &Visit, ready: &Ready, status: StatusCode, form: Filled) -> Response {
    let unit = &ready.writing.matter.unit;
    let department = Catalogue::embedded().department(unit);
    let page = SendPage {
        visit,
        form: form.labelled(visit.lang, &[("code", "send-code")]),
        title: visit.lang.of(&ready.procedure.title),
        draft: draft_href(&ready.draft),
        sender: ready.sender.name.clone(),
        department: department.map_or_else(String::new, |unit| visit.lang.of(&unit.name)),
        enclosures: ready.writing.enclosures.len().to_string(),
        digest: ready.writing.digest().to_string(),
        needs_code: ready.confirming == Confirming::IdentityCode,
    };
    visit.show(status, &page)
}
