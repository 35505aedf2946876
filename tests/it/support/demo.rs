//! A running `ebok demo`, and everybody whom it prints, logged in.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::program::EBOK;
use super::redis::free_port;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running demo; gone with the value, with all its data.
pub(crate) struct Demo {
    process: Child,
    url: String,
    /// What it printed.
    pub(crate) printed: Value,
    http: Client,
    /// By log-in.
    tokens: BTreeMap<String, String>,
}

impl Demo {
    /// Starts it, and everybody who is printed logs in.
    pub(crate) async fn start() -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut process = Command::new(EBOK)
            .args(["demo", "--json", "--listen", &listen])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = process.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let printed: Value = serde_json::from_str(&line).unwrap();
        let mut demo = Self {
            process,
            url: printed["url"].as_str().unwrap().to_owned(),
            printed,
            http: Client::builder().no_proxy().build().unwrap(),
            tokens: BTreeMap::new(),
        };
        for login in demo.printed["logins"].as_array().unwrap().clone() {
            if login["role"] == "pending" {
                continue;
            }
            let body = json!({ "login": login["login"], "password": login["password"] });
            let path = format!("{}/api/login", demo.url);
            let answer = demo.http.post(path).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{login}");
            let entered: Value = answer.json().await.unwrap();
            assert_eq!(entered["must_change_password"], false, "{login}");
            let token = entered["token"].as_str().unwrap().to_owned();
            let login = login["login"].as_str().unwrap().to_owned();
            demo.tokens.insert(login, token);
        }
        demo
    }

    /// The log-in of a citizen.
    pub(crate) fn login_of(&self, name: &str) -> &str {
        let all = self.printed["logins"].as_array().unwrap();
        let found = all.iter().find(|login| login["who"] == name).unwrap();
        found["login"].as_str().unwrap()
    }

    pub(crate) async fn page(&self, login: &str, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.tokens[login]);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{login}: {path}");
        answer.text().await.unwrap()
    }

    pub(crate) async fn has(&self, login: &str, path: &str, words: &[&str]) {
        let page = self.page(login, path).await;
        for word in words {
            assert!(
                page.contains(word),
                "{login} finds no “{word}” at {path}:\n{page}"
            );
        }
    }

    /// The pages of all cases that somebody finds, one after another.
    pub(crate) async fn cases(&self, login: &str) -> Vec<String> {
        let list = self.page(login, "/office/cases").await;
        let mut pages = Vec::new();
        for part in list.split("href=\"/office/cases/").skip(1) {
            let (id, _) = part.split_once('"').unwrap();
            pages.push(self.page(login, &format!("/office/cases/{id}")).await);
        }
        pages
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.process.wait().unwrap();
    }
}
