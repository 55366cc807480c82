//! Satisfaction over time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The width of a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BucketView {
    Day,
    /// Monday to Sunday.
    Week,
    Month,
}

/// A rate with its 95 % interval; all three in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
pub struct RateView {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// One point in time.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct TrendPointView {
    pub start_ms: i64,
    pub end_ms: i64,
    pub positive: u64,
    pub negative: u64,
    /// `null`: no votes; a gap, never 0.
    pub rate: Option<RateView>,
    /// The time is not over.
    pub unfinished: bool,
    /// Too few votes to trust the point.
    pub few: bool,
}

/// How a version's start is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    Deployed,
    FirstSeen,
}

/// A version's start on the time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MarkView {
    pub at_ms: i64,
    pub agent: String,
    pub label: String,
    pub kind: MarkKind,
}

/// One version's satisfaction within the range.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct VersionRateView {
    pub version: String,
    pub agent: String,
    pub label: String,
    pub model: Option<String>,
    pub since_ms: Option<i64>,
    pub since_kind: MarkKind,
    pub positive: u64,
    pub negative: u64,
    pub rate: Option<RateView>,
}

/// One agent's satisfaction within the range.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AgentRateView {
    pub agent: String,
    pub positive: u64,
    pub negative: u64,
    pub rate: Option<RateView>,
}

/// What Trends shows.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct TrendsView {
    /// One honest sentence.
    pub headline: String,
    /// What it rests on.
    pub basis: String,
    pub points: Vec<TrendPointView>,
    pub positive: u64,
    pub negative: u64,
    pub rate: Option<RateView>,
    pub marks: Vec<MarkView>,
    /// Newest first.
    pub versions: Vec<VersionRateView>,
    /// All agents, also those not chosen, by name.
    pub agents: Vec<AgentRateView>,
    /// The oldest feedback in the cache.
    pub first_ms: Option<i64>,
}
