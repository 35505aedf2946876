//! How a house ends before its auction does.

use ebok::auction::journal::faulty::{FaultyJournal, Stage};
use rand::Rng;
use rand::rngs::StdRng;
use std::time::Duration;

/// How a life of a house ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// The auction is sealed, and all of it was looked at.
    Sealed,
    /// The power went.
    Crashed,
    /// The power went while a batch was being written.
    CrashedInAppend,
    /// The journal failed, so the process ended.
    JournalFailed,
    /// It was closed.
    Closed,
}

impl End {
    /// In the tally.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Crashed => "crashed",
            Self::CrashedInAppend => "crashed in an append",
            Self::JournalFailed => "journal failed",
            Self::Closed => "closed",
        }
    }
}

/// When the power will go.
pub(super) enum Ending {
    Never,
    After(Duration),
    /// At the next append that comes so far.
    InAppend(Duration, Stage),
}

impl Ending {
    pub(super) fn draw(random: &mut StdRng, ends: bool) -> Self {
        let after = Duration::from_micros(random.random_range(0..9_000_000));
        match random.random_range(0..5) {
            _ if !ends => Self::Never,
            0 | 1 => Self::After(after),
            2 | 3 => Self::InAppend(after, Stage::Decided),
            _ => Self::InAppend(after, Stage::Begun),
        }
    }

    /// Waits for it.
    pub(super) async fn comes(&self, journal: &FaultyJournal) -> End {
        match self {
            Self::Never => std::future::pending().await,
            Self::After(after) => {
                pass_time(*after).await;
                End::Crashed
            }
            Self::InAppend(after, stage) => {
                pass_time(*after).await;
                journal.reached(*stage).await;
                End::CrashedInAppend
            }
        }
    }
}

async fn pass_time(length: Duration) {
    tokio::time::sleep_until(tokio::time::Instant::now() + length).await;
}
