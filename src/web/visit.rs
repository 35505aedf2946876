//! One visit to a page: who looks, in which language and contrast, and what stands around every
//! page.

use super::csrf::Secret;
use super::format;
use super::session::{Address, Caller, cookie, set_cookie};
use super::words::Lang;
use super::{AppState, assets, problem};
use crate::config::Config;
use crate::error::Problem;
use crate::identity::sessions::KIOSK_IDLE_MS;
use crate::identity::{Assurance, Session, Who};
use crate::store::accounts::StaffRole;
use askama::Template;
use auction_rules::Timestamp;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells a browser to forget all that it keeps of this site.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const ALL_DATA: &str = "\"cache\", \"cookies\", \"storage\"";
/// The cookie and the query's name of the language.
const LANG: (&str, &str) = ("ebok_lang", "lang");
/// The cookie and the query's name of the contrast.
const CONTRAST: (&str, &str) = ("ebok_contrast", "contrast");
/// The query's name of a computer that many people use.
pub(super) const KIOSK: &str = "kiosk";
/// Where such a computer stands when nobody uses it.
pub(super) const KIOSK_START: &str = "/login?kiosk=1";
const CONTRASTS: [&str; 2] = ["high", "usual"];
const LANGS: [&str; 2] = ["pl", "en"];

/// A visit to a page.
pub(super) struct Visit {
    /// The language of the page.
    pub(super) lang: Lang,
    /// At a computer that many people use: nothing of one may be left for the next.
    is_kiosk: bool,
    /// An officer who holds a position of the office has its queue too.
    has_position: bool,
    high_contrast: bool,
    /// Who looks; a problem when the store could not tell.
    session: Result<Option<Arc<Session>>, Problem>,
    secret: Secret,
    has_form: AtomicBool,
    uri: Uri,
    /// A form was sent.
    is_post: bool,
    now: Timestamp,
    config: Arc<Config>,
    chosen: Vec<HeaderValue>,
}

/// A link of the top bar.
pub(super) struct Link {
    /// Where to.
    pub(super) href: &'static str,
    /// What it says.
    pub(super) label: String,
    /// The page is this one.
    pub(super) is_here: bool,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let caller = Caller::from_request_parts(parts, state).await;
        let is_kiosk = is_kiosk(parts, state, caller.as_ref().ok()).await;
        let token = caller.as_ref().ok().and_then(|caller| caller.token.clone());
        let headers = &parts.headers;
        let lang = preference(&parts.uri, headers, LANG, LANGS);
        let contrast = preference(&parts.uri, headers, CONTRAST, CONTRASTS);
        let kept = [(LANG, lang), (CONTRAST, contrast)];
        let chosen = kept
            .into_iter()
            .filter(|(_, (_, is_new))| *is_new)
            .map(|((cookie, _), (value, _))| keep(cookie, value, is_kiosk));
        Ok(Self {
            lang: Lang::parse(lang.0).unwrap_or(Lang::Pl),
            is_kiosk,
            has_position: has_position(state, caller.as_ref().ok()).await,
            high_contrast: contrast.0 == "high",
            secret: Secret::of(&state.config, headers, token.as_deref()),
            has_form: AtomicBool::new(false),
            uri: parts.uri.clone(),
            is_post: parts.method == Method::POST,
            now: (state.now)(),
            config: Arc::clone(&state.config),
            chosen: chosen.collect(),
            session: caller.map(|caller| caller.session),
        })
    }
}

/// By the network that is configured, by what was ticked at the log-in, or by the address of the page.
async fn is_kiosk(parts: &mut Parts, state: &AppState, caller: Option<&Caller>) -> bool {
    let session = caller.and_then(|caller| caller.session.as_ref());
    let here = Address::from_request_parts(parts, state).await;
    let is_there = here.is_ok_and(|Address(address)| {
        let kiosks = &state.config.kiosks;
        kiosks.iter().any(|network| network.contains(&address))
    });
    is_there || session.is_some_and(|session| session.kiosk) || asked(&parts.uri, KIOSK).is_some()
}

