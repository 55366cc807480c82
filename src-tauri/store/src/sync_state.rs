//! How far the mirror of one agent is, and where its walks through the list stand.

use domain::{AgentId, ConnectionId, FeedbackId};
use rusqlite::{OptionalExtension, Row, params};

use crate::feedback::listed::ListKey;
use crate::sql::optional_text;
use crate::{Error, Store};

/// The state of one agent's mirror; all empty before the first sync.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The last time the end of the list was reached.
    pub last_full_at_ms: Option<i64>,
    /// Up to which feedback time the top of the list has been read without a gap; what is newer is to be read
    /// from the top.
    pub top_ms: Option<i64>,
    /// The server's own count, which may be above what it lists.
    pub remote_count: Option<u64>,
    /// By how many the server's count was above what the mirror held when they were compared last: it counts
    /// items that it never shows (contract, 0.1).
    pub count_gap: Option<i64>,
    /// The walk under way.
    pub walk: Option<Walk>,
    /// Up to when a patrol has read what was due.
    pub patrolled_at_ms: Option<i64>,
}

/// A walk through a list, from the top to the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Where the next page begins.
    pub offset: u64,
    /// The lowest item up to which everything has been read. `None`: nothing yet.
    pub frontier: Option<ListKey>,
    /// The highest item when the walk began.
    pub top: Option<ListKey>,
    /// The server's count when the walk began.
    pub count: Option<u64>,
    /// To be walked to the end at once; else a patrol, some pages at a time.
    pub is_urgent: bool,
}

impl Store {
    /// The state of one agent's mirror.
    pub fn sync_state(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
    ) -> Result<SyncState, Error> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached("SELECT * FROM sync_state WHERE connection = ?1 AND agent = ?2")?;
        let state =
            statement.query_row(params![connection.0, agent.as_str()], of_row).optional()?;
        Ok(state.unwrap_or_default())
    }

    /// Files the state of one agent's mirror.
    pub fn set_sync_state(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        state: &SyncState,
    ) -> Result<(), Error> {
        let walk = state.walk.as_ref();
        let frontier = walk.and_then(|walk| walk.frontier.as_ref());
        let top = walk.and_then(|walk| walk.top.as_ref());
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO sync_state (connection, agent, last_full_at_ms, top_ms, \
                 remote_count, count_gap, resume_offset, walk_frontier_ms, walk_frontier_id, \
                 walk_top_ms, walk_top_id, walk_count, walk_urgent, patrolled_at_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                connection.0,
                agent.as_str(),
                state.last_full_at_ms,
                state.top_ms,
                state.remote_count.map(saturate),
                state.count_gap,
                walk.map(|walk| saturate(walk.offset)),
                frontier.map(|key| key.created_at_ms),
                frontier.map(|key| key.id.as_str()),
                top.map(|key| key.created_at_ms),
                top.map(|key| key.id.as_str()),
                walk.and_then(|walk| walk.count).map(saturate),
                walk.map(|walk| walk.is_urgent),
                state.patrolled_at_ms,
            ])?;
            Ok(())
        })
    }
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<SyncState> {
    Ok(SyncState {
        last_full_at_ms: row.get("last_full_at_ms")?,
        top_ms: row.get("top_ms")?,
        remote_count: number(row, "remote_count")?,
        count_gap: row.get("count_gap")?,
        walk: walk_of(row)?,
        patrolled_at_ms: row.get("patrolled_at_ms")?,
    })
}

fn walk_of(row: &Row<'_>) -> rusqlite::Result<Option<Walk>> {
    let key = |ms, id| -> rusqlite::Result<Option<ListKey>> {
        let ms: Option<i64> = row.get(ms)?;
        let id: Option<FeedbackId> = optional_text(row, id)?;
        Ok(ms.zip(id).map(|(created_at_ms, id)| ListKey { created_at_ms, id }))
    };
    let Some(is_urgent) = row.get("walk_urgent")? else { return Ok(None) };
    Ok(Some(Walk {
        offset: number(row, "resume_offset")?.unwrap_or(0),
        frontier: key("walk_frontier_ms", "walk_frontier_id")?,
        top: key("walk_top_ms", "walk_top_id")?,
        count: number(row, "walk_count")?,
        is_urgent,
    }))
}

fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs))
}

fn saturate(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
