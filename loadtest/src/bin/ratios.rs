//! `ratios`: see [`loadtest::ratios`].

fn main() -> std::process::ExitCode {
    loadtest::ratios()
}
