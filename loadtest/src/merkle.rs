//! The hashes of the log, as the protocol writes them down: SHA-256 of a kind and two parts.

use sha2::{Digest as _, Sha256};

/// A SHA-256 value.
pub(crate) type Hash = [u8; 32];

/// Levels of a batch's tree: the length of every path.
pub(crate) const LEVELS: usize = 8;

/// Of a salted part of an entry.
pub(crate) fn part(salt: &[u8], text: &str) -> Hash {
    hash(0, salt, text.as_bytes())
}

/// Of an entry: its two parts.
pub(crate) fn leaf(told: &Hash, kept: &Hash) -> Hash {
    hash(1, told, kept)
}

/// Of two siblings, the smaller first.
pub(crate) fn node(one: &Hash, other: &Hash) -> Hash {
    hash(2, one.min(other), one.max(other))
}

/// Of the log after a batch.
pub(crate) fn head(previous: &Hash, root: &Hash) -> Hash {
    hash(3, previous, root)
}

/// SHA-256 of a text.
pub(crate) fn of_text(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// The root over leaves; each odd level takes the next sibling. None when they make no full tree.
pub(crate) fn root(leaves: Vec<Hash>, siblings: &[Hash]) -> Option<Hash> {
    let mut siblings = siblings.iter();
    let mut level = leaves;
    for _ in 0..LEVELS {
        if level.len() % 2 == 1 {
            level.push(*siblings.next()?);
        }
        level = level
            .chunks_exact(2)
            .map(|pair| node(&pair[0], &pair[1]))
            .collect();
    }
    match (level.as_slice(), siblings.next()) {
        ([root], None) => Some(*root),
        _ => None,
    }
}

/// Reads 64 hexadecimal digits.
pub(crate) fn read(text: &str) -> Option<Hash> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

fn hash(kind: u8, first: &[u8], second: &[u8]) -> Hash {
    let hash = Sha256::new()
        .chain_update([kind])
        .chain_update(first)
        .chain_update(second);
    hash.finalize().into()
}
