//! The check of each letter's signatures in the background, and the evidence that it keeps. Nothing
//! waits for it, and nothing is refused by it.

use super::{CHECKER, Digests, File, Neighbour, Trust, check, worst};
use crate::error::Problem;
use crate::folder::Folder;
use crate::identity::Now;
use crate::limits::{SCAN_EVERY, SIGNATURE_ANCHORS_BYTES_MAX};
use crate::store::documents::{Document, Kind};
use crate::store::letters::{self, Letter};
use crate::store::signatures::{self, Evidence};
use crate::store::{Store, StoreError, WriteTx, audit, new_id};
use anyhow::Context;
use auction_rules::Timestamp;
use serde_json::json;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The verdict of a document that carries no signature.
pub const NONE: &str = "NONE";

/// What checks the letters of one server.
#[derive(Clone)]
pub struct Checking {
    /// The store.
    pub store: Store,
    /// Where the bytes of documents lie.
    pub folder: Folder,
    /// The file of trusted issuers; it is read anew for each letter, so that lists of revocations
    /// count once they are there.
    pub anchors: Option<PathBuf>,
    /// The clock.
    pub now: Now,
}

impl Checking {
    /// Has letters checked for one server, until it is dropped. At its start everything that was not
    /// checked is due.
    pub async fn run(self) {
        // Problems of the store were logged where they became one.
        drop(self.hurry().await);
        loop {
            drop(self.check_due().await);
            tokio::time::sleep(SCAN_EVERY).await;
        }
    }

    async fn hurry(&self) -> Result<(), Problem> {
        let mut tx = self.store.write_tx().await?;
        signatures::hurry(&mut tx, (self.now)()).await?;
        Ok(tx.commit().await?)
    }

    /// Has every letter checked that is due; gives how many were.
    ///
    /// # Errors
    /// When the store is away. What was checked before stays so.
    pub async fn check_due(&self) -> Result<usize, Problem> {
        let mut checked = 0;
        while let Some(due) = self.take().await? {
            checked += usize::from(self.check_one(&due).await?);
        }
        Ok(checked)
    }

    async fn take(&self) -> Result<Option<String>, StoreError> {
        let mut tx = self.store.write_tx().await?;
        let taken = signatures::take(&mut tx, (self.now)()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    async fn check_one(&self, id: &str) -> Result<bool, StoreError> {
        let letter = letters::by_id(&self.store, id).await?;
        let letter = letter.ok_or_else(|| StoreError::Row("no such letter".to_owned()))?;
        let enclosed = letters::enclosures(&self.store, id).await?;
        let documents = enclosed.into_iter().map(|one| one.document).collect();
        let found = self.look(&letter, documents).await;
        let mut tx = self.store.write_tx().await?;
        let checked = match found {
            Ok(found) => self.keep(&mut tx, id, &found).await?,
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(letter = id, error, "signatures were not checked");
                signatures::failed(&mut tx, id, &error).await?;
                false
            }
        };
        tx.commit().await?;
        Ok(checked)
    }

    /// Hashing and reading take the processor for a while; a panic there is ours, and stops no more
    /// than this letter.
    async fn look(
        &self,
        letter: &Letter,
        documents: Vec<Document>,
    ) -> anyhow::Result<Vec<Evidence>> {
        let (folder, anchors) = (self.folder.clone(), self.anchors.clone());
        let (id, judged_at, checked_at) = (letter.id.clone(), letter.received_at, (self.now)());
        let looking = move || {
            let trust = anchors
                .as_deref()
                .map_or_else(|| Ok(Trust::default()), read)?;
            let look = Look {
                letter: &id,
                folder: &folder,
                trust: &trust,
                judged_at,
                checked_at,
            };
            look.at(&documents)
        };
        tokio::task::spawn_blocking(looking).await?
    }

    /// Keeps what was found; false where another node was faster.
    async fn keep(
        &self,
        tx: &mut WriteTx,
        letter: &str,
        found: &[Evidence],
    ) -> Result<bool, StoreError> {
        let now = (self.now)();
        if !signatures::settle(tx, letter, now).await? {
            return Ok(false);
        }
        for evidence in found {
            signatures::insert(tx, evidence).await?;
            let details = json!({
                "letter": letter, "document": evidence.document, "evidence": evidence.id,
                "sha256": evidence.sha256, "anchors": evidence.anchors,
                "checker": evidence.checker, "verdict": evidence.verdict,
            });
            audit(tx, now, "server", "signatures.checked", &details).await?;
        }
        Ok(true)
    }
}

/// Reads the file of trusted issuers.
///
/// # Errors
/// When it cannot be read, is too long, or is no such file.
pub fn read(path: &Path) -> anyhow::Result<Trust> {
    let most = u64::try_from(SIGNATURE_ANCHORS_BYTES_MAX)?;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > SIGNATURE_ANCHORS_BYTES_MAX {
        anyhow::bail!("{} is too long", path.display());
    }
    Trust::read(&bytes).with_context(|| format!("{}", path.display()))
}

/// One look at a letter's documents.
struct Look<'a> {
    letter: &'a str,
    folder: &'a Folder,
    trust: &'a Trust,
    judged_at: Timestamp,
    checked_at: Timestamp,
}

impl Look<'_> {
    fn at(&self, documents: &[Document]) -> anyhow::Result<Vec<Evidence>> {
        // Only these may be for a file beside them.
        let stands_beside = |one: &Document| matches!(one.kind, Kind::Xml | Kind::Cms);
        let digests = match documents.iter().any(stands_beside) {
            true => documents.iter().map(|one| self.digests(one)).collect(),
            false => Ok(Vec::new()),
        };
        let digests: Vec<Digests> = digests?;
        let mut found = Vec::with_capacity(documents.len());
        for (index, document) in documents.iter().enumerate() {
            let others = documents.iter().zip(&digests).enumerate();
            let beside: Vec<_> = others
                .filter(|(other, _)| *other != index)
                .map(|(_, (other, digests))| Neighbour {
                    name: other.name.clone(),
                    digests: digests.clone(),
                })
                .collect();
            found.push(self.evidence(document, documents, &beside)?);
        }
        Ok(found)
    }

    fn digests(&self, document: &Document) -> anyhow::Result<Digests> {
        Ok(Digests::of(&self.bytes(document)?))
    }

    fn bytes(&self, document: &Document) -> anyhow::Result<Vec<u8>> {
        let path = self.folder.by_hash(&document.sha256);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn evidence(
        &self,
        document: &Document,
        all: &[Document],
        beside: &[Neighbour],
    ) -> anyhow::Result<Evidence> {
        let bytes = self.bytes(document)?;
        let file = File {
            name: &document.name,
            kind: document.kind,
            bytes: &bytes,
        };
        let findings = check(&file, beside, self.trust, self.judged_at);
        let others = all.iter().filter(|one| one.id != document.id);
        Ok(Evidence {
            id: new_id(),
            letter: self.letter.to_owned(),
            document: document.id.clone(),
            checked_at: self.checked_at,
            judged_at: self.judged_at,
            sha256: document.sha256.clone(),
            beside: others.map(|one| one.sha256.clone()).collect(),
            anchors: self.trust.sha256().to_owned(),
            checker: CHECKER.to_owned(),
            verdict: worst(&findings)
                .map_or(NONE, |verdict| verdict.code())
                .to_owned(),
            findings: serde_json::to_value(&findings)?,
            decision: None,
        })
    }
}
