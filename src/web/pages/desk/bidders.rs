//! The bidders of a tender.

use super::super::lot_line::Chip;
use super::officer;
use crate::error::Problem;
use crate::store::PAGE_MAX;
use crate::store::admissions;
use crate::store::lots;
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::bidders::BidderLine;
use crate::web::AppState;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::collections::BTreeSet;

/// Names in the address where a page of the list begins.
const AFTER: &str = "after";

#[derive(Template)]
#[template(path = "desk/bidders.html", config = "web-client/askama.toml")]
struct BiddersPage<'a> {
    visit: &'a Visit,
    tender: &'a Tender,
    lines: Vec<Line>,
    /// Some of them gave no address: mail does not reach them.
    has_unmailed: bool,
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
    has_email: bool,
    /// Numbers of the lots to which it is admitted.
    admitted: String,
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
        let lines: Vec<_> = lines.collect();
        let page = BiddersPage {
            visit: &visit,
            has_unmailed: lines.iter().any(|line| !line.has_email),
            lines,
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
        has_email: !line.bidder.email.is_empty(),
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

/// How far a bidder is with its log-in.
pub(super) fn login_chip(visit: &Visit, line: &BidderLine) -> Chip {
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
