//! Finds the positions of a page, newest first or oldest first, without reading a row in vain to speak of: whatever the
//! filter, the way is chosen by how much each way would read. What the rows say is not read here.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use domain::{ConnectionId, UserId};
use rusqlite::{Connection, params};

use super::filter::{FeedbackFilter, Span, UserFilter};
pub(super) use super::foremost::{Foremost, Way};
use super::matching;
use super::similar::Similar;
use crate::Error;
use crate::facets::{Facet, Kinds};
use crate::sql::count;

/// Looking a kind up in its index costs about as much as this many steps along the table.
const SEEK: u64 = 6;
/// So many kinds are looked at before all are. Few in debug builds, so that tests take both ways.
const LATELY: usize = if cfg!(debug_assertions) { 4 } else { 128 };

/// The positions of the first `wanted` feedback that a filter lets through, of those behind `behind`; `similar` is what
/// its `like` found.
pub(super) fn first(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    way: Way,
    behind: Option<i64>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    match (similar, way) {
        (Some(similar), _) => Ok(similar.first(way, behind, wanted)),
        (None, Way::NewestFirst) => newest(reader, connection, filter, behind, wanted),
        (None, Way::OldestFirst) => oldest(reader, connection, filter, behind, wanted),
    }
}

/// The positions of the oldest `wanted` feedback that a filter lets through, of those after `after`.
fn oldest(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    after: Option<i64>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let Some(mut span) = filter.span() else { return Ok(Vec::new()) };
    span.first = span.first.max(after.map_or(0, |after| after.saturating_add(1)));
    if let Some(search) = filter.search() {
        return matching::oldest_of_all(reader, connection, filter, &search, span, wanted);
    }
    let mut oldest = Foremost::going(Way::OldestFirst, wanted);
    if let Some(UserFilter::Is(user)) = &filter.user {
        let mut kinds = Met::asked_for(connection, filter);
        of_user(reader, connection, kinds.as_mut(), user, Way::OldestFirst, span, |pos| {
            oldest.offer(pos);
            !oldest.is_full()
        })?;
    } else {
        deep(reader, filter.kinds(connection).all(reader)?, span, &mut oldest)?;
    }
    Ok(oldest.in_order())
}

/// The positions of the newest `wanted` feedback that a filter lets through, of those before `before`.
pub(crate) fn newest(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    before: Option<i64>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    if let Some(similar) = Similar::of(reader, connection, filter)? {
        return Ok(similar.first(Way::NewestFirst, before, wanted));
    }
    let Some(mut span) = filter.span() else { return Ok(Vec::new()) };
    span.end = span.end.min(before.unwrap_or(i64::MAX));
    if let Some(search) = filter.search() {
        return matching::newest_of_all(reader, connection, filter, &search, span, wanted);
    }
    let mut newest = Foremost::of(wanted);
    if let Some(UserFilter::Is(user)) = &filter.user {
        let mut kinds = Met::asked_for(connection, filter);
        of_user(reader, connection, kinds.as_mut(), user, Way::NewestFirst, span, |pos| {
            newest.offer(pos);
            !newest.is_full()
        })?;
    } else if span.end == i64::MAX {
        top(reader, connection, &filter.kinds(connection), span, &mut newest)?;
    } else {
        deep(reader, filter.kinds(connection).all(reader)?, span, &mut newest)?;
    }
    Ok(newest.in_order())
}

/// How much feedback a filter lets through.
pub(super) fn number(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
) -> Result<u64, Error> {
    if let Some(similar) = Similar::of(reader, connection, filter)? {
        return Ok(similar.positions.len() as u64);
    }
    let Some(span) = filter.span() else { return Ok(0) };
    if let Some(search) = filter.search() {
        return matching::number_of_all(reader, connection, filter, &search, span);
    }
    let mut number = 0;
    if let Some(UserFilter::Is(user)) = &filter.user {
        let mut kinds = Met::asked_for(connection, filter);
        of_user(reader, connection, kinds.as_mut(), user, Way::NewestFirst, span, |_| {
            number += 1;
            true
        })?;
        return Ok(number);
    }
    let kinds = filter.kinds(connection);
    if filter.since_ms.is_none() && filter.until_ms.is_none() {
        return kinds.sum(reader);
    }
    let mut statement = reader.prepare_cached(
        "SELECT count(*) AS n FROM feedback INDEXED BY feedback_by_facet
         WHERE facet = ?1 AND pos >= ?2 AND pos < ?3",
    )?;
    for facet in kinds.all(reader)?.iter().take_while(|facet| facet.newest >= span.first) {
        let key = params![facet.id, span.first, span.end];
        number += statement.query_row(key, |row| count(row, "n"))?;
    }
    Ok(number)
}

fn of_kind(way: Way) -> String {
    format!(
        "SELECT pos FROM feedback INDEXED BY feedback_by_facet
         WHERE facet = ?1 AND pos >= ?2 AND pos < ?3 ORDER BY pos {}",
        way.sql()
    )
}

/// All positions of some kinds, newest first.
pub(super) fn all_of(reader: &Connection, facets: &[Facet], span: Span) -> Result<Vec<i64>, Error> {
    let mut all = Vec::new();
    let mut statement = reader.prepare_cached(&of_kind(Way::NewestFirst))?;
    for facet in facets {
        let mut rows = statement.query(params![facet.id, span.first, span.end])?;
        while let Some(row) = rows.next()? {
            all.push(row.get(0)?);
        }
    }
    all.sort_unstable_by_key(|pos| Reverse(*pos));
    Ok(all)
}

