//! `ebok demo`: an office at work. A tender whose auction opens within a minute, with bots that bid, and
//! citizens whose letters and cases are in every state; the log-in of every role is printed. When the
//! auction is over the next lot comes up, so there is always one to watch. Everything lies in a folder of
//! its own and goes with the demo; its secrets are made at each start.

use super::serve::Running;
use crate::auction::bot::Bot;
use crate::config::{JournalKind, LogFormat, OidcFlags, RedisFlags, ServeFlags, StoreFlags};
use crate::identity::accounts::{Issued, add_account};
use crate::identity::login::LogIn;
use crate::identity::{Who, secrets};
use crate::office::documents::scanning::Scanner;
use crate::store::accounts::StaffRole;
use crate::telemetry;
use crate::tender::admission::NewAdmission;
use crate::tender::bidders::{Issue, NewBidder};
use crate::tender::gate::PublicResult;
use crate::tender::lots::NewLot;
use crate::tender::moment::Moment;
use crate::tender::tenders::NewTender;
use crate::web::AppState;
use anyhow::Context;
use auction_rules::auction::Viewer;
use auction_rules::identity::Identity;
use auction_rules::{AuctionId, Words};
use authority::Authority;
use clap::Args;
use logins::{Group, Login};
use past::Past;
use people::People;
use redis::PrivateRedis;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use story::Story;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

mod authority;
mod citizens;
mod logins;
mod past;
mod people;
mod redis;
mod story;

/// How long after the start the first auction opens.
const OPENS_AFTER_MS: u64 = 40_000;
/// How long an auction lasts without extensions.
const LENGTH_MS: u64 = 180_000;
/// The same of the tender that is over when somebody looks.
const OVER_OPENS_AFTER_MS: u64 = 4_000;
const OVER_LENGTH_MS: u64 = 6_000;
const OVER_PAUSE_MS: std::ops::Range<u64> = 300..900;
/// Firms of that tender: the first of [`FIRMS`].
const OVER_BOTS: usize = 3;
/// Lots that are auctioned one after another before the demo only shows its results.
const LOTS: usize = 50;

/// Firms of the demo, with their written offers; the last two are for people.
const FIRMS: [(&str, &str, &str, u32); 7] = [
    (
        "Zieleń Miejska Brda sp. z o.o.",
        "Bydgoszcz",
        "5540000006",
        149_500,
    ),
    (
        "Ogrody Kujaw s.c. A. Lipa, B. Klon",
        "Inowrocław",
        "5560000009",
        147_900,
    ),
    (
        "Przedsiębiorstwo Robót Ogrodniczych „Jarzębina”",
        "Toruń",
        "8790000003",
        152_300,
    ),
    (
        "Park-Serwis Jan Dąb",
        "Solec Kujawski",
        "5540000012",
        151_000,
    ),
    (
        "Arborysta Północ sp. z o.o.",
        "Olsztyn",
        "7390000016",
        155_800,
    ),
    ("Twoja firma sp. z o.o.", "Bydgoszcz", "5540000029", 150_400),
    ("Druga firma sp. z o.o.", "Osielsko", "5540000035", 153_700),
];
/// What the demo's tender asks for.
const SPECIFICATION: &str = "Specyfikacja warunków zamówienia: utrzymanie zieleni miejskiej.\n\
     To jest dokument pokazowy. / A document of the demo.\n";
/// The arms of the demo's town, drawn for it.
const ARMS: &str = include_str!("demo/arms.svg");
/// Between two bids of a bot, in milliseconds.
const BOT_PAUSE_MS: std::ops::Range<u64> = 4_000..14_000;
/// So many of them are bots.
const BOTS: usize = 5;

