//! Opening the mirror, and who may use its file when: one writer, a few readers that come and go.

use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::cancel::unwatch;
use crate::migrations::{FILE_NAME, is_older, migrate, refuse_newer};
use crate::payloads::Dictionaries;
use crate::presence::Presence;
use crate::{CancelToken, Error};

/// How long a writer waits for another process's write.
const BUSY: Duration = Duration::from_secs(10);
/// Idle readers kept open; more are opened and closed as needed.
const IDLE_READERS: usize = 4;
/// Page cache per connection. Small: the system's own file cache stands behind it.
const CACHE_KIB: i64 = 8 * 1024;
/// The writer's. A first sync touches pages all over the indexes: with less room it writes most of them again and again.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// Pages in the write-ahead log before they are copied into the file, 32 MB: most are changed again before that.
const WAL_PAGES: i64 = 8 * 1024;
const STATEMENTS: usize = 96;

/// The mirror. Cheap to clone; clones share the same file and its connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// Ends the reads of this clone.
    pub(crate) token: Option<CancelToken>,
}

struct Inner {
    path: PathBuf,
    reach: Reach,
    idle: Mutex<Vec<Connection>>,
    _presence: Presence,
    watcher: Mutex<Watcher>,
    dictionaries: Dictionaries,
    /// Closed last: a connection for reading alone cannot move the write-ahead log into the file.
    writer: Mutex<Connection>,
}

/// How far one gets with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Writable,
    Readable,
    /// Readable, in a folder where not even the index of a write-ahead log can be made, as on a read-only disk.
    /// SQLite then reads the file as one that never changes.
    Frozen,
}

/// Sees commits of this process and of others by SQLite's own `data_version`.
struct Watcher {
    connection: Connection,
    seen: i64,
    generation: u64,
}

impl Store {
    /// Opens the mirror in `dir`, creating both as needed and bringing an older file up to date after
    /// keeping a copy of it. A mirror that can be read and not written is opened for reading: every write then
    /// is [`Error::ReadOnly`].
    ///
    /// # Errors
    /// [`Error::Newer`] for a file of a newer Upshot, which is left as it is.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        match Self::open_to_write(dir) {
            Err(Error::ReadOnly) => Self::open_to_read(dir.join(FILE_NAME)),
            other => other,
        }
    }

    fn open_to_write(dir: &Path) -> Result<Self, Error> {
        create_private(dir)?;
        let path = dir.join(FILE_NAME);
        let lock = lock_beside(&path)?;
        let presence = Presence::shared(&path);
        let mut writer = Connection::open(&path)?;
        prepare(&writer)?;
        // Before anything is changed, the journal mode included.
        refuse_newer(&writer, &path)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        writer.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
        migrate(&mut writer, &path)?;
        drop(lock);
        Self::with(path, writer, Reach::Writable, presence)
    }

    fn open_to_read(path: PathBuf) -> Result<Self, Error> {
        let presence = Presence::shared(&path);
        let reach = reach(&path)?;
        let reader = open_reader(&path, reach)?;
        refuse_newer(&reader, &path)?;
        if is_older(&reader)? {
            // It would have to be brought up to date first.
            return Err(Error::ReadOnly);
        }
        tracing::warn!("The mirror can be read and not written");
        Self::with(path, reader, reach, presence)
    }

    fn with(
        path: PathBuf,
        writer: Connection,
        reach: Reach,
        presence: Presence,
    ) -> Result<Self, Error> {
        let watcher = open_reader(&path, reach)?;
        let seen = data_version(&watcher)?;
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                reach,
                _presence: presence,
                writer: Mutex::new(writer),
                idle: Mutex::new(Vec::new()),
                watcher: Mutex::new(Watcher { connection: watcher, seen, generation: 0 }),
                dictionaries: Dictionaries::default(),
            }),
            token: None,
        })
    }

    /// The dictionaries payloads are packed with.
    pub(crate) fn dictionaries(&self) -> &Dictionaries {
        &self.inner.dictionaries
    }

    /// The mirror's file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Whether it was opened for reading alone.
    pub fn is_read_only(&self) -> bool {
        self.inner.reach != Reach::Writable
    }

    /// A number that grows whenever anything was committed since it was last asked for, by this process
    /// or another: what was computed under the same number is still right.
    pub fn generation(&self) -> u64 {
        let mut watcher = lock(&self.inner.watcher);
        match data_version(&watcher.connection) {
            Ok(version) if version == watcher.seen => {}
            Ok(version) => {
                watcher.seen = version;
                watcher.generation += 1;
            }
            // Without an answer, everything computed counts as stale.
            Err(_) => watcher.generation += 1,
        }
        watcher.generation
    }

    /// Runs `work` in one transaction, kept if it succeeds. A power cut may take the last such
    /// transactions back, never damage the file: the server can tell them again.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        transact(&mut lock(&self.inner.writer), work)
    }

    /// As [`Store::write`], and on the disk when it returns: for what no server could tell again.
    pub(crate) fn write_durably<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut writer = lock(&self.inner.writer);
        writer.pragma_update(None, "synchronous", "FULL")?;
        let result = transact(&mut writer, work);
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        result
    }

    /// Moves the write-ahead log into the file.
    pub(crate) fn empty_log(&self) -> Result<(), Error> {
        let writer = lock(&self.inner.writer);
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: bool = writer.query_row(sql, [], |row| row.get(0))?;
        if busy { Err(Error::Locked) } else { Ok(()) }
    }

    /// As [`Store::write`], and nothing of it is kept.
    pub(crate) fn rehearse<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut writer = lock(&self.inner.writer);
        work(&writer.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Runs `work` on the writer, outside of any transaction.
    pub(crate) fn on_writer<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        Ok(work(&lock(&self.inner.writer))?)
    }

    /// A reader; it goes back to the idle ones when dropped.
    pub(crate) fn reader(&self) -> Result<Reader<'_>, Error> {
        let idle = lock(&self.inner.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.inner.path, self.inner.reach)?,
        };
        let reader = Reader { connection: Some(connection), idle: &self.inner.idle };
        if let Some(token) = &self.token {
            token.watch(&reader)?;
        }
        Ok(reader)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

