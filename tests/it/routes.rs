//! Every route of the server, asked by everyone: who gets what. A request that its sender may make
//! is left incomplete where it would change something, so that 4xx other than 401 and 403 says:
//! the sender may ask.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::source::root;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server, answer, terms};
use ebok::store::accounts::StaffRole;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;

mod owned;
mod town;

/// Nobody, a bidder, a bidder of another tender, an officer, an auditor, an admin, a registrar, a
/// clerk, a citizen.
const ASKING: usize = 9;
type Statuses = [u16; ASKING];

/// The same for everyone.
const fn everyone(status: u16) -> Statuses {
    [status; ASKING]
}

/// One for nobody, one for all who are logged in.
const fn with_nobody(nobody: u16, status: u16) -> Statuses {
    let mut statuses = [status; ASKING];
    statuses[0] = nobody;
    statuses
}

/// For all who are logged in.
const fn logged_in(status: u16) -> Statuses {
    with_nobody(401, status)
}

/// Pages for all who are logged in.
const fn own(status: u16) -> Statuses {
    with_nobody(303, status)
}

/// Pages for registrars.
const fn registrar(status: u16) -> Statuses {
    [303, 403, 403, 403, 403, 403, status, 403, 403]
}

/// Pages for clerks.
const fn clerk(status: u16) -> Statuses {
    [303, 403, 403, 403, 403, 403, 403, status, 403]
}

/// Pages of a case: for clerks, officers and auditors.
const fn reader(status: u16) -> Statuses {
    [303, 403, 403, status, status, 403, 403, status, 403]
}

/// Pages for citizens.
const fn citizen(status: u16) -> Statuses {
    [303, 403, 403, 403, 403, 403, 403, 403, status]
}

/// Pages for the staff and for citizens.
const fn lasting(status: u16) -> Statuses {
    let mut statuses = own(status);
    statuses[1] = 403;
    statuses[2] = 403;
    statuses
}

/// For officers.
const fn officer(status: u16) -> Statuses {
    [401, 403, 403, status, 403, 403, 403, 403, 403]
}

/// For officers and auditors.
const BUYER: Statuses = [401, 403, 403, 200, 200, 403, 403, 403, 403];

/// Pages of the desk for officers.
const fn desk(status: u16) -> Statuses {
    [303, 403, 403, status, 403, 403, 403, 403, 403]
}

/// Pages of the desk for officers and auditors.
const DESK: Statuses = [303, 403, 403, 200, 200, 403, 403, 403, 403];

/// Pages that take a form.
pub(crate) fn forms() -> impl Iterator<Item = &'static str> {
    let pages = ROUTES
        .iter()
        .filter(|(method, path, _)| *method == "POST" && !path.starts_with("/api/"));
    pages.map(|(_, path, _)| *path)
}

/// What answers with a file or with figures, and no page.
const NO_PAGES: [&str; 16] = [
    "/.well-known/ebok-keys.json",
    "/assets/{file}",
    "/auctions/{auction}/record.pdf",
    "/cases/{case}/replies/{reply}",
    "/favicon.ico",
    "/arms",
    "/healthz",
    "/letters/{letter}/files/{document}",
    "/letters/{letter}/papers/{paper}",
    "/metrics",
    "/office/cases/{case}/records/{filing}/{paper}",
    "/office/cases/{case}/replies/{reply}",
    "/office/letters/{letter}/documents/{document}",
    "/office/report.csv",
    "/readyz",
    "/tenders/{tender}/files/{file}",
];

/// Pages for people.
pub(crate) fn pages() -> impl Iterator<Item = &'static str> {
    let pages = ROUTES.iter().filter(|(method, path, _)| {
        *method == "GET" && !path.starts_with("/api/") && !NO_PAGES.contains(path)
    });
    pages.map(|(_, path, _)| *path)
}

