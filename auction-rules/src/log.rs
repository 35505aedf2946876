//! The log as bytes: entries in batches, each under one Merkle root and one signature.
//!
//! An entry has two parts. **Told** is what the bidder may keep: the receipt carries it. **Kept**
//! holds the number and moment in the log, which would tell rivals of hidden attempts; it is
//! published with the log. Each part has its own 128-bit salt, so no hash can be guessed back.
//!
//! ```text
//! part = H(00‖salt‖bytes)   leaf = H(01‖told‖kept)   node = H(02‖smaller‖larger)
//! head = H(03‖previous head‖root)
//! ```
//!
//! Nodes are joined smaller first, and every level takes a random sibling where it is odd, up to
//! [`MERKLE_LEVELS`]: so every path has one length and tells nothing of how many others bid. The
//! signature is over the root alone: it names no `seq`.

use crate::canonical;
use crate::command::{Act, By, Command};
use crate::entry::Entry;
use crate::event::Outcome;
use crate::hex;
use crate::ids::{Alias, AuctionId, CommandId, Digest};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Levels of the tree of a batch, and so the length of every path.
pub const MERKLE_LEVELS: usize = 8;
/// The most entries of a batch: a full tree less the header's leaf.
pub const BATCH_ENTRIES_MAX: usize = (1 << MERKLE_LEVELS) - 1;
/// The head before the first batch.
pub const GENESIS: Digest = Digest([0; 32]);

/// What a batch says of itself. All of it is kept: a leaf like the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Counts the writers of the log, from 1.
    pub epoch: u64,
    /// Counts the batches of the writer, from 0.
    pub batch: u64,
    /// The first entry's number.
    pub first_seq: u64,
    /// The last entry's number.
    pub last_seq: u64,
    /// The head of the log before this batch.
    pub prev_head: Digest,
    /// With many nodes: how far the inbox is consumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
    /// With replicas of Redis: the last entry known to be on all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durable_to: Option<u64>,
    /// 128 random bits that tell this batch from any other for the same place.
    pub nonce: String,
    /// The id of the signing key in the key set.
    pub key: String,
}

/// The told part of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which auction.
    pub auction: AuctionId,
    /// Whose, under its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// Which of the bidder's commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// The client's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CommandId>,
    /// When it was read.
    pub received_at: Timestamp,
    /// What was asked.
    pub act: Act,
    /// What became of it.
    pub outcome: Outcome,
}

/// The kept part of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its number in the log.
    pub seq: u64,
    /// Its moment in the log.
    pub at: Timestamp,
    /// Who asked.
    pub by: By,
}

/// One leaf of a batch: two salted parts, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Canonical JSON of [`Told`]; empty in the header.
    pub told: String,
    /// 32 hexadecimal digits.
    pub told_salt: String,
    /// Canonical JSON of [`Kept`] or, in the header, of [`Header`].
    pub kept: String,
    /// 32 hexadecimal digits.
    pub kept_salt: String,
    /// The leaf's hash: so that an altered leaf can be named, not only its batch.
    pub hash: Digest,
}

/// A batch as it is stored and published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Which auction.
    pub auction: AuctionId,
    /// The header's leaf.
    pub header: Leaf,
    /// The entries' leaves.
    pub entries: Vec<Leaf>,
    /// Random siblings, in the order in which the tree takes them.
    pub siblings: Vec<Digest>,
    /// Ed25519 over [`signed_message`], 128 hexadecimal digits.
    pub signature: String,
}

/// The answer to an attempt: with the key alone it proves number, time and outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Canonical JSON of [`Told`].
    pub told: String,
    /// 32 hexadecimal digits.
    pub told_salt: String,
    /// Hash of the kept part.
    pub kept_hash: Digest,
    /// Siblings from the leaf to the root.
    pub path: Vec<Digest>,
    /// The id of the signing key in the key set.
    pub key: String,
    /// Signature over the batch's root.
    pub signature: String,
}

/// A refusal after the log was sealed: it stands in no batch, so it is signed by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateStatement {
    /// Which auction.
    pub auction: AuctionId,
    /// Which command.
    pub id: CommandId,
    /// When it was read.
    pub received_at: Timestamp,
    /// What was asked.
    pub act: Act,
    /// Why it was refused.
    pub refusal: Refusal,
    /// The head after which nothing is bid.
    pub sealed_head: Digest,
}

