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
use crate::support::browser::without_clock;
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

/// What needs a thing of its own: a form prepared for a visit or handed over (`prepared` asks for some of
/// others), a tender's record (`tender_cases` does), a signed letter (nobody asks yet in another's name; its
/// pages find the letter as those of a waiting letter do).
const MADE_ELSEWHERE: [&str; 6] = [
    "/drafts/{draft}/at-desk",
    "/drafts/{draft}/hand-over",
    "/office/cases/{case}/records/{filing}/{paper}",
    "/office/letters/{letter}/signatures",
    "/office/letters/{letter}/signatures/{document}",
    "/office/prepared/{draft}",
];

/// Whose business a route is; the others get the statuses of [`refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Citizens,
    CitizensApi,
    Clerks,
    /// Of clerks, and of those who see the tenders: these find the cases of tenders alone.
    Cases,
    Registrars,
    Officers,
    OfficersApi,
    /// Of whoever is logged in.
    Own,
    OwnApi,
    /// Of whoever may read the tender.
    Files,
}

/// Whose business some routes are: who of them may do it to this thing, and who knows the thing and is
/// told that this is not theirs to do.
struct Rule {
    area: Area,
    may: &'static [Asking],
    near: &'static [Asking],
}

const fn rule(area: Area, may: &'static [Asking]) -> Rule {
    near(area, may, &[])
}

const fn near(area: Area, may: &'static [Asking], near: &'static [Asking]) -> Rule {
    Rule { area, may, near }
}

/// What those get who may, and for what. `{waiting}` is a letter without a case yet, `{enclosed}` its
/// document.
const RULES: &[(Rule, &[&str])] = &[
    (
        rule(Area::OwnApi, &[Owner]),
        &["204 DELETE /api/sessions/{session}"],
    ),
    (
        rule(Area::Own, &[Owner]),
        &["303 POST /sessions/{session}/end"],
    ),
    (
        rule(Area::Citizens, &[Owner]),
        &[
            "200 GET /drafts/{draft}",
            "200 GET /drafts/{draft}/delete",
            "303 POST /drafts/{draft}/delete",
            "200 GET /drafts/{draft}/send",
            "303 POST /drafts/{draft}/send",
            "200 GET /drafts/{draft}/{page}",
            "303 POST /drafts/{draft}/{page}",
            "200 GET /letters/{letter}",
            "200 GET /letters/{letter}/papers/{paper}",
            "200 GET /letters/{letter}/files/{document}",
            "200 GET /cases/{case}",
            "200 GET /cases/{case}/replies/{reply}",
        ],
    ),
    (
        rule(Area::CitizensApi, &[Owner]),
        &["200 GET /api/letters/{letter}"],
    ),
    (
        rule(Area::Clerks, &[Takes, Handles, Approves, Asked, StandsIn]),
        &[
            "200 GET /office/letters/{letter}",
            "200 GET /office/letters/{letter}/documents/{document}",
        ],
    ),
    (
        rule(Area::Cases, &[Takes, Handles, Approves, Asked, StandsIn]),
        &[
            "200 GET /office/cases/{case}",
            "200 GET /office/cases/{case}/replies/{reply}",
        ],
    ),
    (
        rule(Area::Clerks, &[Takes, Approves]),
        &[
            "200 GET /office/letters/{waiting}",
            "200 GET /office/letters/{waiting}/documents/{enclosed}",
        ],
    ),
    (
        rule(Area::Clerks, &[Takes]),
        &[
            "200 GET /office/letters/{waiting}/open",
            "303 POST /office/letters/{waiting}/open",
            "200 GET /office/letters/{waiting}/join",
            "303 POST /office/letters/{waiting}/join",
            "200 GET /office/letters/{waiting}/hand-over",
            "303 POST /office/letters/{waiting}/hand-over",
        ],
    ),
    (
        near(
            Area::Clerks,
            &[Takes, Handles, Approves, StandsIn],
            &[Asked],
        ),
        &[
            "200 GET /office/cases/{case}/direct",
            "303 POST /office/cases/{case}/direct",
        ],
    ),
    (
        near(
            Area::Clerks,
            &[Handles, StandsIn],
            &[Takes, Approves, Asked],
        ),
        &[
            "200 GET /office/cases/{case}/give-back",
            "303 POST /office/cases/{case}/give-back",
            "200 GET /office/cases/{case}/deadline",
            "303 POST /office/cases/{case}/deadline",
            "200 GET /office/cases/{case}/close",
            "303 POST /office/cases/{case}/close",
            "200 GET /office/cases/{case}/reply",
            "303 POST /office/cases/{case}/reply",
        ],
    ),
    (
        rule(Area::Clerks, &[Asked]),
        &[
            "200 GET /office/cases/{case}/opinions/{opinion}",
            "303 POST /office/cases/{case}/opinions/{opinion}",
        ],
    ),
    (
        near(
            Area::Clerks,
            &[Approves],
            &[Takes, Handles, Asked, StandsIn],
        ),
        &[
            "200 GET /office/cases/{case}/approve",
            "303 POST /office/cases/{case}/approve",
        ],
    ),
    (
        near(Area::Clerks, &[Takes, Approves], &[Handles, StandsIn]),
        &["303 POST /office/people/substitutions/{substitution}/end"],
    ),
    (
        rule(Area::Registrars, &[Registrar]),
        &[
            "200 GET /office/visits/{citizen}",
            "303 POST /office/visits/{citizen}",
        ],
    ),
    (
        rule(Area::Files, &[Officer, Auditor, Bidder]),
        &[
            "200 GET /api/tenders/{tender}/files/{file}",
            "200 GET /tenders/{tender}/files/{file}",
        ],
    ),
    (
        rule(Area::OfficersApi, &[Officer]),
        &[
            "204 POST /api/tenders/{tender}/files/{file}/withdraw",
            "200 PUT /api/tenders/{tender}/bidders/{bidder}",
            "200 PUT /api/tenders/{tender}/bidders/{bidder}/contact",
            "204 POST /api/tenders/{tender}/bidders/{bidder}/block",
            "204 POST /api/tenders/{tender}/bidders/{bidder}/unblock",
            "204 POST /api/notices/{notice}/retry",
            "204 POST /api/notices/{notice}/cancel",
            "204 DELETE /api/lots/{lot}/admissions/{bidder}",
        ],
    ),
    (
        rule(Area::Officers, &[Officer]),
        &[
            "200 GET /desk/tenders/{tender}/files/{file}/withdraw",
            "303 POST /desk/tenders/{tender}/files/{file}/withdraw",
            "200 GET /desk/lots/{lot}/admissions/{bidder}",
            "303 POST /desk/lots/{lot}/admissions/{bidder}",
            "200 GET /desk/lots/{lot}/admissions/{bidder}/withdraw",
            "303 POST /desk/lots/{lot}/admissions/{bidder}/withdraw",
            "200 GET /desk/tenders/{tender}/bidders/{bidder}",
            "200 GET /desk/tenders/{tender}/bidders/{bidder}/edit",
            "303 POST /desk/tenders/{tender}/bidders/{bidder}/edit",
            "200 GET /desk/tenders/{tender}/bidders/{bidder}/block",
            "303 POST /desk/tenders/{tender}/bidders/{bidder}/block",
            "200 GET /desk/tenders/{tender}/bidders/{bidder}/unblock",
            "303 POST /desk/tenders/{tender}/bidders/{bidder}/unblock",
            "200 GET /desk/tenders/{tender}/bidders/{bidder}/letter",
            "200 POST /desk/tenders/{tender}/bidders/{bidder}/letter",
            "303 POST /desk/notices/{notice}/retry",
            "303 POST /desk/notices/{notice}/cancel",
        ],
    ),
];

