//! Feedback as it is written: upserts by id, and the merge of what one user said on one run. The server
//! keeps the newest word only and gives it a new id; the mirror keeps all, and lists the newest.

use std::collections::BTreeSet;

use domain::{AgentId, ConnectionId, Feedback, FeedbackId, RunId, UserId, VersionId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::alike::Said;
use super::search::has_unspaced;
use crate::decisions::settle::decided_before;
use crate::sql::{optional_text, optional_word, text, word};
use crate::{Error, Store};

/// Bits of a position that break ties within a millisecond.
const TIE_BITS: u32 = 21;
const TIES: i64 = 1 << TIE_BITS;
/// The last time that has a position of its own, in the year 2109; later ones share it.
const LAST_MS: i64 = (1 << (63 - TIE_BITS)) - 1;

/// What became of the feedback of one [`Store::write_feedback`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub new: u64,
    /// Known by id, and different now: annotated, as a rule.
    pub changed: u64,
    pub unchanged: u64,
}

/// One user's place on one run: holds one current word, and the earlier ones.
type Slot = (AgentId, RunId, Option<UserId>);

struct Known {
    pos: i64,
    feedback: Feedback,
    first_seen_at_ms: i64,
    is_gone: bool,
    decision: Option<String>,
    version: Option<VersionId>,
}

/// The first position of a time.
pub(crate) fn first_position(created_at_ms: i64) -> i64 {
    created_at_ms.clamp(0, LAST_MS) << TIE_BITS
}

/// The position all of which is at or after a time; `None`: nothing is known to be.
pub(crate) fn end_position(until_ms: i64) -> Option<i64> {
    (until_ms <= LAST_MS).then(|| first_position(until_ms))
}

/// The time of a position, as far as it has one of its own.
pub(crate) fn time_of(pos: i64) -> i64 {
    pos >> TIE_BITS
}

/// A position for a feedback: its time, then bits of its id's hash, so that the order of two feedback of
/// the same millisecond does not depend on which was written first.
fn position(feedback: &Feedback, probe: i64) -> i64 {
    // FNV-1a; any hash that never changes will do.
    let hash = feedback.id.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let tie = (hash >> (64 - TIE_BITS)).cast_signed();
    first_position(feedback.created_at_ms) | ((tie + probe) % TIES)
}

impl Store {
    /// Files what the server listed at `seen_at_ms`. Whatever the order and the batches in which feedback
    /// comes, each user's newest word on a run is current and the older ones are kept as replaced; of two
    /// of the same time (whole seconds on the original server) the one first seen later is the newer.
    pub fn write_feedback(
        &self,
        connection: ConnectionId,
        feedback: &[Feedback],
        seen_at_ms: i64,
    ) -> Result<Written, Error> {
        self.write(|tx| {
            let mut written = Written::default();
            let mut slots = BTreeSet::new();
            for item in feedback {
                let item = &with_user_or_none(item);
                match known(tx, connection, &item.id)? {
                    None => {
                        let decided = decided_before(tx, connection, &item.id)?;
                        insert(tx, connection, item, seen_at_ms, decided.as_deref())?;
                        slots.insert(slot_of(item));
                        written.new += 1;
                    }
                    Some(known)
                        if update(tx, connection, &known, item, seen_at_ms, &mut slots)? =>
                    {
                        written.changed += 1;
                    }
                    Some(_) => written.unchanged += 1,
                }
            }
            slots.iter().try_for_each(|slot| settle(tx, connection, slot))?;
            Ok(written)
        })
    }

    /// Marks feedback the server no longer lists. It stays, and comes back when it is listed again. Words of
    /// the same user on the same run that were first seen before it are as gone: the server forgot them when
    /// it was told this one.
    pub fn mark_feedback_gone(
        &self,
        connection: ConnectionId,
        ids: &[FeedbackId],
        at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| {
            let mut slots = BTreeSet::new();
            for id in ids {
                let Some(known) = known(tx, connection, id)?.filter(|known| !known.is_gone) else {
                    continue;
                };
                let slot = slot_of(&known.feedback);
                tx.prepare_cached(
                    "UPDATE feedback SET gone_at_ms = ?6
                     WHERE connection = ?1 AND agent = ?2 AND run = ?3 AND user IS ?4
                         AND (first_seen_at_ms < ?5 OR pos = ?7) AND gone_at_ms IS NULL",
                )?
                .execute(params![
                    connection.0,
                    slot.0.as_str(),
                    slot.1.as_str(),
                    slot.2.as_ref().map(UserId::as_str),
                    known.first_seen_at_ms,
                    at_ms,
                    known.pos
                ])?;
                slots.insert(slot);
            }
            slots.iter().try_for_each(|slot| settle(tx, connection, slot))
        })
    }
}

