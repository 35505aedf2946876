//! The page of one tender, for everyone: facts, specification, lots, results.

use super::board::{Entry, entry};
use super::lot_line::LotLine;
use crate::store::swz_files::SwzFile;
use crate::tender::asking::Asking;
use crate::web::AppState;
use crate::web::files::sent;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "tender.html", config = "web-client/askama.toml")]
struct TenderPage<'a> {
    visit: &'a Visit,
    tender: Entry,
    asking: Asking,
    files: Vec<FileLine>,
    /// One of its auctions is sealed: anyone can check it.
    can_verify: bool,
}

/// A file of the specification.
pub(super) struct FileLine {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) size: String,
    pub(super) since: String,
    pub(super) sha256: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Response {
    let answer = async {
        let desk = state.desk();
        let who = visit.who()?;
        let (tender, lots) = desk.tender_seen(who, &id).await?;
        let asking = desk.asking(&tender).await?;
        let files = desk.files(who, &id).await?;
        let can_verify = lots.iter().any(|lot| lot.is_sealed);
        let lots = lots.into_iter().map(|lot| LotLine::of(&visit, lot));
        let page = TenderPage {
            visit: &visit,
            tender: entry(&visit, tender, lots.collect()),
            asking,
            files: lines(&visit, files),
            can_verify,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// A file of the specification, to be saved.
pub(in crate::web) async fn download(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, file)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let download = state.desk().download(visit.who()?, &tender, &file).await?;
        Ok(sent(download))
    };
    visit.finish(answer.await)
}

/// The files in force.
pub(super) fn lines(visit: &Visit, files: Vec<SwzFile>) -> Vec<FileLine> {
    let in_force = files.into_iter().filter(|file| file.withdrawn.is_none());
    in_force
        .map(|file| FileLine {
            href: format!("/tenders/{}/files/{}", file.tender, file.id),
            name: file.name,
            size: format::size(file.bytes, visit.lang),
            since: format::date_minute(file.added_at, visit.lang),
            sha256: file.sha256,
        })
        .collect()
}
