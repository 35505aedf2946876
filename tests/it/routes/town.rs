//! A town hall in which everything is there: a citizen's letters, drafts and cases, a tender with
//! its bidders and files, and everybody who may come across them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::place;
use crate::support::citizen::PESEL;
use crate::support::server::{PASSWORD, Server, answer, terms};
use auction_rules::{Timestamp, Words};
use ebok::config::Config;
use ebok::document::Lang;
use ebok::identity::Who;
use ebok::notice::Notice;
use ebok::office::circulation::direction::Direction;
use ebok::office::circulation::opening::NewCase;
use ebok::office::circulation::replies::Draft;
use ebok::office::circulation::substitutes::NewSubstitution;
use ebok::office::circulation::{Circulation, Clerk};
use ebok::office::documents::scanning::Scanner;
use ebok::office::forms::{Answers, GivenFile};
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::office::procedures::Catalogue;
use ebok::store::accounts::{StaffRole, by_login};
use ebok::store::documents::Document;
use ebok::store::letters::{Enclosure, Letter};
use ebok::store::notices::{self, NewNotice, NoticeState, Realm};
use ebok::store::positions::{self, Position};
use ebok::store::{new_id, opinions, replies};
use jiff::ToSpan;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The unit of the matter, and those of the others.
pub(super) const UNIT: &str = "WGiGN";
pub(super) const OTHER: &str = "WOS";
const THIRD: &str = "WDT";
const FOURTH: &str = "KA";
/// What is asked for: its form asks for a document, and for the identity code when it is sent.
const PROCEDURE: &str = "numer-porzadkowy-nieruchomosci";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asking {
    Nobody,
    /// The citizen whose matter it is.
    Owner,
    /// Another citizen.
    Stranger,
    /// Takes the letters of the unit.
    Takes,
    /// Handles the case.
    Handles,
    /// Approves the replies of the unit.
    Approves,
    /// A clerk of another unit, who takes its letters and approves its replies.
    Colleague,
    /// A clerk of another unit who was asked for an opinion.
    Asked,
    /// A clerk of another unit who stands in for the handler.
    StandsIn,
    Registrar,
    Officer,
    Auditor,
    Admin,
    /// A bidder of the tender.
    Bidder,
    /// A bidder of another tender.
    OtherBidder,
}

/// What the placeholders of a path stand for.
pub(super) type Things = BTreeMap<&'static str, String>;

pub(super) struct Town {
    pub(super) server: Server,
    tokens: BTreeMap<Asking, String>,
    circulation: Circulation,
    clerks: BTreeMap<Asking, Clerk>,
    /// The owner's account and identity code.
    owner: String,
    pub(super) code: String,
    /// A citizen who was seen at the desk.
    seen: String,
    pub(super) tender: String,
    pub(super) other_tender: String,
    lot: String,
    made: AtomicUsize,
}

impl Town {
    pub(super) async fn new() -> Self {
        let server = Server::with(Config {
            allow_loadtest: true,
            demo: true,
            scanner: Scanner::Off,
            ..Config::default()
        })
        .await;
        let mut tokens = staff(&server).await;
        let officer = tokens[&Asking::Officer].clone();
        let tender = server.tender(&officer).await;
        let body = json!({
            "number": "2", "title": { "pl": "Inny", "en": "" }, "procedure": "podprogowe",
        });
        let other_tender = server.made("/api/tenders", &officer, body).await;
        let lot = server.lot_of(&officer, &tender, "1", terms()).await;
        for (asking, tender) in [
            (Asking::Bidder, &tender),
            (Asking::OtherBidder, &other_tender),
        ] {
            let bidder = server
                .bidder(&officer, tender, &format!("{asking:?}"))
                .await;
            let issued = server.credential(&officer, tender, &bidder).await;
            tokens.insert(asking, server.enter(&issued).await);
        }
        let mut citizens = Vec::new();
        for (name, email, number) in [
            ("Zofia Żak", "zofia@example.pl", PESEL),
            ("Jan Obcy", "jan@example.pl", "02070803628"),
            ("Ewa Widziana", "ewa@example.pl", "90090515836"),
        ] {
            citizens.push(server.citizen(name, email, number).await);
        }
        let code = citizens[0].1.code.clone().unwrap().0;
        tokens.insert(Asking::Owner, server.enter_with(&citizens[0].1).await);
        tokens.insert(Asking::Stranger, server.enter_with(&citizens[1].1).await);
        let circulation = server.state.circulation();
        let mut town = Self {
            owner: citizens[0].0.id.clone(),
            seen: citizens[2].0.id.clone(),
            server,
            tokens,
            circulation,
            clerks: BTreeMap::new(),
            code,
            tender,
            other_tender,
            lot,
            made: AtomicUsize::new(0),
        };
        for (asking, unit, takes_letters, approves) in [
            (Asking::Takes, UNIT, true, false),
            (Asking::Handles, UNIT, false, false),
            (Asking::Approves, UNIT, false, true),
            (Asking::Colleague, OTHER, true, true),
            (Asking::Asked, THIRD, true, true),
            (Asking::StandsIn, FOURTH, true, true),
        ] {
            town.employ(asking, unit, takes_letters, approves).await;
        }
        town.substitution(Asking::Handles, Asking::StandsIn, 0)
            .await;
        town
    }