/// Flags of `ebok demo`.
#[derive(Debug, Args)]
pub struct DemoFlags {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where the logs of the auctions are kept; redis starts a private redis-server.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub journal: JournalKind,
    /// Print the addresses and log-ins as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Runs the demo until it is told to stop.
///
/// # Errors
/// When the port is taken, or redis-server is asked for and not installed.
pub async fn run(flags: DemoFlags) -> anyhow::Result<()> {
    let dir = tempfile::Builder::new()
        .prefix("ebok-demo-")
        .tempdir()
        .context("making a folder")?;
    let redis = match flags.journal {
        JournalKind::Sqlite => None,
        JournalKind::Redis => Some(PrivateRedis::start(&dir.path().join("redis")).await?),
    };
    let stamps = Authority::open(&dir.path().join("stamps")).await;
    let arms = dir.path().join("arms.svg");
    std::fs::write(&arms, ARMS).context("writing the arms")?;
    let serve = ServeFlags {
        listen: flags.listen,
        store: StoreFlags {
            data_dir: dir.path().to_owned(),
            database_url: None,
        },
        public_url: None,
        proxy: Vec::new(),
        node: "demo".to_owned(),
        journal: flags.journal,
        redis: RedisFlags {
            redis_url: redis
                .as_ref()
                .map(|redis| redis.url.clone())
                .unwrap_or_default(),
            redis_ca: None,
            redis_cert: None,
            redis_key: None,
            redis_replicas: 0,
            accept_weak_durability: false,
        },
        archive_after: 30,
        allow_loadtest: true,
        jrwa: None,
        demo: true,
        metrics_token: None,
        office_name: "Urząd Miasta (pokaz)".to_owned(),
        office_address: String::new(),
        office_arms: Some(arms),
        smtp_ca: None,
        smtp_url: None,
        smtp_from: String::new(),
        tsa_url: stamps.as_ref().ok().map(|stamps| stamps.url.clone()),
        tsa_ca: stamps.as_ref().ok().map(|stamps| stamps.anchor.clone()),
        clamd: Some(Scanner::Off),
        oidc: OidcFlags::default(),
        signature_anchors: None,
        kiosk: Vec::new(),
        log_format: LogFormat::Text,
    };
    telemetry::log(LogFormat::Text, "warn");
    let running = Running::start(&serve).await?;
    let mut demo = Demo::set_up(&running, dir.path()).await?;
    let over = demo.over().await?;
    let first = demo.next_lot().await?;
    demo.print(&first, stamps.as_ref().err(), flags.json)?;
    let play = tokio::spawn(async move { demo.play(over, first).await });
    running.serve().await?;
    play.abort();
    Ok(())
}

struct Demo {
    state: AppState,
    address: SocketAddr,
    fingerprint: String,
    officer: Who,
    /// The tender of the live auctions.
    tender: Tender,
    /// The one whose auction is over when somebody looks.
    over: Tender,
    logins: Vec<Login>,
    lots: usize,
}

/// A tender with its firms.
struct Tender {
    id: String,
    title: Words,
    /// Bidders of the tender, in the order of [`FIRMS`].
    bidders: Vec<String>,
    /// What was issued to them.
    issued: Vec<Issued>,
}

/// An auction with the sessions of the bots that bid in it.
struct Played {
    auction: AuctionId,
    tokens: Vec<String>,
}

impl Demo {
    async fn set_up(running: &Running, data: &Path) -> anyhow::Result<Self> {
        let past = Past::of(&running.state, data)?;
        past.years_ago(3);
        let mut logins = Vec::new();
        let people = People::add(past, &mut logins).await?;
        let officer = people.who("urzednik")?.clone();
        let story = Story::begin(&people, &mut logins).await?;
        story.long_ago().await?;
        let (past, state) = (people.past(), &people.past().state);
        past.working_days_ago(12, 15);
        let benches = Words::new("Dostawa ławek parkowych", "Supply of park benches");
        let over = NewTender {
            number: "PZ/12/2026".to_owned(),
            cpv: "39113600-3".to_owned(),
            ..tender(benches)
        };
        let over = open(state, &officer, over, OVER_BOTS).await?;
        past.working_days_ago(11, 8);
        let greenery = Words::new(
            "Utrzymanie zieleni miejskiej",
            "Upkeep of the city's greenery",
        );
        let tender = open(state, &officer, tender(greenery), FIRMS.len()).await?;
        story.this_month().await?;
        story.this_week(&mut logins).await?;
        story.today().await?;
        let bidders = FIRMS.iter().zip(&tender.issued).skip(BOTS);
        logins.extend(bidders.map(|((name, ..), issued)| Login {
            group: Group::Bidder,
            role: "bidder",
            who: (*name).to_owned(),
            login: issued.login.clone(),
            password: issued.password.clone(),
            hint: "bid against the bots, or against each other in two browsers".to_owned(),
        }));
        Ok(Self {
            address: running.address,
            fingerprint: running.fingerprint.clone(),
            state: running.state.clone(),
            officer,
            tender,
            over,
            logins,
            lots: 0,
        })
    }

