//! Stops reads that nobody waits for any more: a person who types ahead asks anew with every letter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::{Error, Store};

/// Steps of SQLite's machine between two looks at the token; some tens of microseconds.
const STEPS: i32 = 2_000;

/// Stops reads from another thread; clones are the same token. What is cancelled stays so.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Ends every read under this token, under way or yet to come, with [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes a connection look at the token. Not SQLite's own interrupt: that would miss a read that is
    /// between two statements, or hit the next reader of the same connection.
    pub(crate) fn watch(&self, connection: &Connection) -> Result<(), Error> {
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let token = self.clone();
        Ok(connection.progress_handler(STEPS, Some(move || token.is_cancelled()))?)
    }
}

/// Makes a connection look at no token.
pub(crate) fn unwatch(connection: &Connection) -> Result<(), Error> {
    Ok(connection.progress_handler(0, None::<fn() -> bool>)?)
}

impl Store {
    /// The same mirror; reads through this one end when the token is cancelled. Writes do not.
    #[must_use]
    pub fn cancellable(&self, token: &CancelToken) -> Self {
        let mut store = self.clone();
        store.token = Some(token.clone());
        store
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_without_an_end_ends_when_it_is_cancelled_and_the_next_one_does_not() {
        let connection = Connection::open_in_memory().expect("connection");
        let token = CancelToken::default();
        token.watch(&connection).expect("watched");
        let canceller = std::thread::spawn({
            let token = token.clone();
            move || token.cancel()
        });
        let read: Result<i64, _> = connection.query_row(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            [],
            |row| row.get(0),
        );
        assert!(matches!(read.map_err(Error::from), Err(Error::Cancelled)));
        canceller.join().expect("cancelled");
        assert!(matches!(token.watch(&connection), Err(Error::Cancelled)));

        unwatch(&connection).expect("unwatched");
        let read: Result<i64, _> = connection.query_row(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)
             SELECT count(*) FROM n",
            [],
            |row| row.get(0),
        );
        assert_eq!(read.expect("read"), 50_000);
    }
}
