//! The files of a specification: upload, replace, withdraw.

use super::{Answer, Confirm, buyer, fresh, genuine, officer, refused, stale, typed};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::swz_files::SwzFile;
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::web::AppState;
use crate::web::csrf::{self, Posted};
use crate::web::files::{Form, text, unreadable};
use crate::web::form::{Fields, Filled};
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "desk/files.html", config = "web-client/askama.toml")]
struct FilesPage<'a> {
    visit: &'a Visit,
    form: Filled,
    tender: &'a Tender,
    is_officer: bool,
    files: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    size: String,
    sha256: String,
    added: String,
    /// Since when it is no longer in force, and why.
    withdrawn: Option<String>,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        buyer(&visit)?;
        let desk = state.desk();
        let tender = desk.tender(&tender).await?;
        page(&desk, &visit, &tender, fresh(Filled::default())).await
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn add(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let body = begun(&visit, body).await?;
        let tender = desk.tender(&tender).await?;
        let Some(body) = body else {
            return page(&desk, &visit, &tender, stale(&visit, Fields::default())).await;
        };
        match taken(&desk, officer, &tender, body).await {
            Ok(()) => Ok(visit.go(&format!("/desk/tenders/{}/files?done=1", tender.id))),
            Err((fields, wrong)) => {
                page(&desk, &visit, &tender, refused(&visit, fields, &wrong)).await
            }
        }
    };
    visit.finish(answer.await)
}

/// A form with a file whose first field is our token; none where it is not.
pub(super) async fn begun(
    visit: &Visit,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Option<Multipart>, Problem> {
    let Ok(mut body) = body else { return Ok(None) };
    match body.next_field().await.map_err(unreadable)? {
        Some(field) if field.name() == Some(csrf::FIELD) => {
            let token = text(field).await?;
            Ok((token == visit.csrf()).then_some(body))
        }
        _ => Ok(None),
    }
}

async fn taken(
    desk: &Desk,
    officer: &Who,
    tender: &Tender,
    mut body: Multipart,
) -> Result<(), (Fields, Problem)> {
    let mut form = Form::default();
    let read = form.read(desk, officer, &tender.id, &mut body).await;
    let fields = Fields::of([("replaces", &form.replaces), ("reason", &form.reason)]);
    let added = match read {
        Ok(()) => form.take(desk, officer, &tender.id).await,
        Err(wrong) => Err(wrong),
    };
    added.map(drop).map_err(|wrong| (fields, wrong))
}

async fn page(
    desk: &Desk,
    visit: &Visit,
    tender: &Tender,
    (status, form): Answer,
) -> Result<Response, Problem> {
    let who = buyer(visit)?;
    let files = desk.files(Some(who), &tender.id).await?;
    let page = FilesPage {
        visit,
        form,
        tender,
        is_officer: who.officer().is_some(),
        files: files.into_iter().map(|file| line(visit, file)).collect(),
    };
    Ok(visit.show(status, &page))
}

fn line(visit: &Visit, file: SwzFile) -> Line {
    let withdrawn = file.withdrawn.map(|how| {
        let at = format::date_minute(how.at, visit.lang);
        let said = [("time", at.as_str()), ("reason", &how.reason)];
        visit.lang.say_with("desk-file-withdrawn", &said)
    });
    Line {
        id: file.id,
        name: file.name,
        size: size(visit, file.bytes),
        sha256: file.sha256,
        added: format::date_minute(file.added_at, visit.lang),
        withdrawn,
    }
}

/// A length in kB, rounded up: no file is shown as nothing.
fn size(visit: &Visit, bytes: i64) -> String {
    let kilobytes = bytes.saturating_add(999) / 1_000;
    format!(
        "{}\u{a0}kB",
        format::decimal(&kilobytes.to_string(), visit.lang)
    )
}

pub(in crate::web) async fn ask_to_withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, file)): Path<(String, String)>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let file = in_force(&state.desk(), &visit, &tender, &file).await?;
        Ok(question(&visit, &file, fresh(Filled::default())))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, file)): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let file = in_force(&desk, &visit, &tender, &file).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(question(&visit, &file, again)),
        };
        let reason = typed(&fields, "reason");
        match desk
            .withdraw_file(officer, &tender, &file.id, &reason)
            .await
        {
            Ok(()) => Ok(visit.go(&format!("/desk/tenders/{tender}/files?done=1"))),
            Err(wrong) => Ok(question(&visit, &file, refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}

async fn in_force(
    desk: &Desk,
    visit: &Visit,
    tender: &str,
    file: &str,
) -> Result<SwzFile, Problem> {
    let files = desk.files(Some(buyer(visit)?), tender).await?;
    let mut files = files.into_iter();
    files
        .find(|known| known.id == file && known.withdrawn.is_none())
        .ok_or(Problem::NotFound)
}

fn question(visit: &Visit, file: &SwzFile, (status, form): Answer) -> Response {
    let page = Confirm {
        visit,
        form,
        back: format!("/desk/tenders/{}/files", file.tender),
        heading: visit.say_of("desk-withdraw-question", "name", &file.name),
        about: visit.say("desk-withdraw-about"),
        asks_reason: true,
        button: visit.say("desk-withdraw"),
        is_dangerous: true,
    };
    visit.show(status, &page)
}
