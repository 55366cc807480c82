//! What a filter can name, as it is written there: versions by their labels, models, users. Each with how much
//! current feedback there is of it. Asked for with every letter typed: no content of a version is read, and of
//! users no more than a glance.

use domain::{AgentId, ConnectionId, UserId, VersionId};
use rusqlite::{OptionalExtension, Row, params};

use crate::feedback::{as_limit, label};
use crate::sql::{count, text};
use crate::{Error, Store};

/// So many of the latest users are looked through for a beginning; further ones are found in the order of ids.
const LATEST_USERS: i64 = 2_000;

/// A version by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVersion {
    pub agent: AgentId,
    pub id: VersionId,
    /// As of [`domain::Version::label`].
    pub label: String,
    pub feedback: u64,
}

/// A user by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUser {
    pub id: UserId,
    pub feedback: u64,
}

/// A model by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedModel {
    pub id: String,
    pub feedback: u64,
}

impl Store {
    /// All versions of a connection, also those whose content is not here, newest first.
    pub fn named_versions(&self, connection: ConnectionId) -> Result<Vec<NamedVersion>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "WITH counted AS (SELECT agent, version, sum(n) AS n FROM facets NOT INDEXED
                 WHERE connection = ?1 AND n > 0 GROUP BY agent, version)
             SELECT v.agent, v.id, v.semver_major, v.semver_minor, coalesce(c.n, 0) AS n
             FROM versions v LEFT JOIN counted c ON c.agent = v.agent AND c.version = v.id
             WHERE v.connection = ?1
             ORDER BY coalesce(v.created_at_ms, v.first_run_at_ms, 0) DESC, v.semver_major DESC,
                 v.semver_minor DESC, v.id",
        )?;
        let versions = statement.query_map([connection.0], |row| {
            let id: VersionId = text(row, "id")?;
            let semver = row.get::<_, Option<u32>>("semver_major")?.zip(row.get("semver_minor")?);
            Ok(NamedVersion {
                agent: text(row, "agent")?,
                label: label(&id, semver),
                id,
                feedback: count(row, "n")?,
            })
        })?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    /// All models of a connection that some feedback is about, those of most feedback first.
    pub fn named_models(&self, connection: ConnectionId) -> Result<Vec<NamedModel>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT model, sum(n) AS n FROM facets NOT INDEXED
             WHERE connection = ?1 AND n > 0 AND model <> '' GROUP BY model ORDER BY n DESC, model",
        )?;
        let models = statement.query_map([connection.0], |row| {
            Ok(NamedModel { id: row.get("model")?, feedback: count(row, "n")? })
        })?;
        Ok(models.collect::<Result<_, _>>()?)
    }

    /// Some users whose id begins so: those who spoke lately first, where ASCII case does not matter; then, in the
    /// order of their ids, others that begin exactly so. An id that is exactly so is the first of all.
    pub fn named_users(
        &self,
        connection: ConnectionId,
        beginning: &str,
        limit: usize,
    ) -> Result<Vec<NamedUser>, Error> {
        let reader = self.reader()?;
        let mut found: Vec<NamedUser> =
            self.named_user(connection, &beginning.into())?.into_iter().collect();
        let mut add = |user: NamedUser| {
            if found.len() < limit && !found.iter().any(|known| known.id == user.id) {
                found.push(user);
            }
        };
        let mut lately = reader.prepare_cached(
            "SELECT user, n FROM (SELECT user, n, newest FROM users INDEXED BY users_newest
                 WHERE connection = ?1 ORDER BY newest DESC LIMIT ?3)
             WHERE lower(substr(user, 1, length(?2))) = lower(?2) ORDER BY newest DESC LIMIT ?4",
        )?;
        let limit = as_limit(limit);
        let key = params![connection.0, beginning, LATEST_USERS, limit];
        for user in lately.query_map(key, of_row)? {
            add(user?);
        }
        let mut by_id = reader.prepare_cached(
            // The last character there is ends the span of all that begins so.
            "SELECT user, n FROM users WHERE connection = ?1 AND user >= ?2
                 AND user < ?2 || char(0x10FFFF) ORDER BY user LIMIT ?3",
        )?;
        for user in by_id.query_map(params![connection.0, beginning, limit], of_row)? {
            add(user?);
        }
        Ok(found)
    }

    /// One user, if there is current feedback of theirs.
    pub fn named_user(
        &self,
        connection: ConnectionId,
        user: &UserId,
    ) -> Result<Option<NamedUser>, Error> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached("SELECT user, n FROM users WHERE connection = ?1 AND user = ?2")?;
        Ok(statement.query_row(params![connection.0, user.as_str()], of_row).optional()?)
    }
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<NamedUser> {
    Ok(NamedUser { id: text(row, "user")?, feedback: count(row, "n")? })
}
