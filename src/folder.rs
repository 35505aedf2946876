//! Where the bytes of files lie: in folders of the data directory, under their SHA-256, on shelves. The
//! shelf of a specification or a filed record is its tender's; that of a document the first two digits
//! of its hash. A file is never changed.

use crate::error::Problem;
use crate::limits::{DOCUMENT_BYTES_MAX, RECORD_BYTES_MAX, SWZ_FILE_BYTES_MAX, UPLOAD_LEFT_AFTER};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

/// The folder of specifications in the data directory.
pub const SPECIFICATIONS: &str = "swz";
/// The folder of filed records in the data directory.
pub const RECORDS: &str = "records";
/// The folder of the office's documents in the data directory.
pub const DOCUMENTS: &str = "documents";
/// How files that are still being written begin.
const UNFINISHED: &str = ".upload-";

/// Digits of a hash that name a document's shelf.
const SHELF_DIGITS: usize = 2;

/// A folder of shelves. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Folder {
    path: Arc<Path>,
    /// Longest file.
    bytes_max: u64,
}

/// All folders.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Of specifications.
    pub specifications: Folder,
    /// Of filed records.
    pub records: Folder,
    /// Of the office's documents.
    pub documents: Folder,
}

impl Folders {
    /// Makes the folders in the data directory.
    ///
    /// # Errors
    /// When a folder cannot be made or read.
    pub fn open(data: &Path) -> io::Result<Self> {
        Ok(Self {
            specifications: Folder::open(&data.join(SPECIFICATIONS), SWZ_FILE_BYTES_MAX)?,
            records: Folder::open(&data.join(RECORDS), RECORD_BYTES_MAX)?,
            documents: Folder::open(&data.join(DOCUMENTS), DOCUMENT_BYTES_MAX)?,
        })
    }
}

/// A file that is being written. Dropped unfinished, it leaves nothing behind.
pub struct Upload {
    folder: Arc<Path>,
    temporary: NamedTempFile,
    file: tokio::fs::File,
    hash: Sha256,
    bytes: u64,
    bytes_max: u64,
}

/// A file that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: i64,
}

impl Folder {
    /// Makes the folder, for the server's own user alone, and clears what earlier processes left
    /// unfinished. Another node may be writing there: what it has in hand is younger.
    fn open(path: &Path, bytes_max: u64) -> io::Result<Self> {
        make(path)?;
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                remove_if_old(&entry)?;
            }
        }
        let path = path.into();
        Ok(Self { path, bytes_max })
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn begin(&self) -> Result<Upload, Problem> {
        let folder = Arc::clone(&self.path);
        let opened = tokio::task::spawn_blocking(move || {
            let temporary = tempfile::Builder::new()
                .prefix(UNFINISHED)
                .tempfile_in(&folder)?;
            let file = temporary.as_file().try_clone()?;
            Ok((folder, temporary, file))
        });
        let (folder, temporary, file) = joined(opened.await)?;
        Ok(Upload {
            folder,
            temporary,
            file: tokio::fs::File::from_std(file),
            hash: Sha256::new(),
            bytes: 0,
            bytes_max: self.bytes_max,
        })
    }

    /// Opens a file on a shelf for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn read(&self, shelf: &str, sha256: &str) -> Result<tokio::fs::File, Problem> {
        opened(&self.path.join(shelf).join(sha256)).await
    }

    /// Opens a file that lies on the shelf of its hash.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn read_by_hash(&self, sha256: &str) -> Result<tokio::fs::File, Problem> {
        opened(&self.by_hash(sha256)).await
    }

    /// The path of a file that lies on the shelf of its hash.
    #[must_use]
    pub fn by_hash(&self, sha256: &str) -> PathBuf {
        self.path.join(shelf_of(sha256)).join(sha256)
    }

    /// Whether a file lies on the shelf of its hash.
    ///
    /// # Errors
    /// When the disk does not say.
    pub async fn has_by_hash(&self, sha256: &str) -> Result<bool, Problem> {
        let there = tokio::fs::try_exists(self.by_hash(sha256)).await;
        there.map_err(|error| unavailable(&error))
    }

    /// Deletes a file on the shelf of its hash, if it is there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn remove_by_hash(&self, sha256: &str) -> Result<(), Problem> {
        match tokio::fs::remove_file(self.by_hash(sha256)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(&error)),
            _ => Ok(()),
        }
    }

    /// Deletes all files on a shelf.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn remove(&self, shelf: &str) -> Result<(), Problem> {
        match tokio::fs::remove_dir_all(self.path.join(shelf)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(&error)),
            _ => Ok(()),
        }
    }
}

