//! Signatures that other programs make for one test: an authority, an intermediate and people by openssl,
//! and what they sign by openssl, xmlsec1 and pyHanko.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::python::python;
use crate::source::root;
use crate::support::program::run;
use auction_rules::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ebok::clock::Clock;
use ebok::office::signatures::{Digests, File, Finding, Neighbour, Trust, check};
use ebok::store::documents::Kind;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(super) const CONTENT: &[u8] = "Zażółć gęślą jaźń.\n".as_bytes();

const CONFIG: &str = "[ca]\ndefault_ca=d\n[d]\ndatabase=$ENV::INDEX\ncrlnumber=crlnumber\n\
     default_md=sha256\ndefault_crl_days=30\n";

const EC: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// Whose certificate is an organisation's.
pub(super) const SEAL: &str = "Minister";

/// How a person of the tests gets a key.
pub(super) const P256: &[&str] = &EC;
pub(super) const P384: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
pub(super) const RSA: &[&str] = &["-newkey", "rsa:2048"];
pub(super) const SHORT_RSA: &[&str] = &["-newkey", "rsa:1024"];

/// An authority with an intermediate and its people.
pub(super) struct Samples(TempDir);

impl Samples {
    pub(super) fn new() -> Self {
        let samples = Self(TempDir::new().unwrap());
        samples.write("ca.cnf", CONFIG.as_bytes());
        samples.write("crlnumber", b"01");
        for index in ["root.index", "ca.index"] {
            samples.write(index, b"");
        }
        samples.authority("root");
        samples.issue(
            "ca",
            "root",
            RSA,
            "basicConstraints=critical,CA:TRUE,pathlen:0\n\
             keyUsage=critical,keyCertSign,cRLSign\n",
        );
        samples
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// An authority that signed itself.
    pub(super) fn authority(&self, name: &str) {
        let subject = format!("/C=PL/O=Testy/CN={name}");
        let key = format!("{name}.key");
        let certificate = format!("{name}.pem");
        let usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
        let mut arguments = vec!["req", "-x509", "-noenc", "-days", "3650", "-subj", &subject];
        arguments.extend(EC);
        arguments.extend(usage);
        arguments.extend(["-keyout", &key, "-out", &certificate]);
        self.openssl(&arguments);
    }

    /// A person with a certificate by an issuer.
    pub(super) fn person(&self, name: &str, issuer: &str, key: &[&str]) {
        self.issue(
            name,
            issuer,
            key,
            "basicConstraints=CA:FALSE\nkeyUsage=critical,nonRepudiation\n\
             certificatePolicies=critical,1.2.3.4\nsubjectKeyIdentifier=hash\n",
        );
    }

    pub(super) fn issue(&self, name: &str, issuer: &str, key: &[&str], extensions: &str) {
        let (request, own, certificate) = (
            format!("{name}.csr"),
            format!("{name}.key"),
            format!("{name}.pem"),
        );
        let subject = match name == SEAL {
            true => format!("/C=PL/O=Ministerstwo/CN={name}"),
            false => format!("/C=PL/CN={name}/serialNumber=PNOPL-44051401359"),
        };
        let mut arguments = vec!["req", "-utf8", "-noenc", "-subj", &subject];
        arguments.extend(key);
        arguments.extend(["-keyout", &own, "-out", &request]);
        self.openssl(&arguments);
        self.write("extensions", extensions.as_bytes());
        let (ca, ca_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "365",
            "-sha256",
            "-extfile",
            "extensions",
            "-out",
            &certificate,
        ]);
    }

    /// Notes that a certificate of the intermediate was revoked at a moment.
    pub(super) fn revoke(&self, name: &str, at: Timestamp) {
        let certificate = format!("{name}.pem");
        let serial = self.openssl(&["x509", "-in", &certificate, "-noout", "-serial"]);
        let serial = serial.trim().strip_prefix("serial=").unwrap();
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap();
        let at = at.strftime("%y%m%d%H%M%SZ");
        self.write(
            "ca.index",
            format!("R\t400101000000Z\t{at}\t{serial}\tunknown\t/CN={name}\n").as_bytes(),
        );
    }

