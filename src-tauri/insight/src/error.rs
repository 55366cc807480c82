//! What can go wrong between columns and a trend.

use polars::error::PolarsError;

/// Why there is no frame or no trend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The columns do not describe the same rows.
    #[error("column {column} has {found} rows where created_at_ms has {expected}")]
    UnequalColumns { column: &'static str, expected: usize, found: usize },
    /// More points than any chart can show; a longer bucket is the way out.
    #[error("the range has more than {limit} buckets; choose a longer bucket")]
    TooManyBuckets { limit: usize },
    /// A time so far out that no calendar date belongs to it.
    #[error("{at_ms} ms is outside the calendar")]
    OutsideCalendar { at_ms: i64 },
    /// The computation itself failed.
    #[error("the trend could not be computed")]
    Polars(#[from] PolarsError),
}

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
