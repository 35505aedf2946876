//! What a clerk does with a letter or a case: a form on a page of its own. Each act says what it asks
//! and what it does.

use super::{Listed, clerk};
use crate::error::Problem;
use crate::limits::OFFICE_TEXT_CHARS_MAX;
use crate::office::circulation::{Circulation, Clerk};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Fields, Filled};
use crate::web::pages::posting::{Answer, fresh, sent};
use crate::web::visit::Visit;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::de::DeserializeOwned;

/// Something that a clerk does to one thing.
pub(in crate::web) trait Act: Sized + Send + Sync {
    /// Names the thing in the address.
    type Path: DeserializeOwned + Send;

    /// What it is done to, if this clerk may.
    async fn find(desk: &Desk<'_>, path: Self::Path) -> Result<Self, Problem>;

    /// What is asked.
    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem>;

    /// Does it, and says where to go on.
    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem>;
}

/// Who does it, and with what.
pub(in crate::web) struct Desk<'a> {
    pub(super) circulation: Circulation,
    pub(super) clerk: Clerk,
    pub(super) visit: &'a Visit,
}

/// A form.
pub(in crate::web) struct Asked {
    /// Where one came from, and goes back to.
    pub(super) back: String,
    /// What that is called.
    pub(super) up: String,
    pub(super) heading: String,
    pub(super) about: String,
    /// A text that is to be read before.
    pub(super) text: String,
    /// Names that text, and is sent as `read`; empty where it does not matter.
    pub(super) read: String,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
    /// What stands in the fields at first.
    pub(super) begun: Fields,
    pub(super) is_dangerous: bool,
}

/// A field.
pub(super) struct Field {
    name: &'static str,
    label: String,
    hint: String,
    kind: Kind,
}

enum Kind {
    Line,
    Text,
    Day,
    Select(Vec<Listed>),
    /// A line for which choices are offered while it is typed.
    Offered(Vec<Listed>),
    Several(Vec<Listed>),
}

/// A button: what it sends under `act`, and what it says.
pub(super) struct Button {
    pub(super) value: &'static str,
    pub(super) label: String,
}

impl Field {
    pub(super) fn line(visit: &Visit, name: &'static str, key: &str) -> Self {
        Self::of(visit, name, key, Kind::Line)
    }

    pub(super) fn text(visit: &Visit, name: &'static str, key: &str) -> Self {
        Self::of(visit, name, key, Kind::Text)
    }

    pub(super) fn day(visit: &Visit, name: &'static str, key: &str) -> Self {
        Self::of(visit, name, key, Kind::Day)
    }

    pub(super) fn select(visit: &Visit, name: &'static str, key: &str, of: Vec<Listed>) -> Self {
        Self::of(visit, name, key, Kind::Select(of))
    }

    pub(super) fn offered(visit: &Visit, name: &'static str, key: &str, of: Vec<Listed>) -> Self {
        Self::of(visit, name, key, Kind::Offered(of))
    }

    pub(super) fn several(visit: &Visit, name: &'static str, key: &str, of: Vec<Listed>) -> Self {
        Self::of(visit, name, key, Kind::Several(of))
    }

    /// With a sentence that helps.
    pub(super) fn hinted(mut self, visit: &Visit, key: &str) -> Self {
        self.hint = visit.say(key);
        self
    }

    fn of(visit: &Visit, name: &'static str, key: &str, kind: Kind) -> Self {
        Self {
            name,
            label: visit.say(key),
            hint: String::new(),
            kind,
        }
    }
}

impl Asked {
    /// A form with one button.
    pub(super) fn new(
        (back, up): (String, String),
        heading: String,
        fields: Vec<Field>,
        button: String,
    ) -> Self {
        Self {
            back,
            up,
            heading,
            about: String::new(),
            text: String::new(),
            read: String::new(),
            fields,
            buttons: vec![Button {
                value: "do",
                label: button,
            }],
            begun: Fields::default(),
            is_dangerous: false,
        }
    }
}

#[derive(Template)]
#[template(path = "office/act.html", config = "web-client/askama.toml")]
struct ActPage<'a> {
    visit: &'a Visit,
    form: Filled,
    asked: Asked,
    chars_max: usize,
}

/// Shows the form.
pub(in crate::web) async fn ask<A: Act>(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<A::Path>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let desk = Desk {
            circulation,
            clerk,
            visit: &visit,
        };
        let act = A::find(&desk, path).await?;
        let mut asked = act.asked(&desk).await?;
        let begun = Filled::again(std::mem::take(&mut asked.begun));
        Ok(page(&visit, asked, fresh(begun)))
    };
    visit.finish(answer.await)
}

/// Does it.
pub(in crate::web) async fn act<A: Act>(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<A::Path>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let desk = Desk {
            circulation,
            clerk,
            visit: &visit,
        };
        let act = A::find(&desk, path).await?;
        let doing = async |fields: Fields| act.act(&desk, &fields).await;
        match sent(&visit, posted?, doing).await {
            Ok(response) => Ok(response),
            Err(again) => Ok(page(&visit, act.asked(&desk).await?, again)),
        }
    };
    visit.finish(answer.await)
}

fn page(visit: &Visit, asked: Asked, (status, form): Answer) -> Response {
    let form = asked.fields.iter().fold(form, |form, field| {
        form.called(field.name, field.label.clone())
    });
    let page = ActPage {
        visit,
        form,
        asked,
        chars_max: OFFICE_TEXT_CHARS_MAX,
    };
    visit.show(status, &page)
}
