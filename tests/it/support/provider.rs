//! A provider of OpenID Connect of the tests' own: authorization code flow with PKCE, ID tokens signed
//! with keys that it publishes, and whatever can be wrong with them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::program::run;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub(crate) const CLIENT: &str = "ebok";
pub(crate) const SECRET: &str = "sekret ebok";
/// When its tokens expire: after every test.
const EXPIRES_AT: i64 = 4_000_000_000;

/// How it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Honest,
    /// With tokens that nobody signed.
    Unsigned,
    /// With tokens signed by the secret that it shares with the office.
    SharedSecret,
    /// With tokens signed by a key that it does not publish, under the name of one that it does.
    Forged,
    /// With more than anybody reads.
    Endless,
    /// Not within the time.
    Slow,
}

/// The provider; gone with the value.
pub(crate) struct Provider {
    pub(crate) url: String,
    desk: Arc<Desk>,
    task: AbortHandle,
}

struct Desk {
    url: String,
    mood: Mutex<Mood>,
    key: Mutex<Arc<Key>>,
    /// Who may say who they are: claims over those that every token has.
    people: Mutex<Vec<Value>>,
    /// What was granted, by code.
    granted: Mutex<HashMap<String, Grant>>,
    count: AtomicU32,
    /// How often its keys were asked for.
    keys_asked: AtomicU32,
}

/// A person who was sent back with a code.
struct Grant {
    person: Value,
    nonce: String,
    challenge: String,
    back: String,
}

/// A key and its name.
struct Key {
    id: String,
    pair: Pair,
}

enum Pair {
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Key {
    fn ec(id: &str) -> Arc<Self> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        Arc::new(Self {
            id: id.to_owned(),
            pair: Pair::Ec(Box::new(pair)),
        })
    }