    /// The file of trusted issuers: the root, and the lists of root and intermediate.
    pub(super) fn anchors(&self) -> Vec<u8> {
        let mut pem = self.read("root.pem");
        for name in ["root", "ca"] {
            let (index, list) = (format!("{name}.index"), format!("{name}.crl"));
            let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
            let mut command = Command::new("openssl");
            command
                .current_dir(self.0.path())
                .env("INDEX", index)
                .args([
                    "ca",
                    "-gencrl",
                    "-config",
                    "ca.cnf",
                    "-keyfile",
                    &key,
                    "-cert",
                    &certificate,
                    "-out",
                    &list,
                ]);
            let ran = run(&mut command);
            assert_eq!(ran.code, 0, "{}", ran.err);
            pem.extend(self.read(&list));
        }
        pem
    }

    pub(super) fn trust(&self) -> Trust {
        Trust::read(&self.anchors()).unwrap()
    }

    /// Signs with openssl; what stands behind `-cades`.
    pub(super) fn cms(&self, out: &str, person: &str, more: &[&str]) -> Vec<u8> {
        self.write("content", CONTENT);
        let (key, certificate) = (format!("{person}.key"), format!("{person}.pem"));
        let mut arguments = vec!["cms", "-sign", "-cades", "-binary", "-in", "content"];
        arguments.extend([
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-certfile",
            "ca.pem",
        ]);
        arguments.extend(["-outform", "DER", "-out", out]);
        arguments.extend(more);
        self.openssl(&arguments);
        self.read(out)
    }

    /// Signs a template with xmlsec1.
    pub(super) fn xml(&self, template: &str, person: &str) -> String {
        let der = self.der(person);
        let digest = STANDARD.encode(Sha256::digest(der));
        self.write(
            "template.xml",
            template.replace("{certificate}", &digest).as_bytes(),
        );
        let keys = format!("{person}.key,{person}.pem,ca.pem");
        let mut command = Command::new("xmlsec1");
        command.current_dir(self.0.path());
        command.args(["--sign", "--privkey-pem", &keys]);
        for element in [
            "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
            "http://www.w3.org/2000/09/xmldsig#:Object",
            "urn:x:doc",
        ] {
            command.args(["--id-attr:Id", element]);
        }
        let ran = run(command.args(["--output", "signed.xml", "template.xml"]));
        assert_eq!(ran.code, 0, "{}", ran.err);
        String::from_utf8(self.read("signed.xml")).unwrap()
    }

    /// The certificate of a person in DER.
    fn der(&self, person: &str) -> Vec<u8> {
        let pem = format!("{person}.pem");
        let der = format!("{person}.der");
        self.openssl(&["x509", "-in", &pem, "-outform", "DER", "-out", &der]);
        self.read(&der)
    }

    /// Signs PDFs with pyHanko: file, what is signed (`-` for a new one), person, sub-filter, hash.
    pub(super) fn pdfs(&self, wanted: &[[&str; 5]]) {
        let lines = wanted.iter().map(|[out, given, person, subfilter, hash]| {
            format!("{out} {given} {person}.key {person}.pem ca.pem {subfilter} {hash}\n")
        });
        let mut command = python();
        command.current_dir(self.0.path());
        command.arg(root().join("tests/python/sign_pdf.py"));
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        let mut input = running.stdin.take().unwrap();
        input
            .write_all(lines.collect::<String>().as_bytes())
            .unwrap();
        drop(input);
        let ended = running.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "pyHanko (run `make setup`): {said}");
    }

    pub(super) fn openssl(&self, arguments: &[&str]) -> String {
        let ran = run(Command::new("openssl")
            .current_dir(self.0.path())
            .args(arguments));
        assert_eq!(ran.code, 0, "{arguments:?}\n{}", ran.err);
        ran.out
    }
}

/// A reference with its transforms, as templates have it.
fn reference(attributes: &str, transforms: &[&str], hash: &str) -> String {
    let transforms = transforms
        .iter()
        .map(|uri| format!("<ds:Transform Algorithm=\"{uri}\"/>"));
    let transforms = match transforms.collect::<String>() {
        none if none.is_empty() => none,
        some => format!("<ds:Transforms>{some}</ds:Transforms>"),
    };
    format!(
        "<ds:Reference {attributes}>{transforms}<ds:DigestMethod Algorithm=\"{hash}\"/>\
         <ds:DigestValue/></ds:Reference>"
    )
}

