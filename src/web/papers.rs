//! What is printed, filed or mailed: letters with credentials, records, and the outbox of notices.

use super::AppState;
use super::auctions::read_id;
use super::body::JsonBody;
use super::files::READ_BYTES;
use super::session::{Buyer, Caller, Officer};
use crate::document::letter::{Letter, LetterLot, credentials_letter};
use crate::document::record::record_pdf;
use crate::document::{Lang, PdfError};
use crate::error::Problem;
use crate::identity::Who;
use crate::identity::accounts::Issued;
use crate::limits::{DOCUMENTS_AT_ONCE, ONE_TIME_PASSWORD_MAX_MS};
use crate::store::filings::{Format, Paper};
use crate::store::lots;
use crate::store::notices::{self, NoticeRow, NoticeState, Realm};
use crate::store::tenders::Tender;
use crate::tender::bidders::Issue;
use crate::tender::filing::Filed;
use auction_rules::Timestamp;
use auction_rules::identity::Identity;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, IntoResponseParts, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

/// The name under which a letter is saved.
pub(super) const LETTER_FILE: &str = "dane-do-logowania.pdf";

/// Whoever asks for one more document waits for a turn.
static WRITING: Semaphore = Semaphore::const_new(DOCUMENTS_AT_ONCE);

pub(super) async fn letter(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(tender): Path<String>,
    JsonBody(order): JsonBody<Issue>,
) -> Result<impl IntoResponse, Problem> {
    let letter = issue_letter(&state, &officer, &tender, &order).await?;
    Ok((StatusCode::CREATED, letter))
}

/// Issues a log-in and gives the letter to print: the password stands nowhere else.
///
/// # Errors
/// As [`crate::tender::Desk::issue`], or when the letter cannot be written.
pub(super) async fn issue_letter(
    state: &AppState,
    officer: &Who,
    tender: &str,
    order: &Issue,
) -> Result<([(HeaderName, String); 3], Vec<u8>), Problem> {
    let desk = state.desk();
    let tender = desk.tender(tender).await?;
    let bidder = desk.bidder(&tender.id, &order.bidder).await?;
    let expires_at = order.change_required.then(|| expiry(state));
    let issued = desk.issue(officer, &tender.id, order).await?;
    let pdf = letter_of(state, &tender, bidder.identity, issued, expires_at).await?;
    Ok((pdf_headers(LETTER_FILE), pdf))
}

/// When a one-time password expires that is issued after this was asked: not sooner than said.
pub(super) fn expiry(state: &AppState) -> Timestamp {
    (state.now)().plus(ONE_TIME_PASSWORD_MAX_MS)
}

/// The letter that brings a log-in which was issued just now.
///
/// # Errors
/// When it cannot be written.
pub(super) async fn letter_of(
    state: &AppState,
    tender: &Tender,
    bidder: Identity,
    issued: Issued,
    expires_at: Option<Timestamp>,
) -> Result<Vec<u8>, Problem> {
    let lots = lots::of_tender(&state.store, &tender.id).await?;
    let lot = |lot: lots::Lot| LetterLot {
        number: lot.number,
        title: lot.title,
        opens_at: lot.opens_at,
    };
    let letter = Letter {
        office: state.config.office.clone(),
        tender: tender.number.clone(),
        title: tender.title.clone(),
        bidder,
        lots: lots.into_iter().map(lot).collect(),
        issued,
        address: state.config.address("/login"),
        expires_at,
        fingerprint: state.house.signer().fingerprint(),
        made_at: (state.now)(),
    };
    written(move || credentials_letter(&letter)).await
}

/// Laying out takes the processor for a while, so that it is not done where requests are answered.
pub(super) async fn written(
    write: impl FnOnce() -> Result<Vec<u8>, PdfError> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let _turn = WRITING.acquire().await;
    match tokio::task::spawn_blocking(write).await {
        Ok(Ok(pdf)) => Ok(pdf),
        Ok(Err(error)) => {
            tracing::error!(%error, "a document cannot be written");
            Err(Problem::Unavailable)
        }
        Err(error) => {
            tracing::error!(%error, "a document was not written");
            Err(Problem::Unavailable)
        }
    }
}

