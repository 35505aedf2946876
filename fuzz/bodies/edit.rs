//! What is done to a good input: single bytes are put, inserted and taken out.

/// How (put, insert or take out), where, and which byte; numbers beyond the end count from its start.
pub(crate) type Edit = (u8, u32, u8);

/// The input after these edits, one after another.
pub(crate) fn edited(good: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (how, place, byte) in edits {
        if bytes.is_empty() {
            break;
        }
        let place = *place as usize % bytes.len();
        match how % 3 {
            0 => bytes[place] = *byte,
            1 => bytes.insert(place, *byte),
            _ => drop(bytes.remove(place)),
        }
    }
    bytes
}
