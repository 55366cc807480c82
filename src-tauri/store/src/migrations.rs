//! The numbered .sql files, and the step from one file format to the next. A released file never changes:
//! `cargo xtask tidy` holds their checksums.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::Error;

/// The mirror's file inside its directory.
pub const FILE_NAME: &str = "mirror.sqlite3";

const STEPS: &[M<'static>] = &[
    M::up(include_str!("../migrations/0001_mirror.sql")),
    M::up(include_str!("../migrations/0002_facets.sql")),
    M::up(include_str!("../migrations/0003_payloads.sql")),
    M::up(include_str!("../migrations/0004_decisions.sql")),
    M::up(include_str!("../migrations/0005_walk.sql")),
    M::up(include_str!("../migrations/0006_triage.sql")),
    M::up(include_str!("../migrations/0007_alike.sql")),
    M::up(include_str!("../migrations/0010_run_words.sql")),
];

/// Refuses a file of a newer format, untouched.
pub(crate) fn refuse_newer(connection: &Connection, path: &Path) -> Result<(), Error> {
    let (found, known) = (format_of(connection)?, STEPS.len() as i64);
    if found > known {
        return Err(Error::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// A new file in an older format, or in the latest where there is no such format.
pub(crate) fn create_at(path: &Path, format: i64) -> Result<Connection, Error> {
    let mut connection = Connection::open(path)?;
    let format = usize::try_from(format).unwrap_or(0);
    let format = if (1..=STEPS.len()).contains(&format) { format } else { STEPS.len() };
    Migrations::from_slice(STEPS).to_version(&mut connection, format)?;
    Ok(connection)
}

/// Whether a file is of an older format, an empty one included.
pub(crate) fn is_older(connection: &Connection) -> Result<bool, Error> {
    Ok(format_of(connection)? < STEPS.len() as i64)
}

/// Brings a file to the latest format; one of an older format is copied beside itself first.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    migrate_by(connection, path, STEPS)
}

fn migrate_by(connection: &mut Connection, path: &Path, steps: &[M<'_>]) -> Result<(), Error> {
    let (found, known) = (format_of(connection)?, steps.len() as i64);
    if found == known {
        return Ok(());
    }
    if found > 0 {
        keep_copy(connection, path, found)?;
    }
    tracing::info!(from = found, to = known, "bringing the mirror's format up to date");
    Ok(Migrations::from_slice(steps).to_latest(connection)?)
}

pub(crate) fn format_of(connection: &Connection) -> Result<i64, Error> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// `mirror.sqlite3` of format 1 is kept as `mirror.format-1.sqlite3`.
fn keep_copy(connection: &Connection, path: &Path, format: i64) -> Result<(), Error> {
    let copy = path.with_extension(format!("format-{format}.sqlite3"));
    if copy.exists() {
        // Left by a migration that did not get through; the file has lived on since.
        fs::remove_file(&copy).map_err(|source| Error::Io {
            doing: "cannot replace",
            path: copy.clone(),
            source,
        })?;
    }
    // Not a file copy: that would miss what is still in the write-ahead log.
    connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).inspect_err(|_| {
        // Half a copy is none, and where the disk is full it takes the room that the next attempt needs.
        let _ = fs::remove_file(&copy);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_apply_to_an_empty_file() {
        Migrations::from_slice(STEPS).validate().expect("valid migrations");
    }

    #[test]
    fn a_copy_of_the_older_file_is_kept_before_it_is_migrated() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join(FILE_NAME);
        let mut connection = Connection::open(&path).expect("file");
        migrate_by(&mut connection, &path, &STEPS[..1]).expect("first format");
        connection.execute("INSERT INTO settings VALUES ('theme', 'dark')", []).expect("row");

        let next = [STEPS[0].clone(), M::up("DROP TABLE settings;")];
        migrate_by(&mut connection, &path, &next).expect("second format");

        assert!(connection.prepare("SELECT * FROM settings").is_err(), "not migrated");
        let copy = Connection::open(dir.path().join("mirror.format-1.sqlite3")).expect("copy");
        let theme: String =
            copy.query_row("SELECT value FROM settings", [], |row| row.get(0)).expect("kept row");
        assert_eq!(theme, "dark");
        let format: i64 =
            copy.pragma_query_value(None, "user_version", |row| row.get(0)).expect("format");
        assert_eq!(format, 1);
    }
}
