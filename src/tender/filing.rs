//! Filing: the record of each sealed auction becomes files that stay as they are, once for each head
//! of its log. The log says that a record is due, the store's port ([`filings`]) that it was emitted;
//! so a crash at any moment leaves neither none nor two. With a record a time stamp of its head is
//! asked for.

use super::Desk;
use super::record::for_everyone;
use crate::auction::record::Record;
use crate::document::record::record_pdf;
use crate::document::{Lang, Office, PdfError};
use crate::error::Problem;
use crate::identity::Who;
use crate::limits::FILE_EVERY;
use crate::store::filings::{self, Edition, Filing, Format, Paper};
use crate::store::{StoreError, audit, stamps};
use auction_rules::AuctionId;
use serde::Serialize;
use serde_json::json;

/// A record with its files.
#[derive(Debug, Clone, Serialize)]
pub struct Filed {
    /// When and for which head.
    #[serde(flatten)]
    pub filing: Filing,
    /// Its files; none before it was filed.
    pub papers: Vec<Paper>,
}

/// A file of a record, opened.
pub struct Download {
    /// Which.
    pub paper: Paper,
    /// Its bytes, read from the disk as they are sent.
    pub bytes: tokio::fs::File,
}

impl Desk {
    /// Files records for one server, until it is dropped. At its start everything that was not
    /// filed is due.
    pub async fn file_records(self) {
        // Problems of store and journal were logged where they became one.
        drop(self.hurry().await);
        loop {
            drop(self.file_due().await);
            tokio::time::sleep(FILE_EVERY).await;
        }
    }

    async fn hurry(&self) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        filings::hurry(&mut tx, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    /// Emits what has been sealed since, and files what is due; gives how many records were filed.
    ///
    /// # Errors
    /// When the store is away. What was filed before stays filed.
    pub async fn file_due(&self) -> Result<usize, Problem> {
        self.emit_sealed().await?;
        let mut filed = 0;
        while let Some(filing) = self.take_filing().await? {
            match self.file(&filing).await {
                Ok(papers) => filed += usize::from(self.settle_filing(&filing, &papers).await?),
                Err(problem) => self.filing_failed(&filing, &problem).await?,
            }
        }
        Ok(filed)
    }

    async fn emit_sealed(&self) -> Result<(), Problem> {
        let mut after = String::new();
        loop {
            let page = filings::unemitted(&self.store, &after).await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after.clone_from(last);
            for (lot, auction) in &page {
                let door = self.house.find(auction).await;
                if let Some(head) = door.and_then(|door| door.sealed_head()) {
                    let mut tx = self.store.write_tx().await?;
                    let now = (self.now)();
                    filings::emit(&mut tx, now, lot, auction, &head.to_string()).await?;
                    stamps::want(&mut tx, now, &head).await?;
                    tx.commit().await?;
                }
            }
        }
    }

    async fn take_filing(&self) -> Result<Option<Filing>, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let taken = filings::take(&mut tx, (self.now)()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Makes the files durable. Done again it gives the same bytes, which lie where they lay.
    async fn file(&self, filing: &Filing) -> Result<Vec<Paper>, Problem> {
        let lot = self.lot_of(&filing.auction).await?;
        let mut record = self.whole_record(&filing.auction, true).await?;
        record.made_at = filing.emitted_at;
        let mut papers = Vec::new();
        for edition in [Edition::Buyer, Edition::Public] {
            if edition == Edition::Public {
                record = for_everyone(record);
            }
            let (same, written) = written(record, self.config.office.clone()).await?;
            record = same;
            for (format, bytes) in written {
                let mut upload = self.files.records.begin().await?;
                upload.write(&bytes).await?;
                let stored = upload.finish(&lot.tender).await?;
                papers.push(Paper {
                    edition,
                    format,
                    bytes: stored.bytes,
                    sha256: stored.sha256,
                });
            }
        }
        Ok(papers)
    }

    async fn settle_filing(&self, filing: &Filing, papers: &[Paper]) -> Result<bool, StoreError> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !filings::settle(&mut tx, now, &filing.id, papers).await? {
            return Ok(false);
        }
        let details = json!({
            "auction": filing.auction, "head": filing.head, "papers": papers,
        });
        audit(&mut tx, now, "server", "record.filed", &details).await?;
        tx.commit().await?;
        tracing::info!(auction = %filing.auction, "the record was filed");
        Ok(true)
    }

    async fn filing_failed(&self, filing: &Filing, problem: &Problem) -> Result<(), StoreError> {
        let attempts = filing.attempts;
        let problem = problem.name();
        tracing::error!(auction = %filing.auction, attempts, problem, "a record was not filed");
        let mut tx = self.store.write_tx().await?;
        filings::failed(&mut tx, &filing.id, &problem).await?;
        tx.commit().await
    }

    /// The records of an auction, newest first, for the buyer's people.
    ///
    /// # Errors
    /// No such auction, or the store is away.
    pub async fn filed(&self, auction: &AuctionId) -> Result<Vec<Filed>, Problem> {
        self.lot_of(auction).await?;
        let mut all = Vec::new();
        for filing in filings::of_auction(&self.store, auction).await? {
            let papers = filings::papers(&self.store, &filing.id).await?;
            all.push(Filed { filing, papers });
        }
        Ok(all)
    }

    /// The file of the latest record that was filed, in the edition that is for who asks; none
    /// before.
    ///
    /// # Errors
    /// No such auction, or the store or the disk is away.
    pub async fn filed_paper(
        &self,
        who: Option<&Who>,
        auction: &AuctionId,
        format: Format,
    ) -> Result<Option<Download>, Problem> {
        let lot = self.lot_of(auction).await?;
        let edition = match who.is_some_and(Who::sees_as_buyer) {
            true => Edition::Buyer,
            false => Edition::Public,
        };
        let filed = filings::of_auction(&self.store, auction).await?;
        let Some(latest) = filed.iter().find(|filing| filing.filed_at.is_some()) else {
            return Ok(None);
        };
        let papers = filings::papers(&self.store, &latest.id).await?;
        let fits = |paper: &Paper| paper.edition == edition && paper.format == format;
        let Some(paper) = papers.into_iter().find(fits) else {
            return Ok(None);
        };
        let bytes = self.files.records.read(&lot.tender, &paper.sha256).await?;
        Ok(Some(Download { paper, bytes }))
    }
}

type Written = Vec<(Format, Vec<u8>)>;

/// Writing takes the processor for a while, so that it is not done where requests are answered.
async fn written(record: Record, office: Office) -> Result<(Record, Written), Problem> {
    let writing = tokio::task::spawn_blocking(move || {
        let json = serde_json::to_vec(&record).map_err(|error| error.to_string())?;
        let pdf = |lang| record_pdf(&record, office.clone(), lang);
        let text = |error: PdfError| error.to_string();
        let written = vec![
            (Format::Json, json),
            (Format::PdfPl, pdf(Lang::Pl).map_err(text)?),
            (Format::PdfEn, pdf(Lang::En).map_err(text)?),
        ];
        Ok::<_, String>((record, written))
    });
    let written = writing.await.map_err(|error| error.to_string());
    written.flatten().map_err(|error| {
        tracing::error!(%error, "a record cannot be written");
        Problem::Unavailable
    })
}
