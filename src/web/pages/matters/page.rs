//! One page of a draft: asked, saved whatever was typed, then checked.

use super::ask::{Asked, Block, Control, Sheet};
use super::received::{Received, Sender, receive};
use super::typed::Typed;
use super::{citizen, draft_href, drafts_of, own_drafts};
use crate::calendar::day_of;
use crate::error::Problem;
use crate::office::drafts::{Drafts, procedure_of};
use crate::office::forms::{Answers, Fault, Form, Kind, Page, Question};
use crate::office::procedures::Procedure;
use crate::store::drafts::Draft;
use crate::web::session::cookie_token;
use crate::web::visit::Visit;
use crate::web::{AppState, csrf};
use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// The name of the buttons.
const ACT: &str = "act";

#[derive(Template)]
#[template(path = "matters/page.html", config = "web-client/askama.toml")]
struct FormPage<'a> {
    visit: &'a Visit,
    sheet: Sheet,
    procedure: String,
    title: String,
    about: String,
    /// Which step it is.
    step: String,
    action: String,
    back: String,
    draft: String,
    /// An answer on this page brought up more questions.
    has_more: bool,
}

/// Where somebody is in a draft.
struct Place {
    draft: Draft,
    procedure: &'static Procedure,
    page: &'static Page,
}

impl Place {
    fn form(&self) -> &'static Form {
        &self.procedure.form
    }

    fn href(&self) -> String {
        format!("{}/{}", draft_href(&self.draft.id), self.page.id)
    }

    /// The page behind this one; none after the last.
    fn next(&self) -> Option<&'static Page> {
        let pages = self.form().asked_pages(&self.draft.answers);
        let here = pages.iter().position(|page| page.id == self.page.id)?;
        pages.get(here + 1).copied()
    }
}

async fn place(drafts: &Drafts, draft: &str, page: &str) -> Result<Place, Problem> {
    let draft = drafts.one(draft).await?;
    let procedure = procedure_of(&draft)?;
    let pages = procedure.form.asked_pages(&draft.answers);
    let page = pages.into_iter().find(|known| known.id == page);
    Ok(Place {
        page: page.ok_or(Problem::NotFound)?,
        procedure,
        draft,
    })
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path((draft, page)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let place = place(&own_drafts(&state, &visit)?, &draft, &page).await?;
        let sheet = sheet(&visit, &place);
        Ok(rendered(&visit, &place, sheet, StatusCode::OK))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Path((draft, page)): Path<(String, String)>,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let answer = async {
        if let (None, Some(token)) = (visit.session()?, cookie_token(&state.config, &headers)) {
            return save_late(&state, &visit, token, (&draft, &page), body).await;
        }
        let drafts = own_drafts(&state, &visit)?;
        let mut place = place(&drafts, &draft, &page).await?;
        let sender = Sender {
            citizen: citizen(&visit)?.0,
            token: visit.csrf(),
        };
        let received = receive(&state, &sender, place.page, body).await?;
        if !received.genuine {
            let mut sheet = sheet(&visit, &place);
            sheet.form = sheet.form.wrong("", visit.say("form-stale"));
            return Ok(rendered(&visit, &place, sheet, StatusCode::FORBIDDEN));
        }
        let change = |answers: &mut Answers| changed(answers, place.page, &received);
        place.draft = drafts.save(&place.draft.id, change).await?;
        if let Some((_, file)) = removed(&received) {
            let documents = state.letters.documents();
            documents.discard(&place.draft.citizen, file).await?;
        }
        Ok(next(&state, &visit, &place, &received))
    };
    visit.finish(answer.await)
}

/// Keeps what somebody sent whose session ran out while they typed, and has them log in: the page then
/// stands as they left it.
async fn save_late(
    state: &AppState,
    visit: &Visit,
    token: &str,
    (draft, page): (&str, &str),
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let lapsed = state.identity.sessions().lapsed(token).await?;
    let citizen = lapsed.ok_or(Problem::NotLoggedIn)?;
    let drafts = drafts_of(state, &citizen);
    let place = place(&drafts, draft, page).await?;
    let sender = Sender {
        citizen: &citizen,
        token: csrf::token(token),
    };
    let received = receive(state, &sender, place.page, body).await?;
    if !received.genuine {
        return Err(Problem::NotLoggedIn);
    }
    let change = |answers: &mut Answers| changed(answers, place.page, &received);
    drafts.save(draft, change).await?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("next", &place.href())
        .append_pair("kept", "1");
    Ok(visit.go(&format!("/login?{}", query.finish())))
}

/// Puts what was sent into the answers.
fn changed(answers: &mut Answers, page: &Page, received: &Received) {
    let typed = Typed::of(&received.fields);
    typed.put_into(answers, &page.questions, "");
    for (at, file) in &received.files {
        if let Some(list) = list_at(answers, at) {
            list.push(json!(file));
        }
    }
    if let Some((at, what)) = removed(received) {
        remove(answers, at, what);
    }
    let mut act = received.fields.get(ACT).split(':');
    if let (Some("add"), Some(group), None) = (act.next(), act.next(), act.next()) {
        add(answers, &page.questions, group);
    }
}

/// Where something is to be taken out, and what: a thing of a group by its place, or a file by its
/// document.
fn removed(received: &Received) -> Option<(&str, &str)> {
    let named = received.fields.get(ACT).strip_prefix("remove:")?;
    named.split_once(':')
}

/// One more thing of a group, as long as it takes more.
fn add(answers: &mut Answers, questions: &[Question], group: &str) {
    let question = questions.iter().find(|question| question.name == group);
    if let Some(Kind::Group(known)) = question.map(|question| &question.kind)
        && let Some(list) = list_at(answers, group)
        && list.len() < known.max
    {
        list.push(json!({}));
    }
}

/// Takes a thing out of a group by its place, or a file by its document.
fn remove(answers: &mut Answers, at: &str, what: &str) {
    let Some((scope, name)) = scope_of(answers, at) else {
        return;
    };
    let Some(list) = scope.get_mut(name).and_then(Value::as_array_mut) else {
        return;
    };
    match what.parse::<usize>() {
        Ok(place) if place < list.len() => drop(list.remove(place)),
        _ => list.retain(|file| file["document"] != *what),
    }
    if list.is_empty() {
        scope.remove(name);
    }
}

/// The list under a name, made where there is none.
fn list_at<'a>(answers: &'a mut Answers, at: &str) -> Option<&'a mut Vec<Value>> {
    let (scope, name) = scope_of(answers, at)?;
    scope
        .entry(name)
        .or_insert_with(|| json!([]))
        .as_array_mut()
}

