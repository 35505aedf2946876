//! Letters for programs: documents are added first, then a letter is sent under a key of the sender's
//! own, so that it may be sent again when no answer came.

use super::AppState;
use super::body::JsonBody;
use super::session::{Active, Address};
use crate::calendar::day_of;
use crate::document::Lang;
use crate::error::Problem;
use crate::identity::Assurance;
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::office::forms::{Answers, Fault};
use crate::office::letters::{Confirmation, Filed, Sender, Submission, Writing};
use crate::office::receipt::verify_path;
use crate::office::sending::{Confirming, confirming, writing};
use crate::store::citizens::{self, Citizen};
use crate::store::documents::Document;
use crate::store::letters::Letter;
use auction_rules::{TermsFault, Timestamp};
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The header with the sender's own name of a letter.
const KEY: &str = "idempotency-key";

/// The longest body that is a document: one more than it may have, so that it is told.
pub(super) const DOCUMENT_BODY_MAX: usize = (DOCUMENT_BYTES_MAX as usize) + 1;

/// A letter that somebody wants to send.
pub(super) struct Order<'a> {
    /// The sender's own name of it.
    pub(super) key: &'a str,
    /// Who.
    pub(super) sender: &'a Citizen,
    /// The language of the notice.
    pub(super) lang: Lang,
    /// What.
    pub(super) writing: &'a Writing,
    /// How it is confirmed.
    pub(super) confirming: Confirming,
    /// The identity code that was typed.
    pub(super) code: &'a str,
    /// From where.
    pub(super) address: IpAddr,
}

/// Confirms a letter and sends it.
///
/// # Errors
/// As [`crate::identity::Identity::confirm`] and [`crate::office::letters::Letters::submit`].
pub(super) async fn submit(state: &AppState, order: Order<'_>) -> Result<Letter, Problem> {
    let account = &order.sender.id;
    let confirmation = match order.confirming {
        Confirming::LogIn => Confirmation::LogIn { at: (state.now)() },
        Confirming::IdentityCode => {
            let digest = order.writing.digest();
            let confirmed = state
                .identity
                .confirm(account, order.code, &digest, order.address);
            let evidence = confirmed.await?;
            Confirmation::IdentityCode {
                evidence: evidence.id,
                at: evidence.at,
            }
        }
    };
    let submission = Submission {
        key: order.key.to_owned(),
        sender: Sender {
            account: account.clone(),
            name: order.sender.name.clone(),
            email: order.sender.email.clone(),
            lang: order.lang,
        },
        writing: order.writing.clone(),
        confirmation,
    };
    state.letters.submit(&submission).await
}

/// What a program sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLetter {
    /// The answers, as the procedure's schema says.
    answers: Answers,
    /// The identity code, where the procedure asks for it.
    #[serde(default)]
    code: String,
}

/// A letter as its sender sees it.
#[derive(Serialize)]
pub(super) struct Sent {
    id: String,
    number: String,
    received_at: Timestamp,
    check_code: String,
    /// Where everybody who has the code can check it.
    verify: String,
    content_sha256: String,
    receipt_sha256: String,
    /// None while the stamp is on its way.
    stamped_at: Option<Timestamp>,
    /// The sealed XML.
    receipt: String,
}

impl From<Filed> for Sent {
    fn from(filed: Filed) -> Self {
        let Filed { letter, stamp, .. } = filed;
        Self {
            number: letter.number.to_string(),
            received_at: letter.received_at,
            verify: verify_path(&letter),
            content_sha256: letter.content_sha256.to_string(),
            receipt_sha256: letter.receipt_sha256.to_string(),
            stamped_at: stamp.and_then(|stamp| stamp.stamped_at),
            check_code: letter.check_code,
            receipt: letter.receipt,
            id: letter.id,
        }
    }
}

/// The citizen who asks, and how well the office knows them: told before a body is read.
pub(super) struct Asking(Citizen, Assurance);

impl FromRequestParts<AppState> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Active(session) = Active::from_request_parts(parts, state).await?;
        let (account, assurance) = session.who.citizen().ok_or(Problem::NotAllowed)?;
        let found = citizens::by_id(&state.store, account).await?;
        Ok(Self(found.ok_or(Problem::NotAllowed)?, assurance))
    }
}

pub(super) async fn send(
    State(state): State<AppState>,
    Asking(sender, assurance): Asking,
    Address(address): Address,
    Path(procedure): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewLetter>,
) -> Result<(StatusCode, Json<Sent>), Problem> {
    let key = headers.get(KEY).and_then(|key| key.to_str().ok());
    let key = key.unwrap_or_default();
    let procedure = state
        .config
        .catalogue()
        .offered(&procedure, state.config.demo)?;
    let checked = procedure.form.check(&body.answers, day_of((state.now)()));
    let checked = checked.map_err(|faults| {
        let fault = |fault: Fault| TermsFault {
            path: format!("answers.{}", fault.at),
            text: fault.text,
        };
        Problem::Faults(faults.into_iter().map(fault).collect())
    })?;
    let writing = writing(state.letters.documents(), &sender.id, procedure, checked).await?;
    let letter = match state.letters.sent(&sender.id, key).await? {
        Some(letter) if letter.content_sha256 == writing.digest() => letter,
        _ => {
            let order = Order {
                key,
                sender: &sender,
                lang: Lang::Pl,
                writing: &writing,
                confirming: confirming(procedure, assurance)?,
                code: &body.code,
                address,
            };
            submit(&state, order).await?
        }
    };
    let filed = state.letters.own(&sender.id, &letter.id).await?;
    Ok((StatusCode::CREATED, Json(filed.into())))
}

pub(super) async fn one(
    State(state): State<AppState>,
    Asking(sender, _): Asking,
    Path(letter): Path<String>,
) -> Result<Json<Sent>, Problem> {
    let filed = state.letters.own(&sender.id, &letter).await?;
    Ok(Json(filed.into()))
}

/// What a document is called.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// Takes the body as a document, to be named in the answers.
pub(super) async fn add_document(
    State(state): State<AppState>,
    Asking(sender, _): Asking,
    Query(named): Query<Named>,
    body: Body,
) -> Result<(StatusCode, Json<Document>), Problem> {
    let documents = state.letters.documents();
    let mut upload = documents.begin().await?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| Problem::BadRequest(error.to_string()))?;
        upload.write(&chunk).await?;
    }
    let document = documents.keep(&sender.id, &named.name, upload).await?;
    Ok((StatusCode::CREATED, Json(document)))
}
