//! The second factor is switched on with a picture that an authenticator app reads, and off with the
//! password.

use crate::error::Problem;
use crate::identity::Session;
use crate::identity::passwords::CHARS_MAX;
use crate::identity::second_factor::Enrolment;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::session::Address;
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The quiet zone around a QR code, in its modules (ISO/IEC 18004).
const QUIET: i32 = 4;

#[derive(Template)]
#[template(path = "account/factor.html", config = "web-client/askama.toml")]
struct FactorPage<'a> {
    visit: &'a Visit,
    form: Filled,
    enrolment: Enrolment,
    /// The secret in groups, to be typed.
    secret: String,
    picture: Picture,
}

/// A QR code as the path of an SVG.
struct Picture {
    size: i32,
    path: String,
}

#[derive(Template)]
#[template(path = "account/recovery.html", config = "web-client/askama.toml")]
struct RecoveryPage<'a> {
    visit: &'a Visit,
    codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "account/factor_off.html", config = "web-client/askama.toml")]
struct OffPage<'a> {
    visit: &'a Visit,
    form: Filled,
    chars_max: usize,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let session = visit.active()?;
        let enrolment = state
            .identity
            .begin_factor(session, &issuer(&state, &visit))?;
        page(&visit, enrolment, StatusCode::OK, Filled::default())
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn switch_on(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.active()?;
        let Ok(fields) = posted?.checked() else {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            let issuer = issuer(&state, &visit);
            let enrolment = state.identity.begin_factor(session, &issuer)?;
            return page(&visit, enrolment, StatusCode::FORBIDDEN, form);
        };
        let sealed = fields.get("sealed");
        let switched = state
            .identity
            .switch_factor_on(session, sealed, fields.get("code"));
        match switched.await {
            Ok(codes) => Ok(visit.show(
                StatusCode::OK,
                &RecoveryPage {
                    visit: &visit,
                    codes,
                },
            )),
            Err(wrong @ Problem::WrongCode) => {
                let form = Filled::default().wrong("code", visit.lang.of(&wrong.words()));
                again(
                    &state,
                    &visit,
                    session,
                    sealed,
                    problem::status(&wrong),
                    form,
                )
            }
            Err(wrong) => Err(wrong),
        }
    };
    visit.finish(answer.await)
}

/// The form with the same secret: the app may hold it already.
fn again(
    state: &AppState,
    visit: &Visit,
    session: &Session,
    sealed: &str,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let enrolment = state
        .identity
        .enrolment(session, &issuer(state, visit), sealed)?;
    page(visit, enrolment, status, form)
}

/// What the app calls the account.
fn issuer(state: &AppState, visit: &Visit) -> String {
    match state.config.office.name.as_str() {
        "" => visit.say("product"),
        name => name.to_owned(),
    }
}

fn page(
    visit: &Visit,
    enrolment: Enrolment,
    status: StatusCode,
    form: Filled,
) -> Result<Response, Problem> {
    let page = FactorPage {
        visit,
        form: form.labelled(visit.lang, &[("code", "factor-code")]),
        secret: crate::document::words::group(&enrolment.secret),
        picture: picture(&enrolment.url)?,
        enrolment,
    };
    Ok(visit.show(status, &page))
}

fn picture(text: &str) -> Result<Picture, Problem> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| Problem::Unavailable)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a text does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(Picture {
        size: code.size() + 2 * QUIET,
        path,
    })
}

pub(in crate::web) async fn ask_off(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let session = visit.active()?;
        if state.identity.factor_of(&session.who).await?.is_none() {
            return Err(Problem::NotFound);
        }
        Ok(off_page(&visit, StatusCode::OK, Filled::default()))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn switch_off(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let session = visit.active()?;
        let Ok(fields) = posted?.checked() else {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            return Ok(off_page(&visit, StatusCode::FORBIDDEN, form));
        };
        let password = fields.owned("password");
        match state
            .identity
            .switch_factor_off(session, password, address)
            .await
        {
            Ok(()) => Ok(visit.go("/account")),
            Err(wrong @ Problem::WrongPassword) => {
                let form = Filled::default().wrong("password", visit.say("password-wrong"));
                Ok(off_page(&visit, problem::status(&wrong), form))
            }
            Err(wrong) => Err(wrong),
        }
    };
    visit.finish(answer.await)
}

fn off_page(visit: &Visit, status: StatusCode, form: Filled) -> Response {
    let page = OffPage {
        visit,
        form: form.labelled(visit.lang, &[("password", "password")]),
        chars_max: CHARS_MAX,
    };
    visit.show(status, &page)
}
