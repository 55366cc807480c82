//! One run, ready to show.

use domain::{Run, Version};
use serde_json::Value;

use super::body::body_view;
use super::schema::Schema;
use super::value::{indented, value_view};
use crate::wire::{FailureView, ReasoningStepView, RunView, ToolCallView};

/// `version`: one whose schemas the run was made by.
pub(crate) fn run_view(run: &Run, version: Option<&Version>) -> RunView {
    let schema = |of: fn(&Version) -> &Option<Value>| {
        version.and_then(|version| of(version).as_ref()).map_or(Schema::UNKNOWN, Schema::of)
    };
    RunView {
        id: run.id.to_string(),
        model: run.model.clone(),
        duration_s: run.duration_s,
        cost_usd: run.cost_usd,
        created_at_ms: run.created_at_ms,
        input: body_view(&run.input, schema(|version| &version.input_schema)),
        output: body_view(&run.output, schema(|version| &version.output_schema)),
        failure: run.failure.as_ref().map(|failure| FailureView {
            code: failure.code.clone(),
            message: failure.message.clone(),
            details: failure.details.as_ref().map(indented),
        }),
        tool_calls: hosted_calls(run).chain(requested_calls(run)).collect(),
        reasoning: reasoning(run),
        metadata: metadata(run),
    }
}

fn hosted_calls(run: &Run) -> impl Iterator<Item = ToolCallView> + '_ {
    items(run.tool_calls.as_ref()).map(|call| ToolCallView {
        id: text(call, "id").unwrap_or_default(),
        name: text(call, "name").unwrap_or_default(),
        input: preview(call.get("input_preview")),
        result: call.get("output_preview").map(|result| preview(Some(result))),
        error: text(call, "error"),
    })
}

fn requested_calls(run: &Run) -> impl Iterator<Item = ToolCallView> + '_ {
    items(run.tool_call_requests.as_ref()).map(|call| ToolCallView {
        id: text(call, "id").unwrap_or_default(),
        name: text(call, "name").unwrap_or_default(),
        input: value_view(call.get("input").unwrap_or(&Value::Null)),
        result: None,
        error: None,
    })
}

/// Previews are JSON in text, cut short at times; what still parses is shown as what it is.
fn preview(value: Option<&Value>) -> crate::wire::ValueView {
    let value = value.unwrap_or(&Value::Null);
    let inside = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    value_view(inside.as_ref().unwrap_or(value))
}

fn reasoning(run: &Run) -> Vec<ReasoningStepView> {
    items(run.reasoning_steps.as_ref())
        .map(|step| ReasoningStepView { title: text(step, "title"), step: text(step, "step") })
        .collect()
}

fn metadata(run: &Run) -> Vec<(String, String)> {
    let object = run.metadata.as_ref().and_then(Value::as_object);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}
