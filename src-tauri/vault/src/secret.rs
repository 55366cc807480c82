//! A key in memory: not printed, not serialised, overwritten when dropped.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// A key. It has no `Display`, no `Serialize` and no `PartialEq`, so that it gets into no message and
/// no comparison by accident; `Debug` prints `[redacted]`.
///
/// What this crate holds is overwritten when dropped. Copies that a keyring's own library makes on the
/// way are beyond its reach.
///
/// ```
/// let secret = vault::Secret::from("wai-123".to_owned());
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "wai-123");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The key itself: for the one header it is sent in, and for nothing that is kept.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over what a store returned, without a copy. `None`, and the bytes overwritten, if they
    /// are no text.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Option<Self> {
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self::from(text)),
            Err(no_text) => {
                no_text.into_bytes().zeroize();
                None
            }
        }
    }
}

impl From<String> for Secret {
    /// Takes the text over, without a copy.
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_the_key_nor_its_length() {
        let shown = format!("{:?}", Some(Secret::from("wai-secret".to_owned())));
        assert_eq!(shown, "Some([redacted])");
    }

    #[test]
    fn bytes_that_are_no_text_are_no_key() {
        assert!(Secret::of_bytes(vec![0xff, 0xfe]).is_none());
        assert!(Secret::of_bytes(b"wai".to_vec()).is_some_and(|secret| secret.expose() == "wai"));
    }
}
