//! Electronic circulation (obieg): how a letter becomes a case, is directed to whoever handles it,
//! gets its opinions and its reply.
//!
//! Everything a clerk does goes through [`Circulation`] as a [`Clerk`]: an account with the positions
//! that it holds or stands in for today. Each act is one transaction: the change, what the case's
//! timeline ([`following`]) says of it, the audit log, and the notice to the party.

use super::documents::Documents;
use super::procedures::Catalogue;
use crate::config::Config;
use crate::error::{Problem, fault};
use crate::identity::Now;
use crate::limits::OFFICE_TEXT_CHARS_MAX;
use crate::notice::Notice;
use crate::store::cases::{self, Case, CaseState};
use crate::store::citizens;
use crate::store::notices::{self, NewNotice, Realm};
use crate::store::{Store, WriteTx, audit};
use auction_rules::{Timestamp, Words};
use serde_json::Value;
use std::sync::Arc;

pub mod alarms;
pub mod approval;
pub mod clerk;
pub mod direction;
pub mod duty;
pub mod following;
pub mod opening;
pub mod opinions;
pub mod queue;
pub mod replies;
pub mod search;
pub mod signatures;
pub mod substitutes;
pub mod templates;
pub mod tenders;

pub use clerk::Clerk;

/// All that circulation needs. Clones are the same one.
#[derive(Clone)]
pub struct Circulation {
    /// The store.
    pub store: Store,
    /// Where replies are kept.
    pub documents: Documents,
    /// The procedures, by whose data letters become cases.
    pub catalogue: &'static Catalogue,
    /// The clock.
    pub now: Now,
    /// What the flags say.
    pub config: Arc<Config>,
}

/// What is told of an act in a case.
struct Told<'a> {
    /// The account of who did it.
    who: &'a str,
    /// What, as in `case.opened`.
    what: &'a str,
    /// The party sees it.
    is_public: bool,
    /// Ids, numbers and what the party may read.
    details: Value,
}

impl Circulation {
    /// Notes an act in the case and in the audit log.
    async fn tell(
        &self,
        tx: &mut WriteTx,
        at: Timestamp,
        case: &Case,
        told: Told<'_>,
    ) -> Result<(), Problem> {
        let Told {
            who,
            what,
            is_public,
            details,
        } = told;
        cases::note(tx, &case.id, at, who, (what, is_public), &details).await?;
        // The chain holds ids alone: what people wrote stands in the case, and can be deleted with it.
        let ids = serde_json::json!({ "case": case.id });
        audit(tx, at, who, what, &ids).await?;
        Ok(())
    }

    /// Tells the party by mail that something happened. `cause` names it: for one cause it is told once.
    async fn notify(
        &self,
        tx: &mut WriteTx,
        at: Timestamp,
        case: &Case,
        cause: &str,
    ) -> Result<(), Problem> {
        let Some(party) = citizens::in_tx(tx, &case.account).await? else {
            return Ok(());
        };
        let notice = Notice::CaseNews {
            sign: case.sign.clone(),
            at,
            address: self.config.address(&format!("/cases/{}", case.id)),
        };
        let new = NewNotice {
            key: format!("{}:{}:{cause}:{}", notice.kind(), case.id, at.0),
            recipient: party.email,
            kind: notice.kind().to_owned(),
            lang: party.lang,
            realm: Realm::Office,
            data: serde_json::to_value(&notice).unwrap_or_default(),
        };
        notices::put(tx, at, &new).await?;
        Ok(())
    }

    /// A case that goes on, held for the transaction.
    async fn going_on(&self, tx: &mut WriteTx, case: &str) -> Result<Case, Problem> {
        let found = cases::locked(tx, case).await?.ok_or(Problem::NotFound)?;
        match found.state {
            CaseState::Closed => Err(not_now("Sprawa jest zakończona.", "The case is closed.")),
            CaseState::Open | CaseState::Answered => Ok(found),
        }
    }
}

fn not_now(pl: &str, en: &str) -> Problem {
    Problem::NotNow(Words::new(pl, en))
}

/// A text of several lines that must be given.
fn written(path: &str, text: &str) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let chars = text.chars().count();
    let unfit = |one: char| one.is_control() && one != '\n';
    let wrong = match chars {
        0 => fault(path, "Uzupełnij to pole.", "Fill in this field."),
        _ if chars > OFFICE_TEXT_CHARS_MAX => fault(
            path,
            format!("Najwyżej {OFFICE_TEXT_CHARS_MAX} znaków; jest {chars}."),
            format!("At most {OFFICE_TEXT_CHARS_MAX} characters; there are {chars}."),
        ),
        _ if text.chars().any(unfit) => fault(
            path,
            "Bez znaków sterujących.",
            "Without control characters.",
        ),
        _ => return Ok(text),
    };
    Err(Problem::Faults(vec![wrong]))
}
