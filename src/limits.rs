//! Every bound of the server, by name: queues, buffers, messages, lists, retries.

use std::time::Duration;

/// Requests that wait for the journal's writer; whoever brings one more waits for a place.
///
/// An auction's room has one append in flight, so this is also about the number of rooms
/// that can write at one moment without waiting.
pub const JOURNAL_QUEUE_MAX: usize = 4096;

/// Requests that share one commit: more would only make the first of them wait for longer.
pub const JOURNAL_GROUP_MAX: usize = 1024;

/// Bytes after which a commit takes no further request, so that large bodies of many
/// auctions do not add up to one long stall.
pub const JOURNAL_GROUP_BYTES_MAX: usize = 8 << 20;

/// Body and openings of one batch, in bytes, each. Rooms aim at half of this.
pub const JOURNAL_BODY_BYTES_MAX: usize = 1 << 20;

/// Batches in one answer of `Journal::read`, whatever the caller asks for.
pub const JOURNAL_READ_MAX: usize = 256;

/// Auctions in one Redis command that marks them alive.
pub const JOURNAL_MARKS_MAX: usize = 1024;

/// First pause before an append with unknown outcome is sent again; it doubles each time.
pub const JOURNAL_REPEAT_FIRST: Duration = Duration::from_millis(20);

/// Longest pause before an append with unknown outcome is sent again. There is no limit to
/// the number of repeats: giving up would mean guessing the outcome.
pub const JOURNAL_REPEAT_LAST: Duration = Duration::from_secs(2);

/// SQLite moves its write-ahead log into the journal's file after this many bytes. More makes
/// the stalls rarer and longer.
pub const SQLITE_WAL_BYTES_MAX: i64 = 16 << 20;

/// Redis must have answered within this, or the outcome is unknown.
pub const REDIS_RESPONSE_MAX: Duration = Duration::from_secs(2);

/// Redis must have taken a connection and shown its settings within this.
pub const REDIS_CONNECT_MAX: Duration = Duration::from_secs(2);

/// First pause between two attempts to reach Redis; it doubles up to [`REDIS_RECONNECT_LAST`].
pub const REDIS_RECONNECT_FIRST: Duration = Duration::from_millis(50);

/// Longest pause between two attempts to reach Redis.
pub const REDIS_RECONNECT_LAST: Duration = Duration::from_secs(2);

/// How often the settings of Redis are read again: `CONFIG SET` can weaken them at any time.
pub const REDIS_CHECK_EVERY: Duration = Duration::from_secs(60);

/// Keys that Redis looks at in one step of a search for logs.
pub const REDIS_SCAN_STEP: usize = 1000;
