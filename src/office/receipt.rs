//! The official receipt for a letter (*urzędowe poświadczenie przedłożenia*, UPP, one of the UPO): XML
//! with the fields of the regulation, sealed by the office.
//!
//! It holds the hashes of the letter and of each document, so that one time stamp over the receipt
//! vouches for all of them.

use super::canonical_xml::{element, escaped, text_element};
use super::seal::Seal;
use crate::clock::WARSAW;
use crate::store::letters::{Enclosure, Letter};
use anyhow::Result;
use auction_rules::Timestamp;
use jiff::tz::TimeZone;

/// The namespace of the UPO of ePUAP.
const NAMESPACE: &str = "http://crd.gov.pl/xml/schematy/UPO/2008/05/09/";
/// What the field says that must not be left out and of which nothing is known.
const NO_DATA: &str = "brak danych";

/// What a receipt says.
pub struct Facts<'a> {
    /// The letter.
    pub letter: &'a Letter,
    /// Its documents.
    pub enclosures: &'a [Enclosure],
    /// The full name of the office.
    pub office: &'a str,
    /// The address at which it is reached; empty where it is not set.
    pub site: &'a str,
}

/// The receipt: sealed XML. `at` is when it is made.
///
/// # Errors
/// When the system gives no random numbers.
pub fn sealed(facts: &Facts<'_>, seal: &Seal, at: Timestamp) -> Result<String> {
    let start = format!("<Dokument xmlns=\"{NAMESPACE}\">");
    seal.seal(&start, &presented(facts, at), "</Dokument>", at)
}

/// The page on which everybody who has the code can check a letter.
#[must_use]
pub fn verify_path(letter: &Letter) -> String {
    format!(
        "/verify/{}?code={}",
        letter.number.slug(),
        letter.check_code
    )
}

fn presented(facts: &Facts<'_>, at: Timestamp) -> String {
    let letter = facts.letter;
    let number = letter.number.to_string();
    let mut inside = vec![
        text_element("IdentyfikatorPoswiadczenia", &format!("UPP/{number}")),
        party("Adresat", facts.office, "www", facts.site),
        party("Nadawca", &letter.sender, "konto", &letter.account),
        text_element("DataDoreczenia", &moment(letter.received_at)),
        text_element("DataWytworzeniaPoswiadczenia", &moment(at)),
        text_element("IdentyfikatorDokumentu", &number),
    ];
    for (kind, text) in details(facts) {
        let attributes = [("TypInformacjiUzupelniajacej", kind)];
        inside.push(element(
            "InformacjaUzupelniajaca",
            &attributes,
            &escaped(&text),
        ));
    }
    element("UPP", &[], &inside.concat())
}

fn party(role: &str, name: &str, kind: &str, id: &str) -> String {
    let known = |text: &str| match text {
        "" => NO_DATA.to_owned(),
        text => text.to_owned(),
    };
    let attributes = [("TypIdentyfikatora", kind)];
    let id = escaped(&known(id));
    let inside = [
        text_element("Nazwa", &known(name)),
        element("IdentyfikatorPodmiotu", &attributes, &id),
    ];
    element(role, &[], &inside.concat())
}

/// What the regulation leaves to the office: what the letter is about, hashes, and where to check it.
fn details(facts: &Facts<'_>) -> Vec<(&'static str, String)> {
    let letter = facts.letter;
    let count = facts.enclosures.len();
    let mut all = vec![
        ("Sprawa", letter.title.pl.clone()),
        ("SHA-256 pisma", letter.content_sha256.to_string()),
        ("Liczba załączników", count.to_string()),
    ];
    for enclosure in facts.enclosures {
        let document = &enclosure.document;
        let hashed = format!("{}  {}", document.sha256, document.name);
        all.push(("SHA-256 załącznika", hashed));
    }
    all.push(("Kod kontrolny", letter.check_code.clone()));
    if !facts.site.is_empty() {
        let address = format!("{}{}", facts.site, verify_path(letter));
        all.push(("Adres sprawdzenia", address));
    }
    all
}

/// A moment in Warsaw with its offset (`xs:dateTime`).
fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    let moment = moment.to_zoned(zone);
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}
