//! Inputs, outputs and conversations. A tool's result is moved to the call it answers.

use std::collections::HashMap;

use domain::{Message, Part, Role, RunBody};
use serde_json::Value;

use super::schema::Schema;
use super::value::{fields_view, file_view, indented, value_by, value_view};
use crate::wire::{BodyView, MessageView, PartView, ToolCallView, ValueView};

pub(crate) fn body_view(value: &Value, schema: Schema<'_>) -> BodyView {
    match RunBody::of(value) {
        RunBody::Empty => BodyView::Empty,
        RunBody::Text(text) => BodyView::Text { text: text.to_owned() },
        RunBody::Fields(fields) => BodyView::Fields { fields: fields_view(&fields, schema) },
        RunBody::Value(value) => BodyView::Value { value: value_by(value, schema) },
        RunBody::Messages { messages, variables } => BodyView::Messages {
            messages: messages_view(&messages),
            variables: fields_view(&variables, schema),
        },
    }
}

/// Messages in order; those that held nothing but results of earlier calls are gone, their results stand with
/// the calls. A result without a call stays where it was, as a call of its own.
pub(crate) fn messages_view(messages: &[Message]) -> Vec<MessageView> {
    let mut results = results_by_call(messages);
    let called = calls(messages);
    (0..)
        .zip(messages)
        .filter_map(|(index, message)| {
            let parts: Vec<PartView> = message
                .parts
                .iter()
                .filter_map(|part| part_view(part, &mut results, &called))
                .collect();
            let only_results = !message.parts.is_empty() && parts.is_empty();
            (!only_results).then(|| MessageView { index, role: role_name(&message.role), parts })
        })
        .collect()
}

type ToolResult = (ValueView, Option<String>);

fn results_by_call(messages: &[Message]) -> HashMap<&str, ToolResult> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts
        .filter_map(|part| match part {
            Part::ToolCallResult { id, result, error, .. } => {
                Some((id.as_str(), (value_view(result), error.clone())))
            }
            _ => None,
        })
        .collect()
}

fn calls(messages: &[Message]) -> Vec<&str> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts
        .filter_map(|part| match part {
            Part::ToolCallRequest { id, .. } => Some(id.as_str()),
            _ => None,
        })
        .collect()
}

fn part_view(
    part: &Part,
    results: &mut HashMap<&str, ToolResult>,
    called: &[&str],
) -> Option<PartView> {
    Some(match part {
        Part::Text(text) => PartView::Text { text: text.clone() },
        Part::File(file) => PartView::File { file: file_view(file) },
        Part::ToolCallRequest { id, name, input } => {
            let (result, error) = match results.remove(id.as_str()) {
                Some((result, error)) => (Some(result), error),
                None => (None, None),
            };
            PartView::ToolCall {
                call: ToolCallView {
                    id: id.clone(),
                    name: name.clone(),
                    input: value_view(input),
                    result,
                    error,
                },
            }
        }
        Part::ToolCallResult { id, .. } if called.contains(&id.as_str()) => return None,
        Part::ToolCallResult { id, name, input, result, error } => PartView::ToolCall {
            call: ToolCallView {
                id: id.clone(),
                name: name.clone(),
                input: value_view(input),
                result: Some(value_view(result)),
                error: error.clone(),
            },
        },
        Part::Unknown(value) => PartView::Json { text: indented(value) },
    })
}

fn role_name(role: &Role) -> String {
    match role {
        Role::System => "system".to_owned(),
        Role::User => "user".to_owned(),
        Role::Assistant => "assistant".to_owned(),
        Role::Other(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tools_result_stands_with_its_call() {
        let input = json!({"workflowai.messages": [
            {"role": "user", "content": [{"text": "Where is it?"}]},
            {"role": "assistant", "content": [{"tool_call_request":
                {"id": "c1", "tool_name": "lookup", "tool_input_dict": {"order": 1}}}]},
            {"role": "user", "content": [{"tool_call_result":
                {"id": "c1", "tool_name": "lookup", "tool_input_dict": {"order": 1}, "result": "gone"}}]},
        ]});
        let BodyView::Messages { messages, .. } = body_view(&input, Schema::UNKNOWN) else {
            panic!("no messages")
        };
        assert_eq!(messages.len(), 2, "the message of the result is folded away");
        assert_eq!(messages[1].index, 1);
        let PartView::ToolCall { call } = &messages[1].parts[0] else { panic!("no call") };
        assert_eq!(call.result, Some(ValueView::Text { text: "gone".into() }));
    }

    #[test]
    fn a_result_without_a_call_stays_readable() {
        let input = json!({"workflowai.messages": [{"role": "user", "content": [{"tool_call_result":
            {"id": "c9", "tool_name": "lookup", "tool_input_dict": {}, "result": "x"}}]}]});
        let BodyView::Messages { messages, .. } = body_view(&input, Schema::UNKNOWN) else {
            panic!("no messages")
        };
        assert!(
            matches!(&messages[0].parts[0], PartView::ToolCall { call } if call.name == "lookup")
        );
    }
}
