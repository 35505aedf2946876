//! Who somebody is: accounts, credentials, passwords, sessions.
//!
//! [`Identity`] is the whole of it. Passwords are checked by [`passwords`] on threads of their own,
//! failed log-ins are counted by [`attempts`], sessions live in [`sessions`]. Citizens come by
//! [`registration`], are looked at in [`visits`], confirm what they send with [`codes`] and may log in
//! with a [`second_factor`], or by an [`outside`] identity; what is kept of them secret lies in the [`vault`].

use crate::store::accounts::{Account, StaffRole};
use crate::store::sessions::Holder;
use crate::store::{Store, StoreError};
use auction_rules::{OfficerId, Timestamp};
use std::sync::Arc;

pub mod accounts;
pub mod assurance;
pub mod attempts;
pub mod codes;
pub mod login;
pub mod outside;
pub mod passwords;
pub mod registration;
pub mod second_factor;
pub mod secrets;
pub mod sessions;
pub mod upkeep;
pub mod vault;
pub mod visits;

pub use assurance::Assurance;
pub use login::{LogIn, LoggedIn};
pub use passwords::{Effort, Passwords};
pub use sessions::{Attached, Session};
pub use vault::Vault;

/// Where moments come from: the process's one clock.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A member of the staff.
    Staff {
        /// The account's id, which names the officer in the logs of auctions.
        account: String,
        /// What it may do.
        role: StaffRole,
    },
    /// A bidder of a tender.
    Bidder {
        /// The credential's id.
        credential: String,
        /// The bidder's id.
        bidder: String,
        /// The tender's id.
        tender: String,
    },
    /// A citizen or firm.
    Citizen {
        /// The account's id.
        account: String,
        /// How well the office knows them.
        assurance: Assurance,
    },
}

impl Who {
    /// The role's name in messages.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::Staff { role, .. } => role.as_str(),
            Self::Bidder { .. } => "bidder",
            Self::Citizen { .. } => "citizen",
        }
    }

    /// The id by which the audit log knows them.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Staff { account, .. } | Self::Citizen { account, .. } => account,
            Self::Bidder { credential, .. } => credential,
        }
    }

    /// The officer, if it is one.
    #[must_use]
    pub fn officer(&self) -> Option<OfficerId> {
        match self {
            Self::Staff {
                account,
                role: StaffRole::Officer,
            } => OfficerId::new(account).ok(),
            _ => None,
        }
    }

    /// Sees auctions as the buyer does.
    #[must_use]
    pub fn sees_as_buyer(&self) -> bool {
        matches!(
            self,
            Self::Staff {
                role: StaffRole::Officer | StaffRole::Auditor,
                ..
            }
        )
    }

    pub(crate) fn holder(&self) -> Holder {
        match self {
            Self::Staff { account, .. } => Holder::Account(account.clone()),
            Self::Bidder { credential, .. } => Holder::Credential(credential.clone()),
            Self::Citizen { account, .. } => Holder::Citizen(account.clone()),
        }
    }

    /// The account of a citizen or firm, if it is one.
    #[must_use]
    pub fn citizen(&self) -> Option<(&str, Assurance)> {
        match self {
            Self::Citizen { account, assurance } => Some((account, *assurance)),
            _ => None,
        }
    }
}

impl From<&Account> for Who {
    fn from(account: &Account) -> Self {
        Self::Staff {
            account: account.id.clone(),
            role: account.role,
        }
    }
}

/// Accounts, credentials, passwords and sessions of this node.
pub struct Identity {
    store: Store,
    passwords: Passwords,
    attempts: attempts::Attempts,
    sessions: sessions::Sessions,
    vault: Arc<Vault>,
    now: Now,
}

impl Identity {
    /// Starts the threads that check passwords.
    ///
    /// # Errors
    /// When a thread cannot be started or the effort is no valid one.
    pub fn start(
        store: Store,
        effort: Effort,
        vault: Arc<Vault>,
        now: Now,
    ) -> Result<Self, std::io::Error> {
        Ok(Self {
            vault,
            sessions: sessions::Sessions::new(store.clone(), now.clone()),
            passwords: Passwords::start(effort)?,
            attempts: attempts::Attempts::default(),
            store,
            now,
        })
    }

    /// The sessions of this node.
    #[must_use]
    pub fn sessions(&self) -> &sessions::Sessions {
        &self.sessions
    }

    /// What encrypts personal data.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The threads that check passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}

/// Why a log-in or a change of a password was not done.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Wrong log-in or password, or blocked: nobody is told which.
    #[error("wrong log-in or password")]
    Wrong,
    /// The one-time password was right, but no longer holds.
    #[error("the one-time password has expired")]
    Expired,
    /// The code is not the one that was asked for.
    #[error("wrong code")]
    WrongCode,
    /// The second factor must come before a new password.
    #[error("the second factor must come first")]
    FactorFirst,
    /// The new password cannot be taken.
    #[error("the new password cannot be taken")]
    Weak(auction_rules::Words),
    /// Too many failed log-ins.
    #[error("too many failed log-ins")]
    TooMany(std::time::Duration),
    /// More passwords to check than the queue takes.
    #[error("the queue of passwords is full")]
    Busy(std::time::Duration),
    /// The store is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<passwords::PasswordError> for IdentityError {
    fn from(error: passwords::PasswordError) -> Self {
        match error {
            passwords::PasswordError::Busy => Self::Busy(passwords::QUEUE_RETRY),
        }
    }
}
