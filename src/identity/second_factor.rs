//! The second factor: codes by time (RFC 6238) from an authenticator app, and recovery codes for when
//! the app is lost. Members of the staff and citizens may switch it on.

use super::{Identity, IdentityError, Session, Who, secrets};
use crate::error::Problem;
use crate::limits::{FACTOR_ENROLMENT_MS, RECOVERY_CODES};
use crate::notice::account::{AccountEvent, AccountNotice};
use crate::store::second_factors::{self as rows, SecondFactor};
use crate::store::{StoreError, WriteTx, audit, citizens, new_id, notices, sessions};
use auction_rules::Timestamp;
use rand::RngCore;
use serde_json::json;
use std::net::IpAddr;
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226, section 4).
const SECRET_BYTES: usize = 20;

/// A second factor that is about to be switched on.
pub struct Enrolment {
    /// The secret in base 32, to be typed into the app.
    pub secret: String,
    /// What the app reads from a picture.
    pub url: String,
    /// What the form carries back: the secret, which only this server reads.
    pub sealed: String,
}

impl Identity {
    /// A new secret for somebody. Nothing is kept of it until [`Self::switch_factor_on`].
    ///
    /// # Errors
    /// [`Problem::NotAllowed`] for a bidder, whose log-in is short-lived.
    pub fn begin_factor(&self, session: &Session, issuer: &str) -> Result<Enrolment, Problem> {
        let holder = holder(&session.who)?;
        let mut secret = [0; SECRET_BYTES];
        rand::rng().fill_bytes(&mut secret);
        let secret = Secret::from(secret).to_base32();
        let until = (self.now)().plus(FACTOR_ENROLMENT_MS).0;
        let sealed = self
            .vault
            .seal(&format!("{until}:{secret}"), &enrolling(holder));
        self.enrolment(session, issuer, &sealed)
    }

    /// The same enrolment again, from what the form carried.
    ///
    /// # Errors
    /// [`Problem::NotNow`] when it is too old or not this person's.
    pub fn enrolment(
        &self,
        session: &Session,
        issuer: &str,
        sealed: &str,
    ) -> Result<Enrolment, Problem> {
        let secret = self.enrolled(holder(&session.who)?, sealed)?;
        let totp = totp(&secret, &session.login, issuer)?;
        Ok(Enrolment {
            url: totp.to_url().map_err(|_| Problem::Unavailable)?,
            secret,
            sealed: sealed.to_owned(),
        })
    }