/// Asked of officers alone: a clerk's queue says what is missing.
async fn has_position(state: &AppState, caller: Option<&Caller>) -> bool {
    match caller.and_then(Caller::who) {
        Some(who) if who.officer().is_some() => state.circulation().clerk(who).await.is_ok(),
        _ => false,
    }
}

fn asked(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// What was asked for in the address, else what the browser keeps; and whether it is to keep it.
fn preference(
    uri: &Uri,
    headers: &HeaderMap,
    (kept, asked_as): (&str, &str),
    known: [&'static str; 2],
) -> (&'static str, bool) {
    let new = asked(uri, asked_as).and_then(|value| known.into_iter().find(|one| *one == value));
    let old = cookie(headers, kept).and_then(|value| known.into_iter().find(|one| *one == value));
    match (new, old) {
        (Some(new), _) => (new, true),
        (None, Some(old)) => (old, false),
        (None, None) => ("", false),
    }
}

/// The header that makes the browser keep a preference for a year; where many people use it, until
/// it is closed.
fn keep(cookie: &str, value: &str, is_kiosk: bool) -> HeaderValue {
    let age = if is_kiosk { "" } else { "; Max-Age=31536000" };
    let text = format!("{cookie}={value}; Path=/; SameSite=Lax{age}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What was asked for.
impl Visit {
    /// What the address says under a name.
    pub(super) fn asked(&self, name: &str) -> Option<String> {
        asked(&self.uri, name)
    }
}

/// Who looks.
impl Visit {
    /// The session, if there is one.
    ///
    /// # Errors
    /// When the store is away.
    pub(super) fn session(&self) -> Result<Option<&Arc<Session>>, Problem> {
        self.session
            .as_ref()
            .map(Option::as_ref)
            .map_err(Clone::clone)
    }

    /// The session of somebody who must be logged in, perhaps with a one-time password.
    ///
    /// # Errors
    /// When nobody is, the second factor is to come, or the store is away.
    pub(super) fn logged_in(&self) -> Result<&Arc<Session>, Problem> {
        match self.session()? {
            Some(session) if session.awaits_factor => Err(Problem::FactorNeeded),
            session => session.ok_or(Problem::NotLoggedIn),
        }
    }

    /// Who looks; nobody where nobody is logged in.
    ///
    /// # Errors
    /// When the second factor or a password of one's own must come first, or the store is away.
    pub(super) fn who(&self) -> Result<Option<&Who>, Problem> {
        match self.session()? {
            Some(session) if session.awaits_factor => Err(Problem::FactorNeeded),
            Some(session) if session.must_change => Err(Problem::MustChangePassword),
            session => Ok(session.map(|session| &session.who)),
        }
    }

    /// Somebody logged in with a password of their own.
    ///
    /// # Errors
    /// As [`Self::who`], and when nobody is.
    pub(super) fn active(&self) -> Result<&Arc<Session>, Problem> {
        self.who()?;
        self.logged_in()
    }

    /// A citizen or firm that the office knows at least so well.
    ///
    /// # Errors
    /// As [`Self::active`], when it is somebody else, or the office knows them less.
    pub(super) fn citizen(&self, least: Assurance) -> Result<&str, Problem> {
        match self.active()?.who.citizen() {
            None => Err(Problem::NotAllowed),
            Some((_, assurance)) if assurance < least => Err(Problem::NotAssured),
            Some((account, _)) => Ok(account),
        }
    }

    /// A registrar.
    ///
    /// # Errors
    /// As [`Self::active`], and when it is somebody else.
    pub(super) fn registrar(&self) -> Result<&Who, Problem> {
        match &self.active()?.who {
            who @ Who::Staff {
                role: StaffRole::Registrar,
                ..
            } => Ok(who),
            _ => Err(Problem::NotAllowed),
        }
    }

    /// At a computer that many people use.
    pub(super) fn is_kiosk(&self) -> bool {
        self.is_kiosk
    }

    fn known(&self) -> Option<&Session> {
        self.session().ok().flatten().map(AsRef::as_ref)
    }
}

/// What the templates ask.
impl Visit {
    /// The words under a key.
    pub(super) fn say(&self, key: &str) -> String {
        self.lang.say(key)
    }

    /// The words under a key with one finished string in its place.
    pub(super) fn say_of(&self, key: &str, name: &str, value: &str) -> String {
        self.lang.say_with(key, &[(name, value)])
    }

    pub(super) fn is_high_contrast(&self) -> bool {
        self.high_contrast
    }

    pub(super) fn style(&self) -> Option<String> {
        assets::address("main.css")
    }

    /// Name of the office; empty where it is not set.
    pub(super) fn office(&self) -> &str {
        &self.config.office.name
    }

    /// The log-in of who looks.
    pub(super) fn login(&self) -> Option<&str> {
        self.known().map(|session| session.login.as_str())
    }

    /// What people call the provider by which they may log in; none where there is none.
    pub(super) fn provider(&self) -> Option<&str> {
        self.config.outside.as_ref().map(|provider| provider.name())
    }

    /// The token that a form carries.
    pub(super) fn csrf(&self) -> String {
        self.has_form.store(true, Ordering::Relaxed);
        self.secret.token()
    }

    /// This page from its beginning.
    pub(super) fn here(&self) -> String {
        self.uri.path().to_owned()
    }

    /// This page with one thing of the query changed.
    pub(super) fn here_with(&self, name: &str, value: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let kept = url::form_urlencoded::parse(query.as_bytes())
            .filter(|(key, _)| key != name && key != LANG.1 && key != CONTRAST.1);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(kept).append_pair(name, value).finish();
        format!("{}?{query}", self.uri.path())
    }

    pub(super) fn server_time(&self) -> String {
        format::date_time(self.now, self.lang)
    }

    /// Where the top bar leads: what the role has to do comes first.
    pub(super) fn links(&self) -> Vec<Link> {
        let session = self.known();
        let own: &[_] = match session.map(|session| (session.is_open(), &session.who)) {
            Some((true, Who::Citizen { .. })) => &[
                ("/matters", "nav-matters"),
                ("/cases", "cases-own"),
                ("/letters", "letters"),
                ("/tenders", "nav-board"),
            ],
            Some((true, Who::Bidder { .. })) => &[
                ("/", "nav-own-auctions"),
                ("/tenders", "nav-board"),
                ("/matters", "nav-matters"),
            ],
            Some((
                true,
                Who::Staff {
                    role: StaffRole::Registrar,
                    ..
                },
            )) => &[
                ("/office/visits", "visits-title"),
                ("/matters", "matters-all"),
            ],
            Some((
                true,
                Who::Staff {
                    role: StaffRole::Clerk,
                    ..
                },
            )) => &[
                ("/office", "queue"),
                ("/office/cases", "cases"),
                ("/office/people", "nav-people"),
                ("/office/report", "report"),
            ],
            Some((true, who)) if who.sees_as_buyer() && self.has_position => &[
                ("/", "nav-desk"),
                ("/office", "queue"),
                ("/office/cases", "cases"),
                ("/office/people", "nav-people"),
                ("/office/report", "report"),
                ("/tenders", "nav-board"),
            ],
            Some((true, who)) if who.sees_as_buyer() => &[
                ("/", "nav-desk"),
                ("/tenders", "nav-board"),
                ("/matters", "matters-all"),
            ],
            Some(_) => &[("/matters", "nav-matters"), ("/tenders", "nav-board")],
            None => &[
                ("/matters", "nav-matters"),
                ("/cases", "nav-follow"),
                ("/tenders", "nav-board"),
            ],
        };
        own.iter().map(|link| self.link(link)).collect()
    }

    /// What somebody must do first who is not logged in, or not wholly.
    pub(super) fn entry_link(&self) -> Option<Link> {
        let link = match self.known() {
            None => ("/login", "log-in"),
            Some(session) if session.awaits_factor => ("/login/factor", "log-in"),
            Some(session) if session.must_change => ("/password", "nav-password"),
            Some(_) => return None,
        };
        Some(self.link(&link))
    }

    /// What stands in the menu of the account.
    pub(super) fn account_links(&self) -> Vec<Link> {
        let own: &[_] = match self.known().filter(|session| session.is_open()) {
            None => &[],
            Some(session) => match session.who {
                Who::Citizen { .. } => &[
                    ("/account", "nav-own-data"),
                    ("/drafts", "nav-drafts"),
                    ("/account/access", "access"),
                    ("/sessions", "nav-sessions"),
                    ("/password", "nav-password"),
                ],
                Who::Staff { .. } => &[
                    ("/account", "factor-title"),
                    ("/sessions", "nav-sessions"),
                    ("/password", "nav-password"),
                ],
                Who::Bidder { .. } => {
                    &[("/sessions", "nav-sessions"), ("/password", "nav-password")]
                }
            },
        };
        own.iter().map(|link| self.link(link)).collect()
    }

    fn link(&self, (href, key): &(&'static str, &str)) -> Link {
        Link {
            href,
            label: self.say(key),
            is_here: self.uri.path() == *href,
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html", config = "web-client/askama.toml")]
struct ProblemPage<'a> {
    visit: &'a Visit,
    sentence: String,
}

/// Answers.
impl Visit {
    /// A page.
    pub(super) fn show(&self, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(text) => self.with_cookies((status, Html(text)).into_response()),
            Err(error) => {
                tracing::error!(%error, "a page cannot be rendered");
                Problem::Unavailable.into_response()
            }
        }
    }

    /// On to another page of ours.
    pub(super) fn go(&self, to: &str) -> Response {
        self.with_cookies(axum::response::Redirect::to(to).into_response())
    }

    /// A page that the browser leaves at once for another site. A form may lead to our own pages only,
    /// redirections included, so this is none.
    pub(super) fn leave_for(&self, address: &str, page: &impl Template) -> Response {
        let mut response = self.show(StatusCode::OK, page);
        if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={address}")) {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
        response
    }

    /// The page, or the problem as a page. Who must log in or set a password is sent there.
    pub(super) fn finish(&self, page: Result<Response, Problem>) -> Response {
        match page {
            Ok(page) => page,
            Err(Problem::NotLoggedIn) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("next", self.uri.path());
                if self.is_post {
                    query.append_pair("unsent", "1");
                }
                self.go(&format!("/login?{}", query.finish()))
            }
            Err(Problem::MustChangePassword) => self.go("/password"),
            Err(Problem::FactorNeeded) => self.go("/login/factor"),
            Err(wrong) => {
                let sentence = self.lang.of(&wrong.words());
                let page = ProblemPage {
                    visit: self,
                    sentence,
                };
                self.show(problem::status(&wrong), &page)
            }
        }
    }

    fn with_cookies(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for cookie in &self.chosen {
            headers.append(header::SET_COOKIE, cookie.clone());
        }
        // Only who may send a form gets a cookie.
        let secret = self.secret.cookie(&self.config);
        if let Some(cookie) = secret.filter(|_| self.has_form.load(Ordering::Relaxed)) {
            headers.append(header::SET_COOKIE, cookie);
        }
        if let Some(leave) = self.leaves_after() {
            headers.insert(header::REFRESH, leave);
        }
        response
    }

    /// Where many people use a computer, a page of one of them does not stay on the screen. Its
    /// session has ended when the browser goes on.
    fn leaves_after(&self) -> Option<HeaderValue> {
        self.known().filter(|session| session.kiosk)?;
        let seconds = KIOSK_IDLE_MS / 1_000 + 1;
        HeaderValue::from_str(&format!("{seconds}; url={KIOSK_START}")).ok()
    }

    /// On to the log-in; at a computer that many people use, with nothing kept of who was there.
    pub(super) fn leave(&self) -> Response {
        let gone = set_cookie(&self.config, None);
        if !self.is_kiosk {
            let mut response = self.go("/login");
            response.headers_mut().append(header::SET_COOKIE, gone);
            return response;
        }
        let mut response = axum::response::Redirect::to(KIOSK_START).into_response();
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, gone);
        headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static(ALL_DATA));
        response
    }
}
