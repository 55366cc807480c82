//! Settings: text under a key. Secrets have no place here.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, Store};

impl Store {
    /// What is set under `key`.
    pub fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        value(&*self.reader()?, key)
    }

    /// Sets `key`; `None` takes it away.
    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        self.write_durably(|tx| put(tx, key, value))
    }

    /// Sets `key` to what `change` makes of the value there is; nobody writes in between.
    pub fn change_setting(
        &self,
        key: &str,
        change: impl FnOnce(Option<String>) -> Option<String>,
    ) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed = change(value(tx, key)?);
            put(tx, key, changed.as_deref())
        })
    }
}

fn value(connection: &Connection, key: &str) -> Result<Option<String>, Error> {
    let mut statement = connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

fn put(connection: &Connection, key: &str, value: Option<&str>) -> Result<(), Error> {
    match value {
        Some(value) => connection
            .prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2) \
                 ON CONFLICT DO UPDATE SET value = excluded.value",
            )?
            .execute(params![key, value])?,
        None => connection.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([key])?,
    };
    Ok(())
}
