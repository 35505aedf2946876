//! The officer's desk and the tender board, over HTTP against real servers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::{Answer, Server, answer};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

mod asking;
mod bidders;
mod checklist;
mod files;
mod import;
mod lots;
mod schedule;
mod tenders;

pub(crate) const NIP: &str = "554-000-00-06";

/// A tender that is no load test.
async fn real_tender(server: &Server, officer: &str) -> String {
    let body = json!({
        "number": "ZP.271.2.2026", "title": { "pl": "Remont szkoły", "en": "" },
        "procedure": "podprogowe", "cpv": "45000000-7",
    });
    server.made("/api/tenders", officer, body).await
}

pub(crate) async fn announced(server: &Server, officer: &str) -> String {
    let tender = real_tender(server, officer).await;
    let path = format!("/api/tenders/{tender}/announce");
    let (status, answer) = server.post(&path, officer, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    tender
}

fn firm(name: &str, nip: &str) -> Value {
    json!({
        "identity": { "name": name, "seat": "Bydgoszcz", "tax_id": nip },
        "email": "biuro@alfa.example", "contact": "Jan Dąb",
    })
}

pub(crate) async fn put(server: &Server, path: &str, token: &str, body: &Value) -> Answer {
    server.send(Method::PUT, path, Some(token), body).await
}

pub(crate) async fn upload(server: &Server, officer: &str, tender: &str, form: Form) -> Answer {
    let request = server.request(Method::POST, &format!("/api/tenders/{tender}/files"));
    answer(request.bearer_auth(officer).multipart(form)).await
}

pub(crate) fn file(name: &str, bytes: &[u8]) -> Form {
    let part = Part::bytes(bytes.to_owned()).file_name(name.to_owned());
    // As browsers do, who send a name as it is.
    Form::new().percent_encode_noop().part("file", part)
}

/// The paths of the faults, in order.
fn paths(answer: &Value) -> Vec<&str> {
    let faults = answer["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| fault["path"].as_str().unwrap())
        .collect()
}
