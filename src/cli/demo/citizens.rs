//! The demo's citizens: each registers, confirms the address and, but for one, comes to the desk.

use super::log_in;
use super::logins::{Group, Login};
use super::people::People;
use crate::document::Lang;
use crate::identity::accounts::Issued;
use crate::identity::registration::NewCitizen;
use crate::identity::secrets;
use crate::identity::visits::{Seen, matches_of};
use crate::notice::Notice;
use crate::store::citizens::{Citizen, Kind};
use crate::store::notices::{self, NoticeState, Realm};
use anyhow::Context;
use std::net::{IpAddr, Ipv4Addr};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// What a link of the mail begins with.
const SITE: &str = "http://demo";

/// A citizen whom the office knows.
pub(super) struct Known {
    pub(super) citizen: Citizen,
    pub(super) code: String,
}

/// Somebody who registers: name, address, PESEL or NIP (none of a real person or firm).
pub(super) struct Newcomer {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) number: &'static str,
}

impl Newcomer {
    const fn person(name: &'static str, email: &'static str, number: &'static str) -> Self {
        Self {
            kind: Kind::Person,
            name,
            email,
            number,
        }
    }
}

/// Has cases in every state.
pub(super) const ZOFIA: Newcomer =
    Newcomer::person("Zofia Wzorcowa", "zofia@example.pl", "85020212343");
/// Has begun two forms.
pub(super) const NINA: Newcomer = Newcomer::person("Nina Nowa", "nina@example.pl", "92051500127");
/// Has an identity code that is over.
pub(super) const ADAM: Newcomer = Newcomer::person("Adam Dawny", "adam@example.pl", "70030312347");
/// Has not been at the desk.
pub(super) const JAN: Newcomer = Newcomer::person("Jan Pokazowy", "jan@example.pl", "90010112349");
/// A firm.
pub(super) const FIRM: Newcomer = Newcomer {
    kind: Kind::Firm,
    name: "Ogród Marzeń sp. z o.o.",
    email: "biuro@ogrod.example.pl",
    number: "5540000101",
};

/// Registers and confirms the address by the link of the mail.
pub(super) async fn registered(people: &People, new: &Newcomer) -> anyhow::Result<Citizen> {
    let state = &people.past().state;
    let typed = NewCitizen {
        kind: new.kind,
        name: new.name.to_owned(),
        email: new.email.to_owned(),
        phone: String::new(),
        number: String::new(),
        lang: "pl".to_owned(),
    };
    state.identity.register(typed, HERE).await?;
    let waiting = notices::page(&state.store, Realm::Office, NoticeState::Waiting, None).await?;
    let mail = waiting.into_iter().find(|row| row.recipient == new.email);
    let mail = mail.context("no mail")?;
    let Notice::Account(notice) = serde_json::from_value(mail.data)? else {
        anyhow::bail!("no mail with a link");
    };
    let notice = notice.with_link(SITE, state.identity.vault(), &mail.key);
    let text = notice.text(Lang::Pl).plain();
    let (_, token) = text.split_once("/account/confirm/").context("no link")?;
    let token = token.split_whitespace().next().unwrap_or_default();
    let citizen = state.identity.confirm_address(token).await?;
    citizen.context("the link does not hold")
}

/// Comes to the desk with an identity document, and sets a password of one's own.
pub(super) async fn admitted(
    people: &People,
    new: &Newcomer,
    hint: &str,
    logins: &mut Vec<Login>,
) -> anyhow::Result<Known> {
    let citizen = registered(people, new).await?;
    let state = &people.past().state;
    let registrar = people.who("punkt")?;
    let citizen = state
        .identity
        .find_at_desk(registrar, &citizen.reference)
        .await?;
    let seen = Seen {
        document: "identity-card".to_owned(),
        last_chars: "0001".to_owned(),
        matched: matches_of(citizen.kind).map(str::to_owned).collect(),
        number: new.number.to_owned(),
    };
    let slip = state.identity.admit(registrar, &citizen, seen).await?;
    let (one_time, _) = slip.password.context("no password")?;
    let (code, _) = slip.code.context("no code")?;
    let password = secrets::one_time_password();
    let issued = Issued {
        login: slip.login.clone(),
        password: one_time,
    };
    log_in(state, &issued, Some(password.clone())).await?;
    logins.push(Login {
        group: Group::Citizen,
        role: "citizen",
        who: new.name.to_owned(),
        login: slip.login,
        password,
        hint: format!("identity code {code}; {hint}"),
    });
    Ok(Known { citizen, code })
}

/// Registered and not at the desk yet.
pub(super) async fn pending(people: &People, logins: &mut Vec<Login>) -> anyhow::Result<()> {
    let citizen = registered(people, &JAN).await?;
    logins.push(Login {
        group: Group::Citizen,
        role: "pending",
        who: JAN.name.to_owned(),
        login: citizen.reference,
        password: String::new(),
        hint: format!(
            "no log-in yet: this is the reference number to tell at the desk; PESEL {}",
            JAN.number
        ),
    });
    Ok(())
}