/// A batch or leaf that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// Random bytes from outside: the crate has none of its own.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

impl Leaf {
    fn new(told: String, kept: String, random: Random<'_>) -> Self {
        let (told_salt, kept_salt) = (salt(random), salt(random));
        let hash = leaf(&part(&told_salt, &told), &part(&kept_salt, &kept));
        let told_salt = hex::encode(&told_salt);
        Self {
            told,
            told_salt,
            kept,
            kept_salt: hex::encode(&kept_salt),
            hash,
        }
    }

    fn of_entry(auction: &AuctionId, entry: &Entry, random: Random<'_>) -> Self {
        let told = Told {
            auction: auction.clone(),
            alias: entry.alias,
            n: entry.n,
            id: entry.command.id.clone(),
            received_at: entry.command.received_at,
            act: entry.command.act.clone(),
            outcome: entry.outcome.clone(),
        };
        let kept = Kept {
            seq: entry.seq,
            at: entry.at,
            by: entry.command.by.clone(),
        };
        Self::new(canonical::text(&told), canonical::text(&kept), random)
    }

    /// The hash that the parts really have.
    ///
    /// # Errors
    /// [`Malformed`] when a salt is no salt.
    pub fn computed(&self) -> Result<Digest, Malformed> {
        let told = part(&read_salt(&self.told_salt)?, &self.told);
        Ok(leaf(&told, &self.kept_part()?))
    }

    fn kept_part(&self) -> Result<Digest, Malformed> {
        Ok(part(&read_salt(&self.kept_salt)?, &self.kept))
    }

    /// The entry that the parts hold.
    ///
    /// # Errors
    /// [`Malformed`] when they hold none.
    pub fn entry(&self) -> Result<(AuctionId, Entry), Malformed> {
        let told: Told = read(&self.told, "the told part is no entry")?;
        let kept: Kept = read(&self.kept, "the kept part is no entry")?;
        let command = Command {
            by: kept.by,
            id: told.id,
            received_at: told.received_at,
            act: told.act,
        };
        let entry = Entry {
            seq: kept.seq,
            at: kept.at,
            alias: told.alias,
            n: told.n,
            command,
            outcome: told.outcome,
        };
        Ok((told.auction, entry))
    }
}

impl Batch {
    /// An unsigned batch of at most [`BATCH_ENTRIES_MAX`] entries.
    #[must_use]
    pub fn new(
        auction: &AuctionId,
        header: &Header,
        entries: &[Entry],
        random: Random<'_>,
    ) -> Self {
        let header = Leaf::new(String::new(), canonical::text(header), random);
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| Leaf::of_entry(auction, entry, random))
            .collect();
        let siblings = siblings(entries.len().saturating_add(1), random);
        Self {
            auction: auction.clone(),
            header,
            entries,
            siblings,
            signature: String::new(),
        }
    }

    /// The tree over the leaves' stated hashes.
    ///
    /// # Errors
    /// [`Malformed`] when leaves and siblings make no full tree.
    pub fn tree(&self) -> Result<Tree, Malformed> {
        let leaves = std::iter::once(&self.header)
            .chain(&self.entries)
            .map(|leaf| leaf.hash)
            .collect();
        Tree::new(leaves, &self.siblings)
    }

    /// What the header says.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be read.
    pub fn header(&self) -> Result<Header, Malformed> {
        read(&self.header.kept, "the header cannot be read")
    }

    /// The receipt of the entry at `index` of this signed batch.
    ///
    /// # Errors
    /// [`Malformed`] when there is no such entry.
    pub fn receipt(&self, tree: &Tree, index: usize, key: &str) -> Result<Receipt, Malformed> {
        let leaf = self
            .entries
            .get(index)
            .ok_or(Malformed("no such entry in the batch"))?;
        Ok(Receipt {
            told: leaf.told.clone(),
            told_salt: leaf.told_salt.clone(),
            kept_hash: leaf.kept_part()?,
            path: tree.path(index.saturating_add(1)),
            key: key.to_owned(),
            signature: self.signature.clone(),
        })
    }
}