/// Removes a file that nobody has written to for [`UPLOAD_LEFT_AFTER`]. One that is gone meanwhile was
/// finished, or removed by another node.
fn remove_if_old(entry: &std::fs::DirEntry) -> io::Result<()> {
    let removed = entry.metadata().and_then(|known| {
        let age = known.modified()?.elapsed().unwrap_or_default();
        match age >= UPLOAD_LEFT_AFTER {
            true => std::fs::remove_file(entry.path()),
            false => Ok(()),
        }
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

async fn opened(path: &Path) -> Result<tokio::fs::File, Problem> {
    let file = tokio::fs::File::open(path).await;
    file.map_err(|error| unavailable(&error))
}

fn shelf_of(sha256: &str) -> String {
    sha256.chars().take(SHELF_DIGITS).collect()
}

impl Upload {
    /// Writes the next bytes.
    ///
    /// # Errors
    /// When the file grows too long or the disk does not take it.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > self.bytes_max {
            return Err(Problem::TooLarge);
        }
        self.hash.update(bytes);
        self.file
            .write_all(bytes)
            .await
            .map_err(|error| unavailable(&error))
    }

    /// Looks at what was written so far, from its beginning, on a thread that may wait for the disk.
    ///
    /// # Errors
    /// When the disk does not give it back.
    pub async fn look<T: Send + 'static>(
        &mut self,
        at: impl FnOnce(std::fs::File) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        self.file
            .flush()
            .await
            .map_err(|error| unavailable(&error))?;
        let written = self.temporary.reopen();
        let written = written.map_err(|error| unavailable(&error))?;
        joined(tokio::task::spawn_blocking(move || at(written)).await)
    }

    /// Makes the file durable under its hash on a shelf: the bytes first, then the name, then the
    /// folders.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn finish(self, shelf: &str) -> Result<Stored, Problem> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        self.persist(shelf.to_owned(), sha256).await
    }

    /// Makes the file durable on the shelf of its hash.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn finish_by_hash(self) -> Result<Stored, Problem> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        self.persist(shelf_of(&sha256), sha256).await
    }

    async fn persist(mut self, shelf: String, sha256: String) -> Result<Stored, Problem> {
        self.file
            .flush()
            .await
            .map_err(|error| unavailable(&error))?;
        let (folder, temporary, name) = (self.folder, self.temporary, sha256.clone());
        let persisted = tokio::task::spawn_blocking(move || {
            let shelf = folder.join(shelf);
            make(&shelf)?;
            temporary.as_file().sync_all()?;
            temporary.persist(shelf.join(name))?;
            std::fs::File::open(&shelf)?.sync_all()?;
            std::fs::File::open(&folder)?.sync_all()
        });
        joined(persisted.await)?;
        // The bound above is far below what does not fit.
        let bytes = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        Ok(Stored { sha256, bytes })
    }
}

fn make(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

fn joined<T>(answer: Result<io::Result<T>, tokio::task::JoinError>) -> Result<T, Problem> {
    match answer {
        Ok(answer) => answer.map_err(|error| unavailable(&error)),
        Err(error) => Err(unavailable(&io::Error::other(error))),
    }
}

/// Logged here, once: what the client gets says nothing of the cause.
fn unavailable(error: &io::Error) -> Problem {
    tracing::error!(%error, "a file cannot be written or read");
    Problem::Unavailable
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    /// Two nodes on one data directory: the second starts while the first takes a document.
    #[tokio::test]
    async fn a_start_leaves_the_uploads_of_other_nodes_alone() {
        let data = tempfile::tempdir().unwrap();
        let one = Folders::open(data.path()).unwrap();
        let mut upload = one.documents.begin().await.unwrap();
        upload.write(b"%PDF-1.7 first half").await.unwrap();
        let left = one.documents.path.join(".upload-left");
        let file = std::fs::File::create(&left).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let other = Folders::open(data.path()).unwrap();
        assert!(!left.exists(), "what an ended process left");
        upload.write(b", second half").await.unwrap();
        let stored = upload.finish_by_hash().await.unwrap();
        let mut text = String::new();
        let mut file = other.documents.read_by_hash(&stored.sha256).await.unwrap();
        tokio::io::AsyncReadExt::read_to_string(&mut file, &mut text)
            .await
            .unwrap();
        assert_eq!(text, "%PDF-1.7 first half, second half");
    }
}
