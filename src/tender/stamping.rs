//! Time stamps: the head of each sealed log is stamped by the authority that the flags name, and the
//! stamp published beside the log. While the authority is away, nothing waits for it.

use super::Desk;
use crate::auction::record::Published;
use crate::chain::stamp::Authority;
use crate::error::Problem;
use crate::limits::STAMP_EVERY;
use crate::store::stamps::{self, Stamp};
use crate::store::{StoreError, audit};
use auction_rules::{AuctionId, Digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

impl Desk {
    /// Has heads stamped for one server, until it is dropped. At its start every head that was not
    /// stamped is due.
    pub async fn stamp_heads(self) {
        if self.config.authority.is_none() {
            return;
        }
        // Problems of the store were logged where they became one.
        drop(self.hurry_stamps().await);
        loop {
            drop(self.stamp_due().await);
            tokio::time::sleep(STAMP_EVERY).await;
        }
    }

    async fn hurry_stamps(&self) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        stamps::hurry(&mut tx, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    /// Has everything stamped that is due; gives how many stamps there are now that were not.
    ///
    /// # Errors
    /// When the store is away. What was stamped before stays so.
    pub async fn stamp_due(&self) -> Result<usize, Problem> {
        let Some(authority) = &self.config.authority else {
            return Ok(0);
        };
        let mut stamped = 0;
        while let Some(due) = self.take_stamp().await? {
            stamped += usize::from(self.stamp(authority, &due).await?);
        }
        Ok(stamped)
    }

    async fn take_stamp(&self) -> Result<Option<Stamp>, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let taken = stamps::take(&mut tx, (self.now)()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    async fn stamp(&self, authority: &Authority, due: &Stamp) -> Result<bool, StoreError> {
        let digest = &due.digest;
        let answer = authority.stamp(digest).await;
        let mut tx = self.store.write_tx().await?;
        let stamped = match answer {
            Ok((token, at)) => {
                let token = STANDARD.encode(token);
                let first = stamps::settle(&mut tx, digest, at, &token).await?;
                if first {
                    let details = json!({ "digest": digest, "stamped_at": at });
                    audit(&mut tx, (self.now)(), "server", "head.stamped", &details).await?;
                }
                first
            }
            Err(error) => {
                tracing::error!(%digest, attempts = due.attempts, %error, "a head was not stamped");
                stamps::failed(&mut tx, digest, &error.to_string()).await?;
                false
            }
        };
        tx.commit().await?;
        Ok(stamped)
    }

    /// The time stamp of a sealed log; none before the seal, and where none was asked for.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn stamp_of(&self, auction: &AuctionId) -> Result<Option<Stamp>, Problem> {
        match self.sealed_head(auction).await {
            Some(head) => Ok(stamps::of(&self.store, &head).await?),
            None => Ok(None),
        }
    }

    async fn sealed_head(&self, auction: &AuctionId) -> Option<Digest> {
        self.house.find(auction).await?.sealed_head()
    }

    /// The published log with its time stamp, from the seal on.
    ///
    /// # Errors
    /// No such auction, one that is not sealed yet, or store or journal is away.
    pub async fn published_log(&self, auction: &AuctionId) -> Result<Published, Problem> {
        let stamp = self.stamp_of(auction).await?.and_then(|stamp| stamp.token);
        Ok(self.house.published_log(auction, stamp.as_deref()).await?)
    }
}
