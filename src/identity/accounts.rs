//! Issuing and blocking: staff accounts and bidders' credentials.

use super::login::{LOGIN_MAX, canonical};
use super::passwords::{PasswordError, Passwords};
use super::{Identity, Now, Who, secrets};
use crate::store::accounts::{Account, StaffRole};
use crate::store::credentials::NewCredential;
use crate::store::sessions::{self as session_rows, Holder};
use crate::store::{
    Store, StoreError, WriteTx, accounts, audit, bidders, citizens, credentials, new_id,
};
use serde_json::json;

/// The longest name of a person, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// How often another log-in is drawn when one is taken.
const DRAWS_MAX: usize = 5;

/// A log-in with its one-time password, shown once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Issued {
    /// What is typed to log in.
    pub login: String,
    /// What is typed the first time.
    pub password: String,
}

/// A bidder's credential that is drawn but not in the store yet.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// What is to be put into the store.
    pub new: NewCredential,
    password: String,
}

impl Drawn {
    /// What the bidder is given.
    #[must_use]
    pub fn issued(self) -> Issued {
        Issued {
            login: self.new.login,
            password: self.password,
        }
    }
}

/// Why something was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The log-in cannot be one.
    #[error("a log-in has 1 to {LOGIN_MAX} small letters, digits, dots, hyphens or underscores")]
    BadLogin,
    /// The name cannot be one.
    #[error("a name has 1 to {NAME_CHARS_MAX} characters and no control characters")]
    BadName,
    /// Somebody has this log-in.
    #[error("this log-in is taken")]
    Taken,
    /// Too many passwords to hash.
    #[error(transparent)]
    Busy(#[from] PasswordError),
    /// The store is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a staff account with a one-time password.
///
/// # Errors
/// When login or name cannot be used, or the store is away.
pub async fn add_account(
    store: &Store,
    passwords: &Passwords,
    now: &Now,
    login: &str,
    name: &str,
    role: StaffRole,
) -> Result<Issued, IssueError> {
    let login = canonical(login);
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    if login.is_empty() || login.len() > LOGIN_MAX || !login.bytes().all(fits) {
        return Err(IssueError::BadLogin);
    }
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(IssueError::BadName);
    }
    // Log-ins of bidders and citizens are looked up after those of the staff: no two may be the same.
    let is_taken = credentials::by_login(store, &login).await?.is_some()
        || citizens::by_login(store, &login).await?.is_some();
    if is_taken {
        return Err(IssueError::Taken);
    }
    let password = secrets::one_time_password();
    let account = Account {
        id: new_id(),
        login: login.clone(),
        name: name.to_owned(),
        role,
        password: passwords.hash(password.clone()).await?,
        must_change: true,
        blocked_at: None,
        created_at: now(),
    };
    let mut tx = store.write_tx().await?;
    accounts::insert(&mut tx, &account).await.map_err(taken)?;
    let details = json!({ "account": account.id, "role": role });
    audit(&mut tx, now(), "console", "account.added", &details).await?;
    tx.commit().await?;
    Ok(Issued { login, password })
}

/// Blocks an account and ends its sessions; false when nobody has this log-in. A server that runs
/// meanwhile notices within [`super::sessions::RECHECK_MS`].
///
/// # Errors
/// When the store is away.
pub async fn block_account(store: &Store, now: &Now, login: &str) -> Result<bool, StoreError> {
    let login = canonical(login);
    let Some(account) = accounts::by_login(store, &login).await? else {
        return Ok(false);
    };
    let mut tx = store.write_tx().await?;
    let at = now();
    accounts::set_blocked(&mut tx, &login, Some(at)).await?;
    let details = json!({ "account": account.id });
    session_rows::end_all(&mut tx, &Holder::Account(account.id), None).await?;
    audit(&mut tx, at, "console", "account.blocked", &details).await?;
    tx.commit().await?;
    Ok(true)
}

impl Identity {
    /// Issues a bidder's log-in and password; the earlier one no longer holds and its sessions end.
    ///
    /// # Errors
    /// When too many passwords wait or the store is away.
    pub async fn issue_credential(
        &self,
        officer: &Who,
        bidder: &str,
        must_change: bool,
        reason: &str,
    ) -> Result<Issued, IssueError> {
        let mut drawn = self.draw_credential(bidder).await?;
        drawn.new.must_change = must_change;
        reason.trim().clone_into(&mut drawn.new.reason);
        for _ in 0..DRAWS_MAX {
            let mut tx = self.store.write_tx().await?;
            match self.put_credential(&mut tx, officer.id(), &drawn.new).await {
                Ok(ended) => {
                    tx.commit().await?;
                    self.sessions.forget(&ended);
                    return Ok(drawn.issued());
                }
                Err(error) if error.is_taken() => drawn.new.login = secrets::login(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(IssueError::Taken)
    }

    /// Draws log-in and one-time password of a bidder, to be put into the store.
    ///
    /// # Errors
    /// When too many passwords wait.
    pub async fn draw_credential(&self, bidder: &str) -> Result<Drawn, IssueError> {
        let password = secrets::one_time_password();
        let new = NewCredential {
            id: new_id(),
            bidder: bidder.to_owned(),
            login: secrets::login(),
            password: self.passwords.hash(password.clone()).await?,
            must_change: true,
            reason: String::new(),
        };
        Ok(Drawn { new, password })
    }

    /// Puts a credential into the store for `who`; gives the sessions that it ends, to be forgotten
    /// after the commit.
    ///
    /// # Errors
    /// When the log-in is taken ([`StoreError::is_taken`]) or the store is away.
    pub async fn put_credential(
        &self,
        tx: &mut WriteTx,
        who: &str,
        new: &NewCredential,
    ) -> Result<Vec<String>, StoreError> {
        let at = (self.now)();
        let earlier = credentials::issue(tx, at, new).await?;
        let mut ended = Vec::new();
        if let Some(earlier) = &earlier {
            let holder = Holder::Credential(earlier.clone());
            ended = session_rows::end_all(tx, &holder, None).await?;
        }
        let details = json!({ "credential": new.id, "bidder": new.bidder, "replaces": earlier });
        audit(tx, at, who, "credential.issued", &details).await?;
        Ok(ended)
    }

    /// Blocks a bidder with a reason and ends its sessions, or without one lets it in again.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_bidder_blocked(
        &self,
        officer: &Who,
        bidder: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write_tx().await?;
        let at = (self.now)();
        let blocked = reason.is_some();
        let reason = reason.unwrap_or_default();
        let holder = bidders::set_blocked(&mut tx, bidder, blocked.then_some(at), reason).await?;
        let mut ended = Vec::new();
        if let Some(holder) = holder.filter(|_| blocked) {
            ended = session_rows::end_all(&mut tx, &holder, None).await?;
        }
        let what = if blocked {
            "bidder.blocked"
        } else {
            "bidder.unblocked"
        };
        audit(
            &mut tx,
            at,
            officer.id(),
            what,
            &json!({ "bidder": bidder }),
        )
        .await?;
        tx.commit().await?;
        self.sessions.forget(&ended);
        Ok(())
    }
}

fn taken(error: StoreError) -> IssueError {
    if error.is_taken() {
        IssueError::Taken
    } else {
        IssueError::Store(error)
    }
}
