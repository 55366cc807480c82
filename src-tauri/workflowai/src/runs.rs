//! One run, complete, and as it is kept (`record`). Searching runs is `runs_search`; running again is `run_again`.

use domain::{AgentId, Run, RunFailure, RunId, RunStatus, VersionId};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::client::Client;
use crate::error::{Error, Missing, Result};
use crate::page::web_address;
use crate::time;
use crate::transport::{Call, parse_one};

mod record;

#[derive(Deserialize)]
pub(crate) struct WireRun {
    id: String,
    task_schema_id: Option<u32>,
    version: Option<WireRunVersion>,
    status: Option<String>,
    duration_seconds: Option<f64>,
    cost_usd: Option<f64>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    url: Option<String>,
    #[serde(default)]
    task_input: Value,
    #[serde(default)]
    task_output: Value,
    error: Option<WireFailure>,
    tool_calls: Option<Value>,
    tool_call_requests: Option<Value>,
    reasoning_steps: Option<Value>,
    conversation_id: Option<String>,
    metadata: Option<Value>,
}

#[derive(Deserialize)]
pub(crate) struct WireRunVersion {
    pub(crate) id: Option<String>,
    properties: Option<Value>,
}

impl WireRunVersion {
    pub(crate) fn model(&self) -> Option<String> {
        Some(self.properties.as_ref()?.get("model")?.as_str()?.to_owned())
    }
}

#[derive(Deserialize)]
pub(crate) struct WireFailure {
    code: Option<String>,
    message: Option<String>,
    details: Option<Value>,
}

impl WireFailure {
    pub(crate) fn into_domain(self) -> RunFailure {
        RunFailure { code: self.code, message: self.message, details: self.details }
    }
}

/// The server's word; without one, an error makes a failure.
pub(crate) fn status_of(word: Option<&str>, has_error: bool) -> RunStatus {
    match word {
        Some("failure") => RunStatus::Failure,
        Some("success") => RunStatus::Success,
        _ if has_error => RunStatus::Failure,
        _ => RunStatus::Success,
    }
}

/// A page to open in a browser, or nothing: an address of another kind could be made to do things.
pub(crate) fn web_page(url: Option<String>) -> Option<String> {
    url.filter(|url| web_address(url).is_some())
}

impl WireRun {
    pub(crate) fn into_domain(self, agent: &AgentId) -> Run {
        let (version, model) = match self.version {
            Some(version) => (version.id.clone().map(VersionId::new), version.model()),
            None => (None, None),
        };
        Run {
            id: RunId::new(self.id),
            agent: agent.clone(),
            schema_id: self.task_schema_id,
            version,
            model,
            status: status_of(self.status.as_deref(), self.error.is_some()),
            duration_s: self.duration_seconds,
            cost_usd: self.cost_usd,
            created_at_ms: self.created_at,
            input: self.task_input,
            output: self.task_output,
            failure: self.error.map(WireFailure::into_domain),
            tool_calls: self.tool_calls,
            tool_call_requests: self.tool_call_requests,
            reasoning_steps: self.reasoning_steps,
            conversation_id: self.conversation_id,
            metadata: self.metadata,
            url: web_page(self.url),
        }
    }
}

impl Client {
    /// One run; `None` if the server says that it has no such run of this agent, or if the id is such
    /// that no server could be asked for it. Feedback may name runs that never were (contract, 0.5),
    /// and a run that has only just answered may come a moment later. Any other 404 is an error,
    /// since it may be an outage (contract, 0.12).
    pub async fn run(&self, agent: &AgentId, run: &RunId) -> Result<Option<Run>> {
        let Some(url) = self.run_url(agent, run)? else { return Ok(None) };
        match self.transport.bytes(Call::get("run", url)).await {
            Ok(body) => {
                let wire: WireRun = parse_one("run", Some(run.as_str()), &body)?;
                Ok(Some(wire.into_domain(agent)))
            }
            Err(Error::NotFound { what: Missing::Object }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where a run is; `None` for an id that no server could be asked for.
    fn run_url(&self, agent: &AgentId, run: &RunId) -> Result<Option<Url>> {
        // The agent's part has to be right; an impossible run id is an answer in itself.
        self.agent_url(agent, &[])?;
        match self.agent_url(agent, &["runs", run.as_str()]) {
            Err(Error::BadId) => Ok(None),
            other => other.map(Some),
        }
    }
}
