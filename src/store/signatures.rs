//! Evidence of signatures: which letters are to be checked, what each check found of each document, and
//! what a person made of it.

use super::jobs::Jobs;
use super::letters::{self, Letter};
use super::{PAGE_MAX, Store, StoreError, WriteTx, json, to_json};
use auction_rules::Timestamp;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

const CHECKS: Jobs = Jobs {
    table: "signature_check",
    key: "letter_id",
    done: "checked_at",
};

/// The rows of evidence that no later check of the same document followed.
const LATEST: &str = "NOT EXISTS (SELECT 1 FROM signature_evidence later \
     WHERE later.letter_id = evidence.letter_id AND later.document_id = evidence.document_id \
     AND later.id > evidence.id)";

/// What a check found of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its id; later ones sort behind.
    pub id: String,
    /// The letter.
    pub letter: String,
    /// The document.
    pub document: String,
    /// When it was checked.
    pub checked_at: Timestamp,
    /// For which moment the certificates were judged.
    pub judged_at: Timestamp,
    /// SHA-256 of the document.
    pub sha256: String,
    /// SHA-256 of the letter's other documents.
    pub beside: Vec<String>,
    /// SHA-256 of the file of trusted issuers; empty where the office had none.
    pub anchors: String,
    /// By which rules.
    pub checker: String,
    /// The worst verdict of its signatures, by its name in the standard; `NONE` where it carries none.
    pub verdict: String,
    /// One entry for each signature.
    pub findings: Value,
    /// What a person made of it.
    pub decision: Option<Decision>,
}

impl Evidence {
    /// A person has to decide.
    #[must_use]
    pub fn waits(&self) -> bool {
        let is_open = matches!(self.verdict.as_str(), "INDETERMINATE" | "TOTAL-FAILED");
        is_open && self.decision.is_none()
    }
}

/// What a person made of evidence that did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The signature counts all the same.
    pub is_accepted: bool,
    /// Why.
    pub reason: String,
    /// The account of who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Timestamp,
}

/// How far the check of a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It was not checked yet, or is checked again.
    Waiting,
    /// It was checked.
    Done,
}

/// Asks for a letter to be checked.
///
/// # Errors
/// When the store is away.
pub async fn want(tx: &mut WriteTx, now: Timestamp, letter: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO signature_check (letter_id, attempts, next_try_at, last_error) \
         VALUES ($1, 0, $2, '')",
    )
    .bind(letter)
    .bind(now.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Asks for a letter that was checked to be checked again; false where it waits anyway.
///
/// # Errors
/// When the store is away.
pub async fn want_again(
    tx: &mut WriteTx,
    now: Timestamp,
    letter: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE signature_check SET attempts = 0, next_try_at = $2, checked_at = NULL \
         WHERE letter_id = $1 AND checked_at IS NOT NULL",
    )
    .bind(letter)
    .bind(now.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the letter that waits longest, by its id.
///
/// # Errors
/// When the store is away.
pub async fn take(tx: &mut WriteTx, now: Timestamp) -> Result<Option<String>, StoreError> {
    let row = CHECKS.take(tx, now).await?;
    Ok(row.map(|row| row.try_get("letter_id")).transpose()?)
}

/// Makes everything that was not checked due now: what a start does.
///
/// # Errors
/// When the store is away.
pub async fn hurry(tx: &mut WriteTx, now: Timestamp) -> Result<(), StoreError> {
    CHECKS.hurry(tx, now).await
}

/// Notes why a letter is not checked yet.
///
/// # Errors
/// When the store is away.
pub async fn failed(tx: &mut WriteTx, letter: &str, why: &str) -> Result<(), StoreError> {
    CHECKS.failed(tx, letter, why).await
}

/// Notes that a letter was checked; false when it was before.
///
/// # Errors
/// When the store is away.
pub async fn settle(tx: &mut WriteTx, letter: &str, at: Timestamp) -> Result<bool, StoreError> {
    CHECKS.settle(tx, letter, at).await
}

/// How far the check of a letter is.
///
/// # Errors
/// When the store is away.
pub async fn progress(store: &Store, letter: &str) -> Result<Progress, StoreError> {
    let row = sqlx::query("SELECT checked_at FROM signature_check WHERE letter_id = $1")
        .bind(letter)
        .fetch_optional(&store.pool)
        .await?;
    let checked: Option<i64> = row
        .map(|row| row.try_get("checked_at"))
        .transpose()?
        .flatten();
    Ok(checked.map_or(Progress::Waiting, |_| Progress::Done))
}

/// Adds evidence.
///
/// # Errors
/// When the store is away.
pub async fn insert(tx: &mut WriteTx, evidence: &Evidence) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO signature_evidence (id, letter_id, document_id, checked_at, judged_at, sha256, \
         beside, anchors, checker, verdict, findings) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&evidence.id)
    .bind(&evidence.letter)
    .bind(&evidence.document)
    .bind(evidence.checked_at.0)
    .bind(evidence.judged_at.0)
    .bind(&evidence.sha256)
    .bind(to_json(&evidence.beside))
    .bind(&evidence.anchors)
    .bind(&evidence.checker)
    .bind(&evidence.verdict)
    .bind(evidence.findings.to_string())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The latest evidence of each document of a letter.
///
/// # Errors
/// When the store is away.
pub async fn of_letter(store: &Store, letter: &str) -> Result<Vec<Evidence>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT * FROM signature_evidence evidence \
         LEFT JOIN signature_decision decision ON decision.evidence_id = evidence.id \
         WHERE evidence.letter_id = $1 AND {LATEST} ORDER BY evidence.id"
    )))
    .bind(letter)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(evidence).collect()
}

