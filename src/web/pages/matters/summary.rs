//! What was answered, read back before it is sent: each answer with a link to change it.

use super::told::{Chapter, told};
use super::{assurance_key, citizen, draft_href, own_drafts};
use crate::calendar::day_of;
use crate::error::Problem;
use crate::office::drafts::procedure_of;
use crate::office::procedures::{Catalogue, Channel, Procedure};
use crate::store::drafts::Draft;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::pages::posting::{Answer, fresh, sent};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

/// The place on the page where it goes on.
const NEXT: &str = "next";

#[derive(Template)]
#[template(path = "matters/summary.html", config = "web-client/askama.toml")]
struct SummaryPage<'a> {
    visit: &'a Visit,
    title: String,
    draft: String,
    card: String,
    chapters: Vec<Chapter>,
    /// How many answers are missing or wrong.
    faults: usize,
    /// The place of the first of them.
    first_fault: String,
    channel: &'a Channel,
    form: Filled,
    /// The number of its visit, where it was prepared for one.
    visit_code: Option<String>,
    /// When it was handed over, where it was.
    handed_over: Option<String>,
    /// The form began with a version that is not in force any more.
    is_earlier: bool,
    /// What the office must know and does not yet; empty where it knows enough.
    assurance: &'static str,
    expires: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
) -> Response {
    let answer = async {
        let draft = own_drafts(&state, &visit)?.one(&draft).await?;
        let procedure = procedure_of(&draft)?;
        page(&state, &visit, procedure, &draft, fresh(Filled::default()))
    };
    visit.finish(answer.await)
}

/// Notes that the citizen goes with the answers to the central service in charge.
pub(in crate::web) async fn hand_over(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let drafts = own_drafts(&state, &visit)?;
        let found = drafts.one(&draft).await?;
        let act = async |_| {
            let draft = drafts.hand_over(&draft).await?;
            Ok(format!("{}#{NEXT}", draft_href(&draft.id)))
        };
        match sent(&visit, posted?, act).await {
            Ok(response) => Ok(response),
            Err(again) => page(&state, &visit, procedure_of(&found)?, &found, again),
        }
    };
    visit.finish(answer.await)
}

/// The page of a draft; of its forms the one that was answered is shown with what is wrong.
pub(super) fn page(
    state: &AppState,
    visit: &Visit,
    procedure: &Procedure,
    draft: &Draft,
    (status, form): Answer,
) -> Result<Response, Problem> {
    let (_, assurance) = citizen(visit)?;
    let today = day_of((state.now)());
    let faults = procedure.form.check(&draft.answers, today).err();
    let faults = faults.unwrap_or_default();
    let in_force = Catalogue::embedded().find(&draft.procedure);
    let handed_over = draft.handed_over_at;
    let chapters = told(visit.lang, &procedure.form, &draft.answers, &faults);
    let page = SummaryPage {
        visit,
        title: visit.lang.of(&procedure.title),
        draft: draft_href(&draft.id),
        card: format!("/matters/{}", procedure.id),
        first_fault: first_fault(&chapters),
        chapters,
        faults: faults.len(),
        channel: &procedure.channel,
        form,
        visit_code: draft.visit_code.clone(),
        handed_over: handed_over.map(|at| format::date_minute(at, visit.lang)),
        is_earlier: in_force.is_none_or(|known| known.version != draft.version),
        assurance: if assurance < procedure.assurance {
            assurance_key(procedure.assurance)
        } else {
            ""
        },
        expires: format::date(draft.expires_at, visit.lang),
    };
    Ok(visit.show(status, &page))
}

/// The page of a draft with the first answer that is missing or wrong, and the answer on it.
fn first_fault(chapters: &[Chapter]) -> String {
    let wrong = chapters.iter().find_map(|chapter| {
        let mut rows = chapter.parts.iter().flat_map(|part| &part.rows);
        let row = rows.find(|row| !row.wrong.is_empty())?;
        Some(format!("{}?change=1#{}", chapter.id, row.at))
    });
    wrong.unwrap_or_default()
}
