//! Follows the numbers of a feed: nothing may be missing, and what is missing is asked for.

use crate::public_frame::PublicFrame;

/// What a client knows of its audience's feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Feed {
    /// The last item known.
    pub(crate) f: u64,
    /// How often items were missing, so that the client had to join again.
    pub(crate) gaps: u32,
}

/// What a frame does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It goes on.
    Goes,
    /// Items are missing: join again.
    Gap,
    /// The frame contradicts itself or what was known.
    Broken,
}

impl Feed {
    /// Takes a state frame.
    pub(crate) fn state(&mut self, frame: &PublicFrame) -> Step {
        let from = frame.first.unwrap_or(self.f + 1);
        if !frame.whole || frame.f < self.f || from <= self.f {
            return Step::Broken;
        }
        let missing = from > self.f + 1 || (frame.first.is_none() && frame.f > self.f);
        if missing {
            self.gaps += 1;
            return Step::Gap;
        }
        self.f = frame.f;
        Step::Goes
    }

    /// Takes what was missing, out of `joined`: it must begin where the known ends.
    pub(crate) fn joined(&mut self, frame: &PublicFrame) -> Step {
        let begins = match frame.first {
            Some(first) => first == self.f + 1,
            None => frame.f == self.f,
        };
        self.f = frame.f;
        if frame.whole && begins {
            Step::Goes
        } else {
            Step::Broken
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: impl Into<Option<u64>>, f: u64) -> PublicFrame {
        PublicFrame {
            f,
            first: first.into(),
            whole: true,
            ..PublicFrame::default()
        }
    }

    fn check(known: u64, frame: &PublicFrame, expected: Step, f: u64) {
        let mut feed = Feed { f: known, gaps: 0 };
        assert_eq!(feed.state(frame), expected, "{frame:?} after {known}");
        assert_eq!(feed.f, f);
    }

    #[test]
    fn a_feed_goes_on_where_it_ended() {
        check(4, &frame(5, 7), Step::Goes, 7);
        check(4, &frame(None, 4), Step::Goes, 4);
    }

    #[test]
    fn missing_items_are_asked_for() {
        check(4, &frame(6, 7), Step::Gap, 4);
        check(4, &frame(None, 5), Step::Gap, 4);
        let mut feed = Feed { f: 4, gaps: 1 };
        assert_eq!(feed.joined(&frame(5, 9)), Step::Goes);
        assert_eq!(feed, Feed { f: 9, gaps: 1 });
    }

    #[test]
    fn items_told_twice_are_a_fault() {
        check(4, &frame(4, 5), Step::Broken, 4);
        check(4, &frame(None, 3), Step::Broken, 4);
    }
}
