//! The order of a tender's lots: each gets a place.

use super::{Answer, done, fresh, href, officer, sent};
use crate::error::{Problem, fault};
use crate::store::lots::{self, Lot};
use crate::store::tenders::Tender;
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use std::collections::BTreeMap;

/// How the fields of the places begin.
const PLACE: &str = "place.";

#[derive(Template)]
#[template(path = "desk/order.html", config = "web-client/askama.toml")]
struct OrderPage<'a> {
    visit: &'a Visit,
    form: Filled,
    tender: &'a Tender,
    /// The fields, in the present order.
    places: Vec<String>,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        let lots = lots::of_tender(&state.store, &tender.id).await?;
        let mut fields = Fields::default();
        for (lot, place) in lots.iter().zip(1..) {
            let place: u32 = place;
            fields.add(&field(lot), &place.to_string());
        }
        Ok(page(&visit, &tender, &lots, fresh(Filled::again(fields))))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn change(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let tender = desk.tender(&tender).await?;
        let lots = lots::of_tender(&desk.store, &tender.id).await?;
        let act = async |fields| {
            let order = read(&fields, &lots)?;
            desk.order_lots(officer, &tender.id, &order).await?;
            Ok(done(&href(&tender.id)))
        };
        let again = |again| page(&visit, &tender, &lots, again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
    };
    visit.finish(answer.await)
}

fn field(lot: &Lot) -> String {
    format!("{PLACE}{}", lot.id)
}

/// The lots by their places, which may leave gaps: a lot is moved with one number.
fn read(fields: &Fields, lots: &[Lot]) -> Result<Vec<String>, Problem> {
    let mut faults = Vec::new();
    let mut order: BTreeMap<u32, &Lot> = BTreeMap::new();
    for lot in lots {
        let typed = fields.get(&field(lot)).trim().parse::<u32>();
        let Ok(place) = typed else {
            let (pl, en) = (
                "Podaj liczbę, na przykład 1.",
                "Enter a number, for example 1.",
            );
            faults.push(fault(field(lot), pl, en));
            continue;
        };
        if let Some(other) = order.insert(place, lot) {
            let number = &other.number;
            faults.push(fault(
                field(lot),
                format!("To miejsce ma już część {number}."),
                format!("Lot {number} has this place already."),
            ));
        }
    }
    if faults.is_empty() {
        Ok(order.into_values().map(|lot| lot.id.clone()).collect())
    } else {
        Err(Problem::Faults(faults))
    }
}

fn page(visit: &Visit, tender: &Tender, lots: &[Lot], (status, form): Answer) -> Response {
    let called = |form: Filled, lot: &Lot| {
        let label = format!("{}. {}", lot.number, visit.lang.of(&lot.title));
        form.called(&field(lot), label)
    };
    let page = OrderPage {
        visit,
        form: lots.iter().fold(form, called),
        tender,
        places: lots.iter().map(field).collect(),
    };
    visit.show(status, &page)
}
