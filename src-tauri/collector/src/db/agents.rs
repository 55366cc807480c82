//! Agents and their schemas.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use crate::ids;

/// One agent.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) uid: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
}

/// One schema of an agent.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) schema_id: u32,
    pub(crate) variant_id: String,
    pub(crate) input_schema: String,
    pub(crate) output_schema: String,
    pub(crate) created_at_ms: i64,
    pub(crate) last_active_at_ms: Option<i64>,
}

const AGENT: &str = "uid, id, name, description";

fn agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent { uid: row.get(0)?, id: row.get(1)?, name: row.get(2)?, description: row.get(3)? })
}

/// An agent by its id. Case counts.
pub(crate) fn find(c: &Connection, tenant_uid: i64, id: &str) -> rusqlite::Result<Option<Agent>> {
    c.prepare_cached(&format!("SELECT {AGENT} FROM agents WHERE tenant_uid = ? AND id = ?"))?
        .query_row(params![tenant_uid, id], agent)
        .optional()
}

/// The agents of a tenant, the one with the latest schema first.
pub(crate) fn list(c: &Connection, tenant_uid: i64) -> rusqlite::Result<Vec<Agent>> {
    let newest = "(SELECT max(s.created_at_ms) FROM schemas s WHERE s.agent_uid = agents.uid)";
    c.prepare_cached(&format!(
        "SELECT {AGENT} FROM agents WHERE tenant_uid = ? ORDER BY {newest} DESC, id"
    ))?
    .query_map([tenant_uid], agent)?
    .collect()
}

/// An agent's schemas in order.
pub(crate) fn schemas(c: &Connection, agent_uid: i64) -> rusqlite::Result<Vec<Schema>> {
    c.prepare_cached(&format!(
        "SELECT {SCHEMA} FROM schemas WHERE agent_uid = ? ORDER BY schema_id"
    ))?
    .query_map([agent_uid], schema)?
    .collect()
}

const SCHEMA: &str =
    "schema_id, variant_id, input_schema, output_schema, created_at_ms, last_active_at_ms";

fn schema(row: &Row<'_>) -> rusqlite::Result<Schema> {
    Ok(Schema {
        schema_id: row.get(0)?,
        variant_id: row.get(1)?,
        input_schema: row.get(2)?,
        output_schema: row.get(3)?,
        created_at_ms: row.get(4)?,
        last_active_at_ms: row.get(5)?,
    })
}

/// One schema of an agent.
pub(crate) fn find_schema(
    c: &Connection,
    agent_uid: i64,
    schema_id: u32,
) -> rusqlite::Result<Option<Schema>> {
    c.prepare_cached(&format!(
        "SELECT {SCHEMA} FROM schemas WHERE agent_uid = ? AND schema_id = ?"
    ))?
    .query_row(params![agent_uid, schema_id], schema)
    .optional()
}

/// What an app says about an agent when it registers it.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) input_schema: Value,
    pub(crate) output_schema: Value,
    /// `None`: the schema of the same content, or else the next free number.
    pub(crate) schema_id: Option<u32>,
}

/// Makes the agent and the schema where they are missing. The same schema again is the same number.
pub(crate) fn register(
    c: &Connection,
    tenant_uid: i64,
    wanted: &Registration,
    now_ms: i64,
) -> rusqlite::Result<(i64, Schema)> {
    let uid = match find(c, tenant_uid, &wanted.id)? {
        Some(found) => found.uid,
        None => insert(c, tenant_uid, wanted, now_ms)?,
    };
    let both = json!({"input": wanted.input_schema, "output": wanted.output_schema});
    let variant_id = ids::content_hash(&both);
    let known = c
        .prepare_cached("SELECT schema_id FROM schemas WHERE agent_uid = ? AND variant_id = ?")?
        .query_row(params![uid, variant_id], |r| r.get::<_, u32>(0))
        .optional()?;
    let schema_id = match known {
        Some(known) => known,
        None => insert_schema(c, uid, wanted, &variant_id, now_ms)?,
    };
    let found = find_schema(c, uid, schema_id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok((uid, found))
}

fn insert(
    c: &Connection,
    tenant_uid: i64,
    wanted: &Registration,
    now_ms: i64,
) -> rusqlite::Result<i64> {
    let taken = |uid: i64| {
        c.query_row("SELECT EXISTS (SELECT 1 FROM agents WHERE uid = ?)", [uid], |r| {
            r.get::<_, bool>(0)
        })
    };
    let mut attempt = 0;
    let mut uid = ids::agent_uid(tenant_uid, &wanted.id, attempt);
    while taken(uid)? {
        attempt += 1;
        uid = ids::agent_uid(tenant_uid, &wanted.id, attempt);
    }
    c.execute(
        "INSERT INTO agents (uid, tenant_uid, id, name, description, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        params![uid, tenant_uid, wanted.id, wanted.name.as_ref().unwrap_or(&wanted.id), wanted.description, now_ms],
    )?;
    Ok(uid)
}

fn insert_schema(
    c: &Connection,
    agent_uid: i64,
    wanted: &Registration,
    variant_id: &str,
    now_ms: i64,
) -> rusqlite::Result<u32> {
    let next = "SELECT coalesce(max(schema_id), 0) + 1 FROM schemas WHERE agent_uid = ?";
    let schema_id = match wanted.schema_id {
        Some(given) => given,
        None => c.query_row(next, [agent_uid], |r| r.get(0))?,
    };
    c.execute(
        "INSERT INTO schemas (agent_uid, schema_id, variant_id, input_schema, output_schema, created_at_ms)
         VALUES (?, ?, ?, ?, ?, ?)",
        params![
            agent_uid,
            schema_id,
            variant_id,
            wanted.input_schema.to_string(),
            wanted.output_schema.to_string(),
            now_ms
        ],
    )?;
    Ok(schema_id)
}
