//! A real HAProxy before two nodes, with the configuration that docs/operations.md recommends.

use super::redis::free_port;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running HAProxy, gone with the value.
pub(crate) struct HaProxy {
    process: Child,
    port: u16,
}

impl HaProxy {
    /// Before these two addresses.
    pub(crate) fn before(nodes: [&str; 2]) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/haproxy.cfg");
        let port = free_port();
        let process = Command::new("haproxy")
            .arg("-db")
            .arg("-f")
            .arg(file)
            .env("EBOK_FRONT", format!("127.0.0.1:{port}"))
            .env("EBOK_NODE_A", nodes[0])
            .env("EBOK_NODE_B", nodes[1])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("haproxy starts (apt install haproxy)");
        Self { process, port }
    }

    /// Where people come in: host and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
