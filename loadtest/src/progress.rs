//! A bar on a terminal's standard error; nothing anywhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// One part of the run.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A part of so many steps.
    pub(crate) fn counted(what: &'static str, steps: usize) -> Self {
        Self::new(
            what,
            steps as u64,
            "{msg:>22}  {bar:40}  {pos}/{len}  {elapsed}",
        )
    }

    /// A part of so much time.
    pub(crate) fn timed(what: &'static str, length: Duration) -> Self {
        let ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        Self::new(what, ms, "{msg:>22}  {bar:40}  {prefix}  {elapsed}")
    }

    fn new(what: &'static str, length: u64, template: &str) -> Self {
        // A bar that is no terminal's draws nothing.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_message(what);
        Self(bar)
    }

    /// One step more.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// So many steps in all.
    pub(crate) fn at(&self, steps: usize) {
        self.0.set_position(steps as u64);
    }

    /// So much time has passed, and a few words on how it goes.
    pub(crate) fn passed(&self, time: Duration, words: String) {
        self.0
            .set_position(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        self.0.set_prefix(words);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
