//! The thread that tells bidders when their bids are due. Tokio's timers are whole milliseconds, too
//! coarse for latencies near one.

use crate::course::Course;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

/// Starts the thread; it ends after the last bid.
pub(crate) fn start(course: &Arc<Course>) -> std::io::Result<JoinHandle<()>> {
    let course = Arc::clone(course);
    std::thread::Builder::new()
        .name("pacer".to_owned())
        .spawn(move || pace(&course))
}

fn pace(course: &Course) {
    for bid in course.schedule.bids() {
        wait_until(course.opening + bid.at);
        course.due[bid.bidder].add();
    }
}

/// Sleeps until a moment, more exactly than timers do.
pub(crate) fn wait_until(moment: Instant) {
    loop {
        let left = moment.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::park_timeout(left);
    }
}
