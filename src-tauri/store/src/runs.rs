//! Runs: fetched once, as they never change. One the server does not have is remembered as missing, so
//! that it is not asked for on every sync.

use std::collections::HashSet;
use std::str::FromStr;

use domain::{AgentId, ConnectionId, Outcome, Run, RunId, RunStatus, UnknownWord};
use rusqlite::{Transaction, params};

use crate::sql::{from_json, text, to_json, word};
use crate::{Error, Store, versions};

/// What is known of a feedback's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Not asked for yet.
    Unknown,
    /// Here.
    Present,
    /// The server said it has none.
    Missing,
}

/// A run, or that there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEntry {
    Present(Box<Run>),
    Missing { tried_at_ms: i64 },
}

/// A run to fetch, with the outcome of the feedback that names it (negative if there are both).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRun {
    pub agent: AgentId,
    pub run: RunId,
    pub outcome: Outcome,
}

impl FromStr for RunState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "unknown" => Ok(Self::Unknown),
            "present" => Ok(Self::Present),
            "missing" => Ok(Self::Missing),
            _ => Err(UnknownWord { word: word.to_owned(), expected: "unknown, present, missing" }),
        }
    }
}

impl Store {
    /// Files runs under their ids: where a server answers under another spelling than the feedback's
    /// (upper and lower case), the caller puts the feedback's back first.
    pub fn write_runs(&self, connection: ConnectionId, runs: &[Run]) -> Result<(), Error> {
        self.write(|tx| runs.iter().try_for_each(|run| write_run(tx, connection, run)))
    }

    /// Notes that the server has no such run. A run that is here stays.
    pub fn mark_run_missing(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
        at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO runs (connection, agent, id, state, tried_at_ms, attempts)
                 VALUES (?1, ?2, ?3, 'missing', ?4, 1)
                 ON CONFLICT DO UPDATE SET tried_at_ms = excluded.tried_at_ms,
                     attempts = attempts + 1 WHERE state = 'missing'",
            )?
            .execute(params![connection.0, agent.as_str(), run.as_str(), at_ms])?;
            tx.prepare_cached(
                "UPDATE feedback SET run_state = 'missing'
                 WHERE connection = ?1 AND agent = ?2 AND run = ?3 AND run_state = 'unknown'",
            )?
            .execute(params![connection.0, agent.as_str(), run.as_str()])?;
            Ok(())
        })
    }

    /// Runs named by feedback that are not here: those of negative feedback first, newest first. Runs the
    /// server did not have come last, and only if they were last tried before `retry_before_ms`.
    pub fn runs_wanted(
        &self,
        connection: ConnectionId,
        agent: Option<&AgentId>,
        retry_before_ms: i64,
        limit: usize,
    ) -> Result<Vec<WantedRun>, Error> {
        let reader = self.reader()?;
        let mut met = HashSet::new();
        let mut wanted = Vec::new();
        for outcome in [Outcome::Negative, Outcome::Positive] {
            let mut statement = reader.prepare_cached(
                "SELECT agent, run, outcome FROM feedback INDEXED BY feedback_run_unknown
                 WHERE connection = ?1 AND outcome = ?2 AND run_state = 'unknown'
                     AND (?3 IS NULL OR agent = ?3)
                 ORDER BY pos DESC",
            )?;
            let agent = agent.map(AgentId::as_str);
            let rows = statement.query(params![connection.0, outcome.as_str(), agent])?;
            take_new(rows, &mut met, &mut wanted, limit)?;
        }
        let mut statement = reader.prepare_cached(
            "SELECT r.agent, r.id AS run, min(f.outcome) AS outcome
             FROM runs r JOIN feedback f
                 ON f.connection = r.connection AND f.agent = r.agent AND f.run = r.id
             WHERE r.connection = ?1 AND r.state = 'missing' AND r.tried_at_ms < ?2
                 AND (?3 IS NULL OR r.agent = ?3)
             GROUP BY r.pos ORDER BY r.tried_at_ms, r.pos",
        )?;
        let agent = agent.map(AgentId::as_str);
        let rows = statement.query(params![connection.0, retry_before_ms, agent])?;
        take_new(rows, &mut met, &mut wanted, limit)?;
        Ok(wanted)
    }

    /// How many feedback wait for a run that was never asked for; several may wait for the same.
    pub fn runs_unknown(&self, connection: ConnectionId) -> Result<u64, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT count(*) FROM feedback INDEXED BY feedback_run_unknown
             WHERE connection = ?1 AND run_state = 'unknown'",
        )?;
        Ok(statement.query_row([connection.0], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// One run; `None` if it was never asked for.
    pub fn run(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
    ) -> Result<Option<RunEntry>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT r.tried_at_ms, p.body FROM runs r LEFT JOIN run_payloads p ON p.run = r.pos
             WHERE r.connection = ?1 AND r.agent = ?2 AND r.id = ?3",
        )?;
        let mut rows = statement.query(params![connection.0, agent.as_str(), run.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let body = row.get_ref("body")?.as_bytes_or_null().map_err(rusqlite::Error::from)?;
        Ok(Some(match body {
            Some(body) => RunEntry::Present(from_json("run", body)?),
            None => RunEntry::Missing { tried_at_ms: row.get("tried_at_ms")? },
        }))
    }
}

fn write_run(tx: &Transaction<'_>, connection: ConnectionId, run: &Run) -> Result<(), Error> {
    let status = status_word(run.status);
    let version = run.version.as_ref().map(domain::VersionId::as_str);
    let (agent, id) = (run.agent.as_str(), run.id.as_str());
    let pos: i64 = tx
        .prepare_cached(
            "INSERT INTO runs (connection, agent, id, state, version, model, status, created_at_ms)
             VALUES (?1, ?2, ?3, 'present', ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET state = 'present', version = excluded.version,
                 model = excluded.model, status = excluded.status,
                 created_at_ms = excluded.created_at_ms
             RETURNING pos",
        )?
        .query_row(
            params![connection.0, agent, id, version, run.model, status, run.created_at_ms],
            |row| row.get(0),
        )?;
    tx.prepare_cached(
        "INSERT INTO run_payloads (run, encoding, body) VALUES (?1, 'json', ?2)
         ON CONFLICT DO UPDATE SET encoding = excluded.encoding, body = excluded.body",
    )?
    .execute(params![pos, to_json("run", run)?.into_bytes()])?;
    tx.prepare_cached(
        "UPDATE feedback SET run_state = 'present', version = ?4, model = ?5
         WHERE connection = ?1 AND agent = ?2 AND run = ?3",
    )?
    .execute(params![connection.0, agent, id, version, run.model])?;
    versions::file_met(tx, connection, run)
}

/// Takes runs not met before, up to `limit` in all.
fn take_new(
    mut rows: rusqlite::Rows<'_>,
    met: &mut HashSet<(AgentId, RunId)>,
    wanted: &mut Vec<WantedRun>,
    limit: usize,
) -> Result<(), Error> {
    while wanted.len() < limit
        && let Some(row) = rows.next()?
    {
        let (agent, run): (AgentId, RunId) = (text(row, "agent")?, text(row, "run")?);
        if met.insert((agent.clone(), run.clone())) {
            wanted.push(WantedRun { agent, run, outcome: word(row, "outcome")? });
        }
    }
    Ok(())
}

fn status_word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Success => "success",
        RunStatus::Failure => "failure",
    }
}

/// The status of a stored word.
pub(crate) fn status_of(word: &str) -> Option<RunStatus> {
    match word {
        "success" => Some(RunStatus::Success),
        "failure" => Some(RunStatus::Failure),
        _ => None,
    }
}
