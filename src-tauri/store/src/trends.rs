//! Current feedback as plain columns, for statistics that are computed elsewhere.

use std::collections::HashMap;

use domain::{AgentId, ConnectionId, VersionId};
use rusqlite::{Connection, params};

use crate::feedback::filter::Span;
use crate::feedback::{label, write::time_of};
use crate::{Error, FeedbackFilter, Store};

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

    fn number_or_none(&mut self, name: &str) -> u32 {
        if name.is_empty() { NONE } else { self.number(name) }
    }
}

impl Store {
    /// The current feedback created in `since_ms..until_ms`, of `agents` (empty: of all).
    ///
    /// No row of feedback is read: what there is to know lies in its kind and in two indexes.
    pub fn trend_columns(
        &self,
        connection: ConnectionId,
        agents: &[AgentId],
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Result<TrendColumns, Error> {
        let filter = FeedbackFilter {
            agents: agents.to_vec(),
            since_ms,
            until_ms,
            ..FeedbackFilter::default()
        };
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        let mut taken = Taken { kinds: kinds(&moment, connection, agents)?, ..Taken::default() };
        if let Some(span) = filter.span() {
            named(&moment, connection, span, &mut taken)?;
            anonymous(&moment, span, &mut taken)?;
        }
        let mut columns = taken.columns;
        columns.agents = taken.agents.in_order.into_iter().map(AgentId::from).collect();
        columns.versions = taken.versions.in_order.into_iter().map(VersionId::from).collect();
        columns.version_labels = labels(&moment, connection, &columns.versions)?;
        columns.models = taken.models.in_order;
        Ok(columns)
    }
}

/// A kind's own part of each row.
struct Kind {
    positive: bool,
    anonymous: bool,
    agent: String,
    version: String,
    model: String,
    /// Of agent, version and model, once there is a row of this kind.
    numbers: Option<[u32; 3]>,
}

/// Columns in the making.
#[derive(Default)]
struct Taken {
    /// By their ids, which are small.
    kinds: Vec<Option<Kind>>,
    agents: Names,
    versions: Names,
    models: Names,
    columns: TrendColumns,
}

impl Taken {
    /// Takes one row, unless its kind is none of those asked for. `user` answers the user's number.
    fn take(&mut self, facet: i64, pos: i64, user: impl FnOnce(&mut TrendColumns) -> u32) {
        let place = usize::try_from(facet).unwrap_or(usize::MAX);
        let Some(Some(kind)) = self.kinds.get_mut(place) else { return };
        let [agent, version, model] = *kind.numbers.get_or_insert_with(|| {
            [
                self.agents.number(&kind.agent),
                self.versions.number_or_none(&kind.version),
                self.models.number_or_none(&kind.model),
            ]
        });
        let user = user(&mut self.columns);
        self.columns.created_at_ms.push(time_of(pos));
        self.columns.positive.push(kind.positive);
        self.columns.agent.push(agent);
        self.columns.version.push(version);
        self.columns.model.push(model);
        self.columns.user.push(user);
    }
}

fn kinds(
    reader: &Connection,
    connection: ConnectionId,
    agents: &[AgentId],
) -> Result<Vec<Option<Kind>>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT id, agent, version, model, outcome = 'positive' AS positive, anonymous FROM facets
         WHERE connection = ?1 AND n > 0",
    )?;
    let kinds = statement.query_map([connection.0], |row| {
        let kind = Kind {
            positive: row.get("positive")?,
            anonymous: row.get("anonymous")?,
            agent: row.get("agent")?,
            version: row.get("version")?,
            model: row.get("model")?,
            numbers: None,
        };
        Ok((row.get::<_, i64>("id")?, kind))
    })?;
    let mut by_id = Vec::new();
    for kind in kinds {
        let (id, kind) = kind?;
        if agents.is_empty() || agents.iter().any(|agent| agent.as_str() == kind.agent) {
            let place = usize::try_from(id).unwrap_or_default();
            by_id.resize_with(by_id.len().max(place + 1), || None);
            by_id[place] = Some(kind);
        }
    }
    Ok(by_id)
}

/// The index lies in the order of users: a name that is not the last one's is a new one.
fn named(
    reader: &Connection,
    connection: ConnectionId,
    span: Span,
    taken: &mut Taken,
) -> Result<(), Error> {
    let mut statement = reader.prepare_cached(
        "SELECT user, facet, pos FROM feedback INDEXED BY feedback_by_user
         WHERE connection = ?1 AND user IS NOT NULL AND facet IS NOT NULL
             AND pos >= ?2 AND pos < ?3
         ORDER BY user",
    )?;
    let mut rows = statement.query(params![connection.0, span.first, span.end])?;
    let (mut last, mut number) = (String::new(), None);
    while let Some(row) = rows.next()? {
        let user = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if user != last {
            user.clone_into(&mut last);
            number = None;
        }
        taken.take(row.get(1)?, row.get(2)?, |columns| {
            *number.get_or_insert_with(|| {
                columns.users += 1;
                columns.users - 1
            })
        });
    }
    Ok(())
}

fn anonymous(reader: &Connection, span: Span, taken: &mut Taken) -> Result<(), Error> {
    let is_anonymous = |kind: &Option<Kind>| kind.as_ref().is_some_and(|kind| kind.anonymous);
    let numbered = (0..).zip(&taken.kinds).filter(|(_, kind)| is_anonymous(kind));
    let ids: Vec<i64> = numbered.map(|(id, _)| id).collect();
    let mut statement = reader.prepare_cached(
        "SELECT pos FROM feedback INDEXED BY feedback_by_facet
         WHERE facet = ?1 AND pos >= ?2 AND pos < ?3",
    )?;
    for id in ids {
        let mut rows = statement.query(params![id, span.first, span.end])?;
        while let Some(row) = rows.next()? {
            taken.take(id, row.get(0)?, |_| NONE);
        }
    }
    Ok(())
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
