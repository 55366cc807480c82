//! Pages with one row for all that is alike: the first of each group that the filter lets through. However much lies
//! between two rows, a page looks at so much and no more: it may hold fewer rows than asked for, even none, and still
//! tell where the next begins.

use std::collections::HashSet;

use domain::ConnectionId;
use rusqlite::Connection;

use super::filter::FeedbackFilter;
use super::find::{self, Way};
use super::groups::{Alike, alike_at, told};
use super::passing::Passing;
use super::similar::Similar;
use crate::Error;

/// What a page may look at before it ends. Few in debug builds, so that tests see pages end early.
const MOST: u64 = if cfg!(debug_assertions) { 12 } else { 6_000 };

/// A page: each row's position and what it stands for, and behind which position the next one begins.
pub(super) struct Collapsed {
    pub(super) rows: Vec<(i64, Option<Alike>)>,
    pub(super) next: Option<i64>,
}

/// The first of each group, one way through time; `similar` is what the filter's `like` found.
pub(super) fn first(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    way: Way,
    mut behind: Option<i64>,
    limit: usize,
) -> Result<Collapsed, Error> {
    let Some(mut passing) = Passing::of(reader, connection, filter, similar) else {
        return Ok(Collapsed { rows: Vec::new(), next: None });
    };
    // On the first page the first that is met of a group stands for it; further down it may be on a page before.
    let is_first = behind.is_none();
    let (mut rows, mut met) = (Vec::new(), HashSet::new());
    let mut batch = limit.saturating_add(1);
    loop {
        let found = find::first(reader, connection, filter, similar, way, behind, batch)?;
        let is_last = found.len() < batch;
        for pos in found {
            if rows.len() == limit || passing.looked_at >= MOST {
                return Ok(Collapsed { rows, next: behind });
            }
            passing.looked_at += 1;
            behind = Some(pos);
            let Some((alike, why)) = alike_at(reader, pos)? else {
                rows.push((pos, None));
                continue;
            };
            if !met.insert(alike) {
                continue;
            }
            let Some(group) = passing.group(alike)? else { continue };
            if is_first || group.first(way) == pos {
                rows.push((pos, told(&mut passing, alike, why, group.count)?));
            }
        }
        if is_last {
            return Ok(Collapsed { rows, next: None });
        }
        batch = batch.saturating_mul(2).min(4_096);
    }
}

/// The first of each group in an order that knows nothing of time.
pub(super) fn first_of_each(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    similar: Option<&Similar>,
    ordered: &[i64],
) -> Result<Vec<(i64, Option<Alike>)>, Error> {
    let Some(mut passing) = Passing::of(reader, connection, filter, similar) else {
        return Ok(Vec::new());
    };
    let (mut rows, mut met) = (Vec::new(), HashSet::new());
    for pos in ordered {
        let Some((alike, why)) = alike_at(reader, *pos)? else {
            rows.push((*pos, None));
            continue;
        };
        if met.insert(alike) {
            let count = passing.group(alike)?.map_or(0, |group| group.count);
            rows.push((*pos, told(&mut passing, alike, why, count)?));
        }
    }
    Ok(rows)
}
