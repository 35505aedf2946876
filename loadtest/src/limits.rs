//! Every bound of the load generator, by name.

use std::time::Duration;

/// Commands that a bidder may have unanswered: the protocol's own bound.
pub(crate) const UNANSWERED_MAX: usize = 4;
/// Attempts of one bidder in one second that the terms allow.
pub(crate) const ATTEMPTS_PER_S: u32 = 100;
/// Attempts of one bidder in all that the terms allow.
pub(crate) const ATTEMPTS_MAX: u32 = 10_000;
/// Mean attempts of one bidder in one second: jitter needs room below [`ATTEMPTS_PER_S`].
pub(crate) const MEAN_PER_S_MAX: f64 = 40.0;
/// Receipts that wait to be verified before bidders are held back.
pub(crate) const EVIDENCE_QUEUE: usize = 65_536;
/// Public frames whose reading is kept, per thread: viewers get the same bytes.
pub(crate) const FRAMES_KEPT: usize = 16;
/// Connections that are opened at the same time.
pub(crate) const CONNECTS_AT_ONCE: usize = 64;
/// Log-ins and other calls of the set-up that run at the same time.
pub(crate) const CALLS_AT_ONCE: usize = 8;
/// How long a client tries to connect again before it gives up.
pub(crate) const RECONNECT_WAIT: Duration = Duration::from_secs(60);
/// Wait between two attempts to connect.
pub(crate) const RECONNECT_PAUSE: Duration = Duration::from_millis(200);
/// A command that is not answered for so long is sent again on a new connection: its node may be cut off.
pub(crate) const UNANSWERED_WAIT: Duration = Duration::from_secs(5);
/// Pings in a row without any frame after which a connection is taken for lost.
pub(crate) const UNANSWERED_PINGS_MAX: u32 = 2;
/// Wait for a connection that is made again, before the next address is tried.
pub(crate) const AGAIN_WAIT: Duration = Duration::from_secs(5);
/// How long a fault lasts that is ended by this program: longer than the owner's lease.
pub(crate) const FAULT_HOLDS: Duration = Duration::from_secs(3);
/// Wait for bids that are accepted after a fault.
pub(crate) const RECOVERY_WAIT: Duration = Duration::from_secs(30);
/// Faults of one run.
pub(crate) const FAULTS_MAX: usize = 10_000;
/// Nodes of a server of our own.
pub(crate) const NODES_MAX: usize = 8;
/// Wait for one frame of the hand-shake, or one answer of the officer's API.
pub(crate) const ANSWER_WAIT: Duration = Duration::from_secs(30);
/// Wait for a spawned server or journal to be ready.
pub(crate) const READY_WAIT: Duration = Duration::from_secs(30);
/// Wait for a spawned process to end before it is killed.
pub(crate) const STOP_WAIT: Duration = Duration::from_secs(5);
/// Wait for the seal, and for the log after it, beyond the last possible close.
pub(crate) const SEAL_WAIT: Duration = Duration::from_secs(30);
/// Examples of each kind of failure that are kept and shown.
pub(crate) const EXAMPLES_MAX: usize = 5;
/// Above this share of its cores the client is the bottleneck.
pub(crate) const CLIENT_BUSY_MAX: f64 = 0.9;
/// A client that sends later than this (p99) though it was free to send is the bottleneck.
pub(crate) const SEND_LAG_MAX: Duration = Duration::from_millis(5);
/// File descriptors kept for files, the officer's API and spawned processes.
pub(crate) const SPARE_FILES: u64 = 64;
