//! ASN.1 as far as signed data needs it: BER, which programs write who do not know a length
//! beforehand, made into DER; and a walk over DER that keeps the bytes as they are, because hashes are
//! taken of them.

use super::Reason;
use crate::limits::SIGNATURE_ASN1_DEPTH_MAX;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One value: its tag, what is in it, and all its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) inside: &'a [u8],
    pub(super) whole: &'a [u8],
}

impl<'a> Value<'a> {
    /// The first value of these bytes, and what stands behind it.
    pub(super) fn first(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Reason> {
        let read = tsp_ltv::der_utils::parse_tlv_with_rest(bytes);
        let (tag, inside, rest) = read.map_err(|_| Reason::FormatFailure)?;
        // No field of signed data has a tag of several bytes.
        if tag & 0x1f == 0x1f {
            return Err(Reason::FormatFailure);
        }
        let whole = bytes.len() - rest.len();
        let whole = bytes.get(..whole).ok_or(Reason::FormatFailure)?;
        Ok((Self { tag, inside, whole }, rest))
    }

    /// These bytes as one value.
    pub(super) fn only(bytes: &'a [u8]) -> Result<Self, Reason> {
        match Self::first(bytes)? {
            (value, []) => Ok(value),
            _ => Err(Reason::FormatFailure),
        }
    }

    /// The value, if it has this tag.
    pub(super) fn tagged(self, tag: u8) -> Result<Self, Reason> {
        match self.tag == tag {
            true => Ok(self),
            false => Err(Reason::FormatFailure),
        }
    }

    /// The values in it, one by one.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields { rest: self.inside }
    }
}

/// The values that stand in another, in their order.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The next one, which must have this tag.
    pub(super) fn read(&mut self, tag: u8) -> Result<Value<'a>, Reason> {
        self.read_if(tag)?.ok_or(Reason::FormatFailure)
    }

    /// The next one, if it has this tag.
    pub(super) fn read_if(&mut self, tag: u8) -> Result<Option<Value<'a>>, Reason> {
        match self.rest.first() {
            Some(first) if *first == tag => self.next().transpose(),
            _ => Ok(None),
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Value<'a>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let read = Value::first(self.rest);
        match read {
            Ok((_, rest)) => self.rest = rest,
            Err(_) => self.rest = &[],
        }
        Some(read.map(|(value, _)| value))
    }
}

/// The first value of these bytes in DER: lengths are definite, strings in one piece. The order of sets
/// stays as it is. Gives what stands behind it, too.
pub(super) fn to_der(bytes: &[u8]) -> Result<(Vec<u8>, &[u8]), Reason> {
    let mut out = Vec::with_capacity(bytes.len());
    let rest = value_to_der(bytes, &mut out, SIGNATURE_ASN1_DEPTH_MAX)?;
    Ok((out, rest))
}

fn value_to_der<'a>(bytes: &'a [u8], out: &mut Vec<u8>, depth: usize) -> Result<&'a [u8], Reason> {
    let depth = depth.checked_sub(1).ok_or(Reason::LimitExceeded)?;
    let tag = *bytes.first().ok_or(Reason::FormatFailure)?;
    if bytes.get(1) != Some(&0x80) {
        let (value, rest) = Value::first(bytes)?;
        write_definite(value, out, depth)?;
        return Ok(rest);
    }
    // A length that is not said: values follow until one that is empty.
    let mut rest = bytes.get(2..).ok_or(Reason::FormatFailure)?;
    let mut inside = Vec::new();
    while !rest.starts_with(&[0, 0]) {
        rest = value_to_der(rest, &mut inside, depth)?;
    }
    write(tag, &inside, out)?;
    rest.get(2..).ok_or(Reason::FormatFailure)
}

fn write_definite(value: Value<'_>, out: &mut Vec<u8>, depth: usize) -> Result<(), Reason> {
    if value.tag & 0x20 == 0 {
        return write(value.tag, value.inside, out);
    }
    let mut inside = Vec::with_capacity(value.inside.len());
    let mut rest = value.inside;
    while !rest.is_empty() {
        rest = value_to_der(rest, &mut inside, depth)?;
    }
    write(value.tag, &inside, out)
}

/// Writes a value. A string in pieces becomes one.
fn write(tag: u8, inside: &[u8], out: &mut Vec<u8>) -> Result<(), Reason> {
    if tag != OCTET_STRING | 0x20 {
        return write_plain(tag, inside, out);
    }
    let mut joined = Vec::with_capacity(inside.len());
    let mut pieces = Fields { rest: inside };
    while let Some(piece) = pieces.read_if(OCTET_STRING)? {
        joined.extend_from_slice(piece.inside);
    }
    match pieces.rest {
        [] => write_plain(OCTET_STRING, &joined, out),
        _ => Err(Reason::FormatFailure),
    }
}

fn write_plain(tag: u8, inside: &[u8], out: &mut Vec<u8>) -> Result<(), Reason> {
    out.push(tag);
    let length = u32::try_from(inside.len()).map_err(|_| Reason::LimitExceeded)?;
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let begin = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
            let bytes = bytes.get(begin..).unwrap_or_default();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(4));
            out.extend_from_slice(bytes);
        }
    }
    out.extend_from_slice(inside);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ber_becomes_der() {
        for (ber, der) in [
            // A sequence of unknown length with a string in two pieces.
            (
                &b"\x30\x80\x24\x80\x04\x02ab\x04\x01c\0\0\0\0"[..],
                Ok(&b"\x30\x05\x04\x03abc"[..]),
            ),
            (b"\x30\x03\x02\x01\x05", Ok(b"\x30\x03\x02\x01\x05")),
            // A length in more bytes than it needs.
            (b"\x30\x81\x03\x02\x01\x05", Ok(b"\x30\x03\x02\x01\x05")),
            (b"\x30\x80\x02\x01\x05", Err(Reason::FormatFailure)),
            (b"\x30\x05\x02\x01", Err(Reason::FormatFailure)),
            (b"\x24\x03\x02\x01\x05", Err(Reason::FormatFailure)),
            (b"", Err(Reason::FormatFailure)),
        ] {
            let found = to_der(ber).map(|(found, _)| found);
            assert_eq!(found.as_deref(), der.as_deref(), "{ber:02x?}");
        }
        let deep = [0x30, 0x80].repeat(100_000);
        assert_eq!(to_der(&deep).err(), Some(Reason::LimitExceeded));
    }
}
