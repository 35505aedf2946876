//! Logging in, changing the password, logging out.

use super::passwords::{CHARS_MAX, weakness};
use super::sessions::{LENGTH_MS, PER_HOLDER_MAX, Session};
use super::{Identity, IdentityError, Who, secrets};
use crate::limits::ONE_TIME_PASSWORD_MAX_MS;
use crate::store::sessions::{self as rows, SessionRow};
use crate::store::{
    StoreError, WriteTx, accounts, audit, citizens, credentials, new_id, passwords, second_factors,
};
use auction_rules::Timestamp;
use serde_json::json;
use std::net::IpAddr;

/// The longest log-in, in bytes.
pub const LOGIN_MAX: usize = 64;
/// What is kept of the name of a program that logs in, in characters.
pub const AGENT_CHARS_MAX: usize = 200;

/// A request to be let in.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// What was typed.
    pub login: String,
    /// What was typed.
    pub password: String,
    /// The own password, in place of the one-time password.
    pub new_password: Option<String>,
    /// From where.
    pub address: IpAddr,
    /// The program, as it calls itself.
    pub agent: String,
    /// It is a computer that many people use.
    pub kiosk: bool,
}

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// What shows who it is at each request. Only its hash is kept.
    pub token: String,
    /// The session.
    pub session: Session,
}

/// Who claims to be somebody, with the hash that the password must fit.
struct Claimed {
    who: Who,
    login: String,
    password: String,
    must_change: bool,
    barred: bool,
    issued_at: Timestamp,
}

impl Claimed {
    /// The password as it was meant: a one-time password is often pasted with a space at its end, and
    /// holds none.
    fn meant<'a>(&self, typed: &'a str) -> &'a str {
        match self.must_change {
            true => typed.trim(),
            false => typed,
        }
    }

    /// The one-time password was not used in time.
    fn is_expired(&self, now: Timestamp) -> bool {
        self.must_change && now.since(self.issued_at) >= ONE_TIME_PASSWORD_MAX_MS
    }
}

impl Identity {
    /// Lets somebody in.
    ///
    /// # Errors
    /// [`IdentityError::Wrong`] whatever is wrong with log-in, password or account, and the other
    /// errors as they say. A wrong password is noted in the audit log.
    pub async fn log_in(&self, request: LogIn) -> Result<LoggedIn, IdentityError> {
        let login = canonical(&request.login);
        let claimed = self
            .checked(&login, request.password.clone(), request.address)
            .await?;
        if claimed.is_expired((self.now)()) {
            return Err(IdentityError::Expired);
        }
        let new = match &request.new_password {
            Some(new) => Some(self.new_hash(&claimed, &request.password, new).await?),
            None => None,
        };
        let awaits_factor = second_factors::of(&self.store, claimed.who.id())
            .await?
            .is_some();
        // A new password is set once everything that proves who it is has come.
        if awaits_factor && new.is_some() {
            return Err(IdentityError::FactorFirst);
        }
        let token = secrets::token();
        let mut tx = self.store.write_tx().await?;
        let now = (self.now)();
        let password = new.as_deref().unwrap_or(&claimed.password);
        let must_change = claimed.must_change && new.is_none();
        if !set_password(&mut tx, &claimed, password, must_change).await? {
            return Err(IdentityError::Wrong);
        }
        let row = session_row(&claimed, &request, &token, awaits_factor, now);
        let mut ended = Vec::new();
        if new.is_some() {
            ended = rows::end_all(&mut tx, &row.holder, None).await?;
            audit(
                &mut tx,
                now,
                claimed.who.id(),
                "password.changed",
                &json!({}),
            )
            .await?;
        }
        rows::insert(&mut tx, &row).await?;
        ended.extend(rows::end_oldest(&mut tx, &row.holder, PER_HOLDER_MAX).await?);
        let details = json!({ "session": row.id, "address": row.address });
        audit(&mut tx, now, claimed.who.id(), "login", &details).await?;
        tx.commit().await?;
        self.sessions.forget(&ended);
        let Claimed { who, login, .. } = claimed;
        let session = Session {
            id: row.id,
            who,
            login,
            must_change,
            awaits_factor: row.awaits_factor,
            kiosk: row.kiosk,
            expires_at: row.expires_at,
        };
        Ok(LoggedIn { token, session })
    }

    /// Changes the own password and ends the other sessions.
    ///
    /// # Errors
    /// As they say; [`IdentityError::Wrong`] is about the present password.
    pub async fn change_password(
        &self,
        session: &Session,
        present: String,
        new: &str,
        address: IpAddr,
    ) -> Result<(), IdentityError> {
        let claimed = self
            .checked(&session.login, present.clone(), address)
            .await?;
        // Not the level of this log-in, which may be another than the password's.
        if claimed.who.id() != session.who.id() {
            return Err(IdentityError::Wrong);
        }
        let hash = self.new_hash(&claimed, &present, new).await?;
        let mut tx = self.store.write_tx().await?;
        if !set_password(&mut tx, &claimed, &hash, false).await? {
            return Err(IdentityError::Wrong);
        }
        let ended = rows::end_all(&mut tx, &session.who.holder(), Some(&session.id)).await?;
        audit(
            &mut tx,
            (self.now)(),
            session.who.id(),
            "password.changed",
            &json!({}),
        )
        .await?;
        tx.commit().await?;
        self.sessions.forget(&ended);
        self.sessions.reread(std::slice::from_ref(&session.id));
        Ok(())
    }

