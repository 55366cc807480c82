//! Feedback as it is read: pages by filter, newest first, and what belongs to one.
//!
//! A row's key is its position: creation time and a tie breaker (`write::position`). The table and the index
//! of each kind therefore lie in time order: `find` tells the positions of a page, and each row is then read.

use domain::{
    AgentId, ConnectionId, Feedback, FeedbackId, RunId, RunStatus, Snooze, SnoozeKind, UserId,
    VersionId,
};
use rusqlite::{Connection, Row, params};

pub use cursor::Cursor;
use find::Way;
pub use groups::{Alike, AlikeRows, WhyAlike};
use similar::Similar;

use crate::runs::{RunState, status_of};
use crate::sql::{count, optional_text, optional_word, text, word};
use crate::{Error, FeedbackFilter, Order, Store};

pub(crate) mod alike;
mod collapse;
mod cursor;
pub(crate) mod filter;
pub(crate) mod find;
mod foremost;
mod found;
pub(crate) mod groups;
mod likeness;
pub(crate) mod listed;
mod matching;
mod ordered;
mod passing;
mod ranked;
pub(crate) mod search;
mod similar;
pub(crate) mod write;

/// Feedback with what is known around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackRow {
    pub feedback: Feedback,
    /// The run's version, once the run is here.
    pub version: Option<VersionId>,
    /// `3.2`, or the first eight characters of the hash.
    pub version_label: Option<String>,
    /// The run's model, once the run is here.
    pub model: Option<String>,
    pub run_state: RunState,
    pub run_status: Option<RunStatus>,
    /// How many older words of the same user on the same run are kept.
    pub earlier_words: u32,
    /// The newer word that took this one's place; such rows are on no page.
    pub replaced_by: Option<FeedbackId>,
    /// What was decided here, in the decision's own word; it wins over the annotation. `open`: taken back after the
    /// server was told, which cannot be told that.
    pub decision: Option<String>,
    /// What it waits for, if it was put aside.
    pub snooze: Option<Snooze>,
    /// Back from a snooze, and nothing was decided since.
    pub woken: Option<Woken>,
    /// What it is decided to be a duplicate of.
    pub duplicate_of: Option<FeedbackId>,
    /// A note stands on it.
    pub has_note: bool,
    /// How many pins are stuck to it.
    pub pins: u64,
    /// Since when the server no longer lists it. A replaced one is not called gone: that was to be expected.
    pub gone_at_ms: Option<i64>,
    /// What it stands for besides itself, on a page that shows one row for all that is alike.
    pub alike: Option<Alike>,
    /// Where a search found it.
    pub found_in: Option<FoundIn>,
    /// The words its comment shares with that of the one whose like are listed, the rarest first; none for that one
    /// itself. `None`: nothing like another was asked for.
    pub shares: Option<Vec<String>>,
}

/// Where the words are that were searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundIn {
    Comment,
    Input,
    Output,
}

/// The end of a snooze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    pub at_ms: i64,
    /// What it had waited for; `None`: something this Upshot does not know.
    pub kind: Option<SnoozeKind>,
}

/// Some rows, and where the next begin; `next` is `None` after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C = Cursor> {
    pub rows: Vec<T>,
    pub next: Option<C>,
}

const COLUMNS: &str = "f.pos, f.id, f.agent, f.run, f.user, f.outcome, f.comment, f.annotation, \
    f.created_at_ms, f.decision, f.replaced_by, f.gone_at_ms, f.run_state, f.version, f.model, \
    r.status AS run_status, v.semver_major, v.semver_minor, \
    c.duplicate_of, c.snooze_kind, c.snooze_ms, n.event IS NOT NULL AS has_note, \
    (SELECT count(*) FROM pins p WHERE p.connection = f.connection AND p.feedback_id = f.id \
        AND p.removed_at_ms IS NULL) AS pins, \
    w.at_ms AS woken_at_ms, w.snooze_kind AS woken_kind, \
    (SELECT count(*) FROM feedback e WHERE e.connection = f.connection AND e.agent = f.agent \
        AND e.run = f.run AND e.user IS f.user AND e.pos <> f.pos \
        AND (e.gone_at_ms IS NULL, e.created_at_ms, e.first_seen_at_ms, e.id) \
            < (f.gone_at_ms IS NULL, f.created_at_ms, f.first_seen_at_ms, f.id)) AS earlier_words";

const AROUND: &str = "LEFT JOIN runs r \
        ON r.connection = f.connection AND r.agent = f.agent AND r.id = f.run \
    LEFT JOIN versions v \
        ON v.connection = f.connection AND v.agent = f.agent AND v.id = f.version \
    LEFT JOIN decided c ON c.connection = f.connection AND c.feedback_id = f.id \
    LEFT JOIN woken w ON w.connection = f.connection AND w.feedback_id = f.id \
    LEFT JOIN noted n ON n.connection = f.connection AND n.feedback_id = f.id";

