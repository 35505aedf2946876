//! Admitting a bidder to a lot with its written offer.

use super::{Answer, Confirm, fresh, genuine, officer, refused};
use crate::error::Problem;
use crate::store::admissions;
use crate::store::bidders::BidderRow;
use crate::store::lots::Lot;
use crate::tender::Desk;
use crate::tender::admission::NewAdmission;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
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
    questions: Vec<Question>,
}

/// One value of a written offer.
struct Question {
    name: String,
    label: String,
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

    fn back(&self) -> String {
        format!(
            "/desk/tenders/{}/bidders/{}",
            self.lot.tender, self.bidder.id
        )
    }

    fn form(&self, visit: &Visit, (status, form): Answer) -> Response {
        let page = AdmissionForm {
            visit,
            form,
            back: self.back(),
            name: &self.bidder.identity.name,
            heading: visit.say_of("desk-admit-heading", "number", &self.lot.number),
            questions: asked(visit, &self.lot.terms),
        };
        visit.show(status, &page)
    }

    fn question(&self, visit: &Visit, (status, form): Answer) -> Response {
        let page = Confirm {
            visit,
            form,
            back: self.back(),
            heading: visit.say_of("desk-unadmit-question", "name", &self.bidder.identity.name),
            about: visit.say_of("desk-unadmit-about", "number", &self.lot.number),
            asks_reason: false,
            button: visit.say("desk-unadmit"),
            is_dangerous: true,
        };
        visit.show(status, &page)
    }
}

/// The values that the terms want to see written.
fn asked(visit: &Visit, terms: &Draft) -> Vec<Question> {
    let values = terms
        .values
        .iter()
        .filter(|_| terms.opening == OpeningOffer::WrittenOffer);
    let values = values.map(|value| Question {
        name: format!("{OFFER}{}", value.id),
        label: format!("{} ({})", visit.lang.of(&value.name), value.unit),
    });
    let written = terms.written_values().into_iter().map(|one| Question {
        name: format!("{OFFER}{}", one.id),
        label: visit.lang.of(&one.name),
    });
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
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let pair = Pair::find(&desk, &path).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(pair.form(&visit, again)),
        };
        let offer = fields.under(OFFER);
        let new = NewAdmission {
            bidder: pair.bidder.id.clone(),
            offer: offer
                .map(|(id, typed)| (id.to_owned(), typed.trim().to_owned()))
                .collect(),
        };
        match desk.admit(officer, &pair.lot.id, &new).await {
            Ok(_) => Ok(visit.go(&format!("{}?done=1", pair.back()))),
            Err(wrong) => Ok(pair.form(&visit, refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn ask_to_withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let pair = Pair::find(&state.desk(), &path).await?;
        Ok(pair.question(&visit, fresh(Filled::default())))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<(String, String)>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let pair = Pair::find(&desk, &path).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(pair.question(&visit, again)),
        };
        match desk
            .withdraw_admission(officer, &pair.lot.id, &pair.bidder.id)
            .await
        {
            Ok(()) => Ok(visit.go(&format!("{}?done=1", pair.back()))),
            Err(wrong) => Ok(pair.question(&visit, refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}