    async fn employ(&mut self, asking: Asking, unit: &str, takes_letters: bool, approves: bool) {
        let login = format!("{asking:?}").to_lowercase();
        let issued = self.server.staff(&login, StaffRole::Clerk).await;
        self.tokens.insert(asking, self.server.enter(&issued).await);
        let store = &self.server.state.store;
        let account = by_login(store, &login).await.unwrap().unwrap();
        let position = Position {
            id: new_id(),
            unit: unit.to_owned(),
            title: format!("{asking:?}"),
            account: Some(account.id.clone()),
            takes_letters,
            approves,
        };
        let mut tx = store.write_tx().await.unwrap();
        positions::insert(&mut tx, Timestamp(1), &position)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let clerk = self.circulation.clerk(&Who::from(&account)).await.unwrap();
        self.clerks.insert(asking, clerk);
    }

    async fn substitution(&self, away: Asking, stands_in: Asking, days: i32) -> String {
        let clerk = &self.clerks[&Asking::Approves];
        let day = Some(clerk.today.saturating_add(days.days()));
        let new = NewSubstitution {
            position: self.position(away),
            substitute: self.position(stands_in),
            first_day: day,
            last_day: day,
        };
        self.circulation.substitute(clerk, &new).await.unwrap().id
    }

    /// The position that a clerk holds.
    pub(super) fn position(&self, clerk: Asking) -> String {
        self.clerks[&clerk].positions[0].id.clone()
    }

    pub(super) fn token(&self, asking: Asking) -> Option<&str> {
        self.tokens.get(&asking).map(String::as_str)
    }

    fn officer(&self) -> &str {
        &self.tokens[&Asking::Officer]
    }

    /// New things for a path, each of the owner's; those that its act needs in a state of their own
    /// are in it.
    pub(super) async fn things(&self, path: &str) -> Things {
        let mut things = Things::from([
            ("tender", self.tender.clone()),
            ("lot", self.lot.clone()),
            ("citizen", self.seen.clone()),
            ("paper", "receipt.xml".to_owned()),
        ]);
        let names = |name: &str| path.contains(&format!("{{{name}}}"));
        if names("draft") {
            self.draft(&mut things).await;
        }
        if names("waiting") || names("case") || names("letter") {
            self.case(&mut things, path).await;
        }
        if names("substitution") {
            // Not in force yet: it gives nobody a right.
            let id = self.substitution(Asking::Takes, Asking::Handles, 1).await;
            things.insert("substitution", id);
        }
        if names("session") {
            things.insert("session", self.session().await);
        }
        if names("bidder") {
            self.bidder(&mut things, path).await;
        }
        if names("file") {
            things.insert("file", self.file().await);
        }
        if names("notice") {
            things.insert("notice", self.notice(path.ends_with("/retry")).await);
        }
        things
    }

