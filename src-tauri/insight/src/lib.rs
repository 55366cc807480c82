//! Trends over feedback: satisfaction rates with their uncertainty, by time, agent and version.
//! The only crate that names polars. It reads plain columns and gives plain numbers: no store, no
//! clock, no time zone data (the caller passes the offset) and no wire types.

mod calendar;
mod compare;
mod error;
mod frame;
mod interval;
mod tally;
mod trend;

pub use calendar::{Bucket, MAX_BUCKETS};
pub use compare::{Comparison, Totals, Verdict, compare};
pub use error::{Error, Result};
pub use frame::{Columns, Frame, NONE};
pub use interval::{Interval, Z_95, newcombe_difference, wilson};
pub use trend::{
    AgentRate, FEW, TrendPoint, TrendQuery, VersionRate, by_agent, by_version, total, trend,
};
