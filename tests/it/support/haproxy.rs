//! A real HAProxy before two nodes and a spare one, with the configuration that docs/operations.md
//! recommends.

use super::redis::free_port;
use super::wait::wait_for;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running HAProxy, gone with the value.
pub(crate) struct HaProxy {
    process: Child,
    port: u16,
    /// Where its socket for operators lies.
    dir: TempDir,
}

/// The nodes as the configuration calls them.
pub(crate) const NODE_A: &str = "a";
pub(crate) const NODE_B: &str = "b";
pub(crate) const SPARE: &str = "spare";

impl HaProxy {
    /// Before these two addresses.
    pub(crate) fn before(nodes: [&str; 2]) -> Self {
        Self::with_spare(nodes, None)
    }

    /// Before these two addresses and that of the spare node.
    pub(crate) fn with_spare(nodes: [&str; 2], spare: Option<&str>) -> Self {
        let dir = TempDir::new().unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/haproxy.cfg");
        let port = free_port();
        let process = Command::new("haproxy")
            .envs(spare.map(|address| ("EBOK_NODE_SPARE", address)))
            .env("EBOK_PROXY_SOCKET", dir.path().join("socket"))
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
        Self { process, port, dir }
    }

    /// Newcomers go to other nodes from now on; who is there stays.
    pub(crate) async fn drain(&self, node: &str) {
        self.tell(&format!("set server nodes/{node} state drain"));
        self.sees(node, "DRAIN").await;
    }

    /// Newcomers may go there again, as soon as it answers.
    pub(crate) async fn admit(&self, node: &str) {
        self.tell(&format!("set server nodes/{node} state ready"));
        self.sees(node, "UP").await;
    }

    /// Waits until the state of a node is this, as in `UP`.
    pub(crate) async fn sees(&self, node: &str, state: &str) {
        wait_for("the proxy sees a node", async || {
            let stat = self.tell("show stat")?;
            let of_node = format!("nodes,{node},");
            let line = stat.lines().find(|line| line.starts_with(&of_node))?;
            line.split(',').any(|field| field == state).then_some(())
        })
        .await;
    }

    /// What it answers an operator; nothing until it has started.
    fn tell(&self, command: &str) -> Option<String> {
        let mut socket = UnixStream::connect(self.dir.path().join("socket")).ok()?;
        writeln!(socket, "{command}").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        Some(answer)
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
