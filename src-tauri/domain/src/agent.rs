//! An agent and its schemas.

use serde::{Deserialize, Serialize};

use crate::AgentId;

/// An agent as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    /// Display name; servers leave it empty at times, then the id serves.
    pub name: String,
    pub description: Option<String>,
    pub is_public: bool,
    /// Latest first.
    pub schemas: Vec<AgentSchema>,
}

/// One schema of an agent's input and output (the server's list calls these "versions").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSchema {
    pub schema_id: u32,
    pub created_at_ms: Option<i64>,
    pub last_active_at_ms: Option<i64>,
    pub is_hidden: bool,
}

impl Agent {
    /// What to call it on screen.
    pub fn display_name(&self) -> &str {
        if self.name.trim().is_empty() { self.id.as_str() } else { &self.name }
    }
}
