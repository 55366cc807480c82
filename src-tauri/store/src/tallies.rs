//! Counts of current feedback that the file's triggers keep: reading them takes the same time whether
//! there are a thousand feedback or a million.

use domain::ConnectionId;
use rusqlite::{Connection, params_from_iter};

use crate::feedback::filter::Query;
use crate::sql::count;
use crate::{Error, Store};

/// How much is in each mailbox. Open: not annotated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxCounts {
    pub negative_open: u64,
    pub all_open: u64,
    /// Annotated *correct*: the user is right.
    pub needs_fix: u64,
    /// Annotated, with whatever.
    pub decided: u64,
    pub positive_with_comment: u64,
    pub everything: u64,
}

/// A filter on the tallies.
pub(crate) struct Tally(pub(crate) Query);

impl Tally {
    pub(crate) fn count(&self, reader: &Connection) -> Result<u64, Error> {
        let sql = format!(
            "SELECT coalesce(sum(n), 0) AS n FROM {} WHERE {}",
            self.0.from, self.0.conditions
        );
        let mut statement = reader.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(&self.0.params), |row| count(row, "n"))?)
    }
}

impl Store {
    /// How much is in each mailbox.
    pub fn mailbox_counts(&self, connection: ConnectionId) -> Result<MailboxCounts, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT
                coalesce(sum(n) FILTER (WHERE outcome = 'negative' AND annotation = ''), 0)
                    AS negative_open,
                coalesce(sum(n) FILTER (WHERE annotation = ''), 0) AS all_open,
                coalesce(sum(n) FILTER (WHERE annotation = 'correct'), 0) AS needs_fix,
                coalesce(sum(n) FILTER (WHERE annotation <> ''), 0) AS decided,
                coalesce(sum(n) FILTER (WHERE outcome = 'positive' AND has_comment = 1), 0)
                    AS positive_with_comment,
                coalesce(sum(n), 0) AS everything
             FROM feedback_tallies WHERE connection = ?1",
        )?;
        Ok(statement.query_row([connection.0], |row| {
            Ok(MailboxCounts {
                negative_open: count(row, "negative_open")?,
                all_open: count(row, "all_open")?,
                needs_fix: count(row, "needs_fix")?,
                decided: count(row, "decided")?,
                positive_with_comment: count(row, "positive_with_comment")?,
                everything: count(row, "everything")?,
            })
        })?)
    }
}
