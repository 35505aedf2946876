//! The store on PostgreSQL: the tests of all that is kept in it run once more, against a real server.

use crate::support::postgres::Postgres;
use crate::support::program::run;
use std::process::Command;

/// Whose tests: the store, and the paperwork over it.
const AGAIN: [&str; 11] = [
    "accounts::",
    "circulation::",
    "documents::unsent",
    "store::",
    "desk::",
    "letters::",
    "notices::",
    "public::",
    "record::",
    "stamps::",
    "routes::",
];

#[tokio::test]
async fn what_holds_on_sqlite_holds_on_postgresql() {
    let server = Postgres::start().await;
    let tests = std::env::current_exe().expect("this program");
    let ran = run(Command::new(tests)
        .args(AGAIN)
        .args(["--test-threads", "4"])
        .env("EBOK_TEST_DATABASE_URL", server.url()));
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let passed = ran
        .out
        .lines()
        .find(|line| line.starts_with("test result: ok."));
    println!("{}", passed.unwrap_or("no test ran"));
    assert!(!ran.out.contains(" 0 passed"), "{}", ran.out);
}
