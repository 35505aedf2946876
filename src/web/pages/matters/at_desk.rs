//! A form that its citizen brings to the desk: the number by which it is found there, and what to take
//! along.

use super::{draft_href, own_drafts, summary};
use crate::error::Problem;
use crate::office::drafts::procedure_of;
use crate::office::procedures::{self, Catalogue, Channel, Procedure};
use crate::store::drafts::Draft;
use crate::web::csrf::Posted;
use crate::web::pages::posting::sent;
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "matters/at_desk.html", config = "web-client/askama.toml")]
struct AtDeskPage<'a> {
    visit: &'a Visit,
    title: String,
    draft: String,
    number: &'a str,
    coming: &'a procedures::Visit,
    department: String,
    /// Of the office; empty where it is not set.
    address: &'a str,
    expires: String,
}

/// Shows the number; whoever has none yet reads the answers first.
pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
) -> Response {
    let answer = async {
        let draft = own_drafts(&state, &visit)?.one(&draft).await?;
        let procedure = procedure_of(&draft)?;
        Ok(match (&draft.visit_code, &procedure.channel) {
            (Some(number), Channel::Visit(coming)) => {
                page(&state, &visit, &draft, procedure, coming, number)
            }
            _ => visit.go(&draft_href(&draft.id)),
        })
    };
    visit.finish(answer.await)
}

/// Prepares the form for the desk.
pub(in crate::web) async fn prepare(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let drafts = own_drafts(&state, &visit)?;
        let found = drafts.one(&draft).await?;
        let act = async |_| {
            let draft = drafts.prepare(&draft).await?;
            Ok(format!("{}/at-desk", draft_href(&draft.id)))
        };
        match sent(&visit, posted?, act).await {
            Ok(response) => Ok(response),
            Err(again) => summary::page(&state, &visit, procedure_of(&found)?, &found, again),
        }
    };
    visit.finish(answer.await)
}

fn page(
    state: &AppState,
    visit: &Visit,
    draft: &Draft,
    procedure: &Procedure,
    coming: &procedures::Visit,
    number: &str,
) -> Response {
    let unit = Catalogue::embedded().department(procedure.route(&draft.answers));
    let page = AtDeskPage {
        visit,
        title: visit.lang.of(&procedure.title),
        draft: draft_href(&draft.id),
        number,
        coming,
        department: unit.map_or_else(String::new, |unit| visit.lang.of(&unit.name)),
        address: &state.config.office.address,
        expires: format::date(draft.expires_at, visit.lang),
    };
    visit.show(StatusCode::OK, &page)
}