/// Hands over the positions of one user's feedback of some kinds (`None`: of all), one way through time, until `take`
/// has enough.
pub(super) fn of_user(
    reader: &Connection,
    connection: ConnectionId,
    mut kinds: Option<&mut Met>,
    user: &UserId,
    way: Way,
    span: Span,
    mut take: impl FnMut(i64) -> bool,
) -> Result<(), Error> {
    let mut statement = reader.prepare_cached(&format!(
        "SELECT pos, facet FROM feedback INDEXED BY feedback_by_user
         WHERE connection = ?1 AND user = ?2 AND facet IS NOT NULL AND pos >= ?3 AND pos < ?4
         ORDER BY pos {}",
        way.sql()
    ))?;
    let mut rows = statement.query(params![connection.0, user.as_str(), span.first, span.end])?;
    while let Some(row) = rows.next()? {
        let (pos, facet): (i64, i64) = (row.get(0)?, row.get(1)?);
        let passes = match &mut kinds {
            None => true,
            Some(kinds) => kinds.hold(reader, facet)?,
        };
        if passes && !take(pos) {
            break;
        }
    }
    Ok(())
}

/// Kinds as they are met: where few are, asking for each once is quicker than knowing all beforehand.
pub(super) struct Met {
    kinds: Kinds,
    held: HashMap<i64, bool>,
}

impl Met {
    pub(super) fn of(kinds: Kinds) -> Self {
        Self { kinds, held: HashMap::new() }
    }

    /// The kinds of one user's feedback that a filter lets through; `None`: all.
    pub(super) fn asked_for(connection: ConnectionId, filter: &FeedbackFilter) -> Option<Self> {
        filter.asks_for_kinds().then(|| Self::of(filter.kinds(connection)))
    }

    /// Whether a kind is one of them.
    pub(super) fn hold(&mut self, reader: &Connection, facet: i64) -> Result<bool, Error> {
        Ok(match self.held.entry(facet) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(self.kinds.holds(reader, facet)?),
        })
    }
}

pub(super) fn ids(facets: &[Facet]) -> HashSet<i64> {
    facets.iter().map(|facet| facet.id).collect()
}

/// The first page. The kinds with the newest feedback are asked first: as a rule they hold all of it.
fn top(
    reader: &Connection,
    connection: ConnectionId,
    kinds: &Kinds,
    span: Span,
    newest: &mut Foremost,
) -> Result<(), Error> {
    let mut statement = reader.prepare_cached(&of_kind(Way::NewestFirst))?;
    let mut asked = HashSet::new();
    if !kinds.by_agent {
        let (first, below) = kinds.newest(reader, connection, LATELY)?;
        for facet in first {
            asked.insert(facet.id);
            if !newest.take(&mut statement, facet, span)? {
                return Ok(());
            }
        }
        if below < newest.floor(span) {
            return Ok(());
        }
    }
    for facet in kinds.all(reader)? {
        if !asked.contains(&facet.id) && !newest.take(&mut statement, facet, span)? {
            break;
        }
    }
    Ok(())
}

/// A page further down, or from the oldest on. Of kinds with feedback beyond it, it is not known where theirs goes on:
/// each is to be looked up. Where nearly everything passes it is quicker to walk along the table instead.
fn deep(
    reader: &Connection,
    mut facets: Vec<Facet>,
    mut span: Span,
    foremost: &mut Foremost,
) -> Result<(), Error> {
    let way = foremost.way;
    let is_unknown = |facet: &&Facet| match way {
        Way::NewestFirst => facet.newest >= span.end,
        Way::OldestFirst => facet.newest >= span.first,
    };
    let unknown = facets.iter().filter(is_unknown).count() as u64;
    let passing: u64 = facets.iter().map(|facet| facet.n).sum();
    let there: u64 = reader
        .prepare_cached("SELECT coalesce(sum(n), 0) AS n FROM facets")?
        .query_row([], |row| count(row, "n"))?;
    let steps = (foremost.wanted as u64).saturating_mul(there) / passing.max(1);
    if steps < unknown * SEEK {
        let Some(rest) = walk(reader, &ids(&facets), span, foremost, unknown * SEEK)? else {
            return Ok(());
        };
        span = rest;
    }
    // The largest first: they raise the floor below which the others need not look.
    facets.sort_unstable_by_key(|facet| Reverse((facet.newest.min(span.end), facet.n)));
    let mut statement = reader.prepare_cached(&of_kind(way))?;
    for facet in facets {
        if !foremost.take(&mut statement, facet, span)? {
            break;
        }
    }
    Ok(())
}

/// Walks along the table, `budget` steps at the most; what is left of the span if that was not enough.
fn walk(
    reader: &Connection,
    kinds: &HashSet<i64>,
    span: Span,
    foremost: &mut Foremost,
    budget: u64,
) -> Result<Option<Span>, Error> {
    let mut statement = reader.prepare_cached(&format!(
        "SELECT pos, facet FROM feedback NOT INDEXED WHERE pos >= ?1 AND pos < ?2 ORDER BY pos {}",
        foremost.way.sql()
    ))?;
    let mut rows = statement.query(params![span.first, span.end])?;
    for _ in 0..budget {
        let Some(row) = rows.next()? else { return Ok(None) };
        let (pos, facet): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        if facet.is_some_and(|facet| kinds.contains(&facet)) {
            foremost.offer(pos);
            if foremost.is_full() {
                return Ok(None);
            }
        }
    }
    let Some(row) = rows.next()? else { return Ok(None) };
    let pos: i64 = row.get(0)?;
    Ok(Some(match foremost.way {
        Way::NewestFirst => Span { end: pos + 1, ..span },
        Way::OldestFirst => Span { first: pos, ..span },
    }))
}
