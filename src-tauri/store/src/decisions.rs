//! Decisions: events that are only ever added, on the disk before they count as made. What they come to is
//! derived (`domain::Standing`) and noted beside the log in the same transaction, for lists to filter by.
//! A decision needs no feedback in the mirror: it may come later, be replaced, or be gone.

use std::collections::BTreeSet;

use domain::{
    Act, AgentId, ConnectionId, DecisionEvent, DecisionKind, EventId, FeedbackId, Standing,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::outbox;
use crate::sql::{optional_text, text, word};
use crate::{Error, OutboxEntry, Store};

/// The word in the log for an event that takes another back.
const UNDO: &str = "undo";

/// In a list: taken back here after the server was told, so that the server's annotation does not count.
pub const OPEN: &str = "open";

/// An event about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    pub feedback: FeedbackId,
    pub act: Act,
    /// The reviewer's own words.
    pub note: Option<String>,
    /// One of a list of reasons.
    pub reason: Option<String>,
    pub at_ms: i64,
    pub who: String,
}

/// An event as stored; fields as in [`NewDecision`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub id: EventId,
    /// The first event of the step it was made in: one decision, or a bulk of them.
    pub step: EventId,
    pub feedback: FeedbackId,
    /// The feedback's agent, if the feedback was in the mirror then.
    pub agent: Option<AgentId>,
    pub act: Act,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub at_ms: i64,
    pub who: String,
}

/// An event in the history of its feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub decision: Decision,
    /// No later event takes it back.
    pub holds: bool,
    /// It is the one that counts.
    pub is_current: bool,
    /// How telling the server stands; `None`: there is nothing to tell.
    pub outbox: Option<OutboxEntry>,
}

/// What to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoTarget {
    /// The newest step of which a decision holds.
    LastStep,
    /// A whole step. Of a step of undos, this is redo.
    Step(EventId),
    Event(EventId),
}

impl Store {
    /// Adds events as one step and answers their ids, in order. They are on the disk when this returns, or
    /// none of them is.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn add_decisions(
        &self,
        connection: ConnectionId,
        new: &[NewDecision],
    ) -> Result<Vec<EventId>, Error> {
        self.write_durably(|tx| add(tx, connection, new))
    }

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
                .map(|event| NewDecision {
                    feedback: event.feedback,
                    act: Act::Undo(event.id),
                    note: None,
                    reason: None,
                    at_ms,
                    who: who.to_owned(),
                })
                .collect();
            let ids = add(tx, connection, &undos)?;
            Ok(ids.first().map_or(Ok(Vec::new()), |first| step(tx, connection, *first))?)
        })
    }

    /// The events on one feedback, oldest first, each with how it stands.
    pub fn history(
        &self,
        connection: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<Vec<Told>, Error> {
        let reader = self.reader()?;
        let events = events_of(&reader, connection, feedback)?;
        let standing = Standing::of(events.iter().map(Decision::event));
        let current = standing.decided.map(|(id, _)| id);
        events
            .into_iter()
            .map(|decision| {
                Ok(Told {
                    holds: standing.holds(decision.id),
                    is_current: Some(decision.id) == current,
                    outbox: outbox::entry(&reader, decision.id)?,
                    decision,
                })
            })
            .collect()
    }

    /// Events of a connection, newest first, from before an event on.
    pub fn newest_decisions(
        &self,
        connection: ConnectionId,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<Decision>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT * FROM decisions WHERE connection = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        )?;
        let (before, limit) = (before.map_or(i64::MAX, |id| id.0), limit.min(1 << 30) as i64);
        let events = statement.query_map(params![connection.0, before, limit], of_row)?;
        Ok(events.collect::<Result<_, _>>()?)
    }

    /// What counts as decided on a feedback.
    pub fn decided(
        &self,
        connection: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<Option<(EventId, DecisionKind)>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT event, kind FROM decided WHERE connection = ?1 AND feedback_id = ?2",
        )?;
        let found = statement.query_row(params![connection.0, feedback.as_str()], |row| {
            Ok((EventId(row.get("event")?), word(row, "kind")?))
        });
        Ok(found.optional()?)
    }

    /// Derives what the whole log comes to anew, for a mirror whose notes beside the log are in doubt.
    pub fn derive_decisions(&self) -> Result<(), Error> {
        self.write_durably(derive_all)
    }
}

impl Decision {
    fn event(&self) -> DecisionEvent {
        DecisionEvent { id: self.id, act: self.act }
    }
}

fn add(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    new: &[NewDecision],
) -> Result<Vec<EventId>, Error> {
    let known = tx
        .prepare_cached("SELECT 1 FROM connections WHERE id = ?1")?
        .exists(params![connection.0])?;
    if !known {
        return Err(Error::NoConnection(connection));
    }
    // Known before the first is written, as no row can be told its step later.
    let step: i64 = tx
        .prepare_cached(
            "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'decisions'",
        )?
        .query_row([], |row| row.get(0))?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO decisions (id, batch, connection, feedback_id, kind, undoes, note, reason,
             at_ms, who, agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
             (SELECT agent FROM feedback WHERE connection = ?3 AND id = ?4))",
    )?;
    let mut ids = Vec::with_capacity(new.len());
    for (event, id) in new.iter().zip(step..) {
        let (kind, undoes) = match event.act {
            Act::Decide(kind) => (kind.as_str(), None),
            Act::Undo(target) => (UNDO, Some(target.0)),
            Act::Unknown => continue,
        };
        let (feedback, who) = (event.feedback.as_str(), &event.who);
        insert.execute(params![
            id,
            step,
            connection.0,
            feedback,
            kind,
            undoes,
            event.note,
            event.reason,
            event.at_ms,
            who
        ])?;
        ids.push(EventId(id));
    }
    let touched: BTreeSet<&FeedbackId> = new.iter().map(|event| &event.feedback).collect();
    touched.into_iter().try_for_each(|feedback| settle(tx, connection, feedback))?;
    Ok(ids)
}

