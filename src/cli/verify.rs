//! `ebok verify`: checks a published log offline.

use crate::chain::stamp::Anchors;
use anyhow::{Context, bail};
use auction_rules::log::Receipt;
use auction_rules::verify::{Expected, Fault, Place, Report, verify};
use auction_rules::{Digest, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde::Deserialize;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest file that is read: a log of some million attempts.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// Flags of `ebok verify`.
#[derive(Debug, Args)]
pub struct VerifyFlags {
    /// The published log, as served at /api/auctions/<id>/log; - reads it from standard input.
    pub log: PathBuf,
    /// The admin key's fingerprint, from the invitation or the credentials letter.
    #[arg(long, value_name = "FINGERPRINT")]
    pub key: Option<Digest>,
    /// A receipt (or several in one file) that must stand in the log. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub receipt: Vec<PathBuf>,
    /// A head seen elsewhere that the log must reach.
    #[arg(long)]
    pub head: Option<Digest>,
    /// PEM file with the certificates that vouch for the authority whose time stamp the log must
    /// carry.
    #[arg(long, value_name = "FILE")]
    pub tsa_ca: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Checks the log and prints what was found. Answers whether everything is right.
///
/// # Errors
/// When a file cannot be read or is not what it should be.
pub fn run(flags: &VerifyFlags) -> anyhow::Result<bool> {
    let mut receipts = Vec::new();
    for file in &flags.receipt {
        receipts.extend(read_receipts(file)?);
    }
    let expected = Expected {
        fingerprint: flags.key,
        receipts,
        head: flags.head,
    };
    let mut report = match verify(&read(&flags.log)?, &expected) {
        Ok(report) => report,
        Err(why) => bail!("{}: {why}", flags.log.display()),
    };
    if let Some(file) = &flags.tsa_ca {
        let context = || format!("{} holds no certificate", file.display());
        let anchors = Anchors::read(read(file)?.as_bytes()).with_context(context)?;
        match stamped(&report, &anchors) {
            Ok(at) => report.stamped_at = Some(at),
            Err(what) => report.faults.push(Fault {
                place: Place::Stamp,
                what,
            }),
        }
    }
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(report.faults.is_empty())
}

/// When the sealed head was stamped; why that is not proven.
fn stamped(report: &Report, anchors: &Anchors) -> Result<Timestamp, String> {
    let Some(stamp) = &report.stamp else {
        return Err("the log carries none".to_owned());
    };
    let Some(head) = &report.sealed_head else {
        return Err("the log was not sealed".to_owned());
    };
    let token = STANDARD.decode(stamp);
    let token = token.map_err(|error| format!("it is no base64: {error}"))?;
    anchors
        .check(&token, head)
        .map_err(|error| error.to_string())
}

fn print(report: &Report) {
    println!("auction  {}", report.auction);
    let counted = |count: u64, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    };
    println!(
        "log      {} in {}",
        counted(report.entries, "entry", "entries"),
        counted(report.batches, "batch", "batches")
    );
    println!("head     {}", report.head);
    if let Some(result) = &report.result {
        match result.winner {
            Some(alias) => println!("winner   bidder {alias}{}", named(report)),
            None if result.tied.is_empty() => println!("winner   none"),
            None => println!(
                "winner   none: {} offers share the first place",
                result.tied.len()
            ),
        }
    }
    if report.receipts > 0 {
        println!("receipts {} proven and found", report.receipts);
    }
    let refuted = report.faults.iter().any(|one| one.place == Place::Stamp);
    match (report.stamped_at, &report.stamp) {
        (Some(at), _) => println!("stamped  {}{}", utc(at), after_seal(report, at)),
        (None, Some(_)) if !refuted => {
            println!("stamped  not checked: --tsa-ca names who vouches for it");
        }
        _ => {}
    }
    if report.unopened > 0 {
        println!(
            "sealed   {} commitments that nothing opens",
            report.unopened
        );
    }
    if report.faults.is_empty() {
        println!("valid    chain, signatures and receipts hold; the rules repeat the result");
        return;
    }
    println!("NOT VALID");
    for fault in &report.faults {
        println!("  {fault}");
    }
}

fn utc(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0);
    time.map_or_else(|_| at.0.to_string(), |time| time.to_string())
}

/// How the authority's clock stands to the server's, which sealed the log before it asked.
fn after_seal(report: &Report, at: Timestamp) -> String {
    let Some(sealed_at) = report.sealed_at else {
        return String::new();
    };
    // The token has whole seconds.
    let seconds = at.0.div_euclid(1_000) - sealed_at.0.div_euclid(1_000);
    match seconds {
        0.. => format!(", {seconds} s after the seal"),
        _ => format!(", {} s before the seal by the server's clock", -seconds),
    }
}

fn named(report: &Report) -> String {
    let identity = report.winner.as_ref().map(|winner| &winner.identity);
    let parts = identity.map_or([""; 2], |identity| [&*identity.name, &*identity.seat]);
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.map(|part| format!(", {part}")).collect()
}

/// Receipts as they come: one, a list, or the messages of the live protocol that carried them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Receipts {
    One(Receipt),
    Message { receipt: Receipt },
    Many(Vec<Receipts>),
}

impl Receipts {
    fn flat(self) -> Vec<Receipt> {
        match self {
            Self::One(receipt) | Self::Message { receipt } => vec![receipt],
            Self::Many(all) => all.into_iter().flat_map(Self::flat).collect(),
        }
    }
}

fn read_receipts(file: &Path) -> anyhow::Result<Vec<Receipt>> {
    let receipts: Receipts = serde_json::from_str(&read(file)?)
        .with_context(|| format!("{} holds no receipt", file.display()))?;
    Ok(receipts.flat())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let context = || format!("cannot read {}", file.display());
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin()
            .take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .with_context(context)?;
    } else {
        let opened = fs::File::open(file).with_context(context)?;
        opened
            .take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .with_context(context)?;
    }
    Ok(text)
}
