//! Messages of a client: any bytes, and good messages with bytes changed.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/edit.rs"]
mod edit;
#[path = "../bodies/wire.rs"]
mod wire;

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    Any(&'a [u8]),
    Changed(u8, Vec<edit::Edit>),
}

fuzz_target!(|input: Input| match input {
    Input::Any(bytes) => wire::any(bytes),
    Input::Changed(which, edits) => wire::changed(usize::from(which), &edits),
});
