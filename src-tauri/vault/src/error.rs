//! What can go wrong with a keyring, each with what to do about it. No error holds a key, nor an error
//! of keyring's own: some of those carry the bytes they could not read.

use std::time::Duration;

use zeroize::Zeroize;

use crate::Keeper;

/// Why a key could not be kept, read or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The keyring is there and locked, without a default collection, or the person said no.
    #[error(
        "{keeper} refused access ({reason}); unlock the keyring or create its default one, then try again"
    )]
    NoAccess { keeper: Keeper, reason: String },
    /// Most likely a dialog waits for a person. If it is answered later, what was asked for still
    /// happens.
    #[error(
        "{keeper} gave no answer within {} s; answer its dialog if there is one, then try again",
        waited.as_secs()
    )]
    NoAnswer { keeper: Keeper, waited: Duration },
    /// The keyring failed, or is not running any more.
    #[error(
        "{keeper} failed ({reason}); start it again and try again, or keep the key for this session only"
    )]
    Failed { keeper: Keeper, reason: String },
    /// What is kept is no text.
    #[error("what {keeper} keeps for this connection is no key; enter the key again")]
    Unreadable { keeper: Keeper },
    /// Another program keeps a key under the same names.
    #[error("{keeper} keeps more than one key for this connection; remove all but one there")]
    Ambiguous { keeper: Keeper },
    /// An empty key was to be kept.
    #[error("the key is empty")]
    Empty,
}

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Reads keyring's error for what to do, and drops whatever secret it carries.
    pub(crate) fn of_keyring(keeper: Keeper, error: keyring_core::Error) -> Self {
        use keyring_core::Error as Keyring;
        match error {
            Keyring::NoStorageAccess(reason) => {
                Self::NoAccess { keeper, reason: reason.to_string() }
            }
            Keyring::BadEncoding(mut bytes) | Keyring::BadDataFormat(mut bytes, _) => {
                bytes.zeroize();
                Self::Unreadable { keeper }
            }
            Keyring::Ambiguous(_) => Self::Ambiguous { keeper },
            Keyring::PlatformFailure(reason) => Self::Failed { keeper, reason: reason.to_string() },
            // None of the rest carries more than names and limits.
            other => Self::Failed { keeper, reason: other.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_never_shows_what_could_not_be_read() {
        let secret = b"wai-secret".to_vec();
        let bytes_in_debug = format!("{secret:?}");
        for error in [
            keyring_core::Error::BadEncoding(secret.clone()),
            keyring_core::Error::BadDataFormat(secret.clone(), "not as expected".into()),
        ] {
            let error = Error::of_keyring(Keeper::SecretService, error);
            let shown = format!("{error} {error:?}");
            assert_eq!(error, Error::Unreadable { keeper: Keeper::SecretService });
            assert!(!shown.contains("wai-secret") && !shown.contains(&bytes_in_debug), "{shown}");
        }
    }

    #[test]
    fn a_locked_keyring_is_said_to_be_one() {
        let locked = keyring_core::Error::NoStorageAccess("object locked".into());
        let error = Error::of_keyring(Keeper::SecretService, locked);
        assert_eq!(
            error.to_string(),
            "the Secret Service refused access (object locked); unlock the keyring or create its \
             default one, then try again"
        );
    }
}
