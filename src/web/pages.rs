//! Pages for people. All but the live room work without JavaScript.

use super::AppState;
use super::accounts::let_in;
use super::auctions::read_id;
use super::session::{Address, Caller, set_cookie};
use super::texts::{Lang, Language, Texts, warsaw};
use super::{assets, problem};
use crate::error::Problem;
use crate::identity::Session;
use crate::tender::gate::Overview;
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login.html", config = "web-client/askama.toml")]
struct LogInPage<'a> {
    texts: &'a Texts,
    style: Option<String>,
    login: Option<String>,
    error: Option<String>,
    typed: String,
    /// Where to go after the log-in.
    next: String,
}

#[derive(Template)]
#[template(path = "password.html", config = "web-client/askama.toml")]
struct PasswordPage<'a> {
    texts: &'a Texts,
    style: Option<String>,
    login: Option<String>,
    error: Option<String>,
    must_change: bool,
}

#[derive(Template)]
#[template(path = "home.html", config = "web-client/askama.toml")]
struct HomePage<'a> {
    texts: &'a Texts,
    style: Option<String>,
    login: Option<String>,
    lots: Vec<LotLine>,
}

/// One lot in the list.
struct LotLine {
    number: String,
    title: String,
    auction: Option<String>,
    state: &'static str,
    opens_at: String,
}

#[derive(Template)]
#[template(path = "auction.html", config = "web-client/askama.toml")]
struct AuctionPage<'a> {
    texts: &'a Texts,
    style: Option<String>,
    login: Option<String>,
    script: Option<String>,
    title: String,
    state: &'static str,
    auction: String,
    role: &'static str,
}

#[derive(Template)]
#[template(path = "problem.html", config = "web-client/askama.toml")]
struct ProblemPage<'a> {
    texts: &'a Texts,
    style: Option<String>,
    login: Option<String>,
    heading: &'a str,
    sentence: String,
}

/// The auctions that one may see.
pub(super) async fn home(
    State(state): State<AppState>,
    language: Language,
    caller: Result<Caller, Problem>,
) -> Response {
    let page = async {
        let caller = caller?;
        if let Some(first) = first_password(&caller) {
            return Ok(first);
        }
        let lots = state.desk().overview(caller.who()).await?;
        let page = HomePage {
            texts: language.lang.texts(),
            style: style(),
            login: login_of(&caller),
            lots: lots
                .into_iter()
                .map(|lot| line(language.lang, lot))
                .collect(),
        };
        Ok(html(StatusCode::OK, &page))
    };
    finish(&language, page.await)
}

/// Where somebody wants to go after the log-in.
#[derive(Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    next: String,
}

pub(super) async fn login(language: Language, Query(onward): Query<Onward>) -> Response {
    let page = log_in_page(language.lang, None, String::new(), &onward.next);
    finish(&language, Ok(page))
}

