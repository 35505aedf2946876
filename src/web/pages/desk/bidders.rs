//! The bidders of a tender: the list, the form of one, and what is done about its log-in.

use super::super::lot_line::Chip;
use super::{Answer, Confirm, fresh, genuine, officer, refused, typed};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::admissions;
use crate::store::bidders::BidderRow;
use crate::store::lots::{self, Lot, LotState};
use crate::store::tenders::Tender;
use crate::store::{PAGE_MAX, credentials};
use crate::tender::Desk;
use crate::tender::bidders::{BidderLine, Contact, Issue, NewBidder};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use crate::web::{AppState, format, papers};
use askama::Template;
use auction_rules::identity::Identity;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;

/// Names in the address where a page of the list begins.
const AFTER: &str = "after";

#[derive(Template)]
#[template(path = "desk/bidders.html", config = "web-client/askama.toml")]
struct BiddersPage<'a> {
    visit: &'a Visit,
    tender: &'a Tender,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// A bidder in the list.
struct Line {
    id: String,
    name: String,
    seat: String,
    tax_id: String,
    login: Chip,
    /// Numbers of the lots to which it is admitted.
    admitted: String,
}

#[derive(Template)]
#[template(path = "desk/bidder_form.html", config = "web-client/askama.toml")]
struct BidderForm<'a> {
    visit: &'a Visit,
    form: Filled,
    back: String,
    up: String,
    heading: String,
}

#[derive(Template)]
#[template(path = "desk/bidder.html", config = "web-client/askama.toml")]
struct BidderPage<'a> {
    visit: &'a Visit,
    tender: &'a Tender,
    bidder: &'a BidderRow,
    login: Chip,
    login_name: String,
    issued: String,
    lots: Vec<LotOf>,
}

/// A lot, for one bidder.
struct LotOf {
    id: String,
    number: String,
    title: String,
    offer: Option<String>,
    is_draft: bool,
}

pub(in crate::web) async fn list(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let tender = desk.tender(&tender).await?;
        let after = visit.asked(AFTER);
        let bidders = desk.bidders(&tender.id, after.as_deref()).await?;
        let is_full = i64::try_from(bidders.len()).is_ok_and(|count| count >= PAGE_MAX);
        let last = bidders.last().filter(|_| is_full);
        let next = last.map(|last| visit.here_with(AFTER, &last.bidder.id));
        let admitted = admitted(&desk, &tender.id).await?;
        let lines = bidders.into_iter().map(|one| line(&visit, one, &admitted));
        let page = BiddersPage {
            visit: &visit,
            lines: lines.collect(),
            first: after.map(|_| visit.here()),
            next,
            tender: &tender,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// Who is admitted to which lot, by the lot's number in the officer's order.
async fn admitted(desk: &Desk, tender: &str) -> Result<Vec<(String, BTreeSet<String>)>, Problem> {
    let mut admitted = Vec::new();
    for lot in lots::of_tender(&desk.store, tender).await? {
        let found = admissions::of_lot(&desk.store, &lot.id).await?;
        admitted.push((
            lot.number,
            found.into_iter().map(|one| one.bidder).collect(),
        ));
    }
    Ok(admitted)
}

fn line(visit: &Visit, line: BidderLine, admitted: &[(String, BTreeSet<String>)]) -> Line {
    let to = admitted
        .iter()
        .filter(|(_, bidders)| bidders.contains(&line.bidder.id));
    let to: Vec<&str> = to.map(|(number, _)| number.as_str()).collect();
    Line {
        login: login_chip(visit, &line),
        admitted: if to.is_empty() {
            "–".to_owned()
        } else {
            to.join(", ")
        },
        id: line.bidder.id,
        name: line.bidder.identity.name,
        seat: line.bidder.identity.seat,
        tax_id: line.bidder.identity.tax_id,
    }
}

fn login_chip(visit: &Visit, line: &BidderLine) -> Chip {
    let (icon, tone, key) = match (&line.credential, line.bidder.blocked_at, line.expired) {
        (_, Some(_), _) => ("cross", "is-refused", "desk-login-blocked"),
        (None, ..) => ("clock", "", "desk-login-none"),
        (Some(_), None, true) => ("clock", "is-extended", "desk-login-expired"),
        (Some(known), None, false) if known.must_change => ("clock", "", "desk-login-issued"),
        (Some(_), None, false) => ("check", "is-accepted", "desk-login-used"),
    };
    let word = visit.say(key);
    Chip { icon, tone, word }
}

pub(in crate::web) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        let form = Filled::again(Fields::of([("country", "PL")]));
        Ok(form_page(&visit, &tender, None, fresh(form)))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn add(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let tender = desk.tender(&tender).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(form_page(&visit, &tender, None, again)),
        };
        match desk.add_bidder(officer, &tender.id, read(&fields)).await {
            Ok(bidder) => Ok(visit.go(&format!("{}?done=1", place(&bidder)))),
            Err(wrong) => {
                let again = refused(&visit, fields, &wrong);
                Ok(form_page(&visit, &tender, None, again))
            }
        }
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn show_form(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, bidder)): Path<(String, String)>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let tender = desk.tender(&tender).await?;
        let bidder = desk.bidder(&tender.id, &bidder).await?;
        let form = Filled::again(written(&bidder));
        Ok(form_page(&visit, &tender, Some(&bidder), fresh(form)))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn change(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, bidder)): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let tender = desk.tender(&tender).await?;
        let bidder = desk.bidder(&tender.id, &bidder).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(form_page(&visit, &tender, Some(&bidder), again)),
        };
        match changed(&desk, officer, &bidder, read(&fields)).await {
            Ok(bidder) => Ok(visit.go(&format!("{}?done=1", place(&bidder)))),
            Err(wrong) => {
                let again = refused(&visit, fields, &wrong);
                Ok(form_page(&visit, &tender, Some(&bidder), again))
            }
        }
    };
    visit.finish(answer.await)
}

