//! Published logs: whatever is read, `verify` says what is wrong with it, and a good log of which bytes
//! were changed either is faulty or says what it said.

use super::edit::{Edit, edited};
use crate::published::{expected, of};
use crate::tampering::{KINDS, played};
use auction_rules::verify::{Expected, PublishedLog, verify};
use std::sync::LazyLock;

/// A good log of each kind of phase, with its text.
static GOOD: LazyLock<Vec<(PublishedLog, String)>> = LazyLock::new(|| {
    let logs = KINDS.iter().map(|kind| of(&played(kind)));
    let texts = logs.map(|log| {
        let text = serde_json::to_string(&log).expect("JSON");
        (log, text)
    });
    texts.collect()
});

/// Any bytes.
pub(crate) fn any(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    match verify(text, &Expected::default()) {
        Err(why) => assert!(!why.is_empty()),
        // Without a key the origin of no log is proven.
        Ok(report) => assert!(!report.faults.is_empty()),
    }
}

/// The log of a kind of phase, by its place among [`KINDS`], with bytes changed.
pub(crate) fn changed(kind: usize, edits: &[Edit]) {
    let (log, good) = &GOOD[kind % GOOD.len()];
    let Ok(text) = String::from_utf8(edited(good.as_bytes(), edits)) else {
        return;
    };
    match verify(&text, &expected()) {
        Err(why) => assert!(!why.is_empty()),
        Ok(report) if report.faults.is_empty() => {
            let read: PublishedLog = serde_json::from_str(&text).expect("it was verified");
            assert!(read == *log, "{edits:?} of log {kind}");
        }
        Ok(report) => assert!(report.faults.iter().all(|fault| !fault.what.is_empty())),
    }
}
