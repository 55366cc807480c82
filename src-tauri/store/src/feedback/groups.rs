//! Look-alikes as groups: which of a group a filter lets through, which of them is the newest, and how many they are.
//! What makes two alike is `alike`'s to say.

use domain::{ConnectionId, FeedbackId};
use rusqlite::{Connection, OptionalExtension, params};

use super::alike::UNKNOWN;
use super::filter::FeedbackFilter;
use super::find::Foremost;
use super::passing::{OF_KIND, Passing, READ};
use super::similar::Similar;
use super::{FeedbackRow, ids_at, read};
use crate::{Error, Store};

/// Of so many the users are counted: each is read for it.
const USERS_OF: u64 = if cfg!(debug_assertions) { 6 } else { 100 };

/// What one row of a list stands for besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// How many there are within mailbox and filter, the row itself included; two or more.
    pub count: u64,
    /// How many known users are behind them. `None`: the group is large, and nobody counted.
    pub users: Option<u64>,
    pub why: WhyAlike,
}

/// Why some feedback is shown as one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyAlike {
    /// The comments have the same words.
    SameWords,
    /// The same user on the same version, without a comment.
    SameUser,
}

/// Feedback that is alike, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlikeRows {
    pub rows: Vec<FeedbackRow>,
    /// How many there are.
    pub total: u64,
}