pub(super) const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
pub(super) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub(super) const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";
pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
pub(super) const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
pub(super) const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";

/// A signature that is still to be made.
pub(super) struct Template<'a> {
    pub(super) algorithm: &'a str,
    pub(super) hash: &'a str,
    /// `URI` of what is signed.
    pub(super) uri: &'a str,
    pub(super) transforms: &'a [&'a str],
    /// What the signature encloses.
    pub(super) object: &'a str,
    /// In whose name.
    pub(super) role: &'a str,
}

impl Default for Template<'_> {
    fn default() -> Self {
        Self {
            algorithm: "ecdsa-sha256",
            hash: SHA256,
            uri: "",
            transforms: &[ENVELOPED, EXCLUSIVE],
            object: "",
            role: "",
        }
    }
}

impl Template<'_> {
    pub(super) fn signature(&self) -> String {
        let uri = format!("URI=\"{}\"", self.uri);
        let content = reference(&uri, self.transforms, self.hash);
        let own = "Type=\"http://uri.etsi.org/01903#SignedProperties\" URI=\"#properties\"";
        let own = reference(own, &[INCLUSIVE], self.hash);
        let (algorithm, object, role) = (self.algorithm, self.object, self.role);
        let algorithm = match algorithm.starts_with("http") {
            true => algorithm.to_owned(),
            false => format!("{MORE}{algorithm}"),
        };
        format!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"signature\">\
             <ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/>\
             <ds:SignatureMethod Algorithm=\"{algorithm}\"/>{content}{own}</ds:SignedInfo>\
             <ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo>{object}<ds:Object>\
             <xades:QualifyingProperties xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" \
             Target=\"#signature\"><xades:SignedProperties Id=\"properties\">\
             <xades:SignedSignatureProperties>\
             <xades:SigningTime>2026-11-29T10:00:00Z</xades:SigningTime>\
             <xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
             <ds:DigestMethod Algorithm=\"{SHA256}\"/>\
             <ds:DigestValue>{{certificate}}</ds:DigestValue></xades:CertDigest></xades:Cert>\
             </xades:SigningCertificateV2>{role}</xades:SignedSignatureProperties>\
             </xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>"
        )
    }

    /// A document with the signature in it.
    pub(super) fn in_document(&self) -> String {
        let signature = self.signature();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<doc xmlns=\"urn:x\" xmlns:b=\"urn:b\" \
             Id=\"doc\" b:z=\"1\" a=\"&lt;&#9;\"><!-- a note --><?do it?><b:part>Zażółć &amp; \
             <![CDATA[<gęślą>]]></b:part>\n{signature}</doc>"
        )
    }
}

/// Checks a file as if it had come in at a moment.
pub(super) fn look(
    name: &str,
    bytes: &[u8],
    beside: &[(&str, &[u8])],
    trust: &Trust,
) -> Vec<Finding> {
    look_at(name, bytes, beside, trust, now())
}

pub(super) fn look_at(
    name: &str,
    bytes: &[u8],
    beside: &[(&str, &[u8])],
    trust: &Trust,
    at: Timestamp,
) -> Vec<Finding> {
    let kind = match name.rsplit('.').next().unwrap() {
        "pdf" => Kind::Pdf,
        "xml" => Kind::Xml,
        _ => Kind::Cms,
    };
    let beside: Vec<_> = beside
        .iter()
        .map(|(name, bytes)| Neighbour {
            name: (*name).to_owned(),
            digests: Digests::of(bytes),
        })
        .collect();
    check(&File { name, kind, bytes }, &beside, trust, at)
}

pub(super) fn now() -> Timestamp {
    Clock::start().now()
}

/// The same bytes with one bit of one changed.
pub(super) fn changed(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1;
    changed
}

/// Where a part stands.
pub(super) fn place(bytes: &[u8], part: &[u8]) -> usize {
    let mut windows = bytes.windows(part.len());
    windows.position(|window| window == part).unwrap()
}