/// One line for each method of each route: the statuses in the order of [`ASKING`].
const ROUTES: &[(&str, &str, Statuses)] = &[
    ("POST", "/api/login", everyone(422)),
    ("GET", "/api/me", logged_in(200)),
    ("POST", "/api/password", logged_in(422)),
    ("GET", "/api/sessions", logged_in(200)),
    ("DELETE", "/api/sessions/{session}", logged_in(404)),
    ("POST", "/api/tenders", officer(422)),
    ("GET", "/api/tenders", BUYER),
    ("GET", "/api/tenders/{tender}", BUYER),
    ("PUT", "/api/tenders/{tender}", officer(422)),
    ("DELETE", "/api/tenders/{tender}", officer(409)),
    ("POST", "/api/tenders/{tender}/announce", officer(409)),
    ("PUT", "/api/tenders/{tender}/switches", officer(422)),
    ("PUT", "/api/tenders/{tender}/lots/order", officer(422)),
    ("PUT", "/api/tenders/{tender}/schedule", officer(422)),
    ("POST", "/api/tenders/{tender}/schedule", officer(422)),
    ("POST", "/api/tenders/{tender}/files", officer(400)),
    (
        "GET",
        "/api/tenders/{tender}/files",
        [404, 200, 404, 200, 200, 404, 404, 404, 404],
    ),
    ("GET", "/api/tenders/{tender}/files/{file}", everyone(404)),
    (
        "POST",
        "/api/tenders/{tender}/files/{file}/withdraw",
        officer(422),
    ),
    ("POST", "/api/tenders/{tender}/bidders/import", officer(422)),
    (
        "POST",
        "/api/tenders/{tender}/bidders/import/preview",
        officer(422),
    ),
    (
        "PUT",
        "/api/tenders/{tender}/bidders/{bidder}",
        officer(422),
    ),
    (
        "PUT",
        "/api/tenders/{tender}/bidders/{bidder}/contact",
        officer(200),
    ),
    ("GET", "/api/board", everyone(200)),
    ("GET", "/api/board/{tender}", everyone(404)),
    ("POST", "/api/board/{tender}/specification", everyone(422)),
    ("GET", "/api/presets", BUYER),
    ("POST", "/api/presets/{preset}/terms", officer(404)),
    ("POST", "/api/worked-example", officer(422)),
    ("POST", "/api/tenders/{tender}/lots", officer(422)),
    ("POST", "/api/tenders/{tender}/bidders", officer(422)),
    ("GET", "/api/tenders/{tender}/bidders", officer(200)),
    (
        "POST",
        "/api/tenders/{tender}/bidders/{bidder}/block",
        officer(422),
    ),
    (
        "POST",
        "/api/tenders/{tender}/bidders/{bidder}/unblock",
        officer(204),
    ),
    ("POST", "/api/tenders/{tender}/credentials", officer(422)),
    (
        "POST",
        "/api/tenders/{tender}/credentials/letter",
        officer(422),
    ),
    ("GET", "/api/notices", officer(200)),
    ("POST", "/api/notices/{notice}/retry", officer(409)),
    ("POST", "/api/notices/{notice}/cancel", officer(409)),
    ("GET", "/api/lots/{lot}", BUYER),
    ("PUT", "/api/lots/{lot}", officer(422)),
    ("DELETE", "/api/lots/{lot}", officer(409)),
    ("PUT", "/api/lots/{lot}/estimate", officer(422)),
    ("GET", "/api/lots/{lot}/estimate", officer(200)),
    ("GET", "/api/lots/{lot}/checklist", BUYER),
    ("POST", "/api/lots/{lot}/confirm", officer(409)),
    ("POST", "/api/lots/{lot}/admissions/batch", officer(422)),
    (
        "DELETE",
        "/api/lots/{lot}/admissions/{bidder}",
        officer(409),
    ),
    ("PUT", "/api/lots/{lot}/terms", officer(422)),
    ("POST", "/api/lots/{lot}/admissions", officer(422)),
    ("GET", "/api/lots/{lot}/admissions", officer(200)),
    ("PUT", "/api/lots/{lot}/schedule", officer(422)),
    ("POST", "/api/lots/{lot}/publish", officer(200)),
    (
        "GET",
        "/api/audit",
        [401, 403, 403, 403, 200, 200, 403, 403, 403],
    ),
    ("GET", "/api/auctions", everyone(200)),
    (
        "GET",
        "/api/auctions/{auction}",
        [401, 200, 403, 200, 200, 403, 403, 403, 403],
    ),
    ("POST", "/api/auctions/{auction}/acts", officer(422)),
    (
        "GET",
        "/api/auctions/{auction}/names",
        [401, 403, 403, 409, 409, 403, 403, 403, 403],
    ),
    ("GET", "/api/auctions/{auction}/result", everyone(409)),
    ("GET", "/api/auctions/{auction}/log", everyone(409)),
    (
        "GET",
        "/api/auctions/{auction}/record",
        [409, 409, 409, 200, 200, 409, 409, 409, 409],
    ),
    ("GET", "/api/auctions/{auction}/filed", BUYER),
    (
        "GET",
        "/api/live",
        [403, 426, 426, 426, 426, 426, 426, 426, 426],
    ),
    (
        "POST",
        "/api/lots/{lot}/practice",
        [401, 409, 403, 403, 403, 403, 403, 403, 403],
    ),
    (
        "GET",
        "/api/lots/{lot}/practice/live",
        [401, 404, 404, 403, 403, 403, 403, 403, 403],
    ),
    (
        "GET",
        "/practice/{lot}",
        [303, 200, 403, 403, 403, 403, 403, 403, 403],
    ),
    ("POST", "/practice/{lot}", own(415)),
    (
        "GET",
        "/practice/{lot}/room",
        [303, 303, 303, 403, 403, 403, 403, 403, 403],
    ),
    ("GET", "/.well-known/ebok-keys.json", everyone(200)),
    ("GET", "/", [200, 200, 200, 200, 200, 200, 303, 303, 303]),
    ("GET", "/login", everyone(200)),
    ("POST", "/login", everyone(415)),
    ("GET", "/password", own(200)),
    ("POST", "/password", own(415)),
    ("GET", "/tenders", everyone(200)),
    (
        "GET",
        "/tenders/{tender}",
        [404, 200, 404, 200, 200, 404, 404, 404, 404],
    ),
    ("GET", "/tenders/{tender}/files/{file}", everyone(404)),
    ("GET", "/tenders/{tender}/specification", everyone(404)),
    ("POST", "/tenders/{tender}/specification", everyone(415)),
    ("GET", "/sessions", own(200)),
    ("POST", "/sessions/{session}/end", own(415)),
    ("POST", "/sessions/others/end", own(415)),
    ("GET", "/verify", everyone(200)),
    ("GET", "/verify/{number}", everyone(404)),
    ("GET", "/accessibility", everyone(200)),
    ("GET", "/style", everyone(200)),
    ("GET", "/arms", everyone(200)),
    ("GET", "/favicon.ico", everyone(200)),
    ("GET", "/auctions/{auction}/result", everyone(409)),
    (
        "GET",
        "/auctions/{auction}",
        [303, 200, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        "GET",
        "/auctions/{auction}/record.pdf",
        [409, 409, 409, 200, 200, 409, 409, 409, 409],
    ),
    ("GET", "/api/matters/{procedure}/schema", everyone(200)),
    ("POST", "/api/matters/{procedure}/check", everyone(200)),
    ("GET", "/matters", everyone(200)),
    ("GET", "/matters/{procedure}", everyone(200)),
    ("POST", "/matters/{procedure}", citizen(415)),
    ("GET", "/drafts", citizen(200)),
    ("GET", "/drafts/{draft}", citizen(404)),
    ("GET", "/drafts/{draft}/delete", citizen(404)),
    ("POST", "/drafts/{draft}/delete", citizen(415)),
    ("GET", "/drafts/{draft}/at-desk", citizen(404)),
    ("POST", "/drafts/{draft}/at-desk", citizen(404)),
    ("POST", "/drafts/{draft}/hand-over", citizen(404)),
    ("GET", "/drafts/{draft}/send", citizen(404)),
    ("POST", "/drafts/{draft}/send", citizen(404)),
    ("GET", "/drafts/{draft}/{page}", citizen(404)),
    ("POST", "/drafts/{draft}/{page}", citizen(404)),
    ("GET", "/letters", citizen(200)),
    ("GET", "/letters/{letter}", citizen(404)),
    ("GET", "/letters/{letter}/papers/{paper}", citizen(404)),
    ("GET", "/letters/{letter}/files/{document}", citizen(404)),
    (
        "POST",
        "/api/matters/{procedure}/letters",
        [401, 403, 403, 403, 403, 403, 403, 403, 422],
    ),
    (
        "GET",
        "/api/letters/{letter}",
        [401, 403, 403, 403, 403, 403, 403, 403, 404],
    ),
    (
        "POST",
        "/api/documents",
        [401, 403, 403, 403, 403, 403, 403, 403, 422],
    ),
    ("GET", "/assets/{file}", everyone(404)),
    ("GET", "/healthz", everyone(200)),
    ("GET", "/readyz", everyone(200)),
    ("GET", "/metrics", everyone(404)),
    ("GET", "/desk", DESK),
    ("GET", "/desk/tenders/new", desk(200)),
    ("POST", "/desk/tenders/new", desk(415)),
    ("GET", "/desk/tenders/{tender}", DESK),
    ("GET", "/desk/tenders/{tender}/edit", desk(200)),
    ("POST", "/desk/tenders/{tender}/edit", desk(415)),
    ("GET", "/desk/tenders/{tender}/announce", desk(200)),
    ("POST", "/desk/tenders/{tender}/announce", desk(415)),
    ("GET", "/desk/tenders/{tender}/files", DESK),
    ("POST", "/desk/tenders/{tender}/files", desk(403)),
    (
        "GET",
        "/desk/tenders/{tender}/files/{file}/withdraw",
        desk(404),
    ),
    (
        "POST",
        "/desk/tenders/{tender}/files/{file}/withdraw",
        desk(415),
    ),
    ("GET", "/desk/tenders/{tender}/lots/new", desk(200)),
    ("POST", "/desk/tenders/{tender}/lots/new", desk(415)),
    ("GET", "/desk/tenders/{tender}/lots/order", desk(200)),
    ("POST", "/desk/tenders/{tender}/lots/order", desk(415)),
    ("GET", "/desk/tenders/{tender}/delete", desk(200)),
    ("POST", "/desk/tenders/{tender}/delete", desk(415)),
    ("GET", "/desk/lots/{lot}", DESK),
    ("GET", "/desk/lots/{lot}/edit", desk(200)),
    ("POST", "/desk/lots/{lot}/edit", desk(415)),
    ("GET", "/desk/lots/{lot}/delete", desk(200)),
    ("POST", "/desk/lots/{lot}/delete", desk(415)),
    ("GET", "/desk/lots/{lot}/publish", desk(200)),
    ("POST", "/desk/lots/{lot}/publish", desk(415)),
    ("GET", "/desk/lots/{lot}/confirm", desk(200)),
    ("POST", "/desk/lots/{lot}/confirm", desk(415)),
    ("GET", "/desk/lots/{lot}/admissions/{bidder}", desk(200)),
    ("POST", "/desk/lots/{lot}/admissions/{bidder}", desk(415)),
    (
        "GET",
        "/desk/lots/{lot}/admissions/{bidder}/withdraw",
        desk(200),
    ),
    (
        "POST",
        "/desk/lots/{lot}/admissions/{bidder}/withdraw",
        desk(415),
    ),
    ("GET", "/desk/tenders/{tender}/bidders", desk(200)),
    ("GET", "/desk/tenders/{tender}/bidders/new", desk(200)),
    ("POST", "/desk/tenders/{tender}/bidders/new", desk(415)),
    ("GET", "/desk/tenders/{tender}/bidders/import", desk(200)),
    ("POST", "/desk/tenders/{tender}/bidders/import", desk(403)),
    ("GET", "/desk/tenders/{tender}/bidders/{bidder}", desk(200)),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/edit",
        desk(200),
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/edit",
        desk(415),
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/block",
        desk(200),
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/block",
        desk(415),
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/unblock",
        desk(200),
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/unblock",
        desk(415),
    ),
    (
        "GET",
        "/desk/tenders/{tender}/bidders/{bidder}/letter",
        desk(200),
    ),
    (
        "POST",
        "/desk/tenders/{tender}/bidders/{bidder}/letter",
        desk(415),
    ),
    ("GET", "/desk/tenders/{tender}/schedule", desk(200)),
    ("POST", "/desk/tenders/{tender}/schedule", desk(415)),
    ("GET", "/desk/notices", desk(200)),
    ("POST", "/desk/notices/{notice}/retry", desk(415)),
    ("POST", "/desk/notices/{notice}/cancel", desk(415)),
    ("POST", "/api/logout", logged_in(204)),
    ("POST", "/logout", own(415)),
    ("POST", "/login/outside", everyone(404)),
    ("GET", "/login/outside/back", everyone(404)),
    ("GET", "/login/factor", everyone(303)),
    ("POST", "/login/factor", own(415)),
    ("GET", "/account/register", everyone(200)),
    ("POST", "/account/register", everyone(415)),
    ("GET", "/account/registered", everyone(200)),
    ("GET", "/account/confirm/{token}", everyone(404)),
    ("POST", "/account/confirm/{token}", everyone(415)),
    ("GET", "/account", lasting(200)),
    ("GET", "/account/factor", lasting(200)),
    ("POST", "/account/factor", own(415)),
    ("GET", "/account/factor/off", own(404)),
    ("POST", "/account/factor/off", own(415)),
    ("GET", "/account/outside", lasting(404)),
    ("POST", "/account/outside", lasting(404)),
    ("POST", "/account/outside/off", lasting(404)),
    ("GET", "/account/code/revoke", citizen(200)),
    ("POST", "/account/code/revoke", citizen(415)),
    ("GET", "/cases", citizen(200)),
    ("GET", "/cases/{case}", citizen(404)),
    ("GET", "/cases/{case}/replies/{reply}", citizen(404)),
    ("GET", "/account/access", citizen(200)),
    ("GET", "/office", clerk(200)),
    ("GET", "/office/letters/{letter}", clerk(404)),
    (
        "GET",
        "/office/letters/{letter}/documents/{document}",
        clerk(404),
    ),
    ("GET", "/office/letters/{letter}/open", clerk(404)),
    ("POST", "/office/letters/{letter}/open", clerk(404)),
    ("GET", "/office/letters/{letter}/join", clerk(404)),
    ("POST", "/office/letters/{letter}/join", clerk(404)),
    ("GET", "/office/letters/{letter}/hand-over", clerk(404)),
    ("POST", "/office/letters/{letter}/hand-over", clerk(404)),
    ("GET", "/office/letters/{letter}/signatures", clerk(404)),
    ("POST", "/office/letters/{letter}/signatures", clerk(404)),
    (
        "GET",
        "/office/letters/{letter}/signatures/{document}",
        clerk(404),
    ),
    (
        "POST",
        "/office/letters/{letter}/signatures/{document}",
        clerk(404),
    ),
    ("GET", "/office/cases", clerk(200)),
    ("GET", "/office/cases/{case}", reader(404)),
    ("GET", "/office/cases/{case}/replies/{reply}", reader(404)),
    (
        "GET",
        "/office/cases/{case}/records/{filing}/{paper}",
        reader(404),
    ),
    ("GET", "/office/cases/{case}/direct", clerk(404)),
    ("POST", "/office/cases/{case}/direct", clerk(404)),
    ("GET", "/office/cases/{case}/give-back", clerk(404)),
    ("POST", "/office/cases/{case}/give-back", clerk(404)),
    ("GET", "/office/cases/{case}/deadline", clerk(404)),
    ("POST", "/office/cases/{case}/deadline", clerk(404)),
    ("GET", "/office/cases/{case}/close", clerk(404)),
    ("POST", "/office/cases/{case}/close", clerk(404)),
    ("GET", "/office/cases/{case}/opinions/{opinion}", clerk(404)),
    (
        "POST",
        "/office/cases/{case}/opinions/{opinion}",
        clerk(404),
    ),
    ("GET", "/office/cases/{case}/reply", clerk(404)),
    ("POST", "/office/cases/{case}/reply", clerk(404)),
    ("GET", "/office/cases/{case}/approve", clerk(404)),
    ("POST", "/office/cases/{case}/approve", clerk(404)),
    ("GET", "/office/people", clerk(200)),
    ("POST", "/office/people", clerk(415)),
    (
        "POST",
        "/office/people/substitutions/{substitution}/end",
        clerk(415),
    ),
    ("GET", "/office/report", clerk(200)),
    ("GET", "/office/report.csv", clerk(200)),
    ("GET", "/office/visits", registrar(200)),
    ("POST", "/office/visits", registrar(415)),
    ("GET", "/office/visits/{citizen}", registrar(200)),
    ("POST", "/office/visits/{citizen}", registrar(415)),
    ("GET", "/office/prepared/{draft}", registrar(404)),
    ("POST", "/office/prepared/{draft}", registrar(415)),
];

