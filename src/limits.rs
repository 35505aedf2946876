//! Every bound of the server: queues, messages, lists and retries. Sizes are bytes unless said.

use std::time::Duration;

/// Commands of one bidder that may be unanswered at once, so that no mailbox can fill.
pub const UNANSWERED_MAX: u32 = 4;
/// Commands waiting for one auction's room: four of each bidder the rules admit, and officers.
pub const MAILBOX_COMMANDS: usize = 40_064;
/// Durable batches waiting to be shown. The room waits when its viewers are so far behind.
pub const COMMITTED_QUEUE: usize = 64;
/// Questions to the replica (joins, views) waiting at once.
pub const REPLICA_QUEUE: usize = 1_024;
/// Command ids remembered in one auction are bounded by `attempts_max` of its terms and by this.
pub const COMMAND_IDS_MAX: usize = 4_000_000;

/// Longest frame that a client may send.
pub const CLIENT_FRAME_MAX: usize = 8 * 1024;
/// Read buffer of one socket.
pub const SOCKET_READ_BUFFER: usize = 4 * 1024;
/// Shared frames waiting for one socket; above this it is closed with 1013.
pub const OUTBOX_MAX: usize = 64 * 1024;
/// Frames joined into one write.
pub const FRAMES_PER_WRITE: usize = 32;
/// A write that makes no progress for so long closes the socket with 1013.
pub const STALLED_MAX: Duration = Duration::from_secs(5);
/// A socket lets others run after so many frames in a row.
pub const FRAMES_PER_TURN: u32 = 4;
/// Fan-out lets others run after so many sockets.
pub const SOCKETS_PER_TURN: usize = 32;
/// Messages of one connection that may be unreadable before it is closed with 1008.
pub const BAD_MESSAGES_MAX: u32 = 20;
/// Auctions that one connection may join.
pub const JOINED_MAX: usize = 64;
/// Previews of one connection in a second.
pub const PREVIEWS_PER_S: u32 = 20;
/// How often a client should send `ping`.
pub const PING_EVERY: Duration = Duration::from_secs(2);
/// Silence after which a connection is taken for lost.
pub const SILENT_MAX: Duration = Duration::from_secs(10);

/// Least time between two state frames of one audience, after the first that goes at once.
pub const CONFLATE_MS: u64 = 25;
/// Items of a feed kept for those who come back.
pub const FEED_HISTORY: usize = 2_000;

/// How often the owner of an auction says that it is alive.
pub const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// A silence longer than this is an outage.
pub const OUTAGE_ABOVE_MS: u64 = 2_000;
/// How long a deadline waits for commands that were stamped before it.
pub const SETTLE_MS: u64 = 20;
/// Batches read from the journal at once when an auction is recovered.
pub const RECOVERY_BATCHES: usize = 256;
/// A step of the system clock above this is logged and alarmed, and not followed.
pub const CLOCK_STEP_MS: i64 = 100;
/// How fast the server's clock may be slewed towards the system's: 0.5 ms in a second.
pub const CLOCK_SLEW_US_PER_S: i64 = 500;
