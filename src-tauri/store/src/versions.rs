//! Versions: filed as wanted when a run names them, with their content once the server told it.

use std::collections::HashMap;

use domain::{AgentId, ConnectionId, Version, VersionId};
use rusqlite::{Transaction, params};

use crate::deployments::{self, DeploymentEntry};
use crate::sql::{FIRST_RETRY_AFTER_MS, RETRY_AFTER_MS, count, from_json, text, to_json};
use crate::{Error, Store};

/// A version with what is known of its use.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionEntry {
    pub version: Version,
    /// The earliest of its runs that are mirrored.
    pub first_run_at_ms: Option<i64>,
    /// Every deployment of it ever seen, newest first. `version.deployments` has those of today alone: the server
    /// forgets one when another version takes its place.
    pub deployments: Vec<DeploymentEntry>,
    /// Current feedback on its runs.
    pub feedback: u64,
    pub positive: u64,
    pub negative: u64,
}

impl VersionEntry {
    /// When it was deployed for the first time, as far as the server said.
    pub fn deployed_at_ms(&self) -> Option<i64> {
        self.deployments.iter().filter_map(|deployment| deployment.deployed_at_ms).min()
    }
}

/// A version a run named whose content is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedVersion {
    pub agent: AgentId,
    pub version: VersionId,
}

/// Files that runs name a version, and when the first of them was.
pub(crate) fn file_met(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    agent: &AgentId,
    version: &VersionId,
    first_run_at_ms: Option<i64>,
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO versions (connection, agent, id, state, first_run_at_ms)
         VALUES (?1, ?2, ?3, 'wanted', ?4)
         ON CONFLICT DO UPDATE SET first_run_at_ms = excluded.first_run_at_ms
             WHERE first_run_at_ms IS NULL OR excluded.first_run_at_ms < first_run_at_ms",
    )?
    .execute(params![connection.0, agent.as_str(), version.as_str(), first_run_at_ms])?;
    Ok(())
}

