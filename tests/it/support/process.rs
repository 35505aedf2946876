//! A real `ebok serve` with its own data directory and port, gone with the value.

use super::program::{EBOK, Ran, ebok};
use super::redis::{RedisServer, free_port};
use super::trace::{complete, strace};
use super::wait::wait_for;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// The own password of every member of the staff.
pub(crate) const STAFF_PASSWORD: &str = "hasło urzędniczki";
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// A server that can be killed and started again on the same data and port.
pub(crate) struct Server {
    process: Option<Child>,
    /// Of the last process.
    id: u32,
    port: u16,
    directory: Arc<TempDir>,
    /// Its name among several nodes.
    node: String,
    trace: Option<PathBuf>,
    /// Beside those that every server gets.
    flags: Vec<String>,
    /// What its process finds in its environment.
    environment: Vec<(String, String)>,
    http: Client,
}

impl Server {
    /// On a journal of its own in its data directory.
    pub(crate) async fn sqlite() -> Self {
        Self::with(&[]).await
    }

    /// On a journal of its own, with these flags; `{url}` in one stands for the server's address.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        Self::begin(flags, Vec::new(), false).await
    }

    /// With these flags, and with this in its environment.
    pub(crate) async fn in_environment(
        flags: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Self {
        Self::begin(flags, environment, false).await
    }

    /// On a journal in Redis.
    pub(crate) async fn redis(redis: &RedisServer) -> Self {
        Self::begin(journal_in(redis), Vec::new(), false).await
    }

    /// Under strace, which writes to [`Self::trace`].
    pub(crate) async fn traced(redis: Option<&RedisServer>) -> Self {
        let flags = redis.map(journal_in).unwrap_or_default();
        Self::begin(flags, Vec::new(), true).await
    }

    async fn begin(flags: Vec<String>, environment: Vec<(String, String)>, traced: bool) -> Self {
        let directory = Arc::new(TempDir::new().unwrap());
        let trace = traced.then(|| directory.path().join("server.strace"));
        let http = Client::builder()
            .no_proxy()
            .timeout(ANSWER_MAX)
            .build()
            .unwrap();
        let mut server = Self {
            process: None,
            id: 0,
            port: free_port(),
            directory,
            node: "ebok-1".to_owned(),
            trace,
            flags,
            environment,
            http,
        };
        server.start();
        server.ready().await;
        server
    }

    /// One more node on the same data, journal and store; it answers, but need not be ready.
    pub(crate) async fn beside(other: &Self, node: &str) -> Self {
        Self::beside_with(other, node, other.flags.clone(), Vec::new()).await
    }

    /// One more node on the same data, with flags and an environment of its own.
    pub(crate) async fn beside_with(
        other: &Self,
        node: &str,
        flags: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Self {
        let mut server = Self {
            process: None,
            id: 0,
            port: free_port(),
            directory: Arc::clone(&other.directory),
            node: node.to_owned(),
            trace: None,
            flags,
            environment,
            http: other.http.clone(),
        };
        server.start();
        server.answers("/healthz").await;
        server
    }

    /// Starts the process; it is not ready yet.
    pub(crate) fn start(&mut self) {
        assert!(self.process.is_none(), "the server runs");
        let mut words = self.trace.as_deref().map(strace).unwrap_or_default();
        words.push(EBOK.to_owned());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command.args(["serve", "--allow-loadtest", "--listen"]);
        command
            .arg(self.address())
            .arg("--data-dir")
            .arg(self.data())
            .args(["--node", &self.node]);
        let url = self.url("");
        command.args(self.flags.iter().map(|flag| flag.replace("{url}", &url)));
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let output = command
            .env("NO_COLOR", "1")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let process = output.spawn().expect("the server starts");
        self.id = process.id();
        self.process = Some(process);
    }

    /// Waits until it answers; starts it again where another program was faster to take the port.
    pub(crate) async fn ready(&mut self) {
        self.answers("/readyz").await;
    }

    /// Waits until this path answers well.
    pub(crate) async fn answers(&mut self, path: &str) {
        let what = format!("{} answers", self.url(path));
        let asked = self.http.get(self.url(path));
        let process = self.process.as_mut().expect("the server runs");
        let ready = wait_for(&what, async || {
            if let Some(status) = process.try_wait().unwrap() {
                return Some(Err(status));
            }
            let answer = asked.try_clone()?.send().await.ok()?;
            answer.status().is_success().then_some(Ok(()))
        });
        let ready = ready.await;
        if let Err(status) = ready {
            panic!("the server ended with {status}:\n{}", self.said());
        }
    }

    /// SIGKILL: nothing is flushed, nobody is told.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().expect("the server runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Starts a killed server again and waits until it answers.
    pub(crate) async fn restart(&mut self) {
        self.start();
        self.ready().await;
    }

    /// SIGTERM, and how the process ends then.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("the server runs");
        let pid = process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.unwrap().success());
        wait_for("the server's end", async || process.try_wait().unwrap()).await
    }

    /// Sends the process a signal, as in `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let mut command = Command::new("kill");
        let told = command.args([&format!("-{name}"), &self.id.to_string()]);
        assert!(told.status().unwrap().success());
    }

    /// The number of the last process.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// How many auctions it owns, if it answers.
    pub(crate) async fn owned(&self) -> Option<u32> {
        let answer = self.http.get(self.url("/metrics")).send().await.ok()?;
        let metrics = answer.text().await.ok()?;
        let mut lines = metrics.lines();
        lines.find_map(|line| line.strip_prefix("ebok_auctions_owned ")?.parse().ok())
    }

    /// Waits until it owns so many auctions.
    pub(crate) async fn owns(&self, count: u32) {
        let what = format!("{} owns {count} auctions", self.node);
        wait_for(&what, async || {
            (self.owned().await == Some(count)).then_some(())
        })
        .await;
    }

    /// What strace wrote, complete: the process must have ended.
    pub(crate) async fn trace(&self) -> String {
        let file = self.trace.as_ref().expect("a traced server");
        complete(file, self.id).await
    }

    /// Everything the server logged.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap()
    }

    fn log_file(&self) -> PathBuf {
        self.directory.path().join(format!("{}.log", self.node))
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Where a test may put files of its own.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A path on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// Asks the API; null where the answer is no JSON.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let mut request = self.http.request(method, self.url(path));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.said()));
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Posts what must succeed.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(Method::POST, path, token, body).await;
        assert!(status.is_success(), "{path}: {status}: {answer}");
        answer
    }

    /// Gets what must be there.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let (status, answer) = self.ask(Method::GET, path, token, &Value::Null).await;
        assert!(status.is_success(), "{path}: {status}: {answer}");
        answer
    }

    /// The text at a path, when it is there.
    pub(crate) async fn text(&self, path: &str) -> Option<String> {
        let answer = self.http.get(self.url(path)).send().await.unwrap();
        let ok = answer.status().is_success();
        let text = answer.text().await.unwrap();
        ok.then_some(text)
    }

    /// An officer's session.
    pub(crate) async fn officer(&self) -> String {
        self.staff("officer", "urzednik").await
    }

    /// A session of a member of the staff, with an account made on the server's own machine and
    /// [`STAFF_PASSWORD`].
    pub(crate) async fn staff(&self, role: &str, login: &str) -> String {
        let made = self.admin(&["account", "add", "--json", "--role", role, "--login", login]);
        let mut account: Value = serde_json::from_str(&made.out).unwrap();
        account["new_password"] = json!(STAFF_PASSWORD);
        token(&self.post("/api/login", "", &account).await)
    }

    /// A position of a department, with all that there is to do in it, held by a clerk.
    pub(crate) fn position(&self, unit: &str, title: &str, login: &str) {
        let holds = [
            "position", "add", "--unit", unit, "--title", title, "--login", login,
        ];
        let does = ["--takes-letters", "--approves"];
        self.admin(&[holds.as_slice(), &does].concat());
    }

    /// `ebok admin` on this server's data.
    fn admin(&self, arguments: &[&str]) -> Ran {
        let data = self.data();
        let place = ["--data-dir".as_ref(), data.as_os_str()];
        let store = self
            .flags
            .iter()
            .skip_while(|flag| *flag != "--database-url");
        let arguments = ["admin"].iter().chain(arguments).map(AsRef::as_ref);
        let ran = ebok(
            arguments
                .chain(place)
                .chain(store.take(2).map(AsRef::as_ref)),
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran
    }

    /// The fingerprint of the admin key, as the server's log tells it.
    pub(crate) fn fingerprint(&self) -> String {
        let said = self.said();
        let (_, after) = said.split_once("fingerprint=").expect("a fingerprint");
        after
            .chars()
            .filter(|c| *c != '"')
            .take_while(char::is_ascii_hexdigit)
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("the server said:\n{}", last_lines(&self.said()));
        }
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

/// The token of a log-in's answer.
pub(crate) fn token(session: &Value) -> String {
    session["token"].as_str().expect("a token").to_owned()
}

/// What puts a server's journal into this Redis.
fn journal_in(redis: &RedisServer) -> Vec<String> {
    let url = redis.url();
    let flags = ["--journal", "redis", "--redis-url", &url];
    flags.map(str::to_owned).to_vec()
}
