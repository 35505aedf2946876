//! Time stamps: the heads of sealed logs, the receipts for letters and each day's head of the audit log
//! are stamped by the authority that the flags name. While it is away, nothing waits for it.

use crate::chain::stamp::Authority;
use crate::clock::WARSAW;
use crate::error::Problem;
use crate::identity::Now;
use crate::limits::STAMP_EVERY;
use crate::store::stamps::{self, Stamp};
use crate::store::{Store, StoreError, audit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;

/// What has digests stamped.
#[derive(Clone)]
pub struct Stamping {
    /// Where the digests wait.
    pub store: Store,
    /// Whom to ask; without one, nothing is stamped.
    pub authority: Option<Arc<Authority>>,
    /// The clock.
    pub now: Now,
}

impl Stamping {
    /// Has digests stamped for one server, until it is dropped. At its start everything that was not
    /// stamped is due.
    pub async fn run(self) {
        if self.authority.is_none() {
            return;
        }
        // Problems of the store were logged where they became one.
        drop(self.hurry().await);
        loop {
            drop(self.want_head_of_day().await);
            drop(self.stamp_due().await);
            tokio::time::sleep(STAMP_EVERY).await;
        }
    }

    async fn hurry(&self) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        stamps::hurry(&mut tx, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    /// Asks for a stamp of the audit log's head, once each day of Warsaw.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn want_head_of_day(&self) -> Result<(), Problem> {
        let now = (self.now)();
        let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let day = moment.to_zoned(zone).date().to_string();
        if audit::has_day(&self.store, &day).await? {
            return Ok(());
        }
        let mut tx = self.store.write_tx().await?;
        if let Some(head) = audit::keep_day(&mut tx, &day).await? {
            stamps::want(&mut tx, now, &head).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Has everything stamped that is due; gives how many stamps there are now that were not.
    ///
    /// # Errors
    /// When the store is away. What was stamped before stays so.
    pub async fn stamp_due(&self) -> Result<usize, Problem> {
        let Some(authority) = &self.authority else {
            return Ok(0);
        };
        let mut stamped = 0;
        while let Some(due) = self.take().await? {
            stamped += usize::from(self.stamp(authority, &due).await?);
        }
        Ok(stamped)
    }

    async fn take(&self) -> Result<Option<Stamp>, StoreError> {
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
                    audit::audit(&mut tx, (self.now)(), "server", "digest.stamped", &details)
                        .await?;
                }
                first
            }
            Err(error) => {
                tracing::error!(%digest, attempts = due.attempts, %error, "a digest was not stamped");
                stamps::failed(&mut tx, digest, &error.to_string()).await?;
                false
            }
        };
        tx.commit().await?;
        Ok(stamped)
    }
}
