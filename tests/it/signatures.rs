//! Electronic signatures: what openssl, xmlsec1 and pyHanko sign passes, whatever is changed fails, and
//! what cannot be told is left to a person.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod hostile;
mod kept;
mod samples;

use ebok::office::signatures::{Coverage, Finding, Format, Reason, Trust, Verdict};
use samples::{
    BASE64, CONTENT, ENVELOPED, EXCLUSIVE, INCLUSIVE, P256, P384, RSA, SEAL, SHA1, SHA512,
    SHORT_RSA, Samples, Template, changed, look, look_at, now, place,
};

const DAY_MS: i64 = 86_400_000;

/// What the one signature of a file came to.
fn one(found: Vec<Finding>) -> Finding {
    let [one] = <[Finding; 1]>::try_from(found).unwrap();
    one
}

fn passes(found: Vec<Finding>, format: Format, of: &str) -> Finding {
    let found = one(found);
    assert_eq!(found.verdict, Verdict::TotalPassed, "{of}: {found:#?}");
    assert_eq!(found.format, format, "{of}");
    found
}

fn fails(found: Vec<Finding>, reason: Reason, of: &str) {
    let found = one(found);
    assert_eq!(found.verdict, Verdict::TotalFailed, "{of}: {found:#?}");
    assert!(found.reasons.contains(&reason), "{of}: {found:#?}");
}

