//! The list of own drafts, and their deletion.

use super::{draft_href, own_drafts};
use crate::calendar::day_of;
use crate::error::Problem;
use crate::limits::DRAFT_EXPIRING_MS;
use crate::office::procedures::Catalogue;
use crate::store::drafts::Draft;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::format;
use crate::web::pages::lot_line::Chip;
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::Timestamp;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "matters/drafts.html", config = "web-client/askama.toml")]
struct DraftsPage<'a> {
    visit: &'a Visit,
    drafts: Vec<Line>,
    done: &'static str,
}

#[derive(Template)]
#[template(path = "matters/delete.html", config = "web-client/askama.toml")]
struct DeletePage<'a> {
    visit: &'a Visit,
    form: Filled,
    href: String,
    title: String,
}

struct Line {
    href: String,
    title: String,
    saved: String,
    expires: String,
    /// It expires soon.
    is_expiring: bool,
    state: Chip,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let drafts = own_drafts(&state, &visit)?.all().await?;
        let now = (state.now)();
        let page = DraftsPage {
            visit: &visit,
            drafts: drafts
                .iter()
                .map(|draft| line(&visit, draft, now))
                .collect(),
            done: match visit.asked("done").as_deref() {
                Some("saved") => "drafts-saved",
                Some("deleted") => "drafts-deleted",
                _ => "",
            },
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

fn line(visit: &Visit, draft: &Draft, now: Timestamp) -> Line {
    let procedure = Catalogue::embedded().version(&draft.procedure, draft.version);
    let checked = procedure.map(|known| known.form.check(&draft.answers, day_of(now)));
    let is_complete = checked.is_some_and(|checked| checked.is_ok());
    Line {
        state: standing(visit, draft, is_complete),
        href: draft_href(&draft.id),
        title: title(visit, draft),
        saved: format::date_minute(draft.saved_at, visit.lang),
        expires: format::date(draft.expires_at, visit.lang),
        is_expiring: draft.expires_at.0 - now.0 < DRAFT_EXPIRING_MS,
    }
}

/// How far a draft is.
fn standing(visit: &Visit, draft: &Draft, is_complete: bool) -> Chip {
    let (icon, tone, word) = match (&draft.visit_code, draft.handed_over_at) {
        (_, Some(at)) => {
            let day = format::date(at, visit.lang);
            ("check", "", visit.say_of("draft-handed-over", "day", &day))
        }
        (Some(number), None) => {
            let word = visit.say_of("draft-prepared", "number", number);
            ("clock", "is-extended", word)
        }
        (None, None) if is_complete => ("check", "is-accepted", visit.say("draft-complete")),
        (None, None) => ("clock", "", visit.say("draft-begun")),
    };
    Chip { icon, word, tone }
}

/// The title of the draft's procedure; its name where this program has no such version.
fn title(visit: &Visit, draft: &Draft) -> String {
    let found = Catalogue::embedded().version(&draft.procedure, draft.version);
    found.map_or_else(
        || draft.procedure.clone(),
        |found| visit.lang.of(&found.title),
    )
}

/// Asks before a draft is deleted.
pub(in crate::web) async fn ask(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
) -> Response {
    let answer = async {
        let draft = own_drafts(&state, &visit)?.one(&draft).await?;
        Ok(delete_page(
            &visit,
            &draft,
            StatusCode::OK,
            Filled::default(),
        ))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn delete(
    State(state): State<AppState>,
    visit: Visit,
    Path(draft): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let drafts = own_drafts(&state, &visit)?;
        if posted?.checked().is_err() {
            let form = Filled::default().wrong("", visit.say("form-stale"));
            let draft = drafts.one(&draft).await?;
            return Ok(delete_page(&visit, &draft, StatusCode::FORBIDDEN, form));
        }
        drafts.delete(&draft).await?;
        Ok(visit.go("/drafts?done=deleted"))
    };
    visit.finish(answer.await)
}

fn delete_page(visit: &Visit, draft: &Draft, status: StatusCode, form: Filled) -> Response {
    let page = DeletePage {
        visit,
        form,
        href: draft_href(&draft.id),
        title: title(visit, draft),
    };
    visit.show(status, &page)
}
