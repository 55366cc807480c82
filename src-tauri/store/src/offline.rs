//! How much of a connection's runs is kept here: all of the negative, then those with a comment, then the rest, the
//! newest of each first, up to a size. Versions and feedback are always kept and do not count.

use domain::{ConnectionId, RunClass};
use rusqlite::{Connection, Transaction, params};

use crate::payloads::drop_payload;
use crate::runs::write::{ASKED, SHED, WITHIN_LIMIT};
use crate::{Error, Store};

/// Runs shed in one transaction: others want to write, too.
const SHED_AT_ONCE: usize = 2_000;
/// Less free room is not worth writing the file anew.
const FEWEST_FREE_PAGES: i64 = 100;

/// The runs of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfflineClass {
    /// Runs whose payload is here.
    pub kept: u64,
    /// Feedback whose run was never asked for; several may wait for the same.
    pub waiting: u64,
    /// Runs that were here and made room, or never found any.
    pub shed: u64,
}

/// What of a connection's runs is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offline {
    /// For `stored_bytes`; `None`: everything is kept.
    pub limit_bytes: Option<u64>,
    /// What the payloads take.
    pub stored_bytes: u64,
    /// What they are as JSON.
    pub json_bytes: u64,
    pub negative: OfflineClass,
    pub commented: OfflineClass,
    pub rest: OfflineClass,
    /// Whether what waits, or some of it, finds no room.
    pub is_full: bool,
}

impl Offline {
    fn class(&mut self, class: RunClass) -> &mut OfflineClass {
        match class {
            RunClass::Negative => &mut self.negative,
            RunClass::Commented => &mut self.commented,
            RunClass::Rest => &mut self.rest,
        }
    }
}

/// The number of a feedback's class, as a column. To the letter what `feedback_run_unknown` is sorted by: SQLite
/// would not use that index for the same in other words.
pub(crate) const CLASS: &str =
    "(CASE WHEN outcome = 'negative' THEN 0 WHEN has_comment = 1 THEN 1 ELSE 2 END)";

/// The number a class is stored as.
pub(crate) fn class_number(class: RunClass) -> i64 {
    match class {
        RunClass::Negative => 0,
        RunClass::Commented => 1,
        RunClass::Rest => 2,
    }
}

/// The class that is stored as a number.
pub(crate) fn class_of(number: i64) -> RunClass {
    match number {
        0 => RunClass::Negative,
        1 => RunClass::Commented,
        _ => RunClass::Rest,
    }
}

impl Store {
    /// What of a connection's runs is here.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn offline(&self, connection: ConnectionId) -> Result<Offline, Error> {
        let reader = self.reader()?;
        let limit = limit_of(&reader, connection)?;
        let sums = Sums::of(&reader, connection)?;
        let mut offline = Offline {
            limit_bytes: limit.map(i64::unsigned_abs),
            stored_bytes: sums.total().unsigned_abs(),
            json_bytes: sums.json_bytes.unsigned_abs(),
            is_full: limit.is_some_and(|limit| sums.total() + sums.mean() > limit),
            ..Offline::default()
        };
        for (class, (kept, shed)) in RunClass::ALL.into_iter().zip(sums.runs) {
            offline.class(class).kept = kept.unsigned_abs();
            offline.class(class).shed = shed.unsigned_abs();
        }
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {CLASS}, count(*) FROM feedback INDEXED BY feedback_run_unknown
             WHERE connection = ?1 AND run_state = 'unknown' GROUP BY 1"
        ))?;
        let mut rows = statement.query([connection.0])?;
        while let Some(row) = rows.next()? {
            offline.class(class_of(row.get(0)?)).waiting = row.get::<_, i64>(1)?.unsigned_abs();
        }
        Ok(offline)
    }

    /// Sets how much is kept; `None`: everything. What is too much goes at once, also what a person had asked for:
    /// this is the newer word of the same person.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn set_offline_limit(
        &self,
        connection: ConnectionId,
        limit_bytes: Option<u64>,
    ) -> Result<(), Error> {
        let limit = limit_bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE connections SET offline_limit_bytes = ?2 WHERE id = ?1")?
                .execute(params![connection.0, limit])?;
            if changed == 0 {
                return Err(Error::NoConnection(connection));
            }
            tx.prepare_cached(
                "UPDATE runs SET kept = ?3 WHERE connection = ?1 AND state = 'present' AND kept = ?2",
            )?
            .execute(params![connection.0, ASKED, WITHIN_LIMIT])?;
            Ok(())
        })?;
        while self.write(|tx| Room::of(tx, connection)?.shed(tx, SHED_AT_ONCE))? {}
        if let Err(error) = self.on_writer(give_back) {
            // It needs room of its own for a while. What was shed is free for what comes in any case.
            tracing::warn!(%error, "Free room in the mirror's file could not be given back");
        }
        Ok(())
    }

    /// Writes the file anew, without the gaps that filling it newest first leaves in its pages: a quarter of it after
    /// a first sync. Takes seconds for a large one, as much room again while it runs, and nobody writes meanwhile.
    pub fn compact(&self) -> Result<(), Error> {
        self.on_writer(compact)
    }
}

