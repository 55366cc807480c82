//! Where a version keeps its prompt: there are three places, and both of the first two may be filled
//! (contract, section 4).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Message, Part, Role, messages_of};

/// The text that steers a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Prompt {
    Instructions(String),
    Messages(Vec<Message>),
    Both {
        instructions: String,
        messages: Vec<Message>,
    },
    /// The version has none: it stands in each run's own messages.
    InEachRun,
}

impl Prompt {
    /// Reads a version's `properties`.
    pub fn of_properties(properties: &Value) -> Self {
        let instructions = properties
            .get("instructions")
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty());
        let messages = properties
            .get("messages")
            .and_then(messages_of)
            .filter(|messages| !messages.is_empty());
        match (instructions, messages) {
            (Some(text), None) => Self::Instructions(text.to_owned()),
            (None, Some(messages)) => Self::Messages(messages),
            (Some(text), Some(messages)) => Self::Both { instructions: text.to_owned(), messages },
            (None, None) => Self::InEachRun,
        }
    }

    /// The prompt as one text, for reading and for diffs: messages are headed by their role.
    pub fn as_text(&self) -> String {
        match self {
            Self::Instructions(text) => text.clone(),
            Self::Messages(messages) => messages_text(messages),
            Self::Both { instructions, messages } => {
                format!("{instructions}\n\n{}", messages_text(messages))
            }
            Self::InEachRun => String::new(),
        }
    }
}

fn messages_text(messages: &[Message]) -> String {
    messages.iter().map(message_text).collect::<Vec<_>>().join("\n\n")
}

fn message_text(message: &Message) -> String {
    let role = match &message.role {
        Role::System => "System",
        Role::User => "User",
        Role::Assistant => "Assistant",
        Role::Other(name) => name,
    };
    let text: Vec<String> = message.parts.iter().map(part_text).collect();
    format!("{role}:\n{}", text.join("\n"))
}

fn part_text(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::File(file) => format!("[file {}]", file.url.as_deref().unwrap_or("without address")),
        Part::ToolCallRequest { name, input, .. } => format!("[calls {name} {input}]"),
        Part::ToolCallResult { name, result, .. } => format!("[{name} answered {result}]"),
        Part::Unknown(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_prompt_is_found_in_each_of_its_places() {
        let message = json!([{"role": "system", "content": [{"text": "Be brief."}]}]);
        assert!(matches!(
            Prompt::of_properties(&json!({"instructions": "Be brief.", "messages": null})),
            Prompt::Instructions(text) if text == "Be brief."
        ));
        assert_eq!(
            Prompt::of_properties(&json!({"messages": message})).as_text(),
            "System:\nBe brief."
        );
        assert!(matches!(
            Prompt::of_properties(&json!({"instructions": "a", "messages": message})),
            Prompt::Both { .. }
        ));
        assert_eq!(Prompt::of_properties(&json!({"model": "m"})), Prompt::InEachRun);
    }
}