/// Headers of a PDF that is kept by nobody on the way.
pub(super) fn pdf_headers(name: &str) -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// The record of an auction as JSON: as it was filed, or before that as it stands now.
pub(super) async fn record(
    State(state): State<AppState>,
    caller: Caller,
    Path(auction): Path<String>,
) -> Result<Response, Problem> {
    let auction = read_id(&auction)?;
    let desk = state.desk();
    if let Some(filed) = desk
        .filed_paper(caller.who(), &auction, Format::Json)
        .await?
    {
        let headers = [(header::CONTENT_TYPE, "application/json".to_owned())];
        return Ok(streamed(headers, &filed.paper, filed.bytes));
    }
    Ok(Json(desk.record_of(caller.who(), &auction).await?).into_response())
}

#[derive(Deserialize, FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct InLanguage {
    lang: Option<Lang>,
}

/// The record of an auction as PDF: as it was filed, or before that as it stands now.
pub(super) async fn record_on_paper(
    State(state): State<AppState>,
    caller: Caller,
    Path(auction): Path<String>,
    asked: InLanguage,
) -> Result<Response, Problem> {
    let auction = read_id(&auction)?;
    let desk = state.desk();
    let lang = asked.lang.unwrap_or(Lang::Pl);
    let headers = pdf_headers(&format!("raport-{auction}.pdf"));
    let format = lang.either(Format::PdfPl, Format::PdfEn);
    if let Some(filed) = desk.filed_paper(caller.who(), &auction, format).await? {
        return Ok(streamed(headers, &filed.paper, filed.bytes));
    }
    let record = desk.record_of(caller.who(), &auction).await?;
    let office = state.config.office.clone();
    let pdf = written(move || record_pdf(&record, office, lang)).await?;
    Ok((headers, pdf).into_response())
}

/// A filed record on its way to who asked for it, under its hash.
pub(super) fn streamed(
    headers: impl IntoResponseParts,
    paper: &Paper,
    bytes: tokio::fs::File,
) -> Response {
    let own = [
        (header::ETAG, format!("\"{}\"", paper.sha256)),
        (header::CONTENT_LENGTH, paper.bytes.to_string()),
    ];
    let bytes = ReaderStream::with_capacity(bytes, READ_BYTES);
    (headers, own, Body::from_stream(bytes)).into_response()
}

/// What was filed of an auction, and what is to be.
pub(super) async fn filed(
    State(state): State<AppState>,
    _: Buyer,
    Path(auction): Path<String>,
) -> Result<Json<Vec<Filed>>, Problem> {
    Ok(Json(state.desk().filed(&read_id(&auction)?).await?))
}

#[derive(Deserialize, FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct NoticesAsked {
    state: Option<NoticeState>,
    after: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Notices {
    /// Whether a mail server is set up: without one, notices wait.
    mail: bool,
    notices: Vec<NoticeRow>,
}

/// Notices in a state, newest first, one page; the next one is asked for after the last id.
pub(super) async fn notices(
    State(state): State<AppState>,
    Officer(_): Officer,
    asked: NoticesAsked,
) -> Result<Json<Notices>, Problem> {
    let which = asked.state.unwrap_or(NoticeState::Waiting);
    Ok(Json(Notices {
        mail: state.config.mailer.is_some(),
        notices: notices::page(&state.store, Realm::Tender, which, asked.after.as_deref()).await?,
    }))
}

pub(super) async fn retry(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(notice): Path<String>,
) -> Result<StatusCode, Problem> {
    state.desk().retry_notice(&officer, &notice).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn cancel(
    State(state): State<AppState>,
    Officer(officer): Officer,
    Path(notice): Path<String>,
) -> Result<StatusCode, Problem> {
    state.desk().cancel_notice(&officer, &notice).await?;
    Ok(StatusCode::NO_CONTENT)
}
