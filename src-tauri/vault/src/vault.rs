//! Finds the keyring that works here and keeps keys in it, one per account. An account is a connection's
//! name for its key; nothing else about connections is known here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use keyring_core::Entry;
use tracing::{debug, info};

use crate::bounded::{NoResult, within};
use crate::error::{Error, Result};
use crate::keeper::{CANDIDATES, Keeper};
use crate::secret::Secret;

/// An account that nobody keeps a key for: reading it asks a keyring to answer and asks no person.
const PROBE_ACCOUNT: &str = "is anyone there";

/// How long a keyring may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To find out whether it works. Nobody is asked anything for that, but a service may have to
    /// start first.
    pub probe: Duration,
    /// For everything else: a locked keyring asks a person for a password first.
    pub person: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { probe: Duration::from_secs(5), person: Duration::from_secs(60) }
    }
}

/// The place for keys.
///
/// Every call can block, for as long as its [`Patience`] says and no longer: call it from
/// `spawn_blocking`. It is safe inside an async runtime, for keyrings are only ever talked to on a
/// thread of their own. A call that was given up goes on alone: if a person answers the dialog after
/// all, the key is kept, or removed, then.
#[derive(Debug)]
pub struct Vault {
    service: String,
    patience: Patience,
    override_key: Option<Secret>,
    /// Found on first use, so that a script with the key in its environment needs no keyring.
    keyring: OnceLock<Keeper>,
    /// Keys kept for this session only. They go before the keyring's.
    session: Mutex<HashMap<String, Secret>>,
}

impl Vault {
    /// Opens the vault of an application named `service`.
    ///
    /// `override_key` is what the host read from `UPSHOT_API_KEY`: it is given for every account, and
    /// no keyring is looked for until a key is put. An empty one counts as none.
    ///
    /// Without it, keyrings are probed by reading an entry that is not there: "no such entry" comes
    /// from a healthy one, anything else from one that will not do, and the next is tried. (The
    /// kernel's is written to as well.) Where none is left, keys are kept in memory, and
    /// [`Keeper::notice`] has the sentence to show.
    pub fn open(service: &str, override_key: Option<Secret>) -> Self {
        Self::open_with(service, override_key, Patience::default())
    }

    /// [`open`](Self::open) with other limits.
    pub fn open_with(service: &str, override_key: Option<Secret>, patience: Patience) -> Self {
        let vault = Self {
            service: service.to_owned(),
            patience,
            override_key: override_key.filter(|key| !key.is_empty()),
            keyring: OnceLock::new(),
            session: Mutex::default(),
        };
        if vault.override_key.is_none() {
            vault.keyring();
        }
        vault
    }

    /// Where keys come from.
    pub fn keeper(&self) -> Keeper {
        if self.override_key.is_some() { Keeper::Environment } else { self.keyring() }
    }

    /// Keeps a key, in place of the one before, and tells where. An overriding key stays in force.
    ///
    /// # Errors
    /// An empty key, or a keyring that refuses, fails or does not answer. Nothing is kept then; the
    /// way out without a keyring is [`keep_for_session`](Self::keep_for_session).
    pub fn put(&self, account: &str, secret: Secret) -> Result<Keeper> {
        if secret.is_empty() {
            return Err(Error::Empty);
        }
        let keeper = self.keyring();
        if keeper == Keeper::SessionOnly {
            return self.keep_for_session(account, secret);
        }
        self.ask(account, move |entry| entry.set_secret(secret.expose().as_bytes()))?;
        self.session().remove(account);
        debug!(%keeper, "the key is kept");
        Ok(keeper)
    }

    /// Keeps a key in memory, until it is put or removed or the process ends. It goes before one in
    /// the keyring.
    ///
    /// # Errors
    /// An empty key.
    pub fn keep_for_session(&self, account: &str, secret: Secret) -> Result<Keeper> {
        if secret.is_empty() {
            return Err(Error::Empty);
        }
        self.session().insert(account.to_owned(), secret);
        debug!("the key is kept for this session");
        Ok(Keeper::SessionOnly)
    }

