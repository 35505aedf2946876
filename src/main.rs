//! The program `ebok`.

use clap::{Parser, Subcommand};
use ebok::cli::{admin, demo, serve, verify};
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
    /// Check a published log offline.
    Verify(verify::VerifyFlags),
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Serve(flags) => serve::run(*flags).await?,
        Command::Demo(flags) => demo::run(flags).await?,
        Command::Admin(command) => admin::run(command).await?,
        Command::Verify(flags) => {
            if !verify::run(&flags)? {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
