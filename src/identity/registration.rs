//! Citizens and firms register themselves: the e-mail address is confirmed by a link, and then the
//! owner visits the office.
//!
//! The answer is the same whether the address is known or not. Its owner learns the difference by
//! mail.

use super::accounts::NAME_CHARS_MAX;
use super::attempts::network;
use super::{Assurance, Identity, secrets};
use crate::error::{Problem, fault};
use crate::identifiers::{nip, pesel::Pesel};
use crate::limits::{
    ADDRESS_TOKEN_MS, REGISTERED_PER_EMAIL_MAX, REGISTERED_PER_EMAIL_MS,
    REGISTERED_PER_NETWORK_MAX, REGISTERED_PER_NETWORK_MS,
};
use crate::notice::account::{AccountEvent, AccountNotice};
use crate::store::citizens::{self, Citizen, Kind, State};
use crate::store::{StoreError, WriteTx, audit, new_id, notices};
use auction_rules::{TermsFault, Timestamp, Words};
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

/// How the audit log calls somebody who is not logged in.
const PUBLIC: &str = "public";
/// The longest e-mail address, in characters (RFC 5321).
pub const EMAIL_CHARS_MAX: usize = 254;
/// The longest telephone number, in characters.
pub const PHONE_CHARS_MAX: usize = 20;
const DAY_MS: i64 = 86_400_000;

/// What somebody says who registers.
#[derive(Debug, Clone)]
pub struct NewCitizen {
    /// Whose account it is to be.
    pub kind: Kind,
    /// Name and surname, or the firm's name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The telephone number, or nothing.
    pub phone: String,
    /// PESEL or NIP, or nothing.
    pub number: String,
    /// The language of the mails: `pl` or `en`.
    pub lang: String,
}

impl Identity {
    /// Registers somebody: sends a link to the e-mail address, or tells its owner that there is an
    /// account. The caller learns nothing of it.
    ///
    /// # Errors
    /// Faults of the fields, too many registrations from one network, or the store is away.
    pub async fn register(&self, new: NewCitizen, address: IpAddr) -> Result<(), Problem> {
        let new = checked(new)?;
        let now = (self.now)();
        let id = new_id();
        let citizen = Citizen {
            reference: secrets::login(),
            kind: new.kind,
            number: self.sealed_number(&id, &new.number),
            number_index: self.number_index(new.kind, &new.number),
            name: new.name,
            email: new.email,
            phone: new.phone,
            state: State::Unconfirmed,
            assurance: Assurance::Email,
            lang: new.lang,
            login: None,
            password: String::new(),
            must_change: true,
            issued_at: now,
            blocked_at: None,
            asked_from: network(address).to_string(),
            created_at: now,
            id,
        };
        let mut tx = self.store.write_tx().await?;
        let since = now.minus(REGISTERED_PER_NETWORK_MS);
        if citizens::count_asked(&mut tx, &citizen.asked_from, since).await?
            >= REGISTERED_PER_NETWORK_MAX
        {
            let wait = Duration::from_millis(REGISTERED_PER_NETWORK_MS);
            return Err(Problem::TooManyRequests(wait));
        }
        let since = now.minus(REGISTERED_PER_EMAIL_MS);
        let asked = citizens::count_with_email(&mut tx, &citizen.email, since).await?;
        // Counted whether the address is known or not, so that the bounds tell nothing either.
        citizens::insert(&mut tx, &citizen).await?;
        if asked < REGISTERED_PER_EMAIL_MAX {
            self.write_to(&mut tx, &citizen).await?;
        }
        let details = json!({ "citizen": citizen.id });
        audit(&mut tx, now, PUBLIC, "citizen.registered", &details).await?;
        Ok(tx.commit().await?)
    }

    /// The mail after a registration.
    async fn write_to(&self, tx: &mut WriteTx, citizen: &Citizen) -> Result<(), StoreError> {
        let now = citizen.created_at;
        let known = citizens::of_email(tx, &citizen.email, citizen.kind).await?;
        if let Some(known) = known {
            let cause = format!("{}:{}", known.id, now.0 / DAY_MS);
            let notice = AccountNotice::of(AccountEvent::AddressKnown);
            notices::put(tx, now, &notice.to(&known, &cause)).await?;
            return Ok(());
        }
        let token = secrets::token();
        let expires_at = now.plus(ADDRESS_TOKEN_MS);
        citizens::put_token(tx, &secrets::token_hash(&token), &citizen.id, expires_at).await?;
        let notice = AccountNotice::of(AccountEvent::AddressToConfirm { expires_at });
        let notice = notice.to_with_token(citizen, &citizen.id, &token, &self.vault);
        notices::put(tx, now, &notice).await?;
        Ok(())
    }

