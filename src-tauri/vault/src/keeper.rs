//! Where a key can live, system by system, and what to tell people about it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};

/// Where the key lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keeper {
    /// GNOME Keyring, KWallet, KeePassXC and others, over D-Bus.
    SecretService,
    /// macOS.
    Keychain,
    /// Windows.
    CredentialManager,
    /// The Linux kernel's own: it needs no service and lasts until a restart at most.
    KernelKeyring,
    /// Memory of this process.
    SessionOnly,
    /// Given by the host when it started; nothing keeps it.
    Environment,
}

/// The system's keyrings, best first.
pub(crate) const CANDIDATES: &[Keeper] = &[
    #[cfg(target_os = "macos")]
    Keeper::Keychain,
    #[cfg(target_os = "windows")]
    Keeper::CredentialManager,
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    Keeper::SecretService,
    #[cfg(target_os = "linux")]
    Keeper::KernelKeyring,
];

impl Keeper {
    /// A sentence for the screen where the key will not be there next time as one would expect, or
    /// comes from elsewhere.
    pub fn notice(&self) -> Option<&'static str> {
        match self {
            Self::SecretService | Self::Keychain | Self::CredentialManager => None,
            Self::KernelKeyring => Some(
                "No keyring service was found. The key is in the kernel's keyring, and is gone after a restart at the latest.",
            ),
            Self::SessionOnly => {
                Some("No keyring was found. The key is kept until Upshot closes, then it is gone.")
            }
            Self::Environment => {
                Some("The key comes from the environment (UPSHOT_API_KEY), not from the keyring.")
            }
        }
    }

    /// Opens the entry for `account` in this keyring, on a connection of its own: a service that was
    /// restarted since the last call is found again. `None` for what is no keyring.
    pub(crate) fn entry(self, service: &str, account: &str) -> keyring_core::Result<Option<Entry>> {
        let Some(store) = self.store()? else { return Ok(None) };
        // What the person reads in the keyring's own window.
        let label = format!("Upshot: {account}");
        let with_label = HashMap::from([("label", label.as_str())]);
        let modifiers = (self == Self::SecretService).then_some(&with_label);
        store.build(service, account, modifiers).map(Some)
    }

    fn store(self) -> keyring_core::Result<Option<Arc<CredentialStore>>> {
        match self {
            #[cfg(target_os = "macos")]
            Self::Keychain => Ok(Some(apple_native_keyring_store::keychain::Store::new()?)),
            #[cfg(target_os = "windows")]
            Self::CredentialManager => Ok(Some(windows_native_keyring_store::Store::new()?)),
            #[cfg(all(
                unix,
                not(any(target_os = "macos", target_os = "ios", target_os = "android"))
            ))]
            Self::SecretService => Ok(Some(zbus_secret_service_keyring_store::Store::new()?)),
            #[cfg(target_os = "linux")]
            Self::KernelKeyring => Ok(Some(linux_keyutils_keyring_store::Store::new()?)),
            _ => Ok(None),
        }
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretService => "the Secret Service",
            Self::Keychain => "the Keychain",
            Self::CredentialManager => "the Credential Manager",
            Self::KernelKeyring => "the kernel's keyring",
            Self::SessionOnly => "this session",
            Self::Environment => "the environment",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lasting_keyring_goes_without_a_notice() {
        let silent = [Keeper::SecretService, Keeper::Keychain, Keeper::CredentialManager];
        assert!(silent.iter().all(|keeper| keeper.notice().is_none()));
        let telling = [Keeper::KernelKeyring, Keeper::SessionOnly, Keeper::Environment];
        assert!(telling.iter().all(|keeper| keeper.notice().is_some()));
    }

    #[test]
    fn every_candidate_of_this_system_is_a_keyring() {
        assert!(!CANDIDATES.contains(&Keeper::SessionOnly));
        assert!(!CANDIDATES.contains(&Keeper::Environment));
    }
}
