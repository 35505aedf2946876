//! `ebok serve`: the server.

use crate::auction::house::House;
use crate::config::{Config, ServeFlags};
use crate::identity::{Effort, Identity, Now};
use crate::store::Store;
use crate::web::AppState;
use crate::{telemetry, web};
use anyhow::Context;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until it is told to stop (SIGTERM or ctrl-c); requests under way are finished.
///
/// # Errors
/// When a flag cannot stand, the store does not open or the port is taken.
pub async fn run(flags: ServeFlags) -> anyhow::Result<()> {
    telemetry::log(flags.log_format);
    let config = Arc::new(Config::from_flags(&flags)?);
    let now: Now = Arc::new(super::wall_clock);
    let store = Store::open(&flags.store.place())
        .await
        .context("opening the store")?;
    let identity = Identity::start(store.clone(), Effort::OWASP, Arc::clone(&now))
        .context("starting the threads that check passwords")?;
    let state = AppState {
        house: Arc::new(House::stand_in(Arc::clone(&now))),
        store: store.clone(),
        identity: Arc::new(identity),
        config,
        key_set: Arc::from("{}"),
        journal_ready: Arc::new(|| Box::pin(async { true })),
        metrics: Some(telemetry::metrics().context("collecting metrics")?),
        now,
    };
    let listener = TcpListener::bind(flags.listen)
        .await
        .with_context(|| format!("listening on {}", flags.listen))?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    serve(listener, state).await?;
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Serves on a listener until the process is told to stop.
async fn serve(listener: TcpListener, state: AppState) -> std::io::Result<()> {
    let stop = stopped()?;
    // Receipts are small and must not wait for the next one.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was left before it began");
        }
    });
    let app = web::app(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app)
        .with_graceful_shutdown(stop)
        .await
}

/// Resolves on SIGTERM or ctrl-c.
fn stopped() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}
