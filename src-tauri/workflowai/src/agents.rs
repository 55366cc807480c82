//! The list of agents: all at once, without `/v1` in its path, and with schemas called "versions".

use domain::{Agent, AgentId, AgentSchema};
use serde::Deserialize;
use serde_json::Value;

use crate::client::Client;
use crate::error::Result;
use crate::time;
use crate::transport::Call;

#[derive(Deserialize)]
struct WireAgents {
    items: Vec<Value>,
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
        let read =
            |item| serde_json::from_value::<WireAgent>(item).ok().map(WireAgent::into_domain);
        let total = agents.items.len();
        let agents: Vec<Agent> = agents.items.into_iter().filter_map(read).collect();
        if agents.len() < total {
            // One that cannot be read must not take the others away.
            tracing::warn!(
                skipped = total - agents.len(),
                "Some agents of the server could not be read"
            );
        }
        Ok(agents)
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use crate::{Client, ClientOptions, Origin};

    #[tokio::test]
    async fn an_agent_that_cannot_be_read_takes_no_other_away() {
        let server = MockServer::start().await;
        let items = json!({"items": [{"id": 7}, {"id": "a", "versions": null}, "odd"]});
        let answer = ResponseTemplate::new(200).set_body_json(items);
        Mock::given(path("/_/agents")).respond_with(answer).mount(&server).await;
        let origin = Origin::parse(&server.uri(), false).expect("an origin");
        let client = Client::new(ClientOptions::new(origin, None)).expect("a client");
        let agents = client.agents().await.expect("agents");
        assert_eq!(agents.iter().map(|agent| agent.id.as_str()).collect::<Vec<_>>(), ["a"]);
    }
}
