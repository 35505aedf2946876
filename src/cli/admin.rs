//! `ebok admin`: work on the machine itself.

use crate::chain;
use crate::clock::Clock;
use crate::config::StoreFlags;
use crate::identity::{Effort, Now, Passwords, accounts as issuing};
use crate::office::positions::{self, Change, Holder, NewPosition};
use crate::store::Store;
use crate::store::accounts::{self, StaffRole};
use crate::store::audit::{self, Chain};
use crate::store::positions::{self as stored, Position};
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
    /// List the positions with their ids.
    List {
        #[command(flatten)]
        #[allow(missing_docs)]
        store: StoreFlags,
    },
    /// Change a position; what is not named stays.
    Change(ChangeFlags),
    /// End a position. Its cases, opinions and replies go to its successor.
    End {
        #[command(flatten)]
        #[allow(missing_docs)]
        store: StoreFlags,
        /// The position's id.
        id: String,
        /// The id of the position to which its work goes.
        #[arg(long)]
        successor: Option<String>,
    },
}

/// Flags of `ebok admin position change`.
#[derive(Debug, Args)]
pub struct ChangeFlags {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub store: StoreFlags,
    /// The position's id.
    pub id: String,
    /// What the position is called.
    #[arg(long)]
    pub title: Option<String>,
    /// The log-in of the clerk or officer who holds it.
    #[arg(long, conflicts_with = "vacant")]
    pub login: Option<String>,
    /// Nobody holds it.
    #[arg(long)]
    pub vacant: bool,
    /// Whether letters to the department lie with it first.
    #[arg(long, value_name = "true|false")]
    pub takes_letters: Option<bool>,
    /// Whether replies of the department wait for its approval.
    #[arg(long, value_name = "true|false")]
    pub approves: Option<bool>,
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
    /// The log-in of the clerk or officer who holds it; without it the position is vacant.
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
        AdminCommand::Position(command) => position(command).await,
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

async fn position(command: PositionCommand) -> anyhow::Result<()> {
    match command {
        PositionCommand::Add(flags) => {
            let store = open(&flags.store).await?;
            let new = NewPosition {
                unit: flags.unit,
                title: flags.title,
                login: flags.login,
                takes_letters: flags.takes_letters,
                approves: flags.approves,
            };
            let position = positions::add(&store, &now(), new).await?;
            println!("position: {}", position.id);
        }
        PositionCommand::List { store } => list_positions(&store).await?,
        PositionCommand::Change(flags) => {
            let holder = match flags.vacant {
                true => Some(Holder::Nobody),
                false => flags.login.map(Holder::Login),
            };
            let change = Change {
                title: flags.title,
                holder,
                takes_letters: flags.takes_letters,
                approves: flags.approves,
            };
            let store = open(&flags.store).await?;
            let position = positions::change(&store, &now(), &flags.id, &change).await?;
            println!("changed: {}", position.id);
        }
        PositionCommand::End {
            store,
            id,
            successor,
        } => {
            let store = open(&store).await?;
            positions::end(&store, &now(), &id, successor.as_deref()).await?;
            println!("ended: {id}");
        }
    }
    Ok(())
}

async fn list_positions(flags: &StoreFlags) -> anyhow::Result<()> {
    let store = open(flags).await?;
    for position in stored::all(&store).await? {
        let account = match &position.account {
            Some(account) => accounts::by_id(&store, account).await?,
            None => None,
        };
        let holder = account.map_or_else(|| "vacant".to_owned(), |account| account.login);
        let takes = if position.takes_letters {
            "\ttakes letters"
        } else {
            ""
        };
        let approves = if position.approves { "\tapproves" } else { "" };
        let Position {
            id, unit, title, ..
        } = position;
        println!("{id}\t{unit}\t{title}\t{holder}{takes}{approves}");
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
