//! The tenders that everyone may know of.

use super::tenders::{self, Tender};
use super::{Store, StoreError};

/// Announced tenders older than `before`, newest first, at most `most`. A tender is announced once
/// an auction of one of its lots is; test tenders never are.
///
/// # Errors
/// When the store is away.
pub async fn page(
    store: &Store,
    before: Option<&str>,
    most: i64,
) -> Result<Vec<Tender>, StoreError> {
    // "~" sorts after every id.
    let rows = sqlx::query(
        "SELECT * FROM tender WHERE id < $1 AND test = 0 AND EXISTS (SELECT 1 FROM lot \
         WHERE lot.tender_id = tender.id AND lot.state = 'published') \
         ORDER BY id DESC LIMIT $2",
    )
    .bind(before.unwrap_or("~"))
    .bind(most)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(tenders::tender).collect()
}
