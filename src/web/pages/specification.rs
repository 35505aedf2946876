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
use crate::web::{AppState, format, papers, problem};
use askama::Template;
use auction_rules::Timestamp;
use auction_rules::identity::Identity;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::prelude::{BASE64_STANDARD, Engine};

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
    given: Option<Given>,
    firm: String,
    log_in_at: String,
    fingerprint: String,
    files: Vec<FileLine>,
}

/// What is shown this once.
struct Given {
    issued: Issued,
    expires: String,
    /// The letter, as an address that holds all of it: the server keeps neither the password nor a
    /// file with it. None where it could not be written.
    letter: Option<String>,
    letter_file: &'static str,
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
        let (desk, new) = (state.desk(), firm::read(&fields));
        let (firm, expires_at) = (new.identity.clone(), papers::expiry(&state));
        match desk.ask_for_specification(&id, new, address).await {
            Ok(Asked::Issued(issued)) => {
                let given = given(&state, &visit, &tender, firm.clone(), issued, expires_at);
                let given = Some(given.await);
                Ok(answered(&state, &visit, &tender, firm.name, given).await)
            }
            Ok(Asked::Already) => Ok(answered(&state, &visit, &tender, firm.name, None).await),
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
    firm: Identity,
    issued: Issued,
    expires_at: Timestamp,
) -> Given {
    let letter = papers::letter_of(state, tender, firm, issued.clone(), Some(expires_at)).await;
    Given {
        issued,
        expires: format::date_minute(expires_at, visit.lang),
        // Why there is none was logged: the log-in itself is on the page.
        letter: letter.ok().map(|pdf| {
            let encoded = BASE64_STANDARD.encode(pdf);
            format!("data:application/pdf;base64,{encoded}")
        }),
        letter_file: papers::LETTER_FILE,
    }
}

async fn answered(
    state: &AppState,
    visit: &Visit,
    tender: &Tender,
    firm: String,
    given: Option<Given>,
) -> Response {
    // The log-in stands already: what cannot be read now must not take it away from the firm.
    let files = state.desk().files(None, &tender.id).await;
    let page = GivenPage {
        visit,
        place: Place::of(visit, tender),
        given,
        firm,
        log_in_at: state.config.address("/login"),
        fingerprint: group(&state.house.signer().fingerprint()),
        files: lines(visit, files.unwrap_or_default()),
    };
    visit.show(StatusCode::OK, &page)
}