impl Store {
    /// Files versions with their content, over what was filed of them before, and their deployments. The schemas of one
    /// stay where the new content has none: a list of versions tells none.
    pub fn write_versions(
        &self,
        connection: ConnectionId,
        versions: &[Version],
        seen_at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| {
            let mut statement = tx.prepare_cached(
                "INSERT INTO versions (connection, agent, id, state, semver_major, semver_minor, \
                 model, created_at_ms, json) VALUES (?1, ?2, ?3, 'present', ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET state = 'present', semver_major = excluded.semver_major,
                     semver_minor = excluded.semver_minor, model = excluded.model,
                     created_at_ms = excluded.created_at_ms,
                     json = CASE
                         WHEN excluded.json ->> '$.input_schema' IS NULL
                             AND excluded.json ->> '$.output_schema' IS NULL AND versions.json IS NOT NULL
                         THEN json_set(excluded.json,
                             '$.input_schema', json(versions.json -> '$.input_schema'),
                             '$.output_schema', json(versions.json -> '$.output_schema'))
                         ELSE excluded.json END",
            )?;
            for version in versions {
                statement.execute(params![
                    connection.0,
                    version.agent.as_str(),
                    version.id.as_str(),
                    version.semver.map(|semver| semver.major),
                    version.semver.map(|semver| semver.minor),
                    version.model,
                    version.created_at_ms,
                    to_json("version", version)?
                ])?;
                deployments::file(tx, connection, version, seen_at_ms)?;
            }
            Ok(())
        })
    }

    /// Notes that the server has no such version. What is here of it stays.
    pub fn mark_version_missing(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        version: &VersionId,
        at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| {
            tx.prepare_cached(&format!(
                "INSERT INTO versions (connection, agent, id, state, tried_at_ms, attempts, \
                     retry_at_ms)
                 VALUES (?1, ?2, ?3, 'missing', ?4, 1, ?4 + {FIRST_RETRY_AFTER_MS})
                 ON CONFLICT DO UPDATE SET
                     state = CASE state WHEN 'present' THEN state ELSE 'missing' END,
                     tried_at_ms = excluded.tried_at_ms, attempts = attempts + 1,
                     retry_at_ms = excluded.tried_at_ms + ({RETRY_AFTER_MS})"
            ))?
            .execute(params![
                connection.0,
                agent.as_str(),
                version.as_str(),
                at_ms
            ])?;
            Ok(())
        })
    }

    /// Versions met in runs whose content is not here, and those the server did not have that are due to be asked
    /// for again at `now_ms`.
    pub fn versions_wanted(
        &self,
        connection: ConnectionId,
        now_ms: i64,
        limit: usize,
    ) -> Result<Vec<WantedVersion>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT agent, id FROM versions WHERE connection = ?1 AND state <> 'present'
                 AND (state = 'wanted' OR retry_at_ms <= ?2)
             ORDER BY state DESC, retry_at_ms, pos LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let wanted = statement.query_map(params![connection.0, now_ms, limit], |row| {
            Ok(WantedVersion { agent: text(row, "agent")?, version: text(row, "id")? })
        })?;
        Ok(wanted.collect::<Result<_, _>>()?)
    }

    /// For each schema of an agent that no version here tells, one version to ask: the one filed last, of those that
    /// the server was not found to lack.
    pub fn schemas_wanted(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        now_ms: i64,
    ) -> Result<Vec<VersionId>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT id, max(CASE WHEN coalesce(retry_at_ms, 0) <= ?3 THEN pos ELSE 0 END) AS newest
             FROM versions WHERE connection = ?1 AND agent = ?2 AND state = 'present'
             GROUP BY json ->> '$.schema_id'
             HAVING newest > 0 AND count(json ->> '$.input_schema') + count(json ->> '$.output_schema') = 0",
        )?;
        let wanted = statement
            .query_map(params![connection.0, agent.as_str(), now_ms], |row| text(row, "id"))?;
        Ok(wanted.collect::<Result<_, _>>()?)
    }

    /// One version's content, if it is here.
    pub fn version(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        version: &VersionId,
    ) -> Result<Option<Version>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT json FROM versions WHERE connection = ?1 AND agent = ?2 AND id = ?3
                 AND state = 'present'",
        )?;
        let mut rows = statement.query(params![connection.0, agent.as_str(), version.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let json = row.get_ref("json")?.as_bytes().map_err(rusqlite::Error::from)?;
        from_json("version", json).map(Some)
    }

    /// An agent's versions whose content is here, newest first by creation, else by first run.
    pub fn versions(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
    ) -> Result<Vec<VersionEntry>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT v.json, v.first_run_at_ms, coalesce(sum(t.n), 0) AS feedback,
                coalesce(sum(t.n) FILTER (WHERE t.outcome = 'positive'), 0) AS positive
             FROM versions v LEFT JOIN facets t
                 ON t.connection = v.connection AND t.agent = v.agent AND t.version = v.id
             WHERE v.connection = ?1 AND v.agent = ?2 AND v.state = 'present'
             GROUP BY v.pos
             ORDER BY coalesce(v.created_at_ms, v.first_run_at_ms, 0) DESC,
                 v.semver_major DESC, v.semver_minor DESC, v.id",
        )?;
        let mut ledger: HashMap<VersionId, Vec<DeploymentEntry>> = HashMap::new();
        for entry in deployments::read(&reader, connection, agent)? {
            ledger.entry(entry.version.clone()).or_default().push(entry);
        }
        let mut rows = statement.query(params![connection.0, agent.as_str()])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let json = row.get_ref("json")?.as_bytes().map_err(rusqlite::Error::from)?;
            let (feedback, positive) = (count(row, "feedback")?, count(row, "positive")?);
            let version: Version = from_json("version", json)?;
            entries.push(VersionEntry {
                deployments: ledger.remove(&version.id).unwrap_or_default(),
                version,
                first_run_at_ms: row.get("first_run_at_ms")?,
                feedback,
                positive,
                negative: feedback - positive,
            });
        }
        Ok(entries)
    }
}
