//! A firm asks for the specification and receives it with its log-in and one-time password, which
//! are shown this once.

use super::firm;
use super::tender::{FileLine, lines};
use crate::document::words::group;
use crate::error::Problem;
use crate::identity::accounts::Issued;
use crate::store::tenders::Tender;
use crate::tender::asking::{Asked, Asking};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "specification.html", config = "web-client/askama.toml")]
struct AskPage<'a> {
    visit: &'a Visit,
    place: Place,
    asking: Asking,
    form: Filled,
    office: &'a str,
}

#[derive(Template)]
#[template(path = "specification-given.html", config = "web-client/askama.toml")]
struct GivenPage<'a> {
    visit: &'a Visit,
    place: Place,
    /// None where the firm asked before.
    issued: Option<Issued>,
    firm: String,
    log_in_at: String,
    fingerprint: String,
    files: Vec<FileLine>,
}

/// The tender that the page is about.
struct Place {
    href: String,
    number: String,
    title: String,
}

impl Place {
    fn of(visit: &Visit, tender: &Tender) -> Self {
        Self {
            href: format!("/tenders/{}", tender.id),
            number: tender.number.clone(),
            title: visit.lang.of(&tender.title),
        }
    }
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Response {
    let answer = async {
        let tender = public(&state, &id).await?;
        let form = Filled::again(Fields::read(b"country=PL")?);
        page(&state, &visit, &tender, StatusCode::OK, form).await
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn ask(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    Path(id): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let posted = posted?;
        let tender = public(&state, &id).await?;
        let fields = match posted.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let form = Filled::again(fields).wrong("", visit.say("form-stale"));
                return page(&state, &visit, &tender, StatusCode::FORBIDDEN, form).await;
            }
        };
        let desk = state.desk();
        match desk
            .ask_for_specification(&id, firm::read(&fields), address)
            .await
        {
            Ok(Asked::Issued(issued)) => {
                given(&state, &visit, &tender, &fields, Some(issued)).await
            }
            Ok(Asked::Already) => given(&state, &visit, &tender, &fields, None).await,
            Err(wrong) => {
                let form = Filled::again(fields).refused(&wrong, visit.lang);
                page(&state, &visit, &tender, problem::status(&wrong), form).await
            }
        }
    };
    visit.finish(answer.await)
}

/// A tender that the public sees.
async fn public(state: &AppState, id: &str) -> Result<Tender, Problem> {
    let tender = state.desk().tender(id).await?;
    match tender.is_public() {
        true => Ok(tender),
        false => Err(Problem::NotFound),
    }
}

async fn page(
    state: &AppState,
    visit: &Visit,
    tender: &Tender,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let page = AskPage {
        visit,
        place: Place::of(visit, tender),
        asking: state.desk().asking(tender).await?,
        form: form.labelled(visit.lang, &firm::LABELS),
        office: &state.config.office.name,
    };
    Ok(visit.show(status, &page))
}

async fn given(
    state: &AppState,
    visit: &Visit,
    tender: &Tender,
    fields: &Fields,
    issued: Option<Issued>,
) -> Result<Response, Problem> {
    // The log-in stands already: what cannot be read now must not take it away from the firm.
    let files = state.desk().files(None, &tender.id).await;
    let page = GivenPage {
        visit,
        place: Place::of(visit, tender),
        issued,
        firm: fields.get("identity.name").trim().to_owned(),
        log_in_at: state.config.address("/login"),
        fingerprint: group(&state.house.signer().fingerprint()),
        files: lines(visit, files.unwrap_or_default()),
    };
    Ok(visit.show(StatusCode::OK, &page))
}
