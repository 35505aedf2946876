//! One lot: its state, its check list, and the acts that change it.

use super::super::lot_line::{Chip, state as state_chip};
use super::{Answer, Confirm, buyer, fresh, genuine, officer, refused};
use crate::error::Problem;
use crate::store::filings::{Edition, Format, Paper};
use crate::store::lots::{Lot, LotState};
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::checklist::{Check, CheckState, Item};
use crate::tender::schedule::{latest_ms, planned_ms};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::Filled;
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::AuctionId;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "desk/lot.html", config = "web-client/askama.toml")]
struct LotPage<'a> {
    visit: &'a Visit,
    lot: &'a Lot,
    tender: &'a Tender,
    title: String,
    state: Chip,
    when: String,
    /// How long the auction lasts if nobody bids, and at most.
    lasts: String,
    lasts_at_most: String,
    estimate: Option<(String, String)>,
    is_officer: bool,
    is_draft: bool,
    is_blocked: bool,
    checks: Vec<Line>,
    /// The record of the sealed auction.
    filed: Option<FiledRecord>,
}

/// What was filed, or that it is still to be.
struct FiledRecord {
    /// When; none while it waits.
    at: Option<String>,
    papers: Vec<FiledPaper>,
}

struct FiledPaper {
    href: String,
    label: String,
    file: String,
    size: String,
    sha256: String,
}

struct Line {
    chip: Chip,
    item: String,
    sentence: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = async {
        buyer(&visit)?;
        let desk = state.desk();
        let lot = desk.lot(&lot).await?;
        page(&desk, &visit, &lot).await
    };
    visit.finish(answer.await)
}

async fn page(desk: &Desk, visit: &Visit, lot: &Lot) -> Result<Response, Problem> {
    let who = buyer(visit)?;
    let is_officer = who.officer().is_some();
    let tender = desk.tender(&lot.tender).await?;
    let is_draft = lot.state == LotState::Draft;
    let checks = desk
        .checklist(&lot.id, Some(who).filter(|_| is_officer), None)
        .await?;
    // An estimate is the officers' secret.
    let estimate = match is_officer {
        true => desk.estimate(&lot.id).await?,
        false => None,
    };
    let amount = |text: &str| match text {
        "" => "–".to_owned(),
        text => format::decimal(text, visit.lang),
    };
    let when = lot.opens_at.map(|at| format::date_minute(at, visit.lang));
    let seen = desk.overview_of(lot.clone()).await;
    let filed = match &lot.auction {
        Some(auction) => filed(desk, visit, auction).await?,
        None => None,
    };
    let page = LotPage {
        visit,
        filed,
        title: visit.lang.of(&lot.title),
        state: state_chip(visit, &seen.state),
        when: when.unwrap_or_else(|| visit.say("opening-unset")),
        lasts: format::duration(planned_ms(&lot.terms)),
        lasts_at_most: latest_ms(&lot.terms)
            .map_or_else(|| visit.say("desk-unbounded"), format::duration),
        estimate: estimate.map(|known| (amount(&known.net), amount(&known.gross))),
        is_officer,
        is_draft,
        is_blocked: checks
            .iter()
            .any(|check| check.state == CheckState::Blocking),
        checks: checks.iter().map(|check| line(visit, check)).collect(),
        lot,
        tender: &tender,
    };
    Ok(visit.show(StatusCode::OK, &page))
}

async fn filed(
    desk: &Desk,
    visit: &Visit,
    auction: &AuctionId,
) -> Result<Option<FiledRecord>, Problem> {
    let Some(latest) = desk.filed(auction).await?.into_iter().next() else {
        return Ok(None);
    };
    let own = latest.papers.into_iter();
    let own = own.filter(|paper| paper.edition == Edition::Buyer);
    Ok(Some(FiledRecord {
        at: latest
            .filing
            .filed_at
            .map(|at| format::date_minute(at, visit.lang)),
        papers: own
            .map(|paper| filed_paper(visit, auction, paper))
            .collect(),
    }))
}

fn filed_paper(visit: &Visit, auction: &AuctionId, paper: Paper) -> FiledPaper {
    let pdf = |lang| format!("/auctions/{auction}/record.pdf?lang={lang}");
    let (key, ending, href) = match paper.format {
        Format::Json => (
            "filed-json",
            "json",
            format!("/api/auctions/{auction}/record"),
        ),
        Format::PdfPl => ("filed-pdf-pl", "pdf", pdf("pl")),
        Format::PdfEn => ("filed-pdf-en", "pdf", pdf("en")),
    };
    FiledPaper {
        href,
        label: visit.say(key),
        file: format!("raport-{auction}.{ending}"),
        size: format::size(paper.bytes, visit.lang),
        sha256: paper.sha256,
    }
}

