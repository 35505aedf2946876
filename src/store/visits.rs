//! Visits at the registrar's desk.

use super::{Store, StoreError, WriteTx};
use auction_rules::Timestamp;
use sqlx::Row;

/// Why somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To have an account confirmed.
    Registration,
    /// To be let in again.
    Recovery,
    /// For a new identity code.
    Renewal,
    /// To have the identity code revoked.
    Revocation,
    /// With an application that was prepared.
    Application,
}

impl Purpose {
    /// Its name in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Recovery => "recovery",
            Self::Renewal => "renewal",
            Self::Revocation => "revocation",
            Self::Application => "application",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [
            Self::Registration,
            Self::Recovery,
            Self::Renewal,
            Self::Revocation,
            Self::Application,
        ]
        .into_iter()
        .find(|purpose| purpose.as_str() == text)
        .ok_or_else(|| StoreError::Row(format!("nobody comes for {text}")))
    }
}

/// What a registrar saw and did.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Its id.
    pub id: String,
    /// Whose account it was about.
    pub citizen: String,
    /// The account of the registrar.
    pub registrar: String,
    /// When.
    pub at: Timestamp,
    /// Why they came.
    pub purpose: Purpose,
    /// Whether the registrar did what they came for.
    pub confirmed: bool,
    /// Which identity document was seen; empty where none was.
    pub document: String,
    /// The last four characters of its number.
    pub last_chars: String,
    /// What matched.
    pub matched: Vec<String>,
    /// Why it was rejected.
    pub reason: String,
}

/// Keeps a visit.
///
/// # Errors
/// When the store is away.
pub async fn put(tx: &mut WriteTx, visit: &Visit) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO visit (id, citizen_id, registrar_id, at, purpose, confirmed, document, \
         last_chars, matched, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&visit.id)
    .bind(&visit.citizen)
    .bind(&visit.registrar)
    .bind(visit.at.0)
    .bind(visit.purpose.as_str())
    .bind(i64::from(visit.confirmed))
    .bind(&visit.document)
    .bind(&visit.last_chars)
    .bind(super::to_json(&visit.matched))
    .bind(&visit.reason)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The visits of a citizen, newest first, one page.
///
/// # Errors
/// When the store is away.
pub async fn of_citizen(store: &Store, citizen: &str) -> Result<Vec<Visit>, StoreError> {
    let rows = sqlx::query("SELECT * FROM visit WHERE citizen_id = $1 ORDER BY id DESC LIMIT $2")
        .bind(citizen)
        .bind(super::PAGE_MAX)
        .fetch_all(&store.pool)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Visit {
                id: row.try_get("id")?,
                citizen: row.try_get("citizen_id")?,
                registrar: row.try_get("registrar_id")?,
                at: Timestamp(row.try_get("at")?),
                purpose: Purpose::parse(&row.try_get::<String, _>("purpose")?)?,
                confirmed: row.try_get::<i64, _>("confirmed")? != 0,
                document: row.try_get("document")?,
                last_chars: row.try_get("last_chars")?,
                matched: super::json(&row.try_get::<String, _>("matched")?)?,
                reason: row.try_get("reason")?,
            })
        })
        .collect()
}
