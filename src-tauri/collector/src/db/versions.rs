//! Versions: a model plus its prompt, named by their content, numbered once they are saved.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::json::stored;

/// The properties the original knows. Others are dropped, as it does.
pub(crate) const KNOWN_PROPERTIES: [&str; 23] = [
    "model",
    "provider",
    "temperature",
    "instructions",
    "max_tokens",
    "runner_name",
    "runner_version",
    "few_shot",
    "template_name",
    "is_chain_of_thought_enabled",
    "enabled_tools",
    "is_structured_generation_enabled",
    "has_templated_instructions",
    "image_options",
    "tool_choice",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "parallel_tool_calls",
    "messages",
    "reasoning_effort",
    "reasoning_budget",
    "task_variant_id",
];

/// A difference in one of these makes a new major, anything else (the model) a new minor.
const MAJOR_PROPERTIES: [&str; 7] = [
    "instructions",
    "messages",
    "temperature",
    "task_variant_id",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
];

/// One version.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) key: i64,
    pub(crate) hash: String,
    pub(crate) iteration: u32,
    pub(crate) schema_id: u32,
    /// `None`: not saved.
    pub(crate) semver: Option<(u32, u32)>,
    pub(crate) properties: Map<String, Value>,
    pub(crate) created_at_ms: i64,
    pub(crate) notes: Option<String>,
    pub(crate) deployments: Option<Value>,
    pub(crate) run_count: i64,
    /// Of all its runs together.
    pub(crate) cost_usd: f64,
    pub(crate) last_active_at_ms: Option<i64>,
}

impl Version {
    /// The model; every version has one.
    pub(crate) fn model(&self) -> &str {
        self.properties.get("model").and_then(Value::as_str).unwrap_or_default()
    }
}

const COLUMNS: &str = "key, hash, iteration, schema_id, major, minor, properties, created_at_ms, notes, deployments, \
                       run_count, cost_usd, last_active_at_ms";

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    let semver: (Option<u32>, Option<u32>) = (row.get(4)?, row.get(5)?);
    let properties = stored(row.get_ref(6)?.as_str()?);
    let deployments: Option<String> = row.get(9)?;
    Ok(Version {
        key: row.get(0)?,
        hash: row.get(1)?,
        iteration: row.get(2)?,
        schema_id: row.get(3)?,
        semver: semver.0.zip(semver.1),
        properties: if let Value::Object(fields) = properties { fields } else { Map::new() },
        created_at_ms: row.get(7)?,
        notes: row.get(8)?,
        deployments: deployments.map(|text| stored(&text)),
        run_count: row.get(10)?,
        cost_usd: row.get(11)?,
        last_active_at_ms: row.get(12)?,
    })
}

/// How a path or a body names a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    Hash(String),
    Semver(u32, u32),
}

impl Reference {
    /// `2.1` is a number, anything else a hash that exists or does not.
    pub(crate) fn parse(text: &str) -> Self {
        let number = |part: &str| {
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
        };
        match text.split_once('.').and_then(|(a, b)| Some((number(a)?, number(b)?))) {
            Some((major, minor)) => Self::Semver(major, minor),
            None => Self::Hash(text.to_owned()),
        }
    }
}

/// One version of an agent.
pub(crate) fn find(
    c: &Connection,
    agent_uid: i64,
    reference: &Reference,
) -> rusqlite::Result<Option<Version>> {
    let select = format!("SELECT {COLUMNS} FROM versions WHERE agent_uid = ?");
    match reference {
        Reference::Hash(hash) => c
            .prepare_cached(&format!("{select} AND hash = ?"))?
            .query_row(params![agent_uid, hash], version)
            .optional(),
        Reference::Semver(major, minor) => c
            .prepare_cached(&format!("{select} AND major = ? AND minor = ?"))?
            .query_row(params![agent_uid, major, minor], version)
            .optional(),
    }
}

/// The saved versions, ascending.
pub(crate) fn saved(
    c: &Connection,
    agent_uid: i64,
    schema_id: Option<i64>,
) -> rusqlite::Result<Vec<Version>> {
    c.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM versions WHERE agent_uid = ?1 AND major IS NOT NULL AND (?2 IS NULL OR schema_id = ?2)
         ORDER BY major, minor"
    ))?
    .query_map(params![agent_uid, schema_id], version)?
    .collect()
}

/// Whether a new version gets a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Save {
    Yes,
    No,
    /// Only if it is the first of its schema: what the original does when nobody says.
    IfFirst,
    /// Demo data brings its own numbers.
    As(u32, u32),
}

/// What a version is made of. `properties` have been checked: `model` is a string.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion {
    pub(crate) agent_uid: i64,
    pub(crate) schema_id: u32,
    pub(crate) variant_id: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) save: Save,
}

/// Makes the version, or finds the one with the same properties and saves it if asked to.
pub(crate) fn create(c: &Connection, new: &NewVersion, now_ms: i64) -> rusqlite::Result<Version> {
    let properties = completed(&new.properties, &new.variant_id);
    let hash = ids::content_hash(&json!({"schema": new.schema_id, "properties": properties}));
    let reference = Reference::Hash(hash);
    let found = match find(c, new.agent_uid, &reference)? {
        Some(found) => found,
        None => insert(c, new, &reference, &properties, now_ms)?,
    };
    let wanted = match new.save {
        Save::Yes => true,
        Save::No => false,
        Save::As(..) => true,
        Save::IfFirst => !any_of_schema(c, new.agent_uid, new.schema_id, found.key)?,
    };
    if wanted && found.semver.is_none() {
        save(c, new.agent_uid, &found, new.save)
    } else {
        Ok(found)
    }
}

