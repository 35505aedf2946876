//! From a file to a scenario that can be played, or to every fault in it.

use super::Scenario;
use super::chance::{Chance, is_salt};
use super::file::File;
use super::scenario::Admitted;
use super::time;
use crate::error::{Problem, fault};
use crate::limits::{
    SCENARIO_BIDDERS_MAX, SCENARIO_COMMANDS_MAX, SCENARIO_FAULTS_MAX, SCENARIO_TAILS_MAX,
};
use crate::tender::moment;
use crate::tender::presets::{presets, terms_from};
use crate::tender::terms::read_terms;
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::terms::PhaseKind;
use auction_rules::{Terms, TermsFault, Timestamp};
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

mod commands;
mod offers;
mod shape;

/// When an auction opens whose file does not say: 2 March 2026, 10:00 in Warsaw.
const OPENS_AT: Timestamp = Timestamp(1_772_442_000_000);
/// Years of an opening: no sum with a length of time leaves what people can read.
const YEARS: std::ops::RangeInclusive<u16> = 1971..=9998;
/// The longest id of a bidder.
const ID_CHARS_MAX: usize = 24;
/// The longest name, seat or tax number of a bidder, and the longest note about the scenario.
const TEXT_CHARS_MAX: usize = 500;

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// Every fault found, each with the path of its field, as in `commands[3].at`; of a text that is
    /// no JSON, or not of this shape, the first one.
    pub fn read(text: &str) -> Result<Self, Vec<TermsFault>> {
        let file = shape::shaped(text).map_err(|fault| vec![fault])?;
        let mut reader = Reader::new(&file);
        let scenario = reader.scenario();
        reader.faults.truncate(SCENARIO_FAULTS_MAX);
        match scenario {
            Some(scenario) if reader.faults.is_empty() => Ok(scenario),
            _ => Err(reader.faults),
        }
    }
}

