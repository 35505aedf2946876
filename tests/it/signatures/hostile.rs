//! What is broken, cut, swollen or deep gets a clean answer in bounded time.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::samples::{P256, Samples, Template, changed, look};
use ebok::office::signatures::{Reason, Trust, Verdict};

#[test]
fn no_changed_byte_and_no_cut_passes() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    samples.pdfs(&[["a.pdf", "-", "Jan", "/ETSI.CAdES.detached", "sha256"]]);
    let trust = samples.trust();
    let pdf = samples.read("a.pdf");
    let message = samples.cms("a.p7m", "Jan", &["-nodetach", "-md", "sha256"]);
    let xml = samples.xml(&Template::default().in_document(), "Jan");
    let gap = super::place(&pdf, b"/Contents <") + b"/Contents <".len();
    for (name, bytes) in [
        ("a.pdf", &pdf[..]),
        ("a.p7m", &message),
        ("a.xml", xml.as_bytes()),
    ] {
        for at in (0..bytes.len()).step_by(23) {
            let found = look(name, &bytes[..at], &[], &trust);
            let passes = found.iter().any(|one| one.verdict == Verdict::TotalPassed);
            assert!(!passes, "{name} cut at {at}: {found:#?}");
            let found = look(name, &changed(bytes, at), &[], &trust);
            let passes = found.iter().any(|one| one.verdict == Verdict::TotalPassed);
            // The message in a PDF is checked below; outside it, everything is signed.
            let is_signed = name == "a.pdf" && at < gap;
            assert!(!passes || !is_signed, "{name} changed at {at}: {found:#?}");
        }
    }
}

#[test]
fn garbage_is_no_signature_or_a_broken_one() {
    let trust = Trust::default();
    for (name, bytes) in [
        ("a.pdf", &b"%PDF-1.7\nno signature"[..]),
        ("a.xml", b"<doc/>"),
    ] {
        assert_eq!(look(name, bytes, &[], &trust), [], "{name}");
    }
    let deep = [0x30, 0x80].repeat(1 << 20);
    let namespace = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    let tower = format!(
        "<a {namespace}>{}{}</a>",
        "<a>".repeat(200_000),
        "</a>".repeat(200_000)
    );
    let open = format!("<a {namespace}>{}", "<a>".repeat(1_000_000));
    let many = format!("<a {namespace}>{}</a>", "<ds:Signature/>".repeat(10_000));
    let empty = format!("<ds:Signature {namespace}/>");
    let ranges = b"%PDF-1.7\n/ByteRange [0 1 2 3]\n".repeat(100_000);
    let hollow = b"%PDF-1.7\n/ByteRange [0 46 50 1]/Contents            <00> ";
    for (name, bytes, reasons) in [
        ("a.p7m", &b""[..], [Reason::FormatFailure].as_slice()),
        (
            "a.p7m",
            b"-----BEGIN PKCS7-----\nAAAA",
            &[Reason::FormatFailure],
        ),
        ("a.p7m", &deep, &[Reason::LimitExceeded]),
        ("a.xml", tower.as_bytes(), &[Reason::FormatFailure]),
        ("a.xml", open.as_bytes(), &[Reason::FormatFailure]),
        ("a.xml", many.as_bytes(), &[Reason::LimitExceeded]),
        (
            "a.xml",
            empty.as_bytes(),
            &[Reason::NoSigningCertificateFound],
        ),
        ("a.pdf", &ranges, &[Reason::FormatFailure]),
        (
            "a.pdf",
            hollow,
            &[Reason::NotSupported, Reason::FormatFailure],
        ),
    ] {
        let found = look(name, bytes, &[], &trust);
        let known = |reason: &Reason| reasons.contains(reason);
        let fits = !found.is_empty() && found.iter().all(|one| one.reasons.iter().any(known));
        assert!(
            fits,
            "{name} {:?}: {found:#?}",
            &bytes[..bytes.len().min(40)]
        );
    }
}

/// What no signature covers is told, though what it covers is intact.
#[test]
fn what_stands_beside_the_signed_part_does_not_pass() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    let trust = samples.trust();
    let of_part = Template {
        uri: "#doc",
        ..Template::default()
    };
    let signed = samples.xml(&of_part.in_document(), "Jan");
    let shown = "<?xml-stylesheet type=\"text/xsl\" href=\"other.xsl\"?>\n<doc ";
    let beside = [
        signed.replacen("<doc ", shown, 1),
        signed.replace(
            "</ds:Signature>",
            "<p xmlns=\"urn:x\">dopisane</p></ds:Signature>",
        ),
        signed.replace("</ds:Signature>", "dopisane</ds:Signature>"),
    ];
    let found = look("a.xml", signed.as_bytes(), &[], &trust);
    assert_eq!(found[0].verdict, Verdict::TotalPassed, "{:#?}", found[0]);
    for changed in beside {
        assert_ne!(changed, signed);
        let found = look("a.xml", changed.as_bytes(), &[], &trust);
        assert_eq!(found[0].verdict, Verdict::Indeterminate, "{:#?}", found[0]);
    }
}

/// As much work as a document of the greatest length can ask for.
#[test]
fn what_a_swollen_document_asks_for_is_bounded() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    let trust = samples.trust();
    let filler = format!("<x>{}</x>", "<y z=\"1\"/>".repeat(240_000));
    let document = Template::default().in_document();
    let document = document.replace("<b:part>", &format!("{filler}<b:part>"));
    let signed = samples.xml(&document, "Jan");
    let found = look("a.xml", signed.as_bytes(), &[], &trust);
    assert_eq!(found[0].verdict, Verdict::TotalPassed, "{:#?}", found[0]);
    // The same reference again and again.
    let (before, rest) = document.split_once("<ds:Reference URI=\"\"").unwrap();
    let (reference, after) = rest.split_once("</ds:Reference>").unwrap();
    let reference = format!("<ds:Reference URI=\"\"{reference}</ds:Reference>");
    let repeated = format!("{before}{}{after}", reference.repeat(63));
    let signed = samples.xml(&repeated, "Jan");
    let found = look("a.xml", signed.as_bytes(), &[], &trust);
    assert_eq!(found[0].reasons, [Reason::LimitExceeded], "{:#?}", found[0]);
}
