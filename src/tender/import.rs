//! Bidders from a file of rows and columns, with their written offers where the file has them.
//! All of it is read and checked before anything is written, and all is written or nothing.

use super::admission::{Rehearsal, below, read_offer};
use super::bidders::{Checked, NewBidder, checked};
use super::{Desk, not_now};
use crate::error::{Problem, fault};
use crate::identity::Who;
use crate::limits::{BIDDERS_PER_TENDER_MAX, IMPORT_FAULTS_MAX, IMPORT_PREVIEW_ROWS};
use crate::store::admissions::WrittenOffer;
use crate::store::bidders::{self, Source};
use crate::store::lots::{self, Lot, LotState};
use crate::store::{audit, tenders};
use auction_rules::identity::Identity;
use auction_rules::{OfficerId, TermsFault, Timestamp};
use columns::{Column, columns};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use table::{Row, Table};

mod columns;
mod table;

pub use table::Format;

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// How the file was written.
    pub format: Format,
    /// Rows of bidders.
    pub rows: usize,
    /// Admissions to lots.
    pub admissions: usize,
    /// The first rows, as they were understood.
    pub first: Vec<PreviewRow>,
    /// What is wrong, at most [`IMPORT_FAULTS_MAX`] of it: `lines[n].<column>`, `header.<column>`.
    pub faults: Vec<TermsFault>,
    /// How much is wrong.
    pub faults_count: usize,
}

/// One row of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    /// The line on which it begins.
    pub line: u64,
    /// Who it is.
    pub identity: Identity,
    /// The country of the tax number.
    pub country: String,
    /// Where to write.
    pub email: String,
    /// The person to talk to.
    pub contact: String,
    /// The offers as they were typed, by the lot's number.
    pub offers: BTreeMap<String, BTreeMap<String, String>>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Bidders added.
    pub bidders: usize,
    /// Admissions to lots.
    pub admissions: usize,
}

/// A file that was read and understood.
struct Read {
    preview: Preview,
    ready: Vec<Ready>,
}

/// A row without a fault.
struct Ready {
    bidder: Checked,
    /// By the place of the lot.
    offers: Vec<(usize, WrittenOffer)>,
}

impl Desk {
    /// Says what an import of this file would do, with all that is wrong in it. Nothing is written.
    ///
    /// # Errors
    /// A fault of `file` where it cannot be read at all, no such tender, or the store is away.
    pub async fn preview_import(
        &self,
        officer: &Who,
        tender: &str,
        bytes: Vec<u8>,
    ) -> Result<Preview, Problem> {
        Ok(self.read_import(officer, tender, bytes).await?.1.preview)
    }

