//! Scenarios for `ebok simulate`: any bytes, and those of the documentation with bytes changed.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/edit.rs"]
mod edit;
#[path = "../bodies/scenario.rs"]
mod scenario;

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    Any(&'a [u8]),
    Changed(u8, Vec<edit::Edit>),
}

fuzz_target!(|input: Input| match input {
    Input::Any(bytes) => scenario::any(bytes),
    Input::Changed(which, edits) => scenario::changed(usize::from(which), &edits),
});
