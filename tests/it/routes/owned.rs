//! What belongs to somebody, asked for by everybody else. The things are there: who has nothing to do
//! with one is answered as if it were not, and nothing changes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::ROUTES;
use super::town::Asking::{
    Admin, Approves, Asked, Auditor, Bidder, Colleague, Handles, Nobody, Officer, OtherBidder,
    Owner, Registrar, StandsIn, Stranger, Takes,
};
use super::town::{Asking, OTHER, Things, Town};
use crate::place;
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const EVERYBODY: [Asking; 15] = [
    Nobody,
    Owner,
    Stranger,
    Takes,
    Handles,
    Approves,
    Colleague,
    Asked,
    StandsIn,
    Registrar,
    Officer,
    Auditor,
    Admin,
    Bidder,
    OtherBidder,
];

/// An id that nothing has.
const NOTHING: &str = "0190a2b4-0000-7000-8000-00000000dead";

/// What is in an address and belongs to nobody, or to a tender as a whole, whose routes the table
/// above asks for one that is there.
const SHARED: [&str; 9] = [
    "auction",
    "lot",
    "number",
    "page",
    "paper",
    "preset",
    "procedure",
    "tender",
    "token",
];

/// Whose business a route is; the others get the statuses of [`refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Citizens,
    CitizensApi,
    Clerks,
    Registrars,
    Officers,
    OfficersApi,
    /// Of whoever is logged in.
    Own,
    OwnApi,
    /// Of whoever may read the tender.
    Files,
}

/// Who may read a case.
const READERS: &[Asking] = &[Takes, Handles, Approves, Asked, StandsIn];
/// Who handles it.
const HANDLERS: &[Asking] = &[Handles, StandsIn];
/// Who reads it and does not handle it.
const READ_ONLY: &[Asking] = &[Takes, Approves, Asked];
const DIRECTORS: &[Asking] = &[Takes, Handles, Approves, StandsIn];
const NONE: &[Asking] = &[];

/// Method and path, whose business it is, who of them may do it to this thing, what they get, and who
/// knows the thing and is told that this is not theirs to do. `{waiting}` is a letter without a case
/// yet, `{enclosed}` its document.
type Line = (
    &'static str,
    &'static str,
    Area,
    &'static [Asking],
    u16,
    &'static [Asking],
);

