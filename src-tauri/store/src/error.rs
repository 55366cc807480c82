//! What can go wrong with the mirror, in words a person can act on.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use domain::{ConnectionId, SnoozeKind};
use rusqlite::ErrorCode;

use crate::LONGEST_VIEW_NAME;

/// Why the mirror could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Written by a newer Upshot; nothing was touched.
    #[error(
        "the mirror was written by a newer version of Upshot (format {found}, this one knows {known}): \
         update Upshot, or move {path} away to start afresh", path = path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("a connection named \"{0}\" exists already")]
    NameTaken(String),
    #[error("a view named \"{0}\" exists already")]
    ViewNameTaken(String),
    #[error("a view's name has 1 to {LONGEST_VIEW_NAME} characters")]
    ViewName,
    #[error("there is no view {0}")]
    NoView(i64),
    #[error("there is no connection {0}")]
    NoConnection(ConnectionId),
    /// Nothing was added: such a snooze would never end.
    #[error("of {feedback} feedback nothing can be awaited as \"{kind}\"")]
    NothingToAwait { kind: SnoozeKind, feedback: u64 },
    #[error("the disk is full: the mirror could not be written")]
    DiskFull,
    #[error("the mirror's file or folder cannot be written")]
    ReadOnly,
    #[error("another process has kept the mirror locked for too long")]
    Locked,
    /// By a [`crate::CancelToken`].
    #[error("the read was cancelled: nobody waits for it any more")]
    Cancelled,
    /// The file is to be replaced, and somebody has it open.
    #[error("another process has the mirror open")]
    InUse,
    /// Found by SQLite itself.
    #[error("the mirror's file is damaged or no database")]
    Damaged,
    #[error("{doing} {path}", path = path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("a stored {what} cannot be read back")]
    Unreadable { what: &'static str, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the mirror's format could not be brought up to date")]
    Migration(#[source] rusqlite_migration::Error),
    #[error("the mirror refused a query")]
    Sqlite(#[source] rusqlite::Error),
}

impl Error {
    /// What it means that `doing` something to a file or folder failed.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| match source.kind() {
            ErrorKind::StorageFull => Self::DiskFull,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io { doing, path: path.to_owned(), source },
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<rusqlite_migration::Error> for Error {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. }
                if err.sqlite_error_code().is_some_and(|code| code != ErrorCode::Unknown) =>
            {
                err.into()
            }
            other => Self::Migration(other),
        }
    }
}
