//! One run or one version by id, for hosts that have nothing but the id.

use std::sync::Arc;

use domain::{AgentId, ConnectionId, RunId, Semver};
use store::{RunEntry, Store, VersionEntry};

use crate::desk::Desk;
use crate::present::{raw_json, version_view};
use crate::wire::{ErrorView, VersionView};

impl Desk {
    /// A run in the mirror, as indented JSON. Without an agent all agents are looked through.
    pub async fn find_run(
        self: &Arc<Self>,
        connection: i64,
        agent: Option<&str>,
        run: &str,
    ) -> Result<Option<String>, ErrorView> {
        let (id, agent, run) =
            (ConnectionId(connection), agent.map(AgentId::from), RunId::from(run));
        self.with_store(move |store| {
            for agent in agents(store, id, agent)? {
                if let Some(RunEntry::Present(found)) = store.run(id, &agent, &run)? {
                    return Ok(Some(raw_json(&found)));
                }
            }
            Ok(None)
        })
        .await
    }

    /// A version in the mirror, by its hash or as `major.minor`. Without an agent all agents are looked through.
    ///
    /// # Errors
    /// If more than one agent has such a version.
    pub async fn find_version(
        self: &Arc<Self>,
        connection: i64,
        agent: Option<&str>,
        version: &str,
    ) -> Result<Option<VersionView>, ErrorView> {
        let (id, agent) = (ConnectionId(connection), agent.map(AgentId::from));
        let wanted = version.to_owned();
        let semver: Option<Semver> = version.parse().ok();
        let mut found = self
            .with_store(move |store| {
                let mut found: Vec<VersionEntry> = Vec::new();
                for agent in agents(store, id, agent)? {
                    found.extend(store.versions(id, &agent)?.into_iter().filter(|entry| {
                        entry.version.id.as_str() == wanted
                            || (semver.is_some() && entry.version.semver == semver)
                    }));
                }
                Ok(found)
            })
            .await?;
        match found.len() {
            0 | 1 => Ok(found.pop().map(|entry| version_view(&entry, None))),
            _ => {
                let agents: Vec<&str> =
                    found.iter().map(|entry| entry.version.agent.as_str()).collect();
                Err(ErrorView::bad_input(format!(
                    "More than one agent has a version {version}: say which of {}.",
                    agents.join(", ")
                )))
            }
        }
    }
}

fn agents(
    store: &Store,
    id: ConnectionId,
    one: Option<AgentId>,
) -> Result<Vec<AgentId>, store::Error> {
    match one {
        Some(agent) => Ok(vec![agent]),
        None => Ok(store.agents(id)?.into_iter().map(|entry| entry.agent.id).collect()),
    }
}
