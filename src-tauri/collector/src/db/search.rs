//! Runs by conditions. What a request may ask for is decided in `http::search`; here it is SQL, with every value bound.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::runs::{COLUMNS, Run, read};

/// One condition on `runs r` joined with `versions v`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) sql: String,
    pub(crate) values: Vec<Sql>,
}

/// One page of runs, newest first, and how many match in all.
pub(crate) fn runs(
    c: &Connection,
    agent_uid: i64,
    conditions: &[Condition],
    limit: u32,
    offset: i64,
) -> rusqlite::Result<(Vec<Run>, i64)> {
    let mut filter = String::from("r.agent_uid = ?");
    let mut values = vec![Sql::Integer(agent_uid)];
    for condition in conditions {
        filter.push_str(" AND (");
        filter.push_str(&condition.sql);
        filter.push(')');
        values.extend(condition.values.iter().cloned());
    }
    // LEFT: SQLite leaves the join out where no condition looks at the version, and never starts from it.
    let matching =
        format!("FROM runs r LEFT JOIN versions v ON v.key = r.version_key WHERE {filter}");
    let count = if conditions.is_empty() {
        c.query_row("SELECT run_count FROM agents WHERE uid = ?", [agent_uid], |r| r.get(0))?
    } else {
        c.query_row(&format!("SELECT count(*) {matching}"), params_from_iter(&values), |r| {
            r.get(0)
        })?
    };
    values.extend([Sql::Integer(limit.into()), Sql::Integer(offset)]);
    let newest = "ORDER BY r.created_at_ms DESC, r.key DESC";
    let page = format!("SELECT r.key {matching} {newest} LIMIT ? OFFSET ?");
    let runs = c
        .prepare(&format!(
            "SELECT {COLUMNS} FROM runs r LEFT JOIN versions v ON v.key = r.version_key WHERE r.key IN ({page}) {newest}"
        ))?
        .query_map(params_from_iter(&values), read)?
        .collect::<Result<_, _>>()?;
    Ok((runs, count))
}
