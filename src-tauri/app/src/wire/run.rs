//! One run, ready to show.

use serde::Serialize;
use ts_rs::TS;

use super::{BodyView, ToolCallView};

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FailureView {
    pub code: Option<String>,
    pub message: Option<String>,
    /// Indented JSON.
    pub details: Option<String>,
}

/// One step of a model's reasoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ReasoningStepView {
    pub title: Option<String>,
    pub step: Option<String>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct RunView {
    pub id: String,
    pub model: Option<String>,
    /// `null` below 0.05 s.
    pub duration_s: Option<f64>,
    pub cost_usd: Option<f64>,
    pub created_at_ms: Option<i64>,
    pub input: BodyView,
    pub output: BodyView,
    pub failure: Option<FailureView>,
    /// Hosted tools that ran, and calls the run asked its client to make.
    pub tool_calls: Vec<ToolCallView>,
    pub reasoning: Vec<ReasoningStepView>,
    pub metadata: Vec<(String, String)>,
}

/// A feedback and its run as they are kept, in indented JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RawView {
    pub feedback: String,
    /// `null`: the run is not on this machine.
    pub run: Option<String>,
}

/// What the cache has of a run.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RunStateView {
    Present {
        run: Box<RunView>,
    },
    /// The server does not have it (any more).
    Missing {
        tried_at_ms: i64,
    },
    /// Left out to keep within the limit; `fetch_run` brings it. `gone_at_ms`: when the server last said that it
    /// has it no more.
    NotKept {
        gone_at_ms: Option<i64>,
    },
    /// Not fetched yet.
    Waiting,
}