/// Notes beside the log what it comes to, for all of it; a note that no event stands behind goes.
pub(crate) fn derive_all(tx: &Transaction<'_>) -> Result<(), Error> {
    tx.execute_batch(
        "DELETE FROM decided;
         UPDATE feedback SET decision = NULL WHERE decision IS NOT NULL
             AND (connection, id) NOT IN (SELECT connection, feedback_id FROM decisions);",
    )?;
    let mut statement = tx.prepare("SELECT DISTINCT connection, feedback_id FROM decisions")?;
    let all = statement.query_map([], |row| {
        Ok((ConnectionId(row.get(0)?), text::<FeedbackId>(row, "feedback_id")?))
    })?;
    for (connection, feedback) in all.collect::<Result<Vec<_>, _>>()? {
        settle(tx, connection, &feedback)?;
    }
    Ok(())
}

/// Notes beside the log what it comes to for one feedback, and what of it is to be told.
pub(crate) fn settle(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> Result<(), Error> {
    let mut statement = tx.prepare_cached(
        "SELECT id, kind, undoes FROM decisions WHERE connection = ?1 AND feedback_id = ?2",
    )?;
    let events = statement.query_map(params![connection.0, feedback.as_str()], |row| {
        Ok(DecisionEvent { id: EventId(row.get("id")?), act: act_of(row)? })
    })?;
    let standing = Standing::of(events.collect::<Result<Vec<_>, _>>()?);
    match standing.decided {
        Some((event, kind)) => tx
            .prepare_cached("INSERT OR REPLACE INTO decided VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![connection.0, feedback.as_str(), event.0, kind.as_str()])?,
        None => tx
            .prepare_cached("DELETE FROM decided WHERE connection = ?1 AND feedback_id = ?2")?
            .execute(params![connection.0, feedback.as_str()])?,
    };
    let kind = match standing.decided {
        Some((_, kind)) => Some(kind.as_str()),
        None => outbox::shows_what_was_taken_back(tx, connection, feedback)?.then_some(OPEN),
    };
    tx.prepare_cached(
        "UPDATE feedback SET decision = ?3 WHERE connection = ?1 AND id = ?2 AND decision IS NOT ?3",
    )?
    .execute(params![connection.0, feedback.as_str(), kind])?;
    outbox::settle(tx, connection, feedback, standing.decided)
}

/// What was decided on a feedback before it came (back) into the mirror.
pub(crate) fn decided_before(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> Result<Option<String>, Error> {
    let mut statement =
        tx.prepare_cached("SELECT kind FROM decided WHERE connection = ?1 AND feedback_id = ?2")?;
    let params = params![connection.0, feedback.as_str()];
    Ok(statement.query_row(params, |row| row.get(0)).optional()?)
}

/// What of a target holds, oldest first.
fn holding(
    tx: &Transaction<'_>,
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
        UndoTarget::LastStep => {
            // The newest decision that holds is, being the newest, what counts on its feedback; and so are
            // all others of its step that hold.
            let newest: Option<i64> = tx
                .prepare_cached(
                    "SELECT d.batch FROM decided c JOIN decisions d ON d.id = c.event
                     WHERE c.connection = ?1 ORDER BY c.event DESC LIMIT 1",
                )?
                .query_row([connection.0], |row| row.get(0))
                .optional()?;
            newest.map_or(Ok(Vec::new()), |first| step(tx, connection, EventId(first)))?
        }
    };
    let mut holding = Vec::with_capacity(events.len());
    for event in events {
        let all = events_of(tx, connection, &event.feedback)?;
        if Standing::of(all.iter().map(Decision::event)).holds(event.id) {
            holding.push(event);
        }
    }
    Ok(holding)
}

fn step(
    reader: &Connection,
    connection: ConnectionId,
    first: EventId,
) -> rusqlite::Result<Vec<Decision>> {
    let mut statement = reader.prepare_cached(
        "SELECT * FROM decisions WHERE connection = ?1 AND batch = ?2 ORDER BY id",
    )?;
    statement.query_map(params![connection.0, first.0], of_row)?.collect()
}

fn events_of(
    reader: &Connection,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> rusqlite::Result<Vec<Decision>> {
    let mut statement = reader.prepare_cached(
        "SELECT * FROM decisions WHERE connection = ?1 AND feedback_id = ?2 ORDER BY id",
    )?;
    statement.query_map(params![connection.0, feedback.as_str()], of_row)?.collect()
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        id: EventId(row.get("id")?),
        step: EventId(row.get("batch")?),
        feedback: text(row, "feedback_id")?,
        agent: optional_text(row, "agent")?,
        act: act_of(row)?,
        note: row.get("note")?,
        reason: row.get("reason")?,
        at_ms: row.get("at_ms")?,
        who: row.get("who")?,
    })
}

fn act_of(row: &Row<'_>) -> rusqlite::Result<Act> {
    let undoes: Option<i64> = row.get("undoes")?;
    let kind: String = row.get("kind")?;
    Ok(match undoes {
        Some(target) => Act::Undo(EventId(target)),
        None => kind.parse().map_or(Act::Unknown, Act::Decide),
    })
}
