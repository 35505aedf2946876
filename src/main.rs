//! The program `ebok`.

use clap::{Parser, Subcommand};
use ebok::cli::{admin, serve};
use ebok::config::ServeFlags;

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
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve(flags) => serve::run(*flags).await,
        Command::Admin(command) => admin::run(command).await,
    }
}
