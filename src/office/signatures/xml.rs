//! Signatures in XML (XML-DSig, EN 319 132).
//!
//! A signature says what it signs by references. So that nobody shows one thing and signs another, a
//! signature covers a document only when a reference is to all of it, but for the signature itself; or
//! when the document is the signature, and all the objects in it are referenced. An `Id` that stands
//! there twice is refused, and so is every transform that could leave something out.

use super::certificate::Certificate;
use super::crypto::{Hash, Scheme};
use super::{Case, Coverage, Effort, Finding, Format, Level, Reason};
use crate::limits::{
    SIGNATURE_CERTIFICATES_MAX, SIGNATURE_REFERENCES_MAX, SIGNATURE_TRANSFORMS_MAX,
    SIGNATURE_XML_DEPTH_MAX, SIGNATURES_MAX,
};
use auction_rules::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use uppsala::{Document, NodeId, NodeKind, Parser};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const XADES_141: &str = "http://uri.etsi.org/01903/v1.4.1#";
/// The trusted profile (Profil Zaufany).
const TRUSTED_PROFILE: &str = "http://crd.gov.pl/xml/schematy/ppzp/";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
/// The one XPath that is taken: all but signatures. Written by the EU's own library for years.
const BUT_SIGNATURES: &str = "not(ancestor-or-self::ds:Signature)";

/// Checks the signatures of XML.
pub(super) fn check(bytes: &[u8], case: &Case<'_>, effort: &mut Effort) -> Vec<Finding> {
    let is_signed = memchr::memmem::find(bytes, DS.as_bytes()).is_some();
    if !is_signed {
        return Vec::new();
    }
    let broken = |reason| vec![Finding::new(Format::Xades).because(reason)];
    let Ok(text) = str::from_utf8(bytes) else {
        return broken(Reason::FormatFailure);
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parser = Parser::new()
        .with_forbid_dtd(true)
        .with_max_depth(SIGNATURE_XML_DEPTH_MAX);
    let Ok(doc) = parser.parse(text) else {
        return broken(Reason::FormatFailure);
    };
    let paper = Paper::new(&doc);
    let signatures = paper.signatures();
    if signatures.len() > SIGNATURES_MAX {
        return broken(Reason::LimitExceeded);
    }
    signatures
        .into_iter()
        .map(|signature| paper.check(signature, case, effort))
        .collect()
}

/// XML that is checked.
struct Paper<'a> {
    doc: &'a Document<'a>,
    /// Elements by their `Id`; none where it stands there more than once.
    ids: BTreeMap<String, Option<NodeId>>,
}

/// What the references of a signature came to.
#[derive(Default)]
struct Signed {
    /// A reference is to the whole document, but for signatures.
    is_whole: bool,
    /// Elements that are referenced and unchanged.
    elements: Vec<NodeId>,
    /// Files beside it.
    files: Vec<String>,
}

impl<'a> Paper<'a> {
    fn new(doc: &'a Document<'a>) -> Self {
        let mut ids: BTreeMap<String, Option<NodeId>> = BTreeMap::new();
        for node in doc.descendants(doc.root()) {
            let attributes = doc.element(node).map(|element| &element.attributes);
            for attribute in attributes.into_iter().flatten() {
                let name = &*attribute.name.local_name;
                if name.eq_ignore_ascii_case("id") {
                    let known = ids.entry(attribute.value.to_string());
                    known.and_modify(|one| *one = None).or_insert(Some(node));
                }
            }
        }
        Self { doc, ids }
    }

    /// The signatures, but for those in the unsigned properties of another, which countersign it.
    fn signatures(&self) -> Vec<NodeId> {
        let all = self.doc.get_elements_by_tag_name_ns(DS, "Signature");
        let countersigns = |node: &NodeId| {
            let mut above = self.doc.ancestors(*node).into_iter();
            above.any(|one| self.is(one, XADES, "UnsignedProperties"))
        };
        all.into_iter().filter(|node| !countersigns(node)).collect()
    }

