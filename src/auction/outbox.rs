//! What waits to be written to one socket.
//!
//! tungstenite's own frames (pongs, closes) and frames shared by many sockets go through the same
//! queue, so one write takes all of them and no frame is cut in two by another.

use crate::limits::{FRAMES_PER_WRITE, OUTBOX_MAX, STALLED_MAX};
use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::Notify;

/// What waits to be written to one socket. Shared by all who write to it.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    queue: Mutex<Queue>,
    filled: Notify,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<(Bytes, Kind)>,
    /// Of all frames, and of those that nobody here asked for.
    bytes: usize,
    shared_bytes: usize,
    end: Option<End>,
}

/// Where a frame comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// This client asked for it: a long answer must not end the socket by itself.
    Asked,
    /// It came unasked, and a client that reads too slowly lets these pile up.
    Shared,
}

/// Why nothing more is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client reads too slowly.
    Slow,
    /// The server drops what was not durable: come back and ask again.
    Restart,
    /// The server is shutting down.
    Leaving,
    /// The session ended.
    LoggedOut,
    /// Nothing was heard for too long.
    Silent,
    /// Too many messages that could not be read.
    Unreadable,
    /// A frame longer than a client may send.
    TooLong,
    /// The connection is over.
    Done,
}

impl End {
    /// The WebSocket close code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Slow => 1013,
            Self::Restart => 1012,
            Self::Leaving => 1001,
            Self::LoggedOut => 4001,
            Self::Silent => 4008,
            Self::Unreadable => 1008,
            Self::TooLong => 1009,
            Self::Done => 1000,
        }
    }
}

impl Outbox {
    /// Adds a frame that many sockets share. A socket that is too far behind is ended instead: it
    /// comes back by a snapshot, and holds up nobody.
    pub fn share(&self, frame: &Bytes) {
        if !self.add(frame.clone(), Kind::Shared) {
            self.end(End::Slow);
        }
    }

    /// Adds a frame that this socket asked for, of any size: see [`Outbox::ready`].
    pub fn push(&self, frame: Bytes) {
        self.add(frame, Kind::Asked);
    }

    /// Whether the frame fits, or needs not be written any more.
    fn add(&self, frame: Bytes, kind: Kind) -> bool {
        let mut queue = self.queue();
        if queue.end.is_some() {
            return true;
        }
        if kind == Kind::Shared {
            // One frame that is longer than the bound must still get through.
            if queue.shared_bytes > 0 && queue.shared_bytes + frame.len() > OUTBOX_MAX {
                return false;
            }
            queue.shared_bytes += frame.len();
        }
        queue.bytes += frame.len();
        queue.frames.push_back((frame, kind));
        drop(queue);
        self.0.filled.notify_one();
        true
    }

    /// Waits until little is left to write. Whoever answers a client waits here first, so that a
    /// client which asks and does not read cannot fill the queue.
    pub async fn ready(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.0.emptied.notified());
            emptied.as_mut().enable();
            let little = {
                let queue = self.queue();
                queue.bytes <= OUTBOX_MAX / 2 || queue.end.is_some()
            };
            if little {
                return;
            }
            emptied.await;
        }
    }

    /// Ends the connection: drops what waits and says why.
    pub fn end(&self, end: End) {
        let mut queue = self.queue();
        if queue.end.is_none() {
            queue.frames.clear();
            queue.bytes = 0;
            queue.shared_bytes = 0;
            Self::close(&mut queue, end);
        }
        drop(queue);
        self.wake();
    }

    /// Ends the connection after what waits is written, unless it has ended already.
    pub fn finish(&self, end: End) {
        let mut queue = self.queue();
        if queue.end.is_none() {
            Self::close(&mut queue, end);
        }
        drop(queue);
        self.wake();
    }

    /// Waits until somebody ends the connection.
    pub async fn ended(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.0.emptied.notified());
            emptied.as_mut().enable();
            if self.queue().end.is_some() {
                return;
            }
            emptied.await;
        }
    }

    fn close(queue: &mut Queue, end: End) {
        queue.end = Some(end);
        queue
            .frames
            .push_back((close_frame(end.code()), Kind::Asked));
    }

    fn wake(&self) {
        self.0.filled.notify_one();
        self.0.emptied.notify_waiters();
    }

    /// Writes until the connection ends, joining what waits into few writes.
    ///
    /// # Errors
    /// When the peer is gone.
    pub async fn write_to(&self, mut out: impl AsyncWrite + Unpin) -> io::Result<End> {
        let mut taken = VecDeque::new();
        loop {
            let end = self.take(&mut taken);
            if let (Some(end), true) = (end, taken.is_empty()) {
                // The peer may be gone: then nothing is lost.
                drop(tokio::time::timeout(STALLED_MAX, out.shutdown()).await);
                return Ok(end);
            }
            if taken.is_empty() {
                self.0.filled.notified().await;
                continue;
            }
            match write_all(&mut out, &mut taken).await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    self.end(End::Slow);
                    return Ok(End::Slow);
                }
                Err(broken) => {
                    self.end(End::Done);
                    return Err(broken);
                }
            }
        }
    }

    fn take(&self, taken: &mut VecDeque<Bytes>) -> Option<End> {
        let mut queue = self.queue();
        while taken.len() < FRAMES_PER_WRITE {
            let Some((frame, kind)) = queue.frames.pop_front() else {
                break;
            };
            queue.bytes = queue.bytes.saturating_sub(frame.len());
            if kind == Kind::Shared {
                queue.shared_bytes = queue.shared_bytes.saturating_sub(frame.len());
            }
            taken.push_back(frame);
        }
        self.0.emptied.notify_waiters();
        queue.end
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes all frames. A peer that takes nothing for [`STALLED_MAX`] is timed out; a slow one that
/// goes on taking is not.
async fn write_all(
    out: &mut (impl AsyncWrite + Unpin),
    taken: &mut VecDeque<Bytes>,
) -> io::Result<()> {
    while !taken.is_empty() {
        let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE];
        for (slice, frame) in slices.iter_mut().zip(&*taken) {
            *slice = IoSlice::new(frame);
        }
        let mut written = tokio::time::timeout(STALLED_MAX, out.write_vectored(&slices)).await??;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        while let Some(frame) = taken.front_mut() {
            if written < frame.len() {
                frame.advance(written);
                break;
            }
            written -= frame.len();
            taken.pop_front();
        }
    }
    // TLS keeps what it could not send at once.
    tokio::time::timeout(STALLED_MAX, out.flush()).await?
}

fn close_frame(code: u16) -> Bytes {
    let [high, low] = code.to_be_bytes();
    Bytes::copy_from_slice(&[0x88, 2, high, low])
}

/// A socket whose reads come from the peer and whose writes go to the outbox.
#[derive(Debug)]
pub struct Link<R> {
    /// The reading half.
    pub read: R,
    /// Where writes go.
    pub outbox: Outbox,
}

impl<R: AsyncRead + Unpin> AsyncRead for Link<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buf)
    }
}

impl<R: Unpin> AsyncWrite for Link<R> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.outbox.push(Bytes::copy_from_slice(buf));
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outbox.finish(End::Done);
        Poll::Ready(Ok(()))
    }
}
