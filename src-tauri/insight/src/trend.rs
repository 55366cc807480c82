//! Satisfaction over time, and by version and agent. What a chart does with it is not decided here,
//! apart from the two marks it must show: a bucket still filling and a bucket with few votes.

use std::fmt;

use polars::prelude::{col, lit};

use crate::calendar::{Bucket, limits};
use crate::compare::Totals;
use crate::error::Result;
use crate::frame::{AGENT, Frame, NONE, VERSION};
use crate::interval::Interval;
use crate::tally::{Tally, bucket_number, tally};

/// Fewer votes than this are shown hollow and decide nothing.
pub const FEW: u64 = 10;

/// Which votes are counted, and how.
#[derive(Clone, Copy)]
pub struct TrendQuery<'a> {
    /// `None`: all agents. An empty list: none.
    pub agents: Option<&'a [u32]>,
    /// UTC milliseconds, inclusive.
    pub from_ms: i64,
    /// UTC milliseconds, exclusive.
    pub to_ms: i64,
    /// Read by [`trend`] only.
    pub bucket: Bucket,
    /// Counts the last vote of each user in each point, version, agent or total, whichever is asked
    /// for; so points do not add up to the total. Anonymous votes all count, nothing joins them.
    pub one_vote_per_user: bool,
    /// The present, in UTC milliseconds. Read by [`trend`] only.
    pub now_ms: i64,
    /// How far local time is ahead of UTC at a UTC time, both in milliseconds. Read by [`trend`] only.
    pub utc_offset_ms: &'a dyn Fn(i64) -> i64,
}

/// One bucket of a trend. Votes outside the query's range are not in it, also where the bucket
/// reaches further than the range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendPoint {
    /// The start of the bucket by local clocks, in UTC milliseconds.
    pub start_ms: i64,
    /// Where the next bucket starts.
    pub end_ms: i64,
    pub positive: u64,
    pub negative: u64,
    /// With its 95 % interval (Wilson). `None` without votes: a gap in the line, never 0.
    pub rate: Option<Interval>,
    /// The bucket's end is still to come: to be dotted.
    pub unfinished: bool,
    /// The range begins or ends inside this bucket, so votes of it are left out.
    pub cut: bool,
    /// Fewer than [`FEW`] votes, none included.
    pub few: bool,
}

/// One version's votes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VersionRate {
    /// `None`: feedback whose version is not known.
    pub version: Option<u32>,
    pub positive: u64,
    pub negative: u64,
    pub rate: Option<Interval>,
    /// The first vote in the range, in UTC milliseconds.
    pub first_ms: i64,
    /// The last vote in the range, in UTC milliseconds.
    pub last_ms: i64,
}

/// One agent's votes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgentRate {
    pub agent: u32,
    pub positive: u64,
    pub negative: u64,
    pub rate: Option<Interval>,
    /// The first vote in the range, in UTC milliseconds.
    pub first_ms: i64,
    /// The last vote in the range, in UTC milliseconds.
    pub last_ms: i64,
}

