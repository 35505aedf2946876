//! WebSocket text frames built once and shared by every socket that gets them: frames of a server
//! are unmasked, hence the same for all.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

const TEXT: u8 = 0x81;

/// One whole text frame that holds `message` as JSON.
#[must_use]
pub fn text(message: &impl Serialize) -> Bytes {
    // Our own messages have string keys and no failing serialisers.
    let json = serde_json::to_string(message).unwrap_or_default();
    of(&json)
}

/// The JSON in a frame that [`text`] built.
#[must_use]
pub fn json(frame: &[u8]) -> &[u8] {
    let header = match frame.get(1) {
        Some(126) => 4,
        Some(127) => 10,
        _ => 2,
    };
    frame.get(header..).unwrap_or_default()
}

fn of(json: &str) -> Bytes {
    let mut frame = BytesMut::with_capacity(json.len() + 10);
    frame.put_u8(TEXT);
    match json.len() {
        length @ 0..=125 => frame.put_u8(length as u8),
        length @ 126..=65_535 => {
            frame.put_u8(126);
            frame.put_u16(length as u16);
        }
        length => {
            frame.put_u8(127);
            frame.put_u64(length as u64);
        }
    }
    frame.put_slice(json.as_bytes());
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

    #[test]
    fn any_length_reads_as_one_message() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 200_000] {
            let json = "x".repeat(length);
            assert_eq!(super::json(&of(&json)), json.as_bytes());
            let stream = std::io::Cursor::new(of(&json).to_vec());
            let mut socket = WebSocket::from_raw_socket(stream, Role::Client, None);
            assert_eq!(
                socket
                    .read()
                    .ok()
                    .and_then(|m| m.into_text().ok())
                    .as_deref(),
                Some(json.as_str())
            );
        }
    }
}