/// Known properties only, nulls and computed ones aside, plus what the server adds.
fn completed(given: &Map<String, Value>, variant_id: &str) -> Map<String, Value> {
    let mut all: Map<String, Value> = KNOWN_PROPERTIES
        .iter()
        .filter_map(|name| {
            Some(((*name).to_owned(), given.get(*name).filter(|v| !v.is_null())?.clone()))
        })
        .collect();
    if let Some(Value::String(instructions)) = all.get("instructions") {
        let templated = instructions.contains("{{") || instructions.contains("{%");
        all.insert("has_templated_instructions".into(), templated.into());
    } else {
        all.remove("has_templated_instructions");
    }
    all.insert("task_variant_id".into(), variant_id.into());
    all
}

fn insert(
    c: &Connection,
    new: &NewVersion,
    reference: &Reference,
    properties: &Map<String, Value>,
    now_ms: i64,
) -> rusqlite::Result<Version> {
    let Reference::Hash(hash) = reference else { return Err(rusqlite::Error::QueryReturnedNoRows) };
    let major_part: Map<String, Value> = MAJOR_PROPERTIES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), properties.get(*name)?.clone())))
        .collect();
    c.execute(
        "INSERT INTO versions (agent_uid, schema_id, hash, iteration, similarity, properties, created_at_ms)
         SELECT ?1, ?2, ?3, coalesce(max(iteration), 0) + 1, ?4, ?5, ?6 FROM versions WHERE agent_uid = ?1",
        params![
            new.agent_uid,
            new.schema_id,
            hash,
            ids::content_hash(&Value::Object(major_part)),
            Value::Object(properties.clone()).to_string(),
            now_ms
        ],
    )?;
    find(c, new.agent_uid, reference)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn any_of_schema(
    c: &Connection,
    agent_uid: i64,
    schema_id: u32,
    but: i64,
) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM versions WHERE agent_uid = ? AND schema_id = ? AND key <> ?)",
        params![agent_uid, schema_id, but],
        |r| r.get(0),
    )
}

/// Gives a version its number: the next minor of the major it resembles, or else a new major.
pub(crate) fn save(
    c: &Connection,
    agent_uid: i64,
    unsaved: &Version,
    how: Save,
) -> rusqlite::Result<Version> {
    let (major, minor) = match how {
        Save::As(major, minor) => (major, minor),
        _ => next_semver(c, agent_uid, unsaved.key)?,
    };
    c.execute(
        "UPDATE versions SET major = ?, minor = ? WHERE key = ?",
        params![major, minor, unsaved.key],
    )?;
    Ok(Version { semver: Some((major, minor)), ..unsaved.clone() })
}

fn next_semver(c: &Connection, agent_uid: i64, key: i64) -> rusqlite::Result<(u32, u32)> {
    let alike = c
        .query_row(
            "SELECT major, max(minor) FROM versions
             WHERE agent_uid = ?1 AND major IS NOT NULL AND similarity = (SELECT similarity FROM versions WHERE key = ?2)
             GROUP BY major ORDER BY major DESC LIMIT 1",
            params![agent_uid, key],
            |r| Ok((r.get::<_, u32>(0)?, r.get::<_, u32>(1)?)),
        )
        .optional()?;
    if let Some((major, minor)) = alike {
        return Ok((major, minor + 1));
    }
    let major = "SELECT coalesce(max(major), 0) + 1 FROM versions WHERE agent_uid = ?";
    Ok((c.query_row(major, [agent_uid], |r| r.get(0))?, 1))
}

/// What a load of many runs adds up to, for one version.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Activity {
    pub(crate) runs: i64,
    pub(crate) cost_usd: f64,
    pub(crate) last_at_ms: i64,
}

/// Counts runs where they are shown: on the version, its schema and its agent.
pub(crate) fn add_activity(
    c: &Connection,
    version_key: i64,
    activity: Activity,
) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE versions SET run_count = run_count + ?2, cost_usd = cost_usd + ?3,
         last_active_at_ms = max(coalesce(last_active_at_ms, 0), ?4) WHERE key = ?1",
    )?
    .execute(params![version_key, activity.runs, activity.cost_usd, activity.last_at_ms])?;
    c.prepare_cached(
        "UPDATE schemas SET last_active_at_ms = max(coalesce(last_active_at_ms, 0), ?2)
         WHERE (agent_uid, schema_id) = (SELECT agent_uid, schema_id FROM versions WHERE key = ?1)",
    )?
    .execute(params![version_key, activity.last_at_ms])?;
    c.prepare_cached(
        "UPDATE agents SET run_count = run_count + ?2 WHERE uid = (SELECT agent_uid FROM versions WHERE key = ?1)",
    )?
    .execute(params![version_key, activity.runs])?;
    Ok(())
}

/// Notes and deployments, which only demo data brings.
pub(crate) fn describe(
    c: &Connection,
    key: i64,
    notes: Option<&str>,
    deployments: Option<&Value>,
) -> rusqlite::Result<()> {
    c.execute(
        "UPDATE versions SET notes = ?, deployments = ? WHERE key = ?",
        params![notes, deployments.map(Value::to_string), key],
    )
    .map(drop)
}
