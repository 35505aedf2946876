//! Practice auctions: each is a house of its own, in memory, with bots as rivals and a key that
//! nobody trusts. They touch no log of a real auction, and nothing stays of them.

use super::bot::Bot;
use super::chance::Chance;
use super::house::{ActError, Gate, House};
use super::journal::faulty::{Faults, FaultyJournal};
use super::socket::{self, Guest};
use crate::chain::Signer;
use crate::clock::Clock;
use crate::limits::{
    PRACTICE_BOT_BIDS_MAX, PRACTICE_BOTS, PRACTICE_LINK_BYTES, PRACTICE_MAX,
    PRACTICE_OPENS_AFTER_MS, PRACTICE_STAYS, PRACTICES_MAX,
};
use anyhow::Context as _;
use auction_rules::identity::{Disclosure, Identity};
use auction_rules::terms::Direction;
use auction_rules::{Act, AuctionId, Bidder, OfficerId, Terms, Timestamp, ValueId, Viewer};
use futures_util::FutureExt;
use rand::Rng;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_util::sync::CancellationToken;

/// Between two bids of a bot, in milliseconds.
const BOT_PAUSE_MS: std::ops::Range<u64> = 4_000..12_000;
/// How often it is looked whether a practice auction is over.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// In whose name a practice auction is published.
const OFFICER: &str = "practice";

type Offer = BTreeMap<ValueId, Decimal>;

/// All practice auctions of this node.
pub struct Practices {
    clock: Clock,
    signer: Signer,
    /// By their owners.
    running: Mutex<BTreeMap<String, Arc<Practice>>>,
}

/// One practice auction.
pub struct Practice {
    /// What it is for: the owner's own name of it.
    pub subject: String,
    /// The house that it is alone in.
    pub house: Arc<House>,
    /// Its id.
    pub auction: AuctionId,
    /// As whom its owner takes part.
    pub bidder: Bidder,
    /// When it opens.
    pub opens_at: Timestamp,
}

/// What somebody practises with. Nothing in it comes from a rival.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is for.
    pub subject: String,
    /// The terms, shortened.
    pub terms: Terms,
    /// Who practises.
    pub identity: Identity,
    /// Its own written offer, from which those of the bots are made up.
    pub offer: Offer,
}

/// Why no practice auction began.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// As many as the server takes are under way.
    #[error("too many practice auctions are under way")]
    Full,
    /// The rules did not take it.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The house did not open.
    #[error(transparent)]
    House(#[from] anyhow::Error),
}

impl Practices {
    /// No practice auction yet; with a key of their own that goes with the process.
    ///
    /// # Errors
    /// When the key cannot be made.
    pub fn open(clock: Clock) -> anyhow::Result<Self> {
        let keys = tempfile::tempdir().context("making a folder for a key")?;
        let signer = Signer::open(keys.path(), OFFICER, clock.now())?;
        let running = Mutex::default();
        Ok(Self {
            clock,
            signer,
            running,
        })
    }

    /// The practice auction of somebody for something, while there is one.
    pub async fn of(&self, owner: &str, subject: &str) -> Option<Arc<Practice>> {
        let running = self.running.lock().await;
        let own = running.get(owner)?;
        (own.subject == subject).then(|| Arc::clone(own))
    }

    /// Starts one; what its owner had before ends.
    ///
    /// # Errors
    /// When too many are under way, or the rules do not take the plan.
    pub async fn start(
        self: &Arc<Self>,
        owner: &str,
        plan: Plan,
    ) -> Result<Arc<Practice>, NotStarted> {
        let mut running = self.running.lock().await;
        if !running.contains_key(owner) && running.len() >= PRACTICES_MAX {
            return Err(NotStarted::Full);
        }
        let practice = Arc::new(self.begin(plan).await?);
        let before = running.insert(owner.to_owned(), Arc::clone(&practice));
        drop(running);
        if let Some(before) = before {
            before.house.close().await;
        }
        let all = Arc::downgrade(self);
        tokio::spawn(end(all, owner.to_owned(), Arc::clone(&practice)));
        metrics::counter!("ebok_practices_total").increment(1);
        Ok(practice)
    }

