//! The list of agents: all at once, without `/v1` in its path, and with schemas called "versions".

use domain::{Agent, AgentId, AgentSchema};
use serde::Deserialize;
use serde_json::Value;

use crate::client::Client;
use crate::error::Result;
use crate::time;
use crate::transport::Call;

#[derive(Deserialize)]
pub(crate) struct WireAgents {
    pub(crate) items: Vec<WireAgent>,
}

#[derive(Deserialize)]
pub(crate) struct WireAgent {
    id: String,
    name: Option<String>,
    description: Option<String>,
    is_public: Option<bool>,
    versions: Option<Vec<WireSchema>>,
}

#[derive(Deserialize)]
struct WireSchema {
    schema_id: u32,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    #[serde(default, deserialize_with = "time::ms")]
    last_active_at: Option<i64>,
    is_hidden: Option<bool>,
}

impl WireAgent {
    pub(crate) fn into_domain(self) -> Agent {
        let mut schemas: Vec<_> =
            self.versions.unwrap_or_default().into_iter().map(WireSchema::into_domain).collect();
        // The list has the latest first, a single agent the oldest.
        schemas.sort_by_key(|schema| std::cmp::Reverse(schema.schema_id));
        Agent {
            id: AgentId::new(self.id),
            name: self.name.unwrap_or_default(),
            description: self.description.filter(|text| !text.is_empty()),
            is_public: self.is_public.unwrap_or(false),
            schemas,
        }
    }
}

impl WireSchema {
    fn into_domain(self) -> AgentSchema {
        AgentSchema {
            schema_id: self.schema_id,
            created_at_ms: self.created_at,
            last_active_at_ms: self.last_active_at,
            is_hidden: self.is_hidden.unwrap_or(false),
        }
    }
}

#[derive(Deserialize)]
struct WireRegistered {
    schema_id: u32,
}

impl Client {
    /// All agents the key may see.
    pub async fn agents(&self) -> Result<Vec<Agent>> {
        let url = self.transport.origin.join(&[&self.tenant, "agents"])?;
        let agents: WireAgents = self.transport.json(Call::get("agents", url)).await?;
        Ok(agents.items.into_iter().map(WireAgent::into_domain).collect())
    }

    /// Registers an agent with its schemas, as the SDKs do; gives the id of the schema, an old one if
    /// the schemas are known already.
    pub async fn register_agent(
        &self,
        agent: &AgentId,
        input_schema: &Value,
        output_schema: &Value,
    ) -> Result<u32> {
        let url = self.transport.origin.join(&["v1", &self.tenant, "agents"])?;
        let body = serde_json::json!({
            "id": agent, "input_schema": input_schema, "output_schema": output_schema,
        });
        let call = Call::post("agent registration", url, &body);
        Ok(self.transport.json::<WireRegistered>(call).await?.schema_id)
    }
}
