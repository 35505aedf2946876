//! Somebody registers. The answer is the same whether the e-mail address is known or not.

use crate::error::Problem;
use crate::identity::registration::{EMAIL_CHARS_MAX, NewCitizen, PHONE_CHARS_MAX};
use crate::store::citizens::Kind;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "account/register.html", config = "web-client/askama.toml")]
struct RegisterPage<'a> {
    visit: &'a Visit,
    form: Filled,
    kinds: Vec<Choice>,
    /// Whether the office has set up what the confirmation needs.
    is_open: bool,
    office: &'a str,
    email_chars_max: usize,
    phone_chars_max: usize,
}

#[derive(Template)]
#[template(path = "account/registered.html", config = "web-client/askama.toml")]
struct RegisteredPage<'a> {
    visit: &'a Visit,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let form = Filled::again(Fields::of([("kind", "person")]));
    page(&state, &visit, StatusCode::OK, form)
}

pub(in crate::web) async fn register(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let fields = match posted?.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let form = Filled::again(fields).wrong("", visit.say("form-stale"));
                return Ok(page(&state, &visit, StatusCode::FORBIDDEN, form));
            }
        };
        if !state.config.takes_registrations() {
            return Ok(page(
                &state,
                &visit,
                StatusCode::CONFLICT,
                Filled::again(fields),
            ));
        }
        let Some(new) = read(&visit, &fields) else {
            let form = Filled::again(fields).wrong("kind", visit.say("register-kind-missing"));
            return Ok(page(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, form));
        };
        match state.identity.register(new, address).await {
            Ok(()) => Ok(visit.go("/account/registered")),
            Err(wrong) => {
                let form = Filled::again(fields).refused(&wrong, visit.lang);
                Ok(page(&state, &visit, problem::status(&wrong), form))
            }
        }
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn registered(visit: Visit) -> Response {
    visit.show(StatusCode::OK, &RegisteredPage { visit: &visit })
}

fn read(visit: &Visit, fields: &Fields) -> Option<NewCitizen> {
    Some(NewCitizen {
        kind: Kind::parse(fields.get("kind"))?,
        name: fields.owned("name"),
        email: fields.owned("email"),
        phone: fields.owned("phone"),
        number: fields.owned("number"),
        lang: visit.lang.code().to_owned(),
    })
}

fn page(state: &AppState, visit: &Visit, status: StatusCode, form: Filled) -> Response {
    let labels = [
        ("kind", "register-kind"),
        ("name", "register-name"),
        ("email", "register-email"),
        ("phone", "register-phone"),
        ("number", "register-number"),
    ];
    let kind = |kind: Kind, key| Choice {
        value: kind.as_str(),
        label: visit.say(key),
    };
    let page = RegisterPage {
        visit,
        form: form.labelled(visit.lang, &labels),
        kinds: vec![
            kind(Kind::Person, "register-person"),
            kind(Kind::Firm, "register-firm"),
        ],
        is_open: state.config.takes_registrations(),
        office: &state.config.office.name,
        email_chars_max: EMAIL_CHARS_MAX,
        phone_chars_max: PHONE_CHARS_MAX,
    };
    visit.show(status, &page)
}
