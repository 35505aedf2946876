//! Stand-in for the engine, to be replaced at the merge by the real one: same signatures, no
//! journal, everything forgotten when the process ends.

pub mod house;

/// Stand-in for the WebSocket's session.
pub mod socket {
    use super::house::{Gate, House};
    use std::net::IpAddr;
    use std::sync::Arc;
    use tokio_util::sync::CancellationToken;

    /// Who is at the other end of a socket.
    #[derive(Debug, Clone)]
    pub struct Connection {
        /// The id of its session; none of an observer that did not log in.
        pub session: Option<String>,
        /// From where it comes.
        pub address: IpAddr,
        /// Cancelled when the session ends: the socket says so and closes.
        pub ended: CancellationToken,
    }

    /// Serves one socket until it closes or its session ends.
    pub async fn serve(
        upgraded: hyper::upgrade::Upgraded,
        _house: Arc<House>,
        _gate: Gate,
        who: Connection,
    ) {
        who.ended.cancelled().await;
        drop(upgraded);
    }
}
