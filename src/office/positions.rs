//! Positions as whoever runs the server sets them up: added, changed, ended.

use super::procedures::Catalogue;
use crate::identity::Now;
use crate::limits::OFFICE_LINE_CHARS_MAX;
use crate::store::accounts::{self, StaffRole};
use crate::store::cases;
use crate::store::positions::{self, Position, Work};
use crate::store::{Store, StoreError, WriteTx, audit, new_id};
use auction_rules::Timestamp;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Who does it: somebody on the machine.
const CONSOLE: &str = "console";

/// Why a position was not added, changed or ended. Nothing is changed then.
#[derive(Debug, thiserror::Error)]
pub enum PositionError {
    /// A code that no department has.
    #[error("there is no department {0}")]
    NoDepartment(String),
    /// An id that no position has, or one that ended.
    #[error("there is no position {0}")]
    NoPosition(String),
    /// A log-in that nobody has who may hold a position.
    #[error("no clerk and no officer has the log-in {0}")]
    NoHolder(String),
    /// A title that is empty, too long or has several lines.
    #[error("a title is one line of 1 to {OFFICE_LINE_CHARS_MAX} characters")]
    Title,
    /// A successor that is the position itself.
    #[error("a position does not succeed itself")]
    OwnSuccessor,
    /// What lies with it would lie with nobody.
    #[error(
        "{} cases, {} opinions and {} replies lie with this position: name who succeeds it",
        .0.cases, .0.opinions, .0.replies
    )]
    Work(Work),
    /// Letters would wait for nobody.
    #[error("{0} letters wait in {1}, and no other position takes letters there")]
    Letters(i64, String),
    /// Replies would wait for nobody.
    #[error("{0} replies wait for approval in {1}, and no other position approves there")]
    Replies(i64, String),
    /// The store is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A position to be added.
#[derive(Debug, Clone)]
pub struct NewPosition {
    /// The department's code.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// The log-in of who holds it; none while it is vacant.
    pub login: Option<String>,
    /// It takes the department's letters.
    pub takes_letters: bool,
    /// It approves the department's replies.
    pub approves: bool,
}

/// Who is to hold a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// Who has this log-in.
    Login(String),
}

/// What is changed of a position; what is not given stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What it is called.
    pub title: Option<String>,
    /// Who holds it.
    pub holder: Option<Holder>,
    /// Whether it takes the department's letters.
    pub takes_letters: Option<bool>,
    /// Whether it approves the department's replies.
    pub approves: Option<bool>,
}

/// Adds a position.
///
/// # Errors
/// See [`PositionError`].
pub async fn add(store: &Store, now: &Now, new: NewPosition) -> Result<Position, PositionError> {
    if Catalogue::embedded().department(&new.unit).is_none() {
        return Err(PositionError::NoDepartment(new.unit));
    }
    let account = match new.login {
        Some(login) => Some(holder(store, &login).await?),
        None => None,
    };
    let position = Position {
        id: new_id(),
        unit: new.unit,
        title: title(&new.title)?,
        account,
        takes_letters: new.takes_letters,
        approves: new.approves,
    };
    let at = now();
    let mut tx = store.write_tx().await?;
    positions::insert(&mut tx, at, &position).await?;
    let details = json!({ "position": position.id, "unit": position.unit });
    audit(&mut tx, at, CONSOLE, "position.added", &details).await?;
    tx.commit().await?;
    Ok(position)
}

/// Changes a position.
///
/// # Errors
/// See [`PositionError`].
pub async fn change(
    store: &Store,
    now: &Now,
    id: &str,
    change: &Change,
) -> Result<Position, PositionError> {
    let account = match &change.holder {
        Some(Holder::Login(login)) => Some(Some(holder(store, login).await?)),
        Some(Holder::Nobody) => Some(None),
        None => None,
    };
    let at = now();
    let mut tx = store.write_tx().await?;
    let mut position = going_on(&mut tx, id).await?;
    if let Some(text) = &change.title {
        position.title = title(text)?;
    }
    if let Some(account) = account {
        position.account = account;
    }
    let before = (position.takes_letters, position.approves);
    position.takes_letters = change.takes_letters.unwrap_or(position.takes_letters);
    position.approves = change.approves.unwrap_or(position.approves);
    let takes_no_more = before.0 && !position.takes_letters;
    let approves_no_more = before.1 && !position.approves;
    leaves_nothing(&mut tx, &position, takes_no_more, approves_no_more).await?;
    positions::update(&mut tx, &position).await?;
    let details = json!({ "position": position.id });
    audit(&mut tx, at, CONSOLE, "position.changed", &details).await?;
    tx.commit().await?;
    Ok(position)
}

