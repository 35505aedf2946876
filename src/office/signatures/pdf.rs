//! Signatures in PDF (ISO 32000-1, 12.8; EN 319 142).
//!
//! A signature names the bytes that it covers: all from the beginning, but for a gap that holds the
//! signature itself as a hexadecimal string. So nothing of the file need be understood: when the range
//! begins at the first byte, the gap holds hexadecimal digits alone and the range ends where the file
//! does, then everything that any reader can show was signed. What was added later may show anything,
//! and is left to a person.

use super::cms::{self, Content};
use super::{Case, Coverage, Effort, Finding, Format, Level, Reason};
use crate::limits::SIGNATURES_MAX;
use auction_rules::Timestamp;
use std::ops::Range;

const BYTE_RANGE: &[u8] = b"/ByteRange";
/// The longest object that holds a signature, apart from the gap: it is searched for what else it says.
const AROUND_MAX: usize = 8 * 1024;

/// Where a signature stands.
struct Place {
    /// The string with the signature, without its brackets.
    hex: Range<usize>,
    /// Where the covered bytes end.
    end: usize,
    /// How it says it is written.
    sub_filter: Vec<u8>,
    /// When it says it was signed.
    claimed_at: Option<Timestamp>,
}

/// Checks the signatures of a PDF.
pub(super) fn check(bytes: &[u8], case: &Case<'_>, effort: &mut Effort) -> Vec<Finding> {
    let (places, is_broken) = places(bytes);
    let is_stamp = |place: &&Place| place.sub_filter == b"ETSI.RFC3161";
    let stamped = places.iter().filter(is_stamp).map(|place| place.end).max();
    let signatures = places.iter().filter(|place| !is_stamp(place));
    let mut found: Vec<_> = signatures
        .take(SIGNATURES_MAX)
        .flat_map(|place| signature(bytes, place, stamped, case, effort))
        .collect();
    let is_whole = |one: &Finding| one.coverage == Coverage::Whole && one.is_intact();
    // Inside what was signed, a broken one is content: a signed PDF that is enclosed in another.
    if is_broken && !found.iter().any(is_whole) {
        found.push(Finding::new(Format::Pades).because(Reason::FormatFailure));
    }
    if places.len() > SIGNATURES_MAX {
        found.push(Finding::new(Format::Pades).because(Reason::LimitExceeded));
    }
    found
}

/// The places of signatures, and whether something that should be one is none.
fn places(bytes: &[u8]) -> (Vec<Place>, bool) {
    let mut places = Vec::new();
    let mut is_broken = false;
    let mut from = 0;
    while let Some(at) = find(bytes, BYTE_RANGE, from) {
        from = at + BYTE_RANGE.len();
        match place(bytes, from) {
            Some(place) => places.push(place),
            None => is_broken = true,
        }
        if places.len() > SIGNATURES_MAX {
            break;
        }
    }
    let names = [&b"/ETSI.CAdES.detached"[..], b"/adbe.pkcs7."];
    let is_named = || names.iter().any(|name| find(bytes, name, 0).is_some());
    let is_broken = is_broken || places.is_empty() && is_named();
    (places, is_broken)
}

/// The signature whose range is written from here; none where it does not cover what it must.
fn place(bytes: &[u8], from: usize) -> Option<Place> {
    let [begin, gap, after, rest] = range(bytes.get(from..)?)?;
    let end = after.checked_add(rest)?;
    let hex = gap.checked_add(1)?..after.checked_sub(1)?;
    let before = bytes.get(..gap)?.trim_ascii_end();
    let is_string = bytes.get(gap) == Some(&b'<')
        && bytes.get(hex.end) == Some(&b'>')
        && bytes.get(hex.clone())?.iter().all(u8::is_ascii_hexdigit);
    if begin != 0 || end > bytes.len() || !is_string || !before.ends_with(b"/Contents") {
        return None;
    }
    let head = bytes.get(gap.saturating_sub(AROUND_MAX)..gap)?;
    let head = &head[rfind(head, b" obj").unwrap_or(0)..];
    let tail = bytes.get(after..end.min(after.saturating_add(AROUND_MAX)))?;
    let tail = &tail[..find(tail, b"endobj", 0).unwrap_or(tail.len())];
    let sub_filter = name_after(head, b"/SubFilter").or_else(|| name_after(tail, b"/SubFilter"));
    let said = string_after(head, b"/M").or_else(|| string_after(tail, b"/M"));
    Some(Place {
        hex,
        end,
        sub_filter: sub_filter.unwrap_or_default(),
        claimed_at: said.and_then(moment),
    })
}

/// Four whole numbers in brackets.
fn range(bytes: &[u8]) -> Option<[usize; 4]> {
    /// Four numbers of twenty digits, with blanks between.
    const LENGTH_MAX: usize = 200;
    let text = bytes.get(..bytes.len().min(LENGTH_MAX))?;
    let text = text.trim_ascii_start().strip_prefix(b"[")?;
    let end = text.iter().position(|byte| *byte == b']')?;
    let text = str::from_utf8(text.get(..end)?).ok()?;
    let numbers: Option<Vec<usize>> = text
        .split_ascii_whitespace()
        .map(|number| number.parse().ok())
        .collect();
    numbers?.try_into().ok()
}