impl Store {
    /// One page of current feedback in the filter's order. What matches best comes in one page; of what is
    /// newest first, a cursor tells where the next page begins.
    pub fn feedback_page(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<FeedbackRow>, Error> {
        let reader = self.reader()?;
        // What is found and what is read belong to the same moment.
        let moment = reader.unchecked_transaction()?;
        let similar = Similar::of(&moment, connection, filter)?;
        let similar = similar.as_ref();
        if let Some(best) = ranked_first(&moment, connection, filter, similar, limit)? {
            return Ok(Page { rows: read_found(&moment, filter, similar, &best)?, next: None });
        }
        let found = match way_of(filter.order) {
            Some(way) => {
                let behind = cursor.map(|cursor| cursor.pos);
                // One more than asked for tells whether there is a next page.
                let wanted = limit.saturating_add(1);
                let mut found =
                    find::first(&moment, connection, filter, similar, way, behind, wanted)?;
                let more = found.len() > limit;
                found.truncate(limit);
                let next = found.last().copied().map(Cursor::from).filter(|_| more);
                Page { rows: found, next }
            }
            None => ordered::page(&moment, connection, filter, similar, cursor, limit)?,
        };
        let rows = read_found(&moment, filter, similar, &found.rows)?;
        Ok(Page { rows, next: found.next })
    }

    /// As [`Store::feedback_page`], with one row for all that is alike: the first of them, in the filter's order, that
    /// the filter lets through. What there is to look at for one page is bounded: a page may hold fewer rows than
    /// `limit`, even none, and still tell where the next begins. By user and by version each stands alone.
    pub fn collapsed_page(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<FeedbackRow>, Error> {
        let Some(way) = way_of(filter.order) else {
            return self.feedback_page(connection, filter, cursor, limit);
        };
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        let similar = Similar::of(&moment, connection, filter)?;
        let similar = similar.as_ref();
        let best = ranked_first(&moment, connection, filter, similar, ranked::MOST)?;
        let (rows, next) = match best {
            Some(best) => {
                let mut rows =
                    collapse::first_of_each(&moment, connection, filter, similar, &best)?;
                rows.truncate(limit);
                (rows, None)
            }
            None => {
                let behind = cursor.map(|cursor| cursor.pos);
                let page =
                    collapse::first(&moment, connection, filter, similar, way, behind, limit)?;
                (page.rows, page.next.map(Cursor::from))
            }
        };
        let (found, alike): (Vec<i64>, Vec<_>) = rows.into_iter().unzip();
        let mut rows = read_found(&moment, filter, similar, &found)?;
        rows.iter_mut().zip(alike).for_each(|(row, alike)| row.alike = alike);
        Ok(Page { rows, next })
    }

    /// How much current feedback a filter lets through.
    pub fn feedback_count(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
    ) -> Result<u64, Error> {
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        find::number(&moment, connection, filter)
    }

    /// As [`Store::feedback_count`], where that takes no longer than a page; `None`: it has to run through
    /// what is found.
    pub fn feedback_count_if_quick(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
    ) -> Result<Option<u64>, Error> {
        let has_span = filter.since_ms.is_some() || filter.until_ms.is_some();
        if filter.search().is_some() || filter.like.is_some() || has_span && filter.user.is_none() {
            return Ok(None);
        }
        self.feedback_count(connection, filter).map(Some)
    }

    /// One feedback by id, also a replaced one.
    pub fn feedback(
        &self,
        connection: ConnectionId,
        id: &FeedbackId,
    ) -> Result<Option<FeedbackRow>, Error> {
        let found =
            self.rows("f.connection = ?1 AND f.id = ?2", params![connection.0, id.as_str()])?;
        Ok(found.into_iter().next())
    }

    /// Other current feedback on the same run, newest first.
    pub fn others_on_run(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
        except: &FeedbackId,
    ) -> Result<Vec<FeedbackRow>, Error> {
        self.rows(
            "f.connection = ?1 AND f.agent = ?2 AND f.run = ?3 AND f.id <> ?4 \
             AND f.replaced_at_ms IS NULL",
            params![connection.0, agent.as_str(), run.as_str(), except.as_str()],
        )
    }

    /// What the same user said on the same run before, newest first.
    pub fn earlier_words(
        &self,
        connection: ConnectionId,
        id: &FeedbackId,
    ) -> Result<Vec<Feedback>, Error> {
        let rows = self.rows(
            "f.pos IN (SELECT e.pos FROM feedback s JOIN feedback e \
                 ON e.connection = s.connection AND e.agent = s.agent AND e.run = s.run \
                 AND e.user IS s.user \
                 AND (e.gone_at_ms IS NULL, e.created_at_ms, e.first_seen_at_ms, e.id) \
                     < (s.gone_at_ms IS NULL, s.created_at_ms, s.first_seen_at_ms, s.id) \
             WHERE s.connection = ?1 AND s.id = ?2)",
            params![connection.0, id.as_str()],
        )?;
        Ok(rows.into_iter().map(|row| row.feedback).collect())
    }

    /// Every row for which `conditions` hold, newest first; for a handful of rows.
    fn rows(
        &self,
        conditions: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<FeedbackRow>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM feedback f {AROUND} WHERE {conditions} \
             ORDER BY f.gone_at_ms IS NOT NULL, f.created_at_ms DESC, f.first_seen_at_ms DESC, f.id DESC"
        ))?;
        Ok(statement.query_map(params, of_row)?.collect::<Result<_, _>>()?)
    }
}

