//! The votes in memory, as columns. Which rows belong to it is decided by whoever hands them over.

use std::fmt;

use polars::prelude::*;

use crate::error::{Error, Result};

/// Stands for "no version known" and "anonymous" in [`Columns`].
pub const NONE: u32 = u32::MAX;

pub(crate) const CREATED_AT_MS: &str = "created_at_ms";
pub(crate) const POSITIVE: &str = "positive";
pub(crate) const AGENT: &str = "agent";
pub(crate) const VERSION: &str = "version";
pub(crate) const VOTER: &str = "voter";

/// One row per feedback, as plain vectors of the same length.
///
/// Agents, versions and users are numbers of the caller's choice, without a gap or not; one user has
/// one number across all agents. Rows may come in any order; of two votes in the same millisecond the
/// later row counts as the later vote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    pub created_at_ms: Vec<i64>,
    pub positive: Vec<bool>,
    pub agent: Vec<u32>,
    /// [`NONE`] where the run, and so its version, is not known.
    pub version: Vec<u32>,
    /// [`NONE`] for an anonymous vote.
    pub user: Vec<u32>,
}

/// Votes ready to be counted: sorted by time. Cloning is cheap, the columns are shared.
#[derive(Clone)]
pub struct Frame {
    votes: DataFrame,
    span_ms: Option<(i64, i64)>,
}

impl Frame {
    /// Takes the columns over. Keep the frame until the rows behind it change.
    ///
    /// # Errors
    /// [`Error::UnequalColumns`] if one is longer than another.
    pub fn new(columns: Columns) -> Result<Self> {
        columns.check()?;
        let span_ms = columns
            .created_at_ms
            .iter()
            .min()
            .copied()
            .zip(columns.created_at_ms.iter().max().copied());
        let is_sorted = columns.created_at_ms.is_sorted();
        let votes = DataFrame::new(columns.created_at_ms.len(), columns.into_series())?;
        let votes = if is_sorted {
            votes
        } else {
            // "The last vote of a user" is the last row of a group: the order must be kept.
            let keep_order = SortMultipleOptions::default().with_maintain_order(true);
            votes.sort([CREATED_AT_MS], keep_order)?
        };
        Ok(Self { votes, span_ms })
    }

    /// The number of votes.
    pub fn len(&self) -> usize {
        self.votes.height()
    }

    /// Whether there is no vote at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The times of the first and the last vote, in UTC milliseconds.
    pub fn span_ms(&self) -> Option<(i64, i64)> {
        self.span_ms
    }

    pub(crate) fn lazy(&self) -> LazyFrame {
        self.votes.clone().lazy()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("len", &self.len()).field("span_ms", &self.span_ms).finish()
    }
}

impl Columns {
    fn check(&self) -> Result<()> {
        let expected = self.created_at_ms.len();
        [
            (POSITIVE, self.positive.len()),
            (AGENT, self.agent.len()),
            (VERSION, self.version.len()),
            ("user", self.user.len()),
        ]
        .into_iter()
        .find(|&(_, found)| found != expected)
        .map_or(Ok(()), |(column, found)| Err(Error::UnequalColumns { column, expected, found }))
    }

    fn into_series(self) -> Vec<Column> {
        // Anonymous votes have nobody in common: each is a voter of its own, numbered past the users.
        let voter: Vec<u64> = (1_u64 << 32..)
            .zip(&self.user)
            .map(|(nobody, &user)| if user == NONE { nobody } else { user.into() })
            .collect();
        vec![
            Column::new(CREATED_AT_MS.into(), self.created_at_ms),
            Column::new(POSITIVE.into(), self.positive),
            Column::new(AGENT.into(), self.agent),
            Column::new(VERSION.into(), self.version),
            Column::new(VOTER.into(), voter),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_unequal_length_are_refused_by_name() {
        let columns = Columns {
            created_at_ms: vec![1, 2],
            positive: vec![true, false],
            agent: vec![0, 0],
            version: vec![0],
            user: vec![0, 0],
        };
        let error = Frame::new(columns).expect_err("a version is missing");
        assert_eq!(error.to_string(), "column version has 1 rows where created_at_ms has 2");
    }

    #[test]
    fn an_empty_frame_has_no_span() {
        let frame = Frame::new(Columns::default()).expect("no rows are fine");
        assert!(frame.is_empty());
        assert_eq!(frame.span_ms(), None);
    }
}
