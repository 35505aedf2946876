//! The form of a tender: a new one, or one that stands; and its announcement.

use super::deed::{Deed, Doer, Question};
use super::{Answer, done, fresh, href, officer, sent, typed};
use crate::error::Problem;
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::tenders::{NewTender, Switches};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::Words;
use axum::extract::{Path, State};
use axum::response::Response;

/// What the fields are called.
const LABELS: [(&str, &str); 8] = [
    ("number", "desk-tender-number"),
    ("title.pl", "desk-title-pl"),
    ("title.en", "desk-title-en"),
    ("procedure", "tender-procedure"),
    ("above_threshold", "desk-threshold"),
    ("cpv", "desk-cpv"),
    ("notice_url", "desk-notice-url"),
    ("switches", "desk-switches"),
];

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
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let act = async |fields| {
            let tender = desk.open_tender(officer, read(&fields)).await?;
            // The switches of a new tender are the usual ones until they are set.
            desk.set_switches(officer, &tender.id, switches(&fields))
                .await?;
            Ok(done(&href(&tender.id)))
        };
        let again = |again| page(&visit, None, again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
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
        let (officer, desk, posted) = (officer(&visit)?, state.desk(), posted?);
        let tender = desk.tender(&tender).await?;
        let act = async |fields| {
            desk.edit_tender(officer, &tender.id, read(&fields)).await?;
            desk.set_switches(officer, &tender.id, switches(&fields))
                .await?;
            Ok(done(&href(&tender.id)))
        };
        let again = |again| page(&visit, Some(&tender), again);
        Ok(sent(&visit, posted, act).await.unwrap_or_else(again))
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
        form: form.labelled(visit.lang, &LABELS),
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

/// Puts a tender on the board.
pub(in crate::web) struct Announce(Tender);

impl Deed for Announce {
    type Path = String;

    async fn find(desk: &Desk, tender: String) -> Result<Self, Problem> {
        Ok(Self(desk.tender(&tender).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: href(&self.0.id),
            heading: visit.say_of("desk-announce-question", "number", &self.0.number),
            about: visit.say("desk-announce-about"),
            button: visit.say("desk-announce"),
            asks_reason: false,
            is_dangerous: false,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        let tender = doer.desk.announce(doer.officer, &self.0.id).await?;
        Ok(doer.visit.go(&done(&href(&tender.id))))
    }
}

/// Deletes a test tender.
pub(in crate::web) struct DeleteTest(Tender);

impl Deed for DeleteTest {
    type Path = String;

    async fn find(desk: &Desk, tender: String) -> Result<Self, Problem> {
        Ok(Self(desk.tender(&tender).await?))
    }

    fn question(&self, visit: &Visit) -> Question {
        Question {
            back: href(&self.0.id),
            heading: visit.say_of("desk-delete-test-question", "number", &self.0.number),
            about: visit.say("desk-delete-test-about"),
            button: visit.say("desk-delete-test"),
            asks_reason: false,
            is_dangerous: true,
        }
    }

    async fn act(&self, doer: &Doer<'_>) -> Result<Response, Problem> {
        doer.desk
            .delete_test_tender(doer.officer, &self.0.id)
            .await?;
        Ok(doer.visit.go(&done("/desk")))
    }
}
