//! All procedures of this program: those in force, and the versions before them that drafts may
//! still be pinned to.

use super::search::Index;
use super::{Class, Department, ListFaults, Procedure, ProcedureId, UNVERIFIED, fit, jrwa};
use crate::error::Problem;
use crate::folding::folded;
use crate::limits::{JRWA_NAMED_MAX, PROCEDURES_FOUND_MAX};
use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "data"]
#[include = "departments.json"]
#[include = "jrwa.csv"]
#[include = "procedures/*.json"]
#[include = "procedures/earlier/*.json"]
#[exclude = "procedures/examples/*"]
struct Data;

const DEPARTMENTS: &str = "departments.json";
const JRWA: &str = "jrwa.csv";
const EARLIER: &str = "procedures/earlier/";

static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
    let (catalogue, faults) = Catalogue::read(embedded_files());
    for fault in faults {
        tracing::error!(%fault, "a procedure cannot be offered");
    }
    catalogue
});

/// What is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub file: String,
    /// The place in it, as in `form.pages[0].questions[2].kind`.
    pub path: String,
    /// What is wrong.
    pub sentence: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.path, self.sentence)
    }
}

/// All procedures.
pub struct Catalogue {
    departments: Vec<Department>,
    classes: Vec<Class>,
    /// Those in force, by their titles.
    current: Vec<Procedure>,
    /// Versions that were in force before.
    earlier: BTreeMap<(ProcedureId, u32), Procedure>,
    index: Index,
}

impl Catalogue {
    /// The catalogue of this program. What cannot be offered is logged and left out; a test finds it
    /// before.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The catalogue of this program with an office's own list of classes, a CSV file, in place of the
    /// embedded one.
    ///
    /// # Errors
    /// All that is wrong with the list, by lines.
    pub fn of_office(jrwa: &[u8]) -> Result<Self, ListFaults> {
        // What is wrong with the embedded files is told where they are used as they are.
        let (mut catalogue, _) = Self::read(embedded_files());
        let list = jrwa::of_office(jrwa, |id| catalogue.find(id).is_some())?;
        let all = catalogue
            .current
            .iter_mut()
            .chain(catalogue.earlier.values_mut());
        for procedure in all {
            if let Some(class) = list.of_procedures.get(&procedure.id.0) {
                procedure.jrwa.clone_from(class);
            }
        }
        catalogue.classes = list.classes;
        Ok(catalogue)
    }

    /// A catalogue of these files, by their paths under `data/`, and all that is wrong with them.
    #[must_use]
    pub fn read(files: Vec<(String, String)>) -> (Self, Vec<Unreadable>) {
        let mut faults = Vec::new();
        let classes = classes(&files, &mut faults);
        let departments = departments(&files, &classes, &mut faults);
        let mut current = Vec::new();
        let mut earlier = BTreeMap::new();
        for (path, text) in files
            .iter()
            .filter(|(path, _)| path.starts_with("procedures/"))
        {
            match procedure(path, text, &departments, &classes) {
                Ok(procedure) if path.starts_with(EARLIER) => {
                    earlier.insert((procedure.id.clone(), procedure.version), procedure);
                }
                Ok(procedure) => current.push(procedure),
                Err(found) => faults.extend(found),
            }
        }
        current.sort_by(|a, b| a.title.pl.cmp(&b.title.pl));
        let index = Index::of(&current, &departments);
        let catalogue = Self {
            departments,
            classes,
            current,
            earlier,
            index,
        };
        (catalogue, faults)
    }

