//! Waiting for a condition, with a bound.

use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How long a test waits for anything before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Looks again and again until there is what is waited for.
pub(crate) async fn wait_for<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut every = interval(LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let found = timeout(PATIENCE, async {
        loop {
            every.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    });
    found
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// Lets a random moment pass: what is killed after it is killed at no moment of ours.
pub(crate) async fn pass(time: Duration) {
    let _ = timeout(time, std::future::pending::<()>()).await;
}
