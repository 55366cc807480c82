//! Searching an agent's runs. The list has one item per conversation while its count counts runs, so a
//! walk ends at the count and not at a short page (contract, section 3).

use domain::{AgentId, RunFailure, RunId, RunStatus, VersionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::Result;
use crate::feedback::MAX_PAGE;
use crate::runs::{WireFailure, WireRunVersion, status_of, web_page};
use crate::time;
use crate::transport::Call;

/// What to look for. Empty finds everything, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunSearch {
    /// Kept between 1 and [`MAX_PAGE`].
    pub limit: u32,
    pub offset: u64,
    /// All of them must hold.
    pub field_queries: Vec<FieldQuery>,
}

/// One condition, in the server's words: `status`, `version`, `time`, `metadata.x`, `input.x`, `output.x`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldQuery {
    pub field_name: String,
    /// `is`, `contains`, `is after`, `is before`, …; `is between` on `time` finds nothing.
    pub operator: String,
    pub values: Vec<Value>,
    /// `string`, `number`, `date`, …
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A run as the search shows it: previews in place of the payloads.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    pub id: RunId,
    pub agent: AgentId,
    pub schema_id: Option<u32>,
    pub version: Option<VersionId>,
    pub model: Option<String>,
    pub status: RunStatus,
    pub duration_s: Option<f64>,
    pub cost_usd: Option<f64>,
    pub created_at_ms: Option<i64>,
    pub input_preview: String,
    pub output_preview: String,
    pub failure: Option<RunFailure>,
    pub url: Option<String>,
}

/// One page of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunsPage {
    pub items: Vec<RunSummary>,
    /// Runs, not items.
    pub count: u64,
    /// Items in the answer that could not be read.
    pub skipped: usize,
    /// Where the next page begins; `None` on the last.
    pub next_offset: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct WireRunsPage {
    items: Vec<Value>,
    count: Option<u64>,
}

#[derive(Deserialize)]
struct WireRunSummary {
    id: String,
    task_schema_id: Option<u32>,
    version: Option<WireRunVersion>,
    status: Option<String>,
    duration_seconds: Option<f64>,
    cost_usd: Option<f64>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    url: Option<String>,
    task_input_preview: Option<String>,
    task_output_preview: Option<String>,
    error: Option<WireFailure>,
}

impl WireRunSummary {
    fn into_domain(self, agent: &AgentId) -> RunSummary {
        let model = self.version.as_ref().and_then(WireRunVersion::model);
        RunSummary {
            id: RunId::new(self.id),
            agent: agent.clone(),
            schema_id: self.task_schema_id,
            version: self.version.and_then(|version| version.id).map(VersionId::new),
            model,
            status: status_of(self.status.as_deref(), self.error.is_some()),
            duration_s: self.duration_seconds,
            cost_usd: self.cost_usd,
            created_at_ms: self.created_at,
            input_preview: self.task_input_preview.unwrap_or_default(),
            output_preview: self.task_output_preview.unwrap_or_default(),
            failure: self.error.map(WireFailure::into_domain),
            url: web_page(self.url),
        }
    }
}

impl WireRunsPage {
    pub(crate) fn into_page(self, agent: &AgentId, limit: u32, offset: u64) -> RunsPage {
        let total = self.items.len();
        let items: Vec<_> = self
            .items
            .into_iter()
            .filter_map(|item| serde_json::from_value::<WireRunSummary>(item).ok())
            .map(|item| item.into_domain(agent))
            .collect();
        let count = self.count.unwrap_or(total as u64);
        let end = offset.saturating_add(u64::from(limit));
        let next_offset = (end < count).then_some(end);
        RunsPage { skipped: total - items.len(), items, count, next_offset }
    }
}

impl Client {
    /// One page of an agent's runs. A POST, but one that only reads: it is retried like a GET.
    pub async fn search_runs(&self, agent: &AgentId, search: &RunSearch) -> Result<RunsPage> {
        let limit = search.limit.clamp(1, MAX_PAGE);
        let url = self.agent_url(agent, &["runs", "search"])?;
        let body = serde_json::json!({
            "limit": limit, "offset": search.offset, "field_queries": search.field_queries,
        });
        let call = Call::post("run search", url, &body).repeatable();
        let wire: WireRunsPage = self.transport.json(call).await?;
        Ok(wire.into_page(agent, limit, search.offset))
    }
}
