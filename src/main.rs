//! The program `ebok`: its subcommands.
fn main() {}
