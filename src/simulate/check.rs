//! From a file to a scenario that can be played, or to every fault in it.

use super::Scenario;
use super::chance::{Chance, is_salt};
use super::file::File;
use super::scenario::Admitted;
use crate::error::{Problem, fault};
use crate::limits::{
    SCENARIO_BIDDERS_MAX, SCENARIO_COMMANDS_MAX, SCENARIO_FAULTS_MAX, SCENARIO_TAILS_MAX,
};
use crate::tender::lots::read_terms;
use crate::tender::moment;
use crate::tender::presets::terms_from;
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::terms::PhaseKind;
use auction_rules::{Terms, TermsFault, Timestamp, ValueId};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

mod commands;

/// When an auction opens whose file does not say: 2 March 2026, 10:00 in Warsaw.
const OPENS_AT: Timestamp = Timestamp(1_772_442_000_000);
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
        let mut json = serde_json::Deserializer::from_str(text);
        let file: File = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            // A place without a name is one of a text that breaks off.
            let path = path.trim_end_matches(['.', '?']).to_owned();
            vec![unreadable(path, &error.into_inner().to_string())]
        })?;
        json.end()
            .map_err(|error| vec![unreadable(String::new(), &error.to_string())])?;
        let mut reader = Reader::new(&file);
        let scenario = reader.scenario();
        reader.faults.truncate(SCENARIO_FAULTS_MAX);
        match scenario {
            Some(scenario) if reader.faults.is_empty() => Ok(scenario),
            _ => Err(reader.faults),
        }
    }
}

fn unreadable(path: String, detail: &str) -> TermsFault {
    fault(path, format!("Nie da się odczytać: {detail}"), detail)
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
        let bidders = self.bidders(&chance);
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
        // Years of four digits, so that no sum with a length of time leaves what people can read.
        let sound = |at: &Timestamp| (0..=253_402_300_799_000).contains(&at.0);
        match moment::read(text).filter(sound) {
            Some(opens_at) => self.opens_at = opens_at,
            None => self.wrong(
                "opens_at",
                "Podaj datę i godzinę, na przykład 2026-03-02T10:00 (czas warszawski) albo 2026-03-02T10:00:00+01:00.",
                "Give date and time, for example 2026-03-02T10:00 (Warsaw time) or 2026-03-02T10:00:00+01:00.",
            ),
        }
    }

    fn terms(&mut self) -> Option<Terms> {
        let read = match (&self.file.terms, &self.file.preset) {
            (Some(terms), None) => read_terms("terms", terms.clone()),
            (None, Some(preset)) => terms_from(&preset.id, &preset.answers).map_err(of_preset),
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
        for (index, tail) in file.tails.iter().enumerate() {
            self.salt(format!("tails[{index}].salt"), tail.salt.as_ref());
            let most = longest.next();
            if terms.is_some() && most.is_none_or(|most| tail.length.0 > most) {
                self.wrong(
                    format!("tails[{index}].length"),
                    "Żaden etap nie ma tak długiego losowego zakończenia.",
                    "No phase has so long a random tail here.",
                );
            }
        }
        let given = file.tails.iter();
        given
            .map(|tail| (tail.length.0, tail.salt.clone()))
            .collect()
    }

    fn bidders(&mut self, chance: &Chance) -> Vec<Admitted> {
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
            let offer = self.offer(&path("offer"), &bidder.offer);
            // Without a commitment the salt was none, and that is a fault already.
            let Some(commitment) = disclosure.commitment() else {
                continue;
            };
            admitted.push(Admitted {
                id: bidder.id.clone(),
                disclosure,
                bidder: commitment,
                offer,
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

    fn offer(
        &mut self,
        path: &str,
        offer: &BTreeMap<String, Decimal>,
    ) -> BTreeMap<ValueId, Decimal> {
        let mut named = BTreeMap::new();
        for (value, amount) in offer {
            match ValueId::new(value) {
                Ok(id) => drop(named.insert(id, *amount)),
                Err(bad) => self.wrong(
                    path,
                    format!("Nazwa wartości ma 1–32 małych liter, cyfr lub kresek: {value:?}."),
                    format!("{bad}: {value:?}."),
                ),
            }
        }
        named
    }
}

/// The faults of a preset's answers, as paths of the scenario.
fn of_preset(problem: Problem) -> Problem {
    match problem {
        Problem::Faults(mut faults) => {
            for fault in &mut faults {
                fault.path = format!("preset.{}", fault.path);
            }
            Problem::Faults(faults)
        }
        Problem::NotFound => Problem::field(
            "preset.id",
            "Nie ma takiego wzoru.",
            "There is no such preset.",
        ),
        problem => problem,
    }
}
