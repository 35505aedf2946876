//! Logging in and out.

use crate::error::Problem;
use crate::identity::outside::BACK;
use crate::identity::{LogIn, LoggedIn};
use crate::web::accounts::{agent, let_in};
use crate::web::csrf::Posted;
use crate::web::form::{Choice, Fields, Filled};
use crate::web::session::{Address, cookie_token, set_cookie};
use crate::web::visit::Visit;
use crate::web::{AppState, problem};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

#[derive(Template)]
#[template(path = "login.html", config = "web-client/askama.toml")]
struct LogInPage<'a> {
    visit: &'a Visit,
    form: Filled,
    /// Where to go after the log-in.
    next: &'a str,
    /// What is ticked at a computer that many people use.
    public_computer: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "logout.html", config = "web-client/askama.toml")]
struct LogOutPage<'a> {
    visit: &'a Visit,
}

pub(in crate::web) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    // The session of who was here before has ended: what the browser kept of them goes too.
    let is_over = matches!(visit.session(), Ok(None));
    if visit.is_kiosk() && is_over && cookie_token(&state.config, &headers).is_some() {
        return visit.leave();
    }
    let next = visit.asked("next").unwrap_or_default();
    page(&visit, StatusCode::OK, Filled::default(), &next)
}

pub(in crate::web) async fn log_in(
    State(state): State<AppState>,
    Address(address): Address,
    visit: Visit,
    headers: HeaderMap,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let fields = match posted?.checked() {
            Ok(fields) => fields,
            Err(fields) => {
                let next = fields.owned("next");
                let stale = visit.say("form-stale");
                let form = Filled::again(fields).wrong("", stale);
                return Ok(page(&visit, StatusCode::FORBIDDEN, form, &next));
            }
        };
        let next = fields.owned("next");
        let empty = empty(&visit, &fields);
        if !empty.errors().is_empty() {
            return Ok(page(&visit, StatusCode::UNPROCESSABLE_ENTITY, empty, &next));
        }
        let request = LogIn {
            login: fields.owned("login"),
            password: fields.owned("password"),
            new_password: None,
            address,
            agent: agent(&headers),
            kiosk: visit.is_kiosk() || fields.has("kiosk", "yes"),
        };
        match let_in(&state, request).await {
            Ok(logged_in) => Ok(entered(&state, &visit, &logged_in, &next)),
            Err(wrong) => {
                let form = Filled::again(fields).refused(&wrong, visit.lang);
                Ok(page(&visit, problem::status(&wrong), form, &next))
            }
        }
    };
    visit.finish(answer.await)
}

/// On with a new session: to the second factor, to a password of one's own, or to the page.
pub(super) fn entered(
    state: &AppState,
    visit: &Visit,
    logged_in: &LoggedIn,
    next: &str,
) -> Response {
    let (session, next) = (&logged_in.session, onward(next));
    let mut response = match (session.awaits_factor, session.must_change) {
        (true, _) => visit.go(&factor_href(next)),
        (false, true) => visit.go("/password"),
        (false, false) => visit.go(next),
    };
    let cookie = set_cookie(&state.config, Some(&logged_in.token));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The form again where a field was left empty.
fn empty(visit: &Visit, fields: &Fields) -> Filled {
    let mut form = Filled::again(fields.clone());
    for (name, key) in [("login", "login-missing"), ("password", "password-missing")] {
        if fields.get(name).is_empty() {
            form = form.wrong(name, visit.say(key));
        }
    }
    form
}

/// Asks again before somebody is logged out: the button of an old page was used.
pub(in crate::web) async fn log_out(
    State(state): State<AppState>,
    visit: Visit,
    posted: Result<Posted, Problem>,
) -> Response {
    let answer = async {
        let Some(session) = visit.session()? else {
            return Ok(visit.leave());
        };
        if posted?.checked().is_err() {
            return Ok(visit.show(StatusCode::FORBIDDEN, &LogOutPage { visit: &visit }));
        }
        let sessions = state.identity.sessions();
        sessions.end(&session.who, &session.id).await?;
        Ok(visit.leave())
    };
    visit.finish(answer.await)
}

/// The form, with what is wrong.
pub(super) fn page(visit: &Visit, status: StatusCode, form: Filled, next: &str) -> Response {
    let labels = [
        ("login", "login"),
        ("password", "password"),
        ("kiosk", "login-kiosk-legend"),
    ];
    let page = LogInPage {
        visit,
        form: form.labelled(visit.lang, &labels),
        next: onward(next),
        public_computer: vec![Choice {
            value: "yes",
            label: visit.say("login-kiosk"),
        }],
    };
    visit.show(status, &page)
}

/// The page that asks for the second factor, and where it leads on.
fn factor_href(next: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/login/factor?{}", query.append_pair("next", next).finish())
}

/// A page of ours to go on to: nothing else, so that a link to the log-in page leads nowhere else.
pub(super) fn onward(next: &str) -> &str {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-/".contains(&b);
    let ours = next.starts_with('/') && !next.starts_with("//") && next.bytes().all(fits);
    let leads_back = ["/login", "/login/factor", BACK, "/logout"].contains(&next);
    if ours && !leads_back { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::onward;

    #[test]
    fn the_way_onward_stays_here() {
        for (next, expected) in [
            ("/auctions/0198-a", "/auctions/0198-a"),
            ("/tenders/1", "/tenders/1"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/%2fevil.example", "/"),
            ("/login", "/"),
            ("/auctions/1?x=//evil.example", "/"),
        ] {
            assert_eq!(onward(next), expected, "{next}");
        }
    }
}
