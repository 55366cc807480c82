//! Which runs to fetch next: those of negative feedback first, then of commented, then the rest, the newest of each
//! first; as far as there is room for them, and none that is known to find none.

use std::collections::HashSet;
use std::iter::Peekable;

use domain::{AgentId, ConnectionId, RunClass, RunId};
use rusqlite::{CachedStatement, Connection, Row, params};

use super::write::{SHED, WITHIN_LIMIT};
use crate::offline::{CLASS, Sums, class_number, class_of, limit_of};
use crate::sql::text;
use crate::{Error, Store};

/// A run to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRun {
    pub agent: AgentId,
    pub run: RunId,
    pub class: RunClass,
}

/// Runs taken so far.
struct Taken<'a> {
    scope: Option<&'a [AgentId]>,
    limit: usize,
    met: HashSet<(AgentId, RunId)>,
    runs: Vec<WantedRun>,
}

impl Taken<'_> {
    fn is_full(&self) -> bool {
        self.runs.len() >= self.limit
    }

    /// Whether it is one for us that was not met before.
    fn is_new(&self, candidate: &Candidate) -> bool {
        self.scope.is_none_or(|scope| scope.contains(&candidate.agent))
            && !self.met.contains(&(candidate.agent.clone(), candidate.run.clone()))
    }

    fn take(&mut self, candidate: Candidate, class: RunClass) {
        let Candidate { agent, run, .. } = candidate;
        self.met.insert((agent.clone(), run.clone()));
        self.runs.push(WantedRun { agent, run, class });
    }
}

/// A run that may be wanted.
struct Candidate {
    agent: AgentId,
    run: RunId,
    ranked_at_ms: i64,
    /// `None`: never seen, so its size is anybody's guess.
    stored_bytes: Option<i64>,
}

impl Store {
    /// Runs to fetch next, of the agents in `scope` (`None`: of all). Those the server did not have come last, once
    /// they are due at `now_ms`. With no room for a class, what is newer than the oldest of it that is kept is wanted
    /// still, as the oldest will make room for it.
    pub fn runs_wanted(
        &self,
        connection: ConnectionId,
        scope: Option<&[AgentId]>,
        now_ms: i64,
        limit: usize,
    ) -> Result<Vec<WantedRun>, Error> {
        let reader = self.reader()?;
        let (limit_bytes, sums) = (limit_of(&reader, connection)?, Sums::of(&reader, connection)?);
        let mut taken = Taken { scope, limit, met: HashSet::new(), runs: Vec::new() };
        for class in RunClass::ALL {
            let left = sums.left(limit_bytes, class);
            of_class(&reader, connection, class, now_ms, (left, sums.mean()), &mut taken)?;
        }
        for (class, candidate) in due(&reader, connection, now_ms)? {
            let has_room = sums.left(limit_bytes, class).is_none_or(|left| left > 0);
            if has_room && !taken.is_full() && taken.is_new(&candidate) {
                taken.take(candidate, class);
            }
        }
        Ok(taken.runs)
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
}

/// Takes of one class: what was never asked for and what was shed, by rank, until there is no room.
fn of_class(
    reader: &Connection,
    connection: ConnectionId,
    class: RunClass,
    now_ms: i64,
    (mut left, mean): (Option<i64>, i64),
    taken: &mut Taken<'_>,
) -> Result<(), Error> {
    if taken.is_full() {
        return Ok(());
    }
    let oldest_kept_ms = match left {
        Some(_) => oldest_kept_ms(reader, connection, class)?,
        None => None,
    };
    let mut unknown = unknown_of(reader)?;
    let mut unknown = candidates(&mut unknown, params![connection.0, class_number(class)])?;
    let mut shed = shed_of(reader)?;
    let mut shed = candidates(&mut shed, params![connection.0, SHED, class_number(class), now_ms])?;
    while !taken.is_full()
        && let Some(candidate) = newer_of(&mut unknown, &mut shed)
    {
        let candidate = candidate?;
        if !taken.is_new(&candidate) {
            continue;
        }
        if let Some(left) = &mut left {
            let bytes = candidate.stored_bytes.unwrap_or(mean);
            let takes_turn = candidate.stored_bytes.is_none()
                && oldest_kept_ms.is_some_and(|at_ms| candidate.ranked_at_ms > at_ms);
            if bytes > *left && !takes_turn {
                return Ok(());
            }
            *left -= bytes;
        }
        taken.take(candidate, class);
    }
    Ok(())
}

fn oldest_kept_ms(
    reader: &Connection,
    connection: ConnectionId,
    class: RunClass,
) -> Result<Option<i64>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT min(ranked_at_ms) FROM runs INDEXED BY runs_ranked
         WHERE connection = ?1 AND state = 'present' AND kept = ?2 AND class = ?3",
    )?;
    let key = params![connection.0, WITHIN_LIMIT, class_number(class)];
    Ok(statement.query_row(key, |row| row.get(0))?)
}

fn unknown_of(reader: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    reader.prepare_cached(&format!(
        "SELECT agent, run, created_at_ms AS ranked_at_ms, NULL AS stored_bytes
         FROM feedback INDEXED BY feedback_run_unknown
         WHERE connection = ?1 AND run_state = 'unknown' AND {CLASS} = ?2
         ORDER BY pos DESC"
    ))
}

fn shed_of(reader: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    reader.prepare_cached(
        "SELECT agent, id AS run, ranked_at_ms, stored_bytes FROM runs INDEXED BY runs_ranked
         WHERE connection = ?1 AND state = 'present' AND kept = ?2 AND class = ?3
             AND (retry_at_ms IS NULL OR retry_at_ms <= ?4)
         ORDER BY ranked_at_ms DESC",
    )
}

type Found = rusqlite::Result<Candidate>;

fn candidates<'s>(
    statement: &'s mut CachedStatement<'_>,
    params: impl rusqlite::Params,
) -> rusqlite::Result<Peekable<impl Iterator<Item = Found> + 's>> {
    Ok(statement.query_map(params, candidate)?.peekable())
}

fn candidate(row: &Row<'_>) -> Found {
    Ok(Candidate {
        agent: text(row, "agent")?,
        run: text(row, "run")?,
        ranked_at_ms: row.get("ranked_at_ms")?,
        stored_bytes: row.get("stored_bytes")?,
    })
}

/// The next of two lists that each go from new to old.
fn newer_of(
    a: &mut Peekable<impl Iterator<Item = Found>>,
    b: &mut Peekable<impl Iterator<Item = Found>>,
) -> Option<Found> {
    let at_ms = |found: Option<&Found>| {
        found.map(|found| found.as_ref().map_or(i64::MAX, |c| c.ranked_at_ms))
    };
    if at_ms(a.peek()) >= at_ms(b.peek()) { a.next() } else { b.next() }
}

/// Runs the server did not have that are due to be asked for again.
fn due(
    reader: &Connection,
    connection: ConnectionId,
    now_ms: i64,
) -> Result<Vec<(RunClass, Candidate)>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT class, agent, id AS run, ranked_at_ms, NULL AS stored_bytes
         FROM runs INDEXED BY runs_missing
         WHERE connection = ?1 AND state = 'missing' AND retry_at_ms <= ?2
         ORDER BY retry_at_ms, pos",
    )?;
    let rows = statement.query_map(params![connection.0, now_ms], |row| {
        Ok((class_of(row.get(0)?), candidate(row)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
