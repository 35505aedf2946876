//! `ebok admin`: work on the machine itself.

use crate::chain;
use crate::clock::Clock;
use crate::config::StoreFlags;
use crate::identity::{Effort, Now, Passwords, accounts as issuing};
use crate::store::Store;
use crate::store::accounts::{self, StaffRole};
use crate::store::audit::{self, Chain};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// What is done.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Accounts of the staff.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Check the hash chain of the audit log and print its head.
    Audit {
        #[command(flatten)]
        #[allow(missing_docs)]
        store: StoreFlags,
    },
    /// Make an admin key, to be kept apart from the server, and print its fingerprint.
    Key {
        /// Where to write it; the file must not exist.
        file: PathBuf,
    },
}

/// What is done with an account.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account and print its one-time password, once.
    Add(AddFlags),
    /// List the accounts.
    List {
        #[command(flatten)]
        #[allow(missing_docs)]
        store: StoreFlags,
    },
    /// Block an account and end its sessions.
    Block {
        #[command(flatten)]
        #[allow(missing_docs)]
        store: StoreFlags,
        /// What is typed to log in.
        #[arg(long)]
        login: String,
    },
}

/// Flags of `ebok admin account add`.
#[derive(Debug, Args)]
pub struct AddFlags {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub store: StoreFlags,
    /// What is typed to log in.
    #[arg(long)]
    pub login: String,
    /// What the account may do.
    #[arg(long, value_enum)]
    pub role: StaffRole,
    /// The person's name; without it the log-in stands for it.
    #[arg(long)]
    pub name: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Does it.
///
/// # Errors
/// When it cannot be done; nothing is changed then.
pub async fn run(command: AdminCommand) -> anyhow::Result<()> {
    match command {
        AdminCommand::Account(AccountCommand::Add(flags)) => add(&flags).await,
        AdminCommand::Account(AccountCommand::List { store }) => list(&store).await,
        AdminCommand::Account(AccountCommand::Block { store, login }) => {
            block(&store, &login).await
        }
        AdminCommand::Audit { store } => check_audit(&store).await,
        AdminCommand::Key { file } => {
            println!("fingerprint: {}", chain::make_admin_key(&file)?);
            Ok(())
        }
    }
}

async fn add(flags: &AddFlags) -> anyhow::Result<()> {
    let store = open(&flags.store).await?;
    let passwords = Passwords::start(Effort::OWASP)?;
    let name = flags.name.as_deref().unwrap_or(&flags.login);
    let issued =
        issuing::add_account(&store, &passwords, &now(), &flags.login, name, flags.role).await?;
    if flags.json {
        println!(
            "{}",
            json!({ "login": issued.login, "password": issued.password })
        );
    } else {
        println!("login: {}", issued.login);
        println!("one-time password: {}", issued.password);
    }
    Ok(())
}

async fn list(flags: &StoreFlags) -> anyhow::Result<()> {
    for account in accounts::all(&open(flags).await?).await? {
        let blocked = if account.blocked_at.is_some() {
            "\tblocked"
        } else {
            ""
        };
        println!(
            "{}\t{}\t{}{blocked}",
            account.login,
            account.role.as_str(),
            account.name
        );
    }
    Ok(())
}

async fn block(flags: &StoreFlags, login: &str) -> anyhow::Result<()> {
    if !issuing::block_account(&open(flags).await?, &now(), login).await? {
        bail!("nobody has the log-in {login}");
    }
    println!("blocked: {login}");
    Ok(())
}

async fn check_audit(flags: &StoreFlags) -> anyhow::Result<()> {
    match audit::verify(&open(flags).await?).await? {
        Chain::Broken(seq) => bail!("the chain is broken at entry {seq}"),
        Chain::Whole(None) => println!("entries: 0"),
        Chain::Whole(Some((seq, head))) => {
            println!("entries: {seq}");
            println!("head: {head}");
        }
    }
    Ok(())
}

async fn open(flags: &StoreFlags) -> anyhow::Result<Store> {
    Store::open(&flags.place())
        .await
        .context("opening the store")
}

fn now() -> Now {
    super::now_of(&Clock::start())
}