/// A route with its rule and what those get who may.
struct Line {
    method: &'static str,
    path: &'static str,
    rule: &'static Rule,
    done: u16,
}

fn lines() -> impl Iterator<Item = Line> {
    let of_rule = |(rule, routes): &'static (Rule, &[&'static str])| {
        routes.iter().map(move |route| {
            let (done, route) = route.split_once(' ').unwrap();
            let (method, path) = route.split_once(' ').unwrap();
            Line {
                method,
                path,
                rule,
                done: done.parse().unwrap(),
            }
        })
    };
    RULES.iter().flat_map(of_rule)
}

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
        (Area::Clerks | Area::Cases, _) if is_clerk => 404,
        (Area::Cases, Officer | Auditor) => 404,
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
    let text = answer.bytes().await.unwrap();
    let mut said = leads.unwrap_or_default();
    said += &without_clock(&String::from_utf8_lossy(&text));
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
        "approve" => form(&[("act", "approve"), ("read", &things["read"])]),
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
        .filter(|(_, path)| !MADE_ELSEWHERE.contains(&path.as_str()))
        .collect();
    let asked: BTreeSet<_> = lines()
        .map(|line| {
            let path = line.path.replace("{waiting}", "{letter}");
            (line.method, path.replace("{enclosed}", "{document}"))
        })
        .collect();
    assert_eq!(asked, routes);
}

