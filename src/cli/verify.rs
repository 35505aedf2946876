//! `ebok verify`: checks a published log offline.

use anyhow::{Context, bail};
use auction_rules::Digest;
use auction_rules::log::Receipt;
use auction_rules::verify::{Expected, Report, verify};
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
    let report = match verify(&read(&flags.log)?, &expected) {
        Ok(report) => report,
        Err(why) => bail!("{}: {why}", flags.log.display()),
    };
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(report.faults.is_empty())
}

fn print(report: &Report) {
    println!("auction  {}", report.auction);
    println!(
        "log      {} entries in {} batches",
        report.entries, report.batches
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

fn named(report: &Report) -> String {
    match &report.winner {
        Some(winner) => format!(", {}, {}", winner.identity.name, winner.identity.seat),
        None => String::new(),
    }
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