fn signature(
    bytes: &[u8],
    place: &Place,
    stamped: Option<usize>,
    case: &Case<'_>,
    effort: &mut Effort,
) -> Vec<Finding> {
    let format = match place.sub_filter.as_slice() {
        b"ETSI.CAdES.detached" => Format::Pades,
        _ => Format::Pdf,
    };
    let mut found = match message(bytes, place, case, effort) {
        Ok(found) => found,
        Err(reason) => vec![Finding::new(format).because(reason)],
    };
    for one in &mut found {
        one.format = format;
        one.claimed_at = one.claimed_at.or(place.claimed_at);
        raise(
            bytes,
            one,
            stamped.is_some_and(|stamped| stamped > place.end),
        );
        one.coverage = coverage(bytes, place.end);
        if one.coverage != Coverage::Whole {
            one.note(Reason::ChangedAfterSigning);
        }
    }
    found
}

fn message(
    bytes: &[u8],
    place: &Place,
    case: &Case<'_>,
    effort: &mut Effort,
) -> Result<Vec<Finding>, Reason> {
    match place.sub_filter.as_slice() {
        b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached" => {}
        // Both hash with SHA-1.
        b"adbe.pkcs7.sha1" | b"adbe.x509.rsa_sha1" => return Err(Reason::CryptoConstraintsFailure),
        _ => return Err(Reason::NotSupported),
    }
    let (gap, after) = (place.hex.start - 1, place.hex.end + 1);
    let covered = bytes.get(..gap).zip(bytes.get(after..place.end));
    let (before, behind) = covered.ok_or(Reason::FormatFailure)?;
    let hex = bytes.get(place.hex.clone()).ok_or(Reason::FormatFailure)?;
    let message = hex::decode(hex).map_err(|_| Reason::FormatFailure)?;
    cms::checked(&message, &Content::Pieces(&[before, behind]), case, effort)
}

/// In PDF, what is known of revocations and the last time stamp stand outside the signature.
fn raise(bytes: &[u8], finding: &mut Finding, is_stamped_later: bool) {
    let has_store = find(bytes, b"/DSS", 0).is_some();
    finding.level = match (has_store, is_stamped_later) {
        (true, true) => Level::BLta,
        (true, false) if finding.level >= Level::BT => Level::BLt,
        (_, true) => finding.level.max(Level::BT),
        _ => finding.level,
    };
    if finding.level > Level::BB {
        finding.note(Reason::TimeStampNotChecked);
    }
}

fn coverage(bytes: &[u8], end: usize) -> Coverage {
    let added = bytes.get(end..).unwrap_or_default();
    let length = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    match added.trim_ascii() {
        [] => Coverage::Whole,
        _ => Coverage::Revision {
            signed: length(end),
            added: length(added.len()),
        },
    }
}

/// The string in brackets that stands behind a key.
fn string_after<'a>(bytes: &'a [u8], key: &[u8]) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = find(bytes, key, from) {
        from = at + key.len();
        let behind = bytes.get(from..)?.trim_ascii_start();
        // A longer key may begin alike.
        if let Some(text) = behind.strip_prefix(b"(") {
            let end = text.iter().position(|byte| *byte == b')')?;
            return str::from_utf8(text.get(..end)?).ok();
        }
    }
    None
}

/// A date of PDF (ISO 32000-1, 7.9.4): `D:20261130120000+01'00'`.
fn moment(text: &str) -> Option<Timestamp> {
    // Some programs write the colon by its number.
    let text = text.replace("\\072", ":").replace('\'', "");
    let text = text.strip_prefix("D:")?;
    let (date, zone) = text.split_at_checked(14)?;
    let zone = match zone {
        "" | "Z" | "Z0000" | "Z00" => "+0000",
        zone => zone,
    };
    let moment = jiff::Timestamp::strptime("%Y%m%d%H%M%S%z", format!("{date}{zone}"));
    Some(Timestamp(moment.ok()?.as_millisecond()))
}

/// The name that stands behind a key.
fn name_after(bytes: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let at = find(bytes, key, 0)? + key.len();
    let name = bytes.get(at..)?.trim_ascii_start().strip_prefix(b"/")?;
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let end = name.iter().position(|byte| !is_of_name(byte));
    Some(name.get(..end.unwrap_or(name.len()))?.to_vec())
}

fn find(bytes: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let found = memchr::memmem::find(bytes.get(from..)?, part)?;
    Some(from + found)
}

fn rfind(bytes: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ranges_are_read() {
        for (text, expected) in [
            ("D:20261130120000+01'00'", Some(1_796_036_400_000)),
            ("D\\07220261130110000Z", Some(1_796_036_400_000)),
            ("D:20261130110000Z00'00'", Some(1_796_036_400_000)),
            ("D:2026", None),
            ("20261130110000Z", None),
            ("D:ąąąąąąąą", None),
        ] {
            assert_eq!(moment(text).map(|at| at.0), expected, "{text}");
        }
        for (text, expected) in [
            (" [0 10 20 5 ]", Some([0, 10, 20, 5])),
            ("[0 10 20]", None),
            ("[0 10 20 99999999999999999999999]", None),
            ("[0 10 -20 5]", None),
            ("0 10 20 5", None),
        ] {
            assert_eq!(range(text.as_bytes()), expected, "{text}");
        }
    }
}