/// The server takes an empty user for none.
fn with_user_or_none(feedback: &Feedback) -> Feedback {
    let user = feedback.user.clone().filter(|user| !user.as_str().is_empty());
    Feedback { user, ..feedback.clone() }
}

fn slot_of(feedback: &Feedback) -> Slot {
    (feedback.agent.clone(), feedback.run.clone(), feedback.user.clone())
}

fn known(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    id: &FeedbackId,
) -> Result<Option<Known>, Error> {
    let mut statement = tx.prepare_cached(
        "SELECT pos, id, agent, run, user, outcome, comment, annotation, created_at_ms,
             first_seen_at_ms, gone_at_ms IS NOT NULL AS is_gone, decision, version
         FROM feedback WHERE connection = ?1 AND id = ?2",
    )?;
    let known = statement.query_row(params![connection.0, id.as_str()], |row| {
        Ok(Known {
            pos: row.get("pos")?,
            first_seen_at_ms: row.get("first_seen_at_ms")?,
            is_gone: row.get("is_gone")?,
            decision: row.get("decision")?,
            version: optional_text(row, "version")?,
            feedback: Feedback {
                id: text(row, "id")?,
                agent: text(row, "agent")?,
                run: text(row, "run")?,
                user: optional_text(row, "user")?,
                outcome: word(row, "outcome")?,
                comment: row.get("comment")?,
                annotation: optional_word(row, "annotation")?,
                created_at_ms: row.get("created_at_ms")?,
            },
        })
    });
    Ok(known.optional()?)
}

fn insert(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &Feedback,
    seen_at_ms: i64,
    decision: Option<&str>,
) -> Result<(), Error> {
    let version = version_of(tx, connection, feedback)?;
    let alike = Said::of(feedback, version.as_ref()).alike();
    let mut statement = tx.prepare_cached(
        "INSERT INTO feedback (pos, connection, id, agent, run, user, outcome, annotation,
             created_at_ms, first_seen_at_ms, run_state, version, model, has_comment, unspaced,
             comment, decision, alike, facet)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, coalesce(r.state, 'unknown'), r.version,
             r.model, ?11, ?12, ?13, ?14, ?15, (
                 SELECT x.id FROM facets x WHERE x.connection = ?2 AND x.agent = ?4
                     AND x.version = coalesce(r.version, '') AND x.model = coalesce(r.model, '')
                     AND x.outcome = ?7 AND x.annotation = coalesce(?8, '')
                     AND x.decision = coalesce(?14, '') AND x.has_comment = ?11
                     AND x.anonymous = (?6 IS NULL) AND x.gone = 0)
         FROM (SELECT 1) LEFT JOIN runs r ON r.connection = ?2 AND r.agent = ?4 AND r.id = ?5
         WHERE true
         ON CONFLICT (pos) DO NOTHING",
    )?;
    // Positions are dense only within one second of one server: this nearly always succeeds at once.
    for probe in 0..TIES {
        let inserted = statement.execute(params![
            position(feedback, probe),
            connection.0,
            feedback.id.as_str(),
            feedback.agent.as_str(),
            feedback.run.as_str(),
            feedback.user.as_ref().map(UserId::as_str),
            feedback.outcome.as_str(),
            feedback.annotation.map(domain::Annotation::as_str),
            feedback.created_at_ms,
            seen_at_ms,
            feedback.comment_text().is_some(),
            feedback.comment.as_deref().is_some_and(has_unspaced),
            feedback.comment,
            decision,
            alike
        ]);
        if inserted.map_err(|error| no_connection(error, connection))? == 1 {
            return Ok(());
        }
    }
    Err(Error::DiskFull)
}

/// The version of a feedback's run, where it matters to what the feedback is alike to.
fn version_of(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &Feedback,
) -> Result<Option<VersionId>, Error> {
    if feedback.comment_text().is_some() || feedback.user.is_none() {
        return Ok(None);
    }
    let mut statement = tx.prepare_cached(
        "SELECT version FROM runs WHERE connection = ?1 AND agent = ?2 AND id = ?3",
    )?;
    let key = params![connection.0, feedback.agent.as_str(), feedback.run.as_str()];
    let version = statement.query_row(key, |row| optional_text(row, "version")).optional()?;
    Ok(version.flatten())
}

