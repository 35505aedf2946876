//! A letter as clerks read it, and what becomes of it.

use super::act::{Act, Asked, Desk, Field};
use super::{Listed, case_href, clerk, letter_href, listed, unit_name};
use crate::error::Problem;
use crate::limits::JRWA_LISTED_MAX;
use crate::office::circulation::opening::NewCase;
use crate::office::circulation::signatures::Checked;
use crate::office::circulation::{Circulation, Clerk};
use crate::office::documents::Reader;
use crate::office::procedures::UNVERIFIED;
use crate::office::signatures::checking::NONE;
use crate::store::cases::{self, Case};
use crate::store::documents::Scan;
use crate::store::letters::{self, Enclosure, Letter};
use crate::store::positions;
use crate::store::signatures::{Evidence, Progress};
use crate::web::form::Fields;
use crate::web::pages::matters::told::{self, Chapter};
use crate::web::pages::posting::{done, typed};
use crate::web::pages::signatures::{self, Signatures};
use crate::web::visit::Visit;
use crate::web::{AppState, attachment, format};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "office/letter.html", config = "web-client/askama.toml")]
struct LetterPage<'a> {
    visit: &'a Visit,
    letter: &'a Letter,
    title: String,
    received: String,
    unit: String,
    /// The words of how its sender confirmed it; empty where a newer program wrote how.
    confirmed: &'static str,
    chapters: Vec<Chapter>,
    enclosures: Vec<EnclosureLine>,
    /// Where its case is, and the case's sign.
    case: Option<(String, String)>,
    /// Where its signatures are checked again.
    again: Option<String>,
    /// It waits for this clerk, who may do with it what there is to do.
    waits: bool,
    /// Nobody in its unit takes letters.
    is_stray: bool,
}

/// A document of a letter.
struct EnclosureLine {
    /// None while nobody may open it.
    href: Option<String>,
    label: String,
    size: String,
    signatures: Signatures,
    /// Where the clerk who looks decides on them.
    decide: Option<String>,
}

/// Shows a letter that waits in one's unit, or is in a case that one may read.
pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(letter): Path<String>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let (letter, case) = circulation.read_letter(&clerk, &letter).await?;
        page(&state, &visit, &circulation, &clerk, &letter, case).await
    };
    visit.finish(answer.await)
}

async fn page(
    state: &AppState,
    visit: &Visit,
    circulation: &Circulation,
    clerk: &Clerk,
    letter: &Letter,
    case: Option<Case>,
) -> Result<Response, Problem> {
    let taking = circulation.taking(clerk, &letter.unit).await?;
    let decides = taking.is_some();
    let taking = taking.filter(|_| case.is_none());
    let enclosures = letters::enclosures(&circulation.store, &letter.id).await?;
    let content = letter.content(state.identity.vault())?;
    let checked = circulation.checked(&letter.id).await?;
    let is_signed = checked.evidence.iter().any(|one| one.verdict != NONE);
    let again = decides && is_signed && checked.progress == Progress::Done;
    let page = LetterPage {
        visit,
        letter,
        title: visit.lang.of(&letter.title),
        received: format::date_minute(letter.received_at, visit.lang),
        unit: unit_name(circulation, visit, &letter.unit),
        confirmed: match letter.confirmation["by"].as_str() {
            Some("log-in") => "confirmed-log-in",
            Some("identity-code") => "confirmed-identity-code",
            Some("desk") => "confirmed-desk",
            _ => "",
        },
        chapters: told::of_letter(visit.lang, letter, &content),
        enclosures: enclosures
            .iter()
            .map(|one| enclosure(visit, letter, one, &checked, decides))
            .collect(),
        case: case.map(|case| (case_href(&case.id), case.sign)),
        again: again.then(|| format!("{}/signatures", letter_href(&letter.id))),
        waits: taking.is_some(),
        is_stray: taking.is_some_and(|position| position.unit != letter.unit),
    };
    Ok(visit.show(StatusCode::OK, &page))
}

fn enclosure(
    visit: &Visit,
    letter: &Letter,
    enclosure: &Enclosure,
    checked: &Checked,
    decides: bool,
) -> EnclosureLine {
    let document = &enclosure.document;
    let waits = checked.of(&document.id).is_some_and(Evidence::waits);
    let decide = format!("{}/signatures/{}", letter_href(&letter.id), document.id);
    let href = format!("{}/documents/{}", letter_href(&letter.id), document.id);
    let (href, label) = match document.scan {
        Scan::Clean => (Some(href), document.name.clone()),
        Scan::Infected { .. } => (
            None,
            visit.say_of("desk-letter-infected", "name", &document.name),
        ),
        Scan::Waiting => (
            None,
            visit.say_of("desk-letter-locked", "name", &document.name),
        ),
    };
    EnclosureLine {
        href,
        label,
        size: format::size(document.bytes, visit.lang),
        signatures: signatures::of_document(visit, checked, &document.id),
        decide: (decides && waits).then_some(decide),
    }
}

/// A document of a letter, to be saved.
pub(in crate::web) async fn document(
    State(state): State<AppState>,
    visit: Visit,
    Path((letter, document)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = clerk(&state, &visit).await?;
        let (letter, _) = circulation.read_letter(&clerk, &letter).await?;
        let enclosures = letters::enclosures(&circulation.store, &letter.id).await?;
        let found = enclosures
            .into_iter()
            .find(|one| one.document.id == document);
        let document = found.ok_or(Problem::NotFound)?.document;
        let bytes = circulation.documents.open(&document, Reader::Clerk).await?;
        Ok(attachment::document(&document, bytes))
    };
    visit.finish(answer.await)
}

