//! Simulated bidders and observers that check the server's promises while they load it.

mod api;
mod bidder;
mod checks;
mod clock;
mod course;
mod evidence;
mod feed;
mod figures;
mod keys;
mod limits;
mod link;
mod machine;
mod merkle;
mod observer;
mod options;
mod pacer;
mod price;
mod progress;
mod public_frame;
mod published;
mod receipt;
mod report;
mod run;
mod scenario;
mod schedule;
mod secrecy;
mod server;
mod setup;
mod terms;
mod usage;
mod viewer;

use anyhow::{Context, Result, bail};
use clap::Parser;
use options::Options;
use report::Report;
use std::process::ExitCode;

/// Exit status when a promise was broken.
const BROKEN: u8 = 1;
/// Exit status when the run could not be made.
const NOT_RUN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match play(&options).await {
        Ok(report) if report.passed() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(BROKEN),
        Err(error) => {
            eprintln!("loadtest: {error:#}");
            ExitCode::from(NOT_RUN)
        }
    }
}

/// Runs until the report, or until somebody interrupts; a spawned server ends either way.
async fn play(options: &Options) -> Result<Report> {
    let report = tokio::select! {
        report = run::run(options) => report?,
        ended = interrupted() => { ended?; bail!("interrupted") }
    };
    print!("{report}");
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, json + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report)
}

/// Waits until somebody asks this program to end.
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminated.recv() => Ok(()),
    }
}
