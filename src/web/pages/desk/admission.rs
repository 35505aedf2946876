//! Admitting a bidder to a lot with its written offer.

use super::bidder::place;
use super::deed::{Deed, Doer, Question};
use super::{Answer, done, fresh, officer, sent};
use crate::error::Problem;
use crate::store::admissions;
use crate::store::bidders::BidderRow;
use crate::store::lots::Lot;
use crate::tender::Desk;
use crate::tender::admission::NewAdmission;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use auction_rules::Draft;
use auction_rules::terms::OpeningOffer;
use axum::extract::{Path, State};
use axum::response::Response;

/// How the fields of an offer begin.
const OFFER: &str = "offer.";

#[derive(Template)]
#[template(path = "desk/admission.html", config = "web-client/askama.toml")]
struct AdmissionForm<'a> {
    visit: &'a Visit,
    form: Filled,
    back: String,
    name: &'a str,
    heading: String,
    /// The fields, one for each value of the offer.
    asked: Vec<String>,
}

/// A bidder and a lot of its tender.
struct Pair {
    lot: Lot,
    bidder: BidderRow,
}

impl Pair {
    async fn find(desk: &Desk, (lot, bidder): &(String, String)) -> Result<Self, Problem> {
        let lot = desk.lot(lot).await?;
        let bidder = desk.bidder(&lot.tender, bidder).await?;
        Ok(Self { lot, bidder })
    }

    fn form(&self, visit: &Visit, (status, form): Answer) -> Response {
        let asked = asked(visit, &self.lot.terms);
        let form = asked
            .iter()
            .fold(form, |form, (name, label)| form.called(name, label.clone()));
        let page = AdmissionForm {
            visit,
            form,
            back: place(&self.bidder),
            name: &self.bidder.identity.name,
            heading: visit.say_of("desk-admit-heading", "number", &self.lot.number),
            asked: asked.into_iter().map(|(name, _)| name).collect(),
        };
        visit.show(status, &page)
    }
}

/// The values that the terms want to see written: field and label.
fn asked(visit: &Visit, terms: &Draft) -> Vec<(String, String)> {
    let values = terms
        .values
        .iter()
        .filter(|_| terms.opening == OpeningOffer::WrittenOffer);
    let values = values.map(|value| {
        let unit = format::unit(&value.unit, visit.lang);
        let label = format!("{} ({unit})", visit.lang.of(&value.name));
        (format!("{OFFER}{}", value.id), label)
    });
    let written = terms.written_values().into_iter();
    let written = written.map(|one| (format!("{OFFER}{}", one.id), visit.lang.of(&one.name)));
    values.chain(written).collect()
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let pair = Pair::find(&desk, &path).await?;
        let before = admissions::of_bidder(&desk.store, &pair.lot.id, &pair.bidder.id).await?;
        let mut fields = Fields::default();
        for (id, amount) in before.into_iter().flat_map(|admission| admission.offer) {
            let amount = amount.to_string();
            let amount = match visit.lang.code() {
                "pl" => amount.replace('.', ","),
                _ => amount,
            };
            fields.add(&format!("{OFFER}{id}"), &amount);
        }
        Ok(pair.form(&visit, fresh(Filled::again(fields))))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn admit(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let pair = Pair::find(&desk, &path).await?;
        let act = async |fields: Fields| {
            let offer = fields.under(OFFER);
            let new = NewAdmission {
                bidder: pair.bidder.id.clone(),
                offer: offer
                    .map(|(id, typed)| (id.to_owned(), typed.trim().to_owned()))
                    .collect(),
            };
            desk.admit(officer, &pair.lot.id, &new).await?;
            Ok(done(&place(&pair.bidder)))
        };
        let again = |again| pair.form(&visit, again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
    };
    visit.finish(answer.await)
}

/// Takes an admission back.
pub(in crate::web) struct Withdraw(Pair);

impl Deed for Withdraw {
    type Path = (String, String);

    async fn find(desk: &Desk, path: Self::Path) -> Result<Self, Problem> {
        Ok(Self(Pair::find(desk, &path).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        let Pair { lot, bidder } = &self.0;
        Question {
            back: place(bidder),
            heading: visit.say_of("desk-unadmit-question", "name", &bidder.identity.name),
            about: visit.say_of("desk-unadmit-about", "number", &lot.number),
            button: visit.say("desk-unadmit"),
            asks_reason: false,
            is_dangerous: true,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let Pair { lot, bidder } = &self.0;
        doer.desk
            .withdraw_admission(doer.officer, &lot.id, &bidder.id)
            .await?;
        Ok(doer.visit.go(&done(&place(bidder))))
    }
}