    /// Asks for the password of a session once more.
    ///
    /// # Errors
    /// As [`Self::log_in`].
    pub(super) async fn recheck(
        &self,
        session: &Session,
        password: String,
        address: IpAddr,
    ) -> Result<(), IdentityError> {
        let claimed = self.checked(&session.login, password, address).await?;
        match claimed.who.id() == session.who.id() {
            true => Ok(()),
            false => Err(IdentityError::Wrong),
        }
    }

    /// Checks log-in and password, counting failures.
    async fn checked(
        &self,
        login: &str,
        password: String,
        address: IpAddr,
    ) -> Result<Claimed, IdentityError> {
        if login.is_empty() || login.len() > LOGIN_MAX || password.chars().count() > CHARS_MAX {
            return Err(IdentityError::Wrong);
        }
        self.attempts
            .begin(login, address, (self.now)())
            .map_err(IdentityError::TooMany)?;
        let answer = self.compared(login, password).await;
        match answer {
            Ok((Some(claimed), true)) => {
                self.attempts.forgive(login, address);
                Ok(claimed)
            }
            Ok((claimed, _)) => {
                self.note_failure(claimed.as_ref(), address).await?;
                Err(IdentityError::Wrong)
            }
            Err(error) => {
                self.attempts.forgive(login, address);
                Err(error)
            }
        }
    }

    async fn compared(
        &self,
        login: &str,
        password: String,
    ) -> Result<(Option<Claimed>, bool), IdentityError> {
        let claimed = self.claimed(login).await?;
        let hash = claimed.as_ref().map(|claimed| claimed.password.as_str());
        let password = match &claimed {
            Some(claimed) => claimed.meant(&password).to_owned(),
            None => password,
        };
        let fits = self.passwords.fits(password, hash).await?;
        let let_in = fits && claimed.as_ref().is_some_and(|claimed| !claimed.barred);
        Ok((claimed, let_in))
    }

    async fn claimed(&self, login: &str) -> Result<Option<Claimed>, StoreError> {
        if let Some(account) = accounts::by_login(&self.store, login).await? {
            return Ok(Some(Claimed {
                who: Who::from(&account),
                login: account.login,
                password: account.password,
                must_change: account.must_change,
                barred: account.blocked_at.is_some(),
                issued_at: account.created_at,
            }));
        }
        if let Some(citizen) = citizens::by_login(&self.store, login).await? {
            return Ok(Some(Claimed {
                who: Who::Citizen {
                    account: citizen.id,
                    assurance: citizen.assurance.of_log_in(None),
                },
                login: login.to_owned(),
                password: citizen.password,
                must_change: citizen.must_change,
                barred: citizen.blocked_at.is_some(),
                issued_at: citizen.issued_at,
            }));
        }
        let credential = credentials::by_login(&self.store, login).await?;
        Ok(credential.map(|found| Claimed {
            who: Who::Bidder {
                credential: found.id,
                bidder: found.bidder,
                tender: found.tender,
            },
            login: found.login,
            password: found.password,
            must_change: found.must_change,
            barred: found.barred,
            issued_at: found.created_at,
        }))
    }

    async fn note_failure(
        &self,
        claimed: Option<&Claimed>,
        address: IpAddr,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write_tx().await?;
        let who = claimed.map_or("unknown", |claimed| claimed.who.id());
        let details = json!({ "address": address.to_string() });
        audit(&mut tx, (self.now)(), who, "login.failed", &details).await?;
        tx.commit().await
    }

    async fn new_hash(
        &self,
        claimed: &Claimed,
        present: &str,
        new: &str,
    ) -> Result<String, IdentityError> {
        if let Some(words) = weakness(&claimed.login, new) {
            return Err(IdentityError::Weak(words));
        }
        if new == claimed.meant(present) {
            return Err(IdentityError::Weak(auction_rules::Words::new(
                "Nowe hasło musi różnić się od dotychczasowego.",
                "The new password must differ from the present one.",
            )));
        }
        Ok(self.passwords.hash(new.to_owned()).await?)
    }
}

/// Log-ins have small letters only; who types capitals or spaces around means the same.
pub(super) fn canonical(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Sets the password, or the same one once more: false when it was changed or barred meanwhile.
async fn set_password(
    tx: &mut WriteTx,
    claimed: &Claimed,
    new: &str,
    must_change: bool,
) -> Result<bool, StoreError> {
    let holder = claimed.who.holder();
    passwords::set(tx, &holder, &claimed.password, new, must_change).await
}

fn session_row(
    claimed: &Claimed,
    request: &LogIn,
    token: &str,
    awaits_factor: bool,
    now: Timestamp,
) -> SessionRow {
    SessionRow {
        id: new_id(),
        token_hash: secrets::token_hash(token),
        holder: claimed.who.holder(),
        address: request.address.to_string(),
        agent: request.agent.chars().take(AGENT_CHARS_MAX).collect(),
        kiosk: request.kiosk,
        awaits_factor,
        outside: None,
        created_at: now,
        seen_at: now,
        expires_at: now.plus(LENGTH_MS),
    }
}
