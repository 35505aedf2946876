//! Lists of tenders with their lots, as far as who looks may know of them.

use super::Desk;
use super::gate::{Overview, Winner};
use crate::error::Problem;
use crate::identity::Who;
use crate::store::admissions;
use crate::store::lots::{self, Lot, LotState};
use crate::store::tenders::{self, Tender};
use auction_rules::{Timestamp, Viewer};

/// Tenders on one page of a list.
pub const TENDERS_PER_PAGE: i64 = 20;

/// A page of a list of tenders.
#[derive(Debug)]
pub struct TenderPage {
    /// The tenders, newest first, with their lots.
    pub tenders: Vec<(Tender, Vec<LotSeen>)>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

/// A lot as its tender's page shows it.
#[derive(Debug)]
pub struct LotSeen {
    /// The lot and how far it is.
    pub overview: Overview,
    /// When the bidding ended.
    pub closed_at: Option<Timestamp>,
    /// It ended without a result.
    pub is_cancelled: bool,
    /// Its log is sealed: log and record are public.
    pub is_sealed: bool,
    /// The winner, once there is one.
    pub winner: Option<Winner>,
    /// Who looks may open the auction.
    pub is_open_to_viewer: bool,
    /// A bidder who looks is admitted.
    pub is_admitted: bool,
}

impl Desk {
    /// The announced tenders, those announced before `before`.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn announced(
        &self,
        who: Option<&Who>,
        before: Option<Timestamp>,
    ) -> Result<TenderPage, Problem> {
        let tenders = tenders::board(&self.store, before, TENDERS_PER_PAGE + 1).await?;
        let next = |last: &Tender| last.announced_at.map(|at| at.0.to_string());
        self.page_of(who, tenders, next).await
    }

    /// All tenders after `before`, those in preparation too: for the buyer's own people.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn own_tenders(
        &self,
        who: &Who,
        before: Option<&str>,
    ) -> Result<TenderPage, Problem> {
        if !who.sees_as_buyer() {
            return Err(Problem::NotAllowed);
        }
        let tenders = tenders::page(&self.store, before).await?;
        self.page_of(Some(who), tenders, |last| Some(last.id.clone()))
            .await
    }

    /// One tender with its lots, where who looks may know of it.
    ///
    /// # Errors
    /// No such tender, one that is not announced, or the store is away.
    pub async fn tender_seen(
        &self,
        who: Option<&Who>,
        id: &str,
    ) -> Result<(Tender, Vec<LotSeen>), Problem> {
        let tender = self.tender(id).await?;
        let lots = lots::of_tender(&self.store, id).await?;
        let is_own = match who {
            Some(Who::Bidder { tender, .. }) => tender == id,
            Some(who) => who.sees_as_buyer(),
            None => false,
        };
        if !tender.is_public() && !is_own {
            return Err(Problem::NotFound);
        }
        let lots = self.lots_seen(who, lots).await?;
        Ok((tender, lots))
    }

    async fn page_of(
        &self,
        who: Option<&Who>,
        mut tenders: Vec<Tender>,
        next: impl Fn(&Tender) -> Option<String>,
    ) -> Result<TenderPage, Problem> {
        let most = usize::try_from(TENDERS_PER_PAGE).unwrap_or_default();
        let has_more = tenders.len() > most;
        tenders.truncate(most);
        let last = tenders.last().and_then(next);
        let mut page = Vec::with_capacity(tenders.len());
        for tender in tenders {
            let lots = lots::of_tender(&self.store, &tender.id).await?;
            let lots = self.lots_seen(who, lots).await?;
            page.push((tender, lots));
        }
        Ok(TenderPage {
            tenders: page,
            next: last.filter(|_| has_more),
        })
    }

    async fn lots_seen(&self, who: Option<&Who>, lots: Vec<Lot>) -> Result<Vec<LotSeen>, Problem> {
        let mut seen = Vec::with_capacity(lots.len());
        for lot in lots {
            seen.push(self.lot_seen(who, lot).await?);
        }
        Ok(seen)
    }

    async fn lot_seen(&self, who: Option<&Who>, lot: Lot) -> Result<LotSeen, Problem> {
        let is_admitted = match who {
            Some(Who::Bidder { bidder, .. }) => {
                let admission = admissions::of_bidder(&self.store, &lot.id, bidder).await?;
                admission.is_some()
            }
            _ => false,
        };
        let auction = lot
            .auction
            .clone()
            .filter(|_| lot.state == LotState::Published);
        let Some(auction) = auction else {
            return Ok(LotSeen {
                overview: self.overview_of(lot).await,
                closed_at: None,
                is_cancelled: false,
                is_sealed: false,
                winner: None,
                is_open_to_viewer: false,
                is_admitted,
            });
        };
        let viewer = self.viewer(who, &auction).await?;
        let result = match self.house.view(&auction, Viewer::Observer).await {
            Some(view) if view.public.closed_at.is_some() => Some(self.result(&auction).await?),
            _ => None,
        };
        let ended = result.as_ref();
        Ok(LotSeen {
            overview: self.overview_of(lot).await,
            is_cancelled: ended.is_some_and(|ended| ended.result.is_none()),
            is_sealed: ended.is_some_and(|ended| ended.state == "sealed"),
            closed_at: result.as_ref().and_then(|result| result.closed_at),
            winner: result.and_then(|result| result.winner),
            is_open_to_viewer: viewer.is_some(),
            is_admitted,
        })
    }
}
