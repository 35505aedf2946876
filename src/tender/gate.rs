//! Who may see an auction, and as whom; who hides behind its aliases.

use super::{Desk, not_now};
use crate::auction::house::{Gate, Noted};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::lots::{Lot, LotState};
use crate::store::{admissions, lots};
use auction_rules::auction::{PhaseView, PublicView, View};
use auction_rules::event::AuctionResult;
use auction_rules::{Alias, AuctionId, Bidder, OfficerAct, Refusal, Timestamp, Viewer, Words};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A lot with what its auction looks like from outside.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// The lot.
    pub lot: String,
    /// The tender it is a part of.
    pub tender: String,
    /// Its number.
    pub number: String,
    /// What is bought.
    pub title: Words,
    /// Its auction, once it is published.
    pub auction: Option<AuctionId>,
    /// `draft`, `publishing`, or the state of the auction.
    pub state: String,
    /// When it opens, if that is set.
    pub opens_at: Option<Timestamp>,
    /// The phase that runs, waits or stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<PhaseView>,
    /// In a pause: when it ends, if that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
}

/// One admitted bidder by name.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// How rivals see it; none before the opening.
    pub alias: Option<Alias>,
    /// How the log knows it.
    pub bidder: Bidder,
    /// Its name.
    pub name: String,
    /// Its seat.
    pub seat: String,
    /// Its tax number.
    pub tax_id: String,
}

/// The result of an auction, as everyone may read it.
#[derive(Debug, Clone, Serialize)]
pub struct PublicResult {
    /// The auction.
    pub auction: AuctionId,
    /// `closed`, `cancelled` or `sealed`.
    pub state: String,
    /// When the bidding ended.
    pub closed_at: Option<Timestamp>,
    /// The standings; none when it was cancelled.
    pub result: Option<AuctionResult>,
    /// The winner's data (PZP art. 253(1)): name and seat; none without one winner.
    pub winner: Option<Winner>,
}

/// The winner, by name.
#[derive(Debug, Clone, Serialize)]
pub struct Winner {
    /// Its alias in the standings.
    pub alias: Alias,
    /// Its name.
    pub name: String,
    /// Its seat.
    pub seat: String,
}

/// Lets a connection see what its session may see, at each question anew: a session that ended or
/// a bidder that was blocked sees no more than the public does.
#[must_use]
pub fn gate(desk: Desk, token: Option<String>) -> Gate {
    Arc::new(move |auction: AuctionId| {
        let (desk, token) = (desk.clone(), token.clone());
        Box::pin(async move { desk.let_in(token.as_deref(), &auction).await })
    })
}

/// Notes what an officer does over a connection, as it is noted when it is asked for by HTTP.
#[must_use]
pub fn noted(desk: Desk, officer: Who) -> Noted {
    Arc::new(move |auction: AuctionId, act: OfficerAct| {
        let (desk, officer) = (desk.clone(), officer.clone());
        Box::pin(async move { desk.note(&officer, &auction, &act).await })
    })
}

impl Desk {
    /// As whom somebody may see an auction; none when not at all.
    ///
    /// # Errors
    /// No such auction, or the store is away.
    pub async fn viewer(
        &self,
        who: Option<&Who>,
        auction: &AuctionId,
    ) -> Result<Option<Viewer>, Problem> {
        let lot = self.lot_of(auction).await?;
        self.viewer_in(who, &lot, auction).await
    }

    async fn viewer_in(
        &self,
        who: Option<&Who>,
        lot: &Lot,
        auction: &AuctionId,
    ) -> Result<Option<Viewer>, Problem> {
        if who.is_some_and(Who::sees_as_buyer) {
            return Ok(Some(Viewer::Officer));
        }
        if let Some(Who::Bidder { bidder, .. }) = who
            && let Some(admission) = admissions::of_bidder(&self.store, &lot.id, bidder).await?
        {
            return Ok(Some(Viewer::Bidder(admission.commitment)));
        }
        let watched = lot.terms.visibility.observers_delay_ms.is_some();
        let public = watched || self.is_over(auction).await;
        Ok(public.then_some(Viewer::Observer))
    }

    async fn let_in(&self, token: Option<&str>, auction: &AuctionId) -> Result<Viewer, Refusal> {
        let session = match token {
            Some(token) => self.identity.sessions().authenticate(token).await,
            None => Ok(None),
        };
        let session = session.map_err(|error| {
            tracing::error!(%error, "a session cannot be looked up");
            Refusal::Unavailable
        })?;
        let who = session.as_deref().filter(|session| !session.must_change);
        match self.viewer(who.map(|session| &session.who), auction).await {
            Ok(viewer) => viewer.ok_or(Refusal::NotFound),
            // A problem of the store was logged where it became one.
            Err(Problem::Unavailable) => Err(Refusal::Unavailable),
            Err(_) => Err(Refusal::NotFound),
        }
    }

    /// What somebody sees of an auction now.
    ///
    /// # Errors
    /// No such auction, one that is not theirs to see, or the store is away.
    pub async fn view(
        &self,
        who: Option<&Who>,
        auction: &AuctionId,
    ) -> Result<(Lot, View), Problem> {
        let lot = self.lot_of(auction).await?;
        let hidden = if who.is_some() {
            Problem::NotAllowed
        } else {
            Problem::NotLoggedIn
        };
        let viewer = self.viewer_in(who, &lot, auction).await?.ok_or(hidden)?;
        let view = self
            .house
            .view(auction, viewer)
            .await
            .ok_or(Problem::Unavailable)?;
        Ok((lot, view))
    }