/// The answers in which a name stands: all of them, or, as in `members.0.proof`, those of one thing
/// of a group.
fn scope_of<'a, 'b>(answers: &'a mut Answers, at: &'b str) -> Option<(&'a mut Answers, &'b str)> {
    let Some((group, rest)) = at.split_once('.') else {
        return Some((answers, at));
    };
    let (place, name) = rest.split_once('.')?;
    let item = answers
        .get_mut(group)?
        .get_mut(place.parse::<usize>().ok()?)?;
    Some((item.as_object_mut()?, name))
}

/// Where it goes on: the list of drafts, the same page with what is wrong or more to answer, the next
/// one, or the summary.
fn next(state: &AppState, visit: &Visit, place: &Place, received: &Received) -> Response {
    let act = received.fields.get(ACT);
    let typed = Typed::of(&received.fields);
    if act == "later" && received.refused.is_empty() {
        return visit.go("/drafts?done=saved");
    }
    let stays = act.starts_with("add:") || act.starts_with("remove:") || act.starts_with("attach:");
    let mut faults = received.refused.clone();
    if !stays && act != "later" {
        faults.extend(faults_of(state, place, &typed));
    }
    let sheet = sheet(visit, place);
    if !faults.is_empty() {
        let sheet = sheet.with_faults(visit.lang, &faults);
        return rendered(visit, place, sheet, StatusCode::UNPROCESSABLE_ENTITY);
    }
    if stays {
        let anchor = act.split(':').nth(1).unwrap_or_default();
        return visit.go(&format!("{}{}#{anchor}", place.href(), change(visit)));
    }
    if let Some(new) = sheet.shown.iter().find(|name| !typed.has(name)) {
        let and = if change(visit).is_empty() { "?" } else { "&" };
        return visit.go(&format!(
            "{}{}{and}more=1#{new}",
            place.href(),
            change(visit)
        ));
    }
    match place.next() {
        Some(page) if change(visit).is_empty() => {
            visit.go(&format!("{}/{}", draft_href(&place.draft.id), page.id))
        }
        _ => visit.go(&draft_href(&place.draft.id)),
    }
}

/// What is wrong with the answers that stood on the page.
fn faults_of(state: &AppState, place: &Place, typed: &Typed<'_>) -> Vec<Fault> {
    let today = day_of((state.now)());
    let faults = place.form().check(&place.draft.answers, today).err();
    let mut faults = faults.unwrap_or_default();
    faults.retain(|fault| {
        let whole = fault.at.rsplit_once('.').map_or("", |(whole, _)| whole);
        typed.has(&fault.at) || fault.code != "missing" && typed.has(whole)
    });
    faults
}

/// Whoever came from the summary goes back there.
fn change(visit: &Visit) -> &'static str {
    match visit.asked("change") {
        Some(_) => "?change=1",
        None => "",
    }
}

fn sheet(visit: &Visit, place: &Place) -> Sheet {
    Sheet::of(visit.lang, place.form(), place.page, &place.draft.answers)
}

fn rendered(visit: &Visit, place: &Place, sheet: Sheet, status: StatusCode) -> Response {
    let pages = place.form().asked_pages(&place.draft.answers);
    let here = pages
        .iter()
        .position(|page| page.id == place.page.id)
        .unwrap_or_default();
    let draft = draft_href(&place.draft.id);
    let before = here.checked_sub(1).and_then(|before| pages.get(before));
    let (number, all) = ((here + 1).to_string(), pages.len().to_string());
    let page = FormPage {
        visit,
        sheet,
        procedure: visit.lang.of(&place.procedure.title),
        title: visit.lang.of(&place.page.title),
        about: place
            .page
            .about
            .as_ref()
            .map_or_else(String::new, |about| visit.lang.of(about)),
        step: visit.lang.say_with(
            "form-step",
            &[("number", number.as_str()), ("all", all.as_str())],
        ),
        action: format!("{}{}", place.href(), change(visit)),
        back: match (change(visit), before) {
            ("", Some(before)) => format!("{draft}/{}", before.id),
            ("", None) => format!("/matters/{}", place.procedure.id),
            _ => draft.clone(),
        },
        draft,
        has_more: visit.asked("more").is_some() && status == StatusCode::OK,
    };
    visit.show(status, &page)
}
