//! API keys (`wai-` and 256 random bits) and users' tokens (`user-` likewise), shown once, kept as their SHA-256. A token
//! stands where the original has a signed-in user's JWT; there is no sign-in here, so the team makes them like keys.
//!
//! A slow hash (argon2) protects guessable secrets. Nobody guesses 256 random bits, so a plain SHA-256 gives nothing
//! away to whoever steals the file, and does not cost every request 50 ms.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};

use crate::db;
use crate::error::Error;
use crate::ids;

/// What a secret lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// An app's: all but what the original keeps for signed-in users.
    Api,
    /// A person's: annotating, too.
    User,
}

/// A fresh key or token.
pub(crate) fn generate(kind: KeyKind) -> Result<String, Error> {
    let prefix = match kind {
        KeyKind::Api => "wai-",
        KeyKind::User => "user-",
    };
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(ids::random_bytes::<32>()?)))
}

/// What the database holds instead of the key.
pub(crate) fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Who a key belongs to.
#[derive(Debug, Clone)]
pub(crate) struct KeyOwner {
    pub(crate) key_id: i64,
    pub(crate) tenant_uid: i64,
    pub(crate) slug: String,
    pub(crate) kind: KeyKind,
}

/// The owner of a key that is in use.
pub(crate) fn owner(c: &Connection, key: &str) -> rusqlite::Result<Option<KeyOwner>> {
    c.prepare_cached(
        "SELECT k.id, t.uid, t.slug, k.is_user FROM keys k JOIN tenants t ON t.uid = k.tenant_uid
         WHERE k.hash = ? AND k.revoked_at_ms IS NULL",
    )?
    .query_row([hash(key)], |r| {
        Ok(KeyOwner {
            key_id: r.get(0)?,
            tenant_uid: r.get(1)?,
            slug: r.get(2)?,
            kind: kind_of(r.get(3)?),
        })
    })
    .optional()
}

fn kind_of(is_user: bool) -> KeyKind {
    if is_user { KeyKind::User } else { KeyKind::Api }
}

/// Whether the tenant has a key in use.
pub(crate) fn any(c: &Connection, tenant_uid: i64) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM keys WHERE tenant_uid = ? AND is_user = 0 AND revoked_at_ms IS NULL)",
        [tenant_uid],
        |r| r.get(0),
    )
}

/// Makes a key and returns it: the only moment it exists in clear.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    tenant_uid: i64,
    name: &str,
    kind: KeyKind,
    now_ms: i64,
) -> Result<String, Error> {
    let key = generate(kind)?;
    tx.execute(
        "INSERT INTO keys (tenant_uid, name, hash, preview, created_at_ms, is_user) VALUES (?, ?, ?, ?, ?, ?)",
        params![tenant_uid, name, hash(&key), &key[..8], now_ms, kind == KeyKind::User],
    )?;
    Ok(key)
}

/// Takes the key of that name out of use. False: there was none.
pub(crate) fn revoke(
    tx: &Transaction<'_>,
    tenant_uid: i64,
    name: &str,
    now_ms: i64,
) -> rusqlite::Result<bool> {
    let changed = tx.execute(
        "UPDATE keys SET revoked_at_ms = ? WHERE tenant_uid = ? AND name = ? AND revoked_at_ms IS NULL",
        params![now_ms, tenant_uid, name],
    )?;
    Ok(changed > 0)
}

/// One key as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KeyInfo {
    /// The tenant it opens.
    pub tenant: String,
    /// The name it was given.
    pub name: String,
    /// Whose it is.
    pub kind: KeyKind,
    /// Its first characters, to tell it from others.
    pub preview: String,
    /// `2026-11-23T00:40:20Z`.
    pub created_at: String,
}

/// The keys of a data folder, for commands that run beside a server or without one.
pub struct Keyring {
    connection: Connection,
}