/// Of an admitted bidder only the contact may change, so who it is, is left alone where it stays.
async fn changed(
    desk: &Desk,
    officer: &Who,
    bidder: &BidderRow,
    new: NewBidder,
) -> Result<BidderRow, Problem> {
    let (tender, id) = (&bidder.tender, &bidder.id);
    if new.identity == bidder.identity && new.country.eq_ignore_ascii_case(&bidder.country) {
        let NewBidder { email, contact, .. } = new;
        return desk
            .change_contact(officer, tender, id, Contact { email, contact })
            .await;
    }
    desk.edit_bidder(officer, tender, id, new).await
}

fn place(bidder: &BidderRow) -> String {
    format!("/desk/tenders/{}/bidders/{}", bidder.tender, bidder.id)
}

fn read(fields: &Fields) -> NewBidder {
    NewBidder {
        identity: Identity {
            name: typed(fields, "identity.name"),
            seat: typed(fields, "identity.seat"),
            tax_id: typed(fields, "identity.tax_id"),
        },
        country: typed(fields, "country"),
        email: typed(fields, "email"),
        contact: typed(fields, "contact"),
    }
}

fn written(bidder: &BidderRow) -> Fields {
    Fields::of([
        ("identity.name", bidder.identity.name.as_str()),
        ("identity.seat", &bidder.identity.seat),
        ("identity.tax_id", &bidder.identity.tax_id),
        ("country", &bidder.country),
        ("email", &bidder.email),
        ("contact", &bidder.contact),
    ])
}