const LINES: &[Line] = &[
    (
        "DELETE",
        "/api/sessions/{session}",
        Area::OwnApi,
        &[Owner],
        204,
        NONE,
    ),
    (
        "POST",
        "/sessions/{session}/end",
        Area::Own,
        &[Owner],
        303,
        NONE,
    ),
    (
        "GET",
        "/drafts/{draft}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "GET",
        "/drafts/{draft}/delete",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "POST",
        "/drafts/{draft}/delete",
        Area::Citizens,
        &[Owner],
        303,
        NONE,
    ),
    (
        "GET",
        "/drafts/{draft}/send",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "POST",
        "/drafts/{draft}/send",
        Area::Citizens,
        &[Owner],
        303,
        NONE,
    ),
    (
        "GET",
        "/drafts/{draft}/{page}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "POST",
        "/drafts/{draft}/{page}",
        Area::Citizens,
        &[Owner],
        303,
        NONE,
    ),
    (
        "GET",
        "/letters/{letter}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "GET",
        "/letters/{letter}/papers/{paper}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "GET",
        "/letters/{letter}/files/{document}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "GET",
        "/api/letters/{letter}",
        Area::CitizensApi,
        &[Owner],
        200,
        NONE,
    ),
    ("GET", "/cases/{case}", Area::Citizens, &[Owner], 200, NONE),
    (
        "GET",
        "/cases/{case}/replies/{reply}",
        Area::Citizens,
        &[Owner],
        200,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{letter}",
        Area::Clerks,
        READERS,
        200,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{letter}/documents/{document}",
        Area::Clerks,
        READERS,
        200,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{waiting}",
        Area::Clerks,
        &[Takes],
        200,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{waiting}/documents/{enclosed}",
        Area::Clerks,
        &[Takes],
        200,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{waiting}/open",
        Area::Clerks,
        &[Takes],
        200,
        NONE,
    ),
    (
        "POST",
        "/office/letters/{waiting}/open",
        Area::Clerks,
        &[Takes],
        303,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{waiting}/join",
        Area::Clerks,
        &[Takes],
        200,
        NONE,
    ),
    (
        "POST",
        "/office/letters/{waiting}/join",
        Area::Clerks,
        &[Takes],
        303,
        NONE,
    ),
    (
        "GET",
        "/office/letters/{waiting}/hand-over",
        Area::Clerks,
        &[Takes],
        200,
        NONE,
    ),
    (
        "POST",
        "/office/letters/{waiting}/hand-over",
        Area::Clerks,
        &[Takes],
        303,
        NONE,
    ),
    (
        "GET",
        "/office/cases/{case}",
        Area::Clerks,
        READERS,
        200,
        NONE,
    ),
    (
        "GET",
        "/office/cases/{case}/replies/{reply}",
        Area::Clerks,
        READERS,
        200,
        NONE,
    ),
    (
        "GET",
        "/office/cases/{case}/direct",
        Area::Clerks,
        DIRECTORS,
        200,
        &[Asked],
    ),
    (
        "POST",
        "/office/cases/{case}/direct",
        Area::Clerks,
        DIRECTORS,
        303,
        &[Asked],
    ),
    (
        "GET",
        "/office/cases/{case}/give-back",
        Area::Clerks,
        HANDLERS,
        200,
        READ_ONLY,
    ),
    (
        "POST",
        "/office/cases/{case}/give-back",
        Area::Clerks,
        HANDLERS,
        303,
        READ_ONLY,
    ),
    (
        "GET",
        "/office/cases/{case}/deadline",
        Area::Clerks,
        HANDLERS,
        200,
        READ_ONLY,
    ),
    (
        "POST",
        "/office/cases/{case}/deadline",
        Area::Clerks,
        HANDLERS,
        303,
        READ_ONLY,
    ),
    (
        "GET",
        "/office/cases/{case}/close",
        Area::Clerks,
        HANDLERS,
        200,
        READ_ONLY,
    ),
    (
        "POST",
        "/office/cases/{case}/close",
        Area::Clerks,
        HANDLERS,
        303,
        READ_ONLY,
    ),
    (
        "GET",
        "/office/cases/{case}/opinions/{opinion}",
        Area::Clerks,
        &[Asked],
        200,
        NONE,
    ),
    (
        "POST",
        "/office/cases/{case}/opinions/{opinion}",
        Area::Clerks,
        &[Asked],
        303,
        NONE,
    ),
    (
        "GET",
        "/office/cases/{case}/reply",
        Area::Clerks,
        HANDLERS,
        200,
        READ_ONLY,
    ),
    (
        "POST",
        "/office/cases/{case}/reply",
        Area::Clerks,
        HANDLERS,
        303,
        READ_ONLY,
    ),
    (
        "GET",
        "/office/cases/{case}/approve",
        Area::Clerks,
        &[Approves],
        200,
        &[Takes, Handles, Asked, StandsIn],
    ),
    (
        "POST",
        "/office/cases/{case}/approve",
        Area::Clerks,
        &[Approves],
        303,
        &[Takes, Handles, Asked, StandsIn],
    ),
    (
        "POST",
        "/office/people/substitutions/{substitution}/end",
        Area::Clerks,
        &[Takes, Approves],
        303,
        &[Handles, StandsIn],
    ),
    (
        "GET",
        "/office/visits/{citizen}",
        Area::Registrars,
        &[Registrar],
        200,
        NONE,
    ),
    (
        "POST",
        "/office/visits/{citizen}",
        Area::Registrars,
        &[Registrar],
        303,
        NONE,
    ),
    (
        "GET",
        "/api/tenders/{tender}/files/{file}",
        Area::Files,
        &[Officer, Auditor, Bidder],
        200,
        NONE,
    ),
    (
        "GET",
        "/tenders/{tender}/files/{file}",
        Area::Files,
        &[Officer, Auditor, Bidder],
        200,
        NONE,
    ),
    (
        "POST",
        "/api/tenders/{tender}/files/{file}/withdraw",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "PUT",
        "/api/tenders/{tender}/bidders/{bidder}",
        Area::OfficersApi,
        &[Officer],
        200,
        NONE,
    ),
    (
        "PUT",
        "/api/tenders/{tender}/bidders/{bidder}/contact",
        Area::OfficersApi,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/api/tenders/{tender}/bidders/{bidder}/block",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "POST",
        "/api/tenders/{tender}/bidders/{bidder}/unblock",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "POST",
        "/api/notices/{notice}/retry",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "POST",
        "/api/notices/{notice}/cancel",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "DELETE",
        "/api/lots/{lot}/admissions/{bidder}",
        Area::OfficersApi,
        &[Officer],
        204,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/files/{file}/withdraw",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/tenders/{tender}/files/{file}/withdraw",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/lots/{lot}/admissions/{bidder}",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/lots/{lot}/admissions/{bidder}",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/lots/{lot}/admissions/{bidder}/withdraw",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/lots/{lot}/admissions/{bidder}/withdraw",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/edit",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/edit",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/block",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/block",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/unblock",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/unblock",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/letter",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/letter",
        Area::Officers,
        &[Officer],
        200,
        NONE,
    ),
    (
        "POST",
        "/desk/notices/{notice}/retry",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
    (
        "POST",
        "/desk/notices/{notice}/cancel",
        Area::Officers,
        &[Officer],
        303,
        NONE,
    ),
];

/// What somebody gets who may not.
fn refusal(area: Area, asking: Asking) -> u16 {
    let is_api = matches!(area, Area::CitizensApi | Area::OfficersApi | Area::OwnApi);
    let is_clerk = matches!(
        asking,
        Takes | Handles | Approves | Colleague | Asked | StandsIn
    );
    match (area, asking) {
        (Area::Files, _) => 404,
        (_, Nobody) if is_api => 401,
        (_, Nobody) => 303,
        (Area::Own | Area::OwnApi, _) => 404,
        (Area::Citizens | Area::CitizensApi, Owner | Stranger) => 404,
        (Area::Clerks, _) if is_clerk => 404,
        _ => 403,
    }
}

/// A path with its things put in.
fn put_in(path: &str, things: &Things) -> String {
    let named =
        |path: String, (name, id): (&&str, &String)| path.replace(&format!("{{{name}}}"), id);
    things.iter().fold(path.to_owned(), named)
}

/// The same things, of which each that belongs to somebody is not there.
fn nowhere(things: &Things) -> Things {
    let mut things = things.clone();
    for (name, id) in &mut things {
        if !SHARED.contains(name) && !["digest", "sign"].contains(name) {
            NOTHING.clone_into(id);
        }
    }
    things
}

struct Answer {
    status: u16,
    /// Where it leads and what it says, with each id that was asked for made nothing's.
    said: String,
}

async fn ask(town: &Town, (method, path): (&str, &str), things: &Things, asking: Asking) -> Answer {
    let whole = put_in(path, things);
    assert!(!whole.contains('{'), "{whole}");
    let mut request = town
        .server
        .request(method.parse::<Method>().unwrap(), &whole);
    if let Some(token) = town.token(asking) {
        request = request.bearer_auth(token);
    }
    let answer = with_body(town, (method, path), things, asking, request)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let leads = answer
        .headers()
        .get("location")
        .map(|to| to.to_str().unwrap().to_owned());
    // Files are not told of.
    let text = answer.bytes().await.unwrap();
    let mut said = leads.unwrap_or_default() + &String::from_utf8_lossy(&text);
    for (name, id) in things {
        if !SHARED.contains(name) {
            said = said.replace(id.as_str(), NOTHING);
        }
    }
    Answer { status, said }
}

/// What whoever may do it would send.
fn with_body(
    town: &Town,
    (method, path): (&str, &str),
    things: &Things,
    asking: Asking,
    request: RequestBuilder,
) -> RequestBuilder {
    if method == "GET" || method == "DELETE" {
        return request;
    }
    let form = |fields: &[(&str, &str)]| request.try_clone().unwrap().form(fields);
    match path.rsplit('/').next().unwrap() {
        "{page}" => {
            // The token of the form, as the page gives it to this session.
            let session = town.token(asking).unwrap_or_default();
            let token = hex::encode(Sha256::digest(format!("ebok-form-1:{session}")));
            request.multipart(Form::new().text("csrf", token).text("act", "later"))
        }
        "send" => form(&[("digest", things["digest"].as_str()), ("code", &town.code)]),
        "open" => form(&[("jrwa", "6624"), ("handler", &town.position(Handles))]),
        "join" => form(&[("sign", &things["sign"])]),
        "hand-over" => form(&[("unit", OTHER)]),
        "direct" => form(&[
            ("handler", &town.position(Takes)),
            ("opinions", &town.position(Colleague)),
            ("note", "Czy są drzewa?"),
        ]),
        "give-back" => form(&[("reason", "Nie moja sprawa.")]),
        "deadline" => form(&[("day", "2027-06-15"), ("reason", "Czekamy na mapę.")]),
        "close" => form(&[("outcome", "Ustalono numer.")]),
        "{opinion}" => form(&[("answer", "Nie ma.")]),
        "reply" => form(&[("subject", "Numer"), ("body", "Ustalono."), ("act", "save")]),
        "approve" => form(&[("act", "approve")]),
        "{citizen}" => form(&[("act", "revoke")]),
        "edit" => form(&[
            ("identity.name", "Epsilon"),
            ("identity.seat", "Ełk"),
            ("country", "PL"),
        ]),
        "{bidder}" if path.starts_with("/desk/") => form(&[("offer.price", "90000")]),
        "{bidder}" => request.json(&json!({
            "identity": { "name": "Epsilon", "seat": "Ełk", "tax_id": "" },
        })),
        "contact" => request.json(&json!({ "email": "inna@example.pl", "contact": "Anna" })),
        _ if path.starts_with("/api/") => request.json(&json!({ "reason": "Pomyłka" })),
        _ => form(&[("reason", "Pomyłka")]),
    }
}

#[test]
fn whatever_belongs_to_somebody_has_a_line() {
    let belongs = |path: &str| {
        let named = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap());
        named.into_iter().any(|name| !SHARED.contains(&name))
    };
    let told = |(method, path, ..): &(&'static str, &'static str, _)| (*method, (*path).to_owned());
    let routes: BTreeSet<_> = ROUTES
        .iter()
        .map(told)
        // A style or a picture is everybody's.
        .filter(|(_, path)| belongs(path) && !path.starts_with("/assets/"))
        .collect();
    let asked: BTreeSet<_> = LINES
        .iter()
        .map(|(method, path, ..)| {
            let path = path.replace("{waiting}", "{letter}");
            (*method, path.replace("{enclosed}", "{document}"))
        })
        .collect();
    assert_eq!(asked, routes);
}