    fn check(&self, signature: NodeId, case: &Case<'_>, effort: &mut Effort) -> Finding {
        let mut finding = Finding::new(Format::XmlDsig);
        let properties = self.properties(signature);
        if properties.is_some() {
            finding.format = Format::Xades;
        }
        finding.level = self.level(signature);
        if finding.level > Level::BB {
            finding.note(Reason::TimeStampNotChecked);
        }
        let certificates = match self.certificates(signature) {
            Ok(certificates) => certificates,
            Err(reason) => return finding.because(reason),
        };
        let named = properties.map(|properties| self.named(properties, &certificates));
        let certificate = match &named {
            Some(Ok(index)) => certificates.get(*index),
            // Whose it is can be told only by the key then.
            _ => certificates.first(),
        };
        let Some(certificate) = certificate else {
            return finding.because(Reason::NoSigningCertificateFound);
        };
        finding.signer = Some(certificate.signer());
        let signed = match self.is_intact(signature, certificate, case, effort) {
            Ok(signed) => signed,
            // The signature names a certificate that is not there: this one is just another.
            Err(Reason::SigCryptoFailure)
                if matches!(named, Some(Err(Reason::NoSigningCertificateFound))) =>
            {
                return finding.because(Reason::NoSigningCertificateFound);
            }
            Err(reason) => return finding.because(reason),
        };
        finding.coverage = self.coverage(signature, &signed);
        if finding.coverage == Coverage::Part {
            finding.note(Reason::PartlySigned);
        }
        match (properties, named) {
            (Some(properties), Some(named)) if signed.elements.contains(&properties) => {
                if let Err(reason) = named {
                    finding.note(reason);
                }
                finding.claimed_at = self.claimed_at(properties);
                // In a person's own signature, anybody's name could stand there.
                let named = certificate.is_seal().then(|| self.person(properties));
                finding.person = named.flatten();
            }
            // What was not signed anybody may have put there.
            _ => finding.note(Reason::SigConstraintsFailure),
        }
        let claimed = finding.claimed_at;
        for reason in case.reasons(certificate, &certificates, claimed) {
            finding.note(reason);
        }
        finding
    }

    /// The signature is the key's, and everything that it references is unchanged.
    fn is_intact(
        &self,
        signature: NodeId,
        certificate: &Certificate,
        case: &Case<'_>,
        effort: &mut Effort,
    ) -> Result<Signed, Reason> {
        let info = self.child(signature, DS, "SignedInfo")?;
        let method = self.child(info, DS, "CanonicalizationMethod")?;
        let mode = C14nMode::from_uri(self.algorithm(method)?).ok_or(Reason::NotSupported)?;
        let scheme = Scheme::of_uri(self.algorithm(self.child(info, DS, "SignatureMethod")?)?)?;
        let value = self.base64(self.child(signature, DS, "SignatureValue")?)?;
        effort.take(self.length(info))?;
        let canonical = self.canonical(info, mode, &[], &self.prefixes(method))?;
        let key = &certificate.x509.tbs_certificate.subject_public_key_info;
        scheme.verify(key, &canonical, &value)?;
        let references = self.doc.child_elements_by_name_ns(info, DS, "Reference");
        if references.len() > SIGNATURE_REFERENCES_MAX {
            return Err(Reason::LimitExceeded);
        }
        let mut signed = Signed::default();
        for reference in references {
            self.reference(signature, reference, case, effort, &mut signed)?;
        }
        Ok(signed)
    }

    fn reference(
        &self,
        signature: NodeId,
        reference: NodeId,
        case: &Case<'_>,
        effort: &mut Effort,
        signed: &mut Signed,
    ) -> Result<(), Reason> {
        let hash = Hash::of_uri(self.algorithm(self.child(reference, DS, "DigestMethod")?)?)?;
        let expected = self.base64(self.child(reference, DS, "DigestValue")?)?;
        let transforms = self
            .doc
            .child_elements_by_name_ns(reference, DS, "Transforms");
        let transforms = transforms.first().map_or_else(Vec::new, |all| {
            self.doc.child_elements_by_name_ns(*all, DS, "Transform")
        });
        let uri = self.doc.get_attribute(reference, "URI");
        let uri = uri.ok_or(Reason::NotSupported)?;
        let Some(target) = self.target(uri)? else {
            if !transforms.is_empty() {
                return Err(Reason::NotSupported);
            }
            signed.files.push(beside(case, uri, hash, &expected)?);
            return Ok(());
        };
        let view = self.view(signature, &transforms)?;
        effort.take(self.length(target))?;
        let bytes = match view.is_base64 {
            true => self.base64(target)?,
            false => self.canonical(target, view.mode, &view.without, &view.prefixes)?,
        };
        // What leaves nothing to sign signs nothing, whatever it names.
        if bytes.is_empty() {
            return Err(Reason::NotSupported);
        }
        if hash.digest(&[&bytes]) != expected {
            return Err(Reason::HashFailure);
        }
        let is_all = target == self.doc.root()
            || self.doc.document_element() == Some(target) && self.is_alone(target);
        signed.is_whole |= is_all && !view.is_base64;
        signed.elements.push(target);
        Ok(())
    }

