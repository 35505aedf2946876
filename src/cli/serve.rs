//! `ebok serve`: the server.

use super::now_of;
use crate::auction::archive::Archived;
use crate::auction::chance::Chance;
use crate::auction::house::{House, OnFatal};
use crate::auction::journal::Journal;
use crate::auction::journal::redis::RedisJournal;
use crate::auction::journal::sqlite::SqliteJournal;
use crate::auction::practice::Practices;
use crate::chain::Signer;
use crate::clock::Clock;
use crate::config::{Config, JournalKind, ServeFlags};
use crate::folder::Folders;
use crate::identity::{Effort, Identity, Now, Vault};
use crate::notice::outbox::Outbox;
use crate::office::documents::Documents;
use crate::office::drafts;
use crate::office::letters::Letters;
use crate::office::seal::Seal;
use crate::store::{Store, sealing};
use crate::web::AppState;
use crate::{telemetry, tender, web};
use anyhow::Context;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How the process ends when the journal takes nothing more: `EX_IOERR` of sysexits.h.
const EXIT_JOURNAL: i32 = 74;

/// Serves until it is told to stop (SIGTERM or ctrl-c); requests under way are finished.
///
/// # Errors
/// When a flag cannot stand, store or journal does not open, or the port is taken.
pub async fn run(flags: ServeFlags) -> anyhow::Result<()> {
    telemetry::log(flags.log_format, telemetry::FILTER);
    let running = Running::start(&flags).await?;
    tracing::info!(address = %running.address, fingerprint = running.fingerprint, "serving");
    running.serve().await?;
    tracing::info!("stopped");
    Ok(())
}

/// A server that is ready to serve: store, journal and auctions are open, and the port is taken.
pub struct Running {
    /// What every request may use.
    pub state: AppState,
    /// Where it listens.
    pub address: SocketAddr,
    /// The admin key's fingerprint, to be given to bidders.
    pub fingerprint: String,
    journal: Arc<Archived>,
    archive_after: u32,
    listener: TcpListener,
}

impl Running {
    /// Opens everything and recovers the auctions that are under way.
    ///
    /// # Errors
    /// When a flag cannot stand, store or journal does not open, or the port is taken.
    pub async fn start(flags: &ServeFlags) -> anyhow::Result<Self> {
        let config = Arc::new(Config::from_flags(flags)?);
        let metrics = telemetry::metrics().context("collecting metrics")?;
        let clock = Clock::start();
        tokio::spawn(clock.clone().discipline());
        let store = Store::open(&flags.store.place())
            .await
            .context("opening the store")?;
        let data = &flags.store.data_dir;
        let signer = Signer::open(&data.join("keys"), &flags.node, clock.now())
            .context("opening the keys")?;
        let journal = journal(flags).await.context("opening the journal")?;
        let now = now_of(&clock);
        let archive = tender::archiving::archive_in(store.clone(), Arc::clone(&now));
        let journal = Arc::new(Archived::new(journal, archive));
        if let Some(weak) = journal.weak_durability() {
            tracing::warn!(weak, "acknowledged bids may be lost");
        }
        let fingerprint = signer.fingerprint();
        let disclosures = tender::disclosures(store.clone());
        let (on_fatal, chance) = (on_fatal(), Chance::secret());
        let house = House::open(
            journal.clone(),
            signer,
            clock.clone(),
            disclosures,
            on_fatal,
            chance,
        );
        let house = house.await?;
        let vault = vault(&data.join("keys"), &store).await?;
        let (sealed, asked) = (Arc::clone(&vault), Arc::clone(&now));
        let identity = Identity::start(store.clone(), Effort::OWASP, sealed, asked)
            .context("starting the threads that check passwords")?;
        let ready = Arc::clone(&house);
        let practices = Practices::open(clock).context("preparing practice auctions")?;
        let files = Folders::open(data).context("opening the folders of files")?;
        let documents = documents(&store, &files, &now, &config);
        let letters = letters(&data.join("keys"), documents, &config, &vault)?;
        let state = AppState {
            house,
            practices: Arc::new(practices),
            store,
            identity: Arc::new(identity),
            files,
            letters: Arc::new(letters),
            config,
            journal_ready: Arc::new(move || {
                let house = Arc::clone(&ready);
                Box::pin(async move { house.is_ready().await })
            }),
            metrics: Some(metrics),
            now,
        };
        let listener = TcpListener::bind(flags.listen)
            .await
            .with_context(|| format!("listening on {}", flags.listen))?;
        let address = listener.local_addr()?;
        Ok(Self {
            state,
            address,
            fingerprint,
            journal,
            archive_after: flags.archive_after,
            listener,
        })
    }

