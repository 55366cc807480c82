//! Finds the feedback whose comments are most like one comment: by the words both have, the rare ones before the
//! common. Nothing but this mirror is asked, and the same mirror gives the same answer.
//!
//! However much feedback there is, only so much is looked at: of a word that very many comments have, the newest of
//! them. What two comments that say the same have in common is `alike`'s; this is for those that say nearly the same.

use std::cmp::Ordering;
use std::collections::HashMap;

use domain::{ConnectionId, FeedbackId};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::filter::{FeedbackFilter, Span};
use super::foremost::{Foremost, Way};
use super::likeness::{Likeness, Table};
use super::matching::found_in;
use super::ranked::{self, MOST};
use crate::Error;
use crate::sql::count;

/// Of a word so many of the newest comments are looked at. Few in debug builds, here and below, so that tests meet the
/// bounds.
const NEWEST_OF_WORD: usize = if cfg!(debug_assertions) { 30 } else { 2_000 };
/// In a mirror of several connections so many are gone through to come by those of one.
const GONE_THROUGH: usize = 10 * NEWEST_OF_WORD;
/// By so many words, the rarest, others are looked for.
const SOUGHT: usize = 8;
/// So many comments are read and compared.
const COMPARED: usize = if cfg!(debug_assertions) { 60 } else { 1_000 };

/// What a filter's `like` names.
struct Item {
    pos: i64,
    comment: Option<String>,
    alike: Option<i64>,
}

/// What is most like the feedback a filter's `like` names, of what the filter lets through.
#[derive(Default)]
pub(super) struct Similar {
    /// The most alike first, of equal ones the newer; the one that is named leads. [`MOST`] at the most.
    pub(super) positions: Vec<i64>,
    /// That one's comment, its words weighed.
    likeness: Likeness,
    /// Where that one lies.
    itself: i64,
}

impl Similar {
    /// `None`: the filter names none.
    pub(super) fn of(
        reader: &Connection,
        connection: ConnectionId,
        filter: &FeedbackFilter,
    ) -> Result<Option<Self>, Error> {
        let Some(like) = &filter.like else { return Ok(None) };
        let (Some(item), Some(span)) = (item(reader, connection, like)?, filter.span()) else {
            return Ok(Some(Self::default()));
        };
        let Some(comment) = &item.comment else { return Ok(Some(Self::default())) };
        let passes = passes(reader, connection, filter, span)?;
        let mut likeness = Likeness::of(comment);
        let mut positions = Vec::new();
        if passes(item.pos)? {
            positions.push(item.pos);
        }
        if likeness.is_empty() {
            // Signs alone: what is the same is alike, and nothing else is.
            for pos in same(reader, item.alike)? {
                if pos != item.pos && positions.len() < MOST && passes(pos)? {
                    positions.push(pos);
                }
            }
        } else {
            let candidates = candidates(reader, connection, &mut likeness)?;
            let others = candidates.into_iter().map(|(_, pos)| pos).filter(|pos| *pos != item.pos);
            positions.extend(nearest(reader, &likeness, others, passes)?);
            positions.truncate(MOST);
        }
        Ok(Some(Self { positions, likeness, itself: item.pos }))
    }

    /// The first `wanted` of them behind `behind`, one way through time.
    pub(super) fn first(&self, way: Way, behind: Option<i64>, wanted: usize) -> Vec<i64> {
        let mut first = Foremost::going(way, wanted);
        for pos in &self.positions {
            if behind.is_none_or(|behind| way.is_behind(*pos, behind)) {
                first.offer(*pos);
            }
        }
        first.in_order()
    }

    /// The words that the comment of each position shares with that of the one named, the rarest first; none for
    /// itself.
    pub(super) fn shared_words(
        &self,
        reader: &Connection,
        found: &[i64],
    ) -> Result<Vec<Vec<String>>, Error> {
        let shared = found.iter().map(|pos| match *pos == self.itself {
            true => Ok(Vec::new()),
            false => Ok(self.likeness.shared(&comment_at(reader, *pos)?)),
        });
        shared.collect()
    }
}

/// Tells whether a filter, but for its `like`, lets a position through.
fn passes<'a>(
    reader: &'a Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    span: Span,
) -> Result<impl Fn(i64) -> Result<bool, Error> + use<'a>, Error> {
    let passing = ranked::passing(reader, connection, filter, span)?;
    let search = filter.search();
    Ok(move |pos: i64| {
        if !(span.first..span.end).contains(&pos) || !passing.includes(reader, pos)? {
            return Ok(false);
        }
        match &search {
            Some(search) => Ok(found_in(reader, search, pos)?.is_some()),
            None => Ok(true),
        }
    })
}

/// Those of some positions that pass and are worth mentioning, the most alike first.
fn nearest(
    reader: &Connection,
    likeness: &Likeness,
    others: impl Iterator<Item = i64>,
    passes: impl Fn(i64) -> Result<bool, Error>,
) -> Result<Vec<i64>, Error> {
    let mut compared: Vec<(f64, i64)> = Vec::new();
    for pos in others {
        if !passes(pos)? {
            continue;
        }
        if let Some(likeness) = likeness.to(&comment_at(reader, pos)?) {
            compared.push((likeness, pos));
        }
        if compared.len() == COMPARED {
            break;
        }
    }
    compared.sort_unstable_by(best_first);
    Ok(compared.into_iter().map(|(_, pos)| pos).collect())
}

