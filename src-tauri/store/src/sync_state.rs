//! How far the mirror of one agent is, and what went wrong last.

use domain::{AgentId, ConnectionId};
use rusqlite::{OptionalExtension, Row, params};

use crate::sql::text;
use crate::{Error, Store};

/// The state of one agent's mirror; all empty before the first sync.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The last time every page was read.
    pub last_full_at_ms: Option<i64>,
    /// The last time a sync came to its end, full or not.
    pub last_sync_at_ms: Option<i64>,
    /// Where an unfinished full sync goes on.
    pub resume_offset: Option<u64>,
    /// Up to which feedback time the top of the list has been read without a gap; what is newer is to be read from the top.
    pub top_ms: Option<i64>,
    /// The server's own count, which may be above what it lists.
    pub remote_count: Option<u64>,
    /// By how many the server's count was above what it listed when every page was read last; it counts items that it
    /// never shows (contract, 0.1).
    pub count_gap: Option<i64>,
    /// The code of what went wrong last; `None` after a good sync.
    pub last_error: Option<String>,
    pub last_error_at_ms: Option<i64>,
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

    /// The states of all agents ever synced.
    pub fn sync_states(
        &self,
        connection: ConnectionId,
    ) -> Result<Vec<(AgentId, SyncState)>, Error> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached("SELECT * FROM sync_state WHERE connection = ?1 ORDER BY agent")?;
        let states =
            statement.query_map([connection.0], |row| Ok((text(row, "agent")?, of_row(row)?)))?;
        Ok(states.collect::<Result<_, _>>()?)
    }

    /// Files the state of one agent's mirror.
    pub fn set_sync_state(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        state: &SyncState,
    ) -> Result<(), Error> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO sync_state (connection, agent, last_full_at_ms, last_sync_at_ms, \
                 resume_offset, remote_count, last_error, last_error_at_ms, count_gap, top_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT DO UPDATE SET last_full_at_ms = excluded.last_full_at_ms,
                     last_sync_at_ms = excluded.last_sync_at_ms,
                     resume_offset = excluded.resume_offset, remote_count = excluded.remote_count,
                     last_error = excluded.last_error,
                     last_error_at_ms = excluded.last_error_at_ms,
                     count_gap = excluded.count_gap, top_ms = excluded.top_ms",
            )?
            .execute(params![
                connection.0,
                agent.as_str(),
                state.last_full_at_ms,
                state.last_sync_at_ms,
                state.resume_offset.map(saturate),
                state.remote_count.map(saturate),
                state.last_error,
                state.last_error_at_ms,
                state.count_gap,
                state.top_ms
            ])?;
            Ok(())
        })
    }
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<SyncState> {
    let number =
        |column| row.get::<_, Option<i64>>(column).map(|number| number.map(i64::unsigned_abs));
    Ok(SyncState {
        last_full_at_ms: row.get("last_full_at_ms")?,
        last_sync_at_ms: row.get("last_sync_at_ms")?,
        resume_offset: number("resume_offset")?,
        remote_count: number("remote_count")?,
        count_gap: row.get("count_gap")?,
        top_ms: row.get("top_ms")?,
        last_error: row.get("last_error")?,
        last_error_at_ms: row.get("last_error_at_ms")?,
    })
}

fn saturate(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
