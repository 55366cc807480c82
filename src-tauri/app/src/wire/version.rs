//! Versions, the instructions in them, and what changed between two.

use serde::Serialize;
use ts_rs::TS;

use super::MessageView;

/// Where and when a version was deployed, also if another has taken its place since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DeploymentView {
    pub environment: String,
    /// `null`: the server did not say.
    pub deployed_at_ms: Option<i64>,
    /// When a sync saw it for the first time.
    pub first_seen_ms: i64,
}

/// A version in a line.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct VersionSummaryView {
    pub id: String,
    pub agent: String,
    /// `3.2`, or the beginning of the hash.
    pub label: String,
    pub model: String,
    pub created_at_ms: Option<i64>,
    /// Newest first.
    pub deployments: Vec<DeploymentView>,
    /// The first run of it in the cache.
    pub first_seen_ms: Option<i64>,
    pub positive: u64,
    pub negative: u64,
}

/// The text that steers a version.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromptView {
    Instructions {
        text: String,
    },
    Messages {
        messages: Vec<MessageView>,
    },
    Both {
        instructions: String,
        messages: Vec<MessageView>,
    },
    /// The version has none; these are the run's own system messages.
    InEachRun {
        messages: Vec<MessageView>,
    },
}

/// One version in full.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct VersionView {
    pub summary: VersionSummaryView,
    pub temperature: Option<f64>,
    pub notes: Option<String>,
    pub prompt: PromptView,
    /// Other properties, name and value, without the prompt.
    pub properties: Vec<(String, String)>,
}

/// What a stretch of text is in a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    Same,
    Added,
    Removed,
}

/// A stretch of text in a diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DiffSpanView {
    pub kind: DiffKind,
    pub text: String,
}

/// Word by word from one text to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DiffView {
    pub spans: Vec<DiffSpanView>,
    pub added_words: u64,
    pub removed_words: u64,
}

/// The instructions behind a feedback: the version, its siblings, and the change against one of them.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct InstructionsView {
    pub version: VersionView,
    /// All versions of the agent in the cache, newest first.
    pub versions: Vec<VersionSummaryView>,
    /// The version compared with: the one before, unless another was asked for. `null` for the first.
    pub against: Option<VersionSummaryView>,
    pub diff: Option<DiffView>,
}
