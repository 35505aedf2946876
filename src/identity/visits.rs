//! The registrar's desk: somebody shows an identity document, and the registrar compares it with the
//! account. Log-in, one-time password and identity code go onto a slip of paper and are kept nowhere.

use super::registration::{number_fault, tidy_number};
use super::{Assurance, Identity, IdentityError, Who, secrets};
use crate::error::{Problem, fault};
use crate::limits::ONE_TIME_PASSWORD_MAX_MS;
use crate::limits::REASON_CHARS_MAX;
use crate::notice::account::{AccountEvent, AccountNotice};
use crate::store::citizens::{self, Citizen, Confirmed, Kind, State};
use crate::store::sessions::{self as session_rows, Holder};
use crate::store::visits::{self as rows, Purpose, Visit};
use crate::store::{
    StoreError, WriteTx, accesses, audit, identity_codes, new_id, notices, outside, second_factors,
};
use auction_rules::{Timestamp, Words};
use serde_json::json;

/// Identity documents that a registrar accepts.
pub const DOCUMENTS: [&str; 4] = ["identity-card", "passport", "residence-card", "mobywatel"];
/// What a registrar compares, for a person.
pub const MATCHES: [&str; 4] = ["photo", "name", "number", "valid"];
/// What is compared for a firm too: who may act for it.
pub const FIRM_MATCH: &str = "authority";
/// Characters of the document's number that are kept.
const LAST_CHARS: usize = 4;

/// What a registrar saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Which document, one of [`DOCUMENTS`].
    pub document: String,
    /// The last four characters of its number.
    pub last_chars: String,
    /// What matched, of [`MATCHES`] and [`FIRM_MATCH`].
    pub matched: Vec<String>,
    /// PESEL or NIP as it stands there; needed for the first visit only.
    pub number: String,
}

