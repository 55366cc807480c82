//! The first of many positions, going one way through time: what is offered is kept as long as it is good enough.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rusqlite::{Statement, params};

use super::filter::Span;
use crate::Error;
use crate::facets::Facet;

/// Which way a list goes through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    NewestFirst,
    OldestFirst,
}

impl Way {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::NewestFirst => "DESC",
            Self::OldestFirst => "ASC",
        }
    }

    /// Whether a position comes later than another.
    pub(super) fn is_behind(self, pos: i64, other: i64) -> bool {
        self.key(pos) < self.key(other)
    }

    /// The greater, the earlier it comes.
    fn key(self, pos: i64) -> i64 {
        match self {
            Self::NewestFirst => pos,
            Self::OldestFirst => -pos,
        }
    }
}

/// The first of the positions offered, going one way through time.
pub(super) struct Foremost {
    pub(super) way: Way,
    pub(super) wanted: usize,
    /// By their keys.
    last_first: BinaryHeap<Reverse<i64>>,
}

impl Foremost {
    /// The newest.
    pub(super) fn of(wanted: usize) -> Self {
        Self::going(Way::NewestFirst, wanted)
    }

    pub(super) fn going(way: Way, wanted: usize) -> Self {
        Self { way, wanted, last_first: BinaryHeap::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.last_first.len() >= self.wanted
    }

    /// Takes a position unless there are enough better ones.
    pub(super) fn offer(&mut self, pos: i64) -> bool {
        let key = self.way.key(pos);
        if self.is_full() {
            if self.last_first.peek().is_none_or(|last| key <= last.0) {
                return false;
            }
            self.last_first.pop();
        }
        self.last_first.push(Reverse(key));
        true
    }

    /// Where anything good enough lies.
    pub(super) fn within(&self, span: Span) -> Span {
        let Some(last) = self.last_first.peek().filter(|_| self.is_full()) else { return span };
        match self.way {
            Way::NewestFirst => Span { first: (last.0 + 1).max(span.first), ..span },
            Way::OldestFirst => Span { end: (-last.0).min(span.end), ..span },
        }
    }

    /// Below this, nothing is good enough.
    pub(super) fn floor(&self, span: Span) -> i64 {
        self.within(span).first
    }

    /// Takes what is good enough of one kind. `false`: neither this one nor any whose newest is older can
    /// add anything.
    pub(super) fn take(
        &mut self,
        of_kind: &mut Statement<'_>,
        facet: Facet,
        span: Span,
    ) -> Result<bool, Error> {
        let within = self.within(span);
        if facet.newest < within.first || self.wanted == 0 {
            return Ok(false);
        }
        let mut rows = of_kind.query(params![facet.id, within.first, within.end])?;
        while let Some(row) = rows.next()? {
            if !self.offer(row.get(0)?) {
                break;
            }
        }
        Ok(true)
    }

    pub(super) fn in_order(self) -> Vec<i64> {
        // Reversed numbers in ascending order: the greatest key first.
        let keys = self.last_first.into_sorted_vec().into_iter().map(|key| key.0);
        keys.map(|key| self.way.key(key)).collect()
    }
}