/// A connection for reading, on loan.
pub(crate) struct Reader<'a> {
    connection: Option<Connection>,
    idle: &'a Mutex<Vec<Connection>>,
}

impl Deref for Reader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a reader has its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // One that cannot be handed on as it came is closed.
        let is_fresh = connection.is_autocommit() && unwatch(&connection).is_ok();
        let mut idle = lock(self.idle);
        if is_fresh && idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

fn transact<T>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// A panic inside a transaction rolled it back when it unwound; the connection itself is fine.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn prepare(connection: &Connection) -> Result<(), Error> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(())
}

fn open_reader(path: &Path, reach: Reach) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match reach {
        Reach::Writable | Reach::Readable => Connection::open_with_flags(path, flags)?,
        Reach::Frozen => {
            Connection::open_with_flags(frozen_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?
        }
    };
    prepare(&connection)?;
    Ok(connection)
}

fn frozen_uri(path: &Path) -> String {
    let encoded =
        path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{encoded}?immutable=1")
}

/// How a file that cannot be written can be read.
fn reach(path: &Path) -> Result<Reach, Error> {
    let reads = |reach| {
        let reader = open_reader(path, reach)?;
        reader.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok::<_, Error>(())
    };
    match reads(Reach::Readable) {
        Ok(()) => return Ok(Reach::Readable),
        Err(Error::ReadOnly) => {}
        Err(error) => return Err(error),
    }
    if fs::metadata(with_ending(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        // What is in the log would be missed.
        return Err(Error::ReadOnly);
    }
    reads(Reach::Frozen).map(|()| Reach::Frozen)
}

/// The file that SQLite keeps beside another one: `-wal` its write-ahead log, `-shm` the log's index.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn data_version(connection: &Connection) -> Result<i64, Error> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

/// Held while the file is opened and migrated, so that two processes do not both migrate it.
fn lock_beside(path: &Path) -> Result<Option<File>, Error> {
    let path = path.with_extension("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Error::io("cannot create", &path))?;
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        // Some network file systems have no locks; SQLite does its own best there.
        Err(error) if error.kind() == std::io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(Error::io("cannot lock", &path)(error)),
    }
}

/// Users' words lie in there: nobody else on this machine is to read them.
fn create_private(dir: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(Error::io("cannot create", dir))
}

#[cfg(test)]
mod tests;
