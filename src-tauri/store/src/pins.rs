//! Pins: a reviewer's notes on one place of a feedback. What a pin says never changes; another note is another row in
//! its place, and what is removed stays in the table. A pin needs no run in the mirror: it carries what it quotes.

use domain::{ConnectionId, FeedbackId, PinId, PinPlace};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::sql::{text, word};
use crate::{Error, Store};

/// A pin about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPin {
    pub feedback: FeedbackId,
    pub place: PinPlace,
    /// To the value in that place (RFC 6901); empty: the whole of it.
    pub pointer: String,
    /// A stretch of a text, in UTF-16 units, its end not included; `None`: the whole value.
    pub stretch: Option<(u32, u32)>,
    /// What stands there.
    pub quote: String,
    pub note: Option<String>,
    pub at_ms: i64,
    pub who: String,
}

/// A pin as stored; fields as in [`NewPin`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    pub id: PinId,
    pub feedback: FeedbackId,
    pub place: PinPlace,
    pub pointer: String,
    pub stretch: Option<(u32, u32)>,
    pub quote: String,
    pub note: Option<String>,
    pub at_ms: i64,
    pub who: String,
    /// The pin it took the place of, with an older note.
    pub replaces: Option<PinId>,
    /// Since when it is no longer shown.
    pub removed_at_ms: Option<i64>,
}

impl Store {
    /// Adds a pin. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn add_pin(&self, connection: ConnectionId, new: &NewPin) -> Result<PinId, Error> {
        self.write_durably(|tx| {
            let known = tx
                .prepare_cached("SELECT 1 FROM connections WHERE id = ?1")?
                .exists([connection.0])?;
            if !known {
                return Err(Error::NoConnection(connection));
            }
            Ok(insert(tx, connection, new, None)?)
        })
    }

    /// Gives a pin another note: another pin takes its place. `None` if it is not there (any more).
    pub fn edit_pin(
        &self,
        connection: ConnectionId,
        pin: PinId,
        note: Option<&str>,
        at_ms: i64,
        who: &str,
    ) -> Result<Option<PinId>, Error> {
        self.write_durably(|tx| {
            let old = tx
                .prepare_cached("SELECT * FROM pins WHERE connection = ?1 AND id = ?2")?
                .query_row(params![connection.0, pin.0], of_row)
                .optional()?;
            let Some(old) = old.filter(|old| old.removed_at_ms.is_none()) else { return Ok(None) };
            let new = NewPin {
                feedback: old.feedback,
                place: old.place,
                pointer: old.pointer,
                stretch: old.stretch,
                quote: old.quote,
                note: note.map(str::to_owned),
                at_ms,
                who: who.to_owned(),
            };
            remove(tx, connection, pin, at_ms, who)?;
            Ok(Some(insert(tx, connection, &new, Some(pin))?))
        })
    }

    /// Takes a pin away; `false` if it was not there (any more).
    pub fn remove_pin(
        &self,
        connection: ConnectionId,
        pin: PinId,
        at_ms: i64,
        who: &str,
    ) -> Result<bool, Error> {
        self.write_durably(|tx| Ok(remove(tx, connection, pin, at_ms, who)?))
    }

    /// Puts a removed pin back; `false` if it is there, or another one took its place.
    pub fn restore_pin(&self, connection: ConnectionId, pin: PinId) -> Result<bool, Error> {
        self.write_durably(|tx| {
            let mut statement = tx.prepare_cached(
                "UPDATE pins SET removed_at_ms = NULL, removed_by = NULL
                 WHERE connection = ?1 AND id = ?2 AND removed_at_ms IS NOT NULL
                     AND NOT EXISTS (SELECT 1 FROM pins other WHERE other.replaces = ?2)",
            )?;
            Ok(statement.execute(params![connection.0, pin.0])? > 0)
        })
    }

    /// The pins on a feedback that are shown, oldest first; one with another note stands where it stood before.
    pub fn pins(&self, connection: ConnectionId, feedback: &FeedbackId) -> Result<Vec<Pin>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "WITH RECURSIVE chain (shown, first) AS (
                 SELECT id, id FROM pins
                 WHERE connection = ?1 AND feedback_id = ?2 AND removed_at_ms IS NULL
                 UNION ALL
                 SELECT shown, replaces FROM chain JOIN pins ON id = first WHERE replaces IS NOT NULL)
             SELECT p.* FROM pins p JOIN (SELECT shown, min(first) AS first FROM chain GROUP BY shown)
                 ON p.id = shown
             ORDER BY first",
        )?;
        let pins = statement.query_map(params![connection.0, feedback.as_str()], of_row)?;
        Ok(pins.collect::<Result<_, _>>()?)
    }
}

fn insert(
    tx: &Connection,
    connection: ConnectionId,
    new: &NewPin,
    replaces: Option<PinId>,
) -> rusqlite::Result<PinId> {
    tx.prepare_cached(
        "INSERT INTO pins (connection, feedback_id, place, pointer, start_utf16, end_utf16, quote, note, at_ms, who,
             replaces)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        connection.0,
        new.feedback.as_str(),
        new.place.to_string(),
        new.pointer,
        new.stretch.map(|(start, _)| start),
        new.stretch.map(|(_, end)| end),
        new.quote,
        new.note,
        new.at_ms,
        new.who,
        replaces.map(|pin| pin.0),
    ])?;
    Ok(PinId(tx.last_insert_rowid()))
}

fn remove(
    tx: &Connection,
    connection: ConnectionId,
    pin: PinId,
    at_ms: i64,
    who: &str,
) -> rusqlite::Result<bool> {
    let mut statement = tx.prepare_cached(
        "UPDATE pins SET removed_at_ms = ?3, removed_by = ?4
         WHERE connection = ?1 AND id = ?2 AND removed_at_ms IS NULL",
    )?;
    Ok(statement.execute(params![connection.0, pin.0, at_ms, who])? > 0)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Pin> {
    let (start, end): (Option<u32>, Option<u32>) = (row.get("start_utf16")?, row.get("end_utf16")?);
    Ok(Pin {
        id: PinId(row.get("id")?),
        feedback: text(row, "feedback_id")?,
        place: word(row, "place")?,
        pointer: row.get("pointer")?,
        stretch: start.zip(end),
        quote: row.get("quote")?,
        note: row.get("note")?,
        at_ms: row.get("at_ms")?,
        who: row.get("who")?,
        replaces: row.get::<_, Option<i64>>("replaces")?.map(PinId),
        removed_at_ms: row.get("removed_at_ms")?,
    })
}
