//! Undo and redo: no stack is kept. What there is to take back, and to do again, is read from the log each time, so
//! that it is the same after a restart, and in another process.

use domain::{Act, ConnectionId, DecisionKind, EventId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::add::add;
use super::{Decision, NewDecision, act_of, of_row, step};
use crate::{Error, Store};

/// What to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoTarget {
    /// The newest step of which a decision or a note holds.
    LastStep,
    /// The newest step of a person that took something back, holds, and was not followed by another decision or note:
    /// this is redo.
    LastUndo,
    /// A whole step. Of a step of undos, this is redo.
    Step(EventId),
    Event(EventId),
}

/// What an event is about: itself, or what it takes back at the end of a row of undos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// What is or was decided; `None`: it is about a note.
    pub kind: Option<DecisionKind>,
    /// The event takes that back, rather than making it or making it again.
    pub takes_back: bool,
}

impl Store {
    /// Takes back what still holds of the target, as one step; answers the events that do so. Empty: there
    /// was nothing (any more).
    pub fn undo(
        &self,
        connection: ConnectionId,
        target: UndoTarget,
        at_ms: i64,
        who: &str,
    ) -> Result<Vec<Decision>, Error> {
        self.write_durably(|tx| {
            let undos: Vec<NewDecision> = holding(tx, connection, target)?
                .into_iter()
                .map(|event| NewDecision::new(event.feedback, Act::Undo(event.id), at_ms, who))
                .collect();
            let ids = add(tx, connection, &undos)?;
            Ok(ids.first().map_or(Ok(Vec::new()), |first| step(tx, connection, *first))?)
        })
    }

    /// What an event is about in the end.
    pub fn behind(&self, connection: ConnectionId, event: EventId) -> Result<Behind, Error> {
        Ok(behind(&*self.reader()?, connection, event)?)
    }
}

/// What of a target holds, oldest first.
fn holding(
    tx: &Connection,
    connection: ConnectionId,
    target: UndoTarget,
) -> Result<Vec<Decision>, Error> {
    let events = match target {
        UndoTarget::Step(first) => step(tx, connection, first)?,
        UndoTarget::Event(id) => {
            let mut statement =
                tx.prepare_cached("SELECT * FROM decisions WHERE connection = ?1 AND id = ?2")?;
            let found = statement.query_row(params![connection.0, id.0], of_row).optional()?;
            found.into_iter().collect()
        }
        UndoTarget::LastStep => of_step(tx, connection, last_step(tx, connection)?)?,
        UndoTarget::LastUndo => of_step(tx, connection, last_undo(tx, connection)?)?,
    };
    let mut holding = Vec::with_capacity(events.len());
    for event in events {
        if !is_void(tx, event.id)? {
            holding.push(event);
        }
    }
    Ok(holding)
}

fn of_step(
    reader: &Connection,
    connection: ConnectionId,
    first: Option<EventId>,
) -> rusqlite::Result<Vec<Decision>> {
    first.map_or(Ok(Vec::new()), |first| step(reader, connection, first))
}

/// The newest decision that holds is, being the newest, what counts on its feedback; and a note that is newer still
/// is what is noted there.
fn last_step(reader: &Connection, connection: ConnectionId) -> Result<Option<EventId>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT batch FROM decisions WHERE id = (SELECT max(event) FROM (
             SELECT max(event) AS event FROM decided WHERE connection = ?1
             UNION ALL SELECT max(event) FROM noted WHERE connection = ?1))",
    )?;
    Ok(statement.query_row([connection.0], |row| row.get(0).map(EventId)).optional()?)
}

/// Goes back step by step, as far as nothing was decided or noted.
fn last_undo(reader: &Connection, connection: ConnectionId) -> Result<Option<EventId>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT batch AS id, kind, undoes FROM decisions WHERE connection = ?1 AND id < ?2
         ORDER BY id DESC LIMIT 1",
    )?;
    let mut before = EventId(i64::MAX);
    loop {
        let newest = |row: &Row<'_>| Ok((EventId(row.get("id")?), act_of(row)?));
        let found = statement.query_row(params![connection.0, before.0], newest).optional()?;
        let Some((first, act)) = found else { return Ok(None) };
        match act {
            Act::Wake(_) => {}
            Act::Undo(target) => {
                let is_undo = !behind(reader, connection, target)?.takes_back;
                if is_undo && any_holds(reader, connection, first)? {
                    return Ok(Some(first));
                }
            }
            Act::Decide(_) | Act::Note | Act::Unknown => return Ok(None),
        }
        before = first;
    }
}

fn behind(
    reader: &Connection,
    connection: ConnectionId,
    mut event: EventId,
) -> rusqlite::Result<Behind> {
    let mut statement = reader
        .prepare_cached("SELECT kind, undoes FROM decisions WHERE connection = ?1 AND id = ?2")?;
    let mut behind = Behind { kind: None, takes_back: false };
    while let Some(act) = statement.query_row(params![connection.0, event.0], act_of).optional()? {
        if let Act::Decide(kind) = act {
            behind.kind = Some(kind);
        }
        // Only ever something earlier: this ends.
        let Some(target) = act.undoes().filter(|target| *target < event) else { break };
        (behind.takes_back, event) = (!behind.takes_back, target);
    }
    Ok(behind)
}

fn any_holds(reader: &Connection, connection: ConnectionId, first: EventId) -> Result<bool, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT id FROM decisions WHERE connection = ?1 AND batch = ?2 ORDER BY id",
    )?;
    let mut rows = statement.query(params![connection.0, first.0])?;
    while let Some(row) = rows.next()? {
        if !is_void(reader, EventId(row.get("id")?))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// As `domain::Standing` says it, asked of one event alone: whether a later one of the same feedback, itself not
/// void, takes it back.
fn is_void(reader: &Connection, event: EventId) -> Result<bool, Error> {
    let undoing: Vec<i64> = reader
        .prepare_cached(
            "SELECT u.id FROM decisions u JOIN decisions e ON e.id = u.undoes
                 AND e.connection = u.connection AND e.feedback_id = u.feedback_id
             WHERE u.undoes = ?1 AND u.id > ?1 ORDER BY u.id DESC",
        )?
        .query_map([event.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in undoing {
        if !is_void(reader, EventId(id))? {
            return Ok(true);
        }
    }
    Ok(false)
}