    /// Serves until the process is told to stop.
    ///
    /// # Errors
    /// When the process cannot listen for its signals.
    pub async fn serve(self) -> anyhow::Result<()> {
        let (house, store) = (Arc::clone(&self.state.house), self.state.store.clone());
        let stop = stopped(Arc::clone(&house))?;
        let outbox = self.state.config.mailer.clone().map(|mailer| {
            let vault = Arc::clone(self.state.identity.vault());
            let (site, now) = (self.state.config.address(""), Arc::clone(&self.state.now));
            let outbox = Outbox::new(store.clone(), mailer, vault, site, now);
            tokio::spawn(outbox.run())
        });
        let announcing = tokio::spawn(self.state.desk().announce_ends());
        let filing = tokio::spawn(self.state.desk().file_records());
        let keeping = tokio::spawn(self.state.circulation().keep_tenders());
        let stamping = tokio::spawn(self.state.stamping().run());
        let scanning = tokio::spawn(self.state.letters.documents().clone().scan());
        let checking = tokio::spawn(self.state.checking().run());
        let forgetting = tokio::spawn(self.state.letters.documents().clone().sweep());
        let upkeep = tokio::spawn(Arc::clone(&self.state.identity).keep_up());
        let sweeping = tokio::spawn(drafts::sweep(store.clone(), Arc::clone(&self.state.now)));
        let watching = tokio::spawn(self.state.circulation().watch());
        let archiving = self.state.desk();
        let archiving = tokio::spawn(archiving.archive_logs(self.journal, self.archive_after));
        web::serve(self.listener, web::app(self.state), stop).await;
        announcing.abort();
        filing.abort();
        keeping.abort();
        stamping.abort();
        scanning.abort();
        checking.abort();
        forgetting.abort();
        upkeep.abort();
        sweeping.abort();
        watching.abort();
        archiving.abort();
        outbox.iter().for_each(|outbox| outbox.abort());
        store.close().await;
        Ok(())
    }
}

async fn journal(flags: &ServeFlags) -> anyhow::Result<Arc<dyn Journal>> {
    Ok(match flags.journal {
        JournalKind::Sqlite => {
            let file = flags.store.data_dir.join("journal.sqlite");
            Arc::new(tokio::task::spawn_blocking(move || SqliteJournal::open(&file)).await??)
        }
        JournalKind::Redis => {
            let options = flags.redis.options()?;
            Arc::new(RedisJournal::connect(&flags.redis.redis_url, options).await?)
        }
    })
}

/// What is durable is known only after a restart, so the process ends at once.
fn on_fatal() -> OnFatal {
    Arc::new(|failed| {
        tracing::error!(error = %failed, "the journal takes nothing more: the process ends");
        std::process::exit(EXIT_JOURNAL);
    })
}

/// What encrypts personal data, which an earlier version may have kept in clear text.
async fn vault(keys: &Path, store: &Store) -> anyhow::Result<Arc<Vault>> {
    let vault = Vault::open(keys).context("opening the key of personal data")?;
    sealing::seal_answers(store, &vault)
        .await
        .context("encrypting the answers of earlier versions")?;
    Ok(Arc::new(vault))
}

/// What people send, kept in this folder.
fn documents(store: &Store, files: &Folders, now: &Now, config: &Config) -> Documents {
    Documents {
        store: store.clone(),
        folder: files.documents.clone(),
        now: Arc::clone(now),
        scanner: config.scanner.clone(),
    }
}

/// Takes letters in, under the office's seal among these keys.
fn letters(
    keys: &Path,
    documents: Documents,
    config: &Arc<Config>,
    vault: &Arc<Vault>,
) -> anyhow::Result<Letters> {
    let seal = Seal::open(keys, &config.office.name, (documents.now)())
        .context("opening the office's seal")?;
    Ok(Letters::new(
        documents,
        Arc::clone(config),
        seal,
        Arc::clone(vault),
    ))
}

/// Resolves on SIGTERM or ctrl-c, when the rooms have finished what they had in hand.
fn stopped(house: Arc<House>) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        house.close().await;
    })
}
