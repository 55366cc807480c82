//! Making a version of properties, and saving one that exists.

use domain::{AgentId, Semver, VersionId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Result;
use crate::transport::Call;

/// A version as the server made it. The same properties always give the same id.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedVersion {
    pub id: VersionId,
    /// `None`: not saved.
    pub semver: Option<Semver>,
    /// With what the server added, and without what it does not know: it drops unknown keys silently.
    pub properties: Value,
}

#[derive(Deserialize)]
pub(crate) struct WireCreated {
    id: String,
    semver: Option<(u32, u32)>,
    #[serde(default)]
    properties: Value,
}

impl WireCreated {
    pub(crate) fn into_domain(self) -> CreatedVersion {
        CreatedVersion {
            id: VersionId::new(self.id),
            semver: self.semver.map(|(major, minor)| Semver { major, minor }),
            properties: self.properties,
        }
    }
}

impl Client {
    /// Makes a version of these properties (`model` is required) and saves it if `save`. Needs a
    /// signed-in user's JWT as the key, else [`crate::Error::NeedsUser`].
    pub async fn create_version(
        &self,
        agent: &AgentId,
        schema_id: u32,
        properties: &Value,
        save: bool,
    ) -> Result<CreatedVersion> {
        let url = self.agent_url(agent, &["schemas", &schema_id.to_string(), "versions"])?;
        let body = json!({"properties": properties, "save": save});
        let call = Call::post("version creation", url, &body).slow();
        Ok(self.transport.json::<WireCreated>(call).await?.into_domain())
    }

    /// Gives an existing, unsaved version its number; an API key is enough for this.
    pub async fn save_version(
        &self,
        agent: &AgentId,
        version: &VersionId,
    ) -> Result<CreatedVersion> {
        let url = self.agent_url(agent, &["versions", version.as_str(), "save"])?;
        let call = Call::post("version save", url, &json!({}));
        Ok(self.transport.json::<WireCreated>(call).await?.into_domain())
    }
}
