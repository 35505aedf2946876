//! Citizens with accounts, and the registrar who confirms them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::server::Server;
use ebok::document::Lang;
use ebok::identity::Who;
use ebok::identity::registration::NewCitizen;
use ebok::identity::visits::{Seen, Slip, matches_of};
use ebok::notice::Notice;
use ebok::store::accounts::{StaffRole, by_login};
use ebok::store::citizens::{Citizen, Kind};
use ebok::store::notices::{self, NoticeState, Realm};
use std::net::{IpAddr, Ipv4Addr};

/// From where the tests ask.
pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(crate) const PESEL: &str = "44051401359";
const CONFIRM: &str = "/account/confirm/";

/// What somebody types who registers.
pub(crate) fn person(name: &str, email: &str) -> NewCitizen {
    NewCitizen {
        kind: Kind::Person,
        name: name.to_owned(),
        email: email.to_owned(),
        phone: String::new(),
        number: String::new(),
        lang: "pl".to_owned(),
    }
}

/// What a registrar sees when all is right.
pub(crate) fn seen(kind: Kind, number: &str) -> Seen {
    Seen {
        document: "identity-card".to_owned(),
        last_chars: "4567".to_owned(),
        matched: matches_of(kind).map(str::to_owned).collect(),
        number: number.to_owned(),
    }
}

impl Server {
    /// The registrar, whose log-in is `registrar`.
    pub(crate) async fn registrar(&self) -> Who {
        if by_login(&self.state.store, "registrar")
            .await
            .unwrap()
            .is_none()
        {
            let issued = self.staff("registrar", StaffRole::Registrar).await;
            self.enter(&issued).await;
        }
        let account = by_login(&self.state.store, "registrar").await.unwrap();
        Who::from(&account.unwrap())
    }

    /// The texts of the mails to an address that wait, oldest first.
    pub(crate) async fn mails_to(&self, email: &str) -> Vec<String> {
        let (store, vault) = (&self.state.store, self.state.identity.vault());
        let rows = notices::page(store, Realm::Office, NoticeState::Waiting, None).await;
        let mine = rows.unwrap().into_iter().rev();
        mine.filter(|row| row.recipient == email)
            .map(|row| match serde_json::from_value(row.data).unwrap() {
                Notice::Account(notice) => {
                    let notice = notice.with_link("https://ebok.example.pl", vault, &row.key);
                    notice.text(Lang::Pl).plain()
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// The token of the link in the last mail to an address.
    pub(crate) async fn token_for(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        let (_, token) = mails.last().unwrap().split_once(CONFIRM).unwrap();
        token.trim().to_owned()
    }

    /// Somebody who registered and confirmed the address.
    pub(crate) async fn pending(&self, new: NewCitizen) -> Citizen {
        let email = new.email.to_lowercase();
        self.state.identity.register(new, HERE).await.unwrap();
        let token = self.token_for(&email).await;
        self.state
            .identity
            .confirm_address(&token)
            .await
            .unwrap()
            .unwrap()
    }

    /// Somebody whose account was confirmed at the desk.
    pub(crate) async fn citizen(&self, name: &str, email: &str, number: &str) -> (Citizen, Slip) {
        let registrar = self.registrar().await;
        let citizen = self.pending(person(name, email)).await;
        let seen = seen(citizen.kind, number);
        let slip = self
            .state
            .identity
            .admit(&registrar, &citizen, seen)
            .await
            .unwrap();
        (
            self.state.identity.citizen(&citizen.id).await.unwrap(),
            slip,
        )
    }

    /// Logs a citizen in with the slip and sets an own password; gives the token.
    pub(crate) async fn enter_with(&self, slip: &Slip) -> String {
        let (password, _) = slip.password.clone().unwrap();
        let login = slip.login.clone();
        self.enter(&ebok::identity::accounts::Issued { login, password })
            .await
    }
}
