//! The key as a value: it can be sent and kept, and is never printed. Where it is kept is not decided here.

use std::fmt;

use zeroize::Zeroizing;

/// An API key (`wai-…`) or a user's JWT; both are sent the same way. Its memory is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Zeroizing<String>);

/// Why a text is no key. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("The key is empty")]
    Empty,
    #[error("The key contains a space, a line break or a character that keys never have")]
    BadCharacter,
}

impl ApiKey {
    /// Takes a key as typed or pasted. White space around it is dropped: with a trailing space the
    /// server refuses the key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::BadCharacter);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The key itself: for the vault and the `Authorization` header, for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_a_key_is_dropped() {
        assert_eq!(ApiKey::parse(" wai-abc \n").expect("a key").expose(), "wai-abc");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused() {
        assert_eq!(ApiKey::parse("  "), Err(KeyError::Empty));
        for text in ["wai abc", "wai-\u{e9}", "wai-\0", "wai-a\r\nX-Evil: 1", "wai-\u{7f}"] {
            assert_eq!(ApiKey::parse(text), Err(KeyError::BadCharacter), "{text:?}");
        }
    }

    #[test]
    fn a_key_prints_as_redacted() {
        let key = ApiKey::parse("wai-secret").expect("a key");
        assert_eq!(format!("{key:?}"), "[redacted]");
    }
}
