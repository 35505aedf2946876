//! The case of a tender: opened with it in the department that runs tenders, told of what happens to it,
//! and given the records that its auctions file.
//!
//! The tender's desk calls [`opened`] and [`told`] in the transaction of its own act. Records come
//! through the port ([`filings`]): what was filed and is in no case is put into one, once.

use super::Circulation;
use super::opening::sign;
use crate::calendar::day_of;
use crate::error::Problem;
use crate::identity::Now;
use crate::limits::FILE_EVERY;
use crate::office::procedures::Catalogue;
use crate::store::cases::{self, Case, CaseState};
use crate::store::filings::{self, Filing, Paper};
use crate::store::lots::{self, Lot, LotState};
use crate::store::positions::{self, Position};
use crate::store::tender_cases::{self, Loose};
use crate::store::tenders::{self, Tender};
use crate::store::{WriteTx, audit, new_id};
use auction_rules::Timestamp;
use serde_json::{Value, json};

/// What the server does by itself is done in this name.
const SERVER: &str = "server";
/// What the first position of the department that runs tenders is called, where it had none.
const FIRST_POSITION: &str = "Prowadzenie postępowań";

/// A record in a tender's case.
#[derive(Debug, Clone)]
pub struct CaseRecord {
    /// The record.
    pub filing: Filing,
    /// Its files.
    pub papers: Vec<Paper>,
}

/// The tender of a case, with what belongs to it.
#[derive(Debug, Clone)]
pub struct TenderOfCase {
    /// The tender.
    pub tender: Tender,
    /// Its lots, in the order that the officer gave them.
    pub lots: Vec<Lot>,
    /// The records that were filed in the case, in the order in which they came to it.
    pub records: Vec<CaseRecord>,
}

/// Opens the case of a tender that has none. The caller's transaction holds the tender's row. A test gets
/// none, nor does any tender of an office where no department runs them.
///
/// # Errors
/// When the store is away, or the year ended while it waited for its number.
pub async fn opened(
    tx: &mut WriteTx,
    now: &Now,
    who: &str,
    tender: &Tender,
) -> Result<Option<Case>, Problem> {
    let Some((unit, class)) = Catalogue::embedded().tenders().filter(|_| !tender.test) else {
        return Ok(None);
    };
    let year = day_of(now()).year();
    let number = cases::next_number(tx, &unit.code, class, year).await?;
    // The clock is read while the number is held, so that later numbers have later moments.
    let at = now();
    if day_of(at).year() != year {
        return Err(Problem::Unavailable);
    }
    let handler = handler(tx, at, &unit.code, who).await?;
    let case = Case {
        id: new_id(),
        sign: sign(&unit.code, class, number, year)?,
        unit: unit.code.clone(),
        title: tender.title.pl.clone(),
        account: String::new(),
        position: handler.id,
        deadline: None,
        state: CaseState::Open,
        opened_at: at,
        answered_at: None,
        closed_at: None,
    };
    cases::insert(tx, &case).await?;
    tender_cases::insert(tx, &tender.id, &case.id).await?;
    cases::index(tx, &case.id).await?;
    let details = json!({ "unit": case.unit, "position": handler.title });
    cases::note(tx, &case.id, at, who, ("case.opened", false), &details).await?;
    audit(tx, at, who, "case.opened", &json!({ "case": case.id })).await?;
    Ok(Some(case))
}

/// Who handles a tender's case at first: the officer's own position in the department, or the one that
/// takes its letters. A department without a position gets one that is vacant, so that no tender waits
/// for it.
async fn handler(
    tx: &mut WriteTx,
    at: Timestamp,
    unit: &str,
    who: &str,
) -> Result<Position, Problem> {
    if let Some(found) = positions::nearest(tx, unit, who).await? {
        return Ok(found);
    }
    let position = Position {
        id: new_id(),
        unit: unit.to_owned(),
        title: FIRST_POSITION.to_owned(),
        account: None,
        takes_letters: true,
        approves: false,
    };
    positions::insert(tx, at, &position).await?;
    let details = json!({ "position": position.id, "unit": position.unit });
    audit(tx, at, SERVER, "position.added", &details).await?;
    Ok(position)
}

/// The case of a tender, opened where it had none; held with the tender until the transaction ends.
async fn case_of(
    tx: &mut WriteTx,
    now: &Now,
    who: &str,
    tender: &str,
) -> Result<Option<Case>, Problem> {
    let tender = tenders::locked(tx, tender).await?;
    let tender = tender.ok_or(Problem::NotFound)?;
    match tender_cases::in_tx(tx, &tender.id).await? {
        Some(case) => Ok(Some(case)),
        None => opened(tx, now, who, &tender).await,
    }
}

