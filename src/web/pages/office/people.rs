//! Positions of one's units, and who stands in for whom.

use super::{Listed, clerk, listed, unit_name};
use crate::error::Problem;
use crate::office::circulation::substitutes::NewSubstitution;
use crate::store::accounts;
use crate::store::positions::{self, Position};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::pages::posting::{Answer, done, fresh, sent, typed};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "office/people.html", config = "web-client/askama.toml")]
struct PeoplePage<'a> {
    visit: &'a Visit,
    form: Filled,
    positions: Vec<PositionLine>,
    substitutions: Vec<SubstitutionLine>,
    /// Positions for which this clerk may name a substitute.
    arranged: Vec<Listed>,
    all: Vec<Listed>,
}

/// A position.
struct PositionLine {
    title: String,
    unit: String,
    holder: Option<String>,
    takes_letters: bool,
    approves: bool,
}

/// Somebody who stands in.
struct SubstitutionLine {
    id: String,
    who: String,
    by: String,
    first: String,
    last: String,
    /// This clerk may end it.
    is_arranged: bool,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = page(&state, &visit, fresh(Filled::default())).await;
    visit.finish(answer)
}

/// Names a substitute.
pub(in crate::web) async fn substitute(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let act = async |fields: Fields| {
            let day = |name| typed(&fields, name).parse().ok();
            let new = NewSubstitution {
                position: typed(&fields, "position"),
                substitute: typed(&fields, "substitute"),
                first_day: day("first_day"),
                last_day: day("last_day"),
            };
            circulation.substitute(&clerk, &new).await?;
            Ok(done("/office/people"))
        };
        match sent(&visit, posted?, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, again).await,
        }
    };
    visit.finish(answer.await)
}

/// Ends a substitution.
pub(in crate::web) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path(substitution): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let act = async |_| {
            circulation.end_substitution(&clerk, &substitution).await?;
            Ok(done("/office/people"))
        };
        match sent(&visit, posted?, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, again).await,
        }
    };
    visit.finish(answer.await)
}

async fn page(
    state: &AppState,
    visit: &Visit,
    (status, form): Answer,
) -> Result<Response, Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let all = positions::all(&circulation.store).await?;
    let units = clerk.units();
    let of_units = all.iter().filter(|one| units.contains(one.unit.as_str()));
    let mut lines = Vec::new();
    for one in of_units {
        lines.push(PositionLine {
            title: one.title.clone(),
            unit: unit_name(&circulation, visit, &one.unit),
            holder: match &one.account {
                Some(account) => accounts::by_id(&circulation.store, account)
                    .await?
                    .map(|one| one.name),
                None => None,
            },
            takes_letters: one.takes_letters,
            approves: one.approves,
        });
    }
    let found = positions::substitutions(&circulation.store, clerk.today).await?;
    let position = |id: &str| all.iter().find(|one| one.id == id);
    let title = |id: &str| {
        position(id)
            .map(|one| one.title.clone())
            .unwrap_or_default()
    };
    let of_units = found.into_iter().filter(|one| {
        let unit = position(&one.position).map(|one| one.unit.as_str());
        unit.is_some_and(|unit| units.contains(unit))
    });
    let substitutions = of_units.map(|one| SubstitutionLine {
        who: title(&one.position),
        by: title(&one.substitute),
        first: format::day(one.first_day, visit.lang),
        last: format::day(one.last_day, visit.lang),
        is_arranged: position(&one.position).is_some_and(|one| clerk.arranges(one)),
        id: one.id,
    });
    let arranged: Vec<Position> = all
        .iter()
        .filter(|one| clerk.arranges(one))
        .cloned()
        .collect();
    let labels = [
        ("position", "people-away"),
        ("substitute", "people-stands-in"),
        ("first_day", "people-first-day"),
        ("last_day", "people-last-day"),
    ];
    let page = PeoplePage {
        visit,
        form: form.labelled(visit.lang, &labels),
        positions: lines,
        substitutions: substitutions.collect(),
        arranged: listed(&circulation, visit, &arranged),
        all: listed(&circulation, visit, &all),
    };
    Ok(visit.show(status, &page))
}