fn best_first(one: &(f64, i64), other: &(f64, i64)) -> Ordering {
    other.0.total_cmp(&one.0).then_with(|| other.1.cmp(&one.1))
}

/// Weighs the words, and finds the comments that have the rarest of them: those with most of them first.
fn candidates(
    reader: &Connection,
    connection: ConnectionId,
    likeness: &mut Likeness,
) -> Result<Vec<(f64, i64)>, Error> {
    let comments = Comments::of(reader, connection)?;
    let mut having = Vec::new();
    for term in likeness.terms() {
        having.push(comments.newest_with(term.table, &term.sought)?);
    }
    let numbers: Vec<Option<usize>> =
        having.iter().map(|them| (them.len() <= NEWEST_OF_WORD).then_some(them.len())).collect();
    likeness.weigh(comments.number, &numbers);

    let mut rarest: Vec<usize> = (0..having.len()).collect();
    rarest.sort_by_key(|at| having[*at].len());
    rarest.truncate(SOUGHT);
    let mut weights: HashMap<i64, f64> = HashMap::new();
    for at in &rarest {
        for pos in having[*at].iter().take(NEWEST_OF_WORD) {
            *weights.entry(*pos).or_default() += likeness.terms()[*at].weight;
        }
    }
    // Of two words that very many have, the newest with both may lie below the newest with either.
    let common: Vec<usize> =
        rarest.into_iter().filter(|at| numbers[*at].is_none()).take(2).collect();
    if let [one, other] = common[..] {
        let terms = likeness.terms();
        let (one, other) = (&terms[one], &terms[other]);
        if one.table == other.table {
            let both = format!("{} {}", one.sought, other.sought);
            for pos in comments.newest_with(one.table, &both)? {
                let weight = weights.entry(pos).or_default();
                *weight = weight.max(one.weight + other.weight);
            }
        }
    }
    let mut candidates: Vec<(f64, i64)> =
        weights.into_iter().map(|(pos, weight)| (weight, pos)).collect();
    candidates.sort_unstable_by(best_first);
    Ok(candidates)
}

/// The comments of a connection.
struct Comments<'a> {
    reader: &'a Connection,
    connection: ConnectionId,
    /// How many there are.
    number: u64,
    /// No other connection has any: what is found need not be asked whose it is.
    is_alone: bool,
}

impl<'a> Comments<'a> {
    fn of(reader: &'a Connection, connection: ConnectionId) -> Result<Self, Error> {
        let mut statement = reader.prepare_cached(
            "SELECT coalesce(sum(n), 0) AS n, coalesce(sum(n) FILTER (WHERE connection = ?1), 0) AS own
             FROM facets NOT INDEXED WHERE has_comment = 1",
        )?;
        let (all, number) = statement
            .query_row([connection.0], |row| Ok((count(row, "n")?, count(row, "own")?)))?;
        Ok(Self { reader, connection, number, is_alone: all == number })
    }

    /// The newest with a word, one more than are looked at.
    fn newest_with(&self, table: Table, sought: &str) -> Result<Vec<i64>, Error> {
        let table = table.name();
        let found = format!(
            "SELECT rowid AS pos FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid DESC LIMIT ?2"
        );
        let most = NEWEST_OF_WORD as i64 + 1;
        if self.is_alone {
            let mut statement = self.reader.prepare_cached(&found)?;
            let rows = statement.query_map(params![sought, most], |row| row.get(0))?;
            return Ok(rows.collect::<Result<_, _>>()?);
        }
        let mut statement = self.reader.prepare_cached(&format!(
            "SELECT t.pos FROM ({found}) t CROSS JOIN feedback f ON f.pos = t.pos
             WHERE f.connection = ?3 ORDER BY t.pos DESC LIMIT ?4"
        ))?;
        let key = params![sought, GONE_THROUGH as i64, self.connection.0, most];
        let rows = statement.query_map(key, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The newest of what says the same by the same signs.
fn same(reader: &Connection, alike: Option<i64>) -> Result<Vec<i64>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT pos FROM feedback INDEXED BY feedback_alike
         WHERE alike = ?1 AND alike <> 0 AND facet IS NOT NULL ORDER BY pos DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![alike, NEWEST_OF_WORD as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn item(
    reader: &Connection,
    connection: ConnectionId,
    id: &FeedbackId,
) -> Result<Option<Item>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT pos, iif(has_comment, comment, NULL), alike FROM feedback
         WHERE connection = ?1 AND id = ?2",
    )?;
    let item = statement.query_row(params![connection.0, id.as_str()], |row| {
        Ok(Item { pos: row.get(0)?, comment: row.get(1)?, alike: row.get(2)? })
    });
    Ok(item.optional()?)
}

fn comment_at(reader: &Connection, pos: i64) -> Result<String, Error> {
    let mut statement = reader.prepare_cached("SELECT comment FROM feedback WHERE pos = ?1")?;
    let comment: Option<String> = statement.query_row([pos], |row| row.get(0))?;
    Ok(comment.unwrap_or_default())
}
