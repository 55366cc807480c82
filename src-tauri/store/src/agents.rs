//! Agents as the server lists them. One that vanishes from the list stays: its feedback does, too.

use domain::{Agent, AgentId, ConnectionId};
use rusqlite::params;

use crate::sql::{count, from_json, text, to_json};
use crate::{Error, Store};

/// An agent with its current feedback counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentEntry {
    pub agent: Agent,
    pub feedback: u64,
    pub positive: u64,
    pub negative: u64,
}

impl Store {
    /// Files agents, over what was filed of them before.
    pub fn write_agents(&self, connection: ConnectionId, agents: &[Agent]) -> Result<(), Error> {
        self.write(|tx| {
            let mut statement = tx.prepare_cached(
                "INSERT INTO agents (connection, id, json) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET json = excluded.json",
            )?;
            for agent in agents {
                let json = to_json("agent", agent)?;
                statement.execute(params![connection.0, agent.id.as_str(), json])?;
            }
            Ok(())
        })
    }

    /// All agents by id; also those known from their feedback only, which then have nothing but an id.
    pub fn agents(&self, connection: ConnectionId) -> Result<Vec<AgentEntry>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "WITH counted AS (
                 SELECT agent, sum(n) AS feedback, sum(n) FILTER (WHERE outcome = 'positive') AS positive
                 FROM facets NOT INDEXED WHERE connection = ?1 AND n > 0 GROUP BY agent),
             listed AS (SELECT id, json FROM agents WHERE connection = ?1)
             SELECT coalesce(listed.id, counted.agent) AS id, json, coalesce(feedback, 0) AS feedback,
                 coalesce(positive, 0) AS positive
             FROM listed FULL JOIN counted ON counted.agent = listed.id ORDER BY 1",
        )?;
        let mut rows = statement.query([connection.0])?;
        let mut agents = Vec::new();
        while let Some(row) = rows.next()? {
            let agent = match row.get::<_, Option<String>>("json")? {
                Some(json) => from_json("agent", json.as_bytes())?,
                None => known_by_id_only(text(row, "id")?),
            };
            let (feedback, positive) = (count(row, "feedback")?, count(row, "positive")?);
            agents.push(AgentEntry { agent, feedback, positive, negative: feedback - positive });
        }
        Ok(agents)
    }
}

fn known_by_id_only(id: AgentId) -> Agent {
    Agent { id, name: String::new(), description: None, is_public: false, schemas: Vec::new() }
}
