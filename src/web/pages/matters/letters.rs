//! A citizen's own letters: the list, one letter, and all that can be saved of it.

use super::super::verify::stamp;
use super::citizen;
use crate::document::receipt::{file_name, receipt_pdf};
use crate::error::Problem;
use crate::office::circulation::signatures::Checked;
use crate::office::documents::Reader;
use crate::office::letters::Filed;
use crate::office::procedures::Catalogue;
use crate::office::receipt::verify_path;
use crate::store::documents::Scan;
use crate::store::letters::{Enclosure, Letter};
use crate::web::pages::signatures::{self, Signatures};
use crate::web::visit::Visit;
use crate::web::{AppState, attachment, format, papers};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Names in the address where a page of the list begins.
const BEFORE: &str = "before";
/// Says in the address that the letter was sent just now.
const SENT: &str = "sent";

#[derive(Template)]
#[template(path = "matters/letters.html", config = "web-client/askama.toml")]
struct LettersPage<'a> {
    visit: &'a Visit,
    letters: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// A letter in the list.
struct Line {
    href: String,
    number: String,
    title: String,
    received: String,
}

#[derive(Template)]
#[template(path = "matters/letter.html", config = "web-client/askama.toml")]
struct LetterPage<'a> {
    visit: &'a Visit,
    href: String,
    number: String,
    title: String,
    received: String,
    department: String,
    /// How the time stamp stands; none where the office has none made.
    stamp: Option<String>,
    /// The stamp is there to be saved.
    has_token: bool,
    check_code: String,
    verify: String,
    is_new: bool,
    enclosures: Vec<EnclosureLine>,
}

/// A document of the letter.
struct EnclosureLine {
    name: String,
    href: String,
    size: String,
    sha256: String,
    /// The words of what the scanner came to.
    scan: &'static str,
    is_locked: bool,
    signatures: Signatures,
}

pub(in crate::web) async fn list(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let (account, _) = citizen(&visit)?;
        let before = visit.asked(BEFORE);
        let letters = state.letters.list(account, before.as_deref()).await?;
        let is_full = i64::try_from(letters.len()).is_ok_and(|all| all >= crate::store::PAGE_MAX);
        let last = letters.last().filter(|_| is_full);
        let page = LettersPage {
            visit: &visit,
            next: last.map(|letter| visit.here_with(BEFORE, &letter.id)),
            first: before.map(|_| visit.here()),
            letters: letters.iter().map(|one| line(&visit, one)).collect(),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

fn line(visit: &Visit, letter: &Letter) -> Line {
    Line {
        href: href(letter),
        number: letter.number.to_string(),
        title: visit.lang.of(&letter.title),
        received: format::date_minute(letter.received_at, visit.lang),
    }
}

/// Where a letter is.
fn href(letter: &Letter) -> String {
    format!("/letters/{}", letter.id)
}

/// Where a letter is that was sent just now.
pub(super) fn href_of_new(letter: &Letter) -> String {
    format!("{}?{SENT}=1", href(letter))
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(letter): Path<String>,
) -> Response {
    let answer = async {
        let (account, _) = citizen(&visit)?;
        let filed = state.letters.own(account, &letter).await?;
        let checked = state.circulation().checked(&filed.letter.id).await?;
        let page = page(&state, &visit, &filed, &checked);
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

fn page<'a>(
    state: &AppState,
    visit: &'a Visit,
    filed: &Filed,
    checked: &Checked,
) -> LetterPage<'a> {
    let letter = &filed.letter;
    let token = filed.stamp.as_ref().and_then(|stamp| stamp.token.as_ref());
    let department = Catalogue::embedded().department(&letter.unit);
    let enclosures = filed.enclosures.iter();
    LetterPage {
        visit,
        href: href(letter),
        number: letter.number.to_string(),
        title: visit.lang.of(&letter.title),
        received: format::date_time(letter.received_at, visit.lang),
        department: department.map_or_else(String::new, |unit| visit.lang.of(&unit.name)),
        stamp: stamp(state, visit, filed),
        has_token: token.is_some(),
        check_code: letter.check_code.clone(),
        verify: verify_path(letter),
        is_new: visit.asked(SENT).is_some(),
        enclosures: enclosures
            .map(|one| enclosure(visit, letter, one, checked))
            .collect(),
    }
}

fn enclosure(
    visit: &Visit,
    letter: &Letter,
    enclosure: &Enclosure,
    checked: &Checked,
) -> EnclosureLine {
    let document = &enclosure.document;
    EnclosureLine {
        href: format!("{}/files/{}", href(letter), document.id),
        name: document.name.clone(),
        size: format::size(document.bytes, visit.lang),
        sha256: document.sha256.clone(),
        scan: match document.scan {
            Scan::Waiting => "scan-waiting",
            Scan::Clean => "scan-clean",
            Scan::Infected { .. } => "scan-infected",
        },
        is_locked: matches!(document.scan, Scan::Infected { .. }),
        signatures: signatures::of_document(visit, checked, &document.id),
    }
}

/// A document of the letter, as it was sent.
pub(in crate::web) async fn file(
    State(state): State<AppState>,
    visit: Visit,
    Path((letter, document)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let (account, _) = citizen(&visit)?;
        let filed = state.letters.own(account, &letter).await?;
        let mut enclosures = filed.enclosures.into_iter();
        let found = enclosures.find(|one| one.document.id == document);
        let document = found.ok_or(Problem::NotFound)?.document;
        let documents = state.letters.documents();
        let bytes = documents.open(&document, Reader::Sender).await?;
        Ok(attachment::document(&document, bytes))
    };
    visit.finish(answer.await)
}

/// The receipt, its stamp, or the content of the letter, to be saved.
pub(in crate::web) async fn paper(
    State(state): State<AppState>,
    visit: Visit,
    Path((letter, paper)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let (account, _) = citizen(&visit)?;
        let filed = state.letters.own(account, &letter).await?;
        written(&state, filed, &paper).await
    };
    visit.finish(answer.await)
}

async fn written(state: &AppState, filed: Filed, paper: &str) -> Result<Response, Problem> {
    let slug = filed.letter.number.slug();
    let (name, kind, bytes) = match paper {
        "receipt.xml" => (
            file_name(&slug, "xml"),
            "application/xml",
            filed.letter.receipt.into_bytes(),
        ),
        "receipt.pdf" => (
            file_name(&slug, "pdf"),
            "application/pdf",
            on_paper(state, filed).await?,
        ),
        "receipt.tst" => {
            let token = filed.stamp.and_then(|stamp| stamp.token);
            let token = token.ok_or(Problem::NotFound)?;
            let token = STANDARD.decode(token).map_err(|_| Problem::Unavailable)?;
            let kind = "application/vnd.etsi.timestamp-token";
            (file_name(&slug, "tst"), kind, token)
        }
        "content.json" => (
            format!("{slug}.json"),
            "application/json",
            filed.letter.content(state.identity.vault())?.into_bytes(),
        ),
        _ => return Err(Problem::NotFound),
    };
    Ok(attachment::bytes(&name, kind, bytes))
}

/// Laying out takes the processor for a while.
async fn on_paper(state: &AppState, filed: Filed) -> Result<Vec<u8>, Problem> {
    let address = state.config.address(&verify_path(&filed.letter));
    let office = state.config.office.clone();
    papers::written(move || receipt_pdf(&filed, office, &address)).await
}
