//! What a document is: told by its content alone.

use super::Refused;
use super::archive;
use crate::limits::XML_NODES_MAX;
use crate::store::documents::Kind;
use auction_rules::Words;
use roxmltree::ParsingOptions;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

/// Bytes that are read to tell most kinds.
const HEAD_BYTES: usize = 1_024;

const ALL: [Kind; 13] = [
    Kind::Pdf,
    Kind::Jpeg,
    Kind::Png,
    Kind::Tiff,
    Kind::Docx,
    Kind::Xlsx,
    Kind::Odt,
    Kind::Ods,
    Kind::Text,
    Kind::Xml,
    Kind::Zip,
    Kind::Asic,
    Kind::Cms,
];

/// How files begin that do not need a second look.
const MAGIC: [(&[u8], Kind); 5] = [
    (b"%PDF-", Kind::Pdf),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
];

/// The object identifier of signed data (RFC 5652), as it stands in DER.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
/// How signed data begins when it is written as text.
const ARMOURED: [&[u8]; 2] = [b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----"];

/// How pages of the web begin, as browsers recognise them (WHATWG, MIME sniffing).
const WEB: [&str; 18] = [
    "<!doctype html",
    "<html",
    "<head",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a ",
    "<style",
    "<title",
    "<body",
    "<br",
    "<p>",
    "<svg",
    "<img",
    "<meta",
];
/// Roots of XML that a browser would show as a page.
const WEB_ROOTS: [&str; 5] = ["html", "svg", "xhtml", "rss", "stylesheet"];

/// Endings that a system takes for a program or a page, whatever is in the file.
const RISKY: [&str; 22] = [
    "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "jar", "js", "lnk",
    "msi", "ps1", "reg", "scr", "sh", "svg", "vbs", "wsf", "xhtml",
];

/// Tells what a document is.
///
/// # Errors
/// When it cannot be read; inside, why it is not taken.
pub fn recognise(mut file: File) -> io::Result<Result<Kind, Refused>> {
    let mut head = Vec::new();
    file.by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)?;
    file.rewind()?;
    if head.is_empty() {
        return Ok(Err(Refused::Empty));
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Ok(Ok(*kind));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(archive::recognise(BufReader::new(file)));
    }
    if is_signed_data(&head) {
        return Ok(Ok(Kind::Cms));
    }
    written(file, &head)
}

fn is_signed_data(head: &[u8]) -> bool {
    // A sequence; its length takes one to five bytes.
    let begins = |at| {
        head.get(at..)
            .is_some_and(|rest| rest.starts_with(SIGNED_DATA))
    };
    let in_der = head.first() == Some(&0x30) && (2..=6).any(begins);
    in_der || ARMOURED.iter().any(|begin| head.starts_with(begin))
}

/// Text and XML are read whole.
fn written(mut file: File, head: &[u8]) -> io::Result<Result<Kind, Refused>> {
    if is_web(head) {
        return Ok(Err(Refused::WebPage));
    }
    if !is_text(head) {
        return Ok(Err(Refused::UnknownKind));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if !is_text(&bytes) {
        return Ok(Err(Refused::UnknownKind));
    }
    let begins = skipped(&bytes);
    Ok(match begins.starts_with(b"<") {
        true => xml(&bytes),
        false => Ok(Kind::Text),
    })
}

/// Well-formed XML that no browser would show as a page. A document type is refused: it can name other
/// files, and swell when it is read.
fn xml(bytes: &[u8]) -> Result<Kind, Refused> {
    let Ok(text) = str::from_utf8(bytes) else {
        return Err(Refused::UnknownKind);
    };
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: XML_NODES_MAX,
        ..ParsingOptions::default()
    };
    let text = text.trim_start_matches('\u{feff}');
    let parsed = roxmltree::Document::parse_with_options(text, options);
    let parsed = parsed.map_err(|_| Refused::UnknownKind)?;
    let root = parsed.root_element().tag_name();
    if WEB_ROOTS.contains(&root.name().to_lowercase().as_str()) {
        return Err(Refused::WebPage);
    }
    Ok(Kind::Xml)
}

