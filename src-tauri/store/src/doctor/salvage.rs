//! A damaged file read into a fresh one, row by row, past what cannot be read. The damaged one is kept under another
//! name, with its write-ahead log. What is derived is not read at all: the fresh file derives it from what it gets.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use crate::migrations::{FILE_NAME, create_at, format_of};
use crate::open::with_ending;
use crate::{Error, Store};

/// Where the fresh file grows.
const FOLDER: &str = "salvage";
/// Derived from the other tables; or how far the syncs were, which would keep them from reading everything again.
const NOT_READ: &[&str] = &[
    "facets",
    "users",
    "feedback_tallies",
    "decided",
    "woken",
    "noted",
    "offline_sums",
    "sync_state",
];
/// Columns of `feedback` that are derived as well.
const DERIVED: &[&str] = &["facet", "alike", "worded"];
/// How far ids move on where it cannot be told how many there were: none is ever used twice.
const LEAP: i64 = 1_000_000;

/// What could not be read of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    pub table: &'static str,
    /// `None`: nobody can tell.
    pub rows: Option<u64>,
}

/// Replaces the file; answers where the damaged one is kept and what could not be read.
pub(super) fn into_fresh_file(dir: &Path, path: &Path) -> Result<(PathBuf, Vec<Lost>), Error> {
    let folder = dir.join(FOLDER);
    if folder.exists() {
        // Half of an attempt that was cut; the file it read from is still in its place.
        fs::remove_dir_all(&folder).map_err(Error::io("cannot clear", &folder))?;
    }
    fs::create_dir(&folder).map_err(Error::io("cannot create", &folder))?;
    let kept = keep(dir, path)?;
    let lost = read_into(&kept, &folder)?;
    for ending in ["-wal", "-shm"] {
        // Kept under the other name; beside the fresh file it would be taken for that file's own.
        let beside = with_ending(path, ending);
        if beside.exists() {
            fs::remove_file(&beside).map_err(Error::io("cannot remove", &beside))?;
        }
    }
    fs::rename(folder.join(FILE_NAME), path).map_err(Error::io("cannot replace", path))?;
    fs::remove_dir_all(&folder).map_err(Error::io("cannot clear", &folder))?;
    Ok((kept, lost))
}

/// Puts the file and its write-ahead log under another name as well.
fn keep(dir: &Path, path: &Path) -> Result<PathBuf, Error> {
    let name = |number: u32| dir.join(format!("mirror.damaged-{number}.sqlite3"));
    let kept = (1..).map(name).find(|kept| !kept.exists()).unwrap_or_else(|| name(0));
    for ending in ["", "-wal"] {
        let (from, to) = (with_ending(path, ending), with_ending(&kept, ending));
        if from.exists() {
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).map(drop))
                .map_err(Error::io("cannot keep a copy as", &to))?;
        }
    }
    Ok(kept)
}

fn read_into(kept: &Path, folder: &Path) -> Result<Vec<Lost>, Error> {
    let fresh_path = folder.join(FILE_NAME);
    let mut lost = Vec::new();
    match open_damaged(kept) {
        Ok((damaged, format)) => {
            let mut fresh = create_at(&fresh_path, format)?;
            copy_all(&damaged, &mut fresh, &mut lost)?;
        }
        // Not even its tables can be told: all of it is lost but for the file itself.
        Err(Error::Damaged | Error::Sqlite(_)) => {
            lost.push(Lost { table: "decisions", rows: None });
        }
        Err(error) => return Err(error),
    }
    let store = Store::open(folder)?;
    store.mend()?;
    store.derive_decisions()?;
    // The file alone moves on to its place.
    store.empty_log()?;
    Ok(lost)
}

fn open_damaged(path: &Path) -> Result<(Connection, i64), Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let damaged = Connection::open_with_flags(path, flags)?;
    // It is kept as it was found: nothing of its log is moved into it.
    damaged.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    damaged.pragma_update(None, "query_only", true)?;
    damaged.pragma_update(None, "cell_size_check", true)?;
    let format = format_of(&damaged)?;
    damaged.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    Ok((damaged, format))
}

fn copy_all(
    damaged: &Connection,
    fresh: &mut Connection,
    lost: &mut Vec<Lost>,
) -> Result<(), Error> {
    fresh.pragma_update(None, "foreign_keys", false)?;
    let tx = fresh.transaction()?;
    for table in tables(&tx)? {
        let copied = Copied::of(damaged, &tx, &table)?;
        let rows = match (table.as_str(), copied.is_whole) {
            (_, true) => continue,
            ("decisions", false) => missing_decisions(damaged, &tx),
            (_, false) => None,
        };
        if rows != Some(0) {
            lost.push(Lost { table: known_name(&table), rows });
        }
    }
    copy_sequences(damaged, &tx)?;
    tx.commit()?;
    Ok(())
}

