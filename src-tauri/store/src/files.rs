//! Images a person looked at, kept so that they can be looked at again without a network; the ones not used for
//! longest make room. Nothing is fetched here, and nothing comes in that nobody asked for.

use domain::ConnectionId;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Error, Store};

/// Of all connections together.
const MOST_BYTES: i64 = 200_000_000;
/// A larger file is not kept.
pub const LARGEST_FILE_BYTES: usize = 20 * 1024 * 1024;
/// A longer address is not one that comes again.
const LONGEST_URL_BYTES: usize = 8 * 1024;

/// A file as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    pub media_type: String,
    pub body: Vec<u8>,
}

impl Store {
    /// The file of an address, if it is here; it counts as used at `now_ms`.
    pub fn file(
        &self,
        connection: ConnectionId,
        url: &str,
        now_ms: i64,
    ) -> Result<Option<KeptFile>, Error> {
        let found = {
            let reader = self.reader()?;
            let mut statement = reader.prepare_cached(
                "SELECT pos, media_type, body FROM files WHERE connection = ?1 AND url = ?2",
            )?;
            statement
                .query_row(params![connection.0, url], |row| {
                    Ok((
                        row.get::<_, i64>(0)?,
                        KeptFile { media_type: row.get(1)?, body: row.get(2)? },
                    ))
                })
                .optional()?
        };
        let Some((pos, file)) = found else { return Ok(None) };
        let noted = self.write(|tx| {
            tx.prepare_cached("UPDATE files SET used_at_ms = max(used_at_ms, ?2) WHERE pos = ?1")?
                .execute([pos, now_ms])?;
            Ok(())
        });
        if let Err(error) = noted {
            // On a full disk it can be looked at all the same.
            tracing::warn!(%error, "That a file was used could not be noted");
        }
        Ok(Some(file))
    }

    /// Keeps a file, and lets go of the ones not used for longest while all of them take too much. One that is too
    /// large is not kept.
    pub fn keep_file(
        &self,
        connection: ConnectionId,
        url: &str,
        file: &KeptFile,
        now_ms: i64,
    ) -> Result<(), Error> {
        if file.body.len() > LARGEST_FILE_BYTES || url.len() > LONGEST_URL_BYTES {
            return Ok(());
        }
        let bytes = i64::try_from(file.body.len()).unwrap_or(i64::MAX);
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO files (connection, url, media_type, used_at_ms, bytes, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET media_type = excluded.media_type,
                     used_at_ms = excluded.used_at_ms, bytes = excluded.bytes, body = excluded.body",
            )?
            .execute(params![connection.0, url, file.media_type, now_ms, bytes, file.body])?;
            trim(tx, MOST_BYTES)
        })
    }

    /// What the files of a connection take.
    pub fn file_bytes_of(&self, connection: ConnectionId) -> Result<u64, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT coalesce(sum(bytes), 0) FROM files INDEXED BY files_of_connection
             WHERE connection = ?1",
        )?;
        Ok(statement.query_row([connection.0], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }
}

fn trim(tx: &Transaction<'_>, most_bytes: i64) -> Result<(), Error> {
    let mut bytes: i64 = tx
        .prepare_cached("SELECT coalesce(sum(bytes), 0) FROM files INDEXED BY files_by_use")?
        .query_row([], |row| row.get(0))?;
    while bytes > most_bytes {
        bytes -= tx
            .prepare_cached(
                "DELETE FROM files WHERE pos =
                     (SELECT pos FROM files INDEXED BY files_by_use ORDER BY used_at_ms LIMIT 1)
                 RETURNING bytes",
            )?
            .query_row([], |row| row.get::<_, i64>(0))?;
    }
    Ok(())
}
