//! Adding to the log: one step is one transaction, whether it decides on one feedback or on ten thousand.

use std::collections::BTreeSet;

use domain::{Act, ConnectionId, EventId, FeedbackId};
use rusqlite::{Transaction, params};

use super::awaited::Baselines;
use super::settle::settle_all;
use super::{NOTE, NewDecision, UNDO, WAKE};
use crate::feedback::{find, groups, ids_at};
use crate::sql::to_json;
use crate::{Error, FeedbackFilter, Order, Store};

impl Store {
    /// Adds events as one step and answers their ids, in order. They are on the disk when this returns, or
    /// none of them is.
    ///
    /// # Errors
    /// [`Error::NoConnection`]; [`Error::NothingToAwait`] where a snooze could never end.
    pub fn add_decisions(
        &self,
        connection: ConnectionId,
        new: &[NewDecision],
    ) -> Result<Vec<EventId>, Error> {
        self.write_durably(|tx| add(tx, connection, new))
    }

    /// As [`Store::add_decisions`], on all that a filter lets through now, however much that is, newest first; `each`
    /// makes the event for one of them, or leaves it out. Answers what was added.
    pub fn decide_matching(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        each: impl Fn(FeedbackId) -> Option<NewDecision>,
    ) -> Result<Vec<(EventId, FeedbackId)>, Error> {
        self.write_durably(|tx| add_each(tx, connection, matching(tx, connection, filter)?, each))
    }

    /// As [`Store::decide_matching`], on one feedback and its look-alikes, as far as the filter lets them through.
    pub fn decide_alike(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        one: &FeedbackId,
        each: impl Fn(FeedbackId) -> Option<NewDecision>,
    ) -> Result<Vec<(EventId, FeedbackId)>, Error> {
        self.write_durably(|tx| {
            let alike = groups::members(tx, connection, filter, one)?;
            add_each(tx, connection, ids_at(tx, &alike)?, each)
        })
    }
}

/// What a filter lets through, newest first.
fn matching(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    filter: &FeedbackFilter,
) -> Result<Vec<FeedbackId>, Error> {
    // All of it, in whatever order it is shown.
    let filter = FeedbackFilter { order: Order::Newest, ..filter.clone() };
    let found = find::newest(tx, connection, &filter, None, usize::MAX)?;
    ids_at(tx, &found)
}

fn add_each(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: Vec<FeedbackId>,
    each: impl Fn(FeedbackId) -> Option<NewDecision>,
) -> Result<Vec<(EventId, FeedbackId)>, Error> {
    let new: Vec<NewDecision> = feedback.into_iter().filter_map(each).collect();
    let events = add(tx, connection, &new)?;
    Ok(events.into_iter().zip(new.into_iter().map(|new| new.feedback)).collect())
}

pub(super) fn add(
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
    let mut baselines = Baselines::of(tx, connection);
    let mut insert = tx.prepare_cached(
        "INSERT INTO decisions (id, batch, connection, feedback_id, kind, undoes, note, reason,
             duplicate_of, snooze, at_ms, who, agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
             (SELECT agent FROM feedback WHERE connection = ?3 AND id = ?4))",
    )?;
    let mut ids = Vec::with_capacity(new.len());
    for (event, id) in new.iter().zip(step..) {
        let Some(kind) = kind_word(event.act) else { continue };
        let snooze =
            baselines.taken(event)?.map(|snooze| to_json("snooze", &snooze)).transpose()?;
        insert.execute(params![
            id,
            step,
            connection.0,
            event.feedback.as_str(),
            kind,
            event.act.undoes().map(|target| target.0),
            event.note,
            event.reason,
            event.duplicate_of.as_ref().map(FeedbackId::as_str),
            snooze,
            event.at_ms,
            event.who
        ])?;
        ids.push(EventId(id));
    }
    baselines.complete()?;
    let touched: BTreeSet<&FeedbackId> = new.iter().map(|event| &event.feedback).collect();
    settle_all(tx, connection, touched)?;
    Ok(ids)
}

fn kind_word(act: Act) -> Option<&'static str> {
    match act {
        Act::Decide(kind) => Some(kind.as_str()),
        Act::Note => Some(NOTE),
        Act::Undo(_) => Some(UNDO),
        Act::Wake(_) => Some(WAKE),
        Act::Unknown => None,
    }
}
