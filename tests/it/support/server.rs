//! A whole server on a free port, and what tests ask of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::until;
use crate::place;
use auction_rules::log::{Receipt, signed_message};
use auction_rules::{AuctionId, Timestamp};
use ebok::auction::archive::Archived;
use ebok::auction::chance::Chance;
use ebok::auction::house::House;
use ebok::auction::journal::sqlite::SqliteJournal;
use ebok::auction::practice::Practices;
use ebok::chain::Signer;
use ebok::clock::Clock;
use ebok::config::Config;
use ebok::folder::Folders;
use ebok::identity::accounts::{Issued, add_account};
use ebok::identity::{Effort, Identity, Now, Vault};
use ebok::office::documents::Documents;
use ebok::office::drafts::Drafts;
use ebok::office::letters::Letters;
use ebok::office::seal::Seal;
use ebok::store::accounts::StaffRole;
use ebok::store::{Place, Store};
use ebok::tender;
use ebok::tender::archiving::archive_in;
use ebok::web::{self, AppState};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// When every server starts: its auctions then run in real time.
const START: Timestamp = Timestamp(1_795_000_000_000);
/// How far ahead short auctions open: the order to open must be durable before.
const AHEAD_MS: i64 = 1_500;
pub(crate) const PASSWORD: &str = "moje własne hasło";

/// A server on a free port, with its own store, journal and keys. Auctions follow its clock;
/// sessions and paperwork go by the same clock, which a test may move ahead for them.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) state: AppState,
    /// With the archive in the store behind it.
    pub(crate) journal: Arc<Archived>,
    ahead_ms: Arc<AtomicI64>,
    client: Client,
    /// Where the store is.
    pub(crate) place: Place,
    directory: TempDir,
}

