//! Documents that nobody has sent yet: they are added before the letter that encloses them. How many one
//! account may have is bounded, and what no letter ever enclosed is removed after a while.

use super::{Documents, Refused};
use crate::error::Problem;
use crate::limits::{UNSENT_BYTES_MAX, UNSENT_DOCUMENTS_MAX, UNSENT_KEPT_MS, UNSENT_SWEPT_EVERY};
use crate::store::documents::{self, Document};
use crate::store::{WriteTx, audit};
use auction_rules::Timestamp;
use serde_json::json;

impl Documents {
    /// Adds a document whose bytes lie in the folder already, if its sender has room for it.
    ///
    /// The audit log's row, which its entry holds until the commit, makes those who add and those who
    /// remove take turns: so what is counted stays so, and bytes that one of them stands on are not
    /// removed by another.
    pub(super) async fn add(&self, document: &Document) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        let details = json!({ "document": document.id, "sha256": document.sha256 });
        let (at, by) = (document.added_at, document.added_by.as_str());
        audit(&mut tx, at, by, "document.added", &details).await?;
        let unsent = documents::unsent(&mut tx, by).await?;
        if unsent.count >= UNSENT_DOCUMENTS_MAX || unsent.bytes + document.bytes > UNSENT_BYTES_MAX
        {
            self.drop_bytes(&mut tx, &document.sha256).await?;
            return Err(Refused::NoRoom.into());
        }
        // Somebody may have removed the same bytes since they were written: then they are sent again.
        if !self.folder.has_by_hash(&document.sha256).await? {
            return Err(Problem::Unavailable);
        }
        documents::insert(&mut tx, document).await?;
        Ok(tx.commit().await?)
    }

    /// Removes a document that its sender took out of a form again. One that was sent, or is not this
    /// account's, stays.
    ///
    /// # Errors
    /// When the store or the disk is away.
    pub async fn discard(&self, by: &str, id: &str) -> Result<(), Problem> {
        let found = documents::by_id(&self.store, id).await?;
        if let Some(own) = found.filter(|one| one.added_by == by) {
            self.remove(&own, by).await?;
        }
        Ok(())
    }

    /// Removes what was forgotten for one server, until it is dropped.
    pub async fn sweep(self) {
        loop {
            // Problems of the store were logged where they became one.
            drop(self.remove_forgotten().await);
            tokio::time::sleep(UNSENT_SWEPT_EVERY).await;
        }
    }

    /// Removes the documents that no letter enclosed within [`UNSENT_KEPT_MS`] and no draft of their
    /// sender's can name; gives how many.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn remove_forgotten(&self) -> Result<usize, Problem> {
        let now = (self.now)();
        let before = Timestamp(now.0.saturating_sub(UNSENT_KEPT_MS));
        let mut removed = 0;
        for document in documents::forgotten(&self.store, before, now).await? {
            match self.remove(&document, "server").await {
                Ok(done) => removed += usize::from(done),
                // The others are removed all the same.
                Err(_) => tracing::error!(document = document.id, "a document was not removed"),
            }
        }
        Ok(removed)
    }

    async fn remove(&self, document: &Document, who: &str) -> Result<bool, Problem> {
        let mut tx = self.store.write_tx().await?;
        let details = json!({ "document": document.id, "sha256": document.sha256 });
        audit(&mut tx, (self.now)(), who, "document.removed", &details).await?;
        if !documents::remove(&mut tx, &document.id).await? {
            return Ok(false);
        }
        self.drop_bytes(&mut tx, &document.sha256).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Removes bytes on which no document stands any more.
    async fn drop_bytes(&self, tx: &mut WriteTx, sha256: &str) -> Result<(), Problem> {
        match documents::is_known(tx, sha256).await? {
            true => Ok(()),
            false => self.folder.remove_by_hash(sha256).await,
        }
    }
}
