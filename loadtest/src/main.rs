//! Simulated bidders and observers that check the server's promises while they load it.
fn main() {}
