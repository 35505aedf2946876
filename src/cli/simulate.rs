//! `ebok simulate`: an auction played from a scenario file in virtual time.

use crate::document::Lang;
use crate::limits::SCENARIO_BYTES_MAX;
use crate::simulate::log::Scribe;
use crate::simulate::{Played, Scenario, Written, play, play_recorded, text};
use anyhow::{Context, anyhow, bail};
use auction_rules::TermsFault;
use auction_rules::verify::FORMAT;
use clap::Args;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Flags of `ebok simulate`.
#[derive(Debug, Args)]
pub struct SimulateFlags {
    /// The scenario, as docs/scenario.md describes it; - reads it from standard input.
    pub scenario: PathBuf,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The language of the report.
    #[arg(long, value_enum, default_value_t = ReportLang::En)]
    pub lang: ReportLang,
    /// Write the log as it would be published, signed with a key made for it alone. A file that is
    /// there already is written over only when it is such a log.
    #[arg(long, value_name = "OUT")]
    pub log: Option<PathBuf>,
}

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportLang {
    /// Polish.
    Pl,
    /// English.
    En,
}

impl From<ReportLang> for Lang {
    fn from(lang: ReportLang) -> Self {
        match lang {
            ReportLang::Pl => Self::Pl,
            ReportLang::En => Self::En,
        }
    }
}

/// Plays the scenario and prints what came of it.
///
/// # Errors
/// When the scenario cannot be read or is wrong, or the log cannot be written.
pub fn run(flags: &SimulateFlags) -> anyhow::Result<()> {
    let lang = Lang::from(flags.lang);
    if let Some(out) = &flags.log {
        may_be_written(out)?;
    }
    let faulty = |faults: Vec<TermsFault>| wrong(&flags.scenario, lang, &faults);
    let scenario = Scenario::read(&read(&flags.scenario)?).map_err(faulty)?;
    let played = match &flags.log {
        None => play(&scenario).map_err(&faulty)?,
        Some(out) => recorded(&scenario, out, faulty)?,
    };
    say(&match flags.json {
        true => serde_json::to_string_pretty(&played.report)?,
        false => text::write(&played.report, lang),
    })?;
    Ok(())
}

/// Whether a log may be put there: nothing else is written over.
fn may_be_written(out: &Path) -> anyhow::Result<()> {
    if out == Path::new("-") {
        bail!("--log takes the name of a file: standard output has the report");
    }
    // What is not there, a pipe or a device loses nothing.
    let Ok(there) = std::fs::metadata(out) else {
        return Ok(());
    };
    if !there.is_file() || there.len() == 0 {
        return Ok(());
    }
    let context = || format!("cannot read {}", out.display());
    let begins = format!("{{\"format\":\"{FORMAT}\",");
    let mut found = Vec::new();
    let mut file = File::open(out)
        .with_context(context)?
        .take(begins.len() as u64);
    file.read_to_end(&mut found).with_context(context)?;
    if found != begins.as_bytes() {
        bail!(
            "{} is there already and is no log: give --log another name",
            out.display()
        );
    }
    Ok(())
}

/// A reader who has seen enough is no fault.
fn say(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}

/// Plays the scenario, and writes its log.
fn recorded(
    scenario: &Scenario,
    out: &Path,
    faulty: impl Fn(Vec<TermsFault>) -> anyhow::Error,
) -> anyhow::Result<Played> {
    let mut scribe = Scribe::new(scenario)?;
    let key = scribe.fingerprint();
    let played = play_recorded(scenario, scribe.writer(), |entries| scribe.bind(entries));
    let mut played = played.map_err(faulty)?;
    let log = scribe.published(&played, scenario)?;
    let context = || format!("cannot write {}", out.display());
    let mut file = BufWriter::new(File::create(out).with_context(context)?);
    serde_json::to_writer(&mut file, &log).with_context(context)?;
    file.write_all(b"\n").with_context(context)?;
    file.flush().with_context(context)?;
    let file = out.display().to_string();
    played.report.log = Some(Written { file, key });
    Ok(played)
}

fn wrong(file: &Path, lang: Lang, faults: &[TermsFault]) -> anyhow::Error {
    let said = faults.iter().map(|fault| match fault.path.as_str() {
        "" => format!("\n  {}", lang.of(&fault.text)),
        path => format!("\n  {path}: {}", lang.of(&fault.text)),
    });
    let said = text::printable(&said.collect::<String>());
    anyhow!("{}:{said}", file.display())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let context = || format!("cannot read {}", file.display());
    let mut bytes = Vec::new();
    let most = SCENARIO_BYTES_MAX + 1;
    let count = match file == Path::new("-") {
        true => std::io::stdin().take(most).read_to_end(&mut bytes),
        false => {
            let opened = File::open(file).with_context(context)?;
            opened.take(most).read_to_end(&mut bytes)
        }
    };
    if count.with_context(context)? as u64 > SCENARIO_BYTES_MAX {
        bail!(
            "{}: a scenario has at most {} MiB",
            file.display(),
            SCENARIO_BYTES_MAX >> 20
        );
    }
    String::from_utf8(bytes).map_err(|_| anyhow!("{}: this is not text in UTF-8", file.display()))
}
