//! What the names in a filter stand for in the mirror.

use domain::query::is_model;
use domain::{AgentId, ConnectionId, VersionId};
use store::{AgentEntry, NamedModel, NamedVersion, Store};

/// So much of a version's id is enough to name it.
const ENOUGH_OF_ID: usize = 8;

/// What is in the mirror by name.
#[derive(Default)]
pub(super) struct Names {
    pub(super) agents: Vec<AgentEntry>,
    pub(super) versions: Vec<NamedVersion>,
    pub(super) models: Vec<NamedModel>,
}

/// Which of them are needed.
#[derive(Clone, Copy, Default)]
pub(super) struct Needed {
    pub(super) agents: bool,
    pub(super) versions: bool,
    pub(super) models: bool,
}

impl Names {
    pub(super) fn read(
        store: &Store,
        id: ConnectionId,
        needed: Needed,
    ) -> Result<Self, store::Error> {
        let mut names = Self::default();
        if needed.agents {
            names.agents = store.agents(id)?;
        }
        if needed.versions {
            names.versions = store.named_versions(id)?;
        }
        if needed.models {
            names.models = store.named_models(id)?;
        }
        Ok(names)
    }

    /// The agent of that id; else those of that id or name but for capitals.
    pub(super) fn agents(&self, name: &str) -> Vec<AgentId> {
        let agents = || self.agents.iter().map(|entry| &entry.agent);
        if let Some(agent) = agents().find(|agent| agent.id.as_str() == name) {
            return vec![agent.id.clone()];
        }
        let name = name.to_lowercase();
        agents()
            .filter(|agent| {
                [agent.id.as_str(), &agent.name].iter().any(|known| known.to_lowercase() == name)
            })
            .map(|agent| agent.id.clone())
            .collect()
    }

    /// The version of that id; else those of that label, of some agents (none: of all); else that whose id begins so.
    pub(super) fn versions(&self, name: &str, agents: &[AgentId]) -> Vec<VersionId> {
        let of_agents =
            |version: &&NamedVersion| agents.is_empty() || agents.contains(&version.agent);
        let those = |is_meant: &dyn Fn(&NamedVersion) -> bool| -> Vec<VersionId> {
            let versions =
                self.versions.iter().filter(of_agents).filter(|version| is_meant(version));
            versions.map(|version| version.id.clone()).collect()
        };
        let by_id = those(&|version| version.id.as_str() == name);
        if !by_id.is_empty() {
            return by_id;
        }
        let by_label = those(&|version| version.label == name);
        if !by_label.is_empty() || name.len() < ENOUGH_OF_ID {
            return by_label;
        }
        those(&|version| version.id.as_str().starts_with(name))
    }

    /// The model of that id; else those of that id with a date.
    pub(super) fn models(&self, name: &str) -> Vec<String> {
        let those = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
            let models = self.models.iter().filter(|model| is_meant(&model.id));
            models.map(|model| model.id.clone()).collect()
        };
        let exact = those(&|id| id == name);
        if exact.is_empty() { those(&|id| is_model(name, id)) } else { exact }
    }
}
