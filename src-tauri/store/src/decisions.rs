//! Decisions: events that are only ever added, on the disk before they count as made. What they come to is
//! derived (`domain::Standing`) and noted beside the log in the same transaction, for lists to filter by.
//! A decision needs no feedback in the mirror: it may come later, be replaced, or be gone.

use domain::{
    Act, AgentId, ConnectionId, DecisionEvent, DecisionKind, EventId, FeedbackId, Snooze, Standing,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::outbox;
use crate::sql::{optional_text, text, word};
use crate::{Error, FeedbackRow, OutboxEntry, Store};

mod add;
mod awaited;
pub(crate) mod settle;
mod take_back;
mod wake;

pub use take_back::{Behind, UndoTarget};

/// The words in the log for events that decide nothing.
const UNDO: &str = "undo";
const WAKE: &str = "wake";
const NOTE: &str = "note";

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
    /// Of a duplicate: the other one.
    pub duplicate_of: Option<FeedbackId>,
    /// Of a snooze; its time counts for [`domain::SnoozeKind::Until`] alone, any other baseline is taken when it is
    /// added.
    pub snooze: Option<Snooze>,
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
    pub duplicate_of: Option<FeedbackId>,
    /// With its baseline; `None` also where it cannot be read, as one of a newer Upshot.
    pub snooze: Option<Snooze>,
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

impl NewDecision {
    /// An event without anything said along with it.
    pub fn new(feedback: impl Into<FeedbackId>, act: Act, at_ms: i64, who: &str) -> Self {
        Self {
            feedback: feedback.into(),
            act,
            note: None,
            reason: None,
            duplicate_of: None,
            snooze: None,
            at_ms,
            who: who.to_owned(),
        }
    }
}

impl Store {
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

    /// The decision that counts on a feedback, with all that was said along with it.
    pub fn current_decision(
        &self,
        connection: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<Option<Decision>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT d.* FROM decided c JOIN decisions d ON d.id = c.event
             WHERE c.connection = ?1 AND c.feedback_id = ?2",
        )?;
        let key = params![connection.0, feedback.as_str()];
        Ok(statement.query_row(key, of_row).optional()?)
    }

    /// The newest note that holds on a feedback: one by itself, or that of the decision that counts.
    pub fn note(
        &self,
        connection: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<Option<String>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT d.note FROM noted n JOIN decisions d ON d.id = n.event
             WHERE n.connection = ?1 AND n.feedback_id = ?2",
        )?;
        let key = params![connection.0, feedback.as_str()];
        Ok(statement.query_row(key, |row| row.get(0)).optional()?.flatten())
    }

    /// What is decided to be a duplicate of a feedback, newest first, `limit` at the most, and how many there are.
    pub fn duplicates_of(
        &self,
        connection: ConnectionId,
        original: &FeedbackId,
        limit: usize,
    ) -> Result<(Vec<FeedbackRow>, u64), Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT feedback_id FROM decided WHERE connection = ?1 AND duplicate_of = ?2",
        )?;
        let ids: Vec<FeedbackId> = statement
            .query_map(params![connection.0, original.as_str()], |row| text(row, "feedback_id"))?
            .collect::<Result<_, _>>()?;
        drop(statement);
        drop(reader);
        let number = ids.len() as u64;
        let mut rows = Vec::new();
        for id in &ids {
            rows.extend(self.feedback(connection, id)?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.feedback.created_at_ms));
        rows.truncate(limit);
        Ok((rows, number))
    }

    /// Derives what the whole log comes to anew, for a mirror whose notes beside the log are in doubt.
    pub fn derive_decisions(&self) -> Result<(), Error> {
        self.write_durably(settle::derive_all)
    }
}

impl Decision {
    fn event(&self) -> DecisionEvent {
        DecisionEvent { id: self.id, act: self.act }
    }
}

/// The events of a step, in order.
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
    let snooze: Option<String> = row.get("snooze")?;
    Ok(Decision {
        id: EventId(row.get("id")?),
        step: EventId(row.get("batch")?),
        feedback: text(row, "feedback_id")?,
        agent: optional_text(row, "agent")?,
        act: act_of(row)?,
        note: row.get("note")?,
        reason: row.get("reason")?,
        duplicate_of: optional_text(row, "duplicate_of")?,
        snooze: snooze.and_then(|json| snooze_of(&json)),
        at_ms: row.get("at_ms")?,
        who: row.get("who")?,
    })
}

/// `None`: it cannot be read, as one of a newer Upshot.
fn snooze_of(json: &str) -> Option<Snooze> {
    serde_json::from_str(json).ok()
}

fn act_of(row: &Row<'_>) -> rusqlite::Result<Act> {
    let undoes: Option<i64> = row.get("undoes")?;
    let index = row.as_ref().column_index("kind")?;
    let kind = row.get_ref(index)?.as_str()?;
    Ok(match (kind, undoes.map(EventId)) {
        (WAKE, Some(target)) => Act::Wake(target),
        // Whatever word it stands under: an older format had none of its own.
        (_, Some(target)) => Act::Undo(target),
        (NOTE, None) => Act::Note,
        (kind, None) => kind.parse().map_or(Act::Unknown, Act::Decide),
    })
}