/// What goes onto the slip.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Whose it is.
    pub name: String,
    /// What is typed to log in.
    pub login: String,
    /// The one-time password, and until when it holds; none where only the code is new.
    pub password: Option<(String, Timestamp)>,
    /// The identity code, and until when it holds; none where only the password is new.
    pub code: Option<(String, Timestamp)>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Identity {
    /// The account that somebody at the desk names: by reference number, log-in, or PESEL or NIP.
    /// That it was opened is noted.
    ///
    /// # Errors
    /// [`Problem::NotFound`], or the store is away.
    pub async fn find_at_desk(&self, registrar: &Who, named: &str) -> Result<Citizen, Problem> {
        let named = named.trim().to_lowercase();
        let mut found = citizens::by_reference(&self.store, &named).await?;
        if found.is_none() {
            found = citizens::by_login(&self.store, &named).await?;
        }
        let number = tidy_number(&named);
        for kind in [Kind::Person, Kind::Firm] {
            if found.is_none() && !number.is_empty() {
                let index = self.number_index(kind, &number);
                found = citizens::by_number(&self.store, &index).await?;
            }
        }
        let found = found.filter(|citizen| citizen.state != State::Unconfirmed);
        let citizen = found.ok_or(Problem::NotFound)?;
        let mut tx = self.store.write_tx().await?;
        let details = json!({ "citizen": citizen.id });
        audit(
            &mut tx,
            (self.now)(),
            registrar.id(),
            "citizen.opened",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(citizen)
    }

    /// An account by its id.
    ///
    /// # Errors
    /// [`Problem::NotFound`], or the store is away.
    pub async fn citizen(&self, id: &str) -> Result<Citizen, Problem> {
        let found = citizens::by_id(&self.store, id).await?;
        let found = found.filter(|citizen| citizen.state != State::Unconfirmed);
        found.ok_or(Problem::NotFound)
    }

    /// An account as a registrar opens it, with what it tells of its owner; who will see that.
    ///
    /// # Errors
    /// [`Problem::NotFound`], or the store is away.
    pub async fn open_at_desk(&self, registrar: &Who, id: &str) -> Result<Citizen, Problem> {
        let citizen = self.citizen(id).await?;
        let mut tx = self.store.write_tx().await?;
        let (who, thing) = (registrar.id(), ("account", citizen.reference.as_str()));
        accesses::note(&mut tx, (self.now)(), &citizen.id, who, thing).await?;
        tx.commit().await?;
        Ok(citizen)
    }

    /// Confirms an account whose owner showed the identity document.
    ///
    /// # Errors
    /// Faults of what was seen, an account that is not pending, a person who has another one, too many
    /// passwords to hash, or the store is away.
    pub async fn admit(
        &self,
        registrar: &Who,
        citizen: &Citizen,
        mut seen: Seen,
    ) -> Result<Slip, Problem> {
        seen.number = tidy_number(&seen.number);
        check(citizen, &seen, true)?;
        let index = self.number_index(citizen.kind, &seen.number);
        let other = citizens::by_number(&self.store, &index).await?;
        if citizen.kind == Kind::Person && other.is_some() {
            return Err(not_now(
                "Ta osoba ma już potwierdzone konto. Wyszukaj je numerem PESEL i wydaj nowe dane.",
                "This person has a confirmed account. Find it by the PESEL and issue new data.",
            ));
        }
        let code = self.draw_code(&citizen.id).await?;
        let (login, password) = (secrets::login(), secrets::one_time_password());
        let hash = self.hash(&password).await?;
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let given = Confirmed {
            login: &login,
            password: &hash,
            assurance: Assurance::Desk,
            number: &self.sealed_number(&citizen.id, &seen.number),
            number_index: &index,
        };
        if !citizens::set_confirmed(&mut tx, now, &citizen.id, &given).await? {
            return Err(not_pending());
        }
        identity_codes::put(&mut tx, &code.row, registrar.id()).await?;
        self.note(&mut tx, registrar, citizen, Purpose::Registration, &seen)
            .await?;
        tx.commit().await?;
        Ok(Slip {
            name: citizen.name.clone(),
            login,
            password: Some((password, now.plus(ONE_TIME_PASSWORD_MAX_MS))),
            code: Some((code.text, code.row.expires_at)),
            made_at: now,
        })
    }

    /// Rejects an account; its owner is told why.
    ///
    /// # Errors
    /// No reason, an account that is not pending, or the store is away.
    pub async fn reject(
        &self,
        registrar: &Who,
        citizen: &Citizen,
        reason: &str,
    ) -> Result<(), Problem> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
            return Err(Problem::field(
                "reason",
                format!("Podaj powód, najwyżej {REASON_CHARS_MAX} znaków."),
                format!("Give a reason of at most {REASON_CHARS_MAX} characters."),
            ));
        }
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !citizens::set_rejected(&mut tx, &citizen.id).await? {
            return Err(not_pending());
        }
        let visit = Visit {
            confirmed: false,
            reason: reason.to_owned(),
            ..self.visit(registrar, citizen, Purpose::Registration, &Seen::default())
        };
        rows::put(&mut tx, &visit).await?;
        let details = json!({ "citizen": citizen.id, "visit": visit.id });
        audit(&mut tx, now, registrar.id(), "citizen.rejected", &details).await?;
        let reason = reason.to_owned();
        let notice = AccountNotice::of(AccountEvent::Rejected { reason });
        notices::put(&mut tx, now, &notice.to(citizen, &citizen.id)).await?;
        Ok(tx.commit().await?)
    }

    /// Lets somebody in again who showed the identity document: gives a new one-time password,
    /// switches the second factor off, unlinks an outside identity and ends all sessions.
    ///
    /// # Errors
    /// As [`Self::admit`], for an account that is confirmed.
    pub async fn recover(
        &self,
        registrar: &Who,
        citizen: &Citizen,
        seen: Seen,
    ) -> Result<Slip, Problem> {
        check(citizen, &seen, false)?;
        let password = secrets::one_time_password();
        let hash = self.hash(&password).await?;
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !citizens::set_one_time_password(&mut tx, now, &citizen.id, &hash).await? {
            return Err(not_confirmed());
        }
        second_factors::remove(&mut tx, &citizen.id).await?;
        let holder = Holder::Citizen(citizen.id.clone());
        outside::unlink(&mut tx, &holder).await?;
        let ended = session_rows::end_all(&mut tx, &holder, None).await?;
        let visit = self
            .note(&mut tx, registrar, citizen, Purpose::Recovery, &seen)
            .await?;
        let notice = AccountNotice::of(AccountEvent::Recovered);
        notices::put(&mut tx, now, &notice.to(citizen, &visit)).await?;
        tx.commit().await?;
        self.sessions.forget(&ended);
        Ok(Slip {
            name: citizen.name.clone(),
            login: citizen.login.clone().unwrap_or_default(),
            password: Some((password, now.plus(ONE_TIME_PASSWORD_MAX_MS))),
            code: None,
            made_at: now,
        })
    }

    /// Gives a new identity code to somebody who showed the identity document; an earlier one no
    /// longer holds.
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub async fn renew(
        &self,
        registrar: &Who,
        citizen: &Citizen,
        seen: Seen,
    ) -> Result<Slip, Problem> {
        check(citizen, &seen, false)?;
        if citizen.state != State::Confirmed {
            return Err(not_confirmed());
        }
        let code = self.draw_code(&citizen.id).await?;
        let mut tx = self.store.write_tx().await?;
        identity_codes::put(&mut tx, &code.row, registrar.id()).await?;
        self.note(&mut tx, registrar, citizen, Purpose::Renewal, &seen)
            .await?;
        tx.commit().await?;
        Ok(Slip {
            name: citizen.name.clone(),
            login: citizen.login.clone().unwrap_or_default(),
            password: None,
            code: Some((code.text, code.row.expires_at)),
            made_at: code.row.issued_at,
        })
    }

    /// Revokes the identity code of an account at the desk.
    ///
    /// # Errors
    /// When none is in force, or the store is away.
    pub async fn revoke_at_desk(&self, registrar: &Who, citizen: &Citizen) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        if !self.revoke_in(&mut tx, registrar, citizen).await? {
            return Err(not_now(
                "To konto nie ma ważnego kodu tożsamości.",
                "This account has no identity code in force.",
            ));
        }
        let seen = Seen::default();
        self.note(&mut tx, registrar, citizen, Purpose::Revocation, &seen)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Notes that somebody who brings an application showed the identity document; gives the visit
    /// and its moment.
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub async fn see(
        &self,
        registrar: &Who,
        citizen: &Citizen,
        seen: &Seen,
    ) -> Result<(String, Timestamp), Problem> {
        check(citizen, seen, false)?;
        if citizen.state != State::Confirmed {
            return Err(not_confirmed());
        }
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let visit = self
            .note(&mut tx, registrar, citizen, Purpose::Application, seen)
            .await?;
        tx.commit().await?;
        Ok((visit, now))
    }

    async fn hash(&self, password: &str) -> Result<String, Problem> {
        let hash = self.passwords.hash(password.to_owned()).await;
        Ok(hash.map_err(IdentityError::from)?)
    }

    /// Keeps a visit and notes it in the audit log, which holds nothing of the document; gives its id.
    async fn note(
        &self,
        tx: &mut WriteTx,
        registrar: &Who,
        citizen: &Citizen,
        purpose: Purpose,
        seen: &Seen,
    ) -> Result<String, StoreError> {
        let visit = self.visit(registrar, citizen, purpose, seen);
        rows::put(tx, &visit).await?;
        let details = json!({
            "citizen": citizen.id, "visit": visit.id, "purpose": purpose.as_str(),
        });
        audit(tx, visit.at, registrar.id(), "visit.recorded", &details).await?;
        Ok(visit.id)
    }

    fn visit(&self, registrar: &Who, citizen: &Citizen, purpose: Purpose, seen: &Seen) -> Visit {
        Visit {
            id: new_id(),
            citizen: citizen.id.clone(),
            registrar: registrar.id().to_owned(),
            at: (self.now)(),
            purpose,
            confirmed: true,
            document: seen.document.clone(),
            last_chars: seen.last_chars.to_uppercase(),
            matched: seen.matched.clone(),
            reason: String::new(),
        }
    }
}

