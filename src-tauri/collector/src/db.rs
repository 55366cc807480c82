//! The database: one file, one writer, a few readers, every call off the async threads. The tables are in the numbered `.sql` files,
//! what is done to each of them in the files of this folder. No HTTP here.

pub(crate) mod agents;
pub(crate) mod feedback;
pub(crate) mod meta;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod tenants;
pub(crate) mod versions;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};
use tokio::sync::Semaphore;

use crate::error::Error;

const FILE: &str = "collector.db";
const READERS: usize = 4;
const STEPS: &[M<'_>] =
    &[M::up(include_str!("db/1-tables.sql")), M::up(include_str!("db/2-users.sql"))];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The database file of a data folder.
pub(crate) fn file(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// Makes the folder, for its owner only: it holds what users said, and the secret that signs tokens.
pub(crate) fn make_dir(data_dir: &Path) -> Result<(), Error> {
    let refused = |source| Error::DataDir { path: data_dir.to_owned(), source };
    let existed = data_dir.is_dir();
    std::fs::create_dir_all(data_dir).map_err(refused)?;
    #[cfg(unix)]
    if !existed {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(data_dir, std::fs::Permissions::from_mode(0o700))
            .map_err(refused)?;
    }
    #[cfg(not(unix))]
    let _ = existed;
    Ok(())
}

/// Opens the folder's database for writing, makes it if there is none, and brings its tables up to date.
pub(crate) fn open(data_dir: &Path) -> Result<Connection, Error> {
    make_dir(data_dir)?;
    let mut connection = connect(&file(data_dir))?;
    // FULL: a 200 is sent after the disk has it. With NORMAL, a power cut takes the last answers along.
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    private(&file(data_dir))?;
    MIGRATIONS.to_latest(&mut connection)?;
    meta::ensure(&connection)?;
    Ok(connection)
}

/// A database file that nobody uses yet and that may be lost: as fast as SQLite goes.
pub(crate) fn open_for_bulk_load(path: &Path) -> Result<Connection, Error> {
    let mut connection = connect(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -64000;",
    )?;
    private(path)?;
    MIGRATIONS.to_latest(&mut connection)?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Readable by its owner only; SQLite gives the files beside it the same rights.
fn private(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|source| Error::DataDir { path: path.to_owned(), source })?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The open database, shared by all requests.
#[derive(Clone)]
pub(crate) struct Database {
    path: PathBuf,
    writer: Arc<Mutex<Connection>>,
    idle_readers: Arc<Mutex<Vec<Connection>>>,
    readers: Arc<Semaphore>,
}

impl Database {
    pub(crate) fn new(data_dir: &Path, writer: Connection) -> Self {
        Self {
            path: file(data_dir),
            writer: Arc::new(Mutex::new(writer)),
            idle_readers: Arc::default(),
            readers: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// Runs `work` in a transaction of its own, so that a list and its count belong together.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + From<rusqlite::Error> + Send + 'static,
    {
        let permit =
            self.readers.clone().acquire_owned().await.map_err(|_| E::from(Error::Thread))?;
        let database = self.clone();
        let job = move || {
            let _permit = permit;
            let mut connection = database.reader()?;
            let tx = connection.transaction()?;
            let result = work(&tx);
            drop(tx);
            lock(&database.idle_readers).push(connection);
            result
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| E::from(Error::Thread))?
    }

    /// Runs `work` in a transaction and commits it. When this returns `Ok`, the disk has it.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + From<rusqlite::Error> + Send + 'static,
    {
        let writer = self.writer.clone();
        let job = move || {
            let mut connection = lock(&writer);
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&tx)?;
            tx.commit()?;
            Ok(result)
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| E::from(Error::Thread))?
    }

    /// Moves everything from the write-ahead log into the database file.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        let database = self.clone();
        let job = move || {
            lock(&database.idle_readers).clear();
            // The row says how far it came; another process that is reading may keep part of the log alive.
            lock(&database.writer).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Error::Thread)?
    }

    fn reader(&self) -> Result<Connection, Error> {
        if let Some(connection) = lock(&self.idle_readers).pop() {
            return Ok(connection);
        }
        let connection = connect(&self.path)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }
}

/// A panic while holding the lock leaves a rolled-back transaction behind, nothing worse: go on.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
