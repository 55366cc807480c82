//! The instructions behind a feedback.

use std::sync::Arc;

use domain::{AgentId, ConnectionId, Run, RunId};
use serde::Deserialize;
use store::{RunEntry, VersionEntry};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::{summary_view, version_view, word_diff};
use crate::wire::{ErrorView, InstructionsView};

/// The instructions of exactly one version, with the change against another.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct GetInstructions {
    pub connection: i64,
    pub agent: String,
    pub version: String,
    /// For versions whose prompt stands in each run.
    pub run: Option<String>,
    /// A version's id; absent: the version before.
    pub against: Option<String>,
}

impl Command for GetInstructions {
    type Response = InstructionsView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<InstructionsView, ErrorView> {
        let id = ConnectionId(self.connection);
        let (agent, run) = (AgentId::new(self.agent), self.run.map(RunId::new));
        let (versions, run) = desk
            .with_store(move |store| {
                let versions = store.versions(id, &agent)?;
                let run = match run {
                    Some(run) => store.run(id, &agent, &run)?,
                    None => None,
                };
                Ok((versions, run))
            })
            .await?;
        let run = match run {
            Some(RunEntry::Present(run)) => Some(run),
            _ => None,
        };
        let place = versions
            .iter()
            .position(|entry| entry.version.id.as_str() == self.version)
            .ok_or_else(|| ErrorView::not_cached("version"))?;
        let against = match &self.against {
            Some(other) => versions.iter().find(|entry| entry.version.id.as_str() == other),
            None => before(&versions, place),
        };
        Ok(instructions(&versions, place, against, run.as_deref()))
    }
}

fn instructions(
    versions: &[VersionEntry],
    place: usize,
    against: Option<&VersionEntry>,
    run: Option<&Run>,
) -> InstructionsView {
    let entry = &versions[place];
    let text = |entry: &VersionEntry| entry.version.prompt().as_text();
    InstructionsView {
        version: version_view(entry, run),
        versions: versions.iter().map(summary_view).collect(),
        diff: against.map(|other| word_diff(&text(other), &text(entry))),
        against: against.map(summary_view),
    }
}

/// The version before: of the saved ones the next lower number, else the next older. `versions` is newest first.
fn before(versions: &[VersionEntry], place: usize) -> Option<&VersionEntry> {
    let this = &versions[place].version;
    match this.semver {
        Some(semver) => versions
            .iter()
            .filter(|entry| entry.version.semver.is_some_and(|other| other < semver))
            .max_by_key(|entry| entry.version.semver),
        None => versions.get(place + 1),
    }
}