#[tokio::test]
async fn who_has_nothing_to_do_with_it_sees_and_changes_nothing() {
    let town = Town::new().await;
    let mut asked = Vec::new();
    for line in LINES {
        asked.push((line, town.things(line.1).await));
    }
    let before = held(&town).await;
    let mut wrong = Vec::new();
    for ((method, path, area, may, _, near), things) in asked {
        let nothing = nowhere(&things);
        for asking in EVERYBODY.into_iter().filter(|asking| !may.contains(asking)) {
            let answer = ask(&town, (method, path), &things, asking).await;
            let knows_it = near.contains(&asking);
            let expected = if knows_it {
                403
            } else {
                refusal(*area, asking)
            };
            if answer.status != expected {
                let found = answer.status;
                wrong.push(format!(
                    "{method} {path} {asking:?}: {found}, not {expected}"
                ));
                continue;
            }
            let other = ask(&town, (method, path), &nothing, asking).await;
            if !knows_it && (other.status, &other.said) != (answer.status, &answer.said) {
                let (said, nothing) = (&answer.said, other.said);
                wrong.push(format!(
                    "{method} {path} {asking:?} tells: {said}\n and not: {nothing}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let after = held(&town).await;
    for (table, rows) in &before {
        assert_eq!(&after[table], rows, "{table}");
    }
}

#[tokio::test]
async fn who_may_gets_it() {
    let town = Town::new().await;
    let mut wrong = Vec::new();
    for (method, path, _, may, expected, _) in LINES {
        for asking in *may {
            let things = town.things(path).await;
            let answer = ask(&town, (method, path), &things, *asking).await;
            if answer.status != *expected {
                let (found, said) = (answer.status, answer.said);
                wrong.push(format!(
                    "{method} {path} {asking:?}: {found}, not {expected}: {said}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A thing is found under its own parent only, even by who may see both.
#[tokio::test]
async fn nothing_is_found_under_another_parent() {
    let town = Town::new().await;
    for (method, path, parent, asking) in [
        ("GET", "/letters/{letter}/files/{document}", "letter", Owner),
        ("GET", "/cases/{case}/replies/{reply}", "case", Owner),
        (
            "GET",
            "/office/letters/{letter}/documents/{document}",
            "letter",
            Handles,
        ),
        (
            "GET",
            "/office/cases/{case}/replies/{reply}",
            "case",
            Handles,
        ),
        (
            "GET",
            "/office/cases/{case}/opinions/{opinion}",
            "case",
            Asked,
        ),
        (
            "POST",
            "/office/cases/{case}/opinions/{opinion}",
            "case",
            Asked,
        ),
        (
            "GET",
            "/api/tenders/{tender}/files/{file}",
            "tender",
            Officer,
        ),
        (
            "POST",
            "/api/tenders/{tender}/files/{file}/withdraw",
            "tender",
            Officer,
        ),
        (
            "PUT",
            "/api/tenders/{tender}/bidders/{bidder}",
            "tender",
            Officer,
        ),
        (
            "PUT",
            "/api/tenders/{tender}/bidders/{bidder}/contact",
            "tender",
            Officer,
        ),
        (
            "POST",
            "/api/tenders/{tender}/bidders/{bidder}/block",
            "tender",
            Officer,
        ),
        (
            "POST",
            "/api/tenders/{tender}/bidders/{bidder}/unblock",
            "tender",
            Officer,
        ),
        ("GET", "/tenders/{tender}/files/{file}", "tender", Officer),
        (
            "POST",
            "/desk/tenders/{tender}/files/{file}/withdraw",
            "tender",
            Officer,
        ),
        (
            "GET",
            "/desk/tenders/{tender}/bidders/{bidder}",
            "tender",
            Officer,
        ),
        (
            "POST",
            "/desk/tenders/{tender}/bidders/{bidder}/edit",
            "tender",
            Officer,
        ),
        (
            "POST",
            "/desk/tenders/{tender}/bidders/{bidder}/letter",
            "tender",
            Officer,
        ),
    ] {
        let mut things = town.things(path).await;
        let other = match parent {
            "tender" => town.other_tender.clone(),
            _ => town.things(path).await[parent].clone(),
        };
        things.insert(parent, other);
        let before = held(&town).await;
        let answer = ask(&town, (method, path), &things, asking).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.said);
        let after = held(&town).await;
        // Who looked at the case is told of.
        let told = |held: &BTreeMap<String, Vec<String>>| {
            let mut held = held.clone();
            held.remove("access");
            held
        };
        assert_eq!(told(&after), told(&before), "{method} {path}");
    }
}

/// All that the store and the folders hold, but when a session was seen last.
async fn held(town: &Town) -> BTreeMap<String, Vec<String>> {
    let mut held = place::held(&town.server.place).await;
    let sessions = held.remove("session").unwrap();
    held.insert("sessions".to_owned(), vec![sessions.len().to_string()]);
    for folder in ["documents", "records", "swz"] {
        let mut files = Vec::new();
        list(&town.server.data().join(folder), &mut files);
        files.sort();
        held.insert(folder.to_owned(), files);
    }
    held
}

fn list(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => list(&path, files),
            false => files.push(path.display().to_string()),
        }
    }
}
