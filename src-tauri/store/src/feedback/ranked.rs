//! Finds what matches a search text best (bm25), on request. Every match has to be weighed, so this takes as
//! long as there are matches: a fifth of a second where half a million have the word.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use domain::ConnectionId;
use rusqlite::{Connection, params_from_iter};

use super::filter::{FeedbackFilter, Query, Span, UserFilter, text};
use super::find::{Met, Way, all_of, ids, of_user};
use super::matching::{MatchAt, within};
use crate::Error;

/// Nobody reads further down a list of best matches.
pub(super) const MOST: usize = 200;
/// So many candidates are gathered beforehand; of more, those that weigh enough are looked up.
/// Few in debug builds, so that tests take both ways.
const GATHERED: u64 = if cfg!(debug_assertions) { 4 } else { 50_000 };

/// A match; the worst is the greatest.
#[derive(PartialEq)]
struct Weighed {
    /// The smaller, the better.
    bm25: f64,
    pos: i64,
}

impl Eq for Weighed {}

impl Ord for Weighed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bm25.total_cmp(&other.bm25).then_with(|| other.pos.cmp(&self.pos))
    }
}

impl PartialOrd for Weighed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What passes a filter.
pub(super) enum Passing {
    Positions(HashSet<i64>),
    Kinds(HashSet<i64>),
}

impl Passing {
    pub(super) fn includes(&self, reader: &Connection, pos: i64) -> Result<bool, Error> {
        match self {
            Self::Positions(positions) => Ok(positions.contains(&pos)),
            Self::Kinds(kinds) => {
                let mut statement =
                    reader.prepare_cached("SELECT facet FROM feedback WHERE pos = ?1")?;
                let facet: Option<i64> = statement.query_row([pos], |row| row.get(0))?;
                Ok(facet.is_some_and(|facet| kinds.contains(&facet)))
            }
        }
    }
}

/// The positions of the best `wanted` matches that a filter lets through, best first; `None`: there is
/// nothing in the text to rank by.
pub(super) fn best(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    wanted: usize,
) -> Result<Option<Vec<i64>>, Error> {
    let Some(search) = filter.search() else { return Ok(None) };
    let Some((table, sought)) = search.index() else { return Ok(None) };
    let Some(span) = filter.span().filter(|_| wanted > 0) else { return Ok(Some(Vec::new())) };
    let passing = passing(reader, connection, filter, span)?;
    let mut query = Query::new(&format!("{table} MATCH ?"), [text(sought)]);
    within(&mut query, "rowid", span);
    // Newest first: of two equal ones the later met is not better.
    let mut statement = reader.prepare_cached(&format!(
        "SELECT rowid, bm25({table}) FROM {table} WHERE {} ORDER BY rowid DESC",
        query.conditions
    ))?;
    let mut match_at = MatchAt::literals(reader, &search)?;
    let mut rows = statement.query(params_from_iter(&query.params))?;
    let mut worst_first: BinaryHeap<Weighed> = BinaryHeap::new();
    while let Some(row) = rows.next()? {
        let weighed = Weighed { pos: row.get(0)?, bm25: row.get(1)? };
        let is_full = worst_first.len() >= wanted;
        if is_full && worst_first.peek().is_some_and(|worst| *worst <= weighed) {
            continue;
        }
        if !passing.includes(reader, weighed.pos)? || !match_at.holds(weighed.pos)? {
            continue;
        }
        if is_full {
            worst_first.pop();
        }
        worst_first.push(weighed);
    }
    Ok(Some(worst_first.into_sorted_vec().into_iter().map(|weighed| weighed.pos).collect()))
}

pub(super) fn passing(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    span: Span,
) -> Result<Passing, Error> {
    if let Some(UserFilter::Is(user)) = &filter.user {
        let mut theirs = HashSet::new();
        let mut kinds = Met::asked_for(connection, filter);
        of_user(reader, connection, kinds.as_mut(), user, Way::NewestFirst, span, |pos| {
            theirs.insert(pos);
            true
        })?;
        return Ok(Passing::Positions(theirs));
    }
    let facets = filter.kinds(connection).all(reader)?;
    let many: u64 = facets.iter().map(|facet| facet.n).sum();
    Ok(if many <= GATHERED {
        Passing::Positions(all_of(reader, &facets, span)?.into_iter().collect())
    } else {
        Passing::Kinds(ids(&facets))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_comes_first_and_of_equal_ones_the_newer() {
        let mut all = [(-1.0, 5), (-2.0, 3), (-2.0, 4)].map(|(bm25, pos)| Weighed { bm25, pos });
        all.sort();
        assert_eq!(all.map(|one| one.pos), [4, 3, 5]);
    }
}