    /// The sessions of the first firms of a tender.
    async fn enter(&self, tender: &Tender, bots: usize) -> anyhow::Result<Vec<String>> {
        let mut tokens = Vec::new();
        for issued in tender.issued.iter().take(bots) {
            tokens.push(log_in(&self.state, issued, None).await?);
        }
        Ok(tokens)
    }

    /// Publishes the auction that is over when somebody looks, so that its record is in its case.
    async fn over(&self) -> anyhow::Result<Played> {
        let tender = &self.over;
        let mut terms = terms(&tender.title, OVER_LENGTH_MS);
        let run = terms.pointer_mut("/phases/0/run");
        if let Some(run) = run.and_then(serde_json::Value::as_object_mut) {
            run.remove("extension");
        }
        let title = tender.title.clone();
        let lot = self.add_lot(tender, "1", title, terms).await?;
        Ok(Played {
            auction: self.publish(&lot, OVER_OPENS_AFTER_MS).await?,
            tokens: self.enter(tender, OVER_BOTS).await?,
        })
    }

    async fn add_lot(
        &self,
        tender: &Tender,
        number: &str,
        title: Words,
        terms: serde_json::Value,
    ) -> anyhow::Result<String> {
        let desk = self.state.desk();
        let new = NewLot {
            number: number.to_owned(),
            title,
            terms,
        };
        let lot = desk.add_lot(&self.officer, &tender.id, new).await?.id;
        for (bidder, (_, _, _, price)) in tender.bidders.iter().zip(FIRMS) {
            let offer = BTreeMap::from([("price".to_owned(), format!("{price}.00"))]);
            let admission = NewAdmission {
                bidder: bidder.clone(),
                offer,
            };
            desk.admit(&self.officer, &lot, &admission).await?;
        }
        Ok(lot)
    }

    async fn publish(&self, lot: &str, opens_after_ms: u64) -> anyhow::Result<AuctionId> {
        let opens_at = Moment::Ms((self.state.now)().plus(opens_after_ms).0);
        let desk = self.state.desk();
        Ok(desk.publish(&self.officer, lot, Some(&opens_at)).await?)
    }

    /// Publishes the next lot: its auction opens shortly.
    async fn next_lot(&mut self) -> anyhow::Result<AuctionId> {
        self.lots += 1;
        let title = Words::new(
            format!("Część {}: koszenie i pielęgnacja trawników", self.lots),
            format!("Lot {}: mowing and care of lawns", self.lots),
        );
        let terms = terms(&title, LENGTH_MS);
        let number = self.lots.to_string();
        let lot = self.add_lot(&self.tender, &number, title, terms).await?;
        self.publish(&lot, OPENS_AFTER_MS).await
    }

