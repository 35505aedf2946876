//! Simulated bidders and observers that check the server's promises while they load it, and the
//! server's figures as ratios to what the machine can do at best.

mod api;
mod bidder;
mod checks;
mod clock;
mod course;
mod evidence;
mod faults;
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
mod ratios;
mod receipt;
mod report;
mod run;
mod scenario;
mod schedule;
mod secrecy;
mod server;
mod setup;
mod silence;
mod terms;
mod usage;
mod viewer;

use clap::Parser;
use std::process::ExitCode;

/// Exit status when the run could not be made.
const NOT_RUN: u8 = 2;

/// Plays a scenario as the command line says; the exit status tells whether all promises were kept.
#[tokio::main]
pub async fn loadtest() -> ExitCode {
    let options = options::Options::parse();
    status(run::play(&options).await.map(|report| report.passed()))
}

/// Measures the server against baselines of the same run.
#[tokio::main(flavor = "current_thread")]
pub async fn ratios() -> ExitCode {
    status(ratios::play(&ratios::Options::parse()).await.map(|()| true))
}

fn status(played: anyhow::Result<bool>) -> ExitCode {
    match played {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(NOT_RUN)
        }
    }
}
