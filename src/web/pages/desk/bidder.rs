//! One bidder: its data, its form, and its written offers.

use super::super::firm;
use super::super::lot_line::Chip;
use super::bidders::login_chip;
use super::{Answer, bidders_href, done, fresh, officer, sent};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::admissions;
use crate::store::bidders::BidderRow;
use crate::store::lots::{self, Lot, LotState};
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::bidders::{Contact, NewBidder};
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

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
    /// Its auction has not opened: an offer may still be recorded.
    is_ahead: bool,
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
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let tender = desk.tender(&tender).await?;
        let act = async |fields| {
            let new = firm::read(&fields);
            let bidder = desk.add_bidder(officer, &tender.id, new).await?;
            Ok(done(&place(&bidder)))
        };
        let again = |again| form_page(&visit, &tender, None, again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
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
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let tender = desk.tender(&tender).await?;
        let bidder = desk.bidder(&tender.id, &bidder).await?;
        let act = async |fields| {
            changed(&desk, officer, &bidder, firm::read(&fields)).await?;
            Ok(done(&place(&bidder)))
        };
        let again = |again| form_page(&visit, &tender, Some(&bidder), again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
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

/// Where a bidder is.
pub(super) fn place(bidder: &BidderRow) -> String {
    format!("{}/{}", bidders_href(&bidder.tender), bidder.id)
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
    let bidders = || (bidders_href(&tender.id), visit.say("desk-bidders"));
    let own = |bidder: &BidderRow| (place(bidder), bidder.identity.name.clone());
    let (back, up) = bidder.map_or_else(bidders, own);
    let heading = visit.say(if bidder.is_some() {
        "desk-bidder-change"
    } else {
        "desk-bidder-add"
    });
    let page = BidderForm {
        visit,
        form: form.labelled(visit.lang, &firm::LABELS),
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
        is_ahead: desk.is_ahead(&lot).await,
        number: lot.number,
        title: visit.lang.of(&lot.title),
        id: lot.id,
        offer,
    })
}
