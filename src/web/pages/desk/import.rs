//! Bidders from a file: what it would do is shown first, with every fault by its line.

use super::super::firm;
use super::files::begun;
use super::{Answer, bidders_href, done, fresh, officer, refused, stale};
use crate::error::Problem;
use crate::limits::IMPORT_BYTES_MAX;
use crate::store::tenders::Tender;
use crate::tender::import::Preview;
use crate::web::AppState;
use crate::web::files::unreadable;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::TermsFault;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::response::Response;

/// The longest form: the file in hexadecimal digits, and what stands around it, in bytes.
pub(in crate::web) const FORM_BYTES_MAX: usize = 2 * IMPORT_BYTES_MAX + 64 * 1024;

#[derive(Template)]
#[template(path = "desk/import.html", config = "web-client/askama.toml")]
struct ImportPage<'a> {
    visit: &'a Visit,
    form: Filled,
    tender: &'a Tender,
    /// What the file would do; none before there is one.
    shown: Option<Shown>,
}

struct Shown {
    /// The file, to be sent again.
    content: String,
    summary: String,
    is_sound: bool,
    faults: Vec<String>,
    faults_more: usize,
    rows: Vec<Row>,
}

impl Shown {
    /// How many faults are not listed.
    fn more(&self) -> usize {
        self.faults_more
    }
}

struct Row {
    line: u64,
    name: String,
    seat: String,
    tax_id: String,
    email: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        Ok(page(&visit, &tender, fresh(Filled::default()), None))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn read(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let body = begun(&visit, body).await?;
        let tender = desk.tender(&tender).await?;
        let mut body = match body {
            Ok(body) => body,
            Err(fields) => return Ok(page(&visit, &tender, stale(&visit, fields), None)),
        };
        let again = |wrong| {
            page(
                &visit,
                &tender,
                refused(&visit, Fields::default(), &wrong),
                None,
            )
        };
        let (file, is_final) = match sent(&mut body).await {
            Ok(sent) => sent,
            Err(wrong) => return Ok(again(wrong)),
        };
        let preview = match desk.preview_import(officer, &tender.id, file.clone()).await {
            Ok(preview) => preview,
            Err(wrong) => return Ok(again(wrong)),
        };
        if !is_final || !preview.faults.is_empty() {
            let shown = shown(&visit, &file, preview);
            return Ok(page(&visit, &tender, fresh(Filled::default()), Some(shown)));
        }
        match desk.import_bidders(officer, &tender.id, file).await {
            Ok(_) => Ok(visit.go(&done(&bidders_href(&tender.id)))),
            Err(wrong) => Ok(again(wrong)),
        }
    };
    visit.finish(answer.await)
}

/// The file, and whether it was seen before and is to be imported now.
async fn sent(body: &mut Multipart) -> Result<(Vec<u8>, bool), Problem> {
    while let Some(field) = body.next_field().await.map_err(unreadable)? {
        match field.name().unwrap_or_default() {
            "file" => return Ok((bytes(field, IMPORT_BYTES_MAX).await?, false)),
            "content" => {
                let digits = bytes(field, 2 * IMPORT_BYTES_MAX).await?;
                let file = hex::decode(digits);
                return Ok((file.map_err(|_| missing())?, true));
            }
            _ => {}
        }
    }
    Err(missing())
}

fn missing() -> Problem {
    Problem::field("file", "Wybierz plik.", "Choose a file.")
}

async fn bytes(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&more);
        if bytes.len() > most {
            return Err(Problem::TooLarge);
        }
    }
    if bytes.is_empty() {
        Err(missing())
    } else {
        Ok(bytes)
    }
}

fn shown(visit: &Visit, file: &[u8], preview: Preview) -> Shown {
    let said = [
        ("rows", preview.rows.to_string()),
        ("admissions", preview.admissions.to_string()),
        ("encoding", preview.format.encoding.to_owned()),
    ];
    let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
    let rows = preview.first.into_iter().map(|row| Row {
        line: row.line,
        name: row.identity.name,
        seat: row.identity.seat,
        tax_id: row.identity.tax_id,
        email: row.email,
    });
    Shown {
        content: hex::encode(file),
        summary: visit.lang.say_with("desk-import-summary", &said),
        is_sound: preview.faults.is_empty(),
        faults: preview
            .faults
            .iter()
            .map(|fault| sentence(visit, fault))
            .collect(),
        faults_more: preview.faults_count.saturating_sub(preview.faults.len()),
        rows: rows.collect(),
    }
}

/// What is wrong, with its line and column: "Wiersz 3, Siedziba: Uzupełnij to pole."
fn sentence(visit: &Visit, fault: &TermsFault) -> String {
    let text = visit.lang.of(&fault.text);
    let place = fault.path.strip_prefix("lines[");
    let Some((line, field)) = place.and_then(|rest| rest.split_once(']')) else {
        return format!("{}: {text}", fault.path);
    };
    let field = field.trim_start_matches('.');
    let label = firm::LABELS.iter().find(|(name, _)| *name == field);
    let said = match label {
        Some((_, key)) => {
            let field = visit.say(key);
            let said = [("line", line), ("field", field.as_str())];
            visit.lang.say_with("desk-import-cell", &said)
        }
        None => visit.say_of("desk-import-line", "line", line),
    };
    format!("{said} {text}")
}

fn page(visit: &Visit, tender: &Tender, (status, form): Answer, shown: Option<Shown>) -> Response {
    let page = ImportPage {
        visit,
        form: form.labelled(visit.lang, &[("file", "desk-import-file")]),
        tender,
        shown,
    };
    visit.show(status, &page)
}
