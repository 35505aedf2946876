//! The registrar's desk: an account or a form that was prepared is found. An account is compared with
//! the identity document, and confirmed or rejected; lost passwords and identity codes are issued anew.
//! What is issued stands on the slip that answers, and nowhere else.

use crate::document::slip::slip_pdf;
use crate::error::Problem;
use crate::identity::Who;
use crate::identity::visits::{DOCUMENTS, Seen, Slip, matches_of};
use crate::limits::REASON_CHARS_MAX;
use crate::office::drafts::procedure_of;
use crate::store::citizens::{self, Citizen, State as Stage};
use crate::store::drafts::{self, Draft};
use crate::store::letters::Letter;
use crate::store::register::RegisterNumber;
use crate::store::visits;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::pages::account::own::{code, number_key};
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use crate::web::{AppState, format, papers, problem};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// The name under which a slip is saved.
const SLIP_FILE: &str = "konto.pdf";
/// Names in the address the letter that was taken just now.
const TAKEN: &str = "taken";

#[derive(Template)]
#[template(path = "office/visits.html", config = "web-client/askama.toml")]
struct VisitsPage<'a> {
    visit: &'a Visit,
    form: Filled,
    prepared: Vec<PreparedLine>,
    lines: Vec<Line>,
}

/// A form that was prepared for the desk.
struct PreparedLine {
    href: String,
    number: String,
    name: String,
    title: String,
    saved: String,
}

/// An account that waits for its owner.
struct Line {
    id: String,
    reference: String,
    name: String,
    kind: String,
    since: String,
}

#[derive(Template)]
#[template(path = "office/visit.html", config = "web-client/askama.toml")]
struct VisitPage<'a> {
    visit: &'a Visit,
    form: Filled,
    citizen: &'a Citizen,
    number_label: String,
    number: String,
    kind: String,
    since: String,
    documents: Vec<Choice>,
    matches: Vec<Choice>,
    code: Chip,
    code_until: String,
    prepared: Vec<PreparedLine>,
    history: Vec<Past>,
    reason_chars_max: usize,
    /// The number of the letter that was taken just now.
    taken: Option<String>,
}

/// A visit that was.
struct Past {
    at: String,
    what: String,
    document: String,
    reason: String,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = list(&state, &visit, StatusCode::OK, Filled::default()).await;
    visit.finish(answer)
}

/// Goes to the account that was named. The number travels in the form, not in an address.
pub(in crate::web) async fn find(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let registrar = visit.registrar()?;
        let fields = match posted?.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let form = Filled::again(fields).wrong("", visit.say("form-stale"));
                return list(&state, &visit, StatusCode::FORBIDDEN, form).await;
            }
        };
        let named = fields.get("named");
        if let Some(draft) = state.letters.prepared(named).await? {
            return Ok(visit.go(&prepared_href(&draft)));
        }
        match state.identity.find_at_desk(registrar, named).await {
            Ok(citizen) => Ok(visit.go(&href(&citizen))),
            Err(Problem::NotFound) => {
                let form = Filled::again(fields).wrong("named", visit.say("visits-nobody"));
                list(&state, &visit, StatusCode::NOT_FOUND, form).await
            }
            Err(wrong) => Err(wrong),
        }
    };
    visit.finish(answer.await)
}

async fn list(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    visit.registrar()?;
    let pending = citizens::pending(&state.store).await?;
    let line = |citizen: Citizen| Line {
        kind: visit.say(kind_key(&citizen)),
        since: format::date_minute(citizen.created_at, visit.lang),
        id: citizen.id,
        reference: citizen.reference,
        name: citizen.name,
    };
    let prepared =
        drafts::all_prepared(&state.store, state.identity.vault(), (state.now)()).await?;
    let page = VisitsPage {
        visit,
        prepared: prepared
            .into_iter()
            .map(|(draft, name)| prepared_line(visit, draft, name))
            .collect(),
        form: form.labelled(visit.lang, &[("named", "visits-named")]),
        lines: pending.into_iter().map(line).collect(),
    };
    Ok(visit.show(status, &page))
}

pub(in crate::web) async fn one(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Response {
    let answer = async {
        let registrar = visit.registrar()?;
        let citizen = state.identity.open_at_desk(registrar, &id).await?;
        page(&state, &visit, &citizen, StatusCode::OK, Filled::default()).await
    };
    visit.finish(answer.await)
}

/// Does what the pressed button says.
pub(in crate::web) async fn act(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let registrar = visit.registrar()?;
        let posted = posted?;
        let citizen = state.identity.open_at_desk(registrar, &id).await?;
        let fields = match posted.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let form = Filled::again(fields).wrong("", visit.say("form-stale"));
                return page(&state, &visit, &citizen, StatusCode::FORBIDDEN, form).await;
            }
        };
        match done(&state, &visit, registrar, &citizen, &fields).await {
            Ok(response) => Ok(response),
            Err(wrong) => {
                let form = Filled::again(fields).refused(&wrong, visit.lang);
                page(&state, &visit, &citizen, problem::status(&wrong), form).await
            }
        }
    };
    visit.finish(answer.await)
}

async fn done(
    state: &AppState,
    visit: &Visit,
    registrar: &Who,
    citizen: &Citizen,
    fields: &Fields,
) -> Result<Response, Problem> {
    let identity = &state.identity;
    let slip = match fields.get("act") {
        "confirm" => identity.admit(registrar, citizen, seen(fields)).await?,
        "recover" => identity.recover(registrar, citizen, seen(fields)).await?,
        "renew" => identity.renew(registrar, citizen, seen(fields)).await?,
        "reject" => {
            identity
                .reject(registrar, citizen, fields.get("reason"))
                .await?;
            return Ok(visit.go("/office/visits"));
        }
        "revoke" => {
            identity.revoke_at_desk(registrar, citizen).await?;
            return Ok(visit.go(&href(citizen)));
        }
        _ => return Err(Problem::BadRequest("act".to_owned())),
    };
    printed(state, slip).await
}