/// All evidence of a document in a letter, the oldest first: no more than a letter is checked.
///
/// # Errors
/// When the store is away.
pub async fn of_document(
    store: &Store,
    letter: &str,
    document: &str,
) -> Result<Vec<Evidence>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM signature_evidence evidence \
         LEFT JOIN signature_decision decision ON decision.evidence_id = evidence.id \
         WHERE evidence.letter_id = $1 AND evidence.document_id = $2 ORDER BY evidence.id",
    )
    .bind(letter)
    .bind(document)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(evidence).collect()
}

/// The letters of a unit with a signature that waits for a person, oldest first, up to a page of them.
///
/// # Errors
/// When the store is away.
pub async fn undecided(store: &Store, unit: &str) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT * FROM letter WHERE unit = $1 AND id IN ( \
         SELECT evidence.letter_id FROM signature_evidence evidence \
         LEFT JOIN signature_decision decision ON decision.evidence_id = evidence.id \
         WHERE evidence.verdict IN ('INDETERMINATE', 'TOTAL-FAILED') \
         AND decision.evidence_id IS NULL AND {LATEST}) ORDER BY id LIMIT $2"
    )))
    .bind(unit)
    .bind(PAGE_MAX)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(letters::letter).collect()
}

/// Notes what a person made of evidence; false where somebody did before.
///
/// # Errors
/// When the store is away.
pub async fn decide(
    tx: &mut WriteTx,
    evidence: &str,
    decision: &Decision,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO signature_decision (evidence_id, is_accepted, reason, decided_by, decided_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (evidence_id) DO NOTHING",
    )
    .bind(evidence)
    .bind(i64::from(decision.is_accepted))
    .bind(&decision.reason)
    .bind(&decision.decided_by)
    .bind(decision.decided_at.0)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

fn evidence(row: &AnyRow) -> Result<Evidence, StoreError> {
    let text = |name| row.try_get::<String, _>(name);
    let decided_by: Option<String> = row.try_get("decided_by")?;
    let decision = match decided_by {
        None => None,
        Some(decided_by) => Some(Decision {
            is_accepted: row.try_get::<i64, _>("is_accepted")? != 0,
            reason: text("reason")?,
            decided_by,
            decided_at: Timestamp(row.try_get("decided_at")?),
        }),
    };
    Ok(Evidence {
        id: text("id")?,
        letter: text("letter_id")?,
        document: text("document_id")?,
        checked_at: Timestamp(row.try_get("checked_at")?),
        judged_at: Timestamp(row.try_get("judged_at")?),
        sha256: text("sha256")?,
        beside: json(&text("beside")?)?,
        anchors: text("anchors")?,
        checker: text("checker")?,
        verdict: text("verdict")?,
        findings: json(&text("findings")?)?,
        decision,
    })
}
