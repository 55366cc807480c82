//! Decisions: events that are only ever added, on the disk before they count as made. What holds at
//! present is derived from them, not stored; taking one back is an event of its own.

use domain::{ConnectionId, FeedbackId};
use rusqlite::params;

use crate::sql::text;
use crate::{Error, Store};

/// An event about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    pub feedback: FeedbackId,
    /// What was done, in the caller's word for it.
    pub kind: String,
    pub note: Option<String>,
    /// The event this one takes back.
    pub undoes: Option<i64>,
    pub at_ms: i64,
    pub who: String,
}

/// An event as stored; fields as in [`NewDecision`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Grows with each event.
    pub id: i64,
    pub feedback: FeedbackId,
    pub kind: String,
    pub note: Option<String>,
    pub undoes: Option<i64>,
    pub at_ms: i64,
    pub who: String,
}

impl Store {
    /// Adds an event and answers its id. It is on the disk when this returns.
    pub fn add_decision(&self, connection: ConnectionId, new: &NewDecision) -> Result<i64, Error> {
        self.write_durably(|tx| {
            tx.prepare_cached(
                "INSERT INTO decisions (connection, feedback_id, kind, note, undoes, at_ms, who) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                connection.0,
                new.feedback.as_str(),
                new.kind,
                new.note,
                new.undoes,
                new.at_ms,
                new.who
            ])?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// The events on one feedback, oldest first.
    pub fn decisions(
        &self,
        connection: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<Vec<Decision>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT * FROM decisions WHERE connection = ?1 AND feedback_id = ?2 ORDER BY id",
        )?;
        let events = statement.query_map(params![connection.0, feedback.as_str()], |row| {
            Ok(Decision {
                id: row.get("id")?,
                feedback: text(row, "feedback_id")?,
                kind: row.get("kind")?,
                note: row.get("note")?,
                undoes: row.get("undoes")?,
                at_ms: row.get("at_ms")?,
                who: row.get("who")?,
            })
        })?;
        Ok(events.collect::<Result<_, _>>()?)
    }
}
