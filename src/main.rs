//! The program `ebok`.

use clap::{Parser, Subcommand};
use ebok::cli::{admin, demo, serve, simulate, verify};
use ebok::config::ServeFlags;
use std::process::ExitCode;

/// The online office of a city, built around a real-time reverse-auction server.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(Box<ServeFlags>),
    /// Show a live auction with bots, and print the log-in of every role.
    Demo(demo::DemoFlags),
    /// Work on the machine itself.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Play an auction from a scenario file in virtual time (docs/scenario.md).
    Simulate(simulate::SimulateFlags),
    /// Check a published log offline.
    Verify(verify::VerifyFlags),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(flags) => serve::run(*flags).await.map(|()| true),
        Command::Demo(flags) => demo::run(flags).await.map(|()| true),
        Command::Admin(command) => admin::run(command).await.map(|()| true),
        Command::Simulate(flags) => simulate::run(&flags).map(|()| true),
        Command::Verify(flags) => verify::run(&flags),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // The sentence with its causes; a backtrace tells an operator nothing.
            eprintln!("ebok: {error:#}");
            ExitCode::from(2)
        }
    }
}
