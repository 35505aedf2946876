//! Logging in by an identity that somebody else vouches for, and linking it with one's own account.

use super::account::own::linked_since;
use super::log_in;
use crate::error::Problem;
use crate::identity::outside::{Caller, Errand, Person, Provider};
use crate::identity::passwords::CHARS_MAX;
use crate::identity::{Session, Who, secrets};
use crate::web::accounts::agent;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::session::{Address, cookie, cookie_name, named_cookie};
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use std::net::IpAddr;
use std::sync::Arc;

/// The cookie that binds an errand to the browser that was sent.
const COOKIE: &str = "ebok_outside";
/// What a provider may send back: far more than any does.
const ANSWER_FIELDS_MAX: usize = 20;

#[derive(Template)]
#[template(path = "leaving.html", config = "web-client/askama.toml")]
struct LeavingPage<'a> {
    visit: &'a Visit,
    name: &'a str,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "account/outside.html", config = "web-client/askama.toml")]
struct OutsidePage<'a> {
    visit: &'a Visit,
    form: Filled,
    /// Whether the account has one, which is asked for then.
    has_password: bool,
    chars_max: usize,
    name: &'a str,
    /// Since when an identity is linked; empty where none is.
    linked: String,
}

/// Sends somebody who wants to log in to the provider.
pub(in crate::web) async fn log_in(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    headers: HeaderMap,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let provider = provider(&state)?;
        let fields = match posted?.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let next = fields.owned("next");
                let form = Filled::default().wrong("", visit.say("form-stale"));
                return Ok(log_in::page(&visit, StatusCode::FORBIDDEN, form, &next));
            }
        };
        let errand = Errand {
            session: String::new(),
            next: fields.owned("next"),
            kiosk: visit.is_kiosk() || fields.has("kiosk", "yes"),
        };
        let next = errand.next.clone();
        let sent = send(&state, &visit, &headers, provider.as_ref(), errand, address).await;
        Ok(sent.unwrap_or_else(|wrong| refused(&visit, &wrong, &next)))
    };
    visit.finish(answer.await)
}

/// Takes up whoever comes back from the provider.
pub(in crate::web) async fn come_back(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let answer = async {
        let provider = provider(&state)?;
        let query = query.unwrap_or_default();
        let answer: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .take(ANSWER_FIELDS_MAX)
            .collect();
        let named = answer.iter().find(|(name, _)| name == "state");
        let named = named.map_or("", |(_, value)| value);
        let browser = kept(&state, &headers).unwrap_or_default();
        let (errand, kept) = match state.identity.take_errand(named, browser).await {
            Ok(taken) => taken,
            Err(wrong) => return Ok(refused(&visit, &wrong, "")),
        };
        let person = state.identity.vouched(provider.as_ref(), &kept, &answer);
        let mut response = if errand.session.is_empty() {
            let caller = Caller {
                address,
                agent: agent(&headers),
            };
            let_in(&state, &visit, &errand, person.await, &caller).await
        } else {
            linked(&state, &visit, &errand, person.await).await?
        };
        let gone = named_cookie(&state.config, COOKIE, None);
        response.headers_mut().append(header::SET_COOKIE, gone);
        Ok(response)
    };
    visit.finish(answer.await)
}

/// Lets in who came back, and counts it.
async fn let_in(
    state: &AppState,
    visit: &Visit,
    errand: &Errand,
    person: Result<Person, Problem>,
    caller: &Caller,
) -> Response {
    let entered = match &person {
        Ok(person) => {
            let entering = state.identity.log_in_outside(person, errand.kiosk, caller);
            entering.await
        }
        Err(wrong) => Err(wrong.clone()),
    };
    let outcome = entered
        .as_ref()
        .map_or_else(Problem::name, |_| "done".to_owned());
    metrics::counter!("ebok_logins_total", "outcome" => outcome).increment(1);
    match entered {
        Ok(logged_in) => log_in::entered(state, visit, &logged_in, &errand.next),
        Err(wrong) => refused(visit, &wrong, &errand.next),
    }
}

