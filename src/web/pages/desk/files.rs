//! The files of a specification: upload, replace, withdraw.

use super::deed::{Deed, Doer, Question};
use super::{Answer, buyer, done, fresh, href, officer, refused, stale};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::swz_files::{self, SwzFile};
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::web::AppState;
use crate::web::csrf;
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
        let body = match body {
            Ok(body) => body,
            Err(fields) => return page(&desk, &visit, &tender, stale(&visit, fields)).await,
        };
        match taken(&desk, officer, &tender, body).await {
            Ok(()) => Ok(visit.go(&done(&place(&tender.id)))),
            Err((fields, wrong)) => {
                page(&desk, &visit, &tender, refused(&visit, fields, &wrong)).await
            }
        }
    };
    visit.finish(answer.await)
}

/// A form with a file whose first field is our token; where it is not, what was typed before the
/// file.
pub(super) async fn begun(
    visit: &Visit,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Result<Multipart, Fields>, Problem> {
    let Ok(mut body) = body else {
        return Ok(Err(Fields::default()));
    };
    match body.next_field().await.map_err(unreadable)? {
        Some(field) if field.name() == Some(csrf::FIELD) => {
            let token = text(field).await?;
            if token == visit.csrf() {
                return Ok(Ok(body));
            }
        }
        _ => return Ok(Err(Fields::default())),
    }
    let mut fields = Fields::default();
    while let Ok(Some(field)) = body.next_field().await {
        let (Some(name), None) = (field.name().map(str::to_owned), field.file_name()) else {
            break;
        };
        let Ok(typed) = text(field).await else { break };
        fields.add(&name, &typed);
    }
    Ok(Err(fields))
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
    let labels = [
        ("replaces", "desk-file-replaces"),
        ("reason", "desk-reason"),
        ("file", "desk-file"),
    ];
    let page = FilesPage {
        visit,
        form: form.labelled(visit.lang, &labels),
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
        size: format::size(file.bytes, visit.lang),
        sha256: file.sha256,
        added: format::date_minute(file.added_at, visit.lang),
        withdrawn,
    }
}

/// Where the files of a tender are.
fn place(tender: &str) -> String {
    format!("{}/files", href(tender))
}

/// Withdraws a file that is in force.
pub(in crate::web) struct Withdraw(SwzFile);

impl Deed for Withdraw {
    type Path = (String, String);

    async fn find(desk: &Desk, (tender, file): Self::Path) -> Result<Self, Problem> {
        let file = swz_files::by_id(&desk.store, &tender, &file).await?;
        let in_force = file.filter(|file| file.withdrawn.is_none());
        in_force.map(Self).ok_or(Problem::NotFound)
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0.tender),
            heading: visit.say_of("desk-withdraw-question", "name", &self.0.name),
            about: visit.say("desk-withdraw-about"),
            button: visit.say("desk-withdraw"),
            asks_reason: true,
            is_dangerous: true,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let Self(file) = self;
        doer.desk
            .withdraw_file(doer.officer, &file.tender, &file.id, &doer.reason)
            .await?;
        Ok(doer.visit.go(&done(&place(&file.tender))))
    }
}
