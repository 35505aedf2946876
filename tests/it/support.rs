//! Servers that tests start for themselves, and those who talk to them.

pub(crate) mod bidder;
pub(crate) mod program;
pub(crate) mod redis;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod wait;

use rand::Rng;
use std::net::TcpListener;

/// Below the ports that the system gives to outgoing connections: while a killed server is away,
/// none of them may take its port.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let mut random = rand::rng();
    std::iter::repeat_with(|| random.random_range(PORTS))
        .take(1_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
