//! Connections, the state the window starts with, and how a sync is going.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroizing;

use super::{DecisionsView, ErrorView};

/// A key as typed, on its only way: from the form to the core. It cannot be sent back, and its memory is wiped.
#[derive(Deserialize)]
pub struct TypedKey(Zeroizing<String>);

impl TypedKey {
    /// The text, for the check and the keyring.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for TypedKey {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for TypedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What stands behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// A WorkflowAI server or a collector elsewhere.
    Server,
    /// The demo's collector inside this app.
    Demo,
    /// A collector of one's own inside this app.
    Collector,
}

/// Whether there is a key for a connection. The key itself never comes here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    Present,
    Missing,
}

/// A server plus a key.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ConnectionView {
    pub id: i64,
    pub name: String,
    pub url: String,
    pub tenant: String,
    pub kind: ConnectionKind,
    pub key: KeyState,
    /// `null`: all agents of the tenant.
    pub agents: Option<Vec<String>>,
    /// Where people read the server's pages; `null`: where its runs say.
    pub pages_url: Option<String>,
    pub sync: SyncView,
    pub decisions: DecisionsView,
}

/// What a sync is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncStage {
    Agents,
    Feedback,
    Versions,
    Runs,
}

/// How far a sync is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SyncProgress {
    pub stage: SyncStage,
    pub agent: Option<String>,
    pub done: u64,
    /// 0: not known yet.
    pub total: u64,
    pub started_at_ms: i64,
}

/// The mirror's standing with its server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct SyncView {
    /// `null`: idle.
    pub running: Option<SyncProgress>,
    /// End of the last sync that went through.
    pub last_success_at_ms: Option<i64>,
    /// Since when the server has not answered.
    pub offline_since_ms: Option<i64>,
    /// Why the last sync did not go through.
    pub error: Option<ErrorView>,
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Where keys are kept on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct KeeperView {
    /// As in "the system's keyring (Secret Service)".
    pub name: String,
    /// Shown all the time where keys do not outlive the session.
    pub notice: Option<String>,
}

/// What the window starts with.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct StateView {
    pub connections: Vec<ConnectionView>,
    /// `null`: first run.
    pub current: Option<i64>,
    pub theme: Theme,
    pub keeper: KeeperView,
    pub version: String,
}

/// An agent to pick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AgentView {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub feedback: u64,
}

/// What a server answered to an address and a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ConnectionTestView {
    /// The tenant's slug, for the form.
    pub tenant: String,
    /// The tenant's name, to propose as the connection's.
    pub name: String,
    pub agents: Vec<AgentView>,
    pub feedback: u64,
}

/// What the cache takes on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StorageView {
    pub data_dir: String,
    pub log_dir: String,
    pub cache_bytes: u64,
    /// Images looked at before; part of the cache.
    pub files_bytes: u64,
    pub feedback: u64,
    pub runs: u64,
    pub versions: u64,
}
