//! Tenants. Usually there is one; the paths of the API name it in each request.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Error;

const FIRST_UID: i64 = 1001;

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) uid: i64,
    pub(crate) slug: String,
    pub(crate) name: String,
}

impl Tenant {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { uid: row.get(0)?, slug: row.get(1)?, name: row.get(2)? })
    }

    /// The internal id, which paths may name instead of the slug.
    pub(crate) fn internal_id(uid: i64) -> String {
        format!("orguid_{uid}")
    }
}

/// The uid of a tenant, which is made if it does not exist.
pub(crate) fn ensure(c: &Connection, slug: &str, now_ms: i64) -> Result<i64, Error> {
    if let Some(found) = by_slug(c, slug)? {
        return Ok(found.uid);
    }
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if slug == "_" || !(1..=64).contains(&slug.len()) || !slug.bytes().all(allowed) {
        return Err(Error::BadTenant);
    }
    let uid =
        c.query_row("SELECT coalesce(max(uid) + 1, ?) FROM tenants", [FIRST_UID], |r| r.get(0))?;
    c.execute(
        "INSERT INTO tenants (uid, slug, name, created_at_ms) VALUES (?, ?, ?, ?)",
        params![uid, slug, slug, now_ms],
    )?;
    Ok(uid)
}

/// The tenant of that slug. Case counts.
pub(crate) fn by_slug(c: &Connection, slug: &str) -> rusqlite::Result<Option<Tenant>> {
    c.prepare_cached("SELECT uid, slug, name FROM tenants WHERE slug = ?")?
        .query_row([slug], Tenant::read)
        .optional()
}

/// All slugs, oldest first.
pub(crate) fn slugs(c: &Connection) -> rusqlite::Result<Vec<String>> {
    c.prepare("SELECT slug FROM tenants ORDER BY uid")?.query_map([], |r| r.get(0))?.collect()
}

/// Whether there is a tenant of that uid.
pub(crate) fn exists(c: &Connection, uid: i64) -> rusqlite::Result<bool> {
    c.query_row("SELECT EXISTS (SELECT 1 FROM tenants WHERE uid = ?)", [uid], |r| r.get(0))
}
