//! A bidder's client written from docs/protocol.md alone, in another language, against a real
//! server.

use crate::source::root;
use crate::support::process::Server;
use crate::support::program::{Ran, run};
use crate::support::stage::{Stage, terms};
use serde_json::{Value, json};
use std::process::Command;

/// The project's own Python, where it was set up.
pub(crate) fn python() -> Command {
    let own = root().join(".venv/bin/python3");
    Command::new(if own.exists() { own } else { "python3".into() })
}

fn bid(server: &Server, stage: &Stage, fingerprint: &str) -> Ran {
    let seat = &stage.seats[0];
    let mut command = python();
    command.arg(root().join("tests/python/bidder.py"));
    command.args(["--url", &server.url("")]);
    command.args(["--login", &seat.login, "--password", &seat.password]);
    command.args(["--auction", &stage.auction, "--fingerprint", fingerprint]);
    run(&mut command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_python_bids_and_checks_every_receipt() {
    let modules = run(python().args(["-c", "import cryptography, websockets"]));
    assert_eq!(
        modules.code, 0,
        "Python lacks cryptography or websockets: run `make setup`\n{}",
        modules.err
    );
    let server = Server::sqlite().await;
    let close = json!({"by": "set-time", "length_ms": 60_000});
    let stage = Stage::set(&server, &terms(&close, &json!({})), 2).await;
    let fingerprint = server.fingerprint();

    let ran = bid(&server, &stage, &fingerprint);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(report["gaps"], 0, "{report}");

    let stranger = "0".repeat(64);
    let ran = bid(&server, &stage, &stranger);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("another fingerprint"), "{}", ran.out);
}