    /// The node that a reference is to; none where it is to another file.
    fn target(&self, uri: &str) -> Result<Option<NodeId>, Reason> {
        if uri.is_empty() || uri == "#xpointer(/)" {
            return Ok(Some(self.doc.root()));
        }
        let Some(id) = uri.strip_prefix('#') else {
            return Ok(None);
        };
        let pointer = id
            .strip_prefix("xpointer(id(")
            .and_then(|id| id.strip_suffix("))"));
        let id = pointer.map_or(id, |id| id.trim_matches(['\'', '"']));
        match self.ids.get(id) {
            Some(Some(node)) => Ok(Some(*node)),
            // Which one is meant, two programs would tell differently.
            Some(None) => Err(Reason::FormatFailure),
            None => Err(Reason::SignedDataNotFound),
        }
    }

    /// What transforms leave of a target, and how it is written.
    fn view(&self, signature: NodeId, transforms: &[NodeId]) -> Result<View, Reason> {
        let mut view = View {
            mode: C14nMode::Inclusive,
            prefixes: Vec::new(),
            without: Vec::new(),
            is_base64: false,
        };
        let mut is_written = false;
        if transforms.len() > SIGNATURE_TRANSFORMS_MAX {
            return Err(Reason::LimitExceeded);
        }
        for transform in transforms {
            // What was written is bytes; nothing more is taken of it.
            if is_written {
                return Err(Reason::NotSupported);
            }
            match self.algorithm(*transform)? {
                ENVELOPED => view.without.push(signature),
                BASE64 => (view.is_base64, is_written) = (true, true),
                XPATH if self.is_but_signatures(*transform) => {
                    let all = self.doc.get_elements_by_tag_name_ns(DS, "Signature");
                    view.without.extend(all);
                }
                other => {
                    view.mode = C14nMode::from_uri(other).ok_or(Reason::NotSupported)?;
                    view.prefixes = self.prefixes(*transform);
                    is_written = true;
                }
            }
        }
        Ok(view)
    }

    fn is_but_signatures(&self, transform: NodeId) -> bool {
        let Ok(path) = self.child(transform, DS, "XPath") else {
            return false;
        };
        let text = self.doc.text_content_deep(path);
        let text: String = text.split_whitespace().collect();
        // The prefix must mean what it says where it is written.
        let declared = |node: NodeId| {
            let element = self.doc.element(node)?;
            let mut all = element.namespace_declarations.iter();
            all.find(|(prefix, _)| prefix == "ds")
                .map(|(_, uri)| uri.to_string())
        };
        let mut around = std::iter::once(path).chain(self.doc.ancestors(path));
        text == BUT_SIGNATURES && around.find_map(declared).as_deref() == Some(DS)
    }

    /// A node in canonical form, without these elements in it.
    fn canonical(
        &self,
        target: NodeId,
        mode: C14nMode,
        without: &[NodeId],
        prefixes: &[String],
    ) -> Result<Vec<u8>, Reason> {
        // A reference by name or to the whole leaves comments out, whatever is written of it.
        let mut set = NodeSet::tree_without_comments(target, self.doc);
        for node in without {
            set.remove_id(*node);
            for inside in self.doc.descendants(*node) {
                set.remove_id(inside);
            }
        }
        canonicalize_doc(self.doc, mode, Some(&set), prefixes).map_err(|_| Reason::NotSupported)
    }

    /// How long a node is in the document.
    fn length(&self, node: NodeId) -> usize {
        let range = self.doc.node_range(node);
        range.map_or(self.doc.input_text().len(), |range| range.len())
    }

