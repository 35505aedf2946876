//! The report: months by department, as a table, a chart and CSV.

use super::{clerk, unit_name};
use crate::error::Problem;
use crate::office::circulation::Circulation;
use crate::office::report::{self, Month};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Size of the chart, in its own units.
const BAR_HEIGHT: i64 = 120;
const MONTH_WIDTH: usize = 50;

#[derive(Template)]
#[template(path = "office/report.html", config = "web-client/askama.toml")]
struct ReportPage<'a> {
    visit: &'a Visit,
    lines: Vec<Line>,
    bars: Vec<Bar>,
}

/// A department in a month.
struct Line {
    month: String,
    unit: String,
    letters: i64,
    /// In percent of the letters.
    online: String,
    visits_saved: i64,
    answered: i64,
    median_days: String,
    overdue: i64,
}

/// A month of the chart.
struct Bar {
    x: usize,
    label: String,
    letters: i64,
    letters_height: i64,
    answered: i64,
    answered_height: i64,
}

pub(in crate::web) async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let (circulation, months) = seen(&state, &visit).await?;
        let page = ReportPage {
            visit: &visit,
            lines: lines(&visit, &circulation, &months),
            bars: bars(&months),
        };
        Ok(visit.show(StatusCode::OK, &page))
    };
    visit.finish(answer.await)
}

/// The same as CSV: commas, a header in English for programs, figures without units.
pub(in crate::web) async fn csv(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let (_, months) = seen(&state, &visit).await?;
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

/// The months of the departments in which the clerk holds a position.
async fn seen(state: &AppState, visit: &Visit) -> Result<(Circulation, Vec<Month>), Problem> {
    let (circulation, clerk) = clerk(state, visit).await?;
    let now = (circulation.now)();
    let mut months = report::months(&circulation.store, circulation.catalogue, now).await?;
    let units = clerk.units();
    for month in &mut months {
        month.units.retain(|unit, _| units.contains(unit.as_str()));
    }
    Ok((circulation, months))
}

fn lines(visit: &Visit, circulation: &Circulation, months: &[Month]) -> Vec<Line> {
    let all = months.iter().rev().flat_map(|month| {
        let label = format::month_of(month.first);
        month
            .units
            .iter()
            .map(move |(unit, row)| (label.clone(), unit, row))
    });
    all.map(|(month, unit, row)| Line {
        month,
        unit: unit_name(circulation, visit, unit),
        letters: row.letters,
        online: match row.letters {
            0 => "–".to_owned(),
            letters => format!("{}%", row.online * 100 / letters),
        },
        visits_saved: row.visits_saved,
        answered: row.answered,
        median_days: row
            .median_days
            .map_or_else(|| "–".to_owned(), |days| days.to_string()),
        overdue: row.overdue,
    })
    .collect()
}

fn bars(months: &[Month]) -> Vec<Bar> {
    let sum =
        |month: &Month, of: fn(&report::Row) -> i64| month.units.values().map(of).sum::<i64>();
    let counted: Vec<_> = months
        .iter()
        .map(|month| {
            (
                month,
                sum(month, |row| row.letters),
                sum(month, |row| row.answered),
            )
        })
        .collect();
    let most = counted
        .iter()
        .map(|(_, letters, answered)| *letters.max(answered))
        .max();
    let most = most.unwrap_or(0).max(1);
    let bars = counted.into_iter().enumerate();
    bars.map(|(place, (month, letters, answered))| Bar {
        x: place * MONTH_WIDTH,
        label: format::month_of(month.first),
        letters,
        letters_height: letters * BAR_HEIGHT / most,
        answered,
        answered_height: answered * BAR_HEIGHT / most,
    })
    .collect()
}
