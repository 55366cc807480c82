//! One run of an agent: what went in, what came out, at what price. A run never changes once stored.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AgentId, Message, RunId, VersionId, messages_of};

/// The input key under which chat runs keep their conversation.
const MESSAGES_KEY: &str = "workflowai.messages";

/// Whether a run answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    Success,
    Failure,
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFailure {
    pub code: Option<String>,
    pub message: Option<String>,
    pub details: Option<Value>,
}

/// One run, complete. The free payloads are kept as the server wrote them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub agent: AgentId,
    pub schema_id: Option<u32>,
    pub version: Option<VersionId>,
    /// Model id, as in `gpt-4o-2024-11-20`.
    pub model: Option<String>,
    pub status: RunStatus,
    /// Rounded to 0.1 s by the server and absent below 0.05 s.
    pub duration_s: Option<f64>,
    pub cost_usd: Option<f64>,
    pub created_at_ms: Option<i64>,
    pub input: Value,
    pub output: Value,
    pub failure: Option<RunFailure>,
    /// Hosted tools that ran: `[{id, name, input_preview, output_preview?, error?}]`.
    pub tool_calls: Option<Value>,
    /// Calls for the client to make: `[{id, name, input}]`.
    pub tool_call_requests: Option<Value>,
    /// `[{title?, step?}]`.
    pub reasoning_steps: Option<Value>,
    pub conversation_id: Option<String>,
    pub metadata: Option<Value>,
    /// The server's own page for this run.
    pub url: Option<String>,
}

/// An input or output by kind.
#[derive(Clone, Debug, PartialEq)]
pub enum RunBody<'a> {
    /// Nothing there: failed runs, pure tool call requests, private fields.
    Empty,
    Text(&'a str),
    /// Name and value, in the server's order.
    Fields(Vec<(&'a str, &'a Value)>),
    /// A conversation, and the template variables beside it.
    Messages {
        messages: Vec<Message>,
        variables: Vec<(&'a str, &'a Value)>,
    },
    /// Neither object nor text.
    Value(&'a Value),
}

impl<'a> RunBody<'a> {
    /// Reads a payload for what it is.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::String(text) => Self::Text(text),
            Value::Object(object) if object.is_empty() => Self::Empty,
            Value::Object(object) => {
                let fields = |skip: &str| {
                    object
                        .iter()
                        .filter(|(name, _)| *name != skip)
                        .map(|(name, value)| (name.as_str(), value))
                        .collect()
                };
                match object.get(MESSAGES_KEY).and_then(messages_of) {
                    Some(messages) => Self::Messages { messages, variables: fields(MESSAGES_KEY) },
                    None => Self::Fields(fields("")),
                }
            }
            other => Self::Value(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_is_read_for_the_kind_of_thing_it_is() {
        assert_eq!(RunBody::of(&json!({})), RunBody::Empty);
        assert_eq!(RunBody::of(&json!("hi")), RunBody::Text("hi"));
        let chat =
            json!({"workflowai.messages": [{"role": "user", "content": "hi"}], "city": "Gent"});
        let RunBody::Messages { messages, variables } = RunBody::of(&chat) else {
            panic!("not read as a conversation")
        };
        assert_eq!(messages.len(), 1);
        assert_eq!(variables, vec![("city", &json!("Gent"))]);
    }

    #[test]
    fn a_messages_key_that_holds_no_conversation_is_a_field() {
        let odd = json!({"workflowai.messages": "none"});
        assert!(matches!(RunBody::of(&odd), RunBody::Fields(fields) if fields.len() == 1));
    }
}
