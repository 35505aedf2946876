//! `loadtest`: see [`loadtest::loadtest`].

fn main() -> std::process::ExitCode {
    loadtest::loadtest()
}