    async fn document(&self) -> Document {
        let documents = self.server.state.letters.documents();
        let added = documents.put(&self.owner, "mapa.pdf", b"%PDF-1.7").await;
        documents.scan_due().await.unwrap();
        documents.find(&added.unwrap().id).await.unwrap()
    }

    async fn draft(&self, things: &mut Things) {
        let procedure = Catalogue::embedded().find(PROCEDURE).unwrap();
        let drafts = self.server.drafts(&self.owner);
        let draft = drafts.begin(procedure).await.unwrap();
        let mut filled = crate::office::passing(PROCEDURE);
        filled["map"] = json!([GivenFile::from(&self.document().await)]);
        let saved = drafts
            .save(&draft.id, |answers: &mut Answers| *answers = filled)
            .await;
        saved.unwrap();
        let request = self
            .server
            .request(Method::GET, &format!("/drafts/{}/send", draft.id));
        let page = request
            .bearer_auth(&self.tokens[&Asking::Owner])
            .send()
            .await
            .unwrap();
        let page = page.text().await.unwrap();
        let (_, digest) = page.split_once("name=\"digest\" value=\"").unwrap();
        things.insert("digest", digest.split('"').next().unwrap().to_owned());
        things.insert("page", procedure.form.pages[0].id.clone());
        things.insert("draft", draft.id);
    }

    /// A letter in a case with an opinion that is asked for and a reply that was sent; and a letter
    /// that waits.
    async fn case(&self, things: &mut Things, path: &str) {
        let circulation = &self.circulation;
        let (letter, document) = self.letter().await;
        let new = NewCase {
            jrwa: "6624".to_owned(),
            handler: self.position(Asking::Handles),
        };
        let takes = &self.clerks[&Asking::Takes];
        let case = circulation
            .open_case(takes, &letter.id, &new)
            .await
            .unwrap();
        let direction = Direction {
            handler: case.position.clone(),
            opinions: vec![self.position(Asking::Asked)],
            note: "Czy są drzewa?".to_owned(),
        };
        let handles = &self.clerks[&Asking::Handles];
        circulation
            .direct(handles, &case.id, &direction)
            .await
            .unwrap();
        let opinion = opinions::of_case(&circulation.store, &case.id)
            .await
            .unwrap();
        things.insert("opinion", opinion[0].id.clone());
        self.submit_reply(&case.id).await;
        let approves = &self.clerks[&Asking::Approves];
        let waiting = replies::under_way(&circulation.store, &case.id).await;
        let read = waiting.unwrap().unwrap().text_sha256().to_string();
        let sent = circulation.approve_reply(approves, &case.id, &read).await;
        let sent = sent.unwrap();
        if path.ends_with("/approve") {
            self.submit_reply(&case.id).await;
            let waiting = replies::under_way(&circulation.store, &case.id).await;
            let read = waiting.unwrap().unwrap().text_sha256();
            things.insert("read", read.to_string());
        }
        things.insert("reply", sent.id);
        things.insert("sign", case.sign);
        things.insert("case", case.id);
        things.insert("letter", letter.id);
        things.insert("document", document);
        let (waiting, document) = self.letter().await;
        things.insert("waiting", waiting.id);
        things.insert("enclosed", document);
    }

    async fn submit_reply(&self, case: &str) {
        let draft = Draft {
            subject: "Numer porządkowy 12A".to_owned(),
            body: "Ustalono numer 12A.".to_owned(),
        };
        let (circulation, handles) = (&self.circulation, &self.clerks[&Asking::Handles]);
        circulation
            .write_reply(handles, case, &draft)
            .await
            .unwrap();
        circulation.submit_reply(handles, case).await.unwrap();
    }

    async fn letter(&self) -> (Letter, String) {
        let document = self.document().await;
        let submission = Submission {
            key: new_id(),
            sender: Sender {
                account: self.owner.clone(),
                name: "Zofia Żak".to_owned(),
                email: String::new(),
                lang: Lang::Pl,
            },
            writing: Writing {
                matter: Matter {
                    procedure: PROCEDURE.to_owned(),
                    version: 1,
                    title: Words::new("Numer porządkowy", "House number"),
                    unit: UNIT.to_owned(),
                },
                answers: json!({ "street": "Polna" }),
                enclosures: vec![Enclosure {
                    question: "map".to_owned(),
                    document: document.clone(),
                }],
            },
            confirmation: Confirmation::LogIn { at: Timestamp(1) },
        };
        let letter = self.server.state.letters.submit(&submission).await;
        (letter.unwrap(), document.id)
    }

