//! The second factor, asked for after the password.

use super::log_in::onward;
use crate::error::Problem;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "login_factor.html", config = "web-client/askama.toml")]
struct FactorPage<'a> {
    visit: &'a Visit,
    form: Filled,
    /// Where to go after it.
    next: &'a str,
}

pub(in crate::web) async fn show(visit: Visit) -> Response {
    let next = visit.asked("next").unwrap_or_default();
    let answer = visit.session().map(|session| match session {
        Some(session) if session.awaits_factor => {
            page(&visit, StatusCode::OK, Filled::default(), &next)
        }
        Some(_) => visit.go(onward(&next)),
        None => visit.go("/login"),
    });
    visit.finish(answer)
}

pub(in crate::web) async fn give(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.session()?.ok_or(Problem::NotLoggedIn)?;
        let fields = match posted?.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let form = Filled::default().wrong("", visit.say("form-stale"));
                let next = fields.owned("next");
                return Ok(page(&visit, StatusCode::FORBIDDEN, form, &next));
            }
        };
        let next = fields.owned("next");
        if !session.awaits_factor {
            return Ok(visit.go(onward(&next)));
        }
        let given = state
            .identity
            .give_factor(session, fields.get("code"), address);
        match given.await.map_err(Problem::from) {
            Ok(()) => Ok(visit.go(onward(&next))),
            Err(wrong) => {
                let form = Filled::default().wrong("code", visit.lang.of(&wrong.words()));
                Ok(page(&visit, problem::status(&wrong), form, &next))
            }
        }
    };
    visit.finish(answer.await)
}

fn page(visit: &Visit, status: StatusCode, form: Filled, next: &str) -> Response {
    let page = FactorPage {
        visit,
        form: form.labelled(visit.lang, &[("code", "factor-code")]),
        next: onward(next),
    };
    visit.show(status, &page)
}
