//! The officer's desk as a browser without JavaScript uses it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::browser::Browser;
use crate::support::server::{PASSWORD, Server};

mod bidders;
mod files;
mod lots;
mod notices;
mod publication;
mod schedule;
mod tenders;

async fn officer(server: &Server) -> (Browser<'_>, String) {
    let token = server.officer().await;
    let mut browser = Browser::of(server);
    browser.get("/login").await;
    browser.enter("officer", PASSWORD).await;
    (browser, token)
}
