//! The published log of a sealed auction, with the time stamp of its head beside it.

use super::Desk;
use crate::auction::record::Published;
use crate::error::Problem;
use crate::store::stamps::{self, Stamp};
use auction_rules::{AuctionId, Digest};

impl Desk {
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