    /// A procedure in force.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Procedure> {
        self.current.iter().find(|procedure| procedure.id.0 == id)
    }

    /// A version of a procedure, in force or not any more.
    #[must_use]
    pub fn version(&self, id: &str, version: u32) -> Option<&Procedure> {
        let current = self.find(id).filter(|found| found.version == version);
        current.or_else(|| self.earlier.get(&(ProcedureId(id.to_owned()), version)))
    }

    /// The last day for a letter of a procedure that was received on a day; none where there is no
    /// deadline, or no such version.
    #[must_use]
    pub fn last_day(&self, id: &str, version: i64, received: Date) -> Option<Date> {
        let procedure = self.version(id, u32::try_from(version).ok()?)?;
        procedure.deadline.term.ends(received)
    }

    /// Those in force, by their titles.
    #[must_use]
    pub fn all(&self) -> &[Procedure] {
        &self.current
    }

    /// Those in force that fit these words in either language, best first and at most
    /// [`PROCEDURES_FOUND_MAX`]. Polish letters may be written without their marks, and words in
    /// another form.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&Procedure> {
        let found = self.index.search(words);
        let procedures = found
            .into_iter()
            .filter_map(|place| self.current.get(place));
        procedures.take(PROCEDURES_FOUND_MAX).collect()
    }

    /// The departments, in the order of their file.
    #[must_use]
    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    /// A department by its code.
    #[must_use]
    pub fn department(&self, code: &str) -> Option<&Department> {
        self.departments.iter().find(|known| known.code == code)
    }

    /// The department that runs tenders, and the class in which it keeps their cases; none in an office
    /// whose data name none.
    #[must_use]
    pub fn tenders(&self) -> Option<(&Department, &str)> {
        let mut all = self.departments.iter();
        all.find_map(|one| Some((one, one.tenders.as_deref()?)))
    }

    /// Every class in which cases are kept, in the order of the file.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The class that somebody means who types its number, or words of its title.
    ///
    /// # Errors
    /// None or several fit: those are named.
    pub fn typed_class(&self, typed: &str) -> Result<&Class, Problem> {
        // Not the one that stands for none.
        let mut known = self.classes.iter().filter(|one| one.class != UNVERIFIED);
        let is_digit = |c: char| c.is_ascii_digit();
        let number = typed
            .trim()
            .split(|c| !is_digit(c))
            .next()
            .unwrap_or_default();
        if let Some(found) = known.clone().find(|one| one.class == number) {
            return Ok(found);
        }
        let typed = folded(typed);
        let fits = |one: &&Class| {
            let title = folded(&one.title);
            typed.split_whitespace().all(|word| title.contains(word))
        };
        let by_words = !typed.trim().is_empty() && number.is_empty();
        let named: Vec<_> = known
            .by_ref()
            .filter(|one| by_words && fits(one))
            .take(JRWA_NAMED_MAX)
            .map(ToString::to_string)
            .collect();
        let named = named.join("; ");
        Err(match named.as_str() {
            "" => Problem::field(
                "jrwa",
                "Nie ma takiej klasy w wykazie akt.",
                "There is no such class in the list of files.",
            ),
            named => Problem::field(
                "jrwa",
                format!("Wpisz numer klasy. Pasują: {named}."),
                format!("Enter the number of the class. These fit: {named}."),
            ),
        })
    }

    /// The class in which a procedure's cases are kept.
    #[must_use]
    pub fn class(&self, procedure: &Procedure) -> Option<&Class> {
        self.classes
            .iter()
            .find(|known| known.class == procedure.jrwa)
    }

    /// Whether a procedure may be offered: its class was verified, or this is a demo.
    #[must_use]
    pub fn is_published(&self, procedure: &Procedure, is_demo: bool) -> bool {
        is_demo || self.class(procedure).is_some_and(Class::is_verified)
    }

    /// A procedure in force that is offered.
    ///
    /// # Errors
    /// When there is none of this name, or it may not be offered.
    pub fn offered(&self, id: &str, is_demo: bool) -> Result<&Procedure, Problem> {
        let found = self.find(id);
        found
            .filter(|found| self.is_published(found, is_demo))
            .ok_or(Problem::NotFound)
    }
}

/// The files that were embedded, by their paths.
fn embedded_files() -> Vec<(String, String)> {
    Data::iter()
        .filter_map(|path| {
            let file = Data::get(&path)?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            Some((path.into_owned(), text))
        })
        .collect()
}

fn departments(
    files: &[(String, String)],
    classes: &[Class],
    faults: &mut Vec<Unreadable>,
) -> Vec<Department> {
    let read: Result<Vec<Department>, _> = json(DEPARTMENTS, text_of(files, DEPARTMENTS));
    let found = read.map(|all| (fit::departments(&all, classes), all));
    match found {
        Ok((unfit, all)) => {
            faults.extend(unfit.into_iter().map(|fault| fault.of(DEPARTMENTS)));
            all
        }
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

fn classes(files: &[(String, String)], faults: &mut Vec<Unreadable>) -> Vec<Class> {
    jrwa::read(text_of(files, JRWA)).unwrap_or_else(|error| {
        faults.push(Unreadable {
            file: JRWA.to_owned(),
            path: String::new(),
            sentence: error.to_string(),
        });
        Vec::new()
    })
}

fn text_of<'a>(files: &'a [(String, String)], path: &str) -> &'a str {
    let found = files.iter().find(|(known, _)| known == path);
    found.map_or("", |(_, text)| text)
}

fn procedure(
    path: &str,
    text: &str,
    departments: &[Department],
    classes: &[Class],
) -> Result<Procedure, Vec<Unreadable>> {
    let procedure: Procedure = json(path, text).map_err(|fault| vec![fault])?;
    let mut faults = procedure.unfit(departments, classes);
    let (id, version) = (&procedure.id, procedure.version);
    let name = match path.starts_with(EARLIER) {
        true => format!("{EARLIER}{id}.{version}.json"),
        false => format!("procedures/{id}.json"),
    };
    if name != path {
        faults.push(Unreadable {
            file: String::new(),
            path: "id".to_owned(),
            sentence: format!("the file of this id and version is {name}"),
        });
    }
    if faults.is_empty() {
        return Ok(procedure);
    }
    Err(faults.into_iter().map(|fault| fault.of(path)).collect())
}

fn json<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Unreadable> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| Unreadable {
        file: file.to_owned(),
        path: error.path().to_string(),
        sentence: error.inner().to_string(),
    })?;
    json.end().map_err(|error| Unreadable {
        file: file.to_owned(),
        path: String::new(),
        sentence: error.to_string(),
    })?;
    Ok(read)
}

impl Unreadable {
    fn of(self, file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..self
        }
    }
}
