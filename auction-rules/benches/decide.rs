//! How long a bid takes.
fn main() {}
