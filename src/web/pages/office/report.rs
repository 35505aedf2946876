//! The report: four charts by month, each in the table of its figures, all of it by department, and CSV.

use super::{Listed, clerk, unit_name};
use crate::error::Problem;
use crate::office::circulation::Circulation;
use crate::office::report::{self, Month, Row};
use crate::web::form::{Fields, Filled};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;

/// Names in the address the one department that is shown.
const UNIT: &str = "unit";
/// What is not known.
const NONE: &str = "–";

#[derive(Template)]
#[template(path = "office/report.html", config = "web-client/askama.toml")]
struct ReportPage<'a> {
    visit: &'a Visit,
    form: Filled,
    units: Vec<Listed>,
    /// Where the same is as CSV.
    csv: String,
    charts: Vec<Chart>,
    lines: Vec<Line>,
}

/// One figure by month.
struct Chart {
    heading: String,
    /// The figure, in one word.
    short: String,
    /// What the figure is a part of.
    whole: String,
    bars: Vec<Bar>,
}

/// A month of a chart.
struct Bar {
    month: String,
    /// In percent of the longest.
    length: i64,
    figure: String,
    whole: i64,
}

/// A department in a month.
struct Line {
    month: String,
    unit: String,
    letters: i64,
    online: String,
    visits_saved: i64,
    answered: i64,
    median_days: String,
    overdue: i64,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let seen = seen(&state, &visit).await?;
        let has_any = seen.months.iter().any(|month| !month.units.is_empty());
        let page = ReportPage {
            visit: &visit,
            form: Filled::again(Fields::of([(UNIT, seen.unit.as_str())]))
                .labelled(visit.lang, &[(UNIT, "case-unit")]),
            csv: match seen.unit.as_str() {
                "" => "/office/report.csv".to_owned(),
                unit => format!("/office/report.csv?{UNIT}={unit}"),
            },
            units: seen.units,
            charts: if has_any {
                charts(&visit, &seen.months)
            } else {
                Vec::new()
            },
            lines: lines(&visit, &seen.circulation, &seen.months),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// The same as CSV: commas, a header in English for programs, figures without units.
pub(in crate::web) async fn csv(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let Seen { months, .. } = seen(&state, &visit).await?;
        let mut text =
            String::from("month,unit,letters,online,visits_saved,answered,median_days,overdue\r\n");
        for month in &months {
            for (unit, row) in &month.units {
                let median = row
                    .median_days
                    .map(|days| days.to_string())
                    .unwrap_or_default();
                text.push_str(&format!(
                    "{:04}-{:02},{unit},{},{},{},{},{median},{}\r\n",
                    month.first.year(),
                    month.first.month(),
                    row.letters,
                    row.online,
                    row.visits_saved,
                    row.answered,
                    row.overdue,
                ));
            }
        }
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"report.csv\"",
            ),
        ];
        Ok((headers, text).into_response())
    };
    visit.finish(answer.await)
}

/// What a clerk may see of the report.
struct Seen {
    circulation: Circulation,
    months: Vec<Month>,
    /// The departments to choose from; none where there is but one.
    units: Vec<Listed>,
    /// The one that was chosen; empty for all of them.
    unit: String,
}

/// The months of the departments in which the clerk holds a position, or of the one that was chosen of
/// them.
async fn seen(state: &AppState, visit: &Visit) -> Result<Seen, Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let own = clerk.units();
    let asked = visit.asked(UNIT).unwrap_or_default();
    let chosen = own.get(asked.as_str()).copied();
    let shown = chosen.map_or_else(|| own.clone(), |unit| BTreeSet::from([unit]));
    let now = (circulation.now)();
    let months = report::months(&circulation.store, circulation.catalogue, now, &shown).await?;
    let mut units = Vec::new();
    if own.len() > 1 {
        units.push(Listed {
            value: String::new(),
            label: visit.say("report-all-units"),
        });
        units.extend(own.iter().map(|code| Listed {
            value: (*code).to_owned(),
            label: unit_name(&circulation, visit, code),
        }));
    }
    Ok(Seen {
        circulation,
        months,
        units,
        unit: chosen.unwrap_or_default().to_owned(),
    })
}

/// Share handled online, median of days, overdue answers, visits saved.
fn charts(visit: &Visit, months: &[Month]) -> Vec<Chart> {
    let chart = |figure: Figure, key: &str, short: &str, whole: &str| {
        let all: Vec<_> = months.iter().map(|month| figure.of(&month.all)).collect();
        let longest = all.iter().filter_map(|(figure, _)| *figure).max();
        let longest = longest.unwrap_or_default().max(figure.longest_at_least());
        let bar = |(month, (one, whole)): (&Month, (Option<i64>, i64))| Bar {
            month: format::month_of(month.first),
            length: one.unwrap_or_default() * 100 / longest,
            figure: known(one, figure.unit()),
            whole,
        };
        Chart {
            heading: visit.say(key),
            short: visit.say(short),
            whole: visit.say(whole),
            bars: months.iter().zip(all).map(bar).collect(),
        }
    };
    let (letters, answered) = ("report-letters", "report-answered");
    vec![
        chart(Figure::Online, "report-online", "report-share", letters),
        chart(Figure::MedianDays, "report-median", "report-days", answered),
        chart(Figure::Overdue, "report-overdue", "report-late", answered),
        chart(
            Figure::VisitsSaved,
            "report-visits-saved",
            "report-visits",
            letters,
        ),
    ]
}

/// What a chart shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    Online,
    MedianDays,
    Overdue,
    VisitsSaved,
}

impl Figure {
    /// The figure of a month, and of how many letters or answers it tells.
    fn of(self, row: &Row) -> (Option<i64>, i64) {
        match self {
            Self::Online => (online(row), row.letters),
            Self::MedianDays => (row.median_days, row.answered),
            Self::Overdue => (Some(row.overdue), row.answered),
            Self::VisitsSaved => (Some(row.visits_saved), row.letters),
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Online => "%",
            Self::MedianDays | Self::Overdue | Self::VisitsSaved => "",
        }
    }

    /// What the longest bar stands for, at least.
    fn longest_at_least(self) -> i64 {
        match self {
            Self::Online => 100,
            Self::MedianDays | Self::Overdue | Self::VisitsSaved => 1,
        }
    }
}

fn known(figure: Option<i64>, unit: &str) -> String {
    figure.map_or_else(|| NONE.to_owned(), |figure| format!("{figure}{unit}"))
}

/// The share of letters that came online, in percent.
fn online(row: &Row) -> Option<i64> {
    (row.letters > 0).then(|| row.online * 100 / row.letters)
}

fn lines(visit: &Visit, circulation: &Circulation, months: &[Month]) -> Vec<Line> {
    let all = months.iter().rev().flat_map(|month| {
        let label = format::month_of(month.first);
        let units = month.units.iter();
        units.map(move |(unit, row)| (label.clone(), unit, row))
    });
    all.map(|(month, unit, row)| Line {
        month,
        unit: unit_name(circulation, visit, unit),
        letters: row.letters,
        online: known(online(row), "%"),
        visits_saved: row.visits_saved,
        answered: row.answered,
        median_days: known(row.median_days, ""),
        overdue: row.overdue,
    })
    .collect()
}
