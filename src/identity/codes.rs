//! Identity codes: with one, its owner confirms that an application is theirs. A code holds for two
//! years; of what it confirmed stays evidence.

use super::{Identity, Who, secrets};
use crate::clock::WARSAW;
use crate::error::Problem;
use crate::limits::{CODE_REMINDER_MS, CODE_YEARS};
use crate::notice::account::{AccountEvent, AccountNotice};
use crate::store::citizens::{self, Citizen};
use crate::store::identity_codes::{self as rows, Code, Evidence};
use crate::store::{StoreError, WriteTx, audit, new_id, notices};
use auction_rules::{Digest, Timestamp, Words};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::json;
use std::net::IpAddr;

/// How an identity code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It confirms, until then.
    InForce(Timestamp),
    /// It ended then.
    Expired(Timestamp),
    /// It was revoked then.
    Revoked(Timestamp),
    /// There is none.
    Missing,
}

impl Standing {
    fn of(code: Option<&Code>, now: Timestamp) -> Self {
        match code {
            None => Self::Missing,
            Some(code) => match code.revoked_at {
                Some(at) => Self::Revoked(at),
                None if now < code.expires_at => Self::InForce(code.expires_at),
                None => Self::Expired(code.expires_at),
            },
        }
    }
}

/// A code that is drawn but not in the store yet.
pub(super) struct Drawn {
    /// What its owner is given.
    pub(super) text: String,
    /// What is kept.
    pub(super) row: Code,
}

impl Identity {
    /// Confirms a document with the identity code of an account, and keeps the evidence.
    ///
    /// # Errors
    /// [`Problem::WrongCode`] when it is another one, [`Problem::TooManyAttempts`] after too many of
    /// those, [`Problem::NotNow`] when the code ended or was revoked, or the store is away.
    pub async fn confirm(
        &self,
        account: &str,
        code: &str,
        document_hash: &Digest,
        address: IpAddr,
    ) -> Result<Evidence, Problem> {
        let last = rows::last(&self.store, account).await?;
        let standing = Standing::of(last.as_ref(), (self.now)());
        let (Some(known), Standing::InForce(_)) = (last, standing) else {
            return Err(not_in_force(standing));
        };
        let counted = format!("code:{account}");
        self.attempts
            .begin(&counted, address, (self.now)())
            .map_err(Problem::TooManyAttempts)?;
        let typed = secrets::tidy(code);
        let fits = self.passwords.fits(typed, Some(&known.hash)).await;
        match fits {
            Ok(true) => self.attempts.forgive(&counted, address),
            Ok(false) => {
                self.note_wrong_code(account, &known.id).await?;
                return Err(Problem::WrongCode);
            }
            Err(error) => {
                self.attempts.forgive(&counted, address);
                return Err(super::IdentityError::from(error).into());
            }
        }
        self.keep_evidence(account, &known.id, document_hash).await
    }

    async fn keep_evidence(
        &self,
        account: &str,
        code: &str,
        document_hash: &Digest,
    ) -> Result<Evidence, Problem> {
        let evidence = Evidence {
            id: new_id(),
            citizen: account.to_owned(),
            code: code.to_owned(),
            document_hash: *document_hash,
            at: (self.now)(),
        };
        let mut tx = self.store.write_tx().await?;
        if !rows::put_evidence(&mut tx, &evidence).await? {
            return Err(not_in_force(Standing::Revoked(evidence.at)));
        }
        let details = json!({
            "evidence": evidence.id, "code": evidence.code, "document": evidence.document_hash,
        });
        audit(&mut tx, evidence.at, account, "code.used", &details).await?;
        tx.commit().await?;
        Ok(evidence)
    }

    async fn note_wrong_code(&self, account: &str, code: &str) -> Result<(), StoreError> {
        let mut tx = self.store.write_tx().await?;
        let details = json!({ "code": code });
        audit(&mut tx, (self.now)(), account, "code.refused", &details).await?;
        tx.commit().await
    }

