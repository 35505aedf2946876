//! OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).
//!
//! The ID token alone is believed: signed by RS256 or ES256 with a key that the provider publishes, for
//! us, for this log-in, and not expired by the server's clock.

use super::{Begun, OutsideError, Person, Provider};
use crate::identifiers::pesel::Pesel;
use crate::identity::Assurance;
use crate::identity::accounts::NAME_CHARS_MAX;
use crate::identity::registration::EMAIL_CHARS_MAX;
use crate::limits::{
    OUTSIDE_BYTES_MAX, OUTSIDE_KEYS_AGAIN, OUTSIDE_KNOWN, OUTSIDE_SUBJECT_CHARS_MAX, OUTSIDE_WAIT,
};
use auction_rules::Timestamp;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationContextClass, AuthorizationCode,
    ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdToken, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, http,
};
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};
use tokio::sync::Mutex;
use url::Url;

/// The claims that no standard names.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims(Map<String, Value>);

impl AdditionalClaims for Claims {}

type Token =
    IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Client = openidconnect::Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What a provider must be told, and what it tells.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The provider, as in `https://login.example.pl`.
    pub issuer: IssuerUrl,
    /// What it calls us.
    pub client: String,
    /// What proves that we are this client; none for one that has no secret.
    pub secret: Option<String>,
    /// What people call it.
    pub name: String,
    /// Where it sends the browser back to.
    pub back: RedirectUrl,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that holds the PESEL.
    pub pesel_claim: String,
    /// What each `acr` is worth. Any other is worth a confirmed e-mail address.
    pub levels: Vec<Level>,
}

/// What an `acr` is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The claim's value.
    pub acr: String,
    /// How well the provider knows somebody then.
    pub assurance: Assurance,
}

impl std::str::FromStr for Level {
    type Err = &'static str;

    /// Reads `ACR=LEVEL`. What a registrar saw is no provider's to say.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (acr, level) = text.rsplit_once('=').unwrap_or_default();
        let levels = [
            Assurance::Email,
            Assurance::TrustedProfile,
            Assurance::Qualified,
        ];
        let assurance = levels.into_iter().find(|known| known.as_str() == level);
        match (acr.is_empty(), assurance) {
            (false, Some(assurance)) => Ok(Self {
                acr: acr.to_owned(),
                assurance,
            }),
            _ => Err("ACR=LEVEL, with a level of email, trusted-profile or qualified"),
        }
    }
}

/// A provider of OpenID Connect.
pub struct Oidc {
    settings: Settings,
    http: Http,
    known: Mutex<Option<Known>>,
}

/// What the provider publishes of itself, keys included.
struct Known {
    metadata: Arc<CoreProviderMetadata>,
    fetched_at: Instant,
    /// When a token named a key that was not among them.
    missed_at: Option<Instant>,
}

/// What stays here while the browser is away.
#[derive(Serialize, Deserialize)]
struct Kept {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Why the provider's address gave nothing.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("{0}")]
    Http(reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("an address without TLS")]
    NoTls,
}

impl Oidc {
    /// A provider that nobody has asked yet.
    ///
    /// # Errors
    /// When no client can be made: the system has no certificates to check TLS with.
    pub fn new(settings: Settings) -> reqwest::Result<Self> {
        let http = Http {
            client: reqwest::Client::builder()
                .timeout(OUTSIDE_WAIT)
                .redirect(Policy::none())
                .build()?,
            needs_tls: settings.issuer.url().scheme() == "https",
        };
        Ok(Self {
            settings,
            http,
            known: Mutex::new(None),
        })
    }

    /// What the provider publishes; `missed` where a token named a key that is not there.
    async fn known(&self, missed: bool) -> Result<Arc<CoreProviderMetadata>, OutsideError> {
        let known = tokio::time::timeout(OUTSIDE_WAIT, self.read_known(missed));
        let away = |_| OutsideError::Away("nothing within the time".to_owned());
        known.await.map_err(away)?
    }

