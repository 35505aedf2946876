//! The catalogue: all that can be asked for, by event in life and by department, and the search.

use super::event_key;
use crate::office::procedures::{Catalogue, Channel, LifeEvent, Procedure};
use crate::web::AppState;
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// The longest search, in characters.
const SEARCH_CHARS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "matters/catalogue.html", config = "web-client/askama.toml")]
struct CataloguePage<'a> {
    visit: &'a Visit,
    sought: String,
    chars_max: usize,
    /// What the list is of; empty where everything is shown in sections.
    heading: String,
    sections: Vec<Section>,
    departments: Vec<Way>,
    is_empty: bool,
}

/// Some procedures under a heading.
struct Section {
    id: &'static str,
    heading: String,
    matters: Vec<Matter>,
}

/// A procedure in a list.
struct Matter {
    href: String,
    title: String,
    summary: String,
    channel: &'static str,
}

/// A department, and how many procedures it has.
struct Way {
    href: String,
    name: String,
    count: usize,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let asked = |name| visit.asked(name).unwrap_or_default();
    let sought: String = asked("q").trim().chars().take(SEARCH_CHARS_MAX).collect();
    let department = asked("department");
    let is_demo = state.config.demo;
    let catalogue = state.config.catalogue();
    let is_offered = |procedure: &&Procedure| catalogue.is_published(procedure, is_demo);
    let (heading, sections) = if !sought.is_empty() {
        let found = catalogue.search(&sought).into_iter().filter(is_offered);
        let found: Vec<_> = found.map(|one| matter(&visit, one)).collect();
        let heading = visit.lang.count("matters-found", found.len());
        (heading, vec![section(found)])
    } else if let Some(known) = catalogue.department(&department) {
        let of = |procedure: &&Procedure| procedure.department == known.code;
        let found = catalogue.all().iter().filter(is_offered).filter(of);
        let found = found.map(|one| matter(&visit, one)).collect();
        (visit.lang.of(&known.name), vec![section(found)])
    } else {
        let all: Vec<_> = catalogue.all().iter().filter(is_offered).collect();
        (String::new(), by_event(&visit, &all))
    };
    let page = CataloguePage {
        visit: &visit,
        is_empty: sections.iter().all(|section| section.matters.is_empty()),
        sought,
        chars_max: SEARCH_CHARS_MAX,
        heading,
        sections,
        departments: departments(&visit, catalogue, is_demo),
    };
    visit.show(StatusCode::OK, &page)
}

/// One list without a heading of its own.
fn section(matters: Vec<Matter>) -> Section {
    Section {
        id: "",
        heading: String::new(),
        matters,
    }
}

fn by_event(visit: &Visit, all: &[&Procedure]) -> Vec<Section> {
    let sections = LifeEvent::ALL.into_iter().map(|event| {
        let of = all.iter().filter(|procedure| procedure.life_event == event);
        Section {
            id: event.as_str(),
            heading: visit.say(event_key(event)),
            matters: of.map(|one| matter(visit, one)).collect(),
        }
    });
    sections
        .filter(|section| !section.matters.is_empty())
        .collect()
}

/// The events in life for which something is offered: their places in the catalogue, and their names.
pub(in crate::web::pages) fn events(visit: &Visit, is_demo: bool) -> Vec<(String, String)> {
    let catalogue = Catalogue::embedded();
    let is_offered = |event: &LifeEvent| {
        let mut all = catalogue.all().iter();
        all.any(|one| one.life_event == *event && catalogue.is_published(one, is_demo))
    };
    let events = LifeEvent::ALL.into_iter().filter(is_offered);
    events
        .map(|event| {
            let place = format!("/matters#{}", event.as_str());
            (place, visit.say(event_key(event)))
        })
        .collect()
}

fn matter(visit: &Visit, procedure: &Procedure) -> Matter {
    Matter {
        href: format!("/matters/{}", procedure.id),
        title: visit.lang.of(&procedure.title),
        summary: visit.lang.of(&procedure.summary),
        channel: match procedure.channel {
            Channel::Online => "",
            Channel::Visit(_) => "matter-visit",
            Channel::HandOver(_) => "matter-hand-over",
        },
    }
}

/// The departments that have something to offer.
fn departments(visit: &Visit, catalogue: &Catalogue, is_demo: bool) -> Vec<Way> {
    let ways = catalogue.departments().iter().map(|department| {
        let of = catalogue.all().iter().filter(|procedure| {
            procedure.department == department.code && catalogue.is_published(procedure, is_demo)
        });
        Way {
            href: format!("/matters?department={}", department.code),
            name: visit.lang.of(&department.name),
            count: of.count(),
        }
    });
    ways.filter(|way| way.count > 0).collect()
}
