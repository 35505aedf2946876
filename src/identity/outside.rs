//! Identities that somebody else vouches for: the way there and back, and the account that they open.
//!
//! An account opens to what the office checked, or its owner said when logged in: a PESEL that the
//! provider stands for, at the level of the trusted profile at least, or an identity that the owner
//! linked. Nothing else of what a provider says opens one, an e-mail address least of all.

use super::attempts::network;
use super::login::AGENT_CHARS_MAX;
use super::sessions::{LENGTH_MS, PER_HOLDER_MAX, Session};
use super::{Assurance, Identity, LoggedIn, Who, secrets};
use crate::error::Problem;
use crate::limits::{OUTSIDE_ERRAND_MS, OUTSIDE_PER_NETWORK_MAX};
use crate::notice::account::{AccountEvent, AccountNotice};
use crate::store::citizens::{self, Citizen, Confirmed, Kind, State};
use crate::store::outside::{self as rows, ErrandRow};
use crate::store::sessions::{self as session_rows, Holder, SessionRow};
use crate::store::{StoreError, WriteTx, accounts, audit, new_id, notices, second_factors};
use auction_rules::{Timestamp, Words};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

pub mod oidc;

/// The page to which a provider sends a browser back.
pub const BACK: &str = "/login/outside/back";

/// Somebody who vouches for identities. The browser is sent there and comes back with an answer.
pub trait Provider: Send + Sync {
    /// What people call it.
    fn name(&self) -> &str;

    /// Begins. With `fresh` the provider is to ask who it is, whoever it remembers in this browser.
    fn begin(&self, fresh: bool) -> BoxFuture<'_, Result<Begun, OutsideError>>;

    /// Finishes: who it is, by what [`Begun::kept`] and the browser brought back.
    fn finish<'a>(
        &'a self,
        kept: &'a str,
        answer: &'a [(String, String)],
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Person, OutsideError>>;
}

/// What was begun at a provider.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where the browser is to go.
    pub address: String,
    /// What the answer will name this by.
    pub state: String,
    /// What is needed to finish; secret.
    pub kept: String,
}

/// Who somebody is, by a provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The provider, by its own name in data.
    pub issuer: String,
    /// The person, by the provider's own name of them.
    pub subject: String,
    /// How well the provider knows it.
    pub assurance: Assurance,
    /// The PESEL, where one was told.
    pub pesel: Option<String>,
    /// Name and surname; empty where they were not told.
    pub name: String,
    /// The e-mail address that the provider confirmed; empty where none is.
    pub email: String,
}

impl Person {
    /// The PESEL, where the provider's word is as good as a look at the identity document.
    fn known_pesel(&self) -> Option<&str> {
        let known = self.assurance >= Assurance::TrustedProfile;
        self.pesel.as_deref().filter(|_| known)
    }
}

/// Why a provider's word was not had.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// It does not answer, or says that it cannot now.
    #[error("the provider does not answer: {0}")]
    Away(String),
    /// What came does not hold.
    #[error("the provider's answer does not hold: {0}")]
    Refused(String),
    /// The person broke off.
    #[error("the person broke off")]
    BrokenOff,
}

impl From<OutsideError> for Problem {
    /// Logged here, once: who asks is told nothing of the cause.
    fn from(error: OutsideError) -> Self {
        tracing::warn!(%error, "an outside identity was not taken");
        match error {
            OutsideError::Away(_) => Self::OutsideAway,
            OutsideError::Refused(_) => Self::OutsideRefused,
            OutsideError::BrokenOff => Self::OutsideBrokenOff,
        }
    }
}

/// What a browser was sent to a provider for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errand {
    /// The session whose owner links their account; empty for a log-in.
    pub session: String,
    /// Where to go on to.
    pub next: String,
    /// It is a computer that many people use.
    pub kiosk: bool,
}

/// From where somebody comes who logs in.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The address.
    pub address: IpAddr,
    /// The program, as it calls itself.
    pub agent: String,
}

/// An account that an outside identity opens.
struct Opened {
    who: Who,
    login: String,
    is_barred: bool,
}

