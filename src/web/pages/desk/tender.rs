//! The form of a tender: a new one, or one that stands; and its announcement.

use super::{Answer, Confirm, fresh, genuine, officer, refused, typed};
use crate::error::Problem;
use crate::store::tenders::Tender;
use crate::tender::tenders::{NewTender, Switches};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::Words;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "desk/tender.html", config = "web-client/askama.toml")]
struct TenderForm<'a> {
    visit: &'a Visit,
    form: Filled,
    /// The tender that is changed; none of a new one.
    tender: Option<&'a Tender>,
    thresholds: Vec<Choice>,
    switches: Vec<Choice>,
}

pub(in crate::web) async fn begin(visit: Visit) -> Response {
    let answer = officer(&visit).map(|_| {
        let usual = [
            ("procedure", "podprogowe"),
            ("above_threshold", "no"),
            ("switches", "self_service"),
        ];
        page(&visit, None, fresh(Filled::again(Fields::of(usual))))
    });
    visit.finish(answer)
}

pub(in crate::web) async fn open(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let officer = officer(&visit)?;
        let fields = match genuine(&visit, posted)? {
            Ok(fields) => fields,
            Err(again) => return Ok(page(&visit, None, again)),
        };
        let desk = state.desk();
        match desk.open_tender(officer, read(&fields)).await {
            Ok(tender) => {
                // The switches of a new tender are the usual ones until they are set.
                desk.set_switches(officer, &tender.id, switches(&fields))
                    .await?;
                Ok(visit.go(&format!("/desk/tenders/{}?done=1", tender.id)))
            }
            Err(wrong) => Ok(page(&visit, None, refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        Ok(page(
            &visit,
            Some(&tender),
            fresh(Filled::again(written(&tender))),
        ))
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
        let (officer, desk) = (officer(&visit)?, state.desk());
        let checked = genuine(&visit, posted)?;
        let tender = desk.tender(&tender).await?;
        let fields = match checked {
            Ok(fields) => fields,
            Err(again) => return Ok(page(&visit, Some(&tender), again)),
        };
        match desk.edit_tender(officer, &tender.id, read(&fields)).await {
            Ok(_) => {
                desk.set_switches(officer, &tender.id, switches(&fields))
                    .await?;
                Ok(visit.go(&format!("/desk/tenders/{}?done=1", tender.id)))
            }
            Err(wrong) => Ok(page(&visit, Some(&tender), refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}

fn page(visit: &Visit, tender: Option<&Tender>, (status, form): Answer) -> Response {
    let choice = |value, key| Choice {
        value,
        label: visit.say(key),
    };
    let page = TenderForm {
        visit,
        form,
        tender,
        thresholds: vec![
            choice("no", "threshold-below"),
            choice("yes", "threshold-above"),
        ],
        switches: vec![
            choice("self_service", "desk-self-service"),
            choice("two_officers", "desk-two-officers"),
        ],
    };
    visit.show(status, &page)
}

fn read(fields: &Fields) -> NewTender {
    NewTender {
        number: typed(fields, "number"),
        title: Words::new(typed(fields, "title.pl"), typed(fields, "title.en")),
        procedure: typed(fields, "procedure"),
        above_threshold: fields.get("above_threshold") == "yes",
        cpv: typed(fields, "cpv"),
        notice_url: typed(fields, "notice_url"),
        test: false,
    }
}

fn switches(fields: &Fields) -> Switches {
    Switches {
        self_service: fields.has("switches", "self_service"),
        two_officers: fields.has("switches", "two_officers"),
    }
}

fn written(tender: &Tender) -> Fields {
    let above = if tender.above_threshold { "yes" } else { "no" };
    let mut fields = Fields::of([
        ("number", tender.number.as_str()),
        ("title.pl", &tender.title.pl),
        ("title.en", &tender.title.en),
        ("procedure", &tender.procedure),
        ("above_threshold", above),
        ("cpv", &tender.cpv),
        ("notice_url", &tender.notice_url),
    ]);
    for (is_on, name) in [
        (tender.self_service, "self_service"),
        (tender.two_officers, "two_officers"),
    ] {
        if is_on {
            fields.add("switches", name);
        }
    }
    fields
}

pub(in crate::web) async fn ask_to_announce(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        Ok(question(&visit, &tender, fresh(Filled::default())))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn announce(
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
            Err(again) => return Ok(question(&visit, &tender, again)),
        };
        match desk.announce(officer, &tender.id).await {
            Ok(_) => Ok(visit.go(&format!("/desk/tenders/{}?done=1", tender.id))),
            Err(wrong) => Ok(question(&visit, &tender, refused(&visit, fields, &wrong))),
        }
    };
    visit.finish(answer.await)
}

fn question(visit: &Visit, tender: &Tender, (status, form): Answer) -> Response {
    let page = Confirm {
        visit,
        form,
        back: format!("/desk/tenders/{}", tender.id),
        heading: visit.say_of("desk-announce-question", "number", &tender.number),
        about: visit.say("desk-announce-about"),
        asks_reason: false,
        button: visit.say("desk-announce"),
        is_dangerous: false,
    };
    visit.show(status, &page)
}
