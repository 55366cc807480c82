//! Chat messages as WorkflowAI writes them, read without trust: an unknown part stays readable as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who speaks. A tool's result is a *user* message on the wire (contract, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    System,
    User,
    Assistant,
    Other(String),
}

/// A file by reference. Nothing is loaded unless a person asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePart {
    pub content_type: Option<String>,
    /// The server's own copy where there is one, else the address the app gave; may be a data URL.
    pub url: Option<String>,
}

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    Text(String),
    File(FilePart),
    ToolCallRequest {
        id: String,
        name: String,
        input: Value,
    },
    ToolCallResult {
        id: String,
        name: String,
        input: Value,
        result: Value,
        error: Option<String>,
    },
    /// A shape this code does not know, kept as it came.
    Unknown(Value),
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub role: Role,
    pub parts: Vec<Part>,
}

/// Reads a JSON array of messages; `None` if it is no array of objects with a role.
/// `content` may be a list of parts or a plain string, and parts may carry explicit nulls.
pub fn messages_of(value: &Value) -> Option<Vec<Message>> {
    value.as_array()?.iter().map(message_of).collect()
}

fn message_of(value: &Value) -> Option<Message> {
    let role = match value.get("role")?.as_str()? {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        other => Role::Other(other.to_owned()),
    };
    let parts = match value.get("content") {
        Some(Value::String(text)) => vec![Part::Text(text.clone())],
        Some(Value::Array(parts)) => parts.iter().map(part_of).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(other) => vec![Part::Unknown(other.clone())],
    };
    Some(Message { role, parts })
}

fn part_of(value: &Value) -> Part {
    if let Some(text) = value.as_str().or_else(|| value.get("text").and_then(Value::as_str)) {
        return Part::Text(text.to_owned());
    }
    let present = |key: &str| value.get(key).filter(|part| part.is_object());
    if let Some(file) = present("file") {
        return Part::File(FilePart::of(file));
    }
    if let Some(call) = present("tool_call_request") {
        return Part::ToolCallRequest {
            id: text_at(call, "id"),
            name: text_at(call, "tool_name"),
            input: call.get("tool_input_dict").cloned().unwrap_or(Value::Null),
        };
    }
    if let Some(call) = present("tool_call_result") {
        return Part::ToolCallResult {
            id: text_at(call, "id"),
            name: text_at(call, "tool_name"),
            input: call.get("tool_input_dict").cloned().unwrap_or(Value::Null),
            result: call.get("result").map(json_inside_text).unwrap_or(Value::Null),
            error: call.get("error").and_then(Value::as_str).map(str::to_owned),
        };
    }
    Part::Unknown(value.clone())
}

impl FilePart {
    /// Whether a JSON value is a file as WorkflowAI writes one: an object with an address and little else.
    pub fn recognise(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let known = ["content_type", "url", "storage_url", "data", "format"];
        let has_address = object.contains_key("url") || object.contains_key("storage_url");
        (has_address && object.keys().all(|key| known.contains(&key.as_str())))
            .then(|| Self::of(value))
    }

    fn of(value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            content_type: text("content_type"),
            url: text("storage_url").or_else(|| text("url")),
        }
    }

    /// Whether this is an image, by its media type or, without one, by its name's ending.
    pub fn is_image(&self) -> bool {
        match (&self.content_type, &self.url) {
            (Some(media_type), _) => media_type.starts_with("image/"),
            (None, Some(url)) if url.starts_with("data:") => url.starts_with("data:image/"),
            (None, Some(url)) => {
                let path = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
                [".png", ".jpg", ".jpeg", ".gif", ".webp"].iter().any(|end| path.ends_with(end))
            }
            (None, None) => false,
        }
    }
}

fn text_at(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Tool results arrive as JSON inside a string; show what is inside, if it is JSON.
fn json_inside_text(value: &Value) -> Value {
    value
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .filter(|inside| inside.is_object() || inside.is_array())
        .unwrap_or_else(|| value.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_with_explicit_nulls_are_read_by_the_part_that_is_there() {
        let messages = messages_of(&json!([
            {"role": "user", "content": [{"text": "hi", "file": null, "tool_call_request": null}]},
        ]));
        assert_eq!(
            messages,
            Some(vec![Message { role: Role::User, parts: vec![Part::Text("hi".into())] }])
        );
    }

    #[test]
    fn a_tool_result_is_opened_if_it_holds_json_in_text() {
        let messages = messages_of(&json!([{"role": "user", "content": [{"tool_call_result":
            {"id": "c1", "tool_name": "look", "tool_input_dict": {}, "result": "{\"eta\":1}"}}]}]))
        .expect("messages");
        let Part::ToolCallResult { result, .. } = &messages[0].parts[0] else {
            panic!("no tool result: {messages:?}")
        };
        assert_eq!(result, &json!({"eta": 1}));
    }

    #[test]
    fn an_unknown_part_is_kept_as_it_came() {
        let part = json!({"hologram": 1});
        let messages =
            messages_of(&json!([{"role": "user", "content": [part]}])).expect("messages");
        assert_eq!(messages[0].parts, vec![Part::Unknown(json!({"hologram": 1}))]);
    }

    #[test]
    fn what_has_no_role_is_no_conversation() {
        assert_eq!(messages_of(&json!([{"text": "hi"}])), None);
        assert_eq!(messages_of(&json!({"role": "user"})), None);
    }
}
