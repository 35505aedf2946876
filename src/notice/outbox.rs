//! The worker that sends what the outbox holds.
//!
//! A notice is leased before it is sent and settled after. A worker that ends in between leaves the
//! lease to run out, and the notice is sent again under the same Message-ID: never none, at most
//! one more for each time that a worker or a connection broke between the server's taking it and
//! our noting it.

use super::Notice;
use super::mail::{Mailer, NotSent};
use crate::document::Lang;
use crate::identity::{Now, Vault};
use crate::limits::{
    NOTICE_ATTEMPTS_MAX, NOTICE_LEASE_MS, NOTICE_POLL, NOTICE_RETRY_FIRST_MS, NOTICE_RETRY_LAST_MS,
    NOTICES_EVERY,
};
use crate::store::notices::{self, Attempt, NoticeRow};
use crate::store::{Store, StoreError};
use auction_rules::Timestamp;
use std::sync::Arc;

/// Sends notices for one server. Several servers may each have one.
pub struct Outbox {
    store: Store,
    mailer: Mailer,
    vault: Arc<Vault>,
    /// Where people reach the server; empty where the office has not set it.
    site: String,
    now: Now,
}

impl Outbox {
    /// An outbox that has not begun.
    #[must_use]
    pub fn new(store: Store, mailer: Mailer, vault: Arc<Vault>, site: String, now: Now) -> Self {
        Self {
            store,
            mailer,
            vault,
            site,
            now,
        }
    }

    /// Sends what is due, and then waits for more, until it is dropped.
    pub async fn run(self) {
        loop {
            let pause = match self.send_next().await {
                Ok(true) => NOTICES_EVERY,
                Ok(false) => NOTICE_POLL,
                Err(error) => {
                    let source = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::error!(%error, source, "the outbox cannot be read");
                    NOTICE_POLL
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Tries the notice that is due first; false when none is.
    ///
    /// # Errors
    /// When the store is away: what was leased is then tried again later.
    pub async fn send_next(&self) -> Result<bool, StoreError> {
        let now = (self.now)();
        let lease = now.plus(NOTICE_LEASE_MS);
        let mut tx = self.store.write_tx().await?;
        let Some(notice) = notices::lease(&mut tx, now, lease).await? else {
            return Ok(false);
        };
        tx.commit().await?;
        let attempt = self.attempt(&notice).await;
        tracing::info!(
            notice = notice.id,
            kind = notice.kind,
            ?attempt,
            "a notice was tried"
        );
        let mut tx = self.store.write_tx().await?;
        if !notices::settle(&mut tx, (self.now)(), &notice.id, lease, &attempt).await? {
            tracing::warn!(
                notice = notice.id,
                "the lease ran out while it was being sent"
            );
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn attempt(&self, row: &NoticeRow) -> Attempt {
        let lang = if row.lang == Lang::En.tag() {
            Lang::En
        } else {
            Lang::Pl
        };
        let notice: Notice = match serde_json::from_value(row.data.clone()) {
            Ok(notice) => notice,
            Err(error) => return Attempt::Failed(format!("the notice cannot be read: {error}")),
        };
        let notice = match notice {
            Notice::Account(notice) => {
                Notice::Account(notice.with_link(&self.site, &self.vault, &row.key))
            }
            other => other,
        };
        let text = notice.text(lang);
        let sent = self
            .mailer
            .send(&row.key, &row.recipient, row.created_at, &text, lang)
            .await;
        match sent {
            Ok(()) => Attempt::Sent,
            Err(NotSent { again: true, why }) if row.attempts < NOTICE_ATTEMPTS_MAX => {
                Attempt::Later(next_try(row.attempts, (self.now)()), why)
            }
            Err(NotSent { why, .. }) => Attempt::Failed(why),
        }
    }
}

/// Twice as long after each attempt, up to a bound.
fn next_try(attempts: i64, now: Timestamp) -> Timestamp {
    let doubled = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(20);
    let pause = NOTICE_RETRY_FIRST_MS.saturating_mul(1 << doubled);
    now.plus(pause.min(NOTICE_RETRY_LAST_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound() {
        let pause = |attempts| next_try(attempts, Timestamp(0)).0;
        let found: Vec<_> = [1, 2, 3, 4].map(pause).into();
        assert_eq!(found, [30_000, 60_000, 120_000, 240_000]);
        assert_eq!(pause(NOTICE_ATTEMPTS_MAX), 7_200_000);
        assert_eq!(pause(i64::MAX), 7_200_000);
    }
}
