//! Every route of the server.

use super::body::{BODY_BYTES_MAX, TERMS_BYTES_MAX};
use super::{
    AppState, accounts, assets, auctions, headers, live, lots, operations, origin, pages, papers,
    tenders,
};
use crate::error::Problem;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

/// The server's web application. Serve it with the peer's address as connect info.
#[allow(clippy::too_many_lines, reason = "a flat table")]
pub fn app(state: AppState) -> Router {
    let terms = DefaultBodyLimit::max(TERMS_BYTES_MAX);
    Router::new()
        // Who asks.
        .route("/api/login", post(accounts::log_in))
        .route("/api/logout", post(accounts::log_out))
        .route("/api/me", get(accounts::me))
        .route("/api/password", post(accounts::change_password))
        .route("/api/sessions", get(accounts::sessions))
        .route("/api/sessions/{session}", delete(accounts::end_session))
        // The officer's paperwork.
        .route("/api/tenders", post(tenders::open).get(tenders::list))
        .route("/api/tenders/{tender}", get(tenders::one))
        .route("/api/tenders/{tender}/lots", post(lots::add).layer(terms))
        .route(
            "/api/tenders/{tender}/bidders",
            post(tenders::add_bidder).get(tenders::bidders),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}/block",
            post(tenders::block),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}/unblock",
            post(tenders::unblock),
        )
        .route("/api/tenders/{tender}/credentials", post(tenders::issue))
        .route(
            "/api/tenders/{tender}/credentials/letter",
            post(papers::letter),
        )
        .route("/api/notices", get(papers::notices))
        .route("/api/notices/{notice}/retry", post(papers::retry))
        .route("/api/notices/{notice}/cancel", post(papers::cancel))
        .route("/api/lots/{lot}", get(lots::one))
        .route(
            "/api/lots/{lot}/terms",
            put(lots::change_terms).layer(terms),
        )
        .route(
            "/api/lots/{lot}/admissions",
            post(lots::admit).get(lots::admissions),
        )
        .route("/api/lots/{lot}/schedule", put(lots::schedule))
        .route("/api/lots/{lot}/publish", post(lots::publish))
        .route("/api/audit", get(operations::audit_log))
        // The auctions.
        .route("/api/auctions", get(auctions::list))
        .route("/api/auctions/{auction}", get(auctions::one))
        .route("/api/auctions/{auction}/acts", post(auctions::act))
        .route("/api/auctions/{auction}/names", get(auctions::names))
        .route("/api/auctions/{auction}/result", get(auctions::result))
        .route("/api/auctions/{auction}/log", get(auctions::log))
        .route("/api/auctions/{auction}/record", get(papers::record))
        .route("/api/live", get(live::live))
        .route("/.well-known/ebok-keys.json", get(auctions::keys))
        // Pages.
        .route("/", get(pages::home))
        .route("/login", get(pages::login).post(pages::log_in))
        .route("/logout", post(pages::log_out))
        .route(
            "/password",
            get(pages::password).post(pages::change_password),
        )
        .route("/auctions/{auction}", get(pages::auction))
        .route(
            "/auctions/{auction}/record.pdf",
            get(papers::record_on_paper),
        )
        .route("/assets/{file}", get(assets::asset))
        // For those who run the server.
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::WrongMethod })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), origin::guard))
        .layer(from_fn_with_state(state.clone(), headers::protect))
        .with_state(state)
}