/// The number of what the feedback at a position is alike to, and why; `None`: it stands alone.
pub(super) fn alike_at(reader: &Connection, pos: i64) -> Result<Option<(i64, WhyAlike)>, Error> {
    let mut statement =
        reader.prepare_cached("SELECT alike, has_comment FROM feedback WHERE pos = ?1")?;
    let (alike, has_comment): (Option<i64>, bool) =
        statement.query_row([pos], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let why = if has_comment { WhyAlike::SameWords } else { WhyAlike::SameUser };
    Ok(alike.filter(|alike| *alike != UNKNOWN).map(|alike| (alike, why)))
}

/// What a row says of its group; `None`: there is nobody else in it.
pub(super) fn told(
    passing: &mut Passing<'_>,
    alike: i64,
    why: WhyAlike,
    count: u64,
) -> Result<Option<Alike>, Error> {
    if count < 2 {
        return Ok(None);
    }
    let users = match why {
        WhyAlike::SameUser => Some(1),
        WhyAlike::SameWords if count <= USERS_OF => Some(users(passing, alike)?),
        WhyAlike::SameWords => None,
    };
    Ok(Some(Alike { count, users, why }))
}

fn users(passing: &mut Passing<'_>, alike: i64) -> Result<u64, Error> {
    let mut statement =
        passing.reader.prepare_cached("SELECT user FROM feedback WHERE pos = ?1")?;
    let mut users = std::collections::BTreeSet::new();
    for pos in passing.positions(alike)? {
        users.extend(statement.query_row([pos], |row| row.get::<_, Option<String>>(0))?);
    }
    Ok(users.len() as u64)
}

impl Store {
    /// What of a feedback's look-alikes a filter lets through, itself included if it passes; of the newest `limit` the
    /// rows.
    pub fn alike(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        id: &FeedbackId,
        limit: usize,
    ) -> Result<AlikeRows, Error> {
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        let similar = Similar::of(&moment, connection, filter)?;
        let passing = Passing::of(&moment, connection, filter, similar.as_ref());
        let (Some(place), Some(mut passing)) = (place(&moment, connection, id)?, passing) else {
            return Ok(AlikeRows::default());
        };
        let (found, total) = passing.newest(&place, limit)?;
        Ok(AlikeRows { rows: read(&moment, &found)?, total })
    }

    /// A feedback's look-alikes, itself not among them.
    pub fn alike_besides(
        &self,
        connection: ConnectionId,
        id: &FeedbackId,
        limit: usize,
    ) -> Result<AlikeRows, Error> {
        let all = FeedbackFilter::default();
        let mut alike = self.alike(connection, &all, id, limit + 1)?;
        let row = self.feedback(connection, id)?;
        // A word that was replaced is not in the group, which is of what is current.
        if row.is_some_and(|row| row.replaced_by.is_none()) {
            alike.total = alike.total.saturating_sub(1);
        }
        alike.rows.retain(|row| row.feedback.id != *id);
        alike.rows.truncate(limit);
        Ok(alike)
    }

    /// The ids of a feedback's look-alikes that a filter lets through, itself included if it passes; the newest first.
    pub fn alike_ids(
        &self,
        connection: ConnectionId,
        filter: &FeedbackFilter,
        id: &FeedbackId,
    ) -> Result<Vec<FeedbackId>, Error> {
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        ids_at(&moment, &members(&moment, connection, filter, id)?)
    }
}

/// Where a feedback lies, and under which number its look-alikes are, if it has any.
struct Place {
    pos: i64,
    alike: Option<i64>,
}

fn place(
    reader: &Connection,
    connection: ConnectionId,
    id: &FeedbackId,
) -> Result<Option<Place>, Error> {
    let mut statement =
        reader.prepare_cached("SELECT pos FROM feedback WHERE connection = ?1 AND id = ?2")?;
    let key = params![connection.0, id.as_str()];
    let Some(pos) = statement.query_row(key, |row| row.get(0)).optional()? else {
        return Ok(None);
    };
    Ok(Some(Place { pos, alike: alike_at(reader, pos)?.map(|(alike, _)| alike) }))
}

/// The positions of a feedback's look-alikes that a filter lets through, itself included if it passes; the newest
/// first.
pub(crate) fn members(
    reader: &Connection,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    id: &FeedbackId,
) -> Result<Vec<i64>, Error> {
    let similar = Similar::of(reader, connection, filter)?;
    let passing = Passing::of(reader, connection, filter, similar.as_ref());
    let (Some(place), Some(mut passing)) = (place(reader, connection, id)?, passing) else {
        return Ok(Vec::new());
    };
    match place.alike {
        Some(alike) => passing.positions(alike),
        None => passing.alone(place.pos),
    }
}

/// The position of the newest look-alike of a feedback, itself included; `None`: nothing can be alike to it, or it is
/// not here.
pub(crate) fn newest_alike(
    reader: &Connection,
    connection: ConnectionId,
    id: &FeedbackId,
) -> Result<Option<i64>, Error> {
    let all = FeedbackFilter::default();
    let Some(Place { pos, alike: Some(alike) }) = place(reader, connection, id)? else {
        return Ok(None);
    };
    let Some(mut passing) = Passing::of(reader, connection, &all, None) else { return Ok(None) };
    let group = passing.group(alike)?;
    Ok(Some(group.map_or(pos, |group| group.newest.max(pos))))
}

/// How many look-alikes a feedback has that were made after a time; itself does not count.
pub(crate) fn alike_since(
    reader: &Connection,
    connection: ConnectionId,
    id: &FeedbackId,
    after_ms: i64,
) -> Result<u64, Error> {
    let since =
        FeedbackFilter { since_ms: Some(after_ms.saturating_add(1)), ..FeedbackFilter::default() };
    let Some(Place { pos, alike: Some(alike) }) = place(reader, connection, id)? else {
        return Ok(0);
    };
    let Some(mut passing) = Passing::of(reader, connection, &since, None) else { return Ok(0) };
    let itself = !passing.alone(pos)?.is_empty();
    let group = passing.group(alike)?;
    Ok(group.map_or(0, |group| group.count.saturating_sub(u64::from(itself))))
}

impl Passing<'_> {
    /// The newest `most` of a group that pass, and how many do.
    fn newest(&mut self, place: &Place, most: usize) -> Result<(Vec<i64>, u64), Error> {
        let Some(alike) = place.alike else {
            let alone = self.alone(place.pos)?;
            let total = alone.len() as u64;
            return Ok((alone, total));
        };
        if !self.is_by_kind() || self.first_of(alike)?.len() <= READ {
            let mut all = self.positions(alike)?;
            let total = all.len() as u64;
            all.truncate(most);
            return Ok((all, total));
        }
        let mut newest = Foremost::of(most);
        let mut statement = self.reader.prepare_cached(&format!("{OF_KIND} ORDER BY pos DESC"))?;
        for facet in self.facets(alike)? {
            let mut rows =
                statement.query(params![alike, facet, self.span.first, self.span.end])?;
            while let Some(row) = rows.next()? {
                if !newest.offer(row.get(0)?) {
                    break;
                }
            }
        }
        let total = self.summed(alike)?.map_or(0, |group| group.count);
        Ok((newest.in_order(), total))
    }

    /// One that stands alone, if it passes.
    fn alone(&mut self, pos: i64) -> Result<Vec<i64>, Error> {
        let mut statement =
            self.reader.prepare_cached("SELECT facet FROM feedback WHERE pos = ?1")?;
        let facet: Option<i64> = statement.query_row([pos], |row| row.get(0))?;
        let passes = match facet {
            Some(facet) => {
                self.is_within(pos)
                    && self.kinds.hold(self.reader, facet)?
                    && self.is_theirs(pos)?
                    && self.says(pos)?
            }
            None => false,
        };
        Ok(if passes { vec![pos] } else { Vec::new() })
    }
}
