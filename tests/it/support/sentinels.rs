//! A master, its replicas and three Sentinels, with the files of deploy/: TLS, passwords, and every
//! setting that docs/operations.md recommends.

use super::certificates::Certificates;
use super::redis::{READY, RedisServer};
use super::wait::wait_for;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, cmd};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What Sentinel calls the master.
const MASTER_NAME: &str = "ebok";
const SENTINELS: usize = 3;
/// What a Sentinel says when it can be used.
const WATCHES: &str = "+monitor master";
/// What stands in the files of deploy/ for passwords.
const PASSWORDS: [&str; 4] = [
    "PASSWORD-OF-EBOK",
    "PASSWORD-OF-REPLICA",
    "PASSWORD-OF-SENTINEL",
    "PASSWORD-AT-SENTINEL",
];
/// A user of the tests' own, who may look at everything.
const ADMIN: &str = "user tests on >tests ~* &* +@all\n";

/// All of them; gone with the value.
pub(crate) struct Group {
    /// Data servers: the first is the master at first.
    pub(crate) servers: Vec<RedisServer>,
    pub(crate) sentinels: Vec<RedisServer>,
    certificates: Certificates,
}

impl Group {
    /// A master with so many replicas, each known to every Sentinel. `waited` of them must follow
    /// for a write to be taken.
    pub(crate) async fn start(replicas: usize, waited: usize) -> Self {
        let certificates = Certificates::new();
        let master = RedisServer::begin(READY, |port, dir| {
            let text = data_server(&certificates, dir, port, waited);
            configured(dir, "redis.conf", &text, &[])
        });
        let followers = (0..replicas).map(|_| {
            RedisServer::begin(READY, |port, dir| {
                let base = data_server(&certificates, dir, port, waited);
                replica(&base, master.port(), dir)
            })
        });
        let followers: Vec<_> = followers.collect();
        let sentinels = (0..SENTINELS).map(|_| {
            RedisServer::begin(WATCHES, |port, dir| {
                let text = adapted("sentinel.conf", &certificates, dir, 26379, port);
                let monitor = format!("127.0.0.1 {}", master.port());
                let text = replaced(&text, "127.0.0.1 6379", &monitor);
                configured(dir, "sentinel.conf", &text, &["--sentinel"])
            })
        });
        let sentinels = sentinels.collect();
        let mut servers = vec![master];
        servers.extend(followers);
        let group = Self {
            servers,
            sentinels,
            certificates,
        };
        group.is_known(replicas).await;
        group
    }

    /// The address for `--redis-url`.
    pub(crate) fn url(&self) -> String {
        let sentinels = self.sentinels.iter();
        let sentinels: Vec<_> = sentinels
            .map(|one| format!("127.0.0.1:{}", one.port()))
            .collect();
        format!(
            "rediss+sentinel://ebok:{}@{}/{MASTER_NAME}?sentinel-password={}",
            PASSWORDS[0],
            sentinels.join(","),
            PASSWORDS[3]
        )
    }

    pub(crate) fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// The flags of `ebok serve`, but for those of durability.
    pub(crate) fn flags(&self) -> Vec<String> {
        let authority = self.certificates.file("ca.pem").display().to_string();
        let url = self.url();
        let flags = [
            "--journal",
            "redis",
            "--redis-url",
            &url,
            "--redis-ca",
            &authority,
        ];
        flags.map(str::to_owned).to_vec()
    }

    /// The place among the servers of the one that the Sentinels call the master.
    pub(crate) async fn master(&self) -> Option<usize> {
        let mut masters = Vec::new();
        for sentinel in &self.sentinels {
            let mut command = cmd("SENTINEL");
            command.arg("GET-MASTER-ADDR-BY-NAME").arg(MASTER_NAME);
            let mut connection = self.at_sentinel(sentinel).await?;
            let (_, port): (String, u16) = command.query_async(&mut connection).await.ok()?;
            masters.push(port);
        }
        masters.dedup();
        let [port] = masters[..] else { return None };
        self.servers.iter().position(|one| one.port() == port)
    }

    /// Waits until all Sentinels call another server the master than this one, and it is.
    pub(crate) async fn failed_over(&self, from: usize) -> usize {
        wait_for("the failover", async || {
            let master = self.master().await.filter(|one| *one != from)?;
            self.is_role(master, "master").await.then_some(master)
        })
        .await
    }

