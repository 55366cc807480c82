//! Settings: text under a key. Secrets have no place here.

use rusqlite::{OptionalExtension, params};

use crate::{Error, Store};

impl Store {
    /// What is set under `key`.
    pub fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Sets `key`; `None` takes it away.
    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        self.write_durably(|tx| {
            match value {
                Some(value) => tx
                    .prepare_cached(
                        "INSERT INTO settings (key, value) VALUES (?1, ?2) \
                         ON CONFLICT DO UPDATE SET value = excluded.value",
                    )?
                    .execute(params![key, value])?,
                None => tx.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([key])?,
            };
            Ok(())
        })
    }
}