/// An answer: status and JSON, null where there is none.
pub(crate) type Answer = (StatusCode, Value);

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Config {
            allow_loadtest: true,
            demo: true,
            ..Config::default()
        })
        .await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let (place, directory) = place::new().await;
        let keys = directory.path().join("keys");
        let store = Store::open(&place).await.unwrap();
        let clock = Clock::start_at_ms(START);
        let signer = Signer::open(&keys, "one", clock.now()).unwrap();
        let journal = SqliteJournal::open(directory.path().join("journal.sqlite")).unwrap();
        let ahead_ms = Arc::new(AtomicI64::new(0));
        let (time, moved) = (clock.clone(), Arc::clone(&ahead_ms));
        let now: Now = Arc::new(move || Timestamp(time.now().0 + moved.load(Ordering::SeqCst)));
        let archive = archive_in(store.clone(), Arc::clone(&now));
        let journal = Arc::new(Archived::new(Arc::new(journal), archive));
        let house = House::open(
            journal.clone(),
            signer,
            clock.clone(),
            tender::disclosures(store.clone()),
            Arc::new(|failed| panic!("the journal takes nothing more: {failed}")),
            Chance::secret(),
        );
        let house = house.await.unwrap();
        let practices = Practices::open(clock.clone()).unwrap();
        let vault = Arc::new(Vault::open(&keys).unwrap());
        let (sealed, asked) = (Arc::clone(&vault), Arc::clone(&now));
        let identity = Identity::start(store.clone(), Effort::LOW, sealed, asked).unwrap();
        let ready = Arc::clone(&house);
        let config = Arc::new(config);
        let files = Folders::open(directory.path()).unwrap();
        let documents = Documents {
            store: store.clone(),
            folder: files.documents.clone(),
            now: Arc::clone(&now),
            scanner: config.scanner.clone(),
        };
        let seal = Seal::open(&keys, &config.office.name, now());
        let letters = Letters::new(documents, Arc::clone(&config), seal.unwrap(), vault);
        let state = AppState {
            house,
            practices: Arc::new(practices),
            store,
            identity: Arc::new(identity),
            files,
            letters: Arc::new(letters),
            config,
            journal_ready: Arc::new(move || {
                let house = Arc::clone(&ready);
                Box::pin(async move { house.is_ready().await })
            }),
            metrics: None,
            now,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = web::app(state.clone());
        tokio::spawn(web::serve(listener, app, std::future::pending()));
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            address,
            state,
            journal,
            ahead_ms,
            client,
            place,
            directory,
        }
    }

    /// The data directory.
    pub(crate) fn data(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub(crate) async fn staff(&self, login: &str, role: StaffRole) -> Issued {
        let (passwords, now) = (self.state.identity.passwords(), &self.state.now);
        add_account(&self.state.store, passwords, now, login, login, role)
            .await
            .unwrap()
    }

    /// Logs in with a one-time password and sets an own one; gives the token.
    pub(crate) async fn enter(&self, issued: &Issued) -> String {
        let body = json!({
            "login": issued.login, "password": issued.password, "new_password": PASSWORD,
        });
        let (status, answer) = self.send(Method::POST, "/api/login", None, &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["must_change_password"], false);
        answer["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn officer(&self) -> String {
        let issued = self.staff("officer", StaffRole::Officer).await;
        self.enter(&issued).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        answer(request).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(token), &body).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(Method::GET, path, Some(token), &Value::Null)
            .await
    }

    pub(crate) async fn made(&self, path: &str, token: &str, body: Value) -> String {
        let (status, answer) = self.post(path, token, body).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn tender(&self, officer: &str) -> String {
        let body = json!({
            "number": "ZP.271.1.2026", "title": { "pl": "Remont mostu", "en": "" },
            "procedure": "podprogowe", "test": self.state.config.allow_loadtest,
        });
        self.made("/api/tenders", officer, body).await
    }

    /// A tender on the board, with a specification: one whose publication is checked and told.
    pub(crate) async fn announced_tender(&self, officer: &str) -> String {
        let body = json!({
            "number": "ZP.271.2.2026", "title": { "pl": "Remont mostu", "en": "" },
            "procedure": "podprogowe", "cpv": "45000000-7",
        });
        let tender = self.made("/api/tenders", officer, body).await;
        let file = Part::bytes(b"%PDF-1.7".to_vec()).file_name("swz.pdf");
        let path = format!("/api/tenders/{tender}/files");
        let request = self.request(Method::POST, &path).bearer_auth(officer);
        let (status, _) = answer(request.multipart(Form::new().part("file", file))).await;
        assert_eq!(status, StatusCode::CREATED);
        let path = format!("/api/tenders/{tender}/announce");
        let (status, answer) = self.post(&path, officer, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        tender
    }

    pub(crate) async fn lot(&self, officer: &str, tender: &str, number: &str) -> String {
        self.lot_of(officer, tender, number, terms()).await
    }

    pub(crate) async fn lot_of(
        &self,
        officer: &str,
        tender: &str,
        number: &str,
        terms: Value,
    ) -> String {
        let body = json!({
            "number": number, "title": { "pl": "Most", "en": "Bridge" }, "terms": terms,
        });
        self.made(&format!("/api/tenders/{tender}/lots"), officer, body)
            .await
    }

    pub(crate) async fn bidder(&self, officer: &str, tender: &str, name: &str) -> String {
        let identity = json!({ "name": name, "seat": "Olsztyn", "tax_id": "" });
        let path = format!("/api/tenders/{tender}/bidders");
        self.made(&path, officer, json!({ "identity": identity }))
            .await
    }

    pub(crate) async fn credential(&self, officer: &str, tender: &str, bidder: &str) -> Issued {
        let path = format!("/api/tenders/{tender}/credentials");
        let (status, answer) = self
            .post(
                &path,
                officer,
                json!({ "bidder": bidder, "reason": "zgubione hasło" }),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Issued {
            login: text("login"),
            password: text("password"),
        }
    }

    pub(crate) async fn admit(
        &self,
        officer: &str,
        lot: &str,
        bidder: &str,
        price: &str,
    ) -> Answer {
        let offer = json!({ "price": price });
        self.admit_with(officer, lot, bidder, &offer).await
    }

    pub(crate) async fn admit_with(
        &self,
        officer: &str,
        lot: &str,
        bidder: &str,
        offer: &Value,
    ) -> Answer {
        let body = json!({ "bidder": bidder, "offer": offer });
        self.post(&format!("/api/lots/{lot}/admissions"), officer, body)
            .await
    }

    /// Publishes a lot whose auction opens soon; gives the auction.
    pub(crate) async fn publish(&self, officer: &str, lot: &str) -> String {
        let path = format!("/api/lots/{lot}/publish");
        let body = json!({ "opens_at": self.now() + AHEAD_MS });
        let (status, answer) = self.post(&path, officer, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["auction"].as_str().unwrap().to_owned()
    }

    /// The receipt in a message, checked as docs/protocol.md says.
    pub(crate) fn proven(&self, auction: &str, message: &Value) -> Receipt {
        let receipt: Receipt = serde_json::from_value(message["receipt"].clone()).unwrap();
        let auction = AuctionId::new(auction).unwrap();
        let signed = signed_message(&auction, &receipt.root().unwrap());
        let key = self.state.house.signer().key_set().key(&receipt.key);
        assert!(key.unwrap().signed(&signed, &receipt.signature));
        receipt
    }

    /// An auction of the firms Alfa and Żółć, which wins, brought to its seal; gives the officer's token
    /// and its id. Nobody files its record but the test.
    pub(crate) async fn sealed_auction(&self) -> (String, String) {
        let officer = self.officer().await;
        let tender = self.tender(&officer).await;
        let terms = short_terms(1_000);
        let lot = self.lot_of(&officer, &tender, "1", terms).await;
        for (name, price) in [("Alfa", "100000"), ("Żółć", "90000")] {
            let bidder = self.bidder(&officer, &tender, name).await;
            self.admit(&officer, &lot, &bidder, price).await;
        }
        let auction = self.publish(&officer, &lot).await;
        self.reaches(&auction, "sealed", &officer).await;
        (officer, auction)
    }

    /// Waits until an auction is in a state; `token` is somebody's who sees it.
    pub(crate) async fn reaches(&self, auction: &str, state: &str, token: &str) {
        let path = format!("/api/auctions/{auction}");
        until(state, async || {
            let (_, seen) = self.get(&path, token).await;
            (seen["public"]["state"] == state).then_some(())
        })
        .await;
    }

    pub(crate) async fn look(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &Value::Null).await
    }

    pub(crate) fn now(&self) -> i64 {
        (self.state.now)().0
    }

    /// The drafts of a citizen.
    pub(crate) fn drafts(&self, citizen: &str) -> Drafts {
        Drafts {
            store: self.state.store.clone(),
            vault: Arc::clone(self.state.identity.vault()),
            now: Arc::clone(&self.state.now),
            citizen: citizen.to_owned(),
        }
    }

    /// Moves the clock of sessions and paperwork.
    pub(crate) fn later(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or_default())
}

pub(crate) fn terms() -> Value {
    json!({
        "regime": "podprogowe",
        "title": { "pl": "Remont mostu", "en": "Repair of a bridge" },
        "values": [{
            "id": "price", "name": { "pl": "Cena", "en": "Price" }, "unit": "PLN",
            "decimals": 2, "least": "0.01", "most": "1000000", "direction": "lowest",
            "tax": "gross",
        }],
        "opening": "written-offer",
        "phases": [{ "run": {
            "kind": "open", "close": { "by": "set-time", "length_ms": 600_000 },
        } }],
        "evaluation": { "by": "lowest-price" },
        "improvement": {
            "from": "own",
            "steps": { "price": { "least": { "by": "amount", "amount": "100" } } },
        },
        "ties": "earliest",
    })
}

/// The same terms for an auction that is over, and its log published, soon after it opened.
pub(crate) fn short_terms(length_ms: u64) -> Value {
    let mut terms = terms();
    terms["phases"][0]["run"]["close"]["length_ms"] = json!(length_ms);
    terms["conduct"] = json!({ "late_window_ms": 50 });
    terms
}
