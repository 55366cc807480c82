//! Facts about the database itself: the secret that signs tokens, the five bytes in its feedback ids, its demo.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Error;
use crate::ids;
use crate::token::Signer;

const SECRET: &str = "token_secret";
const INSTANCE: &str = "instance";
const DEMO: &str = "demo";

/// Makes secret and instance once.
pub(crate) fn ensure(c: &Connection) -> Result<(), Error> {
    set_if_missing(c, SECRET, &ids::random_bytes::<32>()?)?;
    set_if_missing(c, INSTANCE, &ids::random_bytes::<5>()?)
}

/// Settles the instance before [`ensure`] draws one, so that demo ids are the same for the same seed.
pub(crate) fn set_instance(c: &Connection, instance: [u8; 5]) -> Result<(), Error> {
    set_if_missing(c, INSTANCE, &instance)
}

fn set_if_missing(c: &Connection, name: &str, value: &[u8]) -> Result<(), Error> {
    c.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", params![name, value])?;
    Ok(())
}

/// Signs and verifies this database's tokens.
pub(crate) fn signer(c: &Connection) -> rusqlite::Result<Signer> {
    let secret: [u8; 32] =
        c.query_row("SELECT value FROM meta WHERE name = ?", [SECRET], |r| r.get(0))?;
    Ok(Signer::new(&secret))
}

/// The five bytes in the middle of this database's feedback ids.
pub(crate) fn instance(c: &Connection) -> rusqlite::Result<[u8; 5]> {
    c.query_row("SELECT value FROM meta WHERE name = ?", [INSTANCE], |r| r.get(0))
}

/// How the demo data was made, if this is a demo.
pub(crate) fn demo(c: &Connection) -> rusqlite::Result<Option<String>> {
    c.query_row("SELECT value FROM meta WHERE name = ?", [DEMO], |r| r.get(0)).optional()
}

/// Marks the database as a demo.
pub(crate) fn set_demo(c: &Connection, how: &str) -> rusqlite::Result<()> {
    c.execute("INSERT INTO meta (name, value) VALUES (?, ?)", params![DEMO, how]).map(drop)
}
