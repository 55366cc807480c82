//! A run as it is kept: the JSON of a [`Run`] with what it is found by beside it. Made at the server's door without
//! building the payloads up in memory, or from a `Run` that is there.

use crate::{AgentId, Run, RunId, RunStatus, VersionId};

/// A run and its JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    pub id: RunId,
    pub agent: AgentId,
    pub version: Option<VersionId>,
    pub model: Option<String>,
    pub status: RunStatus,
    pub created_at_ms: Option<i64>,
    /// A [`Run`] with the same fields as here.
    pub json: Vec<u8>,
}

/// How much a run matters to a reviewer, by the feedback on it; the first is fetched first and shed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunClass {
    /// Some feedback on it is negative.
    Negative,
    /// None is negative, and some has a comment.
    Commented,
    /// Positive without a word.
    Rest,
}

impl RunClass {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Commented, Self::Rest];
}

impl RunRecord {
    /// The record of a run.
    ///
    /// # Errors
    /// None that is known: the payloads are JSON already.
    pub fn of(run: &Run) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: run.id.clone(),
            agent: run.agent.clone(),
            version: run.version.clone(),
            model: run.model.clone(),
            status: run.status,
            created_at_ms: run.created_at_ms,
            json: serde_json::to_vec(run)?,
        })
    }
}
