//! Sessions: who a token stands for.
//!
//! A session ends when it is ended, when it expires, or when it is idle; not when its address
//! changes. On the node that ends it, it ends at once, sockets included; on other nodes within
//! [`RECHECK_MS`]. While the store is away, people who were logged in stay so for a while: an
//! auction does not need the store.

use super::{Now, Who};
use crate::store::sessions::{self as rows, Holder, Owner, SessionOwner, SessionRow};
use crate::store::{Store, StoreError, audit};
use auction_rules::Timestamp;
use dashmap::DashMap;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

/// How long a session lasts at most, in milliseconds.
pub const LENGTH_MS: u64 = 12 * 3_600_000;
/// How long a session may be unused, in milliseconds.
pub const IDLE_MS: u64 = 2 * 3_600_000;
/// Sessions of one person; a further one ends the oldest.
pub const PER_HOLDER_MAX: i64 = 20;
/// For how long a session is taken from memory before the store is asked again.
pub const RECHECK_MS: u64 = 5_000;
/// For how long a session is taken from memory while the store is away.
pub const STORE_AWAY_MS: u64 = 1_800_000;
/// For how long after its last use a session that ran out still lets its owner's page be saved, in
/// milliseconds: a day's work.
pub const LAPSED_MS: u64 = 12 * 3_600_000;
/// How exactly the store knows when a session was last used.
pub const TOUCH_MS: u64 = 300_000;
/// How long a session at a computer that many people use may be unused, in milliseconds.
pub const KIOSK_IDLE_MS: u64 = 300_000;
/// How exactly the store knows when such a session was last used.
const KIOSK_TOUCH_MS: u64 = 10_000;
/// Sessions in memory; further ones are asked of the store at each request.
pub const CACHED_MAX: usize = 20_000;

/// A session in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, by which it is listed and ended.
    pub id: String,
    /// Who it is.
    pub who: Who,
    /// What was typed to log in.
    pub login: String,
    /// The password is a one-time password: nothing but changing it is allowed.
    pub must_change: bool,
    /// The second factor is still to come: nothing but giving it is allowed.
    pub awaits_factor: bool,
    /// It is at a computer that many people use: it ends soon and leaves nothing there.
    pub kiosk: bool,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

impl Session {
    /// Nothing is to be done before everything else is allowed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.must_change && !self.awaits_factor
    }
}

/// The sessions known to this node.
pub struct Sessions {
    store: Store,
    now: Now,
    /// By the hash of the token.
    cache: DashMap<String, Cached>,
    /// Sockets by the id of their session.
    live: Arc<DashMap<String, Live>>,
    /// Counts ended sessions, so that one that ends while it is being read is not remembered.
    ended: AtomicU64,
    /// When memory was last cleared of sessions not seen lately.
    purged_at: AtomicI64,
}

struct Cached {
    session: Arc<Session>,
    seen_at: Timestamp,
    checked_at: Timestamp,
}

struct Live {
    ended: CancellationToken,
    sockets: usize,
}

/// A socket's hold on its session: dropped when the socket closes.
pub struct Attached {
    /// Cancelled when the session ends.
    pub ended: CancellationToken,
    session: String,
    live: Arc<DashMap<String, Live>>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        if let Some(mut live) = self.live.get_mut(&self.session) {
            live.sockets = live.sockets.saturating_sub(1);
        }
        self.live
            .remove_if(&self.session, |_, live| live.sockets == 0);
    }
}

impl Sessions {
    pub(super) fn new(store: Store, now: Now) -> Self {
        let (cache, live) = (DashMap::new(), Arc::default());
        Self {
            store,
            now,
            cache,
            live,
            ended: AtomicU64::new(0),
            purged_at: AtomicI64::new(0),
        }
    }

