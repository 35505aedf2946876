//! Where the bytes of specifications and of filed records lie: files in the data directory, named
//! after their SHA-256, in one folder for each tender.

use crate::error::Problem;
use crate::limits::{RECORD_BYTES_MAX, SWZ_FILE_BYTES_MAX};
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
/// How files that are still being written begin.
const UNFINISHED: &str = ".upload-";

/// A folder with a folder for each tender in it. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Folder {
    path: Arc<Path>,
    /// Longest file.
    bytes_max: u64,
}

/// Both folders.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Of specifications.
    pub specifications: Folder,
    /// Of filed records.
    pub records: Folder,
}

impl Folders {
    /// Makes both folders in the data directory.
    ///
    /// # Errors
    /// When a folder cannot be made or read.
    pub fn open(data: &Path) -> io::Result<Self> {
        Ok(Self {
            specifications: Folder::open(&data.join(SPECIFICATIONS), SWZ_FILE_BYTES_MAX)?,
            records: Folder::open(&data.join(RECORDS), RECORD_BYTES_MAX)?,
        })
    }
}

/// A file that is being written. Dropped unfinished, it leaves nothing behind.
pub struct Upload {
    folder: PathBuf,
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
    /// Makes the folder, for the server's own user alone, and clears what an earlier process left
    /// unfinished.
    fn open(path: &Path, bytes_max: u64) -> io::Result<Self> {
        make(path)?;
        for tender in std::fs::read_dir(path)? {
            clear(&tender?.path())?;
        }
        let path = path.into();
        Ok(Self { path, bytes_max })
    }

    /// Begins a file of a tender.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn begin(&self, tender: &str) -> Result<Upload, Problem> {
        let folder = self.path.join(tender);
        let opened = tokio::task::spawn_blocking(move || {
            make(&folder)?;
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

    /// Opens a file of a tender for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn read(&self, tender: &str, sha256: &str) -> Result<tokio::fs::File, Problem> {
        tokio::fs::File::open(self.path.join(tender).join(sha256))
            .await
            .map_err(|error| unavailable(&error))
    }

    /// Deletes all files of a tender.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn remove(&self, tender: &str) -> Result<(), Problem> {
        match tokio::fs::remove_dir_all(self.path.join(tender)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(&error)),
            _ => Ok(()),
        }
    }
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

    /// Makes the file durable under its hash: the bytes first, then the name, then the folder.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn finish(mut self) -> Result<Stored, Problem> {
        self.file
            .flush()
            .await
            .map_err(|error| unavailable(&error))?;
        let sha256 = hex::encode(self.hash.finalize());
        let (folder, temporary, name) = (self.folder, self.temporary, sha256.clone());
        let persisted = tokio::task::spawn_blocking(move || {
            temporary.as_file().sync_all()?;
            temporary.persist(folder.join(name))?;
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

fn clear(tender: &Path) -> io::Result<()> {
    for file in std::fs::read_dir(tender)? {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_file(file.path())?;
        }
    }
    Ok(())
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
