//! The one-line previews of inputs and outputs that a search shows, in the original's manner.

use serde_json::{Map, Value};

const LENGTH: usize = 255;
const MESSAGES: &str = "workflowai.messages";

/// `ticket: "…", locale: "en-GB"`, or for a chat what was said last: `User: …`.
pub(crate) fn input(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            match fields.get(MESSAGES).and_then(Value::as_array).and_then(|m| m.last()) {
                Some(message) => cut(&said(message)),
                None => cut(&pairs(fields)),
            }
        }
        other => cut(&other.to_string()),
    }
}

/// As [`input`]; a bare text is the assistant's.
pub(crate) fn output(value: &Value) -> String {
    match value {
        Value::String(text) => cut(&format!("Assistant: {text}")),
        Value::Object(fields) => cut(&pairs(fields)),
        Value::Null => String::new(),
        other => cut(&other.to_string()),
    }
}

fn pairs(fields: &Map<String, Value>) -> String {
    fields.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
}

fn said(message: &Value) -> String {
    let role = message.get("role").and_then(Value::as_str).unwrap_or("user");
    let mut letters = role.chars();
    let role: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(part).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    };
    format!("{role}: {text}")
}

fn part(part: &Value) -> Option<String> {
    let kinds = [
        ("file", "[file]"),
        ("tool_call_request", "[tool call]"),
        ("tool_call_result", "[tool result]"),
    ];
    match part.get("text").and_then(Value::as_str) {
        Some(text) => Some(text.to_owned()),
        None => kinds
            .iter()
            .find(|(kind, _)| part.get(kind).is_some_and(|v| !v.is_null()))
            .map(|(_, word)| (*word).into()),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_listed_in_their_order() {
        let value = json!({"ticket": "late", "history": [], "locale": "en-GB"});
        assert_eq!(input(&value), r#"ticket: "late", history: [], locale: "en-GB""#);
        assert_eq!(output(&json!({})), "");
    }

    #[test]
    fn a_chat_shows_what_was_said_last() {
        let value = json!({"workflowai.messages": [
            {"role": "system", "content": [{"text": "Be brief."}]},
            {"role": "user", "content": [{"text": "Where is it?"}, {"file": {"url": "https://x.test/a.png"}}]},
        ]});
        assert_eq!(input(&value), "User: Where is it? [file]");
        assert_eq!(output(&json!("On its way.")), "Assistant: On its way.");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(output(&json!("é".repeat(1000))).chars().count(), LENGTH);
    }
}