    /// The result, once there is one.
    ///
    /// # Errors
    /// No such auction, or it is not over yet.
    pub async fn result(&self, auction: &AuctionId) -> Result<PublicResult, Problem> {
        self.lot_of(auction).await?;
        let public = self
            .public(auction, Viewer::Observer)
            .await
            .ok_or(Problem::Unavailable)?;
        if public.closed_at.is_none() {
            return Err(not_now(
                "Aukcja jeszcze trwa.",
                "The auction is not over yet.",
            ));
        }
        let winner = public.result.as_ref().and_then(|result| result.winner);
        let winner = match winner {
            Some(alias) => self.winner(auction, alias).await?,
            None => None,
        };
        let PublicView {
            state,
            closed_at,
            result,
            ..
        } = public;
        Ok(PublicResult {
            auction: auction.clone(),
            state,
            closed_at,
            result,
            winner,
        })
    }

    /// The names behind the aliases: during the auction only where its terms say so.
    ///
    /// # Errors
    /// No such auction, names that are not to be known yet, or the store is away.
    pub async fn names(&self, auction: &AuctionId) -> Result<Vec<Named>, Problem> {
        let lot = self.lot_of(auction).await?;
        if !lot.terms.visibility.officer_names && !self.is_over(auction).await {
            return Err(not_now(
                "Zasady tej aukcji ukrywają nazwy do zamknięcia.",
                "The terms of this auction hide the names until the close.",
            ));
        }
        let aliases = self.aliases(auction).await?;
        let admissions = admissions::of_lot(&self.store, &lot.id).await?;
        let passed = admissions
            .into_iter()
            .filter(|admission| aliases.contains_key(&admission.commitment));
        Ok(passed
            .map(|admission| Named {
                alias: aliases.get(&admission.commitment).copied().flatten(),
                bidder: admission.commitment,
                name: admission.disclosure.identity.name,
                seat: admission.disclosure.identity.seat,
                tax_id: admission.disclosure.identity.tax_id,
            })
            .collect())
    }

    /// The auctions that somebody may see, with how far they are: an officer's also where they are
    /// being prepared.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn overview(&self, who: Option<&Who>) -> Result<Vec<Overview>, Problem> {
        let lots = match who {
            Some(Who::Bidder { bidder, .. }) => lots::of_bidder(&self.store, bidder).await?,
            Some(who) if who.sees_as_buyer() => lots::published(&self.store, true).await?,
            _ => {
                let mut lots = lots::published(&self.store, false).await?;
                lots.retain(|lot| lot.terms.visibility.observers_delay_ms.is_some());
                lots
            }
        };
        let mut overview = Vec::with_capacity(lots.len());
        for lot in lots {
            overview.push(self.overview_of(lot).await);
        }
        Ok(overview)
    }

    /// How far a lot is.
    pub(crate) async fn overview_of(&self, lot: Lot) -> Overview {
        let public = match &lot.auction {
            Some(auction) => self.public(auction, Viewer::Observer).await,
            None => None,
        };
        let state = match (&public, lot.state) {
            (Some(public), _) => public.state.clone(),
            (None, LotState::Draft) => "draft".to_owned(),
            (None, LotState::Publishing) => "publishing".to_owned(),
            (None, LotState::Published) => "unavailable".to_owned(),
        };
        let (opens_at, phase, resumes_at) = match public {
            Some(public) => (public.opens_at, public.phase, public.resumes_at),
            None => (None, None, None),
        };
        Overview {
            lot: lot.id,
            tender: lot.tender,
            number: lot.number,
            title: lot.title,
            auction: lot.auction,
            state,
            opens_at,
            phase,
            resumes_at,
        }
    }

    /// Whether the auction of a lot has not opened yet, published or not.
    pub async fn is_ahead(&self, lot: &Lot) -> bool {
        match (&lot.auction, lot.state) {
            (Some(auction), LotState::Published) => self.has_not_opened(auction).await,
            _ => true,
        }
    }

    pub(super) async fn has_not_opened(&self, auction: &AuctionId) -> bool {
        let public = self.public(auction, Viewer::Observer).await;
        public.is_some_and(|public| public.state == "published")
    }

    pub(super) async fn is_over(&self, auction: &AuctionId) -> bool {
        let public = self.public(auction, Viewer::Observer).await;
        public.is_some_and(|public| public.closed_at.is_some())
    }

    async fn public(&self, auction: &AuctionId, viewer: Viewer) -> Option<PublicView> {
        Some(self.house.view(auction, viewer).await?.public)
    }

    async fn aliases(
        &self,
        auction: &AuctionId,
    ) -> Result<BTreeMap<Bidder, Option<Alias>>, Problem> {
        let public = self
            .public(auction, Viewer::Officer)
            .await
            .ok_or(Problem::Unavailable)?;
        let rows = public.rows.unwrap_or_default().into_iter();
        Ok(rows
            .filter_map(|row| Some((row.officer?.bidder, row.alias)))
            .collect())
    }

    async fn winner(&self, auction: &AuctionId, alias: Alias) -> Result<Option<Winner>, Problem> {
        let aliases = self.aliases(auction).await?;
        let Some((bidder, _)) = aliases.into_iter().find(|(_, found)| *found == Some(alias)) else {
            return Ok(None);
        };
        let disclosure = admissions::disclosure(&self.store, bidder).await?;
        Ok(disclosure.map(|found| Winner {
            alias,
            name: found.identity.name,
            seat: found.identity.seat,
        }))
    }
}
