//! The tender board: what the public sees of announced tenders.

use super::Desk;
use crate::error::Problem;
use crate::limits::SWZ_FILES_MAX;
use crate::store::lots::{Lot, LotState};
use crate::store::tenders::Tender;
use crate::store::{PAGE_MAX, lots, swz_files, tenders};
use auction_rules::{AuctionId, Timestamp, Words};
use serde::Serialize;

/// A tender on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// Its number, as the office writes it.
    pub number: String,
    /// What it is about.
    pub title: Words,
    /// The procedure, as in `podprogowe`.
    pub procedure: String,
    /// Its value is at or above the statutory threshold.
    pub above_threshold: bool,
    /// CPV code; empty where there is none.
    pub cpv: String,
    /// Address of the notice; empty where there is none.
    pub notice_url: String,
    /// Since when it stands on the board.
    pub announced_at: Timestamp,
    /// Firms may ask for the specification on its page.
    pub self_service: bool,
}

/// The page of a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticePage {
    /// The tender.
    #[serde(flatten)]
    pub notice: Notice,
    /// Its lots, in the officer's order.
    pub lots: Vec<NoticeLot>,
    /// Its files in force.
    pub files: Vec<NoticeFile>,
}

/// A lot as the public sees it: never its estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeLot {
    /// Its id.
    pub id: String,
    /// Its number within the tender.
    pub number: String,
    /// What is bought.
    pub title: Words,
    /// Its auction, once it stands.
    pub auction: Option<AuctionId>,
    /// When the auction opens, once it stands and that is set.
    pub opens_at: Option<Timestamp>,
}

/// A file as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: i64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Since when it stands here.
    pub added_at: Timestamp,
}

impl Desk {
    /// The board, newest first: one page of the tenders announced before a moment.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn board(&self, before: Option<Timestamp>) -> Result<Vec<Notice>, Problem> {
        let tenders = tenders::board(&self.store, before, PAGE_MAX).await?;
        Ok(tenders.into_iter().filter_map(notice).collect())
    }

    /// The page of a tender on the board.
    ///
    /// # Errors
    /// No tender that the public sees, or the store is away.
    pub async fn notice(&self, tender: &str) -> Result<NoticePage, Problem> {
        let tender = tenders::by_id(&self.store, tender).await?;
        let notice = tender.and_then(notice).ok_or(Problem::NotFound)?;
        let lots = lots::of_tender(&self.store, &notice.id).await?;
        let files = swz_files::of_tender(&self.store, &notice.id, false, SWZ_FILES_MAX).await?;
        let files = files.into_iter().map(|file| NoticeFile {
            id: file.id,
            name: file.name,
            bytes: file.bytes,
            sha256: file.sha256,
            added_at: file.added_at,
        });
        Ok(NoticePage {
            lots: lots.into_iter().map(notice_lot).collect(),
            files: files.collect(),
            notice,
        })
    }
}

/// What the public sees of a tender; nothing of a draft or of a load test.
fn notice(tender: Tender) -> Option<Notice> {
    if !tender.is_public() {
        return None;
    }
    Some(Notice {
        announced_at: tender.announced_at?,
        id: tender.id,
        number: tender.number,
        title: tender.title,
        procedure: tender.procedure,
        above_threshold: tender.above_threshold,
        cpv: tender.cpv,
        notice_url: tender.notice_url,
        self_service: tender.self_service,
    })
}

fn notice_lot(lot: Lot) -> NoticeLot {
    let stands = lot.state == LotState::Published;
    NoticeLot {
        auction: lot.auction.filter(|_| stands),
        opens_at: lot.opens_at.filter(|_| stands),
        id: lot.id,
        number: lot.number,
        title: lot.title,
    }
}
