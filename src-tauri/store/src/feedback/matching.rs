//! Finds what a search text matches, within a filter. The matches of a word are quick to run through, newest
//! first, but each has to be looked up to see whether it passes the filter; so where few pass, the positions
//! of what passes are gathered beforehand and the two lists are held against each other.

use std::cmp::Reverse;
use std::iter::Peekable;

use domain::ConnectionId;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

use super::FoundIn;
use super::filter::{FeedbackFilter, Query, Span, UserFilter, text};
use super::find::{Met, Way, all_of, of_user};
use super::search::{Search, Side};
use crate::Error;

/// So many matches are looked up before it is asked whether something else is quicker. Few in debug builds,
/// here and below, so that tests take every way.
const FIRST: usize = if cfg!(debug_assertions) { 20 } else { 2_000 };
/// So few candidates are asked one by one whether they match.
const ASKED: u64 = if cfg!(debug_assertions) { 10 } else { 300 };
/// As [`ASKED`] where there is no index of words to ask: reading a comment is quick.
const READ: u64 = if cfg!(debug_assertions) { 20 } else { 20_000 };

/// Of the time that is searched from the oldest on, the first look is at one of so many parts.
const PARTS: i64 = 64;

/// The positions of the newest `wanted` that a filter lets through of those that match by their comment or by their run.
pub(super) fn newest_of_all(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    search: &Search,
    span: Span,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let mut found = newest(reader, connection, filter, search, span, wanted)?;
    if let Some(search) = search.in_runs(Side::Either) {
        // What matches by its run needs no comment.
        let filter = FeedbackFilter { text: None, ..filter.clone() };
        found.extend(newest(reader, connection, &filter, &search, span, wanted)?);
        found.sort_unstable_by_key(|pos| Reverse(*pos));
        found.dedup();
        found.truncate(wanted);
    }
    Ok(found)
}

/// The positions of the oldest `wanted` that a filter lets through of those that match by their comment or by their run.
///
/// The indexes are gone through newest first: so the matches of a short time from the oldest on are found, and where
/// they are too few, those of a longer one.
pub(super) fn oldest_of_all(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    search: &Search,
    span: Span,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT (SELECT min(pos) FROM feedback WHERE pos >= ?1),
             (SELECT max(pos) FROM feedback WHERE pos < ?2)",
    )?;
    let ends: (Option<i64>, Option<i64>) =
        statement.query_row([span.first, span.end], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(oldest), Some(newest)) = ends else { return Ok(Vec::new()) };
    let mut length = (newest.saturating_sub(oldest) / PARTS).max(1);
    let mut found: Vec<i64> = Vec::new();
    let mut first = oldest;
    loop {
        let end = first.saturating_add(length);
        let part = Span { first, end: end.min(span.end) };
        let matches = newest_of_all(reader, connection, filter, search, part, usize::MAX)?;
        found.extend(matches.into_iter().rev());
        if found.len() >= wanted || end > newest {
            found.truncate(wanted);
            return Ok(found);
        }
        first = end;
        length = length.saturating_mul(4);
    }
}

/// How many match by their comment or by their run, of what a filter lets through.
pub(super) fn number_of_all(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    search: &Search,
    span: Span,
) -> Result<u64, Error> {
    if search.of_a_run.is_none() {
        return number(reader, connection, filter, search, span);
    }
    let all = newest_of_all(reader, connection, filter, search, span, usize::MAX)?;
    Ok(all.len() as u64)
}

/// The positions of the newest `wanted` matches that a filter lets through.
pub(super) fn newest(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    search: &Search,
    mut span: Span,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let mut found = Vec::new();
    if wanted == 0 {
        return Ok(found);
    }
    if let Some(UserFilter::Is(user)) = &filter.user {
        let mut theirs = Vec::new();
        let mut kinds = Met::asked_for(connection, filter);
        of_user(reader, connection, kinds.as_mut(), user, Way::NewestFirst, span, |pos| {
            theirs.push(pos);
            true
        })?;
        choose(reader, search, &theirs, span, wanted, &mut found)?;
        return Ok(found);
    }
    let has_index = search.index().is_some();
    if !has_index {
        let facets = filter.kinds(connection).all(reader)?;
        if facets.iter().map(|facet| facet.n).sum::<u64>() <= READ {
            asked(reader, search, &all_of(reader, &facets, span)?, wanted, &mut found)?;
            return Ok(found);
        }
    }
    let kinds = || Met::of(filter.kinds(connection));
    let first = if has_index { FIRST } else { usize::MAX };
    let reached = looked_up(reader, connection, search, kinds(), span, first, |pos| {
        found.push(pos);
        found.len() < wanted
    })?;
    let Some(reached) = reached else { return Ok(found) };
    span.end = reached;
    let candidates = all_of(reader, &filter.kinds(connection).all(reader)?, span)?;
    choose(reader, search, &candidates, span, wanted, &mut found)?;
    Ok(found)
}

