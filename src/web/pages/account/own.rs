//! The own account: what the office knows, the identity code, the second factor.

use crate::error::Problem;
use crate::identity::codes::Standing;
use crate::identity::{Assurance, Session, Who};
use crate::store::citizens::{Citizen, Kind};
use crate::web::csrf::Posted;
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use auction_rules::Timestamp;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "account/own.html", config = "web-client/askama.toml")]
struct OwnPage<'a> {
    visit: &'a Visit,
    login: &'a str,
    /// None for a member of the staff, whose account has only a second factor.
    owner: Option<Owner>,
    /// Recovery codes that are left; none where the second factor is off.
    factor: Option<Factor>,
    /// Since when an outside identity is linked; empty where none is.
    linked: String,
}

struct Owner {
    name: String,
    email: String,
    phone: String,
    number_label: String,
    number: String,
    assurance: String,
    /// How well this log-in shows who it is.
    this_log_in: String,
    code: Chip,
    code_until: String,
    can_revoke: bool,
}

struct Factor {
    since: String,
    codes: i64,
}

#[derive(Template)]
#[template(path = "account/revoke.html", config = "web-client/askama.toml")]
struct RevokePage<'a> {
    visit: &'a Visit,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let session = visit.active()?;
        let owner = match session.who.citizen() {
            Some((account, level)) => Some(owner(&state, &visit, account, level).await?),
            None if matches!(session.who, Who::Bidder { .. }) => return Err(Problem::NotAllowed),
            None => None,
        };
        let page = OwnPage {
            visit: &visit,
            login: &session.login,
            owner,
            factor: factor(&state, &visit, session).await?,
            linked: linked_since(&state, &visit, session).await?,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// Since when an outside identity is linked; empty where none is.
pub(in crate::web::pages) async fn linked_since(
    state: &AppState,
    visit: &Visit,
    session: &Session,
) -> Result<String, Problem> {
    let since = state.identity.linked_since(&session.who).await?;
    let since = since.map(|since| format::date_minute(since, visit.lang));
    Ok(since.unwrap_or_default())
}

async fn factor(
    state: &AppState,
    visit: &Visit,
    session: &Session,
) -> Result<Option<Factor>, Problem> {
    let known = state.identity.factor_of(&session.who).await?;
    Ok(known.map(|known| Factor {
        since: format::date_minute(known.since, visit.lang),
        codes: known.codes,
    }))
}

async fn owner(
    state: &AppState,
    visit: &Visit,
    account: &str,
    this_log_in: Assurance,
) -> Result<Owner, Problem> {
    let citizen = state.identity.citizen(account).await?;
    let standing = state.identity.code_of(account).await?;
    let (code, code_until) = code(visit, standing);
    Ok(Owner {
        number: masked(&state.identity.number_of(&citizen)),
        number_label: visit.say(number_key(&citizen)),
        name: citizen.name,
        email: citizen.email,
        phone: citizen.phone,
        assurance: visit.say(assurance_key(citizen.assurance)),
        this_log_in: visit.say(assurance_key(this_log_in)),
        code,
        code_until,
        can_revoke: matches!(standing, Standing::InForce(_)),
    })
}

/// What the number of an account is called.
pub(in crate::web) fn number_key(citizen: &Citizen) -> &'static str {
    match citizen.kind {
        Kind::Person => "account-pesel",
        Kind::Firm => "account-nip",
    }
}

/// The words of a level.
pub(in crate::web) fn assurance_key(level: Assurance) -> &'static str {
    match level {
        Assurance::Email => "assurance-email",
        Assurance::Desk => "assurance-desk",
        Assurance::TrustedProfile => "assurance-trusted-profile",
        Assurance::Qualified => "assurance-qualified",
    }
}

/// How the identity code stands, and the day that belongs to it.
pub(in crate::web) fn code(visit: &Visit, standing: Standing) -> (Chip, String) {
    let (key, icon, tone, at) = match standing {
        Standing::InForce(at) => ("code-in-force", "check", "is-accepted", Some(at)),
        Standing::Expired(at) => ("code-expired", "cross", "is-refused", Some(at)),
        Standing::Revoked(at) => ("code-revoked", "cross", "is-refused", Some(at)),
        Standing::Missing => ("code-missing", "cross", "is-refused", None),
    };
    let chip = Chip {
        icon,
        tone,
        word: visit.say(key),
    };
    // A code ends at midnight: its last day is the one before.
    let until = at.map(|at| format::date(Timestamp(at.0 - 1), visit.lang));
    (chip, until.unwrap_or_default())
}

/// Its last four digits: enough to know it by, and not for who looks over a shoulder.
fn masked(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(4);
    let shown = number.chars().skip(hidden);
    "•".repeat(hidden).chars().chain(shown).collect()
}

pub(in crate::web) async fn ask_revoke(visit: Visit) -> Response {
    let answer = visit
        .citizen(Assurance::Email)
        .map(|_| visit.show(StatusCode::OK, &RevokePage { visit: &visit }));
    visit.finish(answer)
}

pub(in crate::web) async fn revoke(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let account = visit.citizen(Assurance::Email)?;
        if posted?.checked().is_err() {
            return Ok(visit.show(StatusCode::FORBIDDEN, &RevokePage { visit: &visit }));
        }
        let citizen = state.identity.citizen(account).await?;
        let who = &visit.active()?.who;
        state.identity.revoke_code(who, &citizen).await?;
        Ok(visit.go("/account"))
    };
    visit.finish(answer.await)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn four_digits_are_shown() {
        assert_eq!(masked("44051401359"), "•••••••1359");
        assert_eq!(
            (masked("135"), masked("")),
            ("135".to_owned(), String::new())
        );
    }
}
