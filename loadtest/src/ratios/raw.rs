//! A WebSocket client that costs next to nothing: the client has one core for hundreds of
//! connections and must not be what is measured. It masks with a key of zeros, which leaves the
//! bytes as they are, and looks at no more of a text than it must.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer to the hand-shake.
const HANDSHAKE_MAX: usize = 8 * 1024;
/// What is read at once.
const READ: usize = 16 * 1024;
/// The longest frame: a snapshot with its feed.
const FRAME_MAX: usize = 16 << 20;

const FIN_TEXT: u8 = 0x81;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const MASKED: u8 = 0x80;
const MASK: [u8; 4] = [0; 4];
/// Payload lengths from here on have a field of two bytes, and above 65,535 of eight.
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;

/// An open connection.
pub(super) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
    /// Where what was not yet taken begins.
    from: usize,
}

impl Raw {
    /// Connects. `header` is one more line of the hand-shake, or empty.
    ///
    /// # Errors
    /// Nobody listens, or the server refuses.
    pub(super) async fn open(address: &str, header: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let line = if header.is_empty() {
            String::new()
        } else {
            format!("{header}\r\n")
        };
        let request = format!(
            "GET /api/live HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{line}\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut raw = Self {
            stream,
            read: Vec::with_capacity(READ),
            from: 0,
        };
        raw.handshake().await?;
        Ok(raw)
    }

    async fn handshake(&mut self) -> Result<()> {
        loop {
            let end = self.read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let answer = String::from_utf8_lossy(&self.read[..end]).into_owned();
                ensure!(answer.starts_with("HTTP/1.1 101"), "refused: {answer}");
                self.from = end + 4;
                return Ok(());
            }
            ensure!(self.read.len() < HANDSHAKE_MAX, "no answer but noise");
            self.fill().await?;
        }
    }

    /// Sends a frame that [`frame`] has made.
    pub(super) async fn send(&mut self, frame: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(frame).await?)
    }

    /// The next text. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Result<&[u8]> {
        loop {
            let Some((opcode, body, end)) = head(&self.read[self.from..])? else {
                self.fill().await?;
                continue;
            };
            let start = self.from + body;
            self.from += end;
            match opcode {
                TEXT => return Ok(&self.read[start..self.from]),
                CLOSE => bail!("closed: {:?}", &self.read[start..self.from]),
                _ => {}
            }
        }
    }

    /// Reads once more; what was taken makes room.
    async fn fill(&mut self) -> Result<()> {
        self.read.drain(..self.from);
        self.from = 0;
        self.read.reserve(READ);
        let count = self.stream.read_buf(&mut self.read).await?;
        ensure!(count > 0, "the server hung up");
        Ok(())
    }
}

/// A text as a client's frame.
pub(super) fn frame(text: &str, out: &mut Vec<u8>) {
    out.clear();
    out.push(FIN_TEXT);
    match u8::try_from(text.len()) {
        Ok(length) if length < LENGTH_16 => out.push(MASKED | length),
        _ => {
            out.push(MASKED | LENGTH_16);
            let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(MASK);
    out.extend(text.as_bytes());
}

/// The kind of the first frame, where its body begins, and where it ends; none while it is not all
/// there.
fn head(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let (field, length) = match *second {
        LENGTH_16 => (
            2,
            rest.first_chunk()
                .map(|two| u64::from(u16::from_be_bytes(*two))),
        ),
        LENGTH_64 => (
            8,
            rest.first_chunk().map(|eight| u64::from_be_bytes(*eight)),
        ),
        length => (0, Some(u64::from(length))),
    };
    let Some(length) = length else {
        return Ok(None);
    };
    let length = usize::try_from(length).context("a frame too long")?;
    ensure!(length <= FRAME_MAX, "a frame of {length} bytes");
    let body = 2 + field;
    Ok((bytes.len() >= body + length).then_some((first & 0x0f, body, body + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_at_every_length() {
        for length in [0_usize, 1, 125, 126, 65_535, 65_536] {
            let mut bytes = vec![FIN_TEXT];
            match length {
                0..126 => bytes.push(u8::try_from(length).unwrap()),
                126..65_536 => {
                    bytes.push(LENGTH_16);
                    bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
                }
                _ => {
                    bytes.push(LENGTH_64);
                    bytes.extend((length as u64).to_be_bytes());
                }
            }
            let body = bytes.len();
            bytes.resize(body + length, b'x');
            let whole = (TEXT, body, body + length);
            assert_eq!(head(&bytes).unwrap(), Some(whole), "{length}");
            assert_eq!(head(&bytes[..bytes.len() - 1]).unwrap(), None, "{length}");
        }
    }

    #[test]
    fn a_server_reads_what_is_sent() {
        for length in [1, 125, 126, 8_000] {
            let mut out = Vec::new();
            frame(&"x".repeat(length), &mut out);
            let field = if length < 126 { 0 } else { 2 };
            assert_eq!(out.len(), 2 + field + MASK.len() + length);
            assert_eq!((out[0], out[1] & MASKED), (FIN_TEXT, MASKED));
        }
    }
}