    /// One more session of the owner's.
    async fn session(&self) -> String {
        let sessions = self.server.state.identity.sessions();
        let first = &self.tokens[&Asking::Owner];
        let login = sessions
            .authenticate(first)
            .await
            .unwrap()
            .unwrap()
            .login
            .clone();
        let body = json!({ "login": login, "password": PASSWORD });
        let (_, entered) = self
            .server
            .send(Method::POST, "/api/login", None, &body)
            .await;
        let token = entered["token"].as_str().unwrap();
        sessions
            .authenticate(token)
            .await
            .unwrap()
            .unwrap()
            .id
            .clone()
    }

    async fn bidder(&self, things: &mut Things, path: &str) {
        let name = format!("Delta {}", self.made.fetch_add(1, Ordering::Relaxed));
        let officer = self.officer();
        let bidder = self.server.bidder(officer, &self.tender, &name).await;
        self.server.credential(officer, &self.tender, &bidder).await;
        if path.contains("/admissions/") {
            let (status, _) = self
                .server
                .admit(officer, &self.lot, &bidder, "100000")
                .await;
            assert_eq!(status, 201);
        }
        things.insert("bidder", bidder);
    }

    async fn file(&self) -> String {
        let name = format!("swz-{}.pdf", self.made.fetch_add(1, Ordering::Relaxed));
        let part = Part::bytes(b"%PDF-1.7".to_vec()).file_name(name);
        let path = format!("/api/tenders/{}/files", self.tender);
        let request = self
            .server
            .request(Method::POST, &path)
            .bearer_auth(self.officer());
        let (status, added) = answer(request.multipart(Form::new().part("file", part))).await;
        assert_eq!(status, 201, "{added}");
        added["id"].as_str().unwrap().to_owned()
    }

    /// A notice to a bidder that waits, or that was given up.
    async fn notice(&self, is_stuck: bool) -> String {
        let store = &self.server.state.store;
        let key = new_id();
        let notice = Notice::SpecificationAskedFor {
            tender: "ZP.271.1.2026".to_owned(),
            title: Words::new("Remont mostu", ""),
            at: Timestamp(1),
            address: String::new(),
        };
        let new = NewNotice {
            key: key.clone(),
            recipient: "alfa@example.pl".to_owned(),
            kind: notice.kind().to_owned(),
            realm: Realm::Tender,
            lang: "pl".to_owned(),
            data: serde_json::to_value(&notice).unwrap(),
        };
        let mut tx = store.write_tx().await.unwrap();
        notices::put(&mut tx, Timestamp(1), &new).await.unwrap();
        tx.commit().await.unwrap();
        let rows = notices::page(store, Realm::Tender, NoticeState::Waiting, None).await;
        let row = rows
            .unwrap()
            .into_iter()
            .find(|row| row.key == key)
            .unwrap();
        if is_stuck {
            let sql = format!(
                "UPDATE notice SET failed_at = 2, next_try_at = NULL WHERE id = '{}'",
                row.id
            );
            place::change(&self.server.place, &sql).await;
        }
        row.id
    }
}

/// Those of the staff who are no clerks, logged in.
async fn staff(server: &Server) -> BTreeMap<Asking, String> {
    let mut tokens = BTreeMap::new();
    for (asking, role) in [
        (Asking::Registrar, StaffRole::Registrar),
        (Asking::Officer, StaffRole::Officer),
        (Asking::Auditor, StaffRole::Auditor),
        (Asking::Admin, StaffRole::Admin),
    ] {
        let login = format!("{asking:?}").to_lowercase();
        let issued = server.staff(&login, role).await;
        tokens.insert(asking, server.enter(&issued).await);
    }
    tokens
}
