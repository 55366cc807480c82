//! Runs as they come in: filed with what is found in them, kept as far as there is room, and filled into their
//! feedback. Many in one transaction, so few statements for each.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AgentId, ConnectionId, Outcome, Run, RunClass, RunId, RunRecord, UserId, VersionId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::status_word;
use crate::feedback::alike::Said;
use crate::offline::{CLASS, Room, class_number, class_of};
use crate::payloads::{Packed, drop_payload, keep_payload};
use crate::sql::{FIRST_RETRY_AFTER_MS, RETRY_AFTER_MS, optional_text, word};
use crate::{Error, Store, versions};

/// What the server answered to a request for a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunAnswer {
    /// Under the id the feedback names it by: a server may answer under another spelling of it.
    Found(RunRecord),
    /// It knows for sure that it has none.
    None { agent: AgentId, run: RunId },
}

/// Why a run is filed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// A sync brought it: it is kept if there is room.
    Mirrored,
    /// A person wants to see it: it is kept.
    Asked,
}

/// The values of `runs.kept`.
pub(crate) const SHED: i64 = 0;
pub(crate) const WITHIN_LIMIT: i64 = 1;
pub(crate) const ASKED: i64 = 2;

impl Store {
    /// Files runs. Those there is no room for are filed without their payload.
    pub fn write_runs(&self, connection: ConnectionId, runs: &[Run]) -> Result<(), Error> {
        let answers = runs
            .iter()
            .map(|run| RunRecord::of(run).map(RunAnswer::Found))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Error::Unreadable { what: "run", source: error.into() })?;
        self.file_runs(connection, answers, 0)
    }

    /// Files what the server answered at `at_ms`, in one transaction.
    pub fn file_runs(
        &self,
        connection: ConnectionId,
        answers: Vec<RunAnswer>,
        at_ms: i64,
    ) -> Result<(), Error> {
        let (mut found, mut missing) = (Vec::with_capacity(answers.len()), Vec::new());
        for answer in answers {
            match answer {
                RunAnswer::Found(record) => found.push(record),
                RunAnswer::None { agent, run } => missing.push((agent, run)),
            }
        }
        self.file_all(connection, &found, &missing, at_ms, Why::Mirrored)
    }

    /// Files a run that a person asked for: it is kept, also beyond the limit, until another is set.
    pub fn file_asked_run(&self, connection: ConnectionId, run: RunRecord) -> Result<(), Error> {
        self.file_all(connection, &[run], &[], 0, Why::Asked)
    }

    /// Notes that the server has no such run. A run that is here stays.
    pub fn mark_run_missing(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
        at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| mark_missing(tx, connection, agent, run, at_ms))
    }

    fn file_all(
        &self,
        connection: ConnectionId,
        found: &[RunRecord],
        missing: &[(AgentId, RunId)],
        at_ms: i64,
        why: Why,
    ) -> Result<(), Error> {
        let packed = self.pack(connection, found)?;
        self.write(|tx| {
            let mut room = Room::of(tx, connection)?;
            let mut first_runs = FirstRuns::new();
            for (record, packed) in found.iter().zip(&packed) {
                file_one(tx, connection, record, packed, why, &mut room)?;
                note_first_run(&mut first_runs, record);
            }
            for ((agent, version), first_run_at_ms) in first_runs {
                versions::file_met(tx, connection, agent, version, first_run_at_ms)?;
            }
            // What a person asked for is kept anyway, and others make room for it.
            room.shed(tx, usize::MAX)?;
            missing
                .iter()
                .try_for_each(|(agent, run)| mark_missing(tx, connection, agent, run, at_ms))
        })?;
        let agents: BTreeSet<&AgentId> = found.iter().map(|record| &record.agent).collect();
        self.learn(connection, agents)
    }
}

/// The earliest run of each version met, in an order that is always the same.
type FirstRuns<'a> = BTreeMap<(&'a AgentId, &'a VersionId), Option<i64>>;

fn note_first_run<'a>(first_runs: &mut FirstRuns<'a>, record: &'a RunRecord) {
    let Some(version) = &record.version else { return };
    let first = first_runs.entry((&record.agent, version)).or_insert(record.created_at_ms);
    *first = match (*first, record.created_at_ms) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

/// What the feedback on a run makes of it.
struct Rank {
    class: RunClass,
    at_ms: i64,
}

fn file_one(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    record: &RunRecord,
    packed: &Packed,
    why: Why,
    room: &mut Room,
) -> Result<(), Error> {
    let rank = fill_in_feedback(tx, connection, record)?;
    let known = known(tx, connection, record, room)?;
    let kept = match why {
        Why::Asked => ASKED,
        // Whatever the limit, what a person asked for is not taken from them by a sync.
        Why::Mirrored if known == Some(ASKED) => ASKED,
        Why::Mirrored if room.make(tx, rank.class, rank.at_ms, packed.stored_bytes())? => {
            WITHIN_LIMIT
        }
        Why::Mirrored => SHED,
    };
    let pos: i64 = tx
        .prepare_cached(
            "INSERT INTO runs (connection, agent, id, state, version, model, status, created_at_ms,
                 class, ranked_at_ms, kept, stored_bytes, json_bytes)
             VALUES (?1, ?2, ?3, 'present', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT DO UPDATE SET state = 'present', version = excluded.version,
                 model = excluded.model, status = excluded.status,
                 created_at_ms = excluded.created_at_ms, class = min(class, excluded.class),
                 ranked_at_ms = max(ranked_at_ms, excluded.ranked_at_ms), kept = excluded.kept,
                 stored_bytes = excluded.stored_bytes, json_bytes = excluded.json_bytes,
                 tried_at_ms = NULL, attempts = 0, retry_at_ms = NULL
             RETURNING pos",
        )?
        .query_row(
            params![
                connection.0,
                record.agent.as_str(),
                record.id.as_str(),
                record.version.as_ref().map(VersionId::as_str),
                record.model,
                status_word(record.status),
                record.created_at_ms,
                class_number(rank.class),
                rank.at_ms,
                kept,
                packed.stored_bytes(),
                packed.json_bytes
            ],
            |row| row.get(0),
        )?;
    if kept == SHED {
        return drop_payload(tx, pos);
    }
    room.fill(packed.stored_bytes());
    keep_payload(tx, pos, packed)
}