/// Ends a position. What lies with it goes to its successor, and each case that does tells who handles
/// it from now on.
///
/// # Errors
/// See [`PositionError`].
pub async fn end(
    store: &Store,
    now: &Now,
    id: &str,
    successor: Option<&str>,
) -> Result<(), PositionError> {
    if successor == Some(id) {
        return Err(PositionError::OwnSuccessor);
    }
    let at = now();
    let mut tx = store.write_tx().await?;
    // In the order of their ids, as everybody holds positions.
    let mut held = BTreeMap::new();
    for one in BTreeSet::from_iter([Some(id), successor])
        .into_iter()
        .flatten()
    {
        held.insert(one, going_on(&mut tx, one).await?);
    }
    let position = held.remove(id);
    let position = position.ok_or_else(|| PositionError::NoPosition(id.to_owned()))?;
    leaves_nothing(
        &mut tx,
        &position,
        position.takes_letters,
        position.approves,
    )
    .await?;
    match held.into_values().next() {
        Some(successor) => hand_on(&mut tx, at, &position, &successor).await?,
        None => {
            let work = positions::work(&mut tx, id).await?;
            if work != Work::default() {
                return Err(PositionError::Work(work));
            }
        }
    }
    positions::end(&mut tx, at, id).await?;
    let details = json!({ "position": id, "successor": successor });
    audit(&mut tx, at, CONSOLE, "position.ended", &details).await?;
    Ok(tx.commit().await?)
}

async fn hand_on(
    tx: &mut WriteTx,
    at: Timestamp,
    from: &Position,
    to: &Position,
) -> Result<(), PositionError> {
    loop {
        let page = positions::cases_of(tx, &from.id).await?;
        if page.is_empty() {
            break;
        }
        for case in page {
            let Some(mut case) = cases::locked(tx, &case).await? else {
                continue;
            };
            case.position.clone_from(&to.id);
            cases::update(tx, &case).await?;
            let details = json!({ "unit": to.unit, "position": to.title });
            let what = ("case.directed", true);
            cases::note(tx, &case.id, at, CONSOLE, what, &details).await?;
        }
    }
    Ok(positions::pass_on(tx, &from.id, &to.id).await?)
}

/// Whether others look after what waits in the unit where a position takes no letters or approves no
/// replies any more.
async fn leaves_nothing(
    tx: &mut WriteTx,
    position: &Position,
    takes_no_more: bool,
    approves_no_more: bool,
) -> Result<(), PositionError> {
    let waiting = positions::waiting(tx, &position.unit, &position.id).await?;
    if takes_no_more && waiting.letters > 0 && waiting.others_take == 0 {
        return Err(PositionError::Letters(
            waiting.letters,
            position.unit.clone(),
        ));
    }
    if approves_no_more && waiting.replies > 0 && waiting.others_approve == 0 {
        return Err(PositionError::Replies(
            waiting.replies,
            position.unit.clone(),
        ));
    }
    Ok(())
}

async fn going_on(tx: &mut WriteTx, id: &str) -> Result<Position, PositionError> {
    let found = positions::locked(tx, id).await?;
    found.ok_or_else(|| PositionError::NoPosition(id.to_owned()))
}

async fn holder(store: &Store, login: &str) -> Result<String, PositionError> {
    let found = accounts::by_login(store, login).await?;
    let fits = |role| matches!(role, StaffRole::Clerk | StaffRole::Officer);
    let found = found.filter(|account| fits(account.role));
    let found = found.ok_or_else(|| PositionError::NoHolder(login.to_owned()))?;
    Ok(found.id)
}

fn title(text: &str) -> Result<String, PositionError> {
    let text = text.trim();
    let fits = (1..=OFFICE_LINE_CHARS_MAX).contains(&text.chars().count());
    match fits && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(PositionError::Title),
    }
}
