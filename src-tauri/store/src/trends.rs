//! Current feedback as plain columns, for statistics that are computed elsewhere.

use std::collections::HashMap;

use domain::{AgentId, ConnectionId, VersionId};
use rusqlite::{Connection, params};

use crate::feedback::{label, write::end_position, write::first_position};
use crate::{Error, Store};

/// Stands where there is no version, no model, or an anonymous user.
pub const NONE: u32 = u32::MAX;

/// One entry per feedback in each of the first columns, in no particular order. Names are numbered: `agent[i]` is
/// an index into `agents`, and so on; [`NONE`] is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrendColumns {
    pub created_at_ms: Vec<i64>,
    pub positive: Vec<bool>,
    pub agent: Vec<u32>,
    pub version: Vec<u32>,
    pub model: Vec<u32>,
    /// Numbers without names: equal numbers are the same user, `0..users`.
    pub user: Vec<u32>,
    pub agents: Vec<AgentId>,
    pub versions: Vec<VersionId>,
    /// What to call each of `versions`: `3.2`, or the beginning of its hash.
    pub version_labels: Vec<String>,
    pub models: Vec<String>,
    pub users: u32,
}

/// Numbers texts in the order in which they are met.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
    in_order: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.in_order.len()).unwrap_or(NONE);
        self.numbers.insert(name.to_owned(), number);
        self.in_order.push(name.to_owned());
        number
    }

    fn number_or_none(&mut self, name: Option<&str>) -> u32 {
        name.map_or(NONE, |name| self.number(name))
    }
}

impl Store {
    /// The current feedback created in `since_ms..until_ms`, of `agents` (empty: of all).
    pub fn trend_columns(
        &self,
        connection: ConnectionId,
        agents: &[AgentId],
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Result<TrendColumns, Error> {
        let reader = self.reader()?;
        let since = since_ms.unwrap_or(i64::MIN);
        let until = until_ms.unwrap_or(i64::MAX);
        // The table lies in time order: a scan of it between two positions reads nothing in vain.
        let mut statement = reader.prepare_cached(
            "SELECT created_at_ms, outcome, agent, version, model, user FROM feedback NOT INDEXED
             WHERE pos >= ?2 AND pos < ?3 AND connection = ?1 AND replaced_at_ms IS NULL
                 AND created_at_ms >= ?4 AND created_at_ms < ?5",
        )?;
        let end = end_position(until).unwrap_or(i64::MAX);
        let mut rows =
            statement.query(params![connection.0, first_position(since), end, since, until])?;
        let mut columns = TrendColumns::default();
        let (mut agent_names, mut versions) = (Names::default(), Names::default());
        let (mut models, mut users) = (Names::default(), Names::default());
        while let Some(row) = rows.next()? {
            let text =
                |column| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
            let agent = text(2)?.unwrap_or_default();
            if !agents.is_empty() && !agents.iter().any(|one| one.as_str() == agent) {
                continue;
            }
            columns.created_at_ms.push(row.get(0)?);
            columns.positive.push(text(1)? == Some("positive"));
            columns.agent.push(agent_names.number(agent));
            columns.version.push(versions.number_or_none(text(3)?));
            columns.model.push(models.number_or_none(text(4)?));
            columns.user.push(users.number_or_none(text(5)?));
        }
        columns.agents = agent_names.in_order.into_iter().map(AgentId::from).collect();
        columns.versions = versions.in_order.into_iter().map(VersionId::from).collect();
        columns.version_labels = labels(&reader, connection, &columns.versions)?;
        columns.models = models.in_order;
        columns.users = u32::try_from(users.in_order.len()).unwrap_or(NONE);
        Ok(columns)
    }
}

fn labels(
    reader: &Connection,
    connection: ConnectionId,
    versions: &[VersionId],
) -> Result<Vec<String>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT id, semver_major, semver_minor FROM versions
         WHERE connection = ?1 AND semver_major IS NOT NULL AND semver_minor IS NOT NULL",
    )?;
    let semvers = statement
        .query_map([connection.0], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .collect::<Result<HashMap<String, (u32, u32)>, _>>()?;
    let label_of = |version: &VersionId| label(version, semvers.get(version.as_str()).copied());
    Ok(versions.iter().map(label_of).collect())
}
