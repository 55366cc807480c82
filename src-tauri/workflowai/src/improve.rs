//! `versions/improve`: better instructions out of a complaint. The server reports a failure as a 200
//! with the old properties (contract, 0.6); here it is an error.

use domain::{AgentId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::sse::Events;
use crate::transport::Call;

/// The changelog the server writes when it could not improve anything.
const FAILED: &str = "Failed to improve prompt";

/// What to improve. At least one of the first three is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImproveRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<String>,
    /// Send the version's own instructions beside `run_id`: if they hold `{{variables}}`, the server
    /// fails without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// What is wrong; may be empty. The server fetches URLs in it.
    pub user_evaluation: String,
}

impl ImproveRequest {
    /// The form that works for every version with instructions.
    pub fn of_run(run: RunId, instructions: String, user_evaluation: String) -> Self {
        let (run_id, instructions) = (Some(run), Some(instructions));
        Self { run_id, variant_id: None, instructions, user_evaluation }
    }
}

/// Improved properties. Nothing was saved. In a stream each is the whole so far, cut off anywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Improved {
    /// All properties if the request named a run, else the instructions and little more. A version's
    /// `messages` come back untouched: for those there is `improve_messages`.
    pub properties: Value,
    pub changelog: Vec<String>,
}

impl Improved {
    /// The instructions, as far as they have come.
    pub fn instructions(&self) -> Option<&str> {
        self.properties.get("instructions")?.as_str()
    }

    /// A result without instructions, or with the server's word of failure, is none.
    pub(crate) fn is_failure(&self) -> bool {
        self.instructions().is_none() || self.changelog.iter().any(|line| line == FAILED)
    }
}

#[derive(Deserialize)]
pub(crate) struct WireImproved {
    improved_properties: Option<Map<String, Value>>,
    changelog: Option<Vec<String>>,
}

impl WireImproved {
    pub(crate) fn into_domain(self) -> Improved {
        Improved {
            properties: Value::Object(self.improved_properties.unwrap_or_default()),
            changelog: self.changelog.unwrap_or_default(),
        }
    }
}

const NAME: &str = "improvement";

/// Improvements as they grow.
pub struct ImproveStream {
    events: Events,
    last_failed: bool,
    closed: bool,
}

impl ImproveStream {
    /// The next state; `None` at the end. Only when the end comes without an error was the last state
    /// the result: a stream that ends in failure gives [`Error::ImproveFailed`] first.
    pub async fn next(&mut self) -> Option<Result<Improved>> {
        if self.closed {
            return None;
        }
        let next = match self.events.next().await {
            Some(Ok(event)) => Some(self.read(event)),
            Some(Err(error)) => Some(Err(error)),
            None => self.last_failed.then_some(Err(Error::ImproveFailed)),
        };
        self.closed = !matches!(next, Some(Ok(_)));
        next
    }

    fn read(&mut self, event: Value) -> Result<Improved> {
        let wire = serde_json::from_value::<WireImproved>(event);
        let improved = wire.map_err(|_| Error::Unexpected { request: NAME })?.into_domain();
        self.last_failed = improved.is_failure();
        Ok(improved)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    request: &'a ImproveRequest,
    stream: bool,
}

impl Client {
    /// Improved instructions, all at once. An API key is enough.
    pub async fn improve(&self, agent: &AgentId, request: &ImproveRequest) -> Result<Improved> {
        let call = self.improve_call(agent, request, false)?;
        let improved = self.transport.json::<WireImproved>(call).await?.into_domain();
        if improved.is_failure() { Err(Error::ImproveFailed) } else { Ok(improved) }
    }

    /// Improved instructions as they are written.
    pub async fn improve_stream(
        &self,
        agent: &AgentId,
        request: &ImproveRequest,
    ) -> Result<ImproveStream> {
        let opened = self.transport.open(self.improve_call(agent, request, true)?).await?;
        let events = Events::new(NAME, opened, self.transport.max_body_bytes);
        Ok(ImproveStream { events, last_failed: false, closed: false })
    }

    fn improve_call(
        &self,
        agent: &AgentId,
        request: &ImproveRequest,
        stream: bool,
    ) -> Result<Call> {
        let url = self.agent_url(agent, &["versions", "improve"])?;
        Ok(Call::post(NAME, url, &Body { request, stream }).slow())
    }
}
