//! A report as text for a terminal: lines of 80 columns, what belongs together under one another.

use super::report::{Place, Report, Step};
use super::time::written;
use crate::document::Lang;
use crate::document::terms::sentences;
use crate::document::words::{decimal, second};
use auction_rules::ValueId;
use auction_rules::event::Points;
use auction_rules::terms::Criterion;
use columns::{Cell, aligned, wrapped};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use words::Teller;

mod columns;
mod events;
mod words;

/// Columns of a line.
const WIDTH: usize = 80;

/// The whole report.
#[must_use]
pub fn write(report: &Report, lang: Lang) -> String {
    let writer = Writer {
        report,
        lang,
        teller: Teller { report, lang },
    };
    let parts = [
        writer.head(),
        writer.bidders(),
        writer.course(),
        writer.result(),
        writer.log(),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(|part| part.join("\n")).collect();
    printable(&parts.join("\n\n"))
}

/// A text without what would command a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(shown).collect()
}

/// A file's name as a shell takes it for one word.
fn quoted(file: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    // What begins with a hyphen would be read as an option.
    let file = match file.starts_with('-') {
        true => format!("./{file}"),
        false => file.to_owned(),
    };
    match file.chars().all(plain) {
        true => file,
        false => format!("'{}'", file.replace('\'', "'\\''")),
    }
}

struct Writer<'a> {
    report: &'a Report,
    lang: Lang,
    teller: Teller<'a>,
}

