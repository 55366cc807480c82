//! Waking: a snooze that is over is taken back by an event, so that what counts still follows from the log alone.

use domain::{Act, ConnectionId, SnoozeKind};
use rusqlite::Connection;

use super::NewDecision;
use super::add::add;
use super::awaited::{Over, over};
use crate::{Error, Store};

/// Under whose name what nobody did stands in the log.
const NOBODY: &str = "upshot";

impl Store {
    /// Ends the snoozes of these kinds that are over, as one step; answers how many. Cheap where none is: only then is
    /// anything written.
    pub fn wake(
        &self,
        connection: ConnectionId,
        kinds: &[SnoozeKind],
        now_ms: i64,
    ) -> Result<u64, Error> {
        let reader = self.reader()?;
        if all_over(&reader, connection, kinds, now_ms)?.is_empty() {
            return Ok(0);
        }
        drop(reader);
        self.write_durably(|tx| {
            let woken: Vec<NewDecision> = all_over(tx, connection, kinds, now_ms)?
                .into_iter()
                .map(|over| NewDecision {
                    reason: Some(format!("woke:{}", over.kind)),
                    ..NewDecision::new(over.feedback, Act::Wake(over.event), now_ms, NOBODY)
                })
                .collect();
            Ok(add(tx, connection, &woken)?.len() as u64)
        })
    }
}

fn all_over(
    reader: &Connection,
    connection: ConnectionId,
    kinds: &[SnoozeKind],
    now_ms: i64,
) -> Result<Vec<Over>, Error> {
    let mut all = Vec::new();
    for kind in kinds {
        all.extend(over(reader, connection, *kind, now_ms)?);
    }
    Ok(all)
}
