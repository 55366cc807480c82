//! Kinds of feedback: each combination of agent, version, model, outcome and so on is a row with a number
//! and a count. A filter is a set of kinds and a count a sum over them, so both take the same time whether
//! there are a thousand feedback or a million.
//!
//! Nobody files a feedback under its kind by hand: triggers do (`0002_facets.sql`), whatever column changes.

use std::cmp::Reverse;

use domain::{AgentId, ConnectionId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use crate::feedback::as_limit;
use crate::feedback::filter::Query;
use crate::sql::count;
use crate::{Error, Store};

/// How much is in each mailbox. Open: neither annotated nor decided here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxCounts {
    pub negative_open: u64,
    pub all_open: u64,
    /// *Correct*: the user is right.
    pub needs_fix: u64,
    /// Put aside here until something happens.
    pub snoozed: u64,
    /// Annotated or decided here, with whatever, and not put aside.
    pub decided: u64,
    pub positive_with_comment: u64,
    pub everything: u64,
}

/// A kind as a filter finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facet {
    pub(crate) id: i64,
    /// Current feedback of this kind.
    pub(crate) n: u64,
    /// The position of the newest of them.
    pub(crate) newest: i64,
}

/// The kinds a filter lets through; each holds at least one feedback.
pub(crate) struct Kinds {
    pub(crate) query: Query,
    /// Kinds of an agent lie together.
    pub(crate) by_agent: bool,
}

impl Kinds {
    /// All of them, that with the newest feedback first.
    pub(crate) fn all(&self, reader: &Connection) -> Result<Vec<Facet>, Error> {
        // Looking each up by an index takes longer than reading the whole small table.
        let how = if self.by_agent { "" } else { "NOT INDEXED" };
        let sql = format!("SELECT id, n, newest FROM facets {how} WHERE {}", self.query.conditions);
        let mut statement = reader.prepare_cached(&sql)?;
        let all = statement.query_map(params_from_iter(&self.query.params), facet_of)?;
        let mut all = all.collect::<Result<Vec<_>, _>>()?;
        all.sort_unstable_by_key(|facet| Reverse(facet.newest));
        Ok(all)
    }

    /// Those of them that are among the `most` kinds with the newest feedback, in that order, and the position
    /// below which all feedback of any other kind lies.
    pub(crate) fn newest(
        &self,
        reader: &Connection,
        connection: ConnectionId,
        most: usize,
    ) -> Result<(Vec<Facet>, i64), Error> {
        let sql = format!(
            "SELECT id, n, newest, ({}) AS passes FROM facets INDEXED BY facets_newest
             WHERE connection = ? ORDER BY newest DESC LIMIT ?",
            self.query.conditions
        );
        let mut statement = reader.prepare_cached(&sql)?;
        let rest = [Value::Integer(connection.0), Value::Integer(as_limit(most))];
        let mut rows = statement.query(params_from_iter(self.query.params.iter().chain(&rest)))?;
        let (mut newest, mut seen, mut below) = (Vec::new(), 0, i64::MIN);
        while let Some(row) = rows.next()? {
            let facet = facet_of(row)?;
            seen += 1;
            below = if seen == most { facet.newest } else { i64::MIN };
            if row.get("passes")? {
                newest.push(facet);
            }
        }
        Ok((newest, below))
    }

    /// Whether a kind is one of them.
    pub(crate) fn holds(&self, reader: &Connection, id: i64) -> Result<bool, Error> {
        let sql = format!("SELECT 1 FROM facets WHERE id = ? AND {}", self.query.conditions);
        let id = [Value::Integer(id)];
        let params = id.iter().chain(&self.query.params);
        Ok(reader.prepare_cached(&sql)?.exists(params_from_iter(params))?)
    }

    /// How much current feedback they hold.
    pub(crate) fn sum(&self, reader: &Connection) -> Result<u64, Error> {
        let how = if self.by_agent { "" } else { "NOT INDEXED" };
        let sql = format!(
            "SELECT coalesce(sum(n), 0) AS n FROM facets {how} WHERE {}",
            self.query.conditions
        );
        let mut statement = reader.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(&self.query.params), |row| count(row, "n"))?)
    }
}