    /// Whether a node shows nobody anything: a comment, or blanks.
    fn is_silent(&self, node: NodeId) -> bool {
        match self.doc.node_kind(node) {
            Some(NodeKind::Comment(_)) => true,
            Some(NodeKind::Text(text)) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Whether nothing but comments and blanks stands beside the document's element: an instruction to
    /// whoever shows the document is no part of that element.
    fn is_alone(&self, element: NodeId) -> bool {
        let mut beside = self.doc.children_iter(self.doc.root());
        beside.all(|one| one == element || self.is_silent(one))
    }

    /// Whether a signature holds only its own parts: whatever else stands in it is signed by nothing.
    fn is_pure(&self, signature: NodeId) -> bool {
        const PARTS: [&str; 4] = ["SignedInfo", "SignatureValue", "KeyInfo", "Object"];
        let is_part = |one: NodeId| PARTS.iter().any(|name| self.is(one, DS, name));
        let mut children = self.doc.children_iter(signature);
        children.all(|one| is_part(one) || self.is_silent(one))
    }

    fn coverage(&self, signature: NodeId, signed: &Signed) -> Coverage {
        let objects = self.doc.child_elements_by_name_ns(signature, DS, "Object");
        let is_properties = |object: &NodeId| {
            let inside = self.elements(*object);
            let fits = |one: &NodeId| self.is(*one, XADES, "QualifyingProperties");
            !inside.is_empty() && inside.iter().all(fits)
        };
        let content: Vec<_> = objects
            .into_iter()
            .filter(|one| !is_properties(one))
            .collect();
        let is_signed = |object: &NodeId| signed.elements.contains(object);
        let is_root = self.doc.document_element() == Some(signature);
        if !content.iter().all(is_signed) || !self.is_pure(signature) {
            Coverage::Part
        } else if signed.is_whole && !is_root || is_root && !content.is_empty() {
            Coverage::Whole
        } else if is_root && !signed.files.is_empty() {
            Coverage::Files {
                names: signed.files.clone(),
            }
        } else {
            Coverage::Part
        }
    }

    /// The signed properties that the signature itself holds.
    fn properties(&self, signature: NodeId) -> Option<NodeId> {
        let objects = self.doc.child_elements_by_name_ns(signature, DS, "Object");
        let mut found = objects
            .into_iter()
            .flat_map(|one| {
                self.doc
                    .child_elements_by_name_ns(one, XADES, "QualifyingProperties")
            })
            .flat_map(|one| {
                self.doc
                    .child_elements_by_name_ns(one, XADES, "SignedProperties")
            });
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// Which of the certificates the properties name as the signer's.
    fn named(&self, properties: NodeId, certificates: &[Certificate]) -> Result<usize, Reason> {
        let signature = self.child(properties, XADES, "SignedSignatureProperties")?;
        let named = self
            .child(signature, XADES, "SigningCertificateV2")
            .or_else(|_| self.child(signature, XADES, "SigningCertificate"))?;
        // The signer's own comes first (EN 319 132-1, 5.2.2).
        let first = self.child(named, XADES, "Cert")?;
        let digest = self.child(first, XADES, "CertDigest")?;
        let hash = Hash::of_uri(self.algorithm(self.child(digest, DS, "DigestMethod")?)?)?;
        let expected = self.base64(self.child(digest, DS, "DigestValue")?)?;
        certificates
            .iter()
            .position(|one| hash.digest(&[&one.der]) == expected)
            .ok_or(Reason::NoSigningCertificateFound)
    }

    fn certificates(&self, signature: NodeId) -> Result<Vec<Certificate>, Reason> {
        let infos = self.doc.child_elements_by_name_ns(signature, DS, "KeyInfo");
        let infos = infos.into_iter();
        let data = infos.flat_map(|one| self.doc.child_elements_by_name_ns(one, DS, "X509Data"));
        let all: Vec<_> = data
            .flat_map(|one| {
                self.doc
                    .child_elements_by_name_ns(one, DS, "X509Certificate")
            })
            .collect();
        if all.len() > SIGNATURE_CERTIFICATES_MAX {
            return Err(Reason::LimitExceeded);
        }
        let mut read = Vec::with_capacity(all.len());
        for one in all {
            read.extend(Certificate::read(&self.base64(one)?));
        }
        Ok(read)
    }

    fn level(&self, signature: NodeId) -> Level {
        let inside = self.doc.descendants(signature);
        let has = |names: &[&str]| {
            let mut found = inside.iter();
            found.any(|node| {
                names
                    .iter()
                    .any(|name| self.is(*node, XADES, name) || self.is(*node, XADES_141, name))
            })
        };
        if has(&["ArchiveTimeStamp"]) {
            Level::BLta
        } else if has(&["RevocationValues", "TimeStampValidationData"]) {
            Level::BLt
        } else if has(&["SignatureTimeStamp"]) {
            Level::BT
        } else {
            Level::BB
        }
    }

    fn claimed_at(&self, properties: NodeId) -> Option<Timestamp> {
        let signature = self
            .child(properties, XADES, "SignedSignatureProperties")
            .ok()?;
        let time = self.child(signature, XADES, "SigningTime").ok()?;
        let time = self.doc.text_content_deep(time);
        let moment: jiff::Timestamp = time.trim().parse().ok()?;
        Some(Timestamp(moment.as_millisecond()))
    }

    /// The person of the trusted profile, from the role that a ministry's seal vouches for.
    fn person(&self, properties: NodeId) -> Option<String> {
        let all = self.doc.descendants(properties);
        let proof = all.into_iter().find(|node| {
            let is_claimed = || {
                let mut above = self.doc.ancestors(*node).into_iter();
                above.any(|one| self.is(one, XADES, "ClaimedRole"))
            };
            self.is(*node, TRUSTED_PROFILE, "PodpisZP") && is_claimed()
        })?;
        let inside = self.doc.descendants(proof);
        let of = |name: &str| {
            let found = inside.iter().find(|node| {
                let element = self.doc.element(**node);
                element.is_some_and(|element| element.name.local_name == name)
            })?;
            let text = self.doc.text_content_deep(*found);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        };
        let names = [of("Imie"), of("Nazwisko")];
        let person = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!person.is_empty()).then_some(person)
    }

    /// The one child of a name.
    fn child(&self, parent: NodeId, namespace: &str, name: &str) -> Result<NodeId, Reason> {
        let found = self.doc.child_elements_by_name_ns(parent, namespace, name);
        match found.as_slice() {
            [only] => Ok(*only),
            [] if namespace == XADES => Err(Reason::SigConstraintsFailure),
            _ => Err(Reason::FormatFailure),
        }
    }

    fn elements(&self, parent: NodeId) -> Vec<NodeId> {
        let children = self.doc.children_iter(parent);
        children
            .filter(|node| matches!(self.doc.node_kind(*node), Some(NodeKind::Element(_))))
            .collect()
    }

    fn is(&self, node: NodeId, namespace: &str, name: &str) -> bool {
        let element = self.doc.element(node);
        element.is_some_and(|element| element.matches_name_ns(namespace, name))
    }

    fn algorithm(&self, node: NodeId) -> Result<&str, Reason> {
        let algorithm = self.doc.get_attribute(node, "Algorithm");
        algorithm.ok_or(Reason::FormatFailure)
    }

    fn base64(&self, node: NodeId) -> Result<Vec<u8>, Reason> {
        let text = self.doc.text_content_deep(node);
        let text: String = text.split_ascii_whitespace().collect();
        STANDARD.decode(text).map_err(|_| Reason::FormatFailure)
    }

    /// The prefixes that exclusive canonical form treats as the inclusive one does.
    fn prefixes(&self, method: NodeId) -> Vec<String> {
        let all = self
            .doc
            .child_elements_by_name_ns(method, EXCLUSIVE, "InclusiveNamespaces");
        let listed = all
            .first()
            .and_then(|one| self.doc.get_attribute(*one, "PrefixList"));
        let listed = listed.unwrap_or_default().split_ascii_whitespace();
        listed.map(str::to_owned).collect()
    }
}

/// What transforms leave of a target.
struct View {
    mode: C14nMode,
    prefixes: Vec<String>,
    without: Vec<NodeId>,
    is_base64: bool,
}

/// The file beside it that a reference is to. Where none has its hash, one of its name was changed.
fn beside(case: &Case<'_>, uri: &str, hash: Hash, expected: &[u8]) -> Result<String, Reason> {
    let mut files = case.beside.iter();
    if let Some(found) = files.find(|one| one.digests.by(hash) == expected) {
        return Ok(found.name.clone());
    }
    let name = uri.rsplit('/').next().unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8_lossy();
    match case.beside.iter().any(|one| one.name == name) {
        true => Err(Reason::HashFailure),
        false => Err(Reason::SignedDataNotFound),
    }
}
