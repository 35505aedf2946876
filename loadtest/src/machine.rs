//! The machine that the figures are of.

use serde::Serialize;

/// Size of the machine.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    /// Cores that this program may use: its affinity and quota count.
    pub(crate) cores: usize,
    /// Memory in MiB; 0 where the system does not tell.
    pub(crate) memory_mib: u64,
    /// Operating system and processor family.
    pub(crate) system: String,
}

impl Machine {
    /// This machine.
    pub(crate) fn here() -> Self {
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mib: line_of("/proc/meminfo", "MemTotal:").unwrap_or(0) / 1024,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// How many files this process may open, where the system tells.
pub(crate) fn open_files_max() -> Option<u64> {
    line_of("/proc/self/limits", "Max open files")
}

/// The first number of the line that starts with `name`.
pub(crate) fn line_of(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}
