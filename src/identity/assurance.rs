//! How well the office knows who somebody is.

use serde::{Deserialize, Serialize};

/// How well the office knows who somebody is; each level says more than the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// An e-mail address that was confirmed.
    Email,
    /// A registrar saw the identity document.
    Desk,
    /// The trusted profile (profil zaufany), or another identity of the level substantial or high.
    TrustedProfile,
    /// A qualified electronic signature.
    Qualified,
}

impl Assurance {
    /// Its name in data and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Desk => "desk",
            Self::TrustedProfile => "trusted-profile",
            Self::Qualified => "qualified",
        }
    }

    /// How well a log-in to an account of this level shows who it is. An outside identity shows what its
    /// provider says; a password never more than the office saw at the desk.
    #[must_use]
    pub fn of_log_in(self, outside: Option<Self>) -> Self {
        outside.unwrap_or(self.min(Self::Desk))
    }
}