    /// The auction that is over soon; then one lot after another, each with its bots.
    async fn play(&mut self, over: Played, first: AuctionId) {
        for token in over.tokens {
            let bot = Bot::new(over.auction.to_string(), OVER_PAUSE_MS, bids_max(0));
            tokio::spawn(compete(self.address, token, bot));
        }
        let tokens = match self.enter(&self.tender, BOTS).await {
            Ok(tokens) => tokens,
            Err(error) => return tracing::error!(%error, "the bots cannot come in"),
        };
        let mut auction = first;
        while self.lots < LOTS {
            for (index, token) in tokens.iter().enumerate() {
                let bot = Bot::new(auction.to_string(), BOT_PAUSE_MS, bids_max(index));
                tokio::spawn(compete(self.address, token.clone(), bot));
            }
            self.watch(&auction).await;
            match self.next_lot().await {
                Ok(next) => auction = next,
                Err(error) => return tracing::error!(%error, "the next lot cannot be published"),
            }
            eprintln!("next: {}", self.link(&auction));
        }
    }

    /// Waits for the result and prints it.
    async fn watch(&self, auction: &AuctionId) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let Some(view) = self.state.house.view(auction, Viewer::Observer).await else {
                return;
            };
            if view.public.closed_at.is_none() {
                continue;
            }
            match self.state.desk().result(auction).await {
                Ok(PublicResult {
                    winner: Some(winner),
                    ..
                }) => {
                    eprintln!("closed: {} wins ({})", winner.name, winner.seat);
                }
                _ => eprintln!("closed without a winner"),
            }
            return;
        }
    }

    fn link(&self, auction: &AuctionId) -> String {
        format!("http://{}/auctions/{auction}", self.address)
    }

    fn print(
        &self,
        auction: &AuctionId,
        no_stamps: Option<&anyhow::Error>,
        as_json: bool,
    ) -> anyhow::Result<()> {
        if as_json {
            let printed = json!({
                "url": format!("http://{}", self.address),
                "auction": auction,
                "page": self.link(auction),
                "opens_in_s": OPENS_AFTER_MS / 1_000,
                "fingerprint": self.fingerprint,
                "stamps": no_stamps.is_none(),
                "logins": self.logins,
            });
            println!("{}", serde_json::to_string(&printed)?);
            return Ok(());
        }
        let stamps = match no_stamps {
            None => "by an authority of the demo's own, which proves nothing elsewhere".to_owned(),
            Some(error) => format!("none: {error}"),
        };
        println!();
        println!("  ebok demo          http://{}/login", self.address);
        println!("  live auction       {}", self.link(auction));
        println!(
            "                     opens in {} s, lasts 3 minutes, late bids extend it;",
            OPENS_AFTER_MS / 1_000
        );
        println!("                     observers need no log-in");
        println!("  matters            http://{}/matters", self.address);
        println!("  time stamps        {stamps}");
        println!(
            "  mail               none is sent; what is due waits, at /desk/notices for officers"
        );
        println!("  key fingerprint    {}", self.fingerprint);
        println!();
        logins::print(&self.logins);
        println!("  Ctrl-C ends the demo and removes its data.");
        println!();
        Ok(())
    }
}

/// Some give up sooner than others.
fn bids_max(index: usize) -> u32 {
    u32::try_from(index).map_or(1, |index| 40_u32.saturating_sub(index * 5))
}