    /// Whether a link still holds.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn is_token(&self, token: &str) -> Result<bool, StoreError> {
        let hash = secrets::token_hash(token);
        let found = citizens::of_token(&self.store, &hash, (self.now)()).await?;
        Ok(found.is_some())
    }

    /// Confirms the e-mail address that a link was sent to; the link holds no longer. Gives the
    /// account, whose owner is now to visit the office; none where the link does not hold.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn confirm_address(&self, token: &str) -> Result<Option<Citizen>, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let now = (self.now)();
        let taken = citizens::take_token(&mut tx, &secrets::token_hash(token), now).await?;
        let Some(id) = taken else {
            return Ok(None);
        };
        let citizen = match citizens::set_pending(&mut tx, &id).await {
            Ok(Some(citizen)) => citizen,
            Ok(None) => return Ok(None),
            // Another registration with the same address was confirmed before.
            Err(error) if error.is_taken() => return Ok(None),
            Err(error) => return Err(error),
        };
        let notice = AccountNotice::of(AccountEvent::ToVisit {
            reference: citizen.reference.clone(),
        });
        notices::put(&mut tx, now, &notice.to(&citizen, &citizen.id)).await?;
        let details = json!({ "citizen": citizen.id });
        audit(
            &mut tx,
            now,
            &citizen.id,
            "citizen.address-confirmed",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(Some(citizen))
    }

    /// PESEL or NIP as it is kept; nothing for none.
    pub(super) fn sealed_number(&self, citizen: &str, number: &str) -> String {
        match number {
            "" => String::new(),
            number => self.vault.seal(number, &place(citizen)),
        }
    }

    /// What finds a number; nothing for none.
    pub(super) fn number_index(&self, kind: Kind, number: &str) -> String {
        match number {
            "" => String::new(),
            number => self.vault.index(&format!("{}:{number}", kind.as_str())),
        }
    }

    /// PESEL or NIP of an account, as it was given or seen; empty where none is known.
    #[must_use]
    pub fn number_of(&self, citizen: &Citizen) -> String {
        let number = self.vault.open_text(&citizen.number, &place(&citizen.id));
        number.unwrap_or_default()
    }
}

fn place(citizen: &str) -> String {
    format!("citizen:{citizen}")
}

/// When registrations that nobody confirmed are forgotten.
#[must_use]
pub(super) fn forgotten_before(now: Timestamp) -> Timestamp {
    now.minus(ADDRESS_TOKEN_MS)
}

/// With spaces, hyphens and capitals put right, or all that is wrong.
fn checked(mut new: NewCitizen) -> Result<NewCitizen, Problem> {
    let mut faults = Vec::new();
    new.name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    new.email = new.email.trim().to_lowercase();
    new.phone = new.phone.trim().to_owned();
    new.number = tidy_number(&new.number);
    if new.name.is_empty() {
        faults.push(fault("name", "Uzupełnij to pole.", "Fill in this field."));
    } else if new.name.chars().count() > NAME_CHARS_MAX || new.name.chars().any(char::is_control) {
        faults.push(fault(
            "name",
            format!("Wpisz najwyżej {NAME_CHARS_MAX} znaków."),
            format!("Enter at most {NAME_CHARS_MAX} characters."),
        ));
    }
    if new.email.parse::<lettre::Address>().is_err()
        || new.email.chars().count() > EMAIL_CHARS_MAX
        || !new.email.contains('.')
    {
        faults.push(fault(
            "email",
            "Wpisz adres e-mail, na przykład jan@example.pl.",
            "Enter an e-mail address, as in jan@example.pl.",
        ));
    }
    if !is_phone(&new.phone) {
        faults.push(fault(
            "phone",
            "Numer telefonu ma cyfry, spacje i znak + na początku.",
            "A telephone number has digits, spaces and a + at its beginning.",
        ));
    }
    if !new.number.is_empty() {
        faults.extend(number_fault(new.kind, &new.number));
    }
    match faults.is_empty() {
        true => Ok(new),
        false => Err(Problem::Faults(faults)),
    }
}

fn is_phone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    text.len() <= PHONE_CHARS_MAX
        && rest
            .bytes()
            .all(|b| b.is_ascii_digit() || b" -".contains(&b))
}

/// A number without what people write for the eye.
pub(super) fn tidy_number(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

/// What is wrong with a PESEL or NIP, for the field of the number.
pub(super) fn number_fault(kind: Kind, number: &str) -> Option<TermsFault> {
    let words = match kind {
        Kind::Person => Pesel::read(number).err().map(|_| {
            Words::new(
                "To nie jest PESEL: jedenaście cyfr, ostatnia jest kontrolna. Sprawdź, czy nie ma \
                 pomyłki.",
                "This is no PESEL: eleven digits, the last one is a check digit. Look for a slip.",
            )
        }),
        Kind::Firm => nip::check(number).err().map(|_| {
            Words::new(
                "To nie jest NIP: dziesięć cyfr, ostatnia jest kontrolna. Sprawdź, czy nie ma \
                 pomyłki.",
                "This is no NIP: ten digits, the last one is a check digit. Look for a slip.",
            )
        }),
    };
    words.map(|text| TermsFault {
        path: "number".to_owned(),
        text,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn wrong(kind: Kind, [name, email, phone, number]: [&str; 4]) -> Vec<String> {
        let new = NewCitizen {
            kind,
            name: name.to_owned(),
            email: email.to_owned(),
            phone: phone.to_owned(),
            number: number.to_owned(),
            lang: "pl".to_owned(),
        };
        match checked(new) {
            Err(Problem::Faults(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let good = [
            "Zoë Żak",
            "Zoe@Example.pl",
            "+48 600 100 200",
            "440 514 01359",
        ];
        assert!(wrong(Kind::Person, good).is_empty());
        assert!(wrong(Kind::Firm, ["A", "a@b.pl", "", ""]).is_empty());
        assert!(wrong(Kind::Firm, ["A", "a@b.pl", "", "526-10-40-828"]).is_empty());
        let bad = [" ", "nikt", "0600x", "44051401358"];
        assert_eq!(
            wrong(Kind::Person, bad),
            ["name", "email", "phone", "number"]
        );
        let long = "a".repeat(NAME_CHARS_MAX + 1);
        let bad = [long.as_str(), "a@b.pl\r\nBcc: c@d.pl", "", "44051401359"];
        assert_eq!(wrong(Kind::Firm, bad), ["name", "email", "number"]);
    }
}
