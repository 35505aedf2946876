//! A client's WebSocket on a server of the test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::server::Server;
use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderName;
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long a message may take to come.
const HEAR_MAX: Duration = Duration::from_secs(10);

/// An open connection, and all that it heard.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    pub(crate) heard: Vec<Value>,
}

impl Socket {
    /// Connects with these headers; gives the status where the server refuses.
    pub(crate) async fn ask(server: &Server, headers: &[(&str, &str)]) -> Result<Self, StatusCode> {
        Self::ask_at(server, "/api/live", headers).await
    }

    /// The same of a socket at another address.
    pub(crate) async fn ask_at(
        server: &Server,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, StatusCode> {
        let url = format!("ws://{}{path}", server.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(server.address).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, _)) => {
                let heard = Vec::new();
                let mut socket = Self { stream, heard };
                socket.hear("hello").await;
                Ok(socket)
            }
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects as a program does.
    pub(crate) async fn open(server: &Server, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        let asked = Self::ask(server, &[("authorization", &bearer)]).await;
        asked.unwrap()
    }

    /// The same at another address.
    pub(crate) async fn open_at(server: &Server, path: &str, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        let asked = Self::ask_at(server, path, &[("authorization", &bearer)]).await;
        asked.unwrap()
    }

    /// Connects as somebody who is not logged in does: from the server's own page.
    pub(crate) async fn open_as_guest(server: &Server) -> Self {
        let asked = Self::ask(server, &[("origin", &server.url(""))]).await;
        asked.unwrap()
    }

    pub(crate) async fn send(&mut self, message: Value) {
        let text = message.to_string();
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// Asks to join; gives the answer.
    pub(crate) async fn join(&mut self, auction: &str) -> Value {
        self.send(json!({ "type": "join", "auction": auction }))
            .await;
        self.hear_one(&["joined", "refused"]).await
    }

    /// The next message of this type; those before it are only kept.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        self.hear_one(&[kind]).await
    }

    pub(crate) async fn hear_one(&mut self, kinds: &[&str]) -> Value {
        loop {
            let message = self.hear_any().await;
            if kinds.iter().any(|kind| message["type"] == *kind) {
                return message;
            }
        }
    }

    /// The next message, whatever it is.
    pub(crate) async fn hear_any(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.next().await {
                let message: Value = serde_json::from_str(&text).unwrap();
                self.heard.push(message.clone());
                return message;
            }
        }
    }

    /// Waits for the state that holds news of this name.
    pub(crate) async fn hear_news(&mut self, news: &str) -> Value {
        loop {
            let state = self.hear("state").await;
            let feed = state["feed"].as_array().unwrap();
            if let Some(item) = feed.iter().find(|item| item["news"] == news) {
                return item.clone();
            }
        }
    }

    /// Waits until the server closes; gives its close code.
    pub(crate) async fn closed(mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.unwrap().code.into();
            }
        }
    }

    async fn next(&mut self) -> Message {
        let next = tokio::time::timeout(HEAR_MAX, self.stream.next()).await;
        next.expect("a message in time").unwrap().unwrap()
    }
}