/// Counts votes per bucket. Every bucket of the range comes, in order, also those without votes; an
/// empty range has none.
///
/// # Errors
/// A range of more than [`crate::MAX_BUCKETS`] buckets, or outside the calendar.
///
/// ```
/// use insight::{Bucket, Columns, Frame, TrendQuery, trend};
///
/// const DAY_MS: i64 = 86_400_000;
/// let frame = Frame::new(Columns {
///     created_at_ms: vec![0, 1_000, 2 * DAY_MS],
///     positive: vec![true, false, true],
///     agent: vec![0, 0, 1],
///     version: vec![0, 0, 1],
///     user: vec![0, 1, 0],
/// })?;
/// let points = trend(
///     &frame,
///     &TrendQuery {
///         agents: None,
///         from_ms: 0,
///         to_ms: 3 * DAY_MS,
///         bucket: Bucket::Day,
///         one_vote_per_user: false,
///         now_ms: 2 * DAY_MS + 5,
///         utc_offset_ms: &|_| 0,
///     },
/// )?;
/// let rates: Vec<_> = points.iter().map(|point| point.rate.map(|rate| rate.value)).collect();
/// assert_eq!(rates, [Some(0.5), None, Some(1.0)]);
/// assert!(points[2].unfinished && !points[1].unfinished);
/// # Ok::<(), insight::Error>(())
/// ```
pub fn trend(frame: &Frame, query: &TrendQuery<'_>) -> Result<Vec<TrendPoint>> {
    let limits = limits(query.bucket, query.from_ms, query.to_ms, query.utc_offset_ms)?;
    if limits.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts = vec![(0, 0); limits.len() - 1];
    for found in tally(frame, query, bucket_number(limits.clone()))? {
        counts[found.group as usize] = (found.positive, found.negative);
    }
    Ok(limits
        .windows(2)
        .zip(counts)
        .map(|(bucket, (positive, negative))| {
            point(query, bucket[0], bucket[1], Totals::of(positive, negative))
        })
        .collect())
}

/// All votes of the range together.
///
/// # Errors
/// Only if the computation itself fails.
pub fn total(frame: &Frame, query: &TrendQuery<'_>) -> Result<Totals> {
    let found = tally(frame, query, lit(0_u32))?;
    Ok(found.first().map_or(Totals::of(0, 0), |found| Totals::of(found.positive, found.negative)))
}

/// Votes per version, in the order in which versions got their first vote; the unknown one last.
///
/// # Errors
/// Only if the computation itself fails.
pub fn by_version(frame: &Frame, query: &TrendQuery<'_>) -> Result<Vec<VersionRate>> {
    let mut found = tally(frame, query, col(VERSION))?;
    found.sort_unstable_by_key(|found| (found.group == NONE, found.first_ms, found.group));
    Ok(found.into_iter().map(VersionRate::from).collect())
}

/// Votes per agent, by the caller's number of the agent.
///
/// # Errors
/// Only if the computation itself fails.
pub fn by_agent(frame: &Frame, query: &TrendQuery<'_>) -> Result<Vec<AgentRate>> {
    let mut found = tally(frame, query, col(AGENT))?;
    found.sort_unstable_by_key(|found| found.group);
    Ok(found.into_iter().map(AgentRate::from).collect())
}

fn point(query: &TrendQuery<'_>, start_ms: i64, end_ms: i64, totals: Totals) -> TrendPoint {
    TrendPoint {
        start_ms,
        end_ms,
        positive: totals.positive,
        negative: totals.negative,
        rate: totals.rate,
        unfinished: end_ms > query.now_ms,
        cut: start_ms < query.from_ms || end_ms > query.to_ms,
        few: totals.few(),
    }
}

impl From<Tally> for VersionRate {
    fn from(found: Tally) -> Self {
        Self {
            version: (found.group != NONE).then_some(found.group),
            positive: found.positive,
            negative: found.negative,
            rate: Totals::of(found.positive, found.negative).rate,
            first_ms: found.first_ms,
            last_ms: found.last_ms,
        }
    }
}

impl From<Tally> for AgentRate {
    fn from(found: Tally) -> Self {
        Self {
            agent: found.group,
            positive: found.positive,
            negative: found.negative,
            rate: Totals::of(found.positive, found.negative).rate,
            first_ms: found.first_ms,
            last_ms: found.last_ms,
        }
    }
}

impl fmt::Debug for TrendQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrendQuery")
            .field("agents", &self.agents)
            .field("from_ms", &self.from_ms)
            .field("to_ms", &self.to_ms)
            .field("bucket", &self.bucket)
            .field("one_vote_per_user", &self.one_vote_per_user)
            .field("now_ms", &self.now_ms)
            .finish_non_exhaustive()
    }
}
