//! `ebok admin`: work on the machine itself.

use crate::chain;
use crate::clock::Clock;
use crate::config::StoreFlags;
use crate::identity::{Effort, Now, Passwords, accounts as issuing};
use crate::office::procedures::Catalogue;
use crate::store::accounts::{self, StaffRole};
use crate::store::audit::{self, Chain, audit};
use crate::store::positions::{self, Position};
use crate::store::{Store, new_id};
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
    /// Positions of the office.
    #[command(subcommand)]
    Position(PositionCommand),
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

/// What is done with a position.
#[derive(Debug, Subcommand)]
pub enum PositionCommand {
    /// Add a position to a department and give it to an account.
    Add(PositionFlags),
}

/// Flags of `ebok admin position add`.
#[derive(Debug, Args)]
pub struct PositionFlags {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub store: StoreFlags,
    /// The department's code, as in `data/departments.json`.
    #[arg(long)]
    pub unit: String,
    /// What the position is called.
    #[arg(long)]
    pub title: String,
    /// The log-in of the clerk who holds it; without it the position is vacant.
    #[arg(long)]
    pub login: Option<String>,
    /// Letters to the department lie with it first.
    #[arg(long)]
    pub takes_letters: bool,
    /// Replies of the department wait for its approval.
    #[arg(long)]
    pub approves: bool,
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
        AdminCommand::Position(PositionCommand::Add(flags)) => add_position(&flags).await,
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

async fn add_position(flags: &PositionFlags) -> anyhow::Result<()> {
    if Catalogue::embedded().department(&flags.unit).is_none() {
        bail!("there is no department {}", flags.unit);
    }
    let store = open(&flags.store).await?;
    let account = match &flags.login {
        None => None,
        Some(login) => {
            let found = accounts::by_login(&store, login).await?;
            let clerk = found.filter(|account| account.role == StaffRole::Clerk);
            let clerk = clerk.with_context(|| format!("no clerk has the log-in {login}"))?;
            Some(clerk.id)
        }
    };
    let position = Position {
        id: new_id(),
        unit: flags.unit.clone(),
        title: flags.title.clone(),
        account,
        takes_letters: flags.takes_letters,
        approves: flags.approves,
    };
    let at = now()();
    let mut tx = store.write_tx().await?;
    positions::insert(&mut tx, at, &position).await?;
    let details = json!({ "position": position.id, "unit": position.unit });
    audit(&mut tx, at, "console", "position.added", &details).await?;
    tx.commit().await?;
    println!("position: {}", position.id);
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