fn line(visit: &Visit, check: &Check) -> Line {
    let (icon, tone, key) = match check.state {
        CheckState::Ok => ("check", "is-accepted", "desk-check-ok"),
        CheckState::Warning => ("clock", "is-extended", "desk-check-warning"),
        CheckState::Blocking => ("cross", "is-refused", "desk-check-blocking"),
    };
    let item = match check.item {
        Item::Terms => "desk-check-terms",
        Item::Bidders => "desk-check-bidders",
        Item::Schedule => "desk-check-schedule",
        Item::Credentials => "desk-check-credentials",
        Item::Specification => "desk-check-specification",
        Item::SecondOfficer => "desk-check-second-officer",
        Item::Announcement => "desk-check-announcement",
        Item::Estimate => "desk-check-estimate",
        Item::Extension => "desk-check-extension",
    };
    let word = visit.say(key);
    Line {
        chip: Chip { icon, tone, word },
        item: visit.say(item),
        sentence: visit.lang.of(&check.sentence),
    }
}

/// What can be done to a lot on a page of its own.
#[derive(Clone, Copy)]
enum Deed {
    Delete,
    Publish,
    Confirm,
}

/// Asks whether a lot is to be deleted.
pub(in crate::web) async fn ask_to_delete(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = ask(&state, &visit, &lot, Deed::Delete).await;
    visit.finish(answer)
}

/// Asks whether the auction of a lot is to be published.
pub(in crate::web) async fn ask_to_publish(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = ask(&state, &visit, &lot, Deed::Publish).await;
    visit.finish(answer)
}

/// Asks whether the publication is confirmed.
pub(in crate::web) async fn ask_to_confirm(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = ask(&state, &visit, &lot, Deed::Confirm).await;
    visit.finish(answer)
}

/// Deletes a lot.
pub(in crate::web) async fn delete(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, &lot, posted, Deed::Delete).await;
    visit.finish(answer)
}

/// Publishes the auction of a lot.
pub(in crate::web) async fn publish(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, &lot, posted, Deed::Publish).await;
    visit.finish(answer)
}

/// Confirms the terms for publication by somebody else.
pub(in crate::web) async fn confirm(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, &lot, posted, Deed::Confirm).await;
    visit.finish(answer)
}

async fn ask(state: &AppState, visit: &Visit, lot: &str, deed: Deed) -> Result<Response, Problem> {
    officer(visit)?;
    let lot = state.desk().lot(lot).await?;
    Ok(question(visit, &lot, deed, fresh(Filled::default())))
}

async fn done(
    state: &AppState,
    visit: &Visit,
    lot: &str,
    posted: Result<Posted, Problem>,
    deed: Deed,
) -> Result<Response, Problem> {
    let (officer, desk) = (officer(visit)?, state.desk());
    let checked = genuine(visit, posted)?;
    let lot = desk.lot(lot).await?;
    let fields = match checked {
        Ok(fields) => fields,
        Err(again) => return Ok(question(visit, &lot, deed, again)),
    };
    let did = match deed {
        Deed::Delete => desk.delete_lot(officer, &lot.id).await,
        Deed::Publish => desk.publish(officer, &lot.id, None).await.map(drop),
        Deed::Confirm => desk.confirm_publication(officer, &lot.id).await.map(drop),
    };
    match (did, deed) {
        (Ok(()), Deed::Delete) => Ok(visit.go(&format!("/desk/tenders/{}?done=1", lot.tender))),
        (Ok(()), _) => Ok(visit.go(&format!("/desk/lots/{}?done=1", lot.id))),
        (Err(wrong), _) => Ok(question(visit, &lot, deed, refused(visit, fields, &wrong))),
    }
}

fn question(visit: &Visit, lot: &Lot, deed: Deed, (status, form): Answer) -> Response {
    let (heading, about, button) = match deed {
        Deed::Delete => (
            "desk-lot-delete-question",
            "desk-lot-delete-about",
            "desk-lot-delete",
        ),
        Deed::Publish => (
            "desk-publish-question",
            "desk-publish-about",
            "desk-publish",
        ),
        Deed::Confirm => (
            "desk-confirm-question",
            "desk-confirm-about",
            "desk-confirm",
        ),
    };
    let page = Confirm {
        visit,
        form,
        back: format!("/desk/lots/{}", lot.id),
        heading: visit.say_of(heading, "number", &lot.number),
        about: visit.say(about),
        asks_reason: false,
        button: visit.say(button),
        is_dangerous: matches!(deed, Deed::Delete),
    };
    visit.show(status, &page)
}
