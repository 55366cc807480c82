//! The words of a run, for searching: what a person reads of its input and its output, and no JSON around it. Of each
//! side the first 20,000 characters.

use domain::{Part, Run, RunBody};
use serde_json::Value;

use crate::feedback::search::is_unspaced;

/// Longer inputs and outputs are searched as far as this, in characters.
const LONGEST: usize = 20_000;

/// What is read of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) input: String,
    pub(crate) output: String,
}

impl Words {
    pub(crate) fn of(run: &Run) -> Self {
        let (mut input, mut output) = (Text::default(), Text::default());
        input.body(&RunBody::of(&run.input));
        output.body(&RunBody::of(&run.output));
        let calls = run.tool_calls.iter().chain(&run.tool_call_requests);
        calls.for_each(|calls| output.value(calls));
        if let Some(failure) = &run.failure {
            failure.message.iter().for_each(|message| output.text(message));
        }
        Self { input: input.said, output: output.said }
    }
}

/// Each sign of a script without spaces as a word of its own: a text of several is then found as a phrase.
pub(crate) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unspaced(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced
}

#[derive(Default)]
struct Text {
    said: String,
    length: usize,
}

impl Text {
    fn body(&mut self, body: &RunBody<'_>) {
        match body {
            RunBody::Empty => {}
            RunBody::Text(text) => self.text(text),
            RunBody::Fields(fields) => fields.iter().for_each(|(_, value)| self.value(value)),
            RunBody::Messages { messages, variables } => {
                for part in messages.iter().flat_map(|message| &message.parts) {
                    self.part(part);
                }
                variables.iter().for_each(|(_, value)| self.value(value));
            }
            RunBody::Value(value) => self.value(value),
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(text) => self.text(text),
            Part::File(_) => {}
            Part::ToolCallRequest { name, input, .. } => {
                self.text(name);
                self.value(input);
            }
            Part::ToolCallResult { name, input, result, error, .. } => {
                self.text(name);
                self.value(input);
                self.value(result);
                error.iter().for_each(|error| self.text(error));
            }
            Part::Unknown(value) => self.value(value),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Number(number) => self.text(&number.to_string()),
            Value::Array(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.value(value)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        // Nobody reads the bytes of a picture.
        if self.length >= LONGEST || text.starts_with("data:") {
            return;
        }
        let piece: String = text.chars().take(LONGEST - self.length).collect();
        self.length += piece.chars().count() + 1;
        self.said.push_str(&spaced(&piece));
        self.said.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> String {
        let mut text = Text::default();
        text.body(&RunBody::of(value));
        text.said
    }

    #[test]
    fn what_a_person_reads_is_read_and_no_json() {
        let chat = json!({"workflowai.messages": [
            {"role": "user", "content": [{"text": "Where is it?"}]},
            {"role": "assistant", "content": [{"tool_call_request":
                {"id": "c1", "tool_name": "look", "tool_input_dict": {"order": 4711}}}]},
        ], "city": "Gent"});
        assert_eq!(read(&chat), "Where is it?\nlook\n4711\nGent\n");
        assert_eq!(
            read(&json!({"a": [1, "two", null, true], "image": "data:image/png;base64,AA"})),
            "1\ntwo\n"
        );
        assert_eq!(read(&json!("返金 ok")), " 返  金  ok\n");
    }

    #[test]
    fn a_long_text_is_read_as_far_as_it_goes() {
        let long = json!(["x".repeat(15_000), "é".repeat(15_000), "never"]);
        assert_eq!(read(&long).chars().count(), LONGEST + 1);
    }
}
