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

mod phases;
mod played;

/// How the fields of a preset's answers begin.
const ANSWERS: &str = "answers.";
/// In the place of a preset: the terms of a lot that come from none stay as they are.
const KEPT: &str = "kept";
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
    chosen: Option<Chosen>,
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
    phases: Vec<String>,
    played: Played,
}

/// Where the terms come from: a preset, or a lot whose terms stay.
struct Chosen {
    id: &'static str,
    name: String,
    summary: String,
    /// What each phase does, where no answer changes it any more.
    phases: Vec<String>,
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
                let usual = as_typed(&visit, field, &field.default);
                fields.add(&format!("{ANSWERS}{}", field.id), &usual);
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
    let ready = match read(&fields, lot) {
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
fn read(fields: &Fields, lot: Option<&Lot>) -> Result<Ready, Problem> {
    let name = LotName {
        number: typed(fields, "number"),
        title: Words::new(typed(fields, "title.pl"), typed(fields, "title.en")),
    };
    let mut faults = faults_of(name.check())?;
    let estimate = NewEstimate {
        net: typed(fields, "net"),
        gross: typed(fields, "gross"),
    };
    let estimate = Some(estimate).filter(|new| !new.net.is_empty() || !new.gross.is_empty());
    match terms(fields, lot, &name.title) {
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

/// The terms that the answers give, or those of the lot under the title that was typed.
fn terms(fields: &Fields, lot: Option<&Lot>, title: &Words) -> Result<Terms, Problem> {
    if let Some(lot) = kept(fields, lot) {
        let mut draft = lot.terms.clone();
        draft.title = title.clone();
        if draft.title.en.is_empty() {
            draft.title.en.clone_from(&title.pl);
        }
        return Terms::new(draft).map_err(Problem::Faults);
    }
    let chosen = preset(fields).ok_or_else(|| {
        Problem::field("preset", "Wybierz wzór zasad.", "Choose a preset of terms.")
    })?;
    let answers = fields.under(ANSWERS);
    let mut answers: BTreeMap<_, _> = answers
        .map(|(name, answer)| (name.to_owned(), answer.to_owned()))
        .collect();
    answers.insert("title_pl".to_owned(), title.pl.clone());
    answers.insert("title_en".to_owned(), title.en.clone());
    terms_from(&chosen.id, &answers)
}

/// The lot whose terms stay as they are, if that is what the form says.
fn kept<'a>(fields: &Fields, lot: Option<&'a Lot>) -> Option<&'a Lot> {
    lot.filter(|_| fields.get("preset") == KEPT)
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
    let (chosen, answers) = chosen_of(visit, lot);
    fields.add("preset", &chosen);
    let questions = preset(&fields).map(|preset| preset.fields.as_slice());
    for field in questions.unwrap_or_default() {
        if let Some(answer) = answers.get(&field.id) {
            let answer = as_typed(visit, field, answer);
            fields.add(&format!("{ANSWERS}{}", field.id), &answer);
        }
    }
    Ok(fields)
}

/// The preset that is asked for, or else that of the lot; terms of no preset are kept.
fn chosen_of(visit: &Visit, lot: &Lot) -> (String, BTreeMap<String, String>) {
    let found = preset_of(&lot.terms);
    match (visit.asked("preset"), found) {
        (Some(asked), Some((preset, answers))) if preset.id == asked => (asked, answers),
        (None, Some((preset, answers))) => (preset.id.clone(), answers),
        (None, None) => (KEPT.to_owned(), BTreeMap::new()),
        (Some(asked), _) => {
            let preset = presets().iter().find(|preset| preset.id == asked);
            let fields = preset.into_iter().flat_map(|preset| &preset.fields);
            let usual = fields.map(|field| (field.id.clone(), field.default.clone()));
            (asked, usual.collect())
        }
    }
}

/// An answer as it is typed into its field.
fn as_typed(visit: &Visit, field: &Field, answer: &str) -> String {
    match field.kind {
        Kind::Amount | Kind::Percent => decimal(visit, answer),
        _ => answer.to_owned(),
    }
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
        chosen: chosen(visit, preset, kept(&fields, lot)),
        questions: asked
            .into_iter()
            .map(|field| question(visit, field))
            .collect(),
        chars_max: ANSWER_CHARS_MAX,
    };
    visit.show(status, &page)
}

fn chosen(visit: &Visit, preset: Option<&'static Preset>, kept: Option<&Lot>) -> Option<Chosen> {
    let of_lot = kept.map(|lot| Chosen {
        id: KEPT,
        name: visit.say("desk-kept"),
        summary: visit.say("desk-kept-about"),
        phases: phases::in_words(visit, &lot.terms),
    });
    let of_preset = || {
        preset.map(|preset| Chosen {
            id: &preset.id,
            name: visit.lang.of(&preset.name),
            summary: visit.lang.of(&preset.summary),
            phases: Vec::new(),
        })
    };
    of_lot.or_else(of_preset)
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
        phases: phases::in_words(visit, &ready.terms),
        played: Played::of(visit, &ready.terms, &worked_example(&ready.terms)),
    };
    visit.show(axum::http::StatusCode::OK, &page)
}