#[tokio::test]
async fn who_has_nothing_to_do_with_it_sees_and_changes_nothing() {
    let town = Town::new().await;
    let mut asked = Vec::new();
    for line in lines() {
        let things = town.things(line.path).await;
        asked.push((line, things));
    }
    let before = held(&town).await;
    let mut wrong = Vec::new();
    for (line, things) in &asked {
        let others = EVERYBODY.iter().filter(|one| !line.rule.may.contains(one));
        for asking in others {
            wrong.extend(told_too_much(&town, line, things, *asking).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let after = held(&town).await;
    // That somebody looked who may read a case is noted, also where the deed is not theirs to do.
    for (table, rows) in before.iter().filter(|(table, _)| *table != "access") {
        assert_eq!(&after[table], rows, "{table}");
    }
}

/// What is wrong with how somebody is answered who may not.
async fn told_too_much(
    town: &Town,
    line: &Line,
    things: &Things,
    asking: Asking,
) -> Option<String> {
    let Line {
        method, path, rule, ..
    } = line;
    let knows_it = rule.near.contains(&asking);
    let expected = match knows_it {
        true => 403,
        false => refusal(rule.area, asking),
    };
    let answer = ask(town, (method, path), things, asking).await;
    let found = answer.status;
    if found != expected {
        return Some(format!(
            "{method} {path} {asking:?}: {found}, not {expected}"
        ));
    }
    let other = ask(town, (method, path), &nowhere(things), asking).await;
    if knows_it || (other.status, &other.said) == (found, &answer.said) {
        return None;
    }
    let (said, nothing) = (answer.said, other.said);
    Some(format!(
        "{method} {path} {asking:?} is told: {said}\n and of nothing: {nothing}"
    ))
}

#[tokio::test]
async fn who_may_gets_it() {
    let town = Town::new().await;
    let mut wrong = Vec::new();
    for line in lines() {
        let Line {
            method, path, done, ..
        } = line;
        for asking in line.rule.may {
            let things = town.things(path).await;
            let answer = ask(&town, (method, path), &things, *asking).await;
            if answer.status != done {
                let (found, said) = (answer.status, answer.said);
                wrong.push(format!(
                    "{method} {path} {asking:?}: {found}, not {done}: {said}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who may see both a thing and another parent.
const ELSEWHERE: [(Asking, &str, &str); 17] = [
    (Owner, "letter", "GET /letters/{letter}/files/{document}"),
    (Owner, "case", "GET /cases/{case}/replies/{reply}"),
    (
        Handles,
        "letter",
        "GET /office/letters/{letter}/documents/{document}",
    ),
    (Handles, "case", "GET /office/cases/{case}/replies/{reply}"),
    (Asked, "case", "GET /office/cases/{case}/opinions/{opinion}"),
    (
        Asked,
        "case",
        "POST /office/cases/{case}/opinions/{opinion}",
    ),
    (Officer, "tender", "GET /api/tenders/{tender}/files/{file}"),
    (
        Officer,
        "tender",
        "POST /api/tenders/{tender}/files/{file}/withdraw",
    ),
    (
        Officer,
        "tender",
        "PUT /api/tenders/{tender}/bidders/{bidder}",
    ),
    (
        Officer,
        "tender",
        "PUT /api/tenders/{tender}/bidders/{bidder}/contact",
    ),
    (
        Officer,
        "tender",
        "POST /api/tenders/{tender}/bidders/{bidder}/block",
    ),
    (
        Officer,
        "tender",
        "POST /api/tenders/{tender}/bidders/{bidder}/unblock",
    ),
    (Officer, "tender", "GET /tenders/{tender}/files/{file}"),
    (
        Officer,
        "tender",
        "POST /desk/tenders/{tender}/files/{file}/withdraw",
    ),
    (
        Officer,
        "tender",
        "GET /desk/tenders/{tender}/bidders/{bidder}",
    ),
    (
        Officer,
        "tender",
        "POST /desk/tenders/{tender}/bidders/{bidder}/edit",
    ),
    (
        Officer,
        "tender",
        "POST /desk/tenders/{tender}/bidders/{bidder}/letter",
    ),
];

#[tokio::test]
async fn nothing_is_found_under_another_parent() {
    let town = Town::new().await;
    for (asking, parent, route) in ELSEWHERE {
        let (method, path) = route.split_once(' ').unwrap();
        let mut things = town.things(path).await;
        let other = match parent {
            "tender" => town.other_tender.clone(),
            _ => town.things(path).await[parent].clone(),
        };
        things.insert(parent, other);
        let before = held(&town).await;
        let answer = ask(&town, (method, path), &things, asking).await;
        assert_eq!(answer.status, 404, "{route}: {}", answer.said);
        let after = held(&town).await;
        // Who looked at the case is told of.
        let told = |held: &BTreeMap<String, Vec<String>>| {
            let mut held = held.clone();
            held.remove("access");
            held
        };
        assert_eq!(told(&after), told(&before), "{route}");
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