impl Keyring {
    /// Opens the folder's database, and makes it if there is none.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        Ok(Self { connection: db::open(data_dir)? })
    }

    /// A new key or user's token, returned this once. With `replace`, an earlier key of the same name stops working; without, a taken
    /// name is an error. A tenant that does not exist yet is made.
    pub fn create(
        &mut self,
        tenant: &str,
        name: &str,
        kind: KeyKind,
        replace: bool,
        now_ms: i64,
    ) -> Result<String, Error> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tenant_uid = db::tenants::ensure(&tx, tenant, now_ms)?;
        if replace {
            revoke(&tx, tenant_uid, name, now_ms)?;
        } else if named(&tx, tenant_uid, name)? {
            return Err(Error::KeyNameTaken(name.to_owned()));
        }
        let key = insert(&tx, tenant_uid, name, kind, now_ms)?;
        tx.commit()?;
        Ok(key)
    }

    /// The keys in use, oldest first.
    pub fn list(&self) -> Result<Vec<KeyInfo>, Error> {
        let mut rows = self.connection.prepare(
            "SELECT t.slug, k.name, k.preview, k.created_at_ms, k.is_user FROM keys k JOIN tenants t ON t.uid = k.tenant_uid
             WHERE k.revoked_at_ms IS NULL ORDER BY k.id",
        )?;
        let keys = rows.query_map([], |r| {
            let created_at_ms: i64 = r.get(3)?;
            Ok(KeyInfo {
                tenant: r.get(0)?,
                name: r.get(1)?,
                kind: kind_of(r.get(4)?),
                preview: r.get(2)?,
                created_at: crate::times::whole_seconds(created_at_ms.div_euclid(1000)),
            })
        })?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Takes a key out of use, at once, also for a server that is running.
    pub fn revoke(&mut self, tenant: &str, name: &str, now_ms: i64) -> Result<(), Error> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let revoked = match db::tenants::by_slug(&tx, tenant)? {
            Some(found) => revoke(&tx, found.uid, name, now_ms)?,
            None => false,
        };
        tx.commit()?;
        if revoked { Ok(()) } else { Err(Error::NoSuchKey(name.to_owned())) }
    }

    /// The only tenant, where there is only one: what commands assume if none was named.
    pub fn only_tenant(&self) -> Result<Option<String>, Error> {
        let mut slugs = db::tenants::slugs(&self.connection)?;
        Ok(if slugs.len() == 1 { slugs.pop() } else { None })
    }
}

fn named(c: &Connection, tenant_uid: i64, name: &str) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM keys WHERE tenant_uid = ? AND name = ? AND revoked_at_ms IS NULL)",
        params![tenant_uid, name],
        |r| r.get(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_long_random_and_never_the_same() {
        let (a, b) = (generate(KeyKind::Api).unwrap(), generate(KeyKind::Api).unwrap());
        assert!(a.starts_with("wai-") && a.len() == 4 + 43, "{a}");
        assert_ne!(a, b);
        assert!(generate(KeyKind::User).unwrap().starts_with("user-"));
    }

    #[test]
    fn the_file_holds_no_key_and_a_revoked_key_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut ring = Keyring::open(dir.path()).unwrap();
        let key = ring.create("team", "ci", KeyKind::Api, false, 0).unwrap();
        assert!(owner(&ring.connection, &key).unwrap().is_some());
        assert!(matches!(
            ring.create("team", "ci", KeyKind::Api, false, 0),
            Err(Error::KeyNameTaken(_))
        ));
        let second = ring.create("team", "ci", KeyKind::Api, true, 0).unwrap();
        assert!(owner(&ring.connection, &key).unwrap().is_none());
        assert_eq!(ring.list().unwrap().len(), 1);
        ring.revoke("team", "ci", 1).unwrap();
        assert!(owner(&ring.connection, &second).unwrap().is_none());
        assert!(matches!(ring.revoke("team", "ci", 1), Err(Error::NoSuchKey(_))));
        drop(ring);
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let found = bytes.windows(20).any(|w| w == &key.as_bytes()[10..30]);
            assert!(!found);
        }
    }
}
