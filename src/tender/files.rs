//! Files of a tender's specification (SWZ).

use super::{Desk, Faults, REASON_CHARS_MAX, not_now};
use crate::error::Problem;
use crate::file_name::harmless;
use crate::folder::Upload;
use crate::identity::Who;
use crate::limits::{SWZ_FILES_EVER_MAX, SWZ_FILES_MAX};
use crate::store::swz_files::{self, SwzFile, Withdrawn};
use crate::store::{WriteTx, audit, new_id, tenders};
use serde_json::json;

/// The longest name of a file, in characters.
pub const FILE_NAME_CHARS_MAX: usize = 120;

/// What may stand in a specification: endings and the content type that each is served as. Nothing
/// that a browser would run.
const KINDS: [(&str, &str); 27] = [
    ("7z", "application/x-7z-compressed"),
    ("asc", "text/plain; charset=utf-8"),
    ("ath", "application/octet-stream"),
    ("csv", "text/csv; charset=utf-8"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("dwg", "image/vnd.dwg"),
    ("dxf", "image/vnd.dxf"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("kst", "application/octet-stream"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("p7m", "application/pkcs7-mime"),
    ("p7s", "application/pkcs7-signature"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("rtf", "application/rtf"),
    ("sig", "application/octet-stream"),
    ("txt", "text/plain; charset=utf-8"),
    ("xades", "application/octet-stream"),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// A file to be read, with the headers that it needs.
pub struct Download {
    /// Which file.
    pub file: SwzFile,
    /// Its content type, by its ending.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: tokio::fs::File,
}

/// Which file a new one stands in for, and why.
#[derive(Debug, Clone)]
pub struct Replaces {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Desk {
    /// Begins to take a file of a tender's specification; [`Self::add_file`] ends it.
    ///
    /// # Errors
    /// Only officers may, no such tender, too many files, or the store or the disk is away.
    pub async fn begin_file(&self, officer: &Who, tender: &str) -> Result<Upload, Problem> {
        officer.officer().ok_or(Problem::NotAllowed)?;
        let tender = self.tender(tender).await?;
        let mut tx = self.store.write_tx().await?;
        room_for_one_more(&mut tx, &tender.id, false).await?;
        drop(tx);
        self.files.specifications.begin().await
    }

    /// Adds a file whose bytes were written, perhaps in the place of another one. `name` is what
    /// the sender calls it.
    ///
    /// # Errors
    /// Faults of `file` (name, kind, no bytes), `replaces` or `reason`; a name that is taken; too
    /// many files; no such tender; or the store or the disk is away.
    pub async fn add_file(
        &self,
        officer: &Who,
        tender: &str,
        name: &str,
        upload: Upload,
        replaces: Option<&Replaces>,
    ) -> Result<SwzFile, Problem> {
        let name = checked_name(name)?;
        if let Some(replaces) = replaces {
            checked_reason(&replaces.reason)?;
        }
        let stored = upload.finish(tender).await?;
        if stored.bytes == 0 {
            return Err(Problem::field(
                "file",
                "Plik jest pusty.",
                "The file is empty.",
            ));
        }
        let file = SwzFile {
            id: new_id(),
            tender: tender.to_owned(),
            name,
            bytes: stored.bytes,
            sha256: stored.sha256,
            added_by: officer.id().to_owned(),
            added_at: (self.now)(),
            withdrawn: None,
        };
        let mut tx = self.store.write_tx().await?;
        tenders::locked(&mut tx, tender)
            .await?
            .ok_or(Problem::NotFound)?;
        room_for_one_more(&mut tx, tender, replaces.is_some()).await?;
        let others = swz_files::of_tender(&self.store, tender, false, SWZ_FILES_MAX).await?;
        let replaced = replaces.map(|replaces| replaces.file.as_str());
        let same = |other: &&SwzFile| {
            other.name.to_lowercase() == file.name.to_lowercase()
                && replaced != Some(other.id.as_str())
        };
        if others.iter().any(|other| same(&other)) {
            return Err(taken());
        }
        swz_files::insert(&mut tx, &file).await?;
        if let Some(replaces) = replaces {
            let how = Withdrawn {
                by: file.added_by.clone(),
                at: file.added_at,
                reason: replaces.reason.trim().to_owned(),
                replaced_by: Some(file.id.clone()),
            };
            if !swz_files::withdraw(&mut tx, tender, &replaces.file, &how).await? {
                return Err(gone("replaces"));
            }
        }
        let details = json!({
            "tender": tender, "file": file.id, "sha256": file.sha256, "replaces": replaced,
        });
        audit(&mut tx, file.added_at, officer.id(), "file.added", &details).await?;
        tx.commit().await?;
        Ok(file)
    }

    /// Takes a file back. It stays readable for the buyer's people.
    ///
    /// # Errors
    /// A fault of `reason`, no such file in force, or the store is away.
    pub async fn withdraw_file(
        &self,
        officer: &Who,
        tender: &str,
        file: &str,
        reason: &str,
    ) -> Result<(), Problem> {
        checked_reason(reason)?;
        let how = Withdrawn {
            by: officer.id().to_owned(),
            at: (self.now)(),
            reason: reason.trim().to_owned(),
            replaced_by: None,
        };
        let mut tx = self.store.write_tx().await?;
        if !swz_files::withdraw(&mut tx, tender, file, &how).await? {
            return Err(Problem::NotFound);
        }
        let details = json!({ "tender": tender, "file": file });
        audit(&mut tx, how.at, officer.id(), "file.withdrawn", &details).await?;
        Ok(tx.commit().await?)
    }

    /// The files of a tender: for the buyer's people all of them, for others those in force of a
    /// tender that the public sees.
    ///
    /// # Errors
    /// No such tender that they may see, or the store is away.
    pub async fn files(&self, who: Option<&Who>, tender: &str) -> Result<Vec<SwzFile>, Problem> {
        let all = self.sees_files(who, tender).await?;
        let limit = if all {
            SWZ_FILES_EVER_MAX
        } else {
            SWZ_FILES_MAX
        };
        Ok(swz_files::of_tender(&self.store, tender, all, limit).await?)
    }

    /// Opens a file for reading; see [`Self::files`] for who may read which.
    ///
    /// # Errors
    /// No such file that they may see, or the store or the disk is away.
    pub async fn download(
        &self,
        who: Option<&Who>,
        tender: &str,
        file: &str,
    ) -> Result<Download, Problem> {
        let all = self.sees_files(who, tender).await?;
        let file = swz_files::by_id(&self.store, tender, file)
            .await?
            .filter(|file| all || file.withdrawn.is_none())
            .ok_or(Problem::NotFound)?;
        Ok(Download {
            content_type: content_type(&file.name).unwrap_or("application/octet-stream"),
            bytes: self.files.specifications.read(tender, &file.sha256).await?,
            file,
        })
    }

    /// Whether somebody sees all files of a tender, or those in force. A bidder of a tender sees
    /// them also before the announcement: it was given its log-in with them.
    async fn sees_files(&self, who: Option<&Who>, tender: &str) -> Result<bool, Problem> {
        let found = self.tender(tender).await?;
        if who.is_some_and(Who::sees_as_buyer) {
            return Ok(true);
        }
        let own = matches!(who, Some(Who::Bidder { tender, .. }) if *tender == found.id);
        if own || found.is_public() {
            Ok(false)
        } else {
            Err(Problem::NotFound)
        }
    }
}

async fn room_for_one_more(tx: &mut WriteTx, tender: &str, replaces: bool) -> Result<(), Problem> {
    let (in_force, ever) = swz_files::counts(tx, tender).await?;
    if ever >= SWZ_FILES_EVER_MAX || (in_force >= SWZ_FILES_MAX && !replaces) {
        return Err(not_now(
            "Za wiele plików. Spakuj je do jednego archiwum.",
            "Too many files. Pack them into one archive.",
        ));
    }
    Ok(())
}

/// The content type of a file by its ending; none where it may not stand in a specification.
#[must_use]
pub fn content_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_lowercase();
    KINDS
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, kind)| *kind)
}

/// The name as it is kept.
fn checked_name(sent: &str) -> Result<String, Problem> {
    harmless(sent, FILE_NAME_CHARS_MAX)
        .filter(|name| content_type(name).is_some())
        .ok_or_else(|| {
            let endings: Vec<_> = KINDS.iter().map(|(ending, _)| *ending).collect();
            let endings = endings.join(", ");
            Problem::field(
                "file",
                format!("Takiego pliku nie przyjmujemy. Dozwolone rozszerzenia: {endings}."),
                format!("Files of this kind are not taken. Allowed endings: {endings}."),
            )
        })
}

fn checked_reason(reason: &str) -> Result<(), Problem> {
    let mut faults = Faults::default();
    faults.required("reason", reason, REASON_CHARS_MAX);
    faults.none_or()
}

fn taken() -> Problem {
    Problem::exists(
        "file",
        "Plik o tej nazwie już jest. Zastąp go albo zmień nazwę nowego.",
        "There is a file of this name already. Replace it, or give the new one another name.",
    )
}

fn gone(path: &str) -> Problem {
    Problem::field(
        path,
        "Tego pliku już nie ma wśród obowiązujących.",
        "This file is no longer in force.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_a_kind_that_may_stand_there() {
        for (sent, expected) in [
            ("SWZ.pdf", Some("SWZ.pdf")),
            (
                "C:\\Umowy\\Załącznik nr 1.DOCX",
                Some("Załącznik nr 1.DOCX"),
            ),
            ("page.html", None),
            ("run.exe", None),
            ("pdf", None),
            ("", None),
        ] {
            assert_eq!(checked_name(sent).ok().as_deref(), expected, "{sent:?}");
        }
    }

    #[test]
    fn nothing_is_served_as_a_page() {
        assert!(
            KINDS
                .iter()
                .all(|(_, kind)| !kind.contains("html") && !kind.contains("svg"))
        );
    }
}