impl Identity {
    /// Sends a browser to a provider; gives the address. `browser` is the secret of its cookie.
    ///
    /// # Errors
    /// [`Problem::TooManyRequests`] from one network, a provider that is away, or the store is.
    pub async fn begin_outside(
        &self,
        provider: &dyn Provider,
        errand: &Errand,
        browser: &str,
        address: IpAddr,
    ) -> Result<String, Problem> {
        let from = network(address).to_string();
        let now = (self.now)();
        if rows::count_from(&self.store, &from, now).await? >= OUTSIDE_PER_NETWORK_MAX {
            let wait = Duration::from_millis(OUTSIDE_ERRAND_MS);
            return Err(Problem::TooManyRequests(wait));
        }
        // Who is asked anew cannot be taken for the person before, nor be linked unawares.
        let fresh = errand.kiosk || !errand.session.is_empty();
        let begun = provider.begin(fresh).await?;
        let state_hash = secrets::token_hash(&begun.state);
        let row = ErrandRow {
            kept: self.vault.seal(&begun.kept, &place(&state_hash)),
            state_hash,
            browser_hash: secrets::token_hash(browser),
            session: errand.session.clone(),
            next: errand.next.clone(),
            kiosk: errand.kiosk,
            asked_from: from,
            expires_at: now.plus(OUTSIDE_ERRAND_MS),
        };
        let mut tx = self.store.write_tx().await?;
        rows::put_errand(&mut tx, &row, now).await?;
        tx.commit().await?;
        Ok(begun.address)
    }

    /// Takes an errand that comes back, once, from the browser that was sent; gives what is needed to
    /// finish it.
    ///
    /// # Errors
    /// [`Problem::OutsideRefused`] when there is none, or the store is away.
    pub async fn take_errand(
        &self,
        state: &str,
        browser: &str,
    ) -> Result<(Errand, String), Problem> {
        let (state, browser) = (secrets::token_hash(state), secrets::token_hash(browser));
        let mut tx = self.store.write_tx().await?;
        let taken = rows::take_errand(&mut tx, &state, &browser, (self.now)()).await?;
        tx.commit().await?;
        let row = taken.ok_or(Problem::OutsideRefused)?;
        let kept = self.vault.open_text(&row.kept, &place(&state));
        let errand = Errand {
            session: row.session,
            next: row.next,
            kiosk: row.kiosk,
        };
        Ok((errand, kept.ok_or(Problem::OutsideRefused)?))
    }

    /// Who it is, by a provider's word.
    ///
    /// # Errors
    /// As [`Provider::finish`].
    pub async fn vouched(
        &self,
        provider: &dyn Provider,
        kept: &str,
        answer: &[(String, String)],
    ) -> Result<Person, Problem> {
        Ok(provider.finish(kept, answer, (self.now)()).await?)
    }

    /// Lets in whom a provider vouches for, at the level of its word. Somebody without an account gets
    /// one, where the word is as good as a look at the identity document.
    ///
    /// # Errors
    /// [`Problem::OutsideUnknown`] when no account opens to them, [`Problem::OutsideRefused`] when it is
    /// blocked, or the store is away.
    pub async fn log_in_outside(
        &self,
        person: &Person,
        kiosk: bool,
        caller: &Caller,
    ) -> Result<LoggedIn, Problem> {
        let opened = match self.opened_by(person).await? {
            Some(opened) => opened,
            None => self.found(person, caller).await?,
        };
        if opened.is_barred {
            return Err(Problem::OutsideRefused);
        }
        let awaits_factor = second_factors::of(&self.store, opened.who.id())
            .await?
            .is_some();
        let token = secrets::token();
        let now = (self.now)();
        let row = SessionRow {
            id: new_id(),
            token_hash: secrets::token_hash(&token),
            holder: opened.who.holder(),
            address: caller.address.to_string(),
            agent: caller.agent.chars().take(AGENT_CHARS_MAX).collect(),
            kiosk,
            awaits_factor,
            outside: Some(person.assurance),
            created_at: now,
            seen_at: now,
            expires_at: now.plus(LENGTH_MS),
        };
        let mut tx = self.store.write_tx().await?;
        session_rows::insert(&mut tx, &row).await?;
        let ended = session_rows::end_oldest(&mut tx, &row.holder, PER_HOLDER_MAX).await?;
        let details = json!({
            "session": row.id, "address": row.address, "outside": person.assurance,
        });
        audit(&mut tx, now, opened.who.id(), "login", &details).await?;
        tx.commit().await?;
        self.sessions.forget(&ended);
        let session = Session {
            id: row.id,
            who: opened.who,
            login: opened.login,
            must_change: false,
            awaits_factor,
            kiosk,
            expires_at: row.expires_at,
        };
        Ok(LoggedIn { token, session })
    }

