//! What was answered, read back before it is sent: each answer with a link to change it.

use super::page::procedure_of;
use super::told::{Chapter, told};
use super::{assurance_key, citizen, draft_href, own_drafts};
use crate::calendar::day_of;
use crate::office::procedures::{Catalogue, Channel};
use crate::web::AppState;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

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
    channel: &'a Channel,
    /// The form can be sent here.
    takes_letters: bool,
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
        let (_, assurance) = citizen(&visit)?;
        let procedure = procedure_of(&draft)?;
        let today = day_of((state.now)());
        let faults = procedure.form.check(&draft.answers, today).err();
        let faults = faults.unwrap_or_default();
        let in_force = Catalogue::embedded().find(&draft.procedure);
        let page = SummaryPage {
            visit: &visit,
            title: visit.lang.of(&procedure.title),
            draft: draft_href(&draft.id),
            card: format!("/matters/{}", procedure.id),
            chapters: told(visit.lang, &procedure.form, &draft.answers, &faults),
            faults: faults.len(),
            channel: &procedure.channel,
            takes_letters: procedure.takes_letters(),
            is_earlier: in_force.is_none_or(|known| known.version != draft.version),
            assurance: if assurance < procedure.assurance {
                assurance_key(procedure.assurance)
            } else {
                ""
            },
            expires: format::date(draft.expires_at, visit.lang),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}
