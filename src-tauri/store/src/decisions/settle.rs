//! What the log comes to, noted beside it: what counts on each feedback, what woke, what is noted, and with it what
//! lists show and what is to be told. Nothing in there that the log does not say.

use std::collections::HashMap;

use domain::{ConnectionId, DecisionEvent, DecisionKind, EventId, FeedbackId, Snooze, Standing};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{OPEN, act_of, snooze_of};
use crate::Error;
use crate::outbox;
use crate::sql::text;

/// Notes beside the log what it comes to, for all of it; a note that no event stands behind goes.
pub(crate) fn derive_all(tx: &Transaction<'_>) -> Result<(), Error> {
    tx.execute_batch(
        "DELETE FROM decided;
         DELETE FROM woken;
         DELETE FROM noted;
         UPDATE feedback SET decision = NULL WHERE decision IS NOT NULL
             AND (connection, id) NOT IN (SELECT connection, feedback_id FROM decisions);",
    )?;
    let mut statement = tx.prepare("SELECT DISTINCT connection, feedback_id FROM decisions")?;
    let all = statement.query_map([], |row| {
        Ok((ConnectionId(row.get(0)?), text::<FeedbackId>(row, "feedback_id")?))
    })?;
    let mut by_connection: HashMap<ConnectionId, Vec<FeedbackId>> = HashMap::new();
    for one in all {
        let (connection, feedback) = one?;
        by_connection.entry(connection).or_default().push(feedback);
    }
    by_connection
        .into_iter()
        .try_for_each(|(connection, feedback)| settle_all(tx, connection, &feedback))
}

/// As [`settle`], for many.
pub(crate) fn settle_all<'a>(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: impl IntoIterator<Item = &'a FeedbackId>,
) -> Result<(), Error> {
    feedback.into_iter().try_for_each(|feedback| settle(tx, connection, feedback))
}

/// Notes beside the log what it comes to for one feedback, and what of it is to be told.
pub(crate) fn settle(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> Result<(), Error> {
    let mut statement = tx.prepare_cached(
        "SELECT id, kind, undoes, note IS NOT NULL FROM decisions
         WHERE connection = ?1 AND feedback_id = ?2",
    )?;
    let mut rows = statement.query(params![connection.0, feedback.as_str()])?;
    let (mut events, mut with_note) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let event = DecisionEvent { id: EventId(row.get(0)?), act: act_of(row)? };
        if row.get(3)? {
            with_note.push(event.id);
        }
        events.push(event);
    }
    let standing = Standing::of(events);
    note_decided(tx, connection, feedback, standing.decided)?;
    note_woken(tx, connection, feedback, standing.woken)?;
    let current = standing.decided.map(|(id, _)| id).filter(|id| with_note.contains(id));
    note_noted(tx, connection, feedback, current.max(standing.noted))?;
    let decision = match standing.decided {
        Some((_, kind)) => Some(kind.as_str()),
        None => outbox::shows_what_was_taken_back(tx, connection, feedback)?.then_some(OPEN),
    };
    tx.prepare_cached(
        "UPDATE feedback SET decision = ?3 WHERE connection = ?1 AND id = ?2 AND decision IS NOT ?3",
    )?
    .execute(params![connection.0, feedback.as_str(), decision])?;
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

/// What a decision names; of most kinds nothing, and of ten thousand of those none is read for it.
fn named(
    tx: &Transaction<'_>,
    event: EventId,
    kind: DecisionKind,
) -> Result<(Option<String>, Option<Snooze>), Error> {
    let mut statement = match kind {
        DecisionKind::Duplicate => {
            tx.prepare_cached("SELECT duplicate_of FROM decisions WHERE id = ?1")?
        }
        DecisionKind::Snoozed => tx.prepare_cached("SELECT snooze FROM decisions WHERE id = ?1")?,
        DecisionKind::Resolved | DecisionKind::Incorrect | DecisionKind::Correct => {
            return Ok((None, None));
        }
    };
    let named: Option<String> = statement.query_row([event.0], |row| row.get(0))?;
    Ok(match kind {
        DecisionKind::Snoozed => (None, named.and_then(|json| snooze_of(&json))),
        _ => (named, None),
    })
}

fn note_decided(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
    decided: Option<(EventId, DecisionKind)>,
) -> Result<(), Error> {
    let Some((event, kind)) = decided else {
        tx.prepare_cached("DELETE FROM decided WHERE connection = ?1 AND feedback_id = ?2")?
            .execute(params![connection.0, feedback.as_str()])?;
        return Ok(());
    };
    let (duplicate_of, snooze) = named(tx, event, kind)?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO decided (connection, feedback_id, event, kind, duplicate_of,
             snooze_kind, snooze_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        connection.0,
        feedback.as_str(),
        event.0,
        kind.as_str(),
        duplicate_of,
        snooze.map(|snooze| snooze.kind.as_str()),
        snooze.map(|snooze| snooze.at_ms)
    ])?;
    Ok(())
}

fn note_woken(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
    woken: Option<EventId>,
) -> Result<(), Error> {
    let Some(woken) = woken else {
        tx.prepare_cached("DELETE FROM woken WHERE connection = ?1 AND feedback_id = ?2")?
            .execute(params![connection.0, feedback.as_str()])?;
        return Ok(());
    };
    tx.prepare_cached(
        "INSERT OR REPLACE INTO woken (connection, feedback_id, event, at_ms, snooze_kind)
         SELECT ?1, ?2, w.id, w.at_ms, json_extract(s.snooze, '$.kind')
         FROM decisions w JOIN decisions s ON s.id = w.undoes WHERE w.id = ?3",
    )?
    .execute(params![connection.0, feedback.as_str(), woken.0])?;
    Ok(())
}

fn note_noted(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
    noted: Option<EventId>,
) -> Result<(), Error> {
    match noted {
        Some(event) => tx
            .prepare_cached("INSERT OR REPLACE INTO noted VALUES (?1, ?2, ?3)")?
            .execute(params![connection.0, feedback.as_str(), event.0])?,
        None => tx
            .prepare_cached("DELETE FROM noted WHERE connection = ?1 AND feedback_id = ?2")?
            .execute(params![connection.0, feedback.as_str()])?,
    };
    Ok(())
}