/// Where a form about a letter leads back to.
fn back(letter: &Letter) -> (String, String) {
    (letter_href(&letter.id), letter.number.to_string())
}

/// A letter that waits for the clerk, and the unit in which its case would be.
async fn waiting(desk: &Desk<'_>, letter: &str) -> Result<(Letter, String), Problem> {
    desk.circulation.open_letter_for(&desk.clerk, letter).await
}

/// Opens a case from a letter, in a unit.
pub(in crate::web) struct Open(Letter, String);

impl Act for Open {
    type Path = String;

    async fn find(desk: &Desk<'_>, letter: String) -> Result<Self, Problem> {
        let (letter, unit) = waiting(desk, &letter).await?;
        Ok(Self(letter, unit))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let Desk {
            circulation,
            clerk,
            visit,
        } = desk;
        let Self(letter, unit) = self;
        let all = positions::all(&circulation.store).await?;
        let of_unit: Vec<_> = all.into_iter().filter(|one| one.unit == *unit).collect();
        let fields = vec![
            class(visit, circulation),
            Field::select(
                visit,
                "handler",
                "case-handler",
                listed(circulation, visit, &of_unit),
            ),
        ];
        let heading = visit.say("desk-letter-open-case");
        let mut asked = Asked::new(
            back(letter),
            heading,
            fields,
            visit.say("desk-letter-open-case-do"),
        );
        asked.about = visit.say("desk-letter-open-case-about");
        let version = u32::try_from(letter.version).unwrap_or_default();
        let procedure = circulation.catalogue.version(&letter.procedure, version);
        let class = procedure.map(|one| one.jrwa.as_str()).unwrap_or_default();
        let own = clerk.taking_letters(unit).map_or("", |one| one.id.as_str());
        let class = if class == UNVERIFIED { "" } else { class };
        asked.begun = Fields::of([("jrwa", class), ("handler", own)]);
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let new = NewCase {
            jrwa: typed(fields, "jrwa"),
            handler: typed(fields, "handler"),
        };
        let case = desk
            .circulation
            .open_case(&desk.clerk, &self.0.id, &new)
            .await?;
        Ok(done(&case_href(&case.id)))
    }
}

/// The class, of all in which a case can be kept: chosen, or typed where the list is long.
fn class(visit: &Visit, circulation: &Circulation) -> Field {
    let known = circulation
        .catalogue
        .classes()
        .iter()
        .filter(|one| one.class != UNVERIFIED);
    let classes: Vec<_> = known
        .map(|one| Listed {
            value: one.class.clone(),
            label: one.to_string(),
        })
        .collect();
    match classes.len() > JRWA_LISTED_MAX {
        true => Field::offered(visit, "jrwa", "desk-letter-jrwa", classes)
            .hinted(visit, "desk-letter-jrwa-hint"),
        false => Field::select(visit, "jrwa", "desk-letter-jrwa", classes),
    }
}

/// Puts a letter into a case that there is.
pub(in crate::web) struct Join(Letter);

impl Act for Join {
    type Path = String;

    async fn find(desk: &Desk<'_>, letter: String) -> Result<Self, Problem> {
        Ok(Self(waiting(desk, &letter).await?.0))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let fields =
            vec![Field::line(visit, "sign", "case-sign").hinted(visit, "desk-letter-join-hint")];
        let heading = visit.say("desk-letter-join");
        let mut asked = Asked::new(
            back(&self.0),
            heading,
            fields,
            visit.say("desk-letter-join-do"),
        );
        let found = cases::of_account(&desk.circulation.store, &self.0.account, None).await?;
        let units = desk.clerk.units();
        if let Some(latest) = found.iter().find(|one| units.contains(one.unit.as_str())) {
            asked.begun = Fields::of([("sign", latest.sign.as_str())]);
        }
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let sign = fields.get("sign");
        let case = desk
            .circulation
            .join_case(&desk.clerk, &self.0.id, sign)
            .await?;
        Ok(done(&case_href(&case.id)))
    }
}

/// Hands a letter to another unit.
pub(in crate::web) struct HandOver(Letter);

impl Act for HandOver {
    type Path = String;

    async fn find(desk: &Desk<'_>, letter: String) -> Result<Self, Problem> {
        Ok(Self(waiting(desk, &letter).await?.0))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let all = desk.circulation.catalogue.departments().iter();
        let others = all.filter(|unit| unit.code != self.0.unit);
        let units = others.map(|unit| Listed {
            value: unit.code.clone(),
            label: visit.lang.of(&unit.name),
        });
        let fields = vec![Field::select(visit, "unit", "case-unit", units.collect())];
        let heading = visit.say("desk-letter-hand-over");
        Ok(Asked::new(
            back(&self.0),
            heading,
            fields,
            visit.say("desk-letter-hand-over-do"),
        ))
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let unit = typed(fields, "unit");
        desk.circulation
            .hand_over(&desk.clerk, &self.0.id, &unit)
            .await?;
        Ok(done("/office"))
    }
}