/// A few candidates are asked one by one. Of many, matches are few or lie close by: the two are run through side by
/// side.
fn choose(
    reader: &Connection,
    search: &Search,
    candidates: &[i64],
    span: Span,
    wanted: usize,
    found: &mut Vec<i64>,
) -> Result<(), Error> {
    if candidates.len() as u64 <= ASKED || search.index().is_none() {
        return asked(reader, search, candidates, wanted, found);
    }
    compared(reader, search, candidates, span, |pos| {
        found.push(pos);
        found.len() < wanted
    })
}

/// How many matches a filter lets through.
fn number(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    search: &Search,
    span: Span,
) -> Result<u64, Error> {
    if let Some(UserFilter::Is(_)) = &filter.user {
        let all = newest(reader, connection, filter, search, span, usize::MAX)?;
        return Ok(all.len() as u64);
    }
    let mut number = 0;
    let mut count = |_| {
        number += 1;
        true
    };
    if search.index().is_some() {
        let candidates = all_of(reader, &filter.kinds(connection).all(reader)?, span)?;
        compared(reader, search, &candidates, span, &mut count)?;
    } else {
        looked_up(
            reader,
            connection,
            search,
            Met::of(filter.kinds(connection)),
            span,
            usize::MAX,
            &mut count,
        )?;
    }
    Ok(number)
}

/// The matches lead, and each is looked up. Ends when `take` has enough; the position reached if more than
/// `most` were looked at before.
fn looked_up(
    reader: &Connection,
    connection: ConnectionId,
    search: &Search,
    mut kinds: Met,
    span: Span,
    most: usize,
    mut take: impl FnMut(i64) -> bool,
) -> Result<Option<i64>, Error> {
    let (from, mut query) = match search.index() {
        Some((table, wanted)) => (
            format!("{table} t CROSS JOIN feedback f ON f.pos = t.rowid"),
            Query::new(&format!("{table} MATCH ?"), [text(wanted)]),
        ),
        None if search.unspaced => (
            "feedback f INDEXED BY feedback_unspaced_comments".to_owned(),
            Query::new(
                "f.connection = ? AND f.replaced_at_ms IS NULL AND f.unspaced = 1",
                [Value::Integer(connection.0)],
            ),
        ),
        None => ("feedback f NOT INDEXED".to_owned(), Query::new("f.comment IS NOT NULL", [])),
    };
    let pos = if search.index().is_some() { "t.rowid" } else { "f.pos" };
    within(&mut query, pos, span);
    // Last, as reading a comment is what takes longest.
    let literal = search.literal_condition();
    let sql = format!(
        "SELECT {pos}, f.facet, {} FROM {from} WHERE {} ORDER BY {pos} DESC",
        literal.conditions, query.conditions
    );
    let mut statement = reader.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(literal.params.iter().chain(&query.params)))?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        let pos = row.get(0)?;
        if looked_at == most {
            return Ok(Some(pos + 1));
        }
        looked_at += 1;
        let facet: Option<i64> = row.get(1)?;
        let Some(facet) = facet else { continue };
        if kinds.hold(reader, facet)? && row.get(2)? && !take(pos) {
            break;
        }
    }
    Ok(None)
}

/// The candidates lead, newest first, and each is asked whether it matches.
fn asked(
    reader: &Connection,
    search: &Search,
    candidates: &[i64],
    wanted: usize,
    found: &mut Vec<i64>,
) -> Result<(), Error> {
    let mut match_at = MatchAt::all(reader, search)?;
    for pos in candidates {
        if match_at.holds(*pos)? {
            found.push(*pos);
            if found.len() == wanted {
                break;
            }
        }
    }
    Ok(())
}

/// Where the feedback at a position matches, if it does.
pub(super) fn found_in(
    reader: &Connection,
    search: &Search,
    pos: i64,
) -> Result<Option<FoundIn>, Error> {
    if matches_one(reader, search, pos)? {
        return Ok(Some(FoundIn::Comment));
    }
    for (side, found_in) in [(Side::Input, FoundIn::Input), (Side::Output, FoundIn::Output)] {
        let Some(search) = search.in_runs(side) else { return Ok(None) };
        if matches_one(reader, &search, pos)? {
            return Ok(Some(found_in));
        }
    }
    Ok(None)
}

