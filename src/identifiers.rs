//! Numbers that people and things have in Poland: their shape and their check digits.

mod digits;
pub mod nip;
pub mod pesel;

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It does not look like one.
    Shape,
    /// It looks like one, but a digit is wrong or two are exchanged.
    CheckDigit,
}
