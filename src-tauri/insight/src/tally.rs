//! The one group-by behind every trend: filter, name the group of each vote, count.

use polars::prelude::*;

use crate::error::Result;
use crate::frame::{AGENT, CREATED_AT_MS, Frame, POSITIVE, VOTER};
use crate::trend::TrendQuery;

const GROUP: &str = "group";
const VOTES: &str = "votes";
const FIRST_MS: &str = "first_ms";
const LAST_MS: &str = "last_ms";

/// What was counted of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) group: u32,
    pub(crate) positive: u64,
    pub(crate) negative: u64,
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
}

/// Counts the query's votes by `group`, an expression that gives a `u32` for each vote. Groups come in
/// no particular order; those without votes do not come.
pub(crate) fn tally(frame: &Frame, query: &TrendQuery<'_>, group: Expr) -> Result<Vec<Tally>> {
    // The cast gives literals a type; columns have theirs already.
    let group = group.cast(DataType::UInt32).alias(GROUP);
    let votes = chosen(frame, query).with_column(group);
    let voices = if query.one_vote_per_user {
        votes.group_by([col(GROUP), col(VOTER)]).agg([
            // Rows of a group keep the frame's order, and the frame is sorted by time.
            col(POSITIVE).last(),
            col(CREATED_AT_MS).min().alias(FIRST_MS),
            col(CREATED_AT_MS).max().alias(LAST_MS),
        ])
    } else {
        let at = |name: &str| col(CREATED_AT_MS).alias(name);
        votes.select([col(GROUP), col(POSITIVE), at(FIRST_MS), at(LAST_MS)])
    };
    let counted = voices
        .group_by([col(GROUP)])
        .agg([
            col(POSITIVE).cast(DataType::UInt64).sum(),
            len().cast(DataType::UInt64).alias(VOTES),
            col(FIRST_MS).min(),
            col(LAST_MS).max(),
        ])
        .collect()?;
    rows(&counted)
}

/// The number of the bucket each vote falls into; `limits` as [`crate::calendar::limits`] gives them.
pub(crate) fn bucket_number(limits: Vec<i64>) -> Expr {
    let number = move |column: Column| {
        let of = |at_ms: i64| limits.partition_point(|&limit| limit <= at_ms).saturating_sub(1);
        let numbers: UInt32Chunked = column
            .i64()?
            .into_no_null_iter()
            .map(|at_ms| of(at_ms) as u32)
            .collect_ca(GROUP.into());
        Ok(numbers.into_column())
    };
    col(CREATED_AT_MS)
        .map(number, |_, field| Ok(Field::new(field.name().clone(), DataType::UInt32)))
}

fn chosen(frame: &Frame, query: &TrendQuery<'_>) -> LazyFrame {
    let in_range =
        col(CREATED_AT_MS).gt_eq(lit(query.from_ms)).and(col(CREATED_AT_MS).lt(lit(query.to_ms)));
    let votes = frame.lazy().filter(in_range);
    match query.agents {
        None => votes,
        Some(agents) => votes.filter(is_one_of(agents)),
    }
}

/// Written out, for polars' own `is_in` is one more feature to compile.
fn is_one_of(agents: &[u32]) -> Expr {
    let mut agents = agents.to_vec();
    agents.sort_unstable();
    let mask = move |column: Column| {
        let mask: BooleanChunked = column
            .u32()?
            .into_no_null_iter()
            .map(|agent| agents.binary_search(&agent).is_ok())
            .collect_ca(AGENT.into());
        Ok(mask.into_column())
    };
    col(AGENT).map(mask, |_, field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
}

fn rows(counted: &DataFrame) -> Result<Vec<Tally>> {
    let group = counted.column(GROUP)?.u32()?.into_no_null_iter();
    let positive = counted.column(POSITIVE)?.u64()?.into_no_null_iter();
    let votes = counted.column(VOTES)?.u64()?.into_no_null_iter();
    let first_ms = counted.column(FIRST_MS)?.i64()?.into_no_null_iter();
    let last_ms = counted.column(LAST_MS)?.i64()?.into_no_null_iter();
    Ok(group
        .zip(positive.zip(votes))
        .zip(first_ms.zip(last_ms))
        .map(|((group, (positive, votes)), (first_ms, last_ms))| Tally {
            group,
            positive,
            negative: votes - positive,
            first_ms,
            last_ms,
        })
        .collect())
}
