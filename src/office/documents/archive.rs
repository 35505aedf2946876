//! Archives (ZIP) and what is built of them: told apart by what lies inside, and measured without
//! keeping anything of it.
//!
//! The lengths in an archive's own directory may lie, so every file is unpacked into nothing, up to a
//! bound for the whole archive with the archives inside it.

use super::Refused;
use crate::limits::{
    ARCHIVE_DEPTH_MAX, ARCHIVE_FILES_MAX, ARCHIVE_UNPACKED_MAX, DOCUMENT_BYTES_MAX,
};
use crate::store::documents::Kind;
use std::io::{self, Cursor, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// How an archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// The entry that names the type of OpenDocument and ASiC, not packed.
const TYPE: &str = "mimetype";
/// The longest type that is looked at.
const TYPE_BYTES: u64 = 100;
/// What an archive tells of itself in [`TYPE`].
const TYPES: [(&str, Kind); 4] = [
    ("application/vnd.oasis.opendocument.text", Kind::Odt),
    ("application/vnd.oasis.opendocument.spreadsheet", Kind::Ods),
    ("application/vnd.etsi.asic-e+zip", Kind::Asic),
    ("application/vnd.etsi.asic-s+zip", Kind::Asic),
];
/// The part that Office Open XML stands on, by kind.
const PARTS: [(&str, Kind); 2] = [
    ("word/document.xml", Kind::Docx),
    ("xl/workbook.xml", Kind::Xlsx),
];
/// The list of parts of every package of Office Open XML.
const CONTENT_TYPES: &str = "[Content_Types].xml";
/// Where Office Open XML and OpenDocument keep programs.
const MACROS: [&str; 3] = ["vbaproject.bin", "basic/script-lc.xml", "scripts/"];

/// Tells what an archive is.
///
/// # Errors
/// Why it is not taken.
pub fn recognise(reader: impl Read + Seek) -> Result<Kind, Refused> {
    let mut archive = ZipArchive::new(reader).map_err(|_| Refused::BrokenArchive)?;
    let mut left = Left {
        bytes: ARCHIVE_UNPACKED_MAX,
        files: ARCHIVE_FILES_MAX,
    };
    left.measure(&mut archive, ARCHIVE_DEPTH_MAX)?;
    kind(&mut archive)
}

fn kind<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<Kind, Refused> {
    let mut names = Vec::new();
    for name in archive.file_names() {
        names.push(name.map_err(|_| Refused::BrokenArchive)?.to_lowercase());
    }
    let has = |part: &str| names.iter().any(|name| name == &part.to_lowercase());
    let package = PARTS.iter().find(|(part, _)| has(part));
    let kind = match package.filter(|_| has(CONTENT_TYPES)) {
        Some((_, kind)) => *kind,
        None => told(archive).unwrap_or(Kind::Zip),
    };
    let runs = |name: &String| MACROS.iter().any(|macros| name.contains(macros));
    if kind != Kind::Zip && kind != Kind::Asic && names.iter().any(runs) {
        return Err(Refused::Macros);
    }
    Ok(kind)
}

/// The kind that the archive tells of itself, where it does.
fn told<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<Kind> {
    let mut text = String::new();
    let entry = archive.by_name(TYPE).ok()?;
    entry.take(TYPE_BYTES).read_to_string(&mut text).ok()?;
    let found = TYPES.iter().find(|(known, _)| *known == text.trim());
    found.map(|(_, kind)| *kind)
}

/// What an archive may still unpack to.
struct Left {
    bytes: u64,
    files: usize,
}

impl Left {
    fn measure<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        depth: usize,
    ) -> Result<(), Refused> {
        self.files = self.files.checked_sub(archive.len()).ok_or(Refused::Bomb)?;
        let claimed = archive.decompressed_size().unwrap_or(0);
        if claimed > u128::from(self.bytes) {
            return Err(Refused::Bomb);
        }
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).map_err(unreadable)?;
            let mut head = [0; ARCHIVE.len()];
            let read = filled(&mut entry, &mut head)?;
            self.take(read)?;
            if head[..] == *ARCHIVE {
                self.inner(&head, entry, depth)?;
            } else {
                self.drain(entry)?;
            }
        }
        Ok(())
    }

    /// An archive in the archive is read into memory, since its directory stands at its end.
    fn inner(&mut self, head: &[u8], rest: impl Read, depth: usize) -> Result<(), Refused> {
        let depth = depth.checked_sub(1).ok_or(Refused::Bomb)?;
        let mut bytes = head.to_vec();
        let most = DOCUMENT_BYTES_MAX.min(self.bytes);
        rest.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|_| Refused::BrokenArchive)?;
        self.take(bytes.len())?;
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::BrokenArchive)?;
        self.measure(&mut archive, depth)
    }

    fn drain(&mut self, entry: impl Read) -> Result<(), Refused> {
        let mut bounded = entry.take(self.bytes.saturating_add(1));
        let read = io::copy(&mut bounded, &mut io::sink());
        let read = read.map_err(|_| Refused::BrokenArchive)?;
        self.bytes = self.bytes.checked_sub(read).ok_or(Refused::Bomb)?;
        Ok(())
    }

    fn take(&mut self, read: usize) -> Result<(), Refused> {
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.bytes = self.bytes.checked_sub(read).ok_or(Refused::Bomb)?;
        Ok(())
    }
}

