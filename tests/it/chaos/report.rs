//! What became of a fault, as a line that `scripts/chaos.sh` makes a table of.

use crate::support::proof::Tally;
use std::fs::File;
use std::io::Write;
use std::time::Duration;

pub(super) struct Report<'a> {
    pub(super) fault: &'a str,
    pub(super) seed: u64,
    pub(super) tally: Tally,
    /// Of each time that the fault struck: how long no bid was accepted.
    pub(super) recovered: Vec<Duration>,
}

impl Report<'_> {
    /// Adds the line to the file that `EBOK_CHAOS_REPORT` names, where it does, before anything fails.
    pub(super) fn write(&self) {
        let Tally {
            acknowledged,
            lost,
            doubled,
            reordered,
            untold,
        } = self.tally;
        let (fault, seed) = (self.fault, self.seed);
        let ms = self
            .recovered
            .iter()
            .map(|time| time.as_millis().to_string());
        let ms = ms.collect::<Vec<_>>().join(" ");
        let line = format!(
            "{fault}\t{seed}\t{acknowledged}\t{lost}\t{doubled}\t{reordered}\t{untold}\t{ms}\n"
        );
        print!("{line}");
        if let Some(path) = std::env::var_os("EBOK_CHAOS_REPORT") {
            let mut file = File::options()
                .create(true)
                .append(true)
                .open(path)
                .unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
    }
}
