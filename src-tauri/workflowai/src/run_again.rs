//! Running an agent on an input, with a version or with the properties of a draft. Costs money at the
//! server's provider: never sent twice.

use domain::{AgentId, RunId, VersionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::Result;
use crate::runs::WireRunVersion;
use crate::transport::Call;

/// What to run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RunVersion {
    /// A hash, `major.minor`, or the name of an environment.
    Named(String),
    /// A draft: `model` is required.
    Properties(Value),
}

/// One run to make.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRequest {
    #[serde(rename = "task_input")]
    pub input: Value,
    pub version: RunVersion,
    /// `auto`, `always` or `never`. An answer from the cache has the run id of the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_cache: Option<String>,
    /// Strings in it that look like JSON come back as what they look like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct RunAnswer {
    /// The run is stored after this answer: reading it at once may find nothing.
    pub id: RunId,
    pub output: Value,
    pub version: Option<VersionId>,
    pub model: Option<String>,
    pub duration_s: Option<f64>,
    pub cost_usd: Option<f64>,
    pub feedback_token: Option<String>,
    /// Calls for the client to make, in place of an output.
    pub tool_call_requests: Option<Value>,
}

#[derive(Deserialize)]
pub(crate) struct WireRunAnswer {
    id: String,
    #[serde(default)]
    task_output: Value,
    version: Option<WireRunVersion>,
    duration_seconds: Option<f64>,
    cost_usd: Option<f64>,
    feedback_token: Option<String>,
    tool_call_requests: Option<Value>,
}

impl WireRunAnswer {
    pub(crate) fn into_domain(self) -> RunAnswer {
        let model = self.version.as_ref().and_then(WireRunVersion::model);
        RunAnswer {
            id: RunId::new(self.id),
            output: self.task_output,
            version: self.version.and_then(|version| version.id).map(VersionId::new),
            model,
            duration_s: self.duration_seconds,
            cost_usd: self.cost_usd,
            feedback_token: self.feedback_token,
            tool_call_requests: self.tool_call_requests,
        }
    }
}

impl Client {
    /// Runs the agent. A failure of the model's provider is [`crate::Error::Rejected`] (400, 424) or
    /// [`crate::Error::Throttled`]; an API key is enough.
    pub async fn run_again(
        &self,
        agent: &AgentId,
        schema_id: u32,
        request: &RunRequest,
    ) -> Result<RunAnswer> {
        let url = self.agent_url(agent, &["schemas", &schema_id.to_string(), "run"])?;
        let call = Call::post("run again", url, request).slow();
        Ok(self.transport.json::<WireRunAnswer>(call).await?.into_domain())
    }
}