/// A bot takes part until the auction is over; it comes back when the link is lost.
async fn compete(server: SocketAddr, token: String, mut bot: Bot) {
    while !bot.is_done() {
        if let Err(error) = session(server, &token, &mut bot).await {
            tracing::debug!(%error, "a bot comes back");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn session(server: SocketAddr, token: &str, bot: &mut Bot) -> anyhow::Result<()> {
    let mut request = format!("ws://{server}/api/live").into_client_request()?;
    let bearer = format!("Bearer {token}").parse()?;
    request.headers_mut().insert("authorization", bearer);
    let (mut socket, _) = connect_async(request).await?;
    bot.play(&mut socket).await
}

/// The live tender; another one has its own number and code.
fn tender(title: Words) -> NewTender {
    NewTender {
        number: "PZ/14/2026".to_owned(),
        title,
        procedure: "podprogowe".to_owned(),
        above_threshold: false,
        cpv: "77310000-6".to_owned(),
        notice_url: String::new(),
        test: false,
    }
}

/// Opens and announces a tender with the first of the firms.
async fn open(
    state: &AppState,
    officer: &Who,
    new: NewTender,
    firms: usize,
) -> anyhow::Result<Tender> {
    let desk = state.desk();
    let opened = desk.open_tender(officer, new).await?;
    specification(state, officer, &opened.id).await?;
    let mut tender = Tender {
        id: opened.id,
        title: opened.title,
        bidders: Vec::new(),
        issued: Vec::new(),
    };
    for (name, seat, tax_id, _) in FIRMS.iter().take(firms) {
        let identity = Identity {
            name: (*name).to_owned(),
            seat: (*seat).to_owned(),
            tax_id: (*tax_id).to_owned(),
        };
        let new = NewBidder {
            identity,
            country: "PL".to_owned(),
            email: String::new(),
            contact: String::new(),
        };
        let bidder = desk.add_bidder(officer, &tender.id, new).await?.id;
        let order = Issue {
            bidder: bidder.clone(),
            change_required: false,
            reason: String::new(),
        };
        let issued = desk.issue(officer, &tender.id, &order).await?;
        tender.bidders.push(bidder);
        tender.issued.push(issued);
    }
    Ok(tender)
}

/// A specification for the board: a tender without one is not published.
async fn specification(state: &AppState, officer: &Who, tender: &str) -> anyhow::Result<()> {
    let desk = state.desk();
    let mut file = desk.begin_file(officer, tender).await?;
    file.write(SPECIFICATION.as_bytes()).await?;
    desk.add_file(officer, tender, "SWZ.txt", file, None)
        .await?;
    desk.announce(officer, tender).await?;
    Ok(())
}

/// A member of the staff with a password of its own, so that the first log-in asks for none; gives the
/// password.
async fn staff(
    state: &AppState,
    role: StaffRole,
    login: &str,
    name: &str,
) -> anyhow::Result<String> {
    let passwords = state.identity.passwords();
    let issued = add_account(&state.store, passwords, &state.now, login, name, role).await?;
    let password = secrets::one_time_password();
    log_in(state, &issued, Some(password.clone())).await?;
    Ok(password)
}

async fn log_in(
    state: &AppState,
    issued: &Issued,
    new_password: Option<String>,
) -> anyhow::Result<String> {
    let request = LogIn {
        login: issued.login.clone(),
        password: issued.password.clone(),
        new_password,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        agent: "ebok demo".to_owned(),
        kiosk: false,
    };
    Ok(state.identity.log_in(request).await?.token)
}

/// Terms that show everything in a short time.
fn terms(title: &Words, length_ms: u64) -> serde_json::Value {
    json!({
        "regime": "podprogowe",
        "title": title,
        "values": [{
            "id": "price", "name": {"pl": "Cena", "en": "Price"}, "unit": "PLN",
            "decimals": 2, "least": "1000.00", "most": "500000.00", "direction": "lowest", "tax": "gross"
        }],
        "opening": "written-offer",
        "phases": [{"run": {
            "kind": "open",
            "close": {"by": "set-time", "length_ms": length_ms},
            "extension": {
                "window_ms": 30_000, "length_ms": 30_000, "anchor": "from-bid",
                "trigger": {"on": "any-bid"}, "count_max": 6
            }
        }}],
        "evaluation": {"by": "lowest-price"},
        "improvement": {"from": "own", "steps": {"price": {"least": {"by": "amount", "amount": "500.00"}}}},
        "ties": "earliest",
        "visibility": {"observers_delay_ms": 0},
        "conduct": {"resume_notice_ms": 10_000, "resume_left_ms": 60_000}
    })
}