/// What must match, for an account of this kind.
pub fn matches_of(kind: Kind) -> impl Iterator<Item = &'static str> {
    let firm = (kind == Kind::Firm).then_some(FIRM_MATCH);
    MATCHES.into_iter().chain(firm)
}

fn check(citizen: &Citizen, seen: &Seen, is_first: bool) -> Result<(), Problem> {
    let mut faults = Vec::new();
    if !DOCUMENTS.contains(&seen.document.as_str()) {
        let text = ("Wybierz dokument.", "Choose the document.");
        faults.push(fault("document", text.0, text.1));
    }
    let is_end = seen.last_chars.len() == LAST_CHARS
        && seen.last_chars.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_end {
        faults.push(fault(
            "last_chars",
            "Wpisz cztery ostatnie znaki numeru dokumentu.",
            "Enter the last four characters of the document's number.",
        ));
    }
    if is_first {
        faults.extend(number_fault(citizen.kind, &seen.number));
    }
    let is_whole = matches_of(citizen.kind).all(|one| seen.matched.iter().any(|seen| seen == one));
    if !is_whole {
        faults.push(fault(
            "matched",
            "Zaznacz wszystko, co się zgadza. Jeśli coś się nie zgadza, nie potwierdzaj.",
            "Tick all that matches. If something does not, do not confirm.",
        ));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Problem::Faults(faults)),
    }
}

fn not_now(pl: &str, en: &str) -> Problem {
    Problem::NotNow(Words::new(pl, en))
}

fn not_pending() -> Problem {
    not_now(
        "To konto nie czeka na potwierdzenie.",
        "This account does not wait for confirmation.",
    )
}

fn not_confirmed() -> Problem {
    not_now(
        "To konto nie jest potwierdzone.",
        "This account is not confirmed.",
    )
}
