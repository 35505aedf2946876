//! Stand-in for the house of rooms, to be replaced at the merge: it runs the real rules in memory,
//! without a journal, and goes by the clock it is given.

use auction_rules::auction::View;
use auction_rules::identity::Disclosure;
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, Deadline, Digest, OfficerId, Outcome, Refusal,
    Terms, Timestamp, Viewer, Writer,
};
use dashmap::DashMap;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Looks up who hides behind a commitment (salt and identity stay in the store).
pub type Disclosures = Arc<dyn Fn(Bidder) -> BoxFuture<'static, Option<Disclosure>> + Send + Sync>;

/// Which viewer a connection may be in an auction: built by web per WebSocket connection from its
/// session.
pub type Gate = Arc<dyn Fn(AuctionId) -> BoxFuture<'static, Option<Viewer>> + Send + Sync>;

/// All auctions of this node.
pub struct House {
    auctions: DashMap<AuctionId, Auction>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// Why an act was not done.
#[derive(Debug)]
pub enum ActError {
    /// The rules refused it.
    Refused(Refusal),
    /// The journal cannot answer.
    Unavailable,
    /// There is no such auction.
    NotFound,
}

impl House {
    /// An empty house with this clock.
    #[must_use]
    pub fn stand_in(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self {
            auctions: DashMap::new(),
            now,
        }
    }

    /// Founds the log; terms are frozen. Durable when Ok.
    ///
    /// # Errors
    /// Refused when it was founded before.
    pub async fn publish(
        &self,
        auction: AuctionId,
        terms: Terms,
        officer: OfficerId,
        replaces: Option<AuctionId>,
    ) -> Result<(), ActError> {
        if self.auctions.contains_key(&auction) {
            return Err(ActError::Refused(Refusal::NotNow));
        }
        let writer = Writer {
            node: "stand-in".to_owned(),
            key: String::new(),
            epoch: 1,
        };
        let act = Act::Publish {
            terms: Box::new(terms.clone()),
            replaces,
            officer,
            writer,
        };
        let command = Command {
            by: By::Server,
            id: None,
            received_at: (self.now)(),
            act,
        };
        let (state, _) = Auction::publish(auction.clone(), command, &terms);
        self.auctions.insert(auction, state);
        Ok(())
    }

    /// An officer's act, decided by the rules, durable when Ok.
    ///
    /// # Errors
    /// When there is no such auction or the rules refuse.
    pub async fn act(
        &self,
        auction: &AuctionId,
        officer: OfficerId,
        act: Act,
    ) -> Result<(), ActError> {
        let now = (self.now)();
        let mut state = self.auctions.get_mut(auction).ok_or(ActError::NotFound)?;
        catch_up(&mut state, now);
        enter(&mut state, By::Officer(officer), now, act).map_err(ActError::Refused)
    }

    /// What a viewer may see now.
    pub async fn view(&self, auction: &AuctionId, viewer: Viewer) -> Option<View> {
        let mut state = self.auctions.get_mut(auction)?;
        catch_up(&mut state, (self.now)());
        Some(state.view(viewer))
    }

    /// The published log, from `sealed` on (JSON text to be served as is).
    ///
    /// # Errors
    /// When there is no such auction or it is not sealed yet.
    pub async fn published_log(&self, auction: &AuctionId) -> Result<String, ActError> {
        let mut state = self.auctions.get_mut(auction).ok_or(ActError::NotFound)?;
        catch_up(&mut state, (self.now)());
        if state.is_sealed() {
            Ok("{}".to_owned())
        } else {
            Err(ActError::Refused(Refusal::NotNow))
        }
    }
}

fn catch_up(auction: &mut Auction, now: Timestamp) {
    while let Some(due) = auction.due().filter(|due| due.at <= now) {
        let act = match due.deadline {
            Deadline::Open => Act::Open {
                aliases: auction.bidders().collect(),
            },
            Deadline::StartPhase => Act::StartPhase,
            Deadline::Continue => Act::Continue,
            Deadline::EndPhase => Act::EndPhase,
            Deadline::Seal => Act::Seal {
                head: Digest([0; 32]),
            },
        };
        if enter(auction, By::Server, due.at, act).is_err() {
            return;
        }
    }
}

fn enter(auction: &mut Auction, by: By, at: Timestamp, act: Act) -> Result<(), Refusal> {
    let entry = auction.enter(Command {
        by,
        id: None,
        received_at: at,
        act,
    });
    auction.apply(&entry).map_err(|_| Refusal::Unavailable)?;
    match entry.outcome {
        Outcome::Events(_) => Ok(()),
        Outcome::Refused(refusal) => Err(refusal),
    }
}
