//! Looking a letter up by its number and the check code of its receipt: for everyone who has both, without
//! a word of who sent it.

use crate::error::Problem;
use crate::office::letters::Filed;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "verify.html", config = "web-client/askama.toml")]
struct VerifyPage<'a> {
    visit: &'a Visit,
    form: Filled,
}

#[derive(Template)]
#[template(path = "verified.html", config = "web-client/askama.toml")]
struct VerifiedPage<'a> {
    visit: &'a Visit,
    number: String,
    received: String,
    /// How the time stamp of the receipt stands; none where the office has none made.
    stamp: Option<String>,
    receipt: String,
    content: String,
    /// The digests of the documents.
    enclosures: Vec<String>,
}

/// The form; where it was filled in, on to what it asks for.
pub(in crate::web) async fn ask(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let number = visit.asked("number").unwrap_or_default();
        let code = visit.asked("code").unwrap_or_default();
        if number.is_empty() && code.is_empty() {
            return Ok(form(&visit, StatusCode::OK, Filled::default()));
        }
        match state.letters.verified(&number, &code).await {
            Ok(filed) => {
                let slug = filed.letter.number.slug();
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                let query = query.append_pair("code", code.trim()).finish();
                Ok(visit.go(&format!("/verify/{slug}?{query}")))
            }
            Err(Problem::NotFound) => Ok(unknown(&visit, &number, &code)),
            Err(problem) => Err(problem),
        }
    };
    visit.finish(answer.await)
}

/// What is known of a letter.
pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(number): Path<String>,
) -> Response {
    let answer = async {
        let code = visit.asked("code").unwrap_or_default();
        match state.letters.verified(&number, &code).await {
            Ok(filed) => Ok(visit.show(StatusCode::OK, &page(&state, &visit, &filed))),
            Err(Problem::NotFound) => Ok(unknown(&visit, &number, &code)),
            Err(problem) => Err(problem),
        }
    };
    visit.finish(answer.await)
}

/// A number that does not exist and a code of another letter look the same.
fn unknown(visit: &Visit, number: &str, code: &str) -> Response {
    let fields = Fields::of([("number", number), ("code", code)]);
    let wrong = Filled::again(fields).wrong("number", visit.say("verify-letter-unknown"));
    form(visit, StatusCode::NOT_FOUND, wrong)
}

fn form(visit: &Visit, status: StatusCode, form: Filled) -> Response {
    let labels = [
        ("number", "verify-letter-number"),
        ("code", "verify-letter-code"),
    ];
    let form = form.labelled(visit.lang, &labels);
    visit.show(status, &VerifyPage { visit, form })
}

/// When a receipt was stamped, or that its stamp is on its way; none where there is no authority to wait
/// for.
pub(super) fn stamp(state: &AppState, visit: &Visit, filed: &Filed) -> Option<String> {
    let stamped = filed.stamp.as_ref().and_then(|stamp| stamp.stamped_at);
    match stamped {
        Some(at) => Some(format::date_time(at, visit.lang)),
        None if state.config.authority.is_some() => Some(visit.say("letter-stamp-waits")),
        None => None,
    }
}

fn page<'a>(state: &AppState, visit: &'a Visit, filed: &Filed) -> VerifiedPage<'a> {
    let letter = &filed.letter;
    let enclosures = filed.enclosures.iter();
    VerifiedPage {
        visit,
        number: letter.number.to_string(),
        received: format::date_time(letter.received_at, visit.lang),
        stamp: stamp(state, visit, filed),
        receipt: letter.receipt_sha256.to_string(),
        content: letter.content_sha256.to_string(),
        enclosures: enclosures.map(|one| one.document.sha256.clone()).collect(),
    }
}
