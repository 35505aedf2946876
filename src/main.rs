//! The program `ebok`.

use clap::{Parser, Subcommand};
use ebok::cli::{admin, serve};
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
    /// Work on the machine itself.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(flags) => serve::run(*flags).await,
        Command::Admin(command) => admin::run(command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The sentence with its causes; a backtrace tells an operator nothing.
            eprintln!("ebok: {error:#}");
            ExitCode::FAILURE
        }
    }
}
