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
    M::up(include_str!("../migrations/0008_run_words.sql")),
    M::up(include_str!("../migrations/0009_pins.sql")),
    M::up(include_str!("../migrations/0010_views.sql")),
    M::up(include_str!("../migrations/0011_pages.sql")),
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

    /// A decision and a comment of the first format, and how often it was opened since.
    fn of_first_format(path: &Path) -> Connection {
        let connection = create_at(path, 1).expect("first format");
        connection.pragma_update(None, "journal_mode", "WAL").expect("journal");
        connection
            .execute_batch(
                "INSERT INTO connections VALUES (1, 'acme', 'http://127.0.0.1:1', NULL, 0, 'server', NULL, 1);
                 INSERT INTO feedback (pos, connection, id, agent, run, outcome, created_at_ms,
                     first_seen_at_ms, run_state, has_comment, unspaced, comment)
                 VALUES (2097152, 1, 'f', 'helpdesk', 'r', 'negative', 1, 1, 'unknown', 1, 0, 'too slow');
                 INSERT INTO decisions VALUES (1, 1, 'f', 'correct', 'asked support', NULL, 9, 'ann');
                 INSERT INTO settings VALUES ('opened', '0');",
            )
            .expect("rows");
        connection
    }

    /// What must come through, and how often it was opened.
    fn told(connection: &Connection) -> (String, String, String) {
        let sql = "SELECT f.comment, d.note, s.value FROM feedback f
             JOIN decisions d ON d.feedback_id = f.id, settings s WHERE s.key = 'opened'";
        let row = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        row.expect("the comment, its decision and the setting")
    }

    /// Lets the file have so many pages; answers how many it has.
    fn room(connection: &Connection, pages: i64) -> i64 {
        let sql = format!("PRAGMA max_page_count = {pages}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("a limit");
        connection.pragma_query_value(None, "page_count", |row| row.get(0)).expect("pages")
    }

    #[test]
    fn wherever_the_disk_fills_up_the_older_file_goes_on_and_its_copy_is_kept() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join(FILE_NAME);
        let mut connection = of_first_format(&path);
        for more in 0.. {
            // In the hands of the older version meanwhile, which writes to it.
            let pages = room(&connection, i64::from(u32::MAX));
            let opened = more.to_string();
            connection.execute("UPDATE settings SET value = ?1", [&opened]).expect("written");
            let before = ("too slow".to_owned(), "asked support".to_owned(), opened);
            room(&connection, pages + more);
            let migrated = migrate(&mut connection, &path);

            let copy = Connection::open(dir.path().join("mirror.format-1.sqlite3")).expect("copy");
            assert_eq!((format_of(&copy).expect("format"), told(&copy)), (1, before.clone()));
            assert_eq!(told(&connection), before);
            let sound: String = connection
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .expect("checked");
            assert_eq!(sound, "ok", "with {more} pages more");
            let Err(error) = migrated else {
                assert!(more > 10, "it hardly ever failed");
                assert!(!is_older(&connection).expect("format"));
                return;
            };
            assert!(matches!(error, Error::DiskFull), "with {more} pages more: {error:?}");
            assert_eq!(format_of(&connection).expect("format"), 1, "with {more} pages more");
        }
    }

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