async fn printed(state: &AppState, slip: Slip) -> Result<Response, Problem> {
    let (office, address) = (state.config.office.clone(), state.config.address("/login"));
    let pdf = papers::written(move || slip_pdf(&slip, office, &address)).await?;
    Ok((papers::pdf_headers(SLIP_FILE), pdf).into_response())
}

/// What the registrar typed of the identity document.
pub(super) fn seen(fields: &Fields) -> Seen {
    let ticked = fields.under("matched");
    Seen {
        document: fields.owned("document"),
        last_chars: fields.get("last_chars").trim().to_owned(),
        matched: ticked.map(|(_, value)| value.to_owned()).collect(),
        number: fields.owned("number"),
    }
}

async fn page(
    state: &AppState,
    visit: &Visit,
    citizen: &Citizen,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let (code, code_until) = code(visit, state.identity.code_of(&citizen.id).await?);
    let past = visits::of_citizen(&state.store, &citizen.id).await?;
    let mut prepared =
        drafts::of_citizen(&state.store, state.identity.vault(), &citizen.id).await?;
    let now = (state.now)();
    prepared.retain(|draft| draft.visit_code.is_some() && draft.expires_at > now);
    let number = state.identity.number_of(citizen);
    let number_label = visit.say(number_key(citizen));
    let seen = [
        ("document", "visit-document"),
        ("last_chars", "visit-last-chars"),
    ];
    let judged = [("matched", "visit-matched"), ("reason", "visit-reason")];
    let form = form
        .labelled(visit.lang, &seen)
        .called("number", number_label.clone())
        .labelled(visit.lang, &judged);
    let page = VisitPage {
        visit,
        form,
        citizen,
        number_label,
        number,
        kind: visit.say(kind_key(citizen)),
        since: format::date_minute(citizen.created_at, visit.lang),
        documents: documents(visit),
        matches: matches(visit, citizen),
        prepared: prepared
            .into_iter()
            .map(|draft| prepared_line(visit, draft, citizen.name.clone()))
            .collect(),
        taken: visit
            .asked(TAKEN)
            .filter(|number| number.parse::<RegisterNumber>().is_ok()),
        code,
        code_until,
        history: past.into_iter().map(|past| line(visit, past)).collect(),
        reason_chars_max: REASON_CHARS_MAX,
    };
    Ok(visit.show(status, &page))
}

/// The identity documents to choose from.
pub(super) fn documents(visit: &Visit) -> Vec<Choice> {
    let all = std::iter::once("").chain(DOCUMENTS);
    all.map(|value| Choice {
        value,
        label: visit.say(document_key(value)),
    })
    .collect()
}

/// What is compared.
pub(super) fn matches(visit: &Visit, citizen: &Citizen) -> Vec<Choice> {
    matches_of(citizen.kind)
        .map(|value| Choice {
            value,
            label: visit.say(match_key(value)),
        })
        .collect()
}

fn prepared_line(visit: &Visit, draft: Draft, name: String) -> PreparedLine {
    let procedure = procedure_of(&draft);
    PreparedLine {
        href: prepared_href(&draft),
        title: procedure.map_or_else(|_| draft.procedure.clone(), |one| visit.lang.of(&one.title)),
        saved: format::date_minute(draft.saved_at, visit.lang),
        number: draft.visit_code.unwrap_or_default(),
        name,
    }
}

/// Where a prepared form is, for registrars.
fn prepared_href(draft: &Draft) -> String {
    format!("/office/prepared/{}", draft.id)
}

fn line(visit: &Visit, past: visits::Visit) -> Past {
    let key = match (past.purpose, past.confirmed) {
        (visits::Purpose::Registration, true) => "visit-was-confirmed",
        (visits::Purpose::Registration, false) => "visit-was-rejected",
        (visits::Purpose::Recovery, _) => "visit-was-recovery",
        (visits::Purpose::Renewal, _) => "visit-was-renewal",
        (visits::Purpose::Revocation, _) => "visit-was-revocation",
        (visits::Purpose::Application, _) => "visit-was-application",
    };
    let document = match past.document.as_str() {
        "" => String::new(),
        document => format!("{} …{}", visit.say(document_key(document)), past.last_chars),
    };
    Past {
        at: format::date_minute(past.at, visit.lang),
        what: visit.say(key),
        document,
        reason: past.reason,
    }
}

fn href(citizen: &Citizen) -> String {
    format!("/office/visits/{}", citizen.id)
}

/// Where an account is from which a letter was taken just now.
pub(super) fn href_of_taken(letter: &Letter) -> String {
    format!(
        "/office/visits/{}?{TAKEN}={}",
        letter.account, letter.number
    )
}

fn kind_key(citizen: &Citizen) -> &'static str {
    match citizen.kind {
        citizens::Kind::Person => "register-person",
        citizens::Kind::Firm => "register-firm",
    }
}

fn document_key(document: &str) -> &'static str {
    match document {
        "identity-card" => "document-identity-card",
        "passport" => "document-passport",
        "residence-card" => "document-residence-card",
        "mobywatel" => "document-mobywatel",
        _ => "document-choose",
    }
}

fn match_key(one: &str) -> &'static str {
    match one {
        "photo" => "match-photo",
        "name" => "match-name",
        "number" => "match-number",
        "valid" => "match-valid",
        _ => "match-authority",
    }
}