#[test]
fn every_route_is_in_the_matrix() {
    let router = fs::read_to_string(root().join("src/web/router.rs")).unwrap();
    let mut routes = BTreeSet::new();
    for route in router.split(".route(").skip(1) {
        let (_, rest) = route.split_once('"').unwrap();
        let (path, rest) = rest.split_once('"').unwrap();
        let handlers = rest.split(".fallback(").next().unwrap();
        for method in ["get", "post", "put", "delete", "patch", "any"] {
            let is_there = [' ', '.'].map(|before| format!("{before}{method}("));
            if is_there.iter().any(|call| handlers.contains(call)) {
                routes.insert((method.to_uppercase(), path.to_owned()));
            }
        }
    }
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(listed.len(), ROUTES.len(), "a route stands twice");
    assert_eq!(listed, routes);
}

#[tokio::test]
async fn everyone_gets_what_the_matrix_says() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    for (method, path, expected) in ROUTES {
        let mut found = [0; ASKING];
        // A log-out must not be felt by the routes after it.
        let tokens = stage.enter().await;
        for (status, token) in found.iter_mut().zip(tokens) {
            *status = stage.ask(method, path, token).await;
        }
        if found != *expected {
            wrong.push(format!("(\"{method}\", \"{path}\", {found:?}),"));
        }
    }
    assert!(wrong.is_empty(), "found:\n{}", wrong.join("\n"));
}

