//! Pages in an order by something else than time: by user, by version. Within one user or one version the newest comes
//! first, and a cursor tells in which of them the page before ended.
//!
//! Of a filter that lets little through, all is found and sorted. Of more, one part after the other is gone through until
//! the page is full. How by user is `by_user`'s.

use std::cmp::Reverse;

use domain::{AgentId, ConnectionId, VersionId};
use rusqlite::{Connection, params_from_iter};

use super::filter::{FeedbackFilter, Order, UserFilter};
use super::similar::Similar;
use super::{Cursor, Page, find};
use crate::Error;

mod by_user;
mod gathered;

/// So many are sorted rather than gone through. Few in debug builds, so that tests take both ways.
const SORTED: usize = if cfg!(debug_assertions) { 20 } else { 20_000 };

/// The positions of a page; `similar` is what the filter's `like` found.
pub(super) fn page(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<i64>, Error> {
    let parts = match filter.order {
        Order::Version => versions(reader, connection, filter)?,
        _ => Vec::new(),
    };
    // One more than asked for tells whether there is a next page.
    let wanted = limit.saturating_add(1);
    let mut found = match (similar, filter.order) {
        (Some(similar), order) => {
            sorted(reader, order, &parts, similar.positions.clone(), cursor, wanted)?
        }
        (None, Order::Version) => by_version(reader, connection, filter, &parts, cursor, wanted)?,
        (None, _) => by_user::first(reader, connection, filter, cursor, wanted)?,
    };
    let more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last().filter(|_| more) {
        Some(last) => Some(Cursor { pos: *last, part: part_of(reader, filter.order, *last)? }),
        None => None,
    };
    Ok(Page { rows: found, next })
}

/// What a position belongs to: its user, none for the anonymous ones; its agent and version.
fn part_of(reader: &Connection, order: Order, pos: i64) -> Result<Vec<String>, Error> {
    let mut statement =
        reader.prepare_cached("SELECT user, agent, version FROM feedback WHERE pos = ?1")?;
    Ok(statement.query_row([pos], |row| {
        Ok(match order {
            Order::Version => {
                vec![
                    row.get("agent")?,
                    row.get::<_, Option<String>>("version")?.unwrap_or_default(),
                ]
            }
            _ => row.get::<_, Option<String>>("user")?.into_iter().collect(),
        })
    })?)
}

/// What of all comes behind the cursor, in order.
fn sorted(
    reader: &Connection,
    order: Order,
    versions: &[Part],
    all: Vec<i64>,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    // A user's id, or a version's place; what has none is last.
    let key = |part: &[String]| -> (bool, usize, String) {
        match order {
            Order::Version => (false, place(versions, part), String::new()),
            _ => (part.is_empty(), 0, part.first().cloned().unwrap_or_default()),
        }
    };
    let mut keyed = Vec::with_capacity(all.len());
    for pos in all {
        keyed.push((key(&part_of(reader, order, pos)?), Reverse(pos)));
    }
    if let Some(cursor) = cursor {
        let from = (key(&cursor.part), Reverse(cursor.pos));
        keyed.retain(|one| *one > from);
    }
    keyed.sort_unstable();
    Ok(keyed.into_iter().take(wanted).map(|(_, pos)| pos.0).collect())
}

/// A version of an agent; its id is empty where it is not known.
struct Part {
    agent: String,
    version: String,
    /// The filter lets some of its feedback through.
    passes: bool,
}

/// All that passes; `None`: nothing need be sorted, as a version is a part of each kind, or it is too much. What one user
/// said is gone through as a whole anyway, and of many versions the index of words can be asked once.
fn all_if_few(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
) -> Result<Option<Vec<i64>>, Error> {
    let most = match (&filter.user, filter.search()) {
        (Some(UserFilter::Is(_)), _) => usize::MAX,
        (_, Some(_)) => SORTED,
        (_, None) => return Ok(None),
    };
    let all = find::newest(reader, connection, filter, None, most.saturating_add(1))?;
    Ok((all.len() <= most).then_some(all))
}

/// All versions in order, also those of which nothing passes: a cursor may stand in one of them.
fn versions(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
) -> Result<Vec<Part>, Error> {
    let kinds = filter.kinds(connection).query;
    let sql = format!(
        "SELECT g.agent, g.version, g.passes FROM (
             SELECT agent, version, max({}) AS passes FROM facets NOT INDEXED
             WHERE connection = ? GROUP BY agent, version) g
         LEFT JOIN versions v ON v.connection = ? AND v.agent = g.agent AND v.id = g.version
         ORDER BY g.agent, g.version = '', v.semver_major DESC NULLS LAST,
             v.semver_minor DESC NULLS LAST, coalesce(v.created_at_ms, v.first_run_at_ms) DESC NULLS LAST,
             g.version",
        kinds.conditions
    );
    let rest = [connection.0.into(), connection.0.into()];
    let mut statement = reader.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(kinds.params.iter().chain(&rest)), |row| {
        Ok(Part { agent: row.get(0)?, version: row.get(1)?, passes: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a version stands among all.
fn place(versions: &[Part], part: &[String]) -> usize {
    let is_it = |one: &Part| part == [one.agent.as_str(), one.version.as_str()];
    versions.iter().position(is_it).unwrap_or(versions.len())
}

fn by_version(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    versions: &[Part],
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    if let Some(all) = all_if_few(reader, connection, filter)? {
        return sorted(reader, Order::Version, versions, all, cursor, wanted);
    }
    let from = cursor.map_or(0, |cursor| place(versions, &cursor.part));
    let mut found = Vec::new();
    for (at, part) in versions.iter().enumerate().skip(from).filter(|(_, part)| part.passes) {
        let of_part = FeedbackFilter {
            agents: vec![AgentId::from(part.agent.as_str())],
            versions: vec![VersionId::from(part.version.as_str())],
            ..filter.clone()
        };
        let before = cursor.filter(|_| at == from).map(|cursor| cursor.pos);
        let left = wanted - found.len();
        found.extend(find::newest(reader, connection, &of_part, before, left)?);
        if found.len() >= wanted {
            break;
        }
    }
    Ok(found)
}
