//! Feedback: one per agent, run and user; a new one takes the place of the old and goes to the top.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::ids;

/// A feedback as it is posted.
#[derive(Debug, Clone)]
pub(crate) struct NewFeedback {
    pub(crate) agent_uid: i64,
    pub(crate) run_id: String,
    /// Empty: anonymous. All anonymous users of a run share one slot.
    pub(crate) user_id: String,
    pub(crate) positive: bool,
    pub(crate) comment: Option<String>,
}

/// A feedback as lists show it.
#[derive(Debug, Clone)]
pub(crate) struct Feedback {
    pub(crate) id: i64,
    pub(crate) run_id: String,
    pub(crate) user_id: String,
    pub(crate) positive: bool,
    pub(crate) comment: Option<String>,
    pub(crate) annotation: Option<String>,
}

/// One page, and how many there are in all.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Feedback>,
    pub(crate) count: i64,
}

fn feedback(row: &Row<'_>) -> rusqlite::Result<Feedback> {
    Ok(Feedback {
        id: row.get(0)?,
        run_id: row.get(1)?,
        user_id: row.get(2)?,
        positive: row.get(3)?,
        comment: row.get(4)?,
        annotation: row.get(5)?,
    })
}

const COLUMNS: &str = "id, run_id, user_id, positive, comment, annotation";

/// Puts the feedback into its slot and returns its id. What was there stays in the file, is in no list, and takes its
/// annotations with it.
pub(crate) fn put(c: &Connection, new: &NewFeedback, now_ms: i64) -> rusqlite::Result<i64> {
    let replaced = c
        .prepare_cached(
            "UPDATE feedback SET replaced = 1 WHERE agent_uid = ? AND run_id = ? AND user_id = ? AND replaced = 0",
        )?
        .execute(params![new.agent_uid, new.run_id, new.user_id])?;
    let last: Option<i64> =
        c.prepare_cached("SELECT max(id) FROM feedback")?.query_row([], |r| r.get(0))?;
    let id = ids::next_feedback(last, now_ms);
    c.prepare_cached(
        "INSERT INTO feedback (id, agent_uid, run_id, user_id, positive, comment) VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![id, new.agent_uid, new.run_id, new.user_id, new.positive, new.comment])?;
    if replaced == 0 {
        c.prepare_cached("UPDATE agents SET feedback_count = feedback_count + 1 WHERE uid = ?")?
            .execute([new.agent_uid])?;
    }
    Ok(id)
}

/// The thumb in a slot, if there is one.
pub(crate) fn outcome(
    c: &Connection,
    agent_uid: i64,
    run_id: &str,
    user_id: &str,
) -> rusqlite::Result<Option<bool>> {
    c.prepare_cached(
        "SELECT positive FROM feedback WHERE agent_uid = ? AND run_id = ? AND user_id = ? AND replaced = 0",
    )?
    .query_row(params![agent_uid, run_id, user_id], |r| r.get(0))
    .optional()
}

/// An agent's feedback, newest first.
pub(crate) fn of_agent(
    c: &Connection,
    agent_uid: i64,
    limit: u32,
    offset: i64,
) -> rusqlite::Result<Page> {
    // The ids first: skipping stays inside the index, whatever the offset.
    let page = "SELECT id FROM feedback WHERE agent_uid = ? AND replaced = 0 ORDER BY id DESC LIMIT ? OFFSET ?";
    let items = c
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM feedback WHERE id IN ({page}) ORDER BY id DESC"
        ))?
        .query_map(params![agent_uid, limit, offset], feedback)?
        .collect::<Result<_, _>>()?;
    let count = c
        .prepare_cached("SELECT feedback_count FROM agents WHERE uid = ?")?
        .query_row([agent_uid], |r| r.get(0))?;
    Ok(Page { items, count })
}

/// A run's feedback, newest first. A run nobody knows has none, which is no error.
pub(crate) fn of_run(
    c: &Connection,
    agent_uid: i64,
    run_id: &str,
    limit: u32,
    offset: i64,
) -> rusqlite::Result<Page> {
    let slots = "FROM feedback WHERE agent_uid = ? AND run_id = ? AND replaced = 0";
    let items = c
        .prepare_cached(&format!("SELECT {COLUMNS} {slots} ORDER BY id DESC LIMIT ? OFFSET ?"))?
        .query_map(params![agent_uid, run_id, limit, offset], feedback)?
        .collect::<Result<_, _>>()?;
    let count = c
        .prepare_cached(&format!("SELECT count(*) {slots}"))?
        .query_row(params![agent_uid, run_id], |r| r.get(0))?;
    Ok(Page { items, count })
}

/// What the team says about a feedback.
#[derive(Debug, Clone)]
pub(crate) struct NewAnnotation {
    pub(crate) annotation: String,
    pub(crate) comment: String,
    /// `None` in demo data.
    pub(crate) key_id: Option<i64>,
}

/// Adds an annotation; the last one counts. False: the agent has no feedback of that id, replaced ones included.
pub(crate) fn annotate(
    c: &Connection,
    agent_uid: i64,
    id: i64,
    new: &NewAnnotation,
    now_ms: i64,
) -> rusqlite::Result<bool> {
    let changed = c
        .prepare_cached("UPDATE feedback SET annotation = ? WHERE id = ? AND agent_uid = ?")?
        .execute(params![new.annotation, id, agent_uid])?;
    if changed == 0 {
        return Ok(false);
    }
    c.prepare_cached(
        "INSERT INTO annotations (feedback_id, annotation, comment, created_at_ms, key_id) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![id, new.annotation, new.comment, now_ms, new.key_id])?;
    Ok(true)
}
