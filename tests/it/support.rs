//! Servers that tests start for themselves, and those who talk to them.

use std::time::Duration;

pub(crate) mod authority;
pub(crate) mod bidder;
pub(crate) mod browser;
pub(crate) mod certificates;
pub(crate) mod citizen;
pub(crate) mod clamd;
pub(crate) mod demo;
pub(crate) mod haproxy;
pub(crate) mod onlooker;
pub(crate) mod post;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod proof;
pub(crate) mod provider;
pub(crate) mod proxy;
pub(crate) mod redis;
pub(crate) mod sentinels;
pub(crate) mod server;
pub(crate) mod setting;
pub(crate) mod socket;
pub(crate) mod stage;
pub(crate) mod trace;
pub(crate) mod wait;

/// How often [`until`] asks.
const ASK_EVERY: Duration = Duration::from_millis(10);
/// For how long it does.
const ASK_MAX: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer; fails when there never is one.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let mut every = tokio::time::interval(ASK_EVERY);
    let answer = async {
        loop {
            every.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    let within = tokio::time::timeout(ASK_MAX, answer).await;
    within.unwrap_or_else(|_| panic!("never: {what}"))
}
