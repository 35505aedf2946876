//! What a Redis must be for "acknowledged" to mean "durable".

use redis::{FromRedisValue, Value, aio::MultiplexedConnection, cmd};

use crate::{
    auction::journal::{JournalError, Result},
    limits::REDIS_SENTINEL_MAX,
};
use tokio::time::timeout;

use super::{RedisOptions, master::Master, unavailable};

/// Settings under which a reply follows the fdatasync of what it acknowledges.
const REQUIRED: [(&str, &str); 4] = [
    ("appendonly", "yes"),
    ("appendfsync", "always"),
    ("no-appendfsync-on-rewrite", "no"),
    ("maxmemory-policy", "noeviction"),
];

/// Without it a master that was cut off from its replicas goes on writing what a failover loses.
const REPLICAS: &str = "min-replicas-to-write";

/// Reads the settings; answers what is lacking, if the operator accepts that.
///
/// # Errors
/// [`JournalError::Refused`] for a Redis that is not the master, always (nothing can be written
/// there), and for weak settings unless the operator accepts them.
pub(super) async fn check(
    connection: &mut MultiplexedConnection,
    master: &Master,
    options: &RedisOptions,
) -> Result<Option<String>> {
    let connected = check_role(connection).await?;
    metrics::gauge!("ebok_redis_replicas").set(connected as f64);
    let mut lacking = lacking(connection, options.replicas).await?;
    lacking.extend(uncounted(master, options.replicas, connected).await);
    metrics::gauge!("ebok_journal_weak").set(u8::from(!lacking.is_empty()));
    if lacking.is_empty() {
        return Ok(None);
    }
    let sentence = format!(
        "This Redis can lose acknowledged bids: {}.",
        lacking.join("; ")
    );
    if options.accept_weak_durability {
        return Ok(Some(sentence));
    }
    Err(JournalError::Refused(format!(
        "{sentence} Correct it as docs/operations.md says, or start with --accept-weak-durability."
    )))
}

/// Refuses all but the master; gives the number of replicas that follow it now.
async fn check_role(connection: &mut MultiplexedConnection) -> Result<usize> {
    let answer: Vec<Value> = cmd("ROLE")
        .query_async(connection)
        .await
        .map_err(unavailable)?;
    let mut parts = answer.into_iter();
    let role = String::from_redis_value(parts.next().unwrap_or_default()).unwrap_or_default();
    if role != "master" {
        return Err(JournalError::Refused(format!(
            "This Redis has the role {role}, it must be the master. Give the address of the master."
        )));
    }
    // Between them stands the offset.
    let followers = Vec::<Value>::from_redis_value(parts.nth(1).unwrap_or_default());
    Ok(followers.unwrap_or_default().len())
}

async fn lacking(connection: &mut MultiplexedConnection, replicas: usize) -> Result<Vec<String>> {
    let mut lacking = Vec::new();
    for (setting, required) in REQUIRED {
        match read(connection, setting).await {
            Ok(Some(found)) if found == required => {}
            Ok(Some(found)) => lacking.push(format!("{setting} is {found}, it must be {required}")),
            Ok(None) => lacking.push(format!("{setting} is unknown to it, it must be {required}")),
            Err(error) if error.is_unrecoverable_error() => return Err(unavailable(error)),
            Err(_) => return Ok(vec![unreadable()]),
        }
    }
    let found = read(connection, REPLICAS).await.map_err(unavailable)?;
    let found = found.and_then(|count| count.parse().ok()).unwrap_or(0);
    if found < replicas {
        lacking.push(format!(
            "{REPLICAS} is {found}, it must be at least {replicas} (--redis-replicas)"
        ));
    }
    Ok(lacking)
}

/// What a failover by Sentinel could lose. `WAIT` counts replicas and does not tell which, so what is
/// acknowledged is on the next master for certain only when all of them have it.
async fn uncounted(master: &Master, waited: usize, connected: usize) -> Option<String> {
    let asked = timeout(REDIS_SENTINEL_MAX, master.replicas()).await;
    match asked.unwrap_or_else(|late| Err(std::io::Error::other(late).into())) {
        Ok(Some(known)) => {
            let is_unsafe = known.len() > waited && known.iter().any(|one| one.is_promotable);
            is_unsafe.then(|| {
                format!(
                    "an append waits for {waited} of the {} replicas that Sentinel knows \
                     (--redis-replicas)",
                    known.len()
                )
            })
        }
        Ok(None) => {
            if connected > waited {
                tracing::warn!(
                    connected,
                    waited,
                    "replicas follow this Redis that no append waits for: none may become the master"
                );
            }
            None
        }
        Err(error) => {
            tracing::warn!(%error, "Sentinel does not say which replicas there are");
            None
        }
    }
}

async fn read(
    connection: &mut MultiplexedConnection,
    setting: &str,
) -> redis::RedisResult<Option<String>> {
    let pair: Vec<String> = cmd("CONFIG")
        .arg("GET")
        .arg(setting)
        .query_async(connection)
        .await?;
    Ok(pair.into_iter().nth(1))
}

/// Managed services often forbid CONFIG.
fn unreadable() -> String {
    let required: Vec<_> = REQUIRED
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    format!(
        "it does not let the server read its settings (CONFIG GET is forbidden), so nothing \
         proves that it has {}",
        required.join(", ")
    )
}
