//! Who has the mirror open. Every open mirror holds a shared lock beside the file; what replaces the file needs to be
//! alone, or another process would go on writing into the file that was put away.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::Error;

/// Held as long as the mirror is open.
#[derive(Debug)]
pub(crate) struct Presence {
    /// `None` where the file system has no locks, or nothing can be written.
    _file: Option<File>,
}

impl Presence {
    /// Says that this process has it open. Waits for one that is replacing the file.
    pub(crate) fn shared(path: &Path) -> Self {
        let file = file_beside(path).filter(|file| file.lock_shared().is_ok());
        Self { _file: file }
    }

    /// Alone with the file until dropped.
    ///
    /// # Errors
    /// [`Error::InUse`].
    pub(crate) fn alone(path: &Path) -> Result<Self, Error> {
        let Some(file) = file_beside(path) else { return Err(Error::ReadOnly) };
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse),
            Err(TryLockError::Error(_)) => Ok(Self { _file: None }),
        }
    }
}

fn file_beside(path: &Path) -> Option<File> {
    let path = path.with_extension("open");
    File::options().create(true).truncate(false).write(true).open(path).ok()
}
