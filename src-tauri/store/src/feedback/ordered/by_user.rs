//! Pages by user: one user after the other by their ids, of each the newest first, and the anonymous ones last.
//!
//! Of a filter that lets little through, all is found and sorted. Of more, the index of users is gone through until the
//! page is full; what a search finds is gathered before, so that not one user after the other is searched.

use std::cmp::Ordering;

use domain::{ConnectionId, UserId};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::gathered::Gathered;
use super::{SORTED, sorted};
use crate::Error;
use crate::feedback::Cursor;
use crate::feedback::filter::{FeedbackFilter, Order, Span, UserFilter};
use crate::feedback::find::{self, Met, Way, all_of, of_user};

/// So many matches are sorted rather than gone through. Few in debug builds, here and below, so that tests take both
/// ways.
const FEW: usize = if cfg!(debug_assertions) { 20 } else { 2_000 };
/// So many that the rest of the filter lets through are held against the matches, where few are likely to be left.
const COMPARED: u64 = if cfg!(debug_assertions) { 200 } else { 100_000 };

/// The positions of the first `wanted` feedback behind the cursor.
pub(super) fn first(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    if let Some(whose) = &filter.user {
        return of_one(reader, connection, filter, whose, cursor, wanted);
    }
    let before = cursor.filter(|cursor| cursor.part.is_empty()).map(|cursor| cursor.pos);
    if before.is_some() {
        return anonymous(reader, connection, filter, before, wanted);
    }
    let Some(span) = filter.span() else { return Ok(Vec::new()) };
    let mut found = match filter.search() {
        Some(search) => {
            let gathered = Gathered::of(reader, connection, filter, &search, span)?;
            if let Some(all) = matches_if_few(reader, connection, filter, &gathered, span)? {
                return sorted(reader, Order::User, &[], all, cursor, wanted);
            }
            named_matches(reader, connection, filter, &gathered, cursor, wanted)?
        }
        None => {
            if let Some(all) = all_if_few(reader, connection, filter)? {
                return sorted(reader, Order::User, &[], all, cursor, wanted);
            }
            named(reader, connection, filter, span, cursor, wanted)?
        }
    };
    if found.len() < wanted {
        let left = wanted - found.len();
        found.extend(anonymous(reader, connection, filter, None, left)?);
    }
    Ok(found)
}

/// All that passes; `None`: it is too much to sort.
fn all_if_few(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
) -> Result<Option<Vec<i64>>, Error> {
    if filter.kinds(connection).sum(reader)? > SORTED as u64 {
        return Ok(None);
    }
    find::newest(reader, connection, filter, None, usize::MAX).map(Some)
}

/// All matches that pass the rest of the filter; `None`: they may be too many to sort.
fn matches_if_few(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    gathered: &Gathered,
    span: Span,
) -> Result<Option<Vec<i64>>, Error> {
    let kinds = besides_words(filter).kinds(connection);
    let mut few = Vec::new();
    if gathered.len() <= FEW {
        let mut kinds = Met::of(kinds);
        let mut statement = reader.prepare_cached("SELECT facet FROM feedback WHERE pos = ?1")?;
        for pos in gathered.all() {
            let facet: Option<Option<i64>> =
                statement.query_row([pos], |row| row.get(0)).optional()?;
            let Some(facet) = facet.flatten() else { continue };
            if kinds.hold(reader, facet)? && gathered.holds(pos) {
                few.push(pos);
            }
        }
        return Ok(Some(few));
    }
    let besides = kinds.sum(reader)?;
    let there = FeedbackFilter::default().kinds(connection).sum(reader)?;
    let likely = besides.saturating_mul(gathered.len() as u64) / there.max(1);
    if besides > COMPARED || likely > FEW as u64 {
        return Ok(None);
    }
    for pos in all_of(reader, &kinds.all(reader)?, span)? {
        if gathered.holds(pos) {
            few.push(pos);
            if few.len() > FEW {
                return Ok(None);
            }
        }
    }
    Ok(Some(few))
}

/// What matches by its run needs no comment, and what matches by its comment has one: the words need not be asked for it.
fn besides_words(filter: &FeedbackFilter) -> FeedbackFilter {
    FeedbackFilter { text: None, ..filter.clone() }
}

/// Where all are one user's or all anonymous, by user is newest first.
fn of_one(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    whose: &UserFilter,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let before = match cursor {
        None => None,
        Some(cursor) => match place(cursor.part.first().map(String::as_str), whose) {
            Ordering::Less => None,
            Ordering::Equal => Some(cursor.pos),
            Ordering::Greater => return Ok(Vec::new()),
        },
    };
    find::newest(reader, connection, filter, before, wanted)
}

/// Where a page ended (`None`: in the anonymous ones), seen from those that are asked for.
fn place(ended_in: Option<&str>, whose: &UserFilter) -> Ordering {
    let whose = match whose {
        UserFilter::Is(user) => Some(user.as_str()),
        UserFilter::Anonymous => None,
    };
    (ended_in.is_none(), ended_in).cmp(&(whose.is_none(), whose))
}

fn anonymous(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    before: Option<i64>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let anonymous = FeedbackFilter { user: Some(UserFilter::Anonymous), ..filter.clone() };
    find::newest(reader, connection, &anonymous, before, wanted)
}

/// Goes through the users by their ids, and through what each said, newest first.
fn named(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    span: Span,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let mut found = Vec::new();
    let mut kinds = Met::asked_for(connection, filter);
    let from = cursor.and_then(|cursor| cursor.part.first()).map_or("", String::as_str);
    let mut users = reader.prepare_cached(
        "SELECT user FROM users WHERE connection = ?1 AND user >= ?2 ORDER BY user",
    )?;
    let mut users = users.query(params![connection.0, from])?;
    while let Some(row) = users.next()? {
        let user = UserId::new(row.get::<_, String>(0)?);
        let end = match cursor {
            Some(cursor) if user.as_str() == from => span.end.min(cursor.pos),
            _ => span.end,
        };
        let left = Span { end, ..span };
        of_user(reader, connection, kinds.as_mut(), &user, Way::NewestFirst, left, |pos| {
            found.push(pos);
            found.len() < wanted
        })?;
        if found.len() >= wanted {
            break;
        }
    }
    Ok(found)
}

/// The matches of named users. The index is gone through in one go, and of each user the oldest come first there: where
/// matches are rare, to begin anew with every user takes three times as long.
fn named_matches(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    gathered: &Gathered,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let mut found = Vec::new();
    let mut kinds = Met::of(besides_words(filter).kinds(connection));
    let from = cursor.and_then(|cursor| cursor.part.first()).map_or("", String::as_str);
    let mut statement = reader.prepare_cached(
        "SELECT pos, facet, user FROM feedback INDEXED BY feedback_by_user
         WHERE connection = ?1 AND user >= ?2 AND facet IS NOT NULL ORDER BY user, pos",
    )?;
    let mut rows = statement.query(params![connection.0, from])?;
    // What one user said, the oldest first.
    let (mut user, mut theirs) = (from.to_owned(), Vec::new());
    while let Some(row) = rows.next()? {
        let pos = row.get(0)?;
        if !gathered.holds(pos) || !kinds.hold(reader, row.get(1)?)? {
            continue;
        }
        let whose = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        if whose != user {
            found.extend(theirs.drain(..).rev());
            if found.len() >= wanted {
                break;
            }
            whose.clone_into(&mut user);
        }
        if cursor.is_none_or(|cursor| pos < cursor.pos || user != from) {
            theirs.push(pos);
        }
    }
    found.extend(theirs.into_iter().rev());
    found.truncate(wanted);
    Ok(found)
}