/// Whether the feedback at a position matches.
pub(super) fn matches_one(reader: &Connection, search: &Search, pos: i64) -> Result<bool, Error> {
    let mut found = Vec::new();
    asked(reader, search, &[pos], 1, &mut found)?;
    Ok(!found.is_empty())
}

/// Runs through matches and candidates side by side, newest first.
fn compared(
    reader: &Connection,
    search: &Search,
    candidates: &[i64],
    span: Span,
    mut take: impl FnMut(i64) -> bool,
) -> Result<(), Error> {
    let Some((table, wanted)) = search.index() else { return Ok(()) };
    let mut query = Query::new(&format!("{table} MATCH ?"), [text(wanted)]);
    within(&mut query, "rowid", span);
    let sql = format!("SELECT rowid FROM {table} WHERE {} ORDER BY rowid DESC", query.conditions);
    let mut statement = reader.prepare_cached(&sql)?;
    let mut match_at = MatchAt::literals(reader, search)?;
    let mut rows = statement.query(params_from_iter(&query.params))?;
    let mut candidates = candidates.iter().copied().peekable();
    while let Some(row) = rows.next()? {
        let pos: i64 = row.get(0)?;
        skip_above(&mut candidates, pos);
        let Some(candidate) = candidates.peek() else { break };
        if *candidate != pos {
            continue;
        }
        if match_at.holds(pos)? && !take(pos) {
            break;
        }
    }
    Ok(())
}

fn skip_above(candidates: &mut Peekable<impl Iterator<Item = i64>>, pos: i64) {
    while candidates.peek().is_some_and(|candidate| *candidate > pos) {
        candidates.next();
    }
}

pub(super) fn within(query: &mut Query, pos: &str, span: Span) {
    if span.first > 0 {
        query.require(&format!("{pos} >= ?"), [Value::Integer(span.first)]);
    }
    if span.end < i64::MAX {
        query.require(&format!("{pos} < ?"), [Value::Integer(span.end)]);
    }
}

/// Whether the feedback at a position matches, asked of one after another.
pub(super) struct MatchAt<'r> {
    /// `None`: there is nothing to ask for.
    statement: Option<CachedStatement<'r>>,
    params: Vec<Value>,
}

impl<'r> MatchAt<'r> {
    /// Asks for the literals alone, of what the index of words has found.
    pub(super) fn literals(reader: &'r Connection, search: &Search) -> Result<Self, Error> {
        if search.literal.is_empty() {
            return Ok(Self { statement: None, params: Vec::new() });
        }
        Self::prepare(reader, search.literal_condition())
    }

    /// Asks for all there is to match, the index of words included.
    fn all(reader: &'r Connection, search: &Search) -> Result<Self, Error> {
        let mut query = search.literal_condition();
        if let Some((table, wanted)) = search.index() {
            let matches = format!(
                "EXISTS (SELECT 1 FROM {table} t WHERE {table} MATCH ? AND t.rowid = f.pos)"
            );
            query.require(&matches, [text(wanted)]);
        }
        Self::prepare(reader, query)
    }

    fn prepare(reader: &'r Connection, query: Query) -> Result<Self, Error> {
        let sql = format!("SELECT 1 FROM feedback f WHERE f.pos = ? AND {}", query.conditions);
        Ok(Self { statement: Some(reader.prepare_cached(&sql)?), params: query.params })
    }

    pub(super) fn holds(&mut self, pos: i64) -> Result<bool, Error> {
        let Some(statement) = &mut self.statement else { return Ok(true) };
        let key = [Value::Integer(pos)];
        Ok(statement.exists(params_from_iter(key.iter().chain(&self.params)))?)
    }
}

impl Search {
    /// The table of words to ask, and for what.
    pub(super) fn index(&self) -> Option<(&'static str, &str)> {
        match (&self.words, &self.trigrams) {
            (Some(words), _) if self.in_runs => Some(("run_words", words)),
            (Some(words), _) => Some(("feedback_words", words)),
            (None, Some(trigrams)) => Some(("feedback_trigrams", trigrams)),
            (None, None) => None,
        }
    }

    /// That each literal occurs in the comment; `1` if there are none.
    fn literal_condition(&self) -> Query {
        let mut query = Query::new("1", []);
        for literal in &self.literal {
            query.require("instr(lower(f.comment), ?) > 0", [text(literal)]);
        }
        query
    }
}
