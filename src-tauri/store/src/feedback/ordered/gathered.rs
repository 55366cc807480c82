//! All that a search finds, gathered at once as positions: where the indexes of words tell it all, no row is read. For
//! lists in an order that these indexes do not have, where matches would have to be looked up one by one.

use domain::ConnectionId;
use rusqlite::{Connection, params_from_iter};

use crate::Error;
use crate::feedback::filter::{FeedbackFilter, Query, Span, text};
use crate::feedback::matching::{self, within};
use crate::feedback::search::{Search, Side};

/// The positions of what matches, whatever kind of feedback it is and whosever.
pub(super) struct Gathered {
    /// By their comment; the oldest first.
    comments: Vec<i64>,
    /// By their run; the oldest first.
    runs: Vec<i64>,
}

impl Gathered {
    /// What matches of a stretch of time. What the rest of the filter does not let through may be missing.
    pub(super) fn of(
        reader: &Connection,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        search: &Search,
        span: Span,
    ) -> Result<Self, Error> {
        let comments = if filter.has_comment == Some(false) {
            // What matches by its comment has one.
            Vec::new()
        } else if search.literal.is_empty() {
            indexed(reader, search, span)?
        } else {
            // To read comments in any other order than they lie in takes eight times as long.
            let mut newest_first =
                matching::newest(reader, connection, filter, search, span, usize::MAX)?;
            newest_first.reverse();
            newest_first
        };
        let runs = match search.in_runs(Side::Either) {
            Some(search) => indexed(reader, &search, span)?,
            None => Vec::new(),
        };
        Ok(Self { comments, runs })
    }

    /// How many there are at the most: some match by both.
    pub(super) fn len(&self) -> usize {
        self.comments.len() + self.runs.len()
    }

    /// All of them, each once.
    pub(super) fn all(&self) -> Vec<i64> {
        let mut all = [self.comments.as_slice(), &self.runs].concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether the feedback at a position is one of them.
    pub(super) fn holds(&self, pos: i64) -> bool {
        self.comments.binary_search(&pos).is_ok() || self.runs.binary_search(&pos).is_ok()
    }
}

fn indexed(reader: &Connection, search: &Search, span: Span) -> Result<Vec<i64>, Error> {
    let Some((table, wanted)) = search.index() else { return Ok(Vec::new()) };
    let mut query = Query::new(&format!("{table} MATCH ?"), [text(wanted)]);
    within(&mut query, "rowid", span);
    let sql = format!("SELECT rowid FROM {table} WHERE {} ORDER BY rowid", query.conditions);
    let mut statement = reader.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(&query.params), |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
