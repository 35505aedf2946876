//! The office's people in the demo: a registrar, clerks, and citizens at each stage of an account.

use super::{Login, log_in, staff};
use crate::identity::accounts::Issued;
use crate::identity::visits::{Seen, matches_of};
use crate::identity::{Assurance, Who, secrets};
use crate::store::accounts::{StaffRole, by_login};
use crate::store::citizens::{self, Citizen, Kind, State};
use crate::store::{identity_codes, new_id};
use crate::web::AppState;
use anyhow::Context;

const STAFF: [(StaffRole, &str, &str); 3] = [
    (StaffRole::Registrar, "punkt", "Ewa Maj, Punkt obsługi"),
    (StaffRole::Clerk, "referent", "Marek Lis, Wydział Geodezji"),
    (
        StaffRole::Clerk,
        "referentka",
        "Hanna Sowa, Urząd Stanu Cywilnego",
    ),
];
/// Name, e-mail address, PESEL (none of a real person), and what the demo tells of the account.
const CITIZENS: [(&str, &str, &str, Stage); 3] = [
    (
        "Jan Pokazowy",
        "jan@example.pl",
        "90010112349",
        Stage::Pending,
    ),
    (
        "Zofia Wzorcowa",
        "zofia@example.pl",
        "85020212343",
        Stage::Confirmed,
    ),
    ("Adam Dawny", "adam@example.pl", "70030312347", Stage::Ended),
];

/// How far an account of the demo has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Pending,
    Confirmed,
    /// Its identity code has expired.
    Ended,
}

/// Adds them and gives their log-ins.
pub(super) async fn add(state: &AppState) -> anyhow::Result<Vec<Login>> {
    let mut logins = Vec::new();
    for (role, login, name) in STAFF {
        logins.push(staff(state, role, login, name).await?);
    }
    let registrar = by_login(&state.store, STAFF[0].1).await?;
    let registrar = Who::from(&registrar.context("no registrar")?);
    for (name, email, number, stage) in CITIZENS {
        let citizen = pending(state, name, email).await?;
        logins.push(match stage {
            Stage::Pending => Login {
                role: "pending",
                who: format!("{name}: the reference number, to be told at the desk"),
                login: citizen.reference,
                password: String::new(),
            },
            Stage::Confirmed | Stage::Ended => {
                confirmed(state, &registrar, citizen, number, stage).await?
            }
        });
    }
    Ok(logins)
}

/// An account whose address is confirmed: the demo has no mail server.
async fn pending(state: &AppState, name: &str, email: &str) -> anyhow::Result<Citizen> {
    let now = (state.now)();
    let citizen = Citizen {
        id: new_id(),
        reference: secrets::login(),
        kind: Kind::Person,
        name: name.to_owned(),
        email: email.to_owned(),
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
        asked_from: String::new(),
        created_at: now,
    };
    let mut tx = state.store.write_tx().await?;
    citizens::insert(&mut tx, &citizen).await?;
    tx.commit().await?;
    Ok(citizen)
}

async fn confirmed(
    state: &AppState,
    registrar: &Who,
    citizen: Citizen,
    number: &str,
    stage: Stage,
) -> anyhow::Result<Login> {
    let seen = Seen {
        document: "identity-card".to_owned(),
        last_chars: "0001".to_owned(),
        matched: matches_of(citizen.kind).map(str::to_owned).collect(),
        number: number.to_owned(),
    };
    let slip = state.identity.admit(registrar, &citizen, seen).await?;
    let (one_time, _) = slip.password.context("no password")?;
    let (code, _) = slip.code.context("no code")?;
    if stage == Stage::Ended {
        end_code(state, registrar, &citizen.id).await?;
    }
    let password = secrets::one_time_password();
    let issued = Issued {
        login: slip.login.clone(),
        password: one_time,
    };
    log_in(state, &issued, Some(password.clone())).await?;
    let told = match stage {
        Stage::Ended => "expired",
        Stage::Pending | Stage::Confirmed => code.as_str(),
    };
    Ok(Login {
        role: "citizen",
        who: format!("{}, identity code: {told}", citizen.name),
        login: slip.login,
        password,
    })
}

/// In place of the code just issued, the same one as it is two years later.
async fn end_code(state: &AppState, registrar: &Who, citizen: &str) -> anyhow::Result<()> {
    let code = identity_codes::last(&state.store, citizen).await?;
    let code = code.context("no code")?;
    let now = (state.now)();
    let ended = identity_codes::Code {
        id: new_id(),
        issued_at: now,
        expires_at: now,
        ..code
    };
    let mut tx = state.store.write_tx().await?;
    identity_codes::put(&mut tx, &ended, registrar.id()).await?;
    Ok(tx.commit().await?)
}