#[derive(Deserialize)]
pub(super) struct LogInForm {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// A page of ours to go on to: nothing else, so that a link to the log-in page leads nowhere else.
fn onward(next: &str) -> &str {
    let id = next.strip_prefix("/auctions/").unwrap_or_default();
    let ours = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if ours { next } else { "/" }
}

pub(super) async fn log_in(
    State(state): State<AppState>,
    Address(address): Address,
    language: Language,
    headers: HeaderMap,
    form: Result<Form<LogInForm>, FormRejection>,
) -> Response {
    let page = async {
        let Form(form) = form?;
        let typed = form.login.clone();
        match let_in(&state, &headers, address, form.login, form.password, None).await {
            Ok(logged_in) => {
                let next = if logged_in.session.must_change {
                    "/password"
                } else {
                    onward(&form.next)
                };
                let cookie = set_cookie(&state.config, Some(&logged_in.token));
                Ok(with_cookie(Redirect::to(next).into_response(), cookie))
            }
            Err(wrong) => Ok(log_in_page(language.lang, Some(&wrong), typed, &form.next)),
        }
    };
    finish(&language, page.await)
}

pub(super) async fn log_out(
    State(state): State<AppState>,
    language: Language,
    caller: Result<Caller, Problem>,
) -> Response {
    let page = async {
        if let Some(session) = caller?.session {
            state
                .identity
                .sessions()
                .end(&session.who, &session.id)
                .await?;
        }
        let cookie = set_cookie(&state.config, None);
        Ok(with_cookie(Redirect::to("/login").into_response(), cookie))
    };
    finish(&language, page.await)
}

pub(super) async fn password(language: Language, caller: Result<Caller, Problem>) -> Response {
    let page = caller.map(|caller| match &caller.session {
        Some(session) => password_page(language.lang, session, None),
        None => Redirect::to("/login").into_response(),
    });
    finish(&language, page)
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    password: String,
    new_password: String,
    repeated: String,
}

pub(super) async fn change_password(
    State(state): State<AppState>,
    Address(address): Address,
    language: Language,
    caller: Result<Caller, Problem>,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Response {
    let page = async {
        let session = caller?.session.ok_or(Problem::NotLoggedIn)?;
        let Form(form) = form?;
        if form.new_password != form.repeated {
            let texts = language.lang.texts().passwords_differ.to_owned();
            let error = Some((StatusCode::UNPROCESSABLE_ENTITY, texts));
            return Ok(password_page(language.lang, &session, error));
        }
        let PasswordForm {
            password,
            new_password,
            ..
        } = form;
        let changed = state
            .identity
            .change_password(&session, password, &new_password, address);
        match changed.await.map_err(Problem::from) {
            Ok(()) => Ok(Redirect::to("/").into_response()),
            Err(wrong) => {
                let error = Some((problem::status(&wrong), language.lang.of(&wrong.words())));
                Ok(password_page(language.lang, &session, error))
            }
        }
    };
    finish(&language, page.await)
}

/// The shell of the live room: script and socket do the rest.
pub(super) async fn auction(
    State(state): State<AppState>,
    language: Language,
    caller: Result<Caller, Problem>,
    Path(auction): Path<String>,
) -> Response {
    let page = async {
        let caller = caller?;
        if let Some(first) = first_password(&caller) {
            return Ok(first);
        }
        let (lot, view) = state.desk().view(caller.who(), &read_id(&auction)?).await?;
        let page = AuctionPage {
            texts: language.lang.texts(),
            style: style(),
            login: login_of(&caller),
            script: assets::address("live.js"),
            title: language.lang.of(&lot.title),
            state: language.lang.state(&view.public.state),
            auction,
            role: caller.who().map_or("observer", |who| who.role()),
        };
        Ok(html(StatusCode::OK, &page))
    };
    finish(&language, page.await)
}

/// Where somebody with a one-time password goes first.
fn first_password(caller: &Caller) -> Option<Response> {
    let must_change = caller
        .session
        .as_deref()
        .is_some_and(|session| session.must_change);
    must_change.then(|| Redirect::to("/password").into_response())
}

fn login_of(caller: &Caller) -> Option<String> {
    caller
        .session
        .as_deref()
        .map(|session| session.login.clone())
}

fn line(lang: Lang, lot: Overview) -> LotLine {
    LotLine {
        number: lot.number,
        title: lang.of(&lot.title),
        auction: lot.auction.map(String::from),
        state: lang.state(&lot.state),
        opens_at: lot.opens_at.map(warsaw).unwrap_or_default(),
    }
}

fn log_in_page(lang: Lang, wrong: Option<&Problem>, typed: String, next: &str) -> Response {
    let page = LogInPage {
        texts: lang.texts(),
        style: style(),
        login: None,
        error: wrong.map(|wrong| lang.of(&wrong.words())),
        typed,
        next: onward(next).to_owned(),
    };
    html(wrong.map_or(StatusCode::OK, problem::status), &page)
}

fn password_page(lang: Lang, session: &Session, error: Option<(StatusCode, String)>) -> Response {
    let (status, error) = match error {
        Some((status, error)) => (status, Some(error)),
        None => (StatusCode::OK, None),
    };
    let page = PasswordPage {
        texts: lang.texts(),
        style: style(),
        login: Some(session.login.clone()),
        error,
        must_change: session.must_change,
    };
    html(status, &page)
}

fn style() -> Option<String> {
    assets::address("main.css")
}

/// The page, or the problem as a page; those who must log in are sent there.
fn finish(language: &Language, page: Result<Response, Problem>) -> Response {
    let response = match page {
        Ok(page) => page,
        Err(Problem::NotLoggedIn) => Redirect::to("/login").into_response(),
        Err(wrong) => {
            let texts = language.lang.texts();
            let sentence = language.lang.of(&wrong.words());
            let page = ProblemPage {
                texts,
                style: style(),
                login: None,
                heading: texts.problem,
                sentence,
            };
            html(problem::status(&wrong), &page)
        }
    };
    match language.chosen {
        true => with_cookie(response, language.lang.cookie()),
        false => response,
    }
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Problem::Unavailable.into_response()
        }
    }
}

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
