//! Which feedback the mirror holds in a stretch of a server's list: what a page covers and does not show is
//! not listed any more. What follows from that is the caller's.

use std::collections::HashSet;
use std::ops::Bound;

use domain::{AgentId, ConnectionId, Feedback, FeedbackId};
use rusqlite::params;

use super::write::{end_position, first_position};
use crate::sql::text;
use crate::{Error, Store};

/// Where an item stands in a server's list, which is in descending order of these: by time, then by id, as
/// ObjectIds begin with their second (contract, 0.10).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListKey {
    pub created_at_ms: i64,
    pub id: FeedbackId,
}

impl ListKey {
    /// An item's place.
    pub fn of(feedback: &Feedback) -> Self {
        Self { created_at_ms: feedback.created_at_ms, id: feedback.id.clone() }
    }
}

/// A stretch of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub newest: Bound<ListKey>,
    pub oldest: Bound<ListKey>,
}

impl Span {
    /// Whether an item belongs into the stretch.
    pub fn contains(&self, key: &ListKey) -> bool {
        let below = match &self.newest {
            Bound::Unbounded => true,
            Bound::Included(newest) => key <= newest,
            Bound::Excluded(newest) => key < newest,
        };
        let above = match &self.oldest {
            Bound::Unbounded => true,
            Bound::Included(oldest) => key >= oldest,
            Bound::Excluded(oldest) => key > oldest,
        };
        below && above
    }

    /// The times the stretch lies between, both included.
    fn times(&self) -> (i64, i64) {
        let ms = |bound: &Bound<ListKey>, open| match bound {
            Bound::Unbounded => open,
            Bound::Included(key) | Bound::Excluded(key) => key.created_at_ms,
        };
        (ms(&self.oldest, i64::MIN), ms(&self.newest, i64::MAX))
    }
}

impl Store {
    /// What the mirror takes to be listed in a stretch of an agent's list, but for `shown`: current, not gone.
    pub fn listed_beside(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        span: &Span,
        shown: &HashSet<FeedbackId>,
    ) -> Result<Vec<ListKey>, Error> {
        let reader = self.reader()?;
        let (from_ms, to_ms) = span.times();
        let end = end_position(to_ms.saturating_add(1)).unwrap_or(i64::MAX);
        let mut statement = reader.prepare_cached(
            "SELECT id, created_at_ms FROM feedback
             WHERE facet IN (SELECT id FROM facets
                     WHERE connection = ?1 AND agent = ?2 AND gone = 0 AND newest >= ?3)
                 AND pos >= ?3 AND pos < ?4",
        )?;
        let from = first_position(from_ms);
        let mut rows = statement.query(params![connection.0, agent.as_str(), from, end])?;
        let mut beside = Vec::new();
        while let Some(row) = rows.next()? {
            let key = ListKey { created_at_ms: row.get("created_at_ms")?, id: text(row, "id")? };
            if span.contains(&key) && !shown.contains(&key.id) {
                beside.push(key);
            }
        }
        Ok(beside)
    }

    /// How many listed feedback of an agent stand above `key` (`None`: all) and have no earlier word here: by so
    /// many its server's count has grown since `key` was the top.
    pub fn listed_above(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        key: Option<&ListKey>,
    ) -> Result<u64, Error> {
        let oldest = key.map_or(Bound::Unbounded, |key| Bound::Excluded(key.clone()));
        let span = Span { newest: Bound::Unbounded, oldest };
        let mut fresh = 0;
        for key in self.listed_beside(connection, agent, &span, &HashSet::new())? {
            let row = self.feedback(connection, &key.id)?;
            fresh += u64::from(row.is_some_and(|row| row.earlier_words == 0));
        }
        Ok(fresh)
    }
}