    /// The account of a person: the one that was linked, else the one whose PESEL the office checked.
    async fn opened_by(&self, person: &Person) -> Result<Option<Opened>, StoreError> {
        let index = self.outside_index(person);
        match rows::holder(&self.store, &index).await? {
            Some(Holder::Account(id)) => {
                let found = accounts::by_id(&self.store, &id).await?;
                return Ok(found.map(|account| Opened {
                    who: Who::from(&account),
                    is_barred: account.blocked_at.is_some(),
                    login: account.login,
                }));
            }
            Some(holder) => {
                let found = citizens::by_id(&self.store, holder.id()).await?;
                return Ok(found.map(|citizen| self.linked(citizen, person)));
            }
            None => {}
        }
        let Some(pesel) = person.known_pesel() else {
            return Ok(None);
        };
        let index = self.number_index(Kind::Person, pesel);
        let found = citizens::by_number(&self.store, &index).await?;
        Ok(found.map(|citizen| opened(citizen, person)))
    }

    /// A linked account. What the provider vouches for is worth more than the account only where it is
    /// the same person by PESEL; where it is another one, nothing opens.
    fn linked(&self, citizen: Citizen, person: &Person) -> Opened {
        let number = self.number_of(&citizen);
        let own = Some(number.as_str()).filter(|_| citizen.kind == Kind::Person);
        let own = own.filter(|number| !number.is_empty());
        let (told, most) = (person.pesel.as_deref(), citizen.assurance);
        let is_same = own.is_some() && person.known_pesel() == own;
        let is_another = own.is_some() && told.is_some() && told != own;
        let mut opened = opened(citizen, person);
        if let Who::Citizen { assurance, .. } = &mut opened.who
            && !is_same
        {
            *assurance = most.min(*assurance);
        }
        opened.is_barred |= is_another;
        opened
    }

    /// Founds the account of a person and links it.
    async fn found(&self, person: &Person, caller: &Caller) -> Result<Opened, Problem> {
        let pesel = person.known_pesel().ok_or(Problem::OutsideUnknown)?;
        if person.name.is_empty() {
            return Err(Problem::OutsideUnknown);
        }
        let now = (self.now)();
        let id = new_id();
        let number = self.sealed_number(&id, pesel);
        let number_index = self.number_index(Kind::Person, pesel);
        let mut tx = self.store.write_tx().await?;
        // Whose address it is in another account is told by mail there, not here.
        let taken = citizens::of_email(&mut tx, &person.email, Kind::Person).await?;
        let citizen = Citizen {
            id: id.clone(),
            reference: secrets::login(),
            kind: Kind::Person,
            name: person.name.clone(),
            email: match taken {
                Some(_) => String::new(),
                None => person.email.clone(),
            },
            phone: String::new(),
            number: String::new(),
            number_index: String::new(),
            state: State::Pending,
            assurance: Assurance::Email,
            lang: "pl".to_owned(),
            login: None,
            password: String::new(),
            must_change: true,
            issued_at: now,
            blocked_at: None,
            asked_from: network(caller.address).to_string(),
            created_at: now,
        };
        citizens::insert(&mut tx, &citizen).await?;
        let given = Confirmed {
            login: &secrets::login(),
            // No password fits this one; the desk can issue one.
            password: "",
            assurance: person.assurance,
            number: &number,
            number_index: &number_index,
        };
        citizens::set_confirmed(&mut tx, now, &id, &given).await?;
        let holder = Holder::Citizen(id.clone());
        rows::link(&mut tx, &self.outside_index(person), &holder, now).await?;
        let details = json!({ "citizen": id, "assurance": person.assurance });
        audit(&mut tx, now, &id, "citizen.founded", &details).await?;
        tx.commit().await?;
        let found = citizens::by_id(&self.store, &id).await?;
        let citizen = found.ok_or(Problem::Unavailable)?;
        Ok(opened(citizen, person))
    }

    /// Checks who wants to link an identity: whoever sits down at an open session gets no way in that
    /// lasts. Nobody does it at a public computer.
    ///
    /// # Errors
    /// [`Problem::NotAllowed`] at a public computer, [`Problem::WrongPassword`], too many wrong ones, or
    /// the store is away.
    pub async fn may_link(
        &self,
        session: &Session,
        password: String,
        address: IpAddr,
    ) -> Result<(), Problem> {
        if session.kiosk {
            return Err(Problem::NotAllowed);
        }
        if self.has_password(&session.who).await? {
            self.recheck(session, password, address).await?;
        }
        Ok(())
    }