    /// How the code of an account stands.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn code_of(&self, account: &str) -> Result<Standing, StoreError> {
        let last = rows::last(&self.store, account).await?;
        Ok(Standing::of(last.as_ref(), (self.now)()))
    }

    /// Revokes the code of an account, for its owner; false when none was in force.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn revoke_code(&self, by: &Who, citizen: &Citizen) -> Result<bool, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let revoked = self.revoke_in(&mut tx, by, citizen).await?;
        tx.commit().await?;
        Ok(revoked)
    }

    pub(super) async fn revoke_in(
        &self,
        tx: &mut WriteTx,
        by: &Who,
        citizen: &Citizen,
    ) -> Result<bool, StoreError> {
        let now = (self.now)();
        let Some(code) = rows::revoke(tx, now, &citizen.id, by.id()).await? else {
            return Ok(false);
        };
        let details = json!({ "code": code, "citizen": citizen.id });
        audit(tx, now, by.id(), "code.revoked", &details).await?;
        let notice = AccountNotice::of(AccountEvent::CodeRevoked);
        notices::put(tx, now, &notice.to(citizen, &code)).await?;
        Ok(true)
    }

    /// Draws a code for an account.
    pub(super) async fn draw_code(&self, citizen: &str) -> Result<Drawn, Problem> {
        let text = secrets::identity_code();
        let hash = self.passwords.hash(secrets::tidy(&text)).await;
        let now = (self.now)();
        let row = Code {
            id: new_id(),
            citizen: citizen.to_owned(),
            hash: hash.map_err(super::IdentityError::from)?,
            issued_at: now,
            expires_at: ends(now),
            revoked_at: None,
        };
        Ok(Drawn { text, row })
    }

    /// Reminds owners of codes that end within thirty days, once of each; gives how many.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn remind_of_codes(&self) -> Result<usize, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let now = (self.now)();
        let ending = rows::take_ending(&mut tx, now, now.plus(CODE_REMINDER_MS)).await?;
        for code in &ending {
            let Some(citizen) = citizens::in_tx(&mut tx, &code.citizen).await? else {
                continue;
            };
            let at = code.expires_at;
            let notice = AccountNotice::of(AccountEvent::CodeEnds { at });
            notices::put(&mut tx, now, &notice.to(&citizen, &code.id)).await?;
        }
        tx.commit().await?;
        Ok(ending.len())
    }
}

/// The same date two years later, 00:00 in Warsaw.
fn ends(now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let end = jiff::Timestamp::from_millisecond(now.0).and_then(|at| {
        let date = at.to_zoned(zone.clone()).date();
        date.checked_add(CODE_YEARS.years())?.to_zoned(zone)
    });
    end.map_or(now, |end| Timestamp(end.timestamp().as_millisecond()))
}

fn not_in_force(standing: Standing) -> Problem {
    Problem::NotNow(match standing {
        Standing::Expired(_) => Words::new(
            "Twój kod tożsamości wygasł. Nowy dostaniesz w urzędzie; do tego czasu możesz tylko \
             czytać.",
            "Your identity code has expired. You get a new one at the office; until then you can \
             only read.",
        ),
        Standing::Revoked(_) => Words::new(
            "Twój kod tożsamości unieważniono. Nowy dostaniesz w urzędzie; do tego czasu możesz \
             tylko czytać.",
            "Your identity code was revoked. You get a new one at the office; until then you can \
             only read.",
        ),
        Standing::InForce(_) | Standing::Missing => Words::new(
            "Nie masz kodu tożsamości. Dostaniesz go w urzędzie.",
            "You have no identity code. You get one at the office.",
        ),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_code_ends_at_midnight_of_the_same_date() {
        for (issued, end) in [
            ("2026-11-29T13:00:00Z", "2028-11-28T23:00:00Z"),
            // Already the next day in Warsaw.
            ("2026-11-29T23:30:00Z", "2028-11-29T23:00:00Z"),
            ("2026-07-01T10:00:00Z", "2028-06-30T22:00:00Z"),
            ("2028-02-29T10:00:00Z", "2030-02-27T23:00:00Z"),
        ] {
            let moment = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            assert_eq!(ends(Timestamp(moment(issued))).0, moment(end), "{issued}");
        }
    }

    /// The vectors of `tests/vectors/identifiers.json`: the day of issue and the day on which a code ends.
    #[test]
    fn codes_end_as_the_vectors_say() {
        let vectors = include_str!("../../tests/vectors/identifiers.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let pairs = vectors["two_year_code"].as_array().unwrap();
        assert!(!pairs.is_empty());
        let begins = |day: &serde_json::Value| {
            let day: jiff::civil::Date = day.as_str().unwrap().parse().unwrap();
            day.to_zoned(TimeZone::get(WARSAW).unwrap()).unwrap()
        };
        for pair in pairs {
            let (issued, end) = (begins(&pair[0]), begins(&pair[1]).timestamp());
            // At the first and at the last moment of its day.
            for at in [0, 86_399].map(|seconds| issued.timestamp().as_second() + seconds) {
                assert_eq!(
                    ends(Timestamp(at * 1_000)).0,
                    end.as_millisecond(),
                    "{pair}"
                );
            }
        }
    }
}