    async fn read_known(&self, missed: bool) -> Result<Arc<CoreProviderMetadata>, OutsideError> {
        // Whoever waits here finds what the one before fetched.
        let mut held = self.known.lock().await;
        let now = Instant::now();
        let mut missed_at = None;
        if let Some(known) = held.as_mut() {
            let is_fresh = now.duration_since(known.fetched_at) < OUTSIDE_KNOWN;
            // Tokens with made-up keys must not make us ask again and again.
            let may_ask_again = known
                .missed_at
                .is_none_or(|at| now.duration_since(at) >= OUTSIDE_KEYS_AGAIN);
            if is_fresh && !(missed && may_ask_again) {
                return Ok(Arc::clone(&known.metadata));
            }
            missed_at = if missed { Some(now) } else { known.missed_at };
        }
        let issuer = self.settings.issuer.clone();
        let found = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let metadata = Arc::new(found.map_err(undiscovered)?);
        *held = Some(Known {
            metadata: Arc::clone(&metadata),
            fetched_at: now,
            missed_at,
        });
        Ok(metadata)
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let Settings {
            client,
            secret,
            back,
            ..
        } = &self.settings;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_some_and(|known| known.contains(&method));
        let in_body = takes(CoreClientAuthMethod::ClientSecretPost)
            && !takes(CoreClientAuthMethod::ClientSecretBasic);
        Client::from_provider_metadata(
            metadata.clone(),
            ClientId::new(client.clone()),
            secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(back.clone())
        .set_auth_type(match in_body {
            true => AuthType::RequestBody,
            false => AuthType::BasicAuth,
        })
    }

    async fn go(&self, fresh: bool) -> Result<Begun, OutsideError> {
        let client = self.client(&*self.known(false).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for level in &self.settings.levels {
            if level.assurance > Assurance::Email {
                let acr = AuthenticationContextClass::new(level.acr.clone());
                request = request.add_auth_context_value(acr);
            }
        }
        if fresh {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, state, nonce) = request.url();
        Ok(Begun {
            address: address.into(),
            state: state.secret().clone(),
            kept: serde_json::to_string(&Kept { nonce, verifier }).unwrap_or_default(),
        })
    }

    async fn come_back(
        &self,
        kept: &str,
        answer: &[(String, String)],
        now: Timestamp,
    ) -> Result<Person, OutsideError> {
        let code = code(answer, &self.settings.issuer)?;
        let kept: Kept = serde_json::from_str(kept).map_err(|_| refused("nothing was kept"))?;
        let client = self.client(&*self.known(false).await?);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| OutsideError::Away(error.to_string()))?
            .set_pkce_verifier(kept.verifier);
        let tokens = exchange
            .request_async(&self.http)
            .await
            .map_err(unexchanged)?;
        let token = tokens.id_token().ok_or_else(|| refused("no ID token"))?;
        let claims = match checked(&client, token, &kept.nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let client = self.client(&*self.known(true).await?);
                checked(&client, token, &kept.nonce, now)
            }
            first => first,
        };
        self.person(&claims.map_err(|error| refused(&error.to_string()))?)
    }

    fn person(
        &self,
        claims: &IdTokenClaims<Claims, CoreGenderClaim>,
    ) -> Result<Person, OutsideError> {
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.chars().count() > OUTSIDE_SUBJECT_CHARS_MAX {
            return Err(refused("a subject that cannot be one"));
        }
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        let levels = self.settings.levels.iter();
        let level = levels.clone().find(|level| Some(level.acr.as_str()) == acr);
        let named = claims.additional_claims().0.get(&self.settings.pesel_claim);
        let email = claims
            .email()
            .filter(|_| claims.email_verified() == Some(true));
        Ok(Person {
            issuer: self.settings.issuer.to_string(),
            subject: subject.to_owned(),
            assurance: level.map_or(Assurance::Email, |level| level.assurance),
            pesel: named.and_then(Value::as_str).and_then(pesel),
            name: name(claims),
            email: email
                .map(|email| email.to_lowercase())
                .filter(|email| is_address(email))
                .unwrap_or_default(),
        })
    }
}

impl Provider for Oidc {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn begin(&self, fresh: bool) -> BoxFuture<'_, Result<Begun, OutsideError>> {
        Box::pin(self.go(fresh))
    }

    fn finish<'a>(
        &'a self,
        kept: &'a str,
        answer: &'a [(String, String)],
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Person, OutsideError>> {
        Box::pin(self.come_back(kept, answer, now))
    }
}

/// The code among what came back, from this issuer (RFC 9207).
fn code<'a>(answer: &'a [(String, String)], issuer: &IssuerUrl) -> Result<&'a str, OutsideError> {
    let named = |name: &str| {
        let found = answer.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    if named("iss").is_some_and(|from| from != issuer.as_str()) {
        return Err(refused("the answer of another issuer"));
    }
    match (named("error"), named("code")) {
        (Some("access_denied"), _) => Err(OutsideError::BrokenOff),
        (Some("temporarily_unavailable" | "server_error"), _) => {
            Err(OutsideError::Away("it says so itself".to_owned()))
        }
        (None, Some(code)) => Ok(code),
        _ => Err(refused("no code")),
    }
}

