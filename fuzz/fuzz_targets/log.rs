//! Logs for `ebok verify`: any bytes, and good logs with bytes changed.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/edit.rs"]
mod edit;
#[allow(dead_code, reason = "the tests of the rules use all of it")]
#[path = "../../auction-rules/tests/it/kit.rs"]
mod kit;
#[path = "../bodies/log.rs"]
mod log;
#[allow(dead_code, reason = "the tests of the rules use all of it")]
#[path = "../../auction-rules/tests/it/published.rs"]
mod published;
#[allow(dead_code, reason = "the tests of the rules use all of it")]
#[path = "../../auction-rules/tests/it/tampering.rs"]
mod tampering;

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    Any(&'a [u8]),
    Changed(u8, Vec<edit::Edit>),
}

fuzz_target!(|input: Input| match input {
    Input::Any(bytes) => log::any(bytes),
    Input::Changed(kind, edits) => log::changed(usize::from(kind), &edits),
});