/// The tables to read: those of the fresh file that hold something of their own.
fn tables(fresh: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = fresh.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY name = 'feedback', name = 'runs', name",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut names = names.collect::<Result<Vec<_>, _>>()?;
    names.retain(|name| !NOT_READ.contains(&name.as_str()));
    Ok(names)
}

/// The name for whoever reads of it.
fn known_name(table: &str) -> &'static str {
    match table {
        "connections" => "connections",
        "decisions" => "decisions",
        "outbox" => "outbox",
        "pins" => "pins",
        "settings" => "settings",
        "views" => "views",
        "feedback" => "feedback",
        "runs" | "run_payloads" | "dictionaries" => "runs",
        "versions" | "deployments" => "versions",
        _ => "other things the server can tell again",
    }
}

/// What came of reading one table.
struct Copied {
    is_whole: bool,
}

impl Copied {
    fn of(damaged: &Connection, fresh: &Connection, table: &str) -> Result<Self, Error> {
        let columns = shared_columns(damaged, fresh, table)?;
        if columns.is_empty() {
            return Ok(Self { is_whole: false });
        }
        let list = columns.join(", ");
        let places = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT OR IGNORE INTO {table} ({list}) VALUES ({places})");
        let mut reading = Reading { damaged, fresh, insert, width: columns.len(), is_whole: true };
        if has_rowid(fresh, table)? {
            reading.by_rowid(&list, table);
        } else {
            reading.by_key(&list, table);
        }
        Ok(Self { is_whole: reading.is_whole })
    }
}

/// One table on its way.
struct Reading<'a> {
    damaged: &'a Connection,
    fresh: &'a Connection,
    insert: String,
    width: usize,
    is_whole: bool,
}

impl Reading<'_> {
    /// From the first row on, and over every gap to the next row that can be read.
    fn by_rowid(&mut self, list: &str, table: &str) {
        let sql = format!(
            "SELECT {list}, rowid FROM {table} NOT INDEXED WHERE rowid > ?1 ORDER BY rowid"
        );
        let mut last = i64::MIN;
        while let Err(reached) = self.pour(&sql, last) {
            self.is_whole = false;
            let Some(next) = self.beyond(&sql, reached) else { return };
            last = next;
        }
    }

    /// Without a rowid there is no way over a gap but from the other side.
    fn by_key(&mut self, list: &str, table: &str) {
        let forwards = format!("SELECT {list}, 0 FROM {table}");
        if self.pour(&forwards, None::<i64>).is_err() {
            self.is_whole = false;
            let backwards = format!("SELECT {list}, 0 FROM {table} ORDER BY 1 DESC, 2 DESC");
            // What it meets before the gap is in already.
            let _ = self.pour(&backwards, None::<i64>);
        }
    }

    /// Copies until the end, or says after which row it could not go on.
    fn pour(&mut self, sql: &str, last: impl Into<Option<i64>>) -> Result<(), i64> {
        let start: Option<i64> = last.into();
        let mut reached = start.unwrap_or(0);
        let parameters: Vec<i64> = start.into_iter().collect();
        let mut pour = || -> rusqlite::Result<bool> {
            let mut whole = true;
            let mut select = self.damaged.prepare_cached(sql)?;
            let mut insert = self.fresh.prepare_cached(&self.insert)?;
            let mut rows = select.query(params_from_iter(&parameters))?;
            while let Some(row) = rows.next()? {
                let values: Vec<Value> =
                    (0..self.width).map(|column| row.get(column)).collect::<Result<_, _>>()?;
                // A row that the fresh file does not take was not what it should have been.
                whole &= insert.execute(params_from_iter(values)).is_ok();
                reached = row.get(self.width)?;
            }
            Ok(whole)
        };
        match pour() {
            Ok(whole) => {
                self.is_whole &= whole;
                Ok(())
            }
            Err(_) => Err(reached),
        }
    }

    /// The last rowid before which nothing can be read, after one where reading stopped: found by leaps that double, then
    /// by halves. `None`: there is nothing more.
    fn beyond(&self, sql: &str, reached: i64) -> Option<i64> {
        let reads = |last: i64| {
            let mut select = self.damaged.prepare_cached(sql).ok()?;
            let mut rows = select.query([last]).ok()?;
            // A row and its width: the end is no error, and no row either.
            let row = rows.next().ok()?;
            Some(row.is_some_and(|row| row.get::<_, Value>(0).is_ok()))
        };
        let mut leap: i64 = 1;
        let (mut wrong, mut right) = loop {
            let next = reached.checked_add(leap)?;
            match reads(next) {
                Some(true) => break (reached.saturating_add(leap / 2), next),
                Some(false) => return None,
                None => leap = leap.checked_mul(2)?,
            }
        };
        while right - wrong > 1 {
            let middle = wrong + (right - wrong) / 2;
            match reads(middle) {
                Some(true) => right = middle,
                _ => wrong = middle,
            }
        }
        Some(right)
    }
}

