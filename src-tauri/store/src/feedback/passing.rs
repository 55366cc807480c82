//! Whether single feedback pass a filter, and what of a group of look-alikes does.

use std::cmp::Reverse;

use domain::ConnectionId;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::filter::{FeedbackFilter, Span, UserFilter};
use super::find::{Met, Way};
use super::matching::found_in;
use super::search::Search;
use super::similar::Similar;
use crate::Error;

/// Groups of so many are read as they lie there; of larger ones each kind is looked up. Few in debug builds, so that
/// tests take both ways.
pub(super) const READ: usize = if cfg!(debug_assertions) { 4 } else { 64 };
/// A group within a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) count: u64,
    pub(super) newest: i64,
    pub(super) oldest: i64,
}

impl Group {
    /// Which of it comes first.
    pub(super) fn first(&self, way: Way) -> i64 {
        match way {
            Way::NewestFirst => self.newest,
            Way::OldestFirst => self.oldest,
        }
    }
}

/// Asks whether single feedback pass a filter.
pub(super) struct Passing<'a> {
    pub(super) reader: &'a Connection,
    pub(super) kinds: Met,
    pub(super) span: Span,
    user: Option<&'a str>,
    search: Option<Search>,
    /// What is like another, if that was asked for.
    similar: Option<&'a Similar>,
    /// Rows and matches looked at so far: what a page may cost is counted by it.
    pub(super) looked_at: u64,
}

impl<'a> Passing<'a> {
    /// `None`: nothing passes. `similar` is what the filter's `like` found.
    pub(super) fn of(
        reader: &'a Connection,
        connection: ConnectionId,
        filter: &'a FeedbackFilter,
        similar: Option<&'a Similar>,
    ) -> Option<Self> {
        // What matches by its run needs no comment.
        let kinds = FeedbackFilter { text: None, ..filter.clone() }.kinds(connection);
        Some(Self {
            reader,
            kinds: Met::of(kinds),
            span: filter.span()?,
            user: match &filter.user {
                Some(UserFilter::Is(user)) => Some(user.as_str()),
                Some(UserFilter::Anonymous) | None => None,
            },
            search: filter.search(),
            similar,
            looked_at: 0,
        })
    }

    /// What of a group passes; `None`: nothing does.
    pub(super) fn group(&mut self, alike: i64) -> Result<Option<Group>, Error> {
        let few = self.first_of(alike)?;
        if few.len() > READ && self.is_by_kind() {
            return self.summed(alike);
        }
        let passing = self.positions(alike)?;
        let ends = passing.first().zip(passing.last());
        let count = passing.len() as u64;
        Ok(ends.map(|(newest, oldest)| Group { count, newest: *newest, oldest: *oldest }))
    }

    /// The positions of all of a group that pass, the newest first.
    pub(super) fn positions(&mut self, alike: i64) -> Result<Vec<i64>, Error> {
        let mut all = Vec::new();
        let few = self.first_of(alike)?;
        if few.len() <= READ {
            for (pos, facet) in few {
                if self.is_within(pos) && self.kinds.hold(self.reader, facet)? {
                    all.push(pos);
                }
            }
        } else {
            let mut statement = self.reader.prepare_cached(OF_KIND)?;
            for facet in self.facets(alike)? {
                let mut rows =
                    statement.query(params![alike, facet, self.span.first, self.span.end])?;
                while let Some(row) = rows.next()? {
                    all.push(row.get(0)?);
                }
            }
        }
        all.sort_unstable_by_key(|pos| Reverse(*pos));
        self.looked_at += all.len() as u64;
        if self.is_by_kind() {
            return Ok(all);
        }
        let mut passing = Vec::new();
        for pos in all {
            if self.is_theirs(pos)? && self.says(pos)? {
                passing.push(pos);
            }
        }
        Ok(passing)
    }

    /// Whether the kind says all about whether one passes.
    pub(super) fn is_by_kind(&self) -> bool {
        self.user.is_none() && self.search.is_none() && self.similar.is_none()
    }

    pub(super) fn is_within(&self, pos: i64) -> bool {
        (self.span.first..self.span.end).contains(&pos)
    }

    pub(super) fn is_theirs(&self, pos: i64) -> Result<bool, Error> {
        let Some(wanted) = self.user else { return Ok(true) };
        let mut statement =
            self.reader.prepare_cached("SELECT user FROM feedback WHERE pos = ?1")?;
        let user: Option<String> = statement.query_row([pos], |row| row.get(0))?;
        Ok(user.as_deref() == Some(wanted))
    }

    pub(super) fn says(&self, pos: i64) -> Result<bool, Error> {
        if self.similar.is_some_and(|similar| !similar.positions.contains(&pos)) {
            return Ok(false);
        }
        match &self.search {
            None => Ok(true),
            Some(search) => Ok(found_in(self.reader, search, pos)?.is_some()),
        }
    }

    /// The first of a group, one more than are read one by one: position and kind.
    pub(super) fn first_of(&self, alike: i64) -> Result<Vec<(i64, i64)>, Error> {
        let mut statement = self.reader.prepare_cached(
            "SELECT pos, facet FROM feedback INDEXED BY feedback_alike
             WHERE alike = ?1 AND alike <> 0 AND facet IS NOT NULL LIMIT ?2",
        )?;
        let rows = statement
            .query_map(params![alike, READ as i64 + 1], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The kinds that pass of those in a group.
    pub(super) fn facets(&mut self, alike: i64) -> Result<Vec<i64>, Error> {
        let mut statement = self.reader.prepare_cached(
            "SELECT facet FROM feedback INDEXED BY feedback_alike
             WHERE alike = ?1 AND alike <> 0 AND facet > ?2 ORDER BY facet LIMIT 1",
        )?;
        let (mut passing, mut last) = (Vec::new(), i64::MIN);
        while let Some(facet) = statement.query_row([alike, last], |row| row.get(0)).optional()? {
            last = facet;
            self.looked_at += 1;
            if self.kinds.hold(self.reader, facet)? {
                passing.push(facet);
            }
        }
        Ok(passing)
    }

    /// A large group, counted kind by kind.
    pub(super) fn summed(&mut self, alike: i64) -> Result<Option<Group>, Error> {
        let mut statement = self.reader.prepare_cached(
            "SELECT count(*), max(pos), min(pos) FROM feedback INDEXED BY feedback_alike
             WHERE alike = ?1 AND alike <> 0 AND facet = ?2 AND pos >= ?3 AND pos < ?4",
        )?;
        let (mut count, mut newest, mut oldest) = (0, None, None);
        for facet in self.facets(alike)? {
            let key = params![alike, facet, self.span.first, self.span.end];
            let (n, top, low): (i64, Option<i64>, Option<i64>) =
                statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            count += n.unsigned_abs();
            newest = newest.max(top);
            oldest = oldest.into_iter().chain(low).min();
        }
        self.looked_at += count / 8; // Counting is quicker than reading.
        Ok(newest.zip(oldest).map(|(newest, oldest)| Group { count, newest, oldest }))
    }
}

pub(super) const OF_KIND: &str = "SELECT pos FROM feedback INDEXED BY feedback_alike
     WHERE alike = ?1 AND alike <> 0 AND facet = ?2 AND pos >= ?3 AND pos < ?4";