    /// Starts a killed server as a replica, as its supervisor or Sentinel would in the end.
    pub(crate) fn restart_behind(&mut self, server: usize, master: usize) {
        let port = self.servers[master].port();
        let file = self.servers[server].dir().join("redis.conf");
        let text = fs::read_to_string(&file).unwrap();
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("replicaof"));
        lines.push(format!("replicaof 127.0.0.1 {port}\n"));
        fs::write(&file, lines.join("\n")).unwrap();
        self.servers[server].restart();
    }

    /// A connection of a user who may do everything.
    pub(crate) async fn connection(&self, server: usize) -> Option<MultiplexedConnection> {
        self.connect("tests:tests", &self.servers[server]).await
    }

    async fn at_sentinel(&self, sentinel: &RedisServer) -> Option<MultiplexedConnection> {
        self.connect(&format!(":{}", PASSWORDS[3]), sentinel).await
    }

    async fn connect(&self, user: &str, server: &RedisServer) -> Option<MultiplexedConnection> {
        let url = format!("rediss://{user}@127.0.0.1:{}/", server.port());
        let client = Client::build_with_tls(url, self.certificates.authority()).unwrap();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_secs(1)));
        let connected = client.get_multiplexed_async_connection_with_config(&config);
        connected.await.ok()
    }

    async fn is_role(&self, server: usize, role: &str) -> bool {
        let Some(mut connection) = self.connection(server).await else {
            return false;
        };
        let answer: redis::RedisResult<Vec<redis::Value>> =
            cmd("ROLE").query_async(&mut connection).await;
        let first = answer.ok().and_then(|parts| parts.into_iter().next());
        first.is_some_and(|first| {
            redis::from_redis_value::<String>(first).is_ok_and(|one| one == role)
        })
    }

    /// Waits until every Sentinel knows the replicas and the other Sentinels.
    pub(crate) async fn is_known(&self, replicas: usize) {
        for sentinel in &self.sentinels {
            let mut connection = self.at_sentinel(sentinel).await.expect("a Sentinel");
            wait_for("Sentinel knows its master", async || {
                let mut command = cmd("SENTINEL");
                command.arg("MASTER").arg(MASTER_NAME);
                let found: BTreeMap<String, String> =
                    command.query_async(&mut connection).await.unwrap();
                let is = |name: &str, count: usize| found[name] == count.to_string();
                (is("num-slaves", replicas) && is("num-other-sentinels", SENTINELS - 1))
                    .then_some(())
            })
            .await;
        }
    }
}

/// deploy/redis.conf for a port and a directory, with its users beside it.
fn data_server(certificates: &Certificates, dir: &Path, port: u16, waited: usize) -> String {
    let users = dir.join("redis-users.acl");
    fs::write(&users, deploy("redis-users.acl") + ADMIN).unwrap();
    let text = adapted("redis.conf", certificates, dir, 6379, port);
    let text = replaced(
        &text,
        "/etc/redis/redis-users.acl",
        &users.display().to_string(),
    );
    let least = format!("min-replicas-to-write {waited}");
    replaced(&text, "min-replicas-to-write 1", &least)
}

/// deploy/redis-replica.conf for a directory, with the file that it includes beside it.
fn replica(base: &str, master: u16, dir: &Path) -> Vec<String> {
    let included = dir.join("base.conf");
    fs::write(&included, base).unwrap();
    let text = deploy("redis-replica.conf");
    let text = replaced(
        &text,
        "/etc/redis/redis.conf",
        &included.display().to_string(),
    );
    let text = replaced(&text, "bind 10.0.0.4", "bind 127.0.0.1");
    let text = replaced(&text, "10.0.0.3 6379", &format!("127.0.0.1 {master}"));
    configured(dir, "redis.conf", &text, &[])
}

/// A file of deploy/ with the addresses, files and passwords of a test.
fn adapted(name: &str, certificates: &Certificates, dir: &Path, from: u16, port: u16) -> String {
    let text = deploy(name).replace("10.0.0.3", "127.0.0.1");
    let text = replaced(
        &text,
        &format!("tls-port {from}"),
        &format!("tls-port {port}"),
    );
    let text = replaced(
        &text,
        "dir /var/lib/redis",
        &format!("dir {}", dir.display()),
    );
    let files = certificates.file("").display().to_string();
    replaced(&text, "/etc/redis/tls/", &files)
}

fn deploy(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    fs::read_to_string(file).unwrap()
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the file holds {from}");
    text.replace(from, to)
}

fn configured(dir: &Path, name: &str, text: &str, words: &[&str]) -> Vec<String> {
    let file = dir.join(name);
    fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let words = ["redis-server", &file]
        .into_iter()
        .chain(words.iter().copied());
    words.map(str::to_owned).collect()
}