impl Writer<'_> {
    fn say(&self, pl: &str, en: &str) -> String {
        self.lang.either(pl, en).to_owned()
    }

    fn head(&self) -> Vec<String> {
        let opening = second(self.report.opens_at);
        let mut said = wrapped(self.lang.of(&self.report.terms.title), "", WIDTH);
        let about = self.report.about.as_ref();
        said.extend(
            about
                .iter()
                .flat_map(|about| wrapped(self.lang.of(about), "", WIDTH)),
        );
        said.push(String::new());
        said.push(self.lang.either(
            format!("Otwarcie: {opening}. Czasy liczą się od otwarcia."),
            format!("Opening: {opening}. Times count from the opening."),
        ));
        let terms = sentences(&self.report.terms, self.lang);
        said.extend(terms.iter().flat_map(|line| wrapped(line, "  ", WIDTH)));
        said
    }

    fn bidders(&self) -> Vec<String> {
        let row = |firm: &super::report::Firm| {
            let alias = firm
                .alias
                .map_or_else(|| "–".to_owned(), |alias| alias.to_string());
            let identity = [
                &firm.identity.name,
                &firm.identity.seat,
                &firm.identity.tax_id,
            ];
            let identity = identity.into_iter().filter(|text| !text.is_empty());
            let identity: Vec<_> = identity.map(String::as_str).collect();
            vec![
                Cell::right(alias),
                Cell::left(firm.id.clone()),
                Cell::left(identity.join(", ")),
            ]
        };
        let mut firms: Vec<_> = self.report.bidders.iter().collect();
        firms.sort_by_key(|firm| firm.alias);
        let rows: Vec<_> = firms.into_iter().map(row).collect();
        let mut said = vec![self.say(
            "Wykonawcy, pod numerami z aukcji",
            "Bidders, by their numbers in the auction",
        )];
        said.extend(aligned(&[], &rows, "  ", WIDTH));
        said
    }

    fn course(&self) -> Vec<String> {
        let mut said = vec![self.say("Przebieg", "Course")];
        let margins = self.margins();
        for step in &self.report.steps {
            said.extend(self.step(step, &margins));
        }
        said
    }

    /// How wide moment, number and name are.
    fn margins(&self) -> [usize; 3] {
        let steps = self.report.steps.iter();
        let mut margins = [0; 3];
        for (width, cell) in steps.flat_map(|step| (0..3).zip(self.margin(step))) {
            margins[width] = margins[width].max(textwrap::core::display_width(&cell));
        }
        margins
    }

    fn margin(&self, step: &Step) -> [String; 3] {
        let seq = step.entry.as_ref().map(|entry| entry.seq.to_string());
        let moment = written(step.after_ms);
        // A fraction of a second hangs out, so that the minutes stand under one another.
        let fraction = if moment.contains('.') { "" } else { "    " };
        [
            format!("{moment}{fraction}"),
            seq.unwrap_or_else(|| "–".to_owned()),
            self.teller.who(step),
        ]
    }

    fn step(&self, step: &Step, [moment, seq, who]: &[usize; 3]) -> Vec<String> {
        let margin = self.margin(step);
        let pad = |cell: &str, width: usize| {
            " ".repeat(width.saturating_sub(textwrap::core::display_width(cell)))
        };
        let [at, number, name] = &margin;
        let first = format!(
            "  {}{at}  {}{number}  {name}{}  ",
            pad(at, *moment),
            pad(number, *seq),
            pad(name, *who)
        );
        let indent = " ".repeat(textwrap::core::display_width(&first));
        let mut said = Vec::new();
        for line in self.teller.lines(step) {
            said.extend(wrapped(&line, &indent, WIDTH));
        }
        if let Some(standings) = &step.standings {
            let rows = standings.iter().map(|place| Offer {
                position: place.row.position.unwrap_or_default(),
                bidder: &place.bidder,
                values: place.row.values.as_ref(),
                points: place.row.points.as_ref(),
                compared: place.row.compared,
            });
            said.extend(self.offers(rows, &indent, false));
        }
        match said.first_mut() {
            Some(line) => line.replace_range(..indent.len(), &first),
            None => said.push(first.trim_end().to_owned()),
        }
        said
    }

    fn result(&self) -> Vec<String> {
        let end = &self.report.end;
        let mut said = vec![self.say("Wynik", "Result")];
        said.extend(wrapped(&self.teller.ending(), "  ", WIDTH));
        if let Some(standings) = &end.standings {
            let rows = standings.iter().map(|place: &Place<_>| Offer {
                position: place.row.position,
                bidder: &place.bidder,
                values: Some(&place.row.values),
                points: place.row.points.as_ref(),
                compared: place.row.compared,
            });
            said.extend(self.offers(rows, "  ", true));
        }
        said
    }

    fn log(&self) -> Vec<String> {
        let Some(log) = &self.report.log else {
            return Vec::new();
        };
        vec![
            self.say("Dziennik", "Log"),
            format!("  ebok verify {} --key {}", quoted(&log.file), log.key),
        ]
    }

    /// Offers under one another, with their points; in full by criterion.
    fn offers<'o>(
        &self,
        offers: impl Iterator<Item = Offer<'o>>,
        indent: &str,
        in_full: bool,
    ) -> Vec<String> {
        let offers: Vec<_> = offers.collect();
        let compared = offers.iter().any(|offer| offer.compared.is_some());
        let rows: Vec<_> = offers
            .iter()
            .map(|offer| self.offer(offer, in_full))
            .collect();
        let heads = match in_full {
            true => self.heads(compared),
            false => Vec::new(),
        };
        aligned(&heads, &rows, indent, WIDTH)
    }

    /// The heads of offers in full; none where a price is all there is.
    fn heads(&self, compared: bool) -> Vec<String> {
        let terms = &self.report.terms;
        let criteria = self.criteria();
        if terms.values.len() < 2 && criteria.is_empty() && !compared {
            return Vec::new();
        }
        let mut heads = vec![String::new(), String::new()];
        heads.extend(
            terms
                .values
                .iter()
                .map(|value| self.lang.of(&value.name).to_owned()),
        );
        let points = criteria.iter().map(|criterion| {
            let name = self.lang.of(&criterion.name);
            self.lang
                .either(format!("{name} pkt"), format!("{name} pts"))
        });
        heads.extend(points);
        if !criteria.is_empty() {
            heads.push(self.say("punkty razem", "points in all"));
        }
        if compared {
            heads.push(self.say("porównywana wartość", "compared value"));
        }
        heads
    }

    fn offer(&self, offer: &Offer<'_>, in_full: bool) -> Vec<Cell> {
        let mut row = vec![
            Cell::right(format!("{}.", offer.position)),
            Cell::left(offer.bidder.to_owned()),
        ];
        for value in &self.report.terms.values {
            let held = offer.values.and_then(|values| values.get(&value.id));
            let amount = held.map(|held| self.teller.amount(&value.id, *held));
            row.push(Cell::right(amount.unwrap_or_default()));
        }
        if let Some(points) = offer.points {
            for criterion in self.criteria().iter().filter(|_| in_full) {
                let of = points.by_criterion.get(&criterion.id).copied();
                row.push(Cell::right(decimal(of.unwrap_or_default(), self.lang)));
            }
            let total = decimal(points.total, self.lang);
            row.push(Cell::right(match in_full {
                true => total,
                false => self
                    .lang
                    .either(format!("{total} pkt"), format!("{total} pts")),
            }));
        }
        if let Some(compared) = offer.compared {
            let compared = decimal(compared, self.lang);
            row.push(Cell::right(match in_full {
                true => compared,
                false => format!("→ {compared}"),
            }));
        }
        row
    }

    fn criteria(&self) -> &[Criterion] {
        self.report.terms.evaluation.criteria()
    }
}

/// One line of standings.
struct Offer<'a> {
    position: u16,
    bidder: &'a str,
    values: Option<&'a BTreeMap<ValueId, Decimal>>,
    points: Option<&'a Points>,
    /// By what it is compared, where nobody enters that.
    compared: Option<Decimal>,
}