/// Links the account of the session that set out.
async fn linked(
    state: &AppState,
    visit: &Visit,
    errand: &Errand,
    person: Result<Person, Problem>,
) -> Result<Response, Problem> {
    let session = own(visit)?;
    if session.id != errand.session {
        return Err(Problem::OutsideRefused);
    }
    state.identity.link_outside(session, &person?).await?;
    Ok(visit.go("/account/outside"))
}

/// Whether the own account is linked, and how to change that.
pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit, StatusCode::OK, Filled::default()).await;
    visit.finish(answer)
}

/// Sends the owner of an account to the provider, to link the identity.
pub(in crate::web) async fn link(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    headers: HeaderMap,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = own(&visit)?;
        let provider = provider(&state)?;
        let Ok(fields) = posted?.checked() else {
            return stale(&state, &visit).await;
        };
        let password = fields.owned("password");
        match state.identity.may_link(session, password, address).await {
            Ok(()) => {}
            Err(wrong @ Problem::WrongPassword) => {
                let form = Filled::default().wrong("password", visit.say("password-wrong"));
                return page(&state, &visit, problem::status(&wrong), form).await;
            }
            Err(wrong) => return Err(wrong),
        }
        let errand = Errand {
            session: session.id.clone(),
            ..Errand::default()
        };
        let sent = send(&state, &visit, &headers, provider.as_ref(), errand, address).await;
        match sent {
            Ok(leaving) => Ok(leaving),
            Err(wrong) => {
                let form = Filled::default().refused(&wrong, visit.lang);
                page(&state, &visit, problem::status(&wrong), form).await
            }
        }
    };
    visit.finish(answer.await)
}

/// Unlinks the identity.
pub(in crate::web) async fn unlink(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = own(&visit)?;
        provider(&state)?;
        if posted?.checked().is_err() {
            return stale(&state, &visit).await;
        }
        state.identity.unlink_outside(session).await?;
        Ok(visit.go("/account/outside"))
    };
    visit.finish(answer.await)
}

async fn send(
    state: &AppState,
    visit: &Visit,
    headers: &HeaderMap,
    provider: &dyn Provider,
    errand: Errand,
    from: IpAddr,
) -> Result<Response, Problem> {
    // A browser keeps its secret, so that two windows do not shut each other out.
    let browser = kept(state, headers).map_or_else(secrets::token, str::to_owned);
    let begun = state
        .identity
        .begin_outside(provider, &errand, &browser, from);
    let address = begun.await?;
    let page = LeavingPage {
        visit,
        name: provider.name(),
        address: &address,
    };
    let mut response = visit.leave_for(&address, &page);
    let cookie = named_cookie(&state.config, COOKIE, Some(&browser));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The log-in page with what is wrong: the own log-in is always there.
fn refused(visit: &Visit, wrong: &Problem, next: &str) -> Response {
    let form = Filled::default().refused(wrong, visit.lang);
    log_in::page(visit, problem::status(wrong), form, next)
}

async fn stale(state: &AppState, visit: &Visit) -> Result<Response, Problem> {
    let form = Filled::default().wrong("", visit.say("form-stale"));
    page(state, visit, StatusCode::FORBIDDEN, form).await
}

async fn page(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let session = own(visit)?;
    let provider = provider(state)?;
    let page = OutsidePage {
        visit,
        form: form.labelled(visit.lang, &[("password", "password")]),
        has_password: state.identity.has_password(&session.who).await?,
        chars_max: CHARS_MAX,
        name: provider.name(),
        linked: linked_since(state, visit, session).await?,
    };
    Ok(visit.show(status, &page))
}

fn provider(state: &AppState) -> Result<Arc<dyn Provider>, Problem> {
    state.config.outside.clone().ok_or(Problem::NotFound)
}

/// The session of somebody whose account lasts.
fn own(visit: &Visit) -> Result<&Session, Problem> {
    let session = visit.active()?;
    match session.who {
        Who::Bidder { .. } => Err(Problem::NotAllowed),
        Who::Staff { .. } | Who::Citizen { .. } => Ok(session),
    }
}

/// The secret that the browser brings.
fn kept<'a>(state: &AppState, headers: &'a HeaderMap) -> Option<&'a str> {
    let secret = cookie(headers, &cookie_name(&state.config, COOKIE))?;
    let fits = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then_some(secret)
}
