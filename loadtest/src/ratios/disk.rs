//! The baseline of durability: fdatasync of 256-byte writes to a file that is there already.

use anyhow::Result;
use hdrhistogram::Histogram;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

const WRITE_BYTES: usize = 256;
const FILE_BYTES: u64 = 64 << 20;

/// The file that is written to.
pub(super) struct Disk(File);

impl Disk {
    /// A file of zeros in this directory.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn under(dir: &Path) -> Result<Self> {
        let file = File::create_new(dir.join("zeroed"))?;
        let zeros = vec![0; 1 << 20];
        for part in 0..FILE_BYTES >> 20 {
            file.write_all_at(&zeros, part << 20)?;
        }
        file.sync_all()?;
        Ok(Self(file))
    }

    /// How long each write takes to be durable, one after another, in microseconds.
    ///
    /// # Errors
    /// A write fails.
    pub(super) fn measure(&self, length: Duration) -> Result<Histogram<u64>> {
        let mut times = Histogram::new(3)?;
        let start = Instant::now();
        let mut place = 0;
        while start.elapsed() < length {
            let begin = Instant::now();
            self.0.write_all_at(&[7; WRITE_BYTES], place)?;
            self.0.sync_data()?;
            times.record(u64::try_from(begin.elapsed().as_micros())?.max(1))?;
            place = (place + WRITE_BYTES as u64) % FILE_BYTES;
        }
        Ok(times)
    }
}
