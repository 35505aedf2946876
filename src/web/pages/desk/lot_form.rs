//! The form of a lot: what is bought, the questions of a preset, and before it is saved the worked
//! example of exactly these terms.

use super::{Answer, fresh, officer, refused, typed};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::lots::Lot;
use crate::store::tenders::Tender;
use crate::tender::Desk;
use crate::tender::example::worked_example;
use crate::tender::lots::{LotName, NewEstimate, NewLot, check_estimate};
use crate::tender::presets::{Field, Kind, Preset, preset_of, presets, terms_from};
use crate::web::AppState;
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::visit::Visit;
use askama::Template;
use auction_rules::{Draft, Terms, TermsFault, Words};
use axum::extract::{Path, State};
use axum::response::Response;
use played::Played;
use std::collections::BTreeMap;

mod played;

/// How the fields of a preset's answers begin.
const ANSWERS: &str = "answers.";
/// The longest answer that a field takes, in characters.
const ANSWER_CHARS_MAX: usize = 500;

/// What the fields of every preset are called.
const LABELS: [(&str, &str); 5] = [
    ("number", "desk-lot-number"),
    ("title.pl", "desk-title-pl"),
    ("title.en", "desk-title-en"),
    ("net", "desk-net"),
    ("gross", "desk-gross"),
];

#[derive(Template)]
#[template(path = "desk/lot_form.html", config = "web-client/askama.toml")]
struct LotForm<'a> {
    visit: &'a Visit,
    form: Filled,
    tender: &'a Tender,
    heading: String,
    presets: &'static [Preset],
    /// None until one is chosen.
    preset: Option<&'static Preset>,
    questions: Vec<Question>,
    chars_max: usize,
}

#[derive(Template)]
#[template(path = "desk/lot_preview.html", config = "web-client/askama.toml")]
struct LotPreview<'a> {
    visit: &'a Visit,
    tender: &'a Tender,
    heading: String,
    title: String,
    /// What was typed, to be sent again.
    kept: Vec<(&'a str, &'a str)>,
    played: Played,
}

struct Question {
    name: String,
    hint: String,
    choices: Vec<Choice>,
}

/// A form that can be saved.
struct Ready {
    name: LotName,
    terms: Terms,
    estimate: Option<NewEstimate>,
}

pub(in crate::web) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let tender = state.desk().tender(&tender).await?;
        let chosen = visit.asked("preset").unwrap_or_default();
        let mut fields = Fields::of([("preset", &chosen)]);
        if let Some(preset) = preset(&fields) {
            for field in &preset.fields {
                fields.add(&format!("{ANSWERS}{}", field.id), &field.default);
            }
        }
        Ok(form(&visit, &tender, None, fields_fresh(fields)))
    };
    visit.finish(answer.await)
}

fn fields_fresh(fields: Fields) -> (Fields, Answer) {
    (fields.clone(), fresh(Filled::again(fields)))
}

pub(in crate::web) async fn add(
    State(state): State<AppState>,
    visit: Visit,
    Path(tender): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let posted = posted?;
        let tender = desk.tender(&tender).await?;
        sent(&desk, &visit, officer, &tender, None, posted).await
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
) -> Response {
    let answer = async {
        officer(&visit)?;
        let desk = state.desk();
        let lot = desk.lot(&lot).await?;
        let tender = desk.tender(&lot.tender).await?;
        let fields = written(&desk, &visit, &lot).await?;
        Ok(form(&visit, &tender, Some(&lot), fields_fresh(fields)))
    };
    visit.finish(answer.await)
}

pub(in crate::web) async fn change(
    State(state): State<AppState>,
    visit: Visit,
    Path(lot): Path<String>,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let (officer, desk) = (officer(&visit)?, state.desk());
        let posted = posted?;
        let lot = desk.lot(&lot).await?;
        let tender = desk.tender(&lot.tender).await?;
        sent(&desk, &visit, officer, &tender, Some(&lot), posted).await
    };
    visit.finish(answer.await)
}

