//! An auction set up over the HTTP API: tender, lot, bidders, log-ins, publication.

use super::process::{Server, token};
use super::wait::wait_for;
use ebok::clock::Clock;
use serde_json::{Value, json};

/// How far ahead an auction opens: time to publish it and to come in.
const OPENS_AFTER_MS: u64 = 1_000;

/// Who may bid.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) token: String,
}

/// A published auction.
pub(crate) struct Stage {
    pub(crate) auction: String,
    pub(crate) officer: String,
    pub(crate) seats: Vec<Seat>,
}

/// Terms of a lowest-price auction with the smallest step there is; `close` says how it ends,
/// `conduct` what follows an outage.
pub(crate) fn terms(close: &Value, conduct: &Value) -> Value {
    json!({
        "regime": "podprogowe",
        "title": {"pl": "Próba", "en": "Trial"},
        "values": [{
            "id": "price", "name": {"pl": "Cena", "en": "Price"}, "unit": "PLN", "decimals": 2,
            "least": "0.01", "most": "1000000.00", "direction": "lowest", "tax": "gross",
        }],
        "opening": "first-bid-free",
        "phases": [{"run": {"kind": "open", "close": close}}],
        "evaluation": {"by": "lowest-price"},
        "improvement": {
            "from": "own", "steps": {"price": {"least": {"by": "amount", "amount": "0.01"}}},
        },
        "pace": {"attempts_per_s": 50},
        "ties": "earliest",
        "visibility": {"observers_delay_ms": 0},
        "conduct": conduct,
    })
}

impl Stage {
    /// Sets everything up; the auction opens shortly.
    pub(crate) async fn set(server: &Server, terms: &Value, bidders: usize) -> Self {
        let officer = server.officer().await;
        let title = json!({"pl": "Próba", "en": "Trial"});
        let tender =
            json!({"number": "P/1", "title": title, "procedure": "podprogowe", "test": true});
        let tender = id(&server.post("/api/tenders", &officer, &tender).await);
        let lot = json!({"number": "1", "title": title, "terms": terms});
        let path = format!("/api/tenders/{tender}/lots");
        let lot = id(&server.post(&path, &officer, &lot).await);
        let mut seats = Vec::new();
        for index in 0..bidders {
            seats.push(seat(server, &officer, &tender, &lot, index).await);
        }
        let opens_at = Clock::start().now().plus(OPENS_AFTER_MS);
        let path = format!("/api/lots/{lot}/publish");
        let opening = json!({"opens_at": opens_at});
        let published = server.post(&path, &officer, &opening).await;
        let auction = published["auction"].as_str().unwrap().to_owned();
        Self {
            auction,
            officer,
            seats,
        }
    }

    /// `open`, `interrupted` and so on, as everyone sees it.
    pub(crate) async fn state(&self, server: &Server) -> String {
        let path = format!("/api/auctions/{}", self.auction);
        let seen = server.get(&path, &self.officer).await;
        seen["public"]["state"].as_str().unwrap().to_owned()
    }

    /// Waits until everyone sees this state.
    pub(crate) async fn wait_until(&self, server: &Server, state: &str) {
        let seen = async || (self.state(server).await == state).then_some(());
        wait_for(state, seen).await;
    }

    /// An officer's act.
    pub(crate) async fn act(&self, server: &Server, act: &Value) {
        let path = format!("/api/auctions/{}/acts", self.auction);
        server.post(&path, &self.officer, act).await;
    }

    /// Waits until the log is sealed, and gets it.
    pub(crate) async fn log(&self, server: &Server) -> String {
        let path = format!("/api/auctions/{}/log", self.auction);
        wait_for("the published log", async || server.text(&path).await).await
    }
}

async fn seat(server: &Server, officer: &str, tender: &str, lot: &str, index: usize) -> Seat {
    let identity = json!({
        "name": format!("Firma {}", index + 1), "seat": "Bydgoszcz", "tax_id": "5540000006",
    });
    let path = format!("/api/tenders/{tender}/bidders");
    let bidder = id(&server
        .post(&path, officer, &json!({"identity": identity}))
        .await);
    let order = json!({"bidder": bidder, "change_required": false});
    let path = format!("/api/tenders/{tender}/credentials");
    let credentials = server.post(&path, officer, &order).await;
    let admission = json!({"bidder": bidder, "offer": {}});
    let path = format!("/api/lots/{lot}/admissions");
    server.post(&path, officer, &admission).await;
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    Seat {
        token: token(&server.post("/api/login", "", &credentials).await),
        login: text("login"),
        password: text("password"),
    }
}

fn id(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}
