//! Drafts: what a citizen has begun, saved at each page, pinned to the version of its procedure.

use super::forms::Answers;
use super::procedures::{Catalogue, Procedure};
use crate::error::Problem;
use crate::identity::{Now, Vault};
use crate::limits::{DRAFT_BYTES_MAX, DRAFT_KEPT_MS, DRAFTS_PER_CITIZEN_MAX, DRAFTS_SWEPT_EVERY};
use crate::store::drafts::{self, Draft};
use crate::store::{Store, StoreError, WriteTx, new_id};
use auction_rules::{Timestamp, Words};
use std::sync::Arc;

/// The drafts of one citizen.
pub struct Drafts {
    /// The SQL store.
    pub store: Store,
    /// What encrypts the answers.
    pub vault: Arc<Vault>,
    /// The clock.
    pub now: Now,
    /// Whose.
    pub citizen: String,
}

impl Drafts {
    /// Begins a form.
    ///
    /// # Errors
    /// When the citizen has as many as it may, or the store is away.
    pub async fn begin(&self, procedure: &Procedure) -> Result<Draft, Problem> {
        let now = (self.now)();
        let draft = Draft {
            id: new_id(),
            citizen: self.citizen.clone(),
            procedure: procedure.id.0.clone(),
            version: procedure.version,
            answers: Answers::new(),
            created_at: now,
            saved_at: now,
            expires_at: expiry(now),
            visit_code: None,
            handed_over_at: None,
        };
        let mut tx = self.store.write_tx().await?;
        if drafts::count(&mut tx, &self.citizen).await? >= DRAFTS_PER_CITIZEN_MAX {
            return Err(Problem::NotNow(Words::new(
                format!(
                    "Masz już {DRAFTS_PER_CITIZEN_MAX} wersji roboczych. Usuń którąś, aby zacząć następną."
                ),
                format!(
                    "You have {DRAFTS_PER_CITIZEN_MAX} drafts already. Delete one to begin another."
                ),
            )));
        }
        drafts::insert(&mut tx, &self.vault, &draft).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// All, the one saved last first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn all(&self) -> Result<Vec<Draft>, Problem> {
        let now = (self.now)();
        let mut all = drafts::of_citizen(&self.store, &self.vault, &self.citizen).await?;
        all.retain(|draft| draft.expires_at > now);
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is none, or the store is away.
    pub async fn one(&self, id: &str) -> Result<Draft, Problem> {
        let found = drafts::by_id(&self.store, &self.vault, &self.citizen, id).await?;
        let now = (self.now)();
        found
            .filter(|draft| draft.expires_at > now)
            .ok_or(Problem::NotFound)
    }

    /// Keeps the answers that `change` makes of those that stand; others that were saved meanwhile,
    /// from another device, stay. What was handed over before is not what stands now.
    ///
    /// # Errors
    /// When there is no such draft, the answers are too long, or the store is away.
    pub async fn save(
        &self,
        id: &str,
        change: impl FnOnce(&mut Answers),
    ) -> Result<Draft, Problem> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let mut draft = self.held(&mut tx, id, now).await?;
        change(&mut draft.answers);
        draft.handed_over_at = None;
        let bytes = serde_json::to_string(&draft.answers).map_or(0, |text| text.len());
        if bytes > DRAFT_BYTES_MAX {
            return Err(Problem::TooLarge);
        }
        draft.saved_at = now;
        draft.expires_at = expiry(now);
        drafts::save(&mut tx, &self.vault, &draft).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// One of them, held for the transaction.
    pub(super) async fn held(
        &self,
        tx: &mut WriteTx,
        id: &str,
        now: Timestamp,
    ) -> Result<Draft, Problem> {
        let found = drafts::lock(tx, &self.vault, &self.citizen, id).await?;
        found
            .filter(|draft| draft.expires_at > now)
            .ok_or(Problem::NotFound)
    }

    /// Deletes one of them.
    ///
    /// # Errors
    /// When there is none, or the store is away.
    pub async fn delete(&self, id: &str) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        let deleted = drafts::delete(&mut tx, &self.citizen, id).await?;
        tx.commit().await?;
        deleted.then_some(()).ok_or(Problem::NotFound)
    }
}

/// A draft's procedure, in the version with which it began.
///
/// # Errors
/// When this program has it no more.
pub fn procedure_of(draft: &Draft) -> Result<&'static Procedure, Problem> {
    let found = Catalogue::embedded().version(&draft.procedure, draft.version);
    found.ok_or(Problem::NotFound)
}

/// Deletes drafts that expired, for one server, until it is dropped.
pub async fn sweep(store: Store, now: Now) {
    loop {
        if let Err(error) = delete_expired(&store, now()).await {
            tracing::error!(%error, "expired drafts were not deleted");
        }
        tokio::time::sleep(DRAFTS_SWEPT_EVERY).await;
    }
}

/// Deletes the drafts that expired by now; how many there were.
///
/// # Errors
/// When the store is away.
pub async fn delete_expired(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let mut tx = store.write_tx().await?;
    let deleted = drafts::delete_expired(&mut tx, now).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// When a draft that is saved now expires.
fn expiry(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_add(DRAFT_KEPT_MS))
}
