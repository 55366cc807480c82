//! Runs that were made elsewhere and recorded here, with their payloads as text.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

/// A run to keep.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    pub(crate) id: String,
    pub(crate) agent_uid: i64,
    pub(crate) version_key: i64,
    pub(crate) success: bool,
    pub(crate) created_at_ms: i64,
    pub(crate) duration_s: Option<f64>,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) conversation_id: String,
    pub(crate) payload: Payload,
}

/// What went in and came out, as the app gave it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Payload {
    pub(crate) input: Value,
    pub(crate) output: Value,
    pub(crate) metadata: Option<Value>,
    pub(crate) error: Option<Value>,
    pub(crate) tool_calls: Option<Value>,
    pub(crate) tool_call_requests: Option<Value>,
    pub(crate) reasoning_steps: Option<Value>,
}

/// A run with what is shown of its version.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) success: bool,
    pub(crate) created_at_ms: i64,
    pub(crate) duration_s: Option<f64>,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) conversation_id: String,
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) metadata: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) tool_calls: Option<String>,
    pub(crate) tool_call_requests: Option<String>,
    pub(crate) reasoning_steps: Option<String>,
    pub(crate) version_hash: String,
    pub(crate) version_iteration: u32,
    pub(crate) schema_id: u32,
    pub(crate) version_properties: String,
}

/// The columns of [`read`], of `runs r` joined with `versions v`.
pub(crate) const COLUMNS: &str = "r.id, r.success, r.created_at_ms, r.duration_s, r.cost_usd, r.conversation_id, \
     r.input, r.output, r.metadata, r.error, r.tool_calls, r.tool_call_requests, r.reasoning_steps, \
     v.hash, v.iteration, v.schema_id, v.properties";

/// One row of [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: row.get(0)?,
        success: row.get(1)?,
        created_at_ms: row.get(2)?,
        duration_s: row.get(3)?,
        cost_usd: row.get(4)?,
        conversation_id: row.get(5)?,
        input: row.get(6)?,
        output: row.get(7)?,
        metadata: row.get(8)?,
        error: row.get(9)?,
        tool_calls: row.get(10)?,
        tool_call_requests: row.get(11)?,
        reasoning_steps: row.get(12)?,
        version_hash: row.get(13)?,
        version_iteration: row.get(14)?,
        schema_id: row.get(15)?,
        version_properties: row.get(16)?,
    })
}

/// A run of an agent; `id` in lower case.
pub(crate) fn find(c: &Connection, agent_uid: i64, id: &str) -> rusqlite::Result<Option<Run>> {
    c.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM runs r JOIN versions v ON v.key = r.version_key WHERE r.agent_uid = ? AND r.id = ?"
    ))?
    .query_row(params![agent_uid, id], read)
    .optional()
}

/// Whether feedback may be given on the run.
pub(crate) fn exists(c: &Connection, agent_uid: i64, id: &str) -> rusqlite::Result<bool> {
    c.prepare_cached("SELECT EXISTS (SELECT 1 FROM runs WHERE agent_uid = ? AND id = ?)")?
        .query_row(params![agent_uid, id], |r| r.get(0))
}

/// Keeps a run. The counts of its version are the caller's: a bulk load adds them up first.
pub(crate) fn insert(c: &Connection, run: &NewRun) -> rusqlite::Result<()> {
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
    let payload = &run.payload;
    c.prepare_cached(
        "INSERT INTO runs (agent_uid, id, version_key, success, created_at_ms, duration_s, cost_usd, conversation_id,
         input, output, metadata, error, tool_calls, tool_call_requests, reasoning_steps)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        run.agent_uid,
        run.id,
        run.version_key,
        run.success,
        run.created_at_ms,
        run.duration_s,
        run.cost_usd,
        run.conversation_id,
        payload.input.to_string(),
        payload.output.to_string(),
        text(&payload.metadata),
        text(&payload.error),
        text(&payload.tool_calls),
        text(&payload.tool_call_requests),
        text(&payload.reasoning_steps),
    ])?;
    Ok(())
}
