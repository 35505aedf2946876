//! The published log of an auction, as it is served from the seal on.

use super::journal::{BatchId, Journal, JournalError};
use crate::limits::RECOVERY_BATCHES;
use auction_rules::identity::Disclosure;
use auction_rules::keys::KeySet;
use auction_rules::{Alias, AuctionId};
use std::collections::BTreeMap;

/// Reads a whole log and publishes it: key set, batches as stored, and the disclosures of those
/// who may be named, which can be deleted later while the log still verifies.
///
/// # Errors
/// When the journal does not answer.
pub async fn published(
    journal: &dyn Journal,
    auction: &AuctionId,
    key_set: &KeySet,
    disclosures: &BTreeMap<Alias, Disclosure>,
) -> Result<String, JournalError> {
    let text = |value: serde_json::Result<String>| value.unwrap_or_default();
    let mut log = format!(
        "{{\"format\":\"ebok-log-1\",\"auction\":\"{auction}\",\"key_set\":{},\"disclosures\":{},\"batches\":[",
        text(serde_json::to_string(key_set)),
        text(serde_json::to_string(disclosures)),
    );
    let mut after: Option<BatchId> = None;
    loop {
        let batches = journal.read(auction, after, RECOVERY_BATCHES).await?;
        let Some(last) = batches.last() else { break };
        let had = after.replace(last.id).is_some();
        for (index, batch) in batches.iter().enumerate() {
            if had || index > 0 {
                log.push(',');
            }
            log.push('\n');
            log.push_str(&String::from_utf8_lossy(&batch.body));
        }
    }
    log.push_str("\n]}\n");
    Ok(log)
}