/// The positions of what a filter wants in order of rank; `None`: it wants another order, or there is nothing to rank by.
fn ranked_first(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    limit: usize,
) -> Result<Option<Vec<i64>>, Error> {
    match (filter.order, similar) {
        (Order::Best, Some(similar)) => {
            Ok(Some(similar.positions.iter().copied().take(limit).collect()))
        }
        (Order::Best, None) => ranked::best(reader, connection, filter, limit.min(ranked::MOST)),
        _ => Ok(None),
    }
}

/// The way an order goes through time; `None`: it goes by something else first. Where there is nothing to rank by, the
/// best is the newest.
fn way_of(order: Order) -> Option<Way> {
    match order {
        Order::Newest | Order::Best => Some(Way::NewestFirst),
        Order::Oldest => Some(Way::OldestFirst),
        Order::User | Order::Version => None,
    }
}

/// The ids of the rows at some positions, in their order.
pub(crate) fn ids_at(reader: &Connection, found: &[i64]) -> Result<Vec<FeedbackId>, Error> {
    let mut statement = reader.prepare_cached("SELECT id FROM feedback WHERE pos = ?1")?;
    let ids = found.iter().map(|pos| statement.query_row([pos], |row| text(row, "id")));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// As [`read`], with where a search found each, or by which words it is like another.
fn read_found(
    reader: &Connection,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    found: &[i64],
) -> Result<Vec<FeedbackRow>, Error> {
    let mut rows = read(reader, found)?;
    if let Some(search) = filter.search() {
        let told = found::found_in_each(reader, &search, found)?;
        rows.iter_mut().zip(told).for_each(|(row, told)| row.found_in = told);
    }
    if let Some(similar) = similar {
        let shared = similar.shared_words(reader, found)?;
        rows.iter_mut().zip(shared).for_each(|(row, shared)| row.shares = Some(shared));
    }
    Ok(rows)
}

/// The rows at some positions, in their order.
fn read(reader: &Connection, found: &[i64]) -> Result<Vec<FeedbackRow>, Error> {
    let mut statement = reader
        .prepare_cached(&format!("SELECT {COLUMNS} FROM feedback f {AROUND} WHERE f.pos = ?1"))?;
    let rows = found.iter().map(|pos| statement.query_row([pos], of_row));
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<FeedbackRow> {
    let version: Option<VersionId> = optional_text(row, "version")?;
    let semver = row.get::<_, Option<u32>>("semver_major")?.zip(row.get("semver_minor")?);
    let status: Option<String> = row.get("run_status")?;
    let replaced_by: Option<FeedbackId> = optional_text(row, "replaced_by")?;
    Ok(FeedbackRow {
        version_label: version.as_ref().map(|version| label(version, semver)),
        version,
        model: row.get("model")?,
        run_state: word(row, "run_state")?,
        run_status: status.as_deref().and_then(status_of),
        earlier_words: u32::try_from(count(row, "earlier_words")?).unwrap_or(u32::MAX),
        decision: row.get("decision")?,
        snooze: snooze_of(row)?,
        woken: woken_of(row)?,
        duplicate_of: optional_text(row, "duplicate_of")?,
        has_note: row.get("has_note")?,
        pins: count(row, "pins")?,
        alike: None,
        found_in: None,
        shares: None,
        gone_at_ms: if replaced_by.is_none() { row.get("gone_at_ms")? } else { None },
        replaced_by,
        feedback: Feedback {
            id: text(row, "id")?,
            agent: text(row, "agent")?,
            run: text(row, "run")?,
            user: optional_text::<UserId>(row, "user")?,
            outcome: word(row, "outcome")?,
            comment: row.get("comment")?,
            annotation: optional_word(row, "annotation")?,
            created_at_ms: row.get("created_at_ms")?,
        },
    })
}

fn snooze_of(row: &Row<'_>) -> rusqlite::Result<Option<Snooze>> {
    let kind: Option<SnoozeKind> = optional_word(row, "snooze_kind")?;
    Ok(kind.zip(row.get("snooze_ms")?).map(|(kind, at_ms)| Snooze { kind, at_ms }))
}

fn woken_of(row: &Row<'_>) -> rusqlite::Result<Option<Woken>> {
    let kind: Option<String> = row.get("woken_kind")?;
    let kind = kind.and_then(|word| word.parse().ok());
    let at_ms: Option<i64> = row.get("woken_at_ms")?;
    Ok(at_ms.map(|at_ms| Woken { at_ms, kind }))
}

/// As `domain::Version::label`, which needs the whole version.
pub(crate) fn label(version: &VersionId, semver: Option<(u32, u32)>) -> String {
    match semver {
        Some((major, minor)) => domain::Semver { major, minor }.to_string(),
        None => version.as_str().chars().take(8).collect(),
    }
}

pub(crate) fn as_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
