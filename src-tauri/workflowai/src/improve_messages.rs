//! `messages/improve`: better messages for versions that keep their prompt there. Always a stream.

use domain::{AgentId, Message, RunId, VersionId, messages_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::sse::Events;
use crate::transport::Call;

/// What to improve; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImproveMessagesRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// In place of the version's own messages, as a draft; in the server's form and spelling.
    #[serde(rename = "overriden_messages", skip_serializing_if = "Option::is_none")]
    pub messages: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub improvement_instructions: Option<String>,
}

/// Improved messages: the whole so far, cut off anywhere. Their number may differ from the version's.
#[derive(Clone, Debug, PartialEq)]
pub struct ImprovedMessages {
    /// In the server's form, as a version's `properties.messages` takes it.
    pub raw: Value,
    /// The same, to be read; empty if it is no conversation yet.
    pub messages: Vec<Message>,
    pub changelog: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct WireImprovedMessages {
    #[serde(default)]
    improved_messages: Value,
    changelog: Option<Vec<String>>,
}

impl WireImprovedMessages {
    pub(crate) fn into_domain(self) -> ImprovedMessages {
        ImprovedMessages {
            messages: messages_of(&self.improved_messages).unwrap_or_default(),
            raw: self.improved_messages,
            changelog: self.changelog.unwrap_or_default(),
        }
    }
}

const NAME: &str = "message improvement";

/// Messages as they grow.
pub struct MessagesStream {
    events: Events,
}

impl MessagesStream {
    /// The next state; `None` at the end, and the state before it was the result.
    /// After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<ImprovedMessages>> {
        let event = match self.events.next().await? {
            Ok(event) => event,
            Err(error) => return Some(Err(error)),
        };
        let wire = serde_json::from_value::<WireImprovedMessages>(event);
        Some(
            wire.map(WireImprovedMessages::into_domain)
                .map_err(|_| Error::Unexpected { request: NAME }),
        )
    }
}

impl Client {
    /// Improves a version's messages. Takes the hash only; a version without messages is
    /// [`Error::Rejected`]. An API key is enough.
    pub async fn improve_messages(
        &self,
        agent: &AgentId,
        version: &VersionId,
        request: &ImproveMessagesRequest,
    ) -> Result<MessagesStream> {
        let url = self.agent_url(agent, &["versions", version.as_str(), "messages", "improve"])?;
        let opened = self.transport.open(Call::post(NAME, url, request).slow()).await?;
        Ok(MessagesStream { events: Events::new(NAME, opened, self.transport.max_body_bytes) })
    }
}