/// First the preview, then, sent from there, saved; or back to the form.
async fn sent(
    desk: &Desk,
    visit: &Visit,
    officer: &Who,
    tender: &Tender,
    lot: Option<&Lot>,
    posted: Posted,
) -> Result<Response, Problem> {
    let fields = match posted.checked() {
        Ok(fields) => fields,
        Err(fields) => {
            let again = super::stale(visit, fields.clone());
            return Ok(form(visit, tender, lot, (fields, again)));
        }
    };
    if fields.get("act") == "edit" {
        return Ok(form(visit, tender, lot, fields_fresh(fields)));
    }
    let ready = match read(&fields) {
        Ok(ready) => ready,
        Err(wrong) => {
            let again = refused(visit, fields.clone(), &wrong);
            return Ok(form(visit, tender, lot, (fields, again)));
        }
    };
    if fields.get("act") != "save" {
        return Ok(preview(visit, tender, lot, &fields, &ready));
    }
    match save(desk, officer, tender, lot, ready).await {
        Ok(id) => Ok(visit.go(&format!("/desk/lots/{id}?done=1"))),
        Err(wrong) => {
            let again = refused(visit, fields.clone(), &wrong);
            Ok(form(visit, tender, lot, (fields, again)))
        }
    }
}

/// Every step can be repeated: what broke off is finished by sending the form again.
async fn save(
    desk: &Desk,
    officer: &Who,
    tender: &Tender,
    lot: Option<&Lot>,
    ready: Ready,
) -> Result<String, Problem> {
    let terms = serde_json::to_value(Draft::from(ready.terms)).map_err(|_| Problem::Unavailable)?;
    let id = match lot {
        Some(lot) => {
            desk.rename_lot(officer, &lot.id, &ready.name).await?;
            desk.change_terms(officer, &lot.id, terms).await?;
            lot.id.clone()
        }
        None => {
            let LotName { number, title } = ready.name;
            let new = NewLot {
                number,
                title,
                terms,
            };
            desk.add_lot(officer, &tender.id, new).await?.id
        }
    };
    match ready.estimate {
        Some(estimate) => drop(desk.set_estimate(officer, &id, &estimate).await?),
        None => desk.clear_estimate(officer, &id).await?,
    }
    Ok(id)
}

/// All that is wrong with a form, each at its field.
fn read(fields: &Fields) -> Result<Ready, Problem> {
    let chosen = preset(fields).ok_or_else(|| {
        Problem::field("preset", "Wybierz wzór zasad.", "Choose a preset of terms.")
    })?;
    let name = LotName {
        number: typed(fields, "number"),
        title: Words::new(typed(fields, "title.pl"), typed(fields, "title.en")),
    };
    let mut faults = faults_of(name.check())?;
    let answers = fields.under(ANSWERS);
    let mut answers: BTreeMap<_, _> = answers
        .map(|(name, answer)| (name.to_owned(), answer.to_owned()))
        .collect();
    answers.insert("title_pl".to_owned(), name.title.pl.clone());
    answers.insert("title_en".to_owned(), name.title.en.clone());
    let estimate = NewEstimate {
        net: typed(fields, "net"),
        gross: typed(fields, "gross"),
    };
    let estimate = Some(estimate).filter(|new| !new.net.is_empty() || !new.gross.is_empty());
    match terms_from(&chosen.id, &answers) {
        Ok(terms) => {
            if let Some(estimate) = &estimate {
                let checked = check_estimate(&Draft::from(terms.clone()), estimate);
                faults.extend(faults_of(checked)?);
            }
            if faults.is_empty() {
                return Ok(Ready {
                    name,
                    terms,
                    estimate,
                });
            }
        }
        Err(wrong) => faults.extend(faults_of(Err(wrong))?.into_iter().map(named_as_here)),
    }
    let mut seen = Vec::new();
    faults.retain(|fault| {
        let is_new = !seen.contains(&fault.path);
        seen.push(fault.path.clone());
        is_new
    });
    Err(Problem::Faults(faults))
}

/// The preset asks for the title, which stands in this form once.
fn named_as_here(mut fault: TermsFault) -> TermsFault {
    if let Some(lang) = fault.path.strip_prefix("answers.title_") {
        fault.path = format!("title.{lang}");
    }
    fault
}

