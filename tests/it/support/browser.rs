//! A browser without JavaScript: it keeps cookies, names its origin, and sends the token of the
//! form that it saw last.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::server::Server;
use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use std::collections::BTreeMap;

pub(crate) struct Browser<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
    /// Of the form that was seen last.
    pub(crate) token: String,
}

/// A page as it came.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) policy: String,
    pub(crate) cookies: Vec<String>,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl<'a> Browser<'a> {
    pub(crate) fn of(server: &'a Server) -> Self {
        Self {
            server,
            cookies: BTreeMap::new(),
            token: String::new(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.server.request(Method::GET, path);
        self.ask(request.header("accept", "text/html")).await
    }

    pub(crate) async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut fields = fields.to_vec();
        let token = self.token.clone();
        fields.push(("csrf", &token));
        let request = self.server.request(Method::POST, path).form(&fields);
        self.ask(request.header("origin", self.server.url("")))
            .await
    }

    /// Sends a form with a file as a browser does: the token first, an empty part for no file.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Page {
        let mut form = Form::new().text("csrf", self.token.clone());
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let (name, bytes) = file.unwrap_or_default();
        let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let request = self.server.request(Method::POST, path);
        let request = request.multipart(form.part("file", part));
        self.ask(request.header("origin", self.server.url("")))
            .await
    }

    /// Sends a page of a form on which these questions were shown, with files, each under the name of
    /// its question and with its own name.
    pub(crate) async fn attach(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Page {
        // Names go as they are: no browser encodes them.
        let form = Form::new().percent_encode_noop();
        let mut form = form.text("csrf", self.token.clone());
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
            form = form.text("shown", (*name).to_owned());
        }
        for (question, name, bytes) in files {
            let part = Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
            form = form.part((*question).to_owned(), part);
        }
        let request = self.server.request(Method::POST, path).multipart(form);
        self.ask(request.header("origin", self.server.url("")))
            .await
    }

    pub(crate) async fn enter(&mut self, login: &str, password: &str) -> Page {
        self.send("/login", &[("login", login), ("password", password)])
            .await
    }

    async fn ask(&mut self, request: RequestBuilder) -> Page {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
        let page = Page::of(response).await;
        for cookie in &page.cookies {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        if page.text.contains("name=\"csrf\"") {
            self.token = page.attribute_of("name=\"csrf\"", "value");
        }
        page
    }
}

impl Page {
    async fn of(response: Response) -> Self {
        let headers = response.headers().clone();
        Self {
            status: response.status().as_u16(),
            location: text_of(&headers, "location"),
            policy: text_of(&headers, "content-security-policy"),
            cookies: headers
                .get_all(SET_COOKIE)
                .iter()
                .map(|value| value.to_str().unwrap().to_owned())
                .collect(),
            text: response.text().await.unwrap(),
            headers,
        }
    }

    /// A header; empty where it was not sent.
    pub(crate) fn header(&self, name: &str) -> String {
        text_of(&self.headers, name)
    }

    /// The value of the first attribute of this name.
    pub(crate) fn attribute(&self, name: &str) -> String {
        self.attribute_of(name, name)
    }

    /// The value of an attribute of the first element whose tag has this text.
    pub(crate) fn attribute_of(&self, tag: &str, name: &str) -> String {
        let at = self
            .text
            .find(tag)
            .unwrap_or_else(|| panic!("no {tag} in {}", self.text));
        let begin = self.text[..at].rfind('<').unwrap();
        let element = self.text[begin..].split('>').next().unwrap();
        let (_, rest) = element.split_once(&format!(" {name}=\"")).unwrap();
        let value = rest.split('"').next().unwrap();
        value.replace("&#34;", "\"").replace("&#38;", "&")
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> String {
    let value = headers
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned());
    value.unwrap_or_default()
}

/// A page without the server's time at its foot, to be compared with another.
pub(crate) fn without_clock(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.contains("Czas serwera"));
    lines.collect::<Vec<_>>().join("\n")
}