fn form_page(
    visit: &Visit,
    tender: &Tender,
    bidder: Option<&BidderRow>,
    (status, form): Answer,
) -> Response {
    let bidders = || {
        (
            format!("/desk/tenders/{}/bidders", tender.id),
            visit.say("desk-bidders"),
        )
    };
    let own = |bidder: &BidderRow| (place(bidder), bidder.identity.name.clone());
    let (back, up) = bidder.map_or_else(bidders, own);
    let heading = visit.say(if bidder.is_some() {
        "desk-bidder-change"
    } else {
        "desk-bidder-add"
    });
    let page = BidderForm {
        visit,
        form,
        back,
        up,
        heading,
    };
    visit.show(status, &page)
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path((tender, bidder)): Path<(String, String)>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let tender = desk.tender(&tender).await?;
        let line = desk.bidder_line(&tender.id, &bidder).await?;
        let mut own = Vec::new();
        for lot in lots::of_tender(&desk.store, &tender.id).await? {
            own.push(lot_of(&desk, &visit, lot, &line.bidder.id).await?);
        }
        let credential = line.credential.as_ref();
        let page = BidderPage {
            visit: &visit,
            tender: &tender,
            login: login_chip(&visit, &line),
            login_name: credential
                .map(|known| known.login.clone())
                .unwrap_or_default(),
            issued: credential
                .map(|known| format::date_minute(known.created_at, visit.lang))
                .unwrap_or_default(),
            bidder: &line.bidder,
            lots: own,
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

async fn lot_of(desk: &Desk, visit: &Visit, lot: Lot, bidder: &str) -> Result<LotOf, Problem> {
    let admission = admissions::of_bidder(&desk.store, &lot.id, bidder).await?;
    let offer = admission.map(|admission| {
        let shown = admission.offer.iter().map(|(id, amount)| {
            let value = lot.terms.values.iter().find(|value| value.id == *id);
            let unit = value.map_or("", |value| value.unit.as_str());
            format::amount(&amount.to_string(), unit, visit.lang)
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        if shown.is_empty() {
            visit.say("desk-yes")
        } else {
            shown
        }
    });
    Ok(LotOf {
        is_draft: lot.state == LotState::Draft,
        number: lot.number,
        title: visit.lang.of(&lot.title),
        id: lot.id,
        offer,
    })
}

/// What can be done about a log-in on a page of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Block,
    Unblock,
    Issue,
}

/// Asks for the reason to block a bidder.
pub(in crate::web) async fn ask_to_block(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
) -> Response {
    let answer = ask(&state, &visit, path, Deed::Block).await;
    visit.finish(answer)
}

/// Asks whether a bidder may log in again.
pub(in crate::web) async fn ask_to_unblock(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
) -> Response {
    let answer = ask(&state, &visit, path, Deed::Unblock).await;
    visit.finish(answer)
}

/// Asks whether a log-in is to be issued.
pub(in crate::web) async fn ask_to_issue(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
) -> Response {
    let answer = ask(&state, &visit, path, Deed::Issue).await;
    visit.finish(answer)
}

/// Blocks a bidder.
pub(in crate::web) async fn block(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, path, posted, Deed::Block).await;
    visit.finish(answer)
}

/// Lets a bidder in again.
pub(in crate::web) async fn unblock(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, path, posted, Deed::Unblock).await;
    visit.finish(answer)
}

/// Issues a log-in and answers with the letter: the password stands nowhere else.
pub(in crate::web) async fn issue(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = done(&state, &visit, path, posted, Deed::Issue).await;
    visit.finish(answer)
}

async fn ask(
    state: &AppState,
    visit: &Visit,
    (tender, bidder): (String, String),
    deed: Deed,
) -> Result<Response, Problem> {
    officer(visit)?;
    let desk = state.desk();
    let bidder = desk.bidder(&tender, &bidder).await?;
    question(&desk, visit, &bidder, deed, fresh(Filled::default())).await
}

async fn done(
    state: &AppState,
    visit: &Visit,
    (tender, bidder): (String, String),
    posted: Result<Posted, Problem>,
    deed: Deed,
) -> Result<Response, Problem> {
    let (officer, desk) = (officer(visit)?, state.desk());
    let checked = genuine(visit, posted)?;
    let bidder = desk.bidder(&tender, &bidder).await?;
    let fields = match checked {
        Ok(fields) => fields,
        Err(again) => return question(&desk, visit, &bidder, deed, again).await,
    };
    let reason = typed(&fields, "reason");
    let back = || visit.go(&format!("{}?done=1", place(&bidder)));
    let did = match deed {
        Deed::Block => desk
            .block(officer, &tender, &bidder.id, &reason)
            .await
            .map(|()| back()),
        Deed::Unblock => desk
            .unblock(officer, &tender, &bidder.id)
            .await
            .map(|()| back()),
        Deed::Issue => {
            let order = Issue {
                bidder: bidder.id.clone(),
                change_required: true,
                reason,
            };
            papers::issue_letter(state, officer, &tender, &order)
                .await
                .map(IntoResponse::into_response)
        }
    };
    match did {
        Ok(response) => Ok(response),
        Err(wrong) => {
            let again = refused(visit, fields, &wrong);
            question(&desk, visit, &bidder, deed, again).await
        }
    }
}

async fn question(
    desk: &Desk,
    visit: &Visit,
    bidder: &BidderRow,
    deed: Deed,
    (status, form): Answer,
) -> Result<Response, Problem> {
    let is_issued = credentials::is_issued(&desk.store, &bidder.id).await?;
    let (heading, about, button) = match deed {
        Deed::Block => ("desk-block-question", "desk-block-about", "desk-block"),
        Deed::Unblock => (
            "desk-unblock-question",
            "desk-unblock-about",
            "desk-unblock",
        ),
        Deed::Issue if is_issued => ("desk-reissue-question", "desk-reissue-about", "desk-issue"),
        Deed::Issue => ("desk-issue-question", "desk-issue-about", "desk-issue"),
    };
    let page = Confirm {
        visit,
        form,
        back: place(bidder),
        heading: visit.say_of(heading, "name", &bidder.identity.name),
        about: visit.say(about),
        asks_reason: deed == Deed::Block || (deed == Deed::Issue && is_issued),
        button: visit.say(button),
        is_dangerous: deed == Deed::Block,
    };
    Ok(visit.show(status, &page))
}
