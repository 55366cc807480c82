//! Versions and the text that steers them.

use domain::{Message, Prompt, Role, Run, RunBody, Version};
use serde_json::Value;
use store::VersionEntry;

use super::body::messages_view;
use crate::wire::{DeploymentView, PromptView, VersionSummaryView, VersionView};

/// Shown elsewhere, or of no use to a reader.
const HIDDEN: &[&str] = &[
    "instructions",
    "messages",
    "model",
    "temperature",
    "model_icon",
    "runner_name",
    "runner_version",
];

pub(crate) fn summary_view(entry: &VersionEntry) -> VersionSummaryView {
    let version = &entry.version;
    VersionSummaryView {
        id: version.id.to_string(),
        agent: version.agent.to_string(),
        label: version.label(),
        model: version.model.clone(),
        created_at_ms: version.created_at_ms,
        deployments: entry
            .deployments
            .iter()
            .map(|deployment| DeploymentView {
                environment: deployment.environment.clone(),
                deployed_at_ms: deployment.deployed_at_ms,
                first_seen_ms: deployment.first_seen_at_ms,
            })
            .collect(),
        first_seen_ms: entry.first_run_at_ms,
        positive: entry.positive,
        negative: entry.negative,
    }
}

/// `run`: where the prompt of a version without one is found.
pub(crate) fn version_view(entry: &VersionEntry, run: Option<&Run>) -> VersionView {
    let version = &entry.version;
    VersionView {
        summary: summary_view(entry),
        temperature: version.temperature,
        notes: version.notes.clone(),
        prompt: prompt_view(version.prompt(), run),
        properties: properties(version),
    }
}

/// The system messages of a run, in order.
fn system_messages(run: &Run) -> Vec<Message> {
    match RunBody::of(&run.input) {
        RunBody::Messages { messages, .. } => {
            messages.into_iter().filter(|message| message.role == Role::System).collect()
        }
        _ => Vec::new(),
    }
}

fn prompt_view(prompt: Prompt, run: Option<&Run>) -> PromptView {
    match prompt {
        Prompt::Instructions(text) => PromptView::Instructions { text },
        Prompt::Messages(messages) => PromptView::Messages { messages: messages_view(&messages) },
        Prompt::Both { instructions, messages } => {
            PromptView::Both { instructions, messages: messages_view(&messages) }
        }
        Prompt::InEachRun => {
            let messages = run.map(system_messages).unwrap_or_default();
            PromptView::InEachRun { messages: messages_view(&messages) }
        }
    }
}

fn properties(version: &Version) -> Vec<(String, String)> {
    let object = version.properties.as_object();
    let told = |value: &Value| !(value.is_null() || value == &Value::Bool(false));
    object
        .into_iter()
        .flatten()
        .filter(|(name, value)| !HIDDEN.contains(&name.as_str()) && told(value))
        .map(|(name, value)| {
            (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect()
}