fn is_web(head: &[u8]) -> bool {
    let begins: Vec<u8> = skipped(head).iter().map(u8::to_ascii_lowercase).collect();
    WEB.iter().any(|web| begins.starts_with(web.as_bytes()))
}

/// What stands after the mark of UTF-8, blanks, and the comments with which a page may begin.
fn skipped(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let Some(comment) = rest.strip_prefix(b"<!--") else {
            return rest;
        };
        let end = comment.windows(3).position(|three| three == b"-->");
        match end.and_then(|end| comment.get(end + 3..)) {
            Some(after) => rest = after,
            None => return rest,
        }
    }
}

/// No control characters but those that lay out text; UTF-8 or one of the older encodings.
fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| !byte.is_ascii_control() || b"\t\n\r\x0c".contains(byte))
}

/// The endings of a kind in small letters, the usual one first.
#[must_use]
pub fn endings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pdf => &["pdf"],
        Kind::Jpeg => &["jpg", "jpeg"],
        Kind::Png => &["png"],
        Kind::Tiff => &["tif", "tiff"],
        Kind::Docx => &["docx"],
        Kind::Xlsx => &["xlsx"],
        Kind::Odt => &["odt"],
        Kind::Ods => &["ods"],
        Kind::Text => &["txt", "csv"],
        Kind::Xml => &["xml", "xades", "gml"],
        Kind::Zip => &["zip"],
        Kind::Asic => &["asice", "asics", "sce", "scs"],
        Kind::Cms => &["p7m", "p7s", "sig"],
    }
}

/// The content type that a kind is served as.
#[must_use]
pub fn content_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdf => "application/pdf",
        Kind::Jpeg => "image/jpeg",
        Kind::Png => "image/png",
        Kind::Tiff => "image/tiff",
        Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Kind::Odt => "application/vnd.oasis.opendocument.text",
        Kind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        Kind::Text => "text/plain",
        Kind::Xml => "application/xml",
        Kind::Zip => "application/zip",
        Kind::Asic => "application/vnd.etsi.asic-e+zip",
        Kind::Cms => "application/pkcs7-mime",
    }
}

/// What a kind is called in a sentence.
#[must_use]
pub fn label(kind: Kind) -> Words {
    let (pl, en) = match kind {
        Kind::Pdf => ("dokument PDF", "a PDF document"),
        Kind::Jpeg => ("zdjęcie JPEG", "a JPEG picture"),
        Kind::Png => ("obraz PNG", "a PNG picture"),
        Kind::Tiff => ("skan TIFF", "a TIFF scan"),
        Kind::Docx => ("dokument Worda (DOCX)", "a Word document (DOCX)"),
        Kind::Xlsx => ("arkusz Excela (XLSX)", "an Excel sheet (XLSX)"),
        Kind::Odt => ("dokument ODT", "an ODT document"),
        Kind::Ods => ("arkusz ODS", "an ODS sheet"),
        Kind::Text => ("zwykły tekst", "plain text"),
        Kind::Xml => ("dokument XML", "an XML document"),
        Kind::Zip => ("archiwum ZIP", "a ZIP archive"),
        Kind::Asic => (
            "kontener podpisanych plików (ASiC)",
            "a container of signed files (ASiC)",
        ),
        Kind::Cms => (
            "podpis elektroniczny (CMS)",
            "an electronic signature (CMS)",
        ),
    };
    Words::new(pl, en)
}

/// Every ending that is taken, for people.
#[must_use]
pub fn all_endings() -> String {
    let endings: Vec<_> = ALL.into_iter().flat_map(endings).copied().collect();
    endings.join(", ")
}

/// Whether an ending belongs to a kind that is taken.
#[must_use]
pub fn is_known(ending: &str) -> bool {
    ALL.into_iter().any(|kind| endings(kind).contains(&ending))
}

/// Whether a system takes files of this ending for programs or pages.
#[must_use]
pub fn is_risky(ending: &str) -> bool {
    RISKY.contains(&ending)
}