/// The claims of a token that holds.
fn checked(
    client: &Client,
    token: &Token,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<IdTokenClaims<Claims, CoreGenderClaim>, ClaimsVerificationError> {
    let since_1970 = Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        ])
        .set_time_fn(move || (UNIX_EPOCH + since_1970).into());
    token.claims(&verifier, nonce).cloned()
}

/// Name and surname as the provider writes them.
fn name(claims: &IdTokenClaims<Claims, CoreGenderClaim>) -> String {
    let whole = claims.name().and_then(|name| name.get(None));
    let given = claims.given_name().and_then(|name| name.get(None));
    let family = claims.family_name().and_then(|name| name.get(None));
    let text = match (whole, given, family) {
        (_, Some(given), Some(family)) => format!("{} {}", given.as_str(), family.as_str()),
        (Some(whole), ..) => whole.to_string(),
        _ => String::new(),
    };
    let words = text.split_whitespace();
    let tidy = words.collect::<Vec<_>>().join(" ");
    let fits = tidy.chars().count() <= NAME_CHARS_MAX && !tidy.chars().any(char::is_control);
    if fits { tidy } else { String::new() }
}

fn is_address(email: &str) -> bool {
    email.chars().count() <= EMAIL_CHARS_MAX && email.parse::<lettre::Address>().is_ok()
}

/// The PESEL in a claim: bare, or behind the countries of eIDAS, as in `PL/PL/44051401359`.
fn pesel(claim: &str) -> Option<String> {
    let number = match claim.rsplit_once('/') {
        Some((countries, number)) => countries.starts_with("PL/").then_some(number)?,
        None => claim,
    };
    Pesel::read(number).ok().map(|_| number.to_owned())
}

/// How the provider is asked.
struct Http {
    client: reqwest::Client,
    /// Every address of the provider must be one of TLS.
    needs_tls: bool,
}

impl Http {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        // The address may hold what is secret.
        let http = |error: reqwest::Error| Unanswered::Http(error.without_url());
        let request = reqwest::Request::try_from(request).map_err(http)?;
        if self.needs_tls && request.url().scheme() != "https" {
            return Err(Unanswered::NoTls);
        }
        let mut answer = self.client.execute(request).await.map_err(http)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(http)? {
            body.extend_from_slice(&chunk);
            if body.len() > OUTSIDE_BYTES_MAX {
                return Err(Unanswered::TooLong);
            }
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unanswered;
    type Future = BoxFuture<'c, Result<HttpResponse, Unanswered>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn undiscovered(error: DiscoveryError<Unanswered>) -> OutsideError {
    match error {
        DiscoveryError::Request(error) => OutsideError::Away(error.to_string()),
        other => OutsideError::Away(format!("what it publishes cannot be used: {other}")),
    }
}

type Exchange = RequestTokenError<Unanswered, StandardErrorResponse<CoreErrorResponseType>>;

fn unexchanged(error: Exchange) -> OutsideError {
    match error {
        RequestTokenError::Request(error) => OutsideError::Away(error.to_string()),
        RequestTokenError::ServerResponse(answer) => refused(&answer.to_string()),
        // Its text may hold the token.
        RequestTokenError::Parse(..) => refused("the token's answer cannot be read"),
        RequestTokenError::Other(text) => refused(&text),
    }
}

fn refused(why: &str) -> OutsideError {
    OutsideError::Refused(why.to_owned())
}

/// Whether a provider's address can be trusted to be its own: by TLS, or on this machine.
#[must_use]
pub fn is_safe(issuer: &Url) -> bool {
    let is_loopback = match issuer.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    issuer.scheme() == "https" || (issuer.scheme() == "http" && is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pesel_is_read_from_its_claim() {
        for (claim, expected) in [
            ("44051401359", Some("44051401359")),
            ("PL/PL/44051401359", Some("44051401359")),
            ("DE/PL/44051401359", None),
            ("44051401358", None),
            ("", None),
        ] {
            assert_eq!(pesel(claim).as_deref(), expected, "{claim}");
        }
    }

    #[test]
    fn a_level_names_what_an_acr_is_worth() {
        let level: Level = "http://eidas.europa.eu/LoA/high=trusted-profile"
            .parse()
            .unwrap();
        assert_eq!(level.acr, "http://eidas.europa.eu/LoA/high");
        assert_eq!(level.assurance, Assurance::TrustedProfile);
        for text in ["", "high", "=email", "high=desk", "high=best"] {
            assert!(text.parse::<Level>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_provider_on_this_machine_needs_no_tls() {
        for (issuer, safe) in [
            ("https://login.example.pl", true),
            ("http://127.0.0.1:9000", true),
            ("http://login.example.pl", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(is_safe(&Url::parse(issuer).unwrap()), safe, "{issuer}");
        }
    }
}
