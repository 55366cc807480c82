//! The ledger of deployments: the server keeps the latest per environment, this keeps each one ever seen.

use domain::{AgentId, ConnectionId, Version, VersionId};
use rusqlite::{Connection, Transaction, params};

use crate::sql::text;
use crate::{Error, Store};

/// One version seen deployed somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentEntry {
    pub environment: String,
    pub version: VersionId,
    /// `None`: the server did not say.
    pub deployed_at_ms: Option<i64>,
    /// When a sync saw it for the first time.
    pub first_seen_at_ms: i64,
}

/// Files the deployments a version carries; those filed before keep their first sight.
pub(crate) fn file(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    version: &Version,
    seen_at_ms: i64,
) -> Result<(), Error> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO deployments (connection, agent, environment, version, deployed_at_ms, \
         first_seen_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?;
    for deployment in &version.deployments {
        statement.execute(params![
            connection.0,
            version.agent.as_str(),
            deployment.environment,
            version.id.as_str(),
            deployment.deployed_at_ms,
            seen_at_ms
        ])?;
    }
    Ok(())
}

impl Store {
    /// Every deployment of an agent ever seen, newest first.
    pub fn deployments(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
    ) -> Result<Vec<DeploymentEntry>, Error> {
        let reader = self.reader()?;
        Ok(read(&reader, connection, agent)?)
    }
}

/// As [`Store::deployments`], with a reader at hand.
pub(crate) fn read(
    reader: &Connection,
    connection: ConnectionId,
    agent: &AgentId,
) -> Result<Vec<DeploymentEntry>, rusqlite::Error> {
    let mut statement = reader.prepare_cached(
        "SELECT environment, version, deployed_at_ms, first_seen_at_ms FROM deployments
         WHERE connection = ?1 AND agent = ?2
         ORDER BY coalesce(deployed_at_ms, first_seen_at_ms) DESC, environment, version",
    )?;
    let entries = statement.query_map(params![connection.0, agent.as_str()], |row| {
        Ok(DeploymentEntry {
            environment: row.get("environment")?,
            version: text(row, "version")?,
            deployed_at_ms: row.get("deployed_at_ms")?,
            first_seen_at_ms: row.get("first_seen_at_ms")?,
        })
    })?;
    entries.collect()
}