    /// Links an identity with the account of who is logged in.
    ///
    /// # Errors
    /// [`Problem::NotNow`] when it is another person's, linked elsewhere, or too weak for the staff;
    /// [`Problem::NotAllowed`] for a bidder; or the store is away.
    pub async fn link_outside(&self, session: &Session, person: &Person) -> Result<(), Problem> {
        let holder = lasting(&session.who)?;
        if session.who.citizen().is_none() && person.assurance < Assurance::TrustedProfile {
            return Err(not_now(
                "Konto pracownika można połączyć tylko z tożsamością potwierdzoną co najmniej jak profil zaufany.",
                "An account of the staff can be linked only with an identity that is as good as the trusted profile.",
            ));
        }
        if let Some((account, _)) = session.who.citizen() {
            let own = self.citizen(account).await?;
            let number = self.number_of(&own);
            // Whatever the level: who may be another person is not linked.
            let told = person.pesel.as_deref();
            let is_another = told.is_some_and(|pesel| pesel != number);
            if own.kind == Kind::Person && !number.is_empty() && is_another {
                return Err(not_now(
                    "Ta tożsamość należy do innej osoby niż właściciel konta.",
                    "This identity belongs to somebody else than the owner of the account.",
                ));
            }
        }
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        match rows::link(&mut tx, &self.outside_index(person), &holder, now).await {
            Ok(()) => {}
            Err(error) if error.is_taken() => {
                return Err(not_now(
                    "Ta tożsamość jest już z kimś połączona albo twoje konto ma już połączenie.",
                    "This identity is linked already, or your account has another one.",
                ));
            }
            Err(error) => return Err(error.into()),
        }
        self.tell_linked(&mut tx, &session.who, true).await?;
        Ok(tx.commit().await?)
    }

    /// Unlinks the identity of an account.
    ///
    /// # Errors
    /// [`Problem::NotAllowed`] for a bidder, or the store is away.
    pub async fn unlink_outside(&self, session: &Session) -> Result<(), Problem> {
        let holder = lasting(&session.who)?;
        let mut tx = self.store.write_tx().await?;
        if rows::unlink(&mut tx, &holder).await? {
            self.tell_linked(&mut tx, &session.who, false).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Since when an account is linked with an identity; none where it is not.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn linked_since(&self, who: &Who) -> Result<Option<Timestamp>, StoreError> {
        rows::linked_since(&self.store, &who.holder()).await
    }

    /// Whether somebody has a password: an account that a provider's word founded has none until the desk
    /// issues one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn has_password(&self, who: &Who) -> Result<bool, StoreError> {
        let Some((account, _)) = who.citizen() else {
            return Ok(true);
        };
        let found = citizens::by_id(&self.store, account).await?;
        Ok(found.is_none_or(|citizen| !citizen.password.is_empty()))
    }

    async fn tell_linked(
        &self,
        tx: &mut WriteTx,
        who: &Who,
        is_on: bool,
    ) -> Result<(), StoreError> {
        let now = (self.now)();
        let what = match is_on {
            true => "outside.linked",
            false => "outside.unlinked",
        };
        audit(tx, now, who.id(), what, &json!({})).await?;
        if let Some((account, _)) = who.citizen()
            && let Some(citizen) = citizens::in_tx(tx, account).await?
        {
            let notice = AccountNotice::of(AccountEvent::OutsideChanged { is_on });
            notices::put(tx, now, &notice.to(&citizen, &new_id())).await?;
        }
        Ok(())
    }

    /// What finds the account of an identity, and tells nothing of it.
    fn outside_index(&self, person: &Person) -> String {
        let Person {
            issuer, subject, ..
        } = person;
        // No issuer has a line break.
        self.vault.index(&format!("outside:{issuer}\n{subject}"))
    }
}

fn opened(citizen: Citizen, person: &Person) -> Opened {
    Opened {
        who: Who::Citizen {
            account: citizen.id,
            assurance: person.assurance,
        },
        login: citizen.login.unwrap_or_default(),
        is_barred: citizen.blocked_at.is_some(),
    }
}

/// A holder whose account lasts: a bidder's credential ends with its tender.
fn lasting(who: &Who) -> Result<Holder, Problem> {
    match who {
        Who::Bidder { .. } => Err(Problem::NotAllowed),
        Who::Staff { .. } | Who::Citizen { .. } => Ok(who.holder()),
    }
}

fn place(state_hash: &str) -> String {
    format!("errand:{state_hash}")
}

fn not_now(pl: &str, en: &str) -> Problem {
    Problem::NotNow(Words::new(pl, en))
}