/// How a run that is known already is kept. Its payload is about to be written anew: it takes no room.
fn known(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    record: &RunRecord,
    room: &mut Room,
) -> Result<Option<i64>, Error> {
    let known: Option<(i64, i64)> = tx
        .prepare_cached(
            "SELECT kept, stored_bytes FROM runs WHERE connection = ?1 AND agent = ?2 AND id = ?3",
        )?
        .query_row(params![connection.0, record.agent.as_str(), record.id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((kept, stored_bytes)) = known else { return Ok(None) };
    if kept != SHED {
        room.free(stored_bytes);
    }
    Ok(Some(kept))
}

/// Feedback on a run, as far as it matters to the run's rank and to what it is alike to.
struct Word {
    pos: i64,
    class: RunClass,
    at_ms: i64,
    outcome: Outcome,
    user: Option<UserId>,
    has_comment: bool,
}

impl Word {
    /// The new number of what it is alike to; `None`: it stays. Without a comment it is the version, too, that makes two
    /// alike.
    fn alike(&self, agent: &AgentId, version: Option<&VersionId>) -> Option<i64> {
        if self.has_comment {
            return None;
        }
        let user = self.user.as_ref();
        Said { agent, outcome: self.outcome, comment: None, user, version }.alike()
    }
}

/// Tells the feedback on a run what it is, and finds the run's rank by them.
fn fill_in_feedback(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    record: &RunRecord,
) -> Result<Rank, Error> {
    let version = record.version.as_ref();
    let mut fill_in = tx.prepare_cached(
        "UPDATE feedback SET run_state = 'present', version = ?2, model = ?3,
             alike = coalesce(?4, alike), worded = iif(worded = 2, 0, worded) WHERE pos = ?1",
    )?;
    let mut rank: Option<Rank> = None;
    for said in said_on(tx, connection, record)? {
        let alike = said.alike(&record.agent, version);
        fill_in.execute(params![said.pos, version.map(VersionId::as_str), record.model, alike])?;
        let so_far = rank.unwrap_or(Rank { class: said.class, at_ms: said.at_ms });
        rank =
            Some(Rank { class: so_far.class.min(said.class), at_ms: so_far.at_ms.max(said.at_ms) });
    }
    let at_ms = record.created_at_ms.unwrap_or(0);
    Ok(rank.unwrap_or(Rank { class: RunClass::Rest, at_ms }))
}

fn said_on(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    record: &RunRecord,
) -> Result<Vec<Word>, Error> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT pos, {CLASS} AS class, created_at_ms, outcome, user, has_comment
         FROM feedback WHERE connection = ?1 AND agent = ?2 AND run = ?3"
    ))?;
    let key = params![connection.0, record.agent.as_str(), record.id.as_str()];
    let said = statement.query_map(key, |row| {
        Ok(Word {
            pos: row.get("pos")?,
            class: class_of(row.get("class")?),
            at_ms: row.get("created_at_ms")?,
            outcome: word(row, "outcome")?,
            user: optional_text(row, "user")?,
            has_comment: row.get("has_comment")?,
        })
    })?;
    Ok(said.collect::<Result<_, _>>()?)
}

fn mark_missing(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    agent: &AgentId,
    run: &RunId,
    at_ms: i64,
) -> Result<(), Error> {
    let key = params![connection.0, agent.as_str(), run.as_str()];
    let class: i64 = tx
        .prepare_cached(&format!(
            "SELECT coalesce(min({CLASS}), 2)
             FROM feedback WHERE connection = ?1 AND agent = ?2 AND run = ?3"
        ))?
        .query_row(key, |row| row.get(0))?;
    // One that was shed and is gone by now is not asked for at every sync either.
    tx.prepare_cached(&format!(
        "INSERT INTO runs (connection, agent, id, state, tried_at_ms, attempts, retry_at_ms, class)
         VALUES (?1, ?2, ?3, 'missing', ?4, 1, ?4 + {FIRST_RETRY_AFTER_MS}, ?5)
         ON CONFLICT DO UPDATE SET tried_at_ms = excluded.tried_at_ms, attempts = attempts + 1,
             retry_at_ms = excluded.tried_at_ms + ({RETRY_AFTER_MS})
             WHERE state = 'missing' OR kept = 0"
    ))?
    .execute(params![connection.0, agent.as_str(), run.as_str(), at_ms, class])?;
    tx.prepare_cached(
        "UPDATE feedback SET run_state = 'missing'
         WHERE connection = ?1 AND agent = ?2 AND run = ?3 AND run_state = 'unknown'",
    )?
    .execute(key)?;
    Ok(())
}