/// A server with a published auction, and everyone who may ask.
struct Stage {
    server: Server,
    logins: [Option<String>; ASKING],
    tender: String,
    lot: String,
    auction: String,
    /// Somebody who never asks.
    bidder: String,
    /// The citizen who asks.
    citizen: String,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let issued = server.staff("officer", StaffRole::Officer).await;
        let officer = server.enter(&issued).await;
        let mut staff = vec![issued.login];
        for (login, role) in [
            ("auditor", StaffRole::Auditor),
            ("admin", StaffRole::Admin),
            ("registrar", StaffRole::Registrar),
            ("clerk", StaffRole::Clerk),
        ] {
            let issued = server.staff(login, role).await;
            server.enter(&issued).await;
            staff.push(issued.login);
        }
        let tender = server.tender(&officer).await;
        let body = json!({
            "number": "2", "title": { "pl": "Inny", "en": "" }, "procedure": "podprogowe",
        });
        let other = server.made("/api/tenders", &officer, body).await;
        let lot = server.lot_of(&officer, &tender, "1", terms()).await;
        let mut bidders = Vec::new();
        for (tender, name, admitted) in [(&tender, "Alfa", 201), (&other, "Gamma", 404)] {
            let bidder = server.bidder(&officer, tender, name).await;
            let issued = server.credential(&officer, tender, &bidder).await;
            server.enter(&issued).await;
            let (status, _) = server.admit(&officer, &lot, &bidder, "100000").await;
            assert_eq!(status, admitted, "{name}");
            bidders.push(issued.login);
        }
        let bidder = server.bidder(&officer, &tender, "Delta").await;
        let auction = server.publish(&officer, &lot).await;
        let (citizen, slip) = server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
        server.enter_with(&slip).await;
        let mut logins = bidders.into_iter().chain(staff).chain([slip.login]);
        let logins = std::array::from_fn(|place| match place {
            0 => None,
            _ => logins.next(),
        });
        Self {
            server,
            logins,
            tender,
            lot,
            auction,
            bidder,
            citizen: citizen.id,
        }
    }

    async fn enter(&self) -> Vec<Option<String>> {
        let mut tokens = Vec::new();
        for login in &self.logins {
            let Some(login) = login else {
                tokens.push(None);
                continue;
            };
            let body = json!({ "login": login, "password": PASSWORD });
            let (_, entered) = self
                .server
                .send(Method::POST, "/api/login", None, &body)
                .await;
            tokens.push(Some(entered["token"].as_str().unwrap().to_owned()));
        }
        tokens
    }

    async fn ask(&self, method: &str, path: &str, token: Option<String>) -> u16 {
        let path = path
            .replace("{tender}", &self.tender)
            .replace("{lot}", &self.lot)
            .replace("{auction}", &self.auction)
            .replace("{bidder}", &self.bidder)
            .replace("{citizen}", &self.citizen)
            .replace("{token}", "none")
            .replace("{session}", "nobodys")
            .replace("{preset}", "none")
            .replace("{notice}", "none")
            .replace("{procedure}", "pismo-ogolne")
            .replace("{draft}", "none")
            .replace("{page}", "none")
            .replace("{file}", "none")
            .replace("{number}", "RPW-000001-2026")
            .replace("{letter}", "none")
            .replace("{case}", "none")
            .replace("{reply}", "none")
            .replace("{filing}", "none")
            .replace("{document}", "none")
            .replace("{paper}", "receipt.xml")
            .replace("{case}", "none")
            .replace("{reply}", "none")
            .replace("{opinion}", "none")
            .replace("{substitution}", "none");
        assert!(!path.contains('{'), "{path}");
        let mut request = self.server.request(method.parse().unwrap(), &path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if method == "POST" || method == "PUT" {
            request = request.json(&json!({}));
        }
        answer(request).await.0.as_u16()
    }
}