/// Brings a known feedback up to date; answers whether its content was another.
fn update(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    known: &Known,
    feedback: &Feedback,
    seen_at_ms: i64,
    slots: &mut BTreeSet<Slot>,
) -> Result<bool, Error> {
    let first_seen_at_ms = known.first_seen_at_ms.min(seen_at_ms);
    let is_same = known.feedback == *feedback;
    if is_same && !known.is_gone && first_seen_at_ms == known.first_seen_at_ms {
        return Ok(false);
    }
    if slot_of(&known.feedback) != slot_of(feedback)
        || known.feedback.created_at_ms != feedback.created_at_ms
    {
        // No server is known to do this; filing it anew keeps position and run right if one does.
        tx.prepare_cached("DELETE FROM feedback WHERE pos = ?1")?.execute([known.pos])?;
        insert(tx, connection, feedback, first_seen_at_ms, known.decision.as_deref())?;
    } else {
        tx.prepare_cached(
            // What was taken back here after the server was told is open until somebody else tells it more.
            "UPDATE feedback SET outcome = ?2, annotation = ?3, first_seen_at_ms = ?4,
                 gone_at_ms = NULL, has_comment = ?5, alike = ?6,
                 decision = CASE WHEN coalesce(decision, 'open') <> 'open' THEN decision ELSE (
                     SELECT 'open' FROM decisions d JOIN outbox o ON o.decision = d.id
                     WHERE d.connection = feedback.connection AND d.feedback_id = feedback.id
                         AND o.is_last_told = 1 AND coalesce(?3, d.kind) = d.kind) END
             WHERE pos = ?1",
        )?
        .execute(params![
            known.pos,
            feedback.outcome.as_str(),
            feedback.annotation.map(domain::Annotation::as_str),
            first_seen_at_ms,
            feedback.comment_text().is_some(),
            Said::of(feedback, known.version.as_ref()).alike()
        ])?;
        if known.feedback.comment != feedback.comment {
            // Apart, as it makes the triggers index the comment anew.
            tx.prepare_cached("UPDATE feedback SET unspaced = ?2, comment = ?3 WHERE pos = ?1")?
                .execute(params![
                    known.pos,
                    feedback.comment.as_deref().is_some_and(has_unspaced),
                    feedback.comment
                ])?;
        }
    }
    slots.insert(slot_of(&known.feedback));
    slots.insert(slot_of(feedback));
    Ok(!is_same || known.is_gone)
}

/// Makes the newest word of a slot its current one, and each older one replaced by the next newer. What is
/// gone comes after what is not: a server's clock may have been set back between two words.
fn settle(tx: &Transaction<'_>, connection: ConnectionId, slot: &Slot) -> Result<(), Error> {
    type Word = (i64, String, i64, Option<String>, Option<i64>);
    let (agent, run, user) = slot;
    let mut statement = tx.prepare_cached(
        "SELECT pos, id, created_at_ms, replaced_by, replaced_at_ms FROM feedback
         WHERE connection = ?1 AND agent = ?2 AND run = ?3 AND user IS ?4
         ORDER BY gone_at_ms IS NOT NULL, created_at_ms DESC, first_seen_at_ms DESC, id DESC",
    )?;
    let user = user.as_ref().map(UserId::as_str);
    let words: Vec<Word> = statement
        .query_map(params![connection.0, agent.as_str(), run.as_str(), user], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut newer: Option<(&str, i64)> = None;
    for (pos, id, created_at_ms, replaced_by, replaced_at_ms) in &words {
        if replaced_by.as_deref().zip(*replaced_at_ms) != newer {
            tx.prepare_cached(
                "UPDATE feedback SET replaced_by = ?2, replaced_at_ms = ?3 WHERE pos = ?1",
            )?
            .execute(params![
                pos,
                newer.map(|(id, _)| id),
                newer.map(|(_, at_ms)| at_ms)
            ])?;
        }
        newer = Some((id, *created_at_ms));
    }
    Ok(())
}

fn no_connection(error: rusqlite::Error, connection: ConnectionId) -> Error {
    const FOREIGN_KEY: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
    match error.sqlite_error() {
        Some(failure) if failure.extended_code == FOREIGN_KEY => Error::NoConnection(connection),
        _ => error.into(),
    }
}
