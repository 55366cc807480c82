//! Versions: the list of saved ones, and one in full. The list keeps what minors share at their major.

use std::fmt;

use domain::{AgentId, Deployment, Semver, Version, VersionId};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::{Error, Missing, Result};
use crate::time;
use crate::transport::{Call, parse_one};

/// How to name a version to the server. A major alone or an environment's name will not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionRef {
    /// Reaches unsaved versions as well.
    Hash(VersionId),
    Semver(Semver),
}

impl From<VersionId> for VersionRef {
    fn from(id: VersionId) -> Self {
        Self::Hash(id)
    }
}

impl From<Semver> for VersionRef {
    fn from(semver: Semver) -> Self {
        Self::Semver(semver)
    }
}

impl fmt::Display for VersionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash(id) => id.fmt(f),
            Self::Semver(semver) => semver.fmt(f),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireVersions {
    items: Vec<WireMajor>,
}

#[derive(Deserialize)]
struct WireMajor {
    major: u32,
    schema_id: Option<u32>,
    minors: Vec<WireMinor>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    properties: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct WireMinor {
    id: String,
    minor: u32,
    model: Option<String>,
    deployments: Option<Vec<WireDeployment>>,
    notes: Option<String>,
    properties: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
pub(crate) struct WireVersion {
    id: String,
    model: Option<String>,
    semver: Option<(u32, u32)>,
    schema_id: Option<u32>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    deployments: Option<Vec<WireDeployment>>,
    notes: Option<String>,
    properties: Option<Map<String, Value>>,
    input_schema: Option<Value>,
    output_schema: Option<Value>,
}

#[derive(Deserialize)]
struct WireDeployment {
    environment: String,
    #[serde(default, deserialize_with = "time::ms")]
    deployed_at: Option<i64>,
}

fn deployments(wire: Option<Vec<WireDeployment>>) -> Vec<Deployment> {
    let domain = |wire: WireDeployment| Deployment {
        environment: wire.environment,
        deployed_at_ms: wire.deployed_at,
    };
    wire.unwrap_or_default().into_iter().map(domain).collect()
}

fn model(named: Option<String>, properties: &Map<String, Value>) -> String {
    let inside = || Some(properties.get("model")?.as_str()?.to_owned());
    named.or_else(inside).unwrap_or_default()
}

impl WireMajor {
    fn into_domain(self, agent: &AgentId) -> Vec<Version> {
        let shared = self.properties.unwrap_or_default();
        let version = |minor: WireMinor| {
            let mut properties = shared.clone();
            properties.extend(minor.properties.unwrap_or_default());
            Version {
                id: VersionId::new(minor.id),
                agent: agent.clone(),
                semver: Some(Semver { major: self.major, minor: minor.minor }),
                schema_id: self.schema_id,
                model: model(minor.model, &properties),
                temperature: properties.get("temperature").and_then(Value::as_f64),
                properties: Value::Object(properties),
                input_schema: None,
                output_schema: None,
                created_at_ms: self.created_at,
                deployments: deployments(minor.deployments),
                notes: minor.notes.filter(|text| !text.is_empty()),
            }
        };
        self.minors.into_iter().map(version).collect()
    }
}

impl WireVersions {
    pub(crate) fn into_domain(self, agent: &AgentId) -> Vec<Version> {
        self.items.into_iter().flat_map(|major| major.into_domain(agent)).collect()
    }
}

impl WireVersion {
    pub(crate) fn into_domain(self, agent: &AgentId) -> Version {
        let properties = self.properties.unwrap_or_default();
        Version {
            id: VersionId::new(self.id),
            agent: agent.clone(),
            semver: self.semver.map(|(major, minor)| Semver { major, minor }),
            schema_id: self.schema_id,
            model: model(self.model, &properties),
            temperature: properties.get("temperature").and_then(Value::as_f64),
            properties: Value::Object(properties),
            // Where none is told, anything goes; `None` is for versions that were not asked for one.
            input_schema: self.input_schema.or(Some(Value::Bool(true))),
            output_schema: self.output_schema.or(Some(Value::Bool(true))),
            created_at_ms: self.created_at,
            deployments: deployments(self.deployments),
            notes: self.notes.filter(|text| !text.is_empty()),
        }
    }
}

impl Client {
    /// All saved versions of an agent, ascending, without their schemas. Each has the prompt of its
    /// major; `created_at_ms` is the major's.
    pub async fn versions(&self, agent: &AgentId) -> Result<Vec<Version>> {
        let url = self.agent_url(agent, &["versions"])?;
        let wire: WireVersions = self.transport.json(Call::get("versions", url)).await?;
        Ok(wire.into_domain(agent))
    }

    /// One version in full; `None` if the server says that there is none. Any other 404 is an error.
    pub async fn version(&self, agent: &AgentId, version: &VersionRef) -> Result<Option<Version>> {
        let url = self.agent_url(agent, &["versions", &version.to_string()])?;
        let id = match version {
            VersionRef::Hash(id) => Some(id.as_str()),
            VersionRef::Semver(_) => None,
        };
        match self.transport.bytes(Call::get("version", url)).await {
            Ok(body) => {
                let wire: WireVersion = parse_one("version", id, &body)?;
                Ok(Some(wire.into_domain(agent)))
            }
            Err(Error::NotFound { what: Missing::Version }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