    /// Switches the second factor on for who shows a code of the app; gives recovery codes, once.
    ///
    /// # Errors
    /// [`Problem::WrongCode`], [`Problem::NotNow`] when the form is too old, or the store is away.
    pub async fn switch_factor_on(
        &self,
        session: &Session,
        sealed: &str,
        code: &str,
    ) -> Result<Vec<String>, Problem> {
        let holder = holder(&session.who)?;
        let secret = self.enrolled(holder, sealed)?;
        let now = (self.now)();
        let totp = totp(&secret, "", "")?;
        let step = step(&totp, code, now).ok_or(Problem::WrongCode)?;
        let codes: Vec<_> = (0..RECOVERY_CODES)
            .map(|_| secrets::recovery_code())
            .collect();
        let hashes: Vec<_> = codes
            .iter()
            .map(|code| recovery_hash(holder, code))
            .collect();
        let kept = self.vault.seal(&secret, &place(holder));
        let mut tx = self.store.write_tx().await?;
        rows::put(&mut tx, now, holder, &kept, step, &hashes).await?;
        self.tell(&mut tx, &session.who, true).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Switches the second factor off for who shows the password once more.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`], or the store is away.
    pub async fn switch_factor_off(
        &self,
        session: &Session,
        password: String,
        address: IpAddr,
    ) -> Result<(), Problem> {
        let holder = holder(&session.who)?;
        self.recheck(session, password, address).await?;
        let mut tx = self.store.write_tx().await?;
        if rows::remove(&mut tx, holder).await? {
            self.tell(&mut tx, &session.who, false).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The second factor of somebody; none where it is off.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn factor_of(&self, who: &Who) -> Result<Option<SecondFactor>, StoreError> {
        rows::of(&self.store, who.id()).await
    }

    /// Takes the code that a session waits for: one of the app, or a recovery code, each once.
    ///
    /// # Errors
    /// [`IdentityError::WrongCode`], [`IdentityError::TooMany`] after too many of those, or the store
    /// is away.
    pub async fn give_factor(
        &self,
        session: &Session,
        code: &str,
        address: IpAddr,
    ) -> Result<(), IdentityError> {
        let holder = session.who.id();
        let counted = format!("factor:{holder}");
        let now = (self.now)();
        self.attempts
            .begin(&counted, address, now)
            .map_err(IdentityError::TooMany)?;
        let mut tx = self.store.write_tx().await?;
        let known = rows::of(&self.store, holder).await?;
        let taken = match known {
            Some(known) => self.take(&mut tx, holder, &known, code, now).await?,
            // Switched off meanwhile, at the desk: whoever asks must log in anew.
            None => false,
        };
        let what = if taken {
            "factor.given"
        } else {
            "factor.refused"
        };
        let details = json!({ "session": session.id, "address": address.to_string() });
        audit(&mut tx, now, holder, what, &details).await?;
        let begun = taken && sessions::set_factor_given(&mut tx, &session.id).await?;
        tx.commit().await?;
        if !begun {
            return Err(IdentityError::WrongCode);
        }
        self.attempts.forgive(&counted, address);
        self.sessions.reread(std::slice::from_ref(&session.id));
        Ok(())
    }

    async fn take(
        &self,
        tx: &mut WriteTx,
        holder: &str,
        known: &SecondFactor,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let secret = self.vault.open_text(&known.secret, &place(holder));
        let totp = secret.and_then(|secret| totp(&secret, "", "").ok());
        match totp.and_then(|totp| step(&totp, code, now)) {
            Some(step) => rows::take_step(tx, holder, step).await,
            None => rows::take_code(tx, holder, &recovery_hash(holder, code)).await,
        }
    }

    fn enrolled(&self, holder: &str, sealed: &str) -> Result<String, Problem> {
        let text = self.vault.open_text(sealed, &enrolling(holder));
        let text = text.unwrap_or_default();
        let found = text.split_once(':').and_then(|(until, secret)| {
            let until: i64 = until.parse().ok()?;
            ((self.now)().0 < until).then(|| secret.to_owned())
        });
        found.ok_or_else(|| {
            Problem::NotNow(auction_rules::Words::new(
                "Ten formularz był otwarty zbyt długo. Zacznij od nowa.",
                "This form was open for too long. Begin anew.",
            ))
        })
    }

    async fn tell(&self, tx: &mut WriteTx, who: &Who, is_on: bool) -> Result<(), StoreError> {
        let now = (self.now)();
        let what = if is_on { "factor.on" } else { "factor.off" };
        audit(tx, now, who.id(), what, &json!({})).await?;
        if let Some((account, _)) = who.citizen()
            && let Some(citizen) = citizens::in_tx(tx, account).await?
        {
            let notice = AccountNotice::of(AccountEvent::FactorChanged { is_on });
            notices::put(tx, now, &notice.to(&citizen, &new_id())).await?;
        }
        Ok(())
    }
}

fn holder(who: &Who) -> Result<&str, Problem> {
    match who {
        Who::Bidder { .. } => Err(Problem::NotAllowed),
        Who::Staff { account, .. } | Who::Citizen { account, .. } => Ok(account),
    }
}

fn place(holder: &str) -> String {
    format!("factor:{holder}")
}

fn enrolling(holder: &str) -> String {
    format!("enrolling:{holder}")
}

fn recovery_hash(holder: &str, code: &str) -> String {
    secrets::token_hash(&format!("{holder}:{}", secrets::tidy(code)))
}

/// Codes of six digits that change each thirty seconds; one step to either side is taken too.
fn totp(secret: &str, login: &str, issuer: &str) -> Result<Totp, Problem> {
    let secret = Secret::try_from_base32(secret).map_err(|_| Problem::Unavailable)?;
    // A colon would part issuer and log-in in the wrong place.
    let issuer = (!issuer.is_empty()).then(|| issuer.replace(':', " "));
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name(login)
        .with_issuer(issuer)
        .build();
    totp.map_err(|_| Problem::Unavailable)
}

/// The time step of which this is the code.
fn step(totp: &Totp, code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.0 / 1_000).ok()?;
    i64::try_from(totp.check(&code, seconds)?).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six digits of its codes by SHA-1.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = Secret::from(*b"12345678901234567890").to_base32();
        let totp = totp(&secret, "", "").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let step = step(&totp, code, Timestamp(seconds * 1_000));
            assert_eq!(step, Some(seconds / 30), "{seconds}");
        }
        let late = Timestamp(59_000 + 61_000);
        assert_eq!(step(&totp, "287082", late), None);
    }
}
