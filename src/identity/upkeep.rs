//! What is done for citizens' accounts without being asked.

use super::{Identity, registration};
use crate::limits::UPKEEP_EVERY;
use crate::store::{StoreError, citizens};
use std::sync::Arc;

impl Identity {
    /// Reminds owners of codes that end, and forgets registrations that nobody confirmed, until it is
    /// dropped.
    pub async fn keep_up(self: Arc<Self>) {
        loop {
            if let Err(error) = self.keep_up_once().await {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, source, "accounts were not looked after");
            }
            tokio::time::sleep(UPKEEP_EVERY).await;
        }
    }

    /// Does it once.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn keep_up_once(&self) -> Result<(), StoreError> {
        self.remind_of_codes().await?;
        let mut tx = self.store.write_tx().await?;
        let before = registration::forgotten_before((self.now)());
        citizens::forget_unconfirmed(&mut tx, before).await?;
        tx.commit().await
    }
}