    fn rsa(id: &str) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.der");
        let mut command = Command::new("openssl");
        command.args(["genpkey", "-algorithm", "RSA", "-outform", "DER", "-out"]);
        let made = run(command.arg(&file));
        assert_eq!(made.code, 0, "{}", made.err);
        let pair = RsaKeyPair::from_der(&std::fs::read(file).unwrap()).unwrap();
        Arc::new(Self {
            id: id.to_owned(),
            pair: Pair::Rsa(Box::new(pair)),
        })
    }

    fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Ec(_) => "ES256",
            Pair::Rsa(_) => "RS256",
        }
    }

    fn public(&self) -> Value {
        let named = |mut key: Value| {
            key["kid"] = json!(self.id);
            key["use"] = json!("sig");
            key["alg"] = json!(self.algorithm());
            key
        };
        match &self.pair {
            Pair::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                named(json!({ "kty": "EC", "crv": "P-256", "x": coded(x), "y": coded(y) }))
            }
            Pair::Rsa(pair) => {
                let parts: PublicKeyComponents<Vec<u8>> = pair.public().into();
                named(json!({ "kty": "RSA", "n": coded(parts.n), "e": coded(parts.e) }))
            }
        }
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair
                .sign(&random, text.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

fn coded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    /// Opens one with a key on the curve P-256.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk {
            url: url.clone(),
            mood: Mutex::new(Mood::Honest),
            key: Mutex::new(Key::ec("first")),
            people: Mutex::default(),
            granted: Mutex::default(),
            count: AtomicU32::new(0),
            keys_asked: AtomicU32::new(0),
        });
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(published))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            desk,
            task: serving.abort_handle(),
        }
    }

    /// Who may say who they are from now on, by the claims of their tokens.
    pub(crate) fn knows(&self, people: &[Value]) {
        people.clone_into(&mut self.desk.people.lock().unwrap());
    }

    pub(crate) fn answers(&self, mood: Mood) {
        *self.desk.mood.lock().unwrap() = mood;
    }

    /// Takes another key in place of the one before.
    pub(crate) fn rotates(&self, id: &str) {
        *self.desk.key.lock().unwrap() = Key::ec(id);
    }

    /// Takes a key of RSA.
    pub(crate) fn signs_by_rsa(&self) {
        *self.desk.key.lock().unwrap() = Key::rsa("rsa");
    }

    pub(crate) fn keys_asked(&self) -> u32 {
        self.desk.keys_asked.load(Ordering::SeqCst)
    }

    /// Takes nothing more.
    pub(crate) fn goes(&self) {
        self.task.abort();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn published(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", desk.url);
    Json(json!({
        "issuer": desk.url, "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.keys_asked.fetch_add(1, Ordering::SeqCst);
    let key = desk.key.lock().unwrap().public();
    Json(json!({ "keys": [key] }))
}

/// Asks who it is: a link for each person, and one to break off.
async fn authorize(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let named = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let is_right = named("client_id") == CLIENT
        && named("response_type") == "code"
        && named("code_challenge_method") == "S256"
        && named("scope").split(' ').any(|scope| scope == "openid")
        && !named("state").is_empty();
    if !is_right {
        return (StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response();
    }
    let back = |answer: &str| {
        let (back, state) = (named("redirect_uri"), named("state"));
        format!("{back}?{answer}&amp;state={state}")
    };
    let mut page = String::from(
        "<!doctype html><html lang=\"pl\"><link rel=\"icon\" href=\"data:,\"><title>Kim jesteś?</title>",
    );
    for (place, person) in desk.people.lock().unwrap().iter().enumerate() {
        let code = format!("code-{}", desk.count.fetch_add(1, Ordering::SeqCst));
        let grant = Grant {
            person: person.clone(),
            nonce: named("nonce"),
            challenge: named("code_challenge"),
            back: named("redirect_uri"),
        };
        let href = back(&format!("code={code}"));
        page += &format!("<p><a id=\"person-{place}\" href=\"{href}\">To ja: {place}</a>");
        desk.granted.lock().unwrap().insert(code, grant);
    }
    let href = back("error=access_denied");
    page += &format!("<p><a id=\"nobody\" href=\"{href}\">Przerwij</a>");
    Html(page).into_response()
}

async fn token(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let mood = *desk.mood.lock().unwrap();
    match mood {
        Mood::Endless => return " ".repeat(2 << 20).into_response(),
        Mood::Slow => std::future::pending::<()>().await,
        _ => {}
    }
    let named = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let password = format!("{CLIENT}:{}", SECRET.replace(' ', "+"));
    let expected = format!("Basic {}", STANDARD.encode(password));
    let shown = headers.get(header::AUTHORIZATION);
    if shown.is_none_or(|shown| shown != expected.as_str()) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    // Once: a code that comes again is nobody's.
    let grant = desk.granted.lock().unwrap().remove(&named("code"));
    let proof = coded(Sha256::digest(named("code_verifier")));
    let grant = grant.filter(|grant| {
        grant.challenge == proof
            && grant.back == named("redirect_uri")
            && named("grant_type") == "authorization_code"
    });
    let Some(grant) = grant else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    Json(json!({
        "access_token": "none", "token_type": "Bearer", "id_token": desk.id_token(mood, &grant),
    }))
    .into_response()
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

impl Desk {
    fn id_token(&self, mood: Mood, grant: &Grant) -> String {
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "exp": EXPIRES_AT, "iat": 1_795_000_000,
            "nonce": grant.nonce,
        });
        for (name, value) in grant.person.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let key = Arc::clone(&self.key.lock().unwrap());
        let algorithm = match mood {
            Mood::Unsigned => "none",
            Mood::SharedSecret => "HS256",
            _ => key.algorithm(),
        };
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": key.id });
        let text = format!(
            "{}.{}",
            coded(header.to_string()),
            coded(claims.to_string())
        );
        let signature = match mood {
            Mood::Unsigned => Vec::new(),
            Mood::SharedSecret => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Mood::Forged => Key::ec(&key.id).sign(&text),
            _ => key.sign(&text),
        };
        format!("{text}.{}", coded(signature))
    }
}
