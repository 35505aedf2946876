//! A form that its citizen brought to the desk: read, compared with the identity document, taken as a
//! letter.

use super::visits::{documents, href_of_taken, matches, seen};
use crate::error::Problem;
use crate::office::prepared::Prepared;
use crate::office::procedures::{Catalogue, Channel};
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::pages::account::own::number_key;
use crate::web::pages::matters::told::{Chapter, told};
use crate::web::pages::posting::{Answer, fresh, sent};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use auction_rules::Words;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "office/prepared.html", config = "web-client/askama.toml")]
struct PreparedPage<'a> {
    visit: &'a Visit,
    form: Filled,
    title: String,
    number: &'a str,
    name: &'a str,
    /// Of the account, so that a form sent twice finds its letter.
    account: &'a str,
    id_label: String,
    id_number: String,
    department: String,
    saved: String,
    bring: &'a [Words],
    chapters: Vec<Chapter>,
    /// The digest of what can be taken; none while answers are missing or wrong.
    digest: Option<String>,
    documents: Vec<Choice>,
    matches: Vec<Choice>,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
) -> Response {
    let answer = async {
        let found = state.letters.open_prepared(visit.registrar()?, &draft);
        Ok(page(
            &state,
            &visit,
            &found.await?,
            fresh(Filled::default()),
        ))
    };
    visit.finish(answer.await)
}

/// Takes the form.
pub(in crate::web) async fn take(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let registrar = visit.registrar()?;
        let posted = posted?;
        let found = match state.letters.open_prepared(registrar, &draft).await {
            // Sent twice, as by a second click: the letter stands, the form is gone.
            Err(Problem::NotFound) => return again(&state, &visit, &draft, posted).await,
            found => found?,
        };
        let act = async |fields: Fields| {
            let (digest, seen) = (fields.get("digest"), seen(&fields));
            let letters = &state.letters;
            let taken = letters.take_prepared(&state.identity, registrar, &found, digest, &seen);
            Ok(href_of_taken(&taken.await?))
        };
        Ok(match sent(&visit, posted, act).await {
            Ok(response) => response,
            Err(again) => page(&state, &visit, &found, again),
        })
    };
    visit.finish(answer.await)
}

/// To the letter that the form has become.
async fn again(
    state: &AppState,
    visit: &Visit,
    draft: &str,
    posted: Posted,
) -> Result<Response, Problem> {
    let fields = posted.checked().map_err(|_| Problem::NotFound)?;
    let letter = state.letters.sent(fields.get("account"), draft).await?;
    Ok(visit.go(&href_of_taken(&letter.ok_or(Problem::NotFound)?)))
}

fn page(state: &AppState, visit: &Visit, found: &Prepared, (status, form): Answer) -> Response {
    let Prepared {
        draft,
        citizen,
        procedure,
        writing,
    } = found;
    let faults = writing.as_ref().err().map_or(&[][..], Vec::as_slice);
    let unit = Catalogue::embedded().department(procedure.route(&draft.answers));
    let labels = [
        ("document", "visit-document"),
        ("last_chars", "visit-last-chars"),
        ("matched", "visit-matched"),
    ];
    let page = PreparedPage {
        visit,
        form: form.labelled(visit.lang, &labels),
        title: visit.lang.of(&procedure.title),
        number: draft.visit_code.as_deref().unwrap_or_default(),
        name: &citizen.name,
        account: &citizen.id,
        id_label: visit.say(number_key(citizen)),
        id_number: state.identity.number_of(citizen),
        department: unit.map_or_else(String::new, |unit| visit.lang.of(&unit.name)),
        saved: format::date_minute(draft.saved_at, visit.lang),
        bring: match &procedure.channel {
            Channel::Visit(coming) => &coming.bring,
            Channel::Online | Channel::HandOver(_) => &[],
        },
        chapters: told(visit.lang, &procedure.form, &draft.answers, faults),
        digest: writing.as_ref().ok().map(|one| one.digest().to_string()),
        documents: documents(visit),
        matches: matches(visit, citizen),
    };
    visit.show(status, &page)
}