/// Reads until the buffer is full or the entry ends.
fn filled(entry: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Refused> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match entry.read(rest).map_err(|_| Refused::BrokenArchive)? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

fn unreadable(error: ZipError) -> Refused {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refused::LockedArchive,
        _ => Refused::BrokenArchive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn check(files: &[(&str, &[u8])], expected: Result<Kind, Refused>) {
        assert_eq!(
            recognise(Cursor::new(packed(files))),
            expected,
            "{:?}",
            files[0].0
        );
    }

    #[test]
    fn an_archive_is_told_by_what_lies_inside() {
        check(&[("mapa.pdf", b"%PDF-1.7")], Ok(Kind::Zip));
        check(
            &[(CONTENT_TYPES, b"<x/>"), ("word/document.xml", b"<x/>")],
            Ok(Kind::Docx),
        );
        check(
            &[(CONTENT_TYPES, b"<x/>"), ("xl/workbook.xml", b"<x/>")],
            Ok(Kind::Xlsx),
        );
        check(&[("word/document.xml", b"<x/>")], Ok(Kind::Zip));
        for (told, kind) in TYPES {
            check(
                &[(TYPE, told.as_bytes()), ("content.xml", b"<x/>")],
                Ok(kind),
            );
        }
        check(
            &[
                (CONTENT_TYPES, b"<x/>"),
                ("word/document.xml", b"<x/>"),
                ("word/vbaProject.bin", b"Sub"),
            ],
            Err(Refused::Macros),
        );
    }

    #[test]
    fn a_bomb_is_refused_however_it_is_folded() {
        let zeros = vec![0; usize::try_from(ARCHIVE_UNPACKED_MAX).unwrap() + 1];
        let flat = packed(&[("zera", &zeros)]);
        assert!(flat.len() < zeros.len() / 500, "it is small");
        assert_eq!(recognise(Cursor::new(&flat)), Err(Refused::Bomb));
        // Its own directory says that the file is small.
        let honest = u32::try_from(zeros.len()).unwrap().to_le_bytes();
        let mut lying = flat.clone();
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == honest {
                lying[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
            }
        }
        assert_ne!(lying, flat);
        assert!(recognise(Cursor::new(lying)).is_err());
        // Each layer is small, all of them are not.
        let third = packed(&[("zera", &zeros[..zeros.len() / 3])]);
        let nested = packed(&[
            ("a.zip", &third),
            ("b.zip", &third),
            ("c.docx", &third),
            ("d", &third),
        ]);
        assert_eq!(recognise(Cursor::new(nested)), Err(Refused::Bomb));
        let mut deep = packed(&[("a", b"a")]);
        for _ in 0..=ARCHIVE_DEPTH_MAX {
            deep = packed(&[("a.zip", &deep)]);
        }
        assert_eq!(recognise(Cursor::new(deep)), Err(Refused::Bomb));
        let names: Vec<_> = (0..=ARCHIVE_FILES_MAX).map(|n| n.to_string()).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
        assert_eq!(recognise(Cursor::new(packed(&many))), Err(Refused::Bomb));
    }

    #[test]
    fn a_damaged_archive_is_refused() {
        let whole = packed(&[("mapa.pdf", &[7; 5_000])]);
        let half = whole[..whole.len() / 2].to_vec();
        assert_eq!(recognise(Cursor::new(half)), Err(Refused::BrokenArchive));
        let mut changed = whole;
        changed[45] ^= 0xff;
        assert_eq!(recognise(Cursor::new(changed)), Err(Refused::BrokenArchive));
    }
}