    /// Whose token it is; none when it is nobody's, or no longer.
    ///
    /// # Errors
    /// When the store is away and the session is not in memory.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Arc<Session>>, StoreError> {
        let now = (self.now)();
        let token_hash = super::secrets::token_hash(token);
        if let Some(session) = self.remembered(&token_hash, now, RECHECK_MS) {
            return Ok(Some(session));
        }
        let ended = self.ended.load(Ordering::SeqCst);
        let found = match rows::by_token(&self.store, &token_hash).await {
            Ok(found) => found,
            Err(error) => {
                let remembered = self.remembered(&token_hash, now, STORE_AWAY_MS);
                return remembered.map(Some).ok_or(error);
            }
        };
        let Some(found) = found.filter(|found| in_force(found, now)) else {
            self.cache.remove(&token_hash);
            return Ok(None);
        };
        let seen_at = self.touched(&found.session, now);
        let session = Arc::new(session(found));
        let cached = Cached {
            session: Arc::clone(&session),
            seen_at,
            checked_at: now,
        };
        self.remember(token_hash, cached, ended);
        Ok(Some(session))
    }

    /// The citizen whose session a token was until it ran out, not long ago. It opens nothing any more;
    /// what they were typing meanwhile is kept by it. None for a session that was ended, for one at a
    /// computer that many people use, and for one whose second factor never came.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn lapsed(&self, token: &str) -> Result<Option<String>, StoreError> {
        let now = (self.now)();
        let found = rows::by_token(&self.store, &super::secrets::token_hash(token)).await?;
        let found = found.filter(
            |SessionOwner {
                 session, barred, ..
             }| {
                let is_recent = now.since(session.seen_at) < LAPSED_MS;
                is_recent && !barred && !session.kiosk && !session.awaits_factor
            },
        );
        Ok(match found.map(|found| found.session.holder) {
            Some(Holder::Citizen(citizen)) => Some(citizen),
            _ => None,
        })
    }

    /// Ties a socket to its session. Ask for the session once more afterwards: it may have ended
    /// in between.
    #[must_use]
    pub fn attach(&self, session: &str) -> Attached {
        let mut live = self.live.entry(session.to_owned()).or_insert_with(|| Live {
            ended: CancellationToken::new(),
            sockets: 0,
        });
        live.sockets += 1;
        let ended = live.ended.clone();
        Attached {
            ended,
            session: session.to_owned(),
            live: Arc::clone(&self.live),
        }
    }

    /// The open sessions of somebody, newest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn of(&self, who: &Who) -> Result<Vec<SessionRow>, StoreError> {
        let now = (self.now)();
        let mut sessions = rows::of_holder(&self.store, &who.holder()).await?;
        sessions.retain(|session| still_runs(session, now));
        Ok(sessions)
    }

    /// Ends one of somebody's sessions; false when they have none of this id.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn end(&self, who: &Who, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let ended = rows::end(&mut tx, &who.holder(), id).await?;
        if ended {
            let details = json!({ "session": id });
            audit(&mut tx, (self.now)(), who.id(), "session.ended", &details).await?;
        }
        tx.commit().await?;
        self.forget(&[id.to_owned()]);
        Ok(ended)
    }

    /// Ends all of somebody's sessions but one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn end_others(&self, who: &Who, keep: &str) -> Result<(), StoreError> {
        let mut tx = self.store.write_tx().await?;
        let ended = rows::end_all(&mut tx, &who.holder(), Some(keep)).await?;
        for id in &ended {
            let details = json!({ "session": id });
            audit(&mut tx, (self.now)(), who.id(), "session.ended", &details).await?;
        }
        tx.commit().await?;
        self.forget(&ended);
        Ok(())
    }

    /// Ends every session of a holder.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn end_all(&self, holder: &Holder) -> Result<(), StoreError> {
        let mut tx = self.store.write_tx().await?;
        let ended = rows::end_all(&mut tx, holder, None).await?;
        tx.commit().await?;
        self.forget(&ended);
        Ok(())
    }

    /// Makes the end of sessions felt on this node, after the store knows of it.
    pub(super) fn forget(&self, ids: &[String]) {
        self.reread(ids);
        for id in ids {
            if let Some((_, live)) = self.live.remove(id) {
                live.ended.cancel();
            }
        }
    }

    /// Lets the store be asked anew about these sessions.
    pub(super) fn reread(&self, ids: &[String]) {
        self.ended.fetch_add(1, Ordering::SeqCst);
        self.cache
            .retain(|_, cached| !ids.contains(&cached.session.id));
    }

    fn remembered(&self, hash: &str, now: Timestamp, most_ms: u64) -> Option<Arc<Session>> {
        let cached = self.cache.get(hash)?;
        let fresh = now.since(cached.checked_at) < most_ms && now < cached.session.expires_at;
        fresh.then(|| Arc::clone(&cached.session))
    }

    fn remember(&self, token_hash: String, cached: Cached, ended: u64) {
        if self.cache.len() >= CACHED_MAX {
            self.purge(cached.checked_at);
        }
        if self.cache.len() < CACHED_MAX {
            let entry = self.cache.entry(token_hash);
            // Holding the entry, so that an end in between either is seen here or sees the entry.
            if self.ended.load(Ordering::SeqCst) == ended {
                entry.insert(cached);
            }
        }
    }

    /// Forgets what would be asked anew anyhow; seldom, as it looks at all of them.
    fn purge(&self, now: Timestamp) {
        let last = self.purged_at.load(Ordering::SeqCst);
        let due = now.since(Timestamp(last)) >= RECHECK_MS;
        let exchange = |to| {
            let order = Ordering::SeqCst;
            self.purged_at.compare_exchange(last, to, order, order)
        };
        if due && exchange(now.0).is_ok() {
            self.cache
                .retain(|_, cached| now.since(cached.checked_at) < RECHECK_MS);
        }
    }

    /// Writes down that a session is in use, now and then, and gives what is known of it.
    fn touched(&self, session: &SessionRow, now: Timestamp) -> Timestamp {
        let known = self
            .cache
            .get(&session.token_hash)
            .map_or(session.seen_at, |cached| {
                cached.seen_at.max(session.seen_at)
            });
        let exact_ms = match session.kiosk {
            true => KIOSK_TOUCH_MS,
            false => TOUCH_MS,
        };
        if now.since(known) < exact_ms {
            return known;
        }
        let (store, id) = (self.store.clone(), session.id.clone());
        tokio::spawn(async move {
            if let Err(error) = touch(&store, &id, now).await {
                tracing::warn!(%error, session = id, "the use of a session was not noted");
            }
        });
        now
    }
}

