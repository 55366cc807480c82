//! Shows one run or one version.

use std::io::Write as _;
use std::sync::Arc;

use app::Desk;
use app::wire::{ErrorView, PartView, PromptView, VersionView};

use crate::arguments::Show;
use crate::fail::Failure;
use crate::open;
use crate::terminal::lines;

pub(crate) async fn run(desk: &Arc<Desk>, wanted: Show) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?;
    let run = desk
        .find_run(connection.id, wanted.agent.as_deref(), &wanted.id)
        .await?
        .ok_or_else(|| Failure::not_found("run", &wanted.id))?;
    // JSON escapes control characters by itself, so both forms are the same.
    writeln!(std::io::stdout(), "{run}")?;
    Ok(())
}

pub(crate) async fn version(desk: &Arc<Desk>, wanted: Show) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?;
    let version = desk
        .find_version(connection.id, wanted.agent.as_deref(), &wanted.id)
        .await?
        .ok_or_else(|| Failure::not_found("version", &wanted.id))?;
    let text = if wanted.json {
        serde_json::to_string_pretty(&version).map_err(ErrorView::internal)?
    } else {
        lines(&readable(&version))
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

fn readable(version: &VersionView) -> String {
    let summary = &version.summary;
    let mut text =
        format!("{} {}  {}  {}\n", summary.agent, summary.label, summary.model, summary.id);
    for deployment in &summary.deployments {
        text.push_str(&format!("deployed to {}\n", deployment.environment));
    }
    text.push('\n');
    text.push_str(&match &version.prompt {
        PromptView::Instructions { text } => text.clone(),
        PromptView::Messages { messages } | PromptView::InEachRun { messages }
            if !messages.is_empty() =>
        {
            messages_text(messages)
        }
        PromptView::Both { instructions, messages } => {
            format!("{instructions}\n\n{}", messages_text(messages))
        }
        PromptView::Messages { .. } | PromptView::InEachRun { .. } => {
            "This version has no instructions of its own: they stand in each run.".to_owned()
        }
    });
    text
}

fn messages_text(messages: &[app::wire::MessageView]) -> String {
    let one = |message: &app::wire::MessageView| {
        let parts = message.parts.iter().map(part_text).collect::<Vec<_>>().join("\n");
        format!("{}:\n{parts}", message.role)
    };
    messages.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn part_text(part: &PartView) -> String {
    match part {
        PartView::Text { text } | PartView::Json { text } => text.clone(),
        PartView::File { file } => format!("[{}]", file.label),
        PartView::ToolCall { call } => format!("[calls {}]", call.name),
    }
}