fn facet_of(row: &Row<'_>) -> rusqlite::Result<Facet> {
    Ok(Facet { id: row.get("id")?, n: count(row, "n")?, newest: row.get("newest")? })
}

impl Store {
    /// How much is in each mailbox.
    pub fn mailbox_counts(&self, connection: ConnectionId) -> Result<MailboxCounts, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT
                coalesce(sum(n) FILTER (WHERE outcome = 'negative' AND verdict = ''), 0)
                    AS negative_open,
                coalesce(sum(n) FILTER (WHERE verdict = ''), 0) AS all_open,
                coalesce(sum(n) FILTER (WHERE verdict = 'correct'), 0) AS needs_fix,
                coalesce(sum(n) FILTER (WHERE verdict = 'snoozed'), 0) AS snoozed,
                coalesce(sum(n) FILTER (WHERE verdict NOT IN ('', 'snoozed')), 0) AS decided,
                coalesce(sum(n) FILTER (WHERE outcome = 'positive' AND has_comment = 1), 0)
                    AS positive_with_comment,
                coalesce(sum(n), 0) AS everything
             FROM facets NOT INDEXED WHERE connection = ?1",
        )?;
        Ok(statement.query_row([connection.0], |row| {
            Ok(MailboxCounts {
                negative_open: count(row, "negative_open")?,
                all_open: count(row, "all_open")?,
                needs_fix: count(row, "needs_fix")?,
                snoozed: count(row, "snoozed")?,
                decided: count(row, "decided")?,
                positive_with_comment: count(row, "positive_with_comment")?,
                everything: count(row, "everything")?,
            })
        })?)
    }

    /// How much feedback of an agent the server lists, as far as the mirror knows: current and not gone.
    pub fn feedback_listed(&self, connection: ConnectionId, agent: &AgentId) -> Result<u64, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT coalesce(sum(n), 0) AS n FROM facets
             WHERE connection = ?1 AND agent = ?2 AND gone = 0",
        )?;
        Ok(statement.query_row(params![connection.0, agent.as_str()], |row| count(row, "n"))?)
    }
}

/// What of the kinds and of the users does not add up to the feedback there is; empty: nothing.
pub(crate) fn findings(tx: &Connection) -> Result<Vec<String>, Error> {
    const CHECKS: [(&str, &str); 3] = [
        (
            "SELECT count(*) FROM feedback f LEFT JOIN facets x ON x.id = f.facet
             WHERE (f.replaced_at_ms IS NULL) IS NOT (x.id IS NOT NULL)
                 OR x.id IS NOT NULL AND (x.connection, x.agent, x.version, x.model, x.outcome,
                     x.annotation, x.decision, x.has_comment, x.anonymous, x.gone)
                 IS NOT (f.connection, f.agent, coalesce(f.version, ''), coalesce(f.model, ''),
                     f.outcome, coalesce(f.annotation, ''), coalesce(f.decision, ''),
                     f.has_comment, f.user IS NULL, f.gone_at_ms IS NOT NULL)",
            "feedback filed under the wrong kind",
        ),
        (
            "SELECT count(*) FROM facets x LEFT JOIN (
                 SELECT facet, count(*) AS n, max(pos) AS newest FROM feedback
                 WHERE facet IS NOT NULL GROUP BY facet) f ON f.facet = x.id
             WHERE (x.n, x.newest) IS NOT (coalesce(f.n, 0), coalesce(f.newest, -1))",
            "kinds of feedback counted wrong",
        ),
        (
            "WITH counted AS (SELECT connection, user, count(*) AS n, max(pos) AS newest
                 FROM feedback WHERE facet IS NOT NULL AND user IS NOT NULL GROUP BY 1, 2)
             SELECT count(*) FROM users u FULL JOIN counted c
                 ON c.connection = u.connection AND c.user = u.user
             WHERE (u.n, u.newest) IS NOT (c.n, c.newest)",
            "users counted wrong",
        ),
    ];
    let mut findings = Vec::new();
    for (sql, what) in CHECKS {
        let wrong: i64 = tx.query_row(sql, [], |row| row.get(0))?;
        if wrong > 0 {
            findings.push(format!("{wrong} {what}"));
        }
    }
    Ok(findings)
}