impl Receipt {
    /// The root that this receipt leads to: the signature must be over it.
    ///
    /// # Errors
    /// [`Malformed`] when the salt is no salt or the path has another length.
    pub fn root(&self) -> Result<Digest, Malformed> {
        if self.path.len() != MERKLE_LEVELS {
            return Err(Malformed("the path has the wrong length"));
        }
        let told = part(&read_salt(&self.told_salt)?, &self.told);
        let start = leaf(&told, &self.kept_hash);
        Ok(self
            .path
            .iter()
            .fold(start, |below, sibling| node(&below, sibling)))
    }

    /// What was told.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be read.
    pub fn told(&self) -> Result<Told, Malformed> {
        read(&self.told, "the told part is no entry")
    }
}

/// The hashes of a batch, level by level from the leaves to the root.
#[derive(Clone, Debug)]
pub struct Tree {
    levels: Vec<Vec<Digest>>,
    root: Digest,
}

impl Tree {
    fn new(leaves: Vec<Digest>, siblings: &[Digest]) -> Result<Self, Malformed> {
        let mut siblings = siblings.iter();
        let mut levels = Vec::with_capacity(MERKLE_LEVELS);
        let mut level = leaves;
        for _ in 0..MERKLE_LEVELS {
            if level.len() % 2 == 1 {
                level.push(*siblings.next().ok_or(Malformed("a sibling is missing"))?);
            }
            let above = level.chunks_exact(2).filter_map(|pair| match pair {
                [left, right] => Some(node(left, right)),
                _ => None,
            });
            let above = above.collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        match (level.as_slice(), siblings.next()) {
            ([root], None) => Ok(Self {
                root: *root,
                levels,
            }),
            _ => Err(Malformed("the leaves and siblings make no full tree")),
        }
    }

    /// What is signed.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.root
    }

    /// The siblings from a leaf to the root; the header is leaf 0.
    #[must_use]
    pub fn path(&self, leaf: usize) -> Vec<Digest> {
        let sibling =
            |(depth, level): (usize, &Vec<Digest>)| level.get((leaf >> depth) ^ 1).copied();
        self.levels.iter().enumerate().filter_map(sibling).collect()
    }
}

/// The random siblings that a batch of so many leaves needs.
fn siblings(leaves: usize, random: Random<'_>) -> Vec<Digest> {
    let mut width = leaves;
    let mut siblings = Vec::new();
    for _ in 0..MERKLE_LEVELS {
        if width % 2 == 1 {
            let mut bytes = [0; 32];
            random(&mut bytes);
            siblings.push(Digest(bytes));
        }
        width = width.div_ceil(2);
    }
    siblings
}

/// The head of the log after a batch.
#[must_use]
pub fn head(previous: &Digest, root: &Digest) -> Digest {
    hash(3, &previous.0, &root.0)
}

/// What the signature of a batch is over.
#[must_use]
pub fn signed_message(auction: &AuctionId, root: &Digest) -> Vec<u8> {
    [b"ebok-batch-1", auction.as_str().as_bytes(), &root.0].concat()
}

/// What the signature of a late refusal is over; `statement` is canonical JSON of
/// [`LateStatement`].
#[must_use]
pub fn late_message(statement: &str) -> Vec<u8> {
    [b"ebok-late-1", statement.as_bytes()].concat()
}

fn part(salt: &[u8; 16], bytes: &str) -> Digest {
    hash(0, salt, bytes.as_bytes())
}

fn leaf(told: &Digest, kept: &Digest) -> Digest {
    hash(1, &told.0, &kept.0)
}

fn node(one: &Digest, other: &Digest) -> Digest {
    hash(2, &one.min(other).0, &one.max(other).0)
}

fn hash(kind: u8, first: &[u8], second: &[u8]) -> Digest {
    Digest(
        Sha256::new()
            .chain_update([kind])
            .chain_update(first)
            .chain_update(second)
            .finalize()
            .into(),
    )
}

fn salt(random: Random<'_>) -> [u8; 16] {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes
}

fn read_salt(text: &str) -> Result<[u8; 16], Malformed> {
    hex::decode(text).ok_or(Malformed("a salt has 32 hexadecimal digits"))
}

/// Reads a part. A text that is not its own canonical form is refused: what is shown is what is
/// hashed, and nothing beside it.
fn read<T: Serialize + for<'de> Deserialize<'de>>(
    text: &str,
    why: &'static str,
) -> Result<T, Malformed> {
    let value: T = serde_json::from_str(text).map_err(|_| Malformed(why))?;
    if canonical::text(&value) == text {
        Ok(value)
    } else {
        Err(Malformed(why))
    }
}
