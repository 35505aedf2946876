//! The server's JSON API, as far as a load needs it.

use crate::limits::ANSWER_WAIT;
use anyhow::{Context, Result, bail};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::Url;

/// Somebody who calls the API.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

impl Api {
    /// Without a session.
    ///
    /// # Errors
    /// A scheme other than `http`: figures are taken without TLS.
    pub(crate) fn new(base: Url) -> Result<Self> {
        if base.scheme() != "http" {
            bail!("only http:// can be loaded: figures are taken without TLS");
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(ANSWER_WAIT)
            .build()?;
        Ok(Self {
            http,
            base,
            token: None,
        })
    }

    /// The same API in a session.
    pub(crate) fn with_token(&self, token: String) -> Self {
        Self {
            token: Some(token),
            ..self.clone()
        }
    }

    /// The same session at another address.
    pub(crate) fn at(&self, base: Url) -> Self {
        Self {
            base,
            ..self.clone()
        }
    }

    /// Logs in; answers with the session's token.
    ///
    /// # Errors
    /// What the server said.
    pub(crate) async fn log_in(&self, body: &Value) -> Result<String> {
        let answer = self.post("/api/login", body).await?;
        let token = answer["token"]
            .as_str()
            .context("the log-in gave no token")?;
        Ok(token.to_owned())
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// What the server said.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let (status, text) = self.call(Method::POST, path, Some(body)).await?;
        read(path, status, &text)
    }

    /// Posts JSON to a path that not every server offers; none when it does not.
    ///
    /// # Errors
    /// What the server said.
    pub(crate) async fn post_if_offered(&self, path: &str, body: &Value) -> Result<Option<Value>> {
        let (status, text) = self.call(Method::POST, path, Some(body)).await?;
        match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Ok(None),
            status => read(path, status, &text).map(Some),
        }
    }

    /// Gets JSON.
    ///
    /// # Errors
    /// What the server said.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let (status, text) = self.call(Method::GET, path, None).await?;
        read(path, status, &text)
    }

    /// Whether this path answers well.
    pub(crate) async fn answers(&self, path: &str) -> bool {
        let answer = self.call(Method::GET, path, None).await;
        answer.is_ok_and(|(status, _)| status.is_success())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, String)> {
        let mut request = self.http.request(method, self.base.join(path)?);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("no answer from {path}"))?;
        Ok((answer.status(), answer.text().await?))
    }
}

fn read(path: &str, status: StatusCode, text: &str) -> Result<Value> {
    if !status.is_success() {
        let text: String = text.chars().take(500).collect();
        bail!("{path}: {status}: {text}");
    }
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).with_context(|| format!("{path}: the answer is no JSON"))
}

/// The id of what was made: under its own name, or under `id`.
///
/// # Errors
/// Neither is there.
pub(crate) fn id_of(answer: &Value, name: &str) -> Result<String> {
    let id = answer.get(name).or_else(|| answer.get("id"));
    match id {
        Some(Value::String(id)) => Ok(id.clone()),
        Some(Value::Number(id)) => Ok(id.to_string()),
        _ => bail!("the answer names no {name}: {answer}"),
    }
}