fn is_for_a_person(found: Vec<Finding>, reason: Reason, of: &str) {
    let found = one(found);
    assert_eq!(found.verdict, Verdict::Indeterminate, "{of}: {found:#?}");
    assert!(found.reasons.contains(&reason), "{of}: {found:#?}");
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of samples")]
fn messages_of_openssl_pass_and_changed_ones_fail() {
    let samples = Samples::new();
    for (name, key) in [("Łucja Żak", P256), ("Jan", P384), ("Ewa", RSA)] {
        samples.person(name, "ca", key);
    }
    let trust = samples.trust();
    let pss = [
        "-keyopt",
        "rsa_padding_mode:pss",
        "-keyopt",
        "rsa_pss_saltlen:-1",
    ];
    let long_salt = [
        "-keyopt",
        "rsa_padding_mode:pss",
        "-keyopt",
        "rsa_pss_saltlen:50",
    ];
    for (person, more) in [
        ("Łucja Żak", &["-md", "sha256"][..]),
        ("Łucja Żak", &["-md", "sha512"]),
        ("Łucja Żak", &["-md", "sha256", "-stream"]),
        ("Łucja Żak", &["-md", "sha256", "-keyid"]),
        ("Jan", &["-md", "sha384"]),
        ("Ewa", &["-md", "sha256"]),
        ("Ewa", &[&["-md", "sha256"], &pss[..]].concat()),
        ("Ewa", &[&["-md", "sha512"], &long_salt[..]].concat()),
    ] {
        let of = format!("{person} {more:?}");
        let inside = samples.cms("a.p7m", person, &[more, &["-nodetach"]].concat());
        let found = passes(look("a.p7m", &inside, &[], &trust), Format::Cades, &of);
        assert_eq!(found.coverage, Coverage::Whole);
        let signer = found.signer.unwrap();
        assert_eq!(signer.name, person);
        assert!(
            signer.subject.ends_with("serialNumber=PNOPL-*******1359"),
            "{signer:?}"
        );
        assert!(found.claimed_at.unwrap().0 > now().0 - DAY_MS);
        let content = changed(&inside, place(&inside, CONTENT) + 3);
        fails(
            look("a.p7m", &content, &[], &trust),
            Reason::HashFailure,
            &of,
        );
        let end = inside.iter().rposition(|byte| *byte != 0).unwrap();
        let signature = changed(&inside, end);
        fails(
            look("a.p7m", &signature, &[], &trust),
            Reason::SigCryptoFailure,
            &of,
        );

        if more.contains(&"-stream") {
            // openssl writes no signature beside a file so.
            continue;
        }
        let beside = samples.cms("b.p7s", person, more);
        let file = [("umowa.txt", CONTENT), ("mapa.txt", b"mapa")];
        let found = look("umowa.txt.p7s", &beside, &file, &trust);
        let found = passes(found, Format::Cades, &of);
        let names = vec!["umowa.txt".to_owned()];
        assert_eq!(found.coverage, Coverage::Files { names });
        let other = [("umowa.txt", &changed(CONTENT, 3)[..])];
        for name in ["umowa.txt.p7s", "umowa.sig"] {
            fails(
                look(name, &beside, &other, &trust),
                Reason::HashFailure,
                &of,
            );
        }
        let gone = look("inny.p7s", &beside, &other, &trust);
        is_for_a_person(gone, Reason::SignedDataNotFound, &of);
        let end = beside.iter().rposition(|byte| *byte != 0).unwrap();
        let signature = changed(&beside, end);
        let found = look("umowa.txt.p7s", &signature, &file, &trust);
        fails(found, Reason::SigCryptoFailure, &of);
    }
}

#[test]
fn messages_in_text_are_read_too() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    samples.cms("a.p7m", "Jan", &["-nodetach", "-md", "sha256"]);
    samples.openssl(&[
        "cms", "-cmsout", "-inform", "DER", "-in", "a.p7m", "-outform", "PEM", "-out", "a.pem",
    ]);
    let text = samples.read("a.pem");
    passes(
        look("a.p7m", &text, &[], &samples.trust()),
        Format::Cades,
        "PEM",
    );
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of samples")]
fn xml_of_xmlsec1_passes_and_changed_ones_fail() {
    let samples = Samples::new();
    for (name, key) in [("Łucja Żak", P256), ("Jan", P384), ("Ewa", RSA)] {
        samples.person(name, "ca", key);
    }
    samples.write("umowa.txt", CONTENT);
    let trust = samples.trust();
    let enclosed =
        format!("<ds:Object Id=\"object\" Encoding=\"{BASE64}\">WmHFvMOzxYLEhw==</ds:Object>");
    let plain = "<ds:Object Id=\"object\"><b xmlns=\"\">tekst</b></ds:Object>";
    let beside = [("umowa.txt", CONTENT)];
    for (person, template, is_root) in [
        ("Łucja Żak", Template::default(), false),
        (
            "Łucja Żak",
            Template {
                transforms: &[ENVELOPED],
                ..Template::default()
            },
            false,
        ),
        (
            "Łucja Żak",
            Template {
                transforms: &[ENVELOPED, INCLUSIVE],
                uri: "#doc",
                ..Template::default()
            },
            false,
        ),
        (
            "Jan",
            Template {
                algorithm: "ecdsa-sha384",
                hash: SHA512,
                ..Template::default()
            },
            false,
        ),
        (
            "Ewa",
            Template {
                algorithm: "rsa-sha512",
                ..Template::default()
            },
            false,
        ),
        (
            "Ewa",
            Template {
                algorithm: "rsa-sha256",
                uri: "#object",
                transforms: &[BASE64],
                object: &enclosed,
                ..Template::default()
            },
            true,
        ),
        (
            "Łucja Żak",
            Template {
                uri: "#object",
                transforms: &[EXCLUSIVE],
                object: plain,
                ..Template::default()
            },
            true,
        ),
        (
            "Łucja Żak",
            Template {
                uri: "umowa.txt",
                transforms: &[],
                ..Template::default()
            },
            true,
        ),
    ] {
        let of = format!("{person} {} {:?}", template.uri, template.transforms);
        let unsigned = match is_root {
            true => template.signature(),
            false => template.in_document(),
        };
        let signed = samples.xml(&unsigned, person);
        let check = |text: &str| look("a.xml", text.as_bytes(), &beside, &trust);
        let found = passes(check(&signed), Format::Xades, &of);
        assert_eq!(found.signer.unwrap().name, person);
        assert_eq!(found.claimed_at.unwrap().0, 1_795_946_400_000);
        match template.uri {
            "umowa.txt" => {
                let names = vec!["umowa.txt".to_owned()];
                assert_eq!(found.coverage, Coverage::Files { names });
                let file = [("umowa.txt", &changed(CONTENT, 3)[..])];
                let found = look("a.xml", signed.as_bytes(), &file, &trust);
                fails(found, Reason::HashFailure, &of);
                let gone = look("a.xml", signed.as_bytes(), &[], &trust);
                is_for_a_person(gone, Reason::SignedDataNotFound, &of);
            }
            _ => {
                assert_eq!(found.coverage, Coverage::Whole);
                let content = signed
                    .replace("Zażółć", "Zażółĉ")
                    .replace("WmHFvM", "WmHFvN")
                    .replace("tekst", "teksT");
                fails(check(&content), Reason::HashFailure, &of);
            }
        }
        let properties = signed.replace("T10:00:00Z", "T10:00:01Z");
        fails(check(&properties), Reason::HashFailure, &of);
        let at = signed.find("SignatureValue>").unwrap() + "SignatureValue>".len() + 5;
        let at = signed[at..]
            .find(|char: char| ('b'..='y').contains(&char))
            .unwrap()
            + at;
        let signature = String::from_utf8(changed(signed.as_bytes(), at)).unwrap();
        fails(check(&signature), Reason::SigCryptoFailure, &of);
    }
}

#[test]
fn what_is_wrapped_does_not_pass() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    let trust = samples.trust();
    let check = |text: &str| look("a.xml", text.as_bytes(), &[], &trust);
    let template = Template {
        uri: "#doc",
        ..Template::default()
    };
    let signed = samples.xml(&template.in_document(), "Jan");
    passes(check(&signed), Format::Xades, "as it was signed");
    let (_, inner) = signed.split_once("?>").unwrap();
    let wrapped = format!("<evil><pay>1000</pay>{inner}</evil>");
    is_for_a_person(check(&wrapped), Reason::PartlySigned, "another root");
    let twice = format!("<evil Id=\"doc\"><pay>1000</pay>{inner}</evil>");
    fails(check(&twice), Reason::FormatFailure, "the same name twice");
    let object =
        "<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><pay>1000</pay></ds:Object>";
    let hidden = signed.replace("</ds:Signature>", &format!("{object}</ds:Signature>"));
    is_for_a_person(
        check(&hidden),
        Reason::PartlySigned,
        "an object that is not signed",
    );
    let stripped = signed
        .replace("xades:", "xadez:")
        .replace(":xades=", ":xadez=");
    fails(check(&stripped), Reason::HashFailure, "other properties");
    let reference = Template {
        uri: "#doc",
        transforms: &[ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"],
        ..Template::default()
    };
    let strange = reference.in_document();
    assert_ne!(check(&strange)[0].verdict, Verdict::TotalPassed);
}

#[test]
fn the_trusted_profile_names_its_person() {
    let samples = Samples::new();
    samples.person(SEAL, "ca", RSA);
    let role = "<xades:SignerRole><xades:ClaimedRoles><xades:ClaimedRole>\
         <ppZP:PodpisZP xmlns:ppZP=\"http://crd.gov.pl/xml/schematy/ppzp/\"><ppZP:DaneZP>\
         <ppZP:DaneZPOsobyFizycznej xmlns:os=\"http://crd.gov.pl/xml/schematy/osoba/2009/11/16/\">\
         <os:Nazwisko rodzajCzlonu=\"pierwszy\">Żak</os:Nazwisko><os:Imie>Łucja</os:Imie>\
         <os:PESEL>44051401359</os:PESEL></ppZP:DaneZPOsobyFizycznej></ppZP:DaneZP></ppZP:PodpisZP>\
         </xades:ClaimedRole></xades:ClaimedRoles></xades:SignerRole>";
    let template = Template {
        algorithm: "rsa-sha256",
        role,
        ..Template::default()
    };
    let signed = samples.xml(&template.in_document(), SEAL);
    let trust = samples.trust();
    let found = passes(
        look("a.xml", signed.as_bytes(), &[], &trust),
        Format::Xades,
        "profile",
    );
    assert_eq!(found.person.as_deref(), Some("Łucja Żak"));
    assert_eq!(found.signer.unwrap().name, SEAL);
    samples.person("Ewa", "ca", RSA);
    let own = samples.xml(&template.in_document(), "Ewa");
    let found = look("a.xml", own.as_bytes(), &[], &trust);
    let found = passes(found, Format::Xades, "in one's own signature");
    assert_eq!(found.person, None, "anybody's name could stand there");
    let other = signed.replace("Łucja", "Ewa");
    fails(
        look("a.xml", other.as_bytes(), &[], &trust),
        Reason::HashFailure,
        "another person",
    );
}

#[test]
fn pdfs_of_pyhanko_pass_and_changed_ones_fail() {
    let samples = Samples::new();
    for (name, key) in [("Lucja", P256), ("Ewa", RSA)] {
        samples.person(name, "ca", key);
    }
    samples.pdfs(&[
        ["a.pdf", "-", "Lucja", "/ETSI.CAdES.detached", "sha256"],
        ["b.pdf", "-", "Ewa", "/ETSI.CAdES.detached", "sha512"],
        ["c.pdf", "-", "Ewa", "/adbe.pkcs7.detached", "sha256"],
        ["d.pdf", "a.pdf", "Ewa", "/ETSI.CAdES.detached", "sha256"],
    ]);
    let trust = samples.trust();
    let check = |bytes: &[u8]| look("a.pdf", bytes, &[], &trust);
    for (name, format) in [
        ("a.pdf", Format::Pades),
        ("b.pdf", Format::Pades),
        ("c.pdf", Format::Pdf),
    ] {
        let signed = samples.read(name);
        let found = passes(check(&signed), format, name);
        assert_eq!(found.coverage, Coverage::Whole);
        assert!(found.claimed_at.unwrap().0 > now().0 - DAY_MS);
        let content = changed(&signed, place(&signed, b"(hello)") + 2);
        fails(check(&content), Reason::HashFailure, name);
        let hex = place(&signed, b"/Contents <30") + b"/Contents <".len();
        let length =
            usize::from_str_radix(std::str::from_utf8(&signed[hex + 4..hex + 8]).unwrap(), 16);
        // The last digit of the message; the signature's value ends there.
        let digit = hex + 2 * (4 + length.unwrap()) - 1;
        let mut signature = signed.clone();
        signature[digit] = if signed[digit] == b'0' { b'1' } else { b'0' };
        fails(check(&signature), Reason::SigCryptoFailure, name);
        let added = [&signed[..], b"\n% and more\n"].concat();
        is_for_a_person(check(&added), Reason::ChangedAfterSigning, name);
        let blank = [&signed[..], b"\n\n"].concat();
        passes(check(&blank), format, name);
    }
    let [first, second] = <[Finding; 2]>::try_from(check(&samples.read("d.pdf"))).unwrap();
    assert_eq!(first.reasons, [Reason::ChangedAfterSigning], "{first:#?}");
    assert!(matches!(first.coverage, Coverage::Revision { .. }));
    assert_eq!(second.verdict, Verdict::TotalPassed, "{second:#?}");
}

#[test]
fn certificates_are_judged_at_the_moment_of_receipt() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    samples.authority("other");
    samples.person("Obcy", "other", P256);
    let lists = samples.trust();
    let signed = samples.cms("a.p7m", "Jan", &["-nodetach", "-md", "sha256"]);
    let check = |trust: &Trust, days: i64| {
        let at = auction_rules::Timestamp(now().0 + days * DAY_MS);
        look_at("a.p7m", &signed, &[], trust, at)
    };
    passes(check(&lists, 0), Format::Cades, "now");
    passes(check(&lists, 20), Format::Cades, "while the list counts");
    is_for_a_person(check(&lists, 40), Reason::TryLater, "an old list");
    is_for_a_person(check(&lists, 400), Reason::OutOfBoundsNoPoe, "expired");
    is_for_a_person(check(&lists, -2), Reason::NotYetValid, "not yet valid");
    let alone = Trust::read(&samples.read("root.pem")).unwrap();
    is_for_a_person(check(&alone, 0), Reason::TryLater, "no list");
    let nobody = Trust::default();
    is_for_a_person(
        check(&nobody, 0),
        Reason::NoCertificateChainFound,
        "nobody is trusted",
    );
    let strangers = samples.cms("b.p7m", "Obcy", &["-nodetach", "-md", "sha256"]);
    let found = look("b.p7m", &strangers, &[], &lists);
    is_for_a_person(
        found,
        Reason::NoCertificateChainFound,
        "an unknown authority",
    );
    let content = changed(&strangers, place(&strangers, CONTENT));
    fails(
        look("b.p7m", &content, &[], &lists),
        Reason::HashFailure,
        "changed, unknown authority",
    );

    for (days, expected) in [(-1, Some(Reason::Revoked)), (1, None)] {
        samples.revoke("Jan", auction_rules::Timestamp(now().0 + days * DAY_MS));
        let trust = samples.trust();
        match expected {
            Some(reason) => fails(check(&trust, 0), reason, "signed after it was revoked"),
            None => {
                passes(check(&trust, 0), Format::Cades, "revoked later");
                is_for_a_person(check(&trust, 2), Reason::RevokedNoPoe, "came in after that");
            }
        }
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of samples")]
fn what_is_weak_or_unfit_does_not_pass() {
    let samples = Samples::new();
    samples.person("Jan", "ca", P256);
    samples.person("Ewa", "ca", RSA);
    samples.person("Krotki", "ca", SHORT_RSA);
    samples.issue("Serwer", "ca", P256, "keyUsage=critical,keyEncipherment\n");
    samples.issue("Dziwny", "ca", P256, "1.2.3.4=critical,ASN1:NULL\n");
    samples.person("Podszywacz", "Jan", P256);
    samples.write(
        "both.pem",
        &[samples.read("Jan.pem"), samples.read("ca.pem")].concat(),
    );
    let trust = samples.trust();
    for (person, more, reason) in [
        (
            "Jan",
            &["-md", "sha1"][..],
            Reason::CryptoConstraintsFailure,
        ),
        ("Ewa", &["-md", "md5"], Reason::CryptoConstraintsFailure),
        (
            "Krotki",
            &["-md", "sha256"],
            Reason::CryptoConstraintsFailure,
        ),
        (
            "Serwer",
            &["-md", "sha256"],
            Reason::ChainConstraintsFailure,
        ),
        (
            "Dziwny",
            &["-md", "sha256"],
            Reason::ChainConstraintsFailure,
        ),
        (
            "Podszywacz",
            &["-md", "sha256", "-certfile", "both.pem"],
            Reason::ChainConstraintsFailure,
        ),
        (
            "Jan",
            &["-md", "sha256", "-nocerts"],
            Reason::NoSigningCertificateFound,
        ),
    ] {
        let signed = samples.cms("a.p7m", person, &[more, &["-nodetach"]].concat());
        is_for_a_person(
            look("a.p7m", &signed, &[], &trust),
            reason,
            &format!("{person} {more:?}"),
        );
    }
    let plain = [
        "cms",
        "-sign",
        "-binary",
        "-in",
        "content",
        "-signer",
        "Jan.pem",
        "-inkey",
        "Jan.key",
        "-certfile",
        "ca.pem",
        "-outform",
        "DER",
        "-nodetach",
        "-out",
        "a.p7m",
    ];
    samples.openssl(&plain);
    let found = look("a.p7m", &samples.read("a.p7m"), &[], &trust);
    is_for_a_person(
        found,
        Reason::SigConstraintsFailure,
        "no attribute names the certificate",
    );
    let template = Template {
        hash: SHA1,
        ..Template::default()
    };
    let signed = samples.xml(&template.in_document(), "Jan");
    let found = look("a.xml", signed.as_bytes(), &[], &trust);
    is_for_a_person(found, Reason::CryptoConstraintsFailure, "SHA-1 in XML");
}
