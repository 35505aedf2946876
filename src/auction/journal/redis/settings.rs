//! What a Redis must be for "acknowledged" to mean "durable".

use redis::{FromRedisValue, Value, aio::MultiplexedConnection, cmd};

use crate::auction::journal::{JournalError, Result};

use super::unavailable;

/// Settings under which a reply follows the fdatasync of what it acknowledges.
const REQUIRED: [(&str, &str); 4] = [
    ("appendonly", "yes"),
    ("appendfsync", "always"),
    ("no-appendfsync-on-rewrite", "no"),
    ("maxmemory-policy", "noeviction"),
];

/// Reads the settings; answers what is lacking, if the operator accepts that.
///
/// # Errors
/// [`JournalError::Refused`] for a Redis that is not the master, always (nothing can be written
/// there), and for weak settings unless `accept_weak`.
pub(super) async fn check(
    connection: &mut MultiplexedConnection,
    accept_weak: bool,
) -> Result<Option<String>> {
    check_role(connection).await?;
    let weaknesses = weaknesses(connection).await?;
    match weaknesses {
        None => Ok(None),
        Some(sentence) if accept_weak => Ok(Some(sentence)),
        Some(sentence) => Err(JournalError::Refused(format!(
            "{sentence} Correct it in redis.conf, or start with --accept-weak-durability."
        ))),
    }
}

async fn check_role(connection: &mut MultiplexedConnection) -> Result<()> {
    let answer: Vec<Value> = cmd("ROLE")
        .query_async(connection)
        .await
        .map_err(unavailable)?;
    let role = answer.into_iter().next().unwrap_or_default();
    let role = String::from_redis_value(role).unwrap_or_default();
    if role == "master" {
        return Ok(());
    }
    Err(JournalError::Refused(format!(
        "This Redis has the role {role}, it must be the master. Give the address of the master."
    )))
}

async fn weaknesses(connection: &mut MultiplexedConnection) -> Result<Option<String>> {
    let mut lacking = Vec::new();
    for (setting, required) in REQUIRED {
        match read(connection, setting).await {
            Ok(Some(found)) if found == required => {}
            Ok(Some(found)) => lacking.push(format!("{setting} is {found}, it must be {required}")),
            Ok(None) => lacking.push(format!("{setting} is unknown to it, it must be {required}")),
            Err(error) if error.is_unrecoverable_error() => return Err(unavailable(error)),
            Err(_) => return Ok(Some(unreadable())),
        }
    }
    let sentence = format!(
        "This Redis can lose acknowledged bids: {}.",
        lacking.join("; ")
    );
    Ok((!lacking.is_empty()).then_some(sentence))
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
        "This Redis does not let the server read its settings (CONFIG GET is forbidden), so \
         nothing proves that it has {}.",
        required.join(", ")
    )
}