    /// Imports bidders, and admits them where the file has their offers: all of it, or nothing.
    ///
    /// # Errors
    /// Every fault of the file, a lot that was published meanwhile, too many bidders, no such
    /// tender, or the store is away.
    pub async fn import_bidders(
        &self,
        officer: &Who,
        tender: &str,
        bytes: Vec<u8>,
    ) -> Result<Imported, Problem> {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let (lots, read) = self.read_import(officer, tender, bytes).await?;
        if !read.preview.faults.is_empty() {
            return Err(Problem::Faults(read.preview.faults));
        }
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        for lot in &lots {
            let found = lots::locked(&mut tx, &lot.id).await?;
            if found.is_none_or(|found| found.state != lot.state || found.terms != lot.terms) {
                return Err(changed());
            }
        }
        let added = i64::try_from(read.ready.len()).unwrap_or(i64::MAX);
        if bidders::count(&mut tx, tender).await?.saturating_add(added) > BIDDERS_PER_TENDER_MAX {
            return Err(not_now("Za wielu wykonawców.", "Too many bidders."));
        }
        // Somebody may have been added since the file was checked.
        let present = bidders::tax_keys(&mut tx, tender).await?;
        let mut imported = Imported {
            bidders: 0,
            admissions: 0,
        };
        for ready in read.ready {
            if present.contains(&ready.bidder.tax_key) {
                return Err(changed());
            }
            let row = self.row(tender, ready.bidder, Source::Import);
            bidders::insert(&mut tx, &row).await?;
            imported.bidders += 1;
            for (place, offer) in ready.offers {
                self.put(&mut tx, officer, &lots[place], &row, offer)
                    .await?;
                imported.admissions += 1;
            }
        }
        let details = json!({ "tender": tender, "bidders": imported.bidders, "sha256": sha256 });
        audit(
            &mut tx,
            (self.now)(),
            officer.id(),
            "bidders.imported",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(imported)
    }

    async fn read_import(
        &self,
        officer: &Who,
        tender: &str,
        bytes: Vec<u8>,
    ) -> Result<(Vec<Lot>, Read), Problem> {
        let by = officer.officer().ok_or(Problem::NotAllowed)?;
        let tender = self.tender(tender).await?;
        let lots = lots::of_tender(&self.store, &tender.id).await?;
        let mut tx = self.store.write_tx().await?;
        let present = bidders::tax_keys(&mut tx, &tender.id).await?;
        drop(tx);
        let now = (self.now)();
        // Ten thousand rows take a while to decide: not on a thread that serves auctions.
        let read = tokio::task::spawn_blocking(move || {
            let read = understood(&bytes, &lots, &present, &by, now)?;
            Ok::<_, Problem>((lots, read))
        });
        read.await.map_err(|error| {
            tracing::error!(%error, "an import broke off");
            Problem::Unavailable
        })?
    }
}

/// Reads a file and checks every row.
fn understood(
    bytes: &[u8],
    lots: &[Lot],
    present: &BTreeSet<String>,
    officer: &OfficerId,
    now: Timestamp,
) -> Result<Read, Problem> {
    let table = table::read(bytes)?;
    let (columns, mut faults) = columns(&table.header, lots);
    let mut read = Read {
        preview: Preview {
            format: table.format.clone(),
            rows: table.rows.len(),
            admissions: 0,
            first: Vec::new(),
            faults: Vec::new(),
            faults_count: 0,
        },
        ready: Vec::new(),
    };
    // Of a header that is not understood every row would be wrong.
    if faults.is_empty() {
        let mut rehearsals = BTreeMap::new();
        for column in &columns {
            if let Some(place) = column.lot()
                && !rehearsals.contains_key(&place)
            {
                rehearsals.insert(place, Rehearsal::of(&lots[place], officer, now)?);
            }
        }
        let rows = Rows {
            columns,
            lots,
            rehearsals,
        };
        faults = rows.check(&table, present, &mut read)?;
    }
    read.preview.faults_count = faults.len();
    faults.truncate(IMPORT_FAULTS_MAX);
    read.preview.faults = faults;
    Ok(read)
}

struct Rows<'a> {
    columns: Vec<Column>,
    lots: &'a [Lot],
    rehearsals: BTreeMap<usize, Rehearsal>,
}