fn faults_of(checked: Result<(), Problem>) -> Result<Vec<TermsFault>, Problem> {
    match checked {
        Ok(()) => Ok(Vec::new()),
        Err(Problem::Faults(faults)) => Ok(faults),
        Err(other) => Err(other),
    }
}

fn preset(fields: &Fields) -> Option<&'static Preset> {
    let chosen = fields.get("preset");
    presets().iter().find(|preset| preset.id == chosen)
}

/// What stands in a lot, as it would be typed.
async fn written(desk: &Desk, visit: &Visit, lot: &Lot) -> Result<Fields, Problem> {
    let mut fields = Fields::of([
        ("number", lot.number.as_str()),
        ("title.pl", &lot.title.pl),
        ("title.en", &lot.title.en),
    ]);
    if let Some(estimate) = desk.estimate(&lot.id).await? {
        fields.add("net", &decimal(visit, &estimate.net));
        fields.add("gross", &decimal(visit, &estimate.gross));
    }
    let (chosen, answers) = match preset_of(&lot.terms) {
        Some((preset, answers)) => (preset.id.clone(), answers),
        None => (visit.asked("preset").unwrap_or_default(), BTreeMap::new()),
    };
    fields.add("preset", &chosen);
    for (name, answer) in answers {
        fields.add(&format!("{ANSWERS}{name}"), &answer);
    }
    Ok(fields)
}

/// A decimal as it is typed: without spaces, which a form would keep.
fn decimal(visit: &Visit, text: &str) -> String {
    match visit.lang.code() {
        "pl" => text.replace('.', ","),
        _ => text.to_owned(),
    }
}

fn heading(visit: &Visit, lot: Option<&Lot>) -> String {
    match lot {
        Some(lot) => visit.say_of("desk-lot-edit", "number", &lot.number),
        None => visit.say("desk-lot-add"),
    }
}

fn form(
    visit: &Visit,
    tender: &Tender,
    lot: Option<&Lot>,
    (fields, (status, form)): (Fields, Answer),
) -> Response {
    let preset = preset(&fields);
    let asked = preset.into_iter().flat_map(|preset| &preset.fields);
    let asked = asked.filter(|field| !["title_pl", "title_en"].contains(&field.id.as_str()));
    let asked: Vec<_> = asked.collect();
    let form = asked
        .iter()
        .fold(form.labelled(visit.lang, &LABELS), |form, field| {
            form.called(
                &format!("{ANSWERS}{}", field.id),
                visit.lang.of(&field.label),
            )
        });
    let page = LotForm {
        visit,
        form,
        tender,
        heading: heading(visit, lot),
        presets: presets(),
        preset,
        questions: asked
            .into_iter()
            .map(|field| question(visit, field))
            .collect(),
        chars_max: ANSWER_CHARS_MAX,
    };
    visit.show(status, &page)
}

fn question(visit: &Visit, field: &'static Field) -> Question {
    let choices = match field.kind {
        Kind::Choice => field.choices.as_slice(),
        _ => &[],
    };
    let choice = |choice: &'static crate::tender::presets::Choice| Choice {
        value: &choice.value,
        label: visit.lang.of(&choice.label),
    };
    Question {
        name: format!("{ANSWERS}{}", field.id),
        hint: visit.lang.of(&field.hint),
        choices: choices.iter().map(choice).collect(),
    }
}

fn preview(
    visit: &Visit,
    tender: &Tender,
    lot: Option<&Lot>,
    fields: &Fields,
    ready: &Ready,
) -> Response {
    let kept = fields.under("");
    let page = LotPreview {
        visit,
        tender,
        heading: heading(visit, lot),
        title: visit.lang.of(&ready.name.title),
        kept: kept
            .filter(|(name, _)| !["csrf", "act"].contains(name))
            .collect(),
        played: Played::of(visit, &ready.terms, &worked_example(&ready.terms)),
    };
    visit.show(axum::http::StatusCode::OK, &page)
}
