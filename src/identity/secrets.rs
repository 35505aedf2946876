//! Log-ins, one-time passwords and tokens, made by the system's random numbers.

use rand::{Rng, RngCore};
use sha2::{Digest, Sha256};

/// Letters and digits that cannot be taken for one another on paper: no 0 and o, 1, i and l, no u
/// and v.
const ALPHABET: &[u8; 28] = b"abcdefghjkmnpqrstwxyz2345678";
/// Characters of a log-in: 28⁸ are 378 thousand million.
const LOGIN_CHARS: usize = 8;
/// Characters of a one-time password: 28¹⁶ are 76 bits.
const PASSWORD_CHARS: usize = 16;
/// Characters of an identity code or a check code: 28¹² are 57 bits.
const CODE_CHARS: usize = 12;
/// Bytes of a session's token.
const TOKEN_BYTES: usize = 32;

/// A log-in or a reference number, as in `kfmw-3tzr`.
#[must_use]
pub fn login() -> String {
    grouped(LOGIN_CHARS)
}

/// A one-time password, as in `kfmw-3tzr-aq6n-c8yd`.
#[must_use]
pub fn one_time_password() -> String {
    grouped(PASSWORD_CHARS)
}

/// The code with which a letter can be looked up, as in `kfmw-3tzr-aq6n`.
#[must_use]
pub fn check_code() -> String {
    grouped(CODE_CHARS)
}

/// An identity code, as in `kfmw-3tzr-aq6n`.
#[must_use]
pub fn identity_code() -> String {
    grouped(CODE_CHARS)
}

/// A recovery code, which is used once in place of the second factor.
#[must_use]
pub fn recovery_code() -> String {
    grouped(PASSWORD_CHARS)
}

/// A code as it was typed, without what is there for the eye: spaces, hyphens, capitals.
#[must_use]
pub fn tidy(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The token of a session: 256 random bits in hexadecimal digits.
#[must_use]
pub fn token() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// What is kept of a token.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// 128 random bits for a commitment.
#[must_use]
pub fn salt() -> [u8; 16] {
    rand::rng().random()
}

fn grouped(chars: usize) -> String {
    let mut text = String::with_capacity(chars + chars / 4);
    for index in 0..chars {
        if index > 0 && index % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(
            ALPHABET[rand::rng().random_range(0..ALPHABET.len())],
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_ins_and_passwords_are_grouped_by_four() {
        assert_eq!(login().len(), 9);
        assert_eq!(
            one_time_password()
                .split('-')
                .map(str::len)
                .collect::<Vec<_>>(),
            [4; 4]
        );
        assert_ne!(login(), login());
    }
}