impl Rows<'_> {
    fn check(
        &self,
        table: &Table,
        present: &BTreeSet<String>,
        read: &mut Read,
    ) -> Result<Vec<TermsFault>, Problem> {
        let mut faults = Vec::new();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for row in &table.rows {
            let at = format!("lines[{}]", row.line);
            if row.len() > self.columns.len() {
                faults.push(fault(
                    at.as_str(),
                    "Wiersz ma więcej kolumn niż nagłówek.",
                    "The row has more columns than the header.",
                ));
            }
            let new = self.bidder(row);
            let typed = self.typed(row, &at, &mut faults);
            if read.preview.first.len() < IMPORT_PREVIEW_ROWS {
                read.preview.first.push(self.shown(row, &new, &typed));
            }
            let identity = new.identity.clone();
            let bidder = match checked(new, false) {
                Ok(bidder) => Some(bidder),
                Err(problem) => {
                    faults.extend(below(&at, problem)?);
                    None
                }
            };
            let offers = self.offers(&typed, &identity, &at, &mut faults)?;
            read.preview.admissions += offers.len();
            let Some(bidder) = bidder else { continue };
            if !bidder.tax_key.is_empty() {
                let before = seen.insert(bidder.tax_key.clone(), row.line);
                faults.extend(twin(&at, present.contains(&bidder.tax_key), before));
            }
            read.ready.push(Ready { bidder, offers });
        }
        Ok(faults)
    }

    fn bidder(&self, row: &Row) -> NewBidder {
        let text = |wanted: &Column| {
            let place = self.columns.iter().position(|column| column == wanted);
            place.map_or("", |place| row.cell(place)).to_owned()
        };
        let country = text(&Column::Country);
        NewBidder {
            identity: Identity {
                name: text(&Column::Name),
                seat: text(&Column::Seat),
                tax_id: text(&Column::TaxId),
            },
            country: if country.is_empty() {
                "PL".to_owned()
            } else {
                country
            },
            email: text(&Column::Email),
            contact: text(&Column::Contact),
        }
    }

    /// The values typed for each lot to which the row admits.
    fn typed(
        &self,
        row: &Row,
        at: &str,
        faults: &mut Vec<TermsFault>,
    ) -> BTreeMap<usize, BTreeMap<String, String>> {
        let mut typed: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        for (place, column) in self.columns.iter().enumerate() {
            let cell = row.cell(place);
            match column {
                Column::Value { lot, value } if !cell.is_empty() => {
                    let offer = typed.entry(*lot).or_default();
                    offer.insert(value.to_string(), cell.to_owned());
                }
                Column::Admit { lot } => match cell.to_lowercase().as_str() {
                    "" | "nie" | "no" | "0" => {}
                    "tak" | "yes" | "x" | "1" => {
                        typed.entry(*lot).or_default();
                    }
                    _ => faults.push(fault(
                        format!("{at}.lots[{}]", self.lots[*lot].number),
                        "Wpisz „tak” albo „nie”.",
                        "Enter “yes” or “no”.",
                    )),
                },
                _ => {}
            }
        }
        typed
    }

    fn offers(
        &self,
        typed: &BTreeMap<usize, BTreeMap<String, String>>,
        identity: &Identity,
        at: &str,
        faults: &mut Vec<TermsFault>,
    ) -> Result<Vec<(usize, WrittenOffer)>, Problem> {
        let mut offers = Vec::new();
        for (place, typed) in typed {
            let lot = &self.lots[*place];
            let offer = read_offer(lot, typed).and_then(|offer| {
                let rehearsal = self.rehearsals.get(place).ok_or(Problem::NotFound)?;
                rehearsal.admits(identity, &offer)?;
                Ok(offer)
            });
            match offer {
                Ok(offer) => offers.push((*place, offer)),
                Err(problem) => {
                    faults.extend(below(&format!("{at}.lots[{}]", lot.number), problem)?);
                }
            }
        }
        Ok(offers)
    }

    fn shown(
        &self,
        row: &Row,
        new: &NewBidder,
        typed: &BTreeMap<usize, BTreeMap<String, String>>,
    ) -> PreviewRow {
        let offers = typed
            .iter()
            .map(|(place, typed)| (self.lots[*place].number.clone(), typed.clone()));
        PreviewRow {
            line: row.line,
            identity: new.identity.clone(),
            country: new.country.clone(),
            email: new.email.clone(),
            contact: new.contact.clone(),
            offers: offers.collect(),
        }
    }
}

/// A tax number that stands twice.
fn twin(at: &str, in_tender: bool, before: Option<u64>) -> Option<TermsFault> {
    let path = format!("{at}.identity.tax_id");
    if let Some(line) = before {
        return Some(fault(
            path,
            format!("Ten numer podatkowy jest już w wierszu {line}."),
            format!("This tax number stands on line {line} already."),
        ));
    }
    in_tender.then(|| {
        fault(
            path,
            "Wykonawca o tym numerze podatkowym już jest w tym postępowaniu.",
            "The tender has a bidder of this tax number already.",
        )
    })
}

fn changed() -> Problem {
    not_now(
        "W międzyczasie ktoś zmienił części albo wykonawców. Wczytaj plik jeszcze raz.",
        "Somebody changed lots or bidders meanwhile. Read the file once more.",
    )
}

/// Whether a lot still takes admissions from a file.
fn is_open_for_import(lot: &Lot) -> bool {
    lot.state == LotState::Draft
}
