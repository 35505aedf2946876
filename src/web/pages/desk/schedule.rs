//! When the auctions of a tender open: the plan is shown before it is saved.

use super::{done, fresh, href, officer, refused, stale, typed};
use crate::error::{Problem, fault};
use crate::store::lots::Lot;
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::moment::Hour;
use crate::tender::schedule::{End, Order, Plan, PlannedLot};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::format;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// What the fields are called.
const LABELS: [(&str, &str); 5] = [
    ("date", "field-day"),
    ("time", "field-hour"),
    ("hour", "desk-hour"),
    ("order", "desk-order"),
    ("order.gap_min", "desk-gap"),
];

#[derive(Template)]
#[template(path = "desk/schedule.html", config = "web-client/askama.toml")]
struct SchedulePage<'a> {
    visit: &'a Visit,
    form: Filled,
    tender: &'a Tender,
    lots: Vec<Lot>,
    /// What the form comes to; empty until it stands.
    planned: Vec<Line>,
    /// The clock shows this hour twice: which one is meant is asked.
    asks_hour: bool,
    hours: Vec<Choice>,
    orders: Vec<Choice>,
}

struct Line {
    number: String,
    opens: String,
    ends: String,
    latest: String,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let tender = desk.tender(&tender).await?;
        let usual = [
            ("time", "10:00"),
            ("order", "parallel"),
            ("order.gap_min", "15"),
        ];
        let (status, form) = fresh(Filled::again(Fields::of(usual)));
        page(&desk, &visit, &tender, status, form, &[]).await
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn plan(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let posted = posted?;
        let tender = desk.tender(&tender).await?;
        let fields = match posted.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let (status, form) = stale(&visit, fields);
                return page(&desk, &visit, &tender, status, form, &[]).await;
            }
        };
        let planned = match read(&fields) {
            Ok(plan) if fields.get("act") == "save" => {
                let saved = desk.schedule_tender(officer, &tender.id, &plan).await;
                match saved.and_then(|lots| all_stand(&lots)) {
                    Ok(()) => return Ok(visit.go(&done(&href(&tender.id)))),
                    Err(wrong) => Err(wrong),
                }
            }
            Ok(plan) => desk.plan_schedule(&tender.id, &plan).await,
            Err(wrong) => Err(wrong),
        };
        match planned {
            Ok(planned) => {
                let form = Filled::again(fields);
                page(&desk, &visit, &tender, StatusCode::OK, form, &planned).await
            }
            Err(wrong) => {
                let (status, form) = refused(&visit, fields, &as_here(wrong));
                page(&desk, &visit, &tender, status, form, &[]).await
            }
        }
    };
    visit.finish(answer.await)
}

/// The form asks in one field for the order and for what a lot waits for.
fn as_here(mut wrong: Problem) -> Problem {
    if let Problem::Faults(faults) = &mut wrong {
        let after = faults
            .iter_mut()
            .filter(|fault| fault.path == "order.after");
        after.for_each(|fault| fault.path = "order".to_owned());
    }
    wrong
}

/// Lots whose opening could not be set, each with the reason.
fn all_stand(lots: &[crate::tender::schedule::ScheduledLot]) -> Result<(), Problem> {
    let failed = lots
        .iter()
        .filter_map(|lot| Some((lot, lot.problem.as_ref()?)));
    let faults: Vec<_> = failed
        .map(|(lot, problem)| {
            let said = |text: &str| format!("{}: {text}", lot.planned.number);
            fault("lots", said(&problem.text.pl), said(&problem.text.en))
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::Faults(faults))
    }
}

fn read(fields: &Fields) -> Result<Plan, Problem> {
    let gap_min = || {
        typed(fields, "order.gap_min").parse::<u64>().map_err(|_| {
            Problem::field(
                "order.gap_min",
                "Podaj liczbę minut.",
                "Enter a number of minutes.",
            )
        })
    };
    let order = match fields.get("order") {
        "staggered" => Order::Staggered {
            gap_min: gap_min()?,
        },
        "serial" => Order::Serial {
            gap_min: gap_min()?,
            after: End::Planned,
        },
        "serial-latest" => Order::Serial {
            gap_min: gap_min()?,
            after: End::Latest,
        },
        _ => Order::Parallel,
    };
    let hour = match fields.get("hour") {
        "earlier" => Some(Hour::Earlier),
        "later" => Some(Hour::Later),
        _ => None,
    };
    let lots = fields.under("lots").filter(|(rest, _)| rest.is_empty());
    Ok(Plan {
        date: typed(fields, "date"),
        time: typed(fields, "time"),
        hour,
        order,
        lots: lots.map(|(_, lot)| lot.to_owned()).collect(),
    })
}

async fn page(
    desk: &Desk,
    visit: &Visit,
    tender: &Tender,
    status: StatusCode,
    form: Filled,
    planned: &[PlannedLot],
) -> Result<Response, Problem> {
    let choice = |value, key| Choice {
        value,
        label: visit.say(key),
    };
    let lots = desk.lots_ahead(&tender.id).await?;
    let form = form.labelled(visit.lang, &LABELS);
    let form = match lots.len() {
        0 | 1 => form,
        _ => form.labelled(visit.lang, &[("lots", "lots")]),
    };
    let page = SchedulePage {
        visit,
        tender,
        lots,
        planned: planned.iter().map(|lot| line(visit, lot)).collect(),
        asks_hour: form.error("hour").is_some() || !form.value("hour").is_empty(),
        hours: vec![
            choice("earlier", "desk-hour-earlier"),
            choice("later", "desk-hour-later"),
        ],
        orders: vec![
            choice("parallel", "desk-order-parallel"),
            choice("staggered", "desk-order-staggered"),
            choice("serial", "desk-order-serial"),
            choice("serial-latest", "desk-order-serial-latest"),
        ],
        form,
    };
    Ok(visit.show(status, &page))
}

fn line(visit: &Visit, lot: &PlannedLot) -> Line {
    let latest = lot.ends_latest.map(|at| format::date_time(at, visit.lang));
    Line {
        number: lot.number.clone(),
        opens: format::date_time(lot.opens_at, visit.lang),
        ends: format::date_time(lot.ends_planned, visit.lang),
        latest: latest.unwrap_or_else(|| visit.say("desk-unbounded")),
    }
}
