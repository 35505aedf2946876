//! What browsers and programs ask for. Every route stands in [`router`].

use crate::auction::house::House;
use crate::auction::practice::Practices;
use crate::config::Config;
use crate::folder::Folders;
use crate::identity::{Identity, Now};
use crate::office::circulation::Circulation;
use crate::office::letters::Letters;
use crate::office::signatures::checking::Checking;
use crate::stamping::Stamping;
use crate::store::Store;
use crate::tender::Desk;
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

mod accounts;
mod assets;
mod attachment;
mod auctions;
mod board;
mod body;
pub mod colours;
mod csrf;
mod files;
mod form;
mod format;
mod headers;
mod letters;
mod listener;
mod live;
mod lots;
mod matters;
mod operations;
mod origin;
mod pages;
mod papers;
mod practice;
mod problem;
mod router;
mod session;
mod tenders;
mod terms;
mod visit;
mod words;

pub use listener::serve;
pub use router::app;

/// Whether something answers, asked at each `/readyz`.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// What every request may use. Clones share it.
#[derive(Clone)]
pub struct AppState {
    /// The auctions.
    pub house: Arc<House>,
    /// The auctions that are none.
    pub practices: Arc<Practices>,
    /// The SQL store.
    pub store: Store,
    /// Accounts, passwords and sessions.
    pub identity: Arc<Identity>,
    /// The bytes of files.
    pub files: Folders,
    /// What takes the citizens' letters, with their documents.
    pub letters: Arc<Letters>,
    /// What the flags say.
    pub config: Arc<Config>,
    /// Whether the journal takes appends.
    pub journal_ready: Ready,
    /// Renders the metrics; none where nothing collects them.
    pub metrics: Option<PrometheusHandle>,
    /// The clock.
    pub now: Now,
}

impl AppState {
    /// The officer's paperwork.
    #[must_use]
    pub fn desk(&self) -> Desk {
        Desk {
            store: self.store.clone(),
            house: Arc::clone(&self.house),
            identity: Arc::clone(&self.identity),
            files: self.files.clone(),
            now: Arc::clone(&self.now),
            config: Arc::clone(&self.config),
        }
    }

    /// How letters become cases and are answered.
    #[must_use]
    pub fn circulation(&self) -> Circulation {
        Circulation {
            store: self.store.clone(),
            documents: self.letters.documents().clone(),
            catalogue: self.config.catalogue(),
            now: Arc::clone(&self.now),
            config: Arc::clone(&self.config),
        }
    }

    /// What checks the signatures of letters.
    #[must_use]
    pub fn checking(&self) -> Checking {
        Checking {
            store: self.store.clone(),
            folder: self.files.documents.clone(),
            anchors: self.config.signature_anchors.clone(),
            now: Arc::clone(&self.now),
        }
    }

    /// What has digests stamped.
    #[must_use]
    pub fn stamping(&self) -> Stamping {
        Stamping {
            store: self.store.clone(),
            authority: self.config.authority.clone(),
            now: Arc::clone(&self.now),
        }
    }
}