    async fn begin(&self, plan: Plan) -> Result<Practice, NotStarted> {
        let auction = AuctionId::new(&format!("practice-{}", uuid::Uuid::now_v7()));
        let auction = auction.map_err(anyhow::Error::new)?;
        let own = Disclosure::new(rand::random(), plan.identity);
        let bidder = own.commitment().context("nobody practises")?;
        let bots = (1..=PRACTICE_BOTS).map(|number| Disclosure::new(rand::random(), bot(number)));
        let bots: BTreeMap<Bidder, Disclosure> = bots
            .filter_map(|disclosure| Some((disclosure.commitment()?, disclosure)))
            .collect();
        let robots: Vec<Bidder> = bots.keys().copied().collect();
        let known = bots.into_iter().chain([(bidder, own)]).collect();
        let house = self.house(known).await?;
        let officer = OfficerId::new(OFFICER).map_err(anyhow::Error::new)?;
        house
            .publish(auction.clone(), plan.terms.clone(), officer.clone(), None)
            .await?;
        let rivals = robots
            .iter()
            .map(|robot| (*robot, varied(&plan.terms, &plan.offer)));
        let offers: Vec<_> = rivals.chain([(bidder, plan.offer.clone())]).collect();
        for (bidder, offer) in offers {
            let admit = Act::Admit { bidder, offer };
            house.act(&auction, officer.clone(), admit).await?;
        }
        let opens_at = self.clock.now().plus(PRACTICE_OPENS_AFTER_MS);
        house
            .act(&auction, officer, Act::Schedule { opens_at })
            .await?;
        for robot in robots {
            tokio::spawn(compete(Arc::downgrade(&house), auction.clone(), robot));
        }
        Ok(Practice {
            subject: plan.subject,
            house,
            auction,
            bidder,
            opens_at,
        })
    }

    async fn house(&self, known: BTreeMap<Bidder, Disclosure>) -> anyhow::Result<Arc<House>> {
        // In memory, and without a fault ever.
        let journal = Arc::new(FaultyJournal::new(0, Faults::default()));
        let known = Arc::new(known);
        House::open(
            journal,
            self.signer.clone(),
            self.clock.clone(),
            Arc::new(move |bidder| std::future::ready(known.get(&bidder).cloned()).boxed()),
            Arc::new(|failed| tracing::error!(%failed, "a practice auction stands still")),
            Chance::secret(),
        )
        .await
    }
}

/// Waits until a practice auction is over and was looked at for a while, or takes too long. One that
/// its owner left for another goes at once, so that nobody can pile them up.
async fn end(all: Weak<Practices>, owner: String, practice: Arc<Practice>) {
    let over = async {
        while let Some(is_sealed) = is_sealed(&practice) {
            if is_sealed {
                return tokio::time::sleep(PRACTICE_STAYS).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    drop(tokio::time::timeout(PRACTICE_MAX, over).await);
    if let Some(all) = all.upgrade() {
        let mut running = all.running.lock().await;
        let same = |found: &Arc<Practice>| Arc::ptr_eq(found, &practice);
        if running.get(&owner).is_some_and(same) {
            running.remove(&owner);
        }
    }
    practice.house.close().await;
}

/// None once its house is closed.
fn is_sealed(practice: &Practice) -> Option<bool> {
    let door = practice.house.door(&practice.auction)?;
    Some(door.sealed_head().is_some())
}

/// A bot takes part over a connection in memory.
async fn compete(house: Weak<House>, auction: AuctionId, bidder: Bidder) {
    let Some(house) = house.upgrade() else { return };
    let (here, there) = tokio::io::duplex(PRACTICE_LINK_BYTES);
    let (read, write) = tokio::io::split(there);
    let gate: Gate = Arc::new(move |_| std::future::ready(Ok(Viewer::Bidder(bidder))).boxed());
    let guest = Guest {
        gate,
        officer: None,
        logged_out: CancellationToken::new(),
    };
    tokio::spawn(socket::serve(
        read,
        write,
        bytes::Bytes::new(),
        house,
        guest,
    ));
    let mut stream = WebSocketStream::from_raw_socket(here, Role::Client, None).await;
    let mut bot = Bot::new(auction.to_string(), BOT_PAUSE_MS, PRACTICE_BOT_BIDS_MAX);
    if let Err(error) = bot.play(&mut stream).await {
        tracing::debug!(%error, "a bot left its practice auction");
    }
}

fn bot(number: u32) -> Identity {
    Identity {
        name: format!("Robot {number}"),
        seat: "PRÓBA".to_owned(),
        tax_id: String::new(),
    }
}

/// An offer a little better or worse than the one that is known.
#[allow(
    clippy::disallowed_methods,
    reason = "an offer that is made up is rounded in any case"
)]
fn varied(terms: &Terms, own: &Offer) -> Offer {
    let mut offer = own.clone();
    for value in &terms.values {
        let Some(amount) = offer.get_mut(&value.id) else {
            continue;
        };
        let percent: i64 = rand::rng().random_range(-2..=4);
        let percent = match value.direction {
            Direction::Lowest => percent,
            Direction::Highest => -percent,
        };
        let factor = Decimal::new(100_i64.saturating_add(percent), 2);
        if let Some(moved) = amount.checked_mul(factor) {
            *amount = moved
                .round_dp(value.decimals)
                .clamp(value.least, value.most);
        }
    }
    offer
}