/// Notes in a tender's case what happened to the tender, for everyone to know. A test has no case.
///
/// # Errors
/// No such tender, or the store is away.
pub async fn told(
    tx: &mut WriteTx,
    now: &Now,
    who: &str,
    tender: &str,
    (what, details): (&str, &Value),
) -> Result<(), Problem> {
    if let Some(case) = case_of(tx, now, who, tender).await? {
        cases::note(tx, &case.id, now(), who, (what, true), details).await?;
    }
    Ok(())
}

/// Calls a tender's case by the tender's title.
///
/// # Errors
/// No such tender, or the store is away.
pub async fn retitled(
    tx: &mut WriteTx,
    now: &Now,
    who: &str,
    tender: &Tender,
) -> Result<(), Problem> {
    let Some(case) = case_of(tx, now, who, &tender.id).await? else {
        return Ok(());
    };
    if let Some(mut case) = cases::locked(tx, &case.id).await? {
        case.title.clone_from(&tender.title.pl);
        cases::update(tx, &case).await?;
        cases::index(tx, &case.id).await?;
    }
    Ok(())
}

impl Circulation {
    /// Keeps the cases of tenders for one server, until it is dropped.
    pub async fn keep_tenders(self) {
        loop {
            // Problems of the store were logged where they became one.
            drop(self.tend().await);
            tokio::time::sleep(FILE_EVERY).await;
        }
    }

    /// Opens the cases that tenders lack, as those from before there were any, and puts filed records
    /// into theirs; gives how many records came to a case.
    ///
    /// # Errors
    /// When the store is away. What was done before stays done.
    pub async fn tend(&self) -> Result<usize, Problem> {
        if self.catalogue.tenders().is_none() {
            return Ok(0);
        }
        loop {
            let page = tender_cases::without(&self.store).await?;
            if page.is_empty() {
                break;
            }
            for tender in page {
                let mut tx = self.store.write_tx().await?;
                case_of(&mut tx, &self.now, SERVER, &tender).await?;
                tx.commit().await?;
            }
        }
        let mut filed = 0;
        loop {
            let page = tender_cases::loose_records(&self.store).await?;
            if page.is_empty() {
                return Ok(filed);
            }
            for loose in page {
                filed += usize::from(self.put_record(&loose).await?);
            }
        }
    }

    /// One transaction: the record is in the case, and the case tells of it.
    async fn put_record(&self, loose: &Loose) -> Result<bool, Problem> {
        let Loose {
            filing,
            tender,
            lot,
        } = loose;
        let mut tx = self.store.write_tx().await?;
        let case = case_of(&mut tx, &self.now, SERVER, tender).await?;
        let case = case.ok_or(Problem::NotFound)?;
        let at = (self.now)();
        if !tender_cases::put_record(&mut tx, at, &case.id, &filing.id).await? {
            return Ok(false);
        }
        let details = json!({ "lot": lot, "auction": filing.auction, "head": filing.head });
        let what = ("record.joined", true);
        cases::note(&mut tx, &case.id, at, SERVER, what, &details).await?;
        let details = json!({ "case": case.id, "filing": filing.id });
        audit(&mut tx, at, SERVER, "record.joined", &details).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The tender of a case that its reader may read; none where the case is of another matter.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn tender_of(&self, case: &Case) -> Result<Option<TenderOfCase>, Problem> {
        let Some(tender) = tender_cases::tender_of(&self.store, &case.id).await? else {
            return Ok(None);
        };
        let tender = tenders::by_id(&self.store, &tender).await?;
        let tender = tender.ok_or(Problem::NotFound)?;
        let mut records = Vec::new();
        for filing in tender_cases::records(&self.store, &case.id).await? {
            let papers = filings::papers(&self.store, &filing.id).await?;
            records.push(CaseRecord { filing, papers });
        }
        let mut lots = lots::of_tender(&self.store, &tender.id).await?;
        lots.retain(|lot| lot.state == LotState::Published);
        Ok(Some(TenderOfCase {
            tender,
            lots,
            records,
        }))
    }

    /// A file of a record in a case that its reader may read, by its name, with the id of the tender on whose shelf it
    /// lies.
    ///
    /// # Errors
    /// There is none in this case, or the store is away.
    pub async fn paper_of(
        &self,
        case: &Case,
        filing: &str,
        name: &str,
    ) -> Result<(String, Paper), Problem> {
        let found = self.tender_of(case).await?.ok_or(Problem::NotFound)?;
        let mut records = found.records.into_iter();
        let record = records.find(|record| record.filing.id == filing);
        let mut papers = record.ok_or(Problem::NotFound)?.papers.into_iter();
        let paper = papers.find(|paper| paper.name() == name);
        Ok((found.tender.id, paper.ok_or(Problem::NotFound)?))
    }
}
