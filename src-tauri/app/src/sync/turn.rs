//! Whose turn it is: of all processes that share a data folder, one syncs a connection at a time. Two would fetch
//! everything twice and undo each other's notes of how far they are.

use std::fs::{File, TryLockError};
use std::path::Path;

use domain::ConnectionId;

/// The right to sync a connection, until dropped or until the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Turn {
    /// `None` where nothing can be locked: the sync itself says what is wrong with the folder, if anything is.
    _file: Option<File>,
}

/// Takes the turn; `None`: another one has it.
pub(crate) fn take(dir: &Path, connection: ConnectionId) -> Option<Turn> {
    let path = dir.join(format!("sync-{connection}.lock"));
    let Ok(file) = File::options().create(true).truncate(false).write(true).open(path) else {
        return Some(Turn { _file: None });
    };
    match file.try_lock() {
        Ok(()) => Some(Turn { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(_)) => Some(Turn { _file: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_one_at_a_time_and_ends() {
        let path = std::env::temp_dir().join(format!("upshot-turn-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        let first = take(&path, ConnectionId(1));
        assert!(first.is_some());
        assert!(take(&path, ConnectionId(1)).is_none());
        assert!(take(&path, ConnectionId(2)).is_some());
        drop(first);
        assert!(take(&path, ConnectionId(1)).is_some());
        assert!(take(&path.join("nowhere"), ConnectionId(1)).is_some());
        std::fs::remove_dir_all(&path).expect("cleared");
    }
}