/// Gives free room in the file back to the disk, where that is a fifth of the file or more: whoever lowers the limit
/// wants room elsewhere. It writes the file anew, which takes seconds for a large one.
fn give_back(writer: &Connection) -> rusqlite::Result<()> {
    let number = |name| writer.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (pages, free) = (number("page_count")?, number("freelist_count")?);
    if free >= FEWEST_FREE_PAGES && free * 5 >= pages { compact(writer) } else { Ok(()) }
}

fn compact(writer: &Connection) -> rusqlite::Result<()> {
    writer.execute_batch("VACUUM")?;
    writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

pub(crate) fn limit_of(
    reader: &Connection,
    connection: ConnectionId,
) -> Result<Option<i64>, Error> {
    let mut statement =
        reader.prepare_cached("SELECT offline_limit_bytes FROM connections WHERE id = ?1")?;
    let mut rows = statement.query([connection.0])?;
    let row = rows.next()?.ok_or(Error::NoConnection(connection))?;
    Ok(row.get(0)?)
}

/// The sums of a connection's runs.
#[derive(Default)]
pub(crate) struct Sums {
    /// Stored bytes within the limit, by class.
    within: [i64; 3],
    /// Stored bytes of what a person asked for.
    asked: i64,
    json_bytes: i64,
    /// Kept and shed, by class.
    runs: [(i64, i64); 3],
    /// Runs and stored bytes of all of them, shed or not.
    all: (i64, i64),
}

impl Sums {
    pub(crate) fn of(reader: &Connection, connection: ConnectionId) -> Result<Self, Error> {
        let mut statement = reader.prepare_cached(
            "SELECT class, kept, runs, stored_bytes, json_bytes FROM offline_sums
             WHERE connection = ?1",
        )?;
        let mut rows = statement.query([connection.0])?;
        let mut sums = Self::default();
        while let Some(row) = rows.next()? {
            let class = usize::from(row.get::<_, u8>(0)?.min(2));
            let (runs, bytes): (i64, i64) = (row.get(2)?, row.get(3)?);
            sums.all = (sums.all.0 + runs, sums.all.1 + bytes);
            match row.get::<_, i64>(1)? {
                SHED => {
                    sums.runs[class].1 += runs;
                    continue;
                }
                ASKED => sums.asked += bytes,
                _ => sums.within[class] += bytes,
            }
            sums.runs[class].0 += runs;
            sums.json_bytes += row.get::<_, i64>(4)?;
        }
        Ok(sums)
    }

    fn total(&self) -> i64 {
        self.asked + self.within.iter().sum::<i64>()
    }

    /// What a run is likely to take.
    pub(crate) fn mean(&self) -> i64 {
        self.all.1.checked_div(self.all.0).unwrap_or(1).max(1)
    }

    /// What a class may still take, if all that comes after it made room; `None`: whatever there is.
    pub(crate) fn left(&self, limit: Option<i64>, class: RunClass) -> Option<i64> {
        let before: i64 = RunClass::ALL
            .iter()
            .zip(self.within)
            .filter(|(c, _)| **c <= class)
            .map(|(_, b)| b)
            .sum();
        limit.map(|limit| limit - self.asked - before)
    }
}

/// The room for payloads within one transaction.
pub(crate) struct Room {
    connection: ConnectionId,
    limit: Option<i64>,
    taken: i64,
}

impl Room {
    pub(crate) fn of(tx: &Transaction<'_>, connection: ConnectionId) -> Result<Self, Error> {
        let limit = limit_of(tx, connection)?;
        Ok(Self { connection, limit, taken: Sums::of(tx, connection)?.total() })
    }

    pub(crate) fn fill(&mut self, bytes: i64) {
        self.taken += bytes;
    }

    pub(crate) fn free(&mut self, bytes: i64) {
        self.taken -= bytes;
    }

    /// Makes room for a run by shedding what comes after it, if that is enough; answers whether there is room.
    pub(crate) fn make(
        &mut self,
        tx: &Transaction<'_>,
        class: RunClass,
        ranked_at_ms: i64,
        bytes: i64,
    ) -> Result<bool, Error> {
        let Some(limit) = self.limit else { return Ok(true) };
        let needed = self.taken.saturating_add(bytes) - limit;
        if needed <= 0 {
            return Ok(true);
        }
        let (victims, freed) = self.after(tx, Some((class, ranked_at_ms)), needed, usize::MAX)?;
        if freed < needed {
            return Ok(false);
        }
        self.let_go(tx, &victims, freed)?;
        Ok(true)
    }

    /// Sheds the last until the limit is kept, at most `most` runs. `true`: there is more to shed.
    pub(crate) fn shed(&mut self, tx: &Transaction<'_>, most: usize) -> Result<bool, Error> {
        let Some(limit) = self.limit else { return Ok(false) };
        let needed = self.taken - limit;
        if needed <= 0 {
            return Ok(false);
        }
        let (victims, freed) = self.after(tx, None, needed, most)?;
        self.let_go(tx, &victims, freed)?;
        Ok(!victims.is_empty() && self.taken > limit)
    }

    /// The last runs within the limit, of those that come after `place` if one is given, until they take `needed`
    /// bytes; and what they do take.
    fn after(
        &self,
        tx: &Transaction<'_>,
        place: Option<(RunClass, i64)>,
        needed: i64,
        most: usize,
    ) -> Result<(Vec<i64>, i64), Error> {
        let mut statement = tx.prepare_cached(
            "SELECT pos, stored_bytes FROM runs INDEXED BY runs_ranked
             WHERE connection = ?1 AND state = 'present' AND kept = ?2 AND class = ?3
                 AND ranked_at_ms < ?4
             ORDER BY ranked_at_ms",
        )?;
        let (mut victims, mut freed) = (Vec::new(), 0);
        for class in RunClass::ALL.into_iter().rev() {
            let before_ms = match place {
                Some((own, _)) if class < own => break,
                Some((own, at_ms)) if class == own => at_ms,
                _ => i64::MAX,
            };
            let mut rows = statement.query(params![
                self.connection.0,
                WITHIN_LIMIT,
                class_number(class),
                before_ms
            ])?;
            while freed < needed
                && victims.len() < most
                && let Some(row) = rows.next()?
            {
                victims.push(row.get(0)?);
                freed += row.get::<_, i64>(1)?;
            }
        }
        Ok((victims, freed))
    }

    fn let_go(&mut self, tx: &Transaction<'_>, runs: &[i64], bytes: i64) -> Result<(), Error> {
        let mut shed = tx.prepare_cached("UPDATE runs SET kept = ?2 WHERE pos = ?1")?;
        for pos in runs {
            shed.execute([*pos, SHED])?;
            drop_payload(tx, *pos)?;
        }
        self.taken -= bytes;
        Ok(())
    }
}