struct Reader<'a> {
    file: &'a File,
    /// Places of the bidders by their ids.
    bidders: BTreeMap<&'a str, usize>,
    opens_at: Timestamp,
    faults: Vec<TermsFault>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a File) -> Self {
        let mut bidders = BTreeMap::new();
        for (place, bidder) in file.bidders.iter().enumerate() {
            bidders.entry(bidder.id.as_str()).or_insert(place);
        }
        Self {
            file,
            bidders,
            opens_at: OPENS_AT,
            faults: Vec::new(),
        }
    }

    fn wrong(&mut self, path: impl Into<String>, pl: impl Into<String>, en: impl Into<String>) {
        self.faults.push(fault(path, pl, en));
    }

    fn scenario(&mut self) -> Option<Scenario> {
        self.bounds()?;
        if let Some(about) = &self.file.about {
            self.line("about.pl", &about.pl);
            self.line("about.en", &about.en);
        }
        self.opening();
        let terms = self.terms();
        let chance = Chance {
            seed: self.file.seed,
            aliases: self.aliases(),
            tails: self.tails(terms.as_ref()),
        };
        let bidders = self.bidders(&chance, terms.as_ref());
        let terms = terms?;
        let planned: Vec<_> = (0..self.file.commands.len())
            .map(|index| self.planned(index, &terms))
            .collect();
        self.outages(&planned);
        Some(Scenario {
            about: self.file.about.clone(),
            terms,
            opens_at: self.opens_at,
            bidders,
            commands: planned.into_iter().collect::<Option<_>>()?,
            chance,
        })
    }

    /// Lists that are too long are looked at no further.
    fn bounds(&mut self) -> Option<()> {
        let file = self.file;
        for (path, count, most) in [
            ("bidders", file.bidders.len(), SCENARIO_BIDDERS_MAX),
            ("aliases", file.aliases.len(), SCENARIO_BIDDERS_MAX),
            ("tails", file.tails.len(), SCENARIO_TAILS_MAX),
            ("commands", file.commands.len(), SCENARIO_COMMANDS_MAX),
        ] {
            if count > most {
                self.wrong(
                    path,
                    format!("Najwyżej {most}, a jest {count}."),
                    format!("At most {most}, and there are {count}."),
                );
            }
        }
        self.faults.is_empty().then_some(())
    }

    /// A text of one line.
    fn line(&mut self, path: impl Into<String>, text: &str) {
        if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
            self.wrong(
                path,
                format!("Jedna linia, najwyżej {TEXT_CHARS_MAX} znaków."),
                format!("One line, at most {TEXT_CHARS_MAX} characters."),
            );
        }
    }

    fn salt(&mut self, path: impl Into<String>, salt: Option<&String>) {
        if salt.is_some_and(|salt| !is_salt(salt)) {
            self.wrong(
                path,
                "Sól to 32 cyfry szesnastkowe, małymi literami.",
                "A salt has 32 hexadecimal digits in small letters.",
            );
        }
    }

    fn opening(&mut self) {
        let Some(text) = &self.file.opens_at else {
            return;
        };
        let year: Option<u16> = text.split('-').next().and_then(|year| year.parse().ok());
        let fits = year.is_some_and(|year| YEARS.contains(&year));
        match moment::read(text) {
            Some(at) if fits => self.opens_at = at,
            read if !fits && (read.is_some() || year.is_some()) => self.wrong(
                "opens_at",
                "Podaj rok od 1971 do 9998.",
                "Give a year from 1971 to 9998.",
            ),
            _ if text.parse::<DateTime>().is_ok() => self.wrong(
                "opens_at",
                "Zmiana czasu pomija albo powtarza tę godzinę w Warszawie; dopisz przesunięcie, na przykład +01:00.",
                "The change of time skips or repeats this hour in Warsaw; add the offset, as in +01:00.",
            ),
            _ => self.wrong(
                "opens_at",
                "Podaj datę i godzinę, na przykład 2026-03-02T10:00 (czas warszawski) albo 2026-03-02T10:00:00+01:00.",
                "Give date and time, for example 2026-03-02T10:00 (Warsaw time) or 2026-03-02T10:00:00+01:00.",
            ),
        }
    }

    /// A moment, in milliseconds since the opening.
    fn moment(&mut self, path: &str, text: &str) -> Option<i64> {
        let moment = time::moment(text);
        if moment.is_none() {
            self.wrong(
                path,
                "To nie jest chwila: podaj minuty:sekundy od otwarcia, na przykład \"14:59.5\" albo \"-0:30\", lub godziny:minuty:sekundy, najwyżej 31 dni.",
                "This is no moment: give minutes:seconds since the opening, as in \"14:59.5\" or \"-0:30\", or hours:minutes:seconds, at most 31 days.",
            );
        }
        moment
    }

    /// A length of time, in milliseconds.
    fn length(&mut self, path: &str, text: &str) -> Option<u64> {
        let length = time::length(text);
        if length.is_none() {
            self.wrong(
                path,
                "To nie jest długość czasu: podaj minuty:sekundy, na przykład \"0:05\", lub godziny:minuty:sekundy, najwyżej 31 dni.",
                "This is no length of time: give minutes:seconds, as in \"0:05\", or hours:minutes:seconds, at most 31 days.",
            );
        }
        length
    }

    fn terms(&mut self) -> Option<Terms> {
        let read = match (&self.file.terms, &self.file.preset) {
            (Some(terms), None) => read_terms("terms", terms.clone()),
            (None, Some(preset)) => {
                let terms = terms_from(&preset.id, &preset.answers);
                terms.map_err(|problem| of_preset(&preset.id, problem))
            }
            _ => Err(Problem::field(
                "terms",
                "Podaj albo zasady (terms), albo wzór (preset), jedno z dwojga.",
                "Give either the terms or a preset, one of the two.",
            )),
        };
        match read {
            Ok(terms) => Some(terms),
            Err(Problem::Faults(faults)) => {
                self.faults.extend(faults);
                None
            }
            Err(problem) => {
                let words = problem.words();
                self.wrong("terms", words.pl, words.en);
                None
            }
        }
    }

    fn aliases(&mut self) -> Vec<usize> {
        let file = self.file;
        if file.aliases.is_empty() {
            return Vec::new();
        }
        let known = file.aliases.iter().map(|id| self.bidders.get(id.as_str()));
        let places: Vec<usize> = known.flatten().copied().collect();
        let distinct: BTreeSet<_> = places.iter().collect();
        let all = distinct.len() == self.bidders.len() && places.len() == file.aliases.len();
        if !all || places.len() != distinct.len() {
            self.wrong(
                "aliases",
                "Wymień każdego wykonawcę raz: pierwszy będzie „Wykonawca 1”.",
                "Name each bidder once: the first will be “Bidder 1”.",
            );
        }
        places
    }

    /// Random tails that are given: no more than there are, none longer than its phase allows.
    fn tails(&mut self, terms: Option<&Terms>) -> Vec<(u64, Option<String>)> {
        let file = self.file;
        let longest = terms.into_iter().flat_map(|terms| &terms.phases);
        let mut longest = longest.filter_map(|phase| match &phase.run {
            PhaseKind::Open(open) => open.random_tail_ms,
            _ => None,
        });
        let mut tails = Vec::new();
        for (index, tail) in file.tails.iter().enumerate() {
            let path = format!("tails[{index}].length");
            self.salt(format!("tails[{index}].salt"), tail.salt.as_ref());
            let Some(length) = self.length(&path, &tail.length) else {
                continue;
            };
            match longest.next() {
                None if terms.is_some() && index == 0 => self.wrong(
                    path,
                    "Ta aukcja nie ma losowego zakończenia.",
                    "This auction has no random tail.",
                ),
                None if terms.is_some() => self.wrong(
                    path,
                    "Tylu etapów z losowym zakończeniem nie ma w tej aukcji.",
                    "This auction has not so many phases with a random tail.",
                ),
                Some(most) if length > most => {
                    let most = time::written(i64::try_from(most).unwrap_or(i64::MAX));
                    self.wrong(
                        path,
                        format!("Losowe zakończenie tego etapu trwa najwyżej {most}."),
                        format!("The random tail of this phase lasts at most {most}."),
                    );
                }
                _ => tails.push((length, tail.salt.clone())),
            }
        }
        tails
    }

    fn bidders(&mut self, chance: &Chance, terms: Option<&Terms>) -> Vec<Admitted> {
        let file = self.file;
        if file.bidders.is_empty() {
            self.wrong("bidders", "Podaj wykonawców.", "Give the bidders.");
        }
        let mut admitted = Vec::new();
        for (place, bidder) in file.bidders.iter().enumerate() {
            let path = |field: &str| format!("bidders[{place}].{field}");
            self.id(path("id"), &bidder.id, place);
            let name = bidder.name.as_ref().unwrap_or(&bidder.id);
            for (field, text) in [
                ("name", name),
                ("seat", &bidder.seat),
                ("tax_id", &bidder.tax_id),
            ] {
                self.line(path(field), text);
            }
            self.salt(path("salt"), bidder.salt.as_ref());
            let identity = Identity {
                name: name.clone(),
                seat: bidder.seat.clone(),
                tax_id: bidder.tax_id.clone(),
            };
            let salt = bidder.salt.clone();
            let disclosure = Disclosure {
                salt: salt.unwrap_or_else(|| chance.salt("bidder", place)),
                identity,
            };
            let offer = terms.map(|terms| self.offer(&path("offer"), &bidder.offer, terms));
            // Without a commitment the salt was none, and that is a fault already.
            let Some(commitment) = disclosure.commitment() else {
                continue;
            };
            admitted.push(Admitted {
                id: bidder.id.clone(),
                disclosure,
                bidder: commitment,
                offer: offer.unwrap_or_default(),
                accepts_terms: bidder.accepts_terms,
            });
        }
        admitted
    }

    fn id(&mut self, path: String, id: &str, place: usize) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > ID_CHARS_MAX || !id.chars().all(plain) {
            self.wrong(
                path,
                format!("Od 1 do {ID_CHARS_MAX} liter bez ogonków, cyfr, kresek lub podkreśleń."),
                format!("1 to {ID_CHARS_MAX} ASCII letters, digits, hyphens or underscores."),
            );
        } else if self.bidders.get(id) != Some(&place) {
            self.wrong(
                path,
                format!("Ten sam identyfikator ma inny wykonawca: {id}."),
                format!("Another bidder has the same id: {id}."),
            );
        }
    }
}

/// The faults of a preset's answers, as paths of the scenario.
fn of_preset(id: &str, problem: Problem) -> Problem {
    match problem {
        Problem::Faults(mut faults) => {
            for fault in &mut faults {
                fault.path = format!("preset.{}", fault.path);
            }
            Problem::Faults(faults)
        }
        Problem::NotFound => {
            let known: Vec<_> = presets().iter().map(|preset| &*preset.id).collect();
            let known = known.join(", ");
            Problem::field(
                "preset.id",
                format!("Nie ma takiego wzoru: {id:?}; są: {known}."),
                format!("There is no such preset: {id:?}; there are: {known}."),
            )
        }
        problem => problem,
    }
}
