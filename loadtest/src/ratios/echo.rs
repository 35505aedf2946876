//! The baseline of bids: a bare tokio-tungstenite server that sends each text back.

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use std::process::Stdio;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The read buffer of a connection, as the product has it: 128 KiB, the default, would make it slow.
const READ_BUFFER: usize = 4096;

/// Serves until the process is ended.
///
/// # Errors
/// The address cannot be listened on.
pub(super) async fn serve(address: &str) -> Result<()> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(echo(stream));
    }
}

async fn echo(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let mut socket = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() {
            socket.send(message).await?;
        }
    }
    Ok(())
}

/// Starts this program as an echo server on some cores. It ends when it is dropped.
///
/// # Errors
/// It cannot be started.
pub(super) async fn start(address: &str, cpus: Option<&str>) -> Result<Child> {
    let program = std::env::current_exe()?;
    let child = crate::server::on_cpus(&program, cpus)
        .args(["--echo", address])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the echo server cannot be started")?;
    let until = std::time::Instant::now() + crate::limits::READY_WAIT;
    while TcpStream::connect(address).await.is_err() {
        anyhow::ensure!(
            std::time::Instant::now() < until,
            "the echo server does not answer"
        );
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    Ok(child)
}