    /// Reads a key; `None` if none is kept. A locked keyring asks the person to unlock it.
    ///
    /// # Errors
    /// A keyring that refuses, fails or does not answer, or that keeps something else than a key.
    pub fn get(&self, account: &str) -> Result<Option<Secret>> {
        if let Some(key) = &self.override_key {
            return Ok(Some(key.clone()));
        }
        self.kept(account)
    }

    /// Keeps a user's token beside an account's key; as [`put`](Self::put) otherwise.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_user_token(&self, account: &str, token: Secret) -> Result<Keeper> {
        self.put(&user_account(account), token)
    }

    /// Reads the user's token beside an account's key; `None` if none is kept. An overriding key is not given in its
    /// place: it is a key.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn user_token(&self, account: &str) -> Result<Option<Secret>> {
        self.kept(&user_account(account))
    }

    /// Removes the user's token beside an account's key. There need not be one.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub fn remove_user_token(&self, account: &str) -> Result<()> {
        self.remove(&user_account(account))
    }

    fn kept(&self, account: &str) -> Result<Option<Secret>> {
        if let Some(key) = self.session().get(account) {
            return Ok(Some(key.clone()));
        }
        let keeper = self.keyring();
        let Some(bytes) = self.ask(account, Entry::get_secret)? else { return Ok(None) };
        Secret::of_bytes(bytes).map(Some).ok_or(Error::Unreadable { keeper })
    }

    /// Removes a key. There need not be one. An overriding key stays in force.
    ///
    /// # Errors
    /// A keyring that refuses, fails or does not answer; the key may still be there then.
    pub fn remove(&self, account: &str) -> Result<()> {
        self.session().remove(account);
        self.ask(account, Entry::delete_credential)?;
        Ok(())
    }

    /// Whether there is a key. Asks as much of a locked keyring as [`get`](Self::get).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn has(&self, account: &str) -> Result<bool> {
        Ok(self.get(account)?.is_some())
    }

    fn keyring(&self) -> Keeper {
        *self.keyring.get_or_init(|| {
            let works = |keeper: &Keeper| self.probe(*keeper);
            let found = CANDIDATES.iter().copied().find(works).unwrap_or(Keeper::SessionOnly);
            info!(keeper = %found, "looked for a keyring");
            found
        })
    }

    fn probe(&self, keeper: Keeper) -> bool {
        let question = if keeper == Keeper::KernelKeyring { write_and_remove } else { read };
        let answer = ask(keeper, &self.service, PROBE_ACCOUNT, self.patience.probe, question);
        if let Err(error) = &answer {
            info!(%keeper, %error, "this keyring does not work here");
        }
        answer.is_ok()
    }

    /// Asks the keyring; `None` if it has no entry for the account, or there is no keyring.
    fn ask<T: Send + 'static>(
        &self,
        account: &str,
        question: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        ask(self.keyring(), &self.service, account, self.patience.person, question)
    }

    fn session(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        // A map is whole between any two of our calls, whatever another thread died of.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry of a user's token beside the account's own.
fn user_account(account: &str) -> String {
    format!("{account} user")
}

fn read(entry: &Entry) -> keyring_core::Result<()> {
    entry.get_secret().map(drop)
}

/// The kernel lets a process that does not possess its session keyring (a container, a service without
/// a login) read there but not write, so only writing tells. It costs nobody a dialog or a disk write.
fn write_and_remove(entry: &Entry) -> keyring_core::Result<()> {
    entry.set_secret(b"anyone")?;
    read(entry)?;
    entry.delete_credential()
}

fn ask<T: Send + 'static>(
    keeper: Keeper,
    service: &str,
    account: &str,
    limit: Duration,
    question: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
) -> Result<Option<T>> {
    let (service, account) = (service.to_owned(), account.to_owned());
    let asked = within(limit, move || match keeper.entry(&service, &account)? {
        Some(entry) => question(&entry).map(Some),
        None => Ok(None),
    });
    match asked {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(keyring_core::Error::NoEntry)) => Ok(None),
        Ok(Err(error)) => Err(Error::of_keyring(keeper, error)),
        Err(NoResult::Late) => Err(Error::NoAnswer { keeper, waited: limit }),
        Err(NoResult::Stopped) => {
            Err(Error::Failed { keeper, reason: "its client stopped".to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    /// A vault on a system without any keyring.
    fn without_keyring(override_key: Option<Secret>) -> Vault {
        Vault {
            service: "upshot-test".to_owned(),
            patience: Patience::default(),
            override_key,
            keyring: OnceLock::from(Keeper::SessionOnly),
            session: Mutex::default(),
        }
    }

    fn read(vault: &Vault, account: &str) -> Option<String> {
        vault.get(account).expect("memory always answers").map(|key| key.expose().to_owned())
    }

    #[test]
    fn without_a_keyring_a_key_is_kept_in_memory_per_account() {
        let vault = without_keyring(None);
        assert_eq!(vault.put("one", secret("first")), Ok(Keeper::SessionOnly));
        assert_eq!(vault.put("one", secret("second")), Ok(Keeper::SessionOnly));
        assert_eq!(read(&vault, "one").as_deref(), Some("second"));
        assert_eq!(vault.has("two"), Ok(false));
        assert_eq!(vault.remove("one"), Ok(()));
        assert_eq!(vault.remove("one"), Ok(()));
        assert_eq!(vault.has("one"), Ok(false));
    }

    #[test]
    fn an_overriding_key_is_given_for_every_account_and_asks_no_keyring() {
        let vault = Vault::open("upshot-test", Some(secret("from outside")));
        assert_eq!(vault.keeper(), Keeper::Environment);
        assert_eq!(read(&vault, "any").as_deref(), Some("from outside"));
        assert!(vault.keyring.get().is_none());
    }

    #[test]
    fn an_overriding_key_stays_in_force_over_a_kept_one() {
        let vault = without_keyring(Some(secret("from outside")));
        assert_eq!(vault.put("one", secret("kept")), Ok(Keeper::SessionOnly));
        assert_eq!(vault.remove("one"), Ok(()));
        assert_eq!(read(&vault, "one").as_deref(), Some("from outside"));
    }

    #[test]
    fn a_user_token_stands_beside_the_key_and_is_never_overridden_by_one() {
        let vault = without_keyring(Some(secret("from outside")));
        let token = |vault: &Vault| {
            let kept = vault.user_token("one").expect("memory always answers");
            kept.map(|token| token.expose().to_owned())
        };
        assert_eq!(token(&vault), None, "an overriding key is no user's token");
        assert_eq!(vault.put("one", secret("key")), Ok(Keeper::SessionOnly));
        assert_eq!(vault.put_user_token("one", secret("token")), Ok(Keeper::SessionOnly));
        assert_eq!(token(&vault).as_deref(), Some("token"));
        assert_eq!(vault.remove_user_token("one"), Ok(()));
        assert_eq!(token(&vault), None);
        assert_eq!(vault.remove("one"), Ok(()));
    }

    #[test]
    fn an_empty_key_is_refused() {
        let vault = without_keyring(None);
        assert_eq!(vault.put("one", secret("")), Err(Error::Empty));
        assert_eq!(vault.keep_for_session("one", secret("")), Err(Error::Empty));
    }

    #[test]
    fn a_vault_in_debug_shows_no_key() {
        let vault = without_keyring(Some(secret("wai-outside")));
        vault.put("one", secret("wai-kept")).expect("memory always answers");
        let shown = format!("{vault:?}");
        assert!(shown.contains("[redacted]") && !shown.contains("wai-"), "{shown}");
    }
}
