//! One lot: its state, its check list, and the acts that change it.

use super::super::lot_line::{Chip, state as state_chip};
use super::deed::{Deed, Doer, Question, asked};
use super::{Answer, bidders_href, buyer, done, fresh, href};
use crate::error::Problem;
use crate::store::bidders;
use crate::store::filings::{Edition, Format, Paper};
use crate::store::lots::{Lot, LotState};
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::checklist::{CHECKLIST, Check, CheckState, Item};
use crate::tender::schedule::{latest_ms, planned_ms};
use crate::web::AppState;
use crate::web::form::{FieldError, Filled};
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::AuctionId;
use axum::extract::{Path, State};
use axum::response::Response;

/// Bidders without an address who are named; the others are counted.
const UNMAILED_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "desk/lot.html", config = "web-client/askama.toml")]
struct LotPage<'a> {
    visit: &'a Visit,
    /// What holds up the publication, where it was tried.
    form: Filled,
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
    /// Admitted bidders whom no mail reaches, and how many are not named.
    unmailed: Vec<String>,
    unmailed_more: usize,
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

/// A line of the check list.
struct Line {
    /// Its place on the page, which the errors of a publication name.
    place: String,
    chip: Chip,
    item: String,
    sentence: String,
    basis: String,
    /// Where it is mended, and what is done there.
    mend: Option<(String, String)>,
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
        page(&desk, &visit, &lot, fresh(Filled::default())).await
    };
    visit.finish(answer.await)
}

async fn page(
    desk: &Desk,
    visit: &Visit,
    lot: &Lot,
    (status, form): Answer,
) -> Result<Response, Problem> {
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
    let unmailed = bidders::unmailed(&desk.store, &lot.id).await?;
    let lines = checks
        .iter()
        .map(|check| line(visit, lot, check, is_officer));
    let lines: Vec<_> = lines.collect();
    let page = LotPage {
        visit,
        form: lines.iter().fold(form, |form, line| {
            form.called(&line.place, line.item.clone())
        }),
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
        checks: lines,
        unmailed_more: unmailed.len().saturating_sub(UNMAILED_SHOWN),
        unmailed: unmailed.into_iter().take(UNMAILED_SHOWN).collect(),
        lot,
        tender: &tender,
    };
    Ok(visit.show(status, &page))
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

fn line(visit: &Visit, lot: &Lot, check: &Check, is_officer: bool) -> Line {
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
    let mend = (is_officer && check.state != CheckState::Ok).then(|| mend(visit, lot, check.item));
    Line {
        place: check.item.path(),
        chip: Chip { icon, tone, word },
        item: visit.say(item),
        sentence: visit.lang.of(&check.sentence),
        basis: visit.lang.of(&check.basis),
        mend,
    }
}

/// Where an item is mended, and what is done there.
fn mend(visit: &Visit, lot: &Lot, item: Item) -> (String, String) {
    let tender = href(&lot.tender);
    let own = place(&lot.id);
    let (href, key) = match item {
        Item::Terms | Item::Extension => (format!("{own}/edit"), "desk-mend-terms"),
        Item::Estimate => (format!("{own}/edit"), "desk-mend-estimate"),
        Item::Bidders => (bidders_href(&lot.tender), "desk-mend-bidders"),
        Item::Credentials => (bidders_href(&lot.tender), "desk-mend-credentials"),
        Item::Schedule => (format!("{tender}/schedule"), "desk-schedule"),
        Item::Specification => (format!("{tender}/files"), "desk-files-add"),
        Item::SecondOfficer => (format!("{own}/confirm"), "desk-mend-second-officer"),
        Item::Announcement => (format!("{tender}/announce"), "desk-announce"),
    };
    (href, visit.say(key))
}

/// Where a lot is.
fn place(lot: &str) -> String {
    format!("/desk/lots/{lot}")
}

/// Deletes a draft.
pub(in crate::web) struct Delete(Lot);

impl Deed for Delete {
    type Path = String;

    async fn find(desk: &Desk, lot: String) -> Result<Self, Problem> {
        Ok(Self(desk.lot(&lot).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0.id),
            heading: visit.say_of("desk-lot-delete-question", "number", &self.0.number),
            about: visit.say("desk-lot-delete-about"),
            button: visit.say("desk-lot-delete"),
            asks_reason: false,
            is_dangerous: true,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        doer.desk.delete_lot(doer.officer, &self.0.id).await?;
        Ok(doer.visit.go(&done(&href(&self.0.tender))))
    }
}

/// Publishes the auction.
pub(in crate::web) struct Publish(Lot);

impl Deed for Publish {
    type Path = String;

    async fn find(desk: &Desk, lot: String) -> Result<Self, Problem> {
        Ok(Self(desk.lot(&lot).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0.id),
            heading: visit.say_of("desk-publish-question", "number", &self.0.number),
            about: visit.say("desk-publish-about"),
            button: visit.say("desk-publish"),
            asks_reason: false,
            is_dangerous: false,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        doer.desk.publish(doer.officer, &self.0.id, None).await?;
        Ok(doer.visit.go(&done(&place(&self.0.id))))
    }

    /// Shows the check list, where it is what holds the publication up.
    async fn again(&self, desk: &Desk, visit: &Visit, answer: Answer) -> Result<Response, Problem> {
        let is_checked = |error: &FieldError| error.name.starts_with(CHECKLIST);
        if answer.1.errors().iter().any(is_checked) {
            return page(desk, visit, &self.0, answer).await;
        }
        Ok(asked(visit, self.question(visit), answer))
    }
}

/// Confirms the terms for publication by somebody else.
pub(in crate::web) struct Confirm(Lot);

impl Deed for Confirm {
    type Path = String;

    async fn find(desk: &Desk, lot: String) -> Result<Self, Problem> {
        Ok(Self(desk.lot(&lot).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: place(&self.0.id),
            heading: visit.say_of("desk-confirm-question", "number", &self.0.number),
            about: visit.say("desk-confirm-about"),
            button: visit.say("desk-confirm"),
            asks_reason: false,
            is_dangerous: false,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        doer.desk
            .confirm_publication(doer.officer, &self.0.id)
            .await?;
        Ok(doer.visit.go(&done(&place(&self.0.id))))
    }
}
