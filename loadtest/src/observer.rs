//! A client that only watches.

use crate::course::Course;
use crate::link::Heard;
use crate::secrecy::Audience;
use crate::viewer::{Seen, Viewer};
use anyhow::Result;
use std::sync::Arc;

/// Watches from before the opening to the seal.
///
/// # Errors
/// The server does not let it join, or does not come back.
pub(crate) async fn watch(course: Arc<Course>, number: usize) -> Result<Seen> {
    let (mut viewer, _) =
        Viewer::enter(Arc::clone(&course), number, Audience::Observers, None).await?;
    let deadline = tokio::time::Instant::from_std(course.deadline);
    while !viewer.seen.sealed {
        match tokio::time::timeout_at(deadline, viewer.link.hear()).await {
            Ok(Heard::Frame(text)) => {
                if viewer.take(&text).await.is_err() {
                    viewer.come_back().await?;
                }
            }
            Ok(Heard::Lost(_)) => viewer.come_back().await?,
            Err(_) => break,
        }
    }
    Ok(viewer.finish())
}
