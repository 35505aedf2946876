//! The own password.

use crate::error::Problem;
use crate::identity::Session;
use crate::identity::passwords::{CHARS_MAX, CHARS_MIN};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "password.html", config = "web-client/askama.toml")]
struct PasswordPage<'a> {
    visit: &'a Visit,
    form: Filled,
    must_change: bool,
    /// None was issued: the account was founded by the word of a provider.
    has_password: bool,
    chars_min: usize,
    chars_max: usize,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let session = visit.logged_in()?;
        let has_password = state.identity.has_password(&session.who).await?;
        let page = PasswordPage {
            has_password,
            ..form(&visit, session, Filled::default())
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn change(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.logged_in()?;
        let Ok(fields) = posted?.checked() else {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            return Ok(page(&visit, session, StatusCode::FORBIDDEN, form));
        };
        if fields.get("new_password") != fields.get("repeated") {
            let form = Filled::default().wrong("repeated", visit.say("passwords-differ"));
            return Ok(page(
                &visit,
                session,
                StatusCode::UNPROCESSABLE_ENTITY,
                form,
            ));
        }
        match set(&state, session, &fields, address).await {
            Ok(()) => Ok(visit.go("/")),
            Err(wrong) => {
                let sentence = visit.lang.of(&wrong.words());
                let form = Filled::default().wrong(field_of(&wrong), sentence);
                Ok(page(&visit, session, problem::status(&wrong), form))
            }
        }
    };
    visit.finish(answer.await)
}

async fn set(
    state: &AppState,
    session: &Session,
    fields: &Fields,
    address: std::net::IpAddr,
) -> Result<(), Problem> {
    let present = fields.owned("password");
    let changed =
        state
            .identity
            .change_password(session, present, fields.get("new_password"), address);
    changed.await.map_err(Problem::from)
}

/// The field that a problem is about.
fn field_of(wrong: &Problem) -> &'static str {
    match wrong {
        Problem::WrongPassword => "password",
        Problem::WeakPassword(_) => "new_password",
        _ => "",
    }
}

fn page(visit: &Visit, session: &Session, status: StatusCode, filled: Filled) -> Response {
    visit.show(status, &form(visit, session, filled))
}

fn form<'a>(visit: &'a Visit, session: &Session, filled: Filled) -> PasswordPage<'a> {
    let labels = [
        ("password", "password-present"),
        ("new_password", "password-new"),
        ("repeated", "password-again"),
    ];
    PasswordPage {
        visit,
        form: filled.labelled(visit.lang, &labels),
        must_change: session.must_change,
        has_password: true,
        chars_min: CHARS_MIN,
        chars_max: CHARS_MAX,
    }
}