fn has_rowid(fresh: &Connection, table: &str) -> Result<bool, Error> {
    let without: bool = fresh.query_row(
        "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1",
        [table],
        |row| row.get(0),
    )?;
    Ok(!without)
}

/// Columns that both have and that can be written; what is derived of a feedback is for the fresh file to find.
fn shared_columns(
    damaged: &Connection,
    fresh: &Connection,
    table: &str,
) -> Result<Vec<String>, Error> {
    let columns = |connection: &Connection| -> rusqlite::Result<Vec<String>> {
        let mut statement =
            connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
        statement.query_map([table], |row| row.get(0))?.collect()
    };
    let there = columns(damaged).unwrap_or_default();
    let mut shared = columns(fresh)?;
    shared.retain(|column| there.contains(column) && !DERIVED.contains(&column.as_str()));
    Ok(shared)
}

/// How many decisions there were that are not in the fresh file, by an index, which has pages of its own.
fn missing_decisions(damaged: &Connection, fresh: &Connection) -> Option<u64> {
    let ids = |connection: &Connection, sql: &str| -> rusqlite::Result<HashSet<i64>> {
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    };
    let copied = ids(fresh, "SELECT id FROM decisions").ok()?;
    let by_index = "SELECT id FROM decisions INDEXED BY decisions_of_feedback \
                    WHERE connection > -1 AND feedback_id IS NOT NULL";
    let known = ids(damaged, by_index).ok()?;
    Some(known.difference(&copied).count() as u64)
}

/// Ids that were used once are not used again, whatever became of their rows.
fn copy_sequences(damaged: &Connection, fresh: &Connection) -> Result<(), Error> {
    let sequences = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = damaged.prepare("SELECT name, seq FROM sqlite_sequence")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let known = sequences();
    for table in ["connections", "decisions", "pins"] {
        let highest: i64 =
            fresh.query_row(&format!("SELECT coalesce(max(id), 0) FROM {table}"), [], |row| {
                row.get(0)
            })?;
        let seq = match &known {
            Ok(known) => known.iter().find(|(name, _)| name == table).map_or(0, |(_, seq)| *seq),
            Err(_) => highest.saturating_add(LEAP),
        };
        fresh.execute("DELETE FROM sqlite_sequence WHERE name = ?1", [table])?;
        fresh.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, max(?2, ?3))",
            rusqlite::params![table, seq, highest],
        )?;
    }
    Ok(())
}

impl Store {
    /// Mends what refers to something that could not be read. Decisions and pins stay, also of a connection that is lost.
    fn mend(&self) -> Result<(), Error> {
        self.write_durably(|tx| {
            tx.execute_batch(
                "INSERT INTO connections (id, name, url, tenant, allow_plain_http, kind, agents, created_at_ms)
                 SELECT connection, 'recovered ' || connection, 'https://unknown.invalid', NULL, 0,
                     'server', NULL, 0
                 FROM (SELECT connection FROM decisions UNION SELECT connection FROM pins)
                 WHERE connection NOT IN (SELECT id FROM connections);
                 DELETE FROM outbox WHERE decision NOT IN (SELECT id FROM decisions);
                 DELETE FROM run_payloads WHERE run NOT IN (SELECT pos FROM runs);
                 UPDATE runs SET kept = 0, attempts = 0, retry_at_ms = NULL
                 WHERE kept > 0 AND pos NOT IN (SELECT run FROM run_payloads);
                 UPDATE feedback SET run_state = 'unknown', version = NULL, model = NULL
                 WHERE run_state <> 'unknown' AND NOT EXISTS (SELECT 1 FROM runs r
                     WHERE r.connection = feedback.connection AND r.agent = feedback.agent
                         AND r.id = feedback.run);",
            )?;
            for table in tables(tx)? {
                let has: bool = tx.query_row(
                    "SELECT count(*) > 0 FROM pragma_table_info(?1) WHERE name = 'connection'",
                    [&table],
                    |row| row.get(0),
                )?;
                if has {
                    tx.execute_batch(&format!(
                        "DELETE FROM {table} WHERE connection NOT IN (SELECT id FROM connections)"
                    ))?;
                }
            }
            Ok(())
        })
    }
}