async fn touch(store: &Store, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.write_tx().await?;
    rows::touch(&mut tx, id, now).await?;
    tx.commit().await
}

fn in_force(found: &SessionOwner, now: Timestamp) -> bool {
    !found.barred && still_runs(&found.session, now)
}

fn still_runs(session: &SessionRow, now: Timestamp) -> bool {
    let idle_ms = match session.kiosk {
        true => KIOSK_IDLE_MS,
        false => IDLE_MS,
    };
    now < session.expires_at && now.since(session.seen_at) < idle_ms
}

fn session(found: SessionOwner) -> Session {
    let id = found.session.holder.id().to_owned();
    let who = match found.owner {
        Owner::Staff(role) => Who::Staff { account: id, role },
        Owner::Bidder { bidder, tender } => Who::Bidder {
            credential: id,
            bidder,
            tender,
        },
        Owner::Citizen(assurance) => Who::Citizen {
            account: id,
            assurance: assurance.of_log_in(found.session.outside),
        },
    };
    Session {
        id: found.session.id,
        who,
        login: found.login,
        // Who came without the one-time password need not change it.
        must_change: found.must_change && found.session.outside.is_none(),
        awaits_factor: found.session.awaits_factor,
        kiosk: found.session.kiosk,
        expires_at: found.session.expires_at,
    }
}
