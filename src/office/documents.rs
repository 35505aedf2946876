//! The office's documents: original bytes, taken once and never changed.
//!
//! What is taken is decided by content, never by the name ([`kind`]); archives are measured before
//! anybody unpacks them ([`archive`]). A document that is taken waits for the scanner ([`scanning`]):
//! until then clerks cannot open it, and one that is infected nobody can, ever.

use crate::error::Problem;
use crate::file_name::{ending, harmless};
use crate::folder::{Folder, Upload};
use crate::identity::Now;
use crate::limits::DOCUMENT_NAME_CHARS_MAX;
use crate::store::documents::{self, Document, Kind, Scan};
use crate::store::{Store, WriteTx, new_id};
use scanning::Scanner;

pub mod archive;
pub mod kind;
pub mod refused;
pub mod scanning;
mod unsent;

pub use refused::Refused;

/// The store of documents. Clones are the same one.
#[derive(Clone)]
pub struct Documents {
    /// The store.
    pub store: Store,
    /// Where the bytes lie.
    pub folder: Folder,
    /// The clock.
    pub now: Now,
    /// What looks for viruses.
    pub scanner: Scanner,
}

/// Who wants to read a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Who sent it: has it anyway.
    Sender,
    /// Somebody else: reads only what was scanned.
    Clerk,
}

impl Documents {
    /// Begins to take a document, to be written bit by bit; [`Self::keep`] ends it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn begin(&self) -> Result<Upload, Problem> {
        self.folder.begin().await
    }

    /// Takes a document that was written. `by` is the account that sends it, `name` what it calls it.
    ///
    /// # Errors
    /// Why it is refused, as a fault of the field `file`, also where the account has too much that it
    /// never sent; or the store or the disk is away.
    pub async fn keep(
        &self,
        by: &str,
        name: &str,
        mut upload: Upload,
    ) -> Result<Document, Problem> {
        let name = harmless(name, DOCUMENT_NAME_CHARS_MAX).ok_or(Refused::NoName)?;
        let kind = upload.look(kind::recognise).await??;
        let name = named(name, kind)?;
        let stored = upload.finish_by_hash().await?;
        let document = Document {
            id: new_id(),
            sha256: stored.sha256,
            name,
            kind,
            bytes: stored.bytes,
            added_by: by.to_owned(),
            added_at: (self.now)(),
            scan: Scan::Waiting,
        };
        self.add(&document).await?;
        Ok(document)
    }

    /// Takes a document whose bytes are at hand.
    ///
    /// # Errors
    /// As [`Self::keep`], and when it is too long.
    pub async fn put(&self, by: &str, name: &str, bytes: &[u8]) -> Result<Document, Problem> {
        let mut upload = self.begin().await?;
        upload.write(bytes).await?;
        self.keep(by, name, upload).await
    }

    /// Takes a document of the office's own making, in the caller's transaction: it needs no scanner.
    ///
    /// # Errors
    /// When the store or the disk is away.
    pub async fn put_own(
        &self,
        tx: &mut WriteTx,
        name: &str,
        bytes: &[u8],
    ) -> Result<Document, Problem> {
        let mut upload = self.begin().await?;
        upload.write(bytes).await?;
        let stored = upload.finish_by_hash().await?;
        let document = Document {
            id: new_id(),
            sha256: stored.sha256,
            name: name.to_owned(),
            kind: Kind::Pdf,
            bytes: stored.bytes,
            added_by: "server".to_owned(),
            added_at: (self.now)(),
            scan: Scan::Clean,
        };
        documents::insert(tx, &document).await?;
        Ok(document)
    }

    /// The document of an id.
    ///
    /// # Errors
    /// When there is none, or the store is away.
    pub async fn find(&self, id: &str) -> Result<Document, Problem> {
        let found = documents::by_id(&self.store, id).await?;
        found.ok_or(Problem::NotFound)
    }

    /// Opens a document. Whether the reader may see it at all is for the caller to know.
    ///
    /// # Errors
    /// When it is locked: infected, or not scanned yet and the reader is a clerk; or the disk is away.
    pub async fn open(
        &self,
        document: &Document,
        reader: Reader,
    ) -> Result<tokio::fs::File, Problem> {
        match (&document.scan, reader) {
            (Scan::Infected { .. }, _) => Err(refused::infected()),
            (Scan::Waiting, Reader::Clerk) => Err(refused::not_scanned()),
            _ => self.folder.read_by_hash(&document.sha256).await,
        }
    }
}

/// The name with an ending of its kind. A name that says another kind is refused: who opens the file
/// later would trust it.
fn named(name: String, kind: Kind) -> Result<String, Refused> {
    let said = ending(&name);
    if kind::endings(kind).contains(&said.as_str()) {
        return Ok(name);
    }
    if kind::is_known(&said) || kind::is_risky(&said) {
        return Err(Refused::OtherKind { name, kind });
    }
    let ending = kind::endings(kind).first().copied().unwrap_or_default();
    Ok(format!("{name}.{ending}"))
}
